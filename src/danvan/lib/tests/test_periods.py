from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.lib.periods import CALENDARS, Period, Span, comparable, parse, periods_open_on

DAY = timedelta(days=1)
STANDARD = ["month", "quarter", "half", "nine_months", "year"]

years = st.integers(1901, 2999)
calendars = st.sampled_from([*CALENDARS, "02", "21", "28"])
weeks = st.dates(date(1901, 1, 7), date(2999, 1, 1)).map(lambda day: Period.covering(day, "week"))
longer = st.one_of(
    st.builds(Period, st.just(kind), years, st.integers(1, last), calendars)
    for kind, last in [("month", 12), ("quarter", 4), ("half", 2), ("nine_months", 1), ("year", 1), ("ytd", 12)]
)
periods = longer | weeks


@pytest.mark.parametrize(
    ("code", "start", "end", "label"),
    [
        ("2026-W07", "2026-02-09", "2026-02-15", "tuần 7 năm 2026 (09/02–15/02)"),
        ("2026-W01", "2025-12-29", "2026-01-04", "tuần 1 năm 2026 (29/12/2025–04/01/2026)"),
        ("2026-W53", "2026-12-28", "2027-01-03", "tuần 53 năm 2026 (28/12/2026–03/01/2027)"),
        ("2026-M07", "2026-07-01", "2026-07-31", "tháng 7 năm 2026"),
        ("2024-M02", "2024-02-01", "2024-02-29", "tháng 2 năm 2024"),
        ("2026-Q3", "2026-07-01", "2026-09-30", "quý III năm 2026"),
        ("2026-H1", "2026-01-01", "2026-06-30", "6 tháng đầu năm 2026"),
        ("2026-H2", "2026-07-01", "2026-12-31", "6 tháng cuối năm 2026"),
        ("2026-9M", "2026-01-01", "2026-09-30", "9 tháng năm 2026"),
        ("2026-Y", "2026-01-01", "2026-12-31", "năm 2026"),
        ("2026-YTD07", "2026-01-01", "2026-07-31", "lũy kế từ đầu năm đến hết tháng 7 năm 2026"),
        ("2026-Q1@15", "2025-12-15", "2026-03-14", "quý I năm 2026 (từ 15/12/2025 đến 14/3/2026)"),
        ("2026-Q2@15", "2026-03-15", "2026-06-14", "quý II năm 2026 (từ 15/3/2026 đến 14/6/2026)"),
        ("2026-Q3@15", "2026-06-15", "2026-09-14", "quý III năm 2026 (từ 15/6/2026 đến 14/9/2026)"),
        ("2026-Q4@15", "2026-09-15", "2026-12-14", "quý IV năm 2026 (từ 15/9/2026 đến 14/12/2026)"),
        ("2026-H1@15", "2025-12-15", "2026-06-14", "6 tháng đầu năm 2026 (từ 15/12/2025 đến 14/6/2026)"),
        ("2026-9M@15", "2025-12-15", "2026-09-14", "9 tháng năm 2026 (từ 15/12/2025 đến 14/9/2026)"),
        ("2026-Y@15", "2025-12-15", "2026-12-14", "năm 2026 (từ 15/12/2025 đến 14/12/2026)"),
        ("2026-M01@15", "2025-12-15", "2026-01-14", "tháng 1 năm 2026 (từ 15/12/2025 đến 14/1/2026)"),
        ("2026-M03@21", "2026-02-21", "2026-03-20", "tháng 3 năm 2026 (từ 21/2/2026 đến 20/3/2026)"),
    ],
)
def test_a_code_says_days_and_name(code: str, start: str, end: str, label: str) -> None:
    period = Period.parse(code)
    assert (period.start.isoformat(), period.end.isoformat(), period.label()) == (start, end, label)
    assert period.window == (period.start, period.end + DAY)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("2026-W07", "week 7 of 2026 (9 February 2026 to 15 February 2026)"),
        ("2026-M07", "July 2026"),
        ("2026-Q3", "third quarter of 2026"),
        ("2026-H2", "second half of 2026"),
        ("2026-9M", "first nine months of 2026"),
        ("2026-Y", "2026"),
        ("2026-YTD04", "2026 to the end of April"),
        ("2026-Q1@15", "first quarter of 2026 (15 December 2025 to 14 March 2026)"),
    ],
)
def test_it_has_an_english_name(code: str, label: str) -> None:
    assert Period.parse(code).label("en") == label


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("2026-M13", "Không có tháng 13"),
        ("2026-W54", "Không có tuần 54: chỉ từ 1 đến 53"),
        ("2025-W53", "Không có tuần 53: chỉ từ 1 đến 52"),
        ("2026-W00", "Không có tuần 0"),
        ("2026-W07@15", "không theo lịch “15”"),
        ("2026-M00", "Không có tháng 0"),
        ("2026-Q5", "Không có quý 5"),
        ("2026-H3", "Không có nửa năm 3"),
        ("2026-YTDQ5", "Không có tháng 15"),
        ("2026-Q1@29", "Không có lịch báo cáo “29”"),
        ("2026-Q1@party", "Không có lịch báo cáo “party”"),
        ("0026-Q1", "ngoài khoảng"),
        ("2026", "Không hiểu mã kỳ"),
        ("quý I", "Không hiểu mã kỳ"),
        (" 2026-Q1", "Không hiểu mã kỳ"),
    ],
)
def test_an_unknown_code_is_refused_in_a_clear_sentence(code: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Period.parse(code)


def test_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="Không có loại kỳ “decade”"):
        Period("decade", 2026)  # type: ignore[arg-type]


