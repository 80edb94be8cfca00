"""Which figures are of the coming period: targets, plans, norms. They are no results and are not read."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from danvan.narrative import lexicon
from danvan.narrative.reading.counting import Figure
from danvan.narrative.reading.scan import Hit, Phrases, Scan, Sentence

_HEADING = 26  # tokens: longer lines are no headings
_HEADLINE = 14  # tokens: a longer line with a full stop is no headline
_LOWEST = 6  # rank of a heading without a number
_CLOSES = (".", "!", "…", ";")
_TIMES = frozenset(["tháng", "quý", "năm", "thời", "gian", "nhiệm", "kỳ", "tới", "tiếp"])
_OPENING = 9  # tokens from the start of a sentence in which it turns to the future
_PLANS = frozenset([("kế", "hoạch"), ("nhiệm", "vụ"), ("phương", "hướng"), ("chỉ", "tiêu"), ("mục", "tiêu")])
_YEAR, _YEAR_DIGITS = frozenset(["năm"]), 4
_YEARS = 30  # a year later than that is none
_UNTIL = frozenset(["đến", "tới", "sang", "hết", "vào"])
_REACHED = frozenset(["đạt", "vượt", "so", "với", "theo"])
_REACHED_IN_TWO = (["hoàn", "thành"], ["thực", "hiện"], ["kết", "quả"])
_NOWHERE = -2  # no token, and before none
_BY_PLAN = "theo kế hoạch"
_LEAST_OR_MOST = ("tối thiểu", "ít nhất", "không quá", "tối đa")


class _Words(NamedTuple):
    plan: Phrases
    forward: Phrases
    forward_near: Phrases
    forward_heading: Phrases
    aside: Phrases
    result: frozenset[str]
    plan_to_the_end: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    grammar = lexicon.load().grammar
    return _Words(
        plan=Phrases(grammar["plan"]),
        forward=Phrases(grammar["forward"]),
        forward_near=Phrases(grammar["forward_near"]),
        forward_heading=Phrases(grammar["forward_heading"]),
        aside=Phrases(grammar["aside"]),
        result=frozenset(grammar["result"]),
        plan_to_the_end=frozenset(grammar["plan_to_the_end"]),
    )


def forward_before(cut: Scan, token: int) -> bool:
    """Whether the period at this token is one to come: "nhiệm vụ quý II", "phương hướng năm 2021"."""
    first = max(0, token - 4)
    for _, end, _ in _words().forward_near.all(cut.words, first, token):
        if not any(word in ".;:()," for word in cut.words[end:token]):
            return True
    return False


def results(cut: Scan, figures: list[Figure]) -> list[Figure]:
    """The figures of a sentence without those that are planned."""
    if not figures:
        return figures
    sentence = cut.sentences[figures[0].sentence]
    said = _words().plan.within(cut, sentence.first, sentence.last)
    kept: list[Figure] = []
    places: dict[int, int] = {}  # of a figure among all: its place among those kept
    in_plan = _NOWHERE  # the end of the last figure that a plan gave
    for index, figure in enumerate(figures):
        if figure.ratio_of is not None:  # b of a/b goes with its a
            if figure.ratio_of not in places:
                continue
            figure.ratio_of = places[figure.ratio_of]
        elif _of_plan(cut, figure, in_plan):
            in_plan = figure.last
            continue
        elif said and _planned(cut, figure, said):
            continue
        places[index] = len(kept)
        kept.append(figure)
    return kept


def _of_plan(cut: Scan, figure: Figure, in_plan: int) -> bool:
    """ "đạt 80% kế hoạch năm (kế hoạch 5 lớp, 650 lượt)"."""
    words, first = cut.words, figure.first
    if in_plan == first - 1:
        return words[in_plan] == ","
    return words[first - 1] == "hoạch" and first > 2 and words[first - 2] == "kế" and words[first - 3] in "(,;"


def _planned(cut: Scan, figure: Figure, said: list[Hit]) -> bool:
    """A word of planning before the figure, and none of result between: "phấn đấu xây dựng 50 mô hình"."""
    results = _words().result
    sentence = cut.sentences[figure.sentence]
    words = cut.words
    for start, end, phrase in said:
        if end > figure.first:
            break
        if _reached(words[max(sentence.first, start - 2) : start]) or words[start - 1] == "%":
            continue  # "bằng 120% chỉ tiêu năm" was reached
        if phrase in _LEAST_OR_MOST and end != figure.first:
            continue
        between = words[end : figure.first]
        if not any(word in results for word in between) and (phrase in _words().plan_to_the_end or ";" not in between):
            return True
    return False


def _reached(before: list[str]) -> bool:
    """Whether the two words before turn a word of planning into one of results: "kết quả thực hiện nhiệm vụ"."""
    return not _REACHED.isdisjoint(before) or before in _REACHED_IN_TWO


def years_to_come(cut: Scan, year: int) -> list[int]:
    """The tokens "năm" before a year after this one."""
    words = cut.words
    return [
        at
        for at in cut.where(_YEAR)
        if at + 1 < len(words)
        and len(words[at + 1]) == _YEAR_DIGITS
        and words[at + 1].isdecimal()
        and year < int(words[at + 1]) <= year + _YEARS
    ]


def to_come(cut: Scan, figure: Figure, years: list[int], *, dated: bool) -> bool:
    """Whether the figure's sentence sets it for one of these years to come: "đến năm 2030 có 100%".

    dated: they come after that of the text itself; else a year is to come only where the words say so.
    """
    words, first = cut.words, cut.sentences[figure.sentence].first
    for index in years:
        if first <= index < figure.first - 1 and (
            dated or (index and words[index - 1] in _UNTIL) or _BY_PLAN in " ".join(words[first:index])
        ):
            return True
    return False


class Outlook:
    """Follows headings.

    Below "IV. Nhiệm vụ trọng tâm" everything is of the coming period until the next heading of that rank; below
    "Các tin khác" stand the headlines of other reports.
    """

    def __init__(self, cut: Scan) -> None:
        self._cut = cut
        self._below: int | None = None  # rank of the heading of the coming period
        self._aside = False

    def turns(self, number: int) -> bool:
        """Whether the figures of this sentence are no results by its heading or its opening words."""
        sentence, words = self._cut.sentences[number], self._cut.words
        size, closed = sentence.last - sentence.first, words[sentence.last - 1] in _CLOSES
        if sentence.line_start:
            self._aside = self._opens_aside(sentence) or (self._aside and not (closed and size > _HEADLINE))
        stop = min(sentence.last, sentence.first + _OPENING)
        opens = self._of_a_plan(sentence)
        for start, end, _ in _words().forward.all(words, sentence.first, stop):
            opens |= not _reached(words[max(sentence.first, start - 2) : start]) and words[end : end + 1] != ["nay"]
        if sentence.line_start and size <= _HEADING and not closed:
            rank, first = self._rank(sentence)
            forward = opens or self._forward_heading(sentence, first)
            if forward and self._below is None:
                self._below = rank
            elif not forward and self._below is not None and rank <= self._below:
                self._below = None
            opens = forward
        return opens or self._below is not None or self._aside

    def _of_a_plan(self, sentence: Sentence) -> bool:
        """ "Kế hoạch 2015: 70 buổi tuyên truyền, 30 mô hình": what is planned."""
        words = self._cut.words[sentence.first : sentence.first + 5]
        if tuple(words[:2]) not in _PLANS:
            return False
        return words[2:3] != [":"] and ":" in words[3:] and any(word.isdecimal() for word in words[2:4])

    def _opens_aside(self, sentence: Sentence) -> bool:
        """ "Các tin khác", "Tin liên quan: ...": maybe behind a mark."""
        words, aside = self._cut.words, _words().aside
        for index in (sentence.first, min(sentence.first + 1, sentence.last - 1)):
            if hit := aside.longest_at(words, index, sentence.last):
                return hit[0] == sentence.last or words[hit[0]] == ":"
        return False

    def _forward_heading(self, sentence: Sentence, first: int) -> bool:
        """ "D. NHIỆM VỤ 3 THÁNG CUỐI NĂM": but not "Nhiệm vụ chính trị"."""
        words = self._cut.words
        hit = _words().forward_heading.longest_at(words, first, sentence.last) if first < sentence.last else None
        if hit is None:
            return False
        rest = words[hit[0] : sentence.last]
        return not rest or not _TIMES.isdisjoint(rest) or rest[0] in ("và", ",", ":")

    def _rank(self, sentence: Sentence) -> tuple[int, int]:
        """How high a heading stands, 0 highest, and where its words begin: "A.", "I.", "1.", "1.1.", "a)", without."""
        cut, first = self._cut, sentence.first
        word, behind = cut.words[first], cut.words[first + 1 : first + 2]
        if word in "-+*•":
            return _LOWEST, first + 1
        if word == "phần" or behind in ([":"], ["."], [")"], ["-"], ["/"]) or word.count("."):
            after = min(first + 1 + (behind in ([":"], ["."], [")"], ["-"], ["/"])), sentence.last - 1)
            if set(word) <= set("ivx") and cut.upper(first):
                return 1, after
            if len(word) == 1 and word.isalpha():
                return (0 if cut.upper(first) else 4), after
            if word[0].isdigit():
                return 2 + word.count("."), after
            if word == "phần":
                return 0, after
        said = cut.folded.cased[cut.starts[first] : cut.ends[sentence.last - 1]]
        return (0 if said.partition("(")[0].isupper() else _LOWEST), first
