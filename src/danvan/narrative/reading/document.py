"""What reading gives: plain values, nothing about persons. Offsets count characters of the text as decoded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple

Qualifier = Literal["exact", "over", "nearly", "about"]
Direction = Literal["up", "down", "same"]
Level = Literal["country", "province", "district", "commune", "hamlet"]


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A span of time that the text names.

    start, end: first and last day, both included; None where the text leaves that side open ("đến nay").
    label: the words as written. code: "2021-H1", "2019-Q1", "2018-Y", "2021-M07", "2021-9M"; None if irregular.
    at: offset of the label in the text, None where the period comes from the date line alone.
    backwards: the text has it end before it starts; nobody can say which of the two days is the slip.
    """

    start: date | None
    end: date | None
    label: str
    code: str | None = None
    at: int | None = None

    @property
    def backwards(self) -> bool:
        return self.start is not None and self.end is not None and self.start > self.end


@dataclass(frozen=True, slots=True)
class UnitMention:
    """A place or a body that the text names, for a resolver to find on the map of that day.

    quote: the words as written. name: the place's name without its kind ("Quỳnh Lộc"), "" where the text gives none
    ("thị xã" alone). level: of the place. kind: the place's kind as written, lower case ("xã", "thị xã", "tỉnh").
    body: the body's words where one is named ("Ban Dân vận Tỉnh ủy", "Hội Nông dân"), else "".
    """

    start: int
    end: int
    quote: str
    name: str
    level: Level | None
    kind: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What the text says a figure rose or fell by. delta None: only the direction is said.

    unit: "%" for a rate; "gấp 1,8 lần" is up by 80%, known to the tens.
    """

    delta: Decimal | None
    direction: Direction
    unit: str
    versus: str
    start: int
    end: int


class Reading(NamedTuple):
    """One figure of the text. part_of and mention_of are indices into Document.readings.

    unit: unit of measure in normalised words ("lượt người", "đồng", "%"). per: "hộ" in "1,2 triệu đồng/hộ", else "".
    indicator: catalogue code, None where the catalogue has none. period: only where it differs from the document's.
    previous: the earlier value that the stated change implies (46, down 20: 66); None where it cannot be told exactly.
    part_of: the whole that this figure is a part of. mention_of: the first reading of the same fact.
    confidence: 0 to 1, how sure the indicator is, or that there is none. alternatives: (code, confidence) of the
    others, most likely first, five at most. taught: the phrase of the local term that named it.
    """

    start: int
    end: int
    quote: str
    value: Decimal
    unit: str
    qualifier: Qualifier = "exact"
    indicator: str | None = None
    breakdown: Mapping[str, str] = MappingProxyType({})
    change: Change | None = None
    period: PeriodMention | None = None
    previous: Decimal | None = None
    per: str = ""
    part_of: int | None = None
    mention_of: int | None = None
    confidence: float = 1.0
    alternatives: tuple[tuple[str, float], ...] = ()
    taught: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What the text states, reckoned again. message: a Vietnamese sentence with the sum written out.

    kind: part, where a part is larger than its whole; repeat, where a fact is said twice with two values.
    """

    kind: Literal["sum", "share", "difference", "rest", "product", "part", "repeat"]
    holds: bool
    start: int
    end: int
    message: str
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A report as read. unit: who reports; unit_mentions: every place named. published: date line of the text."""

    text: str
    title: str
    unit: UnitMention | None
    unit_mentions: tuple[UnitMention, ...]
    published: date | None
    period: PeriodMention | None
    readings: tuple[Reading, ...]
    checks: tuple[Check, ...]
