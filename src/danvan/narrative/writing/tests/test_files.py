"""The files: opened again by the libraries that people's programs stand for, every number found and linked."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest
import qrcode
from docx.oxml.ns import qn
from lxml import html

from danvan.lib import qr
from danvan.narrative.writing import Report, ReportData, Section, Signer, report, to_docx, to_html, to_pdf, to_xlsx
from danvan.narrative.writing.bookmarks import bookmark_name
from danvan.narrative.writing.tests.conftest import a_row

HOSTILE = '=cmd|"/C calc"!A1 #emph[x] $1^2$ \\u{41} `raw` <b>&amp;</b> @ref // x /* \x00\x0b\ud800'


@pytest.fixture
def word(data: ReportData, tmp_path: Path) -> docx.document.Document:
    to_docx(report(data), tmp_path / "report.docx")
    return docx.Document(str(tmp_path / "report.docx"))


def pdf_text(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def numbers(written: Report) -> list[str]:
    in_text = [run for paragraph in written.body for run in paragraph.runs]
    in_tables = [cell for annex in written.annexes for row in annex.rows for cell in row.cells]
    return [run.text for run in (*in_text, *in_tables) if run.cell]


# --- Word


def test_the_text_in_word_is_the_report(word: docx.document.Document, data: ReportData) -> None:
    said = [paragraph.text for paragraph in word.paragraphs]
    written = ["".join(run.text for run in paragraph.runs) for paragraph in report(data).body]
    start = said.index(written[0])
    assert said[start : start + len(written)] == written


def test_word_counts_the_headings_itself(word: docx.document.Document, data: ReportData) -> None:
    levels = {
        level.find(qn("w:pStyle")).get(qn("w:val")): level
        for level in word.part.numbering_part.element.iter(qn("w:lvl"))
    }
    assert {
        style: (level.find(qn("w:numFmt")).get(qn("w:val")), level.find(qn("w:lvlText")).get(qn("w:val")))
        for style, level in levels.items()
    } == {"Heading1": ("upperRoman", "%1."), "Heading2": ("decimal", "%2.")}
    sections = subsections = 0
    roman = ["", "I.", "II.", "III.", "IV.", "V."]
    counted = []
    for paragraph in word.paragraphs:
        if paragraph.style.name == "Heading 1":
            sections, subsections = sections + 1, 0
            counted.append(roman[sections])
        elif paragraph.style.name == "Heading 2":
            subsections += 1
            counted.append(f"{subsections}.")
    assert counted == [paragraph.number for paragraph in report(data).body if paragraph.role != "text"]


def test_every_number_is_a_bookmark_and_a_link(word: docx.document.Document, data: ReportData) -> None:
    body = word.element.body
    links = body.findall(f".//{qn('w:hyperlink')}")
    assert ["".join(t.text for t in link.iter(qn("w:t"))) for link in links] == numbers(report(data))
    urls = {rel.rId: rel.target_ref for rel in word.part.rels.values() if rel.is_external}
    targets = [urls[link.get(qn("r:id"))] for link in links]
    assert all(target.startswith("http://127.0.0.1:8000/o/") for target in targets)
    for link in links:
        start, end = link.getprevious(), link.getnext()
        assert (start.tag, end.tag) == (qn("w:bookmarkStart"), qn("w:bookmarkEnd"))
        assert start.get(qn("w:id")) == end.get(qn("w:id"))


def test_bookmarks_are_named_from_their_cells_and_never_twice(word: docx.document.Document) -> None:
    marks = word.element.body.findall(f".//{qn('w:bookmarkStart')}")
    names = [mark.get(qn("w:name")) for mark in marks]
    assert len(names) == len({name.lower() for name in names}) == len({mark.get(qn("w:id")) for mark in marks})
    assert {"rec_turns", "rec_turns_2", "rec_turns_t", "mod_total_field_economy", "mod_total_field_economy_t"} <= {
        *names
    }
    assert all(re.fullmatch(r"[A-Za-z]\w{0,39}", name, re.ASCII) for name in names)


def test_a_long_cell_name_keeps_its_own_bookmark() -> None:
    long = [f"dlg.sessions[audience=front_and_mass_organisations;channel=online;host_role={role}]" for role in "ab"]
    assert bookmark_name(long[0]) != bookmark_name(long[1])
    assert len(bookmark_name(long[0]) + "_t_99") <= 40


def test_word_uses_real_styles(word: docx.document.Document) -> None:
    used = {paragraph.style.name for paragraph in word.paragraphs}
    assert {"Heading 1", "Heading 2", "Body Text", "Title", "Caption"} <= used
    known = {style.style_id for style in word.styles}
    for tag in ("w:pStyle", "w:rStyle"):
        assert {element.get(qn("w:val")) for element in word.element.body.iter(qn(tag))} <= known
    body = word.styles["Body Text"]
    assert (body.font.name, body.font.size.pt, body.paragraph_format.line_spacing.pt) == ("Times New Roman", 14, 18)
    assert not word.styles["Figure"].font.underline


# Word calls a file damaged whose elements stand in another order than the standard's (ECMA-376, 17.3 and 17.4).
ORDER = {
    "w:pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind jc "
    "outlineLvl rPr sectPr",
    "w:rPr": "rStyle rFonts b bCs i iCs caps color spacing sz szCs highlight u vertAlign lang",
    "w:tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "w:tcPr": "tcW gridSpan vMerge tcBorders shd vAlign",
    "w:tbl": "tblPr tblGrid tr",
    "w:tr": "trPr tc",
    "w:tc": "tcPr p",
}


@pytest.mark.parametrize("tag", ORDER)
def test_elements_stand_in_the_order_of_the_standard(word: docx.document.Document, tag: str) -> None:
    ours = {"Normal", "BodyText", "Heading1", "Heading2", "Title", "Caption", "Header", "Footer", "Tabletext", "Figure"}
    styles = [style.element for style in word.styles if style.style_id in ours]
    places = {qn(f"w:{name}"): place for place, name in enumerate(ORDER[tag].split())}
    found = [element for root in (word.element.body, *styles) for element in root.iter(qn(tag))]
    assert found
    for element in found:
        order = [places[child.tag] for child in element]
        assert order == sorted(order)


def test_the_page_is_what_the_layout_says(word: docx.document.Document) -> None:
    first, annex = word.sections
    assert [
        round(side.mm) for side in (first.page_width, first.page_height, first.left_margin, first.right_margin)
    ] == [
        210,
        297,
        30,
        15,
    ]
    assert (round(annex.page_width.mm), round(annex.page_height.mm)) == (297, 210)
    # Page 1 bears no number, the first page of the annex does.
    assert first.different_first_page_header_footer
    assert not annex.different_first_page_header_footer
    assert first.header._element.find(f".//{qn('w:fldSimple')}").get(qn("w:instr")) == "PAGE"
    assert first.first_page_header.paragraphs[0].text == ""


def test_the_head_of_the_table_comes_again_on_every_page(word: docx.document.Document) -> None:
    rows = word.tables[-1].rows
    assert rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    assert [row._tr.find(f".//{qn('w:tblHeader')}") for row in rows][1:] == [None] * (len(rows) - 1)


def test_invented_figures_are_marked(data: ReportData, tmp_path: Path) -> None:
    to_docx(report(data), tmp_path / "a.docx")
    to_docx(report(replace(data, illustration=False)), tmp_path / "b.docx")
    for name, mark in (("a", "Số liệu minh họa"), ("b", "")):
        section = docx.Document(str(tmp_path / f"{name}.docx")).sections[0]
        assert section.footer.paragraphs[0].text == mark
        assert section.first_page_footer.paragraphs[0].text == mark


def test_the_file_says_which_rules_it_was_made_with(word: docx.document.Document) -> None:
    assert word.core_properties.keywords == "party-399-2026"
    assert word.core_properties.title.startswith("Báo cáo: Kết quả công tác dân vận quý I năm 2026")
    assert word.core_properties.author == ""


# --- HTML


@pytest.fixture
def page(data: ReportData, tmp_path: Path) -> html.HtmlElement:
    to_html(report(data), tmp_path / "report.html")
    return html.parse(str(tmp_path / "report.html"), html.HTMLParser(encoding="utf-8")).getroot()


def test_the_page_says_what_the_report_says(page: html.HtmlElement, data: ReportData) -> None:
    written = report(data)
    main = page.find(".//main")
    said = [each.text_content() for each in main if each.tag in ("h2", "h3", "p")]
    assert said == [paragraph.text for paragraph in written.body]
    cells = [each.text_content() for each in page.iter("td")]
    assert cells == [run.text for annex in written.annexes for row in annex.rows for run in row.cells]
    assert [each.text_content() for each in page.iter("thead")] == [
        "".join(column.title for column in annex.columns) for annex in written.annexes
    ]
    head = main[0].text_content()
    assert all(line.text in head for side in (*written.left, *written.right) for line in side)


def test_numbers_of_the_page_have_the_names_and_links_of_those_in_word(
    page: html.HtmlElement, word: docx.document.Document, data: ReportData
) -> None:
    links = page.xpath("//a[@data-cell]")
    marks = [mark.get(qn("w:name")) for mark in word.element.body.iter(qn("w:bookmarkStart"))]
    assert [link.get("id") for link in links] == marks
    assert [link.text_content() for link in links] == numbers(report(data))
    urls = {row.key: f"http://127.0.0.1:8000/{row.url}" for row in data.rows()}
    assert all(link.get("href") == urls[link.get("data-cell")] for link in links)


def test_the_page_asks_no_other_host_for_anything(page: html.HtmlElement) -> None:
    assert page.get("lang") == "vi"
    assert page.xpath("//link | //script | //img | //@src | //iframe | //base") == []
    style = page.findtext(".//style")
    assert style is not None
    assert "url(" not in style
    assert "@import" not in style


def test_names_in_the_page_are_never_markup(data: ReportData, tmp_path: Path) -> None:
    to_html(report(replace(data, unit=HOSTILE, issuer=replace(data.issuer, body=HOSTILE))), tmp_path / "odd.html")
    odd = html.parse(str(tmp_path / "odd.html"), html.HTMLParser(encoding="utf-8")).getroot()
    assert odd.findall(".//b") == []
    assert "<B>&AMP;</B>" in odd.text_content()


# --- the way to the report's page


def test_a_code_at_the_foot_leads_to_the_page_of_the_report(data: ReportData, tmp_path: Path) -> None:
    written = report(replace(data, url="tables/19/2026-Q1/"))
    assert written.address == "http://127.0.0.1:8000/tables/19/2026-Q1/"
    to_docx(written, tmp_path / "report.docx")
    foot = docx.Document(str(tmp_path / "report.docx")).sections[0].first_page_footer._element
    assert written.address in foot.find(f".//{qn('wp:docPr')}").get("descr")
    to_html(written, tmp_path / "report.html")
    (link,) = html.parse(str(tmp_path / "report.html")).xpath("//footer/a")
    assert link.get("href") == written.address
    assert written.address in link[0].get("aria-label")
    to_pdf(written, tmp_path / "report.pdf")
    with pypdfium2.PdfDocument(tmp_path / "report.pdf") as document:
        shapes = [len(list(page.get_objects(max_depth=3))) for page in document]
        plain = tmp_path / "plain.pdf"
        to_pdf(replace(written, address=""), plain)
        with pypdfium2.PdfDocument(plain) as other:
            without = [len(list(page.get_objects(max_depth=3))) for page in other]
    assert shapes[0] > without[0]
    assert shapes[1:] == without[1:]


def test_the_code_is_the_address(data: ReportData) -> None:
    address = "http://127.0.0.1:8000/tables/19/2026-Q1/"
    side = int(re.search(r'viewBox="0 0 (\d+) ', qr.svg(address))[1])
    assert side == len(qrcode_of(address))
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", qr.svg(address))}
    assert dark == {(x, y) for y, row in enumerate(qrcode_of(address)) for x, black in enumerate(row) if black}
    assert qr.png(address).startswith(b"\x89PNG")


def qrcode_of(address: str) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L)
    code.add_data(address)
    return code.get_matrix()


# --- PDF


def test_the_pdf_can_be_kept_and_heard(data: ReportData, tmp_path: Path) -> None:
    """PDF/A-2a and PDF/UA-1: the writer refuses what does not conform; here that it was asked and took nothing back."""
    to_pdf(report(replace(data, url="tables/19/2026-Q1/")), tmp_path / "report.pdf")
    content = (tmp_path / "report.pdf").read_bytes()
    for claim in (b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<", b"/MarkInfo", b"/Lang(vi"):
        assert claim in content, claim
    assert b"/Type/Font/" in content
    with pypdfium2.PdfDocument(tmp_path / "report.pdf") as document:
        assert document.get_metadata_value("Title").startswith("Báo cáo: Kết quả công tác dân vận")


def test_a_letter_that_no_font_has_is_still_printed(data: ReportData, tmp_path: Path) -> None:
    to_pdf(report(replace(data, missing=("Xã \U00012000",))), tmp_path / "report.pdf")
    assert "quý I năm 2026" in pdf_text(tmp_path / "report.pdf")


def test_the_pdf_has_every_figure_and_every_link(data: ReportData, tmp_path: Path) -> None:
    to_pdf(report(data), tmp_path / "report.pdf")
    said = re.sub(r"\s+", " ", pdf_text(tmp_path / "report.pdf"))
    for number in numbers(report(data)):
        assert number in said
    assert "BAN TUYÊN GIÁO VÀ DÂN VẬN" in said
    assert "theo lĩnh vực: kinh tế 16 mô hình, văn hóa - xã hội 39 mô hình" in said
    targets = set(re.findall(rb"/URI\((.*?)\)", (tmp_path / "report.pdf").read_bytes()))
    assert {f"http://127.0.0.1:8000/{row.url}".encode() for row in data.rows() if row.now.value is not None} <= targets


def test_page_one_of_the_pdf_bears_no_number(data: ReportData, tmp_path: Path) -> None:
    to_pdf(report(data), tmp_path / "report.pdf")
    with pypdfium2.PdfDocument(tmp_path / "report.pdf") as document:
        heads = [page.get_textpage().get_text_bounded().split()[0] for page in document]
    assert heads[0] == "TỈNH"
    assert heads[1:] == [str(n) for n in range(2, len(heads) + 1)]


def test_no_word_is_read_as_markup(data: ReportData, tmp_path: Path) -> None:
    rows = (a_row("rec.turns", 5, label=HOSTILE, reasons=(HOSTILE,)),)
    odd = replace(data, unit=HOSTILE, missing=(HOSTILE,), sections=(Section(HOSTILE, rows),))
    odd = replace(
        odd, issuer=replace(odd.issuer, body=HOSTILE, place=HOSTILE, recipients=(HOSTILE,), signer=Signer(HOSTILE))
    )
    for suffix, write in (("docx", to_docx), ("pdf", to_pdf)):
        write(report(odd), tmp_path / f"odd.{suffix}")
    said = re.sub(r"\s+", "", pdf_text(tmp_path / "odd.pdf"))
    in_word = docx.Document(str(tmp_path / "odd.docx"))
    for piece in ("#emph[x]", "$1^2$", "`raw`", "<b>&amp;</b>", "\\u{41}", "/*"):
        assert piece in said
        assert any(piece in paragraph.text for paragraph in in_word.paragraphs)
    to_xlsx(odd, tmp_path / "odd.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "odd.xlsx").worksheets[0]
    assert sheet["A1"].data_type == "s"
    assert sheet["A1"].value.startswith('=cmd|"/C calc"!A1')


# --- workbook


def test_values_in_the_workbook_are_numbers(data: ReportData, tmp_path: Path) -> None:
    to_xlsx(data, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
    lines = {row[8].value: row for row in sheet.iter_rows(min_row=5) if row[8].value}
    values = {code: [cell.value for cell in row[3:7]] for code, row in lines.items()}
    assert values["rec.turns"] == [46, 66, -20, pytest.approx(-20 / 66)]
    assert values["rec.resolution_rate"][:2] == [pytest.approx(22 / 29), pytest.approx(30 / 44)]
    assert values["rec.groups"] == [0, 5, -5, -1]
    assert values["vis.gift_value"][0] == 26_400_000_000
    assert values["dlg.attendance"][0] == "chưa báo cáo"
    assert values["mod.new"] == [30, 10, None, None]
    assert lines["rec.turns"][3].number_format == "#,##0"
    assert lines["rec.resolution_rate"][3].number_format == "0.0%"
    assert lines["rec.turns"][3].hyperlink.target == "http://127.0.0.1:8000/o/rec.turns"
    assert sheet.freeze_panes == "C5"
    assert sheet.print_title_rows == "$4:$4"


def test_the_workbook_names_contributors_and_sources(data: ReportData, tmp_path: Path) -> None:
    to_xlsx(data, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["Số liệu", "Đơn vị đóng góp", "Còn thiếu", "Nguồn"]
    assert [cell.value for cell in book["Đơn vị đóng góp"][2]][:5] == ["Xã Ba Bể", "rec.turns", "Lượt tiếp", "lượt", 12]
    assert book["Nguồn"]["C2"].value == "http://127.0.0.1:8000/o/rec.turns"
    to_xlsx(replace(data, contributions=(), language="en"), tmp_path / "e.xlsx")
    assert openpyxl.load_workbook(tmp_path / "e.xlsx").sheetnames == ["Figures", "Missing", "Sources"]


def test_the_workbook_says_what_is_missing(data: ReportData, tmp_path: Path) -> None:
    """Who has not filed comes first and once; then who filed without an indicator."""
    row = a_row("rec.turns", 46, missing=("Xã Ba Bể", "Xã Tân Sơn"), label="Số lượt tiếp")
    part = a_row("mod.total", 5, missing=("Xã Tân Sơn",), label="Số mô hình", part="kinh tế", breakdown="field=economy")
    lacking = replace(data, form="Biểu dân vận", sections=(Section("Số liệu", (row, part)),))
    to_xlsx(lacking, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["Còn thiếu"]
    assert [sheet["A1"].value, sheet["A2"].value] == [
        "Biểu: Biểu dân vận",
        "Tỉnh Thái Nguyên, Quý I năm 2026: đơn vị đã gửi báo cáo 90/92",
    ]
    assert list(sheet.iter_rows(min_row=4, values_only=True)) == [
        (1, "Xã Ba Bể", "cả báo cáo", None, None, None),
        (2, "Phường Phổ Yên", "cả báo cáo", None, None, None),
        (3, "Xã Tân Sơn", "chỉ tiêu bỏ trống", "Số lượt tiếp", "lượt", "rec.turns"),
        (4, "Xã Tân Sơn", "chỉ tiêu bỏ trống", "Số mô hình: kinh tế", "mô hình", "mod.total[field=economy]"),
    ]


def test_the_workbook_says_that_nothing_is_missing(data: ReportData, tmp_path: Path) -> None:
    whole = replace(data, missing=(), filed=92, sections=(Section("Số liệu", (a_row("rec.turns", 46),)),))
    to_xlsx(whole, tmp_path / "t.xlsx")
    assert openpyxl.load_workbook(tmp_path / "t.xlsx")["Còn thiếu"]["B4"].value.startswith("Mọi đơn vị đã gửi")
    to_xlsx(replace(whole, expected=0), tmp_path / "own.xlsx")  # a commune's own: nobody had to file to it
    assert "Còn thiếu" not in openpyxl.load_workbook(tmp_path / "own.xlsx").sheetnames


def test_cells_of_one_look_share_it_and_no_others(data: ReportData, tmp_path: Path) -> None:
    """How cells look is remembered; what one says may not leak into another."""
    rows = (a_row("rec.turns", 46, 66, label="=1"), a_row("rec.cases", 29, 44), a_row("rec.resolution_rate", "22/29"))
    for number in range(2):
        to_xlsx(replace(data, sections=(Section("S", rows),)), tmp_path / f"{number}.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "1.xlsx").worksheets[0]
    looks = [(row[1].quotePrefix, row[3].number_format, row[1].font.b, row[0].alignment.horizontal) for row in
             sheet.iter_rows(min_row=6, max_row=8)]  # fmt: skip
    assert looks == [
        (True, "#,##0", False, "center"),
        (False, "#,##0", False, "center"),
        (False, "0.0%", False, "center"),
    ]
    assert sheet["A5"].font.b


def test_no_sheet_holds_a_formula(data: ReportData, tmp_path: Path) -> None:
    first = data.sections[0]
    rows = (replace(first.rows[0], label="=1+1", unit="+1", reasons=("@x",)), *first.rows[1:])
    to_xlsx(replace(data, unit="=A1", sections=(Section("=B1", rows),)), tmp_path / "t.xlsx")
    with zipfile.ZipFile(tmp_path / "t.xlsx") as book:
        assert not [name for name in book.namelist() if name.startswith("xl/worksheets") and b"<f>" in book.read(name)]


def test_a_large_report_keeps_every_row(data: ReportData, tmp_path: Path) -> None:
    rows = tuple(a_row("mod.total", n, breakdown=f"field=f{n:03}", part=f"phần {n}") for n in range(300))
    to_docx(report(replace(data, sections=(Section("Lớn", rows),))), tmp_path / "large.docx")
    table = docx.Document(str(tmp_path / "large.docx")).tables[-1]
    assert len(table._tbl.tr_lst) == 302
    assert Decimal(299) == rows[-1].now.value
