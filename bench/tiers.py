"""Two databases of known content: a province and the nation, 36 months of 120 figures each month from every commune.

Made once and kept under var/bench-<tier>: old communes report until June 2025, the new ones since. Every figure follows
from unit, month and line; every submission is sealed in its unit's chain. Rows are copied in as the owner with triggers
and indexes away. What is kept ready is added up here where nothing is missing, else by the product; the bench has the
product check a part of both.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from bench.common import kept_database, log

FORM = "bench_monthly"
PROVINCE = "19"  # Thái Nguyên: Thái Nguyên and Bắc Kạn until June 2025
LINES, BY = 120, "bench"
FIRST, REFORM, LAST = dt.date(2024, 1, 1), dt.date(2025, 7, 1), dt.date(2026, 12, 31)
OLD = [f"{2024 + month // 12}-M{month % 12 + 1:02}" for month in range(18)]
NEW = [f"{2025 + (month + 6) // 12}-M{(month + 6) % 12 + 1:02}" for month in range(18)]
PARTLY = ["2025-9M"]  # and the year: each commune has a part of them
CHUNK = 60  # units copied at once
FILED_AT = dt.datetime(2024, 1, 1, 8, tzinfo=dt.UTC)


class Tier(NamedTuple):
    """name: province or nation. root: the unit on top. made: seconds, 0 where it was there."""

    name: str
    root: int
    communes: int
    cells: int
    made: float
    size: int

    @property
    def said(self) -> str:
        return f"{self.communes:,} communes, {self.cells / 1e6:.1f} M cells"


def open_tier(name: str) -> Tier:
    """Django set up on the tier's database, made first where it is not there yet. Once a process."""
    found, made, size = kept_database(name, Path(__file__), lambda: _make(name))
    return Tier(name, found["root"], found["communes"], found["cells"], made, size)


# Making


def _make(name: str) -> dict[str, int]:
    from danvan.access import scope  # noqa: PLC0415 -- needs Django set up
    from danvan.units import queries as units  # noqa: PLC0415 -- needs Django set up

    with scope.system("bench"):
        if units.first_day() is None:
            log("the map")
            importlib.import_module("danvan.units.loading.load").load_map(by=BY)
        form, layout, lines = _form()
        country = units.country(LAST).unit_id
        root = country if name == "nation" else units.with_code(PROVINCE, LAST, "province")[0].unit_id
        new = [node.unit_id for node in units.tree(root, LAST, ("commune",)) if node.level == "commune"]
        before = REFORM - dt.timedelta(1)
        heads = {flow.old_unit_id for flow in units.lineage_back([root], LAST, before)}
        old = sorted(
            node.unit_id for head in heads for node in units.tree(head, before, ("commune",)) if node.level == "commune"
        )
    both = sorted({*old, *new})
    log(f"{len(old):,} communes until June 2025, {len(new):,} since")
    was, is_ = set(old), set(new)
    jobs = [Job(form, layout, lines, place, unit, unit in was, unit in is_) for place, unit in enumerate(both)]
    owner = _owner()
    away = _indexes_away(owner)
    with _workers() as pool:
        for done, _ in enumerate(pool.map(_copy, _chunks(jobs, CHUNK)), 1):
            if done % 50 == 0:
                log(f"{done * CHUNK:,} of {len(jobs):,} communes written")
    log("indexes")
    _indexes_back(owner, away)
    log("kept ready")
    with _workers() as pool:
        chunks = [[(job.unit, job.periods if job.gaps else PARTLY) for job in some] for some in _chunks(jobs, 150)]
        for done, _ in enumerate(pool.map(_keep, chunks), 1):
            if done % 20 == 0:
                log(f"{done * 150:,} of {len(jobs):,} communes")
    log("statistics")
    for table in ("figures_submission", "figures_cell", "figures_kept"):
        owner.execute(f"VACUUM (ANALYZE) {table}")
    owner.close()
    submissions = sum(len(job.periods) for job in jobs)
    return {"root": root, "communes": len(both), "cells": submissions * LINES}


