"""Several processes on one socket: a dead one is replaced, and none is left behind."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections import Counter

import psutil
import pytest

from danvan.config import processes

WORK = """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by what a shell starts in the background
from danvan.config.processes import several
several(2, lambda place: time.sleep(600))
"""


@contextlib.contextmanager
def started_by(script):
    """A process that runs the script; gone afterwards, whatever became of the test."""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


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


def test_one_that_does_not_listen_is_made_to_end():
    deaf = """
import signal, sys, time
from danvan.config import processes
processes.LAST = 0.5
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
def work(place):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("deaf", flush=True)
    time.sleep(600)
processes.several(2, work)
"""
    with started_by(deaf) as started:
        running = settled(psutil.Process(started.pid))
        assert [started.stdout.readline() for _ in running] == ["deaf\n"] * 2
        started.terminate()
        assert started.wait(20) == 143
        assert gone(running)


CALLED = """
import os, select, socket
from danvan.config import processes
processes.PATIENCE = 30  # however loaded the machine is
listening = socket.create_server(("127.0.0.1", 0))
shared = processes.Shared(listening, 2)
print(listening.getsockname()[1], flush=True)

def work(place):
    mine, open_ones = shared.of(place), []
    mine.setblocking(False)
    while True:
        for ready in select.select([mine, *open_ones], [], [])[0]:
            if ready is not mine:
                open_ones.remove(ready)
                ready.close()
                continue
            try:
                taken, address = mine.accept()
            except BlockingIOError:
                continue
            taken.sendall(b"%d" % os.getpid())
            open_ones.append(taken)

processes.several(2, work)
"""


def test_who_calls_comes_to_the_process_that_has_fewest_callers():
    with subprocess.Popen([sys.executable, "-c", CALLED], stdout=subprocess.PIPE, text=True) as started:
        port = int(started.stdout.readline())

        def call():
            line = socket.create_connection(("127.0.0.1", port), timeout=60)
            return line, line.recv(20)

        callers = [call() for _ in range(8)]
        assert sorted(Counter(who for _line, who in callers).values()) == [4, 4]
        left = callers[0][1]
        gone, there = ([one for one in callers if (one[1] == left) is there] for there in (True, False))
        for line, _who in gone:
            line.close()
        time.sleep(0.5)
        callers = [*there, *(call() for _ in range(3))]
        assert [who for _line, who in callers[4:]] == [left] * 3, "they left one: the next are its"
        started.terminate()
        for line, _who in callers:
            line.close()


def test_each_caller_is_waited_for_anew():
    """One that came and went to the freer process leaves nothing of the patience behind."""
    listening = socket.create_server(("127.0.0.1", 0))
    shared = processes.Shared(listening, 2)
    busy, free = shared.of(0), shared.of(1)
    for one in (busy, free):
        one.setblocking(False)
    shared.open[0] = 5
    for _ in range(2):
        caller = socket.create_connection(listening.getsockname())
        with pytest.raises(BlockingIOError):
            busy.accept()
        taken, _address = free.accept()
        time.sleep(2 * processes.PATIENCE)
        taken.close()
        caller.close()
    assert list(shared.open) == [5, 0]
    for one in (listening, busy, free):
        one.close()


def says(script):
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def test_what_is_done_apart_gives_its_exit_status_and_says_everything_once():
    script = """
import sys
from danvan.config.processes import apart
print("before")
status = apart(lambda: print("apart") or 1)
print("after", status)
sys.exit(status)
"""
    assert says(script) == (1, "before\napart\nafter 1\n", "")


def test_what_breaks_apart_is_told_and_is_no_status_of_a_command():
    script = "import sys; from danvan.config.processes import apart; sys.exit(apart(lambda: 1 // 0))"
    status, _out, told = says(script)
    assert status == processes.FAILED
    assert "ZeroDivisionError" in told


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_what_is_done_apart_does_not_outlive_the_first(how):
    script = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
from danvan.config.processes import apart
apart(lambda: time.sleep(600))
"""
    with started_by(script) as started:
        running = settled(psutil.Process(started.pid), 1)
        started.send_signal(how)
        assert gone(running)


def test_charts_are_drawn_in_each_process_though_one_was_drawn_before():
    """The engine that draws has threads of its own, which a forked process would wait for."""
    script = """
import os, time
from datetime import date
from danvan.config.processes import apart, several
from danvan.desk.charts import ChartPoint, over_time

def draw():
    points = tuple(ChartPoint(date(2026, month, 1), str(month), month, str(month), False) for month in (1, 4))
    assert "<svg" in over_time(points, (), (), "vi", "narrow")
    return 0

def work(place):
    draw()
    os.write(1, b"drawn\\n")
    time.sleep(600)

print(apart(draw), flush=True)
several(2, work)
"""
    with started_by(script) as started:
        assert [started.stdout.readline() for _ in range(3)] == ["0\n", "drawn\n", "drawn\n"]
