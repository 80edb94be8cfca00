"""A text cut into words, sentences and paragraphs, and the parts of it where numbers are no figures."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, compress, count
from typing import Any, ClassVar

from danvan.narrative.reading.folding import Folded

# A word, a number, or one sign. The letters of Vietnamese go first: a set of letters is faster than a class of them.
# What goes on within a number is looked at before it is taken: Python before 3.11.5 keeps what it took in vain.
_TOKEN = re.compile(
    r"([a-zà-öø-ÿăđĩũơưạ-ỹ]++[^\W\d_]*+|\S(?:(?<![\W\d_])[^\W\d_]*+|(?<=\d)\d*+(?:(?=[.,]\d)[.,]\d++)*+|))"
)
_NEWLINE = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+|\n")
# A full stop after these does not end the sentence.
_ABBREVIATIONS = frozenset(
    [
        "tp",
        "tx",
        "tt",
        "ts",
        "ths",
        "gs",
        "pgs",
        "bs",
        "ô",
        "th",
        "tr",
        "q",
        "p",
        "h",
        "x",
        "st",
        "nxb",
        "v",
        "v.v",
        "đ/c",
        "n",
    ]
)
_BRACKETS = frozenset("()")
_END = frozenset(".!?…")
_SKIPPED = frozenset("-\"'")  # marks inside a phrase: mô hình "Dân vận khéo"
_MOST_WORDS, _LONGEST_WORD = 20_000, 40  # of many texts together that are kept; a report has some hundreds
_LONGEST = 300  # tokens: what runs on is no sentence, and is cut so that no text takes long
_LONG_LINE = 60  # a line this long without a full stop was wrapped, not ended


def is_number(word: str) -> bool:
    return word[0].isdigit()


def is_word(word: str) -> bool:
    return word[0].isalpha()


Words = frozenset[str] | Callable[[str], bool]  # sought in texts: some words, or words of some kind


def _holds(words: Words, word: str) -> bool:
    return words(word) if callable(words) else word in words


class _Sought(dict[str, tuple[Words, ...]]):
    """Each word that came up, with what it is of all that texts are searched for. A text is looked through once."""

    known: ClassVar[_Sought]

    def __init__(self, all_: tuple[Words, ...]) -> None:
        super().__init__()
        self.all = all_

    def __missing__(self, word: str) -> tuple[Words, ...]:
        found = tuple([words for words in self.all if _holds(words, word)])
        if len(self) >= _MOST_WORDS:
            self.clear()
        if len(word) <= _LONGEST_WORD:
            self[word] = found
        return found


_Sought.known = _Sought(())


@dataclass(slots=True)
class Sentence:
    """Tokens first..last (exclusive). paragraph: number of its paragraph; line_start: it opens a line."""

    first: int
    last: int
    paragraph: int
    line_start: bool = True


@dataclass(slots=True)
class Scan:
    """words[i] stands at starts[i]..ends[i] of the folded text."""

    folded: Folded
    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    _where: dict[Words, list[int]] | None = None
    _depth: bytearray | None = None

    @property
    def numbers(self) -> list[int]:
        """The tokens that are digits."""
        return self.where(is_number)

    def where(self, words: Words) -> list[int]:
        """The tokens that are one of these words; all that texts are searched for is sought at once."""
        if self._where is None:
            sought = _Sought.known
            found = self._where = {one: [] for one in sought.all}
            sought_for = list(map(sought.__getitem__, self.words))
            for index in compress(count(), sought_for):  # most words are of none
                for one in sought_for[index]:
                    found[one].append(index)
        if words not in self._where:  # asked for the first time: from the next text on it is sought with the others
            _Sought.known = _Sought(tuple(dict.fromkeys((*_Sought.known.all, words))))
            self._where[words] = [index for index, word in enumerate(self.words) if _holds(words, word)]
        return self._where[words]

    def among(self, words: Words, sentence: Sentence) -> list[int]:
        """As `where`, in one sentence."""
        return self.between(words, sentence.first, sentence.last)

    def between(self, words: Words, first: int, last: int) -> list[int]:
        """As `where`, in the tokens first..last (exclusive)."""
        known = self._where
        places = known[words] if known is not None and words in known else self.where(words)
        begin = bisect_left(places, first)
        if begin == len(places) or places[begin] >= last:
            return []
        return places[begin : bisect_left(places, last, begin)]

    @property
    def depth(self) -> bytearray:
        """For each token how many brackets are open there, within its sentence; worked out once, when asked for."""
        if self._depth is None:
            self._depth = bytearray(len(self.words))
            for sentence in self.sentences if self.where(_BRACKETS) else ():
                open_, since = 0, sentence.first
                for index in self.among(_BRACKETS, sentence):
                    opens = self.words[index] == "("
                    stop = index + (not opens)  # a bracket's both ends stand inside
                    if open_:
                        self._depth[since:stop] = bytes([open_]) * (stop - since)
                    open_, since = min(open_ + 1, 9) if opens else max(open_ - 1, 0), stop
                if open_:
                    self._depth[since : sentence.last] = bytes([open_]) * (sentence.last - since)
        return self._depth

    def opens_cell(self, index: int) -> bool:
        """Whether a table's cell begins or ends before this token: cells stand between tabs or upright strokes."""
        if index == 0 or index >= len(self.words):
            return True
        stroke = "|" in (self.words[index], self.words[index - 1])
        return stroke or "\t" in self.folded.cased[self.ends[index - 1] : self.starts[index]]

    def upper(self, index: int) -> bool:
        """Whether this token opens with a capital."""
        return self.folded.cased[self.starts[index]].isupper()

    def sentence_at(self, token: int) -> Sentence | None:
        """The sentence that this token stands in."""
        index = bisect_right(self.sentences, token, key=lambda sentence: sentence.first) - 1
        return self.sentences[index] if index >= 0 and token < self.sentences[index].last else None

    def token_at(self, offset: int) -> int:
        """The first token that ends after this offset of the folded text."""
        index = bisect_left(self.starts, offset)
        return index - 1 if index and self.ends[index - 1] > offset else index

    def text(self, first: int, last: int) -> str:
        """The folded text from token first up to token last (exclusive), spaces single."""
        if first >= last:
            return ""
        return " ".join(self.folded.text[self.starts[first] : self.ends[last - 1]].split())


