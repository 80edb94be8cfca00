"""The citizens' pages: say something, follow it by its code, say whether the answer helped, what was promised and told.

No account is needed. Everything works without script; the script keeps a draft on the phone and does the little work
that otherwise a question asks for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from danvan.access import limits, scope
from danvan.access.files import serving_headers
from danvan.access.middleware import settle
from danvan.casework import challenge, public
from danvan.casework.actions import citizens, dialogues
from danvan.casework.actions.own_data import ask as ask_about_data
from danvan.casework.errors import CaseError
from danvan.casework.models import Matter
from danvan.lib.qr import svg

View = Callable[..., HttpResponse]
HOUR = dt.timedelta(hours=1)
LOOKS = (60, HOUR)  # codes tried from one address
SENDINGS = (30, HOUR)  # forms sent from one address: a hamlet's shared phone, an office's network
SAID = "danvan_said"  # the cookie with the code of what was sent
FIELDS = ("type", "text", "place", "unit", "name", "phone", "address", "latitude", "longitude")


def open_to_all(view: View) -> View:
    """No sign-in; one transaction in the system's scope, taken back as a whole where the view fails."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic(), scope.system("citizens"):
            response = view(request, *args, **kwargs)
            settle(response)
            return response

    return login_not_required(never_cache(opened))


# Say something: three steps on a phone, one form for the server


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    """Three steps in one form: what and where, who (if at all), look and send. `?unit=` and `?place=` as on a QR code.

    Without script each step is a page that carries what was filled in before.
    """
    given = {name: request.POST.get(name, request.GET.get(name, "")).strip() for name in FIELDS}
    given["type"] = given["type"] or "reflection"
    step = request.POST.get("step", "1")
    wrong: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        if "find" in request.POST:
            step = "1"
        elif "back" in request.POST:
            step = str(max(1, int(step) - 1)) if step in "123" else "1"
        elif step == "3":
            try:
                return _sent(request, given)
            except CaseError as error:
                wrong, status = dict(error.fields), 422
                step = (
                    "2"
                    if {"name", "phone", "address"} & wrong.keys()
                    else "1"
                    if wrong.keys() - {"answer", ""}
                    else "3"
                )
        else:
            wrong = _first_step(given) if step == "1" else {}
            status = 422 if wrong else 200
            step = step if wrong else str(int(step) + 1) if step in "12" else "1"
    found = public.receiving(request.POST["where"]) if request.POST.get("where") else []
    unit = int(given["unit"]) if given["unit"].isdecimal() and len(given["unit"]) < 18 else None
    context = {
        "given": given,
        "step": step,
        "wrong": wrong,
        "found": found,
        "where": request.POST.get("where", ""),
        "unit_name": public.place_of(unit) if unit else "",
        "key": request.POST.get("key") or uuid4(),
        "challenge": challenge.make() if step == "3" else None,
        "place": "say",
    }
    return render(request, "casework/citizen/say.html", context, status=status)


def _first_step(given: dict[str, str]) -> dict[str, str]:
    wrong = {}
    if len(given["text"]) < citizens.LEAST:
        wrong["text"] = _("Hãy nói rõ hơn một chút: việc gì, ở đâu (ít nhất %(n)s ký tự).") % {"n": citizens.LEAST}
    if not given["unit"].isdecimal():
        wrong["unit"] = _("Chọn nơi gửi đến: gõ tên xã, phường rồi bấm Tìm.")
    return wrong


def _sent(request: HttpRequest, given: dict[str, str]) -> HttpResponse:
    if not limits.allow("say", address(request), most=SENDINGS[0], within=SENDINGS[1]):
        raise CaseError(_("Nơi này vừa gửi quá nhiều. Hãy thử lại sau một giờ; nội dung vẫn còn trên trang."))
    proof = [request.POST.get(name, "") for name in ("token", "work", "answer")]
    matter = citizens.say(
        unit=int(given["unit"]) if given["unit"].isdecimal() else 0,
        matter_type=given["type"],
        text=given["text"],
        place=given["place"],
        person={name: given[name] for name in ("name", "phone", "address")},
        latitude=_degrees(given["latitude"], 90),
        longitude=_degrees(given["longitude"], 180),
        key=_key(request),
        proof=partial(challenge.check, *proof),
    )
    return _to_code(matter)


def _to_code(matter: Matter) -> HttpResponse:
    """To the page with the code, for this browser until it is closed: no row is kept of who came."""
    response = redirect("citizen_sent")
    secure = settings.SESSION_COOKIE_SECURE
    response.set_signed_cookie(SAID, matter.code, salt=SAID, secure=secure, httponly=True, samesite="Lax")
    return response


