"""Telling people: a notice for each person, written in the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from danvan.access import scope
from danvan.access.models import Person
from danvan.access.permissions import Permission, roles_that_may
from danvan.units.models import Unit

# The persons given and those whose post in the unit has one of the roles today, but not who acts.
_TELL = """
INSERT INTO access_notice (person_id, unit_id, kind, sentence, link, at, attempts, key)
SELECT told, %(about)s::bigint, %(kind)s, %(sentence)s, %(link)s, %(now)s::timestamptz, 0, %(key)s
FROM (
  SELECT unnest(%(persons)s::bigint[]) AS told
  UNION
  SELECT post.person_id FROM access_post post JOIN access_person person ON person.id = post.person_id
  WHERE post.unit_id = %(unit)s::bigint AND post.role = ANY (%(roles)s::text[]) AND post.during @> %(today)s::date
    AND person.is_active
) everybody
WHERE told IS DISTINCT FROM %(actor)s::bigint ORDER BY told
ON CONFLICT DO NOTHING
"""


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
    given = {
        "persons": [one.pk if isinstance(one, Person) else one for one in persons],
        "unit": unit,
        "roles": roles_that_may(permission) if permission else [],
        "about": about or unit,
        "kind": kind,
        "sentence": sentence[:500],
        "link": link,
        "key": key,
        "now": timezone.now(),
        "today": timezone.localdate(),
        "actor": scope.current().person_id,
    }
    with scope.system("notices"), connection.cursor() as cursor:
        cursor.execute(_TELL, given)
        return int(cursor.rowcount)
