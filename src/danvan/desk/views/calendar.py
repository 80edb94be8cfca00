"""Days off and made up, and the day a term ends."""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from danvan.desk import duties
from danvan.desk.views.errors import day_of
from danvan.lib.workdays import YEARS, Calendar, Term


def this_year(request: HttpRequest) -> HttpResponse:
    asked = request.GET.urlencode()
    return HttpResponseRedirect(reverse("calendar", args=[timezone.localdate().year]) + (f"?{asked}" if asked else ""))


def calendar(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Library, override and result side by side; `?from=&days=&kind=` also counts a term."""
    year = year or timezone.localdate().year
    if year not in YEARS:
        raise Http404(f"Lịch biết các năm từ {YEARS[0]} đến {YEARS[-1]}.")
    days_off = Calendar.load()
    term, problem = _term(request, days_off)
    due = duties.due_days(request.acting, year)
    context = {
        "place": "calendar",
        "year": year,
        "before": year - 1 if year > YEARS[0] else None,
        "after": year + 1 if year < YEARS[-1] else None,
        "plan": days_off.plans.get(year),
        "rows": days_off.year_table(year),
        "due": due,
        "below": bool(due) and due[0].below,
        "months": _months(year, days_off, due),
        "weekdays": [date(2024, 1, n) for n in range(1, 8)],  # a week that begins with the month
        "today": timezone.localdate(),
        "term": term,
        "days": _in_order(term) if term else [],
        "problem": problem,
        "kind": "working" if request.GET.get("kind") == "working" else "calendar",
        "asked_from": request.GET.get("from", ""),
        "asked_days": request.GET.get("days", ""),
    }
    return render(request, "desk/calendar.html", context, status=400 if problem else 200)


class Cell(NamedTuple):
    """One day of a month's sheet. due: the forms due on it; the days of other months are None in their week."""

    day: date
    off: bool
    due: tuple[duties.DueDay, ...]


class Month(NamedTuple):
    """A month as weeks from Monday, and its due days in order."""

    first: date
    weeks: list[list[Cell | None]]
    due: list[duties.DueDay]


def _months(year: int, days_off: Calendar, due: Sequence[duties.DueDay]) -> list[Month]:
    sheets = months.Calendar()
    found = []
    for number in range(1, 13):
        weeks = [
            [
                Cell(day, not days_off.is_working(day), tuple(one for one in due if one.day == day))
                if day.month == number
                else None
                for day in week
            ]
            for week in sheets.monthdatescalendar(year, number)
        ]
        found.append(Month(date(year, number, 1), weeks, [one for one in due if one.day.month == number]))
    return found


def _term(request: HttpRequest, days_off: Calendar) -> tuple[Term | None, str]:
    """The asked-for term, or what is wrong with the question."""
    if "from" not in request.GET and "days" not in request.GET:
        return None, ""
    try:
        days = request.GET.get("days", "").strip()
        if not (days.isascii() and days.isdecimal() and len(days) <= 5):
            raise ValueError(f"Số ngày “{days[:20]}” không phải một số nguyên. Viết như 10.")
        start = day_of(request.GET.get("from", ""))
        return days_off.term(start, int(days), request.GET.get("kind", "calendar")), ""  # type: ignore[arg-type]
    except (BadRequest, ValueError) as error:
        return None, str(error)


def _in_order(term: Term) -> list[dict[str, object]]:
    """Every day after the event up to the due one: its number in the count, or why it is not counted."""
    number = {day: n for n, day in enumerate(term.counted, 1)}
    why = {day.date: day.why for day in term.skipped}
    length = (term.due - term.event).days
    days = (term.event + timedelta(days=n) for n in range(1, length + 1))
    return [{"day": day, "n": number.get(day), "why": why.get(day, "")} for day in days]
