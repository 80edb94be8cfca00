"""Many cells written at once, as one statement: a third of what object by object takes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter

from django.db import connection

from danvan.figures.models import Cell

_COLUMNS = {
    "submission_id": "bigint",
    "indicator": "text",
    "breakdown": "text",
    "state": "text",
    "value": "numeric",
    "numerator": "numeric",
    "denominator": "numeric",
    "qualifier": "text",
    "origin": "text",
    "previous_stated": "numeric",
    "note": "text",
    "explanation": "text",
    "revision": "int",
    "entered_at": "timestamptz",
    "entered_by": "text",
}
_INSERT = (
    f"INSERT INTO figures_cell ({', '.join(_COLUMNS)}) SELECT {', '.join(_COLUMNS)} FROM unnest("  # noqa: S608 -- ours
    + ", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())
    + f") WITH ORDINALITY AS given({', '.join(_COLUMNS)}, place) ORDER BY place RETURNING id"
)


def insert_cells(cells: Sequence[Cell]) -> None:
    """Inserts new cells and sets their ids."""
    if not cells:
        return
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [_column(cells, name, kind) for name, kind in _COLUMNS.items()])
        for cell, (pk,) in zip(cells, cursor.fetchall(), strict=True):
            cell.pk, cell._state.adding = pk, False


def _column(cells: Sequence[Cell], name: str, kind: str) -> list[object]:
    """One field of all cells, of one type: a choice is a string of its own kind, a figure may be an int."""
    values = map(attrgetter(name), cells)
    if kind == "text":
        return list(map(str, values))
    if kind == "numeric":
        return [None if value is None else Decimal(value) for value in values]
    return list(values)
