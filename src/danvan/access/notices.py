"""Telling people: a notice for each person, written in the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from danvan.access import scope
from danvan.access.models import Notice, Person, Post
from danvan.access.permissions import ROLES, Permission
from danvan.units.models import Unit


def notify(
    *,
    kind: str,
    sentence: str,
    link: str = "",
    persons: Iterable[Person | int] = (),
    unit: Unit | int | None = None,
    permission: Permission | None = None,
    about: Unit | int | None = None,
    key: str | None = None,
) -> int:
    """Tells persons, or everybody whose post in `unit` allows `permission` today, but not the one who acts.

    about: the unit that it is about, where that is another one. link: a path on this site. key: what a person is told
    once only. Gives how many were told.
    """
    unit = unit.pk if isinstance(unit, Unit) else unit
    about = about.pk if isinstance(about, Unit) else about
    told = {one.pk if isinstance(one, Person) else one for one in persons}
    actor = scope.current().person_id
    with scope.system("notices"):
        if permission is not None:
            told |= set(holders(unit, permission).values_list("person", flat=True))
        told.discard(actor)
        rows = [
            Notice(person_id=one, unit_id=about or unit, kind=kind, sentence=sentence[:500], link=link, key=key)
            for one in sorted(told)
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=key is not None)
    return len(rows)


def holders(unit: int | None, permission: Permission) -> QuerySet[Post]:
    """The posts of a unit that allow this today."""
    roles = [role.code for role in ROLES.values() if permission in role.permissions]
    today = timezone.localdate()
    return Post.objects.filter(unit=unit, role__in=roles, during__contains=today, person__is_active=True)
