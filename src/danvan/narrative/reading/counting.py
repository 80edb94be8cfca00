"""What a figure is, and the words that tell what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from danvan.narrative import lexicon
from danvan.narrative.reading.document import Qualifier
from danvan.narrative.reading.scan import Phrases, Scan, is_word

PERCENT = "%"
MONEY = "đồng"


@dataclass(slots=True)
class Figure:
    """A number that counts something. Token indices; first: hedge or number, last: after the measure.

    number..number_end: the digits with multiplier. decimals: digits printed behind the comma.
    ratio_of: for b in a/b, the place of a; after_slash: for b in a lượt/b người.
    """

    sentence: int
    first: int
    number: int
    number_end: int
    last: int
    value: Decimal
    unit: str
    qualifier: Qualifier
    per: str = ""
    known: bool = True
    ratio_of: int | None = None
    after_slash: bool = False
    elliptical: bool = False
    decimals: int = 0

    @property
    def head(self) -> str:
        """The first word of the unit: "lượt" of "lượt người"."""
        return self.unit.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Words:
    hedges: Phrases
    hedge_of: dict[str, Qualifier]
    longest_hedge: int
    hedge_ends: frozenset[str]
    measures: Phrases
    measure_of: dict[str, str]
    names: frozenset[tuple[str, ...]]
    name_ends: frozenset[str]
    weak: frozenset[tuple[str, ...]]
    not_names: frozenset[tuple[str, ...]]
    stop: frozenset[str]
    not_counted: frozenset[str]
    furniture: Phrases
    counters: Phrases
    divides: Phrases
    not_hedges: frozenset[str]


@lru_cache(maxsize=1)
def vocabulary() -> Words:
    data = lexicon.load()
    grammar = data.grammar
    hedge_of: dict[str, Qualifier] = {said: kind for kind, phrases in grammar["hedges"].items() for said in phrases}
    glued = {said.replace(" ", ""): unit for said, unit in data.measures.items() if " " in said and "," not in said}
    return Words(
        hedges=Phrases(hedge_of),
        hedge_of=hedge_of,
        longest_hedge=max(len(said.split()) for said in hedge_of),
        hedge_ends=frozenset(said.split()[-1] for said in hedge_of),
        measures=Phrases({**glued, **data.measures}, commas=False),
        measure_of={**glued, **data.measures},
        names=frozenset(tuple(said.split()) for said in grammar["names"]),
        name_ends=frozenset(said.split()[-1] for said in grammar["names"]),
        weak=frozenset(tuple(said.split()) for said in grammar["weak_names"]),
        not_names=frozenset(tuple(said.split()) for said in grammar["not_names"]),
        stop=frozenset(grammar["stop"]),
        not_counted=frozenset(grammar["not_counted"]),
        furniture=Phrases(grammar["furniture"]),
        counters=Phrases(grammar["counters"]),
        divides=Phrases(grammar["divides"]),
        not_hedges=frozenset(grammar["not_hedges"]),
    )


def measure_at(scan: Scan, index: int, stop: int) -> tuple[str, int, bool] | None:
    """(unit, token after, whether the lexicon knows it) of the measure that begins here."""
    if index >= stop:
        return None
    words, know = scan.words, vocabulary()
    if words[index] == PERCENT:
        return PERCENT, index + 1, True
    if words[index] == "phần" and words[index + 1 : index + 2] == ["trăm"]:
        return PERCENT, index + 2, True
    if words[index] in "\"'" and index + 1 < stop:
        index += 1
    found = know.measures.longest_at(words, index, stop)
    if found:
        return know.measure_of[found[1]], found[0], True
    word = words[index]
    if not is_word(word) or word in know.stop or word in know.not_counted or scan.upper(index):
        return None
    end = index + 1
    if end < stop and is_word(words[end]) and words[end] not in know.stop and not scan.upper(end):
        end += 1
    return " ".join(words[index:end]), end, False
