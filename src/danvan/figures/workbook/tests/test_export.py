"""A table leaves a page as a file, read in the scope of who asked for it."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.http import Http404
from django.test import RequestFactory

from danvan.access import scope
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.figures import actions
from danvan.figures.export import as_file
from danvan.figures.models import Submission

COLUMNS = ["Đơn vị", "Kỳ"]


@staged
def world():
    found = small_country()
    for unit in (found.an, found.cuu):
        actions.open_draft(form="dan_van", unit=unit, period="2026-Q3", by="x")
    return found


def rows():
    return ((one.unit_id, one.period) for one in Submission.objects.order_by("unit"))


def ask(kind, who, world):
    """As a request does it: the scope is closed before the response is written. Gives the headers and the file."""
    post = post_of(world.people[who])
    with transaction.atomic(), scope.acting(post):
        response = as_file(RequestFactory().get("/"), kind, name="Tình hình gửi: quý III", columns=COLUMNS, rows=rows)
    data = b"".join(response.streaming_content)
    request_finished.disconnect(close_old_connections)  # the connection is the test's
    response.close()
    request_finished.connect(close_old_connections)
    return response.headers, data


def test_csv_holds_what_the_post_may_see(world):
    headers, data = ask("csv", "hung", world)
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")) == [
        COLUMNS,
        [str(world.an.pk), "2026-Q3"],
        ["Số dòng", "1"],
    ]
    assert "attachment" in headers["Content-Disposition"]


def test_xlsx_holds_what_the_post_may_see(world):
    _headers, data = ask("xlsx", "nga", world)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert list(book.active.values) == [tuple(COLUMNS), (world.cuu.pk, "2026-Q3"), ("Số dòng", 1)]


def test_other_kinds_of_file_are_not_there(world):
    with pytest.raises(Http404, match="csv"):
        ask("pdf", "hung", world)
