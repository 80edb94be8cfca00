"""The app role may do what the verbs do and nothing else; every login of DATABASE_URL works as it."""

from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from psycopg.conninfo import make_conninfo

from danvan.config import database
from danvan.config.tests.conftest import danvan

READY = "Chưa có bản đồ"  # what a prepared, empty database answers


def granted() -> dict[str, set[str]]:
    """What the role of the tests may do with each table, asked of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT tablename, array_agg(may) FROM pg_tables,
                unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) may
            WHERE schemaname = 'public' AND has_table_privilege(current_user, format('public.%I', tablename), may)
            GROUP BY 1
            """
        )
        return {table: set(may) for table, may in cursor.fetchall()}


@pytest.mark.django_db
def test_no_table_allows_what_never_happens():
    may = granted()

    assert may["audit_event"] == {"SELECT", "INSERT"}
    assert may["units_unit"] == {"SELECT", "INSERT"}
    assert "DELETE" not in may["units_succession"]
    assert "UPDATE" not in may["figures_remark"] | may["figures_carried"] | may["figures_attachment"]
    assert "DELETE" not in may["access_person"] | may["access_post"] | may["access_storedfile"]
    assert "DELETE" not in may["narrative_report"]
    assert may["audit_head"] == {"SELECT"}
    assert may["django_migrations"] == may["django_content_type"] == {"SELECT"}
    assert all(rights <= {"SELECT", "INSERT", "UPDATE", "DELETE"} for rights in may.values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "deed",
    [
        "DELETE FROM units_unit",
        "UPDATE units_unit SET illustration = true",
        "DELETE FROM units_succession",
        "UPDATE figures_remark SET text = ''",
        "DELETE FROM access_post",
        "UPDATE audit_head SET number = 0",
        "UPDATE audit_event SET by = ''",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "CREATE TABLE mine (a int)",
    ],
)
def test_the_app_role_is_refused(deed):
    refused = pytest.raises(DatabaseError, match="permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed)


@pytest.mark.django_db
def test_not_even_the_owner_changes_an_event():
    name = connection.settings_dict["NAME"]
    with psycopg.connect(make_conninfo(database.owner_url(), dbname=name)) as owner:
        owner.execute(
            "INSERT INTO audit_event (at, by, stream, verb, subject, label, data, number, hash) "
            "VALUES (now(), 'a', 0, 'b', '', '', '{}', 0, '')"
        )
        with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
            owner.execute("UPDATE audit_event SET by = 'c'")
        owner.rollback()


@pytest.mark.django_db
def test_rights_are_said_for_every_table_that_is_written_and_no_other():
    """Ours but for what the database keeps by itself, and those of signing in."""
    ours = {model._meta.db_table for model in apps.get_models() if model.__module__.startswith("danvan.")}
    kept_by_the_database = {"audit_head"}
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))

    assert ours - kept_by_the_database <= set(database.RIGHTS) <= there
    others = ("account_", "mfa_", "socialaccount_", "django_session", "danvan_cache", "procrastinate_")
    assert all(table.startswith(others) for table in set(database.RIGHTS) - ours)


def test_one_login_becomes_a_member_of_a_role_that_was_there_before(server):
    """As its creator has it: may give the role to others, may not yet take it on."""
    login = server.login()
    server.do("GRANT danvan_app TO {} WITH ADMIN TRUE, SET FALSE, INHERIT FALSE", login)
    url = server.url(login, server.database(login))

    assert danvan("migrate", "--quiet", DATABASE_URL=url).returncode == 0
    assert READY in danvan("units", "--on", "2025-07-01", DATABASE_URL=url).stderr


def test_migrate_says_who_can_make_the_login_a_member(server, says):
    login = server.login()
    url = server.url(login, name := server.database(login))

    says(danvan("migrate", "--quiet", DATABASE_URL=url), f'GRANT danvan_app TO "{login}"')

    server.do("GRANT danvan_app TO {}", login)
    assert danvan("migrate", "--quiet", DATABASE_URL=url).returncode == 0
    assert READY in danvan("units", "--on", "2025-07-01", DATABASE_URL=url).stderr
    with server.connect(login, name) as connected:  # it owns the tables, but does not work as their owner
        assert connected.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'units_unit'").fetchone() == (
            login,
        )


def test_an_app_login_of_another_name_has_the_rights_of_the_app_role(server):
    owner, app = server.login(), server.login()
    server.do("GRANT danvan_app TO {} WITH ADMIN TRUE", owner)
    name = server.database(owner)
    urls = {"DATABASE_URL": server.url(app, name), "DATABASE_OWNER_URL": server.url(owner, name)}

    assert danvan("migrate", "--quiet", **urls).returncode == 0

    assert READY in danvan("units", "--on", "2025-07-01", **urls).stderr
    with server.connect(app, name) as connected:
        connected.execute("INSERT INTO units_unit (kind, line, illustration) VALUES ('territory', '', false)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connected.execute("DELETE FROM units_unit")
