"""The work list and the page of a matter: what is shown to whom, each act by its form, people under lock, answers."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document
from PIL import Image

from danvan.access import scope
from danvan.access.actions import add_person, give_post
from danvan.access.models import Notice, StoredFile
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import BY, REFORM, post_of, small_country
from danvan.access.tests.stage import staged
from danvan.casework import actions, lists, workflow
from danvan.casework.models import Answer, Look, Matter

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]
PERSON = {"name": "Người Gửi Đơn", "phone": "0912345678", "address": "thôn Thượng", "email": "nguoigui@example.vn"}
NAMES = ("Người Gửi Đơn", "0912345678", "thôn Thượng", "nguoigui@example.vn")


@staged
def world():
    with scope.system("test"):
        made = small_country()
        people = {"kieu": ("Kiều", "an", "inspector"), "quyen": ("Quyên", "an", "reception")}
        for username, (name, unit, role) in people.items():
            made.people[username] = add_person(username=username, name=name, by=BY)
            give_post(person=made.people[username], unit=getattr(made, unit), role=role, since=REFORM, by=BY)
        made.post = {name: post_of(one, timezone.localdate()) for name, one in made.people.items() if name != "nobody"}
    made.browser = {name: signed_in(one) for name, one in made.people.items()}
    return made


def took(world, title="Bồi thường khi mở đường liên xã", kind="complaint", *, days=0, unit=None, **more):
    on = timezone.localdate() - dt.timedelta(days)
    with scope.system("test"):
        return actions.receive(unit=unit or world.an, matter_type=kind, title=title, by=BY, on=on, **more)


def did(matter, *acts, days=0):
    on = timezone.localdate() - dt.timedelta(days)
    with scope.system("test"):
        for kind, said in acts:
            matter = actions.act(matter=matter, kind=kind, by=BY, on=on, **said)
    return matter


def now(matter):
    with scope.system("test"):
        return Matter.objects.get(pk=matter.pk)


def body(answer):
    return answer.content.decode()


def posted(world, who, one, kind, **said):
    """The act by its form, as a browser sends it."""
    data = {"do": kind, "seen": now(one).changes, "on": f"{timezone.localdate():%d/%m/%Y}", **said}
    return world.browser[who].post(f"/matters/{one.pk}/", data)


CLASSIFIED = ("classify", {"field": "land", "eligible": True, "competent": True})
ACCEPTED = ("accept", {"number": "1/TB"})


# The list


def test_lists_hold_what_they_say(world):
    mine = took(world, "Việc của Mai")
    with scope.system("test"):
        actions.act(matter=mine, kind="assign", by=BY, person=world.people["mai"])
    late = took(world, "Việc quá hạn", days=60)
    away = took(world, "Việc đã chuyển", "recommendation")
    with scope.acting(world.post["mai"]):
        actions.hand_over(matter=away, to=world.bac, reason="Của tỉnh", by=world.post["mai"])
    waiting = did(
        took(world, "Việc tạm dừng", "recommendation"), ("accept", {}), ("suspend", {"reason": "Chờ giấy tờ"})
    )
    closed = did(took(world, "Việc đã xong", "reflection"), ("file", {"reason": "Trùng"}))
    took(world, "Việc của xã Bình", unit=world.binh)
    mai = world.browser["mai"]

    def shown(query=""):
        return set(re.findall(r"Việc (?:của Mai|quá hạn|đã chuyển|tạm dừng|đã xong|của xã Bình)", _table(mai, query)))

    assert shown("?view=mine") == {"Việc của Mai"}
    assert shown() == {"Việc của Mai", "Việc quá hạn", "Việc tạm dừng"}
    assert shown("?view=overdue") == {"Việc quá hạn"}
    assert shown("?view=waiting") == {"Việc đã chuyển", "Việc tạm dừng"}
    assert shown("?view=closed") == {"Việc đã xong"}
    assert "trễ" in _table(mai, "?view=overdue")
    assert "Tỉnh Bắc" in _table(mai, "?view=waiting")
    assert (late.state, waiting.state, closed.state) == ("received", "suspended", "closed")


def _table(client, query=""):
    page = body(client.get(f"/matters/{query}"))
    return page[page.index('<div class="sheet">') :]


def test_filters_stand_in_the_address_and_words_need_no_marks(world):
    took(world, "Dân vận khéo ở thôn Đoài", "reflection", field="land")
    took(world, "Đèn đường hỏng", "recommendation", channel="web")
    mai = world.browser["mai"]

    for query, found in {
        "?q=dan+van": ["Dân vận"],
        "?q=D%C3%82N+V%E1%BA%ACN+thon": ["Dân vận"],
        "?q=2%2F2026": ["Đèn đường"],
        "?type=reflection": ["Dân vận"],
        "?field=land": ["Dân vận"],
        "?channel=web": ["Đèn đường"],
        "?state=accepted": [],
        "?type=nonsense&after=%27&view=x": ["Dân vận", "Đèn đường"],
        "?q=khong+co": [],
    }.items():
        page = _table(mai, query)
        assert [one for one in ("Dân vận", "Đèn đường") if one in page] == found, query
    page = body(mai.get("/matters/?type=reflection&q=dan"))
    assert "table.csv?type=reflection&amp;q=dan" in page
    assert 'href="?view=overdue&amp;type=reflection&amp;q=dan"' in page


def test_pages_follow_each_other_without_gap_or_double(world, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 3)
    with scope.system("test"):
        for n in range(8):
            took(world, f"Việc {n}", "reflection", days=n % 3)
        Matter.objects.filter(title__in=["Việc 1", "Việc 5"]).update(due=None)
    post = world.post["mai"]
    for view in ("unit", "closed"):
        with scope.acting(post):
            if view == "closed":
                with scope.system("test"):
                    Matter.objects.update(state="closed", resolution="filed", closed_on=timezone.localdate(), due=None)
            seen, after = [], ""
            while True:
                page = lists.page(lists.Asked(view, after=after), post, 3)
                seen += [line.matter.title for line in page.lines]
                after = page.more
                if not after:
                    break
        assert sorted(seen) == [f"Việc {n}" for n in range(8)], view
        if view == "unit":
            assert seen[-2:] == ["Việc 1", "Việc 5"]  # without a limit: last


def test_the_file_holds_every_row_and_nobodys_name(world):
    for n in range(5):
        took(world, f"Việc {n}", person=PERSON)
    took(world, "Ông X", "denunciation", text="Tên tôi là Người Gửi Đơn", person=PERSON)
    mai = world.browser["mai"]
    csv = b"".join(mai.get("/matters/table.csv").streaming_content).decode()
    xlsx = mai.get("/matters/table.xlsx")

    assert csv.count("\r\n") == 1 + 6 + 1
    assert csv.strip().endswith("Số dòng;6")
    assert "khiếu nại;" in csv
    assert not [name for name in (*NAMES, "Ông X") if name in csv]
    assert b"".join(xlsx.streaming_content)[:2] == b"PK"
    assert mai.get("/matters/table.pdf").status_code == 404


def test_below_is_seen_from_above(world):
    took(world, "Việc ở xã", days=60)
    hung = world.browser["hung"]

    assert "Việc ở xã" not in _table(hung)
    assert "Việc ở xã" in _table(hung, "?view=overdue&of=below")
    assert "Xã An" in _table(hung, "?view=overdue&of=below")
    assert "Việc ở xã" not in _table(world.browser["nga"], "?of=below")
    own, wide = (body(hung.get(f"/matters/{asked}")) for asked in ("?view=overdue", "?view=overdue&of=below"))
    assert 'href="?view=overdue&amp;of=below">Cả các đơn vị bên dưới' in own
    assert 'href="?view=overdue">Chỉ của đơn vị' in wide


# The page


def test_the_story_the_clocks_and_what_comes_next(world):
    matter = did(took(world, days=40, text="Đường lấn vào vườn."), CLASSIFIED, ACCEPTED, days=40)
    did(matter, ("suspend", {"number": "3/QĐ", "reason": "Chờ đo đạc"}), days=30)
    did(matter, ("resume", {"number": "4/QĐ"}), days=20)
    page = body(world.browser["lan"].get(f"/matters/{matter.pk}/"))

    for said in ("Đã tiếp nhận", "lĩnh vực", "Đã thụ lý", "1/TB", "Chờ đo đạc", "Đường lấn vào vườn."):
        assert said in page, said
    assert "Giải quyết khiếu nại lần đầu: hạn cuối" in page
    assert "Luật Khiếu nại 2011, Điều 28" in page
    assert "chưa đối chiếu" in page
    assert 'class="strip"' in page
    assert "Tạm dừng:" in page  # in the words of the picture
    assert "?do=decide#act" in page
    assert "?do=accept#act" not in page
    assert "?do=decide#act" not in body(world.browser["mai"].get(f"/matters/{matter.pk}/"))  # she does not decide


def test_each_act_of_the_table_has_a_form_with_what_it_needs(world):
    """Walks every act of every type from a state it begins in: the form asks for each need by a sentence."""
    lan, asked = world.browser["lan"], 0
    for code, kind in workflow.load().types.items():
        matter = took(world, f"Thử {code}", code)
        for step in kind.steps.values():
            answer = posted(world, "lan", matter, step.act)
            page = body(answer)
            if answer.status_code == 302:  # needs nothing: it was done; another matter for the next act
                matter = took(world, f"Thử {code}", code)
                continue
            assert answer.status_code == 422, (code, step.act)
            for need in step.needs:
                assert f'name="{need}"' in page or need in ("matter", "unit"), (code, step.act, need)
            asked += 1
        assert lan.get(f"/matters/{matter.pk}/").status_code == 200
    assert asked > 40


def test_acts_are_done_by_their_forms(world):
    matter = took(world)
    posted(
        world, "mai", matter, "classify", field="land", eligible="yes", competent="yes", traits=["complex"], why="Rõ"
    )
    posted(world, "mai", matter, "accept", number="12/TB")
    posted(world, "mai", matter, "assign", person=world.people["mai"].pk)
    posted(world, "mai", matter, "dialogue", day=f"{timezone.localdate():%d/%m/%Y}")
    found = now(matter)

    assert (found.state, found.field, found.eligible, found.competent) == ("accepted", "land", True, True)
    assert (found.traits, found.handler_id) == (["complex"], world.people["mai"].pk)
    page = body(world.browser["mai"].get(f"/matters/{matter.pk}/"))
    for said in ("phức tạp", "Đã thụ lý", "giao cho", "Đã đối thoại", "Lý do chọn:".lower()):
        assert said in page, said


def test_what_is_missing_is_said_and_what_was_typed_stays(world):
    matter = took(world)
    answer = posted(world, "mai", matter, "transfer", body="Công an tỉnh", number="")

    assert answer.status_code == 422
    assert "Ghi số, ký hiệu văn bản." in body(answer)
    assert 'value="Công an tỉnh"' in body(answer)
    assert now(matter).state == "received"


def test_who_comes_second_is_told_and_keeps_what_was_typed(world):
    matter = took(world)
    seen = now(matter).changes
    posted(world, "lan", matter, "note", reason="Đã gọi điện")
    data = {"do": "file", "seen": seen, "reason": "Trùng với đơn cũ", "on": f"{timezone.localdate():%d/%m/%Y}"}
    answer = world.browser["mai"].post(f"/matters/{matter.pk}/", data)
    page = body(answer)

    assert answer.status_code == 422
    assert "vừa được người khác cập nhật" in page
    assert "Trùng với đơn cũ" in page
    assert "Đã gọi điện" in page  # what changed is on the page
    assert now(matter).state == "received"
    again = re.search(r'name="seen" value="(\d+)"', page)[1]
    assert world.browser["mai"].post(f"/matters/{matter.pk}/", {**data, "seen": again}).status_code == 302
    assert now(matter).resolution == "filed"


def test_an_act_of_the_leader_is_refused_to_the_officer(world):
    matter = did(took(world), CLASSIFIED, ACCEPTED)

    assert posted(world, "mai", matter, "decide", verdict="right", number="1", answer="x").status_code == 403
    assert now(matter).state == "accepted"


def test_from_above_a_matter_is_read_only(world):
    matter = took(world, person=PERSON)
    page = body(world.browser["hung"].get(f"/matters/{matter.pk}/"))

    assert "ở đây chỉ xem" in page
    assert "?do=" not in page
    assert "Lý do xem" not in page
    assert posted(world, "hung", matter, "note", reason="x").status_code == 403
    assert world.browser["nga"].get(f"/matters/{matter.pk}/").status_code == 404


# Handing on, joining, splitting


def test_what_a_citizen_said_later_is_read_by_who_handles_it(world):
    matter = did(took(world, kind="recommendation"), ("accept", {}), ("withdraw", {"reason": "Đã xong"}))
    did(matter, ("ask_again", {"reason": "Đường vẫn lầy, xe không qua"}))
    own, above = (body(world.browser[who].get(f"/matters/{matter.pk}/")) for who in ("mai", "hung"))

    assert ["Người dân yêu cầu xem xét lại" in page for page in (own, above)] == [True, True]
    assert ["Đường vẫn lầy" in page for page in (own, above)] == [True, False]


def test_it_is_handed_to_a_unit_by_its_name(world):
    matter = took(world)
    answer = posted(world, "mai", matter, "hand_over", unit="Tỉnh Bắc", reason="Thuộc thẩm quyền tỉnh")

    assert answer.status_code == 302
    assert now(matter).unit_id == world.bac.pk


def test_a_unit_that_is_gone_offers_those_that_came_after_it(world):
    from danvan.units import actions as map_verbs

    with scope.system("test"):
        old = map_verbs.establish(name="Xã Cũ", level="commune", parent=world.bac, on=dt.date(2020, 1, 1), by=BY)
        map_verbs.merge(units=[old], into=world.binh, on=REFORM + dt.timedelta(30), by=BY)
    matter = took(world)
    answer = posted(world, "mai", matter, "hand_over", unit="xa cu", reason="Ở đó")
    page = body(answer)

    assert answer.status_code == 422
    assert "Xã Cũ không còn nữa" in page
    assert f'name="chosen" value="{world.binh.pk}"' in page
    assert "Xã Bình, Tỉnh Bắc" in page
    posted(world, "mai", matter, "hand_over", unit="xa cu", reason="Ở đó", chosen=str(world.binh.pk))
    assert now(matter).unit_id == world.binh.pk


def test_units_are_looked_up_while_one_types(world):
    mai = world.browser["mai"]

    assert "Xã Bình, Tỉnh Bắc" in body(mai.get("/matters/units/?q=binh"))
    assert "Xã An" not in body(mai.get("/matters/units/?q=an"))  # the own one is no other
    assert body(mai.get("/matters/units/?q=")).strip() == ""
    assert mai.get("/matters/units/?q=%00%25").status_code == 200


def test_what_may_be_the_same_is_offered_and_joined(world):
    one = took(world, "Bồi thường khi mở đường liên xã", person=PERSON)
    two = took(world, "Mở đường liên xã, bồi thường chưa xong", person=PERSON)
    took(world, "Cấp thẻ bảo hiểm")
    page = body(world.browser["mai"].get(f"/matters/{two.pk}/?do=merge"))

    assert f'name="chosen" value="{one.pk}"' in page
    assert "cùng người, giống đến" in page
    assert "Cấp thẻ bảo hiểm" not in page
    wrong = posted(world, "mai", two, "merge", matter="999/2026")
    assert "ghi đúng số như 12/2026" in body(wrong)
    posted(world, "mai", two, "merge", chosen=one.pk)
    assert now(two).merged_into_id == one.pk
    assert "đã nhập vào" in body(world.browser["mai"].get(f"/matters/{two.pk}/")).lower()


def test_a_part_is_split_off_and_a_second_complaint_follows(world):
    matter = took(world)
    posted(world, "mai", matter, "split", title="Bụi từ mỏ đá", text="Bụi", reason="Hai nội dung")
    with scope.system("test"):
        part = Matter.objects.get(title="Bụi từ mỏ đá")
    assert f"/matters/{part.pk}/" in body(world.browser["mai"].get(f"/matters/{matter.pk}/"))
    decided = ("decide", {"verdict": "wrong", "number": "2/QĐ", "answer": "Không."})
    did(matter, CLASSIFIED, ACCEPTED, decided, ("deliver", {"proof": "ký nhận"}))
    posted(world, "mai", matter, "appeal", reason="Không đồng ý", unit="Tỉnh Bắc")
    with scope.system("test"):
        second = Matter.objects.get(related_to=matter, instance="second")
    assert second.unit_id == world.bac.pk


# Who raised it


def test_a_look_needs_a_reason_and_is_read_by_who_inspects(world):
    matter = took(world, person=PERSON)
    mai, address = world.browser["mai"], f"/matters/{matter.pk}/person/"
    page = body(mai.get(f"/matters/{matter.pk}/"))
    assert not [name for name in NAMES if name in page]
    refused = mai.post(address, {"do": "look", "why": "  "})
    assert (refused.status_code, "Ghi lý do xem." in body(refused)) == (422, True)
    long = mai.post(address, {"do": "look", "why": "dài " * 100})
    assert (long.status_code, "Tối đa 300 ký tự." in body(long)) == (422, True)
    seen = mai.post(address, {"do": "look", "why": "Gọi hẹn ngày làm việc"})

    assert all(name in body(seen) for name in NAMES)
    assert "no-store" in seen["Cache-Control"]
    assert not [name for name in NAMES if name in body(mai.get(f"/matters/{matter.pk}/"))]
    assert "Gọi hẹn ngày làm việc" in body(world.browser["kieu"].get(f"/matters/{matter.pk}/"))
    assert "Gọi hẹn ngày làm việc" not in body(mai.get(f"/matters/{matter.pk}/"))
    assert world.browser["hung"].post(address, {"do": "look", "why": "Tò mò"}).status_code == 403
    with scope.system("test"):
        assert Look.objects.count() == 1


def test_a_denouncer_is_opened_by_two_on_the_page(world):
    matter = took(world, "Ông X thu tiền sai", "denunciation", text="Tôi thấy", person=PERSON)
    address = f"/matters/{matter.pk}/person/"
    lan, kieu = world.browser["lan"], world.browser["kieu"]
    words = (*NAMES, "Ông X", "Tôi thấy")
    assert "niêm phong" in body(lan.get(f"/matters/{matter.pk}/"))
    assert world.browser["mai"].post(address, {"do": "ask", "why": "Cần xác minh nội dung"}).status_code == 403
    assert lan.post(address, {"do": "look", "why": "Xem"}).status_code == 422
    short = lan.post(address, {"do": "ask", "why": "Cần"})
    assert "ít nhất 10 ký tự" in body(short)
    lan.post(address, {"do": "ask", "why": "Cần xác minh nội dung"})
    with scope.system("test"):
        opening = matter.identity.openings.get()
        assert Notice.objects.filter(person=world.people["kieu"], sentence__contains=str(matter)).exists()
    assert lan.post(address, {"do": "allow", "opening": opening.pk}).status_code == 422  # the same person
    assert lan.post(address, {"do": "open", "opening": opening.pk}).status_code == 422  # not yet
    assert "Cần xác minh nội dung" in body(kieu.get(f"/matters/{matter.pk}/"))
    kieu.post(address, {"do": "allow", "opening": opening.pk})
    assert kieu.post(address, {"do": "open", "opening": opening.pk}).status_code == 422  # did not ask
    opened = lan.post(address, {"do": "open", "opening": opening.pk})

    assert all(word in body(opened) for word in words)
    for who in ("lan", "kieu", "mai", "quyen"):
        assert not [word for word in words if word in body(world.browser[who].get(f"/matters/{matter.pk}/"))]
    assert world.browser["kieu"].post(address, {"do": "open", "opening": "x"}).status_code == 404


# Papers


def picture():
    file = io.BytesIO()
    Image.new("RGB", (30, 20), "white").save(file, "PNG")
    file.name = "Don cua Nguoi Gui Don.png"
    file.seek(0)
    return file


def test_papers_are_kept_under_a_name_that_tells_nobody(world):
    matter = took(world)
    quyen = world.browser["quyen"]  # receives citizens, fills no forms
    quyen.post(f"/matters/{matter.pk}/papers/", {"kind": "original", "file": picture()})
    with scope.system("test"):
        paper = matter.attachments.select_related("file").get()
    page = body(quyen.get(f"/matters/{matter.pk}/"))
    file = quyen.get(f"/matters/{matter.pk}/papers/{paper.file_id}/")

    assert paper.file.name == f"ban-goc-{matter.book_number}-{matter.book_year}-1.png"
    assert paper.file.name in page
    assert (file.status_code, file["Content-Type"]) == (200, "image/png")
    assert "nosniff" in file["X-Content-Type-Options"]
    assert quyen.get(f"/files/{paper.file_id}/").status_code == 404  # not by the common door
    for who, status in (("hung", 403), ("nga", 404), ("xem", 403)):
        assert world.browser[who].get(f"/matters/{matter.pk}/papers/{paper.file_id}/").status_code == status


def test_what_is_no_paper_is_refused_with_a_sentence(world):
    matter = took(world)
    video = io.BytesIO(b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 600)
    video.name = "don.pdf"
    mai, address = world.browser["mai"], f"/matters/{matter.pk}/papers/"
    refused = mai.post(address, {"kind": "evidence", "file": [picture(), video]})

    assert refused.status_code == 422
    assert "Tệp “don.pdf” không thuộc loại được nhận" in body(refused)  # by the name that its sender knows
    assert "Chọn tệp" in body(mai.post(address, {"kind": "evidence"}))
    many = mai.post(address, {"kind": "evidence", "file": [picture() for _ in range(21)]})
    assert "tối đa 20 tệp" in body(many)
    with scope.system("test"):
        assert not StoredFile.objects.filter(purpose="casework.Attachment").exists()


def test_an_act_carries_its_document(world):
    matter = did(took(world), CLASSIFIED)
    posted(world, "mai", matter, "accept", number="1/TB", file=picture())
    with scope.system("test"):
        act = matter.acts.select_related("file").get(kind="accept")

    assert act.file.name == f"accept-{matter.book_number}-{matter.book_year}.png"
    assert f"/matters/{matter.pk}/papers/{act.file_id}/" in body(world.browser["mai"].get(f"/matters/{matter.pk}/"))


def test_papers_go_with_the_matter_to_another_unit(world):
    matter = took(world)
    world.browser["mai"].post(f"/matters/{matter.pk}/papers/", {"kind": "original", "file": picture()})
    with scope.acting(world.post["mai"]):
        actions.hand_over(matter=matter, to=world.binh, reason="Ở đó", by=world.post["mai"])
    with scope.system("test"):
        file = matter.attachments.get().file_id

    assert world.browser["binh_officer"].get(f"/matters/{matter.pk}/papers/{file}/").status_code == 200
    assert world.browser["mai"].get(f"/matters/{matter.pk}/papers/{file}/").status_code == 403


def test_papers_of_a_denunciation_are_read_by_two_only(world):
    matter = took(world, "Ông X", "denunciation", person=PERSON)
    world.browser["mai"].post(f"/matters/{matter.pk}/papers/", {"kind": "original", "file": picture()})
    with scope.system("test"):
        file = matter.attachments.get().file_id
    address = f"/matters/{matter.pk}/papers/{file}/"
    assert world.browser["lan"].get(address).status_code == 403
    with scope.acting(world.post["lan"]):
        asked = actions.vault.ask_to_open(matter=matter, reason="Cần xác minh nội dung", by=world.post["lan"])
    with scope.acting(world.post["kieu"]):
        actions.vault.allow_opening(opening=asked, allowed=True, by=world.post["kieu"])

    assert world.browser["lan"].get(address).status_code == 200
    assert world.browser["kieu"].get(address).status_code == 403
    with scope.system("test"):
        assert Look.objects.filter(opening=asked).count() == 1


# Answers


def at(matter):
    with scope.system("test"):
        return Answer.objects.filter(matter=matter).latest("edition")


def test_an_answer_from_the_template_to_the_citizen_who_is_not_satisfied(world):
    matter = did(took(world, "Rác thải ở chợ", "reflection", person=PERSON), ("accept", {}))
    mai, lan, address = world.browser["mai"], world.browser["lan"], f"/matters/{matter.pk}/answer/"
    begun = body(mai.get(f"/matters/{matter.pk}/"))
    assert f"Xã An đã nhận phản ánh số {matter} ngày" in begun
    assert "rác thải ở chợ" in begun
    mai.post(address, {"do": "draft", "answer": "Đã dọn. Sẽ đặt thêm [...] [\u2026]", "seen": now(matter).changes})
    assert at(matter).state == "draft"
    gap = posted(world, "lan", matter, "answer", verdict="answered", answer=at(matter).text)
    assert "Còn chỗ chưa viết" in body(gap)
    posted(world, "lan", matter, "answer", verdict="answered", answer="Đã dọn, đặt thêm thùng rác.")
    answer = at(matter)
    assert (answer.state, answer.edition, answer.text) == ("approved", 1, "Đã dọn, đặt thêm thùng rác.")
    assert "Lan" in answer.approved_by
    assert now(matter).state == "decided"
    early = lan.post(address, {"do": "rate", "satisfied": "yes"})
    assert "sau khi trả lời đã đến tay" in body(early)
    mai.post(address, {"do": "send", "way": "print"})
    assert at(matter).state == "sent"
    posted(world, "mai", matter, "deliver", proof="ký nhận tại nhà")
    assert (at(matter).state, at(matter).proof, now(matter).state) == ("delivered", "ký nhận tại nhà", "closed")
    silent = mai.post(address, {"do": "rate", "satisfied": "no", "comment": " "})
    assert "Ghi điều người dân chưa hài lòng." in body(silent)
    mai.post(address, {"do": "rate", "satisfied": "no", "comment": "Vẫn còn mùi", "again": "on"})
    assert at(matter).satisfied is False
    page = body(lan.get(f"/matters/{matter.pk}/"))
    assert "?do=reopen#act" in page
    posted(world, "lan", matter, "reopen", reason="Kiểm tra lại")
    posted(world, "lan", matter, "answer", verdict="answered", answer="Đã chuyển chợ.")
    assert at(matter).edition == 2


def test_a_decision_is_signed_with_its_number_and_verdict(world):
    matter = did(took(world), CLASSIFIED, ACCEPTED)
    missing = body(posted(world, "lan", matter, "decide", answer="Đúng một phần."))
    assert "Chọn kết quả giải quyết" in missing
    assert "Ghi số, ký hiệu văn bản." in missing
    posted(world, "lan", matter, "decide", verdict="partly_right", number="5/QĐ-UBND", answer="Đúng một phần.")

    assert (now(matter).resolution, at(matter).number, at(matter).state) == ("partly_right", "5/QĐ-UBND", "approved")


def test_a_data_request_is_answered_and_handed_over(world):
    matter = took(world, "Xin bản sao dữ liệu", "data_request")
    posted(world, "mai", matter, "answer", answer="Bản sao kèm theo.")
    assert (now(matter).state, at(matter).state) == ("closed", "approved")
    world.browser["mai"].post(f"/matters/{matter.pk}/answer/", {"do": "deliver", "proof": "nhận tại chỗ"})
    assert at(matter).state == "delivered"


def test_the_letter_names_nobody(world):
    matter = did(took(world, person=PERSON), CLASSIFIED, ACCEPTED)
    posted(world, "lan", matter, "decide", verdict="wrong", number="5/QĐ", answer="Không có căn cứ.\n\nCăn cứ hồ sơ.")
    import pypdfium2

    pdf = world.browser["mai"].get(f"/matters/{matter.pk}/answer/1.pdf")
    paper = pypdfium2.PdfDocument(pdf.content)[0].get_textpage().get_text_range().replace("\r\n", " ")
    word = world.browser["mai"].get(f"/matters/{matter.pk}/answer/1.docx")
    document = Document(io.BytesIO(word.content))
    written = "\n".join(one.text for one in document.paragraphs)
    written += "\n".join(cell.text for row in document.tables[0].rows for cell in row.cells)
    for text in (paper, written):
        for said in (
            "XÃ AN",
            "5/QĐ",
            "Không có căn cứ.",
            f"Người gửi việc số {matter}",
            "Quyết định giải quyết khiếu nại",
        ):
            assert said in text, said
        assert not [name for name in NAMES if name in text]
    assert world.browser["hung"].get(f"/matters/{matter.pk}/answer/1.pdf").status_code == 403


def test_the_letter_stands_in_its_official_form_in_word_too(world):
    matter = did(took(world, "Đèn đường hỏng", "reflection"), ("accept", {}))
    lan = world.browser["lan"]
    lan.post(
        f"/matters/{matter.pk}/answer/", {"do": "draft", "seen": now(matter).changes, "answer": "Xã đã thay bóng."}
    )
    draft = Document(io.BytesIO(lan.get(f"/matters/{matter.pk}/answer/1.docx").content))
    posted(world, "lan", matter, "answer", verdict="answered", answer="Xã đã thay bóng.")
    signed = Document(io.BytesIO(lan.get(f"/matters/{matter.pk}/answer/1.docx").content))
    (left, right), (sent_to, signer) = (table.rows[0].cells for table in signed.tables)

    assert "DỰ THẢO" in [one.text for one in draft.paragraphs]
    assert "DỰ THẢO" not in [one.text for one in signed.paragraphs]
    assert left.text.splitlines()[-2:] == ["Số:       ", "V/v trả lời phản ánh: đèn đường hỏng"]
    assert right.text.startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập")
    assert right.width.cm > 9.5  # the name of the state, 12 pt bold, is 9.1 cm wide and never broken
    assert [run.italic for one in right.paragraphs if one.text.startswith("An, ngày") for run in one.runs] == [True]
    assert sent_to.text == f"Nơi nhận:\n- Như trên;\n- Lưu: hồ sơ vụ việc số {matter}."
    assert signer.text.endswith("Lan")


def test_an_answer_goes_out_by_mail_where_there_is_an_address(world, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    matter = did(took(world, "Rác thải ở chợ", "reflection", person=PERSON), ("accept", {}))
    posted(world, "lan", matter, "answer", verdict="answered", answer="Đã dọn.")
    address = f"/matters/{matter.pk}/answer/"
    settings.MAIL = False
    assert "chưa nối máy chủ thư" in body(world.browser["mai"].post(address, {"do": "send", "way": "email"}))
    settings.MAIL = True
    world.browser["mai"].post(address, {"do": "send", "way": "email"})

    (letter,) = mail.outbox
    assert letter.to == ["nguoigui@example.vn"]
    assert f"/follow/?code={matter.code}" in letter.body
    assert not [name for name in NAMES[:3] if name in letter.body + letter.subject]
    assert letter.attachments[0][0].endswith(".pdf")
    assert at(matter).way == "email"
    with scope.system("test"):
        assert Look.objects.get().why == "Gửi trả lời bằng thư điện tử"


# What pages cost


@pytest.mark.parametrize("path", ["/matters/", "/matters/?view=waiting", "/matters/?q=den", "/matters/?of=below"])
def test_a_list_costs_the_same_whatever_it_shows(world, path):
    counts = []
    for many in (1, 3):
        for _ in range(many):
            matter = took(world, "Đèn hỏng", "recommendation", person=PERSON)
            with scope.system("test"):
                actions.act(matter=matter, kind="accept", by=BY)
                actions.act(matter=matter, kind="suspend", by=BY, reason="Chờ")
                actions.hand_over(matter=took(world, "Đèn khác"), to=world.bac, reason="x", by=BY)
        counts.append(_queries(world.browser["mai"], path))

    assert counts[0] == counts[1]


def test_a_matters_page_costs_the_same_however_long_its_story(world):
    counts = []
    matter = took(world, person=PERSON)
    for many in (1, 4):
        for n in range(many):
            with scope.system("test"):
                actions.act(matter=matter, kind="note", by=BY, reason=f"Lần {n}")
                actions.act(matter=matter, kind="assign", by=BY, person=world.people["mai"])
                actions.receive_visit(unit=world.an, by=BY, matter=matter)
                took(world, "Bồi thường khi mở đường liên xã", person=PERSON)
            world.browser["mai"].post(f"/matters/{matter.pk}/papers/", {"kind": "original", "file": picture()})
        counts.append(_queries(world.browser["lan"], f"/matters/{matter.pk}/"))

    assert counts[0] == counts[1]


def _queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_who_takes_a_matter_on_has_it(world):
    matter, given = took(world, kind="recommendation"), took(world, kind="recommendation")
    posted(world, "mai", matter, "accept")
    posted(world, "mai", given, "assign", person=world.people["lan"].pk)
    posted(world, "mai", given, "accept")

    assert now(matter).handler_id == world.people["mai"].pk
    assert now(given).handler_id == world.people["lan"].pk


def test_a_visit_stands_in_the_story_before_what_was_done_after_it(world):
    with scope.system("test"):
        matter = took(world, kind="recommendation")
        actions.receive_visit(unit=world.an, matter=matter, by=BY)
    did(matter, ("classify", {"field": "land", "eligible": True, "competent": True}))
    page = body(world.browser["mai"].get(f"/matters/{matter.pk}/"))

    assert page.index("Đã tiếp nhận") < page.index("Đã tiếp người dân về việc này") < page.index("<strong>Đã phân loại")


def test_an_act_asks_for_what_it_needs_and_says_what_the_citizen_reads(world):
    matter, told = took(world, kind="recommendation"), "Người dân được báo việc này"
    note, missing = (body(world.browser["mai"].get(f"/matters/{matter.pk}/?do={one}")) for one in ("note", "complete"))

    assert ("Nội dung ghi thêm" in note, told in note) == (True, False)
    assert ("Cần bổ sung những gì" in missing, told in missing) == (True, True)
