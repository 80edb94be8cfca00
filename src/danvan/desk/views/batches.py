"""Reports of all units below, written in one go: asked for, written with progress, fetched as one package."""

from __future__ import annotations

import tempfile
from collections import Counter

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.desk.assets import FONTS
from danvan.figures.errors import FigureError
from danvan.figures.queries import period_of
from danvan.narrative import actions
from danvan.narrative.actions import ReportError, batches
from danvan.narrative.models import Batch, BatchReport
from danvan.narrative.publishing import file_name

State = BatchReport.State
STEP = 2.0  # seconds for which one request writes; a report that was begun is finished
IN_MEMORY = 8 * 2**20  # bytes of a package; what is more lies on the disk meanwhile


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """`period`: of the reports of all units below the acting one."""
    scope.require(Permission.FILL)
    try:
        batch = actions.begin_batch(period=request.POST.get("period", ""), by=request.acting)
    except (ReportError, FigureError) as refused:
        messages.error(request, str(refused))
        return redirect("board")
    return redirect("batch", batch.pk)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """With the header X-Part only what changes."""
    batch = _own(pk)
    rows = list(batch.reports.defer("content").order_by("pk"))
    states = Counter(row.state for row in rows)
    left = states[State.WAITING] + states[State.WRITING]
    context = {
        "place": "board",
        "batch": batch,
        "period": period_of(batch.period),
        "total": len(rows),
        "left": left,
        "done": len(rows) - left,
        "written": states[State.WRITTEN],
        "being_written": [row for row in rows if row.state == State.WRITING],
        "nothing": [row for row in rows if row.state == State.NOTHING],
        "failed": [row for row in rows if row.state == State.FAILED],
        "days": batches.KEPT.days,
    }
    return render(request, "desk/batch_part.html" if "X-Part" in request.headers else "desk/batch.html", context)


@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes some of what waits, once this request's own transaction is over; a worker may write at the same time."""
    scope.require(Permission.FILL)
    batch, post, base_url = _own(pk), request.acting, request.build_absolute_uri("/")
    transaction.on_commit(
        lambda: actions.write_waiting(fonts=[FONTS], base_url=base_url, post=post, batch=batch.pk, seconds=STEP)
    )
    return HttpResponse(status=204) if "X-Part" in request.headers else redirect("batch", pk)


@require_safe
def package(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All that is written by now, as .zip."""
    batch = _own(pk)
    if not batch.reports.filter(content__isnull=False).exists():
        raise Http404(_("Chưa có báo cáo nào được viết xong."))
    into = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 -- the response closes it
    batches.package(batch, into)
    into.seek(0)
    name = f"{file_name(request.acting.unit_name, batch.period, 'cac don vi')}.zip"
    return FileResponse(into, as_attachment=True, filename=name, headers={"Cache-Control": "private, no-store"})


def _own(pk: int) -> Batch:
    scope.require(Permission.SEE)
    found = Batch.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(_("Không có lần viết này: đã quá hạn giữ, hoặc đó là việc của đơn vị khác."))
    return found
