"""Any table as .csv and .xlsx: what goes in is what is in the file, streamed, with a count at its end."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tracemalloc
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan.figures.workbook import tables
from danvan.figures.workbook.tables import CountMismatch, TooManyRows, check_count, stream_csv, stream_xlsx
from danvan.figures.workbook.tests.filling import with_parts

COLUMNS = ["Đơn vị", "Số lượt", "Tỷ lệ", "Ngày", "Ghi chú"]
ROWS = [
    ["Xã Mới", 2011, Decimal("88.9"), dt.date(2026, 1, 31), None],
    ["=HYPERLINK(1)", -5, 0.5, dt.datetime(2026, 1, 31, 14, 30), "một; hai\n“ba”"],  # noqa: DTZ001 -- a wall clock
    ["+84 912", 10**18, Decimal("1E+3"), None, True],
]


def lines(pieces):
    return list(csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig"), newline=""), delimiter=";"))


def sheet(file):
    return [list(row) for row in openpyxl.load_workbook(file).active.iter_rows(values_only=True)]


def test_csv_is_written_as_vietnamese_spreadsheets_expect():
    assert b"".join(stream_csv(COLUMNS, ROWS)).startswith("\ufeffĐơn vị;Số lượt".encode())
    assert lines(stream_csv(COLUMNS, ROWS)) == [
        COLUMNS,
        ["Xã Mới", "2011", "88,9", "2026-01-31", ""],
        ["'=HYPERLINK(1)", "-5", "0,5", "2026-01-31 14:30:00", "một; hai\n“ba”"],
        ["'+84 912", "1000000000000000000", "1000", "", "có"],
        ["Số dòng", "3"],
    ]


def test_xlsx_keeps_numbers_dates_and_words_for_what_they_are():
    with stream_xlsx(COLUMNS, ROWS, title="Tiếp công dân: quý I/2026") as file:
        assert openpyxl.load_workbook(file).active.title == "Tiếp công dân  quý I 2026"
        assert sheet(file) == [
            COLUMNS,
            ["Xã Mới", 2011, 88.9, dt.datetime(2026, 1, 31), None],  # noqa: DTZ001
            ["=HYPERLINK(1)", -5, 0.5, dt.datetime(2026, 1, 31, 14, 30), "một; hai\n“ba”"],  # noqa: DTZ001
            ["+84 912", "1000000000000000000", 1000, None, "có"],
            ["Số dòng", 3, None, None, None],
        ]
        book = openpyxl.load_workbook(file).active
        assert book["A3"].data_type != "f"
        assert book.freeze_panes == "A2"


def test_an_empty_table_says_that_it_is_empty():
    assert lines(stream_csv(COLUMNS, [])) == [COLUMNS, ["Số dòng", "0"]]
    with stream_xlsx(COLUMNS, []) as file:
        assert sheet(file)[-1][:2] == ["Số dòng", 0]


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cn", "Co", "Cc")), max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(words, st.integers(-(10**14), 10**14)), max_size=8))
def test_every_word_and_number_comes_back_from_the_workbook(rows):
    with stream_xlsx(["a", "b"], rows) as file:
        assert [(word or "", number) for word, number in sheet(file)[1:-1]] == rows


@given(st.lists(st.tuples(words, st.integers()), max_size=8))
def test_every_word_and_number_comes_back_from_csv(rows):
    found = lines(stream_csv(["a", "b"], rows))[1:-1]
    kept = [("'" + word if word.startswith(("=", "+", "-", "@")) else word, number) for word, number in rows]
    assert [(word, int(number)) for word, number in found] == kept


def test_a_file_that_lost_a_line_is_found():
    whole = b"".join(stream_csv(COLUMNS, ROWS))
    check_count(io.BytesIO(whole), 3)
    lost = whole.replace("Xã Mới;2011;88,9;2026-01-31;\r\n".encode(), b"")
    for file, expected in ((lost, 3), (lost, 2), (whole, 4), (whole.rpartition(b"S")[0], 3), (b"", 0)):
        with pytest.raises(CountMismatch, match="xuất lại"):
            check_count(io.BytesIO(file), expected)


def test_a_workbook_that_lost_a_line_is_found():
    with stream_xlsx(COLUMNS, ROWS) as file:
        data = file.read()
    page = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    start = page.index(b'<row r="2"')
    lost = page[:start] + page[page.index(b'<row r="3"') :]
    with pytest.raises(CountMismatch):
        check_count(io.BytesIO(with_parts(data, **{"xl/worksheets/sheet1.xml": lost})), 3)


def test_more_rows_than_a_sheet_holds_are_refused_with_advice(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 5)
    with pytest.raises(TooManyRows, match=r"\.csv"):
        stream_xlsx(["a"], ([number] for number in range(6)))


def test_memory_does_not_grow_with_the_rows():
    def peak(count):
        rows = ((f"xã {number}", number, "chữ" * 20) for number in range(count))
        tracemalloc.start()
        for _piece in stream_csv(["a", "b", "c"], rows):
            pass
        rows = ((f"xã {number}", number, "chữ" * 20) for number in range(count))
        stream_xlsx(["a", "b", "c"], rows).close()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)  # what is loaded once
    assert peak(30_000) < peak(3_000) + 2 * 2**20
