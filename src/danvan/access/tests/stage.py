"""What many tests begin with, made once for those that follow each other: each finds it as it was made."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import ExitStack
from typing import TypeVar

import pytest
from django.db import connection, transaction

from danvan.access import scope

T = TypeVar("T")


class Stage:
    """A transaction that is held open around those of the tests; what they do in it is taken back by their own."""

    def __init__(self) -> None:
        self._make: Callable[[], object] | None = None
        self._made: object = None
        self._open = ExitStack()

    def __call__(self, make: Callable[[], T]) -> T:
        """What `make` gives, called in the system's scope; a copy for each test, which may change it."""
        if self._make is not make:
            self.clear()
            with ExitStack() as opening:
                opening.enter_context(transaction.atomic())
                opening.callback(transaction.set_rollback, True)
                with scope.system("test"):
                    self._made = make()
                connection.check_constraints()  # now, not again at the end of each test
                self._make, self._open = make, opening.pop_all()
        return copy.deepcopy(self._made)  # type: ignore[return-value]

    def clear(self) -> None:
        """The tables are empty again."""
        self._make = self._made = None
        self._open.close()


def staged(make: Callable[[], T]) -> Callable[..., T]:
    """A fixture of what `make` gives, `world = staged(small_country)` or as a decorator; see `stage` in conftest.py."""

    @pytest.fixture(scope="class")
    def given(stage: Callable[[Callable[[], T]], T]) -> T:
        return stage(make)

    return given
