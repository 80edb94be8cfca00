"""What stands on a PDF's pages as running text: lines that were only broken at the margin are one again, also over the
end of a page, and tables that are ruled become rows of cells, as files.py writes those of Word."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise, takewhile
from statistics import median
from typing import Any, NamedTuple

from danvan.narrative.reading import tables

_LEEWAY = 2.0  # points by which lines that meet, or margins, may miss one another
_CORNER = 4.0  # points that a ruled line may be broken by where others cross it
_MOST_CROSSINGS = 10_000  # of ruled lines on a page: more is a drawing
# In heights of the line's letters.
_NEXT_LINE = 3.0  # lines of a paragraph are no further apart
_INDENT = 0.5  # a line that begins so much further right is a new paragraph
_SPACE = 0.2  # at least between words
_GAP = 3.0  # a line with such a hole is in columns
_ENDS = re.compile(r"[.!?…]$")  # a sentence
_BROKEN_WORD = re.compile(r"\w[-/]$")


class Word(NamedTuple):
    """y: the line it stands on. All in points from the lower left corner of the page."""

    text: str
    x: float
    right: float
    y: float
    height: float


Line = list[Word]
Row = list[str]  # what its cells say


class _Stroke(NamedTuple):
    """A ruled line along one axis. at: where it stands on the other."""

    at: float
    start: float
    end: float


@dataclass(slots=True, eq=False)
class _Table:
    """xs: of the columns' sides, rising; ys: of the rows' sides, falling, as rows are read."""

    xs: list[float]
    ys: list[float]
    upright: list[_Stroke]
    level: list[_Stroke]
    cells: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    places: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def holds(self, word: Word) -> bool:
        x, y = (word.x + word.right) / 2, word.y + word.height / 3
        return self.xs[0] < x < self.xs[-1] and self.ys[-1] < y < self.ys[0]

    def take(self, words: Line) -> None:
        """Puts words into their cells; what stands in one that goes over several belongs to the first of them."""
        for word in words:
            self.cells.setdefault(self._place(word), []).append(word.text)

    def _place(self, word: Word) -> tuple[int, int]:
        """Row and column."""
        column = bisect_right(self.xs, (word.x + word.right) / 2) - 1
        row = bisect_left(self.ys, -(word.y + word.height / 3), key=lambda y: -y) - 1
        if (row, column) not in self.places:
            self.places[row, column] = self._first_of(row, column)
        return self.places[row, column]

    def _first_of(self, row: int, column: int) -> tuple[int, int]:
        """The place in which what stands here belongs."""
        middle = (self.ys[row] + self.ys[row + 1]) / 2
        while column and not _crossed(self.upright, self.xs[column], middle):
            column -= 1
        middle = (self.xs[column] + self.xs[column + 1]) / 2
        while row and not _crossed(self.level, self.ys[row], middle):
            row -= 1
        return row, column

    def rows(self) -> list[Row]:
        columns = range(len(self.xs) - 1)
        rows = ([" ".join(self.cells.get((row, c), ())) for c in columns] for row in range(len(self.ys) - 1))
        return [row for row in rows if any(row)]

    @property
    def only_arranges(self) -> bool:
        """Whether it is there for the looks of the page: long texts stand in its cells."""
        return any(len(words) > tables.CELL_WORDS for words in self.cells.values())


def _crossed(strokes: Iterable[_Stroke], at: float, other: float) -> bool:
    return any(abs(one.at - at) <= _LEEWAY and one.start <= other <= one.end for one in strokes)


def text_of(pages: Sequence[dict[str, Any]], recognised: dict[int, str]) -> str:
    """pages: as pdf_pages.py gives them. recognised: the words of those that are pictures, by their number."""
    lines_of = [[[Word(*word) for word in line] for line in page["lines"]] for page in pages]
    margins = _margins(pages, lines_of)
    said: list[str] = []
    last: Line | _Table | None = None
    for number, (page, lines) in enumerate(zip(pages, lines_of, strict=True)):
        turned = last is not None
        for block in _blocks(_without_number(lines, number + 1), page["rules"]):
            if isinstance(block, _Table):
                above = last.rows() if turned and isinstance(last, _Table) else []
                said += [tables.DIVIDED.join(row) for row in _without_head(block.rows(), above)]
            elif isinstance(last, list) and _goes_on(last, block, margins[number], turned=turned):
                said[-1] += ("" if _BROKEN_WORD.search(said[-1]) else " ") + _said(block)
            else:
                said.append(_said(block))
            last, turned = block, False
        if number in recognised:
            said.append(recognised[number])
            last = None
    return "\n".join(said)


def _said(line: Line) -> str:
    return " ".join(word.text for word in line)


# Lines of a paragraph


def _margins(pages: Sequence[dict[str, Any]], lines_of: list[list[Line]]) -> list[float]:
    """Where running text ends at the right of each page, as far as pages as wide as it show; 0 where none does."""
    reached: dict[int, float] = {}
    for page, lines in zip(pages, lines_of, strict=True):
        width = round(page["width"])
        wide = (line[-1].right for line in lines if line[-1].right - line[0].x > width / 2 and not _has_holes(line))
        reached[width] = max(reached.get(width, 0.0), *wide, 0.0)
    return [reached[round(page["width"])] for page in pages]


def _has_holes(line: Line) -> bool:
    widest = _GAP * median(word.height for word in line)
    return any(b.x - a.right > widest for a, b in pairwise(line))


def _goes_on(last: Line, line: Line, margin: float, *, turned: bool) -> bool:
    """Whether a line was broken because its next word had no place before the margin. turned: with the page."""
    first, height = line[0], max(word.height for word in last)
    down = last[0].y - first.y
    return (
        (down < 0 if turned else 0 < down <= _NEXT_LINE * height)
        and not _ENDS.search(last[-1].text)
        and first.x <= last[0].x + _INDENT * height
        and last[-1].right + _SPACE * height + first.right - first.x > margin > 0
        and not _has_holes(last)
        and not _has_holes(line)
    )


def _without_number(lines: list[Line], number: int) -> list[Line]:
    """The lines of a page without its number above or below."""
    for at in (0, -1):
        if len(lines) > 1 and re.fullmatch(rf"[-–]?\s*{number}\s*[-–]?", _said(lines[at])):
            return lines[1:] if at == 0 else lines[:-1]
    return lines


# Tables


def _blocks(lines: list[Line], rules: list[list[float]]) -> list[Line | _Table]:
    """The lines of a page, and tables where their first word stands."""
    found = _tables(rules)
    if not found:
        return list(lines)
    parts = [
        (table, list(words))
        for line in lines
        for table, words in groupby(line, lambda word: next((one for one in found if one.holds(word)), None))
    ]
    for table, words in parts:
        if table is not None:
            table.take(words)
    blocks: list[Line | _Table] = []
    for table, words in parts:
        if table is None or table.only_arranges:
            blocks.append(words)
        elif table not in blocks:
            blocks.append(table)
    return blocks


def _without_head(rows: list[Row], above: list[Row]) -> list[Row]:
    """The rows of a table without those that were said again because the page turned."""
    again = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(rows, above, strict=False)))
    return rows[again:]


def _tables(rules: list[list[float]]) -> list[_Table]:
    """Ruled lines that meet, of two columns at least. Sides that were not drawn are where the other lines end."""
    upright = _strokes(((x + right) / 2, y, top) for x, y, right, top in rules if right - x < top - y)
    level = _strokes(((y + top) / 2, x, right) for x, y, right, top in rules if right - x >= top - y)
    if len(upright) * len(level) > _MOST_CROSSINGS:
        return []
    found = []
    for columns, rows in _meeting(upright, level):
        ends = [one.start for one in rows] + [one.end for one in rows]
        xs = _apart([*(one.at for one in columns), *ends])
        ys = _apart([*(one.at for one in rows), *(end for one in columns for end in (one.start, one.end))])
        if len(xs) > 2 and len(ys) > 1:
            found.append(_Table(xs, ys[::-1], columns, rows))
    return found


def _strokes(rules: Iterable[tuple[float, float, float]]) -> list[_Stroke]:
    """Lines as they look: those that go on from one another are one."""
    strokes: list[_Stroke] = []
    nearby: list[_Stroke] = []
    for rule in sorted(map(_Stroke._make, rules)):
        if nearby and rule.at - nearby[0].at > _LEEWAY:
            strokes += _joined(nearby)
            nearby = []
        nearby.append(rule)
    return strokes + _joined(nearby)


def _joined(nearby: list[_Stroke]) -> list[_Stroke]:
    joined: list[_Stroke] = []
    for one in sorted(nearby, key=lambda one: one.start):
        if joined and one.start - joined[-1].end <= _CORNER:
            joined[-1] = joined[-1]._replace(end=max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return joined


def _meeting(upright: list[_Stroke], level: list[_Stroke]) -> Iterator[tuple[list[_Stroke], list[_Stroke]]]:
    """Upright and level lines that meet one another, directly or by way of others."""
    left = set(range(len(upright))), set(range(len(level)))
    while left[0]:
        group: tuple[list[_Stroke], list[_Stroke]] = ([], [])
        waiting = [(0, left[0].pop())]
        while waiting:
            side, index = waiting.pop()
            one = (upright, level)[side][index]
            group[side].append(one)
            others = (upright, level)[1 - side]
            met = {other for other in left[1 - side] if _meet(one, others[other])}
            left[1 - side].difference_update(met)
            waiting += [(1 - side, other) for other in met]
        yield group


def _meet(one: _Stroke, other: _Stroke) -> bool:
    return (
        one.start - _CORNER <= other.at <= one.end + _CORNER and other.start - _CORNER <= one.at <= other.end + _CORNER
    )


def _apart(places: list[float]) -> list[float]:
    """Rising, without those that are as good as the same."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _CORNER:
            found.append(place)
    return found
