"""Handing one's own post to somebody for some days of leave, seeing it, ending it."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import actions, queries, scope
from danvan.access.forms import DelegationForm
from danvan.access.models import Post
from danvan.access.permissions import Permission


def delegation(request: HttpRequest) -> HttpResponse:
    """Posting delegates the acting post, or ends what was delegated (`end`)."""
    acting = scope.require(Permission.DELEGATE)
    if "end" in request.POST:
        number = request.POST["end"]
        number = number if number.isdecimal() and len(number) < 19 else 0
        found = get_object_or_404(Post, pk=number, for_post=acting.post_id)
        actions.end_delegation(post=found, by=acting)
        messages.success(request, _("Đã chấm dứt ủy quyền cho %(name)s.") % {"name": found.person.name})
        return HttpResponseRedirect(reverse("delegation"))
    form = DelegationForm(request.POST or None, initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            _delegate(form, acting)
        except actions.AccessError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Đã ủy quyền cho %(name)s.") % {"name": form.cleaned_data["to"].name})
            return HttpResponseRedirect(reverse("delegation"))
    context = {"place": "delegation", "form": form, "given": queries.delegated(acting.post_id)}
    return render(request, "access/delegation.html", context, status=400 if form.errors else 200)


def _delegate(form: DelegationForm, acting: scope.Acting) -> None:
    """The last day is the last one on which it holds."""
    given: dict[str, dt.date] = form.cleaned_data
    actions.delegate(to=given["to"], since=given["since"], until=given["last"] + dt.timedelta(1), by=acting)
