"""What is kept ready is what the submissions say, and adding it up gives what adding up figure by figure gives."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings
from hypothesis import given as given_that
from hypothesis import strategies as st

from danvan.figures import actions, kept, queries
from danvan.figures.actions import CellInput, FilingInput
from danvan.figures.actions.keeping import verify_kept
from danvan.figures.sheet import Sheet
from danvan.figures.summed import Summed
from danvan.figures.tests.conftest import BY
from danvan.lib.periods import Period

FORM = "dan_van"
BEFORE = ("bac", "nam", "an", "binh", "cam", "mot", "hai", "ba", "bon")
NOW = ("bac", "moi", "dong", "tay", "bon")
PERIODS = {
    **dict.fromkeys(("2024-Q1", "2024-Q2", "2024-H1", "2025-Q1", "2025-Q2", "2025-H1"), BEFORE),
    **dict.fromkeys(("2025-Q3", "2025-Q4", "2025-Y", "2026-Q1", "2026-Q2", "2026-H1"), NOW),
}
ASKED = ("2024-H1", "2025-H1", "2025-Q3", "2025-Y", "2026-Q1", "2026-H1", "2026-Y")
SUMS = ("rec.turns", "rec.cases", "rec.cases_resolved", "dlg.sessions", "prg.active", "mod.total")

hedges = st.sampled_from(["exact", "exact", "exact", "over", "nearly", "about"])
numbers = st.one_of(st.integers(0, 40), st.just(10**15 - 1))


def lines():
    """Lines of the form and others, by their rule over units."""
    from danvan.figures import catalogue

    known = [one for one in catalogue.load() if one.kind.code != "gauge"]
    return [one for one in known if one.code in SUMS or one.units != "sum" or one.time != "sum"]


@st.composite
def cells(draw):
    found = []
    for indicator in draw(st.lists(st.sampled_from(lines()), unique_by=lambda one: one.code, min_size=1, max_size=7)):
        state = draw(st.sampled_from(["value"] * 5 + ["not_reported", "not_applicable", "not_due"]))
        said = {"state": state}
        if state == "value":
            said |= {"value": draw(numbers if indicator.time != "ratio" else st.integers(0, 100))}
            said["qualifier"] = draw(hedges)
            if indicator.units == "ratio" and draw(st.booleans()):
                said |= {"numerator": draw(st.integers(0, 9)), "denominator": draw(st.integers(0, 9))}
                if draw(st.booleans()):
                    del said["value"]
            said["previous_stated"] = draw(st.one_of(st.none(), st.none(), st.integers(0, 40)))
        found.append(CellInput(indicator.code, **said))
    return found


@st.composite
def filings(draw):
    chosen = draw(
        st.lists(
            st.sampled_from([(period, unit) for period, there in PERIODS.items() for unit in there]),
            unique=True,
            min_size=1,
            max_size=14,
        )
    )
    return [(unit, period, draw(cells())) for period, unit in chosen]


def both(unit, period, compare):
    """The consolidated form, figure by figure and added up in the database."""
    period = Period.parse(period)
    version = queries.form_on(FORM, period)
    return [
        queries.consolidated_from(kind(FORM, [unit.pk], period, period.end), version, unit.pk, compare)
        for kind in (Sheet, Summed)
    ]


@pytest.mark.parametrize("kept_ready", [True, False, "some"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given_that(
    filed=filings(),
    asked=st.sampled_from(ASKED),
    where=st.sampled_from(["country", "bac", "moi", "dong", "an", "nam"]),
    compare=st.sampled_from([None, "restated", "reported"]),
)
def test_added_up_in_the_database_as_figure_by_figure(world, form, kept_ready, filed, asked, where, compare):
    if Period.parse(asked).end < Period.parse("2025-H1").window[1]:
        where = {"moi": "an", "dong": "binh"}.get(where, where)
    elif where in ("an", "nam"):
        where = "moi"
    with transaction.atomic():
        given = [FilingInput(getattr(world, unit), period, figures) for unit, period, figures in filed]
        actions.file_many(form=form, filings=given, by=BY)
        if kept_ready is not True:
            forget("true" if kept_ready is False else "unit_id % 2 = 0")
        one_by_one, added_up = both(getattr(world, where), asked, compare)
        assert [(a, b) for a, b in zip(one_by_one.rows, added_up.rows, strict=True) if a != b] == []
        assert added_up == one_by_one, "what stands around the rows"
        beside = queries.side_by_side(form, world.country, asked, compare=compare)
        assert [
            one.unit.name for one in beside if one != queries.consolidated(form, one.unit.id, asked, compare=compare)
        ] == []
        if kept_ready is True:
            assert verify_kept()[1] == []
        transaction.set_rollback(True)


def forget(which):
    """As if what stands had been changed and nothing kept since."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH gone AS (DELETE FROM figures_kept WHERE {which} RETURNING *) "  # noqa: S608 -- ours
            'INSERT INTO figures_unkept (form, unit_id, "window") SELECT DISTINCT form, unit_id, "window" FROM gone'
        )


