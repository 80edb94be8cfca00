"""Tables: a cell is evidence too, named by the headings of its row and its column.

What a cell says is read as the sentence that its headings and its number make: "6 tháng đầu năm 2023, Tiếp công dân:
40 lượt". A column counts only where it is sure of which period it is; one that compares or plans says no figure of its
own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from danvan.lib import periods, vietnamese
from danvan.narrative import lexicon
from danvan.narrative.reading.document import Document, PeriodMention, Reading

DIVIDED = " | "  # between the cells of a row, as files.py writes them
CELL_WORDS = 60  # at most in a cell of a table of figures; one with more only arranges the page
_MOST_HEADS = 3  # rows of headings
_MOST_SENTENCES = 1500  # of all tables of a text: as many cells as an annex of a province has
_COUNT = re.compile(
    r"(?:(?:trên|hơn|gần|khoảng|xấp xỉ|dưới)\s)?(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)"
    r"\s?(?:%|(?!(?:tháng|quý|năm|tuần)\b)[^\W\d_]+(?: [^\W\d_]+){0,2})?(?:\s?\(\d[\d.]*/\d[\d.]*\))?",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\(?(?:\d{1,2}|[A-Z])\)?")
_MEASURES = frozenset(["đơn vị tính", "đvt", "đơn vị", "đv tính"])
_MEASURE_IN_HEADING = re.compile(r"\s*\(([^\W\d_]+(?: [^\W\d_]+){0,2}|%)\)$")
_COMPARES = re.compile(r"\b(?:so|cùng kỳ|kỳ trước|năm trước|tăng|giảm|tỷ lệ|chênh lệch|lũy kế|cộng dồn)\b|%")
_CHANGES = re.compile(r"\b(?:so sánh|so với|tăng|giảm|chênh lệch)\b")
_YEAR_BEFORE = re.compile(r"(?:thực hiện |số liệu |kết quả )?(?:cùng kỳ(?: năm trước)?|năm trước)")
_PLACES = re.compile(r"(?:tên )?(?:đơn vị|địa phương|địa bàn|xã|phường|huyện|xã, phường|đơn vị báo cáo)")
_ALL_PLACES = re.compile(r"(?:tổng(?: số| cộng)?|cộng|toàn (?:tỉnh|huyện|thành phố|xã|phường|đặc khu))\b.{0,20}")
_OF_THE_ROW_ABOVE = re.compile(r"[-–+*•]|trong đó\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    text: str

    @property
    def count(self) -> re.Match[str] | None:
        return _COUNT.fullmatch(self.text)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a cell makes, in the ways in which it may be put; none: it only compares, and says no figure.

    whole: what the row says of which this one is a part, "" where it is none.
    """

    cell: _Cell
    sentences: tuple[str, ...]
    whole: str = ""


Row = list[_Cell]


def read(text: str, document: Document, sentence: Callable[[str], Document]) -> Document:
    """The document with what its tables say: cells named by their headings, and behind all others the readings of
    cells that the grammar of sentences cannot reach.
    """
    readings = list(document.readings)
    begins = {one.start: index for index, one in enumerate(readings)}
    dropped: set[int] = set()
    asked = 0
    for table in _tables(text):
        for said in _said(table, document):
            first, last = said.cell.start, said.cell.start + len(said.cell.text)
            if not said.sentences:
                dropped.update(begins[at] for at in range(first, last) if at in begins)
            elif said.cell.count and (asked := asked + 1) <= _MOST_SENTENCES:
                for found in _named(said, document, sentence):
                    at = begins.get(found.start)
                    if at is not None:
                        readings[at] = _renamed(readings[at], found)
                    elif found.indicator is not None:
                        readings.append(_told_before(found, document.readings))
    return _without(replace(document, readings=tuple(readings)), dropped)


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


# What cells say


@dataclass(frozen=True, slots=True)
class _Columns:
    """heads: the heading of each column. label: the one of the rows' headings; measure: of units of measure, if any.

    counted: those of numbers and of comparisons.
    """

    heads: list[str]
    label: int
    measure: int | None
    counted: list[int]


