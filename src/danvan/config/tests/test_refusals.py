"""A database that cannot be used is told in one sentence that says what to do."""

from __future__ import annotations

import pytest

from danvan.config.tests.conftest import danvan


@pytest.mark.parametrize(
    "command",
    ["units --on 2025-07-01", "lineage", "load-map", "resolve", "serve --port 18999"],
)
def test_before_migrate_every_command_says_so(server, says, command):
    owner = server.login()
    urls = {"DATABASE_URL": server.url("danvan_app", database := server.database(owner))}

    done = danvan(*command.split(), **urls, DATABASE_OWNER_URL=server.url(owner, database))

    says(done, "Cơ sở dữ liệu chưa được chuẩn bị cho phiên bản này: hãy chạy danvan migrate.")


@pytest.mark.parametrize("command", ["units --on 2025-07-01", "migrate", "demo --no-serve"])
def test_a_server_that_does_not_answer_is_named(says, command):
    done = danvan(*command.split(), DATABASE_URL="postgresql://someone:secret@127.0.0.1:1/danvan")

    says(done, "Hãy kiểm tra DATABASE_URL và máy chủ PostgreSQL.")
    assert "secret" not in done.stderr


@pytest.mark.parametrize("url", ["nonsense", "sqlite:///danvan.db", "postgresql://a:secret@host:port/danvan"])
def test_an_address_that_is_none_is_refused_unrepeated(says, url):
    done = danvan("units", "--on", "2025-07-01", DATABASE_URL=url)

    says(done, "DATABASE_URL không phải địa chỉ PostgreSQL")
    assert "secret" not in done.stderr


def test_an_owner_who_may_not_make_tables_is_told(server, says):
    owner, other = server.login(), server.login()
    url = server.url(other, server.database(owner))

    says(danvan("migrate", "--quiet", DATABASE_URL=url), "không đủ quyền")
