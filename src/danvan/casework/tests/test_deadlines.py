"""Terms of law counted to the day, as a jurist would on a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.casework.deadlines import Act, DeadlineError, Rule, Rules, State, deadline
from danvan.lib.datafiles import from_yaml
from danvan.lib.workdays import Calendar

CASES = from_yaml((Path(__file__).parent / "deadlines.yaml").read_text("utf-8"))
CALENDAR = Calendar.load()
RULES = Rules.load()


def acts(case):
    return [
        Act(kind, day, **more) for kind, day, more in ((one[0], one[1], one[2] if len(one) > 2 else {}) for one in case)
    ]


@pytest.mark.parametrize("case", CASES["due"], ids=lambda case: case["case"])
def test_the_last_day_is(case):
    found = deadline(case["rule"], acts(case["acts"]), traits=case.get("traits", ()))

    assert found is not None
    assert found.due == case["due"], found.sentence
    assert found.total == case["total"]
    if "state" in case:
        assert found.state(case["today"]) == case["state"]
    if "left" in case:
        assert found.left(case["today"], CALENDAR) == case["left"]
    skipped = {step.day: step.why for step in found.trace if step.kind == "skipped"}
    for day, why in case.get("skipped", {}).items():
        assert why in skipped[day]


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["case"])
def test_what_cannot_be_counted_is_said(case):
    with pytest.raises(DeadlineError, match=case["says"]):
        deadline(case["rule"], acts(case["acts"]), traits=case.get("traits", ()))


def test_a_clock_that_never_started_has_no_day():
    assert deadline("complaint.settle_first", [Act("receive", date(2026, 3, 2))]) is None


def test_a_clock_stands_while_the_matter_is_suspended():
    found = deadline("denunciation.settle", [Act("accept", date(2026, 3, 2)), Act("suspend", date(2026, 3, 10))])

    assert found is not None
    assert found.due is None
    assert found.state(date(2026, 9, 1)) is State.PAUSED
    assert found.counted == 8  # from 3 to 10 March
    assert "đang dừng" in found.sentence


def test_who_hands_a_matter_over_is_rid_of_its_clock_and_who_takes_it_starts_anew():
    given_away = [Act("receive", date(2026, 3, 2)), Act("hand_over", date(2026, 3, 4))]
    before = deadline("complaint.accept", given_away)
    after = deadline("complaint.accept", [*given_away, Act("take_over", date(2026, 3, 9))])

    assert before is not None
    assert after is not None
    assert before.state(date(2026, 3, 30)) is State.HANDED_OVER
    assert after.start.day == date(2026, 3, 9)
    assert after.due == date(2026, 3, 19)


def test_two_versions_of_a_rule_on_one_day_are_refused():
    one = RULES.on("complaint.accept", date(2026, 1, 1))

    with pytest.raises(DeadlineError, match="cùng hiệu lực"):
        Rules([one, one])


def test_the_version_counts_that_held_when_the_clock_started():
    old = Rule("r", "Cũ", "a", date(2020, 1, 1), 10, "calendar", ("accept",), ("decide",), until=date(2026, 7, 1))
    new = Rule("r", "Mới", "b", date(2026, 7, 1), 20, "calendar", ("accept",), ("decide",))
    rules = Rules([new, old])

    before = deadline("r", [Act("accept", date(2026, 6, 30))], rules=rules)
    after = deadline("r", [Act("accept", date(2026, 7, 1))], rules=rules)

    assert before is not None
    assert after is not None
    assert (before.rule.name, before.due) == ("Cũ", date(2026, 7, 10))
    assert (after.rule.name, after.due) == ("Mới", date(2026, 7, 21))


# What holds of every clock

days = st.dates(date(2019, 6, 1), date(2030, 12, 31))
limits = st.sampled_from([rule for rule in RULES if not rule.minimum])
paused = st.sampled_from([rule for rule in RULES if rule.pause and not rule.minimum])
gaps = st.lists(st.integers(0, 40), max_size=6)


@given(limits, days)
def test_no_clock_ends_before_its_term_or_on_a_day_off(rule, day):
    if not rule.holds_on(day):
        return
    found = deadline(rule.code, [Act(rule.starts[0], day)])

    assert found is not None
    assert found.due is not None
    assert (found.due - day).days >= found.total
    assert CALENDAR.is_working(found.due)


@given(limits, days)
def test_the_trace_adds_up_to_the_day(rule, day):
    if not rule.holds_on(day):
        return
    found = deadline(rule.code, [Act(rule.starts[0], day)])

    assert found is not None
    assert [step.number for step in found.trace if step.number] == list(range(1, found.total + 1))
    assert [step.day for step in found.trace] == [day + timedelta(n) for n in range(len(found.trace))]
    assert found.trace[-1].day == found.due


@given(paused, days, gaps)
def test_the_days_of_a_pause_are_added_to_the_term(rule, day, lengths):
    if not rule.holds_on(day) or day < rule.pause.since:
        return
    done, at = [Act(rule.starts[0], day)], day
    for place, length in enumerate(lengths[: len(lengths) // 2 * 2]):
        at += timedelta(length)
        done.append(Act(("suspend", "resume")[place % 2], at))
    plain, found = deadline(rule.code, done[:1]), deadline(rule.code, done)

    assert plain is not None
    assert found is not None
    assert plain.due is not None
    assert found.due is not None
    inside = sum(step.kind == "paused" for step in found.trace)
    assert found.due >= plain.due
    assert (found.due - day).days >= found.total + inside


@given(days, st.integers(1, 29))
def test_a_longer_extension_never_ends_earlier(day, length):
    def extended(by):
        return deadline(
            "denunciation.settle", [Act("accept", day), Act("extend", day + timedelta(1), days=by)], traits={"complex"}
        )

    shorter, longer = extended(length), extended(length + 1)

    assert shorter is not None
    assert longer is not None
    assert shorter.due is not None
    assert longer.due is not None
    assert shorter.due <= longer.due
