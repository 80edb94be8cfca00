"""The reception desk: one page for one visit, its receipt, the days on which heads receive."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.casework import actions, clocks, deadlines, finding, papers, queries, saying, suggesting, workflow
from danvan.casework.errors import CaseError
from danvan.casework.forms import GUIDANCE, NEW, DayForm, VisitForm
from danvan.casework.models import Matter, ReceptionDay, Turn
from danvan.casework.strip import picture
from danvan.lib.qr import svg

EARLIER = 5  # matters received before that are offered
KEPT = ("receiver", "mode")  # what stays for the next visitor
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Where the work of this room begins for the acting post."""
    post = scope.require(Permission.SEE)
    if post.may(Permission.DECIDE):
        return redirect("leader")
    return redirect("reception" if post.may(Permission.RECEIVE) else "matters")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """A visit. POST saves it; with `do=look` it only looks for what was received before and what fits the words."""
    post = scope.require(Permission.RECEIVE)
    if request.method != "POST":
        kept = {name: value for name in KEPT if (value := request.session.get(f"desk_{name}"))}
        return _desk(request, VisitForm(initial=kept), post.unit_id)
    form = VisitForm(request.POST)
    if request.POST.get("do") == "look":
        return _desk(request, form, post.unit_id, asked=True)
    if form.is_valid():
        try:
            matter, turn = _take_in(form, post)
        except CaseError as error:
            form.say(error)
        else:
            _keep_for_next(request, form)
            return _done(request, form, matter, turn)
    return _desk(request, form, post.unit_id, status=422)


def _keep_for_next(request: HttpRequest, form: VisitForm) -> None:
    kept = {f"desk_{name}": form.cleaned_data[name] for name in KEPT}
    if any(request.session.get(name) != value for name, value in kept.items()):
        request.session.update(kept)


def _take_in(form: VisitForm, post: scope.Acting) -> tuple[Matter | None, Turn | None]:
    given, chosen = form.cleaned_data, form.cleaned_data["matter"]
    turn = form.turn()
    if chosen == NEW:
        said = _suggested_and_why(form, post.unit_id)
        return actions.take_in(unit=post.unit_id, by=post, key=given["key"], new={**form.new(), **said}, turn=turn)
    if turn is None:
        raise CaseError(channel=_("Qua kênh này không phải là một lượt tiếp: chọn “Việc mới” để ghi vào sổ."))
    before = None
    if chosen != GUIDANCE:
        before = Matter.objects.filter(pk=chosen).first()
        if before is None or post.unit_id not in (before.unit_id, before.origin_id):
            raise Http404(_("Vụ việc đã chọn không do đơn vị này tiếp nhận. Hãy quay lại và chọn vụ việc khác."))
    elif not given["said"]:
        raise CaseError(said=_("Chỉ hướng dẫn, giải thích: ghi ngắn gọn đã trả lời gì."))
    return actions.take_in(unit=post.unit_id, by=post, key=given["key"], matter=before, turn=turn)


def _suggested_and_why(form: VisitForm, unit: int) -> dict[str, Any]:
    """What is kept beside the choice: what was suggested, and why something else was chosen."""
    given = form.cleaned_data
    suggested = _suggest(given["title"], given["text"], unit)[0]
    kept = {"suggested_type": suggested.type.value, "suggested_field": suggested.field.value}
    return {name: value for name, value in {**kept, "why": given["why"]}.items() if value}


def _done(request: HttpRequest, form: VisitForm, matter: Matter | None, turn: Turn | None) -> HttpResponse:
    if matter is not None and form.cleaned_data["matter"] == NEW:
        return redirect("receipt", matter.pk)
    if matter is not None:
        told = _("Đã ghi lượt tiếp về vụ việc số %(number)s.") % {"number": matter}
    else:
        told = _("Đã ghi lượt tiếp.")
    messages.success(request, told)
    return redirect("reception")


def _desk(request: HttpRequest, form: VisitForm, unit: int, *, status: int = 200, asked: bool = False) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "place": "casework",
        "tab": "reception",
        "form": form,
        "turns": queries.turns_on(unit, today),
        "days": queries.days_between(unit, today, today),
        "today": today,
        "asked": asked,
        **_help(form, unit, today),
    }
    return render(request, "casework/reception/desk.html", context, status=status)


@never_cache
@require_POST
def help_along(request: HttpRequest) -> HttpResponse:
    """The parts of the desk that follow what is typed: earlier matters, suggestions, the day by which to answer.

    Posted, so that no name comes into an address; nothing is written.
    """
    post = scope.require(Permission.RECEIVE)
    form = VisitForm(request.POST)
    return render(
        request, "casework/reception/help.html", {"form": form, **_help(form, post.unit_id, timezone.localdate())}
    )


def _help(form: VisitForm, unit: int, today: dt.date) -> dict[str, Any]:
    """What is known while a form is filled in, also where it is not right yet."""
    said = {name: str(form[name].value() or "").strip() for name in form.fields}
    suggested, like = _suggest(said["title"], said["text"], unit) if form.is_bound else (suggesting.Suggested(), [])
    person = {name: said[name] for name in ("name", "phone", "address")}
    found: dict[int, tuple[Matter, str]] = {}
    if form.is_bound:
        for one in finding.of_person(person, unit, EARLIER):
            found[one.pk] = one, _("cùng người")
        for one in finding.named(said["ask"], unit, EARLIER):
            found.setdefault(one.pk, (one, ""))
        for one, likeness in like[:EARLIER]:
            found.setdefault(one.pk, (one, _("giống đến %(n)s%%") % {"n": round(likeness * 100)}))
    chosen = said["matter"]
    if chosen.isdecimal() and len(chosen) < 19 and int(chosen) not in found:
        found |= {one.pk: (one, "") for one in Matter.objects.filter(pk=int(chosen))}
    earlier = [
        {"matter": one, "why": why, "mark": saying.due_mark(one.due, today), "chosen": str(one.pk) == chosen}
        for one, why in found.values()
    ]
    return {
        "earlier": earlier,
        "nothing": bool(said["ask"]) and not earlier,
        "suggested": suggested,
        "type_words": saying.type_name(suggested.type.value) if suggested.type else "",
        "field_words": saying.named("field_case", suggested.field.value) if suggested.field else "",
        "clock": _expected(said["type"] or suggested.type.value, said["petition"] in ("True", "on", "1"), today),
    }


