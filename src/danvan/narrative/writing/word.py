"""A report as a Word file: real styles, every figure a bookmark named from its cell and a link to its page."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import NamespacePrefixedTag, qn
from docx.oxml.parser import oxml_parser
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

from danvan.lib import qr
from danvan.narrative.writing import trace
from danvan.narrative.writing.bookmarks import Bookmarks
from danvan.narrative.writing.model import Annex, Chart, Column, Line, Paragraph, Report, Run, Table, TableRow
from danvan.narrative.writing.passages import passages

# Names of the styles, as people see them in Word. A linked number looks like the text around it.
FIGURE, PLACE, TABLE = "Figure", "Place to fill", "Table text"
STYLES = {"section": "Heading 1", "subsection": "Heading 2", "text": "Body Text"}

_ALIGN = {"center": WD_ALIGN_PARAGRAPH.CENTER, "both": WD_ALIGN_PARAGRAPH.JUSTIFY}
_FOOT = 4  # mm from the foot to the edge: the QR code stands in the margin
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_TWIPS_A_MM = 1440 / 25.4
_W = qn("w:")


def to_docx(report: Report, path: Path) -> None:
    """Writes the report to `path`. Every figure is a bookmark (names: `Bookmarks`) and a link to its cell."""
    _Writer(report).write(path)


@dataclass
class _Writer:
    report: Report
    links: dict[str, str] = field(default_factory=dict)  # url -> relationship id
    bookmarks: Bookmarks = field(default_factory=Bookmarks)
    marks: int = 0
    charts: int = 0
    marked: dict[str, Run] = field(default_factory=dict)  # bookmark -> the number under it
    kinds: dict[Any, trace.Kind] = field(default_factory=dict)  # paragraph or table -> what it is

    def __post_init__(self) -> None:
        self.document = docx.Document()
        self.body = self.document.element.body
        page = self.report.page
        self.width = page["width"] - page["left"] - page["right"]

    def write(self, path: Path) -> None:
        self._numbering()
        self._styles()
        self._properties()
        self._page(self.document.sections[0])
        self._header_and_footer()
        self._heading_block()
        for line in self.report.heading:
            self._add(*_lines(line, self.width, "Title"))
        for line in self.report.addressees:
            self._add(*_lines(line, self.width, "Normal"))
        for paragraph in self.report.body:
            if isinstance(paragraph, Table):
                self._add(_paragraph(_id(TABLE), keep=True))  # the air above the table
                self._table(paragraph.columns, paragraph.rows, self.width, kind="text")
                continue
            # The signature never stands alone on a page.
            element = _paragraph(_id(STYLES[paragraph.role]), keep=paragraph is self.report.body[-1])
            if paragraph.role != "text" and not paragraph.number:
                element[0].append(_number_properties(0))  # a heading that stands outside of the numbers
            element.extend(self._runs(paragraph.runs))
            self.kinds[element] = _kind(paragraph)
            self._add(element)
        self._signature_block()
        for annex in self.report.annexes:
            self._annex(annex)
        if self.report.origin:
            trace.put(self.document, trace.Trace(self.report.origin, tuple(self._written())))
        self.document.save(str(path))

    def _written(self) -> Iterator[trace.Written]:
        """What stands in the file, as it will be found when it is opened again."""
        for block, passage in passages(self.body):
            numbers = (
                trace.Number(mark.name, mark.start, mark.end, run.cell, run.aspect)
                for mark in passage.marks
                if (run := self.marked.get(mark.name))
            )
            yield trace.Written(self.kinds.get(block, "block"), passage.text, tuple(numbers), passage.row)

    # --- page, styles, properties

    def _page(self, section: Any, *, first: bool = True, landscape: bool = False) -> None:
        page = self.report.page
        width, height = (page["height"], page["width"]) if landscape else (page["width"], page["height"])
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.top_margin, section.bottom_margin = Mm(page["top"]), Mm(page["bottom"])
        section.left_margin, section.right_margin = Mm(page["left"]), Mm(page["right"])
        section.header_distance, section.footer_distance = Mm(page["header"]), Mm(_FOOT)
        section.different_first_page_header_footer = first  # page 1 bears no number

    def _header_and_footer(self) -> None:
        """The page number above, the provenance mark below; later sections inherit both."""
        section = self.document.sections[0]
        paragraph = section.header.paragraphs[0]
        paragraph._p.append(_element("w:fldSimple", instr="PAGE"))
        paragraph._p[-1].append(_run("2"))
        section.first_page_header.paragraphs[0].text = ""
        for footer in (section.footer, section.first_page_footer):
            footer.paragraphs[0].text = self.report.mark
        if self.report.address:
            paragraph = section.first_page_footer.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            picture = paragraph.add_run().add_picture(io.BytesIO(qr.png(self.report.address)), height=Mm(qr.SIZE))
            picture._inline.docPr.set("descr", qr.ALT.format(address=self.report.address))

    def _styles(self) -> None:
        look = self.report.style
        size = float(look["size"])
        self._style("Normal", size)
        text = self._style("Body Text", size, align="both").paragraph_format
        text.first_line_indent = Mm(float(look["first_line"]))
        text.space_before = Pt(float(look["space"]))
        text.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        text.line_spacing = Pt(float(look["pitch"]))
        text.widow_control = True
        for level, before in enumerate((12, 8)):
            heading = self._style(f"Heading {level + 1}", size, bold=True)
            heading.paragraph_format.first_line_indent = text.first_line_indent
            heading.paragraph_format.space_before = Pt(before)
            heading.paragraph_format.keep_with_next = True
            heading.element.pPr.append(_element("w:outlineLvl", val=str(level)))
            heading.element.pPr.insert(_after_keeps(heading.element.pPr), _number_properties(1, level))
        for name in ("Title", "Caption"):
            self._style(name, size, bold=True, align="center").paragraph_format.keep_with_next = True
        self._style("Header", float(look["page_number"]), align="center")
        self._style("Footer", 9, italic=True, align="center").font.color.rgb = RGBColor(0x59, 0x59, 0x59)
        table = self._style(TABLE, float(look["table"])).paragraph_format
        table.space_before = table.space_after = Pt(2)
        self.document.styles.add_style(FIGURE, WD_STYLE_TYPE.CHARACTER).font.underline = False
        self.document.styles.add_style(PLACE, WD_STYLE_TYPE.CHARACTER).font.italic = True

    def _style(self, name: str, size: float, *, bold: bool = False, italic: bool = False, align: str = "") -> Any:
        styles = self.document.styles
        if name in styles:
            style = styles[name]
        else:
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles["Normal"]
        # The template's own look (theme colours, rules under the title) must not show through.
        for tag in ("w:rPr", "w:pPr"):
            for old in style.element.findall(qn(tag)):
                style.element.remove(old)
        font = style.font
        font.name, font.size, font.bold, font.italic = self.report.fonts[0], Pt(size), bold, italic
        font.color.rgb = RGBColor(0, 0, 0)
        for script in ("w:eastAsia", "w:cs"):
            style.element.rPr.rFonts.set(qn(script), self.report.fonts[0])
        style.element.rPr.append(_element("w:lang", val="vi-VN"))
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing = 1.0
        form.alignment = _ALIGN.get(align)
        return style

    def _numbering(self) -> None:
        """One list for the headings: I, II, III and under each 1, 2, 3. Word counts, so that a new section fits in."""
        numbering = self.document.part.numbering_part.element
        for old in list(numbering):
            numbering.remove(old)
        abstract = etree.SubElement(numbering, qn("w:abstractNum"), {qn("w:abstractNumId"): "0"})
        abstract.append(_element("w:multiLevelType", val="multilevel"))
        for level, form in enumerate(("upperRoman", "decimal")):
            rule = etree.SubElement(abstract, qn("w:lvl"), {qn("w:ilvl"): str(level)})
            rule.append(_element("w:start", val="1"))
            rule.append(_element("w:numFmt", val=form))
            rule.append(_element("w:pStyle", val=f"Heading{level + 1}"))
            rule.append(_element("w:suff", val="space"))
            rule.append(_element("w:lvlText", val=f"%{level + 1}."))
            rule.append(_element("w:lvlJc", val="left"))
        number = etree.SubElement(numbering, qn("w:num"), {qn("w:numId"): "1"})
        number.append(_element("w:abstractNumId", val="0"))

    def _properties(self) -> None:
        properties = self.document.core_properties
        properties.title, properties.language = self.report.title, "vi-VN"
        properties.author = properties.comments = ""
        properties.created = properties.modified = datetime.datetime.now(datetime.UTC)
        properties.keywords = self.report.layout  # the rule set that it was made with

    # --- blocks

    def _heading_block(self) -> None:
        """Names left and right, under them number and date: two rows, so that both sides stay level."""
        self._grid(list(zip(self.report.left, self.report.right, strict=True)), self.report.columns)

    def _signature_block(self) -> None:
        if not self.report.recipients and not self.report.signature:
            return
        self._add(_paragraph(_id("Body Text"), keep=True))
        self._grid([(self.report.recipients, self.report.signature)], (self.width / 2, self.width / 2))

    def _grid(self, rows: Sequence[tuple[Sequence[Line], ...]], widths: Sequence[float]) -> None:
        """A table without lines that no page break may cut."""
        if not rows:
            return
        table = _table(widths, lines=False)
        for row in rows:
            tr = _row(table)
            for lines, width in zip(row, widths, strict=True):
                _cell(tr, width).extend(p for line in lines for p in _lines(line, width, "Normal"))
        self._add(table)

    def _annex(self, annex: Annex) -> None:
        section = self.document.add_section()
        # The paragraph that carries the break is made as low as can be, so that it never opens a page of its own.
        self.body[-2].get_or_add_pPr().insert(0, _element("w:spacing", line="20", lineRule="exact"))
        self._page(section, first=False, landscape=annex.landscape)
        page = self.report.page
        width = (page["height"] if annex.landscape else page["width"]) - page["left"] - page["right"]
        for text, style in ((annex.number, "Caption"), (annex.title, "Caption"), (annex.note, "Header")):
            if text:
                caption = _paragraph(_id(style), keep=True, after=8 if text == annex.note else 0)
                caption.append(_run(text, style=_id(PLACE) if text == annex.note else ""))
                self._add(caption)
        if annex.columns:
            self._table(annex.columns, annex.rows, width, kind="annex")
        for chart in annex.charts:
            self._chart(chart, min(width, chart.width))

    def _table(self, columns: Sequence[Column], rows: Sequence[TableRow], width: float, *, kind: trace.Kind) -> None:
        """Its head comes again on every page. width in mm."""
        shares = sum(column.width for column in columns)
        widths = [column.width * width / shares for column in columns]
        table = _table(widths, lines=True)
        head = _row(table, repeat=True)
        for column, cell_width in zip(columns, widths, strict=True):
            paragraph = _paragraph(_id(TABLE), align="center", keep=True)
            paragraph.append(_run(column.title, bold=True))
            _cell(head, cell_width).append(paragraph)
        for row in rows:
            self._table_row(table, row, columns, widths, annex=kind == "annex")
        self.kinds[table] = kind
        self._add(table)

    def _chart(self, chart: Chart, width: float) -> None:
        """The vector picture, and an image of it for programs that know no other."""
        import vl_convert  # noqa: PLC0415 -- slow to import, needed only where a chart is drawn

        caption = _paragraph(_id("Caption"), keep=True, before=12)
        caption.append(_run(chart.title))
        self._add(caption)
        paragraph = self.document.add_paragraph(style="Header")
        image = vl_convert.svg_to_png(chart.svg, scale=2)
        inline = paragraph.add_run().add_picture(io.BytesIO(image), width=Mm(width))._inline
        inline.docPr.set("descr", chart.words)
        self.charts += 1
        part = self.document.part
        svg = Part(PackURI(f"/word/media/chart{self.charts}.svg"), "image/svg+xml", chart.svg.encode(), part.package)
        extensions = etree.SubElement(inline.graphic.graphicData.pic.blipFill.blip, qn("a:extLst"))
        extension = etree.SubElement(extensions, qn("a:ext"), uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}")
        vector = etree.SubElement(extension, f"{{{_SVG}}}svgBlip", nsmap={"asvg": _SVG})
        vector.set(qn("r:embed"), part.relate_to(svg, RELATIONSHIP_TYPE.IMAGE))

    def _table_row(
        self, table: Any, row: TableRow, columns: Sequence[Column], widths: Sequence[float], *, annex: bool
    ) -> None:
        tr = _row(table)
        if row.title:
            paragraph = _paragraph(_id(TABLE), keep=True)  # never alone at the foot of a page
            paragraph.append(_run(row.title, bold=True))
            _cell(tr, sum(widths), span=len(widths)).append(paragraph)
            return
        for run, column, width in zip(row.cells, columns, widths, strict=True):
            paragraph = _paragraph(_id(TABLE), align=column.align)
            paragraph.extend(self._runs((run,), annex=annex))
            _cell(tr, width).append(paragraph)

    def _add(self, *elements: Any) -> None:
        for element in elements:
            self.body[-1].addprevious(element)  # the last one is the section's properties

    # --- figures

    def _runs(self, runs: Sequence[Run], *, annex: bool = False) -> list[Any]:
        elements = []
        for run in runs:
            if run.cell:
                elements += self._figure(run, annex)
            elif run.text:
                style = _id(PLACE) if run.place else ""
                elements.append(_run(run.text, style=style, bold=run.bold, italic=run.italic))
        return elements

    def _figure(self, run: Run, annex: bool) -> list[Any]:
        self.marks += 1
        name = self.bookmarks.name(run.cell, annex=annex)
        self.marked[name] = run
        inside = _run(run.text, style=_id(FIGURE))
        if run.url:
            link = _element("w:hyperlink")
            link.set(qn("r:id"), self._relationship(run.url))
            link.append(inside)
            inside = link
        return [
            _element("w:bookmarkStart", id=str(self.marks), name=name),
            inside,
            _element("w:bookmarkEnd", id=str(self.marks)),
        ]

    def _relationship(self, url: str) -> str:
        if url not in self.links:
            # relate_to() would compare with all links made so far, each time.
            name = f"rLink{len(self.links) + 1}"
            self.document.part.rels.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, url, name, is_external=True)
            self.links[url] = name
        return self.links[url]


# --- WordprocessingML: the few elements needed, children in the order that the schema asks for


def _kind(paragraph: Paragraph) -> trace.Kind:
    if paragraph.role != "text":
        return "heading"
    return "place" if any(run.place for run in paragraph.runs) else "text"


def _element(tag: str, **attributes: str) -> Any:
    """As OxmlElement makes it; a report has many thousands."""
    name, namespaces = _named(tag)
    element = oxml_parser.makeelement(name, nsmap=namespaces)
    for key, value in attributes.items():
        element.set(_W + key, value)
    return element


@cache
def _named(tag: str) -> tuple[str, dict[str, str]]:
    found = NamespacePrefixedTag(tag)
    return found.clark_name, found.nsmap


def _id(style: str) -> str:
    """Word's id of a style is its name without spaces."""
    return style.replace(" ", "")


