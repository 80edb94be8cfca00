"""On which days somebody is told that a matter's day comes near or is past (data/alarms.yaml). Plain Python."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

import yaml

from danvan.lib.datafiles import from_yaml
from danvan.lib.periods import vietnamese
from danvan.lib.workdays import Calendar

DATA = Path(__file__).parent / "data" / "alarms.yaml"
VARIABLE = "DANVAN_ALARMS"
MOST = 60  # working days; more is a slip of the pen
_DAY = timedelta(days=1)
_EVER = date(2000, 1, 1)

Kind = Literal["before", "overdue", "above"]


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """So many working days before and after a due day, during [since, until). Days in falling and rising order."""

    since: date
    until: date | None
    before: tuple[int, ...]
    overdue: tuple[int, ...]
    above: tuple[int, ...]
    source: str
    verified: bool


class Alarm(NamedTuple):
    """Today matters due between two days, both in, are told of. days: working days to or since the due day."""

    kind: Kind
    days: int
    first: date
    last: date


def rules() -> tuple[AlarmRule, ...]:
    """Those of this installation. Raises ValueError."""
    return load(Path(os.environ.get(VARIABLE) or DATA))


@cache
def load(path: Path) -> tuple[AlarmRule, ...]:
    """The dated rules of a file in order. ValueError where an entry is wrong or two overlap."""
    try:
        found = tuple(
            AlarmRule(
                since=row["from"],
                until=row.get("to"),
                before=_days(row["before"]),
                overdue=_days(row["overdue"]),
                above=_days(row["above"]),
                source=row["source"],
                verified=row["verified"],
            )
            for row in from_yaml(path.read_text("utf-8"))
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"Không đọc được quy định nhắc hạn {path.name}: {error}.") from error
    for one, other in pairwise(found):
        if one.until is None or other.since < one.until:
            raise ValueError(f"Quy định nhắc hạn {path.name}: hai khoảng thời gian chồng lên nhau.")
    return found


def on(day: date) -> AlarmRule:
    for rule in rules():
        if rule.since <= day and (rule.until is None or day < rule.until):
            return rule
    raise ValueError(f"Không có quy định nhắc hạn vụ việc cho ngày {vietnamese(day)}.")


def of(today: date, rule: AlarmRule, calendar: Calendar) -> Iterator[Alarm]:
    """What is told today. The days before stand side by side without a gap: what was missed on its day, since nobody
    worked or the matter came later, is told by the next one."""
    if not calendar.is_working(today):
        return
    first = today
    for days in sorted(rule.before):
        last = _after(today, days, calendar)
        yield Alarm("before", days, first, last)
        first = last + _DAY
    for kind, wanted in (("overdue", rule.overdue), ("above", rule.above)):
        for days in wanted:
            yield Alarm(kind, days, _EVER, _before(today, days, calendar))  # type: ignore[arg-type]


def _after(today: date, days: int, calendar: Calendar) -> date:
    """The last day to which there are no more than so many working days."""
    day = calendar.add_working_days(today, days).due
    while not calendar.is_working(day + _DAY):
        day += _DAY
    return day


def _before(today: date, days: int, calendar: Calendar) -> date:
    """The last day since which at least so many working days have gone, today with them."""
    day, gone = today, 0
    while gone < days:
        gone += calendar.is_working(day)
        day -= _DAY
    return day


def _days(given: Iterable[int]) -> tuple[int, ...]:
    days = tuple(given)
    if any(type(day) is not int or not 1 <= day <= MOST for day in days):
        raise ValueError(f"số ngày làm việc phải từ 1 đến {MOST}: {days}")
    return days
