"""Whose figures a unit may see, kept ready for every read and for the database's own row security.

A unit sees what a unit below it reported up to the day that one left it, and what the units reported that it was made
of. Over several ways the longest holds.
"""

# ruff: noqa: S608 -- every part is a constant of this module

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

_COMPUTED = """
WITH RECURSIVE step(holder, unit, until) AS (
    SELECT holder, unit, max(until) FROM (
        SELECT parent_id, unit_id, coalesce(upper(during), '9999-12-31') FROM units_unitversion
        WHERE parent_id IS NOT NULL
        UNION ALL
        SELECT successor_id, predecessor_id, "on" FROM units_succession
    ) AS one(holder, unit, until) GROUP BY holder, unit
), way(holder, unit, until) AS (
    SELECT id, id, '9999-12-31'::date FROM units_unit
    UNION
    SELECT way.holder, step.unit, least(way.until, step.until) FROM way JOIN step ON step.holder = way.unit
), computed AS (SELECT holder, unit, max(until) AS until FROM way GROUP BY holder, unit)
"""
_REMOVE = (
    _COMPUTED
    + """
DELETE FROM units_reach r WHERE NOT EXISTS (
    SELECT FROM computed c WHERE c.holder = r.holder_id AND c.unit = r.unit_id AND c.until = r.until
)
"""
)
_ADD = (
    _COMPUTED
    + """
INSERT INTO units_reach (holder_id, unit_id, until) SELECT holder, unit, until FROM computed
ON CONFLICT (holder_id, unit_id) DO NOTHING
"""
)
_DIFFERENT = (
    _COMPUTED
    + """
SELECT coalesce(c.holder, r.holder_id), coalesce(c.unit, r.unit_id)
FROM computed c FULL JOIN units_reach r ON r.holder_id = c.holder AND r.unit_id = c.unit
WHERE c.until IS DISTINCT FROM r.until ORDER BY 1, 2 LIMIT 100
"""
)


_put_off: ContextVar[bool] = ContextVar("danvan_reach_put_off", default=False)


@contextmanager
def once() -> Iterator[None]:
    """Many changes of the map in one transaction: the reach follows at their end, not after each."""
    with transaction.atomic():
        token = _put_off.set(True)
        try:
            yield
        finally:
            _put_off.reset(token)
        rebuild()


def rebuild() -> None:
    """Brings the kept reach to what the map says; every verb that changes the map ends with it."""
    if _put_off.get():
        return
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE)
        cursor.execute(_ADD)


def differences() -> list[tuple[int, int]]:
    """Up to 100 (holder, unit) in which what is kept is not what the map says; empty where all is well."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT)
        return cursor.fetchall()
