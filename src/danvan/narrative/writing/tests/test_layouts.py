"""What the rule sets say, measured on the printed page: where things stand in mm, how large and in which font."""

from __future__ import annotations

import ctypes
import datetime
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import docx
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ImageFont

from danvan.desk.assets import FONTS
from danvan.narrative.writing import Issuer, Report, ReportData, report, to_docx, to_pdf
from danvan.narrative.writing.layout import layout
from danvan.narrative.writing.widths import broken, width

# The numbers of the guides, written here once more and not read from the layouts.
BLOCKS = ("title", "parent", "body", "number", "date", "kind", "abstract", "text")
GUIDES = {
    "party-36-2018": {
        "day": datetime.date(2021, 7, 1),
        "office": "party",
        "margins": (20, 20, 30, 15),
        "sizes": dict(zip(BLOCKS, (15, 14, 14, 14, 14, 16, 14, 14), strict=True)),
        "first_line": 10,
        "title": "ĐẢNG CỘNG SẢN VIỆT NAM",
        "number": "Số 07-BC/",
    },
    "party-399-2026": {
        "day": datetime.date(2026, 7, 1),
        "office": "party",
        "margins": (20, 20, 30, 15),
        "sizes": dict(zip(BLOCKS, (14, 14, 14, 14, 14, 16, 14, 14), strict=True)),
        "first_line": 10,
        "title": "ĐẢNG CỘNG SẢN VIỆT NAM",
        "number": "Số 07-BC/",
    },
    "state-30-2020": {
        "day": datetime.date(2026, 1, 5),
        "office": "state",
        "margins": (20, 20, 30, 15),
        "sizes": dict(zip(BLOCKS, (12, 12, 12, 13, 13, 14, 14, 14), strict=True)),
        "first_line": 12.7,
        "title": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "number": "Số: 07/BC-",
    },
}
GUIDES["front-91-2013"] = {**GUIDES["state-30-2020"], "office": "front"}
ISSUERS = [
    Issuer("Ban Tuyên giáo và Dân vận", "Tỉnh ủy Thái Nguyên", "BTGDVTU", "Thái Nguyên"),
    Issuer("Ban Dân vận", "Tỉnh ủy Hà Nam", "BDVTU", "Hà Nam"),
    Issuer("Ban Xây dựng Đảng", "Đảng ủy đặc khu Bạch Long Vĩ", "BXDĐ", "Bạch Long Vĩ"),
    Issuer("Ủy ban nhân dân", "", "UBND", "Thành phố Hồ Chí Minh"),
    Issuer(
        "Ban Chỉ đạo thực hiện Quy chế dân chủ ở cơ sở và công tác dân vận chính quyền",
        "Ban Chấp hành Đảng bộ thành phố Hồ Chí Minh",
        "BCĐ",
        "Thành phố Hồ Chí Minh",
    ),
]
TONES = "\u0300\u0301\u0303\u0309\u0323"
ANY_DAY = datetime.date(2026, 7, 1)
words = st.sampled_from(
    ["Ban", "Tuyên", "giáo", "và", "Dân", "vận", "Đảng", "ủy", "Nghiêm", "Thường", "xã", "Ia", "Trưởng"]
)
needs_fonts = pytest.mark.skipif(not FONTS.exists(), reason="no print fonts: run `make assets`")


@dataclass(frozen=True)
class Glyph:
    text: str
    left: float  # mm from the left edge of the page
    top: float  # mm from its upper edge
    right: float
    bottom: float
    size: float  # pt
    font: str


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    glyphs: list[Glyph]
    strokes: list[tuple[float, float, float]]  # left, right, top

    def line(self, begin: str) -> list[Glyph]:
        """The glyphs of the words, where they first stand."""
        at = "".join(glyph.text for glyph in self.glyphs).index(begin.replace(" ", ""))
        return self.glyphs[at : at + len(begin.replace(" ", ""))]

    def stroke_under(self, line: list[Glyph]) -> tuple[float, float]:
        middle, foot = (line[0].left + line[-1].right) / 2, max(glyph.bottom for glyph in line)
        return next((a, b) for a, b, top in self.strokes if foot - 1 < top < foot + 5 and a < middle < b)


