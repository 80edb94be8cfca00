"""Report files that people send: kept at once, read one after the other by whoever comes to it.

A file is taken up (committed), read outside of any transaction, and finished in one of its own: a converter may take
a minute and more. Who takes up: `danvan work`, and the page that shows the progress, so that it goes on without a
worker; both at a time do no harm. What was taken up by a process that died is taken up again after LEASE.
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import actions_files, files, scope
from danvan.access.files import FileRefused
from danvan.access.files.kinds import MAIL, ZIP
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission
from danvan.access.scope import Acting
from danvan.audit import actions as audit
from danvan.narrative.actions import queued
from danvan.narrative.actions.errors import ReportError
from danvan.narrative.actions.receiving import keep
from danvan.narrative.models import Intake, IntakeFile, Report
from danvan.narrative.reading import Document, UnreadableFile, packages
from danvan.narrative.reading.files import read_bytes

State = IntakeFile.State
PURPOSE = "narrative.Intake"
LEASE = timedelta(minutes=30)  # longer than sixty scanned pages take
REFUSED_FOR = timedelta(days=1)  # that a file which could not be read may be tried again
MOST_FILES = 500  # in one sending
_PACKAGES = (MAIL, ZIP)
_INSIDE = tuple(kind for kind in files.REPORTS if kind not in _PACKAGES)
_ONLY_READ = {kind.code for kind in files.ONLY_READ}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent the files, for the trail: the deed stays theirs whoever's process reads them."""

    person_id: int
    unit_id: int
    said: str

    def __str__(self) -> str:
        return self.said


@transaction.atomic
def take_in(*, uploads: Iterable[tuple[str, BinaryIO]], by: Acting, text: str = "") -> Intake:
    """Keeps report files and a pasted text of the acting unit, to be read. uploads: (name, content).

    What is no report file is refused by itself, with a sentence. Raises ReportError where nothing was sent.
    """
    scope.require(Permission.FILL)
    sent = list(uploads)
    if text.strip():
        sent.append((_("Văn bản dán vào") + ".txt", io.BytesIO(text.replace("\r\n", "\n").encode("utf-8", "replace"))))
    if not sent:
        raise ReportError(_("Chưa có gì để đọc: hãy chọn tệp báo cáo, hoặc dán văn bản vào ô."))
    if len(sent) > MOST_FILES:
        raise ReportError(
            _("Mỗi lần chỉ gửi được %(most)s tệp: hãy chia nhỏ, hoặc gửi một gói .zip.") % {"most": MOST_FILES}
        )
    intake = Intake.objects.create(unit_id=by.unit_id, by=str(by)[:300], person=by.person_id)
    rows = [_received(intake, name, upload, by) for name, upload in sent]
    IntakeFile.objects.bulk_create(rows)
    names = [row.name for row in rows]
    label = ", ".join(names)
    audit.record(by=by, verb="narrative.take_in", subject=intake, label=label, unit=by.unit_id, files=names)
    return intake


def _received(intake: Intake, name: str, upload: BinaryIO, by: Acting) -> IntakeFile:
    shown = files.safe_name(name)[:400]
    try:
        stored = actions_files.store(
            upload, name=name, unit=intake.unit_id, purpose=PURPOSE, by=by, allowed=files.REPORTS
        )
    except FileRefused as refused:
        return IntakeFile(intake=intake, name=shown, state=State.REFUSED, why=str(refused))
    return IntakeFile(intake=intake, name=stored.name, file=stored)


@transaction.atomic
def try_again(*, file: IntakeFile, by: audit.By) -> IntakeFile:
    """Puts a file that could not be read back to be read; without effect for any other.

    Raises ReportError where its content was never kept, or is no longer.
    """
    scope.require(Permission.FILL)
    scope.require_unit(file.intake.unit_id, own=True)
    row = IntakeFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if row.file is None or row.file.content is None:
        raise ReportError(_("Nội dung tệp này không còn ở đây: hãy sửa theo lý do đã nêu rồi gửi lại."))
    if row.state == State.REFUSED:
        row.state, row.why, row.attempts, row.taken_at = State.WAITING, "", 0, None
        row.save(update_fields=["state", "why", "attempts", "taken_at"])
        audit.record(by=by, verb="narrative.try_again", subject=row, unit=file.intake.unit_id)
    return row


# Reading what waits


def read_waiting(*, post: Acting | None = None, intake: int | None = None, seconds: float | None = None) -> int:
    """Reads files until none waits or the time is over, each whole; gives how many were finished.

    post: who acts, where it is a person's page; without one the system's scope is open. Outside of a transaction.
    """
    started, done = time.monotonic(), 0
    while seconds is None or time.monotonic() - started < seconds:
        with queued.step(post):
            row = _taken_up(intake)
        if row is None:
            break
        outcome = _outcome(row)
        with queued.step(post):
            _finish(row, outcome)
        done += 1
    return done


def waiting(intake: int | None = None) -> bool:
    """Whether there is something to read."""
    return _to_do(intake).exists()


def _to_do(intake: int | None) -> QuerySet[IntakeFile]:
    rows = IntakeFile.objects.all()
    return queued.to_do(rows if intake is None else rows.filter(intake=intake), State.READING, LEASE)


def _taken_up(intake: int | None) -> IntakeFile | None:
    """The next file with what was sent, ours from now on."""
    row = queued.take_up(_to_do(intake).select_related("intake"), State.READING, _give_up)
    if row is not None:
        row.file = StoredFile.objects.get(pk=row.file_id)
    return row


