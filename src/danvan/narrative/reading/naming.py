"""Which indicator a figure is: the noun counted, the register's cues around it, and what has become of the thing.

Nearness is grammar here: the noun's own tail, the item of the list, the sentence, the sentence before, the headline.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from danvan.figures import catalogue
from danvan.narrative import lexicon
from danvan.narrative.lexicon import Entry
from danvan.narrative.reading.figures import PERCENT, Figure
from danvan.narrative.reading.folding import fold
from danvan.narrative.reading.local import LocalTerm, Taught
from danvan.narrative.reading.scan import Hit, Phrases, Scan, Sentence, scan

# How much a cue weighs by where it stands.
_IN_TAIL = 1.1
_IN_ITEM = 1.0
_STEP = 0.12  # less for every comma, bracket or figure between
_LEAST = 0.3
_LATER = 0.8
_BRACKETED = 1.5  # in a bracket right behind a figure of that register
_OF_ITS_FRACTION = 2.0  # a percentage, for the register of its fraction
_COUNTED = 2.0  # the whole of a/b was counted before
_GAP = 10  # tokens between a figure and its percentage
_SHARES = frozenset(["đạt", "chiếm", "bằng", "lệ", "ứng", "(", "="])
_CONTINUED = 0.8  # the same thing was counted a moment ago
_SENTENCE_BEFORE = 0.4
_PARAGRAPH = 0.3
_EARLIER = 0.2  # anywhere before in the text
_HEADLINE = 0.45
# An entry with its score; whether it is possible, or lacks a state or a word that it must have.
Rival = tuple[float, Entry, bool]
_STATED = 0.6  # an entry that asks for a state has it
_WORTH_A_LOOK = 1.8  # of what might have been meant
_CLOSE = 0.7  # near words count from here up
_SEPARATORS = frozenset(",;:()")
_TAIL_ENDS = frozenset(
    [
        ",",
        ";",
        ":",
        "(",
        ")",
        "và",
        "với",
        "để",
        "nhằm",
        "góp",
        "giúp",
        "trong",
        "có",
        "so",
        "tăng",
        "giảm",
        "cho",
        "đồng",
    ]
)
_TAIL = 8
_FAR = 100  # tokens: what stands further off says nothing of a figure


@dataclass(slots=True)
class Named:
    """A figure with its name. entry None: none fits."""

    figure: Figure
    entry: Entry | None = None
    state: str | None = None
    breakdown: dict[str, str] = field(default_factory=dict)
    score: float = 0.0
    labels: dict[str, str] = field(default_factory=dict)  # whether or not the indicator is broken down so
    others: list[Rival] = field(default_factory=list)  # the entries that it might have been
    sure: bool = False  # said in the house's own words, or taught
    taught: str = ""  # the phrase of the local term


@dataclass(frozen=True, slots=True)
class _Index:
    """with_inside: a phrase and the shorter ones in it; cues: register -> strength of all of these."""

    phrases: Phrases
    with_inside: dict[str, tuple[str, ...]]
    cues: dict[str, dict[str, float]]
    by_noun: dict[str, list[tuple[Entry, float, float]]]  # with the noun's weight and the most that near words can add


@lru_cache(maxsize=1)
def _index() -> _Index:
    data = lexicon.load()
    known = {*data.cues, *data.states, *data.breakdowns}
    by_noun: dict[str, list[tuple[Entry, float, float]]] = defaultdict(list)
    for entry in data.entries.values():
        known.update(entry.near, entry.must)
        most = sum(weight for weight in entry.near.values() if weight > 0)
        for noun, weight in entry.nouns.items():
            by_noun[noun].append((entry, weight, most))
    with_inside = {phrase: tuple(other for other in known if f" {other} " in f" {phrase} ") for phrase in known}
    cues: dict[str, dict[str, float]] = {}
    for phrase, others in with_inside.items():
        strongest: dict[str, float] = {}
        none = [(other, register) for other in others for register, s in data.cues.get(other, {}).items() if not s]
        for other in others:
            for register, strength in data.cues.get(other, {}).items():
                if not any(other in phrase and register == its for phrase, its in none):  # "tiếp" in "tiếp thu"
                    strongest[register] = max(strength, strongest.get(register, 0.0))
        cues[phrase] = strongest
    return _Index(Phrases(sorted(known)), with_inside, cues, dict(by_noun))


_TELLING = 3  # words of a saying; "{n} vụ việc" is said of anything
_TELLING_ALONE = 6


class _Said(NamedTuple):
    """The house's own words around its figures, n + 1 pieces around n figures, and what each of these is."""

    pieces: tuple[tuple[str, ...], ...]
    entries: tuple[Entry | None, ...]