def printed(path: Path) -> list[Page]:
    with pypdfium2.PdfDocument(path) as document:
        return [_page(page) for page in document]


def _page(page: pypdfium2.PdfPage) -> Page:
    mm = 25.4 / 72
    across, down = (side * mm for side in page.get_size())
    text = page.get_textpage()
    glyphs = []
    for place in range(text.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text, place))
        if not letter.isspace():
            left, bottom, right, top = (side * mm for side in text.get_charbox(place))
            size = pdfium.FPDFText_GetFontSize(text, place)
            glyphs.append(Glyph(letter, left, down - top, right, down - bottom, size, _font(text, place)))
    strokes = [
        (left * mm, right * mm, down - top * mm)
        for left, bottom, right, top in (
            each.get_bounds() for each in page.get_objects() if each.type == pdfium.FPDF_PAGEOBJ_PATH
        )
        if top - bottom < 3
    ]
    return Page(across, down, glyphs, strokes)


def _font(text: pypdfium2.PdfTextPage, place: int) -> str:
    name = ctypes.create_string_buffer(200)
    pdfium.FPDFText_GetFontInfo(text, place, name, 200, ctypes.c_int())
    found = name.value.decode().partition("+")[2]
    return found if "-" in found else f"{found}-Regular"  # some builds of the font leave it out of the name


def issued(data: ReportData, rules: str, issuer: Issuer) -> Report:
    guide = GUIDES[rules]
    dated = replace(data, issuer=replace(issuer, layout=guide["office"]), date=guide["day"], number=7, base_url="")
    return report(dated)


def every_layout_and_issuer() -> Iterator[object]:
    for rules in GUIDES:
        for issuer in ISSUERS:
            yield pytest.param(rules, issuer, id=f"{rules}-{issuer.symbol}")


@needs_fonts
@pytest.mark.parametrize(("rules", "issuer"), every_layout_and_issuer())
def test_the_printed_page_keeps_the_rules(data: ReportData, rules: str, issuer: Issuer, tmp_path: Path) -> None:
    written = issued(data, rules, issuer)
    assert written.layout == rules
    to_pdf(written, tmp_path / "report.pdf", [FONTS])
    first, *others = printed(tmp_path / "report.pdf")
    _margins(GUIDES[rules], first, others)
    _heading_block(GUIDES[rules], first, written, issuer)
    _page_numbers(others, "Tinos-Regular", {"party": 14, "state": 13, "front": 13}[GUIDES[rules]["office"]])
    assert {glyph.font.partition("-")[0] for page in (first, *others) for glyph in page.glyphs} == {"Tinos"}


def _margins(guide: dict, first: Page, others: list[Page]) -> None:
    """Nothing but page numbers and the mark at the foot stands in the margins; the text fills the width."""
    top, bottom, left, right = guide["margins"]
    for page in (first, *others):
        inside = [glyph for glyph in page.glyphs if glyph.size > 9 and glyph.top > 15]
        assert min(glyph.left for glyph in inside) >= left - 0.6
        assert max(glyph.right for glyph in inside) <= page.width - right + 0.6
        assert min(glyph.top for glyph in inside) >= top - 0.6
        assert max(glyph.bottom for glyph in inside) <= page.height - bottom + 0.6
    assert (round(first.width), round(first.height)) == (210, 297)
    assert min(glyph.top for glyph in first.glyphs) == pytest.approx(top, abs=1.5)
    assert max(glyph.right for glyph in first.glyphs) == pytest.approx(210 - right, abs=0.6)  # justified
    section = first.line("I. TÌNH HÌNH CHUNG")
    assert section[0].left == pytest.approx(left + guide["first_line"], abs=0.6)
    wrapped = [glyph.left for glyph in first.glyphs if glyph.top > section[0].top]
    assert min(wrapped) == pytest.approx(left, abs=0.9)


