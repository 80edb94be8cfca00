"""The product served with the cast of access/tests/cast.py, and people signed in to it by the page."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from danvan.access.tests.cast import PASSWORD
from danvan.config.tests.made import an_empty_house, copy, prepared, run
from tests.browser.looks import PHONE
from tests.browser.site import serving, session

AS_SYSTEM = """
import danvan.config.settings
import django
django.setup()
from danvan.access import scope
from danvan.access.tests import cast
with scope.system("browser test"):
"""
_MAKE = f"""
    for person in cast.small_country().people.values():
        person.set_password({PASSWORD!r})
        person.save()
"""
_WORLD = """
    world = cast.small_country_again()
"""
_THEN = """
import sys
from danvan.config import cli
sys.exit(cli.main(sys.argv[1:]))
"""


def _make(var: Path) -> None:
    run([sys.executable, "-c", AS_SYSTEM + _MAKE], var)


@contextlib.contextmanager
def served_with_cast(var: Path, script: str) -> Iterator[str]:
    """The address. script: Python run in the system's scope with `world`, the cast's units and people.

    It is run in var by the process that then serves: to start another and the database with it takes longer.
    """
    with an_empty_house() as empty, prepared("cast", _make, beginning=empty) as made:
        copy(made, var)
    before = AS_SYSTEM + _WORLD + indent(dedent(script), "    ")
    with serving(var, [sys.executable, "-c", before + _THEN]) as address:
        yield address


def sessions_of(address: str, names: Iterable[str]) -> dict[str, StorageState]:
    """name -> the state of a browser in which that person is signed in."""
    return {name: session(address, name, PASSWORD) for name in names}


@contextlib.contextmanager
def telephone(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A telephone of 390 px, signed in nowhere. Fails where a page of it went wrong."""
    context = browser.new_context(
        base_url=address, viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce", locale="vi-VN"
    )
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    yield context
    context.close()
    assert wrong == []


class People:
    """People at their own browsers: people("mai") is the page of hers, the same one each time."""

    def __init__(self, address: str, browser: Browser, sessions: dict[str, StorageState], **options: Any) -> None:
        self.address, self.browser, self.sessions, self.options = address, browser, sessions, options
        self.pages: dict[str, Page] = {}
        self.wrong: list[str] = []

    def __call__(self, name: str) -> Page:
        if name not in self.pages:
            context = self.browser.new_context(
                base_url=self.address, storage_state=self.sessions[name], reduced_motion="reduce", **self.options
            )
            context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.address)
            page = self.pages[name] = context.new_page()
            page.on("pageerror", lambda error: self.wrong.append(f"{name}: {error}"))
            page.on("console", lambda one: self.wrong.append(f"{name}: {one.text}") if one.type == "error" else None)
        return self.pages[name]

    def close(self, *expected: str) -> None:
        """Fails where a console said an error that is not expected."""
        for page in self.pages.values():
            page.context.close()
        assert [line for line in self.wrong if not any(one in line for one in expected)] == []
