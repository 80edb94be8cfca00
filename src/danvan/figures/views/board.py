"""Who has filed: a board by unit and period, the picture a leader looks at, reminders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.figures import actions, board_picture, queries
from danvan.figures import board as boards
from danvan.figures.actions.reminding import OPEN
from danvan.figures.board import LABELS, Board, Stand
from danvan.figures.errors import FigureError
from danvan.figures.export import as_file
from danvan.figures.filing_page import language
from danvan.figures.models import Form
from danvan.figures.workbook.tables import Value
from danvan.lib import numbers, periods
from danvan.lib.periods import Period
from danvan.units import queries as units

SHOWN = 60  # units a page
STYLES = {  # of a mark: icon and colour beside its word
    Stand.ACCEPTED: ("done", "done"),
    Stand.SUBMITTED: ("review", "waiting"),
    Stand.RETURNED: ("up", "due"),
    Stand.DRAFT: ("edit", "waiting"),
    Stand.DUE: ("calendar", "due"),
    Stand.LATE: ("bad", "bad"),
    Stand.NOT_DUE: ("same", "faint"),
    Stand.NO_DUTY: ("none", "faint"),
}


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """The board of the acting unit: its first form, the period that ended last."""
    post = scope.require(Permission.SEE)
    forms = _forms()
    if not forms:
        return render(request, "figures/board/none.html", {"place": "board"})
    wanted = next((one for one in forms if one.code == queries.FORM), forms[0])
    period = ended_last(wanted)
    return redirect("board_of", wanted.code, post.unit_id, period.code)


def _forms() -> list[Form]:
    return list(Form.objects.filter(during__contains=timezone.localdate()).order_by("code"))


def ended_last(form: Form) -> Period:
    """The period of the form that ended last, or the running one of a form that has none before."""
    today = timezone.localdate()
    kinds = [kind for kind in form.periodicities if kind != "nine_months"] or form.periodicities
    found = [Period.covering(today, kind, "calendar" if kind == "week" else form.calendar).previous for kind in kinds]
    return max(found, key=lambda one: (one.end, one.start))


@require_safe
def board(request: HttpRequest, form: str, unit: int, period: str) -> HttpResponse:
    """Rows units, columns periods, newest first, sorted by trouble; a dot map and the course of the rates beside it."""
    scope.require(Permission.SEE)
    asked = _period(period)
    found = _found(form, unit, asked)
    state = request.GET.get("state", "")
    lines = [line for line in found.lines if not state or line.marks[-1].stand == state]
    start = next((n for n, line in enumerate(lines) if str(line.unit.id) == request.GET.get("from")), 0)
    page = lines[start : start + SHOWN]
    context = {
        "place": "board",
        "board": found,
        "forms": _forms(),
        "period": asked,
        "columns": [(one.label(language()), due) for one, due in zip(found.periods, found.due, strict=True)][::-1],
        "lines": [_line(line) for line in page],
        "count": len(lines),
        "before": lines[max(0, start - SHOWN)].unit.id if start else None,
        "more": lines[start + SHOWN].unit.id if start + SHOWN < len(lines) else None,
        "state": state,
        "states": _states(found),
        "rates": found.rates[-1],
        "due": found.due[-1],
        "sentence": sentence(found),
        "map": board_picture.dot_map(found, chosen=request.GET.get("unit", "")),
        "course": board_picture.course(found),
        "kinds": _kinds(found.form, asked),
        "own": request.acting is not None and request.acting.unit_id == unit,
        "levels": _levels(unit, asked),
        "writes": form == queries.FORM,  # of this form reports are written
    }
    return render(request, "figures/board/board.html", context)


@require_safe
def table(request: HttpRequest, form: str, unit: int, period: str, kind: str) -> HttpResponseBase:
    """All units of the board as .xlsx or .csv: state, day of the first sending and lateness in each period."""
    scope.require(Permission.SEE)
    found = _found(form, unit, _period(period))
    parts = (_("tình hình"), _("ngày gửi"), _("trễ (ngày làm việc)"))
    names = [one.label(language()) for one in found.periods[::-1]]
    columns = [_("Đơn vị"), _("Mã"), *(f"{name}: {part}" for name in names for part in parts)]
    name = f"tinh-hinh-gui-{form}-{period}"
    return as_file(request, kind, name=name, columns=columns, rows=lambda: map(_written, found.lines))


def _written(line: boards.Line) -> list[Value]:
    written: list[Value] = [line.unit.name, line.unit.code]
    for mark in line.marks[::-1]:
        first = timezone.localtime(mark.filed_at).date() if mark.filed_at else None
        written += [mark.label, first, mark.late or None]
    return written


def _found(form: str, unit: int, asked: Period) -> Board:
    try:
        return boards.board(form, unit, _columns(asked))
    except FigureError as error:
        raise Http404(str(error)) from None


def _period(code: str) -> Period:
    try:
        found = periods.parse(code)
    except ValueError as error:
        raise Http404(str(error)) from None
    if not isinstance(found, Period):
        raise Http404(_("Bảng này xem theo kỳ báo cáo: hãy chọn tháng, quý, 6 tháng hoặc năm."))
    return found


def _columns(last: Period, count: int = 5) -> list[Period]:
    """The period and those of its kind before it, oldest first, from the day on which the form is there."""
    found = [last]
    while len(found) < count:
        found.append(found[-1].previous)
    return found[::-1]


def _line(line: boards.Line) -> dict[str, Any]:
    marks = [{"mark": one, "icon": STYLES[one.stand][0], "tone": STYLES[one.stand][1]} for one in line.marks[::-1]]
    return {"unit": line.unit, "marks": marks, "open": line.marks[-1].stand in OPEN}


def _states(found: Board) -> list[tuple[str, str, int]]:
    """The states that there are in the latest period, with how many units."""
    last = [line.marks[-1].stand for line in found.lines]
    return [(stand.value, str(LABELS[stand]), last.count(stand)) for stand in Stand if stand in last]


def sentence(found: Board) -> str:
    """ "Quý III: 91 trên 98 đơn vị đã gửi, 3 trễ, 4 trả lại." """
    rates, period = found.rates[-1], found.periods[-1].label(language())
    period = period[:1].upper() + period[1:]
    if not rates.expected:
        return _("%(period)s: không đơn vị nào bên dưới phải nộp biểu này.") % {"period": period}
    said = _("%(period)s: %(filed)s trên %(all)s đơn vị đã gửi") % {
        "period": period,
        "filed": grouped(rates.filed),
        "all": grouped(rates.expected),
    }
    rest = [
        _("%(n)s trễ hạn") % {"n": grouped(rates.late)} if rates.late else "",
        _("%(n)s bị trả lại") % {"n": grouped(rates.returned)} if rates.returned else "",
        _("%(n)s chờ xem xét") % {"n": grouped(rates.waiting)} if rates.waiting else "",
    ]
    return ", ".join([said, *filter(None, rest)]) + "."


def grouped(count: int) -> str:
    """ "3.321", "3,321" in English."""
    written = numbers.digits(count)
    return written.replace(".", ",") if language() == "en" else written


def _kinds(form: Form, asked: Period) -> Sequence[tuple[str, str, bool]]:
    """The kinds of period of the form, each leading to the one that ended by the end of the asked one."""
    found = []
    for kind in form.periodicities:
        calendar = "calendar" if kind == "week" else form.calendar
        try:
            one = asked if kind == asked.kind else Period.covering(min(asked.end, timezone.localdate()), kind, calendar)
        except ValueError:
            one = Period(kind, asked.year, 1, calendar)
        found.append((one.code, one.label(language()), kind == asked.kind))
    return found


def _levels(unit: int, asked: Period) -> list[Any]:
    """The unit and those above it within the acting scope, for the way up."""
    post = scope.maybe_acting()
    path = units.path(unit, asked.end)
    if post is None:
        return path
    places = [n for n, version in enumerate(path) if version.unit_id == post.unit_id]
    return path[places[0] :] if places else path[-1:]


@require_POST
def remind(request: HttpRequest, form: str, unit: int, period: str) -> HttpResponse:
    """Reminds the chosen units; each at most once a day."""
    scope.require(Permission.REMIND)
    scope.require_unit(unit, own=True)
    chosen = [int(one) for one in request.POST.getlist("unit") if one.isdecimal() and len(one) < 18]
    back = request.POST.get("back", "")
    here = reverse("board_of", args=[form, unit, period])
    if not chosen:
        messages.warning(request, _("Chưa chọn đơn vị nào để nhắc."))
    else:
        try:
            told = actions.remind(form=form, root=unit, period=_period(period), chosen=chosen, by=request.acting)
        except FigureError as error:
            raise Http404(str(error)) from None
        messages.success(
            request,
            _("Đã nhắc %(told)s đơn vị.") % {"told": told}
            if told
            else _("Các đơn vị này đã được nhắc hôm nay hoặc đã gửi: không nhắc thêm."),
        )
    return redirect(here + (f"?{back}" if back.startswith("state=") and back[6:].isidentifier() else ""))
