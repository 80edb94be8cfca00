"""Hands that edit a written Word file as people and programs do, on its XML."""

from __future__ import annotations

import copy
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

WAYS = (
    "inside",
    "typed over",
    "beside the mark",
    "digit behind",
    "digit in front",
    "tracked",
    "deleted",
    "deleted, tracked",
)


class Edited:
    """The file, open under somebody's hands."""

    def __init__(self, path: Path) -> None:
        self.document = docx.Document(str(path))
        self.body = self.document.element.body

    def marks(self) -> list[str]:
        return [mark.get(qn("w:name")) for mark in self.body.iter(qn("w:bookmarkStart"))]

    def text(self, name: str) -> str:
        return "".join(text.text or "" for text in self._content(name).iter(qn("w:t")))

    def _start(self, name: str) -> Any:
        return next(one for one in self.body.iter(qn("w:bookmarkStart")) if one.get(qn("w:name")) == name)

    def _content(self, name: str) -> Any:
        """The link (or the run) under a bookmark, as the writer puts it."""
        return self._start(name).getnext()

    def edit(self, name: str, way: str, new: str) -> None:
        """new: what is to stand there; for a digit behind or in front it is that digit."""
        start, content = self._start(name), self._content(name)
        end = content.getnext()
        assert end.tag == qn("w:bookmarkEnd")
        if way == "inside":
            (text,) = content.iter(qn("w:t"))
            text.text = new
        elif way == "typed over":
            start.addprevious(run(new))
            _remove(start, content, end)
        elif way == "beside the mark":
            end.addnext(run(new))
            _remove(content)
        elif way == "digit behind":
            end.addnext(run(new))
        elif way == "digit in front":
            start.addprevious(run(new))
        elif way.startswith("deleted"):
            if "tracked" in way:
                _take_out(content)
            else:
                _remove(start, content, end)
        elif way == "tracked":
            inserted = OxmlElement("w:ins", {qn("w:id"): "900", qn("w:author"): "x"})
            inserted.append(run(new))
            content.addnext(inserted)
            _take_out(content)

    def retype(self, name: str, new: str) -> str:
        """Writes over what stands under a bookmark, however a program nested it; gives what stood there."""
        start, texts = self._start(name), []
        for one in start.xpath("following::*"):
            if one.tag == qn("w:bookmarkEnd") and one.get(qn("w:id")) == start.get(qn("w:id")):
                break
            if one.tag == qn("w:t"):
                texts.append(one)
        was = "".join(text.text or "" for text in texts)
        for text, piece in zip(texts, [new, *[""] * len(texts)], strict=False):
            text.text = piece
        return was

    def rename(self, name: str) -> None:
        self._start(name).set(qn("w:name"), f"{name[:30]}_Copy_1")

    def unmark(self, name: str) -> None:
        """The bookmark goes, the number stays."""
        start = self._start(name)
        _remove(start, start.getnext().getnext())

    def noise(self, chance: random.Random) -> None:
        """Runs cut in pieces, with what programs write between them."""
        for text in list(self.body.iter(qn("w:t"))):
            whole = text.getparent()
            alone = whole.tag == qn("w:r") and len(whole.findall(qn("w:t"))) == 1
            if not alone or len(text.text or "") < 2 or chance.random() < 0.5:
                continue
            cut = chance.randrange(1, len(text.text))
            second = copy.deepcopy(whole)
            (twin,) = second.iter(qn("w:t"))
            twin.text, text.text = text.text[cut:], text.text[:cut]
            for piece in (text, twin):
                piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            second.set(qn("w:rsidR"), f"{chance.randrange(2**32):08X}")
            whole.addnext(second)
            whole.addnext(OxmlElement("w:proofErr", {qn("w:type"): "spellStart"}))
            second.insert(0, OxmlElement("w:lastRenderedPageBreak"))

    def content(self) -> bytes:
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()


def run(text: str) -> Any:
    made = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    made.append(words)
    return made


def paragraph(text: str) -> Any:
    made = OxmlElement("w:p")
    made.append(run(text))
    return made


def changed_trace(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The file with another part in place of the one that says what was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            part = old.read(one)
            new.writestr(one, change(part) if one.startswith("customXml/") and b"<trace" in part else part)
    return out.getvalue()


def _remove(*elements: Any) -> None:
    for element in elements:
        element.getparent().remove(element)


def _take_out(content: Any) -> None:
    """A tracked deletion: the text stays in the file and is seen no more."""
    deleted = OxmlElement("w:del", {qn("w:id"): "901", qn("w:author"): "x"})
    for one in list(content.iter(qn("w:r"))):
        one.addprevious(deleted)
        deleted.append(one)
        for text in one.findall(qn("w:t")):
            gone = OxmlElement("w:delText")
            gone.text = text.text
            text.getparent().replace(text, gone)
