"""Periods named in words: half-years, quarters, months, years, and runs of them."""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache, partial
from typing import NamedTuple

from danvan.lib.periods import Period
from danvan.narrative.reading.document import PeriodMention
from danvan.narrative.reading.scan import Scan

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_MONTH_WORDS = {"ba": 3, "sáu": 6, "chín": 9, "mười": 10, "bốn": 4, "năm": 5, "bảy": 7, "tám": 8, "hai": 2}
_M = r"(?P<m>0?[1-9]|1[0-2])"
_Y = r"(?P<y>(?:19|20)\d\d)"


def _ends_with(ending: str, word: str) -> bool:
    return word.endswith(ending)


_YEAR_AFTER = rf"(?:\s*(?:/|,|-)?\s*(?:của\s+|trong\s+)?(?:năm\s+)?{_Y}|\s+năm\s+(?:nay|qua))?"
# Kind, the words that such a period opens with, how it is written.
_PERIODS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    (
        "range",
        ("từ",),
        re.compile(
            r"từ\s+(?:đầu\s+)?(?P<a>(?:tháng|quý|năm)\s+[\divx]+(?:\s?[/-]\s?\d{4}|\s+năm\s+\d{4})?)\s*(?:đến|tới|-)\s*(?:hết\s+|cuối\s+|đầu\s+)?(?P<b>(?:tháng|quý|năm)\s+[\divx]+(?:\s?[/-]\s?\d{4}|\s+năm\s+\d{4})?)"
        ),
    ),
    ("since", ("từ",), re.compile(rf"từ\s+(?:đầu\s+)?năm\s+{_Y}\s+(?:đến|tới)\s+nay")),
    (
        "day_range",
        ("từ",),
        re.compile(
            r"từ\s+(?:ngày\s+)?(?P<a>\d{1,2}\s?[/-]\s?\d{1,2}\s?[/-]\s?\d{4})\s*(?:đến|tới|-)\s*(?:hết\s+)?(?:ngày\s+)?(?P<b>\d{1,2}\s?[/-]\s?\d{1,2}\s?[/-]\s?\d{4})"
        ),
    ),
    ("half", ("nửa",), re.compile(rf"(?P<n>nửa)\s+(?P<part>đầu|cuối)\s+năm{_YEAR_AFTER}")),
    (
        "months",
        (),
        re.compile(
            rf"(?<!\d)(?P<n>\d{{1,2}}|ba|sáu|chín|mười|hai|bốn|năm|bảy|tám)\s+tháng(?:\s+(?P<part>đầu|cuối)(?:\s+của)?(?:\s+năm)?|(?=\s+năm)|(?=\s*/))\s*{_YEAR_AFTER}"
        ),
    ),
    ("quarter", ("quý",), re.compile(rf"quý\s+(?P<n>iv|iii|ii|i|0?[1-4])\b{_YEAR_AFTER}")),
    ("month", ("tháng",), re.compile(rf"tháng\s+{_M}(?!\d){_YEAR_AFTER}")),
    (
        "years",
        (),
        re.compile(
            r"(?:giai đoạn|nhiệm kỳ|trong|các năm)?\s*(?P<a>(?:19|20)\d\d)\s*(?:-|đến)\s*(?P<b>(?:19|20)\d\d)(?!\d)"
        ),
    ),
    ("year", ("năm",), re.compile(rf"năm\s+{_Y}(?![\d/]|\s*-\s*\d)")),
    (
        "this",
        ("trong", "từ", "cả", "năm"),
        re.compile(
            r"(?:trong|từ\s+đầu|cả)\s+năm(?:\s+(?:nay|qua))?(?=\s*[,.;]|\s+(?:đã|các|tới|đến|toàn|có)\b)"
            r"|năm\s+(?:nay|qua)\b"
        ),
    ),
    ("last", ("cùng",), re.compile(r"cùng kỳ(?:\s+năm\s+(?:trước|ngoái))?")),
    ("last", ("năm",), re.compile(r"năm\s+(?:trước|ngoái)")),
    (
        "loose",
        ("trong",),
        re.compile(r"trong\s+(?:\d{1,2}\s+(?:năm|tháng)\s+(?:qua|vừa qua|gần đây)|nhiệm kỳ\s+(?:vừa\s+)?qua)"),
    ),
    ("loose", ("suốt",), re.compile(r"suốt\s+nhiệm kỳ\s+(?:vừa\s+)?qua")),
    ("loose", ("nhiệm",), re.compile(r"nhiệm kỳ\s+(?:vừa\s+)?qua")),
    ("loose", ("tính",), re.compile(r"tính\s+đến\s+(?:nay|thời điểm này)")),
    ("loose", ("đến",), re.compile(r"đến\s+(?:nay|thời điểm này)")),
    ("loose", ("thời",), re.compile(r"thời gian qua")),
    ("loose", ("tới",), re.compile(r"tới nay")),
    ("years_ago", (), re.compile(r"\d(?<!\d.)\d?\s+năm\s+(?:qua|vừa qua|gần đây)")),
    ("months_ago", (), re.compile(r"\d(?<!\d.)\d?\s+tháng\s+(?:qua|vừa qua|gần đây)")),
)
# What opens with words is tried where these stand. The others are sought only around a mark of theirs.
_ENDING = {word: partial(_ends_with, word) for _, words, _ in _PERIODS for word in words}
_MARKS = {
    "months": (re.compile("tháng"),),
    "years": (re.compile(r"-\s*(?:19|20)\d"), re.compile(r"đến\s*(?:19|20)\d")),
    "years_ago": (re.compile(r"năm\s+(?:qua|vừa|gần)"),),
    "months_ago": (re.compile(r"tháng\s+(?:qua|vừa|gần)"),),
}
_REACH = 48  # characters around such a word within which a period lies


