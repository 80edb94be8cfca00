"""Days, hours and months written in digits: what they mean, and where they stand, so that no figure is read there."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from danvan.narrative.reading.document import PeriodMention

_D = r"(?P<d>0?[1-9]|[12]\d|3[01])"
_M = r"(?P<m>0?[1-9]|1[0-2])"
_Y = r"(?P<y>(?:19|20)\d\d)"
_SEP = r"\s?[/.\-]\s?"

# All are tried where a number begins that "ngày" stands before, or behind which a day or hour goes on: few do.
_OPENS = re.compile(
    r"\d(?:(?<![\d.,/].)|(?<=[/.,].)(?<!\d..))"
    r"(?:(?<=y\s.)|(?<=\s\s.)|(?=\d?\s*(?:[/.-]\s*\d\d?\s*[/.-]|[/.-]\s*(?:19|20)\d\d|[/-]\s*\d"
    r"|(?:[-,]|đến|và)\s*(?:ngày\s+)?\d\d?\s?/|[:h]|giờ|tháng)|\d{3}-\d))"
)
_PATTERNS = (
    (
        "run",
        re.compile(
            rf"(?P<d1>0?[1-9]|[12]\d|3[01])\s*(?:-|đến|và|,)\s*(?:ngày\s+)?{_D}\s?/\s?{_M}(?:\s?/\s?{_Y})?(?![\d/])"
        ),
    ),
    ("day", re.compile(rf"{_D}{_SEP}{_M}{_SEP}{_Y}(?!\d)")),
    ("day", re.compile(rf"{_Y}-(?P<m>0\d|1[0-2])-(?P<d>[0-2]\d|3[01])(?!\d)")),
    ("day", re.compile(rf"{_D}\s+tháng\s+{_M}(?:\s+năm\s+|\s*/\s*){_Y}")),
    ("month", re.compile(rf"{_M}\s?[/.\-]\s?{_Y}(?![\d/])")),
    ("month", re.compile(rf"{_Y}-(?P<m>0\d|1[0-2])(?![\d\-])")),
    (
        "hour",
        re.compile(
            r"(?:[01]?\d|2[0-4])\s?(?:giờ|h|:)\s?(?:[0-5]\d(?::[0-5]\d)?\s?(?:phút|')?)?"
            r"\s?(?:am\b|pm\b|sa\b|ch\b|gmt\s?\+?\s?\d*)?(?![\d\w])"
        ),
    ),
    ("short", re.compile(rf"{_D}\s?[/\-]\s?{_M}(?![\d/.,]{{0,12}}\d)(?!\s*%)")),
    ("bare", re.compile(rf"{_D}(?:\s+tháng\s+{_M})?(?!\d)")),
)
# "23/7" is a day behind one of these, else it may be 23 of 7.
_CUE = re.compile(
    r"(?:(?:ngày|sáng|chiều|tối|trưa|mùng|mồng|hôm|đến|từ|hết|trước|sau|dịp|và|lễ|tết|kỷ niệm|nay)\s+|ngày\s+)$"
)
_DAY_WORD = re.compile(r"ngày\s+$")
_OPENS_RUN = re.compile(r"(?:từ|trong|các|ngày)\s+(?:ngày\s+)?$")
_CITED = re.compile(r"(?:số|/tw|/tu|/ttg|-ct|/nđ-cp|/qđ|-kh|-bc|vtu|/đu)[^.;\n]{0,25}$")


class Day(NamedTuple):
    """A day, a run of days, a month or an hour at start..end. year None: not said."""

    start: int
    end: int
    kind: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    first_day: int | None = None

    def first(self, year: int | None) -> date | None:
        return _date(self.year or year, self.month, self.first_day or self.day)

    def last(self, year: int | None) -> date | None:
        return _date(self.year or year, self.month, self.day)


def _date(year: int | None, month: int | None, day: int | None) -> date | None:
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find(text: str, numbers: Iterable[int]) -> list[Day]:
    """All of them, left to right. numbers: where the text's numbers begin."""
    found: list[Day] = []
    free = 0
    for at in numbers:
        if at < free or _OPENS.match(text, at) is None:
            continue
        for kind, pattern in _PATTERNS:
            match = pattern.match(text, at)
            if match is None:
                continue
            before = text[max(0, at - 12) : at]
            if kind == "short" and not _CUE.search(before):
                continue
            if kind == "bare" and not _DAY_WORD.search(before):
                continue
            said = {name: int(value) for name, value in match.groupdict().items() if value}
            if kind == "run" and "y" not in said and not _OPENS_RUN.search(before):
                continue
            found.append(Day(at, match.end(), kind, said.get("y"), said.get("m"), said.get("d"), said.get("d1")))
            free = match.end()
            break
    return found


def of_document(text: str, start: int) -> bool:
    """Whether the day at this offset dates a document that the text cites: "Nghị quyết số 25-NQ/TW, ngày 03/6/2013"."""
    return _CITED.search(text[max(0, start - 40) : start]) is not None


def published(text: str, found: list[Day]) -> date | None:
    """The day the text is dated: its first full date that is no cited document's; else the end of its first month."""
    for day in found:
        if day.kind == "day" and (on := day.last(None)) and not of_document(text, day.start):
            return on
    for day in found:
        if day.kind == "month" and day.year and day.month:
            return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
    return None


def events(text: str, found: list[Day], year: int | None) -> list[tuple[int, PeriodMention]]:
    """(offset, days) on which the text says something happened. year: where the text gives none."""
    told = []
    for day in found:
        if day.kind in ("day", "short", "run") and not of_document(text, day.start):
            first, last = day.first(year), day.last(year)
            if first and last and first <= last:
                opening = re.search(
                    r"(?:(?:từ|trong|các|sáng|chiều|tối)\s+)?(?:ngày\s+)?$", text[max(0, day.start - 14) : day.start]
                )
                start = day.start - len(opening[0]) if opening else day.start
                told.append((start, PeriodMention(first, last, text[start : day.end])))
    return told
