"""Notices reach people as they chose: a real mail server and a real chat tool's address take them in."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller

from danvan.access import delivery
from danvan.access.actions import add_person
from danvan.access.models import Notice, Person
from danvan.access.notices import notify

pytestmark = pytest.mark.django_db


class Letters:
    """What the mail server took in."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.refuse = False

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- the server's name for it
        if self.refuse:
            return "451 come back later"
        from email import message_from_bytes
        from email.policy import default

        letter = message_from_bytes(envelope.content, policy=default)
        self.taken.append((envelope.rcpt_tos[0], f"{letter['Subject']}\n{letter.get_content()}"))
        return "250 taken"


@pytest.fixture
def letters(settings) -> Iterator[Letters]:
    handler = Letters()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = ""
    yield handler
    server.stop()


@pytest.fixture
def chat(settings) -> Iterator[tuple[str, list[dict[str, str]]]]:
    taken: list[dict[str, str]] = []

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Take)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.WEBHOOKS_INSIDE = True
    yield f"http://127.0.0.1:{server.server_port}/hook", taken
    server.shutdown()
    thread.join()
    server.server_close()


def person(username: str, **fields: str):
    return add_person(username=username, name=username.title(), by="kiểm thử", **fields)


def tell(*people, sentence: str = "Xã An đã gửi báo cáo quý III", **more) -> None:
    notify(persons=people, kind="submitted", sentence=sentence, link="/review/", **more)


def test_each_notice_comes_as_a_letter_with_its_link(letters):
    tell(person("lan", email="lan@example.vn", mail="each"))

    assert delivery.deliver(base_url="https://danvan.example.vn") == 1
    ((to, text),) = letters.taken
    assert to == "lan@example.vn"
    assert "Xã An đã gửi báo cáo quý III" in text
    assert "https://danvan.example.vn/review/" in text


def test_nothing_is_sent_twice(letters):
    tell(person("lan", email="lan@example.vn", mail="each"))

    assert [delivery.deliver(), delivery.deliver()] == [1, 0]
    assert len(letters.taken) == 1


def test_a_daily_letter_gathers_what_came(letters, monkeypatch):
    monkeypatch.setattr(delivery, "DIGEST_HOUR", 0)
    lan = person("lan", email="lan@example.vn", mail="daily")
    for n in range(3):
        tell(lan, sentence=f"Thông báo {n}")
    delivery.deliver()
    tell(lan, sentence="Thông báo sau")
    delivery.deliver()

    ((_to, text),) = letters.taken
    assert all(f"Thông báo {n}" in text for n in range(3))
    assert "Thông báo sau" not in text


def test_before_the_hour_the_daily_letter_waits(letters, monkeypatch):
    monkeypatch.setattr(delivery, "DIGEST_HOUR", 24)
    tell(person("lan", email="lan@example.vn", mail="daily"))

    assert delivery.deliver() == 0


def test_who_wants_no_letters_and_who_saw_it_on_screen_gets_none(letters):
    from django.utils import timezone

    tell(person("khong", email="khong@example.vn", mail="none"), person("xem", email="xem@example.vn", mail="each"))
    Notice.objects.filter(person__username="xem").update(seen_at=timezone.now())

    assert delivery.deliver() == 0


def test_a_mail_server_that_is_down_loses_nothing(letters):
    letters.refuse = True
    tell(person("lan", email="lan@example.vn", mail="each"))
    assert delivery.deliver() == 0
    letters.refuse = False

    assert delivery.deliver() == 1


def test_a_wrong_address_is_given_up_in_the_end(letters):
    letters.refuse = True
    tell(person("lan", email="lan@example.vn", mail="each"))
    for _ in range(delivery.MOST + 2):
        delivery.deliver()

    assert Notice.objects.get().attempts == delivery.MOST


def test_a_chat_tool_takes_notices(chat):
    address, taken = chat
    tell(person("lan", webhook=address))

    assert delivery.deliver(base_url="https://x.vn") == 1
    assert taken == [{"text": "Xã An đã gửi báo cáo quý III https://x.vn/review/", "kind": "submitted"}]


def test_a_mail_server_that_is_away_for_an_hour_loses_nothing(letters, settings):
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    tell(person("lan", email="lan@example.vn", mail="each"))
    assert [delivery.deliver() for _round in range(delivery.MOST + 2)] == [0] * (delivery.MOST + 2)

    settings.EMAIL_PORT = there
    assert delivery.deliver() == 1


def test_a_chat_tool_that_talks_nonsense_stops_neither_letters_nor_others(letters, chat, settings):
    settings.WEBHOOKS_INSIDE = True
    with socket.socket() as nonsense:
        nonsense.bind(("127.0.0.1", 0))
        nonsense.listen()

        def answer() -> None:
            while True:
                try:
                    one, _place = nonsense.accept()
                except OSError:
                    return
                one.recv(10_000)
                one.sendall(b"this is not HTTP\r\n\r\n")
                one.close()

        threading.Thread(target=answer, daemon=True).start()
        tell(person("lan", webhook=f"http://127.0.0.1:{nonsense.getsockname()[1]}/"))
        tell(person("mai", webhook=chat[0]))
        for _round in range(delivery.MOST + 1):
            delivery.deliver()
        nonsense.shutdown(socket.SHUT_RDWR)

    assert len(chat[1]) == 1
    Person.objects.filter(username="lan").update(email="lan@example.vn", mail="each", webhook="")
    assert delivery.deliver() == 1


def test_a_name_that_changes_its_place_after_the_look_up_is_refused_before_a_word_is_said(chat, settings, monkeypatch):
    settings.WEBHOOKS_INSIDE = False
    monkeypatch.setattr(delivery, "_refuse_inside", lambda host, port: None)  # it was outside a moment ago

    with pytest.raises(ValueError, match="own network"):
        delivery.hand_over(chat[0], {"text": "x"})
    assert chat[1] == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/x", "http://localhost:1/", "file:///etc/passwd", "ftp://x/y"])
def test_a_webhook_never_reaches_into_our_own_house(address):
    with pytest.raises(ValueError, match=r"not an address|own network"):
        delivery.hand_over(address, {"text": "x"})


def test_who_acts_is_not_told_of_their_own_deed_and_a_key_tells_once():
    lan = person("lan")
    tell(lan, key="once")
    tell(lan, key="once")

    assert Notice.objects.count() == 1