def test_year_to_the_end_of_a_quarter_is_year_to_its_last_month() -> None:
    assert Period.parse("2026-YTDQ3") == Period.parse("2026-YTD09")


@given(periods)
def test_parse_is_the_inverse_of_code(period: Period) -> None:
    assert Period.parse(period.code) == period
    assert parse(period.code) == period
    assert len(period.code) <= 20


@given(periods)
def test_the_plain_calendar_alone_is_not_named_in_the_code(period: Period) -> None:
    assert ("@" in period.code) == (period.calendar != "calendar")


@given(st.sampled_from(STANDARD), years, st.sampled_from([*CALENDARS]), st.data())
def test_from_dates_is_the_inverse_of_the_days(kind: str, year: int, calendar: str, data: st.DataObject) -> None:
    last = {"month": 12, "quarter": 4, "half": 2}.get(kind, 1)
    period = Period(kind, year, data.draw(st.integers(1, last)), calendar)  # type: ignore[arg-type]
    assert Period.from_dates(period.start, period.end) == period
    assert Span(period.start, period.end).period == period


@given(periods.filter(lambda period: period.calendar in CALENDARS))
def test_from_dates_finds_a_period_with_the_same_days_for_every_year_to_date(period: Period) -> None:
    found = Period.from_dates(period.start, period.end)
    assert found is not None
    assert (found.window, found.calendar) == (period.window, period.calendar)


@given(st.dates(date(1950, 1, 1), date(2900, 1, 1)), st.integers(0, 400))
def test_from_dates_never_stretches_the_days(start: date, length: int) -> None:
    end = start + length * DAY
    found = Period.from_dates(start, end)
    assert found is None or (found.start, found.end) == (start, end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-01", "2026-03-30"),
        ("2026-01-02", "2026-03-31"),
        ("2026-02-01", "2026-04-30"),
        ("2025-12-15", "2026-03-31"),
        ("2026-10-01", "2027-03-31"),
        ("2026-02-21", "2026-03-20"),
    ],
)
def test_other_days_are_no_standard_period(start: str, end: str) -> None:
    assert Period.from_dates(date.fromisoformat(start), date.fromisoformat(end)) is None


@given(periods)
def test_pieces_tile_without_gap_or_overlap(period: Period) -> None:
    for pieces in (period.parts, *period.tilings):
        if pieces:
            assert (pieces[0].start, pieces[-1].end) == (period.start, period.end)
        for one, other in pairwise(pieces):
            assert other.start == one.end + DAY
        assert {piece.calendar for piece in pieces} <= {period.calendar}
    if period.kind not in ("week", "month"):
        assert period.parts in period.tilings


@pytest.mark.parametrize(
    ("whole", "pieces"),
    [
        ("2026-H1", "2026-Q1 2026-Q2"),
        ("2026-H1@15", "2026-Q1@15 2026-Q2@15"),
        ("2026-9M", "2026-H1 2026-Q3"),
        ("2026-9M@15", "2026-Q1@15 2026-Q2@15 2026-Q3@15"),
        ("2026-Y", "2026-9M 2026-Q4"),
        ("2026-Y", "2026-H1 2026-H2"),
        ("2026-Q3", "2026-M07 2026-M08 2026-M09"),
        ("2026-YTD06", "2026-Q1 2026-Q2"),
    ],
)
def test_sums_tile(whole: str, pieces: str) -> None:
    assert tuple(map(Period.parse, pieces.split())) in Period.parse(whole).tilings


@given(periods.filter(lambda period: period.year > 1902))
def test_previous_and_same_last_year_keep_kind_and_calendar(period: Period) -> None:
    for other in (period.previous, period.same_last_year):
        assert (other.kind, other.calendar) == (period.kind, period.calendar)
        assert other < period
    assert period.same_last_year.index == period.index or (period.kind, period.index) == ("week", 53)
    if period.kind not in ("nine_months", "ytd"):
        assert period.previous.end + DAY == period.start


@given(weeks)
def test_weeks_follow_each_other_from_monday_to_sunday(week: Period) -> None:
    assert (week.start.weekday(), week.end.weekday()) == (0, 6)
    assert (week.next.start, week.next.previous) == (week.end + DAY, week)
    assert Period.from_dates(week.start, week.end) == week
    assert week.parts == week.tilings == ()
    assert week.same_last_year.year == week.year - 1
    assert 357 <= (week.start - week.same_last_year.start).days <= 371


