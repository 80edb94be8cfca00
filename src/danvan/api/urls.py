"""Addresses of Open311 GeoReport v2, and of the description of all that programs may ask."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from danvan.api import description, open311


class Format(StringConverter):
    regex = "json|xml"


register_converter(Format, "fmt")

urlpatterns = [
    path("api/openapi.json", description.openapi, name="openapi"),
    path("open311/v2/discovery.<fmt:fmt>", open311.discovery, name="open311_discovery"),
    path("open311/v2/services.<fmt:fmt>", open311.services, name="open311_services"),
    path("open311/v2/services/<str:code>.<fmt:fmt>", open311.definition, name="open311_definition"),
    path("open311/v2/requests.<fmt:fmt>", open311.requests, name="open311_requests"),
    path("open311/v2/requests/<str:number>.<fmt:fmt>", open311.request_, name="open311_request"),
    path("open311/v2/tokens/<str:number>.<fmt:fmt>", open311.token, name="open311_token"),
]
