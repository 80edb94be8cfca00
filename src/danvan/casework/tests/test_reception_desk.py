"""The reception desk: a visit in one form, what helps while it is typed, the receipt, the days of the heads."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from danvan.access import scope
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.casework import actions, finding, suggesting
from danvan.casework.models import Identity, Matter, ReceptionDay, Turn

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]
WHO = {"name": "Người Đến Tiếp", "phone": "0912 345 678", "address": "thôn Thượng"}
NAMES = ("Người Đến Tiếp", "0912", "thôn Thượng")


@staged
def world():
    with scope.system("test"):
        made = small_country()
        made.post = {name: post_of(one, timezone.localdate()) for name, one in made.people.items() if name != "nobody"}
    made.browser = {name: signed_in(made.people[name]) for name in ("mai", "lan", "hung", "nga", "xem")}
    return made


@pytest.fixture
def mai(world):
    return world.browser["mai"]


def visit(**more):
    return {
        "key": str(uuid4()),
        "persons": "1",
        "matter": "new",
        "title": "Bồi thường khi mở đường liên xã",
        "text": "Đường lấn vào vườn, chưa được kiểm đếm.",
        "type": "complaint",
        "channel": "in_person",
        "receiver": "reception_office",
        "mode": "regular",
        "signers": "one",
        "signer_count": "1",
        "on": f"{timezone.localdate():%d/%m/%Y}",
        **WHO,
        **more,
    }


def kept(world):
    with scope.system("test"):
        return list(Matter.objects.order_by("pk")), list(Turn.objects.order_by("pk"))


def body(answer):
    return answer.content.decode()


# A visit


def test_a_visit_makes_a_turn_and_a_matter_and_leads_to_the_receipt(world, mai):
    answer = mai.post("/reception/", visit(said="Hẹn trả lời", field="land"))

    (matter,), (turn,) = kept(world)
    assert (answer.status_code, answer.url) == (302, f"/matters/{matter.pk}/receipt/")
    assert (turn.matter_id, turn.persons, turn.repeat, turn.said) == (matter.pk, 1, False, "Hẹn trả lời")
    assert (matter.type, matter.field, matter.petition, matter.channel) == ("complaint", "land", False, "in_person")
    with scope.system("test"):
        assert matter.acts.get().said == {
            "channel": "in_person",
            "suggested_field": "compensation_resettlement",
        }
        assert len(Identity.objects.get().marks) == 2


def test_a_double_click_is_one_visit(world, mai):
    sent = visit()
    first, second = mai.post("/reception/", sent), mai.post("/reception/", sent)

    matters, turns = kept(world)
    assert (len(matters), len(turns)) == (1, 1)
    assert first.url == second.url


def test_what_is_wrong_is_said_at_each_field_and_all_that_was_typed_is_still_there(world, mai):
    sent = visit(title="", type="", persons="0", receiver="nobody", on="32/1/2026", said="Đã giải thích")
    answer = mai.post("/reception/", sent)
    page = body(answer)

    assert answer.status_code == 422
    for sentence in ("Ghi từ 1 trở lên.", "Viết ngày như 10/2/2026.", "Chọn một giá trị trong danh sách."):
        assert sentence in page
    for typed in (*WHO.values(), "Đường lấn vào vườn, chưa được kiểm đếm.", "Đã giải thích", sent["key"], "32/1/2026"):
        assert typed in page
    assert kept(world) == ([], [])

    page = body(mai.post("/reception/", visit(title="", type="", mode="regular")))
    assert "Ghi ngắn gọn việc cần nêu." in page
    assert "Chọn loại vụ việc." in page


def test_somebody_who_comes_again_is_one_more_turn_of_the_same_matter(world, mai):
    mai.post("/reception/", visit())
    (matter,), _turns = kept(world)
    answer = mai.post("/reception/", visit(matter=str(matter.pk), title="", type="", said="Đang kiểm đếm"))

    matters, turns = kept(world)
    assert (answer.status_code, answer.url) == (302, "/reception/")
    assert len(matters) == 1
    assert [turn.repeat for turn in turns] == [False, True]


def test_guidance_alone_is_a_turn_without_a_matter(world, mai):
    refused = mai.post("/reception/", visit(matter="none", title="", type=""))
    assert "ghi ngắn gọn đã trả lời gì" in body(refused)
    mai.post("/reception/", visit(matter="none", title="", type="", said="Hướng dẫn đến Tòa án"))

    matters, (turn,) = kept(world)
    assert matters == []
    assert turn.matter_id is None


def test_what_comes_by_telephone_is_in_the_register_and_no_turn(world, mai):
    mai.post("/reception/", visit(channel="phone", type="reflection"))

    (matter,), turns = kept(world)
    assert (matter.channel, matter.petition) == ("phone", True)
    assert turns == []


def test_a_matter_of_another_unit_is_not_taken_up_here(world, mai):
    with scope.system("test"):
        other = actions.receive(unit=world.binh, matter_type="reflection", title="Đèn hỏng", by="x")
    answer = mai.post("/reception/", visit(matter=str(other.pk)))

    assert answer.status_code == 404
    assert kept(world)[1] == []


def test_a_denunciation_leaves_no_word_of_it_on_the_desk(world, mai):
    answer = mai.post(
        "/reception/", visit(type="denunciation", title="Ông X thu tiền sai", text="Tôi thấy ông X"), follow=True
    )
    desk = body(mai.get("/reception/"))
    (matter,), _turn = kept(world)

    assert f"Tố cáo số {matter}" in desk
    for page in (body(answer), desk):
        assert not [word for word in ("Ông X", "ông X", *NAMES) if word in page]
    assert "đơn thư" in body(answer)
    assert "tố cáo" not in body(answer).split("<article")[1].split("</article")[0]


# What helps


def test_the_same_person_and_the_same_words_are_found_while_one_types(world, mai):
    mai.post("/reception/", visit())
    (matter,), _turns = kept(world)
    by_phone = body(mai.post("/reception/help/", {"phone": "0912345678"}))
    by_words = body(mai.post("/reception/help/", {"title": "den bu mo duong lien xa boi thuong"}))
    by_question = body(mai.post("/reception/help/", {"ask": "boi thuong mo duo"}))
    by_number = body(mai.post("/reception/help/", {"ask": str(matter)}))
    nothing = body(mai.post("/reception/help/", {"name": "Ai khác", "title": "Đèn đường tắt"}))

    assert "cùng người" in by_phone
    assert "giống đến" in by_words
    for page in (by_phone, by_words, by_question, by_number):
        assert f'value="{matter.pk}"' in page
        assert not [word for word in NAMES if word in page]
    assert 'name="matter"' not in nothing


def test_without_script_a_button_looks_and_nothing_is_saved(world, mai):
    mai.post("/reception/", visit())
    page = body(mai.post("/reception/", visit(do="look", ask="đường liên xã", type="")))

    assert "Có thể là việc đã tiếp nhận" in page
    assert "Đường lấn vào vườn" in page
    assert len(kept(world)[0]) == 1


def test_the_day_is_shown_with_its_calendar_as_soon_as_the_type_is_known(world, mai):
    page = body(mai.post("/reception/help/", {"type": "complaint"}))

    assert 'class="strip"' in page
    assert "Luật Tiếp công dân 2013, Điều 28 khoản 1" in page
    assert "Thụ lý hoặc thông báo" in body(mai.post("/reception/help/", {"type": "complaint", "petition": "on"}))


@pytest.mark.parametrize(
    ("words", "kind", "of"),
    [
        ("Tôi khiếu nại quyết định thu hồi đất của UBND xã", "complaint", "land"),
        ("to cao can bo nhan hoi lo khi lam so do", "denunciation", "land"),
        ("Kiến nghị làm lại cầu và đèn đường thôn Hạ", "recommendation", "construction"),
        ("Trại chăn nuôi xả nước thải, mùi hôi", "reflection", "environment"),
        ("xyz", "", ""),
    ],
)
def test_words_speak_for_a_type_and_a_field(words, kind, of):
    found = suggesting.suggest(words)

    assert (found.type.value, found.field.value) == (kind, of)


def test_past_matters_speak_too():
    past = [suggesting.Past("3/2026", "recommendation", "social_policy", 0.8)]
    found = suggesting.suggest("Cấp lại thẻ cho bà con", past)

    assert (found.type.value, found.type.past, found.field.value) == ("recommendation", ("3/2026",), "social_policy")


def test_a_court_is_named_where_it_is_competent():
    assert "Tòa án" in suggesting.suggest("không thi hành án theo bản án").body


# Finding, in the database


def test_words_are_found_with_or_without_marks_within_the_unit_only(world):
    with scope.system("test"):
        here = actions.receive(unit=world.an, matter_type="reflection", title="Dân vận khéo ở thôn Đoài", by="x")
        actions.receive(unit=world.binh, matter_type="reflection", title="Dân vận khéo ở thôn Đoài", by="x")
    with scope.acting(world.post["mai"]):
        for asked in ("dân vận", "dan van", "KHÉO dân", "thon doai dan va", str(here), here.code, here.code.lower()):
            assert finding.named(asked, world.an.pk, 9) == [here], asked
        assert finding.named("đan vân xyz", world.an.pk, 9) == []
        assert finding.named("'); DROP TABLE", world.an.pk, 9) == []
    with scope.acting(world.post["nga"]), connection.cursor() as cursor:
        cursor.execute("SELECT casework_found('{dan}', %s, false, 999, 9)", [world.an.pk])
        assert cursor.fetchall() == []
        cursor.execute("SELECT matter FROM casework_alike('Dân vận khéo ở thôn Đoài', '', %s, 9)", [world.an.pk])
        assert cursor.fetchall() == []


def test_words_are_found_in_all_units_below_and_by_nobody_who_may_not_see_them(world):
    with scope.system("test"):
        for unit in (world.an, world.binh):
            actions.receive(unit=unit, matter_type="reflection", title="Dân vận khéo ở thôn Đoài", by="x")
    every = Matter.objects.all
    with scope.acting(world.post["hung"]):
        assert finding.matching(every(), "dan van", world.bac.pk, below=True).count() == 2
        assert finding.matching(every(), "dan van", world.an.pk, below=True).count() == 1
        assert finding.matching(every(), "dan van", world.bac.pk).count() == 0
    with scope.acting(world.post["nga"]):
        assert finding.matching(every(), "dan van", world.bac.pk, below=True).count() == 0


def test_the_same_petition_sent_to_several_places_is_found_from_above(world):
    long = "Chúng tôi đề nghị làm rõ việc thu quỹ của thôn trong năm năm qua."
    with scope.system("test"):
        one = actions.receive(unit=world.an, matter_type="recommendation", title="Thu quỹ", text=long, by="x")
        other = actions.receive(unit=world.binh, matter_type="recommendation", title="Quỹ thôn", text=long, by="x")
    with scope.acting(world.post["hung"]):
        found = finding.alike("Làm rõ thu quỹ", long.upper(), world.bac.pk, 9)
        assert {matter.pk for matter, _likeness in found} == {one.pk, other.pk}
    with scope.acting(world.post["mai"]):
        assert [matter.pk for matter, _likeness in finding.alike("Thu quỹ", long, world.an.pk, 9)] == [one.pk]


def test_who_raised_a_denunciation_is_never_found_by_who_they_are(world, mai):
    mai.post("/reception/", visit(type="denunciation"))
    with scope.acting(world.post["mai"]):
        assert finding.of_person(WHO, world.an.pk, 9) == []


def test_words_follow_a_matter_to_where_it_is_handed(world):
    with scope.acting(world.post["mai"]):
        matter = actions.receive(unit=world.an, matter_type="reflection", title="Cầu treo sập", by=world.post["mai"])
        actions.hand_over(matter=matter, to=world.bac, reason="Cầu của tỉnh", by=world.post["mai"])
        assert finding.matching(Matter.objects.all(), "cau treo", world.an.pk).count() == 0
    with scope.acting(world.post["hung"]):
        assert finding.named("cau treo", world.bac.pk, 9) == [matter]


# The receipt


def test_the_receipt_says_the_way_back_and_nothing_of_the_matter(world, mai):
    mai.post("/reception/", visit())
    (matter,), _turns = kept(world)
    page = body(mai.get(f"/matters/{matter.pk}/receipt/")).split("<article")[1].split("</article")[0]
    file = mai.get(f"/matters/{matter.pk}/receipt.pdf")
    document = pypdfium2.PdfDocument(file.content)
    paper = document[0].get_textpage().get_text_range()

    groups = " ".join(matter.code[at : at + 4] for at in range(0, 16, 4))
    for words in (page, paper):
        assert groups in words
        assert f"/follow/?code={matter.code}" in words.replace("\r\n", "")
        assert str(matter) in words
        assert "Chậm nhất" in words
        assert not [word for word in (*NAMES, "Đường lấn", "liên xã") if word in words]
    assert [round(side) for side in document[0].get_size()] == [420, 595]  # points of A5
    assert len(document) == 1
    assert file["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(("who", "status"), [("lan", 200), ("hung", 404), ("nga", 404), ("xem", 403)])
def test_a_receipt_is_printed_where_the_matter_came_in(world, mai, who, status):
    mai.post("/reception/", visit())
    (matter,), _turns = kept(world)
    for path in ("receipt/", "receipt.pdf"):
        assert world.browser[who].get(f"/matters/{matter.pk}/{path}").status_code == status


# Days


def test_a_day_is_planned_held_or_not_held_with_its_reason(world, mai):
    today = timezone.localdate()
    month = f"/reception/days/?month={today:%Y-%m}"
    mai.post(month, {"on": f"{today:%d/%m/%Y}", "receiver": "peoples_committee_chair"})
    with scope.system("test"):
        day = ReceptionDay.objects.get()
    again = mai.post(month, {"on": f"{today:%d/%m/%Y}", "receiver": "peoples_committee_chair"})
    assert "đã có trong lịch" in body(again)
    refused = mai.post(month, {"day": day.pk, "held": "no", "note": " "})
    assert "Ghi lý do không tiếp." in body(refused)
    mai.post(month, {"day": day.pk, "held": "no", "note": "Họp Hội đồng nhân dân"})
    page = body(mai.get(month))

    assert "Họp Hội đồng nhân dân" in page
    assert "không tiếp" in page


def test_a_turn_with_the_head_holds_the_day_and_counts_against_the_law(world, mai):
    mai.post("/reception/", visit(mode="scheduled", receiver="peoples_committee_chair"))
    page = body(mai.get(f"/reception/days/?month={timezone.localdate():%Y-%m}"))

    assert "mới tiếp 1 trên 2 ngày" in page
    assert "Luật 136/2025/QH15" in page


def test_the_last_receiver_stays_for_the_next_visitor(world, mai):
    mai.post("/reception/", visit(mode="scheduled", receiver="peoples_committee_chair"))

    assert '<option value="peoples_committee_chair" selected>' in body(mai.get("/reception/"))


@pytest.mark.parametrize("path", ["/reception/", "/reception/days/"])
def test_pages_cost_the_same_whatever_they_show(world, mai, path):
    counts = []
    for many in (1, 3):
        with scope.system("test"):
            for _ in range(many):
                matter = actions.receive(unit=world.an, matter_type="reflection", title="Đèn hỏng", by="x")
                actions.receive_visit(unit=world.an, by="x", matter=matter)
            on = timezone.localdate() - dt.timedelta(many)
            actions.plan_day(unit=world.an, by="x", on=on, receiver="party_secretary")
        mai.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert mai.get(path).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
