"""The test bench: real PostgreSQL, the app role, no network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from danvan.config import database

os.environ.setdefault("DANVAN_VAR", str(Path(__file__).parent / "var" / "test"))
(database.var_dir() / "static").mkdir(exist_ok=True)  # filled by collectstatic only where pages are served
database.ensure()

# Workers share the cores: how long an example takes says nothing here, speed is measured by the bench.
hypothesis.settings.register_profile("danvan", deadline=None)
hypothesis.settings.load_profile("danvan")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: object
) -> Iterator[None]:
    """The test database is made by the owner; the tests then run as the app role, as the product does."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from danvan.config.commands import as_owner

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        app = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(database.credentials(database.owner_url()))
        old = setup_databases(verbosity=0, interactive=False)
        database.grant_to_app(connection)
        connection.close()
        connection.settings_dict.update(USER=app["USER"], PASSWORD=app["PASSWORD"], OPTIONS=app.get("OPTIONS", {}))
    yield
    with django_db_blocker.unblock(), as_owner():  # type: ignore[attr-defined]
        teardown_databases(old, verbosity=0)


def pytest_runtest_setup() -> None:
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "localhost"], allow_unix_socket=True)
