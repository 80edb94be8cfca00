"""The test bench: real PostgreSQL, the app role, no network."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import hypothesis
import pytest

from danvan.config import database

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from danvan.access.models import Person
    from danvan.access.tests.stage import Stage

os.environ.setdefault("DANVAN_VAR", str(Path(__file__).parent / "var" / "test"))
os.environ["DJANGO_SETTINGS_MODULE"] = (
    "danvan.config.settings"  # not in pyproject: it would be read before the line above
)
(database.var_dir() / "static").mkdir(exist_ok=True)  # filled by collectstatic only where pages are served
embedded = "DATABASE_URL" not in os.environ
database.ensure()
# Not in pyproject: the settings would be read before the lines above.
os.environ["DJANGO_SETTINGS_MODULE"] = "danvan.config.settings"
django.setup()
if embedded:
    from danvan.config.tests import made

    made.in_haste()

# Workers share the cores: how long an example takes says nothing here, speed is measured by the bench.
hypothesis.settings.register_profile("danvan", deadline=None)
hypothesis.settings.load_profile("danvan")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: object) -> Iterator[None]:
    """The test database is made by the owner; the tests then run as the app role, as the product does."""
    from danvan.config.tests import made

    own = made.a_database_for(os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        own.__enter__()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        own.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def _passwords_are_hashed_lightly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 as the product uses it, without the work that keeps out thieves."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    for name, value in (("time_cost", 1), ("memory_cost", 8), ("parallelism", 1)):
        monkeypatch.setattr(Argon2PasswordHasher, name, value)


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file stay with one worker, so that what they begin with is made once; what takes long comes first,
    so that no worker is left alone with it at the end.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=lambda item: (not item.nodeid.startswith("tests/"), "/config/" not in item.nodeid))


def pytest_collection_finish() -> None:
    """What was imported lives to the end: it is not looked through again and again for what might be thrown away."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_runtest_setup() -> None:
    from django.utils import translation
    from pytest_socket import socket_allow_hosts

    translation.deactivate()  # a page that was asked for in English leaves its language behind
    socket_allow_hosts(["127.0.0.1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def _stage(django_db_setup: None, django_db_blocker: object) -> Iterator[Stage]:
    from danvan.access.tests.stage import Stage

    stage = Stage()
    yield stage
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        stage.clear()


# Of the class, that is of each function, but before what is of the function: the test's own transaction lies inside.
@pytest.fixture(scope="class")
def stage(_stage: Stage, django_db_blocker: object) -> Callable[[Callable[[], Any]], Any]:
    """stage(make): what make() gives and leaves in the database; made once for the tests that ask for it in a row."""

    asked = []

    def on(make: Callable[[], Any]) -> Any:
        asked.append(make)
        assert set(asked) == {make}, "one after the other: the second would take the first away"
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            return _stage(make)

    return on


@pytest.fixture(scope="class", autouse=True)
def _nothing_is_left_on_the_stage(request: pytest.FixtureRequest) -> None:
    if _uses_database(request) and "stage" not in request.fixturenames:
        with request.getfixturevalue("django_db_blocker").unblock():
            request.getfixturevalue("_stage").clear()


def _uses_database(request: pytest.FixtureRequest) -> bool:
    asked = {"db", "stage"} & set(request.fixturenames)
    return bool(asked) or request.node.get_closest_marker("django_db") is not None


@pytest.fixture(autouse=True)
def _the_system_works(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that use the database work as the system, unless they are about who may see what (mark: as_people)."""
    if _uses_database(request):
        request.getfixturevalue("db")
    if not _uses_database(request) or request.node.get_closest_marker("as_people"):
        yield
        return
    from danvan.access import scope

    with scope.system("test"):
        yield


@pytest.fixture(autouse=True)
def _plain_static_files(settings: SettingsWrapper) -> None:
    """The manifest of hashed names exists only after collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def client(db: None) -> Client:
    """The browser of somebody who leads the country: the root of whatever map the test makes."""
    from danvan.access.tests.browsers import LeaderOfTheCountry

    return LeaderOfTheCountry()


@pytest.fixture
def as_person(db: None) -> Callable[[Person], Client]:
    """The browser of a person, signed in."""
    from danvan.access.tests.browsers import signed_in

    return signed_in


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[Path], str, Path], list[Path]]:
    """LibreOffice: files as another kind, into a folder. It starts once for all of them, which takes longer than most
    files do. Its settings stay in a folder of the tests.
    """
    from danvan.narrative.reading import converters

    _needed(shutil.which("soffice") is not None, "LibreOffice")
    profile = f"-env:UserInstallation={(tmp_path_factory.mktemp('office') / 'profile').as_uri()}"

    def convert(files: list[Path], kind: str, folder: Path) -> list[Path]:
        command = ["soffice", profile, "--headless", "--norestore", "--convert-to", kind, "--outdir", str(folder)]
        subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=converters.OFFICE_SECONDS)  # noqa: S603
        made = [folder / file.with_suffix(f".{kind.split(':')[0]}").name for file in files]
        assert [file.name for file in made if not file.exists()] == []
        return made

    return convert


@pytest.fixture(scope="session")
def tesseract() -> None:
    """Tesseract with its data for Vietnamese."""
    from danvan.narrative.reading import converters

    _needed(converters.can_recognise(), "Tesseract with Vietnamese")


def _needed(there: bool, program: str) -> None:
    """CI may leave none out: there a missing program is a failure, not a skip."""
    if not there and not os.environ.get("DANVAN_REQUIRE_OFFICE"):
        pytest.skip(f"no {program} (make office)")
    assert there, f"no {program} (make office)"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Files as examples are named by their argument: their bytes hold the hour, and each worker makes its own."""
    return argname if isinstance(val, bytes) else None
