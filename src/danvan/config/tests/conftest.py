"""Commands as people start them, on databases and logins of the test's own."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

DANVAN = [sys.executable, "-m", "danvan.config.cli"]


def environment(**given: str) -> dict[str, str]:
    """Ours without what leads to the database of the other tests, and with what is given."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "XDG_RUNTIME"))}
    return {**ours, **given}


def danvan(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DANVAN, *arguments], env=environment(**variables), capture_output=True, text=True, check=False, timeout=120
    )


class Server:
    """The server of the tests, as its administrator."""

    def __init__(self) -> None:
        self.at = os.environ["DATABASE_URL"]
        self.made: list[sql.Composed] = []
        self.admin = psycopg.connect(make_conninfo(self.at, user="postgres", dbname="postgres"), autocommit=True)

    def do(self, statement: str, *names: str) -> None:
        self.admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def login(self, rights: str = "") -> str:
        name = f"login_{secrets.token_hex(4)}"
        self.do(f"CREATE ROLE {{}} LOGIN {rights}", name)
        self.made.append(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
        return name

    def database(self, owner: str) -> str:
        name = f"config_{secrets.token_hex(4)}"
        self.do("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'", name, owner)
        self.made.append(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        return name

    def url(self, login: str, database: str) -> str:
        host = self.at.split("@")[1].rsplit("/", 1)[0]
        return f"postgresql://{login}@{host}/{database}"

    def connect(self, login: str, database: str) -> psycopg.Connection:
        return psycopg.connect(self.url(login, database))

    def clean(self) -> None:
        for statement in reversed(self.made):
            self.admin.execute(statement)
        self.admin.close()


@pytest.fixture
def server() -> Iterator[Server]:
    try:
        found = Server()
    except psycopg.OperationalError:
        pytest.skip("the server of DATABASE_URL gives us no administrator to make logins with")
    yield found
    found.clean()


@pytest.fixture
def says() -> Callable[[subprocess.CompletedProcess[str], str], None]:
    """A refusal: status 2 and one line that holds these words, nothing else."""

    def check(done: subprocess.CompletedProcess[str], words: str) -> None:
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert words in done.stderr
        assert done.stderr.count("\n") == 1, done.stderr

    return check
