"""Drawing files of a format and having them read: as many as asked, or for as long."""

from __future__ import annotations

import os
import pickle
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from tests.fuzz.formats import FORMATS
from tests.fuzz.office import DOCX
from tests.fuzz.watched import OFFICE_SECONDS, Given, Watched

ROUND = 250  # files between two looks at the clock


@contextmanager
def readers(name: str, *, real: bool) -> Iterator[Watched]:
    """Who reads a format. real: with LibreOffice itself; else a program that gives back a Word file stands in its place."""
    if not FORMATS[name].programs:
        with Watched() as watched:
            yield watched
    elif real:
        with Watched(os.environ["PATH"], limited=False, patience=OFFICE_SECONDS, seconds=OFFICE_SECONDS) as watched:
            yield watched
    else:
        with tempfile.TemporaryDirectory(prefix="danvan-fuzz-") as folder:
            (Path(folder) / "made.docx").write_bytes(DOCX)
            program = Path(folder) / "soffice"
            program.write_text(f'#!/bin/sh\n/bin/mkdir -p "$7" && /bin/cp {folder}/made.docx "$7/0.docx"\n')
            program.chmod(0o755)
            with Watched(folder, limited=False) as watched:
                yield watched


def read_some(name: str, check: Callable[[Given], None], count: int, seed: int | None = None) -> None:
    """Draws `count` files of a format, the same ones each time but for a seed."""

    @given(FORMATS[name].drawn())
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=seed is None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # how long a file takes says little of a smaller one
    )
    def each(drawn: Given) -> None:
        check(drawn)

    (each if seed is None else seeded(seed)(each))()


def read_for(name: str, seconds: float, *, real: bool, keep: Path) -> tuple[Counter[str], list[str]]:
    """Draws files for so long. Gives what came of them, and what was found; those files are kept."""
    came: Counter[str] = Counter()
    found: list[str] = []
    end = time.monotonic() + seconds

    def check(drawn: Given) -> None:
        if time.monotonic() > end:
            return
        try:
            came[watched.check(drawn)] += 1
        except AssertionError as error:
            place = keep / f"{name}-{len(found)}"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.with_suffix(".pickle").write_bytes(pickle.dumps(drawn))
            place.with_suffix(".txt").write_text(f"{error}\n{drawn!r}\n", "utf-8", "replace")
            found.append(f"{place}: {error}")

    with readers(name, real=real) as watched:
        while time.monotonic() < end:
            read_some(name, check, ROUND, random.randrange(2**32))  # noqa: S311 -- which files are drawn is no secret
    return came, found
