"""What people and accidents send instead of the form: each refused with a sentence that says what to do."""

from __future__ import annotations

import datetime as dt
import io
import random
import struct
import tracemalloc
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.figures.workbook import WorkbookError, diff, read_form, write_form
from danvan.figures.workbook.model import FormRow
from danvan.figures.workbook.opening import MOST_BYTES, address
from danvan.figures.workbook.tests.filling import Person, archive, with_parts
from danvan.figures.workbook.values import NotAFigure, figure

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.fixture(scope="module")
def data(sheet):
    return write_form(sheet)


def refusal(data, sheet):
    with pytest.raises(WorkbookError) as caught:
        read_form(data, sheet)
    return str(caught.value)


# --- files


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "trống"),
        (b"xin chao", "không phải là sổ tính"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "không phải là sổ tính"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "không phải là sổ tính"),
        (b"PK\x03\x04" + bytes(30), "hỏng"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (OLE + "Workbook".encode("utf-16-le"), ".xls"),
        (OLE + "WordDocument".encode("utf-16-le"), "đời cũ"),
        (archive(word__document=b"", **{"word/document.xml": b"<w/>"}), "Word"),
        (archive(**{"ppt/presentation.xml": b"<p/>"}), "trình chiếu"),
        (archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
        (archive(**{"xl/workbook.bin": b""}), ".xlsb"),
        (archive(anh=b"x"), ".zip"),
        (archive(**{"xl/workbook.xml": b"<workbook/>"}), "hỏng"),
        (archive(**{"xl/workbook.xml": b"<workbook", "xl/_rels/workbook.xml.rels": b"<R/>"}), "hỏng"),
    ],
)
def test_a_file_that_is_no_workbook_is_named_for_what_it_is(content, said, sheet):
    assert said in refusal(content, sheet)


def test_a_workbook_with_macros_is_refused(data, sheet):
    assert "macro" in refusal(with_parts(data, **{"xl/vbaProject.bin": b"x"}), sheet)


def test_a_file_of_one_gigabyte_is_refused_unread(tmp_path, sheet):
    path = tmp_path / "lon.xlsx"
    with path.open("wb") as file:
        file.truncate(2**30)
    tracemalloc.start()
    said = refusal(path, sheet)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "1024 MB" in said
    assert peak < 2**20


def test_bytes_over_the_limit_are_refused(sheet):
    assert "11 MB" in refusal(b"PK" + bytes(MOST_BYTES), sheet)


def bomb(data, megabytes):
    return with_parts(data, **{"xl/sharedStrings.xml": b" " * (megabytes * 2**20)})


def test_a_small_file_that_unfolds_to_a_large_one_is_refused(data, sheet):
    assert "bung ra" in refusal(bomb(data, 200), sheet)


def test_a_zip_that_lies_about_its_sizes_is_refused(data, sheet):
    """The directory says 1,000 bytes; the part unfolds to 200 MB."""
    packed = bytearray(bomb(data, 200))
    size = struct.pack("<I", 200 * 2**20)
    at = packed.find(size)
    while at >= 0:
        packed[at : at + 4] = struct.pack("<I", 1000)
        at = packed.find(size, at)
    tracemalloc.start()
    said = refusal(bytes(packed), sheet)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "hỏng" in said
    assert peak < 50 * 2**20


def test_one_cell_in_the_farthest_corner_costs_no_memory(data, sheet):
    person = Person(data)
    person.page["XFD1048576"] = 1
    assert "quá lớn" in refusal(person.save(), sheet)


def test_entities_are_not_followed(data, sheet):
    workbook = zipfile.ZipFile(io.BytesIO(data)).read("xl/workbook.xml")
    laughing = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + workbook.partition(b"?>")[2]
    )
    laughing = laughing.replace(b'name="danvan"', b'name="&a;"')
    assert "root:" not in refusal(with_parts(data, **{"xl/workbook.xml": laughing}), sheet)


