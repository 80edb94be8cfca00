"""Workbooks that were not made here: which column holds the labels, which the figures, and which row is which line.

A mapping is proposed, set right by a person once, and found again by the fingerprint of the heading: folded words
without numbers and numerals, so that "Quý I/2026" and "Quý II/2026" head the same table. Rows are known by their label,
not by their place; a label that occurs more than once is told apart by which of them it is, from above.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from danvan.figures.catalogue import Catalogue
from danvan.figures.workbook import values
from danvan.figures.workbook.model import VALUE, Filled, FilledCell, FormRow, FormSheet, Said, WorkbookError
from danvan.figures.workbook.model import noop as _
from danvan.figures.workbook.opening import Book, Sheet, address, open_book
from danvan.figures.workbook.reading import content_of
from danvan.lib.vietnamese import fold

SHOWN_ROWS, SHOWN_COLUMNS = 400, 30  # of a sheet in the preview
SEARCHED_ROWS = 40  # a heading lies within these
LIKE = 0.75  # how much two labels must have in common
_LEADING = re.compile(r"^(?:[-–+*•.\s]+|\(?(?:\d+(?:\.\d+)*|[ivxlc]+|[a-z])[.)/]+\s*|trong do:?\s+|tong so:\s*)+")
_MEASURE = re.compile(r"\s*\([^()]*\)\s*$")
_NUMBERED = re.compile(r"\b(?:[ivx]+|\w*\d\w*)\b")
_SIGNS = re.compile(r"[^\w\s]+")
_NOW = ("ky nay", "trong ky", "bao cao ky", "thuc hien", "ket qua", "so lieu", "so luong", "gia tri")
_NOT_NOW = (
    "ky truoc",
    "cung ky",
    "nam truoc",
    "ke hoach",
    "tang",
    "giam",
    "so sanh",
    "luy ke",
    "ty le so",
    "tt",
    "stt",
)


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """The beginning of a sheet as text. height, width: of all of it."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Where a form's figures are in a foreign workbook. Rows and columns count from 0.

    rows: key of a label (see `label_keys`) -> id of a form's row. Plain values only: `as_json`, `from_json`.
    """

    sheet: str
    header: int
    label: int
    value: int
    note: int | None = None
    rows: Map[str, str] = field(default_factory=dict)
    fingerprint: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"rows": dict(self.rows)}

    @classmethod
    def from_json(cls, kept: Map[str, Any]) -> Mapping:
        """Raises WorkbookError where what was kept does not read as a mapping."""
        try:
            note = kept.get("note")
            return cls(
                str(kept["sheet"]),
                _index(kept["header"]),
                _index(kept["label"]),
                _index(kept["value"]),
                None if note is None else _index(note),
                {str(key): str(one) for key, one in kept["rows"].items()},
                str(kept.get("fingerprint", "")),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise WorkbookError(Said(_("Cách ghép cột không đọc được; hãy chọn lại các cột."))) from None


def preview(data: bytes | Path) -> list[SheetPreview]:
    """The visible sheets with their first rows. Raises WorkbookError as `opening.open_book`, or where all are empty."""
    found = [
        SheetPreview(
            sheet.name,
            tuple(tuple(_shown(content) for content in line[:SHOWN_COLUMNS]) for line in sheet.head(SHOWN_ROWS)),
            sheet.marks.height,
            sheet.marks.width,
        )
        for sheet in open_book(data).sheets
        if sheet.visible and sheet.marks.height
    ]
    if not found:
        raise WorkbookError(Said(_("Sổ tính không có số liệu nào; hãy chọn tệp khác.")))
    return found


def fingerprints(sheets: Iterable[SheetPreview]) -> dict[str, tuple[str, int]]:
    """Fingerprint -> (sheet, row) of everything that could be a heading; to look remembered mappings up by."""
    return {
        print_: (sheet.name, at)
        for sheet in sheets
        for at, line in reversed(list(enumerate(sheet.rows[:SEARCHED_ROWS])))
        if (print_ := fingerprint(line))
    }


def fingerprint(heading: Sequence[str]) -> str:
    """sha256 hex of a heading's words by column; "" where fewer than two columns have any."""
    words = [" ".join(_NUMBERED.sub(" ", _SIGNS.sub(" ", fold(text))).split()) for text in heading]
    while words and not words[-1]:
        words.pop()
    if sum(map(bool, words)) < 2:
        return ""
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def found_again(mapping: Mapping, sheets: Sequence[SheetPreview]) -> Mapping | None:
    """A remembered mapping where its heading is now; None where it is not in these sheets."""
    place = fingerprints(sheets).get(mapping.fingerprint)
    if place is None:
        return None
    return Mapping(place[0], place[1], mapping.label, mapping.value, mapping.note, mapping.rows, mapping.fingerprint)


