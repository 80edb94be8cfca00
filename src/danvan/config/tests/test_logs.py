"""An error of ours is told in the log: where and of what kind it was, without the words that may quote a person."""

from __future__ import annotations

import io
import logging.config

import pytest
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.urls import ResolverMatch

TYPED = "Nguyễn Văn Ví Dụ, 0912 345 678"


@pytest.fixture
def said():
    """What is written where the settings let a log be written."""
    written = io.StringIO()
    handlers = {"stderr": {**settings.LOGGING["handlers"]["stderr"], "stream": written}}
    before = logging.root.handlers[:]
    logging.config.dictConfig({**settings.LOGGING, "handlers": handlers})
    yield written
    logging.config.dictConfig(settings.LOGGING)
    logging.root.handlers[:] = before


@convert_exception_to_response
def breaks(_request):
    try:
        raise KeyError(TYPED)
    except KeyError as error:
        message = f"does not fit: {TYPED}"
        raise ValueError(message) from error


def test_a_page_that_breaks_is_told_with_its_place_and_kind_and_without_what_was_typed(rf, said):
    request = rf.get("/breaks/", {"q": TYPED})
    request.resolver_match = ResolverMatch(breaks, (), {}, route="breaks/<key>/")
    assert breaks(request).status_code == 500

    told = said.getvalue()
    assert "ERROR django.request: GET breaks/<key>/\n" in told
    assert f"  {__file__}:" in told
    assert " breaks\nbuiltins.KeyError\n" in told
    assert told.endswith(" breaks\nbuiltins.ValueError\n")
    assert "Ví Dụ" not in told


def test_a_ring_of_causes_and_a_group_end_too(said):
    ring = ValueError(TYPED)
    ring.__cause__ = ring
    group = ExceptionGroup(TYPED, [ring, KeyError(TYPED)])
    logging.getLogger("danvan").error("broken", exc_info=group)

    told = said.getvalue()
    assert told.endswith("builtins.ExceptionGroup\nbuiltins.ValueError\nbuiltins.KeyError\n")
    assert "Ví Dụ" not in told