class Line(NamedTuple):
    """ratio: with numerator and denominator. time: how months add up."""

    code: str
    ratio: bool
    time: str


class Job(NamedTuple):
    """One commune's months. place: among all, from which the ids of its rows follow."""

    form: int
    layout: int
    lines: tuple[Line, ...]
    place: int
    unit: int
    old: bool
    new: bool

    @property
    def gaps(self) -> bool:
        """Whether some figures are not reported."""
        return self.place % 50 == 0

    @property
    def periods(self) -> list[str]:
        return [*(OLD if self.old else ()), *(NEW if self.new else ())]


def _workers() -> ProcessPoolExecutor:
    """Two processes with Django set up on the same database."""
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=_set_up)


def _set_up() -> None:
    importlib.import_module("django").setup()


def _chunks(rows: list[Any], size: int) -> Iterator[list[Any]]:
    for first in range(0, len(rows), size):
        yield rows[first : first + size]


def _form() -> tuple[int, int, tuple[Line, ...]]:
    """A form of 120 lines that communes file every month; gives its id, its layout's and the lines."""
    from django.db.backends.postgresql.psycopg_any import DateRange  # noqa: PLC0415 -- needs Django set up

    from danvan.figures import catalogue, kept  # noqa: PLC0415 -- needs Django set up
    from danvan.figures.models import Duty, Form  # noqa: PLC0415 -- needs Django set up
    from danvan.lib.periods import Period  # noqa: PLC0415 -- needs Django set up

    known = [one for one in catalogue.load() if one.units in ("sum", "ratio") and one.time in ("sum", "last", "ratio")]
    known = sorted(known, key=lambda one: one.units != "ratio")[:LINES]
    during = DateRange(FIRST, None)
    rows = [{"indicator": one.code, "breakdown": ""} for one in known]
    values = {
        "name_vi": "Biểu đo tốc độ",
        "name_en": "Bench form",
        "calendar": "calendar",
        "periodicities": ["month", "quarter", "half", "nine_months", "year"],
        "sections": [{"title_vi": "Số liệu", "title_en": "Figures", "rows": rows}],
        "during": during,
        "due": {"working_days": 5, "after": "window_end"},
    }
    form, _created = Form.objects.get_or_create(code=FORM, defaults=values)
    Duty.objects.get_or_create(form_code=FORM, line="", level="commune", defaults={"during": during})
    layout = kept.current_layout(FORM, Period.parse(NEW[-1]))
    assert len(known) == LINES
    assert [code for code, _breakdown in layout.lines] == [one.code for one in known]
    return form.pk, layout.id, tuple(Line(one.code, one.units == "ratio", one.time) for one in known)


def _owner() -> Any:
    import psycopg  # noqa: PLC0415 -- a database is not needed to import this

    owner = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
    owner.execute("SET danvan.system = 'on'; SET maintenance_work_mem = '1GB'; SET synchronous_commit = off")
    return owner


TABLES = ("figures_submission", "figures_cell", "figures_kept")


