"""The first page: what contradicts, what waits for an answer, what was read, what is consolidated."""

from __future__ import annotations

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from danvan.desk import queries
from danvan.desk.views import reports
from danvan.narrative.models import Check, Reading, Report

SHOWN = 6


def home(request: HttpRequest) -> HttpResponse:
    read = list(reports.counted()[:SHOWN])
    unresolved = list(Report.objects.defer("text").filter(Q(unit=None) | Q(period="")).order_by("-pk")[:SHOWN])
    open_readings = Reading.objects.exclude(question="").select_related("report").defer("report__text")
    against = (
        Check.objects.filter(holds=False).select_related("report").defer("report__text").order_by("-report", "start")
    )
    unanswered = Reading.objects.exclude(question="").values("report", "question").distinct().count()
    context = {
        "place": "home",
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
    return render(request, "desk/home.html", context)


def output(request: HttpRequest, name: str) -> FileResponse:
    """One of the written files, to keep."""
    if name not in {file.name for file in queries.outputs()}:
        raise Http404(_("Không có tệp “%(name)s”. Các tệp đã lập nằm ở trang chính.") % {"name": name[:80]})
    return FileResponse((queries.output_folder() / name).open("rb"), as_attachment=True)
