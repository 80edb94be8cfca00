"""What is said of the days in a paper."""

from __future__ import annotations

from datetime import date

import pytest

from danvan.narrative.letters import kind, notes


def said(code: str, written: date, /, **values: object) -> list[tuple[str, bool, str]]:
    return [(one.field, one.wrong, one.sentence) for one in notes(kind(code), values, written)]


@pytest.mark.parametrize(
    ("meeting", "why"),
    [
        (date(2026, 11, 28), "thứ Bảy, nghỉ hằng tuần"),
        (date(2026, 11, 29), "Chủ nhật, nghỉ hằng tuần"),
        (date(2026, 9, 2), "thứ Tư"),
        (date(2026, 11, 24), "thứ Ba"),
    ],
)
def test_a_day_off_is_named(meeting: date, why: str) -> None:
    ((field, wrong, sentence),) = said("invitation", date(2026, 8, 1), meeting_kind="review", day=meeting)
    assert (field, wrong) == ("day", False)
    assert f"là {why}" in sentence


def test_a_make_up_saturday_is_worked() -> None:
    assert said("invitation", date(2026, 8, 1), meeting_kind="review", day=date(2026, 8, 22)) == []


@pytest.mark.parametrize(
    ("written", "late"), [(date(2026, 11, 26), False), (date(2026, 11, 27), False), (date(2026, 11, 28), True)]
)
def test_a_dialogue_is_to_be_told_of_a_week_before(written: date, late: bool) -> None:
    found = said("invitation", written, meeting_kind="commune_dialogue", day=date(2026, 12, 4))
    assert bool(found) == late
    for _field, wrong, sentence in found:
        assert not wrong
        assert "ít nhất 7 ngày (Luật Tổ chức chính quyền địa phương 2025, Điều 43)" in sentence
        assert "chỉ trước 6 ngày" in sentence


def test_before_the_rule_nothing_is_asked() -> None:
    assert said("invitation", date(2025, 3, 3), meeting_kind="commune_dialogue", day=date(2025, 3, 4)) == []


def test_a_meeting_that_is_over_cannot_be_invited_to() -> None:
    ((field, wrong, sentence),) = said("invitation", date(2026, 12, 5), meeting_kind="review", day=date(2026, 12, 4))
    assert (field, wrong) == ("day", True)
    assert "đã qua" in sentence


def test_a_meeting_that_was_not_held_has_no_conclusions() -> None:
    ((field, wrong, sentence),) = said("conclusion", date(2026, 12, 3), meeting_kind="review", day=date(2026, 12, 4))
    assert (field, wrong) == ("day", True)
    assert "chưa họp" in sentence


@pytest.mark.parametrize(("written", "late"), [(date(2026, 12, 14), False), (date(2026, 12, 15), True)])
def test_results_of_a_dialogue_are_to_be_known_in_ten_days(written: date, late: bool) -> None:
    found = said("conclusion", written, meeting_kind="commune_dialogue", day=date(2026, 12, 4))
    assert [sentence for _f, _w, sentence in found if "trong 10 ngày" in sentence] == [s for _f, _w, s in found]
    assert bool(found) == late


def test_days_by_which_things_are_to_be_done_are_looked_at() -> None:
    rows = [{"due": date(2026, 12, 1)}, {"due": date(2026, 12, 6)}, {"due": date(2026, 12, 11)}, {}]
    found = said("conclusion", date(2026, 12, 4), meeting_kind="review", day=date(2026, 12, 3), conclusions=rows)
    assert [(field, wrong) for field, wrong, _s in found] == [("conclusions", True), ("conclusions", False)]
    assert found[0][2].startswith("Dòng 1: hạn ")
    assert "trước ngày văn bản" in found[0][2]
    assert "Dòng 2" in found[1][2]


def test_names_are_not_kept_until_a_day_that_is_past() -> None:
    ((field, wrong, _sentence),) = said("awards", date(2026, 12, 4), keep_until=date(2026, 12, 4))
    assert (field, wrong) == ("keep_until", True)


def test_a_year_that_the_calendar_does_not_know_is_told() -> None:
    ((_field, wrong, sentence),) = said("invitation", date(2026, 8, 1), meeting_kind="review", day=date(2101, 1, 3))
    assert wrong
    assert "ngoài khoảng" in sentence
