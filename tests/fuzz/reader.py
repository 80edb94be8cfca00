"""The process that reads: given files, one order a line, it answers what came of each and what it did on the way.

{"kind": "reading" or "workbook", "path": ..., "scratch": the one folder that it may write to}
{"outcome": "read", "refused" or an error's trace, "says": [...], "seconds": ..., "did": [...]}
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import sys
import traceback
from datetime import date
from pathlib import Path
from typing import Any

TODAY = date(2026, 7, 1)
# What reading has no business with. A new folder or file is looked at where it lies; programs, what they are.
FORBIDDEN = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "os.system",
             "os.exec", "os.posix_spawn", "os.symlink", "os.link", "os.chmod", "os.chown", "os.truncate", "webbrowser.open",
             "urllib.Request", "pickle.find_class", "exec_file")  # fmt: skip
WRITES = {"os.mkdir": (0,), "os.rename": (0, 1), "os.remove": (0,), "os.rmdir": (0,), "shutil.rmtree": (0,)}
PROGRAMS = ("soffice", "tesseract", Path(sys.executable).name)


class Clock:
    """What of the processor's time each file took: of a package as many as are in it.

    patience: seconds by the wall after which one of them hangs, however many there are: the process ends and says where.
    """

    def __init__(self, patience: float) -> None:
        self.longest, self._patience = 0.0, patience
        self._begin()

    def next(self) -> None:
        self.longest = max(self.longest, self._spent() - self._began)
        self._begin()

    def _begin(self) -> None:
        self._began = self._spent()
        faulthandler.dump_traceback_later(self._patience, exit=True)

    def _spent(self) -> float:
        spent = os.times()
        return spent.user + spent.system + spent.children_user + spent.children_system


class Witness:
    """Hears what the interpreter is asked to do, and keeps what it should not have been asked."""

    def __init__(self) -> None:
        self.scratch = ""
        self.did: list[str] = []
        self.listens = False

    def hear(self, event: str, given: tuple[Any, ...]) -> None:
        if not self.listens:
            return
        if event in FORBIDDEN:
            self.did.append(f"{event}{given!r}"[:300])
        elif event == "open" and _writes(given) and not self._inside(given[0]):
            self.did.append(f"open for writing {given[0]!r}"[:300])
        elif event in WRITES and not all(self._inside(given[at]) for at in WRITES[event]):
            self.did.append(f"{event}{given!r}"[:300])
        elif event == "subprocess.Popen" and Path(os.fsdecode(given[0])).name not in PROGRAMS:
            self.did.append(f"started {given[0]!r}")

    def _inside(self, path: Any) -> bool:
        if isinstance(path, int):
            return True  # opened before
        return (os.path.realpath(os.fsdecode(path)) + os.sep).startswith(self.scratch + os.sep)


def _writes(given: tuple[Any, ...]) -> bool:
    path, mode, flags = given[:3]
    if isinstance(mode, str):
        return bool(set(mode) & set("wax+")) and path != os.devnull
    return bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)) and path != os.devnull


def main(memory: int) -> None:
    from danvan.narrative.reading import checking, files, packages, read_text
    from danvan.narrative.reading.refusal import UnreadableFile
    from tests.fuzz import forms

    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no answer
    checking.check(read_text("Năm 2023, huyện Sông Trà tiếp 46 lượt công dân; 12 đơn so với so với."), TODAY)
    forms.warm_up()
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    witness = Witness()
    sys.addaudithook(witness.hear)

    def reading(path: str, clock: Clock) -> list[str]:
        said = []
        for source, data in packages.read_each(packages.sources(path)):
            clock.next()
            said.append(source.name)
            try:
                if isinstance(data, UnreadableFile):
                    raise data
                document = files.read_bytes(data, source.label)
                checking.check(document, TODAY)
                said.append(document.text)
            except UnreadableFile as refused:
                said.append(f"refused: {refused}")
        return said

    kinds = {"reading": (reading, UnreadableFile), "workbook": (forms.read, forms.Refused)}
    for line in sys.stdin:
        order = json.loads(line)
        witness.scratch, witness.did = order["scratch"], []
        read, refusal = kinds[order["kind"]]
        clock = Clock(order["patience"])
        witness.listens = True
        try:
            says, outcome = read(order["path"], clock), "read"
        except refusal as refused:
            says, outcome = [str(refused)], "refused"
        except BaseException:
            says, outcome = [], traceback.format_exc()
        witness.listens = False
        clock.next()
        faulthandler.cancel_dump_traceback_later()
        told = {"outcome": outcome, "says": says, "seconds": clock.longest, "did": witness.did}
        print(json.dumps(told), file=answer, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
