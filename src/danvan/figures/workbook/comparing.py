"""What a filled form would change, cell by cell, each with its reason. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping

from danvan.figures.workbook.model import (
    NOT_REPORTED,
    VALUE,
    Base,
    CellDiff,
    Filled,
    FilledCell,
    FormRow,
    FormSheet,
    Said,
    Status,
)
from danvan.figures.workbook.model import noop as _
from danvan.figures.workbook.values import tidy


def diff(current: FormSheet, filled: Filled) -> list[CellDiff]:
    """One CellDiff for each row of the form, in its order. current: the form as it is stored now.

    A cell that nobody touched in the file stays as it is now, whoever changed it meanwhile; one changed both in the
    file and on the server is conflicting and is left to the person.
    """
    found = filled.by_id()
    return [_compare(row, found.get(row.id), filled.base) for row in current.rows]


def _compare(row: FormRow, cell: FilledCell | None, bases: Mapping[str, Base] | None) -> CellDiff:
    now = Base(row.version, row.state, row.value, row.note)
    base = bases.get(row.id, now) if bases is not None else now
    if cell is None:
        return CellDiff(row, "unchanged", Said(_("Không có trong tệp; giữ nguyên.")), None, base)
    if cell.wrong:
        return CellDiff(row, "invalid", cell.wrong, cell, base)
    status, reason = _status(row, now, base, cell)
    return CellDiff(row, status, reason, cell, base, cell.remark)


def _status(row: FormRow, now: Base, base: Base, cell: FilledCell) -> tuple[Status, Said]:
    theirs, before = _content(now), _content(base)
    mine = _content(Base(0, cell.state, cell.value, base.note if cell.note is None else cell.note))
    if mine == theirs:
        return "unchanged", Said(_("Như số đang có."))
    if row.version != base.version:
        if mine == before:
            return "unchanged", Said(
                _("Trong tệp không sửa; số đang có đã được người khác sửa sau khi tải về và được giữ.")
            )
        return "conflicting", Said(
            _("Đã có người sửa ô này sau khi tải tệp về; hãy chọn giữ số đang có hay lấy số trong tệp.")
        )
    if mine[:2] == theirs[:2]:
        return "changed", Said(_("Chỉ ghi chú khác."))
    if mine[0] == NOT_REPORTED:
        return "cleared", Said(_("Trong tệp để trống; số đang có sẽ bị xóa."))
    if theirs[0] == NOT_REPORTED:
        return "new", Said(_("Chưa có số; lấy số trong tệp.")) if cell.state == VALUE else Said(_("Ghi lý do trống."))
    return "changed", Said(_("Khác số đang có; lấy số trong tệp."))


def _content(cell: Base) -> tuple[str, object, str]:
    """What counts as different: a cell left empty and one said to be not reported are the same."""
    return cell.state or NOT_REPORTED, cell.value, tidy(cell.note)