def _suggest(title: str, text: str, unit: int) -> tuple[suggesting.Suggested, list[tuple[Matter, float]]]:
    table = workflow.load().types
    like = [one for one in finding.alike(title, text, unit, 2 * EARLIER) if not table[one[0].type].sealed]
    past = [suggesting.Past(str(one), one.type, one.field, likeness) for one, likeness in like]
    return suggesting.suggest(f"{title}\n{text}", past), like


def _expected(kind: str, petition: bool, today: dt.date) -> dict[str, Any] | None:
    """By when something of this kind must be answered first, were it received today."""
    found = workflow.load().types.get(kind)
    if found is None:
        return None
    acts, traits = [deadlines.Act("receive", today)], set() if petition else {"reception"}
    running = deadlines.deadlines(acts, codes=found.clocks, traits=traits)
    first = clocks.nearest(running)
    if first is None:
        return None
    others = [one for one in running if one is not first]
    return {"clock": first, "picture": picture(first, today, "expected"), "others": others}


# The receipt


@never_cache
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """What the visitor takes home, on A5: number, code, what comes next; nothing of what was raised."""
    slip = papers.receipt(_received(pk), site(request))
    context = {
        "place": "casework",
        "tab": "reception",
        "pk": pk,
        "slip": slip,
        "qr": svg(slip.address),
        "drawn": picture(slip.clock, slip.today, "next") if slip.clock else "",
    }
    return render(request, "casework/reception/receipt.html", context)


@never_cache
@require_safe
def receipt_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as PDF."""
    slip = papers.receipt(_received(pk), site(request))
    name = content_disposition_header(False, f"giay-bien-nhan-{slip.number.replace('/', '-')}.pdf")
    return HttpResponse(
        papers.receipt_pdf(slip), content_type="application/pdf", headers={"Content-Disposition": name or "inline"}
    )


def _received(pk: int) -> Matter:
    """A matter of the own register; a receipt bears its code, so nobody else's is given out."""
    post = scope.require(Permission.RECEIVE)
    found = get_object_or_404(Matter, pk=pk)
    if post.unit_id not in (found.origin_id, found.unit_id):
        raise Http404(_("Giấy biên nhận chỉ do đơn vị đã tiếp nhận in."))
    return found


def site(request: HttpRequest) -> str:
    """Where the citizens' pages are, for papers."""
    return settings.BASE_URL or request.build_absolute_uri("/").rstrip("/")


# Days of reception


@require_http_methods(["GET", "HEAD", "POST"])
def days(request: HttpRequest) -> HttpResponse:
    """The schedule of a month (`?month=2026-11`): planned, held or not and why, and what the law wants."""
    post = scope.require(Permission.SEE)
    first = _month(request.GET.get("month", ""))
    last = (first + dt.timedelta(32)).replace(day=1) - dt.timedelta(1)
    form, wrong, status = DayForm(initial={"on": ""}), {}, 200
    if request.method == "POST":
        scope.require(Permission.RECEIVE)
        if "day" in request.POST:
            wrong = _tell(request, post)
        else:
            form = DayForm(request.POST)
            _plan(form, post)
        if not wrong and not (form.is_bound and form.errors):
            return redirect(f"{reverse('reception_days')}?month={first:%Y-%m}")
        status = 422
    found = queries.days_between(post.unit_id, first, last)
    context = {
        "place": "casework",
        "tab": "reception",
        "first": first,
        "before": first - dt.timedelta(1),
        "after": last + dt.timedelta(1),
        "days": found,
        "duties": queries.duties(queries.level_of(post.unit_id, min(last, post.day)), found, first, last),
        "form": form,
        "wrong": wrong,
        "today": timezone.localdate(),
    }
    return render(request, "casework/reception/days.html", context, status=status)


def _plan(form: DayForm, post: scope.Acting) -> None:
    if form.is_valid():
        try:
            actions.plan_day(unit=post.unit_id, by=post, **form.cleaned_data)
        except CaseError as error:
            form.say(error)


def _tell(request: HttpRequest, post: scope.Acting) -> dict[str, Any]:
    """Says of a day whether it was held; what is wrong with that, and of which day."""
    number = request.POST["day"]
    day = get_object_or_404(
        ReceptionDay, pk=int(number) if number.isdecimal() and len(number) < 19 else 0, unit=post.unit_id
    )
    note = request.POST.get("note", "")
    try:
        actions.tell_day(day=day, held=request.POST.get("held") == "yes", note=note, by=post)
    except CaseError as error:
        return {"day": day.pk, "sentence": " ".join(error.fields.values()), "note": note}
    return {}


def _month(said: str) -> dt.date:
    if not said:
        return timezone.localdate().replace(day=1)
    if not (match := _MONTH.fullmatch(said)):
        raise BadRequest(_("Viết tháng như 2026-11."))
    return dt.date(int(match[1]), int(match[2]), 1)
