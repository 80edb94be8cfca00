from __future__ import annotations

import pytest

from danvan.desk.tests.cast import Map


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    """The manifest of hashed names exists only after collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def small_map(db) -> Map:
    return Map()
