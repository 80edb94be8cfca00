"""Periods as values: week, month, quarter, half-year, nine months, year, year to date, each under a calendar.

A calendar says on which day of the month its months begin. The plain one begins on the 1st. The state statistics
rules (Thông tư 02/2021/TT-TTCP Điều 7; Nghị định 09/2019/NĐ-CP Điều 12) count from the 15th of the month before to the
14th: quarter I of 2026 runs from 15/12/2025 to 14/3/2026. Within one calendar shorter periods tile longer ones without
gap or overlap; periods of different calendars never do, and are not compared. Weeks are those of ISO 8601, Monday to
Sunday, a week belonging to the year of its Thursday; they tile nothing longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from typing import Literal, NamedTuple, Self, get_args

Kind = Literal["week", "month", "quarter", "half", "nine_months", "year", "ytd"]
Language = Literal["vi", "en"]

PLAIN = "calendar"
STATE = "15"
YEARS = range(1900, 3000)

_DAY = timedelta(days=1)
_MONTHS = {"week": 0, "month": 1, "quarter": 3, "half": 6, "nine_months": 9, "year": 12, "ytd": 1}  # months to an index
_LAST = {"week": 53, "month": 12, "quarter": 4, "half": 2, "nine_months": 1, "year": 1, "ytd": 12}  # the highest index
_CODE = re.compile(r"(\d{4})-(?:W(\d\d)|M(\d\d)|Q(\d)|H(\d)|(9M)|(Y)|YTD(\d\d)|YTDQ(\d))(?:@(\w+))?")
_SPAN_CODE = re.compile(r"(\d{4})(\d\d)(\d\d)-(\d{4})(\d\d)(\d\d)")
_NAMES = {"week": "tuần", "month": "tháng", "quarter": "quý", "half": "nửa năm", "ytd": "tháng"}
_ROMAN = ("", "I", "II", "III", "IV")
_ORDINAL = ("", "first", "second", "third", "fourth")
_ENGLISH_MONTHS = (
    *("", "January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Calendar(NamedTuple):
    """How a year is cut. first_day: the day on which its months begin; above 1 it lies in the month before."""

    name: str
    first_day: int
    source: str = ""


CALENDARS = {
    PLAIN: Calendar(PLAIN, 1, "tháng dương lịch"),
    STATE: Calendar(STATE, 15, "Thông tư 02/2021/TT-TTCP Điều 7; Nghị định 09/2019/NĐ-CP Điều 12"),
}


def calendar_named(name: str) -> Calendar:
    """The calendar of this name; a body with a cut-off of its own names it by its first day ("21": 21st to 20th).

    Raises ValueError for a name that is neither known nor a day from 02 to 28 in two digits.
    """
    if name in CALENDARS:
        return CALENDARS[name]
    if re.fullmatch(r"\d\d", name) and 2 <= int(name) <= 28:
        return Calendar(name, int(name))
    raise ValueError(
        f"Không có lịch báo cáo “{name}”. Dùng một trong: {', '.join(CALENDARS)}, "
        "hoặc ngày chốt đầu kỳ viết bằng hai chữ số từ 02 đến 28."
    )


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """One reporting period. index: which one of its kind in the year (ytd: the last month); sorted by its days.

    Raises ValueError (a Vietnamese sentence) when there is no such period.
    """

    kind: Kind
    year: int
    index: int = 1
    calendar: str = PLAIN

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"Không có loại kỳ “{self.kind}”. Dùng một trong: {', '.join(get_args(Kind))}.")
        if self.year not in YEARS:
            raise ValueError(f"Năm {self.year} ngoài khoảng {YEARS[0]}–{YEARS[-1]}.")
        if not 1 <= self.index <= _last(self.kind, self.year):
            name = _NAMES.get(self.kind, "kỳ")
            raise ValueError(f"Không có {name} {self.index}: chỉ từ 1 đến {_last(self.kind, self.year)}.")
        if calendar_named(self.calendar).name != PLAIN and self.kind == "week":
            raise ValueError(f"Tuần tính từ thứ Hai đến Chủ nhật, không theo lịch “{self.calendar}”.")

    @classmethod
    def parse(cls, code: str) -> Self:
        """The period of a code: 2026-W07, 2026-M07, 2026-Q3, 2026-H1, 2026-9M, 2026-Y, 2026-YTD07, 2026-Q3@15.

        2026-YTDQ3 (year to the end of a quarter) is read as 2026-YTD09.
        """
        match = _CODE.fullmatch(code)
        if not match:
            raise ValueError(
                f"Không hiểu mã kỳ “{code}”. Viết như 2026-W07, 2026-M07, 2026-Q3, 2026-H1, 2026-9M, 2026-Y, "
                "2026-YTD07; thêm @15 cho kỳ tính từ ngày 15 đến ngày 14."
            )
        year, week, month, quarter, half, nine, whole, to_month, to_quarter, calendar = match.groups()
        kind: Kind
        if week:
            kind, index = "week", int(week)
        elif month:
            kind, index = "month", int(month)
        elif quarter:
            kind, index = "quarter", int(quarter)
        elif half:
            kind, index = "half", int(half)
        elif nine or whole:
            kind, index = ("nine_months" if nine else "year"), 1
        else:
            kind, index = "ytd", int(to_month or 3 * int(to_quarter))
        return cls(kind, int(year), index, calendar or PLAIN)

    @classmethod
    def from_dates(cls, start: date, end: date) -> Self | None:
        """The period with exactly these days (both included) in one of CALENDARS, else None.

        The plain kind is preferred: 1/1–30/6 is the half-year, not the year to June.
        """
        after = Span(start, end).window[1]
        if (after - start).days == 7:  # no other period is as short
            year, number, weekday = start.isocalendar()
            return cls("week", year, number) if weekday == 1 and year in YEARS else None
        for name, calendar in CALENDARS.items():
            if start.day != calendar.first_day or after.day != calendar.first_day:
                continue
            first = start.year * 12 + start.month - 1 + (calendar.first_day > 1)
            count = after.year * 12 + after.month - 1 + (calendar.first_day > 1) - first
            year, month = first // 12, first % 12 + 1
            if year not in YEARS or month + count > 13:
                continue
            for kind in get_args(Kind)[1:]:  # all but the week
                index = count if kind == "ytd" else (month - 1) // _MONTHS[kind] + 1
                if index <= _LAST[kind]:
                    period = cls(kind, year, index, name)
                    if (period.start, period.end) == (start, end):
                        return period
        return None

    @classmethod
    def covering(cls, day: date, kind: Kind, calendar: str = PLAIN) -> Self:
        """The period of this kind in which the day lies (ytd: to the end of the day's month; weeks: PLAIN only).

        Raises ValueError for a day after the ninth month when nine_months is asked for.
        """
        if kind == "week":
            return cls._week(day, calendar)
        first_day = calendar_named(calendar).first_day
        months = day.year * 12 + day.month - 1 + (1 < first_day <= day.day)
        year, month = months // 12, months % 12 + 1
        if kind == "nine_months" and month > 9:
            raise ValueError(f"Ngày {vietnamese(day)} nằm ngoài kỳ 9 tháng năm {year}.")
        return cls(kind, year, (month - 1) // _MONTHS.get(kind, 1) + 1, calendar)

    @classmethod
    def _week(cls, day: date, calendar: str = PLAIN) -> Self:
        year, week, _ = day.isocalendar()
        return cls("week", year, week, calendar)

    @property
    def code(self) -> str:
        name = {
            "week": f"W{self.index:02}",
            "month": f"M{self.index:02}",
            "quarter": f"Q{self.index}",
            "half": f"H{self.index}",
            "nine_months": "9M",
            "year": "Y",
            "ytd": f"YTD{self.index:02}",
        }[self.kind]
        return f"{self.year}-{name}" + ("" if self.calendar == PLAIN else f"@{self.calendar}")

    @property
    def months(self) -> range:
        """The months of the reporting year that it covers, 1 to 12; a week covers none."""
        if self.kind == "ytd":
            return range(1, self.index + 1)
        length = _MONTHS[self.kind]
        return range((self.index - 1) * length + 1, self.index * length + 1)

    @property
    def start(self) -> date:
        return self.window[0]

    @property
    def end(self) -> date:
        """The last day, included."""
        return self.window[1] - _DAY

    @property
    def window(self) -> tuple[date, date]:
        """[first day, day after the last), as a database range wants it."""
        if self.kind == "week":
            monday = date.fromisocalendar(self.year, self.index, 1)
            return monday, monday + 7 * _DAY
        return self._first_day_of(self.months[0]), self._first_day_of(self.months[-1] + 1)

    def _first_day_of(self, month: int) -> date:
        first_day = calendar_named(self.calendar).first_day
        months = self.year * 12 + month - 1 - (first_day > 1)
        return date(months // 12, months % 12 + 1, first_day)

    def contains(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def previous(self) -> Period:
        """The one of the same kind just before (nine months and year: a year earlier)."""
        if self.index > 1:
            return Period(self.kind, self.year, self.index - 1, self.calendar)
        return Period(self.kind, self.year - 1, _last(self.kind, self.year - 1), self.calendar)

    @property
    def before(self) -> tuple[Period, ...]:
        """Those that end on the day before it starts, of its own kind first: where what it carries in was left.

        Nine months carry in what was left at the end of the year, not nine months of a year before.
        """
        if self.kind == "week":
            return (self.previous,)
        kinds: tuple[Kind, ...] = ("month", "quarter", "half", "year")
        found = [Period.covering(self.start - _DAY, kind, self.calendar) for kind in kinds]
        ended = [one for one in found if one.window[1] == self.start]
        return tuple(sorted(ended, key=lambda one: one.kind != self.kind))

    @property
    def next(self) -> Period:
        """The one that work goes on in: the next of its kind; after nine months the fourth quarter."""
        if self.kind == "nine_months":
            return Period("quarter", self.year, 4, self.calendar)
        if self.index < _last(self.kind, self.year):
            return Period(self.kind, self.year, self.index + 1, self.calendar)
        return Period(self.kind, self.year + 1, 1, self.calendar)

    @property
    def same_last_year(self) -> Period:
        """The one of the same number a year before; of a 53rd week, where that year had none, its last."""
        return Period(self.kind, self.year - 1, min(self.index, _last(self.kind, self.year - 1)), self.calendar)

    @property
    def parts(self) -> tuple[Period, ...]:
        """The usual pieces: months of a quarter or year to date, quarters of what is longer; a month, a week: none."""
        if self.kind in ("week", "month"):
            return ()
        return tuple(self._cut("month" if self.kind in ("quarter", "ytd") else "quarter"))

    @property
    def tilings(self) -> tuple[tuple[Period, ...], ...]:
        """Every usual way to put it together, fewest pieces first: 9M = H1 + Q3 = Q1 + Q2 + Q3 = nine months."""
        if self.kind in ("week", "month"):
            return ()
        kinds: tuple[Kind, ...] = ("half", "quarter", "month")
        found = [tuple(self._cut(kind)) for kind in kinds if kind != self.kind]
        if self.kind == "year":
            found.insert(0, (Period("nine_months", self.year, 1, self.calendar), *self._cut("quarter", after=9)))
        if self.kind == "nine_months":
            found.insert(0, (Period("half", self.year, 1, self.calendar), *self._cut("quarter", after=6)))
        return tuple(
            pieces for pieces in sorted(found, key=len) if sum(len(p.months) for p in pieces) == len(self.months)
        )

    def _cut(self, kind: Kind, after: int = 0) -> Iterator[Period]:
        """Whole pieces of a kind inside, beginning after a month."""
        for index in range(1, _LAST[kind] + 1):
            piece = Period(kind, self.year, index, self.calendar)
            if piece.months[0] in self.months and piece.months[-1] in self.months and piece.months[0] > after:
                yield piece

    def label(self, language: Language = "vi") -> str:
        """How it is called; outside the plain calendar the label says the days."""
        name = self._vietnamese_name() if language == "vi" else self._english_name()
        return name if self.calendar == PLAIN else f"{name} ({Span(self.start, self.end).label(language)})"

    def _vietnamese_name(self) -> str:
        match self.kind:
            case "week":
                return f"tuần {self.index} năm {self.year} ({self._days()})"
            case "month":
                return f"tháng {self.index} năm {self.year}"
            case "quarter":
                return f"quý {_ROMAN[self.index]} năm {self.year}"
            case "half":
                return f"6 tháng {'đầu' if self.index == 1 else 'cuối'} năm {self.year}"
            case "nine_months":
                return f"9 tháng năm {self.year}"
            case "year":
                return f"năm {self.year}"
            case "ytd":
                return f"lũy kế từ đầu năm đến hết tháng {self.index} năm {self.year}"

    def _days(self) -> str:
        """09/02–15/02, with the years where they differ."""
        form = "%d/%m" if self.start.year == self.end.year else "%d/%m/%Y"
        return f"{self.start:{form}}–{self.end:{form}}"

    def _english_name(self) -> str:
        match self.kind:
            case "week":
                return f"week {self.index} of {self.year} ({_english(self.start)} to {_english(self.end)})"
            case "month":
                return f"{_ENGLISH_MONTHS[self.index]} {self.year}"
            case "quarter":
                return f"{_ORDINAL[self.index]} quarter of {self.year}"
            case "half":
                return f"{_ORDINAL[self.index]} half of {self.year}"
            case "nine_months":
                return f"first nine months of {self.year}"
            case "year":
                return f"{self.year}"
            case "ytd":
                return f"{self.year} to the end of {_ENGLISH_MONTHS[self.index]}"

    @property
    def length(self) -> str:
        """In words: "1 tuần", "3 tháng"."""
        return f"{len(self.months)} tháng" if self.months else "1 tuần"

    def __lt__(self, other: Period) -> bool:
        return (self.start, self.end, self.code) < (other.start, other.end, other.code)

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Any run of days, both ends included: what a report speaks of when no standard period fits.

    Raises ValueError (a Vietnamese sentence) when it ends before it starts.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        for day in (self.start, self.end):
            if not YEARS[0] - 1 <= day.year <= YEARS[-1]:  # the year 1900 of @15 begins in 1899
                raise ValueError(f"Ngày {vietnamese(day)} ngoài khoảng năm {YEARS[0]}–{YEARS[-1]}.")
        if self.end < self.start:
            raise ValueError(
                f"Kỳ kết thúc ({vietnamese(self.end)}) trước khi bắt đầu ({vietnamese(self.start)}): xem lại hai ngày."
            )

    @classmethod
    def parse(cls, code: str) -> Self:
        """The span of a code: 20260210-20260315."""
        match = _SPAN_CODE.fullmatch(code)
        if not match:
            raise ValueError(f"Không hiểu mã khoảng ngày “{code}”. Viết như 20260210-20260315.")
        numbers = [int(number) for number in match.groups()]
        try:
            start, end = date(*numbers[:3]), date(*numbers[3:])
        except ValueError:
            raise ValueError(f"Mã khoảng ngày “{code}” có một ngày không có trong lịch.") from None
        return cls(start, end)

    @property
    def code(self) -> str:
        return f"{self.start:%Y%m%d}-{self.end:%Y%m%d}"

    @property
    def window(self) -> tuple[date, date]:
        return self.start, self.end + _DAY

    @property
    def period(self) -> Period | None:
        """The standard period with exactly these days."""
        return Period.from_dates(self.start, self.end)

    def contains(self, day: date) -> bool:
        return self.start <= day <= self.end

    def label(self, language: Language = "vi") -> str:
        if language == "vi":
            return f"từ {vietnamese(self.start)} đến {vietnamese(self.end)}"
        return f"{_english(self.start)} to {_english(self.end)}"

    def __str__(self) -> str:
        return self.code


def parse(code: str) -> Period | Span:
    """A stored code of either sort back into its value; raises ValueError."""
    return Span.parse(code) if _SPAN_CODE.fullmatch(code) else Period.parse(code)


class Comparable(NamedTuple):
    """reason: empty when ok, else a Vietnamese sentence."""

    ok: bool
    reason: str

    def __bool__(self) -> bool:
        return self.ok


def comparable(a: Period | Span, b: Period | Span) -> Comparable:
    """Like with like: the same calendar and as many months; spans only with the same days of another year.

    A span with exactly the days of a standard period is taken as that period.
    """
    a, b = _standard(a), _standard(b)
    if isinstance(a, Period) and isinstance(b, Period):
        if a.calendar != b.calendar:
            return Comparable(False, f"Hai kỳ theo hai lịch chốt số liệu khác nhau: {_days(a)}; {_days(b)}.")
        if len(a.months) != len(b.months):
            lengths = f"{a.label()} là {a.length}, {b.label()} là {b.length}"
            return Comparable(False, f"Hai kỳ dài ngắn khác nhau: {lengths}.")
        return Comparable(True, "")
    years = [
        (one.year - other.year, one.month - other.month, one.day - other.day)
        for one, other in zip(a.window, b.window, strict=True)
    ]
    if years[0] == years[1] and years[0][1:] == (0, 0):
        return Comparable(True, "")
    return Comparable(False, f"Hai khoảng ngày không tương ứng với nhau: {a.label()}; {b.label()}.")


def periods_open_on(day: date, kinds: Iterable[Kind], calendar: str = PLAIN) -> list[Period]:
    """What a board shows on a day: of each kind the period that ended last and the one that is running, by their end.

    Weeks are plain under any calendar. `Period.contains(day)` tells the running ones.
    """
    found = []
    for kind in kinds:
        named = PLAIN if kind == "week" else calendar
        if kind == "nine_months" and Period.covering(day, "month", named).index > 9:
            found.append(Period(kind, Period.covering(day, "year", named).year, 1, named))
        else:
            running = Period.covering(day, kind, named)
            found += [running.previous, running]
    return sorted(found, key=lambda period: (period.end, period.start))


def _last(kind: Kind, year: int) -> int:
    """The highest index of a kind in a year; 28 December is always in the last week."""
    return date(year, 12, 28).isocalendar().week if kind == "week" else _LAST[kind]


def _standard(value: Period | Span) -> Period | Span:
    return value if isinstance(value, Period) else value.period or value


def _days(period: Period) -> str:
    return f"{period.label()}, {Span(period.start, period.end).label()}" if period.calendar == PLAIN else period.label()


def vietnamese(day: date) -> str:
    """A day as it is written: 2/9/2026."""
    return f"{day.day}/{day.month}/{day.year}"


def _english(day: date) -> str:
    return f"{day.day} {_ENGLISH_MONTHS[day.month]} {day.year}"
