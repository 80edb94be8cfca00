"""Rates of which the registers know both terms, and that no indicator of this room is forgotten."""

from __future__ import annotations

import datetime as dt
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from danvan.casework import actions, clocks
from danvan.casework.actions import dialogues, issues
from danvan.casework.counting import COUNTED, NOT_COUNTED, ROOM
from danvan.casework.counting import registers as counted
from danvan.casework.counting_rates import HEAD_DAYS, RATES, Share, rates, registers
from danvan.casework.models import Dialogue, Matter
from danvan.figures import actions as figures
from danvan.figures import catalogue, counters, filing_page
from danvan.figures.catalogue import breakdown_key
from danvan.figures.models import Cell
from danvan.lib.periods import Period

pytestmark = pytest.mark.django_db
BY = "kiểm thử"
FIRST, LAST = date(2026, 3, 1), date(2026, 8, 31)
QUARTERS = ((date(2026, 3, 1), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 8, 31)))


def raised(unit, on, kind="reflection", *, petition=False):
    return actions.receive(unit=unit, matter_type=kind, title="Đèn hỏng", by=BY, on=on, petition=petition)


def replied(matter, on, kind="guide", **said):
    return actions.act(matter=matter, kind=kind, by=BY, on=on, **(said or {"answer": "Đến UBND tỉnh."}))


@pytest.fixture
def replies(world):
    """Raised at receptions in spring and summer; replied to early, on the last day, a day late, never; one petition."""
    made = []
    for n in range(24):
        on = date(2026, 3, 2) + dt.timedelta(n * 7)
        matter = raised(world.an, on, ("reflection", "recommendation", "complaint")[n % 3])
        due = next(one.due for one in clocks.of(matter, matter.acts.all()) if one.rule.code == "reception.reply")
        if n % 4 < 3:
            replied(matter, (on, due, due + dt.timedelta(1))[n % 4])
        made.append(matter)
    actions.merge(matter=raised(world.an, date(2026, 4, 1)), into=made[3], by=BY, on=date(2026, 8, 30))
    raised(world.an, date(2026, 4, 1), petition=True)
    return made


def test_replies_in_time_are_what_the_clocks_of_the_matters_say(world, replies):
    kept = due = 0
    for matter in Matter.objects.filter(petition=False, merged_into=None):
        for one in clocks.of(matter, matter.acts.all()):
            if one.rule.code == "reception.reply" and one.due and FIRST <= one.due <= LAST:
                due += 1
                kept += bool(one.ended and one.ended.day <= one.due)

    assert rates([world.an.pk], FIRST, LAST)[world.an.pk]["rec.reply_ontime_rate", ""] == Share(kept, due)
    assert 0 < kept < due


def test_quarters_add_up_to_their_half_year(world, replies):
    whole = rates([world.an.pk], FIRST, LAST)[world.an.pk]
    parts = [rates([world.an.pk], *quarter)[world.an.pk] for quarter in QUARTERS]
    key = "rec.reply_ontime_rate", ""

    assert tuple(whole[key]) == tuple(map(sum, zip(*(part[key] for part in parts), strict=True)))


def test_a_term_that_has_not_run_out_is_not_counted(world):
    today = timezone.localdate()
    raised(world.an, today - dt.timedelta(2))

    assert rates([world.an.pk], today - dt.timedelta(30), today + dt.timedelta(60)) == {}


def held(unit, on, published=None):
    found = dialogues.plan(unit=unit, title="Đối thoại", on=on, host_role="joint", by=BY)
    dialogues.hold(dialogue=found, attendance=50, by=BY, on=on)
    if published:
        Dialogue.objects.filter(pk=found.pk).update(state="published", published_on=published, results="x")
    return found


def test_results_of_dialogues_told_within_ten_days(world):
    on = date(2026, 4, 6)
    held(world.an, on, on + dt.timedelta(10))
    held(world.an, on, on + dt.timedelta(11))
    held(world.an, on)
    held(world.an, date(2026, 8, 28))  # its ten days run into September
    found = rates([world.an.pk], FIRST, LAST)[world.an.pk]

    assert found["dlg.notice_ontime_rate", ""] == Share(1, 3)


def test_cases_resolved_in_time_by_type(world):
    for kind, days in (("complaint", 20), ("complaint", 45), ("recommendation", 5)):
        matter = raised(world.an, date(2026, 4, 1), kind, petition=True)
        for act, said in (
            ("classify", {"field": "land", "eligible": True, "competent": True}),
            ("accept", {"number": "1"}),
        ):
            matter = actions.act(matter=matter, kind=act, by=BY, on=date(2026, 4, 1), **said)
        verdict = "right" if kind == "complaint" else "answered"
        actions.act(
            matter=matter,
            kind="decide" if kind == "complaint" else "answer",
            by=BY,
            on=date(2026, 4, 1) + dt.timedelta(days),
            verdict=verdict,
            number="2",
            answer="x",
        )
    found = rates([world.an.pk], FIRST, LAST)[world.an.pk]

    assert found["pet.ontime_rate", ""] == Share(2, 3)
    assert found["pet.ontime_rate", breakdown_key({"matter_type": "complaint"})] == Share(1, 2)


