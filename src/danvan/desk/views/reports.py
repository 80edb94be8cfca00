"""The reports that were read, and one report: its text, the figures found in it, the arithmetic that does not hold."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import BadRequest
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from danvan.desk.marking import paragraphs
from danvan.desk.naming import names_on
from danvan.desk.views.errors import whole_number
from danvan.figures import catalogue
from danvan.narrative import queries as narrative
from danvan.narrative.models import Check, Reading, Report

PAGE = 30


def counted() -> QuerySet[Report]:
    """Reports without their text, with how many figures, contradictions and open questions each has."""

    def number(rows: QuerySet, what: str = "pk") -> Coalesce:
        own = rows.filter(report=OuterRef("pk")).order_by().values("report")
        per_report = own.annotate(n=Count(what, distinct=True)).values("n")
        return Coalesce(Subquery(per_report, output_field=IntegerField()), 0)

    return (
        Report.objects.defer("text")
        .annotate(
            figures=number(Reading.objects.all()),
            contradictions=number(Check.objects.filter(holds=False)),
            questions=number(narrative.unanswered(), "question"),
        )
        .order_by("-pk")
    )


def listing(request: HttpRequest) -> HttpResponse:
    """Newest first, page by page with the last id as key (`?before=`)."""
    rows = counted()
    if before := request.GET.get("before"):
        rows = rows.filter(pk__lt=whole_number(before, "before", 2**63 - 1))
    shown = list(rows[: PAGE + 1])
    more, shown = len(shown) > PAGE, shown[:PAGE]
    context = {
        "place": "reports",
        "reports": shown,
        "names": names_of(shown),
        "more": shown[-1].pk if more else None,
        "later": bool(before),
    }
    return render(request, "desk/reports.html", context)


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """`?from=&to=` marks the words that a figure's story leads to."""
    found = get_object_or_404(Report.objects.select_related("submission"), pk=pk)
    readings = list(found.readings.all())
    checks = list(found.checks.all())
    against = [check for check in checks if not check.holds]
    known = catalogue.load()
    context = {
        "place": "reports",
        "report": found,
        "unit_name": names_of([found]).get(found.pk),
        "paragraphs": list(paragraphs(found.text, readings, against, _asked(request, len(found.text)))),
        "readings": readings,
        "known": {code for code in {reading.indicator for reading in readings} if code in known},
        "questions": grouped(readings),
        "against": against,
        "holding": [check for check in checks if check.holds],
    }
    return render(request, "desk/report.html", context)


def grouped(readings: Iterable[Reading]) -> list[tuple[str, list[Reading]]]:
    """Each open question once, with the figures that it is about."""
    asked: dict[tuple[int, str], list[Reading]] = {}
    for reading in readings:
        if reading.question:
            asked.setdefault((reading.report_id, reading.question), []).append(reading)
    return [(question, about) for (_report, question), about in asked.items()]


def names_of(reports: list[Report]) -> dict[int, str]:
    """Report id -> the name of its unit on the last day of its period (today where the period is open)."""
    return names_on([(report.pk, report.unit_id, report.period) for report in reports if report.unit_id])


def _asked(request: HttpRequest, length: int) -> tuple[int, int] | None:
    if "from" not in request.GET and "to" not in request.GET:
        return None
    start = whole_number(request.GET.get("from", ""), "from")
    end = whole_number(request.GET.get("to", ""), "to")
    if not start < end <= length:
        raise BadRequest(
            _("Đoạn văn bản từ %(start)s đến %(end)s không có trong báo cáo này.") % {"start": start, "end": end}
        )
    return start, end
