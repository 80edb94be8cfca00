"""From a consolidation of `figures` to what a report is written from."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from danvan.figures import catalogue
from danvan.lib.periods import Period
from danvan.narrative.writing.model import Contribution, Figure, Issuer, Language, ReportData, Row, Section

if TYPE_CHECKING:
    from danvan.figures import consolidation, rollup


def report_data(
    consolidated: consolidation.Consolidated,
    issuer: Issuer,
    *,
    cell_url: Callable[[consolidation.Row], str] = lambda row: "",
    base_url: str = "",
    date: datetime.date | None = None,
    contributions: tuple[Contribution, ...] = (),
    language: Language = "vi",
) -> ReportData:
    """The report's data. cell_url: the page of a row's number, absolute or relative to base_url. date: of signing.

    Without a date the place for it is left open, in the year in which the period's report is due.
    """
    period = consolidated.period
    before = consolidated.previous or period.same_last_year()
    return ReportData(
        issuer=issuer,
        unit=consolidated.unit.name,
        period=period.label(language),
        period_code=period.code,
        same_period=before.label(language),
        next_period=_next(period),
        sections=tuple(
            Section(section.title(language), tuple(_row(row, cell_url, language) for row in rows))
            for section, rows in consolidated.sections()
        ),
        date=date,
        year=date.year if date else (period.end + datetime.timedelta(days=1)).year,
        expected=len(consolidated.expected),
        filed=len(consolidated.filed),
        missing=tuple(unit.name for unit in consolidated.missing),
        contributions=contributions,
        base_url=base_url,
        illustration=consolidated.illustration,
        language=language,
    )


def contribution(row: consolidation.Row, by: consolidation.Contributor, url: str = "") -> Contribution:
    """A contributor of a figure's story, for the workbook's sheet of contributors."""
    return Contribution(by.unit.name, row.indicator, row.breakdown, row.label_vi, row.unit_vi, _figure(by.figure), url)


def _next(period: Period) -> str:
    """The period that the report's tasks are for; "" where none follows by itself."""
    if period.kind == "nine_months":
        return f"3 tháng cuối năm {period.year}"
    if period.kind == "ytd":
        return ""
    return Period.covering(period.end + datetime.timedelta(days=1), period.kind, period.calendar).label()


def _row(row: consolidation.Row, cell_url: Callable[[consolidation.Row], str], language: Language) -> Row:
    compared = row.comparison
    notes = (*(compared.reasons if compared else ()), *row.notes)
    indicator = catalogue.load().indicators.get(row.indicator)
    return Row(
        indicator=row.indicator,
        label=row.label(language),
        unit=row.unit_vi,
        now=_figure(row.figure),
        breakdown=row.breakdown,
        part=indicator.breakdown_label(row.breakdown, language) if indicator else row.breakdown,
        before=_figure(compared.before.figure) if compared else None,
        delta=compared.delta if compared else None,
        percent=compared.percent.value if compared and compared.percent else None,
        comparability=compared.comparability.value if compared else "exact",
        reasons=tuple(dict.fromkeys(notes)),
        missing=tuple(unit.name for unit in row.missing),
        url=cell_url(row),
    )


def _figure(figure: rollup.Figure) -> Figure:
    return Figure(figure.state.value, figure.value, figure.numerator, figure.denominator, figure.qualifier.value)
