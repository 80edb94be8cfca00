"""Report files on their way in: sent, read with progress, and what became of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.desk.views.reports import counted, names_of
from danvan.narrative import actions
from danvan.narrative.actions import ReportError
from danvan.narrative.models import Intake, IntakeFile

State = IntakeFile.State
STEP = 2.0  # seconds for which one request reads; a file that was begun is finished
LISTED = 300  # reports shown in the summary


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """`files`, `text`: kept at once; the page of their progress comes next."""
    scope.require(Permission.FILL)
    uploads = [(upload.name or "", upload) for upload in request.FILES.getlist("files")]
    try:
        intake = actions.take_in(uploads=uploads, by=request.acting, text=request.POST.get("text", ""))
    except ReportError as refused:
        messages.error(request, str(refused))
        return redirect("reports")
    return redirect("intake", intake.pk)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an intake is. packages themselves are not counted: their files are."""

    total: int
    waiting: int
    being_read: int
    read: int
    known: int
    refused: int

    @property
    def left(self) -> int:
        return self.waiting + self.being_read

    @property
    def done(self) -> int:
        return self.total - self.left


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """With the header X-Part only what changes."""
    intake = _own(pk)
    rows = list(intake.files.annotate(kept=Q(file__content__isnull=False)).order_by("pk"))
    states = Counter(row.state for row in rows)
    numbers = [row.report_id for row in rows if row.report_id]
    reports = list(counted().filter(pk__in=numbers[:LISTED]).order_by("pk"))
    context = {
        "place": "reports",
        "intake": intake,
        "progress": Progress(
            total=len(rows) - states[State.OPENED],
            waiting=states[State.WAITING],
            being_read=states[State.READING],
            read=states[State.READ],
            known=states[State.KNOWN],
            refused=states[State.REFUSED],
        ),
        "refused": [row for row in rows if row.state == State.REFUSED],
        "being_read": [row for row in rows if row.state == State.READING],
        "known": {row.report_id for row in rows if row.state == State.KNOWN},
        "reports": reports,
        "names": names_of(reports),
        "more": len(set(numbers)) - len(reports),
    }
    return render(request, "desk/intake_part.html" if "X-Part" in request.headers else "desk/intake.html", context)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Reads some of what waits, once this request's own transaction is over; a worker may read at the same time."""
    scope.require(Permission.FILL)
    intake, post = _own(pk), request.acting
    transaction.on_commit(lambda: actions.read_waiting(post=post, intake=intake.pk, seconds=STEP))
    return HttpResponse(status=204) if "X-Part" in request.headers else redirect("intake", pk)


@require_POST
def again(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A file that could not be read waits again."""
    scope.require(Permission.FILL)
    intake = _own(pk)
    row = intake.files.select_related("intake").filter(pk=file).first()
    if row is None:
        raise Http404(_("Không có tệp này trong lần gửi."))
    try:
        actions.try_again(file=row, by=request.acting)
    except ReportError as refused:
        messages.error(request, str(refused))
    return redirect("intake", pk)


def _own(pk: int) -> Intake:
    scope.require(Permission.SEE)
    found = Intake.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(_("Không có lần gửi tệp này, hoặc đó là việc của đơn vị khác."))
    return found
