"""What nobody should send and somebody does: a clear sentence each time, no page breaks, nothing typed is lost."""

from __future__ import annotations

import base64
import html
import io
import uuid
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pytest
from django.utils import timezone
from PIL import Image

from danvan.access import scope
from danvan.access.models import StoredFile
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import small_country
from danvan.access.tests.stage import staged
from danvan.casework import actions
from danvan.casework.actions import citizens, dialogues, promises, vault
from danvan.casework.actions.matters import new_code
from danvan.casework.models import Matter, Opinion, PromiseStep
from danvan.casework.tests.test_citizens import TEXT, phone, send, step, worked  # noqa: F401 -- a fixture
from danvan.casework.tests.test_reception_desk import visit

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]
HUGE = "Đường hỏng. " * 62_000  # 1 MB and a little in bytes
SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7|add:70000 }}{% now "Y" %} &amp;lt; ở xóm Đông'
ABUSE = "Đồ vô trách nhiệm, lũ ăn hại!!! " * 20
SIGNS = "\u202egnod\u200b\u200d 🤬🤬 a\u0301\u0323\u0302" + "\u0300" * 200


@staged
def world():
    with scope.system("test"):
        made = small_country()
        today = timezone.localdate()
        made.dialogue = dialogues.plan(
            unit=made.an, title="Đối thoại", on=today, host_role="joint", place="Nhà văn hóa", collects=True, by="t"
        )
        made.dialogue.state, made.dialogue.notice_on = "announced", today
        made.dialogue.save()
        opinion = dialogues.write_down(dialogue=made.dialogue, text="Đường hỏng", by="t")
        made.promise = promises.promise(
            opinion=opinion, text="Sửa đường", by_post="Chủ tịch", responsible="UBND", due=today, by="t"
        )
        made.matter = actions.receive(unit=made.an, matter_type="reflection", title="Đèn hỏng", by="t")
    made.mai, made.lan = signed_in(made.people["mai"]), signed_in(made.people["lan"])
    return made


def body(answer):
    return html.unescape(answer.content.decode())


def sent_opinion(world: SimpleNamespace, browser, text: str, **more):
    address = f"/dialogues/public/{world.dialogue.code}/"
    token = browser.get(address).context["challenge"].token
    given = {"text": text, "hamlet": "Xóm Đông", "key": str(uuid.uuid4()), "token": token, "work": worked(token)}
    return browser.post(address, {**given, **more})