@lru_cache(maxsize=1)
def _sayings() -> dict[tuple[str, str], list[_Said]]:
    """What the writer says, and a catalogue's name before a colon, by the words right before and behind the figure.

    An indicator with nouns is read by these: only a long saying tells it from its neighbours. The same words for two
    indicators tell nothing.
    """
    entries = {entry.code: entry for entry in lexicon.load().entries.values() if entry.code}
    found: dict[tuple[tuple[str, ...], ...], set[tuple[str, ...]]] = defaultdict(set)
    for code, entry in entries.items():
        indicator = catalogue.load()[code]
        found[(*_pieces(f"{indicator.name_vi}: {{n}}")[:1], ())].add((code,))
        above, below = ((term.code if term else "") for term in (indicator.numerator, indicator.denominator))
        for form in ("open", "then", "bare"):
            pattern = (entry.say or {}).get(form, "")
            slots = tuple({"n": code, "a": above, "b": below}[slot] for slot in re.findall(r"\{([nab])\}", pattern))
            pieces = _pieces(pattern)
            least = _TELLING_ALONE if entry.nouns else _TELLING
            if sum(map(len, pieces)) >= least and (pieces[0] or not entry.nouns):
                found[pieces].add(slots)
    by_words: dict[tuple[str, str], list[_Said]] = defaultdict(list)
    for pieces, codes in sorted(found.items(), key=lambda item: -sum(map(len, item[0]))):
        if len(codes) == 1:
            said = _Said(pieces, tuple(entries.get(code) for code in next(iter(codes))))
            by_words["".join(pieces[0][-1:]), "".join(pieces[1][:1])].append(said)
    return dict(by_words)


def _pieces(pattern: str) -> tuple[tuple[str, ...], ...]:
    """The words between the figures; "đã" and "có" that open a clause are no part of it."""
    pieces = [tuple(scan(fold(piece)).words) for piece in re.split(r"\{[nab]\}", pattern)]
    first = pieces[0]
    while first and first[0] in ("đã", "có"):
        first = first[1:]
    return (first, *pieces[1:])


def hits(scan: Scan, first: int, last: int) -> list[Hit]:
    """The lexicon's phrases in these tokens."""
    return list(_index().phrases.all(scan.words, first, last))