@given(longer | weeks)
def test_what_ends_just_before_is_where_the_opening_was_left(period: Period) -> None:
    assert period.before
    assert {one.window[1] for one in period.before} == {period.start}
    if period.kind not in ("nine_months", "ytd"):
        assert period.before[0] == period.previous


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2026-9M", "2025-M12 2025-Q4 2025-H2 2025-Y"),
        ("2026-Q2@15", "2026-Q1@15 2026-M03@15"),
        ("2026-H1@15", "2025-H2@15 2025-M12@15 2025-Q4@15 2025-Y@15"),
        ("2026-W01", "2025-W52"),
    ],
)
def test_nine_months_open_with_what_the_year_left(period: str, before: str) -> None:
    assert [one.code for one in Period.parse(period).before] == before.split()


@pytest.mark.parametrize(
    ("day", "kinds", "calendar", "codes"),
    [
        ("2026-11-22", ["quarter"], "calendar", "2026-Q3 2026-Q4"),
        ("2026-11-22", ["nine_months"], "calendar", "2026-9M"),
        ("2026-08-01", ["nine_months"], "calendar", "2025-9M 2026-9M"),
        ("2026-12-15", ["quarter", "year"], "15", "2026-Q4@15 2026-Y@15 2027-Q1@15 2027-Y@15"),
        ("2026-11-22", ["week"], "15", "2026-W46 2026-W47"),
    ],
)
def test_a_board_shows_what_closed_last_and_what_runs(day: str, kinds: list[str], calendar: str, codes: str) -> None:
    found = periods_open_on(date.fromisoformat(day), kinds, calendar)  # type: ignore[arg-type]
    assert sorted(period.code for period in found) == sorted(codes.split())
    assert found == sorted(found, key=lambda period: period.end)


@given(st.dates(date(1950, 1, 1), date(2900, 1, 1)), st.sampled_from([*STANDARD, "ytd"]), calendars)
def test_the_covering_period_contains_the_day(day: date, kind: str, calendar: str) -> None:
    try:
        period = Period.covering(day, kind, calendar)  # type: ignore[arg-type]
    except ValueError:
        month = Period.covering(day, "month", calendar)
        assert kind == "nine_months"
        assert month.index > 9
    else:
        assert period.contains(day)
        assert (period.kind, period.calendar) == (kind, calendar)
        assert not period.contains(period.start - DAY)
        assert not period.contains(period.end + DAY)


def test_the_fifteenth_of_december_opens_the_next_reporting_year() -> None:
    assert Period.covering(date(2025, 12, 14), "year", "15").code == "2025-Y@15"
    assert Period.covering(date(2025, 12, 15), "quarter", "15").code == "2026-Q1@15"


@given(st.lists(periods, max_size=8))
def test_periods_sort_by_their_days(some: list[Period]) -> None:
    ordered = sorted(some)
    assert [period.start for period in ordered] == sorted(period.start for period in some)
    assert len(set(some)) == len({period.code for period in some})


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("2026-Q1", "2025-Q1"),
        ("2026-Q1", "2025-Q4"),
        ("2026-Q1@15", "2025-Q1@15"),
        ("2026-H1", "2025-YTD06"),
        ("20260101-20260331", "2025-Q1"),
        ("20260110-20260220", "20250110-20250220"),
        ("20250110-20250228", "20240110-20240229"),
        ("2026-W07", "2025-W07"),
        ("2026-W53", "2025-W52"),
        ("20260209-20260215", "2025-W07"),
        ("20260209-20260215", "20250209-20250215"),
    ],
)
def test_like_compares_with_like(a: str, b: str) -> None:
    assert comparable(parse(a), parse(b)) == comparable(parse(b), parse(a)) == (True, "")


@pytest.mark.parametrize(
    ("a", "b", "says"),
    [
        ("2026-Q1", "2025-H1", "dài ngắn khác nhau: quý I năm 2026 là 3 tháng, 6 tháng đầu năm 2025 là 6 tháng"),
        ("2026-YTD07", "2025-YTD06", "dài ngắn khác nhau"),
        ("2026-W07", "2025-M02", "là 1 tuần, tháng 2 năm 2025 là 1 tháng"),
        ("2026-Q1", "2025-Q1@15", "hai lịch chốt số liệu khác nhau"),
        ("20260105-20260331", "2025-Q1", "không tương ứng"),
        ("20260110-20260220", "20250111-20250220", "không tương ứng"),
        ("20251215-20260220", "20241215-20260220", "không tương ứng"),
    ],
)
def test_unlike_is_refused_with_a_reason(a: str, b: str, says: str) -> None:
    found = comparable(parse(a), parse(b))
    assert not found
    assert says in found.reason


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)), st.integers(0, 2000))
def test_a_span_keeps_its_code(start: date, length: int) -> None:
    end = min(start + length * DAY, date(2999, 12, 31))
    span = Span(start, end)
    assert parse(span.code) == span
    assert len(span.code) <= 20
    assert span.contains(start)
    assert span.contains(end)
    assert not span.contains(span.window[1])


@pytest.mark.parametrize("code", ["20260230-20260315", "2026-02-01", "20260301-20260228"])
def test_a_bad_span_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"khoảng ngày|trước khi bắt đầu"):
        Span.parse(code)
