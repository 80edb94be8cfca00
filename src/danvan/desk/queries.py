"""What the front pages list: across rooms, so it stands here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from danvan.figures.models import Submission

OUTPUT = {".docx": "Word", ".pdf": "PDF", ".xlsx": "Excel"}


class Table(NamedTuple):
    """A consolidated table that has something in it. reporting: how many units below (or itself) filed inside it."""

    unit_id: int
    name: str
    level: str
    period: str
    day: dt.date
    reporting: int
    illustration: bool


def tables(before: dt.date | None = None, periods: int = 12) -> list[Table]:
    """The tables of provinces and of the country for the latest so many periods that end before a day, newest first.

    The tree is that of each period's last day.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, {"before": before or dt.date.max, "periods": periods})
        return [Table(*row) for row in cursor.fetchall()]


_TABLES = """
WITH RECURSIVE latest AS (
    SELECT DISTINCT period, "window", upper("window") - 1 AS day FROM figures_submission
    WHERE upper("window") - 1 < %(before)s ORDER BY day DESC, period LIMIT %(periods)s
), up AS (
    SELECT s.unit_id AS origin, s.illustration, latest.period, latest.day, v.unit_id, v.parent_id, v.level, v.name
    FROM latest JOIN figures_submission s ON s."window" <@ latest."window" AND s.kind = 'own'
    JOIN units_unitversion v ON v.unit_id = s.unit_id AND v.during @> latest.day
    UNION ALL
    SELECT up.origin, up.illustration, up.period, up.day, v.unit_id, v.parent_id, v.level, v.name
    FROM up JOIN units_unitversion v ON v.unit_id = up.parent_id AND v.during @> up.day
)
SELECT unit_id, name, level, period, day, count(DISTINCT origin), bool_or(illustration)
FROM up WHERE level IN ('country', 'province')
GROUP BY unit_id, name, level, period, day
ORDER BY day DESC, period, array_position(ARRAY['country', 'province'], level::text), name, unit_id
"""


def invented(period: str) -> bool:
    """Whether figures made up for the demo stand in the period."""
    return Submission.objects.filter(period=period, illustration=True).exists()


class Output(NamedTuple):
    """A file that the main job wrote."""

    name: str
    kind: str
    bytes: int


def output_folder() -> Path:
    return Path(settings.VAR) / "out"


def outputs() -> list[Output]:
    """The written reports and workbooks, by name."""
    folder = output_folder()
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return [Output(f.name, OUTPUT[f.suffix], f.stat().st_size) for f in files if f.suffix in OUTPUT and f.is_file()]
