from __future__ import annotations

import pytest

from danvan.desk.tests.cast import Map


@pytest.fixture
def small_map(db) -> Map:
    return Map()
