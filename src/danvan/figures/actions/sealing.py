"""Freezing what is signed: the hash, its place in the unit's chain, and the locks that keep the chain in one piece."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.models import StoredFile
from danvan.figures import sealing
from danvan.figures.models import Attachment, Cell, Evidence, Submission

LOCK = 20250702  # any number that no other advisory lock of this database uses
FEW = 50


def lock(units: Iterable[int]) -> None:
    """Until the transaction ends nobody else files for these units: what is found below stays true.

    A few units are locked one by one, many by keeping out everybody.
    """
    units = sorted(set(units))
    with connection.cursor() as cursor:
        if len(units) > FEW:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            return
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
        # In one order, so that two who lock the same units never wait for each other.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, one) FROM unnest(%s::int[]) AS one", [LOCK, units])


def seal_all(
    submissions: Sequence[Submission],
    cells: Iterable[Cell],
    evidence: Iterable[Evidence],
    forms: dict[int, str],
    attachments: Iterable[Attachment] = (),
) -> None:
    """Seals drafts, each after its unit's last one; state, filed_at and filed_by are set on them already.

    forms: form id -> code. attachments: with their cell and file. The units must be locked.
    """
    last = _last_seals({one.unit_id for one in submissions})
    parts = _Parts(cells, evidence, attachments)
    for one in submissions:
        number, before = last.get(one.unit_id, (0, ""))
        one.seal_number, one.seal_before = number + 1, before
        one.seal = sealing.seal(parts.content(one, forms[one.form_id]), before)
        last[one.unit_id] = (one.seal_number, one.seal)
    fields = ["state", "standing", "filed_at", "filed_by", "rests_on", "seal", "seal_before", "seal_number"]
    if len(submissions) == 1:
        submissions[0].save(update_fields=[*fields, "text", "reason", "key"])
    else:
        Submission.objects.bulk_update(submissions, fields, batch_size=1000)


class _Parts:
    """What belongs to which submission."""

    def __init__(self, cells: Iterable[Cell], evidence: Iterable[Evidence], attachments: Iterable[Attachment]) -> None:
        self.cells: dict[int, list[Cell]] = defaultdict(list)
        self.pieces: dict[int, list[tuple[Cell, Evidence]]] = defaultdict(list)
        self.files: dict[int, list[tuple[Cell, StoredFile]]] = defaultdict(list)
        for cell in cells:
            self.cells[cell.submission_id].append(cell)
        for piece in evidence:
            self.pieces[piece.cell.submission_id].append((piece.cell, piece))
        for one in attachments:
            self.files[one.cell.submission_id].append((one.cell, one.file))

    @classmethod
    def of(cls, submissions: Sequence[Submission]) -> _Parts:
        """As they are stored now."""
        pks = [one.pk for one in submissions]
        return cls(
            Cell.objects.filter(submission__in=pks),
            Evidence.objects.filter(cell__submission__in=pks).select_related("cell"),
            Attachment.objects.filter(cell__submission__in=pks).select_related("cell", "file").defer("file__content"),
        )

    def content(self, one: Submission, form_code: str) -> dict[str, Any]:
        return sealing.content_of(
            one,
            form_code,
            self.cells.get(one.pk, ()),
            self.pieces.get(one.pk, ()),
            self.files.get(one.pk, ()),
        )


def _last_seals(units: set[int]) -> dict[int, tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT ON (unit_id) unit_id, seal_number, seal FROM figures_submission
               WHERE unit_id = ANY(%s) AND seal IS NOT NULL ORDER BY unit_id, seal_number DESC""",
            [list(units)],
        )
        return {unit: (number, seal) for unit, number, seal in cursor.fetchall()}


def verify() -> tuple[int, list[str]]:
    """Does the sum of every seal again; gives how many were looked at and a sentence for each that is broken."""
    faults: list[str] = []
    count, before, unit, number = 0, "", None, 0
    sealed = Submission.objects.exclude(seal=None).select_related("form").order_by("unit", "seal_number")
    for chunk in _chunks(sealed.iterator(chunk_size=500), 500):
        parts, others = _Parts.of(chunk), _other_files([one.pk for one in chunk])
        for one in chunk:
            if one.unit_id != unit:
                before, unit, number = "", one.unit_id, 0
            if not _holds(one, parts, number, before) or one.pk in others:
                faults.append(_fault(one))
            before, number = one.seal, one.seal_number
            count += 1
    return count, [*faults, *_cut_off()]


def _cut_off() -> list[str]:
    """What the trail says was sealed and is not there so: a chain does not show by itself that its end is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT e.subject FROM audit_event e WHERE e.data->>'seal' IS NOT NULL AND NOT EXISTS (
                 SELECT FROM figures_submission s WHERE s.id = split_part(e.subject, ':', 2)::bigint
                 AND s.seal = e.data->>'seal')
               AND e.verb IN ('figures.file', 'figures.submit', 'figures.sign') ORDER BY e.id"""
        )
        said = _("Nhật ký ghi %(subject)s đã chốt, mà báo cáo không còn như lúc chốt.")
        return [said % {"subject": subject} for (subject,) in cursor.fetchall()]


def verify_one(submission: Submission) -> str:
    """Does the sum of one seal again, after its unit's seal before; gives a sentence where it is broken, else ""."""
    with scope.system("the seal before and all that is sealed, also where the reader does not see it"):
        earlier = Submission.objects.filter(unit=submission.unit_id, seal_number__lt=submission.seal_number)
        number, before = earlier.order_by("-seal_number").values_list("seal_number", "seal").first() or (0, "")
        parts = _Parts.of([submission])
        holds = _holds(submission, parts, number, before) and not _other_files([submission.pk])
    return "" if holds else _fault(submission)


def _holds(one: Submission, parts: _Parts, number: int, before: str) -> bool:
    return (
        one.seal_number == number + 1
        and one.seal_before == before
        and one.seal == sealing.seal(parts.content(one, one.form.code), before)
    )


def _other_files(submissions: Sequence[int]) -> set[int]:
    """Those on which a file is not the one that was signed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT c.submission_id FROM figures_attachment a
               JOIN figures_cell c ON c.id = a.cell_id JOIN access_storedfile f ON f.id = a.file_id
               WHERE c.submission_id = ANY(%s) AND encode(sha256(f.content), 'hex') <> f.sha256""",
            [list(submissions)],
        )
        return {found for (found,) in cursor.fetchall()}


def _fault(one: Submission) -> str:
    return _("Báo cáo số %(id)s (đơn vị %(unit)s, %(period)s, lần %(edition)s) không khớp dấu chốt.") % {
        "id": one.pk,
        "unit": one.unit_id,
        "period": one.period,
        "edition": one.edition,
    }


def _chunks(rows: Iterable[Submission], size: int) -> Iterator[list[Submission]]:
    rows = iter(rows)
    while chunk := list(islice(rows, size)):
        yield chunk