class Namer:
    """Names the figures of a document sentence by sentence, remembering what was spoken of before."""

    def __init__(self, scan: Scan, headline: Iterable[Hit], taught: Taught | None = None) -> None:
        self._scan, self._taught = scan, taught
        self._headline = _cues(headline, _HEADLINE)
        self._paragraph = -1
        self._before: dict[str, float] = {}
        self._earlier: dict[str, float] = {}
        self._sentence_before: dict[str, float] = {}
        self._last: dict[str, Named] = {}  # by unit of measure
        self._recent: list[Named] = []  # of the sentence before

    def pass_over(self, number: int) -> None:
        """A sentence without figures still says what is spoken of."""
        sentence = self._scan.sentences[number]
        self._enter(sentence.paragraph)
        self._leave(hits(self._scan, sentence.first, sentence.last))

    def name(self, number: int, figures: list[Figure]) -> list[Named]:
        """Names for the figures of one sentence, in their order."""
        sentence = self._scan.sentences[number]
        self._enter(sentence.paragraph)
        found = hits(self._scan, sentence.first, sentence.last)
        said = _Sentence(self._scan, sentence, found, figures)
        background = dict(self._headline)
        for cues in (self._earlier, self._before, self._sentence_before):
            _strengthen(background, cues)
        named: list[Named] = []
        own = self._own_words(figures)
        taught = self._taught.of(self._scan, sentence, figures) if self._taught else {}
        for index in range(len(figures)):
            around = _Around(said, index, named)
            if index in own:
                known = self._named(figures[index], around, own[index])
            else:
                known = self._name(around, background, figures, index, named)
            if index in taught:
                known = _as_taught(known, taught[index])
            named.append(known)
            if known.entry:
                self._last[known.figure.unit] = known
                self._last[known.figure.head] = known  # "17 cuộc đối thoại ..., Chủ tịch 11 cuộc"
        self._leave(found)
        self._keep_contrasts(sentence, named)
        self._recent = named
        return named

    def _own_words(self, figures: list[Figure]) -> dict[int, Entry | None]:
        """The figures that stand in one of the house's own sayings: place -> what it is."""
        words, sayings, found = self._scan.words, _sayings(), dict[int, Entry | None]()
        for index, figure in enumerate(figures):
            before = words[figure.first - 1] if figure.first else ""
            behind = words[figure.number_end] if figure.number_end < len(words) else ""
            for key in ((before, behind), ("", behind), (before, "")):
                if index not in found and key in sayings:
                    said = next((said for said in sayings[key] if self._stands(said, figures, index)), None)
                    found.update(enumerate(said.entries if said else (), index))
        return found

    def _stands(self, said: _Said, figures: list[Figure], index: int) -> bool:
        words, pieces = self._scan.words, said.pieces
        run = figures[index : index + len(said.entries)]
        if len(run) < len(said.entries) or run[0].ratio_of is not None:
            return False
        if tuple(words[max(0, run[0].first - len(pieces[0])) : run[0].first]) != pieces[0]:
            return False
        for piece, one, following in zip(pieces[1:], run, run[1:], strict=False):
            begin = following.number if following.ratio_of is not None else following.first
            if tuple(words[one.number_end : begin]) != piece:
                return False
        end = run[-1].number_end
        return tuple(words[end : end + len(pieces[-1])]) == pieces[-1]

    def _named(self, figure: Figure, around: _Around, entry: Entry | None) -> Named:
        labels = around.labels()
        breakdown = {d: v for d, v in labels.items() if entry and (d, v) in entry.dims}
        return Named(figure, entry, around.state, breakdown, lexicon.THRESHOLD, labels, sure=True)

    def _keep_contrasts(self, sentence: Sentence, named: list[Named]) -> None:
        """A level breaks a figure down only beside other levels, in a sentence or in lines: "cấp tỉnh 5, cấp xã 40"."""
        for one in named:
            if one.entry and ("level", one.labels.get("level")) in one.entry.dims:
                others = (
                    n for n in (*self._recent, *named) if n.entry is one.entry and n.figure.unit == one.figure.unit
                )
                levels = {level for n in others if (level := n.labels.get("level"))}
                listed = "theo cấp" in self._scan.text(sentence.first, one.figure.first)
                if len(levels) < 2 and not listed:
                    del one.breakdown["level"]
                    continue
                for n in self._recent:  # the first of the lines is known to be one only at the second
                    if n.entry is one.entry and "level" in n.labels:
                        n.breakdown["level"] = n.labels["level"]

    def _enter(self, paragraph: int) -> None:
        if paragraph != self._paragraph:
            # A heading is a paragraph of its own and speaks for the next one.
            for register, weight in self._sentence_before.items():
                self._earlier[register] = max(self._earlier.get(register, 0.0), weight * _EARLIER / _SENTENCE_BEFORE)
            self._before = {register: weight * 0.7 for register, weight in self._sentence_before.items()}
            self._sentence_before = {}
            self._paragraph = paragraph

    def _leave(self, found: list[Hit]) -> None:
        for register, weight in self._sentence_before.items():
            self._before[register] = max(self._before.get(register, 0.0), weight * _PARAGRAPH / _SENTENCE_BEFORE)
            self._earlier[register] = max(self._earlier.get(register, 0.0), weight * _EARLIER / _SENTENCE_BEFORE)
        self._sentence_before = _cues(found, _SENTENCE_BEFORE)

    def _name(
        self, around: _Around, background: dict[str, float], figures: list[Figure], index: int, earlier: list[Named]
    ) -> Named:
        figure = figures[index]
        cues = dict(background)
        _strengthen(cues, around.cues)
        if figure.ratio_of is not None:
            return self._denominator(figure, around, cues, earlier)
        if figure.unit == PERCENT and self._speaks_of(earlier, figure):
            part = earlier[-2] if earlier[-1].figure.ratio_of is not None else earlier[-1]
            around.state = part.state  # "87/96 vụ việc thuộc thẩm quyền, đạt 90%"
            if part.entry:
                return self._best(figure, around, {part.entry.register: _OF_ITS_FRACTION}, part.entry.register)
        elif index + 1 < len(figures) and figures[index + 1].ratio_of == index:
            if around.state in (None, "competent", "received") and around.resolved_before():
                around.state = "resolved"  # "giải quyết khiếu nại thuộc thẩm quyền 31/45 vụ"
            register = self._register_of(figures[index + 1], earlier)
            cues[register] = cues.get(register, 0.0) + _COUNTED
        whole = earlier[-1] if earlier else None
        last = self._last.get(figure.unit)
        if (
            whole
            and whole.entry
            and self._scan.words[whole.figure.last] == "("
            and ")" not in self._scan.words[whole.figure.last : figure.first]
            and figure.first - whole.figure.last <= _GAP
            and (whole.figure.last == figure.first - 1 or ";" in self._scan.words[whole.figure.last : figure.first])
        ):
            cues[whole.entry.register] = cues.get(whole.entry.register, 0.0) + _BRACKETED
            last = None
        if last and last.entry and figure.sentence - last.figure.sentence <= 2:
            cues[last.entry.register] = cues.get(last.entry.register, 0.0) + _CONTINUED
        return self._best(figure, around, cues)

    def _speaks_of(self, earlier: list[Named], percent: Figure) -> bool:
        """Whether a percentage is of the figure right before it: "giải quyết 22/29 vụ việc, đạt 76%"."""
        if not earlier or earlier[-1].figure.unit == PERCENT:
            return False
        gap = self._scan.words[earlier[-1].figure.last : percent.first]
        return len(gap) <= _GAP and not _SHARES.isdisjoint(gap) and ";" not in gap

    def _register_of(self, whole: Figure, earlier: list[Named]) -> str:
        """The register of a fraction: where its whole was counted before, else of the nearest count it can be of."""
        counted = [n for n in (*self._recent, *earlier) if n.entry and n.entry.register in ("rec", "pet")]
        same = [n for n in counted if n.figure.value == whole.value]
        near = same or [n for n in counted if n.figure.sentence == whole.sentence]
        return near[-1].entry.register if near and near[-1].entry else ""

    def _best(self, figure: Figure, around: _Around, cues: dict[str, float], register: str = "") -> Named:
        """The entry of the highest score. register: only its entries."""
        best = Named(figure, state=around.state)
        close, rivals = around.close, best.others
        for entry, noun, most in _index().by_noun.get(figure.unit, ()):
            if register and entry.register != register:
                continue
            weight = noun + cues.get(entry.register, 0.0) + (_STATED if entry.states else 0.0)
            if weight + most > _WORTH_A_LOOK:
                near = entry.near
                score = weight + sum([near[word] for word in near if word in close])
                if score > _WORTH_A_LOOK:
                    possible = around.allows(entry)
                    rivals.append((score, entry, possible))
                    if possible and score >= lexicon.THRESHOLD and score > best.score:
                        best.entry, best.score = entry, score
        best.labels = around.labels()
        if best.entry:
            best.breakdown = {**best.entry.sets, **{d: v for d, v in best.labels.items() if (d, v) in best.entry.dims}}
        return best

    def _denominator(self, figure: Figure, around: _Around, cues: dict[str, float], earlier: list[Named]) -> Named:
        """In "22/29 vụ việc" the 29 are the whole: named before, or the same thing without what has become of it."""
        for named in reversed([*self._recent, *earlier[:-1]]):
            if named.figure.value == figure.value and named.figure.unit == figure.unit and named.entry:
                return Named(figure, named.entry, None, dict(named.breakdown), named.score, others=named.others)
        part = earlier[-1]
        if part.entry and part.entry.states:
            around.state = None
            cues[part.entry.register] = cues.get(part.entry.register, 0.0) + _CONTINUED
            return self._best(figure, around, cues)
        return Named(figure, part.entry, part.state, dict(part.breakdown), part.score, part.labels, part.others)


