"""Who has filed, who is late by how much, and that the rates of a past period do not move."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from danvan.access import scope
from danvan.access.models import Notice
from danvan.access.tests.cast import BY, REFORM, post_of, small_country
from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.figures import actions, board
from danvan.figures.actions import CellInput, Entry, RemarkInput
from danvan.figures.board import Stand
from danvan.figures.models import Reminder, Submission
from danvan.lib.periods import Period
from danvan.units import actions as map_verbs

pytestmark = pytest.mark.django_db

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
Q3 = Period("quarter", 2026, 3)
IN_Q3, AFTER_Q3, LONG_AFTER = (
    dt.datetime(2026, 8, 3, 9, tzinfo=HERE),
    dt.datetime(2026, 10, 1, 9, tzinfo=HERE),
    dt.datetime(2026, 10, 30, 9, tzinfo=HERE),
)


world = staged(small_country)


def stands(world, now: dt.datetime, period: Period = Q3) -> dict[str, tuple[str, bool]]:
    found = board.board("dan_van", world.bac, [period], now=now)
    return {line.unit.name: (line.marks[0].stand, line.marks[0].late > 0) for line in found.lines}


def fill(unit, people, period: Period = Q3, who: str = "lan") -> Submission:
    with scope.acting(post_of(people[who])) as by:
        draft = actions.open_draft(form="dan_van", unit=unit, period=period, by=by)
        actions.enter(submission=draft, entries=[Entry(CellInput("rec.turns", 4))], by=by)
        return draft


def send(unit, people, period: Period = Q3, who: str = "lan") -> Submission:
    draft = fill(unit, people, period, who)
    with scope.acting(post_of(people[who])) as by:
        return actions.submit(submission=draft, by=by)


def test_who_sent_every_part_of_a_period_owes_nothing_more_for_it(world):
    half = Period("half", 2026, 1)
    for part in half.parts:
        send(world.an, world.people, part)
    assert stands(world, AFTER_Q3, half)["Xã An"][0] == Stand.LATE, "what waits for its review does not count yet"
    for one in Submission.objects.filter(unit=world.an):
        with scope.acting(post_of(world.people["hung"])) as by:
            actions.accept(submission=one, by=by)
    found = board.board("dan_van", world.bac, [half], now=AFTER_Q3)
    marks = {line.unit.name: line.marks[0] for line in found.lines}
    assert marks["Xã An"].stand == Stand.ACCEPTED
    assert marks["Xã An"].in_parts
    assert marks["Xã Bình"].stand == Stand.LATE
    assert (found.rates[0].expected, found.rates[0].filed, found.rates[0].accepted) == (2, 1, 1)


def test_before_the_period_ends_nothing_is_due_then_it_is_then_it_is_late(world):
    assert stands(world, IN_Q3) == {"Xã An": (Stand.NOT_DUE, False), "Xã Bình": (Stand.NOT_DUE, False)}
    assert stands(world, AFTER_Q3)["Xã An"] == (Stand.DUE, False)
    assert stands(world, LONG_AFTER)["Xã An"] == (Stand.LATE, True)


def test_a_draft_a_sending_a_return_and_an_acceptance_are_told_apart(world):
    fill(world.an, world.people)
    assert stands(world, AFTER_Q3)["Xã An"][0] == Stand.DRAFT

    sent = send(world.an, world.people)
    assert stands(world, AFTER_Q3)["Xã An"][0] == Stand.SUBMITTED

    with scope.acting(post_of(world.people["hung"])) as hung:
        actions.send_back(submission=sent, remarks=[RemarkInput("thiếu", "rec.turns")], by=hung)
    assert stands(world, AFTER_Q3)["Xã An"][0] == Stand.RETURNED

    again = send(world.an, world.people)
    with scope.acting(post_of(world.people["hung"])) as hung:
        actions.accept(submission=again, by=hung)
    assert stands(world, AFTER_Q3)["Xã An"][0] == Stand.ACCEPTED


def test_a_restatement_that_waits_does_not_undo_what_stands(world):
    sent = send(world.an, world.people)
    with scope.acting(post_of(world.people["hung"])) as hung:
        actions.accept(submission=sent, by=hung)
    with scope.acting(post_of(world.people["lan"])) as lan:
        actions.open_draft(form="dan_van", unit=world.an, period=Q3, restate="đếm sót", by=lan)

    assert stands(world, AFTER_Q3)["Xã An"][0] == Stand.ACCEPTED


def test_the_worst_comes_first(world):
    send(world.an, world.people)
    found = board.board("dan_van", world.bac, [Q3], now=LONG_AFTER)

    assert [line.unit.name for line in found.lines] == ["Xã Bình", "Xã An"]


def test_the_rates_are_of_those_that_had_to_file(world):
    sent = send(world.an, world.people)
    with scope.acting(post_of(world.people["hung"])) as hung:
        actions.accept(submission=sent, by=hung)

    (rates,) = board.board("dan_van", world.bac, [Q3], now=LONG_AFTER).rates

    assert (rates.expected, rates.filed, rates.accepted, rates.late) == (2, 1, 1, 1)
    assert rates.complete_rate == Decimal("50.0")


def test_the_rates_of_a_past_period_do_not_move_when_the_map_does(world):
    send(world.an, world.people)
    before = board.board("dan_van", world.bac, [Q3], now=LONG_AFTER).rates
    map_verbs.merge(units=[world.binh], into=world.an, on=dt.date(2026, 11, 1), by=BY)

    assert board.board("dan_van", world.bac, [Q3], now=dt.datetime(2027, 3, 1, tzinfo=HERE)).rates == before


def test_before_the_reform_the_districts_had_to_file(world):
    found = board.board("dan_van", world.bac, [Period("quarter", 2025, 2)], now=AFTER_Q3)

    assert [line.unit.name for line in found.lines] == ["Huyện Đông"]


def test_a_neighbour_is_refused(world):
    with scope.acting(post_of(world.people["nga"])), pytest.raises(scope.Refused, match="không thuộc phạm vi"):
        board.board("dan_van", world.bac, [Q3])


@pytest.mark.parametrize("communes", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_units(world, communes):
    for n in range(communes):
        map_verbs.establish(name=f"Xã {n}", level="commune", parent=world.bac, on=REFORM, by=BY)
    with CaptureQueriesContext(connection) as queries:
        board.board("dan_van", world.bac, [Q3.previous, Q3], now=AFTER_Q3)

    assert len(queries) == 11


# Reminders


def test_chosen_units_are_reminded_once_a_day(world):
    with scope.acting(post_of(world.people["hung"])) as hung:
        first = actions.remind(form="dan_van", root=world.bac.pk, period=Q3, chosen=[world.an.pk], by=hung)
        again = actions.remind(form="dan_van", root=world.bac.pk, period=Q3, chosen=[world.an.pk], by=hung)

    assert (first, again) == (1, 0)
    told = Notice.objects.filter(kind="reminder").values_list("person__username", flat=True)
    assert sorted(told) == ["lan", "mai"]
    assert Event.objects.filter(verb="figures.remind").count() == 2


def test_who_has_sent_is_left_alone(world):
    send(world.an, world.people)
    with scope.acting(post_of(world.people["hung"])) as hung:
        assert actions.remind(form="dan_van", root=world.bac.pk, period=Q3, chosen=[world.an.pk], by=hung) == 0


def test_a_viewer_reminds_nobody(world):
    with scope.acting(post_of(world.people["xem"])) as viewer, pytest.raises(scope.Refused):
        actions.remind(form="dan_van", root=world.bac.pk, period=Q3, chosen=[world.an.pk], by=viewer)


def test_the_days_reminders_go_out_once_and_the_superior_is_told_when_it_is_long_over(world):
    for day in (dt.date(2026, 10, 1) + dt.timedelta(n) for n in range(30)):
        now = dt.datetime.combine(day, dt.time(7), HERE)
        actions.remind_all(today=day, now=now)
        assert actions.remind_all(today=day, now=now) == 0

    mine = Reminder.objects.filter(unit=world.an, form_code="dan_van", period="2026-Q3")
    kinds = list(mine.order_by("day").values_list("kind", flat=True))
    assert kinds[0] == "before"
    assert kinds.count("on_day") == 1
    assert kinds.count("escalated") == 2
    assert Notice.objects.filter(kind="escalated", person=world.people["hung"], unit=world.an).count() >= 2
