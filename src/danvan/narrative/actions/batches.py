"""Reports of all units below one, written one after the other by whoever comes to it, as files that are sent are read.

A report is taken up (committed), written with the eyes of whoever asked for it, and finished in a transaction of its
own. Who takes up: `danvan work`, and the page that shows the progress; both at a time do no harm.
"""

from __future__ import annotations

import io
import tempfile
import time
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import queries as posts
from danvan.access import scope
from danvan.access.models import Person
from danvan.access.permissions import Permission
from danvan.access.scope import Acting
from danvan.audit import actions as audit
from danvan.figures.consolidation import UnitRef
from danvan.figures.queries import period_of
from danvan.narrative import many
from danvan.narrative.actions import queued
from danvan.narrative.actions.errors import ReportError
from danvan.narrative.models import Batch, BatchReport
from danvan.narrative.writing import files

State = BatchReport.State
KINDS = ("docx", "pdf")
LEASE = timedelta(minutes=10)  # longer than any report takes
KEPT = timedelta(days=7)


@transaction.atomic
def begin_batch(*, period: str, by: Acting) -> Batch:
    """Asks for the reports of all units below the acting one. Raises ReportError where there is none, FigureError."""
    scope.require(Permission.FILL)
    asked = period_of(period)
    found = many.units_below(by.unit_id, asked)
    if not found:
        raise ReportError(_("Dưới đơn vị này không có đơn vị nào để viết báo cáo."))
    batch = Batch.objects.create(unit_id=by.unit_id, period=asked.code, by=str(by)[:300], person=by.person_id)
    BatchReport.objects.bulk_create(
        BatchReport(batch=batch, of_id=one.id, name=one.name[:200], code=one.code) for one in found
    )
    audit.record(
        by=by, verb="narrative.begin_batch", subject=batch, label=asked.label(), unit=by.unit_id, period=asked.code
    )
    return batch


def write_waiting(
    *,
    fonts: Sequence[Path],
    base_url: str,
    post: Acting | None = None,
    batch: int | None = None,
    seconds: float | None = None,
) -> int:
    """Writes reports until none waits or the time is over; gives how many were finished. Outside of a transaction.

    post: who acts, where it is a person's page; without one the system's scope is open, and each report is written as
    who asked for it would see it.
    """
    started, done = time.monotonic(), 0
    while seconds is None or time.monotonic() - started < seconds:
        with queued.step(post):
            row = _taken_up(batch)
            eyes = post or (_asker(row.batch) if row else None)
        if row is None:
            break
        became, why, content = State.FAILED, _("Người yêu cầu không còn chức danh ở đơn vị."), None
        if eyes is not None:
            with queued.step(eyes):
                became, why, content = _written(row, fonts, base_url)
        with queued.step(post):
            mine = BatchReport.objects.filter(pk=row.pk, state=State.WRITING, taken_at=row.taken_at)
            mine.update(state=became, why=why, content=content)
        done += 1
    return done


def _taken_up(batch: int | None) -> BatchReport | None:
    """The next report, ours from now on."""
    rows = BatchReport.objects.select_related("batch")
    rows = queued.to_do(rows if batch is None else rows.filter(batch=batch), State.WRITING, LEASE)
    return queued.take_up(rows, State.WRITING, _give_up)


def _give_up(row: BatchReport) -> None:
    row.state = State.FAILED
    row.why = _("Viết %(times)s lần đều không xong: hãy báo quản trị.") % {"times": row.attempts}


def _asker(batch: Batch) -> Acting | None:
    """The post by which the batch was asked for, where they still hold it."""
    person = Person.objects.filter(pk=batch.person).first()
    held = posts.posts_on(person, timezone.localdate()) if person else []
    return next((one for one in held if one.unit_id == batch.unit_id), None)


def _written(row: BatchReport, fonts: Sequence[Path], base_url: str) -> tuple[str, str, bytes | None]:
    """The state that it comes to, why where it was not written, and its files, packed."""
    period = period_of(row.batch.period)
    unit = UnitRef(row.of_id, row.name, "", row.code)
    made = many.made(unit, period, base_url=base_url)
    if isinstance(made, many.Outcome):
        return made.became.value, made.why, None  # the words are the same
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="danvan-") as folder, zipfile.ZipFile(packed, "w") as package:
        try:
            for path in files.lay(*made, Path(folder), many.name_of(unit, period), kinds=KINDS, fonts=fonts):
                package.write(path, path.name)
        except Exception as error:  # a slip of ours with one report must not keep the others from being written
            return State.FAILED, many.of_ours(unit, error).why, None
    return State.WRITTEN, "", packed.getvalue()


def package(batch: Batch, into: IO[bytes]) -> None:
    """All files of a batch in one zip. One report after the other is in memory."""
    with zipfile.ZipFile(into, "w") as whole:
        rows = BatchReport.objects.filter(batch=batch, content__isnull=False).order_by("pk")
        for row in rows.iterator(chunk_size=1):
            with zipfile.ZipFile(io.BytesIO(row.content)) as part:
                for name in part.namelist():
                    whole.writestr(name, part.read(name))


def let_go_batches(now: datetime | None = None) -> int:
    """Batches go with their files after KEPT: they can be written again any time. By the system."""
    old = Batch.objects.filter(at__lt=(now or timezone.now()) - KEPT)
    count = old.count()
    BatchReport.objects.filter(batch__in=old).delete()
    old.delete()
    return count
