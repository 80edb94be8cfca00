"""PDF: the text layer of its pages in the order in which people read it; pages that are pictures are recognised."""

from __future__ import annotations

import ctypes
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from danvan.narrative.reading import converters
from danvan.narrative.reading.refusal import UnreadableFile

MOST_PAGES = 1000
MOST_SCANNED = 60  # pages, a few seconds each
_MOST_TEXT = 2 * 1024 * 1024  # characters
_SCAN_SCALE = 300 / 72  # pixels a point: 300 an inch, what Tesseract asks for
_MOST_PIXELS = 20_000_000
# Shares of the height of a line's letters.
_ONE_LINE = 0.4  # by which the feet of letters of one line may differ
_BACK = 0.15  # a letter that begins so far left of the one before it stands out of order
_GAP = 0.1  # between two words that no space divides


def text_of(data: bytes, name: str) -> str:
    """The words of a PDF. Raises UnreadableFile for one that is broken, locked, too long, or without words."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile(f"{name}: tệp PDF hỏng hoặc có mật khẩu; xin lại bản không khóa.") from error
    try:
        if len(document) > MOST_PAGES:
            raise UnreadableFile(f"{name}: tệp PDF có {len(document)} trang, quá {MOST_PAGES}; chia nhỏ rồi đọc lại.")
        pages: list[str] = []
        for page in document:
            pages.append(words_on(page))
            page.close()
            if sum(map(len, pages)) > _MOST_TEXT:
                raise UnreadableFile(f"{name}: tệp PDF quá nhiều chữ; chia nhỏ theo từng báo cáo.")
        text = "\n".join(pages)
        return text if text.strip() else _scanned(document, name)
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile(f"{name}: tệp PDF hỏng; xin lại bản gốc.") from error
    finally:
        document.close()


# The text layer


@dataclass(slots=True)
class _Letter:
    """A letter with its marks. x, y: where it begins and the line that it stands on, in points; right: where it ends.

    added: a space that pdfium puts where it sees a gap.
    """

    text: str
    x: float
    y: float
    right: float
    height: float
    added: bool = False


@dataclass(slots=True)
class _Line:
    letters: list[_Letter]

    @property
    def printed(self) -> list[_Letter]:
        return [letter for letter in self.letters if not letter.text.isspace()]

    @property
    def height(self) -> float:
        return max((letter.height for letter in self.letters), default=0.0)

    @property
    def is_out_of_order(self) -> bool:
        """Whether a letter stands left of the one before it, on the same line."""
        least = _BACK * self.height
        return any(b.x < a.x - least and self._is_level(a, b) for a, b in pairwise(self.printed))

    def _is_level(self, a: _Letter, b: _Letter) -> bool:
        return abs(a.y - b.y) <= _ONE_LINE * self.height

    def goes_through(self, other: _Line) -> bool:
        """Whether both are one line whose letters were written in two turns."""
        mine, theirs = self.printed, other.printed
        if not mine or not theirs or not self._is_level(mine[0], theirs[0]):
            return False
        return min(a.x for a in mine) < max(b.x for b in theirs) and min(b.x for b in theirs) < max(a.x for a in mine)

    def text(self) -> str:
        if not self.is_out_of_order:
            return "".join(letter.text for letter in self.letters)
        said = ""
        last: _Letter | None = None
        for letter in sorted((one for one in self.letters if not one.added), key=lambda letter: letter.x):
            if last is not None:
                if letter.text == last.text and letter.x - last.x < _BACK * self.height:
                    continue  # printed twice to look bold
                if letter.x - last.right > _GAP * self.height and not said[-1:].isspace() and letter.text != " ":
                    said += " "
            said += letter.text
            last = letter
        return said


def words_on(page: pypdfium2.PdfPage) -> str:
    """Lines as printed. Programs that take a letter from another font may write it behind its line ("T NH Ỉ"): lines
    whose letters are out of order are put into the order in which they stand.
    """
    layer = page.get_textpage()
    try:
        text = str(layer.get_text_bounded()).replace("\r\n", "\n")
        lines: list[_Line] = []
        for line in _lines(layer):
            if lines and lines[-1].goes_through(line):
                lines[-1].letters += line.letters
            else:
                lines.append(line)
        return "\n".join(line.text() for line in lines) if any(line.is_out_of_order for line in lines) else text
    finally:
        layer.close()


def _lines(layer: pypdfium2.PdfTextPage) -> Iterator[_Line]:
    """The letters of each line in the order of the file."""
    x, y, left, right, bottom, top = (ctypes.c_double() for _ in range(6))
    box = pdfium.FS_RECTF()
    line = _Line([])
    for index in range(layer.count_chars()):
        sign = chr(pdfium.FPDFText_GetUnicode(layer, index))
        if sign in "\r\n":
            if sign == "\n":
                yield line
                line = _Line([])
        elif line.letters and unicodedata.combining(sign):
            line.letters[-1].text += sign
        else:
            pdfium.FPDFText_GetCharOrigin(layer, index, x, y)
            pdfium.FPDFText_GetCharBox(layer, index, left, right, bottom, top)
            pdfium.FPDFText_GetLooseCharBox(layer, index, box)
            added = pdfium.FPDFText_IsGenerated(layer, index) == 1
            line.letters.append(_Letter(sign, x.value, y.value, box.right, top.value - bottom.value, added))
    yield line


# Pictures


def _scanned(document: pypdfium2.PdfDocument, name: str) -> str:
    """The words on pages that are pictures, as far as they can be recognised."""
    needed = "cần bản có lớp chữ (.docx, hoặc PDF xuất từ Word)"
    if not converters.can_recognise():
        raise UnreadableFile(
            f"{name}: PDF này là ảnh quét, không có chữ; {needed}, hoặc cài Tesseract có tiếng Việt "
            "(gói tesseract-ocr, tesseract-ocr-vie) vào máy này rồi đọc lại."
        )
    if len(document) > MOST_SCANNED:
        raise UnreadableFile(f"{name}: ảnh quét {len(document)} trang, quá {MOST_SCANNED}; {needed}.")
    said = []
    for page in document:
        width, height = page.get_size()
        scale = min(_SCAN_SCALE, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
        picture = io.BytesIO()
        page.render(scale=scale, grayscale=True).to_pil().save(picture, "PNG")
        page.close()
        try:
            said.append(converters.recognised(picture.getvalue()))
        except (converters.Unavailable, converters.Failed) as error:
            raise UnreadableFile(f"{name}: Tesseract không đọc được ảnh quét này; {needed}.") from error
    text = "\n".join(said)
    if not text.strip():
        raise UnreadableFile(f"{name}: PDF này là ảnh quét, không nhận ra chữ nào; {needed}.")
    return text
