"""A form as a workbook sees it: what is written into the file, what comes back, and what is said about it.

Plain Python: nothing here knows the database. Whoever calls brings a `FormSheet` and takes the differences away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

MOST = Decimal(10) ** 15  # a figure stays below; it is also as far as a spreadsheet counts exactly
PLACES = Decimal("0.0001")  # what is kept of a fraction

Kind = Literal["whole", "money", "percent", "fraction"]

VALUE, NOT_REPORTED = "value", "not_reported"
# Why a cell is empty: state -> the words of the drop-down.
EMPTY = {"not_reported": "chưa báo cáo", "not_applicable": "không áp dụng", "not_due": "chưa đến hạn"}
BLANK = "(trống)"


def noop(words: str) -> str:
    """Marks words for translation; the page that shows them translates."""
    return words


_ = noop


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with its particulars, so that a page can say it in another language: gettext(said.words) % said.of."""

    words: str
    of: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words % self.of if self.of else self.words


class WorkbookError(ValueError):
    """A file that cannot be taken as it is. said: one sentence for each reason, each with what to do."""

    def __init__(self, *said: Said) -> None:
        super().__init__(" ".join(map(str, said)))
        self.said = said


Seen = Decimal | str | None  # a figure of another period, or the word that stands in its place


@dataclass(frozen=True, slots=True)
class FormRow:
    """One line of a form for one unit and period.

    indicator, breakdown: as in the catalogue; label, measure: as printed; number: the line's number as printed ("1.2").
    help: what the form says about the line.
    kind: whole figures, whole dong, percent (88.9 means 88.9 %), or a fraction. signed: may be below zero.
    value, state, version, note: what is stored now; state "" and version 0: nothing is.
    """

    section: str
    indicator: str
    label: str
    measure: str
    breakdown: str = ""
    number: str = ""
    help: str = ""
    kind: Kind = "whole"
    signed: bool = False
    value: Decimal | None = None
    state: str = ""
    version: int = 0
    note: str = ""
    previous: Seen = None
    last_year: Seen = None

    @property
    def id(self) -> str:
        return f"{self.indicator}|{self.breakdown}"

    @property
    def name(self) -> str:
        """The defined name of the line's cell in the workbook: so.mod.total.field.economy."""
        return "so." + self.id.replace("|", ".").replace("=", ".").replace(";", ".").strip(".")

    @property
    def places(self) -> int:
        return {"whole": 0, "money": 0, "percent": 1, "fraction": 2}[self.kind]


@dataclass(frozen=True, slots=True)
class Term:
    """A summand of a check. needed: without it nothing is asked; else it is one value of a dimension."""

    sign: int
    id: str
    previous: bool = False
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold among rows of one form: the row `left` op the sum of the terms. note: the rule in words.

    lacking: a value of a dimension has no row in the form, so that the parts can only be less than the whole.
    """

    left: str
    op: Literal["==", "<=", ">="]
    terms: tuple[Term, ...]
    note: str
    lacking: bool = False

    @property
    def relaxes(self) -> bool:
        """Whether the parts that are there say something without the others: they may not exceed the whole."""
        return self.op != "<=" and all(term.sign > 0 for term in self.terms if not term.needed)


@dataclass(frozen=True, slots=True)
class FormSheet:
    """A form, filled for a unit and a period as far as it is. version: the day from which this version of it is valid.

    previous_label, last_year_label: which periods the grey columns show, "" for none.
    """

    form: str
    version: date
    title: str
    unit: int
    unit_name: str
    period: str
    period_label: str
    rows: tuple[FormRow, ...]
    checks: tuple[Check, ...] = ()
    previous_label: str = ""
    last_year_label: str = ""
    due: str = ""

    def by_id(self) -> dict[str, FormRow]:
        return {row.id: row for row in self.rows}


@dataclass(frozen=True, slots=True)
class Base:
    """A cell as it was when the workbook was made."""

    version: int = 0
    state: str = ""
    value: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class FilledCell:
    """A cell as it stands in the file. at: where ("F12"). written: what was found there, as text.

    state: value, one of EMPTY, or "" for nothing. wrong: why it cannot be taken. remark: what to know when it is.
    note: None where the file has no place for notes.
    """

    id: str
    at: str = ""
    written: str = ""
    state: str = ""
    value: Decimal | None = None
    note: str | None = None
    wrong: Said | None = None
    remark: Said | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """What a workbook holds for a form. base: the cells as they were at download (None: not a file of ours).

    remarks: sentences about the file as a whole, such as a line that somebody removed.
    """

    cells: tuple[FilledCell, ...]
    base: Mapping[str, Base] | None = None
    remarks: tuple[Said, ...] = ()

    def by_id(self) -> dict[str, FilledCell]:
        return {cell.id: cell for cell in self.cells}


Status = Literal["new", "changed", "cleared", "conflicting", "invalid", "unchanged"]


@dataclass(frozen=True, slots=True)
class CellDiff:
    """One row of a form, as stored and as the file has it.

    base: as it was at download; for a foreign workbook, as it is now. reason: why it has its status. Who writes it
    asks for `row.version`: somebody may change the cell while the differences are being read.
    """

    row: FormRow
    status: Status
    reason: Said
    filled: FilledCell | None = None
    base: Base | None = None
    remark: Said | None = None

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def writes(self) -> bool:
        """It would be written without a further question."""
        return self.status in ("new", "changed", "cleared")


def counted(diffs: Iterable[CellDiff]) -> dict[Status, int]:
    """How many cells of each status."""
    counts: dict[Status, int] = dict.fromkeys(("new", "changed", "cleared", "conflicting", "invalid", "unchanged"), 0)
    for diff in diffs:
        counts[diff.status] += 1
    return counts
