"""The arithmetic that a text states: found where it is claimed, silent where it is not."""

import pytest

from danvan.narrative.reading import read_text


def checks(text):
    return [(check.kind, check.holds) for check in read_text(text).checks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Có 55 mô hình (kinh tế 16 mô hình; văn hóa 21 mô hình; an ninh: 11 mô hình; xây dựng Đảng: 7 mô hình).",
            True,
        ),
        ("Có 55 mô hình (kinh tế 16; văn hóa 21; an ninh 11; xây dựng Đảng 7).", True),
        (
            "Có 56 mô hình (kinh tế 16 mô hình; văn hóa 21 mô hình; an ninh: 11 mô hình; xây dựng Đảng: 7 mô hình).",
            False,
        ),
        ("Tiếp nhận 90 đơn, gồm 40 đơn khiếu nại, 20 đơn tố cáo và 30 đơn kiến nghị.", True),
        ("Tiếp nhận 90 đơn, gồm 40 đơn khiếu nại, 20 đơn tố cáo và 31 đơn kiến nghị.", False),
        ("Toàn tỉnh có 200 mô hình Dân vận khéo, trong đó 150 mô hình đăng ký mới, 60 mô hình duy trì.", False),
        ("Tổ chức 95 cuộc đối thoại, trong đó cấp tỉnh 5 cuộc, cấp huyện 20 cuộc, cấp xã 70 cuộc.", True),
        ("Tổ chức 98 cuộc đối thoại, trong đó cấp tỉnh 5 cuộc, cấp huyện 20 cuộc, cấp xã 70 cuộc.", False),
        ("Có 90 mô hình “Dân vận khéo” (60 mô hình tập thể và 20 điển hình cá nhân).", False),
        ("Năm 2021: 31 cuộc.\nNăm 2022: 44 cuộc.\nNăm 2023: 50 cuộc.\nTổng cộng: 125 cuộc.", True),
        ("Năm 2021: 31 cuộc.\nNăm 2022: 44 cuộc.\nNăm 2023: 50 cuộc.\nCộng: 135 cuộc.", False),
    ],
)
def test_a_whole_and_its_parts(text, expected):
    assert checks(text) == [("sum", expected)]


@pytest.mark.parametrize(
    "text",
    [
        "Toàn tỉnh có 200 mô hình, trong đó có 50 mô hình tiêu biểu.",
        "Tặng 500 suất quà, trong đó Hội Phụ nữ 120 suất, Hội Nông dân 90 suất.",
        "Có khoảng 100 mô hình (kinh tế 40 mô hình, văn hóa 50 mô hình).",
        "Tổ chức 20 hội nghị, 30 buổi tuyên truyền, 5 lớp tập huấn cho 900 lượt người.",
        "Tiếp 100 lượt công dân (giảm 10 lượt so với cùng kỳ; cùng kỳ 110 lượt).",
        "Tổ chức 98 cuộc đối thoại, trong đó có cấp tỉnh 5 cuộc, cấp xã 70 cuộc.",
        "Nhận 400 đơn, trong đó 120 đơn thuộc thẩm quyền; đã giải quyết 110 đơn, đạt 91,7%.",
        "Nhận 400 đơn; giải quyết 300 đơn, đạt 95% kế hoạch.",
        "Có 12 tổ loại tốt, 24 tổ loại khá và tuyên truyền 36 buổi.",
    ],
)
def test_what_claims_nothing_is_not_called_wrong(text):
    assert all(holds for _, holds in checks(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Giải quyết 22/29 vụ việc, đạt 75%.", False),  # cut off, not rounded: 75,86
        ("Giải quyết 22/29 vụ việc, đạt 76%.", True),
        ("Giải quyết 22/29 vụ việc, đạt 75,9%.", True),
        ("Giải quyết 22/29 vụ việc, đạt trên 75%.", True),
        ("Giải quyết 22/29 vụ việc, đạt gần 75%.", False),
        ("Trong tổng số 412 ý kiến, có 389 ý kiến được trả lời, đạt 94,4%.", True),
        ("Trong tổng số 412 ý kiến, có 389 ý kiến được trả lời, đạt 90,4%.", False),
        ("Đạt 75% (22/29 vụ việc).", False),
        ("Nhận 250 đơn; giải quyết 220 đơn, đạt 88%.", True),
        ("Nhận 250 đơn; giải quyết 220 đơn, đạt 86%.", False),
        ("Gửi 50 kiến nghị; 45 kiến nghị được tiếp thu, giải quyết, đạt 93%.", False),
    ],
)
def test_a_share_is_rounded_half_up(text, expected):
    assert checks(text) == [("share", expected)]


def test_the_sum_is_written_out():
    (check,) = read_text("Giải quyết 22/29 vụ việc, đạt 75%.").checks
    assert check.message == "22/29 = 75,86%, làm tròn 76%, văn bản ghi 75% (cắt bỏ phần lẻ): không khớp"


def test_what_is_left():
    assert checks("Đã giải quyết 20/30 vụ việc; còn lại 10 vụ việc.") == [("rest", True)]
    assert checks("Đã giải quyết 20/30 vụ việc; còn lại 12 vụ việc.") == [("rest", False)]


def test_what_is_overdue_is_not_all_that_is_left():
    assert checks("Giải quyết đúng hạn 20/30 vụ việc khiếu nại, tố cáo; còn 4 vụ việc quá hạn.") == []


def test_a_difference_against_the_printed_year_before():
    said = "Quý I năm 2020 tiếp 80 lượt công dân, giảm {} lượt (quý I năm 2019 là 100 lượt công dân)."
    assert checks(said.format(20)) == [("difference", True)]
    assert checks(said.format(30)) == [("difference", False)]
    said = "Trong năm tiếp 80 lượt công dân, giảm {} lượt so với cùng kỳ năm trước (100 lượt công dân)."
    assert checks(said.format(20)) == [("difference", True)]
    assert checks(said.format(30)) == [("difference", False)]
    said = "Trong năm tiếp 80 lượt công dân (năm trước: 100 lượt công dân), giảm {} lượt."
    assert checks(said.format(20)) == [("difference", True)]
    assert checks(said.format(30)) == [("difference", False)]


def test_parts_know_their_whole():
    document = read_text("Toàn tỉnh có 300 mô hình, trong đó có 200 mô hình đăng ký mới, 100 mô hình duy trì.")
    assert [r.part_of for r in document.readings] == [None, 0, 0]
    assert document.checks[0].parts == (0, 1, 2)


def test_parts_of_one_whole_are_no_parts_of_each_other():
    document = read_text(
        "Có 55 mô hình (kinh tế 16 mô hình; văn hóa 21 mô hình; an ninh: 11 mô hình; xây dựng Đảng: 7 mô hình); "
        "chọn 03 đơn vị làm điểm."
    )
    assert [check.message for check in document.checks] == ["16 + 21 + 11 + 7 = 55: khớp"]


def test_numbers_longer_than_anybody_means_are_checked_like_others():
    document = read_text(
        f"Kết quả dân vận quý I năm 2026: trao 12 suất quà, mỗi suất {'9' * 40} đồng, tổng trị giá {'8' * 41} đồng. "
        f"Đã giải quyết {'7' * 45}/{'3' * 12} đơn, đạt 75,5%."
    )
    assert [check.holds for check in document.checks] == [False, False]