def _as_taught(known: Named, term: LocalTerm) -> Named:
    """The figure with the name that people gave it; what it would have been without stays among the others."""
    entry = lexicon.entry(term.indicator) if term.indicator else None
    labels = {d: v for d, v in known.labels.items() if entry and (d, v) in entry.dims}
    others = [*known.others, *([(known.score, known.entry, True)] if known.entry else [])]
    breakdown = {**labels, **term.breakdown}
    return replace(known, entry=entry, breakdown=breakdown, others=others, sure=True, taught=term.phrase)


def _cues(found: Iterable[Hit], weight: float) -> dict[str, float]:
    """Register -> strength of its strongest cue, weighted."""
    cues = _index().cues
    strongest: dict[str, float] = {}
    for hit in found:
        for register, strength in cues[hit.phrase].items():
            if strength * weight > strongest.get(register, 0.0):
                strongest[register] = strength * weight
    return strongest


def _strengthen(cues: dict[str, float], other: dict[str, float]) -> None:
    """Raises each register to its weight in the other, where that is more."""
    for register, weight in other.items():
        if weight > cues.get(register, 0.0):
            cues[register] = weight


_Weighed = tuple[Hit, int, dict[str, float]]  # with the breaks before its end, and its cues


class _Sentence:
    """What the figures of a sentence share: its phrases and where commas, brackets and figures part them."""

    def __init__(self, scan: Scan, sentence: Sentence, found: list[Hit], figures: list[Figure]) -> None:
        self.scan, self.found, self.figures = scan, found, figures
        numbers = {figure.number for figure in figures}
        self.breaks = sorted(numbers.union(scan.among(_SEPARATORS, sentence)))
        states, breakdowns = lexicon.load().states, lexicon.load().breakdowns
        cues = _index().cues
        self.weighed = [(hit, bisect_left(self.breaks, hit.end), cues[hit.phrase]) for hit in found]
        self.states = [(hit, state) for hit in found if (state := states.get(hit.phrase)) and state != "shield"]
        self.labels = [hit for hit in found if hit.phrase in breakdowns]
        self._short = sentence.last - sentence.first <= _FAR
        self._heads = [figure.head for figure in figures]

    def near(self, figure: Figure) -> tuple[list[_Weighed], list[tuple[Hit, str]], list[Hit]]:
        """Phrases, states and labels that do not stand too far off."""
        if self._short:
            return self.weighed, self.states, self.labels
        first, last = figure.first - _FAR, figure.last + _FAR
        return (
            self.weighed[bisect_left(self.found, (first,)) : bisect_left(self.found, (last,))],
            [(hit, state) for hit, state in self.states if first <= hit.start < last],
            [hit for hit in self.labels if first <= hit.start < last],
        )

    def list_from(self, index: int) -> int:
        """The number behind which all figures up to this one count the same thing."""
        for before in range(index - 1, -1, -1):
            if self._heads[before] != self._heads[index]:
                return self.figures[before].number
        return -1


