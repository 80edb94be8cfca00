"""A filled form read back: every cell found by its id, every doubt said, nothing guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from danvan.figures.workbook import values
from danvan.figures.workbook.model import (
    BLANK,
    VALUE,
    Base,
    Filled,
    FilledCell,
    FormRow,
    FormSheet,
    Said,
    WorkbookError,
)
from danvan.figures.workbook.model import noop as _
from danvan.figures.workbook.opening import Book, Sheet, address, open_book
from danvan.figures.workbook.writing import KIND, META, VERSION, checksum
from danvan.lib import numbers

HEAD = 11  # lines of the hidden sheet before its cells
NEEDED = ("id", "value", "empty", "note")
_OUTSIDE = ("[", "|", "WEBSERVICE(", "HYPERLINK(", "DDE(", "RTD(")
LONGEST_FORMULA = 60
HIGH_PERCENT = 1000  # 88.9 pasted over a cell that shows percentages becomes 8890 %


def is_form(book: Book) -> bool:
    """Whether it is a workbook that `write_form` made (for any unit, period and form)."""
    if META not in book:
        return False
    rows = book[META].rows
    return bool(rows and rows[0][:2] == ["kind", KIND])


def read_form(data: bytes | Path, expected: FormSheet) -> Filled:
    """What a filled form holds. expected: the form, unit and period that it is uploaded for.

    Raises WorkbookError, with a sentence for each reason: no workbook that can be opened safely, not made here, of
    another form, unit or period, its hidden sheet or id column changed. What concerns one cell is said in the cell.
    """
    book = open_book(data)
    base = _base(book, expected)
    sheet, heads_at, columns = _page(book)
    known = expected.by_id()
    places = dict(_places(sheet.rows[heads_at + 1 :], columns["id"], heads_at + 1))
    ids = [one for one in places.values() if one]
    _refuse_unknown(ids, base)
    twice = {one for one, times in Counter(ids).items() if times > 1}
    cells, remarks = [], []
    for at, one in places.items():
        if one in twice or one not in known:
            continue
        cells.append(_cell(sheet, at, columns, known[one]))
    for one in dict.fromkeys(ids):
        if one in twice:
            where = ", ".join(str(at + 1) for at, other in places.items() if other == one)
            said = Said(_("Dòng này có nhiều lần trong tệp (dòng %(rows)s); hãy chỉ giữ một."), {"rows": where})
            if one in known:
                cells.append(FilledCell(one, wrong=said))
    remarks = list(_remarks(known, base, set(ids)))
    return Filled(tuple(cells), base, tuple(remarks))


def _base(book: Book, expected: FormSheet) -> dict[str, Base]:
    """The cells as they were at download; refuses what belongs elsewhere."""
    if not is_form(book):
        raise WorkbookError(
            Said(
                _(
                    "Tệp không phải là biểu tải về từ hệ thống (hoặc đã mất trang thông tin ẩn); hãy tải biểu về và "
                    "chép số sang, hoặc dùng cách nhập từ bảng tính khác."
                )
            )
        )
    lines = [[_text(content) for content in line] for line in book[META].rows]
    head = {line[0]: line[1] for line in lines[:HEAD] if len(line) > 1}
    cells = [(line + [""] * 5)[:5] for line in lines[HEAD:] if any(line)]
    pairs = [(name, head[name]) for name in head if name != "checksum"]
    if head.get("version") != str(VERSION):
        raise WorkbookError(Said(_("Tệp thuộc phiên bản biểu khác của hệ thống; hãy tải biểu mới về và chép số sang.")))
    if head.get("checksum") != checksum([*pairs, *cells]):
        raise WorkbookError(
            Said(_("Trang thông tin ẩn của tệp đã bị sửa, không còn tin được; hãy tải biểu mới về và chép số sang."))
        )
    _refuse_elsewhere(head, expected)
    return {one: _base_cell(rest) for one, *rest in cells}


def _base_cell(line: Sequence[str]) -> Base:
    version, state, value, note = line
    try:
        return Base(int(version), state, Decimal(value) if value else None, note)
    except (ValueError, InvalidOperation):  # the checksum holds, so it was made with it: malice, not a slip
        return Base()


def _refuse_elsewhere(head: dict[str, str], expected: FormSheet) -> None:
    problems = []
    if head.get("form") != expected.form:
        said = _(
            "Tệp là biểu “%(found)s”, ở đây cần biểu “%(needed)s”; hãy chọn đúng tệp, hoặc mở đúng biểu rồi tải lên."
        )
        problems.append(Said(said, {"found": head.get("title", ""), "needed": expected.title}))
    if head.get("unit") != str(expected.unit):
        said = _("Tệp là của %(found)s, ở đây là %(needed)s; hãy chọn đúng tệp của đơn vị.")
        problems.append(Said(said, {"found": head.get("unit_name", ""), "needed": expected.unit_name}))
    if head.get("period") != expected.period:
        said = _("Tệp là của %(found)s, ở đây là %(needed)s; hãy chọn đúng tệp của kỳ.")
        problems.append(Said(said, {"found": head.get("period_label", ""), "needed": expected.period_label}))
    if problems:
        raise WorkbookError(*problems)


def _page(book: Book) -> tuple[Sheet, int, dict[str, int]]:
    """The sheet with the cells, the row that names its columns, and where each column is now."""
    for sheet in book.sheets:
        if sheet.name == META:
            continue
        for at, line in enumerate(sheet.rows[:60]):
            columns = {content: column for column, content in enumerate(line) if content in NEEDED}
            if len(columns) == len(NEEDED):
                return sheet, at, columns
    raise WorkbookError(
        Said(_("Không tìm thấy các cột của biểu (cột hoặc dòng ẩn đã bị xóa); hãy tải biểu mới về và chép số sang."))
    )


def _places(rows: Sequence[Sequence[Any]], column: int, first: int) -> Iterator[tuple[int, str]]:
    """Row of the sheet -> id, for rows that have one."""
    for at, line in enumerate(rows, first):
        if column < len(line) and (one := _text(line[column]).strip()):
            yield at, one


def _refuse_unknown(ids: Sequence[str], base: dict[str, Base]) -> None:
    unknown = [one for one in ids if one not in base]
    if unknown:
        raise WorkbookError(
            Said(
                _("Mã ẩn của dòng đã bị sửa (biểu không có “%(id)s”); hãy tải biểu mới về và chép số sang."),
                {"id": unknown[0][:60]},
            )
        )
    if not ids:
        raise WorkbookError(Said(_("Cột mã ẩn của biểu đã bị xóa; hãy tải biểu mới về và chép số sang.")))


def _remarks(known: dict[str, FormRow], base: dict[str, Base], there: set[str]) -> Iterator[Said]:
    for one in base:
        if one in known and one not in there:
            yield Said(_("Dòng “%(row)s” đã bị xóa khỏi tệp: số đang có được giữ nguyên."), {"row": known[one].label})
        elif one not in known:
            yield Said(_("Dòng “%(id)s” của tệp không còn trong biểu hiện hành nên bỏ qua."), {"id": one})
    if added := [row.label for one, row in known.items() if one not in base]:
        said = _("Biểu đã đổi sau khi tải tệp về: %(count)s dòng mới chưa có trong tệp (như “%(row)s”).")
        yield Said(said, {"count": len(added), "row": added[0]})


def _cell(sheet: Sheet, at: int, columns: dict[str, int], row: FormRow) -> FilledCell:
    line = sheet.rows[at]
    found = {name: line[column] if column < len(line) else "" for name, column in columns.items()}
    place = (at, columns["value"])
    note = values.tidy(_text(found["note"]))
    where, written = address(*place), values.shown(found["value"])
    try:
        if len(note) > values.LONGEST_NOTE:
            raise values.NotAFigure(
                Said(
                    _("Ghi chú dài %(length)s ký tự; hãy rút còn %(most)s."),
                    {"length": len(note), "most": values.LONGEST_NOTE},
                )
            )
        state = _state(found["empty"])
        value, remark = content_of(sheet, place, row)
        if value is None:
            return FilledCell(row.id, where, written, _agreed(values.state_in_words(found["value"]), state), None, note)
        if state:
            raise values.NotAFigure(
                Said(
                    _("Vừa có số %(value)s vừa ghi “%(state)s”; hãy xóa một trong hai."),
                    {"value": written, "state": _text(found["empty"])},
                )
            )
        return FilledCell(row.id, where, written, VALUE, value, note, remark=remark)
    except values.NotAFigure as problem:
        return FilledCell(row.id, where, written, note=note, wrong=problem.said)


def content_of(sheet: Sheet, place: tuple[int, int], row: FormRow) -> tuple[Decimal | None, Said | None]:
    """The figure in a cell (None: none) and what to know about it; NotAFigure where it cannot be taken."""
    marks = sheet.marks
    line = sheet.rows[place[0]]
    content = line[place[1]] if place[1] < len(line) else ""
    if place in marks.errors:
        raise values.NotAFigure(
            Said(_("Ô đang báo lỗi %(error)s; hãy sửa công thức hoặc ghi số."), {"error": marks.errors[place]})
        )
    formula = marks.formulas.get(place)
    if formula is not None:
        said = "=" + (formula if len(formula) <= LONGEST_FORMULA else formula[: LONGEST_FORMULA - 1] + "…")
        if any(sign in formula.upper() for sign in _OUTSIDE):
            raise values.NotAFigure(
                Said(
                    _("Ô là công thức lấy từ tệp hay nơi khác (%(formula)s); hãy dán giá trị thay cho công thức."),
                    {"formula": said},
                )
            )
        if content == "":
            raise values.NotAFigure(
                Said(
                    _("Ô là công thức chưa được tính (%(formula)s); hãy mở tệp, lưu lại, hoặc ghi số."),
                    {"formula": said},
                )
            )
    if content == "" or (isinstance(content, str) and (not content.strip() or values.state_in_words(content))):
        return None, None
    value = values.figure(content, row, percent=place in marks.percents)
    if formula is not None:
        return value, Said(_("Ô là công thức %(formula)s; lấy số mà bảng tính đã tính."), {"formula": said})
    if row.kind == "percent" and value > HIGH_PERCENT:
        return value, Said(_("Tỷ lệ %(value)s%% rất lớn; hãy xem lại."), {"value": numbers.digits(value)})
    return value, None


def _state(content: Any) -> str:
    text = _text(content).strip()
    if not text or text == BLANK:
        return ""
    state = values.state_in_words(text)
    if state is None:
        raise values.NotAFigure(
            Said(_("Lý do trống “%(written)s” không có trong danh sách; hãy chọn lại."), {"written": text[:60]})
        )
    return state


def _agreed(in_value: str | None, chosen: str) -> str:
    if in_value and chosen and in_value != chosen:
        raise values.NotAFigure(Said(_("Hai lý do trống khác nhau ở một dòng; hãy chỉ giữ một.")))
    return chosen or in_value or ""


def _text(content: Any) -> str:
    return content if isinstance(content, str) else values.shown(content)
