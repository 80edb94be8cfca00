"""Workbooks of somebody else's making: mapped once, found again, taken over without a guess."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from danvan.figures import catalogue
from danvan.figures.workbook import WorkbookError, diff, foreign
from danvan.figures.workbook.foreign import Mapping, apply_mapping, guess_mapping, preview

CATALOGUE = catalogue.load()


def workbook(lines, title="Sheet1", before=()):
    book = openpyxl.Workbook()
    book.active.title = title
    for line in (*before, *lines):
        book.active.append(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


LINES = [
    ["STT", "Nội dung", "Đơn vị", "Cùng kỳ năm trước", "Thực hiện Quý I/2026", "Ghi chú"],
    ["I", "TIẾP CÔNG DÂN", None, None, None, None],
    [1, "Số lượt tiếp công dân (lượt)", "lượt", 90, "1.204", "cả đột xuất"],
    [2, "2. Số người được tiếp", "người", 95, 1300, None],
    ["II", "Dân vận khéo", None, None, None, None],
    [1, "Tổng số mô hình “Dân vận khéo”", "mô hình", 8, 12, None],
    [None, "- Kinh tế", None, 3, 5, None],
    [None, "- Quốc phòng, an ninh", None, 1, "trên 2", None],
    [2, "Số tiền quà", "đồng", None, None, None],
]
TITLE = [["UBND XÃ MỚI"], [], ["BÁO CÁO QUÝ I NĂM 2026"], []]


@pytest.fixture
def data():
    return workbook(LINES, before=TITLE)


@pytest.fixture
def mapping(data, sheet):
    return guess_mapping(preview(data), sheet, CATALOGUE)


def test_the_columns_are_proposed(mapping):
    assert (mapping.sheet, mapping.header, mapping.label, mapping.value, mapping.note) == ("Sheet1", 4, 1, 4, 5)


def test_labels_are_matched_whatever_their_numbers_accents_and_units(mapping):
    assert dict(mapping.rows) == {
        "so luot tiep cong dan": "rec.turns|",
        "so nguoi duoc tiep": "rec.persons|",
        "tong so mo hinh dan van kheo": "mod.total|",
        "kinh te": "mod.total|field=economy",
        "quoc phong an ninh": "mod.total|field=defence_security",
    }


def test_the_figures_come_over_with_their_reasons(data, mapping, sheet):
    found = {one.id: one for one in diff(sheet, apply_mapping(data, mapping, sheet))}
    assert {one: (cell.status, cell.filled.value) for one, cell in found.items() if cell.status != "unchanged"} == {
        "rec.turns|": ("changed", Decimal(1204)),
        "rec.persons|": ("new", Decimal(1300)),
        "mod.total|": ("changed", Decimal(12)),
        "mod.total|field=economy": ("changed", Decimal(5)),
        "mod.total|field=defence_security": ("invalid", None),
    }
    assert found["rec.turns|"].filled.at == "E7"
    assert found["rec.turns|"].filled.note == "cả đột xuất"
    assert "không có trong tệp" in str(found["vis.gift_value|"].reason).lower()


def test_a_mapping_is_kept_as_json(mapping):
    assert Mapping.from_json(json.loads(json.dumps(mapping.as_json()))) == mapping


@pytest.mark.parametrize("kept", [{}, {"sheet": "a"}, {"sheet": "a", "header": "x"}, [], None])
def test_what_is_no_mapping_is_said(kept):
    with pytest.raises(WorkbookError, match="chọn lại"):
        Mapping.from_json(kept)


def test_the_mapping_is_found_again_in_the_next_period_lower_on_another_sheet(mapping):
    lines = [[str(cell).replace("I/2026", "II/2026") if cell else cell for cell in LINES[0]], *LINES[1:]]
    later = preview(workbook(lines, title="Quý II", before=[*TITLE, ["thêm một dòng"]]))
    again = foreign.found_again(mapping, later)
    assert again == replace(mapping, sheet="Quý II", header=5)
    assert foreign.found_again(mapping, preview(workbook([["Khác", "Đầu", "Bảng"], ["a", "b", 1]]))) is None


def test_the_same_label_twice_is_told_apart(sheet):
    lines = [
        ["Nội dung", "Số lượng"],
        ["Tổng số mô hình “Dân vận khéo”", 12],
        ["kinh tế", 5],
        ["Số lượt quà tặng", 30],
        ["kinh tế", 9],
    ]
    data = workbook(lines)
    mapping = guess_mapping(preview(data), sheet, CATALOGUE)
    assert mapping.rows["kinh te"] == "mod.total|field=economy"
    assert "kinh te#2" not in mapping.rows
    assert apply_mapping(data, mapping, sheet).by_id()["mod.total|field=economy"].value == 5


def test_two_rows_mapped_to_one_line_are_a_question(data, mapping, sheet):
    both = replace(mapping, rows={**mapping.rows, "so nguoi duoc tiep": "rec.turns|"})
    assert "chỉ ghép một" in str(apply_mapping(data, both, sheet).by_id()["rec.turns|"].wrong)


def test_a_mapped_row_that_is_gone_is_named(mapping, sheet):
    filled = apply_mapping(workbook([LINES[0], *LINES[2:]]), replace(mapping, header=0), sheet)
    assert filled.remarks == ()
    filled = apply_mapping(workbook([LINES[0], *LINES[3:]]), replace(mapping, header=0), sheet)
    assert "so luot tiep cong dan" in str(filled.remarks[0])


def test_a_workbook_without_anything_known_is_left_to_the_person(sheet):
    assert guess_mapping(preview(workbook([["a", "b"], ["c", 1]])), sheet, CATALOGUE) is None


def test_an_empty_workbook_and_a_missing_sheet_or_column_are_said(data, mapping, sheet):
    with pytest.raises(WorkbookError, match="không có số liệu"):
        preview(workbook([]))
    with pytest.raises(WorkbookError, match="có: Sheet1"):
        apply_mapping(data, replace(mapping, sheet="Khác"), sheet)
    with pytest.raises(WorkbookError, match="đủ các cột"):
        apply_mapping(data, replace(mapping, value=40), sheet)