class _Around:
    """What stands around one figure: cues by register, words close by, the governing state, labels of a breakdown."""

    def __init__(self, said: _Sentence, index: int, earlier: list[Named]) -> None:
        self._scan, self._breaks, figures = said.scan, said.breaks, said.figures
        self._figure = figures[index]
        self._weighed, self._states, self._label_hits = said.near(self._figure)
        self._earlier = earlier
        head = self._head(figures, index)
        self._first = figures[head].first
        self._left = figures[head - 1].last if head else -1
        self._right: int | None = None
        for following in figures[index + 1 : index + 4]:
            if following.first > self._figure.last:
                self._right = following.first
                break
        self._list_from = said.list_from(index)  # from here on all figures count the same thing
        self._tail_end = self._find_tail_end()
        self.cues: dict[str, float] = {}
        self.close: set[str] = set()
        self.said: set[str] = set()
        self._weigh()
        self.state = self._state()

    def _head(self, figures: list[Figure], index: int) -> int:
        """a/b and a lượt/b người share what stands before a."""
        while index and (figures[index].ratio_of is not None or figures[index].after_slash):
            index -= 1
        return index

    def _find_tail_end(self) -> int:
        words = self._scan.words
        end = self._figure.last
        stop = min(len(words), self._figure.last + _TAIL)
        if self._right is not None:
            stop = min(stop, self._right)
        while end < stop and (words[end] not in _TAIL_ENDS or (words[end] == "có" and end == self._figure.last)):
            end += 1
        return end

    def _separators(self, start: int, end: int) -> int:
        """Commas, brackets and figures between two tokens of the sentence."""
        return bisect_left(self._breaks, end) - bisect_left(self._breaks, start)

    def _tier_behind(self, hit: Hit) -> float:
        """How much a phrase weighs that does not stand before the figure."""
        figure = self._figure
        if hit.end <= figure.number_end or hit.start < figure.number_end - 1:
            return 0.0
        if hit.start < self._tail_end:
            return _IN_TAIL
        between = self._separators(figure.last, hit.start)
        if self._right is not None and hit.start >= self._right:
            between += 1
        return max(0.2, _LATER - 0.1 * between)

    def allows(self, entry: Entry) -> bool:
        """Whether what has become of the thing, and the words that must stand by, leave this entry possible."""
        if (entry.states and self.state not in entry.states) or self.state in entry.not_states:
            return False
        return not entry.must or not entry.must.isdisjoint(self.said)

    def _weigh(self) -> None:
        with_inside, cues, first = _index().with_inside, self.cues, self._first
        breaks = bisect_left(self._breaks, first)
        for hit, place, cued in self._weighed:
            before = hit.start < first
            if before and not (hit.end > self._figure.number_end and hit.start >= self._figure.number_end - 1):
                between = breaks - place
                tier = max(_LEAST, 0.9 - _STEP * between) if between else _IN_ITEM
            else:
                tier = self._tier_behind(hit)
            # close by, or before a list whose figures all count the same thing: they share the word
            if tier >= _LATER or (before and (tier >= _CLOSE or hit.end > self._list_from)):
                self.said.add(hit.phrase)
                if tier >= _LATER or (
                    tier >= _CLOSE and not (self._earlier and self._in_earlier_tail(hit, alike=True))
                ):
                    self.close.update(with_inside[hit.phrase])
            for register, strength in cued.items():
                if strength * tier > cues.get(register, 0.0):
                    cues[register] = strength * tier

    def _state(self) -> str | None:
        figure, right = self._figure, self._right
        for hit, state in self._states:
            tail = hit.end > figure.last and figure.number_end <= hit.start < self._tail_end
            if tail and (right is None or hit.end < right or self._tail_end < right):
                return state
        if self._first and self._scan.words[self._first - 1] == "còn":
            return "pending"
        for hit, state in reversed(self._states):
            if hit.end <= self._first and not self._in_earlier_tail(hit):
                return None if self._new_clause(hit) else state
        return None

    def _new_clause(self, hit: Hit) -> bool:
        """Whether a clause of its own begins between: "duy trì 6 mô hình chăn nuôi; có 9 mô hình ..."."""
        words = self._scan.words
        return ";" in words[hit.end : self._first] and words[self._first - 2 : self._first] == [";", "có"]

    def resolved_before(self) -> bool:
        """Whether the clause speaks of settling before it gives its figure."""
        words = self._scan.words
        return any(
            state == "resolved"
            and hit.end <= self._first
            and ";" not in words[hit.end : self._first]
            and not self._in_earlier_tail(hit)
            for hit, state in self._states
        )

    def _in_earlier_tail(self, hit: Hit, *, alike: bool = False) -> bool:
        """Behind the noun of an earlier figure a state speaks of that figure alone. alike: one of the same unit."""
        words = self._scan.words
        for named in reversed(self._earlier):
            last = named.figure.last
            if alike and named.figure.head != self._figure.head:
                continue
            if last <= hit.end and named.figure.number < hit.start:
                if hit.start < last:
                    return True
                return hit.start - last < 3 and not any(word in _TAIL_ENDS for word in words[last : hit.start])
        return False

    def labels(self) -> dict[str, str]:
        """Labels directly before the figure or behind its noun: dimension -> value."""
        if not self._label_hits and not self._earlier:
            return {}
        breakdowns = lexicon.load().breakdowns
        found: dict[str, set[str]] = {}
        for hit in self._label_hits:
            if self._labels(hit) or self._in_tail_list(hit):
                for dimension, value in breakdowns[hit.phrase]:
                    found.setdefault(dimension, set()).add(value)
        # several values in a row: the whole is spoken of, not one of its parts
        values = {dimension: next(iter(labels)) for dimension, labels in found.items() if len(labels) == 1}
        self._carry(values)
        return values

    def _labels(self, hit: Hit) -> bool:
        """Before the figure, in its own item of the list."""
        if not self._left <= hit.start or hit.end > self._first or self._in_earlier_tail(hit):
            return False
        between = self._scan.words[hit.end : self._first]
        return ";" not in between and len(between) <= 8

    def _in_tail_list(self, hit: Hit) -> bool:
        """In the noun's tail, or in a row of labels that begins there."""
        if hit.end <= self._figure.number_end or hit.start < self._figure.number_end:
            return False
        if hit.start < self._tail_end:
            return True
        words = self._scan.words
        opens = any(self._figure.number_end <= other.start < self._tail_end for other in self._label_hits)
        return (
            opens
            and ";" not in words[self._tail_end : hit.start]
            and (self._right is None or hit.end < self._right - 3 or "(" in words[hit.end : self._right])
        )

    def _carry(self, values: dict[str, str]) -> None:
        """ "khiếu nại về hành chính 408 vụ việc, về tư pháp 11 vụ việc": the head is said once."""
        if "matter_type" in values or not self._earlier:
            return
        earlier = self._earlier[-1]
        between = self._scan.words[earlier.figure.last : self._first]
        if "matter_type" in earlier.labels and between[:1] == [","] and between[1:2] in (["về"], ["lĩnh"]):
            values["matter_type"] = earlier.labels["matter_type"]
