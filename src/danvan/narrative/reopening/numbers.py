"""What became of each number of a passage: the words around it say where it stands now, its bookmark helps them.

A bookmark alone says little: who types over a number takes it away, and a digit typed at its end stands outside of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from danvan.lib.numbers import MULTIPLIERS, NotANumber, from_words, parse
from danvan.narrative.reopening.pairing import Group, Pairing, Token
from danvan.narrative.writing.passages import Mark, Passage
from danvan.narrative.writing.trace import Number, Written

# What belongs to a number though it stands beside it.
_BEFORE = {"trên", "gần", "khoảng", "hơn", "dưới", "ngót", "chừng", "độ", "âm", "+", "-", "−", "–", "~", "≈"}
_AFTER = {*MULTIPLIERS, "rưỡi", "%", "‰"}
_BREAK = "¶"
_VALUE = re.compile(rf"([+\-−–]?)\s*(\d[\d.,]*)((?:\s*(?:{'|'.join(MULTIPLIERS)}))*)\s*(.*)", re.DOTALL)
_PART = re.compile(r"(.*\S)\s*\((\S.*)\)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """text: what stands there now, None where nothing does. passage, start, end: where, in the found passages."""

    number: Number
    written: int  # passage
    was: str
    text: str | None
    passage: int = -1
    start: int = 0
    end: int = 0

    @property
    def same(self) -> bool:
        return self.text is not None and (self.text == self.was or _value(self.text) == _value(self.was) is not None)


@dataclass(frozen=True, slots=True)
class _At:
    """A token of the side's passages put one behind the other."""

    passage: int
    token: Token | None  # None: the end of a passage

    @property
    def text(self) -> str:
        return self.token.text if self.token else _BREAK

    @property
    def number(self) -> bool:
        return self.token is not None and self.token.number


def outcomes(
    written: Sequence[Written], found: Sequence[Passage], pairing: Pairing
) -> tuple[list[Outcome], dict[int, bool]]:
    """Of every number what became of it; of every group (by its place) whether its words changed beside the numbers."""
    told: list[Outcome] = []
    reworded: dict[int, bool] = {}
    for place, group in enumerate(pairing.groups):
        one = _Alignment(written, found, pairing, group)
        told += one.outcomes()
        reworded[place] = one.reworded()
    for index in pairing.alone[0]:
        told += [_gone(written[index], index, number) for number in written[index].numbers]
    places = {mark.name: (index, mark) for index, one in enumerate(found) for mark in one.marks}
    return [_elsewhere(one, places, found, pairing) for one in told], reworded


def _gone(written: Written, index: int, number: Number) -> Outcome:
    return Outcome(number, index, written.text[number.start : number.end], None)


def _elsewhere(
    one: Outcome, places: Mapping[str, tuple[int, Mark]], found: Sequence[Passage], pairing: Pairing
) -> Outcome:
    """A number that is not where it was may have been moved with its bookmark, into a passage of other words."""
    if one.text is not None or one.number.mark not in places:
        return one
    index, mark = places[one.number.mark]
    there = [t for t in pairing.found[index].tokens if t.start < mark.end and t.end > mark.start]
    if not any(token.number for token in there):
        return one
    start, end = there[0].start, there[-1].end
    return Outcome(one.number, one.written, one.was, found[index].text[start:end], index, start, end)


