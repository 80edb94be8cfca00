"""Charts as SVG, drawn on the server: readable without script, in the colours of the page, light or dark.

Altair describes, vl-convert draws. A chart is kept as long as the process lives, by what is in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

Width = Literal["wide", "narrow"]
_SIZES: dict[Width, tuple[int, int]] = {"wide": (700, 240), "narrow": (290, 220)}
_NUMBERS = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", ""]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]},
}

# What Vega says of its parts is neither in our language nor needed: the page says what the picture shows.
_ARIA = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
# The page's tokens, resolved by the browser: one picture serves light and dark.
_INK, _SOFT, _RULE, _LINE, _PAPER = (f"var(--{name})" for name in ("ink", "ink-soft", "rule", "waiting", "paper"))


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """day: where it stands in time; label: its period; value in the unit of the axis; written: the value as a text.

    restated: computed on today's map from predecessors, drawn hollow.
    """

    day: date
    label: str
    value: float
    written: str
    restated: bool


@lru_cache(maxsize=512)
def over_time(
    points: tuple[ChartPoint, ...],
    reforms: tuple[tuple[date, str], ...],
    notes: tuple[str, ...],
    language: str,
    width: Width,
) -> str:
    """A line over periods; reforms (day, label) as thin vertical lines; notes are said above the line.

    Returns an <svg> without styles or scripts, so that the strict content policy lets it be part of a page.
    """
    import altair as alt  # noqa: PLC0415 -- slow to import, needed only where a chart is drawn

    across, down = _SIZES[width]
    rows = [
        {"day": point.day.isoformat(), "value": point.value, "written": point.written, "restated": point.restated}
        for point in points
    ]
    days = sorted({point.day for point in points})
    shown = days if width == "wide" and len(days) <= 8 else days[:: max(1, -(-len(days) // 4))]
    names = {point.day.isoformat(): point.label for point in points}
    x = alt.X(
        "day:T",
        scale=alt.Scale(type="utc", domain=_around(days, [day for day, _ in reforms])),
        axis=alt.Axis(
            title=None,
            values=[_moment(alt, day) for day in shown],
            labelExpr=f"({names!r})[utcFormat(datum.value, '%Y-%m-%d')]",
            grid=False,
            tickSize=4,
            labelOverlap=True,
        ),
    )
    top = max(point.value for point in points) or 1
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=[min(0, *(point.value for point in points)), top * 1.25]),
        axis=alt.Axis(title=None, tickCount=4, domain=False, ticks=False),
    )
    base = alt.Chart(alt.Data(values=rows))
    hollow = alt.condition("datum.restated", alt.value(_PAPER), alt.value(_LINE))
    layers: list[Any] = [
        base.transform_filter("!datum.restated").mark_line(color=_LINE, strokeWidth=2).encode(x=x, y=y),
        base.mark_point(size=70, stroke=_LINE, strokeWidth=2, filled=True, opacity=1).encode(x=x, y=y, fill=hollow),
        # Twice: first a rim of paper, so that no line runs through a number.
        base.mark_text(dy=-15, stroke=_PAPER, strokeWidth=5, fontSize=13).encode(x=x, y=y, text="written:N"),
        base.mark_text(dy=-15, color=_INK, fontSize=13).encode(x=x, y=y, text="written:N"),
    ]
    if any(point.restated for point in points):
        layers.insert(0, base.mark_line(color=_LINE, strokeWidth=1.5, strokeDash=[4, 4]).encode(x=x, y=y))
    if reforms:  # behind the line
        marks = alt.Chart(alt.Data(values=[{"day": day.isoformat(), "name": name} for day, name in reforms]))
        layers.insert(0, marks.mark_rule(color=_SOFT, strokeWidth=1).encode(x=x))
        layers.append(
            marks.mark_text(align="right", dx=-5, color=_SOFT, fontSize=12).encode(x=x, y=alt.value(6), text="name:N")
        )
    return _drawn(alt, alt.layer(*layers), across, down, notes, language)


def _drawn(alt: Any, chart: Any, across: int, down: int, notes: Sequence[str], language: str) -> str:
    import vl_convert  # noqa: PLC0415 -- starts an engine of its own

    chart = chart.properties(width=across, height=down, background="transparent")
    if notes:
        chart = chart.properties(
            title=alt.TitleParams(list(notes), anchor="start", fontSize=13, fontWeight="normal", color=_SOFT)
        )
    chart = (
        chart.configure(font="Be Vietnam Pro", aria=False)
        .configure_view(stroke=None)
        .configure_axis(labelColor=_SOFT, labelFontSize=13, gridColor=_RULE, domainColor=_SOFT, tickColor=_SOFT)
    )
    _register_fonts(vl_convert)
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict(), format_locale=_NUMBERS[language])
    return _ARIA.sub("", svg[svg.index("<svg") :])


def _around(days: Sequence[date], reforms: Sequence[date]) -> list[dict[str, int]]:
    first, last = min([*days, *reforms]), max([*days, *reforms])
    margin = max((last - first) / 12, date.resolution * 20)
    return [{"year": day.year, "month": day.month, "date": day.day} for day in (first - margin, last + margin)]


def _moment(alt: Any, day: date) -> Any:
    return alt.DateTime(year=day.year, month=day.month, date=day.day, utc=True)


@lru_cache(maxsize=1)
def _register_fonts(vl_convert: Any) -> None:
    """So that widths of words are measured in the page's font."""
    from danvan.desk.assets import FONTS  # noqa: PLC0415 -- only where a chart is drawn

    if FONTS.exists():
        vl_convert.register_font_directory(str(FONTS))
