"""People and posts by an administrator: within own units only, and never above them."""

from __future__ import annotations

import datetime as dt
import re
from argparse import ArgumentParser

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from danvan.access import commands, scope
from danvan.access.actions import give_post
from danvan.access.models import Person, Post
from danvan.access.tests.cast import PASSWORD, small_country
from danvan.access.tests.stage import staged
from danvan.audit.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.as_people, pytest.mark.usefixtures("plain_static_files")]


world = staged(small_country)


@pytest.fixture
def quan(world, as_person) -> Client:
    """The administrator of Tỉnh Bắc."""
    return as_person(world.people["quan"])


NEW = {
    "username": "hoa",
    "name": "Nguyễn Thị Hoa",
    "email": "Hoa@Example.vn",
    "unit": "Xã An",
    "role": "officer",
    "title": "Cán bộ Mặt trận",
    "since": "2026-01-01",
}


def test_who_is_added_gets_a_post_and_a_link_that_opens_once(world, quan):
    answer = quan.post("/people/add/", NEW)
    assert answer.headers["Cache-Control"] == "no-store"
    link = re.search(r'id="link">http://testserver([^<]+)<', answer.content.decode()).group(1)

    for page in ("Từ nay đăng nhập bằng mật khẩu mới.", "đã dùng hoặc đã hết hạn"):
        hoa = Client()
        form = hoa.get(link, follow=True)
        if form.redirect_chain:
            form = hoa.post(
                form.redirect_chain[-1][0], {"password1": "ruong-dong-12", "password2": "ruong-dong-12"}, follow=True
            )
        assert page in form.content.decode()

    hoa = Client()
    hoa.post("/account/login/", {"login": "hoa", "password": "ruong-dong-12"})
    page = hoa.get("/account/").content.decode()
    assert "Cán bộ Mặt trận · Xã An" in page
    assert "hoa@example.vn" in page
    with scope.system("test"):
        verbs = list(Event.objects.filter(by__startswith="Quân").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["access.add_person", "access.give_post"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"username": "mai"}, "đã có người dùng"),
        ({"username": "hoa thi"}, "Chỉ dùng chữ không dấu"),
        ({"unit": "Xã Cửu"}, "Không có đơn vị “Xã Cửu” trong phạm vi"),
        ({"email": "mai@example.vn"}, "đã của người dùng khác"),
        ({"last": "2025-01-01"}, "Ngày kết thúc phải sau ngày bắt đầu"),
        ({"since": "hôm qua"}, "Viết ngày như 10/2/2026."),
    ],
)
def test_who_cannot_be_added_is_told_why_and_nothing_is_left_behind(world, quan, given, said):
    answer = quan.post("/people/add/", {**NEW, **given})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert said in page
    assert 'value="Nguyễn Thị Hoa"' in page
    assert not Person.objects.filter(username="hoa").exists()


def test_the_list_shows_own_units_only_and_goes_on_by_name(world, quan, monkeypatch):
    monkeypatch.setattr("danvan.access.views.people.PAGE", 2)
    names, after = [], ""
    for _page in range(4):
        page = quan.get(f"/people/?after={after}").content.decode()
        names += re.findall(r'/people/\d+/">[^<]+</a> <span class="soft">([\w-]+)<', page)
        more = re.search(r"amp;after=([\w-]+)\">", page)
        after = more.group(1) if more else ""
    assert not after
    assert names == ["binh_officer", "hung", "lan", "mai", "quan", "tuan", "xem"]
    assert "Không có ai tên như vậy" in quan.get("/people/?q=Nga").content.decode()


@pytest.mark.parametrize("who", ["mai", "lan", "hung", "tuan", "vy", "xem"])
def test_who_is_no_administrator_is_refused(world, as_person, who):
    browser = as_person(world.people[who])
    for path in ("/people/", "/people/add/", "/people/give/", f"/people/{world.people['mai'].pk}/"):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert "Việc này dành cho: Quản trị hệ thống." in answer.content.decode()
    assert browser.post("/people/add/", NEW).status_code == 403
    assert not Person.objects.filter(username="hoa").exists()


def test_a_person_of_elsewhere_is_no_page(world, quan):
    nga = world.people["nga"]
    assert quan.get(f"/people/{nga.pk}/").status_code == 404
    assert quan.post(f"/people/{nga.pk}/", {"do": "reset"}).status_code == 404


def test_who_also_holds_a_post_above_cannot_be_taken_over(world, quan):
    """Else the administrator of a province could sign in as somebody of the country."""
    son = world.people["son"]
    son.set_password(PASSWORD)
    son.save()
    with scope.system("test"):
        give_post(person=son, unit=world.an, role="viewer", since=dt.date(2026, 1, 1), by="test")

    for deed in ("reset", "stop", "change"):
        answer = quan.post(f"/people/{son.pk}/", {"do": deed, "name": "Khác", "email": "quan@example.vn"})
        assert answer.status_code == 403
        assert "còn giữ chức danh ngoài phạm vi của Tỉnh Bắc" in answer.content.decode()
    son.refresh_from_db()
    assert (son.name, son.is_active, son.check_password(PASSWORD)) == ("Sơn", True, True)


