"""A document as people judged it: which readings were accepted as what, which are open and why they have to be asked.

Plain Python: takes a Document and what was said of its readings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Literal

from danvan.narrative.filing import SURE, Filing, propose
from danvan.narrative.reading.document import Check, Document, Qualifier, Reading

Why = Literal["contradiction", "conflict", "unsure", "period", "per", "unnamed"]
# Of these the reader is right to file nothing: they are shown, and nobody has to decide.
ASIDE: frozenset[Why] = frozenset({"period", "per", "unnamed"})


@dataclass(frozen=True, slots=True)
class Said:
    """What a person decided of a reading. accepted: it counts as what follows; else it is none of this form's."""

    accepted: bool
    indicator: str = ""
    breakdown: Mapping[str, str] | None = None
    value: Decimal = Decimal(0)
    qualifier: Qualifier = "exact"
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a reading is asked. words: a question in Vietnamese, for a conflict. checks: places in Document.checks."""

    why: Why
    words: str = ""
    checks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Judged:
    """said: index of a reading -> what was decided of it."""

    document: Document
    said: Mapping[int, Said]

    @cached_property
    def expected(self) -> Filing:
        """What would be filed if everything open were accepted as it was read."""
        return self._filing(lambda reading: reading._replace(confidence=1.0))

    @cached_property
    def proposed(self) -> Filing:
        """What may be filed without anybody looking: of what is open only what the reader is sure of."""
        return self._filing(lambda reading: reading)

    @cached_property
    def accepted(self) -> Filing:
        """What is filed: of what people accepted, and nothing else."""
        return self._filing(lambda reading: reading._replace(indicator=None))

    def _filing(self, as_open: Callable[[Reading], Reading]) -> Filing:
        readings = tuple(
            _as_said(reading, self.said[index]) if index in self.said else as_open(reading)
            for index, reading in enumerate(self.document.readings)
        )
        adding = {index for index, said in self.said.items() if said.adds}
        return propose(replace(self.document, readings=readings), adding)

    @cached_property
    def doubts(self) -> dict[int, tuple[Doubt, ...]]:
        """Open readings that may not be accepted unseen, the gravest doubt first."""
        wrong: dict[int, list[int]] = {}
        for place, check in enumerate(self.document.checks):
            if not check.holds:
                for index in _in_question(check, self.document):
                    wrong.setdefault(index, []).append(place)
        found = {}
        for index, reading in enumerate(self.document.readings):
            if index not in self.said and (doubts := tuple(self._of(index, reading, tuple(wrong.get(index, ()))))):
                found[index] = doubts
        return found

    def _of(self, index: int, reading: Reading, wrong: tuple[int, ...]) -> Iterator[Doubt]:
        if reading.indicator is None:
            yield Doubt("unsure" if reading.confidence < SURE else "unnamed")
            return
        if reading.period is not None:
            yield Doubt("period")
            return
        if reading.per:
            yield Doubt("per")
            return
        if wrong:
            yield Doubt("contradiction", checks=wrong)
        if question := self.expected.questions.get(index):
            yield Doubt("conflict", question)
        if reading.confidence < SURE:
            yield Doubt("unsure")

    @cached_property
    def sure(self) -> tuple[int, ...]:
        """Open readings that can be accepted in one go."""
        return tuple(
            index for index in range(len(self.document.readings)) if index not in self.said and index not in self.doubts
        )

    @cached_property
    def asked(self) -> tuple[int, ...]:
        """Open readings that wait for somebody's word."""
        return tuple(index for index, doubts in self.doubts.items() if doubts[0].why not in ASIDE)


def _in_question(check: Check, document: Document) -> Iterator[int]:
    """The readings that a contradiction is about: its parts, or what stands in its words."""
    if check.parts:
        yield from check.parts
        return
    for index, reading in enumerate(document.readings):
        if check.start <= reading.start and reading.end <= check.end:
            yield index


def _as_said(reading: Reading, said: Said) -> Reading:
    if not said.accepted:
        return reading._replace(indicator=None)
    return reading._replace(
        indicator=said.indicator,
        breakdown=dict(said.breakdown or {}),
        value=said.value,
        qualifier=said.qualifier,
        period=None,
        per="",
        confidence=1.0,
        previous=reading.previous if said.value == reading.value else None,
    )
