from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.lib.datafiles import from_yaml
from danvan.lib.workdays import DATA, YEARS, Calendar

DAY = timedelta(days=1)
CALENDAR = Calendar.load()

events = st.dates(date(2000, 1, 1), date(2090, 12, 31))
lengths = st.integers(1, 120)


def on(text: str) -> date:
    return date.fromisoformat(text)


def written(text: str, year: int) -> date:
    day, month = map(int, text.split("/"))
    return date(year, month, day)


@pytest.mark.parametrize(
    ("day", "working", "source"),
    [
        ("2026-01-01", False, "override"),
        ("2026-01-02", False, "override"),  # a Friday off ...
        ("2026-01-03", False, "weekend"),
        ("2026-01-05", True, "workday"),
        ("2026-01-10", True, "override"),  # ... worked on this Saturday
        ("2026-01-17", False, "weekend"),
        ("2026-02-13", True, "workday"),
        ("2026-02-16", False, "override"),
        ("2026-02-20", False, "override"),
        ("2026-02-23", True, "workday"),
        ("2026-04-26", False, "override"),
        ("2026-04-27", False, "override"),
        ("2026-08-22", True, "override"),
        ("2026-08-31", False, "override"),
        ("2026-09-01", False, "override"),
        ("2026-09-03", True, "workday"),
        ("2026-11-23", True, "workday"),
        ("2026-11-24", False, "override"),
        ("2025-11-24", True, "workday"),
        ("2027-11-24", False, "library"),
        ("2027-05-01", False, "library"),
        ("2027-05-03", False, "library"),
        ("2027-05-04", True, "workday"),
        ("2025-05-02", False, "library"),
        ("2025-04-26", True, "library"),
        ("2019-01-05", True, "library"),  # makes up for 31/12 of the year before
    ],
)
def test_a_day_is_worked_or_not(day: str, working: bool, source: str) -> None:
    found = CALENDAR.day(on(day))
    assert (found.working, found.source) == (working, source)
    assert found.why
    assert CALENDAR.is_working(on(day)) == working


@pytest.mark.parametrize(
    ("event", "days", "kind", "due"),
    [
        ("2026-02-10", 5, "working", "2026-02-24"),  # over Tết
        ("2026-02-10", 10, "working", "2026-03-03"),
        ("2026-01-05", 5, "working", "2026-01-10"),  # the make-up Saturday is the fifth day
        ("2025-12-31", 1, "working", "2026-01-05"),
        ("2026-08-20", 2, "working", "2026-08-22"),
        ("2026-08-28", 1, "working", "2026-09-03"),
        ("2026-11-23", 1, "working", "2026-11-25"),
        ("2025-11-23", 1, "working", "2025-11-24"),
        ("2026-04-16", 10, "calendar", "2026-04-28"),  # 26/4 is Sunday and Giỗ Tổ, 27/4 its day in lieu
        ("2026-04-15", 10, "calendar", "2026-04-28"),  # ends on the Saturday before
        ("2027-04-26", 5, "calendar", "2027-05-04"),  # 1/5 is a Saturday, 3/5 its day in lieu
        ("2026-03-02", 3, "calendar", "2026-03-05"),
        ("2026-03-02", 5, "calendar", "2026-03-09"),
        ("2026-01-05", 5, "calendar", "2026-01-10"),  # a worked Saturday is a day like another
        ("2026-01-31", 30, "calendar", "2026-03-02"),
    ],
)
def test_a_term_ends_on(event: str, days: int, kind: str, due: str) -> None:
    assert CALENDAR.term(on(event), days, kind).due == on(due)  # type: ignore[arg-type]


def test_every_skipped_day_is_named() -> None:
    term = CALENDAR.term(on("2026-04-16"), 10)
    assert [(day.date, day.why) for day in term.skipped] == [
        (on("2026-04-26"), "Giỗ Tổ Hùng Vương (10/3 âm lịch)"),
        (on("2026-04-27"), "nghỉ bù Giỗ Tổ Hùng Vương (26/4 là Chủ nhật)"),
    ]
    assert term.counted[-2:] == (on("2026-04-25"), on("2026-04-28"))


