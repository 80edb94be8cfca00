"""The database itself keeps a unit's rows from those who may not see them, whatever the code above it forgets."""

from __future__ import annotations

import uuid
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from danvan.access import scope
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.audit import actions as audit
from danvan.figures import actions
from danvan.figures.actions import CellInput, EvidenceInput
from danvan.figures.models import Submission

pytestmark = pytest.mark.django_db

# Tables about units that everybody may read: the map of the country is public, and so is what is asked for.
OPEN = {
    "units_unitversion": "the map is public",
    "units_succession": "the map is public",
    "units_reach": "derived from the map",
    "figures_duty": "who must file what is public",
    "audit_head": "place and hash of the last event, no word of what it says",
}


def unit_tables() -> set[str]:
    """Every table with a column that points to a unit, or to a row that does, however far away."""
    from danvan.units.models import Unit

    carrying = {Unit}
    while True:
        more = {
            model
            for model in apps.get_models()
            if model not in carrying
            and any(
                field.is_relation and field.concrete and field.related_model in carrying for field in model._meta.fields
            )
        }
        if not more:
            break
        carrying |= more
    named = {model for model in apps.get_models() if {"unit", "stream"} & {field.name for field in model._meta.fields}}
    return {model._meta.db_table for model in (carrying | named) - {Unit}}


def test_every_table_that_carries_a_unit_is_protected():
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relforcerowsecurity"""
        )
        protected = {name for (name,) in cursor.fetchall()}

    assert {"figures_submission", "figures_cell", "narrative_report", "audit_event"} <= unit_tables()
    assert unit_tables() - set(OPEN) <= protected


def test_the_open_tables_are_still_there():
    assert set(OPEN) <= {model._meta.db_table for model in apps.get_models()}


@staged
def world():
    made = small_country()
    made.filed = {}
    for name in ("an", "binh", "cuu"):
        made.filed[name] = actions.file_submission(
            form="dan_van",
            unit=getattr(made, name),
            period="2026-Q1",
            cells=[CellInput("rec.turns", 5, evidence=[EvidenceInput("record", "x:1", quote="năm lượt")])],
            by="kiểm thử",
        )
    made.filed["dong"] = actions.file_submission(
        form="dan_van", unit=made.dong, period="2025-Q1", cells=[CellInput("rec.turns", 7)], by="kiểm thử"
    )
    return made


@contextmanager
def plain_sql_of(unit: str):
    """What somebody at the database's own prompt is, with the app role's login and these settings."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('danvan.system', '', true), set_config('danvan.unit', %s, true)", [unit])
        yield cursor
        cursor.execute("SELECT set_config('danvan.system', 'on', true), set_config('danvan.unit', '', true)")