class _Alignment:
    """The tokens of a group, written and found, and which are the same."""

    def __init__(self, written: Sequence[Written], found: Sequence[Passage], pairing: Pairing, group: Group) -> None:
        self.written, self.found, self.group = written, found, group
        self.left = list(_line((i, pairing.written[i].tokens) for i in group.written))
        self.right = list(_line((j, pairing.found[j].tokens) for j in group.found))
        self.numbers = [(i, number) for i in group.written for number in written[i].numbers]
        self.spans = [_span(self.left, i, number.start, number.end) for i, number in self.numbers]
        self.anchors = self._anchors()
        self.match = self._matched()
        self.cores = self._cores()

    # --- which tokens are the same

    def _anchors(self) -> list[tuple[int, int, int, int]]:
        """Ranges of tokens that are the same for sure: cells of one row, else numbers under one bookmark."""
        tabs = [[at for at, one in enumerate(side) if one.text == "\t"] for side in (self.left, self.right)]
        if tabs[0] and len(tabs[0]) == len(tabs[1]):
            return [(a, a + 1, b, b + 1) for a, b in zip(*tabs, strict=True)]
        marks = {mark.name: (j, mark) for j in self.group.found for mark in self.found[j].marks}
        pairs = []
        for (_i, number), (a, b) in zip(self.numbers, self.spans, strict=True):
            if number.mark in marks and a < b:
                j, mark = marks[number.mark]
                c, d = _span(self.right, j, mark.start, mark.end)
                if c < d and any(one.number for one in self.right[c:d]):
                    pairs.append((a, b, c, d))
        return _rising(pairs)

    def _matched(self) -> dict[int, int]:
        match: dict[int, int] = {}
        a = c = 0
        edges = [*self.anchors, (len(self.left), len(self.left), len(self.right), len(self.right))]
        for i, j, p, q in edges:
            match |= self._diff(a, i, c, p)
            match |= self._diff(i, j, p, q)
            a, c = j, q
        return match

    def _diff(self, a: int, b: int, c: int, d: int) -> dict[int, int]:
        left, right = ([one.text for one in side] for side in (self.left[a:b], self.right[c:d]))
        large = len(left) * len(right) > 4_000_000
        blocks = SequenceMatcher(None, left, right, autojunk=large).get_matching_blocks()
        return {a + block.a + n: c + block.b + n for block in blocks for n in range(block.size)}

    # --- where each number is

    def _cores(self) -> list[tuple[int, int] | None]:
        """The range of found tokens that is each number now."""
        anchored = {(a, b): (c, d) for a, b, c, d in self.anchors}
        known = sorted(self.match)
        cores: list[tuple[int, int] | None] = [None] * len(self.spans)
        open_: dict[tuple[int, int], list[int]] = {}
        for place, (a, b) in enumerate(self.spans):
            before = bisect_right(known, a - 1) - 1
            after = bisect_right(known, b - 1)
            low = self.match[known[before]] + 1 if before >= 0 else 0
            high = self.match[known[after]] if after < len(known) else len(self.right)
            if (a, b) in anchored:
                cores[place] = self._widened(*anchored[a, b], low, high)
            elif self._whole(a, b):
                cores[place] = self._widened(self.match[a], self.match[b - 1] + 1, low, high)
            else:
                open_.setdefault((low, high), []).append(place)
        for (low, high), places in open_.items():
            for place, core in zip(places, self._shared(low, high, len(places)), strict=False):
                cores[place] = core
        return cores

    def _whole(self, a: int, b: int) -> bool:
        """All of the number's tokens are there, one behind the other."""
        return a < b and all(at in self.match and self.match[at] == self.match[a] + at - a for at in range(a, b))

    def _widened(self, c: int, d: int, low: int, high: int) -> tuple[int, int]:
        """With what was put beside the number and changes it."""
        while c > low and self.right[c - 1].text.lower() in _BEFORE and c - 1 not in self.match.values():
            c -= 1
        while d < high and self.right[d].text.lower() in _AFTER and d not in self.match.values():
            d += 1
        return c, d

    def _shared(self, low: int, high: int, count: int) -> list[tuple[int, int]]:
        """The numbers between two known words, as many as are asked for; the last takes what is left over."""
        if self.left and self._is_cell(low, high):
            return [(low, high)] if low < high else []
        digits = [at for at in range(low, high) if self.right[at].number]
        if not digits:
            words = [one.text.lower() for one in self.right[low:high]]
            try:
                from_words(words)
            except NotANumber:
                return []
            return [(low, high)]
        starts = digits[:count]
        ends = [*digits[1:count], digits[-1] + 1]
        cores = []
        for start, end in zip(starts, ends, strict=False):
            last = end if start == starts[-1] else start + 1
            cores.append(self._widened(start, last, low, high))
        return cores

    def _is_cell(self, low: int, high: int) -> bool:
        """Between two tabs of a row whose cells are all there: the cell is the number."""
        return (
            bool(self.anchors)
            and all(self.right[edge].text == "\t" for edge in (low - 1, high) if 0 <= edge < len(self.right))
            and self.right[self.anchors[0][2]].text == "\t"
        )

    # --- what is said of them

    def outcomes(self) -> Iterator[Outcome]:
        for (index, number), core in zip(self.numbers, self.cores, strict=True):
            was = self.written[index].text[number.start : number.end]
            there = [one for one in self.right[core[0] : core[1]] if one.token] if core else []
            if not there:
                yield Outcome(number, index, was, None)
                continue
            passage = there[0].passage  # a number never runs over the end of a passage
            inside = [one.token for one in there if one.token and one.passage == passage]
            start, end = inside[0].start, inside[-1].end
            yield Outcome(number, index, was, self.found[passage].text[start:end], passage, start, end)

    def reworded(self) -> bool:
        """Whether more than numbers changed or went; where a passage ends does not count."""
        kept = [(span, core) for span, core in zip(self.spans, self.cores, strict=True) if core]
        gone = [span for span, core in zip(self.spans, self.cores, strict=True) if not core]
        left = _masked(self.left, [span for span, _core in kept], gone)
        return left != _masked(self.right, [core for _span, core in kept])


