"""People of the acting unit and those below: who they are, which posts they hold, how they sign in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import actions, queries, scope
from danvan.access.forms import GivePostForm, NewPersonForm, PersonForm
from danvan.access.models import Person, Post
from danvan.access.permissions import ROLES, Permission

PAGE = 50


def listing(request: HttpRequest) -> HttpResponse:
    """`?q=` part of a name, `?after=` the last name to sign in with of the page before."""
    scope.require(Permission.MANAGE_PEOPLE)
    asked, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    if len(asked) > 100 or len(after) > 60:
        raise BadRequest(_("Tên cần tìm dài quá %(most)s ký tự. Viết ngắn lại.") % {"most": 100})
    found = queries.people(asked, after, PAGE + 1)
    more, found = len(found) > PAGE, found[:PAGE]
    context = {"place": "people", "people": found, "asked": asked, "more": found[-1].username if more else ""}
    return render(request, "access/people.html", context)


def add(request: HttpRequest) -> HttpResponse:
    """A person with their first post; then the link with which they set a password, shown this once."""
    acting = scope.require(Permission.MANAGE_PEOPLE)
    form = NewPersonForm(request.POST or None, initial={"since": timezone.localdate(), "unit": acting.unit_name})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                person = actions.add_person(
                    username=given["username"], name=given["name"], email=given["email"], by=acting
                )
                _give(person, given, acting)
        except (actions.AccessError, scope.Refused) as error:
            form.add_error(None, str(error))
        else:
            return _link(request, person)
    return _page(request, "access/person_add.html", form, title=_("Thêm người"))


def give(request: HttpRequest) -> HttpResponse:
    """A post for somebody who signs in already; `?username=` fills the field."""
    acting = scope.require(Permission.MANAGE_PEOPLE)
    first = {"since": timezone.localdate(), "username": request.GET.get("username", ""), "unit": acting.unit_name}
    form = GivePostForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        person: Person = form.cleaned_data["username"]
        try:
            _give(person, form.cleaned_data, acting)
        except (actions.AccessError, scope.Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Đã giao chức danh cho %(name)s.") % {"name": person.name})
            return HttpResponseRedirect(reverse("person", args=[person.pk]))
    return _page(request, "access/person_add.html", form, title=_("Giao chức danh"))


def _give(person: Person, given: dict[str, Any], acting: scope.Acting) -> Post:
    last: dt.date | None = given["last"]
    return actions.give_post(
        person=person,
        unit=given["unit"].unit_id,
        role=given["role"],
        title=given["title"],
        since=given["since"],
        until=last + dt.timedelta(1) if last else None,
        by=acting,
    )


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person; `do` in what is posted: change, end (a post), reset, stop, start."""
    acting = scope.require(Permission.MANAGE_PEOPLE)
    found = get_object_or_404(Person, pk=pk)
    posts = queries.posts_of(found)
    if not posts:
        raise Http404(_("Không có người này trong phạm vi của %(unit)s.") % {"unit": acting.unit_name})
    form = PersonForm(initial={"name": found.name, "email": found.email})
    if request.method == "POST":
        done = _DEEDS.get(request.POST.get("do", ""))
        if done is None:
            raise BadRequest(_("Không rõ việc cần làm. Tải lại trang rồi thử lại."))
        form = PersonForm(request.POST) if done is _change else form
        try:
            with transaction.atomic():
                answer = done(request, found, form, acting)
        except actions.AccessError as error:
            messages.error(request, str(error))
            answer = None
        if answer is not None:
            return answer
    context = {"place": "people", "person": found, "posts_held": posts, "form": form}
    return render(request, "access/person.html", context, status=400 if request.method == "POST" else 200)


def _again(request: HttpRequest, found: Person, said: str) -> HttpResponse:
    messages.success(request, said)
    return HttpResponseRedirect(reverse("person", args=[found.pk]))


def _change(request: HttpRequest, found: Person, form: Form, acting: scope.Acting) -> HttpResponse | None:
    if not form.is_valid():
        return None
    actions.change_person(person=found, by=acting, **form.cleaned_data)
    return _again(request, found, _("Đã ghi lại."))


def _end(request: HttpRequest, found: Person, _form: Form, acting: scope.Acting) -> HttpResponse:
    """From today on; what has not begun is taken back."""
    number = request.POST.get("post", "")
    post = get_object_or_404(Post, pk=number if number.isdecimal() and len(number) < 19 else 0, person=found)
    actions.end_post(post=post, on=timezone.localdate(), by=acting)
    return _again(request, found, _("Đã chấm dứt chức danh từ hôm nay."))


def _reset(request: HttpRequest, found: Person, _form: Form, acting: scope.Acting) -> HttpResponse:
    actions.reset_sign_in(person=found, by=acting)
    return _link(request, found)


def _stop(request: HttpRequest, found: Person, _form: Form, acting: scope.Acting) -> HttpResponse:
    actions.set_active(person=found, active=False, by=acting)
    return _again(request, found, _("Từ nay người này không đăng nhập được."))


def _start(request: HttpRequest, found: Person, _form: Form, acting: scope.Acting) -> HttpResponse:
    actions.set_active(person=found, active=True, by=acting)
    return _again(request, found, _("Người này đăng nhập lại được."))


_DEEDS = {"change": _change, "end": _end, "reset": _reset, "stop": _stop, "start": _start}


def _link(request: HttpRequest, found: Person) -> HttpResponse:
    """The page with the one-time link: kept nowhere, so shown this once."""
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(found)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(found), token])
    context = {"place": "people", "person": found, "link": request.build_absolute_uri(path)}
    answer = render(request, "access/person_link.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _page(request: HttpRequest, template: str, form: Form, **more: Any) -> HttpResponse:
    context = {"place": "people", "form": form, "roles": ROLES.values(), **more}
    return render(request, template, context, status=400 if form.errors else 200)
