"""Several processes on one socket: a dead one is replaced, and none is left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import psutil
import pytest

WORK = """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by what a shell starts in the background
from danvan.config.processes import several
several(2, lambda: time.sleep(600))
"""


@pytest.fixture
def first():
    """The process that was started."""
    with subprocess.Popen([sys.executable, "-c", WORK]) as started:
        yield psutil.Process(started.pid)
        started.kill()


def settled(first, count=2):
    """The processes that it runs, once there are so many."""
    for _ in range(200):
        found = {one.pid: one for one in first.children() if one.status() != psutil.STATUS_ZOMBIE}
        if len(found) == count:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not {count} processes: {found}")


def gone(processes):
    _gone, alive = psutil.wait_procs(list(processes.values()), timeout=10)
    return not alive


def test_one_that_dies_is_replaced(first):
    before = settled(first)
    killed = next(iter(before.values()))
    killed.kill()
    psutil.wait_procs([killed], timeout=10)
    assert len(settled(first).keys() & before.keys()) == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_none_outlives_the_first(first, how):
    running = settled(first)
    first.send_signal(how)
    assert gone(running)
