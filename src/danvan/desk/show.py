"""How values read on a page, in Vietnamese or English. Plain functions; templates use them as filters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext
from django.utils.translation import pgettext as _p

from danvan.figures.rollup import Figure
from danvan.lib import numbers, periods, workdays

_SWAP = {ord("."): ",", ord(","): "."}
_ENGLISH_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"))
# Stored words of lib.periods and lib.workdays are Vietnamese; these come up on pages and need an English name.
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

EMPTY = {
    "not_reported": gettext_lazy("chưa báo cáo"),
    "not_applicable": gettext_lazy("không áp dụng"),
    "not_due": gettext_lazy("chưa đến hạn"),
}


def language() -> periods.Language:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def number(value: Decimal | int, places: int | None = None) -> str:
    """2011 -> "2.011" or "2,011"."""
    written = numbers.digits(value, places)
    return written.translate(_SWAP) if language() == "en" else written


def amount(value: Decimal | int, unit: str = "") -> str:
    """A figure as it stands alone: money in the scale that loses nothing, a rate with its sign, else the number.

    unit: the unit of measure as the catalogue or a text names it; only "đồng" and "%" change how a number is written.
    """
    if unit in ("đồng", "dong", "VND") and value == int(value):
        return money(int(value))
    if unit == "%":
        return percent(value)
    return number(Decimal(value).quantize(Decimal("0.0001")))


def in_a_file(figure: Figure) -> str | Decimal:
    """A figure as a cell of a table that is taken away: a number, or the words for why there is none."""
    return figure.value if figure.value is not None else str(EMPTY.get(figure.state) or gettext("mẫu số bằng 0"))


def money(dong: int) -> str:
    """26400000000 -> "26,4 tỷ đồng" or "26.4 billion dong"; never rounded."""
    if language() == "vi":
        return numbers.money(dong)
    for scale, name in _ENGLISH_SCALES:
        if abs(dong) >= scale and dong % (scale // 1000) == 0:
            return f"{number(Decimal(dong) / scale)} {name} dong"
    return f"{number(dong)} dong"


def percent(value: Decimal | int) -> str:
    """75.862 -> "75,9%"; a whole per cent without decimals."""
    return number(Decimal(value).quantize(Decimal("0.1")).normalize()) + "%"


def signed(value: Decimal | int, unit: str = "") -> str:
    """A difference with its sign, the minus as typeset."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    if unit == "%":  # between two rates
        points = number(abs(Decimal(value)).quantize(Decimal("0.1")).normalize())
        return sign + _p("difference of two rates", "%(number)s điểm %%") % {"number": points}
    return sign + amount(abs(value), unit)


def signed_percent(value: Decimal) -> str:
    """+43.5 -> "+43,5%"."""
    return ("+" if value > 0 else "−" if value < 0 else "") + percent(abs(value))


def hedged(written: str, qualifier: str) -> str:
    """A figure with the words that the text puts before it."""
    words = {
        "over": gettext("trên %(figure)s"),
        "nearly": gettext("gần %(figure)s"),
        "about": gettext("khoảng %(figure)s"),
    }
    return words[qualifier] % {"figure": written} if qualifier in words else written


def day(value: date) -> str:
    if language() == "vi":
        return periods.vietnamese(value)
    return f"{value.day} {MONTHS[value.month]} {value.year}"


def month(value: date) -> str:
    """tháng 11 năm 2026 or November 2026: the month that the day lies in."""
    return periods.Period.covering(value, "month").label(language())


def weekday(value: date) -> str:
    """thứ Hai or Monday."""
    if language() == "vi":
        return workdays.weekday(value)
    return str(WEEKDAYS[value.weekday()])


def period(code: str) -> str:
    """The label of a stored period code; the code itself where it cannot be read."""
    try:
        return periods.parse(code).label(language())
    except ValueError:
        return code


def not_comparable(labels: Sequence[str]) -> str:
    """What a chart says of the periods that it leaves out."""
    return gettext("Không so sánh được: %(periods)s") % {"periods": ", ".join(labels)}


def count(number_of: int, what: str) -> str:
    """ "3 báo cáo": the few things that pages count, in the right English number."""
    forms = {
        "report": ngettext("%(n)s báo cáo", "%(n)s báo cáo", number_of),
        "reading": ngettext("%(n)s số liệu", "%(n)s số liệu", number_of),
        "contradiction": ngettext("%(n)s chỗ không khớp", "%(n)s chỗ không khớp", number_of),
        "question": ngettext("%(n)s việc cần trả lời", "%(n)s việc cần trả lời", number_of),
        "table": ngettext("%(n)s bảng tổng hợp", "%(n)s bảng tổng hợp", number_of),
        "unit": ngettext("%(n)s đơn vị", "%(n)s đơn vị", number_of),
        "day": ngettext("%(n)s ngày", "%(n)s ngày", number_of),
        "check": ngettext("%(n)s phép tính khớp", "%(n)s phép tính khớp", number_of),
    }
    return forms[what] % {"n": number(number_of)}
