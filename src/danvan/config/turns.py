"""The requests of one process are answered one after another, as long as none takes long.

Threads of one process reckon one at a time anyway. To switch between them at every wait for the database makes each
page as slow as all of them together, and gives each its own connection to warm. One after another, a page waits for
those before it and is then made undisturbed; the slowest of a hundred comes a third earlier. Who takes long (a Word
file laid out, a stack of files read, an export being sent) holds nobody up: it ends beside those that come after it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import Any

LONG = 0.1  # seconds after which the next begins beside who still runs
THREADS = 8  # that many may take long at once
GRACE = 5.0  # seconds that the end waits for who still runs

logger = logging.getLogger(__name__)


class InTurn:
    """What waitress gives its tasks to: things with service() and cancel()."""

    def __init__(self, threads: int = THREADS) -> None:
        self._lock = threading.Lock()
        self._tasks: deque[Any] = deque()
        self._running: object | None = None  # whose turn it is
        self._since = 0.0  # when it began
        self._busy = 0  # that one, and those that took long
        self._idle: list[threading.Condition] = []  # the last one that worked comes first: its connection is warm
        self._watched = False  # one of them waits for who runs to take long
        self._ended = False
        self._done = threading.Condition(self._lock)
        for number in range(threads):
            threading.Thread(target=self._work, name=f"request-{number}", daemon=True).start()

    def add_task(self, task: Any) -> None:
        with self._lock:
            self._tasks.append(task)
            if self._running is None or not self._watched:
                self._wake()

    def shutdown(self) -> None:
        """Those that wait are given up; those that run have a while to come to their end."""
        with self._lock:
            self._ended = True
            while self._tasks:
                self._tasks.popleft().cancel()
            while self._idle:
                self._wake()
            self._done.wait_for(lambda: not self._busy, GRACE)

    def _wake(self) -> None:
        if self._idle:
            self._idle.pop().notify()

    def _work(self) -> None:
        mine = threading.Condition(self._lock)
        while (task := self._next(mine)) is not None:
            try:
                task.service()
            except BaseException:  # the thread goes on, whatever a request ends with
                logger.exception("a request could not be answered")
            with self._lock:
                self._busy -= 1
                self._done.notify()
                if self._running is task:
                    self._running = None

    def _next(self, mine: threading.Condition) -> Any:
        """The task whose turn it is; None at the end."""
        with self._lock:
            while not self._ended:
                late = 0.0 if self._running is None else self._since + LONG - time.monotonic()
                if self._tasks and late <= 0:
                    self._running, self._since = self._tasks.popleft(), time.monotonic()
                    self._busy += 1
                    if self._tasks and not self._watched:
                        self._wake()
                    return self._running
                watching = bool(self._tasks) and not self._watched
                self._watched = self._watched or watching
                self._idle.append(mine)
                mine.wait(late if watching else None)
                if mine in self._idle:
                    self._idle.remove(mine)
                if watching:
                    self._watched = False
            return None
