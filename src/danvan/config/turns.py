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

logger = logging.getLogger(__name__)


class InTurn:
    """What waitress gives its tasks to: things with service() and cancel()."""

    def __init__(self, threads: int = THREADS) -> None:
        self._change = threading.Condition()
        self._tasks: deque[Any] = deque()
        self._running: object | None = None
        self._since = 0.0  # when it began
        self._watched = False  # somebody waits for who runs to take long
        self._ended = False
        for number in range(threads):
            threading.Thread(target=self._work, name=f"request-{number}", daemon=True).start()

    def add_task(self, task: Any) -> None:
        with self._change:
            self._tasks.append(task)
            if self._running is None or not self._watched:
                self._change.notify()

    def shutdown(self) -> None:
        """Those that run come to their end, or to that of the process; those that wait are given up."""
        with self._change:
            self._ended = True
            while self._tasks:
                self._tasks.popleft().cancel()
            self._change.notify_all()

    def _work(self) -> None:
        while (task := self._next()) is not None:
            try:
                task.service()
            except Exception:
                logger.exception("a request could not be answered")
            with self._change:
                if self._running is task:
                    self._running = None

    def _next(self) -> Any:
        """The task whose turn it is; None at the end. Whoever comes from one takes the next: its connection is warm."""
        with self._change:
            while not self._ended:
                late = 0.0 if self._running is None else self._since + LONG - time.monotonic()
                if self._tasks and late <= 0:
                    self._running, self._since = self._tasks.popleft(), time.monotonic()
                    if self._tasks and not self._watched:
                        self._change.notify()
                    return self._running
                if self._tasks and not self._watched:
                    self._watched = True
                    self._change.wait(late)
                    self._watched = False
                else:
                    self._change.wait()
            return None