def test_issues_resolved_of_those_open_at_the_start_and_raised_since(world):
    for raised_on, resolved_on in (
        (date(2026, 1, 5), date(2026, 2, 1)),  # over before
        (date(2026, 1, 5), date(2026, 4, 1)),
        (date(2026, 4, 5), date(2026, 9, 10)),
        (date(2026, 4, 5), None),
    ):
        one = issues.raise_issue(unit=world.an, title="x", field="land", by=BY, on=raised_on)
        if resolved_on:
            issues.resolve(issue=one, text="x", by=BY, on=resolved_on)
    found = rates([world.an.pk], FIRST, LAST)[world.an.pk]

    assert found["iss.resolution_rate", ""] == Share(1, 3)
    assert found["iss.resolution_rate", breakdown_key({"field": "land"})] == Share(1, 3)


def test_a_month_of_receptions_counts_at_most_what_it_had_to_have(world):
    """Commune secretary: two days a month. Four days in April make up for none in May."""
    for number in (2, 9, 16, 23):
        made = actions.plan_day(unit=world.an, by=BY, on=date(2026, 4, number), receiver="party_secretary")
        actions.tell_day(day=made, held=True, by=BY)
    found = rates([world.an.pk], date(2026, 4, 1), date(2026, 5, 31))[world.an.pk]

    assert found[HEAD_DAYS, ""] == Share(2, 4)
    assert found[HEAD_DAYS, breakdown_key({"receiver": "party_secretary"})] == Share(2, 4)


def test_a_rate_is_offered_with_its_two_counts_and_taken_so(world, replies):
    period = Period.parse("2026-H1")
    key = "rec.reply_ontime_rate", ""
    (offered,) = counters.suggestions(world.an.pk, period, {key})[key]
    assert offered.numerator is not None
    assert offered.denominator
    assert offered.value == (100 * offered.numerator / offered.denominator).quantize(Decimal("0.0001"))
    assert f"{offered.numerator}/{offered.denominator}." in offered.words

    draft = figures.open_draft(form="dan_van", unit=world.an, period="2026-H1", by=BY)
    sent = [{"indicator": key[0], "breakdown": "", "take": "counted", "value": str(offered.value)}]
    entries, refused = filing_page.entries_of(sent, draft.form, world.an.pk, period)
    assert refused == []
    figures.enter(submission=draft, entries=entries, by=BY)
    cell = Cell.objects.get(submission=draft, indicator=key[0])
    assert (cell.numerator, cell.denominator, cell.value) == (offered.numerator, offered.denominator, offered.value)
    assert cell.origin == Cell.Origin.COUNTED


def test_every_indicator_of_this_room_is_counted_derived_or_named_with_its_reason(world, replies):
    """A new one of the catalogue fails here until it is."""
    held(world.an, date(2026, 4, 6), date(2026, 4, 10))
    session = held(world.an, date(2026, 4, 6))
    dialogues.write_down(dialogue=session, text="Xin nước sạch", by=BY)
    issues.raise_issue(unit=world.an, title="x", field="land", by=BY, on=date(2026, 4, 5))
    actions.receive_visit(unit=world.an, by=BY, matter=replies[0], on=date(2026, 6, 20), mode="scheduled")
    made = actions.plan_day(unit=world.an, by=BY, on=date(2026, 4, 2), receiver="party_secretary")
    actions.tell_day(day=made, held=True, by=BY)
    petition = raised(world.an, date(2026, 4, 1), petition=True)
    petition = replied(petition, date(2026, 4, 2), "transfer", body="Sở Xây dựng", number="1")
    replied(petition, date(2026, 4, 9), "reply_received", number="2")
    matter = raised(world.an, date(2026, 4, 1), petition=True)
    matter = actions.act(matter=matter, kind="accept", by=BY, on=date(2026, 4, 1))
    actions.act(matter=matter, kind="answer", by=BY, on=date(2026, 4, 2), verdict="answered", answer="x")
    period = Period.parse("2026-H1")
    found = {one.indicator for source in (counted, registers) for one in source(world.an.pk, period)}
    derived = {code for code in ROOM if catalogue.load()[code].derived_from}

    assert found == {*COUNTED, *RATES}
    assert not found & (derived | NOT_COUNTED.keys())
    assert found | derived | NOT_COUNTED.keys() == set(ROOM)
    assert all(reason.endswith(".") for reason in NOT_COUNTED.values())


def test_the_number_of_statements_does_not_grow_with_the_units(world, replies):
    for unit in (world.an, world.binh):
        made = actions.plan_day(unit=unit, by=BY, on=date(2026, 4, 2), receiver="party_secretary")
        actions.tell_day(day=made, held=True, by=BY)
    sizes = []
    for wanted in ([world.an.pk], [world.an.pk, world.binh.pk]):
        with CaptureQueriesContext(connection) as seen:
            rates(wanted, FIRST, LAST)
        sizes.append(len(seen))

    assert sizes == [6, 6]
