"""The units below as dots where they lie: who has filed, how much each did. Told apart in black and white too."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from math import sqrt
from typing import NamedTuple

from danvan.lib.dots import CIRCLE, TRIANGLE, fitted
from danvan.lib.numbers import digits
from danvan.narrative.writing.model import Below, Chart, Contribution, ReportData
from danvan.narrative.writing.names import in_a_sentence, listed
from danvan.narrative.writing.sentences import complete, leading
from danvan.narrative.writing.widths import width as width_mm

LEAST = 5  # units with a place; of fewer there is no map
_WIDE, _HIGH = 620, 520  # px, the most
_EDGE, _BESIDE = 40, 165  # px kept free round the dots, and for a name beside the outermost
_LEGEND = 34  # px under the map
_MM = 0.19  # a px on paper: two maps on a page
_TEXT = 15  # px
_LABELLED = 12  # names of units that have not filed; more are listed in the text or an annex
_INK, _GREY = "#8c1d18", "#6d6d6d"
_LEAST_DOT, _MOST_DOT = 3.5, 15  # px, radius


class _Dot(NamedTuple):
    unit: Below
    x: float
    y: float


class _Ground(NamedTuple):
    """The dots, and how wide the picture is that they lie in."""

    dots: list[_Dot]
    wide: float


def filing(data: ReportData) -> Chart | None:
    """Who has filed, and who has not: these by name where they are few. None where all have."""
    ground = _ground(data)
    dots, wide = ground
    if len(dots) < LEAST or all(one.filed for one in data.below):
        return None
    late = [dot for dot in dots if not dot.unit.filed]
    marks = [f'<path d="{CIRCLE}" fill="{_GREY}" {_at(dot)}/>' for dot in dots if dot.unit.filed]
    marks += [f'<path d="{TRIANGLE}" fill="white" stroke="{_INK}" stroke-width="2" {_at(dot, 1.3)}/>' for dot in late]
    names = _labels(late, 11, ground) if len(late) <= _LABELLED else []
    filed = sum(one.filed for one in data.below)
    missing = [one.name for one in data.below if not one.filed]
    legend = [
        (f'<path d="{CIRCLE}" fill="{_GREY}"', f"đã gửi ({filed})"),
        (f'<path d="{TRIANGLE}" fill="white" stroke="{_INK}" stroke-width="2"', f"chưa gửi ({len(missing)})"),
    ]
    said = f": {listed(missing)}" if len(missing) <= _LABELLED else ""
    title = f"Tình hình gửi báo cáo {data.period}"
    words = f"Bản đồ, {title[0].lower()}{title[1:]}: {filed} đơn vị đã gửi, {len(missing)} đơn vị chưa gửi{said}."
    return Chart(title, words, _svg([*marks, *names], legend, wide), round(_MM * wide, 1))


def figure(data: ReportData, of: str) -> Chart | None:
    """What each unit gave to a figure as the area of its dot; no unit is named before one that has not reported."""
    row = next((row for row in data.rows() if row.key == of), None)
    given = {one.unit_id: one for one in data.contributions if one.indicator == of and not one.breakdown}
    ground = _ground(data)
    dots, wide = ground
    most = max((_amount(one) for one in given.values()), default=Decimal(0))
    if row is None or not most or sum(dot.unit.unit_id in given for dot in dots) < LEAST:
        return None
    marks = [_mark(dot, given.get(dot.unit.unit_id), most) for dot in _largest_first(dots, given)]
    top = leading(list(given.values())) if not data.missing and complete(row, list(given.values())) else []
    labelled = {one.unit_id for one in top}
    names = _labels([dot for dot in dots if dot.unit.unit_id in labelled], _MOST_DOT + 5, ground)
    none = sum(not _amount(one) for one in given.values())
    silent = sum(one.unit_id not in given for one in data.below)
    legend = [_sample(most, most), _sample(most / 4, most)]
    if none:
        legend.append(
            (f'<circle r="{_LEAST_DOT}" fill="white" stroke="{_INK}" stroke-width="1.5"', f"không có ({none})")
        )
    if silent:
        legend.append(
            (f'<path d="{_CROSS}" stroke="{_GREY}" stroke-width="2" fill="none"', f"chưa có số liệu ({silent})")
        )
    named = ", ".join(f"{in_a_sentence(one.unit)} {digits(_amount(one))}" for one in top)
    told = [
        f"từ {digits(min(map(_amount, given.values())))} đến {digits(most)} {row.unit}",
        *([f"nhiều nhất {named}"] if named else []),
        *([f"{none} đơn vị không có"] if none else []),
        *([f"{silent} đơn vị chưa có số liệu"] if silent else []),
    ]
    title = f"{row.label} theo đơn vị ({row.unit})"
    words = f"Bản đồ, {title[0].lower()}{title[1:]}: {'; '.join(told)}."
    return Chart(title, words, _svg([*marks, *names], legend, wide), round(_MM * wide, 1))


_CROSS = "M-3.5-3.5 3.5 3.5M-3.5 3.5 3.5-3.5"


def _ground(data: ReportData) -> _Ground:
    there = [(one, one.point) for one in data.below if one.point]
    if not there:
        return _Ground([], 0)
    points = [point for _, point in there]
    places = fitted(points, _WIDE - 2 * (_BESIDE - _EDGE), _HIGH, _EDGE)
    left = min(x for x, _ in places) - _BESIDE
    dots = [_Dot(one, round(x - left, 1), y) for (one, _), (x, y) in zip(there, places, strict=True)]
    return _Ground(dots, max(dot.x for dot in dots) + _BESIDE)


def _amount(one: Contribution) -> Decimal:
    return one.figure.value or Decimal(0)


def _largest_first(dots: Sequence[_Dot], given: dict[int, Contribution]) -> list[_Dot]:
    """So that a small dot is not hidden under a large one."""
    return sorted(dots, key=lambda dot: -(_amount(given[dot.unit.unit_id]) if dot.unit.unit_id in given else 0))


def _mark(dot: _Dot, one: Contribution | None, most: Decimal) -> str:
    if one is None:
        return f'<path d="{_CROSS}" stroke="{_GREY}" stroke-width="2" fill="none" {_at(dot)}/>'
    if not _amount(one):
        return f'<circle r="{_LEAST_DOT}" fill="white" stroke="{_INK}" stroke-width="1.5" {_at(dot)}/>'
    return f'<circle r="{_radius(_amount(one), most)}" fill="{_INK}" stroke="white" stroke-width="1" {_at(dot)}/>'


def _radius(value: Decimal, most: Decimal) -> float:
    """The area says the figure."""
    return round(max(_LEAST_DOT, _MOST_DOT * sqrt(value / most)), 1)


def _sample(value: Decimal, most: Decimal) -> tuple[str, str]:
    said = digits(value.quantize(Decimal(1)))
    return f'<circle r="{_radius(value, most)}" fill="{_INK}"', said


def _at(dot: _Dot, scale: float = 1) -> str:
    sized = f" scale({scale})" if scale != 1 else ""
    return f'transform="translate({dot.x} {dot.y}){sized}"'


def _text_width(text: str) -> float:
    """In px of the picture."""
    return width_mm(text, _TEXT) * 72 / 25.4


_Box = tuple[float, float, float, float]  # left, top, right, bottom


def _labels(named: Sequence[_Dot], away: float, ground: _Ground) -> list[str]:
    """Names beside their dots, where no other name is and best no dot; one that finds no room is left out."""
    dots: list[_Box] = [(dot.x - 4, dot.y - 4, dot.x + 4, dot.y + 4) for dot in ground.dots]
    names: list[_Box] = []
    drawn = []
    for dot in named:
        long, half = _text_width(dot.unit.name), _TEXT / 2
        sides = (
            (dot.x + away, dot.y),
            (dot.x - away - long, dot.y),
            (dot.x - long / 2, dot.y - away - half),
            (dot.x - long / 2, dot.y + away + half),
        )
        boxes: list[_Box] = [(left, middle - half, left + long, middle + half) for left, middle in sides]
        free = [one for one in boxes if _free(one, names, ground.wide)]
        box = next((one for one in free if _free(one, dots, ground.wide)), free[0] if free else None)
        if box:
            names.append(box)
            drawn.append(
                f'<text x="{box[0]:.1f}" y="{box[1] + half + 5:.1f}" stroke="white" stroke-width="3"'
                f' paint-order="stroke">{escape(dot.unit.name)}</text>'
            )
    return drawn


def _free(box: _Box, taken: Sequence[_Box], wide: float) -> bool:
    inside = box[0] >= 0 and box[2] <= wide and box[1] >= 0 and box[3] <= _HIGH
    return inside and not any(a < box[2] and c > box[0] and b < box[3] and d > box[1] for a, b, c, d in taken)


def _svg(marks: Sequence[str], legend: Sequence[tuple[str, str]], wide: float) -> str:
    x, entries = 24.0, []
    for mark, words in legend:
        entries.append(f'{mark} transform="translate({x:.0f} {_HIGH + 14})"/>')
        entries.append(f'<text x="{x + 20:.0f}" y="{_HIGH + 19}">{escape(words)}</text>')
        x += 20 + _text_width(words) + 34
    wide, high = max(wide, x), _HIGH + _LEGEND
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high}" width="{wide:.0f}" height="{high}"'
        f' font-family="Times New Roman, Tinos, serif" font-size="{_TEXT}">'
        f'<rect x="0.5" y="0.5" width="{wide - 1:.0f}" height="{high - 1}" fill="white" stroke="#c9c9c9"/>'
        f"{''.join(marks)}{''.join(entries)}</svg>"
    )
