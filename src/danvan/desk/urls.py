"""Addresses of the pages."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from danvan.desk.views import calendar, home, reports, tables, units


class Id(IntConverter):
    """A number that the database can hold; any other is no page."""

    regex = "[0-9]{1,18}"


register_converter(Id, "id")

urlpatterns = [
    path("", home.home, name="home"),
    path("files/<str:name>", home.output, name="output"),
    path("reports/", reports.listing, name="reports"),
    path("reports/<id:pk>/", reports.report, name="report"),
    path("tables/", tables.listing, name="tables"),
    path("tables/<id:unit>/<str:period>/", tables.table, name="table"),
    path("tables/<id:unit>/<str:period>/story/", tables.story, name="story"),
    path("units/", units.search, name="units"),
    path("units/<id:pk>/", units.unit, name="unit"),
    path("calendar/", calendar.this_year, name="calendar"),
    path("calendar/<int:year>/", calendar.calendar, name="calendar"),
]