def _columns(heads: list[str], body: list[Row]) -> _Columns | None:
    """What each column is for; None where no column names the rows."""
    measure = next((i for i, head in enumerate(heads) if vietnamese.one_spelling(head) in _MEASURES), None)
    if measure is not None and any(row[measure].text[:1].isupper() for row in body):
        measure = None  # "Đơn vị" over the names of places
    numbers = {i for i in range(len(heads)) if _holds_numbers(body, i)}
    labels = (i for i in range(len(heads)) if i not in numbers and i != measure and _holds_words(body, i))
    label = next(labels, None)
    if label is None:
        return None
    counted = [i for i in range(label + 1, len(heads)) if i in numbers or _compares(heads[i])]
    return _Columns(heads, label, measure, counted)


def _said(table: list[Row], document: Document) -> Iterator[_Said]:
    """Each cell of a column of numbers, in the order of the table. One without headings says nothing."""
    above = list(takewhile(lambda row: not any(cell.count for cell in row), table))[:_MOST_HEADS]
    body = table[len(above) :]
    above = [row for row in above if not _is_ordinals(row)]
    if body and _is_ordinals(body[0]):
        body = body[1:]
    columns = _columns(_heads(above), body) if above and body else None
    if columns is None:
        return
    by_place = _PLACES.fullmatch(vietnamese.one_spelling(columns.heads[columns.label])) is not None
    main = ""
    for row in body:
        label = row[columns.label].text
        heading = label.strip(" -–+*•.:;")
        if by_place:
            yield from _of_all_places(row, heading, columns)
        elif _OF_THE_ROW_ABOVE.match(label):
            yield from _of_a_row(row, heading, main, columns, document)
        else:
            main = heading
            yield from _of_a_row(row, heading, "", columns, document)


def _of_all_places(row: Row, heading: str, columns: _Columns) -> Iterator[_Said]:
    """The line that adds up places: its cells are named by their columns."""
    if _ALL_PLACES.fullmatch(vietnamese.one_spelling(heading)):
        for column in columns.counted:
            if _may_count(columns.heads[column], first=True):
                yield _Said(row[column], (_sentence("", columns.heads[column], row[column].text, ""),))


def _of_a_row(row: Row, heading: str, main: str, columns: _Columns, document: Document) -> Iterator[_Said]:
    """main: the heading of the row of which this one is a part, "" where it is none."""
    unit = row[columns.measure].text if columns.measure is not None else ""
    for column in columns.counted:
        head, told = columns.heads[column], row[column].text
        if _CHANGES.search(vietnamese.one_spelling(head)):
            yield _Said(row[column], ())
            continue
        when = _when(head, document, first=column == columns.counted[0])
        if when is None or not heading:
            continue
        alone = _sentence(when, heading, told, unit)
        if main:
            both = _sentence(when, f"{main}, {heading}", told, unit)
            yield _Said(row[column], (both, alone), _sentence(when, main, told, unit))
        else:
            yield _Said(row[column], (alone,))


def _is_ordinals(row: Row) -> bool:
    """A row that numbers the columns: "(1) | (2) | (3)", "A | B | 1 | 2"."""
    said = [cell.text for cell in row if cell.text]
    return len(said) > 2 and all(_ORDINAL.fullmatch(one) for one in said) and len(set(said)) == len(said)


def _heads(rows: list[Row]) -> list[str]:
    """The heading of each column; one that stands over several, with others below, is part of all of theirs."""
    heads = []
    for column in range(len(rows[0])):
        parts = []
        for number, row in enumerate(rows):
            below = any(lower[column].text for lower in rows[number + 1 :])
            first = next((i for i in range(column, -1, -1) if row[i].text), column) if below else column
            parts.append(row[first].text)
        heads.append(" ".join(part for part in parts if part))
    return heads


def _holds_numbers(rows: list[Row], column: int) -> bool:
    return any(row[column].count for row in rows) and not _holds_words(rows, column)