def test_helping_somebody_back_in_ends_all_that_opened_before(world, quan, as_person):
    mai = world.people["mai"]
    mai.set_password(PASSWORD)
    mai.save()
    Authenticator.objects.create(user=mai, type=Authenticator.Type.TOTP, data={"secret": "X"})
    browser = as_person(mai)
    assert browser.get("/account/").status_code == 200

    page = quan.post(f"/people/{mai.pk}/", {"do": "reset"}).content.decode()

    assert "/account/password/reset/key/" in page
    assert browser.get("/account/").status_code == 302
    assert "không đúng" in Client().post("/account/login/", {"login": "mai", "password": PASSWORD}).content.decode()
    assert not Authenticator.objects.filter(user=mai).exists()


def test_a_post_is_ended_from_today_and_kept_on_record(world, quan, as_person):
    mai = world.people["mai"]
    with scope.system("test"):
        post = Post.objects.get(person=mai)
    assert as_person(mai).get("/units/").status_code == 200

    quan.post(f"/people/{mai.pk}/", {"do": "end", "post": post.pk})

    assert as_person(mai).get("/units/").status_code == 403
    with scope.system("test"):
        assert Post.objects.get(pk=post.pk).during.upper == timezone.localdate()
    assert "đến hết" in quan.get(f"/people/{mai.pk}/").content.decode()


def test_a_post_of_another_person_is_not_ended_on_this_page(world, quan):
    with scope.system("test"):
        post = Post.objects.get(person=world.people["lan"])
    assert quan.post(f"/people/{world.people['mai'].pk}/", {"do": "end", "post": post.pk}).status_code == 404


def test_who_was_stopped_is_let_in_again_and_nobody_stops_themselves(world, quan, as_person):
    mai, self = world.people["mai"], world.people["quan"]
    quan.post(f"/people/{mai.pk}/", {"do": "stop"})
    assert as_person(mai).get("/account/").status_code == 302
    quan.post(f"/people/{mai.pk}/", {"do": "start"})
    assert as_person(mai).get("/account/").status_code == 200

    assert "Không tự ngừng chính mình" in quan.post(f"/people/{self.pk}/", {"do": "stop"}).content.decode()


def test_a_post_is_given_to_somebody_who_signs_in_already(world, quan, as_person):
    given = {"username": "nobody", "unit": "Xã Bình", "role": "viewer", "since": "2026-01-01"}
    answer = quan.post("/people/give/", given, follow=True)
    assert "Đã giao chức danh cho Khôi." in answer.content.decode()
    assert as_person(world.people["nobody"]).get("/units/").status_code == 200
    assert "đã giữ chức danh này" in quan.post("/people/give/", given).content.decode()


def test_notices_come_as_the_person_chooses(world, as_person):
    mai = as_person(world.people["mai"])
    mai.post("/account/", {"mail": "each", "webhook": "https://chat.example.vn/hook"})
    found = Person.objects.get(username="mai")
    assert (found.mail, found.webhook) == ("each", "https://chat.example.vn/hook")

    answer = mai.post("/account/", {"mail": "each", "webhook": "khong phai"})
    assert answer.status_code == 400
    assert "Địa chỉ phải bắt đầu bằng https://" in answer.content.decode()


# danvan people


def danvan_people(*words: str) -> int:
    parser = ArgumentParser()
    commands.people_arguments(parser)
    with scope.system("danvan people"):
        return commands.people(parser.parse_args(words))


def test_the_first_administrator_is_made_on_the_machine(world, capsys):
    assert danvan_people("add", "Goc", "--name", "Quản trị gốc", "--unit", "Việt Nam", "--role", "administrator") == 0
    said = capsys.readouterr().out
    password = re.search(r"Mật khẩu: (\S+)", said).group(1)
    browser = Client()

    browser.post("/account/login/", {"login": "goc", "password": password})

    assert "Quản trị hệ thống · Việt Nam" in browser.get("/people/").content.decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "mai", "--name", "Mai", "--unit", "Xã An", "--role", "viewer"], "đã có người dùng"),
        (["add", "moi", "--name", "Mới", "--unit", "Xã Zê", "--role", "viewer"], "không có đơn vị “Xã Zê”"),
        (["post", "khong-co", "--unit", "Xã An", "--role", "viewer"], "Không có người dùng “khong-co”"),
        (["post", "mai", "--unit", "Xã An", "--role", "viewer", "--since", "mai"], "mai"),
    ],
)
def test_nonsense_on_the_machine_gets_a_sentence_and_changes_nothing(world, capsys, words, said):
    count = Person.objects.count()
    assert danvan_people(*words) == 2
    assert said in capsys.readouterr().err
    assert Person.objects.count() == count
