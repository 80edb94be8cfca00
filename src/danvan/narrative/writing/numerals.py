"""Figures as a sentence prints them: 2.011; 26,4 tỷ đồng; 75,9%; trên 62 nghìn."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from danvan.lib.numbers import digits, money

if TYPE_CHECKING:
    from danvan.narrative.writing.model import Figure, Qualifier

HEDGES: dict[Qualifier, str] = {"exact": "", "over": "trên ", "nearly": "gần ", "about": "khoảng "}


def percent(value: Decimal) -> str:
    """One decimal, half up; more where that would wrongly say 0% or 100%: 75.862 -> '75,9%'; 99.97 -> '99,97%'."""
    for places in range(1, 5):
        rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if rounded == value or rounded not in (0, 100):
            break
    return f"{digits(rounded)}%"


def count(value: Decimal, unit: str, qualifier: Qualifier = "exact") -> str:
    """A figure with its hedge; money and percent with their unit. "Nghìn" only where the figure is hedged anyway."""
    if unit == "%":
        said = percent(value)
    elif unit == "đồng":
        said = money(int(value)) if value == int(value) else f"{digits(value)} đồng"
    elif qualifier != "exact" and value >= 10_000 and value % 1000 == 0:
        said = f"{digits(value / 1000)} nghìn"
    else:
        said = digits(value)
    return HEDGES[qualifier] + said


def said(figure: Figure, unit: str) -> str:
    """The figure in words; it must have a value."""
    if figure.value is None:
        raise ValueError("Chỉ viết được số liệu đã có giá trị.")
    return count(figure.value, unit, figure.qualifier)
