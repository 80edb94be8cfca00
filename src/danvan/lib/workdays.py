"""Working days of Viet Nam's offices (Monday to Friday) and the terms counted in them.

Statutory days off, Tết by the lunar calendar, and the swaps that it knows come from the `holidays` library; the yearly
decisions stand over it in data/workdays.yaml, each with its source. A year without one is computed by the law alone and
named in `Term.unconfirmed_years`: nothing is silently assumed.

Terms follow Bộ luật Dân sự 2015 Điều 147, 148: the day of the event is not counted; a term in calendar days that ends
on a day off ends on the next working day. A term in working days counts make-up Saturdays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

import holidays
import yaml

from danvan.lib.datafiles import from_yaml
from danvan.lib.periods import vietnamese

Source = Literal["library", "override", "weekend", "workday"]
TermKind = Literal["calendar", "working"]

# Offices rest on Saturdays since 2 October 1999 (188/1999/QĐ-TTg); the library's lunar calendar ends with 2100.
YEARS = range(2000, 2101)
DATA = Path(__file__).parent / "data" / "workdays.yaml"

_DAY = timedelta(days=1)
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True)
class Day:
    """One day and why it is worked or not.

    authority: the text that an override rests on; verified: whether it was compared with the signed text.
    """

    date: date
    working: bool
    why: str
    source: Source
    authority: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """A yearly decision known to the data."""

    year: int
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One day of a year's table: what the library says, what the override says, what holds."""

    day: date
    library: Day
    override: Day | None

    @property
    def result(self) -> Day:
        return self.override or self.library

    @property
    def differs(self) -> bool:
        """The override changes what the library says."""
        return self.result.working != self.library.working