def guess_mapping(sheets: Sequence[SheetPreview], form: FormSheet, catalogue: Catalogue) -> Mapping | None:
    """The mapping that fills most rows of the form; None where no label is known. To be looked at by a person."""
    known = _Labels(form.rows, catalogue)
    best: tuple[int, SheetPreview, int, dict[int, str]] | None = None
    for sheet in sheets:
        for column in range(min(sheet.width, SHOWN_COLUMNS)):
            matched = known.match(_at(line, column) for line in sheet.rows)
            if matched and (best is None or len(matched) > best[0]):
                best = (len(matched), sheet, column, matched)
    if best is None:
        return None
    _count, sheet, label, matched = best
    header = _header(sheet.rows, label, min(matched))
    keys = label_keys(_at(line, label) for line in sheet.rows)
    return Mapping(
        sheet.name,
        header,
        label,
        _value_column(sheet.rows, header, label, sorted(matched)),
        _note_column(sheet.rows[header] if header >= 0 else ()),
        {keys[at]: one for at, one in matched.items()},
        fingerprint(sheet.rows[header]) if header >= 0 else "",
    )


def label_keys(labels: Iterable[str]) -> list[str]:
    """A key for each label of a column: its folded words, and "#2" for the second of the same; "" for an empty one."""
    times: Counter[str] = Counter()
    keys = []
    for label in labels:
        plain = _plain(label)
        times[plain] += 1
        keys.append(f"{plain}#{times[plain]}" if plain and times[plain] > 1 else plain)
    return keys


def apply_mapping(data: bytes | Path, mapping: Mapping, form: FormSheet) -> Filled:
    """The figures of a foreign workbook as a filled form; a row without a figure is left out, nothing is cleared by it.

    Raises WorkbookError where the file cannot be opened or has not the sheet or columns of the mapping.
    """
    book = open_book(data)
    sheet = _sheet(book, mapping)
    known = form.by_id()
    keys = label_keys(_shown(_at(line, mapping.label)) for line in sheet.rows)
    cells: dict[str, FilledCell] = {}
    remarks = []
    for at, key in enumerate(keys):
        row = known.get(mapping.rows.get(key, ""))
        if row is None or at <= mapping.header:
            continue
        cell = _cell(sheet, at, mapping, row)
        if cell and row.id in cells:
            said = _("Có hai dòng của tệp cùng ghép vào dòng này (%(one)s và %(other)s); hãy chỉ ghép một.")
            of = {"one": cells[row.id].at, "other": cell.at}
            cells[row.id] = FilledCell(row.id, cell.at, cell.written, wrong=Said(said, of))
        elif cell:
            cells[row.id] = cell
    if missing := [key for key in mapping.rows if key not in keys]:
        said = _("%(count)s dòng đã ghép không có trong tệp này (như “%(label)s”).")
        remarks.append(Said(said, {"count": len(missing), "label": missing[0]}))
    return Filled(tuple(cells.values()), None, tuple(remarks))


def _cell(sheet: Sheet, at: int, mapping: Mapping, row: FormRow) -> FilledCell | None:
    written = _shown(_at(sheet.rows[at], mapping.value))
    note = None if mapping.note is None else values.tidy(_shown(_at(sheet.rows[at], mapping.note))) or None
    where = address(at, mapping.value)
    try:
        value, remark = content_of(sheet, (at, mapping.value), row)
    except values.NotAFigure as problem:
        return FilledCell(row.id, where, written, note=note, wrong=problem.said)
    if value is not None:
        return FilledCell(row.id, where, written, VALUE, value, note, remark=remark)
    state = values.state_in_words(written)
    return FilledCell(row.id, where, written, state, note=note) if state else None


