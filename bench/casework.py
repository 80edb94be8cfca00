"""What a reception desk and a province's office wait for, at eight connections, and what citizens send."""

from __future__ import annotations

import http.client
import itertools
import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from bench.common import Row, Timing, measure, table
from bench.load import Server, cookie
from bench.matters import ASKS, DEEDS, PLACES, SUBJECTS, Register, open_register

AT_ONCE, RUNS, WARM = 8, 400, 10  # connections, requests measured, requests of each connection before that
SEARCHES = ("đèn đường", "den duong", "thua dat giap ranh", "mương tiêu nước bị ngập", "khu tai dinh cu xom dong may")
TYPE = "application/x-www-form-urlencoded"


def main(matters: int) -> None:
    os.environ.setdefault("DANVAN_SECRET_KEY", "b" * 50)  # the server must know the sessions that are opened here
    register = open_register(matters)
    if register.made:
        print(f"  made in {register.made:.0f} s")
    print(f"  {register.said}, {register.size / 1e9:.1f} GB")
    from danvan.access import scope  # noqa: PLC0415 -- needs Django set up

    with scope.system("bench"):
        desk = Desk(register)
        rows = list(counting(register))
    with Server("bench.bare", "PORT", str(register.province)) as bare:
        simple = closed_loop(bare.port, lambda n: Ask("/", ""))
    rows.append(Row("a bare view, one indexed query, 8 connections", register.said, simple))
    with Server() as server:
        rows += pages(server.port, desk, register, simple.median)
        rows += form(server.port, desk, register)
        rows += export(server, desk, register)
    table(rows)


class Ask:
    """One request. body: posted where given."""

    def __init__(self, path: str, cookie: str, body: dict[str, Any] | None = None, expects: int = 200) -> None:
        self.path, self.cookie, self.body, self.expects = path, cookie, body, expects

    def send(self, line: http.client.HTTPConnection) -> None:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if self.body is None:
            line.request("GET", self.path, headers=headers)
        else:
            said = urlencode({**self.body, "csrfmiddlewaretoken": self.cookie.rpartition("=")[2]})
            line.request("POST", self.path, said.encode(), {**headers, "Content-Type": TYPE})
        answer = line.getresponse()
        said_back = answer.read()
        assert answer.status == self.expects, (self.path, answer.status, said_back[-400:])


