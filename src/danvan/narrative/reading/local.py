"""Words that people of a place taught the reader: they hold for the reports read with them, and for no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from danvan.lib.vietnamese import one_spelling
from danvan.narrative.reading.counting import Figure
from danvan.narrative.reading.scan import Hit, Phrases, Scan, Sentence

_SEPARATORS = frozenset(",;:().|")
_LABELLED = [":"]  # "Cà phê doanh nhân: 5 buổi"
_FARTHEST = 8  # tokens between a figure and the words


@dataclass(frozen=True, slots=True)
class LocalTerm:
    """A figure that stands beside this phrase is of this indicator; None: a count that has no indicator.

    phrase: words without numbers and marks, the counted noun among them or not ("lượt làm thủ tục", "đường dây nóng").
    breakdown: dimension -> value.
    """

    phrase: str
    indicator: str | None
    breakdown: Mapping[str, str] = field(default_factory=dict)


class Taught:
    """The terms of one call. Of two terms for the same figure the nearer one counts, then the longer."""

    def __init__(self, terms: Sequence[LocalTerm]) -> None:
        self._terms = {one_spelling(" ".join(term.phrase.split())): term for term in terms}
        self._phrases = Phrases(self._terms, commas=False)

    def of(self, scan: Scan, sentence: Sentence, figures: Sequence[Figure]) -> dict[int, LocalTerm]:
        """Place of a figure among those of the sentence -> the term that names it."""
        found: dict[int, tuple[int, int, LocalTerm]] = {}
        for hit in self._phrases.all(scan.words, sentence.first, sentence.last):
            near = [(gap, index) for index, one in enumerate(figures) if (gap := _gap(scan, one, hit)) is not None]
            if near:
                gap, index = min(near)
                start, end, phrase = hit
                ranked = gap, start - end, self._terms[phrase]
                if index not in found or ranked[:2] < found[index][:2]:
                    found[index] = ranked
        return {index: term for index, (_, _, term) in found.items()}


def _gap(scan: Scan, figure: Figure, hit: Hit) -> int | None:
    """Tokens between a figure and the words behind or before it; None where a mark or a number parts them."""
    start, end, _ = hit
    if start >= figure.number_end:
        gap, between = max(0, start - figure.last), range(figure.last, start)
    elif end <= figure.first:
        gap, between = figure.first - end + 1, range(end, figure.first)  # what stands behind is nearer
    else:
        return None
    words = [scan.words[at] for at in between]
    parted = words != _LABELLED and any(word in _SEPARATORS or word[0].isdigit() for word in words)
    return None if parted or gap > _FARTHEST else gap