# First day of the lunar year and the tenth of its third month, by Viet Nam's own time zone.
LUNAR = {
    2018: "16/2 25/4",
    2019: "5/2 14/4",
    2020: "25/1 2/4",
    2021: "12/2 21/4",
    2022: "1/2 10/4",
    2023: "22/1 29/4",
    2024: "10/2 18/4",
    2025: "29/1 7/4",
    2026: "17/2 26/4",
    2027: "6/2 16/4",
    2028: "26/1 4/4",
    2029: "13/2 23/4",
    2030: "2/2 12/4",
    2031: "23/1 1/4",
    2032: "11/2 19/4",
    2033: "31/1 9/4",
    2034: "19/2 28/4",
    2035: "8/2 17/4",
}


@pytest.mark.parametrize("year", LUNAR)
def test_lunar_feasts_fall_on_their_days(year: int) -> None:
    new_year, kings = (written(text, year) for text in LUNAR[year].split())
    names = {row.day: row.library.why for row in CALENDAR.year_table(year)}
    assert names[new_year] == "Tết Nguyên Đán"
    assert names[new_year - DAY] == "Giao thừa Tết Nguyên Đán"
    assert "Giỗ Tổ Hùng Vương" in names[kings]


@given(events, lengths)
def test_adding_working_days_never_lands_on_a_day_off(event: date, days: int) -> None:
    term = CALENDAR.add_working_days(event, days)
    assert len(term.counted) == days
    assert all(CALENDAR.is_working(day) for day in term.counted)
    assert not any(CALENDAR.is_working(day.date) for day in term.skipped)


@given(events, lengths, st.sampled_from(["calendar", "working"]))
def test_counted_and_skipped_cover_every_day_once(event: date, days: int, kind: str) -> None:
    term = CALENDAR.term(event, days, kind)  # type: ignore[arg-type]
    seen = sorted([*term.counted, *(day.date for day in term.skipped)])
    assert seen == [event + number * DAY for number in range(1, (term.due - event).days + 1)]
    assert term.counted[-1] == term.due


@given(events, lengths, lengths)
def test_terms_add_up(event: date, a: int, b: int) -> None:
    first = CALENDAR.add_working_days(event, a)
    assert CALENDAR.add_working_days(first.due, b).due == CALENDAR.add_working_days(event, a + b).due


@given(events, lengths)
def test_a_calendar_term_ends_on_its_day_or_on_the_next_working_day(event: date, days: int) -> None:
    term = CALENDAR.term(event, days, "calendar")
    last = event + days * DAY
    assert CALENDAR.is_working(term.due)
    assert term.due >= last
    assert [day.date for day in term.skipped] == [last + number * DAY for number in range((term.due - last).days)]


@given(events, lengths)
def test_count_undoes_add(event: date, days: int) -> None:
    term = CALENDAR.add_working_days(event, days)
    assert CALENDAR.count(event, term.due) == term


def test_nothing_lies_between_a_day_and_itself() -> None:
    assert CALENDAR.count(on("2026-03-02"), on("2026-03-02")).counted == ()


def test_a_year_without_a_decision_warns() -> None:
    term = CALENDAR.add_working_days(on("2026-12-25"), 10)
    assert term.unconfirmed_years == (2027,)
    assert term.warnings[0].startswith("Năm 2027: chưa có quyết định")


def test_a_year_with_a_decision_does_not_warn() -> None:
    assert CALENDAR.add_working_days(on("2026-02-10"), 10).warnings == ()


def test_only_the_days_looked_up_can_warn() -> None:
    assert CALENDAR.term(on("2026-12-01"), 60).unconfirmed_years == (2027,)
    assert CALENDAR.term(on("2025-12-01"), 60).unconfirmed_years == ()
    assert CALENDAR.term(on("2023-12-01"), 60).unconfirmed_years == ()
    assert CALENDAR.term(on("2023-12-01"), 60, "working").unconfirmed_years == (2023,)


