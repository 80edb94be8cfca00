"""From what was accepted to figures: into the draft of the unit by a person; the system files for all, at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.audit import actions as audit
from danvan.figures import actions as figures
from danvan.figures.catalogue import breakdown_key
from danvan.figures.models import Cell, Evidence, Form, Submission
from danvan.figures.queries import FORM
from danvan.narrative import queries
from danvan.narrative.actions.deciding import accept_proposed
from danvan.narrative.actions.errors import ReportError
from danvan.narrative.actions.receiving import store, work_on
from danvan.narrative.filing import Proposal
from danvan.narrative.models import Report
from danvan.narrative.queries import Reviewed

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of filing into a draft. conflicts: cells that somebody changed meanwhile; their figure stands."""

    submission: Submission
    written: int
    conflicts: tuple[Key, ...]


@transaction.atomic
def put_into_form(
    *, report: Report, form: Form | str, take: Mapping[Key, int], by: audit.By, restate: str = ""
) -> Entered:
    """Writes accepted cells into the draft of the report's unit and period, with the words that they come from.

    take: cell -> the revision of it that the person saw beside the report's figure, 0 for an empty one; others are
    left as they are. Begins the draft where there is none. Raises ReportError where unit or period is open or nothing
    is accepted, FigureError where there can be no draft, Refused where it is not the acting unit's.
    """
    work_on(report)
    if report.unit_id is None:
        raise ReportError(_("Chưa rõ báo cáo của đơn vị nào: hãy chọn đơn vị trước khi ghi vào biểu."))
    scope.require_unit(report.unit_id, own=True)
    if not report.period:
        raise ReportError(_("Chưa rõ kỳ báo cáo: hãy chọn kỳ trước khi ghi vào biểu."))
    found = queries.reviewed(report)
    cells = [cell for cell in found.judged.accepted.cells if cell.key in take]
    if not cells:
        raise ReportError(_("Chưa nhận số nào cho biểu này: hãy nhận ít nhất một số rồi ghi."))
    draft = figures.open_draft(
        form=form,
        unit=report.unit_id,
        period=report.period,
        by=by,
        restate=restate,
        illustration=report.illustration,
    )
    entries = [figures.Entry(_cell(cell, found), seen=take[cell.key]) for cell in cells]
    done = figures.enter(submission=draft, entries=entries, by=by)
    if done.refused:
        raise figures.FigureError(*(said for _entry, said in done.refused))
    conflicts = tuple(one.entry.key for one in done.conflicts)
    report.submission = draft
    report.save(update_fields=["submission"])
    _mark_filed(found, [cell for cell in cells if cell.key not in conflicts])
    audit.record(
        by=by,
        verb="narrative.file",
        subject=report,
        unit=report.unit_id,
        submission=draft.pk,
        cells=[list(one.key) for one in cells if one.key not in conflicts],
        conflicts=[list(one) for one in conflicts],
    )
    return Entered(draft, len(done.saved), conflicts)


@transaction.atomic
def file(*, report: Report, by: str) -> Report:
    """For the system: accepts what the report proposes and files it under the report's unit and period, standing at
    once, each cell with the words that it came from.

    A report without figures of the catalogue is kept and files nothing. Raises ReportError where the unit or the period
    is open, FigureError where the figures cannot stand.
    """
    work_on(report)
    if report.unit is None:
        raise ReportError(report.unit_why)
    if not report.period:
        raise ReportError(
            _("Văn bản không nêu kỳ báo cáo thông thường (“%(label)s”). Cho biết kỳ (ví dụ 2026-H1).")
            % {"label": report.period_label or _("không có")}
        )
    words = queries.words_for(report.unit_id)
    store(report, words.read(report.text), words)
    report.lexicon = words.digest
    accept_proposed(report=report, by=by)
    found = queries.reviewed(report)
    filing = found.judged.accepted
    if not filing.cells:
        return report
    report.submission = figures.file_submission(
        form=FORM,
        unit=report.unit,
        period=report.period,
        cells=[_cell(cell, found) for cell in filing.cells],
        by=by,
        source=_source(report),
        illustration=report.illustration,
    )
    report.save()
    _mark_filed(found, filing.cells)
    asked = len(found.judged.asked)
    audit.record(by=by, verb="narrative.file", subject=report, cells=len(filing.cells), asked=asked)
    return report


@transaction.atomic
def withdraw(*, report: Report, by: str) -> Report:
    """Takes a report's figures back, so that unit or period can be put right. Raises ReportError if none are filed."""
    submission = report.submission
    if submission is None:
        raise ReportError(_("“%(report)s” chưa được ghi vào số liệu: không có gì để rút.") % {"report": report})
    cells = submission.cells.count()
    report.submission = None
    report.save()
    report.readings.update(filed=False)
    audit.record(
        by=by,
        verb="narrative.withdraw",
        subject=report,
        unit=submission.unit_id,
        period=submission.period,
        cells=cells,
    )
    figures.withdraw(submission=submission, reason=f"Rút để đọc lại: {report}", by=by)
    return report


def _mark_filed(found: Reviewed, cells: list[Proposal] | tuple[Proposal, ...]) -> None:
    filed = [found.readings[index].pk for cell in cells for index in cell.readings]
    found.report.readings.filter(pk__in=filed).update(filed=True)


def _source(report: Report) -> str:
    return f"narrative.Report:{report.pk}"


def _cell(proposal: Proposal, found: Reviewed) -> figures.CellInput:
    readings = [found.readings[index] for index in proposal.readings]
    return figures.CellInput(
        indicator=proposal.indicator,
        value=None
        if proposal.ratio
        else proposal.value,  # counted from its fraction: the text may have printed it wrong
        breakdown=breakdown_key(proposal.breakdown),
        numerator=proposal.ratio and proposal.ratio.numerator,
        denominator=proposal.ratio and proposal.ratio.denominator,
        qualifier=proposal.qualifier,
        origin=Cell.Origin.READ,
        previous_stated=proposal.previous,
        evidence=[
            figures.EvidenceInput(
                kind=Evidence.Kind.SENTENCE,
                source=_source(found.report),
                start=one.start,
                end=one.end,
                quote=one.quote,
            )
            for one in readings
        ],
    )
