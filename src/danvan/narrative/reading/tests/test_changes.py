"""What figures rose and fell by, and against what."""

from decimal import Decimal

import pytest

from danvan.narrative.reading import read_text


def changes(text):
    return [
        (int(r.value), r.change and (r.change.direction, r.change.delta, r.change.unit, r.change.versus), r.previous)
        for r in read_text(text).readings
    ]


def test_a_bracket_behind_a_change_belongs_to_the_bracket_behind_the_figure():
    text = "Đã tiếp 52 lượt công dân (31 vụ việc), giảm 8 lượt (4 vụ việc) so với cùng kỳ."
    assert changes(text) == [
        (52, ("down", Decimal(8), "lượt", "cùng kỳ"), 60),
        (31, ("down", Decimal(4), "vụ việc", "cùng kỳ"), 35),
    ]


def test_a_rate_of_change_gives_no_exact_earlier_value():
    assert changes("Tiếp nhận 420 đơn, tăng 5% so với năm 2019.") == [(420, ("up", Decimal(5), "%", "năm 2019"), None)]


def test_the_comparison_may_come_first_and_is_said_once():
    text = (
        "Đã tiếp 300 lượt/350 lượt người; so với cùng kỳ năm trước tăng 20 lượt tiếp, 40 lượt người. "
        "Nhận 90 đơn, giảm 3 đơn."
    )
    assert changes(text) == [
        (300, ("up", Decimal(20), "lượt tiếp", "cùng kỳ năm trước"), 280),
        (350, ("up", Decimal(40), "lượt người", "cùng kỳ năm trước"), 310),
        (90, ("down", Decimal(3), "đơn", "cùng kỳ năm trước"), 93),
    ]


def test_no_change_is_a_change_too():
    ((value, change, previous),) = changes("Đã tiếp 1.200 lượt công dân (tương đương cùng kỳ năm 2019).")
    assert (value, change, previous) == (1200, ("same", None, "", "cùng kỳ năm 2019"), 1200)


def test_words_that_only_look_like_changes():
    text = "Tăng cường tuyên truyền 12 buổi; giảm nghèo cho 15 hộ; tăng thu nhập cho 20 hội viên."
    assert changes(text) == [(12, None, None), (15, None, None), (20, None, None)]


def test_a_figure_of_the_year_before_has_its_own_period():
    document = read_text(
        "Trong 6 tháng đầu năm 2020, tiếp 800 lượt công dân, giảm 100 lượt "
        "(6 tháng đầu năm 2019 tiếp 900 lượt công dân)."
    )
    assert document.period.code == "2020-H1"
    assert [r.period and r.period.code for r in document.readings] == [None, "2019-H1"]
    assert [(c.kind, c.holds) for c in document.checks] == [("difference", True)]


def test_a_rise_from_one_level_to_another():
    text = "Năm 2017 xây dựng mới 58 mô hình Dân vận khéo, tăng từ 41 lên 58 mô hình so với năm 2016."
    document = read_text(text)
    assert changes(text)[1:] == [(41, None, None), (58, ("up", Decimal(17), "mô hình", "năm 2016"), 41)]
    assert [r.period and r.period.code for r in document.readings] == [None, "2016-Y", None]


def test_a_fall_from_one_level_to_another_against_the_same_period():
    document = read_text("Trong 6 tháng đầu năm 2024, số đơn giảm từ 90 đơn xuống còn 72 đơn so với cùng kỳ.")
    assert [(r.value, r.previous, r.period and r.period.label) for r in document.readings] == [
        (90, None, "cùng kỳ"),
        (72, 90, None),
    ]


@pytest.mark.parametrize("text", ["Đơn tăng từ 90 đơn xuống 72 đơn.", "Giao quà từ 41 hộ đến 58 hộ."])
def test_levels_that_do_not_move_as_the_words_say_are_no_change(text):
    assert [r.change for r in read_text(text).readings] == [None, None]


@pytest.mark.parametrize(
    ("said", "rise", "versus"),
    [
        ("tăng gấp 1,8 lần nhiệm kỳ trước", 80, "nhiệm kỳ trước"),
        ("gấp 1,25 lần so với cùng kỳ", 25, "cùng kỳ"),
        ("gấp đôi cùng kỳ năm 2019", 100, "cùng kỳ năm 2019"),
    ],
)
def test_so_many_times_as_much(said, rise, versus):
    assert changes(f"Đã giám sát 1.865 cuộc (tỉnh 42 cuộc, huyện 311 cuộc), {said}; tổ chức 3 hội nghị.")[0] == (
        1865,
        ("up", Decimal(rise), "%", versus),
        None,
    )


@pytest.mark.parametrize(("before", "holds"), [(1030, True), (1900, False)])
def test_times_are_held_against_the_earlier_figure_to_the_digits_said(before, holds):
    document = read_text(
        f"Trong 6 tháng đầu năm 2020, tiếp 1.865 lượt công dân, gấp 1,8 lần cùng kỳ "
        f"(6 tháng đầu năm 2019 tiếp {before} lượt công dân)."
    )
    assert [(c.kind, c.holds) for c in document.checks] == [("difference", holds)]


def test_what_something_else_is_so_many_times_of_is_no_change_of_the_figure():
    assert changes("Hỗ trợ 12 hộ có thu nhập gấp 2 lần trước đây.") == [(12, None, None)]
