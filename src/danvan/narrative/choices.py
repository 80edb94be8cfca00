"""Which period a report may mean where it does not name one plainly: choices for people, each with how likely and why.

Plain Python over what was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from danvan.lib.periods import Kind, Period, vietnamese
from danvan.narrative.reading.document import Document, PeriodMention

KINDS: tuple[Kind, ...] = ("quarter", "half", "nine_months", "year", "month")
NAMED, DATED = 0.97, 0.7  # the text names the period; only its date line tells
_AFTER = timedelta(45)  # a report is written at most so long after its period
_BEFORE = timedelta(20)  # or so long before it ends
_MOST = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One period by its code. confidence: 0 to 1. why: a Vietnamese sentence."""

    period: str
    confidence: float
    why: str


def periods(document: Document) -> tuple[Choice, ...]:
    """The period that the text names, alone; else those that its days come near to, most likely first."""
    said = document.period
    if said is not None and said.code:
        where = f"Văn bản ghi “{said.label}”." if said.at is not None else f"Theo ngày của văn bản: {said.label}."
        return (Choice(said.code, NAMED if said.at is not None else DATED, where),)
    if said is not None and said.end is not None and not said.backwards:
        found = _near(said)
    else:
        found = _just_ended(document.published) if document.published else iter(())
    return tuple(sorted(found, key=lambda one: -one.confidence)[:_MOST])


def _near(said: PeriodMention) -> Iterator[Choice]:
    """By the days that both have, of all that either has."""
    end = said.end
    if end is None:
        return
    for kind in KINDS:
        for day in {end, end - timedelta(16), end + timedelta(16)}:
            try:
                period = Period.covering(day, kind)
            except ValueError:  # the nine months are over
                continue
            start = said.start or period.start
            both = (min(end, period.end) - max(start, period.start)).days + 1
            either = (max(end, period.end) - min(start, period.start)).days + 1
            if both > 0.6 * either:
                share = both / either
                why = f"“{said.label}” trùng {share:.0%} số ngày của {period.label()}."
                yield from _once(Choice(period.code, round(0.9 * share, 2), why), day, end)


def _once(choice: Choice, day: date, end: date) -> Iterator[Choice]:
    """A period that the last day itself lies in is not given a second time for the days around."""
    if day == end or not Period.parse(choice.period).contains(end):
        yield choice


def _just_ended(published: date) -> Iterator[Choice]:
    for kind in KINDS:
        try:
            running = Period.covering(published, kind)
        except ValueError:
            running = Period(kind, published.year)
        for period in (running.previous, running):
            if period.end - _BEFORE <= published <= period.end + _AFTER:
                ended = "vừa kết thúc" if period.end < published else "sắp kết thúc"
                why = f"Văn bản đề ngày {vietnamese(published)}: {period.label()} {ended}."
                yield Choice(period.code, 0.3 if kind == "month" else 0.5, why)