def test_a_damaged_file_never_does_more_than_be_refused(data, sheet):
    chance = random.Random(3)  # noqa: S311 -- the same damage each time
    parts = {one: zipfile.ZipFile(io.BytesIO(data)).read(one) for one in zipfile.ZipFile(io.BytesIO(data)).namelist()}
    for _time in range(150):
        name = chance.choice(sorted(parts))
        part = bytearray(parts[name])
        for _place in range(chance.randint(1, 6)):
            at = chance.randrange(len(part))
            part[at : at + chance.randint(0, 3)] = chance.choice([b"", b"<", b'"', b"9999999999", b"\x00", b"-1", b"A"])
        damaged = with_parts(data, **{name: bytes(part)})
        try:
            read_form(damaged, sheet)
        except WorkbookError:
            continue


# --- of another form, unit, period


def test_another_unit_form_or_period_is_named(data, sheet):
    elsewhere = replace(
        sheet, unit=18, unit_name="Xã Khác", period="2026-Q2", period_label="Quý II", form="don", title="Đơn thư"
    )
    said = refusal(data, elsewhere)
    assert "của Xã Mới, Tỉnh Bắc, ở đây là Xã Khác" in said
    assert "của Quý I năm 2026, ở đây là Quý II" in said
    assert "biểu “Báo cáo công tác dân vận”, ở đây cần biểu “Đơn thư”" in said


def test_a_workbook_of_somebody_elses_making_is_no_form(sheet):
    target = io.BytesIO()
    openpyxl.Workbook().save(target)
    assert "không phải là biểu tải về" in refusal(target.getvalue(), sheet)


def test_a_changed_hidden_sheet_is_noticed(data, sheet):
    person = Person(data)
    person.meta["B6"] = "18"
    assert "trang thông tin ẩn" in refusal(person.save(), sheet).lower()


def test_a_changed_id_is_noticed(data, sheet):
    person = Person(data)
    person.put("rec.turns|", "rec.khac|", "id")
    assert "rec.khac|" in refusal(person.save(), sheet)


def test_a_lost_id_column_is_noticed(data, sheet):
    person = Person(data)
    person.page.merged_cells.ranges.clear()
    person.page.delete_cols(1)
    assert "cột" in refusal(person.save(), sheet)


def test_a_removed_row_keeps_its_figure_and_is_named(data, sheet):
    person = Person(data)
    person.page.merged_cells.ranges.clear()
    person.page.delete_rows(person.row("rec.turns|"))
    filled = read_form(person.save(), sheet)
    assert [str(one) for one in filled.remarks] == [
        "Dòng “Số lượt tiếp công dân” đã bị xóa khỏi tệp: số đang có được giữ nguyên."
    ]
    assert {one.status for one in diff(sheet, filled)} == {"unchanged"}


def test_a_row_copied_twice_is_not_guessed_at(data, sheet):
    person = Person(data)
    person.cell("rec.turns|")
    last = person.page.max_row + 1
    for column in range(1, person.page.max_column + 1):
        person.page.cell(last, column).value = person.page.cell(person.row("rec.turns|"), column).value
    found = {one.id: one for one in diff(sheet, read_form(person.save(), sheet))}
    assert found["rec.turns|"].status == "invalid"
    assert "nhiều lần" in str(found["rec.turns|"].reason)


def test_a_form_that_got_a_row_since_says_so(data, sheet):
    wider = replace(sheet, rows=(*sheet.rows, FormRow("X", "prp.new", "Dòng thêm", "lượt")))
    filled = read_form(data, wider)
    assert "1 dòng mới" in str(filled.remarks[0])
    assert {one.status for one in diff(wider, filled)} == {"unchanged"}


# --- cells


