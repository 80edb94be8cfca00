"""Kept no longer than the term: what goes, what stays, and that every figure of the past comes out as it did."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import DatabaseError, connection, transaction

from danvan.access.models import StoredFile
from danvan.audit.models import Event
from danvan.casework import actions, finding, retention, workflow
from danvan.casework.actions import citizens, documents, erasing, vault
from danvan.casework.counting import counts
from danvan.casework.errors import CaseError
from danvan.casework.models import Answer, Identity, Look, Matter, PaperKey, Tombstone, Turn
from danvan.casework.tests.conftest import world as the_world

world = the_world
PERSON = {"name": "Quách Thị Nguyệt Ánh", "phone": "0987654321", "address": "số 47, thôn Đông Cao"}
CLOSED = dt.date(2024, 2, 29)
BY = "kiểm thử"


def ended(world, kind="reflection", on=CLOSED):
    matter = actions.receive(
        unit=world.an, matter_type=kind, title="Rác ở bờ mương", text="Rác đổ đầy", place="Đông Cao", person=PERSON,
        by=BY, on=on,
    )  # fmt: skip
    documents.keep(matter=matter, upload=io.BytesIO(b"Rac o bo muong"), name="a.txt", kind="original", by=BY)
    actions.receive_visit(unit=world.an, by=BY, on=on, matter=matter, said="Hứa dọn")
    for act, said in (
        ("accept", {}),
        ("answer", {"verdict": "answered", "answer": "Sẽ dọn"}),
        ("deliver", {"proof": "x"}),
    ):
        matter = actions.act(matter=matter, kind=act, by=BY, on=on, **said)
    Answer.objects.create(matter=matter, edition=1, text="Sẽ dọn", comment="Cảm ơn")
    return matter


def test_every_type_has_a_dated_term_with_its_source():
    assert {rule.type for rule in retention.rules()} == set(workflow.load().types)
    for kind in workflow.load().types:
        assert retention.rule_of(kind, dt.date(2026, 7, 1)).source
    assert retention.erase_on("reflection", CLOSED) == dt.date(2029, 2, 28)
    assert retention.erase_on("denunciation", dt.date(2026, 7, 1)) == dt.date(2046, 7, 1)
    assert not any(rule.verified for rule in retention.rules())  # the schedule was not read


def test_nothing_goes_before_its_day_and_everything_on_it(world):
    matter = ended(world)
    assert erasing.erase_due(dt.date(2029, 2, 27)) == 0
    assert erasing.erase_due(dt.date(2029, 2, 28)) == 1
    assert erasing.erase_due(dt.date(2029, 2, 28)) == 0

    matter.refresh_from_db()
    assert (matter.title, matter.text, matter.place) == (f"Phản ánh số {matter}", "", "")
    identity = Identity.objects.get(matter=matter)
    assert (identity.content, identity.marks) == (None, [])
    assert PaperKey.objects.get(matter=matter).content is None
    assert StoredFile.objects.get(pk=matter.attachments.get().file_id).content is None
    assert list(Answer.objects.filter(matter=matter).values_list("text", "comment")) == [("", "")]
    assert Turn.objects.get(matter=matter).said == ""
    assert finding.of_person(PERSON, world.an.pk, 9) == []
    with pytest.raises(CaseError, match="đã được xóa"):
        vault.look(matter=matter, why="Xem", by=BY)
    assert citizens.with_code(matter.code) == matter  # whoever holds the code is told that it ended


def test_a_tombstone_says_what_when_and_by_which_rule_and_is_never_rewritten(world):
    matter = ended(world)
    identity = Identity.objects.get(matter=matter)
    before = erasing.fingerprint(matter, identity, list(StoredFile.objects.filter(purpose=documents.PURPOSE)))
    erasing.erase_due(dt.date(2030, 1, 1))
    stone = Tombstone.objects.get(matter=matter)

    assert stone.what == ["words", "identity", "papers", "answers"]
    assert stone.files == 1
    assert stone.rule.startswith("5 năm sau khi kết thúc (Mặc định")
    assert "chưa đối chiếu" in stone.rule
    assert stone.sha256 == before  # a backup that turns up can be told to be it
    event = Event.objects.get(verb="casework.erase")
    assert (event.data["files"], event.data["what"]) == (1, stone.what)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE casework_tombstone SET rule = ''")


def test_figures_come_out_as_they_did(world):
    for kind in ("reflection", "recommendation"):
        ended(world, kind)
    year = ([world.an.pk], dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    before = counts(*year)
    assert before
    erasing.erase_due(dt.date(2030, 1, 1))

    assert Matter.objects.filter(erased_on__isnull=False).count() == 2
    assert counts(*year) == before


def test_what_still_goes_on_keeps_what_it_needs(world):
    one, other = ended(world), ended(world)
    open_one = actions.receive(unit=world.an, matter_type="data_request", title="Xin bản sao", by=BY)
    open_one.related_to, open_one.relation = one, Matter.Relation.DATA
    open_one.save()

    assert erasing.erase_due(dt.date(2030, 1, 1)) == 1
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.erased_on, other.erased_on) == (None, dt.date(2030, 1, 1))


def test_a_unit_with_a_schedule_of_its_own_moves_the_days(world, monkeypatch, tmp_path):
    matter = ended(world)
    own = tmp_path / "own.yaml"
    rows = "".join(
        f"  - {{type: {kind}, from: 2000-01-01, years: 3, source: Bảng của tỉnh, verified: true}}\n"
        for kind in workflow.load().types
    )
    own.write_text(f"rules:\n{rows}")
    monkeypatch.setenv(retention.VARIABLE, str(own))

    assert erasing.recount() == 1
    matter.refresh_from_db()
    assert matter.erase_on == dt.date(2027, 2, 28)
    assert erasing.erase_due(dt.date(2027, 3, 1)) == 1
    assert Tombstone.objects.get().rule == "3 năm sau khi kết thúc (Bảng của tỉnh)"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("{type: complaint, from: 2000-01-01, years: 0, source: x, verified: true}", "từ một năm"),
        (
            "{type: complaint, from: 2000-01-01, years: 1, source: x, verified: true}\n"
            "  - {type: complaint, from: 2020-01-01, years: 2, source: x, verified: true}",
            "cùng một ngày",
        ),
    ],
)
def test_a_table_that_does_not_hold_together_is_refused(tmp_path, rows, said):
    path = tmp_path / "own.yaml"
    path.write_text(f"rules:\n  - {rows}\n")
    with pytest.raises(ValueError, match=said):
        retention.load(path)


def test_who_looked_stays_on_record(world):
    matter = ended(world)
    vault.look(matter=matter, why="Gọi lại", by=BY)
    erasing.erase_due(dt.date(2030, 1, 1))

    assert Look.objects.get().why == "Gọi lại"
