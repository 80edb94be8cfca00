"""The text as the grammar sees it, and the way back to the text as it stands in the file."""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from dataclasses import dataclass

from danvan.lib import vietnamese

# Nothing to see, but in the way: zero-width characters, soft hyphens, byte order marks.
_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_INVISIBLE = re.compile(f"[{_UNSEEN}]")


@dataclass(frozen=True, slots=True)
class Folded:
    """text: lower case, one spelling, composed, invisible characters left out; cased: the same with its capitals.

    at: offset in the file's text of each character, None where both run alike.
    """

    text: str
    cased: str
    at: array[int] | None

    def start(self, offset: int) -> int:
        """Where the character at this offset begins in the file's text."""
        return offset if self.at is None else self.at[offset]

    def end(self, offset: int) -> int:
        """Where the character before this offset ends in the file's text, its combining marks included."""
        return offset if self.at is None else self.at[offset]

    def between(self, start: int, end: int) -> str:
        """The folded text between two places of the file's text."""
        if self.at is None:
            return self.text[start:end]
        return self.text[bisect_left(self.at, start) : bisect_left(self.at, end)]


def fold(text: str) -> Folded:
    """Composed text without invisible characters needs no map: each character keeps its place."""
    if unicodedata.is_normalized("NFC", text) and not any(sign in text for sign in _UNSEEN):
        return Folded(vietnamese.one_spelling(text), text, None)
    composed: list[str] = []
    at = array("l")
    size = len(text)
    start = 0
    while start < size:
        end = start + 1
        while end < size and unicodedata.combining(text[end]):
            end += 1
        cluster = _INVISIBLE.sub("", unicodedata.normalize("NFC", text[start:end]))
        composed.append(cluster)
        at.extend([start] * len(cluster))
        start = end
    at.append(size)
    cased = "".join(composed)
    return Folded(vietnamese.one_spelling(cased), cased, at)
