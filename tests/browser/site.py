"""The real product with the demo's data, for the browser tests and the pictures in docs/.

What is made once (the demo; the cast) is kept under var/browser, one folder for each state of what it is made from;
those not in use are removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Browser, StorageState

ROOT = Path(__file__).resolve().parents[2]
BROWSER = ROOT / "var" / "browser"
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
DANVAN = [sys.executable, "-m", "danvan.config.cli"]
READER = "trunguong"  # of the demo's people: sees the whole country


class Site(str):
    """The address of the running product, and where its data lies."""

    __slots__ = ("var",)
    var: Path


@contextlib.contextmanager
def prepared(name: str, make: Callable[[Path], None]) -> Iterator[Path]:
    """The folder that `make` filled; kept while in use, and for the next run where the code is the same."""
    BROWSER.mkdir(parents=True, exist_ok=True)
    var = BROWSER / f"{name}-{_made_from()}"
    with (BROWSER / "preparing").open("w") as turn, (BROWSER / f"{var.name}.lock").open("w") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_SH)
        fcntl.flock(turn, fcntl.LOCK_EX)  # test workers start at once: one of them prepares
        if not (var / "ready").exists():
            shutil.rmtree(var, ignore_errors=True)
            var.mkdir()
            make(var)
            (var / "ready").touch()
        _remove_unused()
        fcntl.flock(turn, fcntl.LOCK_UN)
        yield var


def make_demo(var: Path) -> None:
    """The demo's data: database, out/, and what it printed in demo.txt."""
    (var / "demo.txt").write_text(run([*DANVAN, "demo", "--only-samples", "--no-serve"], var), "utf-8")


def run(command: list[str], var: Path) -> str:
    """What the command printed. Started outside the project's folder: reports beside it are nobody's business here."""
    done = subprocess.run(command, cwd=var, env=environment(var), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} failed ({done.returncode}):\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


@contextlib.contextmanager
def serving(var: Path) -> Iterator[str]:
    """The address of the product with the data in var; stops it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [*DANVAN, "serve", "--port", str(port)]
    with (var / "serve.log").open("ab") as log:
        server = subprocess.Popen(serve, cwd=var, env=environment(var), stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/health/", server, var)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


@contextlib.contextmanager
def served() -> Iterator[Site]:
    """The running product with the demo's data."""
    with prepared("demo", make_demo) as var, serving(var) as address:
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


def environment(var: Path) -> dict[str, str]:
    """Ours without the addresses of the database that the other tests use."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "XDG_RUNTIME"))}
    return {**ours, "DANVAN_VAR": str(var), "DJANGO_SETTINGS_MODULE": "danvan.config.settings"}


def _remove_unused() -> None:
    """Folders of earlier states that nobody serves from."""
    for path in BROWSER.glob("*.lock"):
        with path.open("w") as lock, contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)
            path.unlink()


def _made_from() -> str:
    source = hashlib.sha256()
    package = ROOT / "src" / "danvan"
    for room in ("access", "audit", "units", "figures", "casework", "narrative", "config", "lib"):
        for path in sorted((package / room).rglob("*")):
            if path.suffix in {".py", ".yaml", ".txt", ".html"} and "tests" not in path.parts:
                source.update(path.read_bytes())
    source.update((package / "access" / "tests" / "cast.py").read_bytes())
    return source.hexdigest()[:16]


def _wait(address: str, server: subprocess.Popen[bytes], var: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, TimeoutError):
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 -- our own http address
            return
        time.sleep(0.1)
    raise RuntimeError(f"danvan serve did not answer; see {var / 'serve.log'}")
