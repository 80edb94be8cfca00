"""Numbers as Vietnamese writes them: 2.011, 88,9, 1,2 triệu, hai mươi mốt. Decimal in, Decimal out."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

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

_DIGIT_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu", "tỷ")
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
    if not words:
        raise NotANumber("không có chữ nào")
    total = group = 0
    one: int | None = None
    for word in words:
        if word in ("linh", "lẻ"):
            if one is not None or not (group or total):
                raise NotANumber(" ".join(words))
        elif word in ONES:
            if one is not None:
                raise NotANumber(" ".join(words))
            one = ONES[word]
        elif word == "mười":
            if one is not None:
                raise NotANumber(" ".join(words))
            group += 10
        elif word in ("mươi", "chục", "trăm"):
            if one is None:
                raise NotANumber(" ".join(words))
            group, one = group + one * (100 if word == "trăm" else 10), None
        elif word in MULTIPLIERS:
            total, group, one = (total + group + (one or 0)) * MULTIPLIERS[word], 0, None
            if not total:
                raise NotANumber(" ".join(words))
        else:
            raise NotANumber(" ".join(words))
    return total + group + (one or 0)


def digits(value: Decimal | int, places: int | None = None) -> str:
    """2011 -> "2.011"; 88.9 -> "88,9". places: decimals kept, rounded half up; None keeps what is there."""
    value = Decimal(value)
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    elif value == value.to_integral_value():
        value = value.quantize(Decimal(1))
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
    """2011 -> "hai nghìn không trăm mười một"; for amounts in letters. Up to 999 tỷ tỷ, negative as "âm ..."."""
    if value < 0:
        return "âm " + words(-value)
    if value == 0:
        return "không"
    groups: list[int] = []
    while value:
        value, group = divmod(value, 1000)
        groups.append(group)
    said = []
    for index in range(len(groups) - 1, -1, -1):
        if groups[index]:
            unit = " ".join(filter(None, [_GROUPS[index % 3], *["tỷ"] * (index // 3)]))
            said.append(f"{_under_thousand(groups[index], full=index < len(groups) - 1)} {unit}".strip())
        elif index % 3 == 0 and index and any(groups[index : index + 3]):
            said.append("tỷ")
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
    return (Decimal(100) * Decimal(part) / Decimal(whole)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
