"""The first page by post: what to do, what came back, what is new below; then what the reports read ask for."""

from __future__ import annotations

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.casework import leading
from danvan.desk import duties, queries
from danvan.desk.views import reports
from danvan.figures import board_picture
from danvan.figures.queries import FORM
from danvan.figures.views.board import sentence
from danvan.narrative import queries as narrative
from danvan.narrative.models import Check, Report

SHOWN = 6


def home(request: HttpRequest) -> HttpResponse:
    mine = duties.home(request.acting, timezone.now())
    leads = mine.board is not None and len(mine.board.periods) > 1
    page = reverse("board_of", args=[FORM, mine.board.root.id, mine.board.periods[-1].code]) if mine.board else ""
    context = {
        "place": "home",
        "mine": mine,
        "raised": leading.due(request.acting),
        "main_form": FORM,
        "sentence": sentence(mine.board) if mine.board else "",
        "late": sum(job.late > 0 for job in mine.jobs),
        "map": board_picture.dot_map(mine.board, page=page) if leads else "",
        "course": board_picture.course(mine.board) if leads else "",
        **_read(),
    }
    return render(request, "desk/home.html", context)


def _read() -> dict[str, object]:
    """What the reports that were read ask for, and what was made of them."""
    read = list(reports.counted()[:SHOWN])
    unresolved = list(Report.objects.defer("text").filter(Q(unit=None) | Q(period="")).order_by("-pk")[:SHOWN])
    open_readings = narrative.unanswered().select_related("report").defer("report__text")
    against = (
        Check.objects.filter(holds=False).select_related("report").defer("report__text").order_by("-report", "start")
    )
    unanswered = narrative.unanswered().values("report", "question").distinct().count()
    return {
        "reports": read,
        "names": reports.names_of(read),
        "report_count": Report.objects.count(),
        "against": against[:SHOWN],
        "against_count": against.count(),
        "unresolved": unresolved,
        "open_questions": reports.grouped(open_readings.order_by("-report", "start")[: 4 * SHOWN])[:SHOWN],
        "question_count": unanswered + Report.objects.filter(Q(unit=None) | Q(period="")).count(),
        "tables": queries.tables(periods=3),
        "outputs": queries.outputs(),
    }


def output(request: HttpRequest, unit: int, name: str) -> FileResponse:
    """One of the written files of a unit within reach, to keep."""
    found = next((one for one in queries.outputs() if (one.unit, one.name) == (unit, name)), None)
    if found is None:
        raise Http404(_("Không có tệp “%(name)s”. Các tệp đã lập nằm ở trang chính.") % {"name": name[:80]})
    return FileResponse((queries.output_folder(unit) / name).open("rb"), as_attachment=True)
