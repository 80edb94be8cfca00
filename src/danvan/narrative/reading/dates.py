"""Days, hours and periods in a text: what they mean, and where they stand, so that no figure is read there."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from danvan.lib.periods import Period
from danvan.narrative.reading.document import PeriodMention

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_MONTH_WORDS = {"ba": 3, "sáu": 6, "chín": 9, "mười": 10, "bốn": 4, "năm": 5, "bảy": 7, "tám": 8, "hai": 2}
_D = r"(?P<d>0?[1-9]|[12]\d|3[01])"
_M = r"(?P<m>0?[1-9]|1[0-2])"
_Y = r"(?P<y>(?:19|20)\d\d)"
_SEP = r"\s?[/.\-]\s?"
_DAY_CUE = r"(?:ngày|sáng|chiều|tối|trưa|mùng|mồng|hôm|đến|từ|hết|trước|sau|dịp|và|lễ|tết|kỷ niệm|nay)"

_FULL = re.compile(rf"(?<![\d/.]){_D}{_SEP}{_M}{_SEP}{_Y}(?!\d)")
_ISO = re.compile(rf"(?<![\d/.]){_Y}-(?P<m>0\d|1[0-2])-(?P<d>[0-2]\d|3[01])(?!\d)")
_LONG = re.compile(rf"(?<!\d){_D}\s+tháng\s+{_M}(?:\s+năm\s+|\s*/\s*){_Y}")
_DAYS = re.compile(  # "từ 4 - 7/6/2012", "ngày 4 và 5/6", "từ ngày 15/12/2020 đến 14/3/2021"
    rf"(?:từ\s+|trong\s+)?(?:(?:các\s+)?ngày\s+)?(?<![\d/.])(?P<d1>0?[1-9]|[12]\d|3[01])\s*(?:-|đến|và|,)\s*(?:ngày\s+)?{_D}\s?/\s?{_M}(?:\s?/\s?{_Y})?(?![\d/])"
)
_SHORT = re.compile(rf"{_DAY_CUE}\s+(?:ngày\s+)?{_D}\s?[/\-]\s?{_M}(?![\d/.,]*\d)(?!\s*%)")
_DAY_MONTH_WORDS = re.compile(rf"ngày\s+{_D}(?:\s+tháng\s+{_M})?(?!\d)")
_HOUR = re.compile(
    r"(?<!\d)(?:[01]?\d|2[0-4])\s?(?:giờ|h|:)\s?(?:[0-5]\d(?::[0-5]\d)?\s?(?:phút|')?)?\s?(?:am\b|pm\b|sa\b|ch\b|gmt\s?\+?\s?\d*)?(?![\d\w])"
)
_BARE_MONTH = re.compile(
    rf"(?<![\d/.,]){_M}\s?[/.\-]\s?{_Y}(?![\d/])|(?<![\d/.,\-])(?P<y2>(?:19|20)\d\d)-(?P<m2>0\d|1[0-2])(?![\d\-])"
)

_YEAR_AFTER = rf"(?:\s*(?:/|,|-)?\s*(?:của\s+|trong\s+)?(?:năm\s+)?{_Y}|\s+năm\s+(?:nay|qua))?"
_PERIODS = (
    (
        "range",
        re.compile(
            r"từ\s+(?:đầu\s+)?(?P<a>(?:tháng|quý|năm)\s+[\divx]+(?:\s?[/-]\s?\d{4}|\s+năm\s+\d{4})?)\s*(?:đến|tới|-)\s*(?:hết\s+|cuối\s+|đầu\s+)?(?P<b>(?:tháng|quý|năm)\s+[\divx]+(?:\s?[/-]\s?\d{4}|\s+năm\s+\d{4})?)"
        ),
    ),
    (
        "day_range",
        re.compile(
            r"từ\s+(?:ngày\s+)?(?P<a>\d{1,2}\s?[/-]\s?\d{1,2}\s?[/-]\s?\d{4})\s*(?:đến|tới|-)\s*(?:hết\s+)?(?:ngày\s+)?(?P<b>\d{1,2}\s?[/-]\s?\d{1,2}\s?[/-]\s?\d{4})"
        ),
    ),
    ("half", re.compile(rf"(?P<n>nửa)\s+(?P<part>đầu|cuối)\s+năm{_YEAR_AFTER}")),
    (
        "months",
        re.compile(
            rf"(?<!\d)(?P<n>\d{{1,2}}|ba|sáu|chín|mười|hai|bốn|năm|bảy|tám)\s+tháng(?:\s+(?P<part>đầu|cuối)(?:\s+của)?(?:\s+năm)?|(?=\s+năm)|(?=\s*/))\s*{_YEAR_AFTER}"
        ),
    ),
    ("quarter", re.compile(rf"quý\s+(?P<n>iv|iii|ii|i|0?[1-4])\b{_YEAR_AFTER}")),
    ("month", re.compile(rf"tháng\s+{_M}(?!\d){_YEAR_AFTER}")),
    (
        "years",
        re.compile(
            r"(?P<what>giai đoạn|nhiệm kỳ|trong|các năm)?\s*(?P<a>(?:19|20)\d\d)\s*(?:-|đến)\s*(?P<b>(?:19|20)\d\d)(?!\d)"
        ),
    ),
    ("year", re.compile(rf"năm\s+{_Y}(?![\d/]|\s*-\s*\d)")),
    (
        "this",
        re.compile(
            r"(?:trong|từ đầu|cả|từ\s+đầu)\s+năm(?:\s+(?:nay|qua))?(?=\s*[,.;]|\s+(?:đã|các|tới|đến|toàn|có)\b)|năm\s+(?:nay|qua)\b"
        ),
    ),
    ("last", re.compile(r"cùng kỳ(?:\s+năm\s+(?:trước|ngoái))?|năm\s+(?:trước|ngoái)")),
    (
        "loose",
        re.compile(
            r"(?:trong\s+)?(?<!\d)\d{1,2}\s+(?:năm|tháng)\s+(?:qua|vừa qua|gần đây)|(?:suốt\s+|trong\s+)?nhiệm kỳ\s+(?:vừa\s+)?qua|(?:tính\s+)?đến\s+(?:nay|thời điểm này)|thời gian qua|tới nay"
        ),
    ),
)


_CITED = re.compile(r"(?:số|/tw|/tu|/ttg|-ct|/nđ-cp|/qđ|-kh|-bc|vtu|/đu)[^.;\n]{0,25}$")


@dataclass(frozen=True, slots=True)
class Found:
    """A period in the folded text. kind: which pattern; year_said: the text itself gives the year."""

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


def of_document(text: str, start: int) -> bool:
    """Whether the day at this offset dates a document that the text cites: "Nghị quyết số 25-NQ/TW, ngày 03/6/2013"."""
    return _CITED.search(text[max(0, start - 40) : start]) is not None


def day_spans(text: str) -> list[tuple[int, int]]:
    """Where days, months with a year, and hours stand."""
    return [
        match.span()
        for pattern in (_FULL, _ISO, _LONG, _DAYS, _SHORT, _DAY_MONTH_WORDS, _HOUR, _BARE_MONTH)
        for match in pattern.finditer(text)
    ]


def published(text: str) -> date | None:
    """The day the text is dated: the first full date near its top; else the first one in it; else the first month."""
    found: list[tuple[int, date]] = []
    for pattern in (_FULL, _ISO, _LONG):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            day = _day(int(groups["y"]), int(groups["m"]), int(groups["d"])) if groups["y"] else None
            if day and not of_document(text, match.start()):
                found.append((match.start(), day))
                break
    if found:
        return min(found)[1]
    month = _BARE_MONTH.search(text)
    if month:
        year, number = int(month["y"] or month["y2"]), int(month["m"] or month["m2"])
        return date(year, number, calendar.monthrange(year, number)[1])
    return None


def event_days(text: str, year: int | None) -> list[tuple[int, int, PeriodMention]]:
    """Days and runs of days on which the text says something happened."""
    found = []
    for match in _DAYS.finditer(text):
        y = int(match["y"]) if match["y"] else year
        if y and (match[0].startswith(("từ", "ngày", "trong", "các")) or match["y"]):
            first, last = _day(y, int(match["m"]), int(match["d1"])), _day(y, int(match["m"]), int(match["d"]))
            if first and last and first <= last:
                found.append((*match.span(), PeriodMention(first, last, match[0])))
    for pattern in (_FULL, _LONG, _SHORT):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            y = int(groups["y"]) if groups.get("y") else year
            day = _day(y, int(groups["m"]), int(groups["d"])) if y else None
            if day:
                found.append((*match.span(), PeriodMention(day, day, match[0])))
    return sorted(found, key=lambda item: (item[0], -item[1]))


def periods(text: str, year: int | None) -> list[Found]:
    """The periods named, left to right, none inside another. year: taken where the text gives none."""
    found: list[Found] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in _PERIODS:
        for match in pattern.finditer(text):
            if any(match.start() < end and match.end() > start for start, end in taken):
                continue
            read = _meaning(kind, match, year)
            if read is None:
                continue
            start, end, said = read
            label = match[0].strip(" ,-/")
            at = match.start() + match[0].find(label)
            mention = PeriodMention(start, end, label, _code(start, end), at)
            found.append(Found(at, at + len(label), kind, mention, said))
            taken.append(match.span())
    return sorted(found, key=lambda item: item.start)


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
        n = int(groups["n"]) if groups["n"].isdigit() else _MONTH_WORDS[groups["n"]]
        if not 1 <= n <= 12:
            return None
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
    if kind == "this":
        return (*_months(y, 1, 12), False)
    if kind == "last":
        return (*_months(y - 1 if y else None, 1, 12), False)
    return None, None, False


def _range(kind: str, a: str, b: str, year: int | None) -> tuple[date | None, date | None, bool] | None:
    if kind == "day_range":
        first, last = ([int(part) for part in re.split(r"\D+", side)] for side in (a, b))
        start, end = _day(first[2], first[1], first[0]), _day(last[2], last[1], last[0])
        return (start, end, True) if start and end and start <= end else None
    late = periods(b, year)
    early = periods(a, late[0].mention.end.year if late and late[0].mention.end else year)
    if not early or not late:
        return None
    start, end = early[0].mention.start, late[0].mention.end
    if start and end and start > end:
        return None
    return start, end, late[0].year_said
