"""A database that goes away: no scope is left behind, nothing is answered as done that is not, a sentence says so."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from django.db import DatabaseError, OperationalError, ProgrammingError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from danvan.access import scope
from danvan.access.middleware import settle
from danvan.desk.views.errors import broken

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]


@pytest.mark.parametrize("opened", [lambda: scope.person(1), lambda: scope.system("test")], ids=["person", "system"])
def test_a_scope_that_could_not_be_opened_is_not_left_to_the_next_request(monkeypatch, opened):
    def lost(*_: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(scope, "_set", lost)
    with pytest.raises(OperationalError), opened():
        pass

    with pytest.raises(scope.OutsideScope):
        scope.current()


def test_what_was_answered_over_a_failure_is_no_answer():
    with transaction.atomic():
        with suppress(DatabaseError), transaction.atomic(savepoint=False):  # as the cache does where it cannot write
            raise OperationalError("the connection is lost")
        with pytest.raises(OperationalError, match="request is lost"):
            settle(HttpResponse("Đã lưu."))


@pytest.mark.parametrize("status", [200, 302, 404, 422])
def test_what_was_answered_over_nothing_stands(status):
    with transaction.atomic():
        settle(HttpResponse(status=status))
        assert not connection.needs_rollback


def status_after(error: Exception, cause: Exception | None = None) -> int:
    try:
        raise error from cause
    except Exception:
        return broken(RequestFactory().get("/")).status_code


def test_a_lost_connection_is_told_as_such_whatever_was_raised_last():
    """In a thread of its own, as a request: its connection is lost, not that of the test."""
    found: dict[str, int] = {}

    def request() -> None:
        found["lost"] = status_after(OperationalError("lost"))
        found["after it"] = status_after(ProgrammingError("no more queries here"), OperationalError("lost"))
        found["ours"] = status_after(ProgrammingError("no such column"))
        connection.ensure_connection()
        found["ours, connected"] = status_after(ProgrammingError("no such column"))
        connection.connection.close()
        found["dead"] = status_after(ProgrammingError("transaction status UNKNOWN"))
        connection.close()

    thread = threading.Thread(target=request)
    thread.start()
    thread.join()
    assert found == {"lost": 503, "after it": 503, "ours": 500, "ours, connected": 500, "dead": 503}
