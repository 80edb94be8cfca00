"""What is seen of a signature: a stamp in the place that the report keeps for it."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator, GlyphAccumulatorFactory
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import TextStampStyle

from danvan.access.files import PDFIUM
from danvan.narrative.signing.pdf import SigningError, moment, not_a_pdf

# Below one of these the signature has its place in the reports that `writing` lays out.
UNDER = ("(chữ ký, dấu)", "(ký, ghi rõ họ tên)")
_SIZE = (210, 58)  # points; the layouts leave 66 points between the hint and the name
_LINE = 46  # letters
_FOOT = 62  # points kept free at the bottom of a page
_RED = (0.78, 0.05, 0.05)


@dataclass(frozen=True, slots=True)
class Box:
    page: int
    corners: tuple[int, int, int, int]


def place(pdf: bytes, under: Sequence[str]) -> Box | None:
    """Where the stamp goes without covering a word; None where there is no room."""
    width, height = _SIZE
    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise SigningError(not_a_pdf()) from error
        try:
            for number in range(len(document) - 1, -1, -1):
                if found := _found(document[number], under):
                    left, bottom, right, _top = found
                    x, y = (left + right - width) / 2, bottom - 3 - height
                    return _box(number, max(x, 0), y) if y > 0 else None
            number = len(document) - 1
            page = document[number]
            words = page.get_textpage()
            rectangles = [words.get_rect(n) for n in range(words.count_rects())]
            lowest = min(
                (bottom for _l, bottom, _r, _t in rectangles if bottom > _FOOT), default=page.get_height() - _FOOT
            )
            words.close()
            y = lowest - 12 - height
            return _box(number, page.get_width() - width - 42, y) if y > _FOOT else None
        finally:
            document.close()


def _found(page: pypdfium2.PdfPage, hints: Sequence[str]) -> tuple[float, float, float, float] | None:
    text = page.get_textpage()
    boxes = []
    for hint in hints:
        search = text.search(hint)
        while hit := search.get_next():
            boxes.append([text.get_charbox(n) for n in range(hit[0], sum(hit))])
        search.close()
    text.close()
    if not boxes:
        return None
    lefts, bottoms, rights, tops = zip(*boxes[-1], strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _box(page: int, left: float, bottom: float) -> Box:
    x, y = round(left), round(bottom)
    return Box(page, (x, y, x + _SIZE[0], y + _SIZE[1]))


class _Font(GlyphAccumulatorFactory):
    """Read whole: pyHanko would leave the file open."""

    def create_font_engine(self, writer: BasePdfFileWriter, obj_stream: object = None) -> GlyphAccumulator:
        return GlyphAccumulator(writer, io.BytesIO(Path(self.font_file).read_bytes()), font_size=self.font_size)


def stamp(font: Path, holder: str, name: str, reason: str) -> TextStampStyle:
    # In Vietnamese whatever language the signer's screen speaks: it is part of the document.
    lines = [f"Ký số bởi: {holder}"]
    if name and name != holder:
        lines.append(f"Người ký: {name}")
    if reason:
        lines.append(reason)
    lines.append(f"Thời gian ký: {moment(datetime.now(UTC))}")
    wrapped = [part for line in lines for part in textwrap.wrap(line, _LINE)]
    return TextStampStyle(
        stamp_text="\n".join(wrapped).replace("%", "%%"),
        border_width=1,
        border_color=_RED,
        background_opacity=0,
        text_box_style=TextBoxStyle(font=_Font(str(font)), font_size=9, leading=11, text_color=_RED),
    )
