"""Citizens without an account: from the form to the answer, and what keeps machines and the curious out."""

from __future__ import annotations

import hashlib
import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from danvan.access import scope
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.casework import actions, challenge, public
from danvan.casework.actions import citizens, dialogues, promises
from danvan.casework.models import Answer, Matter

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]
TEXT = "Đèn đường ở đầu xóm hỏng đã hai tuần, đi tối rất nguy hiểm."


@staged
def world():
    made = small_country()
    made.post = {name: post_of(one, timezone.localdate()) for name, one in made.people.items() if name != "nobody"}
    return made


@pytest.fixture
def phone():
    return Client()


def worked(token):
    for number in range(10**7):
        if int.from_bytes(hashlib.sha256(f"{token}:{number}".encode()).digest()[:4]) >> (32 - challenge.BITS) == 0:
            return str(number)
    raise AssertionError


def step(phone, step, /, **given):
    return phone.post("/say/", {"step": step, "key": str(uuid.uuid4()), "type": "reflection", **given})


def send(phone, unit, /, key=None, **more):
    page = step(phone, "2", text=TEXT, unit=unit).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    given = {"text": TEXT, "unit": unit, "place": "Xóm Đông", "token": token, "work": worked(token), **more}
    return phone.post("/say/", {"step": "3", "key": key or str(uuid.uuid4()), "type": "reflection", **given})


def test_a_report_of_fact_is_sent_in_three_steps_without_a_name(world, phone):
    first = phone.get("/say/")
    assert first.status_code == 200
    found = step(phone, "1", text=TEXT, where="Xã An", find="1").content.decode()
    assert "Xã An, Tỉnh Bắc" in found
    second = step(phone, "1", text=TEXT, unit=world.an.pk)
    assert "Họ và tên" in second.content.decode()
    done = send(phone, world.an.pk)

    assert done.status_code == 302
    page = phone.get(done.url).content.decode()
    with scope.system("test"):
        matter = Matter.objects.get()
    assert (matter.unit_id, matter.type, matter.channel, matter.place) == (world.an.pk, "reflection", "web", "Xóm Đông")
    assert (matter.title, matter.worded) == ("Phản ánh về xây dựng, Xóm Đông", False)
    assert matter.text == TEXT
    assert "-".join(matter.code[at : at + 4] for at in range(0, 16, 4)) in page
    assert Client().get("/say/sent/").status_code == 302  # only the browser that sent it sees the code


def test_what_is_missing_is_said_and_nothing_typed_is_lost(world, phone):
    page = step(phone, "1", text="Đèn", unit="")
    said = page.content.decode()

    assert page.status_code == 422
    assert "Hãy nói rõ hơn" in said
    assert "Chọn nơi gửi đến" in said
    assert ">Đèn</textarea>" in said


def test_a_complaint_needs_a_name_and_an_address_a_report_does_not(world, phone):
    refused = send(phone, world.an.pk, type="complaint")

    assert refused.status_code == 422
    assert "phải có họ tên và địa chỉ" in refused.content.decode()
    assert send(phone, world.an.pk, type="complaint", name="Người Gửi", address="Xóm Đông").status_code == 302


def test_a_place_where_nobody_receives_is_not_offered_and_not_taken(world, phone):
    page = step(phone, "1", text=TEXT, where="Xã Cửu", find="1").content.decode()
    assert "Xã Cửu, Tỉnh Nam" not in page
    assert "Không thấy nơi nào" in page
    assert send(phone, world.cuu.pk).status_code == 422


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> nguy hiểm quá",
        "x" * 20_000,
        "Đường hỏng\x00\x00 lâu ngày rồi",
        "🤬" * 50,
        "\ufeffĐèn hỏng từ lâu rồi ạ",
    ],
    ids=["script", "long", "nul", "signs", "bom"],
)
def test_whatever_is_typed_no_page_breaks(world, phone, text):
    done = send(phone, world.an.pk, text=text)

    assert done.status_code in (302, 422)
    if done.status_code == 302:
        assert "<script>alert" not in phone.get(done.url).content.decode()


def test_the_same_form_sent_five_times_is_one_matter(world, phone):
    key = str(uuid.uuid4())
    answers = {send(phone, world.an.pk, key=key).status_code for _ in range(5)}

    assert answers == {302}
    with scope.system("test"):
        assert Matter.objects.count() == 1


def test_a_machine_that_does_no_work_sends_nothing(world, phone):
    for wrong in ({"work": "1"}, {"work": "", "answer": "99"}, {"token": "made-up", "work": "1"}):
        refused = send(phone, world.an.pk, **wrong)
        assert refused.status_code == 422, wrong
    with scope.system("test"):
        assert not Matter.objects.exists()


