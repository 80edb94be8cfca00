"""What figures rose and fell by, and against what."""

from decimal import Decimal

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
