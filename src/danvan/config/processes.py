"""Several processes that do the same work on one socket, one for each core."""

from __future__ import annotations

import errno
import mmap
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

PAUSE = 1.0  # seconds at least from start to start: one that cannot begin does not keep a core busy with trying
PATIENCE = 0.02  # seconds that a new caller waits for the freer process


def several(count: int, work: Callable[[int], None]) -> None:
    """Runs `work` in so many processes until this one is told to stop; one that dies is started again.

    Each is told its place, from 0. None outlives this one, however it ends.
    """
    listening, alive = os.pipe()  # nobody writes: it ends with us
    running: dict[int, int] = {}  # process: its place
    try:
        while True:
            for place in set(range(count)) - set(running.values()):
                running[_start(work, place, listening, alive)] = place
            began = time.monotonic()
            ended, _status = os.wait()
            running.pop(ended, None)
            time.sleep(max(0.0, began + PAUSE - time.monotonic()))
    finally:
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        for pid in running:
            os.waitpid(pid, 0)
        os.close(alive)
        os.close(listening)


def _start(work: Callable[[int], None], place: int, listening: int, alive: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.close(alive)
    threading.Thread(target=_end_with, args=(listening,), daemon=True).start()
    status = 1
    try:
        work(place)
        status = 0
    finally:
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
        self.listening, self.count = listening, count
        self.open = memoryview(mmap.mmap(-1, 8 * count)).cast("q")  # callers of each process: all see it

    def of(self, place: int) -> socket.socket:
        """As the process of this place accepts from it."""
        self.open[place] = 0  # of who was here before
        return _Fair(self.listening, self.open, place)


class _Fair(socket.socket):
    def __init__(self, listening: socket.socket, counts: memoryview[int], place: int) -> None:
        super().__init__(listening.family, listening.type, listening.proto, os.dup(listening.fileno()))
        self._open, self._place, self._waits_since = counts, place, 0.0

    def accept(self) -> tuple[socket.socket, Any]:
        """Raises BlockingIOError while another process that is freer may come first."""
        if self._open[self._place] > min(self._open):
            now = time.monotonic()
            self._waits_since = self._waits_since or now
            if now < self._waits_since + PATIENCE:
                time.sleep(0.001)
                raise BlockingIOError(errno.EWOULDBLOCK, "another process is freer")
        self._waits_since = 0.0
        taken, address = super().accept()
        return _Counted(taken, self._open, self._place), address


class _Counted(socket.socket):
    def __init__(self, taken: socket.socket, counts: memoryview[int], place: int) -> None:
        super().__init__(taken.family, taken.type, taken.proto, taken.detach())
        self._open, self._place = counts, place
        counts[place] += 1

    def close(self) -> None:
        if self.fileno() != -1:
            self._open[self._place] -= 1
        super().close()