def closed_loop(port: int, ask: Callable[[int], Ask], runs: int = RUNS, at_once: int = AT_ONCE) -> Timing:
    """Each connection asks again as soon as it is answered."""
    took: list[float] = []
    wrong: list[BaseException] = []

    def work(mine: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            for _ in range(WARM):
                ask(mine).send(line)
            for number in range(mine, runs, at_once):
                one = ask(number)
                began = time.perf_counter()
                one.send(line)
                took.append(time.perf_counter() - began)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    took.sort()
    return Timing(took[len(took) // 2], took[int(0.95 * len(took))], len(took))


class Desk:
    """Somebody signed in at the commune's desk, in the province's office, and for the nation."""

    def __init__(self, register: Register) -> None:
        from django.utils import timezone  # noqa: PLC0415 -- needs Django set up

        from danvan.casework.models import Matter  # noqa: PLC0415 -- needs Django set up
        from danvan.units import queries as units  # noqa: PLC0415 -- needs Django set up

        self.unit = register.commune
        communes = [one.unit_id for one in units.children(register.province, timezone.localdate(), "commune")]
        # At each connection somebody else sits, in another commune: a register is written into one after the other.
        self.desks = [cookie(_person(unit)) for unit in communes[:AT_ONCE]]
        self.office = cookie(_person(register.province))
        self.nation = cookie(_person(register.country))
        found = Matter.objects.filter(unit=register.province).values_list("pk", flat=True)
        self.matters = random.Random(7).sample(sorted(found), min(400, len(found)))  # noqa: S311 -- no secret
        self.draw = random.Random(8)  # noqa: S311 -- no secret

    def title(self) -> str:
        return f"{self.draw.choice(SUBJECTS).capitalize()} tại {self.draw.choice(PLACES)} {self.draw.choice(DEEDS)}"

    def visit(self) -> dict[str, Any]:
        from django.utils import timezone  # noqa: PLC0415 -- needs Django set up

        return {
            "key": str(uuid4()),
            "name": f"Người Thử {self.draw.randrange(10**6)}",
            "phone": f"09{self.draw.randrange(10**8):08}",
            "address": f"nhà {self.draw.randrange(10**4)} khu tập thể Cơ khí",  # no place that a title speaks of
            "persons": "1",
            "matter": "new",
            "title": self.title(),
            "text": " ".join(self.draw.sample(ASKS, 3)),
            "type": "recommendation",
            "channel": "in_person",
            "receiver": "reception_office",
            "mode": "regular",
            "signers": "one",
            "signer_count": "1",
            "on": f"{timezone.localdate():%d/%m/%Y}",
        }


def _person(unit: int) -> Any:
    """A leader of the unit: sees, handles, receives."""
    from datetime import date  # noqa: PLC0415 -- only here

    from danvan.access.actions import add_person, give_post  # noqa: PLC0415 -- needs Django set up
    from danvan.access.models import Person  # noqa: PLC0415 -- needs Django set up

    found = Person.objects.filter(username=f"leader{unit}").first()
    if found is None:
        found = add_person(username=f"leader{unit}", name=f"Bench {unit}", by="bench")
        give_post(person=found, unit=unit, role="leader", since=date(2026, 1, 1), by="bench")
    return found


def counting(register: Register) -> Iterator[Row]:
    """Counters of a quarter for all units of a province at once; the overdue of the nation."""
    from datetime import date  # noqa: PLC0415 -- only here

    from danvan.casework import counting  # noqa: PLC0415 -- needs Django set up
    from danvan.units.models import Reach  # noqa: PLC0415 -- needs Django set up

    wanted = list(Reach.objects.filter(holder=register.province).values_list("unit", flat=True))
    took = measure(lambda: counting.counts(wanted, date(2026, 7, 1), date(2026, 9, 30)), 20)
    yield Row("quarterly counters of a province", f"{len(wanted)} units, {register.said}", took, 0.3, True)


def pages(port: int, desk: Desk, register: Register, bare: float) -> Iterator[Row]:
    said = register.said

    def row(what: str, ask: Callable[[int], Ask], limit: float, at_once: int = AT_ONCE, runs: int = RUNS) -> Row:
        return Row(
            f"{what}, {at_once} connection{'s' if at_once > 1 else ''}",
            said,
            closed_loop(port, ask, runs, at_once),
            limit,
            True,
            bare,
        )

    views = itertools.cycle(("", "?view=overdue", "?view=closed", "?view=week&of=below", "?type=complaint"))
    yield row("work list", lambda n: Ask(f"/matters/{next(views)}", desk.office), 0.1)
    yield row("matter page", lambda n: Ask(f"/matters/{desk.matters[n % len(desk.matters)]}/", desk.office), 0.1)
    yield row("reception save", lambda n: Ask("/reception/", desk.desks[n % AT_ONCE], desk.visit(), 302), 0.1)

    def search(number: int, more: str = "") -> Ask:
        asked = SEARCHES[number % len(SEARCHES)]
        return Ask(f"/matters/?{urlencode({'q': asked, 'view': 'closed'})}{more}", desk.office)

    yield row("search, with and without marks", search, 0.1)
    yield row("search, with and without marks", search, 0.1, 1, 50)
    yield row("the same among the whole province", lambda n: search(n, "&of=below"), 0.1, 1, 50)
    yield row(
        "duplicates as one types", lambda n: Ask("/reception/help/", desk.desks[n % AT_ONCE], desk.visit()), 0.15, 1, 50
    )
    yield row("duplicates as one types", lambda n: Ask("/reception/help/", desk.desks[n % AT_ONCE], desk.visit()), 0.15)
    yield row("overdue of the nation", lambda n: Ask("/matters/?view=overdue&of=below", desk.nation), 0.5, 1, 30)


def form(port: int, desk: Desk, register: Register) -> Iterator[Row]:
    """The citizens' form, its proof of work done beforehand; from many addresses, for each may send only so often."""
    from danvan.casework import challenge  # noqa: PLC0415 -- needs Django set up

    runs, ready = 600, []
    for _ in range(runs + AT_ONCE):
        made = challenge.make()
        work = next(n for n in itertools.count() if challenge._worked(made.token, str(n)))
        ready.append((made.token, str(work)))
    told: Counter[int] = Counter()
    took: list[float] = []

    def send(mine: int) -> None:
        for number in range(mine, runs, AT_ONCE):
            line = http.client.HTTPConnection(
                "127.0.0.1", port, timeout=60, source_address=(f"127.{2 + number // 250}.0.{1 + number % 250}", 0)
            )
            line.request("GET", "/say/")
            first = line.getresponse()
            page = first.read().decode()
            given = dict(one.split("=", 1) for one in [first.getheader("Set-Cookie", "csrftoken=").split(";")[0]])
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
            proof, work = ready[number]
            body = urlencode(
                {
                    "csrfmiddlewaretoken": token[1] if token else "",
                    "step": "3",
                    "key": str(uuid4()),
                    "type": "reflection",
                    "unit": desk.unit,
                    "text": f"{desk.title()}. {ASKS[number % 5]} {number}",
                    "place": "",
                    "token": proof,
                    "work": work,
                }
            )
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in given.items()), "Content-Type": TYPE}
            began = time.perf_counter()
            line.request("POST", "/say/", body.encode(), headers)
            answer = line.getresponse()
            answer.read()
            took.append(time.perf_counter() - began)
            told[answer.status] += 1

    before = time.perf_counter()
    threads = [threading.Thread(target=send, args=(mine,)) for mine in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - before
    accepted = told[302]
    took.sort()
    rate = f"{accepted / seconds:.0f} a second, each with the page before it"
    slow = " SLOW" if accepted / seconds < 100 else ""
    print(f"  public form: {accepted} of {runs} accepted in {seconds:.1f} s: {rate}{slow}; answers {dict(told)}")
    yield Row(
        "public form accepted, 8 connections", register.said, Timing(took[runs // 2], took[int(0.95 * runs)], runs)
    )


def export(server: Server, desk: Desk, register: Register) -> Iterator[Row]:
    """As much of the nation's register as there is, up to the end of the file; memory looked at on the way."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    before = max(server.memory())
    most, began, rows = before, time.perf_counter(), 0
    line.request("GET", "/matters/table.csv?view=closed&of=below", headers={"Cookie": desk.nation})
    answer = line.getresponse()
    assert answer.status == 200, answer.status
    while piece := answer.read(1 << 18):
        rows += piece.count(b"\n")
        most = max(most, *server.memory())
        if rows >= 100_000 and register.matters > 100_000:
            line.close()
            break
    seconds = time.perf_counter() - began
    print(f"  export: {rows:,} rows in {seconds:.1f} s, memory +{most - before:.0f} MB")
    yield Row(
        "export as it streams, per 1,000 rows",
        f"{rows:,} rows",
        Timing(seconds / rows * 1000, seconds / rows * 1000, 1),
    )
