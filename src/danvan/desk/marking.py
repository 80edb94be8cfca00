"""A report's text cut into pieces, each knowing which figures, contradictions and asked-for words it belongs to.

Plain Python. Offsets count characters of the text as stored; the cut changes no character but drops blank lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol


class Span(Protocol):
    """[start, end) of a text, with an id that makes its anchor."""

    pk: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters under the same marks.

    reading: the figure it belongs to (the shortest, where one lies in another); begins: the first piece of it.
    against: inside arithmetic that does not hold. asked: inside the words that the address asks for.
    anchors: further ids that begin here.
    """

    text: str
    reading: Span | None
    begins: bool
    against: bool
    asked: bool
    anchors: tuple[str, ...]


def paragraphs(
    text: str, readings: Sequence[Span], contradictions: Sequence[Span], asked: tuple[int, int] | None = None
) -> Iterator[list[Piece]]:
    """The non-blank lines of the text, in order."""
    cuts = {place for span in (*readings, *contradictions) for place in (span.start, span.end)}
    cuts.update(asked or ())
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip():
            edges = [start, *sorted(cut for cut in cuts if start < cut < end), end]
            yield [_piece(text, left, right, readings, contradictions, asked) for left, right in pairwise(edges)]
        start = end + 1


def _piece(
    text: str,
    left: int,
    right: int,
    readings: Sequence[Span],
    contradictions: Sequence[Span],
    asked: tuple[int, int] | None,
) -> Piece:
    over = [span for span in readings if span.start <= left and right <= span.end]
    reading = min(over, key=lambda span: (span.end - span.start, span.pk), default=None)
    begins = reading is not None and reading.start == left
    anchors = [f"r{span.pk}" for span in over if span.start == left and not (begins and span is reading)]
    anchors += [f"c{span.pk}" for span in contradictions if span.start == left]
    if asked and asked[0] == left < asked[1]:
        anchors.append("asked")
    return Piece(
        text[left:right],
        reading,
        begins,
        any(span.start <= left and right <= span.end for span in contradictions),
        bool(asked and asked[0] <= left and right <= asked[1]),
        tuple(anchors),
    )


_ENDS = (". ", "! ", "? ", "; ", "\n")


def sentence(text: str, start: int, end: int, most: int = 300) -> tuple[str, str, str]:
    """What stands before, at and after [start, end) in its sentence; at most so many characters on each side."""
    left = max(0, start - most, *(text.rfind(sign, 0, start) + len(sign) for sign in _ENDS if sign in text[:start]))
    right = min(len(text), end + most, *(text.find(sign, end) + 1 for sign in _ENDS if sign in text[end:]))
    return text[left:start].lstrip(), text[start:end], text[end:right].rstrip()
