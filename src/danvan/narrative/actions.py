"""What is done with reports: receive one, resolve whom and when it speaks of, file what was read in it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from danvan.audit import actions as audit
from danvan.figures import actions as figures
from danvan.figures.catalogue import breakdown_key
from danvan.figures.models import Cell, Evidence
from danvan.figures.queries import FORM
from danvan.lib.periods import Period
from danvan.narrative import reading
from danvan.narrative.commands import period_as_json
from danvan.narrative.filing import Filing, Proposal, propose
from danvan.narrative.models import Check, Reading, Report
from danvan.narrative.reading.document import Change, Document
from danvan.narrative.resolving import Resolution, resolve
from danvan.units import queries as units
from danvan.units.models import Unit, UnitVersion


class ReportError(ValueError):
    """What cannot be done with a report; a Vietnamese sentence that says what to do."""


@transaction.atomic
def receive(*, path: Path, by: str, illustration: bool = False) -> tuple[Report, bool]:
    """Reads a report file and keeps its text, readings and checks; whom it speaks of is resolved or asked.

    Gives the report and whether it is new: the same text is kept once. Raises reading.UnreadableFile, ReportError.
    """
    document = reading.read_file(path)
    if "\0" in document.text:
        raise ReportError(
            f"“{path.name}” có ký tự rỗng (NUL), không phải văn bản. Hãy lưu lại tệp từ phần mềm soạn thảo."
        )
    digest = hashlib.sha256(document.text.encode()).hexdigest()
    known = Report.objects.filter(sha256=digest).first()
    if known:
        return known, False
    resolution = _resolve(document)
    period = document.period
    report = Report.objects.create(
        name=path.name,
        sha256=digest,
        text=document.text,
        title=document.title[:300],
        unit_id=resolution.unit_id,
        unit_quote=resolution.quote[:200],
        unit_why=resolution.why[:300],
        period=(period and period.code) or "",
        period_label=((period and period.label) or "")[:100],
        illustration=illustration,
    )
    _keep(report, document, propose(document))
    audit.record(by=by, verb="narrative.receive", subject=report, file=path.name, readings=len(document.readings))
    return report, True


def _keep(report: Report, document: Document, filing: Filing) -> None:
    """Stores what was read, in place of what an earlier reader read in the same text."""
    report.readings.all().delete()
    report.checks.all().delete()
    filed = {index for cell in filing.cells for index in cell.readings} if report.submission_id else set()
    Reading.objects.bulk_create(
        Reading(
            report=report,
            start=one.start,
            end=one.end,
            quote=one.quote,
            value=one.value,
            unit=one.unit[:60],
            qualifier=one.qualifier,
            indicator=one.indicator or "",
            breakdown=breakdown_key(one.breakdown),
            change=_change(one.change),
            period=period_as_json(one.period),
            filed=index in filed,
            question=filing.questions.get(index, "")[:300],
        )
        for index, one in enumerate(document.readings)
        if abs(one.value) < figures.MOST  # longer runs of digits are no figure of anybody's work
    )
    Check.objects.bulk_create(
        Check(report=report, kind=c.kind, holds=c.holds, start=c.start, end=c.end, message=c.message)
        for c in document.checks
    )


@transaction.atomic
def settle(*, report: Report, by: str, unit: Unit | None = None, period: Period | None = None) -> Report:
    """A person answers what the text leaves open: the unit, the period. Raises ReportError once it is filed."""
    if report.submission_id:
        raise ReportError(f"“{report}” đã được ghi vào số liệu. Rút ra trước: danvan resolve {report.pk} --withdraw.")
    if unit is not None:
        report.unit = unit
        report.unit_why = f"{by} cho biết ngày {timezone.localdate():%d/%m/%Y}."
    if period is not None:
        report.period, report.period_label = period.code, period.label()
    report.save()
    audit.record(by=by, verb="narrative.settle", subject=report, unit=report.unit_id, period=report.period)
    return report


@transaction.atomic
def file(*, report: Report, by: str) -> Report:
    """Files what was read under the report's unit and period, each cell with the words that it came from.

    A report without figures of the catalogue is kept and files nothing. Raises ReportError where the unit or the period
    is open, FigureError where the figures cannot stand.
    """
    if report.unit is None:
        raise ReportError(report.unit_why)
    if not report.period:
        raise ReportError(
            f"Văn bản không nêu kỳ báo cáo thông thường (“{report.period_label or 'không có'}”). "
            f"Cho biết kỳ: danvan resolve {report.pk} --period MÃ_KỲ (ví dụ 2026-H1)."
        )
    document = reading.read_text(report.text)
    filing = propose(document)
    if not filing.cells:
        return report
    report.submission = figures.file_submission(
        form=FORM,
        unit=report.unit,
        period=report.period,
        cells=[_cell(cell, document, report) for cell in filing.cells],
        by=by,
        source=f"narrative.Report:{report.pk}",
        illustration=report.illustration,
    )
    report.save()
    _keep(report, document, filing)
    audit.record(by=by, verb="narrative.file", subject=report, cells=len(filing.cells), asked=len(filing.questions))
    return report


@transaction.atomic
def withdraw(*, report: Report, by: str) -> Report:
    """Takes a report's figures back, so that unit or period can be put right. Raises ReportError if none are filed."""
    submission = report.submission
    if submission is None:
        raise ReportError(f"“{report}” chưa được ghi vào số liệu: không có gì để rút.")
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


def _resolve(document: Document) -> Resolution:
    day = _day(document)

    def find(name: str, level: str | None) -> list[_OnMap]:
        return [_OnMap(version, day) for version in units.find(name, day, level)]

    return resolve(document, find, f"{day:%d/%m/%Y}")


def _day(document: Document) -> date:
    """The day whose map is meant: the last one of the period, else the day of the text, else today."""
    period = document.period
    return (period and period.end) or document.published or timezone.localdate()


class _OnMap:
    """A unit as it was on a day; its path is looked up only if the name alone does not decide."""

    def __init__(self, version: UnitVersion, day: date) -> None:
        self.unit_id, self.name, self.level, self._day = version.unit_id, version.name, version.level, day

    def _versions(self) -> list[UnitVersion]:
        if not hasattr(self, "_path"):
            self._path = units.path(self.unit_id, self._day)
        return self._path

    @property
    def path(self) -> list[int]:
        return [version.unit_id for version in self._versions()]

    @property
    def path_names(self) -> list[str]:
        return [version.name for version in self._versions()]


def _cell(proposal: Proposal, document: Document, report: Report) -> figures.CellInput:
    readings = [document.readings[index] for index in proposal.readings]
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
                source=f"narrative.Report:{report.pk}",
                start=one.start,
                end=one.end,
                quote=one.quote,
            )
            for one in readings
        ],
    )


def _change(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(change).items()}
