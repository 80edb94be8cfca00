"""What people do to a workbook between download and upload, done by openpyxl."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl

from danvan.figures.workbook.writing import AT, META, SHEET


class Person:
    """Opens a workbook, changes cells of rows by their id, saves it."""

    def __init__(self, data: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(data))
        self.page = self.book[SHEET]
        self.meta = self.book[META]

    def row(self, one: str) -> int:
        return next(at for at in range(1, self.page.max_row + 1) if self.page.cell(at, AT["id"] + 1).value == one)

    def cell(self, one: str, column: str = "value") -> Any:
        return self.page.cell(self.row(one), AT[column] + 1)

    def put(self, one: str, content: Any, column: str = "value") -> None:
        self.cell(one, column).value = content

    def save(self) -> bytes:
        target = io.BytesIO()
        self.book.save(target)
        return target.getvalue()


def archive(**parts: bytes) -> bytes:
    """A zip of parts; "__" in a name is a slash, "_" before the ending a point."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def with_parts(data: bytes, **parts: bytes) -> bytes:
    """The workbook with further or other parts ({"xl/vbaProject.bin": ...})."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            if name not in parts:
                packed.writestr(name, source.read(name))
        for name, content in parts.items():
            packed.writestr(name, content)
    return target.getvalue()