class Found(NamedTuple):
    """A period in the folded text. kind: which pattern, "backwards" for a range that ends before it starts.

    year_said: the text itself gives the year.
    """

    start: int
    end: int
    kind: str
    mention: PeriodMention
    year_said: bool


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def around(marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches of text near these marks, merged: patterns are sought there alone, which is much faster."""
    stretches: list[tuple[int, int]] = []
    start, end = 0, -1
    for first, last in marks:
        if first - _REACH > end:
            if end >= 0:
                stretches.append((start, end))
            start = max(0, first - _REACH)
        end = last + _REACH
    if end >= 0:
        stretches.append((start, end))
    return stretches


def holding(stretches: list[tuple[int, int]], offsets: Iterable[int]) -> list[tuple[int, int]]:
    """Those of the stretches in which one of these offsets lies, in their order."""
    return sorted({stretches[bisect_left(stretches, (at + 1,)) - 1] for at in offsets})


def _openings(text: str, cut: Scan | None) -> dict[str, list[int]]:
    """Where in the text each word that opens periods stands, or ends what is glued to it."""
    if cut is None:
        return {word: [match.start() for match in re.finditer(word, text)] for word in _ENDING}
    ends = cut.ends
    return {word: [ends[at] - len(word) for at in cut.where(ending)] for word, ending in _ENDING.items()}


def _sought(text: str, cut: Scan | None) -> Iterator[tuple[str, re.Match[str]]]:
    """Every match, kind by kind; later ones may overlap earlier ones."""
    openings = _openings(text, cut)
    for kind, words, pattern in _PERIODS:
        if words:
            free = 0
            begins = openings[words[0]] if len(words) == 1 else sorted([at for word in words for at in openings[word]])
            for start in begins:
                if start >= free and (match := pattern.match(text, start)):
                    free = match.end()
                    yield kind, match
            continue
        marks = sorted([match.span() for mark in _MARKS[kind] for match in mark.finditer(text)])
        for start, end in around(marks):
            for match in pattern.finditer(text, start, end):
                yield "loose" if kind.endswith("_ago") else kind, match


def named(text: str, cut: Scan | None = None) -> list[tuple[str, re.Match[str]]]:
    """Where the text names periods: (kind, match), none inside another. cut: the text cut, which makes it faster."""
    found: list[tuple[str, re.Match[str]]] = []
    taken: list[tuple[int, int]] = []
    for kind, match in _sought(text, cut):
        place = bisect_left(taken, match.span())
        overlaps = (place and taken[place - 1][1] > match.start()) or (
            place < len(taken) and taken[place][0] < match.end()
        )
        if not overlaps and (kind != "months" or _month_count(match) is not None):
            found.append((kind, match))
            taken.insert(place, match.span())
    return found


def periods(found: list[tuple[str, re.Match[str]]], year: int | None) -> list[Found]:
    """What the periods named mean, left to right. year: taken where the text gives none."""
    meant = []
    for kind, match in found:
        read = _meaning(kind, match, year)
        if read is not None:
            start, end, said = read
            if start and end and start > end:
                kind = "backwards"
            at, label = _label(match)
            mention = PeriodMention(start, end, label, _code(start, end), at)
            meant.append(Found(at, at + len(label), kind, mention, said))
    return sorted(meant, key=lambda item: item.start)


def years(found: list[tuple[str, re.Match[str]]]) -> list[tuple[int, int]]:
    """(offset, year) of the periods named of which the text gives the year, left to right."""
    said = ((match, _meaning(kind, match, None)) for kind, match in found)
    return sorted([(_label(match)[0], read[0].year) for match, read in said if read and read[0]])


def _label(match: re.Match[str]) -> tuple[int, str]:
    """(offset, words) of a period without the marks around it."""
    label = match[0].strip(" ,-/")
    return match.start() + match[0].find(label), label


def _month_count(match: re.Match[str]) -> int | None:
    """6 of "6 tháng đầu năm"; None for a count that no year has."""
    count = int(match["n"]) if match["n"].isdigit() else _MONTH_WORDS[match["n"]]
    return count if 1 <= count <= 12 else None


@lru_cache(maxsize=512)
def _code(start: date | None, end: date | None) -> str | None:
    if start is None or end is None or start > end:
        return None
    period = Period.from_dates(start, end)
    return period.code if period else None


def _months(year: int | None, first: int, last: int) -> tuple[date | None, date | None]:
    if year is None or not 1 <= first <= last <= 12:
        return None, None
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _meaning(kind: str, match: re.Match[str], year: int | None) -> tuple[date | None, date | None, bool] | None:
    groups = match.groupdict()
    said = bool(groups.get("y"))
    y = int(groups["y"]) if groups.get("y") else year
    if kind in ("range", "day_range"):
        return _range(kind, groups["a"], groups["b"], year)
    if kind == "half":
        return (*_months(y, *((1, 6) if groups["part"] == "đầu" else (7, 12))), said)
    if kind == "months":
        n = _month_count(match) or 12
        return (*_months(y, *((13 - n, 12) if groups["part"] == "cuối" else (1, n))), said)
    if kind == "quarter":
        n = _ROMAN.get(groups["n"]) or int(groups["n"])
        return (*_months(y, 3 * n - 2, 3 * n), said)
    if kind == "month":
        return (*_months(y, int(groups["m"]), int(groups["m"])), said)
    if kind == "years":
        return (*_months(int(groups["a"]), 1, 12)[:1], _months(int(groups["b"]), 1, 12)[1], True)
    if kind == "year":
        return (*_months(y, 1, 12), True)
    if kind == "since":
        return _months(y, 1, 12)[0], None, True
    if kind == "this":
        return (*_months(y, 1, 12), False)
    if kind == "last":
        return (*_months(y - 1 if y else None, 1, 12), False)
    return None, None, False


def _range(kind: str, a: str, b: str, year: int | None) -> tuple[date | None, date | None, bool] | None:
    if kind == "day_range":
        first, last = ([int(part) for part in re.split(r"\D+", side)] for side in (a, b))
        start, end = _day(first[2], first[1], first[0]), _day(last[2], last[1], last[0])
        return (start, end, True) if start and end else None
    late = periods(named(b), year)
    early = periods(named(a), late[0].mention.end.year if late and late[0].mention.end else year)
    if not early or not late:
        return None
    start, end = early[0].mention.start, late[0].mention.end
    if start and end and start > end and not (early[0].year_said and late[0].year_said):
        return None
    return start, end, late[0].year_said
