"""Where the lexicon's phrases stand, and of which register's work they tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from danvan.figures import catalogue
from danvan.narrative import lexicon
from danvan.narrative.lexicon import Entry
from danvan.narrative.reading.scan import Hit, Phrases, Scan, Sentence

_MOST_KEPT, _LONGEST_KEPT = 1024, 1000  # sentences, characters of one
_kept: dict[tuple[str, float], dict[str, float]] = {}  # what sentences without figures speak of
_STATED = 0.6  # an entry that asks for a state has it

# What a noun may count: (weight of the noun, weight for having the state asked for, the entry, whether the state is one
# of those asked for, whether it asks for something else, too). Plain tuples: they are taken apart for every figure.
Counted = tuple[float, float, Entry, bool, bool]


class _InStates(dict[str | None, dict[str, list[Counted]]]):
    """What a noun may count by what has become of it, then by register. Each state is asked for many times."""

    def __init__(self, entries: tuple[Entry, ...], noun: str) -> None:
        super().__init__()
        self._entries, self._noun = entries, noun

    def __missing__(self, state: str | None) -> dict[str, list[Counted]]:
        by_register = self[state] = defaultdict(list)
        for entry in self._entries:
            stated = _STATED if entry.states else 0.0
            fits = (not entry.states or state in entry.states) and state not in entry.not_states
            asks = bool(entry.after or entry.must)
            by_register[entry.register].append((entry.nouns[self._noun], stated, entry, fits, asks))
        return by_register


class Noun:
    """What a noun may count. near: the words that speak for or against any of it."""

    def __init__(self, entries: Iterable[Entry], noun: str) -> None:
        self.entries = tuple(entries)
        self.near = frozenset[str]().union(*(entry.near for entry in self.entries))
        self.in_state = _InStates(self.entries, noun)


@dataclass(frozen=True, slots=True)
class Cue:
    """What a phrase of the lexicon tells.

    inside: it and the shorter ones in it; registers: of which registers all of these tell, and how strongly.
    state: what has become of the thing counted; labels: it names parts of a breakdown; gives, given: it is of gifts.
    """

    phrase: str
    inside: tuple[str, ...]
    registers: tuple[tuple[str, float], ...]
    state: str | None
    labels: bool
    gives: bool
    given: bool


@dataclass(frozen=True, slots=True)
class Index:
    phrases: Phrases
    cues: dict[str, Cue]  # by phrase
    rates: dict[str, tuple[str, str]]  # the part -> (its whole, "" where the catalogue does not count it; the rate)
    by_noun: dict[str, Noun]


@lru_cache(maxsize=1)
def index() -> Index:
    data = lexicon.load()
    known = {*data.cues, *data.states, *data.breakdowns}
    by_noun: dict[str, list[Entry]] = defaultdict(list)
    for entry in data.entries.values():
        known.update(entry.near, entry.must)
        for noun in entry.nouns:
            by_noun[noun].append(entry)
    cues: dict[str, Cue] = {}
    for phrase in known:
        others = tuple(other for other in known if f" {other} " in f" {phrase} ")
        strongest: dict[str, float] = {}
        none = [(other, register) for other in others for register, s in data.cues.get(other, {}).items() if not s]
        for other in others:
            for register, strength in data.cues.get(other, {}).items():
                if not any(other in phrase and register == its for phrase, its in none):  # "tiếp" in "tiếp thu"
                    strongest[register] = max(strength, strongest.get(register, 0.0))
        cues[phrase] = Cue(
            phrase,
            others,
            tuple(strongest.items()),
            None if data.states.get(phrase) == "shield" else data.states.get(phrase),
            phrase in data.breakdowns,
            phrase in data.grammar["giving"],
            phrase in data.grammar["given"],
        )
    rates = {
        part: (one.denominator.code if one.denominator else "", one.code)
        for one in catalogue.load()
        if one.numerator and (part := one.numerator.code)
    }
    return Index(Phrases(sorted(known)), cues, rates, {noun: Noun(entries, noun) for noun, entries in by_noun.items()})


def hits(scan: Scan, first: int, last: int) -> list[Hit]:
    """The lexicon's phrases in these tokens."""
    return index().phrases.all(scan.words, first, last)


def weighed(found: Iterable[Hit], weight: float) -> dict[str, float]:
    """Register -> strength of its strongest cue, weighted."""
    cues = index().cues
    strongest: dict[str, float] = {}
    for _, _, phrase in found:
        for register, strength in cues[phrase].registers:
            if strength * weight > strongest.get(register, 0.0):
                strongest[register] = strength * weight
    return strongest


def spoken_of(scan: Scan, sentence: Sentence, weight: float) -> dict[str, float]:
    """As `weighed`, of a sentence: letterheads, headings and set phrases come again and again. Read only."""
    key = scan.folded.text[scan.starts[sentence.first] : scan.ends[sentence.last - 1]], weight
    said = _kept.get(key)
    if said is None:
        said = weighed(hits(scan, sentence.first, sentence.last), weight)
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        if len(key[0]) <= _LONGEST_KEPT:
            _kept[key] = said
    return said


def strengthen(cues: dict[str, float], other: dict[str, float]) -> None:
    """Raises each register to its weight in the other, where that is more."""
    for register, weight in other.items():
        if weight > cues.get(register, 0.0):
            cues[register] = weight
