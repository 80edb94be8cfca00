"""The real product with the demo's data, for the browser tests and the pictures in docs/.

Its data is kept under var/browser, one folder for each state of what it is made from; those not in use are removed.
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
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, StorageState

ROOT = Path(__file__).resolve().parents[2]
BROWSER = ROOT / "var" / "browser"
CHROMIUM = "/usr/bin/chromium"
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
def prepared() -> Iterator[Path]:
    """The folder of the demo's data: database, out/, and what the demo printed in demo.txt."""
    BROWSER.mkdir(parents=True, exist_ok=True)
    var = BROWSER / _made_from()
    with (BROWSER / "preparing").open("w") as turn, (BROWSER / f"{var.name}.lock").open("w") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_SH)
        fcntl.flock(turn, fcntl.LOCK_EX)  # test workers start at once: one of them prepares
        if not (var / "ready").exists():
            _prepare(var)
        _remove_unused()
        fcntl.flock(turn, fcntl.LOCK_UN)
        yield var


@contextlib.contextmanager
def served() -> Iterator[Site]:
    """The running product; stops it afterwards."""
    with prepared() as var:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = (var / "serve.log").open("ab")
        # Started outside the project's folder: reports lying beside it are nobody's business here.
        serve = [*DANVAN, "serve", "--port", str(port)]
        server = subprocess.Popen(serve, cwd=var, env=_environment(var), stdout=log, stderr=log)
        try:
            site = Site(f"http://127.0.0.1:{port}")
            site.var = var
            _wait(f"{site}/health/", server, var)
            yield site
        finally:
            server.terminate()
            server.wait(20)
            log.close()


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


def _environment(var: Path) -> dict[str, str]:
    """Ours without the addresses of the database that the other tests use."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "XDG_RUNTIME"))}
    return {**ours, "DANVAN_VAR": str(var), "DJANGO_SETTINGS_MODULE": "danvan.config.settings"}


def _prepare(var: Path) -> None:
    shutil.rmtree(var, ignore_errors=True)
    var.mkdir()
    demo = [*DANVAN, "demo", "--only-samples", "--no-serve"]
    done = subprocess.run(demo, cwd=var, env=_environment(var), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"danvan demo failed ({done.returncode}):\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    (var / "demo.txt").write_text(done.stdout, "utf-8")
    (var / "ready").touch()


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
    for room in ("access", "audit", "units", "figures", "narrative", "config", "lib"):
        for path in sorted((package / room).rglob("*")):
            if path.suffix in {".py", ".yaml", ".txt", ".html"} and "tests" not in path.parts:
                source.update(path.read_bytes())
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
