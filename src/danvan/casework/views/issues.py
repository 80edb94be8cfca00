"""Pressing issues: the list, one of them with what was done, a new one, each deed by its small form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.casework import finding, issue_pages
from danvan.casework.actions import issues
from danvan.casework.errors import CaseError
from danvan.casework.issue_forms import FORMS, AssignForm, IssueForm
from danvan.casework.models import Issue, Matter

MAY = {
    "assign": Permission.HANDLE,
    "direct": Permission.DECIDE,
    "measure": Permission.HANDLE,
    "resolve": Permission.DECIDE,
    "public": Permission.DECIDE,
    "gather": Permission.HANDLE,
}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """`?view=`, `?of=below`, `?after=` the key of a page."""
    post = scope.require(Permission.SEE)
    view, below = issue_pages.view_of(request.GET), request.GET.get("of") == "below"
    found, more = issue_pages.page(view, below=below, after=request.GET.get("after", ""), post=post)
    names = {
        issue_pages.OPEN: _("Đang theo dõi"),
        issue_pages.UNDIRECTED: _("Chờ chỉ đạo"),
        issue_pages.HOT: _("Điểm nóng"),
        issue_pages.LATE: _("Quá hạn"),
        issue_pages.RESOLVED: _("Đã giải quyết"),
    }
    here = _address(view, below)
    context = {
        "place": "casework",
        "tab": "issues",
        "lines": found,
        "more": f"{here}&after={more}" if more else "",
        "first": here if request.GET.get("after") else "",
        "views": [(_address(one, below), name, one == view) for one, name in names.items()],
        "below": below,
        "other": _address(view, not below),
    }
    return render(request, "casework/issues/list.html", context)


def _address(view: str, below: bool) -> str:
    return urlencode({"view": view, **({"of": "below"} if below else {})})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new one; `?matter=`: begun from a matter, which it gathers."""
    post = scope.require(Permission.HANDLE)
    begun = _begun(request.POST.get("matter") or request.GET.get("matter", ""), post)
    initial = {"on": timezone.localdate()}
    if begun:
        initial |= {
            "title": begun.title,
            "field": begun.field or "other",
            "place": begun.place,
            "channel": begun.channel,
        }
    form = IssueForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                given = form.cleaned_data
                made = issues.raise_issue(unit=post.unit_id, by=post, matters=[begun] if begun else [], **given)
            except CaseError as error:
                form.say(error)
            else:
                messages.success(request, _("Đã ghi vấn đề."))
                return redirect("issue", made.pk)
    context = {"place": "casework", "tab": "issues", "form": form, "begun": begun}
    return render(request, "casework/issues/new.html", context, status=status)


def _begun(said: str, post: scope.Acting) -> Matter | None:
    if not said.isdecimal() or len(said) > 18:
        return None
    found = Matter.objects.filter(pk=int(said), unit=post.unit_id).first()
    if found is None:
        raise Http404(_("Không có vụ việc này trong đơn vị."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done about it; each deed is posted here: `do`."""
    scope.require(Permission.SEE)
    found = Issue.objects.select_related("owner").filter(pk=pk).first()
    if found is None:
        raise Http404(_("Không có vấn đề này, hoặc vấn đề không thuộc phạm vi của đơn vị đang dùng."))
    bound: forms.Form | None = None
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do not in _DEEDS:
            raise Http404(_("Không có việc này với vấn đề nổi cộm."))
        scope.require(MAY[do])
        scope.require_unit(found.unit_id, own=True)
        bound = FORMS[do](request.POST)
        if isinstance(bound, AssignForm):
            bound.of_unit(found.unit_id)
        if bound.is_valid():
            try:
                with transaction.atomic():
                    told = _DEEDS[do](request, found, bound.cleaned_data)
            except CaseError as error:
                bound.say(error)
            else:
                messages.success(request, told)
                return redirect("issue", pk)
        found = Issue.objects.select_related("owner").get(pk=pk)
    page = issue_pages.read(found, request.acting)
    drawn = {
        name: bound if bound and request.POST.get("do") == name else kind.of(found) for name, kind in FORMS.items()
    }
    context = {
        "place": "casework",
        "tab": "issues",
        "page": page,
        "one": found,
        "forms": drawn,
        "doing": request.POST.get("do", "") if bound else "",
        "today": request.acting.day,
    }
    return render(request, "casework/issues/issue.html", context, status=422 if bound else 200)


def _assign(request: HttpRequest, found: Issue, given: dict[str, Any]) -> str:
    issues.assign(issue=found, person=given["person"], by=request.acting)
    return _("Đã giao người theo dõi.")


def _direct(request: HttpRequest, found: Issue, given: dict[str, Any]) -> str:
    issues.direct(issue=found, by=request.acting, **given)
    return _("Đã ghi ý kiến chỉ đạo.")


def _measure(request: HttpRequest, found: Issue, given: dict[str, Any]) -> str:
    issues.measure(issue=found, by=request.acting, **given)
    return _("Đã ghi việc đã làm.")


def _resolve(request: HttpRequest, found: Issue, given: dict[str, Any]) -> str:
    issues.resolve(issue=found, by=request.acting, **given)
    return _("Đã ghi kết quả giải quyết.")


def _public(request: HttpRequest, found: Issue, given: dict[str, Any]) -> str:
    issues.make_public(issue=found, line=given["line"], by=request.acting)
    return _("Đã công khai dòng này.") if given["line"] else _("Đã thôi công khai.")


def _gather(request: HttpRequest, found: Issue, given: dict[str, Any]) -> str:
    """The ticked ones, and those whose numbers were written."""
    numbers = [int(one) for one in request.POST.getlist("matter") if one.isdecimal() and len(one) < 19]
    matters = list(Matter.objects.filter(pk__in=numbers, unit=found.unit_id))
    for said in given["numbers"].replace(",", " ").split():
        one = next(iter(finding.named(said, found.unit_id, 1)), None) if "/" in said else None
        if one is None:
            raise CaseError(numbers=_("Không có vụ việc “%(number)s”: viết như 12/2026.") % {"number": said[:40]})
        matters.append(one)
    if not matters:
        raise CaseError(numbers=_("Chọn hoặc ghi số ít nhất một vụ việc."))
    count = issues.gather(issue=found, matters=matters, by=request.acting)
    return _("Đã gom %(n)s vụ việc.") % {"n": count}


_DEEDS: dict[str, Callable[[HttpRequest, Issue, dict[str, Any]], str]] = {
    "assign": _assign,
    "direct": _direct,
    "measure": _measure,
    "resolve": _resolve,
    "public": _public,
    "gather": _gather,
}
