"""Signing in: passwords and their limits, second steps, who may not."""

from __future__ import annotations

import datetime as dt
import re
import time
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.utils import timezone

from danvan.access import actions, scope
from danvan.access.models import Person, Post
from danvan.access.tests.cast import PASSWORD, post_of, small_country
from danvan.access.tests.stage import staged
from danvan.audit.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.as_people, pytest.mark.usefixtures("plain_static_files")]
LOGIN = "/account/login/"


@staged
def world() -> SimpleNamespace:
    made = small_country()
    for name in ("lan", "nobody"):
        made.people[name].set_password(PASSWORD)
        made.people[name].save()
    return made


@pytest.fixture
def browser() -> Client:
    return Client()


def sign_in(browser: Client, username: str = "lan", password: str = PASSWORD, **more: str):
    return browser.post(LOGIN, {"login": username, "password": password, **more})


def who(browser: Client) -> str | None:
    return browser.session.get("_auth_user_id")


def test_a_page_asks_to_sign_in_and_then_comes_back(world, browser):
    asked = browser.get("/units/?q=an")
    assert asked.headers["Location"] == "/account/login/?next=/units/%3Fq%3Dan"

    answer = sign_in(browser, next="/units/?q=an")

    assert answer.headers["Location"] == "/units/?q=an"
    page = browser.get("/units/?q=an").content.decode()
    assert "Phó Bí thư Thường trực · Xã An" in page
    with scope.system("test"):
        assert Event.objects.filter(verb="access.sign_in", person=world.people["lan"].pk).count() == 1


def test_capitals_in_the_name_do_not_matter(world, browser):
    sign_in(browser, "LAN")
    assert who(browser) == str(world.people["lan"].pk)


def test_a_wrong_password_is_told_and_limited_by_name(world, browser):
    for _attempt in range(5):
        page = sign_in(browser, password="sai-mat-khau").content.decode()
        assert "Tên đăng nhập hoặc mật khẩu không đúng." in page

    assert "Đã sai mật khẩu nhiều lần" in sign_in(browser, password="sai-mat-khau").content.decode()
    assert "Đã sai mật khẩu nhiều lần" in sign_in(Client(REMOTE_ADDR="10.1.2.3")).content.decode(), (
        "right, and elsewhere"
    )
    assert sign_in(browser, "nobody").status_code == 302, "somebody else of the same office"


def test_an_unknown_name_gets_the_same_words(world, browser):
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in sign_in(browser, "khong-co").content.decode()


def test_passwords_are_kept_by_argon2(world):
    assert world.people["lan"].password.startswith("argon2$argon2id$")


def test_nobody_signs_up(world, browser):
    page = browser.get("/account/signup/").content.decode()
    assert "Không tự đăng ký được ở đây." in page
    count = Person.objects.count()
    browser.post("/account/signup/", {"username": "moi", "password1": PASSWORD, "password2": PASSWORD})
    assert Person.objects.count() == count


def test_signing_out_ends_the_session(world, browser):
    sign_in(browser)
    browser.post("/account/logout/")
    assert browser.get("/units/").status_code == 302


def test_somebody_who_was_stopped_cannot_sign_in_and_is_out_with_the_next_click(world, browser):
    sign_in(browser)
    Person.objects.filter(username="lan").update(is_active=False)

    assert browser.get("/units/").headers["Location"].startswith(LOGIN)
    assert "/account/inactive/" in sign_in(Client()).headers.get("Location", "")
    assert "đã ngừng hoạt động" in Client().get("/account/inactive/").content.decode()


def test_without_a_post_a_page_says_so_and_whom_to_ask(world, browser):
    sign_in(browser, "nobody")
    answer = browser.get("/tables/")

    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Khôi chưa giữ chức danh nào" in page
    assert "Quân, Tỉnh Bắc" in page
    assert browser.get("/account/").status_code == 200, "their own account stays open"


# Second steps


def code_now(authenticator: Authenticator) -> str:
    secret = authenticator.data["secret"]
    return totp.format_hotp_value(totp.hotp_value(secret, totp.yield_hotp_counters_from_time().__next__()))


def activated(browser: Client) -> Authenticator:
    """TOTP as a person turns it on; asked for the password again first."""
    sign_in(browser)
    again = browser.get("/account/2fa/totp/activate/")
    assert again.headers["Location"].startswith("/account/reauthenticate/")
    browser.post(again.headers["Location"], {"password": PASSWORD})
    page = browser.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="secret">(\w+)<', page).group(1)
    counter = int(time.time()) // 30
    answer = browser.post(
        "/account/2fa/totp/activate/", {"code": totp.format_hotp_value(totp.hotp_value(secret, counter))}
    )
    assert answer.status_code == 302
    return Authenticator.objects.get(type=Authenticator.Type.TOTP)


