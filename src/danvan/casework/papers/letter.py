"""The letter that answers a matter, as PDF and as Word. It names nobody: whoever raised it knows the number.

The form follows Nghị định 30/2020/NĐ-CP, Phụ lục I: who issues it at left, the name of the state at right, number and
place with the day below, what it is about, to whom, the text, who signs. Where the issuer is a body of the Party its
own heading takes the state's place (Hướng dẫn 36-HD/VPTW).
"""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass

from django.utils import timezone
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

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
    """above: to whom the issuer answers; motto: the two lines at right; draft: not signed yet, and so it says."""

    above: str
    unit: str
    motto: tuple[str, str]
    number: str
    place: str
    about: str
    to: str
    text: tuple[str, ...]
    office: str
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
        to=f"Người gửi việc số {matter}",
        text=tuple(part for part in answer.text.split("\n") if part.strip()),
        office=f"{office.upper()}\n\n\n\n{name}" if answer.approved_by else "",
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
    heads = document.add_table(rows=2, cols=2)
    left = f"{one.above}\n{one.unit}" if one.above else one.unit
    for cell, said, bold in (
        (heads.cell(0, 0), left, True),
        (heads.cell(0, 1), "\n".join(filter(None, one.motto)), True),
        (heads.cell(1, 0), one.number, False),
        (heads.cell(1, 1), one.place, False),
    ):
        line = cell.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = line.add_run(said)
        run.bold, run.font.size = bold, Pt(13)
        run.italic = cell is heads.cell(1, 1)
    for said, bold, place in (
        (one.about, True, WD_ALIGN_PARAGRAPH.CENTER),
        (f"Kính gửi: {one.to}", False, WD_ALIGN_PARAGRAPH.CENTER),
        *((part, False, WD_ALIGN_PARAGRAPH.JUSTIFY) for part in one.text),
        (one.office, True, WD_ALIGN_PARAGRAPH.RIGHT),
    ):
        line = document.add_paragraph()
        line.alignment = place
        line.paragraph_format.space_after = Pt(6)
        if place == WD_ALIGN_PARAGRAPH.JUSTIFY:
            line.paragraph_format.first_line_indent = Cm(1.27)
        line.add_run(said).bold = bold
    document.core_properties.author, document.core_properties.title = one.unit, one.about
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()