def _number_properties(number: int, level: int = 0) -> Any:
    """0: none. The list's level belongs to the style."""
    form = _element("w:numPr")
    if number:
        form.append(_element("w:ilvl", val=str(level)))
    form.append(_element("w:numId", val=str(number)))
    return form


def _after_keeps(form: Any) -> int:
    """Where w:numPr stands among a style's paragraph properties: after those that keep lines together."""
    before = {qn(f"w:{tag}") for tag in ("keepNext", "keepLines", "pageBreakBefore", "widowControl")}
    return sum(child.tag in before for child in form)


def _twips(mm: float) -> str:
    return str(round(mm * _TWIPS_A_MM))


def _run(text: str, *, style: str = "", bold: bool = False, italic: bool = False) -> Any:
    run = _element("w:r")
    if style or bold or italic:
        shape = etree.SubElement(run, qn("w:rPr"))
        if style:
            shape.append(_element("w:rStyle", val=style))
        if bold:
            shape.append(_element("w:b"))
        if italic:
            shape.append(_element("w:i"))
    for place, line in enumerate(text.split("\n")):
        if place:
            run.append(_element("w:br"))
        words = etree.SubElement(run, qn("w:t"))
        words.text = line
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return run


def _paragraph(
    style: str, *, keep: bool = False, align: str = "", before: float = 0, after: float = 0, indent: float = 0
) -> Any:
    """before, after: space in pt, beside what the style gives; indent in mm."""
    paragraph = _element("w:p")
    form = etree.SubElement(paragraph, qn("w:pPr"))
    form.append(_element("w:pStyle", val=style))
    if keep:
        form.append(_element("w:keepNext"))
    if before or after:
        form.append(_element("w:spacing", before=str(round(before * 20)), after=str(round(after * 20))))
    if indent:
        form.append(_element("w:ind", left=_twips(indent)))
    if align:
        form.append(_element("w:jc", val=align))
    return paragraph


