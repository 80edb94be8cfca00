"""A slip, as found in the folded text and as told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["doubled", "spelling", "spacing", "body"]


class Found(NamedTuple):
    """Offsets of the folded text."""

    kind: Kind
    start: int
    end: int
    reason: str
    write: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip at start..end of the text as decoded. reason: a Vietnamese sentence. write: what to write for quote."""

    kind: Kind
    start: int
    end: int
    quote: str
    reason: str
    write: str
