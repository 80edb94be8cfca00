"""A form as a workbook that people fill offline: it looks like the form they know and guards what must not be changed.

Every row carries its cell's id in a hidden column and every column its purpose in a hidden row, so that reading finds
cells by what they are and not by where they stand. A very hidden sheet says which form, unit and period it is and how
each cell stood at download. Labels are Vietnamese in either language of the screen: it is the form of the law.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import xlsxwriter

from danvan.figures.workbook import checks
from danvan.figures.workbook.model import BLANK, EMPTY, MOST, VALUE, FormRow, FormSheet, Seen
from danvan.figures.workbook.values import tidy

KIND, VERSION = "danvan.form", 1
SHEET, META = "Biểu", "danvan"
# The columns of the visible sheet from left to right: purpose -> (heading, width in characters).
COLUMNS = {
    "id": ("", 0),
    "number": ("TT", 5.5),
    "label": ("Chỉ tiêu", 46),
    "measure": ("Đơn vị tính", 11),
    "last_year": ("Cùng kỳ năm trước", 14),
    "previous": ("Kỳ trước", 14),
    "value": ("Số liệu kỳ này", 16),
    "empty": ("Nếu trống: lý do", 16),
    "note": ("Ghi chú, giải trình", 28),
    "check": ("Kiểm tra", 60),
}
AT = {name: at for at, name in enumerate(COLUMNS)}
KEYS_ROW, HEAD_ROW = 6, 7  # from 0: purposes (hidden), headings
FIRST_ROW = HEAD_ROW + 1
INK, LINE, GREY, GROUND, INPUT, ACCENT, ALARM = (
    *("#1f2933", "#a9a49b", "#6b7280", "#f1efeb", "#fffbe6", "#a4262c"),
    "#fbe3e1",
)
_FORMATS = {"whole": "#,##0", "money": "#,##0", "percent": "0.0##%", "fraction": "#,##0.0###"}


def write_form(sheet: FormSheet) -> bytes:
    """The form as an .xlsx file, filled as far as it is. Nothing in it is calculated by macros or linked elsewhere."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": f"{sheet.title} - {sheet.unit_name} - {sheet.period_label}"})
        book.set_calc_mode("auto")
        _Page(book, sheet).write()
        _meta(book, sheet)
    return target.getvalue()


def checksum(lines: Iterable[Iterable[object]]) -> str:
    """Over the hidden sheet: finds slips (a line lost, an id edited), not malice: who may write is asked elsewhere."""
    text = "\n".join("\t".join(map(str, line)).rstrip("\t") for line in lines)
    return hashlib.sha256(text.encode()).hexdigest()


def _meta(book: Any, sheet: FormSheet) -> None:
    hidden = book.add_worksheet(META)
    head = [
        ("kind", KIND),
        ("version", VERSION),
        ("form", sheet.form),
        ("title", sheet.title),
        ("form_version", sheet.version.isoformat()),
        ("unit", sheet.unit),
        ("unit_name", sheet.unit_name),
        ("period", sheet.period),
        ("period_label", sheet.period_label),
        ("rows", len(sheet.rows)),
    ]
    cells = [
        (row.id, row.version, row.state, "" if row.value is None else format(row.value, "f"), tidy(row.note))
        for row in sheet.rows
    ]
    lines = [*head, ("checksum", checksum([*head, *cells])), *cells]
    for at, line in enumerate(lines):
        for column, content in enumerate(line):
            hidden.write_string(at, column, str(content))
    hidden.protect()
    hidden.very_hidden()


