"""Slips of the language that matter in an official text, found only when asked for: each with its exact words, the
reason and what to write instead. Suggestions, never corrections; names are left alone.
"""

from __future__ import annotations

from datetime import date

from danvan.narrative.reading.folding import fold
from danvan.narrative.reading.scan import scan
from danvan.narrative.reading.slips import bodies, spacing, spelling
from danvan.narrative.reading.slips.slip import Found, Slip

__all__ = ["Slip", "find"]


def find(text: str, on: date | None) -> tuple[Slip, ...]:
    """The slips of a text, in its order. on: the report's day, which says what bodies there are; None: not looked."""
    folded = fold(text)
    cut = scan(folded)
    found: list[Found] = [*spacing.doubled(cut), *spacing.marks(cut), *spelling.misspelt(cut), *bodies.ended(cut, on)]
    slips = []
    until = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= until:  # what is inside another slip is put right with it
            until = one.end
            start, end = folded.start(one.start), folded.end(one.end)
            slips.append(Slip(one.kind, start, end, text[start:end], one.reason, one.write))
    return tuple(slips)
