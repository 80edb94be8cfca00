"""Addresses of all rooms."""

from django.urls import include, path

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("danvan.desk.urls")),
]
