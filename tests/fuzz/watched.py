"""A reader in a process of its own, given one drawn file after the other, and what must be true of each answer."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import http.server
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
SECONDS = 2.0  # of the processor, for one file
PATIENCE = 90  # seconds on the clock, after which it hangs: a busy machine gives it little of the processor
_PACKAGE = 20  # times that, for all the files of a package: the reader itself gives up on one that hangs
OFFICE_SECONDS = 120  # LibreOffice itself has less (converters.OFFICE_SECONDS)
MEMORY = 1536 * 2**20  # bytes of address space, all libraries included
SECRET = "BÍ MẬT CỦA MÁY NÀY"  # noqa: S105 -- what a file beside must not be read for
VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Given:
    """Files as drawn. path: which of them is read ("" for the folder that holds them all).

    links: name -> where it points. refused: whether it must not be read. program: the one that opens it, if any.
    """

    files: dict[bytes, bytes]
    path: bytes = b"a"
    links: dict[bytes, bytes] = field(default_factory=dict)
    refused: bool = False
    kind: str = "reading"

    def __repr__(self) -> str:
        shown = {name[:80]: f"{len(data)} bytes, {data[:300]!r}" for name, data in self.files.items()}
        return f"Given({shown}, path={self.path[:80]!r}, links={self.links!r})"


class Outside:
    """A server that nobody should ask, and a file that nobody should read. Files that are drawn point to both."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="danvan-fuzz-"))
        self.secret = self.folder / "secret.txt"
        self.secret.write_text(SECRET, "utf-8")
        self.asked: list[str] = []
        asked = self.asked

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                asked.append(str(self.client_address))

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.address = f"http://127.0.0.1:{self._server.server_port}/a"


OUTSIDE = Outside()


class Watched:
    """programs: the path on which those are that open files for us."""

    def __init__(
        self, programs: str = "", *, limited: bool = True, patience: float = PATIENCE, seconds: float = SECONDS
    ) -> None:
        self.programs, self.limited, self.patience, self.seconds = programs, limited, patience, seconds
        self.root = Path(tempfile.mkdtemp(prefix="danvan-fuzz-")).resolve()
        self.given, self.scratch = self.root / "given", self.root / "scratch"
        self.scratch.mkdir()
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def check(self, given: Given) -> str:
        """Whether it, or a file in it, was refused or all was read. Raises AssertionError, by which a drawn file is made smaller."""
        self._lay_out(given)
        before = _listing(self.given)
        asked = len(OUTSIDE.asked)
        path = os.fsdecode(os.path.join(os.fsencode(self.given), given.path))
        order = {"kind": given.kind, "path": path, "scratch": str(self.scratch), "patience": self.patience}
        told = self._ask(order)
        outcome, says = told["outcome"], told["says"]
        assert outcome in ("read", "refused"), outcome
        assert not told["did"], told["did"]
        seconds = min(
            [told["seconds"], *(self._ask(order)["seconds"] for _ in range(2) if told["seconds"] > self.seconds)]
        )
        assert seconds <= self.seconds, f"{seconds:.1f} s"  # of three times the best: the machine may be busy
        assert _listing(self.given) == before, "the files given were changed"
        assert not list(self.scratch.iterdir()), "left behind"
        assert len(OUTSIDE.asked) == asked, "the network was asked"
        assert not any(SECRET in said for said in says), "a file beside was read"
        refusals = says if outcome == "refused" else [said for said in says if said.startswith("refused: ")]
        for said in refusals:
            assert VIETNAMESE.search(said), f"no sentence: {said!r}"
            assert said.rstrip().endswith((".", ")")), f"no sentence: {said!r}"
            assert said.isprintable(), f"cannot be shown: {said!r}"
            assert len(said) < 1000
        for said in says:
            assert said.encode("utf-8", "replace").decode() == said, "cannot be written"
        assert not given.refused or refusals, "should not have been read"
        return "refused" if refusals else "read"

    def _lay_out(self, given: Given) -> None:
        shutil.rmtree(self.given, ignore_errors=True)
        self.given.mkdir()
        top = os.fsencode(self.given)
        for name, data in given.files.items():
            place = os.path.join(top, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "wb") as stream:
                stream.write(data)
        for name, target in given.links.items():
            os.symlink(target, os.path.join(top, name))

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        process = self._started()
        assert process.stdin
        assert process.stdout
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], _PACKAGE * self.patience)
        line = process.stdout.readline() if ready else ""
        if line:
            return json.loads(line)
        process.kill()
        code = process.wait()
        self._stop()
        said = (self.root / "errors").read_text("utf-8", "replace")[-3000:]
        raise AssertionError(f"hangs, or ended with {code}: {said}")

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            environment = {
                **{name: value for name, value in os.environ.items() if not name.endswith(("_proxy", "_PROXY"))},
                "PATH": self.programs,
                "TMPDIR": str(self.scratch),
                "HOME": str(self.scratch),
                "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
                "PYTHONDONTWRITEBYTECODE": "1",
            }
            with (self.root / "errors").open("w") as errors:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "tests.fuzz.reader", str(MEMORY if self.limited else 0)],
                    cwd=self.scratch,
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    text=True,
                )
        return self._process

    def _stop(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()  # type: ignore[union-attr]
        self._process = None


def _listing(folder: Path) -> dict[bytes, str]:
    found = {}
    for place, _, names in os.walk(os.fsencode(folder)):
        for name in names:
            path = os.path.join(place, name)
            found[path] = (
                "link" if os.path.islink(path) else hashlib.sha256(Path(os.fsdecode(path)).read_bytes()).hexdigest()
            )
    return found
