"""Addresses of the pages."""

from django.urls import path

from danvan.desk.views import calendar, home, reports, tables, units

urlpatterns = [
    path("", home.home, name="home"),
    path("files/<str:name>", home.output, name="output"),
    path("reports/", reports.listing, name="reports"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("tables/", tables.listing, name="tables"),
    path("tables/<int:unit>/<str:period>/", tables.table, name="table"),
    path("tables/<int:unit>/<str:period>/story/", tables.story, name="story"),
    path("units/", units.search, name="units"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("calendar/", calendar.this_year, name="calendar"),
    path("calendar/<int:year>/", calendar.calendar, name="calendar"),
]