def _lines(line: Line, width: float, style: str) -> list[Any]:
    """A line of a block and, where it has one, the stroke under it: a low paragraph with an upper border."""
    paragraph = _paragraph(style, keep=True, align=line.align, before=line.before, indent=line.indent)
    run = _run(line.text)
    shape = _element("w:rPr")
    run.insert(0, shape)
    shape.append(_element("w:b", val="1" if line.bold else "0"))
    shape.append(_element("w:i", val="1" if line.italic else "0"))
    shape.append(_element("w:sz", val=str(round(line.size * 2))))
    shape.append(_element("w:szCs", val=str(round(line.size * 2))))
    if line.underline:
        shape.append(_element("w:u", val="single"))
    paragraph.append(run)
    if not line.rule:
        return [paragraph]
    stroke = _paragraph("Normal", keep=True)
    form = stroke[0]
    border = etree.SubElement(form, qn("w:pBdr"))
    border.append(_element("w:top", val="single", sz="6", space="1", color="000000"))
    form.append(_element("w:spacing", before="40", after="0", line="80", lineRule="exact"))
    side = _twips((width - line.rule) / 2)
    form.append(_element("w:ind", left=side, right=side))
    return [paragraph, stroke]


def _table(widths: Sequence[float], *, lines: bool) -> Any:
    """widths in mm. Without lines it has no inner margins either, so that blocks stand at the text's edges."""
    table = _element("w:tbl")
    form = etree.SubElement(table, qn("w:tblPr"))
    form.append(_element("w:tblW", w=_twips(sum(widths)), type="dxa"))
    if lines:
        borders = etree.SubElement(form, qn("w:tblBorders"))
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color="000000"))
    form.append(_element("w:tblLayout", type="fixed"))
    margins = etree.SubElement(form, qn("w:tblCellMar"))
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="70" if lines else "0", type="dxa"))
    grid = etree.SubElement(table, qn("w:tblGrid"))
    for width in widths:
        grid.append(_element("w:gridCol", w=_twips(width)))
    return table


def _row(table: Any, *, repeat: bool = False) -> Any:
    row = etree.SubElement(table, qn("w:tr"))
    form = etree.SubElement(row, qn("w:trPr"))
    form.append(_element("w:cantSplit"))
    if repeat:
        form.append(_element("w:tblHeader"))
    return row


def _cell(row: Any, width: float, *, span: int = 1, middle: bool = False) -> Any:
    cell = etree.SubElement(row, qn("w:tc"))
    form = etree.SubElement(cell, qn("w:tcPr"))
    form.append(_element("w:tcW", w=_twips(width), type="dxa"))
    if span > 1:
        form.append(_element("w:gridSpan", val=str(span)))
    if middle:
        form.append(_element("w:vAlign", val="center"))
    return cell
