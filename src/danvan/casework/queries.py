"""Named reads of the reception desk and its days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils import timezone

from danvan.access.models import Person, Post
from danvan.casework import reception_duty
from danvan.casework.models import ReceptionDay, Turn
from danvan.units import queries as units
from danvan.units.models import UnitVersion

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


def names_of(wanted: Iterable[int | None]) -> dict[int, str]:
    """What units are or were last called; one query for all."""
    numbers = {one for one in wanted if one}
    if not numbers:
        return {}
    last = UnitVersion.objects.filter(unit__in=numbers).order_by("unit", "-during").distinct("unit")
    return dict(last.values_list("unit", "name"))


def level_of(unit: int, day: dt.date) -> str:
    version = units.version_on(unit, day)
    return version.level if version else ""


def handlers_of(unit: int) -> list[tuple[int, str]]:
    """Who of the unit may have a matter to handle today: number and name."""
    today = timezone.localdate()
    held = Post.objects.filter(unit=unit, during__contains=today, person=OuterRef("pk"))
    people = Person.objects.filter(Exists(held), is_active=True).order_by("name", "pk")
    return list(people.values_list("pk", "name"))
