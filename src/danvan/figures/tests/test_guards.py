"""What the verbs promise holds in the database as well, for the app role with a unit's own settings."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from danvan.access import actions_files, scope
from danvan.access.models import StoredFile
from danvan.access.scope import Acting
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.audit import actions as audit
from danvan.figures import actions, sealing
from danvan.figures.actions import CellInput, Entry, FigureError
from danvan.figures.actions import sealing as seals
from danvan.figures.models import Submission
from danvan.units.models import Unit

pytestmark = pytest.mark.django_db


@staged
def world():
    made = small_country()
    made.tuan = post_of(made.people["tuan"])
    return made


@pytest.fixture
def lan(world) -> Iterator[Acting]:
    with scope.acting(post_of(world.people["lan"])) as acting:
        yield acting


def draft(world, by: Acting) -> Submission:
    found = actions.open_draft(form="dan_van", unit=world.an, period="2026-Q1", by=by)
    actions.enter(submission=found, entries=[Entry(CellInput("rec.turns", 3))], by=by)
    return found


def sent(world, by: Acting) -> Submission:
    return actions.submit(submission=draft(world, by), by=by)


def stored(unit: Unit, content: bytes = b"a") -> StoredFile:
    digest = hashlib.sha256(content).hexdigest()
    return StoredFile.objects.create(
        unit=unit, name="a.txt", kind="text", mime="text/plain", size=1, sha256=digest, content=content, stored_by="x"
    )


def changed(statement: str, *values: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def test_a_unit_does_not_accept_its_own_report(world, lan):
    with pytest.raises(DatabaseError, match="row-level security"):
        changed("UPDATE figures_submission SET state = 'accepted', standing = true WHERE id = %s", sent(world, lan).pk)


def test_a_unit_does_not_begin_with_what_is_accepted(world, lan):
    with pytest.raises(DatabaseError, match="row-level security"):
        Submission.objects.create(
            form=draft(world, lan).form,
            unit=world.an,
            period="2026-Q2",
            window=("2026-04-01", "2026-07-01"),
            state="accepted",
            standing=True,
            filed_at="2026-07-01T00:00Z",
            seal="0" * 64,
            seal_before="",
            seal_number=1,
        )


def test_a_unit_does_not_take_out_of_the_totals_what_was_accepted(world, lan):
    report = sent(world, lan)
    with scope.acting(world.tuan):
        actions.accept(submission=report, by=world.tuan)

    with pytest.raises(DatabaseError, match="row-level security"):
        changed("UPDATE figures_submission SET standing = false WHERE id = %s", report.pk)
    with pytest.raises(DatabaseError, match="cannot become"):
        changed("UPDATE figures_submission SET state = 'withdrawn', standing = false WHERE id = %s", report.pk)
    with pytest.raises(scope.Refused):
        actions.file_submission(
            form="dan_van",
            unit=world.an,
            period="2026-Q1",
            cells=[CellInput("rec.turns", 4)],
            by=lan,
            accepted=False,
            replace=True,
        )


def test_a_superior_decides_and_does_nothing_else(world, lan):
    report = sent(world, lan)
    with scope.acting(world.tuan):
        for becomes in ("'withdrawn'", "'submitted', unit_id = unit_id + 1", "'accepted', text = 'x'"):
            with pytest.raises(DatabaseError, match=r"row-level security|is sealed"):
                changed(f"UPDATE figures_submission SET state = {becomes} WHERE id = %s", report.pk)  # noqa: S608


def test_a_table_of_ones_own_does_not_hide_the_seal(world, lan):
    report = sent(world, lan)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE figures_submission (id bigint, seal text)")  # goes with the transaction
    with pytest.raises(DatabaseError, match="is sealed"):
        changed("UPDATE public.figures_cell SET value = 99 WHERE submission_id = %s", report.pk)


def test_a_file_stays_as_it_was_stored(world, lan):
    file = stored(world.an)
    for fields in ({"content": b"b"}, {"sha256": "0" * 64}, {"unit": world.binh}, {"name": "b.txt"}):
        with pytest.raises(DatabaseError, match=r"stays as it was|row-level"), transaction.atomic():
            StoredFile.objects.filter(pk=file.pk).update(**fields)


def test_a_file_behind_a_sealed_figure_is_not_discarded(world, lan):
    report, file = draft(world, lan), stored(world.an)
    actions.attach(submission=report, cell=("rec.turns", ""), file=file.pk, by=lan)
    actions.submit(submission=report, by=lan)

    with pytest.raises(ValueError, match="đã chốt"):
        actions_files.discard(file=file, reason="x", by=lan)
    assert bytes(StoredFile.objects.get(pk=file.pk).content) == b"a"


def test_only_a_file_of_the_unit_is_put_on_a_cell(world, lan):
    with scope.system("test"):
        theirs = stored(world.cuu)

    with pytest.raises(FigureError, match="Không có tệp này"):
        actions.attach(submission=draft(world, lan), cell=("rec.turns", ""), file=theirs.pk, by=lan)


def test_a_file_that_is_not_the_one_signed_is_found(world, lan):
    report = draft(world, lan)
    file = stored(world.an)
    actions.attach(submission=report, cell=("rec.turns", ""), file=file.pk, by=lan)
    # Stored so from the beginning: the database lets nobody change it later.
    wrong = StoredFile.objects.create(
        unit=world.an, name="b", kind="text", mime="text/plain", size=1, sha256="1" * 64, content=b"a", stored_by="x"
    )
    actions.attach(submission=report, cell=("rec.turns", ""), file=wrong.pk, by=lan)
    signed = actions.submit(submission=report, by=lan)

    assert seals.verify_one(signed)
    with scope.system("test"):
        assert len(actions.verify()[1]) == 1


@pytest.mark.parametrize("name", ["window", "illustration", "source"])
def test_the_seal_holds_the_days_and_whether_it_is_invented(world, lan, name):
    report = Submission.objects.get(pk=sent(world, lan).pk)
    before = sealing.seal(sealing.content_of(report, "dan_van", [], []), "")
    longer = DateRange(report.window.lower, report.window.upper.replace(year=2030))
    other = {"window": longer, "illustration": True, "source": "x"}
    setattr(report, name, other[name])

    assert sealing.seal(sealing.content_of(report, "dan_van", [], []), "") != before


def test_a_key_leads_to_nobody_elses_sending(world, lan):
    key = uuid.uuid4()
    given = {"form": "dan_van", "cells": [CellInput("rec.turns", 3)], "accepted": False, "key": key}
    actions.file_submission(unit=world.an, period="2026-Q1", by=lan, **given)

    with pytest.raises(FigureError, match="báo cáo khác"):
        actions.file_submission(unit=world.an, period="2026-Q2", by=lan, **given)
    with scope.acting(world.tuan), pytest.raises(FigureError, match="báo cáo khác"):
        actions.file_submission(unit=world.bac, period="2026-Q1", by=world.tuan, **given)


def test_what_the_trail_says_was_sealed_is_looked_for(world):
    with scope.system("test"):
        gone = Submission(pk=2**40)
        audit.record(by="x", verb="figures.submit", unit=world.an.pk, subject=gone, label="x", seal="0" * 64)
        count, faults = actions.verify()

    assert (count, len(faults)) == (0, 1)
    assert f"figures.Submission:{2**40}" in faults[0]
