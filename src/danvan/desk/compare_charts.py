"""The two pictures of a comparison: several lines over time, and dots for many units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

from danvan.desk.charts import _INK, _LINE, _PAPER, _SIZES, _SOFT, ChartPoint, Width, _around, _drawn, _moment

LINES = 5  # as many as can be told apart without their colours
DOTS = 40
# Told apart by shape, dash and name; colour only helps.
_COLOURS = (_LINE, "var(--lacquer)", "var(--done)", "var(--due)", _INK)
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
_DASHES = ([1, 0], [7, 3], [2, 3], [10, 3, 2, 3], [4, 4])


@dataclass(frozen=True, slots=True)
class ChartLine:
    """name: at its end."""

    name: str
    points: tuple[ChartPoint, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """One row. before: the same a while ago, None without. said: stands instead of a dot that cannot be drawn."""

    name: str
    value: float | None
    written: str
    restated: bool = False
    before: float | None = None
    before_restated: bool = False
    said: str = ""


@lru_cache(maxsize=256)
def lines(
    drawn: tuple[ChartLine, ...],
    reforms: tuple[tuple[date, str], ...],
    notes: tuple[str, ...],
    language: str,
    width: Width,
) -> str:
    """Up to LINES lines over time, each named at its end; restated points hollow, reforms thin vertical lines."""
    import altair as alt  # noqa: PLC0415 -- slow to import, needed only where a chart is drawn

    across, down = _SIZES[width]
    across = int(across * 0.75) if width == "wide" else across - 70
    down += 60
    points = [point for line in drawn for point in line.points]
    days = sorted({point.day for point in points})
    names = {point.day.isoformat(): point.label for point in points}
    every = 8 if width == "wide" else 3
    x = alt.X(
        "day:T",
        scale=alt.Scale(type="utc", domain=_around(days, [day for day, _name in reforms])),
        axis=alt.Axis(
            title=None,
            values=[_moment(alt, day) for day in days[:: max(1, -(-len(days) // every))]],
            labelExpr=f"({names!r})[utcFormat(datum.value, '%Y-%m-%d')]",
            grid=False,
            tickSize=4,
            labelOverlap=True,
        ),
    )
    low, high = min(0.0, *(p.value for p in points)), max(p.value for p in points) or 1.0
    scale = alt.Scale(domain=[low, high * 1.1])
    y = alt.Y("value:Q", scale=scale, axis=alt.Axis(title=None, tickCount=4, domain=False, ticks=False))
    layers: list[Any] = []
    if reforms:
        marks = alt.Chart(alt.Data(values=[{"day": day.isoformat(), "name": name} for day, name in reforms]))
        layers += [
            marks.mark_rule(color=_SOFT, strokeWidth=1).encode(x=x),
            marks.mark_text(align="right", dx=-5, color=_SOFT, fontSize=12).encode(x=x, y=alt.value(6), text="name:N"),
        ]
    ends = _apart([line.points[-1].value for line in drawn], (high * 1.1 - low) * 17 / down)
    for place, (line, end) in enumerate(zip(drawn, ends, strict=True)):
        colour, shape = _COLOURS[place % LINES], _SHAPES[place % LINES]
        rows = [{"day": p.day.isoformat(), "value": p.value, "restated": p.restated} for p in line.points]
        base = alt.Chart(alt.Data(values=rows))
        fill = alt.condition("datum.restated", alt.value(_PAPER), alt.value(colour))
        last = line.points[-1]
        label = [{"day": last.day.isoformat(), "value": end, "text": f"{line.name} {last.written}"}]
        layers += [
            base.mark_line(color=colour, strokeWidth=2, strokeDash=_DASHES[place % LINES]).encode(x=x, y=y),
            base.mark_point(size=64, shape=shape, stroke=colour, strokeWidth=2, filled=True, opacity=1).encode(
                x=x, y=y, fill=fill
            ),
            alt.Chart(alt.Data(values=label))
            .mark_text(align="left", dx=9, color=colour, fontSize=12, limit=190 if width == "wide" else 120)
            .encode(x=x, y=y, text="text:N"),
        ]
    return _drawn(alt, alt.layer(*layers), across, down, notes, language)


def _apart(values: Sequence[float], least: float) -> list[float]:
    """Heights for labels, near their values and at least so far apart."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    heights = list(values)
    for below, above in pairwise(order):
        heights[above] = max(heights[above], heights[below] + least)
    return heights


@lru_cache(maxsize=256)
def dots(rows: tuple[Dot, ...], notes: tuple[str, ...], language: str, width: Width) -> str:
    """One row a unit, in the order given: now, and where there is one the dot of before, joined by a thin line."""
    import altair as alt  # noqa: PLC0415 -- slow to import, needed only where a chart is drawn

    across = 520 if width == "wide" else 190
    known = [value for row in rows for value in (row.value, row.before) if value is not None] or [0.0]
    order = [f"{place:03}" for place, _row in enumerate(rows)]
    names = {key: row.name for key, row in zip(order, rows, strict=True)}
    data = [
        {"row": key, "value": row.value, "before": row.before, "written": row.written, "restated": row.restated}
        | {"before_restated": row.before_restated, "said": row.said, "end": max(row.value or 0, row.before or 0)}
        for key, row in zip(order, rows, strict=True)
    ]
    scale = alt.Scale(domain=[min(0.0, *known), (max(known) or 1.0) * 1.18], nice=False)
    axis = alt.Axis(title=None, tickCount=4, domain=False, ticks=False, orient="top")
    x = alt.X("value:Q", scale=scale, axis=axis)
    then = alt.X("before:Q", scale=scale, axis=axis)
    y = alt.Y(
        "row:N",
        sort=order,
        axis=alt.Axis(
            title=None,
            labelExpr=f"({names!r})[datum.value]",
            labelLimit=200 if width == "wide" else 120,
            domain=False,
            ticks=False,
            grid=True,
        ),
    )
    base = alt.Chart(alt.Data(values=data))
    now = base.transform_filter("isValid(datum.value)")
    both = now.transform_filter("isValid(datum.before)")
    fill = alt.condition("datum.restated", alt.value(_PAPER), alt.value(_LINE))
    fill_then = alt.condition("datum.before_restated", alt.value(_PAPER), alt.value(_SOFT))
    none = base.transform_filter("!isValid(datum.value)")
    layers: list[Any] = [
        both.mark_rule(color=_SOFT, strokeWidth=1.5).encode(x=then, x2="value:Q", y=y),
        both.mark_point(size=50, shape="diamond", stroke=_SOFT, strokeWidth=1.5, filled=True, opacity=1).encode(
            x=then, y=y, fill=fill_then
        ),
        now.mark_point(size=90, stroke=_LINE, strokeWidth=2, filled=True, opacity=1).encode(x=x, y=y, fill=fill),
        now.mark_text(align="left", dx=10, color=_INK, fontSize=12).encode(
            x=alt.X("end:Q", scale=scale, axis=axis), y=y, text="written:N"
        ),
        none.mark_text(align="left", dx=4, color=_SOFT, fontSize=12).encode(x=alt.value(0), y=y, text="said:N"),
    ]
    return _drawn(alt, alt.layer(*layers), across, 26 * len(rows), notes, language)


__all__ = ["DOTS", "LINES", "ChartLine", "Dot", "dots", "lines"]