def test_one_proof_serves_once(world, phone):
    page = step(phone, "2", text=TEXT, unit=world.an.pk).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    given = {
        "step": "3",
        "type": "reflection",
        "text": TEXT,
        "unit": world.an.pk,
        "token": token,
        "work": worked(token),
    }

    assert phone.post("/say/", {**given, "key": str(uuid.uuid4())}).status_code == 302
    assert phone.post("/say/", {**given, "key": str(uuid.uuid4())}).status_code == 422


def test_the_question_serves_who_has_no_script(world, phone):
    page = step(phone, "2", text=TEXT, unit=world.an.pk).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    words = {word: number for number, word in enumerate(challenge._WORDS)}
    one, two = re.search(r">(\w+) cộng (\w+) bằng mấy", page).groups()
    given = {"step": "3", "type": "reflection", "text": TEXT, "unit": world.an.pk, "token": token, "work": ""}
    done = phone.post("/say/", {**given, "answer": str(words[one] + words[two]), "key": str(uuid.uuid4())})

    assert done.status_code == 302


# Following


def sent_matter(world, **more):
    with scope.system("test"):
        return citizens.say(unit=world.an.pk, matter_type="reflection", text=TEXT, **more)


def answered(world, matter):
    by = world.post["lan"]
    with scope.acting(by):
        for kind, said in (("accept", {}), ("answer", {"verdict": "answered", "answer": "Đã thay bóng đèn."})):
            matter = actions.act(matter=matter, kind=kind, by=by, **said)
        Answer.objects.create(
            matter=matter, edition=1, state="delivered", text="Đã thay bóng đèn.", delivered_on=timezone.localdate()
        )
        return actions.act(matter=matter, kind="deliver", by=by, proof="trên trang theo dõi")


def test_who_holds_the_code_sees_what_became_of_it_and_nobody_else(world, phone):
    matter = sent_matter(world, person={"name": "Người Gửi", "phone": "0912345678"})
    page = phone.get("/follow/", {"code": matter.code.lower()}).content.decode()

    assert "Xã An" in page
    assert "Đã tiếp nhận" in page
    assert "Người Gửi" not in page
    assert phone.get("/follow/", {"code": "A" * 16}).status_code == 404
    assert phone.get("/follow/", {"code": "'; drop table"}).status_code == 404


def test_a_code_is_read_as_people_type_it(world):
    matter = sent_matter(world)
    typed = "-".join(matter.code[at : at + 4] for at in range(0, 16, 4)).lower()

    assert citizens.code_of(typed) == matter.code
    assert citizens.code_of(" ".join(matter.code)) == matter.code
    assert citizens.code_of("123") == ""


def test_codes_cannot_be_guessed_for_long(world, phone):
    answers = [
        phone.get("/follow/", {"code": f"{'A' * 15}{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[n % 26]}"}).status_code
        for n in range(70)
    ]

    assert answers[:60] == [404] * 60
    assert set(answers[60:]) == {429}


def test_from_the_form_to_the_answer_to_not_satisfied_to_reopened(world, phone):
    matter = answered(world, sent_matter(world))
    page = phone.get("/follow/", {"code": matter.code}).content.decode()
    assert "Đã thay bóng đèn." in page
    empty = phone.post("/follow/", {"code": matter.code, "do": "unsatisfied", "reason": ""})
    assert empty.status_code == 422
    done = phone.post(
        "/follow/", {"code": matter.code, "do": "unsatisfied", "reason": "Đèn vẫn không sáng, chưa ai đến."}
    )
    assert done.status_code == 302
    with scope.acting(world.post["lan"]):
        matter = actions.act(matter=matter, kind="reopen", by=world.post["lan"], reason="Cho kiểm tra lại")
        assert matter.state == "accepted"
        answer = Answer.objects.get(matter=matter)
    assert (answer.satisfied, answer.comment) == (False, "Đèn vẫn không sáng, chưa ai đến.")
    assert "mở lại" in phone.get("/follow/", {"code": matter.code}).content.decode()


def test_an_answer_is_rated_once(world, phone):
    matter = answered(world, sent_matter(world))

    assert phone.post("/follow/", {"code": matter.code, "do": "satisfied"}).status_code == 302
    assert phone.post("/follow/", {"code": matter.code, "do": "satisfied"}).status_code == 422


# Promises, dialogues, what others were told


def promised(world):
    with scope.system("test"):
        today = timezone.localdate()
        held = dialogues.plan(
            unit=world.an,
            title="Đối thoại về đường liên thôn",
            on=today,
            host_role="joint",
            place="Nhà văn hóa",
            collects=True,
            by="t",
        )
        opinion = dialogues.write_down(dialogue=held, text="Đường hỏng", hamlet="Xóm Đông", by="t")
        made = promises.promise(
            opinion=opinion, text="Sửa xong đường", by_post="Chủ tịch UBND xã", responsible="UBND xã", due=today, by="t"
        )
        return held, made


