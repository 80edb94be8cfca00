"""The staff's pages of dialogues: planned, the room while it goes on, the hall's screen, what was promised."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from danvan.access import scope
from danvan.access.files import FileRefused
from danvan.access.forms import Day
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission
from danvan.casework.actions import dialogues, promises
from danvan.casework.deadlines import Act, Deadline, DeadlineError, deadline
from danvan.casework.errors import CaseError
from danvan.casework.forms_dialogues import AnswerForm, DialogueForm, PromiseForm
from danvan.casework.models import Dialogue, Opinion, Promise
from danvan.casework.public import OPEN_TO_ALL, grouped
from danvan.lib.qr import svg

PAGE = 30
FRESH = 3  # opinions that the hall sees beside the current one


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Dialogues of the own unit and below, newest first; `?before=` the key of the next page."""
    scope.require(Permission.SEE)
    rows = Dialogue.objects.order_by("-pk")
    if before := _number(request, "before"):
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    context = {"rows": found, "more": found[-1].pk if more else None, "own": request.acting.unit_id}
    return _page(request, "list", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    post = scope.require(Permission.HANDLE)
    term = dialogues.notice_term(timezone.localdate())
    form = DialogueForm(request.POST or None, initial={"on": term.due if term else timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            made = dialogues.plan(unit=post.unit_id, by=post, **form.given())
            messages.success(request, _("Đã lưu kế hoạch."))
            return redirect("dialogue", made.pk)
        except CaseError as error:
            form.say(error)
    return _page(request, "edit", {"form": form}, 422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    post = scope.require(Permission.HANDLE)
    found = _own(pk)
    form = DialogueForm(request.POST) if request.method == "POST" else DialogueForm.of(found)
    if request.method == "POST" and form.is_valid():
        try:
            seen = _number(request, "seen")
            dialogues.change(dialogue=found, by=post, seen=seen, reason=form.cleaned_data["reason"], **form.given())
            messages.success(request, _("Đã lưu kế hoạch."))
            return redirect("dialogue", pk)
        except CaseError as error:
            form.say(error)
    return _page(request, "edit", {"form": form, "dialogue": found}, 422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One dialogue: where it stands, what comes next, its opinions and promises; POST does one of its acts."""
    post = scope.require(Permission.SEE)
    found = _seen(pk)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            _act(request, found, post)
            return redirect("dialogue", pk)
        except CaseError as error:
            wrong = dict(error.fields)
    opinions = list(found.opinions.all())
    made = _promises_of(opinions)
    context = {
        "dialogue": found,
        "rows": [(one, made.get(one.pk, [])) for one in opinions],
        "open_count": sum(one.outcome == Opinion.Outcome.OPEN for one in opinions),
        "clocks": _clocks(found),
        "come": found.on <= timezone.localdate(),
        "earliest": _earliest(found),
        "open_to_all": found.state in OPEN_TO_ALL,
        "own": found.unit_id == post.unit_id,
        "wrong": wrong,
        "typed": request.POST,
        "link": request.build_absolute_uri(reverse("citizen_dialogue", args=[found.code])),
        "qr": svg(request.build_absolute_uri(reverse("citizen_dialogue", args=[found.code]))),
    }
    return _page(request, "dialogue", context, 422 if wrong else 200)


def _earliest(found: Dialogue) -> dt.date | None:
    """The first day on which people may be met if the notice goes out today, where it has not gone out yet."""
    term = dialogues.notice_term(timezone.localdate()) if found.state == Dialogue.State.PLANNED else None
    return term.due if term else None


def _act(request: HttpRequest, found: Dialogue, post: scope.Acting) -> None:
    scope.require_unit(found.unit_id, own=True)
    given = request.POST
    match given.get("do", ""):
        case "announce":
            dialogues.announce(dialogue=found, by=post)
        case "begin":
            dialogues.begin(dialogue=found, by=post)
        case "hold":
            said = given.get("attendance", "").strip()
            if not said.isdecimal() or len(said) > 9:
                raise CaseError(attendance=_("Ghi số người tham gia bằng chữ số."))
            dialogues.hold(dialogue=found, attendance=int(said), by=post)
        case "publish":
            dialogues.publish(dialogue=found, results=given.get("results", ""), by=post)
        case "cancel":
            dialogues.cancel(dialogue=found, reason=given.get("reason", ""), by=post)
        case _:
            raise BadRequest


def _clocks(found: Dialogue) -> list[Deadline]:
    """The notice that must go out before, the results that must follow."""
    acts = [Act("notice", found.notice_on)] if found.notice_on else []
    if found.state in (Dialogue.State.HELD, Dialogue.State.PUBLISHED):
        acts.append(Act("hold", found.on))
    if found.published_on:
        acts.append(Act("publish", found.published_on))
    acts.sort(key=lambda act: act.day)
    told = []
    for code in ("dialogue.notice", "dialogue.results"):
        try:
            one = deadline(code, acts)
        except DeadlineError:
            continue
        if one is not None:
            told.append(one)
    return told


# The room, for the secretary


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """One input line, the list growing under it. POST writes down an opinion, an answer or a promise."""
    post = scope.require(Permission.HANDLE)
    found = _own(pk)
    wrong: dict[str, str] = {}
    forms: dict[str, Any] = {}
    if request.method == "POST":
        try:
            forms = _in_room(request, found, post)
            if not forms:
                return redirect(
                    "dialogue_room", pk
                )  # without a fragment: with one no browser puts the cursor into the line
        except CaseError as error:
            wrong = dict(error.fields)
    opinions = list(found.opinions.order_by("-number"))
    made = _promises_of(opinions)
    context = {
        "dialogue": found,
        "rows": [(one, made.get(one.pk, [])) for one in opinions],
        "hamlets": sorted({one.hamlet for one in opinions if one.hamlet}),
        "wrong": wrong,
        "typed": request.POST,
        "key": uuid4(),
        "answer_form": forms.get("answer") or AnswerForm(),
        "promise_form": forms.get("promise") or PromiseForm(),
        "at": _posted_number(request, "opinion"),
        "begun": found.state == Dialogue.State.OPEN,
    }
    return _page(request, "room", context, 422 if wrong or forms else 200)


def _in_room(request: HttpRequest, found: Dialogue, post: scope.Acting) -> dict[str, Any]:
    """Does what was sent; gives the form back where it is not right."""
    given = request.POST
    if given.get("do") == "write":
        dialogues.write_down(
            dialogue=found,
            text=given.get("text", ""),
            hamlet=given.get("hamlet", ""),
            field=given.get("field", ""),
            key=_key(request),
            by=post,
        )
        request.session["hamlet"] = given.get("hamlet", "")[:120]
        return {}
    opinion = found.opinions.filter(number=_posted_number(request, "opinion") or 0).first()
    if opinion is None:
        raise Http404
    if given.get("do") == "answer":
        form = AnswerForm(given)
        if form.is_valid():
            try:
                dialogues.answer(opinion=opinion, by=post, **form.cleaned_data)
                return {}
            except CaseError as error:
                form.say(error)
        return {"answer": form}
    if given.get("do") == "promise":
        made = PromiseForm(given)
        if made.is_valid():
            try:
                promises.promise(opinion=opinion, by=post, **made.cleaned_data)
                return {}
            except CaseError as error:
                made.say(error)
        return {"promise": made}
    raise BadRequest


@never_cache
@require_safe
def hall(request: HttpRequest, pk: int) -> HttpResponse:
    """For the hall: the current opinion in big type, who answers, the promises so far; renews itself."""
    scope.require(Permission.SEE)
    found = _seen(pk)
    opinions = list(found.opinions.order_by("-number")[: FRESH + 1])
    made = list(Promise.objects.filter(opinion__dialogue=found).order_by("-pk")[:5])
    context = {
        "dialogue": found,
        "current": opinions[0] if opinions else None,
        "earlier": opinions[1:],
        "made": made,
        "count": found.opinions.count(),
        "qr": svg(request.build_absolute_uri(reverse("citizen_dialogue", args=[found.code]))),
    }
    return render(request, "casework/dialogues/hall.html", context)


# Promises


@require_safe
def promise_list(request: HttpRequest) -> HttpResponse:
    """Promises of the own unit and below: late first, then by their day."""
    scope.require(Permission.SEE)
    today = timezone.localdate()
    rows = Promise.objects.filter(state=Promise.State.OPEN).order_by("due", "pk")
    if request.GET.get("state") == "ended":
        rows = Promise.objects.exclude(state=Promise.State.OPEN).order_by("-ended_on", "-pk")
    rows = list(rows[:200])
    return _page(request, "promise_list", {"rows": rows, "today": today, "ended": "state" in request.GET})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """One promise and what became of it; POST moves, shows, ends or takes it up again."""
    post = scope.require(Permission.SEE)
    found = Promise.objects.filter(pk=pk).select_related("opinion__dialogue").first()
    if found is None:
        raise Http404
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            with transaction.atomic():
                _promise_act(request, found, post)
            messages.success(request, _("Đã ghi."))
            return redirect("promise", pk)
        except CaseError as error:
            wrong = dict(error.fields)
        except FileRefused as error:
            wrong = {"photo": str(error)}
    said = [one.kept for one in found.confirmations.all()]
    steps = list(found.steps.select_related("photo").defer("photo__content"))
    context = {
        "promise": found,
        "steps": steps,
        "revealed": promises.revealed(steps),
        "bases": promises.BASES.items(),
        "said": list(found.confirmations.all()),
        "yes": sum(said),
        "no": len(said) - sum(said),
        "own": found.unit_id == post.unit_id,
        "late": found.state == Promise.State.OPEN and found.due < timezone.localdate(),
        "wrong": wrong,
        "typed": request.POST,
        "link": request.build_absolute_uri(f"{reverse('citizen_confirm')}?code={found.code}"),
        "code": grouped(found.code),
        "qr": svg(request.build_absolute_uri(f"{reverse('citizen_confirm')}?code={found.code}")),
    }
    return _page(request, "promise", context, 422 if wrong else 200)


def _promise_act(request: HttpRequest, found: Promise, post: scope.Acting) -> None:
    scope.require_unit(found.unit_id, own=True)
    given = request.POST
    text = given.get("text", "")
    match given.get("do", ""):
        case "move":
            promises.move(promise=found, due=_day(given.get("due", "")), reason=text, by=post)
        case "show":
            promises.show(promise=found, text=text, photo=_photo(request, found, post), by=post)
        case "keep":
            promises.end(promise=found, kept=True, text=text, photo=_photo(request, found, post), by=post)
        case "reveal":
            photo = _posted_number(request, "photo") or 0
            promises.reveal(promise=found, photo=photo, basis=given.get("basis", ""), by=post)
        case "hide":
            promises.hide(promise=found, photo=_posted_number(request, "photo") or 0, by=post)
        case "break":
            promises.end(promise=found, kept=False, text=text, by=post)
        case "reopen":
            promises.reopen(promise=found, reason=text, due=_day(given.get("due", "")), by=post)
        case "confirm_yes" | "confirm_no":
            promises.confirm(promise=found, kept=given["do"] == "confirm_yes", text=text, by=post)
        case _:
            raise BadRequest


def _photo(request: HttpRequest, found: Promise, post: scope.Acting) -> StoredFile | None:
    upload = request.FILES.get("photo")
    if upload is None:
        return None
    return promises.photo_of(promise=found, upload=upload, name=upload.name or "", by=post)


# Parts


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    shared = {"place": "casework", "tab": "promises" if "promise" in name else "dialogues"}
    return render(request, f"casework/dialogues/{name}.html", {**shared, **context}, status=status)


def _seen(pk: int) -> Dialogue:
    found = Dialogue.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _own(pk: int) -> Dialogue:
    found = _seen(pk)
    scope.require_unit(found.unit_id, own=True)
    return found


def _promises_of(opinions: list[Opinion]) -> dict[int, list[Promise]]:
    made: dict[int, list[Promise]] = {}
    for one in Promise.objects.filter(opinion__in=[one.pk for one in opinions]).order_by("pk"):
        made.setdefault(one.opinion_id or 0, []).append(one)
    return made


def _day(said: str) -> Any:
    form = Day(label=_("Ngày"))
    try:
        return form.clean(said)
    except Exception as error:
        raise CaseError(due=_("Ghi ngày như 30/11/2026.")) from error


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise BadRequest(_("Trang này đã cũ: hãy tải lại.")) from None


def _number(request: HttpRequest, name: str) -> int | None:
    said = request.POST.get(name) or request.GET.get(name) or ""
    if not said:
        return None
    if not said.isdecimal() or len(said) > 18:
        raise BadRequest(_("“%(name)s” phải là một số.") % {"name": name})
    return int(said)


def _posted_number(request: HttpRequest, name: str) -> int | None:
    said = request.POST.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 9 else None