DOORS = {  # each way in which words come in: how they are sent
    "the citizens' form": lambda w, p, text: send(p, w.an.pk, text=text),
    "its first step": lambda w, p, text: step(p, "1", text=text, unit=w.an.pk, place=text, where=text),
    "its second step": lambda w, p, text: step(p, "2", text=TEXT, unit=w.an.pk, name=text, phone=text, address=text),
    "an opinion before": lambda w, p, text: sent_opinion(w, p, text),
    "a code": lambda w, p, text: p.post("/follow/", {"code": text}),
    "a confirmation": lambda w, p, text: p.post(
        "/promises/confirm/", {"code": w.promise.code, "kept": "yes", "text": text, "key": str(uuid.uuid4())}
    ),
    "the desk": lambda w, p, text: w.mai.post("/reception/", visit(title=text, text=text, said=text, name=text)),
    "the desk's help": lambda w, p, text: w.mai.post("/reception/help/", visit(title=text, ask=text)),
    "the room": lambda w, p, text: w.mai.post(
        f"/dialogues/{w.dialogue.pk}/room/", {"do": "write", "text": text, "hamlet": text, "key": str(uuid.uuid4())}
    ),
    "a promise's step": lambda w, p, text: w.mai.post(f"/kept/{w.promise.pk}/", {"do": "show", "text": text}),
    "an act": lambda w, p, text: w.mai.post(f"/matters/{w.matter.pk}/?do=note", {"do": "note", "reason": text}),
    "an answer": lambda w, p, text: w.mai.post(f"/matters/{w.matter.pk}/answer/", {"do": "draft", "answer": text}),
    "a dialogue": lambda w, p, text: w.mai.post("/dialogues/new/", {"title": text, "on": text, "agenda": text}),
}
HOSTILE = {
    "empty": "",
    "spaces": " \u3000\t",
    "huge": HUGE,
    "script": SCRIPT,
    "abuse": ABUSE,
    "signs": SIGNS,
    "nul": "a\0" * 40,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_page_breaks_and_no_word_becomes_code(world, phone, text):  # noqa: F811
    for name, door in DOORS.items():
        answer = door(world, phone, text)

        # 400 where one page is sent a megabyte in each of its fields: more than a form may hold
        assert answer.status_code in (200, 302, 404, 422, *([400] if text == HUGE else [])), name
        if answer.status_code != 302:
            assert b"<script>alert" not in answer.content, name
            assert b"<img src=x" not in answer.content, name
            assert b"70007" not in answer.content, name


def test_words_like_code_are_shown_as_they_are_wherever_they_come_out(world, phone):  # noqa: F811
    code = citizens.with_code
    done = send(phone, world.an.pk, text=SCRIPT, place=SCRIPT, name="Người <b>Gửi</b>")
    assert done.status_code == 302
    sent_opinion(world, phone, SCRIPT)
    world.mai.post(f"/kept/{world.promise.pk}/", {"do": "show", "text": SCRIPT})
    with scope.system("test"):
        matter = Matter.objects.latest("pk")
        assert code(matter.code).text == SCRIPT
    places = [
        (phone, "/say/sent/"),
        (phone, f"/follow/?code={matter.code}"),
        (phone, "/promises/"),
        (world.mai, f"/matters/{matter.pk}/"),
        (world.mai, "/matters/"),
        (world.mai, "/notices/"),
        (world.mai, f"/dialogues/{world.dialogue.pk}/"),
        (world.mai, f"/dialogues/{world.dialogue.pk}/hall/"),
        (world.mai, f"/dialogues/{world.dialogue.pk}/room/"),
        (world.mai, f"/kept/{world.promise.pk}/"),
    ]
    for browser, address in places:
        page = browser.get(address)
        assert page.status_code == 200, address
        assert b"<script>alert" not in page.content, address
        assert b"<img src=x" not in page.content, address


def test_an_abusive_word_is_no_reason_to_lose_a_matter(world, phone):  # noqa: F811
    assert send(phone, world.an.pk, text=ABUSE).status_code == 302
    with scope.system("test"):
        assert Matter.objects.latest("pk").text == ABUSE.strip()


def test_a_megabyte_is_told_to_be_too_long_and_comes_back(world, phone):  # noqa: F811
    for door, most in (("the citizens' form", "20000"), ("an opinion before", "4000"), ("the room", "4000")):
        answer = DOORS[door](world, phone, HUGE)
        assert answer.status_code == 422, door
        said = body(answer)
        assert f"{most} ký tự" in said, door
        assert HUGE.strip()[:30_000] in said, door
    desk = world.mai.post("/reception/", visit(text=HUGE))
    assert "Tối đa 40000 ký tự" in body(desk)
    assert HUGE in body(desk)


def test_more_than_a_form_can_hold_says_what_to_do(world, phone):  # noqa: F811
    answer = phone.post("/say/", {"step": "1", "text": HUGE * 4})

    assert answer.status_code == 400
    assert "rút ngắn, hoặc gửi bằng tệp" in body(answer)


def test_half_of_a_place_on_the_map_is_none(world, phone):  # noqa: F811
    assert send(phone, world.an.pk, latitude="21.5").status_code == 302
    assert send(phone, world.an.pk, latitude="21.5", longitude="đông").status_code == 302
    with scope.system("test"):
        assert set(Matter.objects.values_list("latitude", "longitude")) == {(None, None)}


def raw(browser, address: str, given: dict[str, str], **bytes_: bytes):
    said = urlencode(given) + "".join(f"&{name}={quote(value)}" for name, value in bytes_.items())
    return browser.generic("POST", address, said, content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    "text",
    [
        b"Qu\xe1n caf\xe9 \xe0 ch\xf4 chi\xeam nh\xe0 v\xe3n h\xf3a",
        b"Nh\xed\xa0\x80 v\xed\xb0\x80n h\xc3\xb3a d\xe1\xbb\x99t qu\xc3\xa1",
    ],
    ids=["latin-1", "lone surrogates"],
)
def test_letters_that_did_not_arrive_are_asked_for_again(world, phone, text):  # noqa: F811
    token = step(phone, "2", text=TEXT, unit=world.an.pk).context["challenge"].token
    given = {"step": "3", "type": "reflection", "unit": str(world.an.pk), "token": token, "work": worked(token)}
    answer = raw(phone, "/say/", {**given, "key": str(uuid.uuid4())}, text=text)

    assert answer.status_code == 422
    assert "Có chữ bị hỏng" in body(answer)
    assert text.decode(errors="replace") in body(answer)
    desk = raw(world.mai, "/reception/", visit(title=""), title=text)
    assert (desk.status_code, "Có chữ bị hỏng" in body(desk)) == (422, True)
    with scope.system("test"):
        assert Matter.objects.count() == 1


def test_a_zero_between_the_letters_takes_no_word_with_it(world, phone):  # noqa: F811
    done = send(
        phone,
        world.an.pk,
        text="Đèn\0 đường hỏng\0 lâu rồi",
        place="Xóm\0 Đông",
        name="Người\0 Gửi",
        phone="0912345678",
    )
    assert done.status_code == 302
    assert sent_opinion(world, phone, "Mương\0 tắc").status_code == 200
    world.mai.post(f"/kept/{world.promise.pk}/", {"do": "show", "text": "Đã\0 nạo vét"})

    with scope.system("test"):
        matter = Matter.objects.latest("pk")
        assert (matter.text, matter.place) == ("Đèn đường hỏng lâu rồi", "Xóm Đông")
        assert vault.look(matter=matter, why="kiểm tra", by="t")["name"] == "Người Gửi"
        assert Opinion.objects.latest("pk").text == "Mương tắc"
        assert PromiseStep.objects.latest("pk").text == "Đã nạo vét"


def test_fifty_papers_come_in_three_sendings_and_none_is_lost(world):
    def scans(count: int) -> list[io.BytesIO]:
        made = []
        for number in range(count):
            file = io.BytesIO()
            Image.new("RGB", (12 + number, 10), "white").save(file, "PNG")
            file.name = f"trang-{number}.png"
            file.seek(0)
            made.append(file)
        return made

    address = f"/matters/{world.matter.pk}/papers/"
    refused = world.mai.post(address, {"kind": "evidence", "file": scans(50)})
    assert refused.status_code == 422
    assert "Mỗi lần gửi tối đa 20 tệp: hãy chia làm nhiều lần." in body(refused)
    with scope.system("test"):
        assert world.matter.attachments.count() == 0
    for count in (20, 20, 10):
        assert world.mai.post(address, {"kind": "evidence", "file": scans(count)}).status_code == 302
    page = body(world.mai.get(f"/matters/{world.matter.pk}/"))
    with scope.system("test"):
        names = list(StoredFile.objects.filter(purpose="casework.Attachment").values_list("name", flat=True))
    assert len(set(names)) == 50
    assert all(name in page for name in names)


def test_a_visit_and_an_opinion_sent_five_times_are_one(world, phone):  # noqa: F811
    sent, key = visit(title="Mất sổ hộ khẩu cũ"), str(uuid.uuid4())
    where = {world.mai.post("/reception/", sent).url for _ in range(5)}
    token = phone.get(f"/dialogues/public/{world.dialogue.code}/").context["challenge"].token
    given = {"text": "Xin thêm đèn", "hamlet": "", "key": key, "token": token, "work": worked(token)}
    answers = [phone.post(f"/dialogues/public/{world.dialogue.code}/", given).status_code for _ in range(5)]
    line = {"do": "write", "text": "Nhà văn hóa dột", "hamlet": "", "key": str(uuid.uuid4())}
    for _ in range(5):
        world.mai.post(f"/dialogues/{world.dialogue.pk}/room/", line)

    assert len(where) == 1
    assert answers == [200] * 5
    with scope.system("test"):
        assert Matter.objects.filter(title=sent["title"]).count() == 1
        assert Opinion.objects.filter(text="Xin thêm đèn").count() == 1
        assert Opinion.objects.filter(text="Nhà văn hóa dột").count() == 1


def test_a_code_carries_eighty_bits_and_each_of_them_is_drawn():
    codes = [new_code() for _ in range(2_000)]
    numbers = [int.from_bytes(base64.b32decode(code)) for code in codes]

    assert {len(base64.b32decode(code)) * 8 for code in codes} == {80}
    assert len(set(codes)) == len(codes)
    for bit in range(80):  # six deviations: once in a hundred million runs for all of them
        assert 860 < sum(number >> bit & 1 for number in numbers) < 1_140, bit


@pytest.mark.parametrize("address", ["/follow/", "/promises/confirm/"])
def test_codes_are_tried_sixty_times_an_hour_from_one_place(phone, world, address):  # noqa: F811
    given = [{"code": new_code(), "kept": "yes", "key": str(uuid.uuid4())} for _ in range(62)]
    answers = [phone.post(address, one) for one in given]

    assert {answer.status_code for answer in answers[:60]} <= {404, 422}
    assert [answer.status_code for answer in answers[60:]] == [429, 429]
    assert "Hãy thử lại sau một giờ." in body(answers[-1])
    elsewhere = phone.post(address, given[0], REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code in (404, 422)
