"""Counts that this room can make itself: the reports that units below had to send, and those sent in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from danvan.figures import deadlines
from danvan.figures.counters import Suggestion
from danvan.figures.deadlines import Due, DueRule
from danvan.figures.models import Duty, Form, Submission
from danvan.figures.sheet import LEVELS
from danvan.lib import periods
from danvan.lib.periods import Period
from danvan.units import queries as units

Filing = tuple[str, str, int]  # form, period, unit
_LONGEST = timedelta(90)  # no due day lies as long after its period


def reports_below(unit: int, period: Period) -> Iterator[Suggestion]:
    """rpt.due and rpt.ontime: reports of units below whose due day lies in the period, and which of them came in time.

    Units as on the period's last day. Nothing for a unit that has nobody below, or where nothing was due.
    """
    owed = _owed(unit, period)
    if not owed:
        return
    first: dict[Filing, datetime] = {}
    sent = Submission.objects.filter(
        form__code__in={key[0] for key in owed},
        period__in={key[1] for key in owed},
        unit__in={key[2] for key in owed},
        kind=Submission.Kind.OWN,
        filed_at__isnull=False,
    ).exclude(state=Submission.State.WITHDRAWN)
    for form, code, filer, at in sent.order_by("edition").values_list("form__code", "period", "unit", "filed_at"):
        first.setdefault((form, code, filer), at)
    in_time = sum(key in first and deadlines.lateness(day, first[key]) == 0 for key, day in owed.items())
    said = {"units": len({key[2] for key in owed}), "period": period.label()}
    due = _("Đếm từ trách nhiệm nộp của %(units)s đơn vị bên dưới, %(period)s.") % said
    yield Suggestion("rpt.due", Decimal(len(owed)), due)
    kept = _("Đếm từ ngày gửi của %(units)s đơn vị bên dưới, %(period)s.") % said
    yield Suggestion("rpt.ontime", Decimal(in_time), kept)


def _owed(unit: int, period: Period) -> dict[Filing, Due]:
    """Each report that a unit below had to send by a day of the period."""
    territories = [node for node in units.tree(unit, period.end, LEVELS) if node.unit_id != unit]
    if not territories:
        return {}
    below = {"": territories}
    known = {unit, *(node.unit_id for node in territories)}
    owed: dict[Filing, Due] = {}
    duties = list(Duty.objects.all())
    for form in Form.objects.filter(during__overlap=(period.start - _LONGEST, period.end)):
        for one in _due(form, period):
            for duty in duties:
                if duty.form_code != form.code or one.period.end not in duty.during:
                    continue
                if duty.line not in below:
                    nodes = units.tree(unit, period.end, LEVELS, duty.line)
                    below[duty.line] = [node for node in nodes if node.unit_id not in known]
                for node in below[duty.line]:
                    if node.level == duty.level:
                        owed[form.code, one.period.code, node.unit_id] = one
    return owed


def _due(form: Form, within: Period) -> Iterator[Due]:
    """The due days of a form's version that lie in a period."""
    rule = DueRule.parse(form.due)
    if rule is None:
        return
    ended: set[Period] = set()
    for kind in form.periodicities:
        step = timedelta(7 if kind == "week" else 28)
        day = within.start - _LONGEST
        while day <= within.end:
            with suppress(ValueError):  # nine months ask for a day within them
                ended.add(Period.covering(day, kind, periods.PLAIN if kind == "week" else form.calendar))
            day += step
    for one in sorted(ended):
        if one.end < within.end and one.end in form.during:
            due = deadlines.due(one, rule)
            if within.contains(due.day):
                yield due