@pytest.mark.parametrize(
    ("one", "content", "said"),
    [
        ("rec.turns|", "trên 62 nghìn", "cả chữ và số"),
        ("rec.turns|", "nhiều", "không phải là số"),
        ("rec.turns|", -3, "nhỏ hơn 0"),
        ("rec.turns|", "-3", "nhỏ hơn 0"),
        ("rec.turns|", 12.5, "phần lẻ"),
        ("rec.turns|", "12,5", "phần lẻ"),
        ("rec.turns|", 10**15, "quá mức"),
        ("rec.turns|", "9" * 30, "quá mức"),
        ("rec.turns|", 1e300, "quá mức"),
        ("rec.turns|", dt.date(2026, 2, 1), "01/02/2026"),
        ("rec.turns|", dt.time(1, 30), "ngày giờ"),
        ("rec.turns|", True, "TRUE"),
        ("rec.turns|", "#REF!", "#REF!"),
        ("rec.turns|", "=SUM(1,2)", "chưa được tính"),
        ("rec.turns|", "='[1]Sheet1'!A1", "nơi khác"),
        ("rec.turns|", "1.2.3", "không đọc được"),
        ("rec.resolution_rate|", "12.125", "hai cách"),
        ("rec.resolution_rate|", -0.1, "nhỏ hơn 0"),
    ],
)
def test_a_cell_that_holds_no_figure_says_why(one, content, said, data, sheet):
    person = Person(data)
    person.put(one, content)
    found = {cell.id: cell for cell in diff(sheet, read_form(person.save(), sheet))}
    assert found[one].status == "invalid"
    assert said in str(found[one].reason)
    assert found[one].filled.at == person.cell(one).coordinate


def test_a_percentage_in_a_row_of_counts_is_refused(data, sheet):
    person = Person(data)
    person.put("rec.turns|", 0.5)
    person.cell("rec.turns|").number_format = "0%"
    cell = read_form(person.save(), sheet).by_id()["rec.turns|"]
    assert "50%" in str(cell.wrong)


def test_a_figure_beside_a_reason_for_having_none_is_a_question(data, sheet):
    person = Person(data)
    person.put("rec.turns|", "không áp dụng", "empty")
    assert "xóa một trong hai" in str(read_form(person.save(), sheet).by_id()["rec.turns|"].wrong)


def test_a_reason_typed_where_the_figure_belongs_is_understood(data, sheet):
    person = Person(data)
    person.put("rec.turns|", "Không áp dụng")
    assert read_form(person.save(), sheet).by_id()["rec.turns|"].state == "not_applicable"


def test_a_formula_that_was_calculated_counts_and_is_pointed_out(data, sheet):
    place = Person(data).cell("rec.cases|").coordinate
    path = "xl/worksheets/sheet1.xml"
    text = zipfile.ZipFile(io.BytesIO(data)).read(path).decode()
    start = text.index(f'<c r="{place}"')
    end = text.index("/>", start) + 2
    text = text[:start] + f'<c r="{place}"><f>SUM(G8:G9)</f><v>44</v></c>' + text[end:]
    cell = read_form(with_parts(data, **{path: text.encode()}), sheet).by_id()["rec.cases|"]
    assert (cell.value, str(cell.remark)) == (44, "Ô là công thức =SUM(G8:G9); lấy số mà bảng tính đã tính.")


COUNT = FormRow("I", "x.count", "Đếm", "lượt")
RATE = FormRow("I", "x.rate", "Tỷ lệ", "%", kind="percent")


@pytest.mark.parametrize(
    ("written", "row", "value"),
    [
        ("1.234", COUNT, "1234"),
        ("1,234", COUNT, "1234"),
        ("1 234", COUNT, "1234"),
        ("1\u00a0234\u00a0567", COUNT, "1234567"),
        ("12,5", RATE, "12.5"),
        ("12.5", RATE, "12.5"),
        ("1.234,5", RATE, "1234.5"),
        ("1,234.5", RATE, "1234.5"),
        ("88,9%", RATE, "88.9"),
        ("88,9 %", RATE, "88.9"),
        ("  05 ", COUNT, "5"),
        ("'7", COUNT, "7"),
        (3.0000000000000004, COUNT, "3"),
        (33.33333333, RATE, "33.3333"),
    ],
)
def test_numbers_are_read_in_either_format(written, row, value):
    assert str(figure(written, row)) == value


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.dates(), st.timedeltas(), st.binary()))
def test_whatever_stands_in_a_cell_is_a_figure_or_a_sentence(content):
    try:
        value = figure(content, COUNT)
    except NotAFigure as problem:
        value = None
        said = str(problem.said)
    assert said.endswith(".") if value is None else 0 <= value < 10**15 and value == int(value)


def test_addresses_are_those_of_the_spreadsheet():
    assert [address(0, 0), address(11, 5), address(0, 26), address(1048575, 16383)] == [
        "A1",
        "F12",
        "AA1",
        "XFD1048576",
    ]
