"""Requests of one process: one after another, beside whoever takes long."""

from __future__ import annotations

import threading
import time

import pytest

from danvan.config import turns


class Task:
    def __init__(self, does=lambda: None):
        self.does, self.done, self.given_up = does, threading.Event(), False

    def service(self):
        try:
            self.does()
        finally:
            self.done.set()

    def cancel(self):
        self.given_up = True


@pytest.fixture
def dispatcher():
    made = turns.InTurn(threads=3)
    yield made
    made.shutdown()


@pytest.fixture
def patient(monkeypatch):
    """However loaded the machine is, nothing here takes long."""
    monkeypatch.setattr(turns, "LONG", 30)


@pytest.mark.usefixtures("patient")
def test_those_that_come_together_are_answered_one_after_another_in_their_order(dispatcher):
    running, most, order = [], [], []

    def work(number):
        running.append(number)
        time.sleep(0.005)
        most.append(len(running))
        order.append(number)
        running.remove(number)

    tasks = [Task(lambda number=number: work(number)) for number in range(20)]
    for task in tasks:
        dispatcher.add_task(task)
    assert all(task.done.wait(10) for task in tasks)
    assert (set(most), order) == ({1}, list(range(20)))


@pytest.mark.usefixtures("patient")
def test_one_that_comes_to_an_idle_process_is_answered_at_once_by_who_worked_last(dispatcher):
    by = []
    for _ in range(5):
        task = Task(lambda: by.append(threading.current_thread().name))
        dispatcher.add_task(task)
        assert task.done.wait(10)
        time.sleep(0.01)
    assert len(set(by)) == 1


def test_who_takes_long_holds_nobody_up(dispatcher):
    free = threading.Event()
    long = [Task(lambda: free.wait(30)) for _ in range(2)]
    short = [Task() for _ in range(3)]
    for task in (*long, *short):
        dispatcher.add_task(task)
    assert all(task.done.wait(10) for task in short)
    assert not any(task.done.is_set() for task in long)
    free.set()
    assert all(task.done.wait(10) for task in long)


@pytest.mark.usefixtures("patient")
def test_one_that_fails_is_told_and_the_next_goes_on(dispatcher, caplog):
    def fails():
        raise SystemExit("broken pipe")

    next_one = Task()
    for _ in range(4):  # more than there are threads
        dispatcher.add_task(Task(fails))
    dispatcher.add_task(next_one)
    assert next_one.done.wait(10)
    assert "broken pipe" in caplog.text


@pytest.mark.usefixtures("patient")
def test_at_the_end_who_waits_is_given_up(dispatcher):
    begun, free = threading.Event(), threading.Event()
    running, waiting = Task(lambda: begun.set() or free.wait(30)), Task()
    dispatcher.add_task(running)
    assert begun.wait(10)
    dispatcher.add_task(waiting)
    ending = threading.Thread(target=dispatcher.shutdown)
    ending.start()
    time.sleep(0.05)
    assert ending.is_alive(), "the end waits for who runs"
    free.set()
    ending.join(10)
    assert running.done.is_set()
    assert (waiting.given_up, waiting.done.is_set()) == (True, False)