def _holds_words(rows: list[Row], column: int) -> bool:
    words = (row[column] for row in rows if not row[column].count)
    return sum(1 for cell in words if re.search(r"[^\W\d_]{2}", cell.text)) * 2 > len(rows)


def _when(head: str, document: Document, *, first: bool) -> str | None:
    """What a column's heading says of when; None for one that compares, plans, or leaves it open."""
    if _YEAR_BEFORE.fullmatch(vietnamese.one_spelling(head)):
        code = document.period.code if document.period else None
        known = periods.parse(code) if code else None
        return known.same_last_year.label() if isinstance(known, periods.Period) else None
    return head if _may_count(head, first=first) else None


def _may_count(head: str, *, first: bool) -> bool:
    """A column of results: its heading names its period, or it is the first and speaks of no other and of no plan."""
    folded = vietnamese.one_spelling(head)
    if _compares(head) or any(f" {plan} " in f" {folded} " for plan in _plans()):
        return False
    return first or re.search(r"\d{4}", head) is not None


def _compares(head: str) -> bool:
    return _COMPARES.search(vietnamese.one_spelling(head)) is not None


@lru_cache(maxsize=1)
def _plans() -> tuple[str, ...]:
    grammar = lexicon.load().grammar
    return (*grammar["plan"], *grammar["forward_near"])


def _sentence(when: str, heading: str, told: str, unit: str) -> str:
    within = _MEASURE_IN_HEADING.search(heading)
    if within and not unit:
        unit, heading = within[1], heading[: within.start()]
    if told.endswith(unit):
        unit = ""
    return f"{f'{when}, ' if when else ''}{heading}: {told} {unit}".rstrip() + "."


# What they are read as


def _named(said: _Said, document: Document, sentence: Callable[[str], Document]) -> list[Reading]:
    """The readings of a cell, where one of its sentences says nothing beside and its number has a name. A part that is
    named like its whole has none.
    """
    cell = said.cell
    whole = sentence(said.whole).readings[:1] if said.whole else ()
    unsure: list[Reading] = []
    for words in said.sentences:
        spoken = sentence(words)
        found = [_in_cell(one, cell, cell.start - words.rindex(cell.text)) for one in spoken.readings]
        if not found or found[0].indicator is None or found[0].start < cell.start:
            continue
        period = _other_period(spoken, document)
        found = [one._replace(period=period) for one in found]
        if not whole or (found[0].indicator, found[0].breakdown) != (whole[0].indicator, whole[0].breakdown):
            return found
        unsure = unsure or [found[0]._replace(indicator=None, breakdown={}, confidence=0.0)]
    return unsure


def _in_cell(one: Reading, cell: _Cell, moved: int) -> Reading:
    start, end = one.start + moved, min(one.end + moved, cell.start + len(cell.text))
    quote = cell.text[max(start - cell.start, 0) : end - cell.start]
    return one._replace(start=start, end=end, quote=quote, change=None, part_of=None, mention_of=None)


def _renamed(one: Reading, found: Reading) -> Reading:
    """What the grammar of sentences found in a cell, named as the headings name it."""
    return one._replace(
        unit=found.unit,
        indicator=found.indicator,
        breakdown=found.breakdown,
        confidence=found.confidence,
        alternatives=found.alternatives,
        taught=found.taught,
        period=one.period or found.period,
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
            return found._replace(mention_of=index)
    return found


def _without(document: Document, dropped: set[int]) -> Document:
    """The document without some of its readings, and without the checks that speak of them."""
    if not dropped:
        return document
    kept = [index for index in range(len(document.readings)) if index not in dropped]
    places = {index: place for place, index in enumerate(kept)}

    def place(index: int | None) -> int | None:
        return None if index is None else places.get(index)

    readings = (document.readings[index] for index in kept)
    return replace(
        document,
        readings=tuple(r._replace(part_of=place(r.part_of), mention_of=place(r.mention_of)) for r in readings),
        checks=tuple(
            replace(check, parts=tuple(places[part] for part in check.parts))
            for check in document.checks
            if not dropped & set(check.parts)
        ),
    )
