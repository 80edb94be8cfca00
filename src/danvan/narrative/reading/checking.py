"""A text checked by itself: where its figures contradict each other, then its slips of language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from danvan.narrative.reading.document import Check, Document
from danvan.narrative.reading.slips import Slip, find


@dataclass(frozen=True, slots=True)
class Checked:
    """contradictions: the checks that do not hold. on: the day whose bodies and places the names are held against."""

    document: Document
    on: date
    contradictions: tuple[Check, ...]
    slips: tuple[Slip, ...]

    @property
    def clean(self) -> bool:
        return not self.contradictions and not self.slips


def check(document: Document, today: date, on: date | None = None) -> Checked:
    """on: the report's day where somebody says it; else the day the text is dated, the end of its period, today."""
    end = document.period.end if document.period else None
    day = on or document.published or end or today
    wrong = tuple(check for check in document.checks if not check.holds)
    return Checked(document, day, wrong, find(document.text, day))
