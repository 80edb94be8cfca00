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
    """held: the settings that the server holds now, as who set them wrote them down; None: not known, set them anew.

    resting: those of the session, which the end of a transaction brings back.
    """

    ops_class = DatabaseOperations
    held: tuple[str, ...] | None = None
    resting: tuple[str, ...] | None = None

    def _commit(self) -> None:
        super()._commit()
        self.held = self.resting

    def _rollback(self) -> None:
        super()._rollback()
        self.held = self.resting

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)
        self.held = None
