"""The pages of a PDF as words or as pictures. Run in a process of its own (see pdf.py), because what a PDF makes of its
reader cannot be foreseen: pages that are drawn of themselves without end, memory without measure, a crash.

    python pdf_pages.py words FILE SECONDS             prints {"pages": [page_of each]}
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
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

MOST_PAGES = 1000
MOST_LETTERS = 400_000  # more than any report that is read has
_MOST_RULES = 5_000  # of a page; one with more is a drawing
_MOST_RULES_AT_ALL = 20_000
_THIN = 3.0  # points: what is no wider is a ruled line
_MEMORY = 2 * 1024**3  # bytes of address space, the libraries' own included
_SCALE = 300 / 72  # pixels a point: what Tesseract asks for
_MOST_PIXELS = 20_000_000
_NO_SIGNS = "\0\ufffe\uffff"
# Shares of the height of a line's letters.
_ONE_LINE = 0.4  # by which the feet of letters of one line may differ
_BACK = 0.15  # a letter that begins so far left of the one before it stands out of order
_GAP = 0.1  # between two words that no space divides


class Refused(Exception):  # noqa: N818 -- reads as a sentence
    """One word for why."""


def words(path: Path) -> list[dict[str, Any]]:
    document = _opened(path)
    if len(document) > MOST_PAGES:
        raise Refused("many")
    pages: list[dict[str, Any]] = []
    letters, rules = 0, 0
    for page in document:
        pages.append(page_of(page, MOST_LETTERS - letters))
        rules += len(pages[-1]["rules"])
        if rules > _MOST_RULES_AT_ALL:
            pages[-1]["rules"] = []
        letters += sum(len(word[0]) + 1 for line in pages[-1]["lines"] for word in line)
        page.close()
    return pages


def page_of(page: pypdfium2.PdfPage, most: int = MOST_LETTERS) -> dict[str, Any]:
    """width: of the page. lines: each a list of words (text, x, right, y, height) as they stand; y: the line they stand
    on. rules: ruled lines (x, y, x, y). All in points from the lower left corner. picture: whether a page without words
    has one. most: letters; Refused where there are more.
    """
    layer = page.get_textpage()
    try:
        if layer.count_chars() > most:
            raise Refused("long")
        lines = [found for line in _lines(layer) if (found := line.words())]
    finally:
        layer.close()
    images = () if lines else page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    return {
        "width": page.get_width(),
        "lines": lines,
        "rules": list(_rules(page)) if lines else [],
        "picture": next(iter(images), None) is not None,
    }


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

Word = tuple[str, float, float, float, float]


@dataclass(slots=True)
class _Letter:
    """A letter with its marks. x, y: where it begins and the line that it stands on, in points. at: its place in the
    layer.
    """

    text: str
    x: float
    y: float
    at: int


@dataclass(slots=True)
class _Line:
    """The letters of a line in the order of the file."""

    layer: pypdfium2.PdfTextPage
    letters: list[_Letter]

    @property
    def printed(self) -> list[_Letter]:
        return [letter for letter in self.letters if not letter.text.isspace()]

    @property
    def height(self) -> float:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        highest = 0.0
        for letter in self.letters:
            pdfium.FPDFText_GetCharBox(self.layer, letter.at, left, right, bottom, top)
            highest = max(highest, top.value - bottom.value)
        return highest

    @property
    def is_out_of_order(self) -> bool:
        """Whether a letter stands left of the one before it, on the same line."""
        if not _goes_back(self.printed):
            return False
        height = self.height
        return any(
            b.x < a.x - _BACK * height and abs(a.y - b.y) <= _ONE_LINE * height for a, b in pairwise(self.printed)
        )

    def goes_through(self, other: _Line) -> bool:
        """Whether both are one line whose letters were written in two turns."""
        mine, theirs = self.printed, other.printed
        if not mine or not theirs:
            return False
        if min(a.x for a in mine) >= max(b.x for b in theirs) or min(b.x for b in theirs) >= max(a.x for a in mine):
            return False
        return abs(mine[0].y - theirs[0].y) <= _ONE_LINE * self.height

    def words(self) -> list[Word]:
        found: list[Word] = []
        run: list[_Letter] = []
        for letter in [*self._in_order(), _SPACE]:
            if not letter.text.isspace():
                run.append(letter)
            elif run:
                _, right, top = self._box(run[-1])
                text = "".join(one.text for one in run)
                found.append((text, _rounded(run[0].x), _rounded(right), _rounded(run[0].y), _rounded(top - run[0].y)))
                run = []
        return found

    def _in_order(self) -> list[_Letter]:
        """As printed: programs that take a letter from another font may write it behind its line ("T NH Ỉ")."""
        if not self.is_out_of_order:
            return self.letters
        height = self.height
        said: list[_Letter] = []
        last: _Letter | None = None
        # Spaces that pdfium puts where it sees a gap are none of the file's.
        own = (one for one in self.letters if pdfium.FPDFText_IsGenerated(self.layer, one.at) != 1)
        for letter in sorted(own, key=lambda letter: letter.x):
            if last is not None:
                if letter.text == last.text and letter.x - last.x < _BACK * height:
                    continue  # printed twice to look bold
                if letter.x - self._box(last)[1] > _GAP * height and " " not in (letter.text, last.text):
                    said.append(_SPACE)
            said.append(letter)
            last = letter
        return said

    def _box(self, letter: _Letter) -> tuple[float, float, float]:
        """Where it begins and ends, and how high letters of its font reach."""
        box = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(self.layer, letter.at, box)
        return box.left, box.right, box.top


_SPACE = _Letter(" ", 0, 0, -1)


def _rounded(points: float) -> float:
    return round(points, 2)


def _lines(layer: pypdfium2.PdfTextPage) -> list[_Line]:
    """Lines as printed; those whose letters were written in several turns are put together."""
    lines = list(_as_written(layer))
    if not _goes_back([letter for line in lines for letter in line.printed]):
        return lines
    whole: list[_Line] = []
    for line in lines:
        if whole and whole[-1].goes_through(line):
            whole[-1] = _Line(layer, whole[-1].letters + line.letters)
        else:
            whole.append(line)
    return whole if any(line.is_out_of_order for line in whole) else lines


def _goes_back(letters: list[_Letter]) -> bool:
    """Whether any letter stands left of the one before it and as high: seen quickly, looked at closely then."""
    return any(b.x < a.x and abs(a.y - b.y) < abs(a.x - b.x) for a, b in pairwise(letters))


def _as_written(layer: pypdfium2.PdfTextPage) -> Iterator[_Line]:
    """The letters of each line in the order of the file."""
    x, y = ctypes.c_double(), ctypes.c_double()
    sign_at, origin_of, raw = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetCharOrigin, layer.raw  # called very often
    line = _Line(layer, [])
    for at in range(layer.count_chars()):
        sign = chr(sign_at(raw, at))
        if sign in "\r\n":
            if sign == "\n":
                yield line
                line = _Line(layer, [])
        elif line.letters and unicodedata.combining(sign):
            line.letters[-1].text += sign
        elif sign not in _NO_SIGNS:
            origin_of(raw, at, x, y)
            line.letters.append(_Letter(sign, x.value, y.value, at))
    yield line


# Ruled lines


def _rules(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """Lines and thin bars, and the sides of frames; none of a page that has so many that it is a drawing."""
    found = []
    for path in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=1):
        sides = _sides(path)
        found += sides
        if len(found) > _MOST_RULES:
            return
    yield from found


def _sides(path: pypdfium2.PdfObject) -> list[tuple[float, float, float, float]]:
    """A path's own line, the four of a frame; none of what is filled or drawn freely."""
    left, bottom, right, top = map(_rounded, path.get_bounds())
    if right - left <= _THIN or top - bottom <= _THIN:
        return [(left, bottom, right, top)]
    filled, drawn = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, filled, drawn)
    if not drawn.value or pdfium.FPDFPath_CountSegments(path) not in (4, 5):
        return []
    return [
        (left, bottom, right, bottom),
        (left, top, right, top),
        (left, bottom, left, top),
        (right, bottom, right, top),
    ]


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
