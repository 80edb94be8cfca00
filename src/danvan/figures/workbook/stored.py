"""Where workbooks meet what is stored: a draft as a FormSheet, an uploaded file as differences, differences taken over.

The only module here that knows the database. An upload is kept as a StoredFile of the unit and read anew for each page,
so that nothing rests in a session and each figure taken over leads back to its cell in the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import actions_files as files_verbs
from danvan.access import files, scope
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.figures import actions, catalogue, deadlines
from danvan.figures.actions import CellInput, Entered, Entry
from danvan.figures.errors import FigureError
from danvan.figures.models import Cell, Evidence, Submission, WorkbookMapping
from danvan.figures.workbook import foreign
from danvan.figures.workbook.checks import checks_of
from danvan.figures.workbook.comparing import diff
from danvan.figures.workbook.layout import rows_of
from danvan.figures.workbook.model import (
    EMPTY,
    NOT_REPORTED,
    VALUE,
    CellDiff,
    Filled,
    FormRow,
    FormSheet,
    Said,
    Seen,
)
from danvan.figures.workbook.opening import open_book
from danvan.figures.workbook.reading import is_form, read_form
from danvan.lib import periods
from danvan.lib.periods import Period
from danvan.units import queries as units

REMEMBERED = 200  # mappings of a unit and form that are looked through, newest first


def say(said: Said) -> str:
    """A sentence in the page's language."""
    return _(said.words) % said.of if said.of else _(said.words)


def sheet_of(submission: Submission) -> FormSheet:
    """An edition as its form shows it, with the period before and the same a year before as they stand now."""
    form, period = submission.form, periods.parse(submission.period)
    catalogue_ = catalogue.load()
    before, year_before = _others(period)
    cells = _cells(submission, [before, year_before])
    mine = cells[submission.period]
    rows = tuple(
        replace(
            row,
            **_content(mine.get((row.indicator, row.breakdown))),
            previous=_seen(cells, before, row),
            last_year=_seen(cells, year_before, row),
        )
        for row in rows_of(form.sections, catalogue_)
    )
    names = [version.name for version in units.path(submission.unit_id, period.window[1] - timedelta(days=1))]
    return FormSheet(
        form=form.code,
        version=form.during.lower,
        title=form.name_vi,
        unit=submission.unit_id,
        unit_name=", ".join(reversed(names[1:] or names)),
        period=submission.period,
        period_label=period.label(),
        rows=rows,
        checks=checks_of(rows, catalogue_),
        previous_label=before.label() if before else "",
        last_year_label=year_before.label() if year_before else "",
        due=_due(period, form.due),
    )


def _others(period: periods.Period | periods.Span) -> tuple[Period | None, Period | None]:
    """The period before and the same a year before; only the latter where they are one (a year)."""
    if not isinstance(period, Period):
        return None, None
    before, year_before = period.previous, period.same_last_year
    return (None if before == year_before else before), year_before


Key = tuple[str, str]


def _cells(submission: Submission, others: Sequence[Period | None]) -> dict[str, dict[Key, Cell]]:
    """Cells by period: the edition's own, and of other periods those of the standing edition."""
    codes = [period.code for period in others if period]
    standing = Submission.objects.filter(
        form__code=submission.form.code,
        unit=submission.unit_id,
        period__in=codes,
        kind=submission.kind,
        standing=True,
    )
    found: dict[str, dict[Key, Cell]] = {submission.period: {}, **{one.period: {} for one in standing}}
    wanted = Cell.objects.filter(submission__in=[submission.pk, *(one.pk for one in standing)])
    for cell in wanted.select_related("submission"):
        found[cell.submission.period][cell.indicator, cell.breakdown] = cell
    return found


def _content(cell: Cell | None) -> dict[str, object]:
    if cell is None:
        return {}
    return {"value": _tidy(cell.value), "state": cell.state, "version": cell.revision, "note": cell.note}


