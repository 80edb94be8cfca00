"""Due days counted again: when a rule of law or a day off was changed, and to see whether what is kept is right.

The due day beside a matter follows from its acts, the terms (data/deadlines.yaml) and the days off. Acts keep it with
them; when one of the other two changes it is counted again here for all open matters. What moved is a line of the
matter's story, and its handler and the unit's leaders are told: old day, new day, why.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

import holidays
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.models import Notice
from danvan.access.notices import notify
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.casework import clocks, deadlines, workflow
from danvan.casework.actions.alarming import NAMED, People
from danvan.casework.deadlines import Deadline, DeadlineError, Rules
from danvan.casework.models import Act, Matter, Move, Recount
from danvan.lib import workdays
from danvan.lib.periods import vietnamese
from danvan.lib.workdays import Calendar

AT_ONCE = 1000  # matters of one transaction


@dataclass(frozen=True, slots=True)
class Moved:
    """A due day that is another by now. before, after: None where there is none."""

    matter: Matter
    before: dt.date | None
    after: dt.date | None
    rule: str
    why: str

    @property
    def days(self) -> str:
        return f"{_day(self.before)} → {_day(self.after)}"


@dataclass(slots=True)
class Found:
    """What counting again gave. stuck: matters whose acts do not stand by the rules, with why; left as they are."""

    looked: int = 0
    moved: list[Moved] = field(default_factory=list)
    stuck: list[tuple[Matter, str]] = field(default_factory=list)


def verify(*, rules: Rules | None = None, calendar: Calendar | None = None) -> Found:
    """Counts the due day of every open matter from its acts, changes nothing. In the system's scope."""
    found = Found()
    for matters in _open_matters():
        _look(matters, found, rules, calendar)
    return found


def recount(
    *, by: audit.By, rules: Rules | None = None, calendar: Calendar | None = None, on: dt.date | None = None
) -> Found:
    """Counts them again, keeps those that moved, tells whom it concerns. In the system's scope.

    A transaction for each thousand matters: what was done stays done if it is broken off, and the next run goes over
    all once more and finds nothing to do there.
    """
    on, total = on or timezone.localdate(), Found()
    after = 0
    while True:
        with transaction.atomic(), scope.system("casework.recount"):
            rows = Matter.objects.select_for_update().filter(pk__gt=after).exclude(state=workflow.CLOSED)
            matters = list(rows.order_by("pk")[:AT_ONCE])
            if not matters:
                break
            after = matters[-1].pk
            found = _look(matters, Found(), rules, calendar)
            _keep(found.moved, on)
            _tell(found.moved, on)
        total.looked += found.looked
        total.moved += found.moved
        total.stuck += found.stuck
    with transaction.atomic():
        Recount.objects.create(data=fingerprint(), looked=total.looked, moved=len(total.moved), stuck=len(total.stuck))
        audit.record(by=by, verb="casework.recount", label=f"{len(total.moved)}/{total.looked}", stuck=len(total.stuck))
    return total


def recount_if_changed(*, by: str = "danvan work") -> Found | None:
    """Counts again where rules or days off are others than when it was last done; None where they are the same."""
    last = Recount.objects.order_by("-pk").values_list("data", flat=True).first()
    return None if last == fingerprint() else recount(by=by)


@cache
def fingerprint() -> str:
    """Of all that due days rest on beside the acts: terms, which clocks a type has, days off."""
    said = hashlib.sha256(holidays.__version__.encode())
    for path in (deadlines.DATA, workflow.DATA, workdays.DATA):
        said.update(path.read_bytes())
    return said.hexdigest()


def _open_matters() -> Iterator[list[Matter]]:
    after = 0
    while matters := list(Matter.objects.filter(pk__gt=after).exclude(state=workflow.CLOSED).order_by("pk")[:AT_ONCE]):
        after = matters[-1].pk
        yield matters


def _look(matters: Sequence[Matter], found: Found, rules: Rules | None, calendar: Calendar | None) -> Found:
    """One query for the acts of all."""
    rows = Act.objects.filter(matter__in=[matter.pk for matter in matters]).order_by("matter", "number")
    acts = {pk: list(own) for pk, own in groupby(rows, key=lambda act: act.matter_id)}
    found.looked += len(matters)
    for matter in matters:
        try:
            nearest = clocks.nearest(clocks.of(matter, acts.get(matter.pk, []), rules=rules, calendar=calendar))
        except DeadlineError as error:
            found.stuck.append((matter, str(error)))
            continue
        after, rule = (nearest.due, nearest.rule.code) if nearest else (None, "")
        if (after, rule) != (matter.due, matter.due_rule):
            found.moved.append(Moved(matter, matter.due, after, rule, _why(nearest)))
    return found


def _why(nearest: Deadline | None) -> str:
    """The day with its article, and the days off that lie on the way to it."""
    if nearest is None:
        return _("Không còn quy định nào đặt hạn cho bước này.")
    off: dict[str, list[dt.date]] = defaultdict(list)
    for step in nearest.trace:
        if step.kind == "skipped" and not step.why.startswith("nghỉ hằng tuần"):
            off[step.why].append(step.day)
    said = "; ".join(f"{', '.join(map(vietnamese, days))} {why}" for why, days in off.items())
    return nearest.sentence + (f" Ngày nghỉ không tính: {said}." if said else "")


def _keep(moved: Sequence[Moved], on: dt.date) -> None:
    for one in moved:
        one.matter.due, one.matter.due_rule = one.after, one.rule
    Matter.objects.bulk_update([one.matter for one in moved], ["due", "due_rule"])
    Move.objects.bulk_create(
        Move(matter=one.matter, rule=one.rule, before=one.before, after=one.after, why=one.why, on=on) for one in moved
    )


def _tell(moved: Sequence[Moved], on: dt.date) -> None:
    """One notice for each handler, and one for a unit's leaders, of all that moved there."""
    people = People.of({one.matter.unit_id for one in moved}, on)
    told: dict[tuple[int, int], list[Moved]] = defaultdict(list)
    for one in moved:
        unit = one.matter.unit_id
        handler = people.handler(one.matter)
        for person in {*people.allowed(unit, Permission.DECIDE), *([handler] if handler else [])}:
            told[unit, person].append(one)
    for (unit, person), ones in told.items():
        notify(kind=Notice.Kind.MATTER, sentence=_sentence(ones), link=_link(ones), persons=[person], unit=unit)


def _sentence(ones: Sequence[Moved]) -> str:
    if len(ones) == 1:
        one = ones[0]
        said = {"number": one.matter, "before": _day(one.before), "after": _day(one.after), "why": one.why}
        return _("Hạn của vụ việc số %(number)s chuyển từ %(before)s sang %(after)s. %(why)s") % said
    named = ", ".join(f"{one.matter} ({one.days})" for one in ones[:NAMED])
    more = _(" và %(n)s việc nữa") % {"n": len(ones) - NAMED} if len(ones) > NAMED else ""
    return _("Hạn của %(n)s vụ việc đã đổi vì quy định hoặc ngày nghỉ thay đổi: số %(named)s%(more)s.") % {
        "n": len(ones),
        "named": named,
        "more": more,
    }


def _link(ones: Sequence[Moved]) -> str:
    return reverse("matter", args=[ones[0].matter.pk]) if len(ones) == 1 else reverse("matters")


def _day(day: dt.date | None) -> str:
    return vietnamese(day) if day else _("không có hạn")