def scan(folded: Folded) -> Scan:
    """Cuts the text. A line end inside a sentence is passed over, so that a broken line reads as one."""
    text, cased = folded.text, folded.cased
    pieces = _TOKEN.split(text)  # what lies between two tokens, a token, what lies between, ...
    bounds = list(accumulate(map(len, pieces)))
    result = Scan(folded, pieces[1::2], bounds[:-1:2], bounds[1::2])
    words, sentences = result.words, result.sentences
    stops = [index + 1 for index in result.where(_END)]
    first = stop = paragraph = line_start = 0
    opens_line = True
    for newline in (*_NEWLINE.finditer(text), None):
        start, end = newline.span() if newline else (len(text), len(text))
        line_last = bisect_left(result.starts, start)
        ended = bisect_right(stops, line_last)
        for last in (*stops[stop:ended], line_last):
            while last - first >= _LONGEST:
                sentences.append(Sentence(first, first + _LONGEST, paragraph, opens_line))
                first, opens_line = first + _LONGEST, False
            if last - first > 2 and words[last - 1] in _END and _ends_sentence(result, last - 1):
                sentences.append(Sentence(first, last, paragraph, opens_line))
                first, opens_line = last, False
        stop = ended
        blank = newline is not None and newline[0].count("\n") > 1
        if newline is None or blank or _breaks(cased, line_start, start, end):
            if line_last > first:
                sentences.append(Sentence(first, line_last, paragraph, opens_line))
                first = line_last
            opens_line = True
            paragraph += blank or start - line_start < _LONG_LINE
        line_start = end
    return result


