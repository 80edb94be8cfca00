"""Several processes that do the same work on one socket: one for each core."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable


def several(count: int, work: Callable[[], None]) -> None:
    """Runs `work` in so many processes until this one is told to stop; one that dies is started again.

    None outlives this one, however it ends.
    """
    listening, alive = os.pipe()  # nobody writes: it ends with us
    running: set[int] = set()
    try:
        while True:
            while len(running) < count:
                running.add(_start(work, listening, alive))
            ended, _status = os.wait()
            running.discard(ended)
    finally:
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        for pid in running:
            os.waitpid(pid, 0)
        os.close(alive)
        os.close(listening)


def _start(work: Callable[[], None], listening: int, alive: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.close(alive)
    threading.Thread(target=_end_with, args=(listening,), daemon=True).start()
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)  # what is registered for the end (the embedded database) is the first process's to do


def _end_with(listening: int) -> None:
    os.read(listening, 1)
    os._exit(1)
