from __future__ import annotations

import pytest


@pytest.fixture
def plain_static_files(settings):
    """The manifest of hashed names exists only after collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
