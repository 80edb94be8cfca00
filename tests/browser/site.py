"""The real product with the demo's data, for the browser tests and the pictures in docs/."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, StorageState

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
def serving(var: Path) -> Iterator[str]:
    """The address of the product with the data in var; stops it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [*DANVAN, "serve", "--port", str(port), "--processes", "1"]  # one browser asks
    with (var / "serve.log").open("ab") as log:
        server = subprocess.Popen(serve, cwd=var, env=environment(DANVAN_VAR=str(var)), stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/health/", server, var)
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


def signed_in(site: Site, browser: Browser, username: str = READER) -> StorageState:
    """One of the demo's people signs in by the page; for `new_context(storage_state=...)`."""
    context = browser.new_context(base_url=site, locale="vi-VN")
    page = context.new_page()
    page.goto("/account/login/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill((site.var / "demo-password").read_text("utf-8").strip())
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url(f"{site}/")
    state = context.storage_state()
    context.close()
    return state


def _wait(address: str, server: subprocess.Popen[bytes], var: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, TimeoutError):
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 -- our own http address
            return
        time.sleep(0.1)
    raise RuntimeError(f"danvan serve did not answer; see {var / 'serve.log'}")
