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
def test_a_scope_that_could_not_be_told_is_not_left_to_the_next_request(monkeypatch, opened):
    with connection.cursor() as cursor:
        monkeypatch.setattr(scope, "_SET", "SELECT no_such_function(%s, %s, %s, %s, %s, %s, %s, %s, %s)")
        with pytest.raises(ProgrammingError), transaction.atomic(), opened():
            cursor.execute("SELECT 1")
        with pytest.raises(scope.OutsideScope):
            scope.current()
        monkeypatch.undo()
        assert told(cursor) == ["", "", ""]


def told(cursor):
    """The scope as row security sees it in a statement of now."""
    cursor.execute("SELECT current_setting(name, true) FROM unnest(%s::text[]) name", [list(scope.SETTINGS)])
    return [value or "" for (value,) in cursor.fetchall()]


def test_the_database_holds_the_scope_of_each_statement():
    with connection.cursor() as cursor, suppress(LookupError), transaction.atomic():
        with scope.system("test"):
            assert told(cursor) == ["", "", "on"]
            with suppress(KeyError), transaction.atomic(), scope.person(7):
                assert told(cursor) == ["", "7", ""]
                raise KeyError
            assert told(cursor) == ["", "", "on"], "what the savepoint took back is told again"
        assert told(cursor) == ["", "", ""]
        with scope.person(8):
            assert told(cursor) == ["", "8", ""]
            raise LookupError
    with connection.cursor() as cursor:
        assert told(cursor) == ["", "", ""]


def test_a_scope_that_fails_lets_what_lies_around_it_be_taken_back():
    with transaction.atomic():
        with pytest.raises(ProgrammingError), transaction.atomic(), scope.system("test"), connection.cursor() as cursor:
            cursor.execute("SELECT no_such_function()")
        with connection.cursor() as cursor:
            assert told(cursor) == ["", "", ""]


def test_a_scope_that_ended_within_a_transaction_by_hand_does_not_come_back_with_its_end():
    """In a thread of its own, as a request, with a connection that is in no transaction of the test."""
    found = []

    def request() -> None:
        with connection.cursor() as cursor:
            with scope.system("test"):
                found.append(told(cursor))
            transaction.set_autocommit(False)
            found.append(told(cursor))
            transaction.rollback()
            found.append(told(cursor))
            transaction.rollback()
        connection.close()

    thread = threading.Thread(target=request)
    thread.start()
    thread.join()
    assert found == [["", "", "on"], ["", "", ""], ["", "", ""]]


def test_a_scope_costs_one_statement_and_its_end_none(django_assert_num_queries):
    with scope.person(5):
        with django_assert_num_queries(3), scope.person(6), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.execute("SELECT 1")
        with django_assert_num_queries(0), scope.person(6), scope.system("test"):
            pass


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
