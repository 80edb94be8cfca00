"""The reports that were read, and one report: its text with each reading marked, and the form's cells that it fills."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.core.exceptions import BadRequest
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from danvan.access.permissions import Permission
from danvan.desk import reviewing
from danvan.desk.marking import paragraphs
from danvan.desk.naming import names_on
from danvan.desk.views.errors import whole_number
from danvan.desk.views.units import found_within
from danvan.narrative import queries as narrative
from danvan.narrative.models import Check, Intake, IntakeFile, Reading, Report

PAGE = 30
State = IntakeFile.State


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
    """Newest first, page by page with the last id as key (`?before=`); who may sends new ones from here."""
    rows = counted()
    if before := request.GET.get("before"):
        rows = rows.filter(pk__lt=whole_number(before, "before", 2**63 - 1))
    shown = list(rows[: PAGE + 1])
    more, shown = len(shown) > PAGE, shown[:PAGE]
    sends = request.acting.may(Permission.FILL) and not before
    context = {
        "place": "reports",
        "reports": shown,
        "names": names_of(shown),
        "more": shown[-1].pk if more else None,
        "later": bool(before),
        "sends": sends,
        "being_read": being_read() if sends else (),
    }
    return render(request, "desk/reports.html", context)


def being_read() -> QuerySet[Intake]:
    """Sendings of the acting unit with files still to be read: how many of how many."""
    to_do = Q(files__state__in=[State.WAITING, State.READING])
    return (
        Intake.objects.annotate(left=Count("files", filter=to_do), all=Count("files"))
        .filter(left__gt=0)
        .order_by("-pk")
    )


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """`?from=&to=` marks the words that a figure's story leads to; `?form=` another form than the unit's own;
    `?unit=` looks for the unit that the report is of."""
    return shown(request, pk)


def found(pk: int) -> Report:
    """Raises Http404 with a sentence."""
    rows = Report.objects.select_related("submission__form", "file").defer("file__content")
    report = rows.filter(pk=pk).first()
    if report is None:
        raise Http404(_("Không có báo cáo này, hoặc báo cáo không thuộc phạm vi của đơn vị đang dùng."))
    return report


def shown(
    request: HttpRequest, pk: int, *, errors: Collection[str] = (), status: int = 200, at: int | None = None
) -> HttpResponse:
    """The page of a report. errors: what could not be done, said at its head. at: the reading that it is about.

    A script that asks with the header X-Part gets the part that changes and nothing around it.
    """
    report = found(pk)
    page = reviewing.Page(report, request.GET.get("form", ""))
    if errors and at is not None:  # the card comes back as it was filled in
        for item in (one for one in page.items if one.pk == at):
            item.typed = request.POST
    part = "X-Part" in request.headers
    looked_for = request.GET.get("unit", "").strip()[:100]
    context = {
        "place": "reports",
        "report": report,
        "page": page,
        "paragraphs": list(paragraphs(report.text, page.in_text, page.against, _asked(request, len(report.text)))),
        "errors": list(errors),
        "at": at,
        "part": part,
        "unit_asked": looked_for,
        "units_found": found_within(looked_for, report.period) if looked_for and page.may_settle_unit else None,
        "options": () if part or not page.may else list(reviewing.options(page.items, page.form)),
    }
    return render(request, "desk/review/region.html" if part else "desk/report.html", context, status=status)


def grouped(readings: Iterable[Reading]) -> list[tuple[str, list[Reading]]]:
    """Each open question once, with the figures that it is about."""
    asked: dict[tuple[int, str], list[Reading]] = {}
    for reading in readings:
        if reading.question:
            asked.setdefault((reading.report_id, reading.question), []).append(reading)
    return [(question, about) for (_report, question), about in asked.items()]


def names_of(reports: Iterable[Report]) -> dict[int, str]:
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
