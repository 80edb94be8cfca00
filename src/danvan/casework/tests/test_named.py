"""Who raised a matter stands in no line that is carried about: titles made here, words of staff looked at."""

from __future__ import annotations

import pytest
from django.utils import timezone

from danvan.access import scope
from danvan.audit.models import Event
from danvan.casework import actions, finding
from danvan.casework.actions import citizens, vault
from danvan.casework.errors import CaseError, Named
from danvan.casework.models import Look, Matter
from danvan.casework.tests.conftest import world as the_world

pytestmark = pytest.mark.as_people
PERSON = {"name": "Quách Thị Nguyệt Ánh", "phone": "0987 654 321", "address": "số 47 ngõ Hoa Sữa, thôn Đông Cao"}
SAID = (
    "Tôi là Quách Thị Nguyệt Ánh, điện thoại 0987654321, nhà số 47 ngõ Hoa Sữa. "
    "Rác thải đổ đầy bờ mương đã ba tuần, mong được dọn. Anh Lò Văn Pản 0913222444 cũng thấy."
)
world = the_world


def sent(world, kind="reflection", **more):
    with scope.system("test"):
        given = {"text": SAID, "place": "thôn Đông Cao, cạnh nhà bà Ánh", "person": PERSON, **more}
        return citizens.say(unit=world.an.pk, matter_type=kind, **given)


def test_a_title_is_made_of_type_topic_and_place_and_the_words_name_nobody(world):
    matter = sent(world)

    assert matter.title == "Phản ánh về môi trường, thôn Đông Cao"
    assert matter.text == (
        "Tôi là [đã che], điện thoại [đã che], nhà [đã che]. "
        "Rác thải đổ đầy bờ mương đã ba tuần, mong được dọn. Anh Lò Văn Pản [đã che] cũng thấy."
    )
    assert matter.place == "thôn Đông Cao, cạnh nhà bà [đã che]"
    with scope.acting(world.post["mai"]):
        told = vault.look(matter=matter, why="Gọi hỏi thêm", by=world.post["mai"])
    assert (told["text"], told["place"]) == (SAID, "thôn Đông Cao, cạnh nhà bà Ánh")  # nothing that was said is lost


def test_what_names_nobody_is_kept_once(world):
    matter = sent(world, text="Rác thải đổ đầy bờ mương, mong dọn.", place="thôn Đông Cao", person={})

    with scope.system("test"):
        assert not hasattr(matter, "identity")


def test_the_title_follows_what_is_classified_until_somebody_words_it(world):
    matter = sent(world)
    post = world.post["mai"]
    with scope.acting(post):
        matter = actions.act(matter=matter, kind="classify", field="land", by=post)
        assert matter.title == "Phản ánh về đất đai, thôn Đông Cao"
        matter = actions.act(matter=matter, kind="word", title="Rác ở bờ  mương thôn Đông Cao", by=post)
        matter = actions.act(matter=matter, kind="classify", field="environment", by=post)
    assert (matter.title, matter.worded) == ("Rác ở bờ mương thôn Đông Cao", True)


def test_like_matters_are_known_by_what_was_said_not_by_the_made_title(world):
    one = sent(world, text="Rác thải đổ đầy bờ mương đã ba tuần, mong được dọn.")
    again = sent(world, text="Rác thải đổ đầy bờ mương đã hai tuần, đề nghị dọn.")
    other = sent(world, text="Rác thải chợ chiều bốc mùi, xe rác không đến.")

    assert one.title == again.title == other.title
    with scope.acting(world.post["mai"]):
        found = {found.pk for found, _ in finding.alike(finding.subject(one), one.text, world.an.pk, 9)}
    assert again.pk in found
    assert other.pk not in found


def test_staff_are_warned_and_may_insist(world):
    matter, post = sent(world), world.post["mai"]
    with scope.acting(post):
        with pytest.raises(Named) as told:
            actions.act(matter=matter, kind="note", reason="Đã gọi chị Nguyệt Ánh", by=post)
        assert "họ tên" in told.value.fields["reason"]
        with pytest.raises(Named):
            actions.act(matter=matter, kind="word", title="Rác trước nhà quach thi nguyet anh", by=post)
        actions.act(matter=matter, kind="note", reason="Đã gọi chị Nguyệt Ánh", named=True, by=post)
        actions.act(matter=matter, kind="note", reason="Đã gọi người gửi, hẹn thứ Hai", by=post)


def test_a_new_matter_is_looked_at_before_it_is_saved(world):
    post = world.post["mai"]
    given = {"unit": world.an, "matter_type": "recommendation", "person": PERSON, "by": post}
    with scope.acting(post):
        with pytest.raises(Named) as told:
            actions.receive(title="Đơn của bà Quách Thị Nguyệt Ánh", **given)
        assert list(told.value.fields) == ["title"]
        assert not Matter.objects.exists()
        actions.receive(title="Đơn của bà Quách Thị Nguyệt Ánh", named=True, **given)
        visited = actions.receive(title="Đơn xin dọn rác", **given)
        with pytest.raises(Named):
            actions.receive_visit(unit=world.an, by=post, matter=visited, said="Đã hứa với chị Nguyệt Ánh")


def test_of_a_denunciation_nobody_is_named_and_who_tries_is_seen(world, as_person):
    matter = sent(world, "denunciation", person={**PERSON, "paper": "036187004512"})
    post, reason = world.post["mai"], "Người gửi là bà Quách Thị Nguyệt Ánh"
    assert (matter.title, matter.text, matter.place) == (f"Tố cáo số {matter}", "", "")
    with scope.acting(post):
        for said in (reason, "Liên hệ 0911 222 333", "Xem CCCD 001199004455"):
            with pytest.raises(Named):
                actions.act(matter=matter, kind="note", reason=said, named=True, by=post)
        with pytest.raises(CaseError):
            actions.act(matter=matter, kind="word", title="Tố cáo của bà Ánh", by=post)
    answer = as_person(world.people["mai"]).post(
        f"/matters/{matter.pk}/",
        {"do": "note", "reason": reason, "on": timezone.localdate().isoformat(), "seen": 0, "named": "on"},
    )

    assert answer.status_code == 422
    assert "lộ người tố cáo" in answer.content.decode()
    with scope.system("test"):
        assert Look.objects.get(identity__matter=matter).why == "Ghi chữ có thể làm lộ người tố cáo, đã bị chặn"
        assert Event.objects.filter(verb="casework.named").count() == 1
        assert not matter.acts.exclude(kind="receive").exists()


def test_what_was_written_is_read_by_those_who_handle_it(world, as_person):
    matter = sent(world)
    page = f"/matters/{matter.pk}/"

    assert "bờ mương" in as_person(world.people["mai"]).get(page).content.decode()
    above = as_person(world.people["tuan"]).get(page).content.decode()
    assert matter.title in above
    assert "bờ mương" not in above
    assert "cạnh nhà" not in above


def test_the_form_asks_whether_the_name_has_to_stand(world, as_person):
    matter, mai = sent(world), as_person(world.people["mai"])
    given = {"do": "note", "reason": "Đã gọi chị Nguyệt Ánh", "on": timezone.localdate().isoformat(), "seen": 0}

    asked = mai.post(f"/matters/{matter.pk}/", given)
    assert asked.status_code == 422
    assert 'name="named"' in asked.content.decode()
    assert "Đã gọi chị Nguyệt Ánh" in asked.content.decode()  # what was typed stays
    assert mai.post(f"/matters/{matter.pk}/", {**given, "named": "on"}).status_code == 302