def test_with_a_second_step_the_password_alone_is_not_enough(world, browser, monkeypatch):
    activated(browser)
    other = Client()

    answer = sign_in(other)
    assert answer.headers["Location"].startswith("/account/2fa/authenticate/")
    assert who(other) is None
    assert other.get("/units/").headers["Location"].startswith(LOGIN)
    assert "Mã không đúng." in other.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()

    secret = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    later = int(time.time()) // 30 + 1  # the code of now was used up when it was turned on
    other.post("/account/2fa/authenticate/", {"code": totp.format_hotp_value(totp.hotp_value(secret, later))})
    assert who(other) == str(world.people["lan"].pk)


def test_a_recovery_code_opens_once(world, browser):
    activated(browser)
    codes = RecoveryCodes(Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)).get_unused_codes()
    assert len(codes) == 10

    for expected in (str(world.people["lan"].pk), None):
        other = Client()
        sign_in(other)
        other.post("/account/2fa/authenticate/", {"code": codes[0]})
        assert who(other) == expected


def test_changing_the_password_asks_for_the_old_one_and_for_a_good_new_one(world, browser):
    sign_in(browser)

    def change(old: str, new: str, again: str | None = None) -> str:
        words = {"oldpassword": old, "password1": new, "password2": new if again is None else again}
        return browser.post("/account/password/change/", words, follow=True).content.decode()

    assert "Hãy ghi đúng mật khẩu đang dùng." in change("khac", "mot-mat-khau-moi-7")
    assert "Hai lần ghi mật khẩu khác nhau." in change(PASSWORD, "mot-mat-khau-moi-7", "hai-mat-khau-moi-7")
    assert "Mật khẩu quá ngắn: hãy đặt ít nhất 10 ký tự." in change(PASSWORD, "ngan7")
    assert "Đã đổi mật khẩu." in change(PASSWORD, "mot-mat-khau-moi-7")
    assert who(browser), "the one who changed it stays in"
    assert sign_in(Client(), password="mot-mat-khau-moi-7").status_code == 302


# Letters


@pytest.fixture
def mail(settings, mailoutbox):
    settings.MAIL = True
    return mailoutbox


def link_in(letter) -> str:
    return re.search(r"http://testserver(\S+)", letter.body).group(1)


def test_a_forgotten_password_is_set_anew_by_a_link_in_a_letter(world, browser, mail):
    browser.post("/account/password/reset/", {"email": "lan@example.vn"})
    (letter,) = mail
    assert (letter.subject, letter.to) == ("Đặt lại mật khẩu Dân vận", ["lan@example.vn"])
    form = browser.get(link_in(letter), follow=True).redirect_chain[-1][0]
    browser.post(form, {"password1": "ruong-dong-12", "password2": "ruong-dong-12"})

    assert sign_in(Client(), password="ruong-dong-12").status_code == 302
    assert "Mật khẩu đã được đặt lại." in mail[1].body
    assert "127.0.0.1" in mail[1].body


def test_an_address_of_nobody_gets_no_letter_and_the_same_page(world, browser, mail):
    said = [
        browser.post("/account/password/reset/", {"email": address}, follow=True).content.decode()
        for address in ("lan@example.vn", "ai-do@example.vn")
    ]
    assert "Nếu địa chỉ đó của một người dùng" in said[0]
    assert "Nếu địa chỉ đó của một người dùng" in said[1]
    assert [letter.to for letter in mail] == [["lan@example.vn"]]


def test_a_changed_address_counts_once_it_is_confirmed(world, browser, mail):
    sign_in(browser)
    again = browser.post("/account/email/", {"email": "moi@example.vn", "action_add": ""}).headers["Location"]
    browser.post(again, {"password": PASSWORD})
    browser.post("/account/email/", {"email": "moi@example.vn", "action_add": ""})
    letter = next(one for one in mail if one.to == ["moi@example.vn"])
    assert "Lan muốn nhận tin" in letter.body
    assert Person.objects.get(username="lan").email == "lan@example.vn"

    browser.post(link_in(letter))

    assert Person.objects.get(username="lan").email == "moi@example.vn"
    assert "moi@example.vn" in browser.get("/account/").content.decode()


