"""Which figures are of the coming period: targets, plans, norms. They are no results and are not read."""

from __future__ import annotations

from functools import lru_cache

from danvan.narrative import lexicon
from danvan.narrative.reading.counting import Figure
from danvan.narrative.reading.scan import Hit, Phrases, Scan

_HEADING = 26  # tokens: longer lines are no headings
_OPENING = 9  # tokens from the start of a sentence in which it turns to the future
_UNTIL = frozenset(["đến", "tới", "sang", "hết", "vào"])
_REACHED = frozenset(["đạt", "vượt", "hoàn", "thành", "so", "với", "theo", "thực", "hiện", "kết", "quả"])


@lru_cache(maxsize=1)
def _words() -> tuple[Phrases, Phrases, Phrases, frozenset[str], frozenset[str]]:
    grammar = lexicon.load().grammar
    plan, forward, near = (Phrases(grammar[name]) for name in ("plan", "forward", "forward_near"))
    return plan, forward, near, frozenset(grammar["result"]), frozenset(grammar["plan_to_the_end"])


def forward_before(cut: Scan, token: int) -> bool:
    """Whether the period at this token is one to come: "nhiệm vụ quý II", "phương hướng năm 2021"."""
    first = max(0, token - 4)
    for _, end, _ in _words()[2].within(cut, first, token):
        if not any(word in ".;:()," for word in cut.words[end:token]):
            return True
    return False


def results(cut: Scan, figures: list[Figure]) -> list[Figure]:
    """The figures of a sentence without those that are planned."""
    if not figures:
        return figures
    sentence = cut.sentences[figures[0].sentence]
    said = list(_words()[0].within(cut, sentence.first, sentence.last))
    return [figure for figure in figures if not _planned(cut, figure, said)] if said else figures


def _planned(cut: Scan, figure: Figure, said: list[Hit]) -> bool:
    """A word of planning before the figure, and none of result between: "phấn đấu xây dựng 50 mô hình"."""
    results = _words()[3]
    sentence = cut.sentences[figure.sentence]
    words = cut.words
    for start, end, phrase in said:
        if end > figure.first:
            break
        if _REACHED & set(words[max(sentence.first, start - 2) : start]) or words[start - 1] == "%":
            continue  # "bằng 120% chỉ tiêu năm" was reached
        if phrase in ("tối thiểu", "ít nhất", "không quá", "tối đa") and end != figure.first:
            continue
        between = words[end : figure.first]
        if not any(word in results for word in between) and (phrase in _words()[4] or ";" not in between):
            return True
    return False


def to_come(cut: Scan, figure: Figure, year: int, *, dated: bool) -> bool:
    """Whether the figure's sentence sets it for a year after this one: "đến năm 2030 có 100%".

    dated: the year is that of the text itself; else a later year is to come only where the words say so.
    """
    words = cut.words
    for index in range(cut.sentences[figure.sentence].first, figure.first - 1):
        if words[index] == "năm" and len(words[index + 1]) == 4 and words[index + 1].isdecimal():
            later = year < int(words[index + 1]) <= year + 30
            if later and (dated or (index and words[index - 1] in _UNTIL)):
                return True
    return False


class Outlook:
    """Follows headings: below "IV. Nhiệm vụ trọng tâm" everything is of the coming period until the next heading."""

    def __init__(self, cut: Scan) -> None:
        self._cut = cut
        self._below = False

    def turns(self, number: int) -> bool:
        """Whether the figures of this sentence are plans by its heading or its opening words."""
        sentence = self._cut.sentences[number]
        words = self._cut.words
        stop = min(sentence.last, sentence.first + _OPENING)
        opens = any(
            not _REACHED & set(words[max(sentence.first, start - 2) : start])
            for start, _, _ in _words()[1].within(self._cut, sentence.first, stop)
        )
        size = sentence.last - sentence.first
        closed = words[sentence.last - 1] in (".", "!", "…", ";")
        heading = sentence.line_start and size <= _HEADING and not closed
        if heading and (opens or self._is_heading(sentence.first)):
            self._below = opens
        return opens or self._below

    def _is_heading(self, first: int) -> bool:
        """Numbered "III." or "2.", or all the line in capitals."""
        words = self._cut.words
        numbered = (
            first + 1 < len(words)
            and words[first + 1] in (".", ")", "-")
            and (words[first].isdigit() or set(words[first]) <= set("ivx"))
        )
        return numbered or self._cut.upper(first)