def _indexes_away(owner: Any) -> list[str]:
    """Nothing that a copy would have to keep up; gives the statements that bring it back."""
    back = []
    for table in TABLES:
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE TRIGGER USER")
    found = owner.execute(
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
           WHERE contype = 'f' AND 'figures_submission'::regclass IN (conrelid, confrelid)
              OR 'figures_cell'::regclass IN (conrelid, confrelid) AND contype IN ('p', 'u', 'f')
           ORDER BY contype"""  # what refers to a key before the key
    ).fetchall()
    for table, name, definition in found:
        owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        back.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    indexes = owner.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'figures_cell'").fetchall()
    for name, definition in indexes:
        owner.execute(f'DROP INDEX "{name}"')
        back.append(definition)
    return back


def _indexes_back(owner: Any, back: Sequence[str]) -> None:
    # Primary keys first: others refer to them.
    for statement in sorted(back, key=lambda one: ("FOREIGN KEY" in one, "PRIMARY KEY" not in one)):
        owner.execute(statement)
    for table in TABLES:
        owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY; ALTER TABLE {table} ENABLE TRIGGER USER")
    for table in TABLES[:2]:
        owner.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608


# One chunk of communes, in a process of its own


def figure(place: int, month: int, line: int, ratio: bool) -> tuple[str, int, int, int, str]:
    """state, value in ten thousandths, numerator, denominator, qualifier: from unit, month and line alone."""
    chance = (place * 7919 + line * 104729) % 200
    if chance == 0 and not ratio:
        return "not_applicable", 0, 0, 0, "exact"
    if chance < 40 and place % 50 == 0 and month % 6 == 5 and not ratio:
        return "not_reported", 0, 0, 0, "exact"
    hedge = "over" if chance == 2 else "exact"
    number = (place * 31 + month * 17 + line * 13) % 97
    if not ratio:
        return "value", number * 10_000, 0, 0, hedge
    below = number + 1 + (line + month) % 5
    return "value", (2_000_000 * number + below) // (2 * below), number, below, hedge


def _copy(jobs: list[Job]) -> int:
    """Copies the submissions and cells of some communes."""
    with _owner() as owner:
        submissions: list[str] = []
        cells: list[str] = []
        kept: list[str] = []
        for job in jobs:
            months = _write(job, submissions, cells)
            if not job.gaps:
                kept += (row for some in (months[:18], months[18:]) for row in _added_up(job, some))
        with owner.transaction(), owner.cursor() as cursor:
            for table, columns, rows in (
                ("figures_submission", SUBMISSION, submissions),
                ("figures_cell", CELL, cells),
                ("figures_kept", KEPT, kept),
            ):
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write("".join(rows))
    return len(cells)


SUBMISSION = (
    'id, form_id, unit_id, period, "window", kind, edition, state, standing, reason, text, revision, started_at, '
    "filed_at, filed_by, decided_at, decided_by, decision, source, illustration, rests_on, seal, seal_before, "
    "seal_number"
)
KEPT = (
    'form, period, before, unit_id, "window", layout_id, parts, illustration, marks, numbers, above, below, reasons, '
    "details"
)
CELL = (
    "id, submission_id, indicator, breakdown, state, value, numerator, denominator, qualifier, origin, note, "
    "explanation, revision, entered_at, entered_by"
)


class Month(NamedTuple):
    """What a commune said of one month, in the order of the lines."""

    code: str
    marks: list[str]
    numbers: list[int]
    parts: dict[int, tuple[int, int]]  # of the ratios


def _write(job: Job, submissions: list[str], cells: list[str]) -> list[Month]:
    from django.db.backends.postgresql.psycopg_any import DateRange  # noqa: PLC0415 -- once a process

    from danvan.figures.sealing import VERSION, content_of  # noqa: PLC0415 -- once a process
    from danvan.lib.periods import Period  # noqa: PLC0415 -- once a process

    before = ""
    months = []
    order = sorted(range(LINES), key=lambda line: job.lines[line].code)
    for number, code in enumerate(job.periods, 1):
        pk = job.place * 64 + number
        start, end = Period.parse(code).window
        at = FILED_AT + (end - FIRST)
        instant = at.isoformat(timespec="microseconds")
        signed = [""] * LINES
        month = (start.year - 2024) * 12 + start.month - 1
        said = Month(code, [""] * LINES, [0] * LINES, {})
        months.append(said)
        for line in order:
            indicator, ratio, _time = job.lines[line]
            state, scaled, above, below, hedge = figure(job.place, month, line, ratio)
            if state != "value":
                value, parts, sealed = "\\N", "\\N\t\\N", "null,null,null"
            else:
                value = written(scaled)
                parts = f"{above}\t{below}" if ratio else "\\N\t\\N"
                sealed = f'"{value}","{above}","{below}"' if ratio else f'"{value}",null,null'
            said.marks[line], said.numbers[line] = MARKS[state] or hedge[0], scaled
            if ratio:
                said.parts[line] = (above, below)
            cells.append(
                f"{pk * 128 + line}\t{pk}\t{indicator}\t\t{state}\t{value}\t{parts}\t{hedge}\ttyped\t\t\t0\t"
                f"{instant}\t{BY}\n"
            )
            signed[line] = f'["{indicator}","","{state}",{sealed},"{hedge}","typed",null,"","",[]]'
        one = SimpleNamespace(**SIGNED, unit_id=job.unit, period=code, window=DateRange(start, end), filed_at=at)
        envelope = json.dumps(content_of(one, FORM, (), ()), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        content = envelope.replace('"cells":[]', f'"cells":[{",".join(signed[line] for line in order)}]')
        seal = hashlib.sha256(f"{VERSION}\n{before}\n{content}".encode()).hexdigest()
        submissions.append(
            f"{pk}\t{job.form}\t{job.unit}\t{code}\t[{start},{end})\town\t1\taccepted\tt\t\t\t0\t{instant}\t{instant}"
            f"\t{BY}\t{instant}\t{BY}\t\t\tf\t{{}}\t{seal}\t{before}\t{number}\n"
        )
        before = seal
    return months


SIGNED = {
    "kind": "own",
    "edition": 1,
    "reason": "",
    "text": "",
    "rests_on": {},
    "filed_by": BY,
    "source": "",
    "illustration": False,
}
MARKS = {"value": "", "not_applicable": "x", "not_reported": "r"}


def _added_up(job: Job, months: list[Month]) -> Iterator[str]:
    """The rows kept of the months and of every longer period that they fill."""
    from danvan.figures.kept import containing  # noqa: PLC0415 -- once a process
    from danvan.figures.sheet import periods_within  # noqa: PLC0415 -- once a process
    from danvan.lib.periods import Period  # noqa: PLC0415 -- once a process

    by_code = {month.code: month for month in months}
    whole = dict.fromkeys(period for code in by_code for period in containing(Period.parse(code)))
    for period in whole:
        tiling = next((cut for cut in reversed(period.tilings) if cut[0].kind == "month"), (period,))
        if not all(month.code in by_code for month in tiling):
            continue
        some = [by_code[month.code] for month in tiling]
        marks, numbers, above, below = list(some[-1].marks), list(some[-1].numbers), [], []
        for line, (_code, ratio, time_) in enumerate(job.lines):
            if ratio:
                tops, bottoms = zip(*(month.parts[line] for month in some), strict=True)
                above.append(sum(tops) * 10_000)
                below.append(sum(bottoms) * 10_000)
                if len(some) > 1:
                    exact, rest = divmod(1_000_000 * sum(tops), sum(bottoms))
                    numbers[line] = 0 if rest else exact
                    marks[line] = "e" if marks[line] == "e" else "a"
            elif time_ == "sum":
                numbers[line] = sum(month.numbers[line] for month in some)
        start, end = period.window
        parts = " ".join(sorted(set(periods_within(period)) & by_code.keys()))
        arrays = "\t".join("{" + ",".join(map(str, one)) + "}" for one in (numbers, above, below))
        yield (
            f"{FORM}\t{period.code}\tf\t{job.unit}\t[{start},{end})\t{job.layout}\t{parts}\tf\t{''.join(marks)}\t"
            f"{arrays}\t{{}}\t\\N\n"
        )


def written(scaled: int) -> str:
    """7, not 7.0000."""
    whole, rest = divmod(scaled, 10_000)
    return str(whole) if not rest else f"{whole}.{rest:04}".rstrip("0")


def _keep(jobs: list[tuple[int, list[str]]]) -> None:
    """What is kept ready of some communes, as after a restored backup."""
    from django.db import transaction  # noqa: PLC0415 -- needs Django set up

    from danvan.access import scope  # noqa: PLC0415 -- needs Django set up
    from danvan.figures import kept  # noqa: PLC0415 -- needs Django set up
    from danvan.figures.sheet import burst  # noqa: PLC0415 -- needs Django set up
    from danvan.lib.periods import Period  # noqa: PLC0415 -- needs Django set up

    with transaction.atomic(), scope.system("bench"), burst():
        kept.keep(FORM, [(unit, Period.parse(code)) for unit, periods in jobs for code in periods])