@pytest.mark.parametrize(
    ("event", "days", "kind", "says"),
    [
        ("2026-01-01", 0, "working", "từ 1 trở lên"),
        ("2026-01-01", -3, "calendar", "từ 1 trở lên"),
        ("2026-01-01", 3, "lunar", "Không có cách tính “lunar”"),
        ("1999-12-31", 3, "working", "ngoài khoảng năm 2000–2100"),
        ("2101-01-01", 3, "working", "ngoài khoảng năm 2000–2100"),
        ("9999-12-31", 3, "calendar", "ngoài khoảng năm 2000–2100"),
        ("2100-12-30", 3, "calendar", "kéo quá năm 2100"),
        ("2026-01-01", 999_999, "working", "kéo quá năm 2100"),
    ],
)
def test_what_cannot_be_counted_is_refused(event: str, days: int, kind: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        CALENDAR.term(on(event), days, kind)  # type: ignore[arg-type]


def test_counting_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="trước ngày đầu"):
        CALENDAR.count(on("2026-03-02"), on("2026-03-01"))


@pytest.mark.parametrize("year", [1999, 2101, 0, 12345])
def test_a_year_outside_the_calendar_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="ngoài khoảng 2000–2100"):
        CALENDAR.year_table(year)


def test_the_year_table_shows_library_override_and_result() -> None:
    rows = {row.day: row for row in CALENDAR.year_table(2026)}
    assert list(rows) == sorted(rows)
    friday, saturday = rows[on("2026-01-02")], rows[on("2026-01-10")]
    assert (friday.library.working, friday.result.working, friday.differs) == (True, False, True)
    assert (saturday.library.working, saturday.result.working, saturday.differs) == (False, True, True)
    swap = rows[on("2026-08-31")]
    assert (swap.library.working, swap.result.working, swap.differs) == (False, False, False)
    assert [row.day for row in rows.values() if row.differs] == [on("2026-01-02"), on("2026-01-10")]
    for row in rows.values():
        assert row.result == CALENDAR.day(row.day)


def test_days_off_of_2026_are_those_announced() -> None:
    weekdays_off = [row.day for row in CALENDAR.year_table(2026) if not row.result.working and row.day.weekday() < 5]
    assert len(weekdays_off) == 14  # 2 New Year, 5 Tết, 1 Giỗ Tổ, 2 for 30/4 and 1/5, 3 Quốc khánh, 1 Ngày Văn hóa


def test_every_override_names_its_source() -> None:
    data = from_yaml(DATA.read_text("utf-8"))
    days = [row["day"] for row in data["days"]]
    assert len(days) == len(set(days))
    assert {day.year for day in days} <= data["plans"].keys() <= set(YEARS)
    for row in [*data["days"], *data["plans"].values()]:
        assert row["source"].strip()
        assert row["verified"] is False  # nobody has held the signed texts yet
    assert all(CALENDAR.day(day).authority for day in days)


def test_a_new_decision_is_one_more_file(tmp_path: Path) -> None:
    plan = tmp_path / "2027.yaml"
    plan.write_text(
        "plans: {2027: {source: Thông báo thử, verified: true}}\n"
        "days: [{day: 2027-01-04, working: false, why: nghỉ thử, source: Thông báo thử, verified: true}]\n",
        "utf-8",
    )
    term = Calendar.load(plan).add_working_days(on("2026-12-31"), 1)
    assert (term.due, term.warnings) == (on("2027-01-05"), ())
    assert CALENDAR.add_working_days(on("2026-12-31"), 1).due == on("2027-01-04")


@pytest.mark.parametrize(
    "text",
    [
        "days: [{day: 2027-13-04, working: false, why: x, source: x, verified: true}]",
        "days: [{day: 2027-01-04, working: nghỉ, why: x, source: x, verified: true}]",
        "days: [{day: 2027-01-04, working: false, why: x, verified: true}]",
        "days: 3",
        "- a",
        "days: [",
        "plans: {năm: {source: x, verified: true}}",
    ],
)
def test_a_broken_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"Không đọc được lịch ngày nghỉ .*plan\.yaml"):
        Calendar.load(plan)
