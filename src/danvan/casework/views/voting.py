"""What participants think of statements: the pages of those who put them, and the ballot on a phone without account."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import signing
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from danvan.access import limits, scope
from danvan.access.permissions import Permission
from danvan.casework import challenge, public, voting
from danvan.casework.actions import citizens
from danvan.casework.actions import voting as verbs
from danvan.casework.errors import CaseError
from danvan.casework.models import Dialogue, Opinion
from danvan.casework.views.citizens import address, open_to_all
from danvan.lib.qr import svg

HOUR = dt.timedelta(hours=1)
BALLOTS = (300, HOUR)  # begun from one address: a hall whose phones share its network
LASTS = dt.timedelta(days=30)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def put(request: HttpRequest, pk: int) -> HttpResponse:
    """For who holds the dialogue: which opinions are put to participants, in which words; open or closed; results."""
    post = scope.require(Permission.HANDLE)
    found = Dialogue.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    scope.require_unit(found.unit_id, own=True)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            _put(request, found, post)
            return redirect("dialogue_votes", pk)
        except CaseError as error:
            wrong = dict(error.fields)
    link = request.build_absolute_uri(reverse("citizen_vote", args=[found.code]))
    context = {
        "place": "casework",
        "tab": "dialogues",
        "dialogue": found,
        "opinions": list(found.opinions.all()),
        "most": verbs.LONGEST,
        "wrong": wrong,
        "typed": request.POST,
        "results": voting.results(found),
        "link": link,
        "qr": svg(link),
    }
    return render(request, "casework/dialogues/votes.html", context, status=422 if wrong else 200)


def _put(request: HttpRequest, found: Dialogue, post: scope.Acting) -> None:
    given = request.POST
    if given.get("do") == "votes":
        verbs.open_votes(dialogue=found, opened=not found.votes_open, by=post)
        return
    opinion = _statement(found, given.get("opinion", ""))
    match given.get("do"):
        case "put":
            verbs.put(opinion=opinion, statement=given.get("statement", ""), by=post)
        case "take_back":
            verbs.take_back(opinion=opinion, by=post)
        case _:
            raise BadRequest


# The ballot


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, code: str) -> HttpResponse:
    """One statement after the other, three buttons each; once it is closed, what came of it. `?s=` goes back to one."""
    found = public.dialogue(citizens.code_of(code))
    if found is None:
        raise Http404
    if not found.votes_open:
        return _results(request, found)
    voter = _voter(request, found)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _begin(request, found) if request.POST.get("do") == "begin" else _vote(request, found, voter)
        except CaseError as error:
            wrong = dict(error.fields)
    context: dict[str, Any] = {**_about(found), "wrong": wrong}
    if voter:
        rows = voting.statements(found, voter)
        asked = request.GET.get("s", "")
        here = next((one for one, said in rows if str(one.number) == asked), None)
        context |= {
            "rows": rows,
            "here": here or next((one for one, said in rows if said is None), None),
            "done": sum(said is not None for _one, said in rows),
        }
    else:
        context["challenge"] = challenge.make()
    return render(request, "casework/citizen/vote.html", context, status=422 if wrong else 200)


def _begin(request: HttpRequest, found: Dialogue) -> HttpResponse:
    if not limits.allow("ballot", address(request), most=BALLOTS[0], within=BALLOTS[1]):
        raise CaseError(_("Nơi này vừa mở quá nhiều phiếu. Hãy thử lại sau một giờ."))
    challenge.check(*(request.POST.get(name, "") for name in ("token", "work", "answer")))
    here = reverse("citizen_vote", args=[found.code])
    response = redirect(here)
    response.set_signed_cookie(
        "ballot",
        verbs.ballot(),
        salt=found.code,
        max_age=LASTS,
        path=here,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _vote(request: HttpRequest, found: Dialogue, voter: str) -> HttpResponse:
    if not voter:
        raise CaseError(_("Hãy bấm “Bắt đầu” trước."))
    opinion = _statement(found, request.POST.get("s", ""))
    choice = request.POST.get("choice", "")
    if choice not in ("1", "0", "-1"):
        raise CaseError(_("Chọn đồng tình, không đồng tình hoặc bỏ qua."))
    verbs.vote(opinion=opinion, voter=voter, choice=int(choice))
    return redirect("citizen_vote", found.code)


def _voter(request: HttpRequest, found: Dialogue) -> str:
    """The number of this device's ballot; "" where it has none."""
    try:
        return str(request.get_signed_cookie("ballot", default="", salt=found.code, max_age=LASTS))
    except signing.BadSignature:
        return ""


def _statement(found: Dialogue, number: str) -> Opinion:
    opinion = found.opinions.filter(number=int(number)).first() if number.isdecimal() and len(number) < 9 else None
    if opinion is None:
        raise Http404
    return opinion


def _results(request: HttpRequest, found: Dialogue) -> HttpResponse:
    context = {**_about(found), "results": voting.results(found), "closed": True}
    return render(request, "casework/citizen/vote.html", context)


def _about(found: Dialogue) -> dict[str, Any]:
    return {"dialogue": found, "unit": public.place_of(found.unit_id), "place": "dialogues"}