def _tidy(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.normalize() + 0  # 44.0000 is 44


def _seen(cells: Mapping[str, Mapping[Key, Cell]], period: Period | None, row: FormRow) -> Seen:
    if period is None or period.code not in cells:
        return None
    cell = cells[period.code].get((row.indicator, row.breakdown))
    if cell is None:
        return EMPTY[NOT_REPORTED]
    return _tidy(cell.value) if cell.state == VALUE else EMPTY[cell.state]


def _due(period: periods.Period | periods.Span, kept: dict[str, object]) -> str:
    rule = deadlines.DueRule.parse(kept) if isinstance(period, Period) else None
    return f"Hạn nộp: {periods.vietnamese(deadlines.due(period, rule).day)}" if rule else ""


# --- an upload


def keep(*, submission: Submission, upload: BinaryIO, name: str, by: audit.By) -> StoredFile:
    """Takes in a workbook for a draft: looked into, kept for the unit, nothing of it written yet.

    Raises files.FileRefused, WorkbookError or FigureError with sentences for the sender; then nothing is kept.
    """
    _require(submission)
    with transaction.atomic():
        stored = files_verbs.store(
            upload, name=name, unit=submission.unit_id, purpose=purpose(submission), by=by, allowed={files.XLSX}
        )
        content = bytes(stored.content)
        if is_form(open_book(content)):
            read_form(content, sheet_of(submission))
        else:
            foreign.preview(content)
    return stored


def upload_of(submission: Submission, pk: int) -> StoredFile | None:
    """A file that was sent for this edition, with its content; None where there is none or it was discarded."""
    return StoredFile.objects.filter(pk=pk, purpose=purpose(submission), content__isnull=False).first()


def read(submission: Submission, stored: StoredFile, sheet: FormSheet) -> Filled | None:
    """What the file holds for the form; None for a foreign workbook that nobody has mapped yet."""
    content = bytes(stored.content)
    if is_form(open_book(content)):
        return read_form(content, sheet)
    mapping = mapping_of(submission, stored)
    return foreign.apply_mapping(content, mapping, sheet) if mapping else None


def differences(submission: Submission, stored: StoredFile) -> tuple[list[CellDiff], Filled] | None:
    """Each cell of the form as stored and as in the file; None where the file must be mapped first."""
    sheet = sheet_of(submission)
    filled = read(submission, stored, sheet)
    return None if filled is None else (diff(sheet, filled), filled)


def mapping_of(submission: Submission, stored: StoredFile) -> foreign.Mapping | None:
    """The remembered mapping whose heading is in the file, the latest used first."""
    sheets = foreign.preview(bytes(stored.content))
    prints = [stored.sha256, *foreign.fingerprints(sheets)]
    for kept in WorkbookMapping.objects.filter(
        unit=submission.unit_id, form_code=submission.form.code, fingerprint__in=prints
    ).order_by("-used_at")[:REMEMBERED]:
        mapping = foreign.Mapping.from_json(kept.mapping)
        if kept.fingerprint == stored.sha256:
            return mapping
        if again := foreign.found_again(mapping, sheets):
            return again
    return None


@transaction.atomic
def remember(*, submission: Submission, stored: StoredFile, mapping: foreign.Mapping, by: audit.By) -> WorkbookMapping:
    """Keeps how a foreign workbook fills the form, for this layout; without a heading for this one file.

    Raises WorkbookError where the file has not what the mapping says.
    """
    _require(submission)
    foreign.apply_mapping(bytes(stored.content), mapping, sheet_of(submission))
    kept, _created = WorkbookMapping.objects.update_or_create(
        unit_id=submission.unit_id,
        form_code=submission.form.code,
        fingerprint=mapping.fingerprint or stored.sha256,
        defaults={"name": stored.name, "mapping": mapping.as_json(), "by": str(by)[:300]},
    )
    audit.record(
        by=by,
        verb="figures.map_workbook",
        subject=kept,
        unit=submission.unit_id,
        form=submission.form.code,
        rows=len(mapping.rows),
    )
    return kept


@transaction.atomic
def take_over(
    *, submission: Submission, stored: StoredFile, chosen: Collection[str], seen: Mapping[str, int], by: audit.By
) -> Entered:
    """Writes the chosen cells of the file into the draft, each leading back to its cell in the file.

    chosen: row ids; seen: row id -> the revision that was shown beside it. Who was overtaken meanwhile gets a conflict,
    nothing of theirs is overwritten. Raises FigureError where the draft was sent meanwhile or the file must be mapped
    first, WorkbookError where the file does not read.
    """
    _require(submission)
    found = differences(submission, stored)
    if found is None:
        raise FigureError(_("Bảng tính chưa được ghép với biểu; hãy ghép cột và dòng trước."))
    taken = [one for one in found[0] if one.id in chosen and (one.writes or one.status == "conflicting")]
    there = {
        (cell.indicator, cell.breakdown): cell
        for cell in Cell.objects.filter(submission=submission, indicator__in={one.row.indicator for one in taken})
    }
    entries = [
        Entry(
            _input(one, there.get((one.row.indicator, one.row.breakdown))),
            seen.get(one.id, one.row.version),
            one.filled.note,
        )
        for one in taken
    ]
    done = actions.enter(submission=submission, entries=entries, by=by)
    _lead_back(done, {(one.row.indicator, one.row.breakdown): one for one in taken}, stored)
    if done.saved:
        Submission.objects.filter(pk=submission.pk, source="").update(source=stored.name)
        audit.record(
            by=by,
            verb="figures.take_over_workbook",
            subject=submission,
            unit=submission.unit_id,
            file=stored.pk,
            sha256=stored.sha256,
            cells=len(done.saved),
        )
    return done


def _input(one: CellDiff, there: Cell | None) -> CellInput:
    """As `enter` takes it. Where only the note is new, the figure stays what it was, with its origin and its parts."""
    filled = one.filled
    if there and (there.state, _tidy(there.value)) == (filled.state or NOT_REPORTED, filled.value):
        names = ("state", "value", "numerator", "denominator", "qualifier", "origin", "previous_stated")
        return CellInput(there.indicator, breakdown=there.breakdown, **{name: getattr(there, name) for name in names})
    return CellInput(
        one.row.indicator,
        breakdown=one.row.breakdown,
        value=filled.value,
        state=filled.state or NOT_REPORTED,
        origin=Cell.Origin.IMPORTED,
    )


def _lead_back(done: Entered, by_key: Mapping[Key, CellDiff], stored: StoredFile) -> None:
    """The figures taken over stand in the file now, not where the old ones were read."""
    imported = [cell for cell in done.saved if cell.origin == Cell.Origin.IMPORTED]
    Evidence.objects.filter(cell__in=imported).delete()
    Evidence.objects.bulk_create(
        Evidence(
            cell=cell,
            kind=Evidence.Kind.FILE,
            source=_source(stored),
            quote=f"{filled.at}: {filled.written}"[:500],
        )
        for cell in imported
        if (filled := by_key[cell.indicator, cell.breakdown].filled) and cell.state == VALUE
    )


def _require(submission: Submission) -> None:
    scope.require(Permission.FILL)
    scope.require_unit(submission.unit_id, own=True)
    if submission.state != Submission.State.DRAFT:
        raise FigureError(_("Bản nhập này đã được gửi hoặc bỏ: hãy tải lại trang để xem bản hiện nay."))


def purpose(submission: Submission) -> str:
    """What an upload for this edition is stored for."""
    return f"figures.Submission:{submission.pk}"


def stands_behind(stored: StoredFile) -> bool:
    """Whether a figure leads back to this file."""
    return Evidence.objects.filter(kind=Evidence.Kind.FILE, source=_source(stored)).exists()


def _source(stored: StoredFile) -> str:
    return f"access.StoredFile:{stored.pk}"


def file_name(submission: Submission) -> str:
    """Of the download: form, unit, period, day."""
    return f"{submission.form.code}-{submission.unit_id}-{submission.period}-{timezone.localdate():%Y%m%d}.xlsx"
