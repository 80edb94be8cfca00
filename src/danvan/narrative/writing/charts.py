"""What a whole is made of, as bars beside those of the same period: a vector picture with its words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from danvan.lib.numbers import digits
from danvan.narrative.writing.model import Chart, ReportData, Row

_PARTS = 3  # fewer are told in the sentence as well
_WIDE, _BAR = 440, 15  # px, of the bars
_MM, _WIDEST = 0.27, 165  # a px on paper: letters of one size in all charts; and the most
_WIDTH = re.compile(r'<svg[^>]* width="([\d.]+)"')
_INK, _GREY = "#8c1d18", "#b9b9b9"
# What Vega says of its parts is not in our language: the picture's own words say what it shows.
_ARIA = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def chart(data: ReportData, of: str, by: str = "") -> Chart | None:
    """A figure by the values of one dimension (the first of which enough was reported, if none is named)."""
    parts: dict[str, list[Row]] = defaultdict(list)
    whole = next((row for row in data.rows() if row.key == of), None)
    for row in data.rows():
        dimension, _, value = row.breakdown.partition("=")
        single = value and ";" not in row.breakdown and by in ("", dimension)
        if row.indicator == of and single and row.unit != "%" and row.now.value is not None:
            parts[dimension].append(row)
    rows = next((rows for rows in parts.values() if len(rows) >= _PARTS), None)
    return _chart(f"{whole.label} ({whole.unit})", rows, data) if rows and whole else None


def _chart(title: str, rows: Sequence[Row], data: ReportData) -> Chart:
    bars, words = [], []
    for row in rows:
        name = row.part or row.label
        told = f"{name} {_said(row.now.value)}"
        bars.append(
            {"part": name, "when": data.period, "value": float(row.now.value or 0), "said": _said(row.now.value)}
        )
        if row.before is not None and row.before.value is not None:
            earlier = row.before.value
            bars.append({"part": name, "when": data.same_period, "value": float(earlier), "said": _said(earlier)})
            told += f" (cùng kỳ {_said(earlier)})"
        words.append(told)
    svg = _drawn(bars, [data.period, data.same_period])
    found = _WIDTH.search(svg)
    width = min(_MM * float(found[1]), _WIDEST) if found else _WIDEST
    return Chart(title, f"Biểu đồ thanh, {title}: {'; '.join(words)}.", svg, round(width, 1))


def _said(value: Any) -> str:
    return digits(value)


def _drawn(bars: list[dict[str, Any]], periods: list[str]) -> str:
    import vl_convert  # noqa: PLC0415 -- slow to import, needed only where a chart is drawn

    when = {"field": "when", "sort": periods, "scale": {"domain": periods}}
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": _WIDE,
        "height": {"step": _BAR, "for": "offset"},
        "data": {"values": bars},
        "encoding": {
            "y": {"field": "part", "type": "nominal", "sort": None, "title": None},
            "yOffset": when,
            "x": {"field": "value", "type": "quantitative", "title": None, "axis": None},
            "color": {
                **when,
                "scale": {"domain": periods, "range": [_INK, _GREY]},
                "legend": {"title": None, "orient": "bottom"},
            },
        },
        "layer": [
            {"mark": "bar"},
            {
                "mark": {"type": "text", "align": "left", "dx": 4},
                "encoding": {"text": {"field": "said"}, "color": {"value": "black"}},
            },
        ],
        "config": {
            "font": "Times New Roman, Tinos, serif",
            "view": {"stroke": None},
            "text": {"fontSize": 13},
            "axis": {"labelFontSize": 13, "labelLimit": 260, "domain": False, "ticks": False},
            "legend": {"labelFontSize": 13, "labelLimit": 260},
        },
    }
    return _ARIA.sub("", vl_convert.vegalite_to_svg(spec))
