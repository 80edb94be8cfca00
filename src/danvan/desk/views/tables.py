"""Consolidated tables, and the story of each number in them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from danvan.desk import queries
from danvan.desk.views.errors import day_of

PERIODS = 12


def listing(request: HttpRequest) -> HttpResponse:
    """Newest period first; `?before=` the day before which the next page's periods end."""
    before = day_of(request.GET["before"]) if request.GET.get("before") else None
    found = queries.tables(before, PERIODS)
    full = len({(table.period, table.day) for table in found}) == PERIODS
    context = {"place": "tables", "tables": found, "later": before, "more": found[-1].day if full else None}
    return render(request, "desk/tables.html", context)


def table(request: HttpRequest, unit: int, period: str) -> HttpResponse:
    raise NotImplementedError


def story(request: HttpRequest, unit: int, period: str) -> HttpResponse:
    raise NotImplementedError
