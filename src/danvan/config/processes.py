"""Several processes that do the same work on one socket, one for each core."""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

PAUSE = 1.0  # seconds at least from start to start: one that cannot begin does not keep a core busy with trying
PATIENCE = 0.02  # seconds that a new caller waits for the freer process


LOOK = 0.05  # seconds between looks at those that run
LAST = 10.0  # seconds that a process has to end: its requests have five (turns.GRACE)
FAILED = 70  # exit status where something of ours broke; 1 is a command's own


def apart(work: Callable[[], int]) -> int:
    """Does `work` in a process of its own and gives its exit status (FAILED: it broke, and its traceback is told).

    Who will run several must not itself have drawn a chart: the engine that draws has threads, a forked process has
    the engine without them, and waits for it for ever with all that it holds. It ends with this one.
    """
    listening, alive = os.pipe()
    pid = _start(work, listening, alive)
    try:
        return os.waitstatus_to_exitcode(_next([pid])[1])
    except BaseException:  # this one is told to stop
        _stop([pid])
        raise
    finally:
        os.close(alive)
        os.close(listening)


def several(count: int, work: Callable[[int], None]) -> None:
    """Runs `work` in so many processes until this one is told to stop; one that dies is started again.

    Each is told its place, from 0. None outlives this one, however it ends. This one does nothing else (see `apart`).
    """
    listening, alive = os.pipe()  # nobody writes: it ends with us
    running: dict[int, int] = {}  # process: its place
    try:
        while True:
            for place in set(range(count)) - set(running.values()):
                running[_start(partial(work, place), listening, alive)] = place
            began = time.monotonic()
            running.pop(_next(running)[0])
            time.sleep(max(0.0, began + PAUSE - time.monotonic()))
    finally:
        _stop(running)
        os.close(alive)
        os.close(listening)


def _next(running: Iterable[int]) -> tuple[int, int]:
    """The one that ends next, and its status. Looked for again and again: whoever waits in the system for it does not
    hear a signal that comes just before."""
    while True:
        for pid in running:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return ended, status
        time.sleep(LOOK)


def _stop(running: Iterable[int]) -> None:
    """They are asked to end, and made to after LAST: a signal that comes while a process begins can be lost."""
    left = set(running)
    _send(left, signal.SIGTERM)
    until = time.monotonic() + LAST
    while left := {pid for pid in left if not _ended(pid)}:
        if time.monotonic() > until:
            _send(left, signal.SIGKILL)
        time.sleep(LOOK)


def _send(pids: Iterable[int], what: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, what)


def _ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:  # it was waited for before
        return True


def _start(work: Callable[[], int | None], listening: int, alive: int) -> int:
    sys.stdout.flush()  # what waits there would be said twice
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = FAILED
    try:
        os.close(alive)
        threading.Thread(target=_end_with, args=(listening,), daemon=True).start()
        status = work() or 0
    except SystemExit as asked:  # by a signal
        status = asked.code if isinstance(asked.code, int) else FAILED
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):  # the reader went away
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)  # what is registered for the end (the embedded database) is the first process's to do


def _end_with(listening: int) -> None:
    os.read(listening, 1)
    os._exit(1)


class Shared:
    """The socket that several processes listen on, so that a new caller goes to who has fewest.

    Without it the first to wake takes who calls: of two processes one may have seven callers and the other one, for as
    long as they stay.
    """

    def __init__(self, listening: socket.socket, count: int) -> None:
        self.listening = listening
        numbers = memoryview(mmap.mmap(-1, 16 * count)).cast("q")  # all processes see them
        self.open, self.taken = numbers[:count], numbers[count:]  # callers that each has, and that it ever took

    def of(self, place: int) -> socket.socket:
        """As the process of this place accepts from it."""
        self.open[place] = 0  # of who was here before
        return _Fair(self, place)


class _Fair(socket.socket):
    def __init__(self, shared: Shared, place: int) -> None:
        listening = shared.listening
        super().__init__(listening.family, listening.type, listening.proto, os.dup(listening.fileno()))
        self._shared, self._place = shared, place
        self._waits = (-1, 0.0)  # callers that were taken by all when this one began to wait, and since when it does

    def accept(self) -> tuple[socket.socket, Any]:
        """Raises BlockingIOError while another process that is freer may come first."""
        shared, now = self._shared, time.monotonic()
        if shared.open[self._place] > min(shared.open):
            taken = sum(shared.taken)
            if self._waits[0] != taken:  # it waits for another caller than before
                self._waits = taken, now
            if now < self._waits[1] + PATIENCE:
                time.sleep(0.001)
                raise BlockingIOError(errno.EWOULDBLOCK, "another process is freer")
        taken_now, address = super().accept()
        shared.taken[self._place] += 1
        return _Counted(taken_now, shared.open, self._place), address


class _Counted(socket.socket):
    def __init__(self, taken: socket.socket, counts: memoryview[int], place: int) -> None:
        super().__init__(taken.family, taken.type, taken.proto, taken.detach())
        self._open, self._place = counts, place
        counts[place] += 1

    def close(self) -> None:
        if self.fileno() != -1:
            self._open[self._place] -= 1
        super().close()

    def __del__(self) -> None:
        self.close()  # one that was dropped is counted no longer
