"""What tests stand on and what takes long to make, made once for each state of the code and copied from then on."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from danvan.config import database
from danvan.config.commands import as_owner
from danvan.config.tests.conftest import DANVAN, environment

ROOT = Path(__file__).resolve().parents[4]
HOUSES = ROOT / "var" / "made"  # folders as DANVAN_VAR names them, one for each state of what they are made from
MODEL = "made_"  # what the names of databases begin with that are only copied
HASTE = ("fsync", "full_page_writes", "synchronous_commit")  # what outlives a failure of the machine, thrown away here


@functools.cache
def state_of_the_code() -> str:
    """Another one whenever anything changes that a database is made by."""
    source = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted((ROOT / "src" / "danvan").rglob("*")):
        if path.suffix in {".py", ".yaml", ".txt", ".html"} and ("tests" not in path.parts or path.name == "cast.py"):
            source.update(path.read_bytes())
    return source.hexdigest()[:16]


@contextlib.contextmanager
def a_database_for(worker: str) -> Iterator[None]:
    """Inside, the default connection leads to an empty database with all tables, this worker's own, as the app role."""
    mine = f"test_{worker}"
    with psycopg.connect(database.owner_url(), autocommit=True) as owner:
        owner.execute("SELECT pg_advisory_lock(20250702)")  # workers start at once: one of them migrates
        model = _model(owner)
        _do(owner, "DROP DATABASE IF EXISTS {}", mine)
        _do(owner, "CREATE DATABASE {} TEMPLATE {}", mine, model)
        owner.execute("SELECT pg_advisory_unlock(20250702)")
        with _connected_to(mine):
            yield
        _do(owner, "DROP DATABASE {}", mine)


def _model(owner: psycopg.Connection) -> str:
    """The database with all tables that is only copied."""
    name, unfinished = f"{MODEL}{state_of_the_code()}", f"{MODEL}unfinished"
    known = {name for (name,) in owner.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{MODEL}%"])}
    if name not in known:
        for old in known:
            _do(owner, "DROP DATABASE {}", old)
        _do(owner, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'", unfinished)
        with _connected_to(unfinished), as_owner():
            call_command("migrate", interactive=False, verbosity=0)
            database.grant_to_app(connection)
        _do(owner, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
    return name


@contextlib.contextmanager
def _connected_to(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    yield
    connection.close()
    connection.settings_dict["NAME"] = before


def _do(on: psycopg.Connection, statement: str, *names: str) -> None:
    on.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def in_haste() -> None:
    """The embedded server of the tests that work in one process with it."""
    admin = make_conninfo(os.environ["DATABASE_URL"], user="postgres", dbname="postgres")
    with psycopg.connect(admin, autocommit=True) as server:
        for setting in HASTE:
            server.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        server.execute("SELECT pg_reload_conf()")


# Houses: all that a running product has of its own


@contextlib.contextmanager
def prepared(name: str, make: Callable[[Path], None], beginning: Path | None = None) -> Iterator[Path]:
    """The house that `make` filled; kept while in use, and for the next run where the code is the same.

    beginning: a house that it begins with.
    """
    HOUSES.mkdir(parents=True, exist_ok=True)
    var = HOUSES / f"{name}-{state_of_the_code()}"
    with (HOUSES / "preparing").open("w") as turn, (HOUSES / f"{var.name}.lock").open("w") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_SH)
        fcntl.flock(turn, fcntl.LOCK_EX)  # workers start at once: one of them prepares
        if not (var / "ready").exists():
            shutil.rmtree(var, ignore_errors=True)
            var.mkdir()
            if beginning:
                copy(beginning, var)
                (var / "ready").unlink()
            make(var)
            (var / "ready").touch()
        _remove_unused()
        fcntl.flock(turn, fcntl.LOCK_UN)
        yield var


@contextlib.contextmanager
def an_empty_house() -> Iterator[Path]:
    """All tables and no rows; what pages are made of is collected. To be copied, not lived in."""

    def make(var: Path) -> None:
        run([*DANVAN, "migrate", "--quiet"], var)
        run([sys.executable, "-c", _COLLECT], var)
        with (var / "postgres" / "postgresql.auto.conf").open("a") as settings:
            settings.writelines(f"{one} = off\n" for one in HASTE)

    with prepared("empty", make) as var:
        yield var


_COLLECT = """
import django
django.setup()
from danvan.config import static_files
static_files.collect()
"""


def copy(house: Path, var: Path) -> None:
    subprocess.run(["cp", "-a", f"{house}/.", var], check=True)  # the database's user owns what is its


def without_haste(var: Path) -> None:
    """As it is by default: the next server on it keeps what it acknowledged."""
    (var / "postgres" / "postgresql.auto.conf").write_text("")


def run(command: list[str], var: Path) -> str:
    """What the command printed. Started outside the project's folder: reports beside it are nobody's business here."""
    told = environment(DANVAN_VAR=str(var))
    done = subprocess.run(command, cwd=var, env=told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} failed ({done.returncode}):\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def _remove_unused() -> None:
    """Houses of earlier states that nobody lives in."""
    for path in HOUSES.glob("*.lock"):
        with path.open("w") as lock, contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)
            path.unlink()
