"""The figures as a workbook: numbers are numbers, each linked to its page; words are never formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from danvan.narrative.writing.model import Figure, Language, ReportData, Row, clean
from danvan.narrative.writing.numerals import HEDGES
from danvan.narrative.writing.tables import WORDS, compared, note, numbered

_MORE: dict[Language, dict[str, str]] = {
    "vi": {
        "table": "Số liệu",
        "givers": "Đơn vị đóng góp",
        "sources": "Nguồn",
        "section": "Nhóm",
        "code": "Mã",
        "breakdown": "Phân tổ",
        "value": "Giá trị",
        "numerator": "Tử số",
        "denominator": "Mẫu số",
        "address": "Địa chỉ của số liệu",
        "mark": "Số liệu minh họa",
        "filed": "Đơn vị đã gửi báo cáo",
        "gaps": "Còn thiếu",
        "form": "Biểu",
        "lacks": "Thiếu",
        "whole": "cả báo cáo",
        "cell": "chỉ tiêu bỏ trống",
        "complete": "Mọi đơn vị đã gửi báo cáo, không chỉ tiêu nào bỏ trống.",
    },
    "en": {
        "table": "Figures",
        "givers": "Contributors",
        "sources": "Sources",
        "section": "Group",
        "code": "Code",
        "breakdown": "Breakdown",
        "value": "Value",
        "numerator": "Numerator",
        "denominator": "Denominator",
        "address": "Address of the figure",
        "mark": "Invented figures, for illustration",
        "filed": "Units that have filed",
        "gaps": "Missing",
        "form": "Form",
        "lacks": "Lacks",
        "whole": "the whole report",
        "cell": "an indicator left out",
        "complete": "All units have filed, no indicator was left out.",
    },
}
_WIDTHS = [5, 46, 12, 17, 17, 15, 11, 40, 30]  # in characters
_HEAD = 4  # rows above the table's data: title, period, who filed, column heads
_WHOLE, _RATE, _DELTA, _POINTS, _RISE = "#,##0", "0.0%", "+#,##0;-#,##0;0", "+0.0;-0.0;0", "+0.0%;-0.0%;0%"
_FRACTION = "#,##0.####"

_FONT = Font(name="Times New Roman", size=11)
_TITLE = Font(name="Times New Roman", size=14, bold=True)
_BOLD = Font(name="Times New Roman", size=11, bold=True)
_THIN = Side(style="thin", color="FF7F7F7F")
_FRAME = Border(_THIN, _THIN, _THIN, _THIN)
_SHADE = PatternFill("solid", fgColor="FFEDEDED")
# Workbook -> how its cells look: fonts and fills are those above.
_looks: WeakKeyDictionary[Workbook, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()

Value = str | Decimal | None


def to_xlsx(data: ReportData, path: Path) -> None:
    """Writes the table of figures, the contributors (where given), who has not filed or left out an indicator (where
    anybody had to file), and the address of each figure to `path`.
    """
    data = clean(data)
    book = Workbook()
    _table(book.active, data)
    if data.contributions:
        _contributors(book.create_sheet(), data)
    if data.expected:
        _gaps(book.create_sheet(), data)
    _sources(book.create_sheet(), data)
    book.properties.title = f"{data.unit}, {data.period}"
    book.properties.creator = ""
    book.save(path)


def _table(sheet: Any, data: ReportData) -> None:
    words, more = WORDS[data.language], _MORE[data.language]
    sheet.title = more["table"]
    heads = ["number", "indicator", "measure", "now", "before", "delta", "percent", "note", "code"]
    named = {**words, **more, "now": _upper(data.period), "before": _upper(data.same_period)}
    mark = f" ({more['mark']})" if data.illustration else ""
    _put(sheet, 1, 1, f"{data.unit}{mark}", font=_TITLE)
    _put(sheet, 2, 1, _upper(data.period), font=_BOLD)
    if data.expected:
        _put(sheet, 3, 1, f"{more['filed']}: {data.filed}/{data.expected}")
    _heads(sheet, _HEAD, [named[head] for head in heads], _WIDTHS)
    line = _HEAD
    for section in numbered(data):
        line += 1
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=len(heads) - 1)
        _put(sheet, line, 1, section.title, font=_BOLD, fill=_SHADE)
        for row, number, label in section.rows:
            line += 1
            _row(sheet, line, row, number, label, data)
    _print(sheet, _HEAD, "C")
    # The codes are for programs that read the sheet; on paper they would only make the rest small.
    sheet.print_area = f"A1:{get_column_letter(len(heads) - 1)}{line}"


def _row(sheet: Any, line: int, row: Row, number: str, label: str, data: ReportData) -> None:
    words = WORDS[data.language]
    rate = row.unit == "%"
    _put(sheet, line, 1, Decimal(number) if number else "", frame=True, align="center")
    _put(sheet, line, 2, label, frame=True, wrap=True)
    _put(sheet, line, 3, row.unit, frame=True)
    _figure(sheet, line, 4, row.now, row.unit, words)
    if row.url and row.now.value is not None:
        sheet.cell(line, 4).hyperlink = urljoin(data.base_url, row.url)
    _figure(sheet, line, 5, row.before, row.unit, words)
    change = row.delta if compared(row) else None
    rise = row.percent if compared(row) and not rate else None
    _put(sheet, line, 6, change, form=_POINTS if rate else _DELTA, frame=True)
    _put(sheet, line, 7, rise / 100 if rise is not None else None, form=_RISE, frame=True)
    hedge = HEDGES[row.now.qualifier].strip()
    said = f"“{hedge}”" if hedge else ""
    remark = "; ".join(filter(None, [said, note(row, data.language)]))
    _put(sheet, line, 8, remark, frame=True, wrap=True)
    _put(sheet, line, 9, row.key)
    lines = max(1, math.ceil(len(label) / (1.2 * _WIDTHS[1])), math.ceil(len(remark) / (1.2 * _WIDTHS[7])))
    sheet.row_dimensions[line].height = 15 * lines  # not every program fits wrapped lines by itself


def _contributors(sheet: Any, data: ReportData) -> None:
    words, more = WORDS[data.language], _MORE[data.language]
    sheet.title = more["givers"]
    titles = [words["unit"], more["code"], words["indicator"], words["measure"], more["value"], more["numerator"]]
    _heads(sheet, 1, [*titles, more["denominator"]], [34, 24, 52, 14, 18, 14, 14])
    for line, given in enumerate(data.contributions, 2):
        key = f"{given.indicator}[{given.breakdown}]" if given.breakdown else given.indicator
        for column, text in enumerate((given.unit, key, given.label, given.measure), 1):
            _put(sheet, line, column, text, frame=True, wrap=column == 3)
        _figure(sheet, line, 5, given.figure, given.measure, words)
        if given.url:
            sheet.cell(line, 5).hyperlink = urljoin(data.base_url, given.url)
        for column, part in ((6, given.figure.numerator), (7, given.figure.denominator)):
            _put(sheet, line, column, part, form=_form(part), frame=True)
    _print(sheet, 1, "B")


def _gaps(sheet: Any, data: ReportData) -> None:
    """Who has not filed first, then who filed without an indicator, in the order of the form."""
    words, more = WORDS[data.language], _MORE[data.language]
    sheet.title = more["gaps"]
    left_out = [(unit, row) for row in data.rows() for unit in row.missing if unit not in data.missing]
    said = f"{data.unit}, {_upper(data.period)}: {more['filed'].lower()} {data.filed}/{data.expected}"
    _put(sheet, 1, 1, f"{more['form']}: {data.form}" if data.form else said, font=_BOLD)
    _put(sheet, 2, 1, said if data.form else "")
    titles = [words["number"], words["unit"], more["lacks"], words["indicator"], words["measure"], more["code"]]
    _heads(sheet, 3, titles, [5, 40, 22, 60, 14, 34])
    lines = [(unit, more["whole"], "", "", "") for unit in data.missing]
    lines += [(unit, more["cell"], _label(row), row.unit, row.key) for unit, row in left_out]
    for place, line in enumerate(lines, 1):
        _put(sheet, 3 + place, 1, Decimal(place), frame=True, align="center")
        for column, text in enumerate(line, 2):
            _put(sheet, 3 + place, column, text, frame=True, wrap=column == 4)
    if not lines:
        _put(sheet, 4, 2, more["complete"])
    _print(sheet, 3, "C")


def _label(row: Row) -> str:
    return f"{row.label}: {row.part}" if row.part and row.part not in row.label else row.label


def _sources(sheet: Any, data: ReportData) -> None:
    more = _MORE[data.language]
    sheet.title = more["sources"]
    _heads(sheet, 1, [more["code"], WORDS[data.language]["indicator"], more["address"]], [30, 60, 90])
    rows = [row for row in data.rows() if row.url]
    for line, row in enumerate(rows, 2):
        url = urljoin(data.base_url, row.url)
        for column, text in enumerate((row.key, row.label, url), 1):
            _put(sheet, line, column, text, frame=True)
        sheet.cell(line, 3).hyperlink = url
    _print(sheet, 1, "B")


def _figure(sheet: Any, line: int, column: int, figure: Figure | None, unit: str, words: dict[str, str]) -> None:
    if figure is None:
        _put(sheet, line, column, None, frame=True)
    elif figure.state != "value":
        _put(sheet, line, column, words[figure.state], frame=True, align="right")
    elif figure.value is None:
        _put(sheet, line, column, "–", frame=True, align="right")
    elif unit == "%":
        _put(sheet, line, column, figure.value / 100, form=_RATE, frame=True)
    else:
        _put(sheet, line, column, figure.value, form=_form(figure.value), frame=True)


def _form(value: Decimal | None) -> str:
    return _WHOLE if value is None or value == value.to_integral_value() else _FRACTION


def _put(
    sheet: Any,
    line: int,
    column: int,
    value: Value,
    *,
    form: str = "General",
    font: Font = _FONT,
    fill: PatternFill | None = None,
    frame: bool = False,
    wrap: bool = False,
    align: str | None = None,
) -> None:
    cell = sheet.cell(line, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # "=1+1" typed as a unit's name stays those four characters
        cell.quotePrefix = value[:1] in "=+-@" and value != ""
    look = (form, id(font), id(fill), frame, wrap, align, cell.quotePrefix)
    alike = _looks.setdefault(sheet.parent, {})
    if look in alike:  # finding a style by its parts takes longer than all else
        cell._style = copy(alike[look])
        return
    cell.number_format, cell.font = form, font
    cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=wrap)
    if frame:
        cell.border = _FRAME
    if fill:
        cell.fill = fill
    alike[look] = cell._style


def _heads(sheet: Any, line: int, titles: list[str], widths: Sequence[int]) -> None:
    sheet.row_dimensions[line].height = 32
    for column, (title, width) in enumerate(zip(titles, widths, strict=True), 1):
        _put(sheet, line, column, title, font=_BOLD, fill=_SHADE, frame=True)
        sheet.cell(line, column).alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width


def _print(sheet: Any, head: int, still: str) -> None:
    """Heads stay in sight and come again on every printed page, which is as wide as the table."""
    sheet.freeze_panes = f"{still}{head + 1}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P/&N"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
