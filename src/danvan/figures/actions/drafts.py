"""Filling in a form: open a draft, enter figures cell by cell, submit it.

Two people may work in one draft. The submission counts its changes (`revision`); each cell keeps the revision of its
own last change. Who enters a figure says which revision of the cell they saw: if another stands there now with another
figure, nothing is overwritten and both figures come back as a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.figures import catalogue, queries
from danvan.figures.actions import telling
from danvan.figures.actions.filing import CellInput, checked, form_of, refuse_units_not_there
from danvan.figures.actions.sealing import lock, seal_all
from danvan.figures.errors import FigureError
from danvan.figures.models import Attachment, Cell, Evidence, Form, Submission
from danvan.lib import periods
from danvan.lib.periods import Period
from danvan.units.models import Unit

State = Submission.State


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell as somebody left it. seen: the revision of the cell that they saw, 0 for an empty one.

    force: they were shown the other's figure and chose their own. keep: only note and explanation; the figure stays.
    """

    cell: CellInput
    seen: int = 0
    note: str | None = None
    explanation: str | None = None
    force: bool = False
    keep: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.cell.indicator, self.cell.breakdown


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else entered another figure meanwhile: theirs stands until it is decided."""

    entry: Entry
    theirs: Cell


@dataclass(slots=True)
class Entered:
    """What became of the entries. revision: the draft's now."""

    revision: int
    saved: list[Cell] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    refused: list[tuple[Entry, str]] = field(default_factory=list)


@transaction.atomic
def open_draft(
    *,
    form: Form | str,
    unit: Unit | int,
    period: Period | str,
    by: audit.By,
    restate: str = "",
    illustration: bool = False,
) -> Submission:
    """The draft that is open for the unit and period, begun here if there is none.

    After a return it begins as a copy of what was returned. restate: why what was accepted is to be changed; the next
    edition then begins as a copy of it. Raises FigureError where a sending waits for a decision or nothing is to be
    restated, Refused where the post may not fill the unit's form.
    """
    unit = unit.pk if isinstance(unit, Unit) else unit
    scope.require(Permission.FILL)
    scope.require_unit(unit, own=True)
    period = queries.period_of(period)
    version = form_of(form, period)
    refuse_units_not_there([(unit, period)])
    lock([unit])
    editions = Submission.objects.filter(
        form__code=version.code, unit=unit, period=period.code, kind=Submission.Kind.OWN
    ).order_by("edition")
    last = editions.last()
    if last is not None and last.state == State.DRAFT:
        return last
    reason = _next_edition(last, editions.filter(standing=True).first(), restate, version, period)
    draft = Submission.objects.create(
        form=version,
        unit_id=unit,
        period=period.code,
        window=DateRange(*period.window),
        edition=last.edition + 1 if last else 1,
        reason=reason,
        text=last.text if last else "",
        illustration=illustration or bool(last and last.illustration),
    )
    if last is not None:
        _copy(last, draft)
    label = f"{version.name_vi}, {period.label()}"
    audit.record(by=by, verb="figures.open_draft", subject=draft, label=label, unit=unit, edition=draft.edition)
    return draft


def _next_edition(
    last: Submission | None, standing: Submission | None, restate: str, form: Form, period: Period
) -> str:
    names = {"form": form.name_vi, "period": period.label()}
    if last is not None and last.state == State.SUBMITTED:
        raise FigureError(_("%(form)s %(period)s đã gửi và đang chờ xem xét: chưa sửa được.") % names)
    # A restatement that was returned or taken back goes on for its own reason.
    restate = restate.strip() or (last.reason if standing is not None and last is not None and last != standing else "")
    if standing is not None and not restate:
        raise FigureError(_("%(form)s %(period)s đã được chấp nhận: muốn sửa, hãy nêu lý do đính chính.") % names)
    if standing is None and restate:
        raise FigureError(_("%(form)s %(period)s chưa được chấp nhận: không có gì để đính chính.") % names)
    if standing is not None:
        return restate
    return _("Bổ sung theo yêu cầu của cấp trên.") if last is not None else ""


def _copy(source: Submission, draft: Submission) -> None:
    """Cells with notes, evidence and files of one edition into the next."""
    copies: dict[int, Cell] = {}
    for cell in Cell.objects.filter(submission=source):
        old, cell.pk, cell.submission, cell.revision = cell.pk, None, draft, 0
        cell._state.adding = True
        copies[old] = cell
    Cell.objects.bulk_create(copies.values())
    for model in (Evidence, Attachment):
        rows = list(model.objects.filter(cell__in=copies))
        for row in rows:
            row.pk, row.cell = None, copies[row.cell_id]
            row._state.adding = True
        model.objects.bulk_create(rows)


