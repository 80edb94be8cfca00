"""The real product with the demo's data, for the browser tests and the pictures in docs/.

Its data is kept under var/browser and made anew when what it is made from changes.
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

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var" / "browser"
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


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The address of the running product; stops it afterwards."""
    environment = _environment()
    _prepare(environment)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (VAR / "serve.log").open("ab")
    # Started outside the project's folder: reports lying beside it are nobody's business here.
    server = subprocess.Popen([*DANVAN, "serve", "--port", str(port)], cwd=VAR, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _environment() -> dict[str, str]:
    """Ours without the addresses of the database that the other tests use."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "XDG_RUNTIME"))}
    return {**ours, "DANVAN_VAR": str(VAR), "DJANGO_SETTINGS_MODULE": "danvan.config.settings"}


def _prepare(environment: dict[str, str]) -> None:
    VAR.parent.mkdir(exist_ok=True)
    with (VAR.parent / "browser.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test workers start at once
        stamp, made_from = VAR / "stamp", _made_from()
        if stamp.exists() and stamp.read_text() == made_from:
            return
        shutil.rmtree(VAR, ignore_errors=True)
        VAR.mkdir(parents=True)
        done = subprocess.run(
            [*DANVAN, "demo", "--no-serve"], cwd=VAR, env=environment, capture_output=True, text=True, check=False
        )
        if not list((VAR / "out").glob("*.docx")):
            raise RuntimeError(f"danvan demo failed ({done.returncode}):\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        stamp.write_text(made_from)


def _made_from() -> str:
    source = hashlib.sha256()
    package = ROOT / "src" / "danvan"
    for room in ("units", "figures", "narrative", "config", "lib"):
        for path in sorted((package / room).rglob("*")):
            if path.suffix in {".py", ".yaml", ".txt"} and "tests" not in path.parts:
                source.update(path.read_bytes())
    return source.hexdigest()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError):
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 -- our own http address
            return
        time.sleep(0.1)
    raise RuntimeError(f"danvan serve did not answer; see {VAR / 'serve.log'}")
