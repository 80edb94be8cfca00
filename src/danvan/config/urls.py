"""Addresses of all rooms."""

from django.urls import include, path

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("danvan.desk.urls")),
]

handler400 = "danvan.desk.views.errors.bad_request"
handler404 = "danvan.desk.views.errors.not_found"
