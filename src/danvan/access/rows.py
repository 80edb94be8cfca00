"""Rows of a model by statements that are written out: of what every page asks, where to have a query put together takes
longer than to answer it. Everything else asks the managers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models

from danvan.access import scope

M = TypeVar("M", bound=models.Model)


class Written(Generic[M]):
    """`Written(Act, "casework_act AS row WHERE row.matter_id = %s").rows(7)`: row is the model's table.

    without: fields that are read when they are asked for. more: further columns, as attributes of each row.
    """

    def __init__(self, model: type[M], rest: str, *, without: tuple[str, ...] = (), **more: str) -> None:
        self.model, self.rest, self.without, self.more = model, rest, without, more

    def rows(self, *values: Any) -> list[M]:
        """Those that the scope lets be seen, in the order of the statement. Raises OutsideScope, as the managers do."""
        if isinstance(self.model._default_manager, scope.Owned):
            scope.current()
        sql, names, converted = self._statement
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            found = cursor.fetchall()
        rows = []
        for one in found:
            cells = list(one)
            for place, convert in converted:
                cells[place] = convert(cells[place], None, connection)
            row = self.model.from_db(DEFAULT_DB_ALIAS, names, cells[: len(names)])
            for name, value in zip(self.more, cells[len(names) :], strict=True):
                setattr(row, name, value)
            rows.append(row)
        return rows

    def first(self, *values: Any) -> M | None:
        return next(iter(self.rows(*values)), None)

    @cached_property
    def _statement(self) -> tuple[str, list[str], list[tuple[int, Callable[..., Any]]]]:
        fields = [one for one in self.model._meta.concrete_fields if one.name not in self.without]
        columns = [f'row."{one.column}"' for one in fields] + [f"{told} AS {name}" for name, told in self.more.items()]
        converted = [(place, one.from_db_value) for place, one in enumerate(fields) if hasattr(one, "from_db_value")]
        return f"SELECT {', '.join(columns)} FROM {self.rest}", [one.attname for one in fields], converted  # noqa: S608
