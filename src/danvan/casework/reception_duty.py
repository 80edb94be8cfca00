"""On how many days a head must receive citizens, from the dated table (data/reception_days.yaml). Plain Python."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from danvan.lib.datafiles import from_yaml

DATA = Path(__file__).parent / "data" / "reception_days.yaml"


@dataclass(frozen=True, slots=True)
class Duty:
    """So many days a month or a week, from a day on until another (excluded)."""

    receiver: str
    level: str
    since: date
    until: date | None
    per: str
    days: int
    article: str
    verified: bool

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@cache
def load(path: Path = DATA) -> tuple[Duty, ...]:
    rows = from_yaml(path.read_text("utf-8"))["rules"]
    duties = []
    for row in rows:
        given = dict(row)
        duties.append(Duty(since=given.pop("from"), until=given.pop("to", None), **given))
        if duties[-1].per not in ("month", "week") or duties[-1].days < 1:
            raise ValueError(f"reception_days.yaml: {row}: per là month hoặc week, days từ 1.")
    return tuple(duties)


def required(level: str, receiver: str, first: date, last: date) -> int:
    """Days that a head of that level must receive between two days, both in: each month or week that begins therein.

    Of a window from the 15th to the 14th that is each month of it once. 0 where no rule names a number.
    """
    found = 0
    for duty in load():
        if (duty.level, duty.receiver) == (level, receiver):
            found += duty.days * sum(duty.holds_on(day) for day in _begins(duty.per, first, last))
    return found


def months(first: date, last: date) -> list[tuple[date, date]]:
    """The window cut into months from its first day on: (first day, last day) of each."""
    begun = [*_begins("month", first, last), last + timedelta(1)]
    return [(one, following - timedelta(1)) for one, following in itertools.pairwise(begun)]


def _begins(per: str, first: date, last: date) -> list[date]:
    if per == "week":
        return [first + timedelta(n) for n in range(0, (last - first).days + 1, 7)]
    days, day = [], first
    while day <= last:
        days.append(day)
        day = date(day.year + day.month // 12, day.month % 12 + 1, min(first.day, 28))
    return days
