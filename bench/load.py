"""50 whole submissions a second of 120 cells each, sent to the running server for a minute; then counted."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import Any
from uuid import uuid4

import psutil

from bench.common import Row, Timing, table
from bench.tiers import FORM, LINES, Tier

RATE, SECONDS = 50, int(os.environ.get("BENCH_SECONDS", "60"))
CLIENTS = 100  # communes that file; each sends month after month
SENDERS = 8
MEMORY = 250  # MB of one web process


def main(tier: Tier, officers: list[tuple[int, Any]]) -> None:
    """Prints how many were sent and found, the time that an answer took, and the memory of each process."""
    from django.db import connection  # noqa: PLC0415 -- needs Django set up

    from danvan.access import scope  # noqa: PLC0415 -- needs Django set up

    with scope.system("bench"), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(period), '2026-M12') FROM figures_submission WHERE NOT standing")
        (last,) = cursor.fetchone()
    bodies = _bodies(officers, _after(last))
    cookies = [cookie(person) for _unit, person in officers]
    connection.close()
    with Server() as server:
        sent = _send(server.port, bodies, cookies)
        memory = server.memory()
    _count(tier, sent, memory)


def _after(last: str) -> int:
    """Months since January 2024 of the first month that nobody has sent."""
    year, month = last.split("-M")
    return max(36, (int(year) - 2024) * 12 + int(month))


def _bodies(officers: list[tuple[int, Any]], first: int) -> list[tuple[int, str, bytes]]:
    """(officer, key, body) of every sending, in the order of time."""
    from danvan.figures import catalogue  # noqa: PLC0415 -- needs Django set up
    from danvan.figures.models import Form  # noqa: PLC0415 -- needs Django set up

    lines = [row["indicator"] for row in Form.objects.get(code=FORM).sections[0]["rows"]]
    ratios = {code for code in lines if catalogue.load()[code].units == "ratio"}
    found = []
    for number in range(RATE * SECONDS):
        place, month = number % len(officers), first + number // len(officers)
        cells = [
            {"indicator": code, "numerator": number % 50, "denominator": 50}
            if code in ratios
            else {"indicator": code, "value": (number + line) % 90}
            for line, code in enumerate(lines)
        ]
        key = str(uuid4())
        period = f"{2024 + month // 12}-M{month % 12 + 1:02}"
        found.append((place, key, json.dumps({"form": FORM, "period": period, "key": key, "cells": cells}).encode()))
    return found


def cookie(person: Any) -> str:
    """Signed in, as a browser would say it."""
    from django.conf import settings  # noqa: PLC0415 -- needs Django set up
    from django.middleware.csrf import get_token  # noqa: PLC0415 -- needs Django set up
    from django.test import Client, RequestFactory  # noqa: PLC0415 -- needs Django set up

    client = Client()
    client.force_login(person)
    request = RequestFactory().get("/")
    get_token(request)
    token = request.META["CSRF_COOKIE"]
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}"


class Server:
    """`danvan serve` on the bench's database, one process a core; or another command that serves on a port."""

    def __init__(self, *command: str) -> None:
        self.command = command or ("danvan.config.cli", "serve", "--port", "PORT")

    def __enter__(self) -> Server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        serve = [sys.executable, "-m", *(str(self.port) if one == "PORT" else one for one in self.command)]
        self.process = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return self
        raise RuntimeError("bench: the server does not answer")

    def __exit__(self, *exc: object) -> None:
        self.process.terminate()
        self.process.wait(30)

    def memory(self) -> list[float]:
        """MB of each process that answers, what it shares with the first included."""
        first = psutil.Process(self.process.pid)
        workers = [one for one in first.children() if one.name().startswith(("python", "danvan"))] or [first]
        return [one.memory_info().rss / 1e6 for one in workers]


def _send(port: int, bodies: list[tuple[int, str, bytes]], cookies: list[str]) -> dict[str, Any]:
    """Sends each at its time, whatever became of those before: a late one counts from when it was due."""
    took: list[float] = []
    told: Counter[int] = Counter()
    wrong: list[bytes] = []
    began = time.perf_counter() + 1

    def work(mine: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(mine, len(bodies), SENDERS):
            place, _key, body = bodies[number]
            due = began + number / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            cookie = cookies[place]
            headers = {
                "Content-Type": "application/json",
                "Cookie": cookie,
                "X-CSRFToken": cookie.rpartition("=")[2],
            }
            line.request("POST", "/api/submissions/", body, headers)
            answer = line.getresponse()
            said = answer.read()
            took.append(time.perf_counter() - due)
            told[answer.status] += 1
            if answer.status != 201:
                wrong.append(said[:200])

    threads = [threading.Thread(target=work, args=(mine,)) for mine in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "took": sorted(took),
        "told": told,
        "wrong": wrong,
        "seconds": time.perf_counter() - began,
        "keys": [key for _place, key, _body in bodies],
    }


def _count(tier: Tier, sent: dict[str, Any], memory: list[float]) -> None:
    from danvan.access import scope  # noqa: PLC0415 -- needs Django set up
    from danvan.audit import chain  # noqa: PLC0415 -- needs Django set up
    from danvan.figures.actions.sealing import verify_one  # noqa: PLC0415 -- needs Django set up
    from danvan.figures.models import Cell, Submission  # noqa: PLC0415 -- needs Django set up

    with scope.system("bench"):
        found = Submission.objects.filter(key__in=sent["keys"])
        count, cells = found.count(), Cell.objects.filter(submission__in=found).count()
        seals = [fault for one in found.select_related("form").order_by("-pk")[:100] if (fault := verify_one(one))]
        events, faults = chain.verify()
    took: list[float] = sent["took"]
    each = Timing(took[len(took) // 2], took[int(0.95 * len(took))], len(took))
    table([Row("a whole submission by HTTP", f"{LINES} cells, {tier.said}", each)])
    rate = len(took) / sent["seconds"]
    slow = " SLOW" if rate < 0.98 * RATE else ""
    told = ", ".join(f"{status}: {count}" for status, count in sent["told"].items())
    print(f"  {len(took)} sent in {sent['seconds']:.1f} s: {rate:.1f} a second of {RATE} wanted{slow}; answers {told}")
    print(f"  found {count} submissions and {cells} cells; {events} audit events in whole chains; 100 seals hold")
    large = " LARGE" if max(memory) > MEMORY else ""
    print(f"  memory of each process: {', '.join(f'{one:.0f} MB' for one in memory)}{large}")
    acknowledged = sent["told"][201] + sent["told"][200]
    assert not sent["wrong"], sent["wrong"][:3]
    assert (count, cells) == (acknowledged, acknowledged * LINES), "submissions were lost or doubled"
    assert not seals, seals[:3]
    assert not faults, faults[:3]