@transaction.atomic
def enter(*, submission: Submission, entries: Sequence[Entry], by: audit.By, text: str | None = None) -> Entered:
    """Saves figures of a draft, each that can be; gives what was saved, what conflicts, and what cannot be a figure.

    Sending the same figures again changes nothing. A cell made empty stays, as not reported. Raises FigureError where
    the draft was submitted meanwhile.
    """
    scope.require(Permission.FILL)
    scope.require_unit(submission.unit_id, own=True)
    draft = _locked(submission)
    cells = {
        (cell.indicator, cell.breakdown): cell
        for cell in Cell.objects.filter(submission=draft, indicator__in={one.cell.indicator for one in entries})
    }
    done = Entered(draft.revision)
    fresh: list[Cell] = []
    changed: list[Cell] = []
    for entry in entries:
        there = cells.get(entry.key)
        try:
            (cell,) = [_figure(there)] if entry.keep and there else checked([entry.cell])
        except FigureError as error:
            done.refused.append((entry, str(error)))
            continue
        if there is not None and _same(there, cell, entry):
            done.saved.append(there)
        elif there is not None and there.revision > entry.seen and not entry.force:
            done.conflicts.append(Conflict(entry, there))
        else:
            row = there or Cell(submission=draft, indicator=cell.indicator, breakdown=cell.breakdown)
            _fill(row, cell, entry, draft.revision + 1, str(by)[:300])
            (changed if there else fresh).append(row)
            cells[entry.key] = row
            done.saved.append(row)
    if not fresh and not changed and (text is None or text == draft.text):
        return done
    Cell.objects.bulk_create(fresh)
    if len(changed) == 1:  # as nearly always: the statement for many is slow to make
        changed[0].save(update_fields=_WRITTEN)
    else:
        Cell.objects.bulk_update(changed, _WRITTEN)
    _prove(entries, {(cell.indicator, cell.breakdown): cell for cell in [*fresh, *changed]})
    draft.revision += 1
    draft.text = draft.text if text is None else text
    draft.save(update_fields=["revision", "text"])
    done.revision = draft.revision
    audit.record(
        by=by,
        verb="figures.enter",
        subject=draft,
        unit=draft.unit_id,
        cells=[[cell.indicator, cell.breakdown, cell.state, cell.value] for cell in [*fresh, *changed]],
    )
    return done


_WRITTEN = [
    *("state", "value", "numerator", "denominator", "qualifier", "origin", "previous_stated", "note", "explanation"),
    *("revision", "entered_at", "entered_by"),
]


def _prove(entries: Iterable[Entry], written: Mapping[tuple[str, str], Cell]) -> None:
    """A new figure stands where it was counted or read, and no longer where the old one was; a note moves nothing."""
    given = {entry.key: entry for entry in entries if entry.key in written and not entry.keep}
    Evidence.objects.filter(cell__in=[written[key] for key in given]).delete()
    Evidence.objects.bulk_create(
        Evidence(cell=written[key], **{name: getattr(piece, name) for name in piece.__dataclass_fields__})
        for key, entry in given.items()
        for piece in entry.cell.evidence
    )


def _figure(cell: Cell) -> CellInput:
    names = CellInput.__dataclass_fields__.keys() - {"evidence"}
    return CellInput(**{name: getattr(cell, name) for name in names})


def _locked(submission: Submission) -> Submission:
    """The draft as it is now, ours until the transaction ends."""
    draft = Submission.objects.select_for_update(of=("self",)).select_related("form").filter(pk=submission.pk).first()
    if draft is None or draft.state != State.DRAFT:
        raise FigureError(_("Bản nhập này đã được gửi hoặc bỏ: hãy tải lại trang để xem bản hiện nay."))
    return draft


def _same(there: Cell, cell: CellInput, entry: Entry) -> bool:
    names = ("state", "value", "numerator", "denominator", "qualifier")
    told = ((entry.note, there.note), (entry.explanation, there.explanation))
    return all(getattr(there, name) == getattr(cell, name) for name in names) and all(
        new is None or new == old for new, old in told
    )


def _fill(row: Cell, cell: CellInput, entry: Entry, revision: int, by: str) -> None:
    for name in ("state", "value", "numerator", "denominator", "qualifier", "origin", "previous_stated"):
        setattr(row, name, getattr(cell, name))
    row.note = row.note if entry.note is None else entry.note
    row.explanation = row.explanation if entry.explanation is None else entry.explanation
    row.revision, row.entered_at, row.entered_by = revision, timezone.now(), by


def broken(cells: Iterable[Any], before: Iterable[Any] = ()) -> list[catalogue.Broken]:
    """The identities that do not hold among the cells. before: those of the period before. Both: cells, or rows with
    their indicator, breakdown and value."""
    return catalogue.load().check_identities(_values(cells), _values(before))


def _values(cells: Iterable[Any]) -> dict[tuple[str, str], Decimal]:
    return {(cell.indicator, cell.breakdown): cell.value for cell in cells if cell.value is not None}


