"""Named reads of reports: as a document, as people judged it, the words a unit's reports are read with."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.figures.catalogue import parse_breakdown
from danvan.narrative.judging import Judged, Said
from danvan.narrative.models import Check, Decision, Reading, Report, Term
from danvan.narrative.reading.document import Check as ReadCheck
from danvan.narrative.reading.document import Document, PeriodMention
from danvan.narrative.reading.document import Reading as ReadReading
from danvan.narrative.reading.local import LocalTerm
from danvan.narrative.reading.reader import read_text
from danvan.units import queries as units
from danvan.units.models import UnitVersion

Verdict = Decision.Verdict


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A report with its rows, in the order of the document; judged speaks of them by their place."""

    report: Report
    readings: Sequence[Reading]
    checks: Sequence[Check]
    judged: Judged

    @property
    def decided(self) -> list[Reading]:
        return [one for one in self.readings if one.decision_id]


def reviewed(report: Report) -> Reviewed:
    """Two queries."""
    readings = list(report.readings.select_related("decision").order_by("number"))
    checks = list(report.checks.all())
    return Reviewed(report, readings, checks, judged(report.text, readings, checks))


def judged(text: str, readings: Sequence[Reading], checks: Sequence[Check]) -> Judged:
    """The rows as the document that they came from, and what people said of them."""
    place = {one.number: index for index, one in enumerate(readings)}

    def placed(number: int | None) -> int | None:
        return None if number is None else place.get(number)

    document = Document(
        text=text,
        title="",
        unit=None,
        unit_mentions=(),
        published=None,
        period=None,
        readings=tuple(
            ReadReading(
                start=one.start,
                end=one.end,
                quote=one.quote,
                value=one.value,
                unit=one.unit,
                qualifier=one.qualifier,
                indicator=one.indicator or None,
                breakdown=parse_breakdown(one.breakdown),
                period=_mention(one.period),
                previous=one.previous,
                per=one.per,
                part_of=placed(one.part_of),
                mention_of=placed(one.mention_of),
                confidence=one.confidence,
                alternatives=tuple((code, share) for code, share in one.alternatives),
            )
            for one in readings
        ),
        checks=tuple(
            ReadCheck(one.kind, one.holds, one.start, one.end, one.message, _parts(one, place)) for one in checks
        ),
    )
    return Judged(document, {index: said(one.decision) for index, one in enumerate(readings) if one.decision})


def _parts(check: Check, place: Mapping[int, int]) -> tuple[int, ...]:
    """None where one of them is no longer there: a fraction is told by the places of its parts."""
    found = [place[number] for number in check.parts if number in place]
    return tuple(found) if len(found) == len(check.parts) else ()


def _mention(stored: dict[str, Any] | None) -> PeriodMention | None:
    if stored is None:
        return None
    start, end = (dt.date.fromisoformat(stored[name]) if stored.get(name) else None for name in ("start", "end"))
    return PeriodMention(start, end, stored.get("label") or "", stored.get("code"))


def said(decision: Decision) -> Said:
    """A decision as judging takes it."""
    if decision.verdict == Verdict.REJECTED:
        return Said(accepted=False)
    return Said(
        True,
        decision.indicator,
        parse_breakdown(decision.breakdown),
        decision.value,
        decision.qualifier,
        decision.adds,
    )


def may_work_on(report: Report) -> bool:
    """Whether the acting post decides on readings: of the unit that received it, or that it speaks of."""
    now = scope.current()
    post = now.acting
    if post is None:
        return bool(now.system)
    return post.may(Permission.FILL) and post.unit_id in (report.received_for_id, report.unit_id)


# The words that a unit's officers taught


@dataclass(frozen=True, slots=True)
class Words:
    """The local terms that a report is read with. digest: tells one set from another; "" for none."""

    terms: tuple[Term, ...]
    digest: str

    @property
    def local(self) -> list[LocalTerm]:
        """As the reader takes them."""
        return [LocalTerm(one.phrase, one.indicator or None, parse_breakdown(one.breakdown)) for one in self.terms]

    def read(self, text: str) -> Document:
        return read_text(text, self.local)

    def named(self, phrase: str) -> Term | None:
        """The term of a reading's `taught`."""
        return next((one for one in self.terms if one.phrase == phrase), None)


def words_for(unit: int | None, day: dt.date | None = None) -> Words:
    """The terms in force for a unit: its own, and those of the units above it; of one phrase the nearest counts.

    They are applied whoever reads: what a superior taught holds below it, so they are looked up as the system.
    """
    if unit is None:
        return Words((), "")
    day = day or timezone.localdate()
    with scope.system("the words that reports are read with"):
        above = [version.unit_id for version in units.path(unit, day)] or [unit]
        nearest: dict[str, Term] = {}
        for term in sorted(in_force(day).filter(unit__in=above), key=lambda one: above.index(one.unit_id)):
            nearest[term.phrase] = term
    terms = tuple(nearest[phrase] for phrase in sorted(nearest))
    meaning = "\n".join(f"{one.phrase}\t{one.indicator}\t{one.breakdown}" for one in terms)
    return Words(terms, hashlib.sha256(meaning.encode()).hexdigest() if terms else "")


def in_force(day: dt.date) -> Any:
    """Terms in force on a day."""
    return Term.objects.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


def taught_by(readings: Iterable[Reading]) -> dict[int, str]:
    """Term id -> the phrase and whose it is, for the readings that a local term named."""
    wanted = {one.term_id for one in readings if one.term_id}
    if not wanted:
        return {}
    with scope.system("the words that reports are read with"):
        terms = list(Term.objects.filter(pk__in=wanted))
    names = {
        version.unit_id: version.name
        for version in UnitVersion.objects.filter(unit__in={one.unit_id for one in terms}).order_by("during")
    }
    return {one.pk: f"“{one.phrase}” ({names.get(one.unit_id, '')})" for one in terms}


def not_rejected(unit: int, period: str) -> Any:
    """The figures of the form in a unit's reports of a period, accepted or open; with their decisions."""
    rows = Reading.objects.filter(report__unit=unit, report__period=period).exclude(decision__verdict=Verdict.REJECTED)
    rows = rows.filter(Q(period__isnull=True, per="") | Q(decision__isnull=False))
    return rows.exclude(indicator="", decision=None).select_related("report", "decision").defer("report__text")


def unanswered() -> Any:
    """Readings with a question that nobody answered yet."""
    return Reading.objects.exclude(question="").filter(decision=None)
