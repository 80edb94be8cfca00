"""The pictures that an outline asks for, each where there is enough to see."""

from __future__ import annotations

from collections.abc import Iterable

from danvan.narrative.writing import charts, maps
from danvan.narrative.writing.model import Chart, ReportData
from danvan.narrative.writing.outlines import FILING, Picture


def drawn(data: ReportData, wanted: Iterable[Picture]) -> tuple[Chart, ...]:
    return tuple(picture for one in wanted if (picture := _drawn(data, one)))


def _drawn(data: ReportData, one: Picture) -> Chart | None:
    if one.what == "chart":
        return charts.chart(data, one.of, one.by)
    return maps.filing(data) if one.of == FILING else maps.figure(data, one.of)