def _sheet(book: Book, mapping: Mapping) -> Sheet:
    if mapping.sheet not in book:
        names = ", ".join(sheet.name for sheet in book.sheets if sheet.visible)
        raise WorkbookError(
            Said(
                _("Tệp không có trang “%(sheet)s” (có: %(names)s); hãy ghép cột lại."),
                {"sheet": mapping.sheet, "names": names},
            )
        )
    sheet = book[mapping.sheet]
    if max(mapping.label, mapping.value) >= sheet.marks.width:
        raise WorkbookError(Said(_("Tệp không có đủ các cột đã ghép; hãy ghép cột lại.")))
    return sheet


class _Labels:
    """What the rows of a form may be called."""

    def __init__(self, rows: Sequence[FormRow], catalogue: Catalogue) -> None:
        self.whole: dict[str, str] = {}  # a parent's label, or one named in full -> row id
        self.parts: dict[tuple[str, str], str] = {}  # (indicator, its breakdown's label) -> row id
        for row in rows:
            if row.breakdown:
                part = catalogue[row.indicator].breakdown_label(row.breakdown)
                self.parts[row.indicator, _plain(part)] = row.id
                self.whole.setdefault(_plain(catalogue.label(row.indicator, row.breakdown)), row.id)
            else:
                self.whole.setdefault(_plain(catalogue.label(row.indicator)), row.id)
            self.whole.setdefault(_plain(row.label), row.id)
        self.whole.pop("", None)
        self.words = {label: frozenset(label.split()) for label in self.whole}

    def match(self, labels: Iterable[str]) -> dict[int, str]:
        """Row of the sheet -> row id; each line at most once; the same words first, then nearly the same."""
        plain = [_plain(label) for label in labels]
        found: dict[int, str] = {}
        taken: set[str] = set()
        for exact in (True, False):
            parent = ""
            for at, label in enumerate(plain):
                if at in found:
                    parent = found[at].partition("|")[0]
                    continue
                one = self.parts.get((parent, label)) or (self.whole.get(label) if exact else self._nearest(label))
                if one and one not in taken:
                    found[at] = one
                    taken.add(one)
                    parent = one.partition("|")[0]
        return found

    def _nearest(self, label: str) -> str | None:
        """The row whose label shares most words, where it is enough and no other shares as many."""
        words = frozenset(label.split())
        if len(words) < 2:
            return None
        likeness = sorted(
            ((2 * len(words & other) / (len(words) + len(other)), name) for name, other in self.words.items()),
            reverse=True,
        )[:2]
        if not likeness or likeness[0][0] < LIKE:
            return None
        if len(likeness) > 1 and likeness[1][0] == likeness[0][0]:
            return None
        return self.whole[likeness[0][1]]


def _plain(label: str) -> str:
    """A label without its number, dash and unit of measure: "1.2. Số lượt tiếp (lượt)" -> "so luot tiep"."""
    folded = _MEASURE.sub("", fold(label))
    return " ".join(_SIGNS.sub(" ", _LEADING.sub("", folded)).split())


def _header(rows: Sequence[Sequence[str]], label: int, first: int) -> int:
    """The row of the heading: of those above the first known line, the one with most words; -1 for none."""
    best, most = -1, 1
    for at in range(first - 1, -1, -1):
        words = sum(1 for text in rows[at] if text and not _is_number(text))
        if _at(rows[at], label) and words > most:
            best, most = at, words
    return best


def _value_column(rows: Sequence[Sequence[str]], header: int, label: int, matched: Sequence[int]) -> int:
    """The column with figures beside the labels, by what its heading says, then by how many figures it holds."""
    width = max((len(line) for line in rows), default=0)
    heads = rows[header] if header >= 0 else ()

    def rank(column: int) -> tuple[int, int, int]:
        head = fold(_at(heads, column))
        said = 1 if any(word in head for word in _NOW) else 0
        if any(word in head for word in _NOT_NOW[:-2]) or head in _NOT_NOW:
            said = -1
        figures = sum(1 for at in matched if _is_number(_at(rows[at], column)))
        return (said if figures else -2), figures, -column

    return max((column for column in range(width) if column != label), key=rank, default=label + 1)


def _note_column(heads: Sequence[str]) -> int | None:
    return next((at for at, head in enumerate(heads) if "ghi chu" in fold(head)), None)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-−]?\d[\d.,\s]*%?", text.strip()))


def _at(line: Sequence[Any], column: int) -> Any:
    return line[column] if column < len(line) else ""


def _shown(content: object) -> str:
    return " ".join(values.shown(content).split())


def _index(kept: Any) -> int:
    number = int(kept)
    if not -1 <= number < 2**20:
        raise ValueError(kept)
    return number
