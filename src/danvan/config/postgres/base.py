"""What `ENGINE` names: Django looks for DatabaseWrapper here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base, operations

MOST_VALUES = 2**16 - 1  # of one statement: PostgreSQL counts them in 16 bits


class DatabaseOperations(operations.DatabaseOperations):
    def bulk_batch_size(self, fields: Sequence[Any], objs: Sequence[Any]) -> int:
        """So many rows at once as can be bound."""
        return min(len(objs), MOST_VALUES // max(1, len(fields)))


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