@open_to_all
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The code, large, with its QR code, to be kept or printed; shown to the browser that sent it only."""
    code = request.get_signed_cookie(SAID, default="", salt=SAID)
    matter = citizens.with_code(code)
    if matter is None:
        return redirect("citizen_say")
    link = request.build_absolute_uri(f"{reverse('citizen_follow')}?code={code}")
    context = {"followed": public.followed(matter), "code": public.grouped(code), "qr": svg(link), "place": "say"}
    return render(request, "casework/citizen/sent.html", context)


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """What became of it, by the code; whether the answer helped; asking again."""
    typed = request.POST.get("code") or request.GET.get("code", "")
    context: dict[str, Any] = {"typed": typed, "place": "follow", "wrong": {}}
    if not typed:
        return render(request, "casework/citizen/follow.html", context)
    if not limits.allow("follow", address(request), most=LOOKS[0], within=LOOKS[1]):
        context["wrong"] = {"code": _("Nơi này vừa thử quá nhiều mã. Hãy thử lại sau một giờ.")}
        return render(request, "casework/citizen/follow.html", context, status=429)
    matter = citizens.with_code(typed)
    if matter is None:
        context["wrong"] = {"code": _("Không có việc nào mang mã này. Xem lại mã 16 ký tự trên giấy biên nhận.")}
        return render(request, "casework/citizen/follow.html", context, status=404)
    status = 200
    if request.method == "POST" and "do" in request.POST:
        try:
            _told(request, matter)
            return redirect(f"{reverse('citizen_follow')}?code={matter.code}")
        except CaseError as error:
            context["wrong"], context["reason"], status = dict(error.fields), request.POST.get("reason", ""), 422
    matter = citizens.with_code(typed) or matter
    context |= {"followed": public.followed(matter), "code": public.grouped(matter.code)}
    return render(request, "casework/citizen/followed.html", context, status=status)


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request: HttpRequest) -> HttpResponse:
    """Whoever holds a code asks to see, to have a copy of, or to put right what is kept of them there."""
    typed = request.POST.get("code") or request.GET.get("code", "")
    if not limits.allow("follow", address(request), most=LOOKS[0], within=LOOKS[1]):
        wrong = {"code": _("Nơi này vừa thử quá nhiều mã. Hãy thử lại sau một giờ.")}
        return render(
            request, "casework/citizen/follow.html", {"typed": typed, "place": "follow", "wrong": wrong}, status=429
        )
    matter = citizens.with_code(typed)
    if matter is None:
        return redirect("citizen_follow")
    wrong, given = {}, {name: request.POST.get(name, "") for name in ("wish", "text")}
    if request.method == "POST":
        try:
            with transaction.atomic():
                asked = ask_about_data(matter=matter, **given)
        except CaseError as error:
            wrong = dict(error.fields)
        else:
            return _to_code(asked)
    context = {"matter": matter, "code": matter.code, "given": given, "wrong": wrong, "place": "follow"}
    return render(request, "casework/citizen/data.html", context, status=422 if wrong else 200)


def _told(request: HttpRequest, matter: Matter) -> None:
    match request.POST["do"]:
        case "satisfied":
            citizens.rate(matter=matter, satisfied=True, comment=request.POST.get("reason", ""))
        case "unsatisfied":
            if len(request.POST.get("reason", "").strip()) < citizens.LEAST:
                raise CaseError(reason=_("Hãy ghi rõ điều chưa được (ít nhất %(n)s ký tự).") % {"n": citizens.LEAST})
            citizens.rate(matter=matter, satisfied=False, comment=request.POST["reason"])
            citizens.ask_again(matter=matter, reason=request.POST["reason"])
        case "again":
            citizens.ask_again(matter=matter, reason=request.POST.get("reason", ""))
        case _:
            raise BadRequest


# What was promised, what others were told


@open_to_all
@require_safe
def promise_board(request: HttpRequest) -> HttpResponse:
    """Promises by state; `?unit=`, `?state=`, `?before=`."""
    state = request.GET.get("state", "")
    if state and state not in public.STATES:
        raise BadRequest(_("Không có trạng thái này."))
    shown, more = public.promises(_number(request, "unit"), state, _number(request, "before"))
    context = {"shown": shown, "more": more, "state": state, "unit": request.GET.get("unit", ""), "place": "promises"}
    return render(request, "casework/citizen/promises.html", context)


@open_to_all
@require_safe
def photo(_request: HttpRequest, pk: int) -> HttpResponse:
    """What shows that a promise was kept, where staff put it on the board."""
    found = public.photo(pk)
    if found is None:
        raise Http404
    return HttpResponse(found.content, headers=serving_headers(found))


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Those a promise was made to say whether it was kept, by the code on their paper."""
    typed = request.POST.get("code") or request.GET.get("code", "")
    context: dict[str, Any] = {"typed": typed, "place": "promises", "key": uuid4(), "wrong": {}}
    if typed and not limits.allow("confirm", address(request), most=LOOKS[0], within=LOOKS[1]):
        tried = {"code": _("Nơi này vừa thử quá nhiều mã. Hãy thử lại sau một giờ.")}
        context |= {"wrong": tried, "text": request.POST.get("text", "")}
        return render(request, "casework/citizen/confirm.html", context, status=429)
    if request.method == "POST" and "kept" in request.POST:
        try:
            kept = request.POST["kept"] == "yes"
            citizens.confirm(code=typed, kept=kept, text=request.POST.get("text", ""), key=_key(request))
            context["done"] = True
        except CaseError as error:
            context |= {"wrong": {"code": str(error)}, "text": request.POST.get("text", "")}
            return render(request, "casework/citizen/confirm.html", context, status=422)
    return render(request, "casework/citizen/confirm.html", context)


