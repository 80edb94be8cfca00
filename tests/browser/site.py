"""The real product with the demo's data, for the browser tests and the pictures in docs/."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import StorageState

from danvan.config.tests.conftest import DANVAN, environment
from danvan.config.tests.made import prepared, run

# Debian's Chromium; its shell without windows, where installed, is twice as fast.
CHROMIUM = next((one for one in ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium") if Path(one).exists()), "")
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Chromium's own sandbox cannot be used by root.
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]
PATIENCE = 180  # seconds until the pages answer, whatever else the machine does
READER = "trunguong"  # of the demo's people: sees the whole country


class Site(str):
    """The address of the running product, and where its data lies."""

    __slots__ = ("var",)
    var: Path


@contextlib.contextmanager
def the_demo() -> Iterator[Path]:
    """The demo's data, from nothing: database, out/, and what it printed in demo.txt."""

    def make(var: Path) -> None:
        (var / "demo.txt").write_text(run([*DANVAN, "demo", "--only-samples", "--no-serve"], var), "utf-8")

    with prepared("demo", make) as var:
        yield var


@contextlib.contextmanager
def serving(
    var: Path,
    danvan: Sequence[str] = DANVAN,
    *,
    by: Sequence[str] = ("serve", "--processes", "1"),  # one browser asks
) -> Iterator[str]:
    """The address of the product with the data in var; stops it afterwards.

    danvan: the command, or what does something more before it is the command. by: which command of it serves.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [*danvan, *by, "--port", str(port)]
    with (var / "serve.log").open("ab") as log:
        server = subprocess.Popen(serve, cwd=var, env=environment(DANVAN_VAR=str(var)), stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/health/", server, var, by[0])
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


@contextlib.contextmanager
def served() -> Iterator[Site]:
    """The running product with the demo's data."""
    with the_demo() as var, serving(var) as address:
        site = Site(address)
        site.var = var
        yield site


def signed_in(site: Site, username: str = READER) -> StorageState:
    """One of the demo's people, signed in; for `new_context(storage_state=...)`."""
    return session(site, username, (site.var / "demo-password").read_text("utf-8").strip())


def session(address: str, username: str, password: str) -> StorageState:
    """The state of a browser in which somebody is signed in: by the form, but without the work of drawing it."""
    _browser, cookies = signing_in(address, username, password)
    kept = [
        {
            "name": one.name,
            "value": one.value,
            "domain": "127.0.0.1",
            "path": one.path,
            "expires": one.expires or -1,
            "secure": one.secure,
            "sameSite": "Lax",
            "httpOnly": one.has_nonstandard_attr("HttpOnly"),
        }
        for one in cookies
    ]
    return {"cookies": kept, "origins": []}  # type: ignore[typeddict-item]


def signing_in(
    address: str, username: str, password: str
) -> tuple[urllib.request.OpenerDirector, http.cookiejar.CookieJar]:
    """Somebody signs in by the form: a browser without eyes, and its cookies."""
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    form = browser.open(f"{address}/account/login/", timeout=60).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token
    sent = {"login": username, "password": password, "csrfmiddlewaretoken": token[1]}
    with browser.open(f"{address}/account/login/", urllib.parse.urlencode(sent).encode(), timeout=60) as answer:
        assert "login" not in answer.url, username
    return browser, cookies


def _wait(address: str, server: subprocess.Popen[bytes], var: Path, command: str) -> None:
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        with contextlib.suppress(urllib.error.URLError, TimeoutError):
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 -- our own http address
            return
        time.sleep(0.1)
    raise RuntimeError(f"danvan {command} did not answer:\n{(var / 'serve.log').read_text('utf-8', 'replace')[-4000:]}")
