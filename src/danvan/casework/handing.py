"""To which unit a matter can be handed: by name or code; one that is gone leads to those that came after it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from danvan.casework.public import place_of
from danvan.units import names
from danvan.units import queries as units
from danvan.units.models import UnitVersion

MOST = 8
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Receivers:
    """Units of today that a name may mean, each with what it lies in.

    gone: what is named is no more; those found came after it.
    """

    found: tuple[tuple[int, str], ...] = ()
    gone: str = ""


def receivers(said: str, day: dt.date, *, but: int) -> Receivers:
    """but: the unit that hands over. Nothing for an empty name."""
    said = said.replace("\x00", " ").strip()[:LONGEST]
    if not said:
        return Receivers()
    now = [version.unit_id for version in units.find(said, day)] or [
        version.unit_id for version in units.with_code(said, day)
    ]
    if now:
        return Receivers(_placed(now, but))
    key = names.query_key(said)
    before = UnitVersion.objects.filter(Q(search_key=key) | Q(bare_key=key)).order_by("-during") if key else []
    for version in before[:MOST]:
        after = _living(version.unit_id, day)
        if after:
            return Receivers(_placed(after, but), version.name)
    near = units.on(day).filter(search_key__contains=key).order_by("search_key", "unit")[:MOST] if len(key) > 1 else []
    return Receivers(_placed([version.unit_id for version in near], but))


def _living(unit: int, day: dt.date) -> list[int]:
    """Those that came after a unit that is gone, as far down as they exist on the day."""
    found: list[int] = []
    waiting, seen = [unit], set[int]()
    while waiting and len(seen) < 50:
        one = waiting.pop(0)
        if one in seen:
            continue
        seen.add(one)
        if one != unit and units.version_on(one, day):
            found.append(one)
        else:
            waiting += [edge.successor_id for edge in units.history(one).successors]
    return found


def _placed(found: list[int], but: int) -> tuple[tuple[int, str], ...]:
    numbers = [one for one in dict.fromkeys(found) if one != but]
    return tuple((one, place_of(one)) for one in numbers[:MOST])
