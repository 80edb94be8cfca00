"""What a unit's page shows of figures: periods, one line over time, what came from before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from danvan.desk import show
from danvan.desk.charts import ChartPoint, over_time
from danvan.figures import catalogue
from danvan.figures import queries as figures
from danvan.figures.consolidation import Point, RestatedRow, Series
from danvan.lib.periods import Period
from danvan.units.queries import Edge

LONGEST = 8  # periods in one line
PREFERRED = "mod.total"


class Choice(NamedTuple):
    """An indicator that can be drawn. key: as in the address, 'mod.total' or 'mod.total--field=economy'."""

    key: str
    label: str


class Line(NamedTuple):
    """One indicator over the periods of one kind. pairs: (as reported, restated) a period; charts: (class, svg)."""

    chosen: str
    label: str
    unit: str
    measure: str
    pairs: list[tuple[Point, Point]]
    charts: list[tuple[str, str]]
    illustration: bool


def line_of(
    unit: int, periods: Sequence[Period], born: date, asked: str, reforms: Sequence[Edge]
) -> tuple[Line | None, list[Choice]]:
    """The asked-for indicator (or the usual one) over the kind of period that has most; and what else can be chosen.

    Of a kind that the unit itself saw: a line may begin before it was there, not end. Raises CatalogueError for an
    indicator that is not in the catalogue.
    """
    seen = {(period.kind, period.calendar) for period in periods if period.end >= born}
    if not seen:
        return None, []
    kinds = Counter((period.kind, period.calendar) for period in periods)
    kind = max(seen, key=lambda one: (kinds[one], max(p for p in periods if (p.kind, p.calendar) == one)))
    wanted = [period for period in periods if (period.kind, period.calendar) == kind][:LONGEST]
    latest = figures.consolidated(figures.FORM, unit, wanted[0])
    choices = [Choice(_key(*row.key), row.label(show.language())) for row in latest.reported]
    known = {choice.key for choice in choices}
    chosen = asked or (PREFERRED if PREFERRED in known else next(iter(known), PREFERRED))
    indicator, _separator, breakdown = chosen.partition("--")
    series = figures.series(figures.FORM, unit, indicator, breakdown, periods=wanted, day=latest.day)
    found = catalogue.load()[indicator]
    pairs = list(zip(series.reported, series.restated, strict=True))
    charts = _charts(series, found.unit_vi, reforms)
    label = catalogue.load().label(indicator, breakdown, show.language())
    return Line(chosen, label, found.unit_vi, found.unit(show.language()), pairs, charts, latest.illustration), choices


def _key(indicator: str, breakdown: str) -> str:
    return f"{indicator}--{breakdown}" if breakdown else indicator


def _charts(series: Series, unit: str, reforms: Sequence[Edge]) -> list[tuple[str, str]]:
    points = [
        ChartPoint(p.period.end, short(p.period), float(p.figure.value), show.amount(p.figure.value, unit), p.restated)
        for p in series.restated
        if p.figure.value is not None and p.comparable
    ]
    if len(points) < 2:
        return []
    first, last = series.restated[0].period.start, series.restated[-1].period.end
    days = sorted({edge.day for edge in reforms if first < edge.day <= last})
    not_comparable = [short(p.period) for p in series.restated if not p.comparable]
    notes = (show.not_comparable(not_comparable),) if not_comparable else ()
    lines = tuple((day, show.day(day)) for day in days)
    widths = (("wide-only", "wide"), ("narrow-only", "narrow"))
    return [(css, over_time(tuple(points), lines, notes, show.language(), width)) for css, width in widths]


def short(period: Period) -> str:
    """A label for an axis: "Q1/2026"."""
    roman = ("", "I", "II", "III", "IV")
    names = {
        "month": f"{period.index}/{period.year}",
        "quarter": f"{'Q' if show.language() == 'en' else 'Quý '}{roman[period.index % 5]}/{period.year}",
        "year": str(period.year),
    }
    return names.get(period.kind) or period.label(show.language())


def found_again(
    unit: int, periods: Sequence[Period], born: date, asked: Period | None
) -> tuple[Period | None, tuple[RestatedRow, ...]]:
    """What predecessors reported in one period before the unit began (the asked-for, else the latest)."""
    earlier = [period for period in periods if period.end < born]
    if not earlier:
        return None, ()
    chosen = asked if asked in earlier else earlier[0]
    return chosen, figures.restated_history(unit, chosen)
