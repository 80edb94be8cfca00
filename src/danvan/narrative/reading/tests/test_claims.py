"""Products, changes said twice, parts larger than their whole, one fact said again: raised only where it is certain."""

import pytest

from danvan.narrative.reading import read_text


def checks(text, *kinds):
    return [(check.kind, check.holds) for check in read_text(text).checks if not kinds or check.kind in kinds]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trao 120 suất quà, mỗi suất trị giá 500.000 đồng, tổng trị giá 60 triệu đồng.", True),
        ("Trao 120 suất quà, mỗi suất trị giá 500.000 đồng, tổng trị giá 70 triệu đồng.", False),
        ("Trao 120 suất quà (500.000 đồng/suất), tổng trị giá 60 triệu đồng.", True),
        ("Trao 126 suất quà (480.000 đồng/suất), tổng trị giá 60,5 triệu đồng.", True),  # 60,48: printed rounded
        ("Trao 126 suất quà (480.000 đồng/suất), tổng trị giá hơn 60 triệu đồng.", True),
        ("Trao 126 suất quà (480.000 đồng/suất), tổng trị giá hơn 62 triệu đồng.", False),
        ("Tặng 15 suất học bổng, mỗi suất 1 triệu đồng với tổng kinh phí 20 triệu đồng.", False),
    ],
)
def test_so_many_at_a_price(text, expected):
    assert checks(text) == [("product", expected)]


@pytest.mark.parametrize(
    "text",
    [
        "Trao 120 suất quà, mỗi suất gồm 400.000 đồng và quà trị giá 100.000 đồng, tổng trị giá 60 triệu đồng.",
        "Trao 120 suất quà cho 30 hộ, mỗi hộ 500.000 đồng, tổng kinh phí vận động 60 triệu đồng và 20 triệu đồng vốn.",
        "Trao 120 suất quà trị giá 60 triệu đồng.",
        "Trao gần 120 suất quà, mỗi suất 500.000 đồng, tổng trị giá 55 triệu đồng.",
    ],
)
def test_a_product_is_claimed_only_by_one_count_one_price_one_total(text):
    assert checks(text, "product") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tiếp 100 lượt công dân, tăng 20 lượt (25%) so với cùng kỳ.", [("difference", True)]),
        ("Tiếp 100 lượt công dân, tăng 20 lượt (20%) so với cùng kỳ.", [("difference", False)]),
        ("Tiếp 100 lượt công dân, giảm 25 lượt (20%) so với cùng kỳ.", [("difference", True)]),
        ("Tiếp 100 lượt công dân, tăng 20 lượt (15 vụ việc) so với cùng kỳ.", []),
    ],
)
def test_a_change_in_numbers_and_in_percent_is_one_change(text, expected):
    assert checks(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Toàn tỉnh có 200 mô hình, trong đó có 250 mô hình tiêu biểu.",
        "Tiếp nhận 90 đơn, trong đó có 120 đơn thuộc thẩm quyền.",
        "Đã giải quyết 32/29 vụ việc.",
        "Tiếp 80 lượt công dân, trong đó tiếp định kỳ 90 lượt công dân.",
    ],
)
def test_a_part_is_not_larger_than_its_whole(text):
    assert ("part", False) in checks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Toàn tỉnh có 200 mô hình, trong đó có 150 mô hình tiêu biểu.",
        "Có trên 200 mô hình, trong đó 250 mô hình tiêu biểu.",
        "Xây mới 20 mô hình, trong đó lũy kế đến nay có 250 mô hình.",
        "Tổ chức 12 buổi, trong đó có 300 lượt người tham dự.",
        "Kết nạp 120/100 hội viên, đạt 120% chỉ tiêu.",
        "Tổ chức 12 hội nghị, trong đó 4 hội nghị cấp tỉnh; tiếp 30 lượt; 20 hội nghị của các đoàn thể.",
    ],
)
def test_what_is_no_part_may_be_larger(text):
    assert checks(text, "part") == []


def report(opening, body):
    return (
        f"Xã An Phú {opening}\n\nTrong quý I năm 2024, cấp ủy xã An Phú đã lãnh đạo thực hiện tốt nhiệm vụ công tác "
        f"dân vận trên địa bàn.\n\nCác phong trào được duy trì.\n\n{body}"
    )


@pytest.mark.parametrize(
    ("opening", "body", "expected"),
    [
        ("tiếp 46 lượt công dân", "Toàn xã đã tiếp 46 lượt công dân.", []),
        ("tiếp 46 lượt công dân", "Toàn xã đã tiếp 48 lượt công dân.", [("repeat", False)]),
        ("tiếp 2.000 lượt công dân", "Toàn xã đã tiếp 2.011 lượt công dân.", [("repeat", True)]),
        ("tiếp 100 lượt công dân", "Toàn xã đã tiếp 148 lượt công dân.", [("repeat", False)]),
        ("tiếp trên 2.000 lượt công dân", "Toàn xã đã tiếp 2.011 lượt công dân.", [("repeat", True)]),
        ("tiếp trên 2.100 lượt công dân", "Toàn xã đã tiếp 2.011 lượt công dân.", [("repeat", False)]),
        ("tiếp 46 lượt công dân", "Hội Nông dân xã đã tiếp 48 lượt công dân.", []),
        ("tiếp 46 lượt công dân", "Xã Bình Hòa đã tiếp 48 lượt công dân.", []),
        ("tiếp 46 lượt công dân", "Hội Phụ nữ\n\nĐã tiếp 48 lượt công dân.", []),
        ("tiếp 46 lượt công dân", "Năm 2023, toàn xã tiếp 48 lượt công dân.", []),
        ("tiếp 46 lượt công dân", "Toàn xã đã tiếp 48 lượt công dân đột xuất.", []),
    ],
)
def test_a_headline_and_its_body_say_one_fact(opening, body, expected):
    assert checks(report(opening, body), "repeat") == expected


def test_a_rounded_headline_is_the_same_fact():
    readings = read_text(report("tiếp 2.000 lượt công dân", "Toàn xã đã tiếp 2.011 lượt công dân.")).readings
    assert [reading.mention_of for reading in readings] == [None, 0]
