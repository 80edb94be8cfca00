"""Deeds on a report: on one reading, on all that is sure, on whom and when it is of; and filing what was accepted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.desk import reviewing
from danvan.desk.views import reports
from danvan.desk.views.errors import whole_number
from danvan.figures import typed
from danvan.figures.catalogue import CatalogueError
from danvan.figures.errors import FigureError
from danvan.figures.models import Cell
from danvan.lib import periods
from danvan.lib.periods import Period
from danvan.narrative import actions
from danvan.narrative.actions import ReportError
from danvan.narrative.models import Reading, Report

QUALIFIERS = frozenset(Cell.Qualifier.values)
REFUSALS = (ReportError, FigureError, CatalogueError)


@require_POST
def reading(request: HttpRequest, pk: int, reading: int) -> HttpResponse:
    """`do`: accept (with `indicator`, `value`, `qualifier` where they differ), reject, or teach (`phrase`); `other`:
    accept as this indicator."""
    scope.require(Permission.FILL)
    row = Reading.objects.select_related("report", "decision").filter(pk=reading, report=pk).first()
    if row is None:
        raise Http404(_("Không có số này trong báo cáo; hãy tải lại trang."))

    def do() -> None:
        deed = "accept" if request.POST.get("other") else request.POST.get("do")
        if deed == "accept":
            actions.decide(reading=row, by=request.acting, **_said(request, row))
        elif deed == "reject":
            actions.decide(reading=row, by=request.acting, accept=False)
        elif deed == "teach":
            term = actions.teach(reading=row, phrase=request.POST.get("phrase", ""), by=request.acting)
            messages.success(request, _("Đã ghi nhớ “%(phrase)s”; báo cáo đã được đọc lại.") % {"phrase": term.phrase})
        else:
            raise BadRequest(_("Không hiểu việc cần làm; hãy tải lại trang."))

    return _done(request, pk, do, at=reading)


def _said(request: HttpRequest, row: Reading) -> dict[str, Any]:
    """What was typed; nothing where it is as it stands."""
    found: dict[str, Any] = {}
    stands = reviewing.Item(row).stands
    indicator, breakdown = stands.indicator, stands.breakdown
    if name := request.POST.get("other") or request.POST.get("indicator", "").strip():
        indicator, breakdown = found["indicator"], found["breakdown"] = reviewing.chosen(name)
    if text := request.POST.get("value", "").strip():
        found["value"] = _value(text, indicator, breakdown)
    if qualifier := request.POST.get("qualifier", ""):
        if qualifier not in QUALIFIERS:
            raise BadRequest(_("Không hiểu mức chính xác đã chọn; hãy tải lại trang."))
        found["qualifier"] = qualifier
    return found


def _value(text: str, indicator: str, breakdown: str) -> Decimal:
    found = typed.read(text, reviewing.row_of(indicator, breakdown))
    if found.value is None:
        raise FigureError(_("“%(value)s” không phải là số; hãy gõ lại.") % {"value": text[:60]})
    return found.value


@require_POST
def deed(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: sure, undo, add (`cell`), reread, settle (`unit`, `period`), hand_over."""
    scope.require(Permission.FILL)
    report = reports.found(pk)
    deeds: dict[str, Callable[[], None]] = {
        "sure": lambda: _sure(request, report),
        "undo": lambda: _undo(request, report),
        "add": lambda: _add(request, report),
        "reread": lambda: _reread(request, report),
        "settle": lambda: _settle(request, report),
        "hand_over": lambda: _hand_over(request, report),
    }
    name = request.POST.get("do", "")
    if name not in deeds:
        raise BadRequest(_("Không hiểu việc cần làm; hãy tải lại trang."))
    return _done(request, pk, deeds[name])


def _sure(request: HttpRequest, report: Report) -> None:
    done = actions.accept_sure(report=report, by=request.acting)
    said = ngettext("Đã nhận %(count)s số chắc chắn.", "Đã nhận %(count)s số chắc chắn.", done) % {"count": done}
    messages.success(request, said if done else _("Không còn số nào chắc chắn mà chưa nhận."))


def _undo(request: HttpRequest, report: Report) -> None:
    done = len(actions.undo(report=report, by=request.acting))
    said = ngettext("Đã hoàn tác %(count)s quyết định.", "Đã hoàn tác %(count)s quyết định.", done) % {"count": done}
    messages.success(request, said if done else _("Không còn quyết định nào của mình để hoàn tác."))


def _add(request: HttpRequest, report: Report) -> None:
    indicator, breakdown = reviewing.chosen(request.POST.get("cell", ""))
    actions.add_up(report=report, indicator=indicator, breakdown=breakdown, by=request.acting)