def rows(cursor, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 -- a table of ours
    return cursor.fetchone()[0]


SEEN = {  # whose eyes: how many submissions, cells, pieces of evidence
    "": (0, 0, 0),
    "an": (1, 1, 1),
    "cuu": (1, 1, 1),
    "bac": (3, 3, 2),
    "nam": (1, 1, 1),
    "country": (4, 4, 3),
}


@pytest.mark.parametrize("eyes", SEEN)
def test_plain_sql_sees_own_figures_and_those_below_and_nothing_of_a_neighbour(world, eyes):
    unit = str(getattr(world, eyes).pk) if eyes else ""
    with plain_sql_of(unit) as cursor:
        found = tuple(rows(cursor, table) for table in ("figures_submission", "figures_cell", "figures_evidence"))

    assert found == SEEN[eyes]


def test_a_province_still_sees_what_its_former_district_reported(world):
    with plain_sql_of(str(world.bac.pk)) as cursor:
        cursor.execute("SELECT 1 FROM figures_submission WHERE unit_id = %s", [world.dong.pk])
        assert cursor.fetchone()


def test_a_commune_that_moved_away_takes_its_later_figures_with_it(world):
    import datetime as dt

    from danvan.access.tests.cast import BY
    from danvan.units import actions as map_verbs

    map_verbs.move(unit=world.an, to=world.nam, on=dt.date(2026, 7, 1), by=BY)
    actions.file_submission(
        form="dan_van", unit=world.an, period="2026-Q3", cells=[CellInput("rec.turns", 9)], by="kiểm thử"
    )

    def periods(unit) -> set[str]:
        with plain_sql_of(str(unit.pk)) as cursor:
            cursor.execute("SELECT period FROM figures_submission WHERE unit_id = %s", [world.an.pk])
            return {period for (period,) in cursor.fetchall()}

    assert periods(world.bac) == {"2026-Q1"}
    assert periods(world.nam) == {"2026-Q1", "2026-Q3"}


WRITES = {
    "a figure into a neighbour's draft": (
        "INSERT INTO figures_cell (submission_id, indicator, breakdown, state, value, qualifier, origin, note,"
        " explanation, revision, entered_at, entered_by)"
        " SELECT %(draft)s, 'rec.cases', '', 'value', 1, 'exact', 'typed', '', '', 0, now(), 'x'"
    ),
    "a submission for a neighbour": (
        'INSERT INTO figures_submission (form_id, unit_id, period, "window", kind, edition, state, standing, reason,'
        " text, revision, started_at, filed_by, decided_by, decision, source, illustration, rests_on)"
        " SELECT form_id, unit_id, '2026-Q2', \"window\", kind, 1, 'draft', false, '', '', 0, now(), '', '', '', '',"
        " false, '{}' FROM (SELECT %(form)s AS form_id, %(unit)s AS unit_id,"
        " '[2026-04-01,2026-07-01)'::daterange AS \"window\", 'own' AS kind) AS one"
    ),
    "a post at a neighbour": (
        "INSERT INTO access_post (person_id, unit_id, role, title, during)"
        " VALUES (%(person)s, %(unit)s, 'leader', '', '[2026-01-01,)')"
    ),
}


@pytest.mark.parametrize("what", WRITES)
@pytest.mark.parametrize("eyes", ["binh", "nam", ""])
def test_plain_sql_cannot_write(world, what, eyes):
    draft = actions.open_draft(form="dan_van", unit=world.an, period="2026-Q2", by="kiểm thử")
    values = {"draft": draft.pk, "form": draft.form_id, "unit": world.an.pk, "person": world.people["nga"].pk}
    unit = str(getattr(world, eyes).pk) if eyes else ""

    with pytest.raises(DatabaseError, match="row-level security"), plain_sql_of(unit) as cursor:
        cursor.execute(WRITES[what], values)


def test_a_superior_decides_on_what_was_sent_but_never_on_a_draft(world):
    draft = actions.open_draft(form="dan_van", unit=world.an, period="2026-Q2", by="kiểm thử")
    with plain_sql_of(str(world.bac.pk)) as cursor:
        cursor.execute("UPDATE figures_submission SET text = 'x' WHERE id = %s", [draft.pk])
        assert cursor.rowcount == 0


def test_events_are_read_by_those_whom_they_are_about_and_those_above(world):
    with scope.acting(post_of(world.people["hung"])) as hung:
        audit.record(by=hung, verb="figures.return", label="trả lại", unit=world.an.pk)
    found = {}
    for eyes in ("an", "binh", "bac", "nam", "country"):
        with plain_sql_of(str(getattr(world, eyes).pk)) as cursor:
            cursor.execute("SELECT count(*) FROM audit_event WHERE verb = 'figures.return'")
            found[eyes] = cursor.fetchone()[0]

    assert found == {"an": 1, "binh": 0, "bac": 1, "nam": 0, "country": 1}


def test_one_sees_ones_own_posts_before_choosing_one(world):
    with scope.person(world.people["mai"].pk):
        from danvan.access.models import Post

        assert {post.person_id for post in Post.objects.all()} == {world.people["mai"].pk}


@pytest.mark.as_people
def test_rows_of_units_are_not_read_while_nobody_acts(db):
    with pytest.raises(scope.OutsideScope):
        Submission.objects.count()


@pytest.mark.as_people
def test_a_person_acts_inside_a_transaction_only(db):
    with scope.system("test"):
        mai = post_of(small_country().people["mai"])

    with scope.acting(mai):
        assert Submission.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('danvan.unit', true)")
        assert cursor.fetchone()[0] in ("", None)


def test_the_same_sending_twice_is_one(world):
    key = uuid.uuid4()
    with scope.acting(post_of(world.people["lan"])) as lan:
        sent = [
            actions.file_submission(
                form="dan_van",
                unit=world.an,
                period="2026-Q2",
                cells=[CellInput("rec.turns", 3)],
                by=lan,
                accepted=False,
                key=key,
            )
            for _ in range(2)
        ]

    assert sent[0].pk == sent[1].pk
    assert (sent[0].state, sent[0].filed_by) == ("submitted", "Lan, Phó Bí thư Thường trực, Xã An")
