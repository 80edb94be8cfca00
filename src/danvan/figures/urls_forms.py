"""Addresses of forms: their versions, the one being prepared, who must file them."""

from django.urls import path

from danvan.figures.views import forms

urlpatterns = [
    path("forms/", forms.listing, name="forms"),
    path("forms/<slug:code>/", forms.form, name="form"),
    path("forms/<slug:code>/version/<int:pk>/", forms.version, name="form_version"),
    path("forms/<slug:code>/draft/", forms.draft, name="form_draft"),
    path("forms/<slug:code>/draft/changes/", forms.changes, name="form_changes"),
    path("forms/<slug:code>/duty/", forms.duty, name="form_duty"),
]
