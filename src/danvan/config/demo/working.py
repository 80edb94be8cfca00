"""Reminders and digests live while the demo is served: `danvan work` beside it."""

from __future__ import annotations

import argparse

from danvan.access import scope
from danvan.config.working import work

EVERY = 60  # seconds


def rounds() -> None:
    """Again and again; a round that is cut off is done again by the next one."""
    with scope.system("danvan demo: work"):
        work(argparse.Namespace(once=False, every=EVERY))
