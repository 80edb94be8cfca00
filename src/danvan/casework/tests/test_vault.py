"""What is sealed: papers that lie closed, keys that are changed while things are sealed by them, also half-way."""

from __future__ import annotations

import io

import pytest
from django.db import connection

from danvan.access import scope
from danvan.access.models import StoredFile
from danvan.casework import actions, finding, vault_command
from danvan.casework.actions import documents, rotating, vault
from danvan.casework.errors import CaseError
from danvan.casework.models import Identity, Look, PaperKey
from danvan.casework.sealing import FILE, VARIABLE, Keys, SealingError
from danvan.casework.tests.conftest import world as the_world

pytestmark = pytest.mark.as_people
world = the_world
PERSON = {"name": "Quách Thị Nguyệt Ánh", "phone": "0987654321", "address": "số 47, thôn Đông Cao"}
WORDS = "Tôi, Quách Thị Nguyệt Ánh, tố cáo ông chủ tịch hợp tác xã thu tiền không có biên lai."


@pytest.fixture(autouse=True)
def var(tmp_path, settings, monkeypatch):
    """Keys of this test alone."""
    settings.VAR = tmp_path
    monkeypatch.setattr(vault, "_loaded", None)
    return tmp_path


def kept(world, kind="denunciation"):
    with scope.system("test"):
        matter = actions.receive(unit=world.an, matter_type=kind, title="Thu tiền", person=PERSON, by="kiểm thử")
        paper = documents.keep(
            matter=matter, upload=io.BytesIO(WORDS.encode()), name="don cua ba Anh.txt", kind="original", by="kiểm thử"
        )
    return matter, paper


def read(world, matter, paper, who="lan"):
    with scope.acting(world.post[who]):
        return documents.read(matter=matter, file=paper.file_id, by=world.post[who])[1].decode()


@pytest.mark.parametrize("kind", ["denunciation", "complaint"])
def test_a_paper_lies_closed_and_is_called_by_its_number(world, kind):
    matter, paper = kept(world, kind)
    with scope.system("test"):
        stored = StoredFile.objects.get(pk=paper.file_id)

    assert "Quách".encode() not in bytes(stored.content)
    assert stored.name == f"ban-goc-{str(matter).replace('/', '-')}-1.txt"
    assert stored.size == len(WORDS.encode())


def test_a_denunciations_paper_opens_for_two_and_each_look_is_on_record(world):
    matter, paper = kept(world)
    lan, son = world.post["lan"], world.post["tuan"]
    with pytest.raises(CaseError):
        read(world, matter, paper)
    with scope.acting(lan):
        with pytest.raises(CaseError, match="300"):
            vault.ask_to_open(matter=matter, reason="dài " * 100, by=lan)
        asked = vault.ask_to_open(matter=matter, reason="Xác minh nội dung tố cáo", by=lan)
        with pytest.raises(CaseError):
            vault.allow_opening(opening=asked, allowed=True, by=lan)
    with scope.system("test"):
        vault.allow_opening(opening=asked, allowed=True, by=son)

    assert read(world, matter, paper) == WORDS
    with pytest.raises(CaseError):
        read(world, matter, paper, "mai")  # another one than who asked
    with scope.system("test"):
        assert [look.person_id for look in Look.objects.filter(identity__matter=matter)] == [lan.person_id]


def test_a_paper_opens_beside_its_own_matter_only(world):
    (one, paper), (other, _paper) = kept(world, "complaint"), kept(world, "complaint")
    with scope.system("test"):
        stored = StoredFile.objects.get(pk=paper.file_id)
        assert documents.content_of(one, stored).decode() == WORDS
        with pytest.raises(SealingError):
            documents.content_of(other, stored)


