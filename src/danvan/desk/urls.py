"""Addresses of the pages."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from danvan.desk.views import (
    batches,
    calendar,
    checking,
    compare,
    deciding,
    home,
    intake,
    papers,
    reopening,
    reports,
    search,
    signed,
    tables,
    terms,
    units,
    writing,
)


class Id(IntConverter):
    """A number that the database can hold; any other is no page."""

    regex = "[0-9]{1,18}"


register_converter(Id, "id")

urlpatterns = [
    path("", home.home, name="home"),
    path("files/<id:unit>/<str:name>", home.output, name="output"),
    path("reports/", reports.listing, name="reports"),
    path("reports/intake/", intake.send, name="intake_send"),
    path("reports/intake/<id:pk>/", intake.progress, name="intake"),
    path("reports/intake/<id:pk>/read/", intake.read, name="intake_read"),
    path("reports/intake/<id:pk>/files/<id:file>/again/", intake.again, name="intake_again"),
    path("reports/terms/", terms.listing, name="terms"),
    path("reports/terms/<id:pk>/", terms.change, name="term"),
    path("reports/terms/terms.<slug:kind>", terms.export, name="terms_file"),
    path("reports/<id:pk>/", reports.report, name="report"),
    path("papers/", papers.listing, name="papers"),
    path("papers/new/<slug:kind>/", papers.new, name="paper_new"),
    path("papers/<id:pk>/", papers.paper, name="paper"),
    path("papers/<id:pk>/edit/", papers.edit, name="paper_edit"),
    path("papers/<id:pk>/paper.<slug:kind>", papers.paper_file, name="paper_file"),
    path("reopen/", reopening.reopen, name="reopen"),
    path("reports/<id:pk>/readings/<id:reading>/", deciding.reading, name="reading"),
    path("reports/<id:pk>/deeds/", deciding.deed, name="report_deed"),
    path("reports/<id:pk>/file/", deciding.file, name="report_file"),
    path("writing/", writing.listing, name="writing_list"),
    path("writing/below/", batches.begin, name="batch_begin"),
    path("writing/below/<id:pk>/", batches.progress, name="batch"),
    path("writing/below/<id:pk>/write/", batches.write, name="batch_write"),
    path("writing/below/<id:pk>/reports.zip", batches.package, name="batch_package"),
    path("writing/<str:period>/<slug:outline>/", writing.write, name="writing"),
    path("writing/<str:period>/<slug:outline>/preview/", writing.preview, name="writing_preview"),
    path("writing/<str:period>/<slug:outline>/report.<slug:kind>", writing.paper, name="writing_file"),
    path("check/", checking.check_text, name="check_text"),
    path("tables/", tables.listing, name="tables"),
    path("tables/<id:unit>/<str:period>/", tables.table, name="table"),
    path("tables/<id:unit>/<str:period>/table.<slug:kind>", tables.table_file, name="table_file"),
    path("tables/<id:unit>/<str:period>/story/", tables.story, name="story"),
    path("submissions/<id:pk>/report.<slug:kind>", signed.report_file, name="submission_file"),
    path("signatures/", signed.verify, name="verify_pdf"),
    path("units/", units.search, name="units"),
    path("units/<id:pk>/", units.unit, name="unit"),
    path("compare/", compare.compare, name="compare"),
    path("compare/table.<slug:kind>", compare.table, name="compare_table"),
    path("compare/views/", compare.save, name="compare_save"),
    path("compare/views/<id:pk>/", compare.change, name="compare_change"),
    path("search/", search.search, name="search"),
    path("help/", search.help_page, name="help"),
    path("calendar/", calendar.this_year, name="calendar"),
    path("calendar/<int:year>/", calendar.calendar, name="calendar"),
]
