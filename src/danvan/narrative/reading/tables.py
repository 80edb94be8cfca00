"""Tables with several columns of numbers: a cell is evidence too, named by the headings of its row and its column.

What a cell says is read as the sentence that its headings and its number make: "6 tháng đầu năm 2023, Tiếp công dân:
40 lượt". A column counts only where it is sure of which period it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from danvan.lib import vietnamese
from danvan.narrative import lexicon
from danvan.narrative.reading.document import Document, PeriodMention, Reading

DIVIDED = " | "  # between the cells of a row, as files.py writes them
CELL_WORDS = 60  # at most in a cell of a table of figures; one with more only arranges the page
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
_MEASURES = frozenset(["đơn vị tính", "đvt", "đơn vị", "đv tính"])
_COMPARES = re.compile(r"\b(?:so|cùng kỳ|kỳ trước|năm trước|tăng|giảm|tỷ lệ|chênh lệch|lũy kế|cộng dồn)\b|%")
_MOST_HEADS = 3  # rows of headings


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    text: str

    @property
    def is_number(self) -> bool:
        return _NUMBER.fullmatch(self.text) is not None


Row = list[_Cell]


def read(text: str, document: Document, sentence: Callable[[str], Document]) -> tuple[Reading, ...]:
    """The document's readings and, behind them, those of cells that the grammar of sentences cannot reach."""
    readings = list(document.readings)
    begins = {one.start: index for index, one in enumerate(readings)}
    for table in _tables(text):
        for cell, said in _sentences(table):
            inside = [begins[at] for at in range(cell.start, cell.start + len(cell.text)) if at in begins]
            if inside or cell.is_number:
                spoken = sentence(said)
            for index in inside:  # a share such as "75,9% (22/29)": read already, but not of which period
                readings[index] = replace(
                    readings[index], period=readings[index].period or _other_period(spoken, document)
                )
            if cell.is_number and not inside:
                found = _said(cell, spoken, document)
                readings += [_told_before(found, document.readings)] if found else []
    return tuple(readings)


def _tables(text: str) -> Iterator[list[Row]]:
    """Runs of lines that are divided into the same number of cells, three or more."""
    table: list[Row] = []
    place = 0
    for line in text.split("\n"):
        row = _row(line, place)
        place += len(line) + 1
        if table and len(row) != len(table[0]):
            yield table
            table = []
        if len(row) >= 3:
            table.append(row)
    if table:
        yield table


def _row(line: str, place: int) -> Row:
    cells: Row = []
    start = 0
    for text in line.split(DIVIDED):
        cells.append(_Cell(place + start + len(text) - len(text.lstrip()), text.strip()))
        start += len(text) + len(DIVIDED)
    return cells


def _sentences(table: list[Row]) -> Iterator[tuple[_Cell, str]]:
    """Each cell that counts, and the sentence it makes. A table without headings, or with one column, makes none."""
    above = list(takewhile(lambda row: not any(cell.is_number for cell in row), table))[:_MOST_HEADS]
    heads, body = _heads(above), table[len(above) :]
    if not above or not body:
        return
    measure = next((i for i, head in enumerate(heads) if vietnamese.one_spelling(head) in _MEASURES), None)
    numbers = [i for i in range(len(heads)) if _holds_numbers(body, i)]
    label = next((i for i in range(len(heads)) if i not in numbers and i != measure and _holds_words(body, i)), None)
    if label is None or len([i for i in numbers if i > label]) < 2:
        return
    counted = [i for i in numbers if i > label]
    for row in body:
        heading = row[label].text.strip(" -+*.:;")
        for column in counted:
            if not heading or not _may_count(heads[column], first=column == counted[0]):
                continue
            unit = row[measure].text if measure is not None else ""
            yield row[column], f"{heads[column]}, {heading}: {row[column].text} {unit}".rstrip() + "."


def _heads(rows: list[Row]) -> list[str]:
    """The heading of each column; one that stands over several, with others below, is part of all of theirs."""
    heads = []
    for column in range(len(rows[0]) if rows else 0):
        parts = []
        for number, row in enumerate(rows):
            below = any(lower[column].text for lower in rows[number + 1 :])
            first = next((i for i in range(column, -1, -1) if row[i].text), column) if below else column
            parts.append(row[first].text)
        heads.append(" ".join(part for part in parts if part))
    return heads


def _holds_numbers(rows: list[Row], column: int) -> bool:
    return any(row[column].is_number for row in rows) and not _holds_words(rows, column)


def _holds_words(rows: list[Row], column: int) -> bool:
    return sum(1 for row in rows if re.search(r"[^\W\d_]{2}", row[column].text)) * 2 > len(rows)


def _may_count(head: str, *, first: bool) -> bool:
    """A column of results: its heading names its period, or it is the first and speaks of no other and of no plan."""
    folded = vietnamese.one_spelling(head)
    if _COMPARES.search(folded) or any(f" {plan} " in f" {folded} " for plan in _plans()):
        return False
    return first or re.search(r"\d{4}", head) is not None


@lru_cache(maxsize=1)
def _plans() -> tuple[str, ...]:
    grammar = lexicon.load().grammar
    return (*grammar["plan"], *grammar["forward_near"])


def _said(cell: _Cell, sentence: Document, document: Document) -> Reading | None:
    """The cell's reading, where its sentence says one thing and that thing has a name."""
    number = _NUMBER.fullmatch(cell.text)
    if number is None or len(sentence.readings) != 1:
        return None
    (found,) = sentence.readings
    if found.indicator is None or cell.text not in found.quote:
        return None
    return replace(
        found,
        start=cell.start,
        end=cell.start + len(cell.text),
        quote=cell.text,
        period=_other_period(sentence, document),
    )


def _other_period(sentence: Document, document: Document) -> PeriodMention | None:
    """The period of a cell's sentence, where it is not the document's."""
    period, usual = sentence.period, document.period
    if period is None or (usual and (period.start, period.end) == (usual.start, usual.end)):
        return None
    return replace(period, at=None)


def _told_before(found: Reading, readings: tuple[Reading, ...]) -> Reading:
    """A cell that repeats a fact of the text points to it."""

    def fact(one: Reading) -> tuple[object, ...]:
        period = one.period and (one.period.start, one.period.end)
        return one.indicator, one.value, period, sorted(one.breakdown.items())

    for index, one in enumerate(readings):
        if one.mention_of is None and fact(one) == fact(found):
            return replace(found, mention_of=index)
    return found
