"""How a figure was computed, in words and figures: "Cộng số liệu của 3 đơn vị: 5 + 7 + 0 = 12 lượt"."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from danvan.figures.catalogue import Indicator, Wording
from danvan.figures.consolidation import Contributor
from danvan.figures.rollup import Figure, Rolled, State
from danvan.lib import numbers

MOST = 6  # summands written out before the sum is only counted

EMPTY = {
    State.NOT_REPORTED: Wording("Chưa có báo cáo", "Not reported"),
    State.NOT_APPLICABLE: Wording("Không áp dụng", "Not applicable"),
    State.NOT_DUE: Wording("Chưa đến hạn báo cáo", "Not due"),
}


class Told(NamedTuple):
    """What is told: a figure of an indicator and what it was made of. derived: a rate made from its two terms."""

    indicator: Indicator
    rolled: Rolled
    own: bool
    by_units: Sequence[Contributor]
    by_periods: Sequence[Contributor]
    derived: bool


def tell(told: Told) -> Wording:
    """The formula in both languages, without a full stop."""
    figure = told.rolled.figure
    if not figure.has_value:
        return EMPTY[State(figure.state)]
    if told.by_periods:
        return _over_time(told)
    if told.own:
        return _own(told)
    return _over_units(told)


def _own(told: Told) -> Wording:
    figure = told.rolled.figure
    if figure.denominator is None:
        return Wording(f"Đơn vị tự báo cáo: {_vi(told, figure)}", f"Reported by the unit itself: {_en(told, figure)}")
    sum_vi, sum_en = _division(figure)
    exact = 100 * figure.numerator / figure.denominator if figure.denominator and figure.numerator is not None else None
    stated_vi = stated_en = ""
    if figure.value is not None and exact is not None and abs(figure.value - exact) >= Decimal("0.05"):
        stated_vi = f"; báo cáo ghi {_vi(told, figure)}"
        stated_en = f"; the report says {_en(told, figure)}"
    terms = told.indicator.numerator, told.indicator.denominator
    if told.derived and all(terms):
        above, below = (term.name for term in terms if term)
        return Wording(
            f"{above.vi} / {_lower(below.vi)}: {sum_vi}{stated_vi}",
            f"{above.en} / {_lower(below.en)}: {sum_en}{stated_en}",
        )
    return Wording(f"Đơn vị tự báo cáo: {sum_vi}{stated_vi}", f"Reported by the unit itself: {sum_en}{stated_en}")


def _over_time(told: Told) -> Wording:
    parts = [part for part in told.by_periods if part.figure.has_value]
    if told.indicator.time in ("last", "first"):
        part = told.by_periods[-1 if told.indicator.time == "last" else 0]
        return Wording(
            f"Lấy số {'cuối' if told.indicator.time == 'last' else 'đầu'} kỳ, tại {part.period.label('vi')}: "
            f"{_vi(told, told.rolled.figure)}",
            f"{'Last' if told.indicator.time == 'last' else 'First'} figure of the period, {part.period.label('en')}: "
            f"{_en(told, told.rolled.figure)}",
        )
    named_vi = ", ".join(part.period.label("vi") for part in parts)
    named_en = ", ".join(part.period.label("en") for part in parts)
    done = _sum(told, [part.figure for part in parts])
    return Wording(f"Gộp {named_vi}: {done.vi}", f"{named_en} together: {done.en}")


def _over_units(told: Told) -> Wording:
    parts = [part.figure for part in told.by_units if part.figure.has_value]
    done = _sum(told, parts)
    of_vi, of_en = f"{len(parts)} đơn vị", f"{len(parts)} unit{'' if len(parts) == 1 else 's'}"
    if len(parts) < len(told.by_units):
        of_vi, of_en = f"{len(parts)}/{len(told.by_units)} đơn vị", f"{len(parts)} of {len(told.by_units)} units"
    match told.indicator.units:
        case "ratio":
            return Wording(f"Gộp tử số và mẫu số của {of_vi}: {done.vi}", f"Terms of {of_en} added first: {done.en}")
        case "distinct":
            return Wording(f"Đếm lại ở {of_vi}: {done.vi}", f"Counted again over {of_en}: {done.en}")
        case _:
            return Wording(f"Cộng số liệu của {of_vi}: {done.vi}", f"Sum over {of_en}: {done.en}")


def _sum(told: Told, parts: Sequence[Figure]) -> Wording:
    figure = told.rolled.figure
    if told.indicator.units == "ratio" and figure.denominator is not None:
        usable = [part for part in parts if part.denominator is not None]
        if 1 < len(usable) <= MOST:
            above = " + ".join(numbers.digits(part.numerator or 0) for part in usable)
            below = " + ".join(numbers.digits(part.denominator or 0) for part in usable)
            division = _division(figure)
            return Wording(f"({above}) / ({below}) = {division.vi}", f"({above}) / ({below}) = {division.en}")
        return _division(figure)
    values = [part.value for part in parts if part.value is not None]
    if 1 < len(values) <= MOST:
        return Wording(
            f"{' + '.join(numbers.digits(value) for value in values)} = {_vi(told, figure)}",
            f"{' + '.join(f'{value:,f}' for value in values)} = {_en(told, figure)}",
        )
    return Wording(_vi(told, figure), _en(told, figure))


def _division(figure: Figure) -> Wording:
    """22 / 29 = 75,9%; of nothing there is no rate."""
    above, below = figure.numerator or Decimal(0), figure.denominator or Decimal(0)
    rate = numbers.percent(above, below, 1) if below else None
    return Wording(
        f"{numbers.digits(above)} / {numbers.digits(below)} = {'–' if rate is None else numbers.digits(rate) + '%'}",
        f"{above:,f} / {below:,f} = {'–' if rate is None else f'{rate:,f}%'}",
    )


_HEDGES = {
    "over": Wording("trên ", "over "),
    "nearly": Wording("gần ", "nearly "),
    "about": Wording("khoảng ", "about "),
    "exact": Wording("", ""),
}


def _vi(told: Told, figure: Figure) -> str:
    if figure.value is None:
        return "–"
    places = 1 if told.indicator.units == "ratio" else None
    unit = "%" if told.indicator.unit_vi == "%" else f" {told.indicator.unit_vi}"
    return f"{_HEDGES[figure.qualifier].vi}{numbers.digits(figure.value, places)}{unit}"


def _en(told: Told, figure: Figure) -> str:
    if figure.value is None:
        return "–"
    value = round(figure.value, 1) if told.indicator.units == "ratio" else figure.value
    unit = "%" if told.indicator.unit_en == "%" else f" {told.indicator.unit_en}"
    return f"{_HEDGES[figure.qualifier].en}{value:,f}{unit}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
