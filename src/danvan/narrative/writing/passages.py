"""The words of a Word document in order, as passages: a paragraph, or a row of a table with its cells parted by tabs.

Made for files that Word and LibreOffice saved again: runs may be cut anywhere, what a tracked change took out is gone,
what it put in is there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

# Taken out by a tracked change, drawn beside the text, or said a second time for older programs.
_UNSEEN = {qn(f"w:{tag}") for tag in ("del", "moveFrom", "drawing", "pict", "object", "instrText", "delText")}
_UNSEEN.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
_AS_TEXT = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u00ad": None, "\u200b": None, "\u2011": "-"})
_PARAGRAPH, _TABLE, _ROW, _CELL, _TEXT = (qn(f"w:{tag}") for tag in ("p", "tbl", "tr", "tc", "t"))
_START, _END = qn("w:bookmarkStart"), qn("w:bookmarkEnd")
_HOLDERS = {qn(f"w:{tag}") for tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark: characters start..end of the passage."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    text: str
    marks: tuple[Mark, ...] = ()
    row: bool = False


def passages(body: Any) -> Iterator[tuple[Any, Passage]]:
    """Each with the paragraph or table, directly in the body, that it stands in. body: the element w:body."""
    for block in _blocks(body):
        if block.tag == _PARAGRAPH:
            yield block, _Reader().paragraph(block)
        else:
            for row in block.iterchildren(_ROW):
                yield block, _Reader().row(row)


def _blocks(parent: Any) -> Iterator[Any]:
    for child in parent:
        if child.tag in (_PARAGRAPH, _TABLE):
            yield child
        elif child.tag in _HOLDERS:
            yield from _blocks(child)


@dataclass
class _Reader:
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    opened: dict[str, tuple[str, int]] = field(default_factory=dict)  # id -> name, start
    marks: list[Mark] = field(default_factory=list)

    def paragraph(self, element: Any) -> Passage:
        self._walk(element)
        return self._passage(row=False)

    def row(self, element: Any) -> Passage:
        cells = [child for holder in _with_holders(element) for child in holder.iterchildren(_CELL)]
        for number, cell in enumerate(cells):
            if number:
                self._add("\t")
            for place, paragraph in enumerate(cell.iter(_PARAGRAPH)):
                if place:
                    self._add("\n")
                self._walk(paragraph)
        return self._passage(row=True)

    def _passage(self, *, row: bool) -> Passage:
        # A bookmark that ends in another paragraph ends here with this one.
        self.marks += [Mark(name, start, self.length) for name, start in self.opened.values()]
        return Passage("".join(self.pieces), tuple(sorted(self.marks, key=lambda mark: mark.start)), row)

    def _walk(self, element: Any) -> None:
        for child in element:
            if child.tag in _UNSEEN:
                continue
            if child.tag == _TEXT:
                self._add(unicodedata.normalize("NFC", child.text or "").translate(_PLAIN))
            elif child.tag in _AS_TEXT:
                self._add(_AS_TEXT[child.tag])
            elif child.tag == _START:
                self.opened[child.get(qn("w:id"))] = (child.get(qn("w:name")), self.length)
            elif child.tag == _END:
                name, start = self.opened.pop(child.get(qn("w:id")), ("", 0))
                if name:
                    self.marks.append(Mark(name, start, self.length))
            elif child.tag != _PARAGRAPH:  # of a text box
                self._walk(child)

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)


def _with_holders(row: Any) -> Iterator[Any]:
    """The row, and what in it wraps cells."""
    yield row
    for child in row:
        if child.tag in _HOLDERS:
            yield from _with_holders(child)
