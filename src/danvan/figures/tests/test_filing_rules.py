"""What is asked about as a jump, and what the house counts by itself for a cell."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from danvan.access.tests import cast
from danvan.figures import actions, catalogue, counters, deadlines, jumps
from danvan.figures.actions import CellInput
from danvan.lib.periods import Period


def test_every_kind_that_is_filed_has_a_rule():
    assert set(catalogue.load().kinds) - {"gauge"} == set(jumps.rules())


@pytest.mark.parametrize(
    ("kind", "value", "before", "asked"),
    [
        ("flow", 60, [10], True),
        ("flow", 10, [60], True),  # a fall as well as a rise
        ("flow", 25, [10], False),  # not three times
        ("flow", 9, [1], False),  # nine times, of nearly nothing
        ("flow", 25, [0], True),
        ("flow", 60, [10, 55], False),  # as in the same period last year
        ("flow", 60, [10, 12], True),
        ("flow", 60, [], False),  # nothing to measure against
        ("ratio", 95, [60], True),
        ("ratio", 75, [60], False),
        ("gauge", 60, [1], False),
    ],
)
def test_a_figure_is_asked_about_when_it_is_far_from_all_before_it(kind, value, before, asked):
    assert jumps.asks(kind, Decimal(value), map(Decimal, before)) is asked


def test_the_reports_of_those_below_are_counted_from_their_duty(db, monkeypatch):
    world, period = cast.small_country(), Period.parse("2026-Q4")
    wanted = [("rpt.due", ""), ("rpt.ontime", "")]

    def counted():
        found = counters.suggestions(world.bac.pk, period, wanted)
        return [found[key][0].value for key in wanted]

    # Each of the two communes: of dân vận the third quarter and the nine months, due in October; of each of the two
    # tables the fourth quarter, the half and the year, which end on 14 December.
    assert counted() == [2 * (2 + 2 * 3), 0]
    for unit, day in ((world.an, 2), (world.binh, 20)):
        at = dt.datetime(2026, 10, day, tzinfo=deadlines.HERE)
        monkeypatch.setattr("django.utils.timezone.now", lambda at=at: at)
        actions.file_submission(form="dan_van", unit=unit, period="2026-Q3", cells=[CellInput("rec.turns", 1)], by="x")
    assert counted() == [16, 1]  # one in time, one not


def test_a_unit_with_nobody_below_is_offered_no_count(db):
    world = cast.small_country()
    assert counters.suggestions(world.an.pk, Period.parse("2026-Q4"), [("rpt.due", "")]) == {}