def test_a_correction_shows_at_once_in_every_longer_period(world, file):
    for quarter in ("2026-Q1", "2026-Q2"):
        file(world.bon, quarter, rec__turns=5)
    file(world.bon, "2026-Q1", rec__turns=7, replace=True)

    for period, expected in (("2026-Q1", 7), ("2026-H1", 12)):
        assert queries.consolidated(FORM, world.bac, period).row("rec.turns").figure.value == expected
    assert verify_kept() == (kept_rows(), [])


def kept_rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM figures_kept")
        return cursor.fetchone()[0]


def test_what_is_withdrawn_counts_no_longer(world, file):
    filed = file(world.bon, "2026-Q1", rec__turns=5)
    assert kept_rows() == 4  # the quarter, the half-year, nine months, the year
    actions.withdraw(submission=filed, reason="nhầm đơn vị", by=BY)

    assert kept_rows() == 0
    assert queries.consolidated(FORM, world.bac, "2026-Q1").row("rec.turns").figure.value is None


def test_what_waits_for_a_decision_is_not_kept(world, form):
    waiting = actions.file_submission(
        form=form, unit=world.bon, period="2026-Q1", cells=[CellInput("rec.turns", 5)], by=BY, accepted=False
    )
    assert kept_rows() == 0
    actions.accept(submission=waiting, by=BY)
    assert kept_rows() == 4


def test_whoever_changes_what_stands_the_row_is_gone_and_the_figure_still_right(world, file):
    file(world.bon, "2026-Q1", rec__turns=5)
    file(world.dong, "2026-Q1", rec__turns=6)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE figures_submission SET standing = false WHERE unit_id = %s", [world.bon.pk])

    assert kept_rows() == 4
    assert queries.consolidated(FORM, world.bac, "2026-H1").row("rec.turns").figure.value == 6


def test_the_check_finds_a_row_that_is_missing_and_mends_it(world, file):
    file(world.bon, "2026-Q1", rec__turns=5)
    forget("period = '2026-H1'")

    assert verify_kept() == (4, [kept.Fault(FORM, world.bon.pk, "2026-H1", "missing")])
    verify_kept(mend=True)
    assert verify_kept() == (4, [])


def test_the_check_finds_a_number_that_is_not_what_was_filed(world, file):
    """As after a restored backup in which somebody wrote: the app role itself may not."""
    file(world.bon, "2026-Q1", rec__turns=5)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM figures_kept WHERE period = '2026-Q1' RETURNING *) "
            'INSERT INTO figures_kept (form, period, before, unit_id, "window", layout_id, parts, illustration, marks, '
            "numbers, above, below, reasons, details) "
            'SELECT form, period, before, unit_id, "window", layout_id, parts, illustration, marks, '
            "array_replace(numbers, 50000, 60000), above, below, reasons, details FROM gone"
        )

    assert queries.consolidated(FORM, world.bac, "2026-Q1").row("rec.turns").figure.value == 6
    assert verify_kept() == (4, [kept.Fault(FORM, world.bon.pk, "2026-Q1", "different")])
    verify_kept(mend=True)
    assert queries.consolidated(FORM, world.bac, "2026-Q1").row("rec.turns").figure.value == 5


def test_many_units_cost_the_same_queries_as_one(world, form):
    def cost(*units):
        filings = [FilingInput(unit, "2026-Q1", [CellInput("rec.turns", Decimal(5))]) for unit in units]
        actions.file_many(form=form, filings=filings, by=BY)
        with CaptureQueriesContext(connection) as captured:
            queries.consolidated(FORM, world.bac, "2026-H1", compare="restated")
        return len(captured)

    assert cost(world.moi) == cost(world.bon, world.dong, world.tay)
