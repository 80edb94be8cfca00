"""An event is written with its deed, and stays."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from danvan.audit import actions
from danvan.audit.models import Event


@pytest.mark.django_db
def test_tests_run_as_the_role_that_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM pg_tables WHERE tableowner = current_user GROUP BY 1")
        assert cursor.fetchall() == []
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("danvan_app",)


@pytest.mark.django_db
def test_an_event_says_who_did_what():
    actions.record(by="cán bộ tỉnh", verb="units.merge", label="Bắc Kạn → Thái Nguyên", day="2025-07-01")

    event = Event.objects.get()
    assert (event.by, event.verb, event.data) == ("cán bộ tỉnh", "units.merge", {"day": "2025-07-01"})


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda e: e.delete(), lambda e: Event.objects.filter(pk=e.pk).update(by="x")])
def test_an_event_cannot_be_changed_or_removed(change):
    actions.record(by="cán bộ tỉnh", verb="units.merge")
    event = Event.objects.get()

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        change(event)


def test_an_event_outside_a_transaction_is_refused(monkeypatch):
    # What tests begin with may be kept in a transaction that stays open between them.
    monkeypatch.setattr(transaction, "get_connection", lambda: SimpleNamespace(in_atomic_block=False))
    with pytest.raises(RuntimeError, match="transaction of the deed"):
        actions.record(by="cán bộ tỉnh", verb="units.merge")
