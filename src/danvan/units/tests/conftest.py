from __future__ import annotations

from types import SimpleNamespace

import pytest

from danvan.units.tests.places import small_country


@pytest.fixture
def land(db: None) -> SimpleNamespace:
    return small_country()
