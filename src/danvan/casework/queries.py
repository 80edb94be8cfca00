"""Named reads of the reception desk and its days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from danvan.casework import reception_duty
from danvan.casework.models import ReceptionDay, Turn
from danvan.units import queries as units

NEWEST_TURNS = 50


def turns_on(unit: int, day: dt.date) -> list[Turn]:
    """Who was received on the day, newest first; persons as a number only."""
    rows = Turn.objects.filter(unit=unit, on=day).select_related("matter").order_by("-pk")
    return list(rows[:NEWEST_TURNS])


def days_between(unit: int, first: dt.date, last: dt.date) -> list[ReceptionDay]:
    """The days on which heads were to receive or did."""
    return list(ReceptionDay.objects.filter(unit=unit, on__range=(first, last)).order_by("on", "receiver"))


class Kept(NamedTuple):
    """How far a head's duty to receive is fulfilled. article: where it is written."""

    receiver: str
    required: int
    held: int
    article: str
    verified: bool


def duties(level: str, days: Iterable[ReceptionDay], first: dt.date, last: dt.date) -> list[Kept]:
    """What the law wants of each head of that level between two days, and what was held."""
    held: dict[str, int] = {}
    for day in days:
        held[day.receiver] = held.get(day.receiver, 0) + bool(day.held)
    found = []
    for receiver in dict.fromkeys(duty.receiver for duty in reception_duty.load()):
        wanted = reception_duty.required(level, receiver, first, last)
        rule = [
            duty
            for duty in reception_duty.load()
            if (duty.level, duty.receiver) == (level, receiver) and duty.holds_on(first)
        ]
        if wanted and rule:
            found.append(Kept(receiver, wanted, held.get(receiver, 0), rule[0].article, rule[0].verified))
    return found


# Asked for every page, so written out: to have it put together each time takes longer than to answer it.
_NAMES = """
SELECT DISTINCT ON (unit_id) unit_id, name FROM units_unitversion WHERE unit_id = ANY(%s) ORDER BY unit_id, during DESC
"""
_AROUND = """
SELECT EXISTS (SELECT FROM casework_turn WHERE matter_id = %(matter)s),
  EXISTS (SELECT FROM casework_move WHERE matter_id = %(matter)s),
  EXISTS (SELECT FROM casework_answer WHERE matter_id = %(matter)s),
  EXISTS (SELECT FROM casework_attachment WHERE matter_id = %(matter)s),
  EXISTS (SELECT FROM casework_matter WHERE related_to_id = %(matter)s)
    OR EXISTS (SELECT FROM casework_matter WHERE merged_into_id = %(matter)s)
"""


def names_of(wanted: Iterable[int | None]) -> dict[int, str]:
    """What units are or were last called; one query for all."""
    numbers = {one for one in wanted if one}
    if not numbers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [sorted(numbers)])
        return dict(cursor.fetchall())


class Around(NamedTuple):
    """Whether there is any of what may lie around a matter."""

    turns: bool
    moves: bool
    answers: bool
    papers: bool
    matters: bool


def around(matter: int) -> Around:
    """What need not be asked for: most matters have little of it."""
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, {"matter": matter})
        return Around(*cursor.fetchone())


def level_of(unit: int, day: dt.date) -> str:
    version = units.version_on(unit, day)
    return version.level if version else ""


_HANDLERS = """
SELECT person.id, person.name FROM access_person person
WHERE person.is_active AND person.id IN (
  SELECT person_id FROM access_post WHERE unit_id = %(unit)s AND during @> %(today)s::date)
ORDER BY person.name, person.id
"""


def handlers_of(unit: int) -> list[tuple[int, str]]:
    """Who of the unit may have a matter to handle today: number and name."""
    with connection.cursor() as cursor:
        cursor.execute(_HANDLERS, {"unit": unit, "today": timezone.localdate()})
        return [(pk, name) for pk, name in cursor.fetchall()]