@dataclass(frozen=True, slots=True)
class Term:
    """A stretch of days after an event. counted and skipped together are every day after it up to and with due."""

    event: date
    due: date
    counted: tuple[date, ...]
    skipped: tuple[Day, ...]
    unconfirmed_years: tuple[int, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(
            f"Năm {year}: chưa có quyết định nghỉ lễ, hoán đổi ngày làm việc trong dữ liệu; "
            "ngày nghỉ mới tính theo luật, kết quả có thể thay đổi."
            for year in self.unconfirmed_years
        )


class Calendar:
    """Says of each day whether offices work and why, and counts terms. Errors are ValueErrors in Vietnamese."""

    def __init__(self, plans: Mapping[int, Plan], overrides: Mapping[date, Day]) -> None:
        self.plans = MappingProxyType(dict(plans))
        self.overrides = MappingProxyType(dict(overrides))
        # All years at once: threads share this calendar, and the library would fill in years while it answers.
        self._library = holidays.country_holidays("VN", language="vi", years=YEARS, expand=False)

    @classmethod
    def load(cls, *more: Path) -> Calendar:
        """The calendar of the project's data, and over it further files of the same form (a new yearly decision)."""
        return _load(more)

    def day(self, day: date) -> Day:
        return self.overrides.get(day) or self._by_library(day)

    def is_working(self, day: date) -> bool:
        return self.day(day).working

    def add_working_days(self, start: date, days: int) -> Term:
        return self.term(start, days, "working")

    def term(self, event_day: date, days: int, kind: TermKind = "calendar") -> Term:
        """The term of so many days (1 or more) after the event, with every day it counts and skips.

        calendar: the last day, if off, gives way to the next working day; both are seen in `skipped` and `counted`.
        """
        if kind not in get_args(TermKind):
            raise ValueError(f"Không có cách tính “{kind}”. Dùng calendar (ngày) hoặc working (ngày làm việc).")
        if days < 1:
            raise ValueError(f"Số ngày phải từ 1 trở lên, không phải {days}.")
        counted: list[date] = []
        skipped: list[Day] = []
        looked_up: set[int] = set()
        for day in self._after(event_day):
            if kind == "working" or len(counted) == days - 1:
                looked_up.add(day.year)
                if not (found := self.day(day)).working:
                    skipped.append(found)
                    continue
            counted.append(day)
            if len(counted) == days:
                return Term(event_day, day, tuple(counted), tuple(skipped), self._unconfirmed(looked_up))
        raise ValueError(f"Thời hạn {days} ngày kéo quá năm {YEARS[-1]}, ngoài khoảng lịch biết được. Xem lại số ngày.")

    def count(self, after: date, until: date) -> Term:
        """The working days after one day up to and with another: as many as add_working_days would have counted."""
        if until < after:
            raise ValueError(f"Ngày cuối ({vietnamese(until)}) trước ngày đầu ({vietnamese(after)}): xem lại hai ngày.")
        self._check(until)
        days = [self.day(day) for day in takewhile(lambda day: day <= until, self._after(after))]
        counted = tuple(day.date for day in days if day.working)
        skipped = tuple(day for day in days if not day.working)
        return Term(after, until, counted, skipped, self._unconfirmed({day.date.year for day in days}))

    def year_table(self, year: int) -> list[Row]:
        """The days of a year on which the library or an override says anything, in order."""
        if year not in YEARS:
            raise ValueError(f"Năm {year} ngoài khoảng {YEARS[0]}–{YEARS[-1]} mà lịch biết được.")
        day, rows = date(year, 1, 1), []
        while day.year == year:
            row = Row(day, self._by_library(day), self.overrides.get(day))
            if row.override or row.library.source == "library":
                rows.append(row)
            day += _DAY
        return rows

    def _by_library(self, day: date) -> Day:
        self._check(day)
        name = self._library.get(day)
        name_of_day = weekday(day)
        if name:
            return Day(day, False, "; ".join(sorted(set(name.split("; ")))), "library")
        if day in self._library.weekend_workdays:
            return Day(day, True, f"{name_of_day} làm bù", "library")
        if day.weekday() >= 5:
            return Day(day, False, f"nghỉ hằng tuần ({name_of_day})", "weekend")
        return Day(day, True, "ngày làm việc", "workday")

    def _after(self, event: date) -> Iterator[date]:
        """The days after the event, as far as the calendar knows."""
        self._check(event)
        while event.year < YEARS[-1] or (event.month, event.day) != (12, 31):
            event += _DAY
            yield event

    def _check(self, day: date) -> None:
        if day.year not in YEARS:
            raise ValueError(f"Ngày {vietnamese(day)} ngoài khoảng năm {YEARS[0]}–{YEARS[-1]} mà lịch biết được.")

    def _unconfirmed(self, years: set[int]) -> tuple[int, ...]:
        return tuple(sorted(years - self.plans.keys()))


@cache
def _load(more: tuple[Path, ...]) -> Calendar:
    plans: dict[int, Plan] = {}
    overrides: dict[date, Day] = {}
    for path in (DATA, *more):
        try:
            data = from_yaml(path.read_text("utf-8")) or {}
            for year, plan in (data.get("plans") or {}).items():
                plans[int(year)] = Plan(int(year), plan["source"], plan["verified"])
            for row in data.get("days") or []:
                overrides[row["day"]] = _override(row)
        except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(
                f"Không đọc được lịch ngày nghỉ {path}: {error}. "
                "Mỗi ngày cần day, working, why, source, verified; mỗi năm cần source, verified."
            ) from error
    return Calendar(plans, overrides)


def _override(row: dict[str, Any]) -> Day:
    day, working, verified = row["day"], row["working"], row["verified"]
    if type(day) is not date or not isinstance(working, bool) or not isinstance(verified, bool):
        raise ValueError(f"ngày {day}: day phải là ngày, working và verified phải là true hoặc false")
    return Day(day, working, row["why"], "override", row["source"], verified)


def weekday(day: date) -> str:
    """thứ Hai ... Chủ nhật."""
    return _WEEKDAYS[day.weekday()]
