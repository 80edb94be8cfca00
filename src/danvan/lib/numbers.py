"""Numbers as Vietnamese writes them: 2.011, 88,9, 1,2 triệu, hai mươi mốt. Decimal in, Decimal out."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

MULTIPLIERS = {
    "chục": 10,
    "trăm": 100,
    "nghìn": 1_000,
    "ngàn": 1_000,
    "vạn": 10_000,
    "triệu": 1_000_000,
    "tỷ": 1_000_000_000,
    "tỉ": 1_000_000_000,
}

ONES = {
    "không": 0,
    "một": 1,
    "mốt": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "lăm": 5,
    "nhăm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
}

_TENS = {"mươi": 10, "chục": 10, "trăm": 100}
_SCALES = {word: MULTIPLIERS[word] for word in ("nghìn", "ngàn", "vạn", "triệu")}
_DIGIT_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_POINT = re.compile(r"\d+[.,]\d+")


class NotANumber(ValueError):  # noqa: N818 -- reads as a sentence: "Not a number"
    """The words are not one number."""


def parse(written: str, *, scaled: bool = False) -> Decimal:
    """The value of digits as written: "2.011" 2011, "88,9" 88.9, "05" 5, "1.2" 1.2, "3,600" 3600.

    A dot or a comma before exactly three digits separates thousands. scaled: a multiplier or a percent sign follows
    ("1,250 tỷ", "12,125%"), so a comma is always the decimal sign. Raises NotANumber for anything else.
    """
    if written.isdecimal():
        return Decimal(written)
    if _THOUSANDS.fullmatch(written) and not written.startswith("0"):
        return Decimal(written.replace(".", "").replace(",", "."))
    if _ENGLISH_THOUSANDS.fullmatch(written) and not written.startswith("0") and not scaled:
        return Decimal(written.replace(",", ""))
    if _POINT.fullmatch(written):
        return Decimal(written.replace(",", "."))
    raise NotANumber(f"“{written}” không phải là một số")


def from_words(words: list[str]) -> int:
    """ "hai mươi mốt" -> 21, "một trăm linh năm" -> 105, "mười hai nghìn" -> 12000. Words in lower case.

    Raises NotANumber when they are not one whole number.
    """
    billions = max((at for at, word in enumerate(words) if word in ("tỷ", "tỉ")), default=None)
    if billions is not None:
        below = words[billions + 1 :]
        return from_words(words[:billions]) * MULTIPLIERS["tỷ"] + (_under_billion(below) if below else 0)
    return _under_billion(words)


def _under_billion(words: list[str]) -> int:
    total = group = 0
    one: int | None = None
    for word in words:
        if word == "mười" and one is None:
            group += 10
        elif word in ONES and one is None:
            one = ONES[word]
        elif word in _TENS and one is not None:
            group, one = group + one * _TENS[word], None
        elif word in _SCALES and (group or one):
            total, group, one = total + (group + (one or 0)) * _SCALES[word], 0, None
        elif word not in ("linh", "lẻ") or one is not None or not words[1:]:
            raise NotANumber(f"“{' '.join(words)}” không phải là một số")
    if not words:
        raise NotANumber("không có chữ nào")
    return total + group + (one or 0)


_WIDE = Context(prec=10_000)  # a text may hold longer numbers than anybody means


def digits(value: Decimal | int, places: int | None = None) -> str:
    """2011 -> "2.011"; 88.9 -> "88,9". places: decimals kept, rounded half up; None keeps what is there."""
    value = Decimal(value)
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)
    elif value == value.to_integral_value():
        value = Decimal(int(value))
    else:
        value = value.normalize()
    return f"{value:,f}".translate({ord(","): ".", ord("."): ","})


def money(dong: int) -> str:
    """An amount in words and digits as reports write it: 26000000000 -> "26 tỷ đồng", 1250000 -> "1,25 triệu đồng"."""
    for scale, name in ((1_000_000_000, "tỷ"), (1_000_000, "triệu")):
        if abs(dong) >= scale and dong % (scale // 1000) == 0:
            return f"{digits(Decimal(dong) / scale)} {name} đồng"
    return f"{digits(dong)} đồng"


def words(value: int) -> str:
    """2011 -> "hai nghìn không trăm mười một"; for amounts in letters. Negative: "âm ..."."""
    if value < 0:
        return "âm " + words(-value)
    if value == 0:
        return "không"
    said = []
    billions, rest = divmod(value, MULTIPLIERS["tỷ"])
    if billions:
        said.append(f"{words(billions)} tỷ")
    for scale, name in ((1_000_000, " triệu"), (1_000, " nghìn"), (1, "")):
        group, rest = divmod(rest, scale)
        if group:
            said.append(_under_thousand(group, full=bool(said)) + name)
    return " ".join(said)


def _under_thousand(value: int, *, full: bool) -> str:
    hundreds, rest = divmod(value, 100)
    tens, one = divmod(rest, 10)
    said = [f"{_DIGIT_WORDS[hundreds]} trăm"] if hundreds or full else []
    if tens == 0:
        if one:
            said += ["linh", _DIGIT_WORDS[one]] if said else [_DIGIT_WORDS[one]]
        return " ".join(said)
    said.append("mười" if tens == 1 else f"{_DIGIT_WORDS[tens]} mươi")
    if one:
        said.append("lăm" if one == 5 else "mốt" if one == 1 and tens > 1 else _DIGIT_WORDS[one])
    return " ".join(said)


def percent(part: Decimal | int, whole: Decimal | int, places: int = 0) -> Decimal:
    """100 * part / whole, rounded half up. Raises ZeroDivisionError for an empty whole: that is no percentage."""
    if not whole:
        raise ZeroDivisionError("tổng bằng 0 thì không có tỷ lệ")
    return (Decimal(100) * Decimal(part) / Decimal(whole)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)
