"""A form as it is handed out for filling in, and a workbook read for it in every way that one is read."""

from __future__ import annotations

import io
from datetime import date
from functools import cache

import openpyxl

from danvan.figures import catalogue
from danvan.figures.workbook import FormRow, FormSheet, WorkbookError, foreign, read_form, write_form

KINDS = {"%": "percent", "đồng": "money"}
ROWS = ("mod.total", "mod.new", "rec.turns", "rec.resolution_rate", "vis.gift_value")


class Refused(Exception):  # noqa: N818 -- reads as a sentence
    """What the person reads."""


@cache
def sheet() -> FormSheet:
    known = catalogue.load()
    rows = tuple(
        FormRow("Số liệu", code, known[code].name_vi, known[code].unit_vi, kind=KINDS.get(known[code].unit_vi, "whole"))
        for code in ROWS
    )
    return FormSheet(
        form="dan_van",
        version=date(2010, 1, 1),
        title="Báo cáo công tác dân vận",
        unit=17,
        unit_name="Xã Mới",
        period="2026-Q1",
        period_label="Quý I năm 2026",
        rows=rows,
    )


@cache
def filled() -> bytes:
    return write_form(sheet())


@cache
def not_ours() -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    page = book.active
    page.append(["TT", "Nội dung", "Đơn vị", "Kỳ này", "Ghi chú"])
    for number, row in enumerate(sheet().rows, 1):
        page.append([number, row.label, row.measure, number * 10, ""])
    book.save(stream)
    return stream.getvalue()


def warm_up() -> None:
    for data in (filled(), not_ours()):
        read_bytes(data)


def read(path: str, _clock: object) -> list[str]:
    with open(path, "rb") as stream:
        return read_bytes(stream.read())


def read_bytes(data: bytes) -> list[str]:
    """As the page of an upload does: as our own form, then as a workbook from elsewhere."""
    try:
        return [f"{cell.id} {cell.value} {cell.wrong}" for cell in read_form(data, sheet()).cells]
    except WorkbookError:
        pass
    try:
        sheets = foreign.preview(data)
        mapping = foreign.guess_mapping(sheets, sheet(), catalogue.load())
        if mapping is None:
            return ["no columns found"]
        foreign.found_again(mapping, sheets)
        return [f"{cell.id} {cell.value} {cell.wrong}" for cell in foreign.apply_mapping(data, mapping, sheet()).cells]
    except WorkbookError as error:
        raise Refused(str(error)) from error