def _heading_block(guide: dict, page: Page, written: Report, issuer: Issuer) -> None:
    laid = {line.text.replace("\n", " "): line.text.split("\n")[0] for line in written.left[0]}
    found = {
        "title": page.line(guide["title"]),
        "body": page.line(laid[issuer.body.upper()]),
        "number": page.line(guide["number"]),
        "date": page.line("ngày 0"),
        "kind": page.line("BÁO CÁO"),
        "abstract": page.line("Kết quả công tác dân vận"),
        "text": page.line("Báo cáo được tổng hợp từ"),
    }
    if issuer.parent:
        found["parent"] = page.line(laid[issuer.parent.upper()])
    faces = {"title": "Bold", "body": "Bold", "date": "Italic", "kind": "Bold", "abstract": "Bold"}
    for block, line in found.items():
        assert {glyph.size for glyph in line} == {guide["sizes"][block]}, block
        assert {glyph.font for glyph in line} == {f"Tinos-{faces.get(block, 'Regular')}"}, block
    # The names stand side by side and never touch; number and date stand level under them.
    title = found["title"]
    border = 30 + written.columns[0]
    head = page.glyphs[: page.glyphs.index(found["kind"][0])]
    for block, side in ((written.left, "left"), (written.right, "right")):
        there = [glyph for glyph in head if (glyph.left < border - 0.3) == (side == "left")]
        assert "".join(glyph.text for glyph in there) == "".join(
            "".join(line.text.split()) for group in block for line in group
        )
        assert side == "right" or max(glyph.right for glyph in there) <= border + 0.3
    assert found["number"][0].bottom == pytest.approx(page.line(issuer.place)[0].bottom, abs=2)
    lowest = max(glyph.bottom for glyph in (*found["body"], *title))
    assert found["number"][0].top > lowest
    middle = 30 + 165 / 2
    assert (found["kind"][0].left + found["kind"][-1].right) / 2 == pytest.approx(middle, abs=0.5)
    _strokes(guide, page, title, border)


def _strokes(guide: dict, page: Page, title: list[Glyph], border: float) -> None:
    """Under the Party's name and the motto as long as they; under a state body a third to a half of its name."""
    if guide["office"] == "party":
        begin, end = page.stroke_under(title)
        assert (begin, end) == pytest.approx((title[0].left, title[-1].right), abs=1)
        assert page.line("-----")
        return
    motto = page.line("Độc lập - Tự do - Hạnh phúc")
    assert {(glyph.size, glyph.font) for glyph in motto} == {(13, "Tinos-Bold")}
    assert page.stroke_under(motto) == pytest.approx((motto[0].left, motto[-1].right), abs=1)
    bold = [glyph for glyph in page.glyphs if glyph.font == "Tinos-Bold" and glyph.size == 12 and glyph.top < 60]
    body = [glyph for glyph in bold if glyph.right < border]
    rows = {round(glyph.bottom): None for glyph in body if glyph.text.isalpha()}
    length = max(
        max(glyph.right for glyph in body if round(glyph.bottom) == row)
        - min(glyph.left for glyph in body if round(glyph.bottom) == row)
        for row in rows
    )
    last = [glyph for glyph in body if round(glyph.bottom) == max(rows)]
    begin, end = page.stroke_under(sorted(last, key=lambda glyph: glyph.left))
    assert 1 / 3 - 0.02 <= (end - begin) / length <= 1 / 2 + 0.02


def _page_numbers(pages: list[Page], font: str, size: int) -> None:
    """From page 2, in the middle of the text, 10 mm under the upper edge."""
    for number, page in enumerate(pages, 2):
        digits = [glyph for glyph in page.glyphs if glyph.top < 15]
        assert "".join(glyph.text for glyph in digits) == str(number)
        assert {(glyph.size, glyph.font) for glyph in digits} == {(size, font)}
        assert min(glyph.top for glyph in digits) == pytest.approx(10, abs=0.6)
        assert (digits[0].left + digits[-1].right) / 2 == pytest.approx((page.width + 30 - 15) / 2, abs=0.6)


