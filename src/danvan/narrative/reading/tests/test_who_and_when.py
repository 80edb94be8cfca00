"""Who reports, and on which period."""

from datetime import date

import pytest

from danvan.narrative.reading import read_text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Trong quý I/2019, công tác dân vận tiếp tục được quan tâm.", "2019-Q1"),
        ("Năm 2018, thị xã có 55 mô hình.", "2018-Y"),
        ("Kết quả công tác dân vận 9 tháng đầu năm 2022, nhiệm vụ 3 tháng cuối năm.", "2022-9M"),
        ("Sơ kết 6 tháng đầu năm, triển khai nhiệm vụ 6 tháng cuối năm 2021.", "2021-H1"),
        ("Sáu tháng đầu năm 2017, huyện tiếp 20 lượt công dân.", "2017-H1"),
        ("Nửa đầu năm 2017, huyện tiếp 20 lượt công dân.", "2017-H1"),
        ("Tháng 5 năm 2021, huyện tiếp 20 lượt công dân.", "2021-M05"),
        ("Tổng kết năm 2020, triển khai phương hướng nhiệm vụ năm 2021.", "2020-Y"),
        ("Quí IV năm 2020, huyện tiếp 20 lượt công dân.", "2020-Q4"),
    ],
)
def test_the_period_reported_on(text, code):
    assert read_text(text).period.code == code


def test_the_year_may_come_from_the_date_line():
    document = read_text("(20/07/2021 08:53 PM)\n\nTrong 6 tháng đầu năm, huyện tiếp 20 lượt công dân.")
    assert document.published == date(2021, 7, 20)
    assert document.period.code == "2021-H1"


def test_an_event_has_its_days():
    document = read_text("Lớp học bốn ngày, từ 4 - 7/6/2012, có 204 học viên ở khối Dân vận cơ sở của tỉnh tham dự.")
    assert (document.period.start, document.period.end) == (date(2012, 6, 4), date(2012, 6, 7))


def test_the_date_of_a_cited_document_dates_nothing():
    document = read_text("Thực hiện Nghị quyết số 25-NQ/TW, ngày 03/6/2013, huyện tổ chức học tập.\nNgày 5/7/2019.")
    assert document.published == date(2019, 7, 5)


@pytest.mark.parametrize(
    ("text", "quote", "name", "level"),
    [
        ("Sáng 23/7, Tỉnh ủy Bắc Kạn tổ chức hội nghị.", "Tỉnh ủy Bắc Kạn", "Bắc Kạn", "province"),
        ("Hội Nông dân xã Hà Linh họp Đại hội.", "Hội Nông dân xã Hà Linh", "Hà Linh", "commune"),
        ("Ban Dân vận Huyện ủy Lục Ngạn báo cáo.", "Ban Dân vận Huyện ủy Lục Ngạn", "Lục Ngạn", "district"),
        ("Nghệ An rà soát các vụ việc.", "Nghệ An", "Nghệ An", "province"),
        ("Ban Dân vận Thị uỷ tổng kết công tác.", "Ban Dân vận Thị uỷ", "", "district"),
        ("Lãnh đạo huyện Châu Đức thăm xã Bình Giã.", "huyện Châu Đức", "Châu Đức", "district"),
        ("Thành phố Hà Nội có 30 quận, huyện, thị xã.", "Thành phố Hà Nội", "Hà Nội", "province"),
    ],
)
def test_who_reports(text, quote, name, level):
    unit = read_text(text).unit
    assert (unit.quote, unit.name, unit.level) == (quote, name, level)
    assert text[unit.start : unit.end] == quote


def test_every_place_is_mentioned():
    document = read_text(
        "Huyện Châu Đức: đoàn thăm xã Bình Giã, xã Kim Long và thị trấn Ngãi Giao, tỉnh Bà Rịa - Vũng Tàu."
    )
    assert [(m.kind, m.name) for m in document.unit_mentions] == [
        ("huyện", "Châu Đức"),
        ("xã", "Bình Giã"),
        ("xã", "Kim Long"),
        ("thị trấn", "Ngãi Giao"),
        ("tỉnh", "Bà Rịa - Vũng Tàu"),
    ]


@pytest.mark.parametrize(
    "opening",
    [
        "Công tác dân vận quý I năm 2026 của xã Hà Linh, tỉnh Sông Trà",
        "Quý I năm 2026, phường Hà Linh (tỉnh Sông Trà) tiếp 12 lượt công dân.",
        "Đảng ủy xã Hà Linh, huyện Tân Phú, tỉnh Sông Trà báo cáo",
    ],
)
def test_the_larger_place_behind_only_says_where_the_smaller_lies(opening):
    unit = read_text(f"BÁO CÁO\n{opening}\n\nTỉnh Sông Trà đã chỉ đạo; xã có 3 mô hình.").unit
    assert (unit.name, unit.level) == ("Hà Linh", "commune")


@pytest.mark.parametrize(
    ("text", "quote", "name"),
    [
        ("XÃ BA BỂ\nBÁO CÁO\nKết quả công tác dân vận quý I năm 2026", "XÃ BA BỂ", "BA BỂ"),
        ("UBND TỈNH HÒA BÌNH\r\nSố: 12/BC-UBND", "UBND TỈNH HÒA BÌNH", "HÒA BÌNH"),
        ("ĐẢNG ỦY PHƯỜNG TÂN PHONG\nKHỐI DÂN VẬN", "ĐẢNG ỦY PHƯỜNG TÂN PHONG", "TÂN PHONG"),
        ("BAN DÂN VẬN TỈNH ỦY\nBÁO CÁO", "BAN DÂN VẬN TỈNH ỦY", ""),
        ("UBND HUYỆN LỤC NGẠN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "UBND HUYỆN LỤC NGẠN", "LỤC NGẠN"),
        ("Đồng bào tại xã\nBa Bể đã có 12 mô hình.", "xã Ba Bể", "Ba Bể"),
    ],
)
def test_a_name_ends_with_its_line(text, quote, name):
    unit = read_text(text).unit
    assert (unit.quote, unit.name) == (quote, name)


@pytest.mark.parametrize(
    "text",
    [
        "Từ 15/6/2026 đến 15/12/2025, huyện tiếp 20 lượt công dân.",
        "Kết quả 6 tháng đầu năm 2026\n(từ 15/6/2026 đến 15/12/2025)\nHuyện tiếp 20 lượt công dân.",
        "Kết quả 6 tháng đầu năm từ 15/6/2026 đến 15/12/2025\nHuyện tiếp 20 lượt công dân.",
        "Từ tháng 12/2026 đến tháng 6/2026, huyện tiếp 20 lượt công dân.",
    ],
)
def test_a_period_that_ends_before_it_starts_is_seen(text):
    assert read_text(text).period.backwards


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Trong quý II/2026, huyện mở lớp tập huấn từ ngày 15/6/2026 đến ngày 12/6/2026 cho 40 cán bộ.", "2026-Q2"),
        ("Từ 15/12/2025 đến 14/6/2026, huyện tiếp 20 lượt công dân.", None),
    ],
)
def test_a_slip_in_an_event_or_a_range_over_new_year_is_no_such_period(text, code):
    period = read_text(text).period
    assert not period.backwards
    assert code is None or period.code == code
