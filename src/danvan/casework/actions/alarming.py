"""Telling people that a matter's day comes near or is past: handlers before, leaders after, each once.

What is told names matters by number, type and term: no title, no text, nobody who raised anything. It goes the way of
all notices: on screen, by mail, to a chat tool.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from danvan.access import scope
from danvan.access.models import Notice, Post
from danvan.access.notices import notify
from danvan.access.permissions import ROLES, Permission
from danvan.audit import actions as audit
from danvan.casework import alarms, saying
from danvan.casework.alarms import Alarm
from danvan.casework.models import Matter
from danvan.casework.queries import names_of
from danvan.lib.periods import vietnamese
from danvan.units import queries as units

K = TypeVar("K")
BY = "danvan work"
AT_ONCE = 2000  # matters of one transaction
NAMED = 5  # matters whose numbers one notice says
_MARK = """
INSERT INTO casework_alarm (matter_id, kind, days, due, day)
SELECT m.id, %(kind)s::text, %(days)s::int, m.due, %(today)s FROM casework_matter m
WHERE m.state <> 'closed' AND m.due BETWEEN %(first)s AND %(last)s AND NOT EXISTS (
    SELECT FROM casework_alarm a
    WHERE a.matter_id = m.id AND a.kind = %(kind)s::text AND a.days = %(days)s::int AND a.due = m.due)
ORDER BY m.due, m.id LIMIT %(most)s
ON CONFLICT DO NOTHING RETURNING matter_id
"""


def alarm_all(*, today: dt.date | None = None) -> int:
    """Tells what is to be told today of due days, and gives of how many matters. In the system's scope.

    May be run as often as one likes, and by two at once: what was told is a row that stands once.
    """
    today = today or timezone.localdate()
    told = 0
    for one in alarms.of(today, alarms.on(today), saying.calendar()):
        while done := _some(one, today):
            told += done
    return told


@transaction.atomic
def _some(one: Alarm, today: dt.date) -> int:
    with scope.system("casework.alarm"), connection.cursor() as cursor:
        said = {"kind": one.kind, "days": one.days, "first": one.first, "last": one.last}
        cursor.execute(_MARK, {**said, "today": today, "most": AT_ONCE})
        found = list(Matter.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()]).order_by("due", "pk"))
        if not found:
            return 0
        _WAYS[one.kind](found, one, today)
        audit.record(by=BY, verb="casework.alarm", label=f"{one.kind} {one.days}", told=len(found))
    return len(found)


def _before(found: Sequence[Matter], _one: Alarm, today: dt.date) -> None:
    people = People.of({matter.unit_id for matter in found}, today)
    for (unit, handler, due), matters in _grouped(found, lambda m: (m.unit_id, people.handler(m), m.due)).items():
        left = saying.due_mark(due, today)
        state = left.word if left else ""
        if len(matters) > 1:
            state = _("%(left)s (hạn %(day)s)") % {"left": state, "day": vietnamese(due)}
        notify(
            kind=Notice.Kind.MATTER,
            sentence=_sentence(matters, state),
            link=_link(matters, "mine" if handler else "week"),
            persons=[handler] if handler else people.allowed(unit, Permission.HANDLE),
            unit=unit,
        )


def _overdue(found: Sequence[Matter], _one: Alarm, today: dt.date) -> None:
    people = People.of({matter.unit_id for matter in found}, today)
    for unit, matters in _grouped(found, lambda m: m.unit_id).items():
        leaders = set(people.allowed(unit, Permission.DECIDE))
        notify(
            kind=Notice.Kind.MATTER,
            sentence=_sentence(matters, _("đã quá hạn")),
            link=_link(matters, "overdue"),
            persons=leaders,
            unit=unit,
        )
        for handler, own in _grouped(matters, people.handler).items():
            if handler and handler not in leaders:
                notify(
                    kind=Notice.Kind.MATTER,
                    sentence=_sentence(own, _("đã quá hạn")),
                    link=_link(own, "mine"),
                    persons=[handler],
                    unit=unit,
                )


def _above(found: Sequence[Matter], one: Alarm, today: dt.date) -> None:
    wanted = {matter.unit_id for matter in found}
    parents, names = units.parents(wanted, today), names_of(wanted)
    people = People.of(set(parents.values()), today)
    late = ngettext("quá hạn từ %(n)s ngày làm việc", "quá hạn từ %(n)s ngày làm việc", one.days) % {"n": one.days}
    for unit, matters in _grouped(found, lambda m: m.unit_id).items():
        if unit in parents:
            notify(
                kind=Notice.Kind.ESCALATED,
                sentence=f"{names.get(unit, '')}: {_sentence(matters, late)}",
                link=f"{reverse('matters')}?view=overdue&at={unit}",
                persons=people.allowed(parents[unit], Permission.DECIDE),
                unit=parents[unit],
                about=unit,
            )


_WAYS = {"before": _before, "overdue": _overdue, "above": _above}


@dataclass(frozen=True, slots=True)
class People:
    """Who holds which post in some units on a day; one query for all."""

    roles: Mapping[int, Mapping[int, set[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, wanted: Collection[int], day: dt.date) -> People:
        found: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        held = Post.objects.filter(unit__in=wanted, during__contains=day, person__is_active=True)
        for unit, person, role in held.values_list("unit", "person", "role"):
            found[unit][person].add(role)
        return cls(found)

    def handler(self, matter: Matter) -> int | None:
        """Whose matter it is, as long as they work there."""
        return matter.handler_id if matter.handler_id in self.roles.get(matter.unit_id, {}) else None

    def allowed(self, unit: int, permission: Permission) -> list[int]:
        held = self.roles.get(unit, {})
        return [one for one, roles in held.items() if any(permission in ROLES[role].permissions for role in roles)]


def _grouped(found: Iterable[Matter], key: Callable[[Matter], K]) -> dict[K, list[Matter]]:
    groups: dict[K, list[Matter]] = defaultdict(list)
    for matter in found:
        groups[key(matter)].append(matter)
    return groups


def _sentence(matters: Sequence[Matter], state: str) -> str:
    if len(matters) == 1:
        one = matters[0]
        return _("Vụ việc số %(number)s (%(type)s) %(state)s: %(rule)s, hạn %(day)s.") % {
            "number": one,
            "type": saying.type_name(one.type),
            "state": state,
            "rule": saying.rule_name(one.due_rule),
            "day": vietnamese(one.due) if one.due else "",
        }
    return _("%(n)s vụ việc %(state)s: số %(numbers)s.") % {
        "n": len(matters),
        "state": state,
        "numbers": numbered(matters),
    }


def numbered(matters: Sequence[Matter]) -> str:
    """The first numbers, and how many more there are."""
    said = ", ".join(str(one) for one in matters[:NAMED])
    more = len(matters) - NAMED
    return said if more <= 0 else _("%(numbers)s và %(n)s việc nữa") % {"numbers": said, "n": more}


def _link(matters: Sequence[Matter], view: str) -> str:
    return reverse("matter", args=[matters[0].pk]) if len(matters) == 1 else f"{reverse('matters')}?view={view}"
