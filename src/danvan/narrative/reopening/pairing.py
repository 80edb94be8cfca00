"""Which passages of an edited file are which of the written ones: kept, moved, split in two, joined, new or gone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from danvan.narrative.writing.passages import Passage
from danvan.narrative.writing.trace import Written

LEAST = 0.35  # likeness below which two passages are not the same one
MOVED = 0.75  # the same out of its place
HELD = 0.8  # of the words of one that must stand in another to be a part of it

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|\t|\S")


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int

    @property
    def number(self) -> bool:
        return self.text[0].isdecimal()


def tokens(text: str) -> tuple[Token, ...]:
    return tuple(Token(match[0], match.start(), match.end()) for match in TOKEN.finditer(text))


@dataclass
class Side:
    """One passage of either side, with what it is compared by."""

    text: str
    marks: frozenset[str]
    row: bool

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tokens(self.text)

    @cached_property
    def words(self) -> Counter[str]:
        """Without numbers, which are what people change; all of it where there is nothing else."""
        said = [one.text for one in self.tokens if not one.number]
        return Counter(said or [one.text for one in self.tokens])

    @cached_property
    def size(self) -> int:
        return self.words.total()

    def likeness(self, other: Side) -> float:
        """0..1: shared words, or shared bookmarks, whichever says more."""
        if self.row != other.row or not self.size or not other.size:
            return 0
        shared = len(self.marks & other.marks) / len(self.marks) if self.marks else 0
        if 2 * min(self.size, other.size) / (self.size + other.size) <= max(shared, LEAST):
            return shared
        return max(shared, 2 * (self.words & other.words).total() / (self.size + other.size))

    def held_by(self, words: Counter[str]) -> bool:
        return bool(self.size) and (self.words & words).total() >= HELD * self.size


@dataclass
class Group:
    """Passages that are one and the same on both sides; more than one where people split or joined them."""

    written: list[int]
    found: list[int]


@dataclass
class Pairing:
    """written, found: what each side had, empty lines left out of the groups."""

    written: list[Side]
    found: list[Side]
    groups: list[Group] = field(default_factory=list)

    @property
    def alone(self) -> tuple[list[int], list[int]]:
        """Passages that are gone, and new ones."""
        gone = set(range(len(self.written))) - {one for group in self.groups for one in group.written}
        new = set(range(len(self.found))) - {one for group in self.groups for one in group.found}
        return (
            [one for one in sorted(gone) if self.written[one].size],
            [one for one in sorted(new) if self.found[one].size],
        )


def pair(written: Sequence[Written], found: Sequence[Passage]) -> Pairing:
    pairing = Pairing(
        [Side(one.text, frozenset(n.mark for n in one.numbers), one.row) for one in written],
        [Side(one.text, frozenset(mark.name for mark in one.marks), one.row) for one in found],
    )
    for i, j in _in_order(pairing):
        pairing.groups.append(Group([i], [j]))
    for i, j in _moved(pairing):
        pairing.groups.append(Group([i], [j]))
    pairing.groups.sort(key=lambda group: group.written)
    _joined(pairing)
    return pairing


def _in_order(pairing: Pairing) -> list[tuple[int, int]]:
    """What stands where it stood: equal passages, and between them the likest."""
    left = [i for i, one in enumerate(pairing.written) if one.size]
    right = [j for j, one in enumerate(pairing.found) if one.size]
    said = [(pairing.written[i].row, pairing.written[i].text) for i in left]
    says = [(pairing.found[j].row, pairing.found[j].text) for j in right]
    pairs = []
    for tag, a, b, c, d in SequenceMatcher(None, said, says, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += list(zip(left[a:b], right[c:d], strict=True))
        elif tag == "replace":
            pairs += _likest(pairing, left[a:b], right[c:d])
    return pairs


def _likest(pairing: Pairing, left: Sequence[int], right: Sequence[int]) -> list[tuple[int, int]]:
    """The pairs, in order on both sides, whose likeness adds up to most."""
    like = [[pairing.written[i].likeness(pairing.found[j]) for j in right] for i in left]
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for a in reversed(range(len(left))):
        for b in reversed(range(len(right))):
            paired = like[a][b] + best[a + 1][b + 1] if like[a][b] >= LEAST else 0
            best[a][b] = max(best[a + 1][b], best[a][b + 1], paired)
    pairs, a, b = [], 0, 0
    while a < len(left) and b < len(right):
        if like[a][b] >= LEAST and best[a][b] == like[a][b] + best[a + 1][b + 1]:
            pairs.append((left[a], right[b]))
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            a += 1
        else:
            b += 1
    return pairs


def _moved(pairing: Pairing) -> list[tuple[int, int]]:
    """What stands elsewhere now, likest first."""
    gone, new = pairing.alone
    like = sorted(
        ((pairing.written[i].likeness(pairing.found[j]), i, j) for i in gone for j in new),
        key=lambda one: (-one[0], one[1], one[2]),
    )
    pairs: dict[int, int] = {}
    for likeness, i, j in like:
        if likeness >= MOVED and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return list(pairs.items())


def _joined(pairing: Pairing) -> None:
    """A neighbour that stands alone belongs to a group where the rest of the other side holds its words."""
    gone, new = (set(one) for one in pairing.alone)
    for group in pairing.groups:
        for alone, mine, own, other, theirs in (
            (gone, group.written, pairing.written, pairing.found, group.found),
            (new, group.found, pairing.found, pairing.written, group.written),
        ):
            for step in (1, -1):
                while (next_ := (max(mine) if step > 0 else min(mine)) + step) in alone:
                    rest = _words(other, theirs) - _words(own, mine)
                    if own[next_].row or not own[next_].held_by(rest):
                        break
                    mine.append(next_)
                    mine.sort()
                    alone.discard(next_)


def _words(side: Sequence[Side], chosen: Iterable[int]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in chosen:
        total += side[one].words
    return total