@transaction.atomic
def submit(*, submission: Submission, by: audit.By, key: UUID | None = None) -> Submission:
    """Seals a draft and sends it to the superior. Once: the same click twice gives the same sending.

    Raises FigureError where it is empty, or where an identity does not hold and no cell of it is explained.
    """
    scope.require(Permission.SUBMIT)
    scope.require_unit(submission.unit_id, own=True)
    lock([submission.unit_id])
    draft = Submission.objects.select_for_update(of=("self",)).select_related("form").get(pk=submission.pk)
    if draft.state != State.DRAFT:
        if draft.state == State.SUBMITTED:
            return draft
        raise FigureError(_("Bản này đã được gửi và đã có kết luận: hãy tải lại trang."))
    cells = list(Cell.objects.filter(submission=draft))
    if not any(cell.state != Cell.State.NOT_REPORTED for cell in cells):
        raise FigureError(_("Chưa có số liệu nào: hãy nhập ít nhất một ô, hoặc ghi số 0 nếu không phát sinh."))
    explained = {cell.indicator for cell in cells if cell.explanation or cell.note}
    wrong = [
        one
        for one in broken(cells, cells_before(draft))
        if not explained & {one.identity.left, *(part.code for part in one.identity.right)}
    ]
    if wrong:
        raise FigureError(
            *(one.sentence for one in wrong), _("Hãy sửa, hoặc ghi chú lý do vào một ô của phép tính rồi gửi lại.")
        )
    draft.state, draft.filed_at, draft.filed_by = State.SUBMITTED, timezone.now(), str(by)[:300]
    draft.key = key
    evidence = list(Evidence.objects.filter(cell__submission=draft).select_related("cell"))
    attached = Attachment.objects.filter(cell__submission=draft).select_related("cell", "file").defer("file__content")
    seal_all([draft], cells, evidence, {draft.form_id: draft.form.code}, attached)
    audit.record(
        by=by,
        verb="figures.submit",
        subject=draft,
        label=f"{draft.form.name_vi}, {periods.parse(draft.period).label()}",
        unit=draft.unit_id,
        edition=draft.edition,
        cells=len(cells),
        seal=draft.seal,
    )
    telling.submitted(draft)
    return draft


def cells_before(draft: Submission) -> list[Any]:
    """What identities carry over of the period before, as it stands: rows of indicator, breakdown and value."""
    codes = [one.code for one in periods.parse(draft.period).before]
    found = Cell.objects.filter(
        submission__form__code=draft.form.code,
        submission__unit=draft.unit_id,
        submission__period__in=codes,
        submission__standing=True,
        submission__kind=Submission.Kind.OWN,
        indicator__in=catalogue.load().carried_over,
    ).values_list("submission__period", "indicator", "breakdown", "value", named=True)
    by_period = groupby(sorted(found, key=lambda one: codes.index(one.submission__period)), lambda one: one[0])
    return list(next(by_period, ("", ()))[1])


@transaction.atomic
def discard(*, submission: Submission, by: audit.By) -> None:
    """Throws a draft away; the audit trail keeps that there was one. Raises FigureError once it is submitted."""
    scope.require(Permission.FILL)
    scope.require_unit(submission.unit_id, own=True)
    draft = _locked(submission)
    entered = Cell.objects.filter(submission=draft).count()
    audit.record(by=by, verb="figures.discard", subject=draft, unit=draft.unit_id, cells=entered)
    draft.delete()


@transaction.atomic
def attach(*, submission: Submission, cell: tuple[str, str], file: int, by: audit.By) -> Attachment:
    """Puts a stored file of the unit on a cell of a draft; the cell is made, not reported, where there is none."""
    scope.require(Permission.FILL)
    scope.require_unit(submission.unit_id, own=True)
    draft = _locked(submission)
    if not StoredFile.objects.filter(pk=file, unit=draft.unit_id, content__isnull=False).exists():
        raise FigureError(_("Không có tệp này trong đơn vị, hoặc tệp đã được bỏ: hãy tải tệp lên lại."))
    indicator, breakdown = cell
    catalogue.load()[indicator].check_breakdown(breakdown)
    row, _created = Cell.objects.get_or_create(
        submission=draft,
        indicator=indicator,
        breakdown=breakdown,
        defaults={
            "state": Cell.State.NOT_REPORTED,
            "origin": Cell.Origin.TYPED,
            "revision": draft.revision + 1,
            "entered_by": str(by)[:300],
        },
    )
    found, _created = Attachment.objects.get_or_create(cell=row, file_id=file)
    Submission.objects.filter(pk=draft.pk).update(revision=F("revision") + 1)
    audit.record(by=by, verb="figures.attach", subject=draft, unit=draft.unit_id, cell=list(cell), file=file)
    return found


def latest_revision(submission: int) -> int:
    """The revision of the last change of a cell."""
    return Cell.objects.filter(submission=submission).aggregate(last=Max("revision"))["last"] or 0
