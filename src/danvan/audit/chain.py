"""Is every event still there, and as it was written?"""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection


class Fault(NamedTuple):
    """Where a chain is broken. number: the first place that is not as it was written."""

    stream: int
    number: int
    what: str


# The hash of a row is computed by the very function that wrote it, over what stands there now.
_VERIFY = """
WITH linked AS (
    SELECT e.stream, e.number, e.hash, audit_hash(lag(e.hash, 1, '') OVER chain, e) AS computed,
           e.number - lag(e.number, 1, 0::bigint) OVER chain AS step,
           last_value(e.number) OVER (PARTITION BY e.stream ORDER BY e.number
                                      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last
    FROM audit_event e WINDOW chain AS (PARTITION BY e.stream ORDER BY e.number)
)
SELECT stream, number, CASE WHEN step <> 1 THEN 'gone' ELSE 'changed' END FROM linked
WHERE step <> 1 OR hash <> computed
UNION ALL
SELECT h.stream, coalesce(l.last, 0) + 1, 'gone' FROM audit_head h
LEFT JOIN (SELECT stream, max(number) AS last FROM audit_event GROUP BY stream) l ON l.stream = h.stream
WHERE coalesce(l.last, 0) < h.number
ORDER BY 1, 2
"""
_WORDS = {"gone": "thiếu sự kiện ngay trước vị trí này", "changed": "sự kiện không còn như lúc ghi"}


def verify() -> tuple[int, list[Fault]]:
    """How many events were looked at, and where a chain is broken (first places first). Needs the system's scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_event")
        (count,) = cursor.fetchone()
        cursor.execute(_VERIFY)
        return count, [Fault(stream, number, _WORDS[what]) for stream, number, what in cursor.fetchall()]
