"""A citizen's own data: asked for by the code, given after the unit has seen who asks, put right on record."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.test import Client
from django.utils import timezone

from danvan.access import scope
from danvan.access.models import Notice
from danvan.audit.models import Event
from danvan.casework import actions, clocks, finding
from danvan.casework.actions import own_data, vault
from danvan.casework.errors import CaseError
from danvan.casework.models import Identity, Look, Matter
from danvan.casework.tests.conftest import world as the_world
from danvan.lib.workdays import Calendar
from danvan.narrative.reading import files

pytestmark = pytest.mark.as_people
world = the_world
PERSON = {"name": "Quách Thị Nguyệt Ánh", "phone": "0987654321", "address": "số 47, thôn Đông Cao"}
TEXT = "Tôi là Quách Thị Nguyệt Ánh, đề nghị dọn rác bờ mương."


@pytest.fixture
def raised(world):
    with scope.system("test"):
        return actions.receive(
            unit=world.an, matter_type="reflection", title="Rác bờ mương", text=TEXT, person=PERSON, by="kiểm thử"
        )


def asked(matter, wish="copy", text=""):
    answer = Client().post("/follow/data/", {"code": matter.code, "wish": wish, "text": text})
    assert answer.status_code == 302, answer.content.decode()
    with scope.system("test"):
        return Matter.objects.filter(type="data_request").latest("pk")


def test_a_request_is_a_matter_of_its_own_with_two_working_days(world, raised):
    page = Client().get("/follow/", {"code": raised.code}).content.decode()
    assert "/follow/data/?code=" in page
    request = asked(raised)

    with scope.system("test"):
        assert (request.unit_id, request.related_to_id, request.relation) == (world.an.pk, raised.pk, "data")
        clock = clocks.nearest(clocks.of(request, request.acts.all()))
        days = Calendar.load().count(timezone.localdate(), clock.due)
        assert (clock.rule.code, len(days.counted)) == ("data_request.answer", 2)
        assert request.text == f"Xin bản sao thông tin cá nhân của mình trong vụ việc số {raised}."
        assert Notice.objects.filter(sentence__contains="dữ liệu cá nhân").exists()
        assert not request.petition
    assert asked(raised).pk == request.pk  # asked again while it waits, it is the same


def test_the_page_by_code_shows_nothing_of_the_person(raised):
    page = Client().get("/follow/data/", {"code": raised.code}).content.decode()

    assert "Rác bờ mương" in page
    assert "Quách" not in page
    assert "0987" not in page
    assert Client().get("/follow/data/", {"code": "AAAABBBBCCCCDDDD"}).status_code == 302


def test_what_is_to_be_put_right_lies_in_the_vault(world, raised):
    wrong = Client().post("/follow/data/", {"code": raised.code, "wish": "correct", "text": ""})
    assert wrong.status_code == 422
    request = asked(raised, "correct", "Số điện thoại mới 0911222333, tên đúng Quách Thị Nguyệt Ảnh")

    assert "0911" not in request.text
    with scope.acting(world.post["mai"]):
        said = vault.look(matter=request, why="Xem cần sửa gì", by=world.post["mai"])
    assert "0911222333" in said["text"]


@pytest.mark.parametrize("kind", ["pdf", "json"])
def test_the_copy_is_given_once_it_was_seen_who_asks(world, raised, as_person, kind):
    request, mai = asked(raised), as_person(world.people["mai"])
    page = f"/matters/{request.pk}/data/"
    assert "Quách" not in mai.get(page).content.decode()
    assert mai.post(page, {"do": kind, "checked": ""}).status_code == 422
    named = mai.post(page, {"do": kind, "checked": "Căn cước của Quách Thị Nguyệt Ánh"})
    assert named.status_code == 422  # what is written of the check is read by others
    answer = mai.post(page, {"do": kind, "checked": "Xem căn cước tại bàn tiếp dân"})

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert f"du-lieu-{request.book_number}-" in answer.headers["Content-Disposition"]
    said = (
        files.text_of(answer.content, "x.pdf")
        if kind == "pdf"
        else json.dumps(json.loads(answer.content), ensure_ascii=False)
    )
    for words in (*PERSON.values(), "đề nghị dọn rác", "Xem căn cước tại bàn tiếp dân"):
        assert words in " ".join(said.split())
    with scope.system("test"):
        look = Look.objects.get(identity__matter=raised)
        assert look.why == f"Bản sao dữ liệu theo yêu cầu số {request}: Xem căn cước tại bàn tiếp dân"
        assert Event.objects.filter(verb="casework.copy_data").count() == 1


def test_a_correction_writes_to_the_vault_and_the_trail_says_which_fields(world, raised, as_person):
    request, mai = asked(raised, "correct", "Đổi số điện thoại"), as_person(world.people["mai"])
    given = {"do": "correct", "checked": "Xem căn cước tại bàn", "phone": "0911 222 333", "name": ""}
    assert mai.post(f"/matters/{request.pk}/data/", {"do": "correct", "checked": "Xem căn cước"}).status_code == 422
    assert mai.post(f"/matters/{request.pk}/data/", given).status_code == 302

    with scope.acting(world.post["mai"]):
        said = vault.look(matter=raised, why="Xem lại", by=world.post["mai"])
        assert (said["name"], said["phone"]) == (PERSON["name"], "0911 222 333")
        assert finding.of_person({"phone": "0911222333"}, world.an.pk, 9) == [raised]
        assert finding.of_person({"phone": PERSON["phone"]}, world.an.pk, 9) == []
    with scope.system("test"):
        event = Event.objects.get(verb="casework.correct_data")
        assert event.data == {"fields": ["phone"]}
        assert "0911" not in f"{event.label}{event.data}"


def test_of_what_is_sealed_two_open_before_one_copies(world, as_person):
    with scope.system("test"):
        sealed = actions.receive(unit=world.an, matter_type="denunciation", title="x", text=TEXT, person=PERSON, by="t")
    request, lan = asked(sealed), as_person(world.people["lan"])
    given = {"do": "json", "checked": "Xem căn cước tại bàn"}
    refused = lan.post(f"/matters/{request.pk}/data/", given)
    assert refused.status_code == 422
    assert "hai người" in refused.content.decode()
    with scope.acting(world.post["lan"]):
        opening = vault.ask_to_open(matter=sealed, reason="Trao bản sao dữ liệu", by=world.post["lan"])
    with scope.system("test"):
        vault.allow_opening(opening=opening, allowed=True, by=world.post["tuan"])

    assert PERSON["name"] in lan.post(f"/matters/{request.pk}/data/", given).content.decode()


def test_who_has_not_the_matter_gives_no_copy(world, raised, as_person):
    request = asked(raised)
    for who in ("tuan", "nga", "xem"):
        answer = as_person(world.people[who]).post(f"/matters/{request.pk}/data/", {"do": "json", "checked": "Đã xem"})
        assert answer.status_code in (403, 404)
        assert "Quách" not in answer.content.decode()
    assert as_person(world.people["mai"]).get(f"/matters/{raised.pk}/data/").status_code == 404


def test_what_is_answered_or_erased_gives_nothing_more(world, raised):
    request, post = asked(raised), world.post["mai"]
    with scope.acting(post):
        actions.act(matter=request, kind="answer", answer="Đã trao bản sao", by=post)
        request.refresh_from_db()
        with pytest.raises(CaseError, match="đã được trả lời"):
            own_data.copy(request=request, checked="Xem căn cước", by=post)
    with scope.system("test"):
        Identity.objects.filter(matter=raised).update(content=None, erased_at=timezone.now(), marks=[])
    gone = Client().post("/follow/data/", {"code": raised.code, "wish": "see"})
    assert gone.status_code == 422
    assert "không còn lưu" in gone.content.decode()


def test_days_off_are_no_days_for_an_answer(world, raised, monkeypatch):
    friday = dt.date(2026, 11, 27)
    with scope.system("test"):
        late = actions.receive(
            unit=world.an, matter_type="data_request", title="Xin bản sao", by="t", on=friday, petition=False
        )
    assert late.due == dt.date(2026, 12, 1)
