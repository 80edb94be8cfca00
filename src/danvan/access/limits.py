"""How often something may be tried: counted in one statement, so that no two requests slip through together.

Keys hold no address of anybody: they are hashed with the installation's secret and forgotten after their time.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

_COUNT = """
INSERT INTO access_attempt AS a (key, count, until) VALUES (%(key)s, 1, %(until)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN a.until <= %(now)s THEN 1 ELSE a.count + 1 END,
    until = CASE WHEN a.until <= %(now)s THEN %(until)s ELSE a.until END
RETURNING count
"""


def allow(what: str, who: str, *, most: int, within: dt.timedelta) -> bool:
    """Counts one more try of `what` by `who`; False where there were more than `most` within the time."""
    now = timezone.now()
    key = salted_hmac("danvan.limits", f"{what}:{who}").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "now": now, "until": now + within})
        (count,) = cursor.fetchone()
    return bool(count <= most)


def forget() -> int:
    """Drops what has run out; part of the work that happens by itself."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_attempt WHERE until <= %s", [timezone.now()])
        return int(cursor.rowcount)
