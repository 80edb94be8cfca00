"""The cells of a table are read by the headings of their rows and columns."""

import docx
import pytest

from danvan.narrative.reading import read_file, read_text

OPENING = "BÁO CÁO\nKết quả công tác dân vận 6 tháng đầu năm 2024 của huyện Sông Trà\n"
TABLE = """TT | Chỉ tiêu | Đơn vị tính | 6 tháng đầu năm 2024 | 6 tháng đầu năm 2023 | Tăng, giảm (%)
1 | Tiếp công dân | lượt | 46 | 40 | 15
2 | Đơn khiếu nại nhận được | đơn | 12 | - | -
3 | Mô hình Dân vận khéo | mô hình | 1.234 | 1.100 | 12,2
"""


def cells(text):
    document = read_text(text)
    return [
        (text[one.start : one.end], int(one.value), one.indicator, one.period and one.period.code)
        for one in sorted(document.readings, key=lambda one: one.start)
    ]


def test_a_cell_is_named_by_its_row_and_dated_by_its_column():
    assert cells(OPENING + TABLE) == [
        ("46", 46, "rec.turns", None),
        ("40", 40, "rec.turns", "2023-H1"),
        ("12", 12, "pet.complaints", None),
        ("1.234", 1234, "mod.total", None),
        ("1.100", 1100, "mod.total", "2023-H1"),
    ]


@pytest.mark.parametrize(
    ("heads", "read"),
    [
        ("Thực hiện | Cùng kỳ năm trước", [46, 40]),
        ("Thực hiện | Kỳ trước", [46]),
        ("Thực hiện | Lũy kế từ đầu năm", [46]),
        ("Chỉ tiêu giao năm 2024 | Thực hiện năm 2024", [40]),
        ("Kỳ này | So sánh (%)", [46]),
        ("Kế hoạch | Đạt", []),
    ],
)
def test_a_column_whose_period_is_not_sure_is_left(heads, read):
    text = f"Chỉ tiêu | Đơn vị tính | {heads}\nTiếp công dân | lượt | 46 | 40\nMô hình Dân vận khéo | mô hình | - | -\n"
    assert [value for _, value, _, _ in cells(OPENING + text)] == read


def test_a_cell_that_repeats_the_text_is_one_fact():
    document = read_text(f"{OPENING}Toàn huyện đã tiếp 46 lượt công dân trong kỳ.\n{TABLE}")
    again = [one for one in document.readings if one.mention_of is not None]
    assert [(one.quote, document.readings[one.mention_of].quote) for one in again] == [("46", "46 lượt công dân")]


def test_rows_of_places_are_not_taken_for_the_reporting_unit():
    assert cells(f"{OPENING}Đơn vị | Tiếp công dân | Đơn nhận\nXã Ba Bể | 12 | 15\nXã Na Rì | 11 | 3\n") == []


def test_headings_in_two_rows():
    text = (
        "Chỉ tiêu | Đơn vị tính | 6 tháng đầu năm |  | Ghi chú\n |  | Năm 2024 | Năm 2023 | \n"
        "I. TIẾP DÂN |  |  |  | \nTiếp công dân | lượt | 46 | 40 | \nMô hình Dân vận khéo | mô hình | 7 | 5 | \n"
    )
    assert cells(OPENING + text) == [
        ("46", 46, "rec.turns", None),
        ("40", 40, "rec.turns", "2023-H1"),
        ("7", 7, "mod.total", None),
        ("5", 5, "mod.total", "2023-H1"),
    ]


def test_a_column_that_compares_says_no_figure():
    text = "Chỉ tiêu | Năm 2024 | Năm 2023 | Tăng, giảm | So sánh\nĐơn nhận | 12 đơn | 10 đơn | 2 đơn | 20%\n"
    assert [said for said, _, _, _ in cells(OPENING + text)] == ["12 đơn", "10 đơn"]


def test_a_table_with_one_column_of_figures():
    text = "TT | Nội dung | Kết quả\n1 | Số người được tiếp | 46 lượt người\n2 | Kinh phí quà tặng | 1.500.000 đồng\n"
    assert [(value, code) for _, value, code, _ in cells(OPENING + text)] == [
        (46, "rec.persons"),
        (1_500_000, "vis.gift_value"),
    ]


def test_the_unit_may_stand_in_the_heading_and_the_columns_may_be_numbered():
    heads = "Chỉ tiêu | Năm 2024 | Năm 2023\n(1) | (2) | (3)\n"
    assert [(value, code) for _, value, code, _ in cells(f"{OPENING}{heads}Số đơn tiếp nhận (đơn) | 12 | 10\n")] == [
        (12, "pet.received"),
        (10, "pet.received"),
    ]