def _give_up(row: IntakeFile) -> None:
    row.state = State.REFUSED
    row.why = _("%(name)s: đọc %(times)s lần đều không xong. Hãy lưu lại thành .docx rồi gửi bản đó.") % {
        "name": row.name,
        "times": queued.MOST_ATTEMPTS,
    }


@dataclass(frozen=True, slots=True)
class _Read:
    """A document, with the bytes that it was read from and what kind they are."""

    document: Document
    data: bytes
    kind: str


def _outcome(row: IntakeFile) -> _Read | list[str] | str:
    """The document; the names of the files in a package; or why there is neither. Touches no row."""
    if row.file is None or row.file.content is None:
        return _("%(name)s: nội dung tệp không còn được giữ; hãy gửi lại tệp.") % {"name": row.name}
    data = bytes(row.file.content)
    try:
        if row.file.kind not in {kind.code for kind in _PACKAGES}:
            return _Read(read_bytes(data, row.name), data, row.file.kind)
        inside = packages.sources_in(data, row.file.name)
        if not row.member:
            return [source.name for source in inside]
        source = next(one for one in inside if one.name == row.member)
        with files.inspect(io.BytesIO(source.load()), name=source.label, allowed=_INSIDE) as found:
            data = found.content.read()
            return _Read(read_bytes(data, source.label), data, found.kind)
    except (UnreadableFile, FileRefused) as refused:
        return str(refused)
    except StopIteration:
        return _("%(name)s: không còn thấy trong gói; hãy gửi lại gói.") % {"name": row.name}
    except Exception:  # a slip of ours with one file must not keep the others from being read
        _log.exception("reading %s", row.pk)
        return _("%(name)s: chương trình đọc gặp lỗi. Hãy lưu lại thành .docx rồi gửi bản đó, và báo quản trị.") % {
            "name": row.name
        }


def _finish(row: IntakeFile, outcome: _Read | list[str] | str) -> None:
    """Writes what became of a file, unless another took it up meanwhile."""
    mine = IntakeFile.objects.select_for_update(of=("self",)).filter(pk=row.pk, taken_at=row.taken_at)
    if not mine.filter(state=State.READING).exists():
        return
    if isinstance(outcome, str):
        row.state, row.why = State.REFUSED, outcome
    elif isinstance(outcome, list):
        row.state = State.OPENED
        IntakeFile.objects.bulk_create(
            IntakeFile(intake=row.intake, name=name[-400:], member=name[:400], file=row.file) for name in outcome
        )
    else:
        try:
            with transaction.atomic():
                row.report, new = _kept(row, outcome)
            row.state = State.READ if new else State.KNOWN
        except ReportError as refused:
            row.state, row.why = State.REFUSED, str(refused)
        except IntegrityError:  # the same text came from another file in the same moment: next time it is known
            row.state = State.WAITING
    row.save(update_fields=["state", "why", "report"])
    if row.state in (State.READ, State.KNOWN):
        _let_go(row)


def _kept(row: IntakeFile, read: _Read) -> tuple[Report, bool]:
    """The report, whether it is new, and then with its file where such files are handed on again."""
    by, unit = _sender(row), row.intake.unit_id
    report, new = keep(document=read.document, name=row.name, by=by, unit=unit)
    if new and read.kind not in _ONLY_READ:
        report.file = row.file
        if row.member:
            name = row.name.rpartition(" › ")[2]
            report.file = actions_files.store(
                io.BytesIO(read.data), name=name, unit=unit, purpose=PURPOSE, by=by, allowed=_INSIDE
            )
        report.save(update_fields=["file"])
    return report, new


def _let_go(row: IntakeFile) -> None:
    """The content of a file that no report is kept with goes when nothing of it waits any more."""
    if row.file is None or (row.report and row.report.file_id == row.file.pk):
        return
    others = IntakeFile.objects.filter(file=row.file).exclude(pk=row.pk)
    if not others.filter(state__in=[State.WAITING, State.READING, State.REFUSED]).exists():
        actions_files.discard(file=row.file, reason=_("Đã đọc xong; lời báo cáo được giữ."), by=_sender(row))


def let_go_refused(now: datetime | None = None) -> int:
    """Lets the content go of files that could not be read, a day after all of their sending is done with; the reason
    stays. Gives how many. By the system.
    """
    old = (now or timezone.now()) - REFUSED_FOR
    rows = IntakeFile.objects.filter(state=State.REFUSED, file__content__isnull=False, taken_at__lt=old)
    rows = rows.exclude(intake__files__state__in=[State.WAITING, State.READING])
    rows = rows.exclude(file__in=Report.objects.filter(file__isnull=False).values("file"))
    gone = 0
    for pk in rows.order_by("file", "pk").distinct("file").values_list("pk", flat=True):
        with transaction.atomic():
            row = IntakeFile.objects.select_for_update(of=("self",)).select_related("intake", "file").get(pk=pk)
            if row.state == State.REFUSED and row.file:  # nobody tries it again
                actions_files.discard(file=row.file, reason=_("Không đọc được; lý do được giữ."), by=_sender(row))
                gone += 1
    return gone


def _sender(row: IntakeFile) -> Sender:
    return Sender(row.intake.person, row.intake.unit_id, row.intake.by)