def test_without_a_mail_server_nothing_that_needs_one_is_offered(world, browser, mailoutbox):
    assert "Quên mật khẩu: hãy nhờ quản trị" in browser.get("/account/login/").content.decode()
    browser.post("/account/password/reset/", {"email": "lan@example.vn"})
    assert mailoutbox == []


# Posts


def test_who_holds_several_posts_switches_between_them(world, browser):
    with scope.system("test"):
        second = actions.give_post(
            person=world.people["lan"], unit=world.binh, role="viewer", since=dt.date(2025, 7, 1), by="test"
        )
    sign_in(browser)
    assert "Phó Bí thư Thường trực · Xã An</span>" in browser.get("/units/").content.decode()

    browser.post("/posts/switch/", {"post": second.pk})
    assert "Người xem · Xã Bình</span>" in browser.get("/units/").content.decode()

    browser.post("/posts/switch/", {"post": "999"})
    assert "Người xem · Xã Bình</span>" in browser.get("/units/").content.decode()


def test_figures_of_a_neighbour_are_refused_with_a_sentence(world, browser):
    sign_in(browser)
    answer = browser.get(f"/tables/{world.cuu.pk}/2026-Q1/")
    assert answer.status_code == 403
    assert "không thuộc phạm vi của Xã An" in answer.content.decode()
    unit = browser.get(f"/units/{world.cuu.pk}/")
    assert unit.status_code == 200, "the map is open to all who signed in"
    assert "không thuộc phạm vi của Xã An" in unit.content.decode(), "its figures are not"
    assert "không thuộc phạm vi" not in browser.get(f"/units/{world.an.pk}/").content.decode()


def test_a_delegation_holds_from_its_first_day_to_its_last_and_is_named(world, browser, monkeypatch):
    sign_in(browser)
    today = timezone.localdate()
    first, last = today + dt.timedelta(2), today + dt.timedelta(4)
    answer = browser.post("/delegation/", {"to": "nobody", "since": first.isoformat(), "last": last.isoformat()})
    assert answer.status_code == 302

    stand_in = Client()
    stand_in.force_login(world.people["nobody"])
    seen = {}
    for days in range(1, 7):
        monkeypatch.setattr("django.utils.timezone.localdate", lambda days=days: today + dt.timedelta(days))
        answer = stand_in.get("/units/")
        seen[days] = answer.status_code
        if answer.status_code == 200:
            assert "Phó Bí thư Thường trực · Xã An (thay Lan)" in answer.content.decode()
    assert seen == {1: 403, 2: 200, 3: 200, 4: 200, 5: 403, 6: 403}


def test_a_delegation_is_taken_back_at_once(world, browser):
    sign_in(browser)
    today = timezone.localdate()
    browser.post("/delegation/", {"to": "nobody", "since": today.isoformat(), "last": today.isoformat()})
    stand_in = Client()
    stand_in.force_login(world.people["nobody"])
    assert stand_in.get("/units/").status_code == 200
    with scope.system("test"):
        given = Post.objects.get(for_post__isnull=False)

    assert stand_in.post("/delegation/", {"end": given.pk}).status_code in (403, 404), "only by who gave it"
    browser.post("/delegation/", {"end": given.pk})

    assert stand_in.get("/units/").status_code == 403
    assert "Chưa ủy quyền cho ai." in browser.get("/delegation/").content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"to": "khong-co"}, "Không có người dùng “khong-co”"),
        ({"to": "lan"}, "không ủy quyền cho chính mình"),
        ({"last": "2020-01-01"}, "Ngày kết thúc phải sau ngày bắt đầu"),
        ({"last": "mai"}, "Viết ngày như 10/2/2026."),
    ],
)
def test_a_delegation_that_cannot_be_says_why_and_loses_nothing(world, browser, given, said):
    sign_in(browser)
    whole = {"to": "nobody", "since": "2026-12-01", "last": "2026-12-05", **given}
    answer = browser.post("/delegation/", whole)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert said in page
    assert f'value="{whole["to"]}"' in page


def test_a_delegated_post_is_not_handed_on(world):
    lan, nobody = world.people["lan"], world.people["nobody"]
    with scope.system("test"):
        acting = post_of(lan)
    with scope.acting(acting):
        actions.delegate(to=nobody, since=acting.day, until=acting.day + dt.timedelta(9), by=acting)
    with scope.system("test"):
        stand_in = post_of(nobody, acting.day)
    with scope.acting(stand_in), pytest.raises(actions.AccessError, match="không ủy quyền tiếp"):
        actions.delegate(to=world.people["mai"], since=acting.day, until=acting.day + dt.timedelta(2), by=stand_in)