def _reread(request: HttpRequest, report: Report) -> None:
    actions.reread(report=report, by=request.acting)
    messages.success(request, _("Đã đọc lại; những gì đã quyết định vẫn giữ nguyên."))


def _settle(request: HttpRequest, report: Report) -> None:
    unit = whole_number(request.POST["unit"], "unit", 2**63 - 1) if request.POST.get("unit") else None
    period = None
    if code := request.POST.get("period", "").strip():
        try:
            period = periods.parse(code)
        except ValueError as error:
            raise ReportError(str(error)) from None
        if not isinstance(period, Period):
            raise ReportError(_("“%(code)s” không phải kỳ báo cáo; hãy chọn một kỳ trong danh sách.") % {"code": code})
    if unit is None and period is None:
        raise ReportError(_("Hãy chọn đơn vị hoặc kỳ."))
    actions.settle(report=report, unit=unit, period=period, by=request.acting)


def _hand_over(request: HttpRequest, report: Report) -> None:
    told = actions.hand_over(report=report, by=request.acting)
    messages.success(
        request,
        ngettext(
            "Đã báo cho %(count)s người của đơn vị để duyệt và ghi vào biểu.",
            "Đã báo cho %(count)s người của đơn vị để duyệt và ghi vào biểu.",
            told,
        )
        % {"count": told},
    )


def _done(request: HttpRequest, pk: int, do: Callable[[], None], at: int | None = None) -> HttpResponse:
    """Does it; a script gets the part that changed, others are led back to where they were."""
    try:
        with transaction.atomic():
            do()
    except REFUSALS as refused:
        return reports.shown(request, pk, errors=_sentences(refused), status=422, at=at)
    if "X-Part" in request.headers:
        return reports.shown(request, pk)
    form = request.GET.get("form", "")
    query = f"?{urlencode({'form': form})}" if form else ""
    return redirect(f"{reverse('report', args=[pk])}{query}" + (f"#f{at}" if at else "#review"))


def _sentences(error: Exception) -> list[str]:
    return [str(problem) for problem in getattr(error, "problems", [error])]


# Into the form


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: each cell that would be written beside what stands there. POST: writes the chosen ones (`take`: a cell,
    `seen`: "cell=revision"), with `restate` where accepted figures are to change, and leads on to the grid."""
    scope.require(Permission.FILL)
    report = reports.found(pk)
    page = reviewing.Page(report, request.POST.get("form") or request.GET.get("form", ""))
    _refuse_to_file(page)
    errors: list[str] = []
    if request.method == "POST":
        try:
            with transaction.atomic():
                done = actions.put_into_form(
                    report=report,
                    form=page.form.code if page.form else "",
                    take=_taken(request),
                    by=request.acting,
                    restate=request.POST.get("restate", ""),
                )
            if not done.conflicts:
                messages.success(
                    request,
                    ngettext("Đã ghi %(count)s ô từ báo cáo.", "Đã ghi %(count)s ô từ báo cáo.", done.written)
                    % {"count": done.written},
                )
                return redirect("filing_grid", done.submission.pk)
            errors = [_("Có ô vừa được người khác sửa nên chưa ghi; hãy xem số mới rồi chọn lại.")]
        except REFUSALS as refused:
            errors = _sentences(refused)
        page = reviewing.Page(reports.found(pk), request.POST.get("form", ""))
    context = {
        "place": "reports",
        "report": page.report,
        "page": page,
        "into": reviewing.into_form(page),
        "errors": errors,
        "restate": request.POST.get("restate", ""),
    }
    return render(request, "desk/review/file.html", context, status=422 if errors else 200)


def _refuse_to_file(page: reviewing.Page) -> None:
    if not page.may:
        raise scope.Refused(
            _("Báo cáo này do đơn vị đã nhận nó hoặc đơn vị mà nó nói tới duyệt. Hãy đổi sang chức danh ở đơn vị đó.")
        )
    if page.report.unit_id:
        scope.require_unit(page.report.unit_id, own=True)


def _taken(request: HttpRequest) -> dict[tuple[str, str], int]:
    seen = {}
    for entry in request.POST.getlist("seen"):
        cell, _equals, revision = entry.rpartition("=")
        if revision.isascii() and revision.isdecimal() and len(revision) < 10:
            seen[cell] = int(revision)
    found = {}
    for cell in request.POST.getlist("take"):
        indicator, _bar, breakdown = cell.partition("|")
        found[indicator, breakdown] = seen.get(cell, 0)
    return found
