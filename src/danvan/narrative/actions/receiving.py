"""Receiving a report: its text, its readings, whom and when it speaks of; reading it again; answering what is open."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.models import Notice, StoredFile
from danvan.access.notices import notify
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.figures import actions as figures
from danvan.figures.catalogue import breakdown_key
from danvan.lib.periods import Period
from danvan.narrative import choices, finding, queries, reading
from danvan.narrative.actions.errors import ReportError
from danvan.narrative.commands import period_as_json
from danvan.narrative.filing import propose
from danvan.narrative.models import Check, Reading, Report
from danvan.narrative.queries import Words
from danvan.narrative.reading.document import Change, Document
from danvan.narrative.resolving import Resolution
from danvan.units.models import Reach, Unit

_WRITTEN = [
    *("number", "quote", "value", "unit", "per", "qualifier", "indicator", "breakdown", "confidence", "alternatives"),
    *("term", "change", "period", "previous", "part_of", "mention_of", "question"),
]


def receive(*, path: Path, by: audit.By, illustration: bool = False) -> tuple[Report, bool]:
    """Reads a report file and keeps it, see `keep`. Raises reading.UnreadableFile, ReportError."""
    return keep(document=reading.read_file(path), name=path.name, by=by, illustration=illustration)


@transaction.atomic
def keep(
    *,
    document: Document,
    name: str,
    by: audit.By,
    unit: int | None = None,
    file: StoredFile | None = None,
    illustration: bool = False,
) -> tuple[Report, bool]:
    """Keeps a report's text, readings and checks; whom it speaks of is resolved or asked. unit: for which it was read.

    Gives the report and whether it is new: the same text is kept once. Raises ReportError; Refused where the post may
    not take reports in, or not for that unit.
    """
    post = scope.require(Permission.FILL)
    if post is not None:
        unit = unit or post.unit_id
        scope.require_unit(unit, own=True)
    if "\0" in document.text:
        raise ReportError(
            _("“%(name)s” có ký tự rỗng (NUL), không phải văn bản. Hãy lưu lại tệp từ phần mềm soạn thảo.")
            % {"name": name}
        )
    digest = hashlib.sha256(document.text.encode()).hexdigest()
    known = Report.objects.filter(sha256=digest).first()
    if known:
        return known, False
    resolution, likely = _within(finding.whose(document), unit), choices.periods(document)
    period = likely[0] if document.period and document.period.code else None
    report = Report(
        name=name[:255],
        sha256=digest,
        text=document.text,
        title=document.title[:300],
        unit_id=resolution.unit_id,
        unit_quote=resolution.quote[:200],
        unit_why=resolution.why[:300],
        unit_confidence=resolution.confidence if resolution.unit_id else None,
        unit_choices=_unit_choices(resolution, unit),
        period=period.period if period else "",
        period_label=((document.period and document.period.label) or "")[:100],
        period_why=period.why[:300] if period else "",
        period_confidence=period.confidence if period else None,
        period_choices=[asdict(one) for one in likely],
        received_for_id=unit,
        file=file,
        illustration=illustration,
    )
    words = queries.words_for(report.unit_id or unit)
    report.lexicon = words.digest
    report.save()
    store(report, words.read(document.text) if words.terms else document, words)
    audit.record(by=by, verb="narrative.receive", subject=report, file=name, readings=len(document.readings))
    return report, True


def _within(resolution: Resolution, received_for: int | None) -> Resolution:
    """A unit beyond the reach of the one that received the report is asked about: its people would see the text."""
    found = resolution.unit_id
    if received_for is None or found is None or Reach.objects.filter(holder=received_for, unit=found).exists():
        return resolution
    why = f"Văn bản nêu “{resolution.quote}”, ngoài phạm vi của đơn vị nhận báo cáo. Chọn đơn vị."
    return Resolution(None, why, resolution.quote)


def _unit_choices(resolution: Resolution, received_for: int | None) -> list[dict[str, Any]]:
    """The candidates: those under the unit that received the report first; without any, that unit itself."""
    if resolution.unit_id is not None:
        return []
    if not resolution.candidates:
        why = "Đơn vị nhận báo cáo; văn bản không nêu rõ đơn vị nào khác."
        return [{"unit": received_for, "confidence": 0.4, "why": why}] if received_for else []
    found = {place.unit_id: place for place in resolution.candidates}
    within = set(Reach.objects.filter(holder=received_for, unit__in=found).values_list("unit", flat=True))
    near = within if within and len(within) < len(found) else set()
    listed = []
    for one, place in found.items():
        share = (0.9 / len(near) if one in near else 0.1 / (len(found) - len(near))) if near else 1 / len(found)
        where = ", ".join(reversed(place.path_names[1:-1]))
        why = f"{place.name}, {where}." + (" Thuộc đơn vị nhận báo cáo." if one in near else "")
        listed.append({"unit": one, "confidence": round(share, 2), "why": why})
    return sorted(listed, key=lambda one: -one["confidence"])


def store(report: Report, document: Document, words: Words) -> None:
    """Stores what was read with these local words, in place of what was read in the same text before.

    A reading keeps its row where its words are read again, and so what people decided of it; one that somebody ever
    decided on stays even where nothing is read any more.
    """
    filing = propose(document)
    there: dict[tuple[int, int], list[Reading]] = defaultdict(list)
    for row in report.readings.order_by("number"):
        there[row.start, row.end].append(row)
    # Longer runs of digits are no figure of anybody's work.
    kept = [index for index, one in enumerate(document.readings) if abs(one.value) < figures.MOST]
    place = {index: number for number, index in enumerate(kept)}
    fresh, again = [], []
    for index in kept:
        one = document.readings[index]
        same = there[one.start, one.end]
        row = same.pop(0) if same else Reading(report=report, start=one.start, end=one.end)
        (again if row.pk else fresh).append(row)
        row.number, row.quote, row.value = place[index], one.quote, one.value
        row.unit, row.per, row.qualifier = one.unit[:60], one.per[:60], one.qualifier
        row.indicator, row.breakdown = one.indicator or "", breakdown_key(one.breakdown)
        row.confidence, row.alternatives = one.confidence, [list(other) for other in one.alternatives]
        row.term = words.named(one.taught) if one.taught else None
        row.change, row.period, row.previous = _change(one.change), period_as_json(one.period), one.previous
        row.part_of = None if one.part_of is None else place.get(one.part_of)
        row.mention_of = None if one.mention_of is None else place.get(one.mention_of)
        row.question = filing.questions.get(index, "")[:300]
    Reading.objects.bulk_update(again, _WRITTEN)
    Reading.objects.bulk_create(fresh)
    gone = [row.pk for rows in there.values() for row in rows]
    if gone:
        report.readings.filter(pk__in=gone, decisions=None).delete()
        for number, row in enumerate(report.readings.filter(pk__in=gone).order_by("start"), len(kept)):
            row.number, row.part_of, row.mention_of, row.question = number, None, None, ""
            row.save(update_fields=["number", "part_of", "mention_of", "question"])
    report.checks.all().delete()
    Check.objects.bulk_create(
        Check(
            report=report,
            kind=check.kind,
            holds=check.holds,
            start=check.start,
            end=check.end,
            message=check.message,
            parts=[place[part] for part in check.parts if part in place],
        )
        for check in document.checks
    )


@transaction.atomic
def reread(*, report: Report, by: audit.By) -> Report:
    """Reads a report's text again, with the words that are taught by now; what people decided stays."""
    work_on(report)
    words = queries.words_for(report.unit_id or report.received_for_id)
    document = words.read(report.text)
    store(report, document, words)
    report.lexicon = words.digest
    report.save(update_fields=["lexicon"])
    audit.record(by=by, verb="narrative.reread", subject=report, readings=len(document.readings))
    return report


