"""Reminders and digests live while the demo is served: `danvan work` beside it, in a thread."""

from __future__ import annotations

import argparse
import threading

from danvan.access import scope
from danvan.config.working import work

EVERY = 60  # seconds


def start() -> None:
    """Ends with the process: a round that is cut off is done again by the next one."""
    threading.Thread(target=_rounds, name="danvan work", daemon=True).start()


def _rounds() -> None:
    with scope.system("danvan demo: work"):
        work(argparse.Namespace(once=False, every=EVERY))
