"""The words around a figure that may be taught to the reader: proposed by the machine, put right by people.

Plain Python.
"""

from __future__ import annotations

import re

from danvan.lib.vietnamese import one_spelling

LONGEST = 120  # characters of a phrase
_WORDS_AFTER, _WORDS_BEFORE = 6, 3
_JOINING = frozenset(
    {"và", "với", "của", "do", "cho", "tại", "ở", "trong", "là", "được", "có"}
    | {"hơn", "trên", "gần", "khoảng", "gồm", "bằng"}
)
_STOP = re.compile(r"[.,;:()\n“”\"|–]|\d")
_NUMBER = re.compile(
    r"^\W*(?:(?:trên|hơn|gần|khoảng|gồm|có)\s+)*[\d][\d.,/%]*\s*(?:(?:nghìn|ngàn|triệu|tỷ|tỉ)(?!\w))?\s*", re.IGNORECASE
)


def around(text: str, start: int, end: int) -> str:
    """What the figure at [start, end) is a figure of, in the text's own words: its noun and what follows it up to the
    next mark or number; where that says too little, the words before it as well."""
    own = _NUMBER.sub("", text[start:end])
    own = _STOP.split(own)[0] if own else ""
    after = _STOP.split(text[end : end + 120], maxsplit=1)[0].split()
    joined = text[end : end + 1].isspace() or not own
    words = own.split() + (after[:_WORDS_AFTER] if joined else [])
    words = _bare(words[: _WORDS_AFTER + 1])
    if not says_something(" ".join(words)):
        before = _bare(_STOP.split(text[max(0, start - 80) : start])[-1].split())
        words = before[-_WORDS_BEFORE:] or words
    return spelt(" ".join(words))


def _bare(words: list[str]) -> list[str]:
    """Without the joining words at their end."""
    while words and words[-1].lower() in _JOINING:
        words = words[:-1]
    return words


def spelt(phrase: str) -> str:
    """A phrase as it is kept: one spelling, lower case, single spaces."""
    return one_spelling(" ".join(phrase.split())).lower()[:LONGEST].strip()


def says_something(phrase: str) -> bool:
    """Whether it can single a figure out: two words or one long one, letters and not only figures."""
    words = re.findall(r"[^\W\d_]+", phrase)
    return len(words) >= 2 or any(len(word) >= 5 for word in words)
