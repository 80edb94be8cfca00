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
