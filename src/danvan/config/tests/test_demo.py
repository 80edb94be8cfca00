"""One bad report stops no other."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from rich.console import Console

from danvan.config.demo import command
from danvan.figures import actions, queries
from danvan.lib.periods import Period
from danvan.narrative.models import Report
from danvan.units.tests.places import small_country

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    for name in ("a", "b", "c [red]"):
        (tmp_path / f"{name}.txt").write_text(f"Quý I năm 2026, {name} đã tiếp 12 lượt công dân.", encoding="utf-8")
    (tmp_path / "d.docx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    return tmp_path


def test_a_file_the_database_refuses_is_told_and_the_others_are_read(monkeypatch, folder):
    receive = command.reports.receive

    @transaction.atomic
    def refused(*, path, **rest):
        if path.name == "b.txt":
            with connection.cursor() as cursor:
                cursor.execute("SELECT 'x'::int")
        return receive(path=path, **rest)

    monkeypatch.setattr(command.reports, "receive", refused)
    monkeypatch.setattr(command, "_sample_reports", list)
    out = Console(record=True, width=200)

    failed = command._read_reports(out, [folder, None])

    assert sorted(Report.objects.values_list("name", flat=True)) == ["a.txt", "c [red].txt"]
    said = out.export_text()
    assert "b.txt: chưa ghi được" in said
    assert "d.docx" in said
    # The others name no unit of the map: a question for people, no file that could not be read.
    assert failed == 2
    command._list_reports(out)
    assert "c [red].txt: " in out.export_text()


def test_a_unit_that_reported_nothing_gets_a_sentence_instead_of_a_report(settings, tmp_path):
    settings.VAR = tmp_path
    actions.ship_forms(by="Test")
    land = small_country()
    nothing = queries.consolidated(queries.FORM, land.east.pk, Period("quarter", 2026, 1))

    sentence, paths = command._published(nothing, "http://127.0.0.1:8000/")

    assert "chưa viết được báo cáo" in sentence
    assert paths == []