class _Page:
    """The visible sheet."""

    def __init__(self, book: Any, sheet: FormSheet) -> None:
        self.book, self.sheet = book, sheet
        self.page = book.add_worksheet(SHEET)
        self.formats: dict[str, Any] = {}
        self.at: dict[str, int] = {}
        self.shown = [
            name
            for name in COLUMNS
            if not (name == "previous" and not sheet.previous_label)
            and not (name == "last_year" and not sheet.last_year_label)
        ]

    def write(self) -> None:
        self._columns()
        self._head()
        self._rows()
        self._names()
        self._checks()
        self._validation()
        self._set_up()

    def style(self, **of: Any) -> Any:
        key = repr(sorted(of.items()))
        if key not in self.formats:
            base = {"font_name": "Times New Roman", "font_size": 12, "font_color": INK, "valign": "vcenter"}
            self.formats[key] = self.book.add_format(base | of)
        return self.formats[key]

    def framed(self, **of: Any) -> Any:
        return self.style(border=1, border_color=LINE, **of)

    def _columns(self) -> None:
        for name, (_heading, width) in COLUMNS.items():
            hidden = {} if name in self.shown and width else {"hidden": True}
            self.page.set_column(AT[name], AT[name], width or 2, None, hidden)

    def _head(self) -> None:
        sheet, page = self.sheet, self.page
        first, last = AT["number"], AT["note"]
        middle = {"align": "center", "text_wrap": True}
        page.merge_range(0, first, 0, AT["label"], sheet.unit_name.upper(), self.style(bold=True))
        page.write_string(0, AT["note"], f"Biểu: {sheet.form}", self.style(font_color=GREY))
        if sheet.due:
            page.write_string(1, AT["note"], sheet.due, self.style(italic=True))
        page.merge_range(2, first, 2, last, sheet.title.upper(), self.style(bold=True, font_size=15, **middle))
        page.merge_range(3, first, 3, last, sheet.period_label, self.style(italic=True, font_size=13, **middle))
        page.merge_range(
            4,
            first,
            4,
            last,
            "Chỉ ghi vào các ô nền vàng. Có số thì ghi số (kể cả số 0); không có thì để trống và chọn lý do ở cột "
            "bên cạnh. Lưu tệp dưới dạng .xlsx rồi tải lên; trước khi ghi, trang web cho xem từng ô khác số đang có.",
            self.style(italic=True, font_size=11, font_color=GREY, text_wrap=True, align="left"),
        )
        page.set_row(0, 18)
        page.set_row(2, 26)
        page.set_row(3, 20)
        page.set_row(4, 32)
        page.set_row(KEYS_ROW, None, None, {"hidden": True})
        page.set_row(HEAD_ROW, 36)
        heads = {name: heading for name, (heading, _width) in COLUMNS.items()}
        heads["previous"] = sheet.previous_label or heads["previous"]
        heads["last_year"] = sheet.last_year_label or heads["last_year"]
        for name, heading in heads.items():
            page.write_string(KEYS_ROW, AT[name], name)
            look = {"bg_color": GROUND, "bold": True, **middle}
            if name in ("previous", "last_year"):
                look["font_color"] = GREY
            page.write_string(HEAD_ROW, AT[name], heading, self.framed(**look))

    def _rows(self) -> None:
        at, section = FIRST_ROW, None
        for row in self.sheet.rows:
            if row.section != section:
                section = row.section
                title = self.framed(bold=True, bg_color=GROUND, text_wrap=True)
                self.page.merge_range(at, AT["number"], at, AT["note"], section, title)
                self.page.set_row(at, 22)
                at += 1
            self._row(at, row)
            at += 1
        self.end = at - 1

    def _row(self, at: int, row: FormRow) -> None:
        page, number = self.page, _FORMATS[row.kind]
        page.set_row(at, 33 if len(row.label) > 52 else 18)
        self.at[row.id] = at
        grey = {"font_color": GREY, "bg_color": "#f8f7f5", "num_format": number, "align": "right", "indent": 1}
        page.write_string(at, AT["id"], row.id)
        page.write_string(at, AT["number"], row.number, self.framed(align="center"))
        page.write_string(
            at, AT["label"], row.label, self.framed(text_wrap=True, indent=2 if row.label.startswith("–") else 1)
        )
        if row.help:
            page.write_comment(at, AT["label"], row.help, {"x_scale": 2, "font_size": 10, "author": ""})
        page.write_string(at, AT["measure"], row.measure, self.framed(align="center", text_wrap=True, font_size=11))
        self._seen(at, AT["last_year"], row, row.last_year, grey)
        self._seen(at, AT["previous"], row, row.previous, grey)
        free = {"bg_color": INPUT, "locked": False}
        entry = self.framed(**free, num_format=number, align="right", indent=1, bold=True)
        if row.state == VALUE and row.value is not None:
            page.write_number(at, AT["value"], _stored(row, row.value), entry)
        else:
            page.write_blank(at, AT["value"], None, entry)
        choice = self.framed(**free, align="center", font_size=11)
        page.write(at, AT["empty"], EMPTY.get(row.state, ""), choice)
        page.write(at, AT["note"], tidy(row.note), self.framed(**free, text_wrap=True, indent=1, font_size=11))
        page.write_blank(at, AT["check"], None, self._said())

    def _seen(self, at: int, column: int, row: FormRow, seen: Seen, look: dict[str, Any]) -> None:
        if isinstance(seen, Decimal):
            self.page.write_number(at, column, _stored(row, seen), self.framed(**look))
        else:
            self.page.write_string(at, column, seen or "", self.framed(**look, italic=True, font_size=10))

    def _said(self) -> Any:
        return self.framed(indent=1, font_size=11, font_color=ACCENT)

    def _names(self) -> None:
        for row in self.sheet.rows:
            place = xlsxwriter.utility.xl_rowcol_to_cell(self.at[row.id], AT["value"], row_abs=True, col_abs=True)
            self.book.define_name(row.name, f"='{SHEET}'!{place}")

    def _checks(self) -> None:
        """Formulas in the last column that say what does not hold; the row is marked while they do."""
        rows = self.sheet.by_id()
        values = {one: row.value for one, row in rows.items() if row.state == VALUE and row.value is not None}
        previous = {one: row.previous for one, row in rows.items() if isinstance(row.previous, Decimal)}
        grouped: dict[str, list[Any]] = {}
        for check in self.sheet.checks:
            if not any(term.previous for term in check.terms) or self.sheet.previous_label:
                grouped.setdefault(check.left, []).append(check)
        for one, of in grouped.items():
            text = "&".join(checks.formula(check, lambda a: rows[a].name, self._previous) for check in of)
            said = "".join(checks.broken(check, values, previous) for check in of)
            self.page.write_formula(self.at[one], AT["check"], "=" + text, self._said(), said)
        first, last = (xlsxwriter.utility.xl_col_to_name(AT[name]) for name in ("number", "check"))
        marked = {"bg_color": ALARM, "font_color": ACCENT}
        self.page.conditional_format(
            f"{first}{FIRST_ROW + 1}:{last}{self.end + 1}",
            {
                "type": "formula",
                "criteria": f"=AND(${first}{FIRST_ROW + 1}<>${last}{FIRST_ROW + 1},LEN(${last}{FIRST_ROW + 1})>0,"
                f"LEN($A{FIRST_ROW + 1})>0)",
                "format": self.book.add_format(marked),
            },
        )

    def _previous(self, one: str) -> str:
        return str(xlsxwriter.utility.xl_rowcol_to_cell(self.at[one], AT["previous"], row_abs=True, col_abs=True))

    def _validation(self) -> None:
        for row in self.sheet.rows:
            at = self.at[row.id]
            self.page.data_validation(at, AT["value"], at, AT["value"], _rule(row))
            self.page.data_validation(
                at,
                AT["empty"],
                at,
                AT["empty"],
                {
                    "validate": "list",
                    "source": [BLANK, *EMPTY.values()],
                    "error_title": "Chọn trong danh sách",
                    "error_message": "Hãy chọn một lý do trong danh sách, hoặc xóa ô này.",
                },
            )
            self.page.data_validation(
                at,
                AT["note"],
                at,
                AT["note"],
                {
                    "validate": "length",
                    "criteria": "<=",
                    "value": 2000,
                    "error_title": "Ghi chú quá dài",
                    "error_message": "Hãy ghi chú trong 2.000 ký tự.",
                },
            )

    def _set_up(self) -> None:
        page = self.page
        page.freeze_panes(FIRST_ROW, AT["measure"])
        page.set_selection(FIRST_ROW + 1, AT["value"], FIRST_ROW + 1, AT["value"])
        page.hide_gridlines(2)
        page.set_paper(9)
        page.set_landscape()
        page.set_margins(left=0.5, right=0.4, top=0.5, bottom=0.6)
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEAD_ROW)
        page.print_area(0, AT["number"], self.end, AT["note"])  # the check is for the screen
        page.set_footer(f"&L&9{_footer(self.sheet)}&R&9Trang &P/&N")
        page.ignore_errors(
            {"number_stored_as_text": f"A1:{xlsxwriter.utility.xl_rowcol_to_cell(self.end, AT['check'])}"}
        )
        page.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})


