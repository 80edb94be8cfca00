"""What rooms above `figures` give to it: which function counts which indicator for the filing page ("*": one that may
know any), and which gives the words that are sealed with a consolidated report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from danvan.casework import counting as casework
from danvan.casework import counting_rates as casework_rates
from danvan.figures.actions import EvidenceInput
from danvan.figures.counters import ANY, Counter, Suggestion
from danvan.figures.counting import reports_below
from danvan.figures.models import Cell, Evidence
from danvan.lib.periods import Period
from danvan.narrative import queries as readings
from danvan.narrative.manuscripts import words_to_sign


def read_in_reports(unit: int, period: Period) -> Iterator[Suggestion]:
    """What was read in the unit's reports of that period, as people decided; of several figures each is offered."""
    for one in readings.not_rejected(unit, period.code).order_by("report", "start"):
        stands = one.decision or one
        yield Suggestion(
            indicator=stands.indicator,
            breakdown=stands.breakdown,
            value=stands.value.normalize() + 0,
            origin=Cell.Origin.READ,
            qualifier=stands.qualifier,
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
    **{key: [casework.registers] for key in casework.COUNTED},
    **{key: [casework_rates.registers] for key in casework_rates.RATES},
    ANY: [read_in_reports],
}

# What is sealed with the figures of a consolidated report.
WORDS = words_to_sign
