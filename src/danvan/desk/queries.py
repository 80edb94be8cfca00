"""What the front pages list: across rooms, so it stands here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from danvan.access import scope
from danvan.figures.models import Submission
from danvan.figures.queries import FORM
from danvan.units.models import Reach

OUTPUT = {".docx": "Word", ".pdf": "PDF", ".html": "HTML", ".xlsx": "Excel"}


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
    """The main form's tables of the country and its provinces within reach: of the latest so many periods that end
    before a day, newest first.

    The tree is that of each period's last day.
    """
    with connection.cursor() as cursor:
        post = scope.maybe_acting()
        asked = {"before": before or dt.date.max, "periods": periods, "form": FORM, "holder": post and post.unit_id}
        cursor.execute(_TABLES, asked)
        return [Table(*row) for row in cursor.fetchall()]


_TABLES = """
WITH RECURSIVE latest AS (
    SELECT DISTINCT period, s."window", upper(s."window") - 1 AS day
    FROM figures_submission s JOIN figures_form f ON f.id = s.form_id AND f.code = %(form)s
    WHERE s.standing AND upper(s."window") - 1 < %(before)s ORDER BY day DESC, period LIMIT %(periods)s
), up AS (
    SELECT s.unit_id AS origin, s.illustration, latest.period, latest.day, v.unit_id, v.parent_id, v.level, v.name
    FROM latest JOIN figures_submission s ON s."window" <@ latest."window" AND s.kind = 'own' AND s.standing
    JOIN figures_form f ON f.id = s.form_id AND f.code = %(form)s
    JOIN units_unitversion v ON v.unit_id = s.unit_id AND v.during @> latest.day
    UNION ALL
    SELECT up.origin, up.illustration, up.period, up.day, v.unit_id, v.parent_id, v.level, v.name
    FROM up JOIN units_unitversion v ON v.unit_id = up.parent_id AND v.during @> up.day
)
SELECT unit_id, name, level, period, day, count(DISTINCT origin), bool_or(illustration)
FROM up WHERE level IN ('country', 'province')
  AND (%(holder)s::bigint IS NULL
       OR unit_id IN (SELECT r.unit_id FROM units_reach r WHERE r.holder_id = %(holder)s::bigint))
GROUP BY unit_id, name, level, period, day
ORDER BY day DESC, period, array_position(ARRAY['country', 'province'], level::text), name, unit_id
"""


def invented(period: str) -> bool:
    """Whether figures made up for the demo stand in the period."""
    return Submission.objects.filter(period=period, illustration=True).exists()


class Output(NamedTuple):
    """A file that the main job wrote for a unit."""

    unit: int
    name: str
    kind: str
    bytes: int


def output_folder(unit: int) -> Path:
    return Path(settings.VAR) / "out" / str(unit)


def outputs() -> list[Output]:
    """The written reports and workbooks of the units within reach, by name."""
    home = Path(settings.VAR) / "out"
    written = {int(one.name) for one in home.iterdir() if one.name.isdecimal()} if home.is_dir() else set()
    post = scope.maybe_acting()
    if post is not None:
        written &= set(Reach.objects.filter(holder=post.unit_id, unit__in=written).values_list("unit", flat=True))
    found = [
        Output(unit, f.name, OUTPUT[f.suffix], f.stat().st_size)
        for unit in written
        for f in output_folder(unit).iterdir()
        if f.suffix in OUTPUT and f.is_file()
    ]
    return sorted(found, key=lambda one: (one.name, one.unit))