def _footer(sheet: FormSheet) -> str:
    return f"{sheet.unit_name} - {sheet.period_label}".replace("&", "&&")[:180]


def _stored(row: FormRow, value: Decimal) -> float:
    """As the spreadsheet keeps it: 88.9 % is 0.889, so that 88,9 typed into the cell means what it says."""
    return float(value / 100 if row.kind == "percent" else value)


def _rule(row: FormRow) -> dict[str, Any]:
    least: float = 0
    if row.signed:
        least = -float(MOST)
    sign = "Có thể nhỏ hơn 0." if row.signed else "Từ 0 trở lên."
    title, advice = {
        "whole": (
            "Số nguyên",
            f"{row.measure.capitalize()}. {sign} Gõ liền các chữ số, không gõ dấu phân cách hàng nghìn.",
        ),
        "money": ("Số tiền, đồng", f"Ghi đủ đến đồng, không ghi triệu, tỷ. {sign} Gõ liền các chữ số."),
        "percent": ("Tỷ lệ %", f"Gõ 88,9 cho 88,9%. {sign}"),
        "fraction": ("Số có phần lẻ", f"{row.measure.capitalize()}. {sign}"),
    }[row.kind]
    return {
        "validate": "decimal" if row.places else "integer",
        "criteria": "between",
        "minimum": least,
        "maximum": 1e15 - 1,
        "input_title": title,
        "input_message": advice[:255],  # as much as the format allows
        "error_title": "Số chưa đúng",
        "error_message": f"Ô này cần {title.lower()}. {sign} Không có số thì để trống và chọn lý do ở cột bên cạnh.",
    }
