"""Rows that wait to be worked on: taken up by one worker at a time, again after its lease where that one died."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from danvan.access import scope
from danvan.access.scope import Acting

MOST_ATTEMPTS = 3
WAITING = "waiting"


@contextmanager
def step(post: Acting | None) -> Iterator[None]:
    """A transaction of its own. post: who acts, where it is a person's page; without one the scope that is open."""
    with transaction.atomic():
        if post is None:
            yield
        else:
            with scope.acting(post):
                yield


def to_do(rows: QuerySet[Any], working: str, lease: timedelta) -> QuerySet[Any]:
    """Those that wait, and those in the state `working` for longer than any of them takes."""
    late = Q(state=working, taken_at__lt=timezone.now() - lease)
    return rows.filter(state__in=[WAITING, working]).filter(Q(state=WAITING) | late)


def take_up(rows: QuerySet[Any], working: str, give_up: Callable[[Any], None]) -> Any | None:
    """The next of the rows to do, ours from now on; those that were tried before come last.

    give_up: says state and why of one that was tried too often.
    """
    rows = rows.select_for_update(of=("self",), skip_locked=True)
    while row := rows.order_by("attempts", "pk").first():
        if row.attempts < MOST_ATTEMPTS:
            row.state, row.attempts, row.taken_at = working, row.attempts + 1, timezone.now()
            row.save(update_fields=["state", "attempts", "taken_at"])
            return row
        give_up(row)
        row.save(update_fields=["state", "why"])
    return None
