"""The house's own sayings: what the writer says around its figures tells what they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from danvan.figures import catalogue
from danvan.narrative import lexicon
from danvan.narrative.lexicon import Entry
from danvan.narrative.reading.counting import Figure
from danvan.narrative.reading.folding import fold
from danvan.narrative.reading.scan import Scan, is_word
from danvan.narrative.reading.scan import scan as cut

_TELLING = 3  # words of a saying; "{n} vụ việc" is said of anything
_TELLING_ALONE = 6
_LABEL = 9  # and the comma before it
_NOTHING: dict[str, list[_Said]] = {}


@dataclass(frozen=True, slots=True)
class _Said:
    """The house's own words around its figures, n + 1 pieces around n figures, and what each of these is."""

    pieces: tuple[tuple[str, ...], ...]
    entries: tuple[Entry | None, ...]


@lru_cache(maxsize=1)
def _sayings() -> dict[str, dict[str, list[_Said]]]:
    """What the writer says, and a catalogue's name before a colon, by the words right behind and before the figure.

    An indicator with nouns is read by these: only a long saying tells it from its neighbours. The same words for two
    indicators tell nothing.
    """
    entries = {code: entry for code, entry in lexicon.load().entries.items() if code == entry.code}
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
    by_words: dict[str, dict[str, list[_Said]]] = {"": {}}
    for pieces, codes in sorted(found.items(), key=lambda item: -sum(map(len, item[0]))):
        if len(codes) == 1:
            said = _Said(pieces, tuple(entries.get(code) for code in next(iter(codes))))
            before, behind = _last(pieces[0], len(pieces[0])), "".join(pieces[1][:1])
            by_words.setdefault(behind, {}).setdefault(before, []).append(said)
    return by_words


def _last(words: Sequence[str], end: int) -> str:
    """The word before this place; before a colon, that one with it, since many a name ends in a colon."""
    if not end:
        return ""
    return f"{words[end - 2]} :" if words[end - 1] == ":" and end > 1 else words[end - 1]


def _pieces(pattern: str) -> tuple[tuple[str, ...], ...]:
    """The words between the figures; "đã" and "có" that open a clause are no part of it."""
    pieces = [tuple(cut(fold(piece)).words) for piece in re.split(r"\{[nab]\}", pattern)]
    first = pieces[0]
    while first and first[0] in ("đã", "có"):
        first = first[1:]
    return (first, *pieces[1:])


def own_words(scan: Scan, figures: list[Figure]) -> dict[int, Entry | None]:
    """The figures that stand in one of the house's own sayings: place -> what it is."""
    words, sayings, found = scan.words, _sayings(), dict[int, Entry | None]()
    for index, figure in enumerate(figures):
        if index in found or figure.ratio_of is not None:
            continue
        before = _last(words, figure.first)
        behind = words[figure.number_end] if figure.number_end < len(words) else ""
        with_behind = sayings.get(behind, _NOTHING)
        for said in (*with_behind.get(before, ()), *with_behind.get("", ()), *sayings[""].get(before, ())):
            if _stands(words, said, figures, index):
                found.update(enumerate(said.entries, index))
                break
        if before.endswith(":") and index not in found and (entry := _named_with_label(scan, figure)):
            found[index] = entry
    return found


@lru_cache(maxsize=1)
def _names() -> dict[tuple[str, ...], Entry]:
    return {tuple(cut(fold(one.name_vi)).words): lexicon.entry(one.code) for one in catalogue.load()}


def _named_with_label(scan: Scan, figure: Figure) -> Entry | None:
    """ "Số đoàn viên, hội viên cuối kỳ, Hội Nông dân: 46 người": a catalogue's name and a label of its breakdown."""
    words, first = scan.words, scan.sentences[figure.sentence].first
    first += not is_word(words[first])  # the dash of a list
    colon = figure.first - 1
    commas = [at for at in range(max(first, colon - _LABEL), colon) if words[at] == ","]
    return _names().get(tuple(words[first : commas[-1]])) if commas else None


def _stands(words: list[str], said: _Said, figures: list[Figure], index: int) -> bool:
    pieces, stop = said.pieces, index + len(said.entries)
    if stop > len(figures):
        return False
    first, opening = figures[index].first, pieces[0]
    begin = first - len(opening)
    if opening and (begin < 0 or words[begin] != opening[0] or tuple(words[begin:first]) != opening):
        return False
    run = figures[index:stop]
    for piece, one, following in zip(pieces[1:], run, run[1:], strict=False):
        begin = following.number if following.ratio_of is not None else following.first
        if tuple(words[one.number_end : begin]) != piece:
            return False
    end = run[-1].number_end
    return tuple(words[end : end + len(pieces[-1])]) == pieces[-1]
