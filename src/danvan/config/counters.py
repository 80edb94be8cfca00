"""Which function counts which indicator for the filing page; "*": one that may know any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from danvan.figures.actions import EvidenceInput
from danvan.figures.counters import ANY, Counter, Suggestion
from danvan.figures.counting import reports_below
from danvan.figures.models import Cell, Evidence
from danvan.lib.periods import Period
from danvan.narrative.models import Reading


def read_in_reports(unit: int, period: Period) -> Iterator[Suggestion]:
    """What was read in the unit's reports of that period; where a text gives several figures, each is offered."""
    readings = Reading.objects.filter(report__unit=unit, report__period=period.code, period__isnull=True).exclude(
        indicator=""
    )
    for one in readings.select_related("report").order_by("report", "start"):
        yield Suggestion(
            indicator=one.indicator,
            breakdown=one.breakdown,
            value=one.value.normalize() + 0,
            origin=Cell.Origin.READ,
            qualifier=one.qualifier,
            words=_("%(report)s: “%(quote)s”") % {"report": one.report, "quote": one.quote.strip()},
            link=f"{reverse('report', args=[one.report_id])}?from={one.start}&to={one.end}#asked",
            evidence=[
                EvidenceInput(
                    kind=Evidence.Kind.SENTENCE,
                    source=f"narrative.Report:{one.report_id}",
                    start=one.start,
                    end=one.end,
                    quote=one.quote,
                )
            ],
        )


TABLE: Mapping[str, Sequence[Counter]] = {
    "rpt.due": [reports_below],
    "rpt.ontime": [reports_below],
    ANY: [read_in_reports],
}
