"""Due days with their reasons, lateness in working days, reminders."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.figures import deadlines
from danvan.figures.deadlines import DueRule, Status, due, lateness, reminders_for, status
from danvan.lib.periods import Period
from danvan.lib.workdays import Calendar

CALENDAR = Calendar.load()
DAY = timedelta(days=1)
FIVE = DueRule(working_days=5)

rules = st.builds(DueRule, working_days=st.integers(1, 30), hour=st.none() | st.integers(0, 23)) | st.builds(
    DueRule, day=st.integers(1, 28), month=st.just("after"), source=st.text(max_size=5), verified=st.booleans()
)
quarters = st.builds(
    Period, st.just("quarter"), st.integers(2015, 2027), st.integers(1, 4), st.sampled_from(["15", "calendar"])
)


RULE = "from: 2010-01-01, on_day: true, after: [1], escalate: [5], source: x, verified: false"


def on(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("period", "rule", "day"),
    [
        ("2025-Q4", FIVE, "2026-01-09"),  # 1 and 2 January and the weekend are off
        ("2025-Y", DueRule(working_days=6), "2026-01-10"),  # a make-up Saturday counts
        ("2026-Q1@15", FIVE, "2026-03-20"),
        ("2026-W46", DueRule(working_days=1), "2026-11-16"),
        ("2026-W47", DueRule(working_days=2), "2026-11-25"),  # Tuesday 24 November is off
        ("2026-Q2@15", DueRule(day=20, month="last"), "2026-06-22"),  # the 20th is a Saturday
        ("2026-Q3", DueRule(day=10, month="after"), "2026-10-12"),
    ],
)
def test_the_due_day(period, rule, day):
    assert due(Period.parse(period), rule).day == on(day)


def test_a_due_day_says_why():
    found = due(Period.parse("2026-W47"), DueRule(working_days=2, hour=17, source="Công văn 1", verified=True))
    assert found.sentence == (
        "Hạn nộp: 17 giờ thứ Tư 25/11/2026, 2 ngày làm việc sau ngày kết thúc kỳ 22/11/2026; "
        "không tính 24/11/2026 (Ngày Văn hóa Việt Nam)."
    )
    assert [day.date for day in found.term.skipped] == [on("2026-11-24")]


def test_days_off_in_a_row_are_said_once_and_an_unverified_rule_says_so():
    sentence = due(Period.parse("2026-Q1"), DueRule(working_days=3)).sentence
    assert "không tính" not in sentence
    assert sentence.endswith("Hạn này chưa được đối chiếu với văn bản quy định.")
    assert "4/4/2026–5/4/2026 (nghỉ hằng tuần)" in due(Period.parse("2026-Q1"), FIVE).sentence


def test_a_fixed_day_off_moves_on_and_says_so():
    sentence = due(Period.parse("2026-Q2@15"), DueRule(day=20, month="last")).sentence
    assert "thứ Hai 22/6/2026, ngày 20 tháng cuối kỳ; ngày 20/6/2026 là ngày nghỉ" in sentence


def test_a_year_without_a_decision_is_named():
    assert "Năm 2031: chưa có quyết định" in due(Period.parse("2030-Y"), FIVE).sentence


def test_a_day_before_the_period_ends_is_refused():
    with pytest.raises(ValueError, match="đến trước khi kỳ kết thúc"):
        due(Period.parse("2026-Q1"), DueRule(day=20, month="last"))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"working_days": 0}, "chọn một trong hai"),
        ({"working_days": 5, "fixed": {"day": 20}}, "chọn một trong hai"),
        ({"working_days": -1}, "từ 1 đến 60"),
        ({"working_days": "5"}, "số nguyên"),
        ({"working_days": True}, "số nguyên"),
        ({"fixed": {"day": 31}}, "từ 1 đến 28"),
        ({"fixed": {"day": 5, "month": "first"}}, "tháng “first” không có"),
        ({"working_days": 5, "hour": 24}, "từ 0 đến 23"),
        ({"working_days": 5, "after": "window_start"}, "window_start"),
        ({"working_days": 5, "weeks": 1}, "không có mục weeks"),
    ],
)
def test_an_impossible_rule_is_refused_with_a_sentence(data, says):
    with pytest.raises(ValueError, match=says):
        DueRule.parse(data)


@given(rules)
def test_a_rule_survives_the_round_trip(rule):
    assert DueRule.parse(rule.to_json()) == rule


def test_no_rule_is_no_due_day():
    assert DueRule.parse({}) is None


@given(quarters, rules)
def test_a_due_day_is_worked_and_after_the_period(period, rule):
    found = due(period, rule)
    assert found.day > period.end
    assert CALENDAR.is_working(found.day)
    assert set(found.term.counted) | {day.date for day in found.term.skipped} == {
        period.end + n * DAY for n in range(1, (found.day - period.end).days + 1)
    }


WEEK = due(Period.parse("2026-W46"), DueRule(working_days=1, hour=17))  # Monday 16 November, until 17:00


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (datetime.fromisoformat("2026-11-16 16:59"), 0),
        (datetime.fromisoformat("2026-11-16 17:00"), 1),
        (datetime(2026, 11, 16, 9, 59, tzinfo=UTC), 0),  # 16:59 in Hà Nội
        (datetime(2026, 11, 16, 10, 0, tzinfo=UTC), 1),
        (datetime(2026, 11, 15, 18, 0, tzinfo=UTC), 0),  # already the 16th in Hà Nội
        (date(2026, 11, 16), 0),
        (date(2026, 11, 17), 1),
        (date(2026, 11, 20), 4),
        (date(2026, 11, 22), 4),
        (date(2026, 11, 25), 6),
    ],
)
def test_lateness_counts_working_days(at, days):
    assert lateness(WEEK, at) == days


def test_what_comes_on_the_days_off_after_the_due_day_is_late():
    friday = due(Period.parse("2026-Q1@15"), FIVE)
    assert (friday.day.weekday(), lateness(friday, friday.day + DAY)) == (4, 1)


@given(quarters, rules, st.integers(-5, 60))
def test_lateness_never_falls_as_time_goes_on(period, rule, days):
    found = due(period, rule)
    day = found.day + days * DAY
    assert lateness(found, day) <= lateness(found, day + DAY)
    assert (lateness(found, day) == 0) == (day <= found.day and not (day == found.day and rule.hour == 0))


@pytest.mark.parametrize(
    ("now", "filed", "expected"),
    [
        ("2026-11-15", None, Status.NOT_DUE),
        ("2026-11-16", None, Status.DUE),
        ("2026-11-17", None, Status.LATE),
        ("2026-11-30", "2026-11-16", Status.IN_TIME),
        ("2026-11-30", "2026-11-18", Status.FILED_LATE),
    ],
)
def test_where_a_unit_stands(now, filed, expected):
    assert status(WEEK, on(now), on(filed) if filed else None) is expected


def test_every_status_is_named_in_both_languages():
    assert len({one.label() for one in Status}) == len({one.label("en") for one in Status}) == len(Status)


def told(found, first, last):
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return {
        day.isoformat(): [(one.kind, one.working_days, one.to) for one in reminders_for(found, day)]
        for day in days
        if reminders_for(found, day)
    }


def test_reminders_come_before_on_and_after_the_due_day_and_then_go_to_the_superior():
    found = due(Period.parse("2026-Q3"), FIVE)  # Wednesday 7 October
    assert told(found, on("2026-09-20"), on("2026-11-15")) == {
        "2026-10-02": [("before", 3, "filer")],
        "2026-10-06": [("before", 1, "filer")],
        "2026-10-07": [("on_day", 0, "filer")],
        "2026-10-08": [("after", 1, "filer")],
        "2026-10-12": [("after", 3, "filer")],
        "2026-10-14": [("after", 5, "filer"), ("escalated", 5, "superior")],
        "2026-10-21": [("after", 10, "filer"), ("escalated", 10, "superior")],
    }


def test_a_reminder_says_the_period_and_the_day():
    found = due(Period.parse("2026-Q3"), FIVE)
    (one,) = reminders_for(found, on("2026-10-06"))
    assert one.sentence == "Còn 1 ngày làm việc đến hạn nộp báo cáo quý III năm 2026, hạn 7/10/2026."


@given(quarters, rules, st.integers(-30, 40))
def test_nobody_is_told_the_same_twice_a_day_or_on_a_day_off(period, rule, days):
    found = due(period, rule)
    today = found.day + days * DAY
    kinds = [one.kind for one in reminders_for(found, today)]
    assert len(kinds) == len(set(kinds))
    if kinds:
        assert CALENDAR.is_working(today)
        assert today > period.end


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {from: 2010-01-01}", "before"),
        (f"- &a {{{RULE}, before: [1]}}\n- {{<<: *a, from: 2026-01-01}}", "chồng lên nhau"),
        (f"- {{{RULE}, before: [0]}}", "từ 1"),
    ],
)
def test_a_slip_in_the_rules_is_named(tmp_path, text, says):
    path = tmp_path / "reminders.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=says):
        deadlines.reminder_rules(path)


def test_every_rule_has_its_source_and_says_whether_it_was_verified():
    assert all(rule.source and rule.verified is False for rule in deadlines.reminder_rules())
