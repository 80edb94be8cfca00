"""The pages of a PDF as words or as pictures. Run in a process of its own (see pdf.py), because what a PDF makes of its
reader cannot be foreseen: pages that are drawn of themselves without end, memory without measure, a crash.

    python pdf_pages.py words FILE SECONDS             prints {"pages": [{"words": ..., "picture": whether it has one}]}
    python pdf_pages.py pictures FILE SECONDS N,M ...  writes N.png, M.png beside the file, 300 pixels an inch

or {"refused": "broken", "many" or "long"}. It imports nothing of ours, so that it starts quickly.
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

MOST_PAGES = 1000
MOST_LETTERS = 400_000  # more than any report that is read has
_MEMORY = 2 * 1024**3  # bytes of address space, the libraries' own included
_SCALE = 300 / 72  # pixels a point: what Tesseract asks for
_MOST_PIXELS = 20_000_000
# Shares of the height of a line's letters.
_ONE_LINE = 0.4  # by which the feet of letters of one line may differ
_BACK = 0.15  # a letter that begins so far left of the one before it stands out of order
_GAP = 0.1  # between two words that no space divides


class Refused(Exception):  # noqa: N818 -- reads as a sentence
    """One word for why."""


def words(path: Path) -> list[dict[str, object]]:
    document = _opened(path)
    if len(document) > MOST_PAGES:
        raise Refused("many")
    pages: list[dict[str, object]] = []
    letters = 0
    for page in document:
        said = words_on(page)
        letters += len(said)
        if letters > MOST_LETTERS:
            raise Refused("long")
        images = () if said.strip() else page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
        pages.append({"words": said, "picture": next(iter(images), None) is not None})
        page.close()
    return pages


def pictures(path: Path, numbers: list[int]) -> None:
    document = _opened(path)
    for number in numbers:
        page = document[number]
        width, height = page.get_size()
        scale = min(_SCALE, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
        image = page.render(scale=scale, grayscale=True).to_pil()
        image.save(path.with_name(f"{number}.png"), "PNG", compress_level=1)
        page.close()


def _opened(path: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Refused("broken") from error


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
        least, level = _BACK * self.height, _ONE_LINE * self.height
        return any(b.x < a.x - least and abs(a.y - b.y) <= level for a, b in pairwise(self.printed))

    def goes_through(self, other: _Line) -> bool:
        """Whether both are one line whose letters were written in two turns."""
        mine, theirs = self.printed, other.printed
        if not mine or not theirs or abs(mine[0].y - theirs[0].y) > _ONE_LINE * self.height:
            return False
        return min(a.x for a in mine) < max(b.x for b in theirs) and min(b.x for b in theirs) < max(a.x for a in mine)

    def text(self) -> str:
        if not self.is_out_of_order:
            return "".join(letter.text for letter in self.letters)
        height = self.height
        said: list[str] = []
        last: _Letter | None = None
        for letter in sorted((one for one in self.letters if not one.added), key=lambda letter: letter.x):
            if last is not None:
                if letter.text == last.text and letter.x - last.x < _BACK * height:
                    continue  # printed twice to look bold
                if letter.x - last.right > _GAP * height and not last.text.isspace() and letter.text != " ":
                    said.append(" ")
            said.append(letter.text)
            last = letter
        return "".join(said)


def words_on(page: pypdfium2.PdfPage) -> str:
    """Lines as printed. Programs that take a letter from another font may write it behind its line ("T NH Ỉ"): lines
    whose letters are out of order are put into the order in which they stand.
    """
    layer = page.get_textpage()
    try:
        text = str(layer.get_text_bounded()).replace("\r\n", "\n")
        if not _goes_back(layer):
            return text
        lines: list[_Line] = []
        for line in _lines(layer):
            if lines and lines[-1].goes_through(line):
                lines[-1].letters += line.letters
            else:
                lines.append(line)
        return "\n".join(line.text() for line in lines) if any(line.is_out_of_order for line in lines) else text
    finally:
        layer.close()


def _goes_back(layer: pypdfium2.PdfTextPage) -> bool:
    """Whether any letter stands left of the one before it and as high: seen quickly, looked at closely then."""
    x, y = ctypes.c_double(), ctypes.c_double()
    last_x, last_y = 0.0, 0.0
    for index in range(layer.count_chars()):
        pdfium.FPDFText_GetCharOrigin(layer, index, x, y)
        if x.value < last_x and abs(y.value - last_y) < abs(last_x - x.value):
            return True
        last_x, last_y = x.value, y.value
    return False


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


def main(what: str, path: str, seconds: str, *numbers: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        if what == "pictures":
            pictures(Path(path), [int(number) for number in numbers])
            answer: dict[str, object] = {}
        else:
            answer = {"pages": words(Path(path))}
    except Refused as why:
        answer = {"refused": str(why)}
    except (pypdfium2.PdfiumError, MemoryError):
        answer = {"refused": "broken"}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
