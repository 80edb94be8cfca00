"""What programs may ask and send, in the words of OpenAPI: openapi.yaml of this room as JSON."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from danvan.lib.datafiles import from_yaml

DATA = Path(__file__).parent / "openapi.yaml"


@cache
def description() -> bytes:
    return json.dumps(from_yaml(DATA.read_text("utf-8")), ensure_ascii=False).encode()


@login_not_required
@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(description(), content_type="application/json")
