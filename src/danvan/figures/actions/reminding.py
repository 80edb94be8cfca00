"""Reminding those who have not filed, and telling their superior: each at most once a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.models import Notice
from danvan.access.notices import notify
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.figures import board as boards
from danvan.figures import deadlines, queries
from danvan.figures.board import Stand
from danvan.figures.models import Duty, Form, Reminder
from danvan.lib.periods import Period, periods_open_on
from danvan.units import queries as units

OPEN = (Stand.DUE, Stand.DRAFT, Stand.LATE, Stand.RETURNED)


@transaction.atomic
def remind(*, form: Form | str, root: int, period: Period | str, chosen: Iterable[int], by: scope.Acting) -> int:
    """Reminds chosen units below the acting unit by hand; gives how many were told. Who filed already is left alone."""
    scope.require(Permission.REMIND)
    scope.require_unit(root, own=True)
    period, chosen = queries.period_of(period), set(chosen)
    found = boards.board(form, root, [period])
    told = 0
    for line in found.lines:
        if line.unit.id in chosen and line.marks[0].stand in OPEN:
            due = found.due[0]
            said = _("%(superior)s nhắc: chưa nhận được “%(form)s” %(period)s") % {
                "superior": by.unit_name,
                "form": found.form.name_vi,
                "period": period.label(),
            }
            said += _(" (hạn %(day)s).") % {"day": f"{due.day:%d/%m/%Y}"} if due else "."
            told += _tell(found.form, line.unit.id, period, "by_hand", said, str(by), timezone.localdate())
    audit.record(
        by=by, verb="figures.remind", label=f"{found.form.name_vi}, {period.label()}", unit=root, reminded=told
    )
    return told


def _tell(form: Form, unit: int, period: Period, kind: str, sentence: str, by: str, today: dt.date, to: int = 0) -> int:
    """1 where it was told now, 0 where it was told today already. to: another unit that is told of this one."""
    with scope.system("reminders"):
        _row, fresh = Reminder.objects.get_or_create(
            form_code=form.code, unit_id=unit, period=period.code, kind=kind, day=today, defaults={"by": by[:300]}
        )
        if fresh:
            notify(
                kind=Notice.Kind.ESCALATED if to else Notice.Kind.REMINDER,
                sentence=sentence,
                link="/board/" if to else "/filing/",
                unit=to or unit,
                permission=Permission.REVIEW if to else Permission.FILL,
                about=unit,
                key=f"{kind}:{form.code}:{unit}:{period.code}:{today}",
            )
    return int(fresh)


def remind_all(*, today: dt.date | None = None, now: dt.datetime | None = None) -> int:
    """The day's reminders of every form and unit, before and after the due day, and the escalations.

    May be run as often as one likes: each kind is told once a day. One transaction for each form and period, so that
    what was told stays told if the next one fails. Gives how many were told.
    """
    now = now or timezone.now()
    today = today or timezone.localdate(now)
    country = units.country(today)
    if country is None:
        return 0
    told = 0
    for form in Form.objects.filter(during__contains=today).order_by("code"):
        if not form.due or not Duty.objects.filter(form_code=form.code, during__contains=today).exists():
            continue
        for period in periods_open_on(today, form.periodicities, form.calendar):
            told += _remind_period(form, country.unit_id, period, today, now)
    return told


@transaction.atomic
def _remind_period(form: Form, country: int, period: Period, today: dt.date, now: dt.datetime) -> int:
    rule = deadlines.DueRule.parse(form.due)
    if rule is None or period.end not in form.during:
        return 0
    due = deadlines.due(period, rule)
    reminders = deadlines.reminders_for(due, today)
    if not reminders:
        return 0
    found = boards.board(form.code, country, [period], now=now)
    silent = [line for line in found.lines if line.marks[0].stand in OPEN]
    above = units.parents([line.unit.id for line in silent], period.end)
    told = 0
    for one in reminders:
        for line in silent:
            to = above.get(line.unit.id, 0) if one.to == "superior" else 0
            if one.to == "superior" and not to:
                continue
            said = f"{line.unit.name}: {one.sentence}" if to else f"{form.name_vi}: {one.sentence}"
            told += _tell(form, line.unit.id, period, one.kind, said, "danvan remind", today, to)
    if told:
        audit.record(by="danvan remind", verb="figures.remind", label=f"{form.name_vi}, {period.label()}", told=told)
    return told
