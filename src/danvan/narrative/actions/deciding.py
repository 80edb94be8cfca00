"""Deciding on readings: accepted as read, corrected, given another indicator, rejected; undone in the same steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from danvan.audit import actions as audit
from danvan.figures.actions import CellInput
from danvan.figures.actions.filing import checked
from danvan.figures.models import Cell
from danvan.narrative import queries
from danvan.narrative.actions.errors import ReportError
from danvan.narrative.actions.receiving import work_on
from danvan.narrative.models import Decision, Reading, Report

Verdict = Decision.Verdict


@transaction.atomic
def decide(
    *,
    reading: Reading,
    by: audit.By,
    accept: bool = True,
    indicator: str | None = None,
    breakdown: str | None = None,
    value: Decimal | None = None,
    qualifier: str | None = None,
) -> Decision:
    """A person's word on one reading: none of this form's, or a figure of it. What is not said is as it stands.

    Deciding the same again changes nothing. Raises ReportError where there is no indicator to accept, CatalogueError
    or FigureError where there is no such figure, Refused where the report is another's.
    """
    work_on(reading.report)
    reading = _locked(reading)
    stands = reading.decision if reading.decision and reading.decision.verdict != Verdict.REJECTED else reading
    made = Decision(
        reading=reading,
        verdict=Verdict.REJECTED,
        value=stands.value if value is None else value,
        qualifier=qualifier or stands.qualifier,
    )
    if accept:
        made.indicator = stands.indicator if indicator is None else indicator
        made.breakdown = (stands.breakdown if indicator is None else "") if breakdown is None else breakdown
        _refuse_what_is_no_figure(made)
        made.verdict = _verdict(reading, made)
    if not _same(reading.decision, made):
        _keep(reading.report, [made], by)
        return made
    return reading.decision


def _locked(reading: Reading) -> Reading:
    """As it is now, with what stands."""
    return Reading.objects.select_related("report", "decision").get(pk=reading.pk)


def _refuse_what_is_no_figure(made: Decision) -> None:
    if not made.indicator:
        raise ReportError(_("Số này chưa có chỉ tiêu: hãy chọn chỉ tiêu trong danh sách."))
    list(checked([cell_of(made)]))


def cell_of(made: Decision) -> CellInput:
    """The figure that a decision means, by itself."""
    return CellInput(made.indicator, made.value, made.breakdown, qualifier=made.qualifier, origin=Cell.Origin.READ)


def _verdict(reading: Reading, made: Decision) -> str:
    if (made.indicator, made.breakdown) != (reading.indicator, reading.breakdown):
        return Verdict.ASSIGNED
    if (made.value, made.qualifier) != (reading.value, reading.qualifier):
        return Verdict.CORRECTED
    return Verdict.ACCEPTED


def _same(stands: Decision | None, made: Decision) -> bool:
    names = ("verdict", "indicator", "breakdown", "value", "qualifier", "adds")
    if stands is None:
        return False
    if stands.verdict == made.verdict == Verdict.REJECTED:
        return True
    return all(getattr(stands, name) == getattr(made, name) for name in names)


def _keep(report: Report, made: Iterable[Decision], by: audit.By) -> UUID:
    """Writes what was decided in one go. Each knows what stood before it."""
    made, deed = list(made), uuid4()
    for one in made:
        one.before, one.deed, one.by = one.reading.decision, deed, str(by)[:300]
        one.person = getattr(by, "person_id", None)
    Decision.objects.bulk_create(made)
    for one in made:
        one.reading.decision = one
    Reading.objects.bulk_update([one.reading for one in made], ["decision"])
    audit.record(
        by=by,
        verb="narrative.decide",
        subject=report,
        unit=report.unit_id,
        decisions=[[one.reading_id, one.verdict, one.indicator, one.breakdown, one.value] for one in made],
    )
    return deed


@transaction.atomic
def accept_sure(*, report: Report, by: audit.By) -> int:
    """Accepts in one go all that the reader is sure of and that contradicts nothing; gives how many."""
    work_on(report)
    found = queries.reviewed(report)
    made = [_as_read(found.readings[index]) for index in found.judged.sure]
    if made:
        _keep(report, made, by)
    return len(made)


def accept_proposed(*, report: Report, by: audit.By) -> int:
    """For the system: accepts what a report proposes for filing, contradictions or not, as far as it is one fact
    that the reader is sure of."""
    found = queries.reviewed(report)
    indices = {index for cell in found.judged.proposed.cells for index in cell.readings}
    made = [_as_read(found.readings[index]) for index in sorted(indices - set(found.judged.said))]
    if made:
        _keep(report, made, by)
    return len(made)


def _as_read(reading: Reading) -> Decision:
    names = ("indicator", "breakdown", "value", "qualifier")
    return Decision(reading=reading, verdict=Verdict.ACCEPTED, **{name: getattr(reading, name) for name in names})


@transaction.atomic
def add_up(*, report: Report, indicator: str, breakdown: str, by: audit.By) -> int:
    """Where a text gives a cell in parts: the accepted readings of the cell are added up. Gives how many.

    Raises ReportError where fewer than two are accepted.
    """
    work_on(report)
    found = [
        one
        for one in report.readings.select_related("report", "decision").order_by("number")
        if one.decision
        and one.decision.verdict != Verdict.REJECTED
        and (one.decision.indicator, one.decision.breakdown) == (indicator, breakdown)
    ]
    if len(found) < 2:
        raise ReportError(_("Chỉ cộng được khi đã nhận ít nhất hai số cho ô này: hãy nhận từng số trước."))
    made = list(_adding(found))
    if made:
        _keep(report, made, by)
    return len(found)


def _adding(readings: Iterable[Reading]) -> Iterator[Decision]:
    for one in readings:
        stands = one.decision
        if stands and not stands.adds:
            names = ("verdict", "indicator", "breakdown", "value", "qualifier")
            yield Decision(reading=one, adds=True, **{name: getattr(stands, name) for name in names})


@transaction.atomic
def undo(*, report: Report, by: audit.By) -> list[Reading]:
    """Takes the last thing back that the same person decided in the report and that still stands; in one go what was
    decided in one go. Gives the readings, which are as they were before."""
    work_on(report)
    mine = {"person": by.person_id} if hasattr(by, "person_id") else {"person": None, "by": str(by)[:300]}
    standing = report.readings.filter(**{f"decision__{name}": value for name, value in mine.items()})
    last = standing.order_by("-decision__pk").values_list("decision__deed", flat=True).first()
    if last is None:
        return []
    readings = list(standing.filter(decision__deed=last).select_related("decision"))
    undone = [[one.pk, one.decision.verdict, one.decision.indicator] for one in readings if one.decision]
    for one in readings:
        one.decision_id = one.decision.before_id if one.decision else None
    Reading.objects.bulk_update(readings, ["decision"])
    audit.record(by=by, verb="narrative.undo", subject=report, unit=report.unit_id, decisions=undone)
    return readings