@open_to_all
@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """Matters that units made public, and what became of them; before them what is said of pressing issues."""
    unit, before = _number(request, "unit"), _number(request, "before")
    shown, more = public.answers(unit, before)
    lines = [] if before else public.issue_lines(unit)
    context = {"shown": shown, "more": more, "lines": lines, "place": "told"}
    return render(request, "casework/citizen/told.html", context)


@open_to_all
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The public copy of a paper."""
    found = public.paper(pk)
    if found is None:
        raise Http404(_("Không có tài liệu này, hoặc đơn vị đã thôi công khai."))
    return HttpResponse(found.content, headers=serving_headers(found))


# Dialogues


@open_to_all
@require_safe
def dialogue_list(request: HttpRequest) -> HttpResponse:
    shown, more = public.dialogues(_number(request, "unit"), _number(request, "before"))
    names = public.names_of(one.unit_id for one in shown)
    context = {"shown": [(one, names.get(one.unit_id, "")) for one in shown], "more": more, "place": "dialogues"}
    return render(request, "casework/citizen/dialogues.html", context)


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def dialogue(request: HttpRequest, code: str) -> HttpResponse:
    """The notice, an opinion sent before, and the results once they are published."""
    found = public.dialogue(citizens.code_of(code))
    if found is None:
        raise Http404
    context: dict[str, Any] = {"dialogue": found, "place": "dialogues", "wrong": {}, "key": uuid4()}
    status = 200
    if request.method == "POST":
        try:
            if not limits.allow("opinion", address(request), most=SENDINGS[0], within=SENDINGS[1]):
                raise CaseError(_("Nơi này vừa gửi quá nhiều. Hãy thử lại sau một giờ."))
            key = _key(request)
            if not dialogues.sent(key):
                challenge.check(*(request.POST.get(name, "") for name in ("token", "work", "answer")))
            dialogues.send_before(
                dialogue=found, text=request.POST.get("text", ""), hamlet=request.POST.get("hamlet", ""), key=key
            )
            context["thanked"] = True
        except CaseError as error:
            context["wrong"], status = dict(error.fields), 422
            context |= {"text": request.POST.get("text", ""), "hamlet": request.POST.get("hamlet", "")}
    published = found.state == found.State.PUBLISHED
    context |= {
        "unit": public.place_of(found.unit_id),
        "challenge": challenge.make(),
        "opinions": list(found.opinions.all()) if published else [],
        "published": published,
        "voted": found.opinions.filter(voted_on=True, votes__isnull=False).exists(),
    }
    return render(request, "casework/citizen/dialogue.html", context, status=status)


# Parts


def address(request: HttpRequest) -> str:
    """Where a request comes from; only counted, never kept as it is."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise BadRequest(_("Trang này đã cũ: hãy tải lại.")) from None


def _degrees(said: str, most: int) -> float | None:
    try:
        value = float(said)
    except ValueError:
        return None
    return value if abs(value) <= most else None


def _number(request: HttpRequest, name: str) -> int | None:
    said = request.GET.get(name, "")
    if not said:
        return None
    if not said.isdecimal() or len(said) > 18:
        raise BadRequest(_("“%(name)s” phải là một số.") % {"name": name})
    return int(said)