@pytest.mark.parametrize("rules", GUIDES)
def test_the_word_file_keeps_the_same_rules(data: ReportData, rules: str, tmp_path: Path) -> None:
    guide = GUIDES[rules]
    to_docx(issued(data, rules, ISSUERS[0]), tmp_path / "report.docx")
    word = docx.Document(str(tmp_path / "report.docx"))
    for section in word.sections:
        sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert tuple(round(side.mm) for side in sides) == guide["margins"]
        assert round(section.header_distance.mm) == 10
    body, header = word.styles["Body Text"], word.styles["Header"]
    assert {word.styles[name].font.name for name in ("Normal", "Body Text", "Heading 1", "Title", "Header")} == {
        "Times New Roman"
    }
    assert body.font.size.pt == word.styles["Heading 1"].font.size.pt == guide["sizes"]["text"]
    assert body.paragraph_format.first_line_indent.mm == pytest.approx(guide["first_line"], abs=0.05)
    assert body.paragraph_format.space_before.pt >= 6
    assert header.font.size.pt in (13, 14)
    runs = {run.text: run for table in word.tables[:1] for p in table._cells for q in p.paragraphs for run in q.runs}
    assert runs[guide["title"]].font.size.pt == guide["sizes"]["title"]
    assert runs[guide["title"]].bold
    assert runs[ISSUERS[0].body.upper()].font.size.pt == guide["sizes"]["body"]
    assert runs[ISSUERS[0].body.upper()].bold


@given(
    body=st.lists(words, min_size=1, max_size=25),
    parent=st.lists(words, max_size=15),
    place=st.lists(words, max_size=6),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("rules", GUIDES)
def test_names_of_any_length_stand_in_their_columns(
    data: ReportData, rules: str, body: list[str], parent: list[str], place: list[str]
) -> None:
    written = issued(data, rules, Issuer(" ".join(body), " ".join(parent), "B", " ".join(place)))
    assert sum(written.columns) == pytest.approx(165)
    assert written.right[0][0].text == GUIDES[rules]["title"]
    for side, column in zip((written.left, written.right), written.columns, strict=True):
        for line in (line for group in side for line in group):
            lines = line.text.split("\n")
            assert max(width(one, line.size, bold=line.bold) for one in lines) <= column + 0.01
            assert line.rule <= column
    laid = [line.text.replace("\n", " ") for group in written.left for line in group]
    assert " ".join(body).upper() in laid


@needs_fonts
@pytest.mark.parametrize("face", ["Regular", "Bold"])
def test_widths_are_those_of_the_font(face: str) -> None:
    plain = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjzw"
    marked = (unicodedata.normalize("NFC", letter + tone) for letter in "aăâeêioôơuưy" for tone in TONES)
    lower = {*plain, *(letter for letter in marked if len(letter) == 1)}
    font = ImageFont.truetype(str(FONTS / f"Tinos-{face}.ttf"), 1000)
    thousandth = 14 * 25.4 / 72 / 1000
    for letter in (*lower, *"".join(lower).upper(), *" 0123456789.,-/()"):
        assert width(letter, 14, bold=face == "Bold") == pytest.approx(font.getlength(letter) * thousandth, abs=0.3), (
            letter
        )


def test_a_name_is_broken_evenly() -> None:
    assert broken("BAN TUYÊN GIÁO VÀ DÂN VẬN", 14, 70, bold=True) == ["BAN TUYÊN GIÁO", "VÀ DÂN VẬN"]
    assert broken("BAN DÂN VẬN", 14, 70, bold=True) == ["BAN DÂN VẬN"]
    assert broken("", 14, 70) == [""]


def test_the_heading_of_a_document_is_chosen_by_its_day() -> None:
    assert {layout(guide["office"], guide["day"]).id for guide in GUIDES.values()} == set(GUIDES)
    assert layout("party", ANY_DAY).rules["end"] == "."
