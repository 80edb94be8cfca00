"""The letter that answers a matter, as PDF and as Word. It names nobody: whoever raised it knows the number.

The form follows Nghị định 30/2020/NĐ-CP, Phụ lục I: who issues it at left, the name of the state at right, number and
place with the day below, what it is about, to whom, the text, who signs and who has it. An answer without a name of
its own is an official letter (công văn): what it is about stands below its number. Where the issuer is a body of the
Party its own heading takes the state's place (Hướng dẫn 36-HD/VPTW).
"""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass

from django.utils import timezone
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from danvan.casework import workflow
from danvan.casework.actions.answers import answering
from danvan.casework.models import Answer, Matter
from danvan.casework.papers.receipt import what_of
from danvan.casework.papers.typesetting import pdf
from danvan.units import queries as units
from danvan.units.models import Unit

STATE = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
PARTY = ("ĐẢNG CỘNG SẢN VIỆT NAM", "")
FONT = "Times New Roman"


@dataclass(frozen=True, slots=True)
class Letter:
    """above: to whom the issuer answers; motto: the two lines at right; draft: not signed yet, and so it says.

    beside: what it is about stands below the number, not as a title; kept: who else has it.
    """

    above: str
    unit: str
    motto: tuple[str, str]
    number: str
    place: str
    about: str
    beside: bool
    to: str
    text: tuple[str, ...]
    office: str
    name: str
    kept: tuple[str, ...]
    draft: bool


def letter(answer: Answer) -> Letter:
    matter: Matter = answer.matter
    signed = timezone.localtime(answer.approved_at) if answer.approved_at else timezone.localtime()
    path = units.path(matter.unit_id, signed.date())
    unit = path[-1].name if path else ""
    line = Unit.objects.values_list("line", flat=True).get(pk=matter.unit_id)
    name, office, *_rest = [*answer.approved_by.split(", "), "", ""]
    day = f"ngày {signed.day:02d} tháng {signed.month:02d} năm {signed.year}"
    return Letter(
        above=path[-2].name.upper() if len(path) > 2 else "",
        unit=unit.upper(),
        motto=PARTY if line == "party_mobilisation" else STATE,
        number=f"Số: {answer.number or '      '}",
        place=f"{_bare(unit)}, {day if answer.approved_at else 'ngày      tháng      năm'}",
        about=_about(matter),
        beside=not answering(matter).document,
        to=f"Người gửi việc số {matter}",
        text=tuple(part for part in answer.text.split("\n") if part.strip()),
        office=office.upper(),
        name=name,
        kept=("Như trên", f"Lưu: hồ sơ vụ việc số {matter}"),
        draft=answer.state == Answer.State.DRAFT,
    )


def _about(matter: Matter) -> str:
    document = answering(matter).document
    if workflow.load()[matter.type].sealed:
        return document or "Trả lời"
    said = document or f"V/v trả lời {what_of(matter)}"
    return f"{said}: {matter.title[:1].lower()}{matter.title[1:]}"


def _bare(name: str) -> str:
    for word in ("Xã ", "Phường ", "Tỉnh ", "Thành phố ", "Đặc khu "):
        name = name.removeprefix(word)
    return name


def letter_pdf(one: Letter) -> bytes:
    return pdf("letter.typ", asdict(one), families=("Tinos",))


def letter_docx(one: Letter) -> bytes:
    """The same, to be finished by hand."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    _heads(document, one)
    if one.draft:
        _line(document, "DỰ THẢO", bold=True, before=6)
    if not one.beside:
        _line(document, one.about, bold=True, before=12)
    _line(document, f"Kính gửi: {one.to}", before=12, after=6)
    for part in one.text:
        line = _line(document, part, place=WD_ALIGN_PARAGRAPH.JUSTIFY, after=6)
        line.paragraph_format.first_line_indent = Cm(1.27)
    _feet(document, one)
    document.core_properties.author, document.core_properties.title = one.unit, one.about
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _heads(document: WordDocument, one: Letter) -> None:
    """Who issues it and the name of the state; below them number and day. The right side holds its line unbroken."""
    left, right = _columns(document, Cm(6), Cm(10))
    if one.above:
        _line(left, one.above, size=12)
    _ruled(_line(left, one.unit, size=12, bold=True), Cm(1.9))
    _line(left, one.number, size=13, before=6)
    if one.beside:
        _line(left, one.about, size=12)
    state, motto = one.motto
    line = _line(right, state, size=12, bold=True)
    _ruled(_line(right, motto, size=13, bold=True) if motto else line, Cm(2.4))
    _line(right, one.place, size=13, italic=True, before=6)


def _feet(document: WordDocument, one: Letter) -> None:
    left, right = _columns(document, Cm(8), Cm(8))
    _line(left, "Nơi nhận:", size=12, bold=True, italic=True, place=WD_ALIGN_PARAGRAPH.LEFT, before=12)
    for number, who in enumerate(one.kept, 1):
        ending = "." if number == len(one.kept) else ";"
        _line(left, f"- {who}{ending}", size=11, place=WD_ALIGN_PARAGRAPH.LEFT)
    _line(right, one.office, bold=True, before=12, after=64)
    _line(right, one.name, bold=True)


def _columns(document: WordDocument, *widths: Length) -> list[_Cell]:
    """The cells of a row without borders, as wide as said."""
    table = document.add_table(rows=1, cols=len(widths))
    table.autofit = False
    for column, cell, width in zip(table.columns, table.rows[0].cells, widths, strict=True):
        column.width = cell.width = width
    return list(table.rows[0].cells)


def _line(
    where: WordDocument | _Cell,
    said: str,
    *,
    size: int = 14,
    bold: bool = False,
    italic: bool = False,
    place: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.CENTER,
    before: int = 0,
    after: int = 0,
) -> Paragraph:
    first = where.paragraphs[0] if isinstance(where, _Cell) else None
    line = first if first is not None and not first.runs else where.add_paragraph()
    line.alignment = place
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(before), Pt(after)
    run = line.add_run(said)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return line


def _ruled(line: Paragraph, aside: Length) -> None:
    """A rule below a line, so far in from either side: a paragraph of its own that is nothing but its border."""
    rule = line._parent.add_paragraph()
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = aside
    rule.paragraph_format.line_spacing = Pt(3)
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        bottom.set(qn(f"w:{name}"), value)
    border.append(bottom)
    rule._p.get_or_add_pPr().insert_element_before(
        border, *("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr")
    )