def work_on(report: Report) -> None:
    """The report is ours until the transaction ends. Raises Refused where it is not the acting post's to work on."""
    scope.require(Permission.FILL)
    if not queries.may_work_on(report):
        raise scope.Refused(
            _("Báo cáo này do đơn vị đã nhận nó hoặc đơn vị mà nó nói tới duyệt. Hãy đổi sang chức danh ở đơn vị đó.")
        )
    Report.objects.select_for_update(of=("self",)).filter(pk=report.pk).only("pk").first()


@transaction.atomic
def settle(*, report: Report, by: audit.By, unit: Unit | int | None = None, period: Period | None = None) -> Report:
    """A person answers what the text leaves open: the unit, the period. Raises ReportError once it is filed, Refused
    where the unit lies beyond the acting one's reach or the report is another's."""
    work_on(report)
    if report.submission_id:
        raise ReportError(
            _("“%(report)s” đã được ghi vào số liệu: hãy bỏ bản nhập đó hoặc rút số liệu trước.") % {"report": report}
        )
    if unit is not None:
        unit = unit.pk if isinstance(unit, Unit) else unit
        post = scope.current().acting
        if post is not None and post.unit_id != report.received_for_id:
            raise scope.Refused(_("Chỉ đơn vị đã nhận báo cáo này mới đổi được đơn vị mà nó nói tới."))
        scope.require_unit(unit)
        report.unit_id, report.unit_confidence = unit, None
        report.unit_why = _said_by(by)
    if period is not None:
        report.period, report.period_label, report.period_confidence = period.code, period.label(), None
        report.period_why = _said_by(by)
    report.save()
    audit.record(by=by, verb="narrative.settle", subject=report, unit=report.unit_id, period=report.period)
    return report


@transaction.atomic
def hand_over(*, report: Report, by: audit.By) -> int:
    """Tells the people of the unit that the report speaks of: it is theirs to go through and to file. Gives how many.

    Raises ReportError where the unit is open or the acting one itself.
    """
    work_on(report)
    post = scope.current().acting
    if report.unit_id is None:
        raise ReportError(_("Chưa rõ báo cáo của đơn vị nào: hãy chọn đơn vị trước khi giao."))
    if post is not None and post.unit_id == report.unit_id:
        raise ReportError(_("Báo cáo này của chính đơn vị mình: hãy ghi vào biểu."))
    told = notify(
        unit=report.unit_id,
        permission=Permission.FILL,
        kind=Notice.Kind.REPORT,
        sentence=f"Báo cáo “{report}” của đơn vị đã được đọc, chờ duyệt và ghi vào biểu ({by})",
        link=f"/reports/{report.pk}/",
        key=f"report:{report.pk}",  # told once, however often it is handed over
    )
    audit.record(by=by, verb="narrative.hand_over", subject=report, unit=report.unit_id, told=told)
    return told


def _said_by(by: audit.By) -> str:
    return f"{by} cho biết ngày {timezone.localdate():%d/%m/%Y}."[:300]


def _change(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(change).items()}