def test_parts_under_their_whole():
    text = (
        "Chỉ tiêu | Đơn vị tính | Kỳ này | Cùng kỳ\nTổng số mô hình Dân vận khéo | mô hình | 55 | 50\n"
        "- Kinh tế | mô hình | 16 | 15\n- Kiểu lạ | mô hình | 39 | 35\n"
    )
    found = [(int(one.value), one.indicator, one.breakdown) for one in read_text(OPENING + text).readings]
    assert (55, "mod.total", {}) in found
    assert (16, "mod.total", {"field": "economy"}) in found
    assert not [one for one in found if one[0] in (39, 35) and one[1]]  # a part is not taken for its whole


def test_the_line_that_adds_up_places():
    text = "Đơn vị | Tiếp công dân | Số đơn nhận\nXã Ba Bể | 12 | 15\nXã Na Rì | 11 | 3\nTổng cộng | 23 | 18\n"
    assert [(value, code) for _, value, code, _ in cells(OPENING + text)] == [(23, "rec.turns"), (18, "pet.received")]


def test_a_hedge_and_a_pair_in_a_cell():
    text = (
        "Chỉ tiêu | Năm 2024 | Năm 2023\nSố lượt người được tuyên truyền | trên 1.200 | 900\n"
        "Tỷ lệ giải quyết vụ việc | 75,9% (22/29) | 68,2% (30/44)\n"
    )
    found = read_text(OPENING + text).readings
    assert [(one.indicator, one.qualifier) for one in found if one.value == 1200] == [("prp.attendance", "over")]
    assert [one.quote for one in found if one.indicator == "pet.resolution_rate"] == ["75,9%", "68,2%"]


def test_a_share_in_a_cell_is_dated_by_its_column():
    text = TABLE + "4 | Tỷ lệ giải quyết vụ việc | % | 75,9% (22/29) | 68,2% (30/44) | +7,7\n"
    assert [(said, period) for said, _, _, period in cells(OPENING + text) if said.endswith("%")] == [
        ("75,9%", None),
        ("68,2%", "2023-H1"),
    ]


def test_a_table_of_a_page_is_read(tmp_path):
    lines = [line.split(" | ") for line in TABLE.splitlines()]
    rows = "".join(f"<tr>{''.join(f'<td><p>{said}</p></td>' for said in line)}</tr>" for line in lines)
    opening = "".join(f"<p>{line}</p>" for line in OPENING.splitlines())
    (tmp_path / "a.html").write_text(f"<html><body>{opening}<table>{rows}</table></body></html>", "utf-8")
    assert len(read_file(tmp_path / "a.html").readings) == 5


def test_a_table_of_a_word_file_is_read(tmp_path):
    document = docx.Document()
    document.add_paragraph(OPENING)
    rows = [line.split(" | ") for line in TABLE.splitlines()]
    table = document.add_table(len(rows), len(rows[0]))
    for row, words in zip(table.rows, rows, strict=True):
        for cell, said in zip(row.cells, words, strict=True):
            cell.text = said
    document.save(str(tmp_path / "a.docx"))
    assert len(read_file(tmp_path / "a.docx").readings) == 5


def test_a_table_within_a_table_is_read_once(tmp_path):
    """A table that only arranges the page holds the report; another one in it the figures."""
    document = docx.Document()
    outer = document.add_table(1, 2).rows[0].cells
    outer[0].text, outer[1].text = "Huyện Sông Trà", "Năm 2024, đã tiếp 46 lượt công dân."
    inner = outer[1].add_table(2, 3)
    for row, said in zip(inner.rows, (("Chỉ tiêu", "Năm 2024", "Năm 2023"), ("Đơn nhận", "29", "31")), strict=True):
        for cell, word in zip(row.cells, said, strict=True):
            cell.text = word
    document.save(str(tmp_path / "a.docx"))
    said = read_file(tmp_path / "a.docx").text
    assert [line for line in said.split("\n") if line] == [
        "Huyện Sông Trà",
        "Năm 2024, đã tiếp 46 lượt công dân.",
        "Chỉ tiêu | Năm 2024 | Năm 2023",
        "Đơn nhận | 29 | 31",
    ]


def test_a_report_that_stands_in_one_cell_keeps_its_paragraphs(tmp_path):
    document = docx.Document()
    cell = document.add_table(1, 1).rows[0].cells[0]
    cell.text = "Năm 2024, huyện Sông Trà tiếp 46 lượt công dân. " + "Công tác dân vận được quan tâm. " * 10
    cell.add_paragraph("Đã nhận 29 đơn.")
    document.save(str(tmp_path / "a.docx"))
    assert read_file(tmp_path / "a.docx").text.split("\n")[-2] == "Đã nhận 29 đơn."