def test_a_new_key_seals_everything_and_the_old_one_is_not_needed(world, var, capsys):
    made = [kept(world, kind) for kind in ("denunciation", "complaint", "complaint")]
    old = vault.keys()
    with scope.system("test"):
        assert rotating.rotate(by="kiểm thử") == 6
        assert rotating.waiting() == 0

    assert old.active not in (var / FILE).read_text()
    assert vault.keys().active == "k2"
    assert list(vault.keys().by_id) == ["k2"]
    for matter, paper in made[1:]:
        assert read(world, matter, paper) == WORDS
        with scope.acting(world.post["lan"]):
            assert vault.look(matter=matter, why="Gọi lại", by=world.post["lan"])["name"] == PERSON["name"]
            found = finding.of_person(PERSON, world.an.pk, 9)  # the same person is found by the new marks
            assert {one.pk for one in found} == {one.pk for one, _paper in made[1:]}
    with scope.system("test"):
        identity = Identity.objects.select_related("matter").first()
    with pytest.raises(SealingError):
        old.open(identity.key_id, bytes(identity.content), vault.about(identity.matter))


def test_a_run_that_was_broken_off_is_finished_by_the_next(world, var, monkeypatch):
    made = [kept(world, "complaint") for _ in range(4)]
    monkeypatch.setattr(rotating, "BATCH", 3)

    def stop(done):
        raise KeyboardInterrupt

    with scope.system("test"):
        with pytest.raises(KeyboardInterrupt):
            rotating.rotate(by="kiểm thử", told=stop)
        assert rotating.waiting() == 5
        assert list(vault.keys().by_id) == ["k2", "k1"]  # both still open what is theirs
    for matter, paper in made:
        assert read(world, matter, paper) == WORDS
    between, later = kept(world, "complaint")  # work goes on meanwhile, by the new key
    with scope.system("test"):
        assert Identity.objects.get(matter=between).key_id == "k2"
        assert rotating.rotate(by="kiểm thử") == 5
        assert list(vault.keys().by_id) == ["k2"]  # finished, not begun anew
        assert set(PaperKey.objects.values_list("key_id", flat=True)) == {"k2"}
    for matter, paper in [*made, (between, later)]:
        assert read(world, matter, paper) == WORDS


def test_what_does_not_open_stops_the_run_and_keeps_its_key(world, var, capsys):
    matter, _paper = kept(world, "complaint")
    with scope.system("test"):
        Identity.objects.filter(matter=matter).update(content=b"0" * 60)
        assert vault_command.vault(_args("rotate")) == 2
    assert "đã bị sửa" in capsys.readouterr().err
    assert set(vault.keys().by_id) == {"k1", "k2"}


def test_keys_of_the_environment_are_changed_by_whoever_set_them(world, monkeypatch, capsys):
    monkeypatch.setenv(VARIABLE, "a:" + "QUFB" * 10 + "QUE=")
    kept(world, "complaint")
    with scope.system("test"):
        assert vault_command.vault(_args("rotate")) == 2
        assert VARIABLE in capsys.readouterr().err
        monkeypatch.setenv(VARIABLE, "b:" + "QkJC" * 10 + "QkI=," + "a:" + "QUFB" * 10 + "QUE=")
        assert vault_command.vault(_args("rotate")) == 0
        assert "Đã niêm phong lại 2 mục" in capsys.readouterr().out
        monkeypatch.setenv(VARIABLE, "b:" + "QkJC" * 10 + "QkI=")
        assert rotating.waiting() == 0
        assert protected_opens()


def test_the_keys_are_their_owners_alone(var):
    vault.keys()
    assert (var / FILE).stat().st_mode & 0o777 == 0o600
    vault.keys().with_new(var)
    assert (var / FILE).stat().st_mode & 0o777 == 0o600
    assert list(Keys.load(var).by_id) == ["k2", "k1"]


def test_sealing_waits_for_nobody_but_the_end_of_a_rotation(world):
    with scope.system("test"):
        vault.sealing()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock'")
            assert cursor.fetchone()[0] >= 1


def protected_opens():
    return all(vault.protected(one.matter) for one in Identity.objects.select_related("matter"))


def _args(do):
    import argparse

    return argparse.Namespace(do=do)
