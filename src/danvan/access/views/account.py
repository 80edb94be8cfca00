"""One's own account: how to sign in, how notices come, which posts one holds."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from danvan.access import actions, scope
from danvan.access.forms import NoticesForm
from danvan.access.models import Person


def account(request: HttpRequest) -> HttpResponse:
    """Posting changes how notices come."""
    form = NoticesForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        actions.choose_notices(person=request.user, by=deed_of(request), **form.cleaned_data)
        messages.success(request, _("Đã ghi lại."))
        return HttpResponseRedirect(reverse("account"))
    keys = Authenticator.objects.filter(user=request.user).order_by("pk")
    context = {
        "place": "account",
        "form": form,
        "email": EmailAddress.objects.filter(user=request.user).order_by("-verified").first(),
        "totp": next((key for key in keys if key.type == Authenticator.Type.TOTP), None),
        "passkeys": [key for key in keys if key.type == Authenticator.Type.WEBAUTHN],
        "codes": next((key.wrap() for key in keys if key.type == Authenticator.Type.RECOVERY_CODES), None),
        "single_sign_on": bool(settings.SOCIALACCOUNT_PROVIDERS),
    }
    return render(request, "access/account.html", context, status=400 if form.errors else 200)


def deed_of(request: HttpRequest) -> scope.Acting | scope.Alone:
    """Who acts, for the trail: the acting post, or the person alone where they hold none."""
    person: Person = request.user
    return request.acting or scope.Alone(person.pk, person.name)
