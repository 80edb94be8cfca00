"""The words that the acting unit taught the reader: who, when, how often used; let go and taken up; as data."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml
from django.contrib import messages
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.figures.export import as_file
from danvan.narrative import actions
from danvan.narrative.models import Term

MOST = 500  # on the page; the file has all


def _own() -> QuerySet[Term]:
    post = scope.current().acting
    rows = Term.objects.filter(unit=post.unit_id) if post is not None else Term.objects.all()
    return (
        rows.select_related("reading")
        .annotate(used=Count("uses"))
        .order_by(F("until").asc(nulls_first=True), "phrase", "-pk")
    )


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """In force first, then what was let go."""
    scope.require(Permission.SEE)
    rows = list(_own()[: MOST + 1])
    context = {
        "place": "reports",
        "terms": [row for row in rows[:MOST] if row.until is None],
        "ended": [row for row in rows[:MOST] if row.until is not None],
        "more": len(rows) > MOST,
        "in_force": {row.phrase for row in rows if row.until is None},
    }
    return render(request, "desk/terms.html", context)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: stop or resume."""
    scope.require(Permission.FILL)
    term = get_object_or_404(Term, pk=pk)
    scope.require_unit(term.unit_id, own=True)
    if request.POST.get("do") == "resume":
        actions.resume_term(term=term, by=request.acting)
        messages.success(request, _("“%(phrase)s” được dùng lại từ hôm nay.") % {"phrase": term.phrase})
    else:
        actions.stop_term(term=term, by=request.acting)
        messages.success(request, _("“%(phrase)s” thôi dùng từ hôm nay.") % {"phrase": term.phrase})
    return redirect("terms")


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """All of the unit's terms with their days: .yaml as the lexicon is written, .csv or .xlsx as a table."""
    scope.require(Permission.SEE)
    name = f"cach-viet-{timezone.localdate():%Y%m%d}"
    if kind != "yaml":
        return as_file(
            request, kind, name=name, columns=COLUMNS, rows=lambda: (list(_data(one).values()) for one in _own())
        )
    content = yaml.safe_dump([_data(one) for one in _own()], allow_unicode=True, sort_keys=False)
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{name}.yaml") or "",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="application/yaml", headers=headers)


COLUMNS = ("phrase", "indicator", "breakdown", "since", "until", "by", "ended_by", "used")


def _data(term: Term) -> dict[str, Any]:
    written = {name: getattr(term, name) for name in COLUMNS}
    return {
        name: value.isoformat() if isinstance(value, date) else value if value not in ("", None) else None
        for name, value in written.items()
    }
