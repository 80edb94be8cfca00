"""What the benches share: measuring, one table, and a database of their own."""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from danvan.config import database


class Timing(NamedTuple):
    """Seconds."""

    median: float
    p95: float
    runs: int


class Row(NamedTuple):
    """One line of the table. size: of the data, in words. limit: seconds that the median should stay under (the p95
    where strict). bare: seconds of the plain SQL over the same rows."""

    what: str
    size: str
    timing: Timing
    limit: float | None = None
    strict: bool = False
    bare: float | None = None


def measure(fn: Callable[[], Any], n: int = 20) -> Timing:
    """Runs fn once to warm up (if n > 1) and then n times."""
    if n > 1:
        fn()
    times = []
    for _ in range(n):
        began = time.perf_counter()
        fn()
        times.append(time.perf_counter() - began)
    times.sort()
    return Timing(statistics.median(times), times[min(n - 1, int(0.95 * n))], n)


def table(rows: Iterable[Row]) -> None:
    """Prints the rows; what is over its limit is marked."""
    lines = [("", "data", "runs", "median", "p95", "limit", "of bare SQL", "")]
    for what, size, timing, limit, strict, bare in rows:
        slow = "SLOW" if limit is not None and (timing.p95 if strict else timing.median) > limit else ""
        said = f"{_time(limit)} {'p95' if strict else ''}".strip() if limit else ""
        ratio = f"{timing.median / bare:.2f} x {_time(bare)}" if bare else ""
        lines.append((what, size, str(timing.runs), _time(timing.median), _time(timing.p95), said, ratio, slow))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for what, size, *figures in lines:
        aligned = "  ".join(figure.rjust(width) for figure, width in zip(figures, widths[2:], strict=True))
        print(f"  {what.ljust(widths[0])}  {size.ljust(widths[1])}  {aligned}".rstrip())
    print(f"  {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


_ready = False


def fresh_database() -> None:
    """An empty, migrated database under var/bench for this process; Django set up on it. Once a process."""
    global _ready
    if _ready:
        return
    if os.environ.get("DATABASE_URL"):
        sys.exit("bench: makes a database of its own; unset DATABASE_URL")
    var = database.var_dir() / "bench"
    shutil.rmtree(var, ignore_errors=True)
    os.environ["DANVAN_VAR"] = str(var)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "danvan.config.settings")
    database.ensure()
    importlib.import_module("django").setup()
    commands = importlib.import_module("danvan.config.commands")  # needs Django set up
    commands.migrate(argparse.Namespace(quiet=True))
    _ready = True


def log(what: str) -> None:
    print(f"    {time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


class Kept(NamedTuple):
    """A database that is made once. found: what its making told; made: seconds, 0 where it was there; size: bytes."""

    found: dict[str, int]
    made: float
    size: int


def kept_database(name: str, by: Path, make: Callable[[], dict[str, int]]) -> Kept:
    """Django set up on var/bench-<name>, made anew where the file `by` that makes it is another. Once a process."""
    if os.environ.get("DATABASE_URL"):
        sys.exit("bench: makes a database of its own; unset DATABASE_URL")
    var = database.var_dir() / f"bench-{name}"
    ready = var / "ready.json"
    version = hashlib.sha256(by.read_bytes()).hexdigest()
    there = ready.exists() and json.loads(ready.read_text())["by"] == version
    if not there:
        shutil.rmtree(var, ignore_errors=True)
    os.environ["DANVAN_VAR"] = str(var)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "danvan.config.settings")
    database.ensure()
    importlib.import_module("django").setup()
    importlib.import_module("danvan.config.commands").migrate(argparse.Namespace(quiet=True))
    made = 0.0
    if not there:
        began = time.perf_counter()
        found = make()
        made = time.perf_counter() - began
        ready.write_text(json.dumps({"by": version, **found}))
    size = sum(path.stat().st_size for path in (var / "postgres").rglob("*") if path.is_file())
    return Kept(json.loads(ready.read_text()), made, size)


def real_map() -> None:
    """The fresh database with the real map in it."""
    fresh_database()
    importlib.import_module("danvan.units.loading.load").load_map(by="bench")