def _line(passages: Iterator[tuple[int, tuple[Token, ...]]]) -> Iterator[_At]:
    for index, found in passages:
        yield from (_At(index, token) for token in found)
        yield _At(index, None)


def _span(line: Sequence[_At], passage: int, start: int, end: int) -> tuple[int, int]:
    """The range of tokens that touch these characters; a token is never cut."""
    inside = [
        at
        for at, one in enumerate(line)
        if one.passage == passage and one.token and one.token.start < end and one.token.end > start
    ]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _rising(pairs: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """The most of them that stand in the same order on both sides: what was moved is left out."""
    best: list[list[tuple[int, int, int, int]]] = []
    for one in pairs:
        before = [run for run in best if run[-1][3] <= one[2]]
        best.append([*max(before, key=len, default=[]), one])
    return max(best, key=len, default=[])


def _masked(line: Sequence[_At], spans: Sequence[tuple[int, int]], gone: Sequence[tuple[int, int]] = ()) -> list[str]:
    """The words, each number as one sign; without those that are gone."""
    inside = {at: a for a, b in spans for at in range(a, b)}
    left_out = {at for a, b in gone for at in range(a, b)}
    return [
        "#" if at in inside else one.text
        for at, one in enumerate(line)
        if one.token and at not in left_out and (at not in inside or at == inside[at])
    ]


def _value(text: str) -> tuple[object, ...] | None:
    """What a number says however it is written; None where it is none. Hedges and units count."""
    if part := _PART.fullmatch(text):
        return _value(part[1]), part[2]
    words = text.split()
    hedge = words.pop(0).lower() if words and words[0].lower() in _BEFORE and words[0][0] not in "+-−–" else ""
    said = _VALUE.fullmatch(" ".join(words))
    if not said:
        return None
    sign, digits, scale, unit = said.groups()
    try:
        value = parse(digits.rstrip(".,"), scaled=bool(scale) or unit.startswith("%"))
    except NotANumber:
        return None
    for word in scale.split():
        value *= MULTIPLIERS[word]
    return hedge, sign in ("-", "−", "–"), Decimal(value), " ".join(unit.split())
