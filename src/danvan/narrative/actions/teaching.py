"""Words that a unit teaches the reader: kept with a date, put out of force, taken up again; never changed."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.figures import catalogue
from danvan.narrative import phrases
from danvan.narrative.actions.errors import ReportError
from danvan.narrative.actions.receiving import reread, work_on
from danvan.narrative.models import Decision, Reading, Term


@transaction.atomic
def teach(*, reading: Reading, phrase: str, by: audit.By) -> Term:
    """Keeps the words around a figure for the acting unit: they name what was decided of the reading, no indicator
    where it was rejected. From today on reports of the unit and below are read with them, this one at once.

    What the same words meant before ends today. Raises ReportError where nothing was decided or the words say nothing.
    """
    work_on(reading.report)
    reading = Reading.objects.select_related("report", "decision").get(pk=reading.pk)
    if reading.decision is None:
        raise ReportError(_("Hãy quyết định số này trước, rồi mới ghi nhớ cách viết của nó."))
    rejected = reading.decision.verdict == Decision.Verdict.REJECTED
    term = _begin(
        _unit(reading),
        phrase,
        "" if rejected else reading.decision.indicator,
        "" if rejected else reading.decision.breakdown,
        by,
        reading,
    )
    reread(report=reading.report, by=by)
    return term


def _unit(reading: Reading) -> int:
    post = scope.current().acting
    unit = post.unit_id if post is not None else reading.report.received_for_id or reading.report.unit_id
    if unit is None:
        raise ReportError(_("Chưa rõ báo cáo của đơn vị nào: hãy chọn đơn vị trước khi ghi nhớ cách viết."))
    return int(unit)


def _begin(
    unit: int, phrase: str, indicator: str, breakdown: str, by: audit.By, reading: Reading | None = None
) -> Term:
    said = phrases.spelt(phrase)
    if not phrases.says_something(said):
        raise ReportError(
            _("“%(phrase)s” quá ngắn để nhận ra một chỉ tiêu: hãy ghi ít nhất hai từ quanh con số.") % {"phrase": said}
        )
    if indicator:
        catalogue.load()[indicator].check_breakdown(breakdown)
    today = timezone.localdate()
    there = Term.objects.select_for_update().filter(unit=unit, phrase=said).filter(Q(until=None) | Q(until__gt=today))
    for one in there:
        if (one.indicator, one.breakdown) == (indicator, breakdown):
            return one
        _end(one, by)
    term = Term.objects.create(
        unit_id=unit,
        phrase=said,
        indicator=indicator,
        breakdown=breakdown,
        since=today,
        by=str(by)[:300],
        reading=reading,
    )
    audit.record(by=by, verb="narrative.teach", subject=term, unit=unit, indicator=indicator, breakdown=breakdown)
    return term


@transaction.atomic
def stop_term(*, term: Term, by: audit.By) -> Term:
    """Puts a term out of force from today on; readings made with it stay as they are until they are read again."""
    term = _own(term)
    if term.until is None:
        _end(term, by)
    return term


@transaction.atomic
def resume_term(*, term: Term, by: audit.By) -> Term:
    """Takes a term up again from today on: a new one with the same words."""
    term = _own(term)
    if term.until is None:
        return term
    return _begin(term.unit_id, term.phrase, term.indicator, term.breakdown, by, term.reading)


def _own(term: Term) -> Term:
    scope.require(Permission.FILL)
    scope.require_unit(term.unit_id, own=True)
    return Term.objects.select_for_update(of=("self",)).select_related("reading").get(pk=term.pk)


def _end(term: Term, by: audit.By) -> None:
    term.until, term.ended_by = timezone.localdate(), str(by)[:300]
    term.save(update_fields=["until", "ended_by"])
    audit.record(by=by, verb="narrative.stop_term", subject=term, unit=term.unit_id, indicator=term.indicator)