def test_a_promise_is_public_and_those_it_was_made_to_confirm_it(world, phone):
    _held, made = promised(world)
    assert "Sửa xong đường" in phone.get("/promises/").content.decode()
    early = phone.post("/promises/confirm/", {"code": made.code, "kept": "yes", "key": str(uuid.uuid4())})
    assert early.status_code == 422
    with scope.acting(world.post["lan"]):
        promises.end(promise=made, kept=True, text="Đã nghiệm thu", by=world.post["lan"])
    assert (
        phone.post("/promises/confirm/", {"code": made.code, "kept": "yes", "key": str(uuid.uuid4())}).status_code
        == 200
    )
    page = phone.get("/promises/", {"state": "kept"}).content.decode()

    assert "1 đã xong, 0 chưa" in page
    assert "Sửa xong đường" not in phone.get("/promises/", {"state": "late"}).content.decode()


def test_an_opinion_comes_before_the_dialogue_that_was_announced(world, phone):
    with scope.system("test"):
        held, _made = promised(world)
        held.state, held.notice_on = "announced", timezone.localdate()
        held.save()
    page = phone.get(f"/dialogues/public/{held.code}/").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    given = {
        "text": "Xin làm mương thoát nước",
        "hamlet": "Xóm Tây",
        "token": token,
        "work": worked(token),
        "key": str(uuid.uuid4()),
    }

    assert phone.post(f"/dialogues/public/{held.code}/", given).status_code == 200
    with scope.system("test"):
        last = held.opinions.last()
    assert (last.text, last.hamlet, last.before) == ("Xin làm mương thoát nước", "Xóm Tây", True)
    assert phone.get("/dialogues/public/AAAAAAAAAAAAAAAA/").status_code == 404


def test_what_was_made_public_is_told_without_what_was_not(world, phone):
    matter = sent_matter(world)
    with scope.system("test"):
        Matter.objects.filter(pk=matter.pk).update(public=True, public_text="Đã thay bóng đèn.", title="Đèn đường hỏng")
        sent_matter(world)
    page = phone.get("/told/").content.decode()

    assert "Đã thay bóng đèn." in page
    assert page.count("Đèn đường hỏng") == 1
    assert TEXT not in page


@pytest.mark.parametrize("path", ["/promises/", "/told/", "/dialogues/public/"])
def test_lists_ask_the_same_number_of_questions_at_one_and_three(world, phone, path, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sizes = []
    for count in (1, 3):
        for _ in range(count if count == 1 else 2):
            held, _made = promised(world)
            matter = sent_matter(world)
            with scope.system("test"):
                held.state, held.notice_on = "announced", timezone.localdate()
                held.save()
                Matter.objects.filter(pk=matter.pk).update(public=True, public_text="Xong.")
        with CaptureQueriesContext(connection) as seen:
            assert phone.get(path).status_code == 200
        sizes.append(len(seen))
    assert sizes[0] == sizes[1]


def test_what_a_promise_page_is_asked_for_must_make_sense(world, phone):
    assert phone.get("/promises/", {"state": "nonsense"}).status_code == 400
    assert phone.get("/promises/", {"unit": "x"}).status_code == 400
    assert public.PAGE == 20


def test_who_asks_for_another_look_is_told_that_it_arrived(world, phone):
    matter = answered(world, sent_matter(world))
    before = phone.get("/follow/", {"code": matter.code}).content.decode()
    given = {"code": matter.code, "do": "unsatisfied", "reason": "Đèn vẫn không sáng, chưa ai đến."}
    after = phone.post("/follow/", given, follow=True).content.decode()

    said = ("Đề nghị xem xét lại đã đến cơ quan", "Quyết định việc xem xét lại", "hạn cuối")
    assert [one in before for one in said] == [False, False, False]
    assert [one in after for one in said] == [True, True, True]


def test_a_wrong_code_of_a_promise_loses_no_words(phone):
    said = {"code": "AAAA", "kept": "no", "text": "Đường mới làm một nửa", "key": str(uuid.uuid4())}
    refused = phone.post("/promises/confirm/", said)

    assert refused.status_code == 422
    assert "Đường mới làm một nửa</textarea>" in refused.content.decode()


def test_what_became_of_it_is_told_in_the_language_of_the_page(world, phone):
    matter = answered(world, sent_matter(world))
    phone.cookies["django_language"] = "en"
    page = phone.get("/follow/", {"code": matter.code}).content.decode()

    assert ("Closed: answered" in page, "The citizen has the answer" in page) == (True, True)
    assert "Đã kết thúc" not in page