def _breaks(cased: str, line_start: int, line_end: int, next_start: int) -> bool:
    """Whether a single line end also ends the sentence: not when a line was wrapped in mid-phrase."""
    line = cased[line_start:line_end].rstrip()
    rest = cased[next_start : next_start + 40].lstrip()
    if not line or not rest or line[-1] in ".!?:;…":
        return True
    following = rest[0]
    if "\t" in line or " | " in line:
        return True  # a row of a table
    if following.islower() or following in "(%,":
        return False
    if line[-1] in ",(-/" or (line[-1].isdigit() and len(line) > _LONG_LINE):
        return False
    if following.isdigit():
        return len(line) < _LONG_LINE or re.match(r"\d+[.)/]\s", rest) is not None
    return True


def _ends_sentence(scan: Scan, index: int) -> bool:
    """A stop ends the sentence when space and a capital follow, and no abbreviation stands before."""
    cased, at, end = scan.folded.cased, scan.starts[index], scan.ends[index]
    if scan.words[index] != ".":
        return scan.words[index] != "…" or cased[end : end + 2].lstrip()[:1].isupper()
    before = scan.words[index - 1] if index else ""
    following = cased[end : end + 3]
    if following and not following[0].isspace():
        return following[0].isupper() and len(before) > 2 and is_word(before)
    opening = following.lstrip()[:1]
    if len(before) == 1 and cased[at - 1].isupper() and opening.isupper():
        return False  # initials: N. V.
    return before not in _ABBREVIATIONS and not opening.islower()


Hit = tuple[int, int, str]  # a phrase at tokens start..end (exclusive)


class Phrases:
    """Finds phrases of several words in a run of tokens; the longest at a place wins, marks between are skipped.

    commas: whether a comma may stand between the words too ("quốc phòng, an ninh"); else only where the phrase has one.
    """

    def __init__(self, phrases: Iterable[str], *, commas: bool = True) -> None:
        self._skipped = _SKIPPED | {","} if commas else _SKIPPED
        self._tree: dict[
            str, Any
        ] = {}  # word -> the same of the words that may follow; "" -> the phrase that ends here
        for phrase in phrases:
            node = self._tree
            for part in re.findall(r"[^\W_]+|[%/]" if commas else r"[^\W_]+|[%/,]", phrase):
                node = node.setdefault(part, {})
            node.setdefault("", phrase)
        self._firsts = frozenset(self._tree)

    def longest_at(self, words: list[str], index: int, stop: int) -> tuple[int, str] | None:
        """(first token after the phrase, phrase) where one begins at this token."""
        node = self._tree.get(words[index])
        if node is None:
            return None
        at, skipped = index + 1, self._skipped
        found = (at, node[""]) if "" in node else None
        while at < stop:
            word = words[at]
            at += 1
            if word in node:
                node = node[word]
                if "" in node:
                    found = at, node[""]
            elif word not in skipped:
                break
        return found

    def all(self, words: Sequence[str], first: int, stop: int) -> list[Hit]:
        """The phrases in these tokens, left to right, none inside another."""
        found: list[Hit] = []
        if self._firsts.isdisjoint(run := words[first:stop]):
            return found
        free, tree, skipped = first, self._tree, self._skipped
        for index in compress(count(first), map(tree.__contains__, run)):
            if index >= free:  # as longest_at, without a call for every word of a text
                node = tree[words[index]]
                end = at = index + 1
                phrase = node.get("")
                while at < stop:
                    following = words[at]
                    at += 1
                    if following in node:
                        node = node[following]
                        if "" in node:
                            end, phrase = at, node[""]
                    elif following not in skipped:
                        break
                if phrase is not None:
                    free = end
                    found.append((index, end, phrase))
        return found

    def within(self, scan: Scan, first: int, stop: int) -> list[Hit]:
        """As `all`, for phrases of few first words that are sought again and again in one text: these are looked up."""
        hits: list[Hit] = []
        free = first
        for index in scan.between(self._firsts, first, stop):
            if index >= free and (found := self.longest_at(scan.words, index, stop)):
                free = found[0]
                hits.append((index, free, found[1]))
        return hits
