"""Addresses of all rooms."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

urlpatterns = [
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    # One page for one's own account instead of one for each way to sign in.
    path("account/2fa/", RedirectView.as_view(pattern_name="account")),
    path("account/2fa/webauthn/", RedirectView.as_view(pattern_name="account")),
    path("account/", include("allauth.urls")),
    path("", include("danvan.access.urls")),
    path("", include("danvan.casework.urls_citizens")),
    path("", include("danvan.api.urls")),
    path("", include("danvan.casework.urls")),
    path("", include("danvan.figures.urls")),
    path("", include("danvan.desk.urls")),
]

handler400 = "danvan.desk.views.errors.bad_request"
handler403 = "danvan.desk.views.errors.forbidden"
handler404 = "danvan.desk.views.errors.not_found"
handler500 = "danvan.desk.views.errors.broken"
