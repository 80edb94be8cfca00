"""A dialogue from its plan to its results and promises, on the pages of those who hold it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from danvan.access import scope
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import small_country
from danvan.access.tests.stage import staged
from danvan.casework.actions import dialogues, promises
from danvan.casework.forms_dialogues import Hour
from danvan.casework.models import Dialogue, Opinion, Promise

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]
PLAN = {
    "title": "Đối thoại về đường liên thôn",
    "host_role": "joint",
    "audience": "people",
    "channel": "in_person",
    "trigger": "annual_duty",
    "place": "Nhà văn hóa xã",
    "collects": "on",
}


world = staged(small_country)


@pytest.fixture
def lan(world):
    return signed_in(world.people["lan"])


@pytest.fixture
def mai(world):
    return signed_in(world.people["mai"])


def planned(world, days=0, **more):
    with scope.system("test"):
        on = timezone.localdate() + dt.timedelta(days)
        return dialogues.plan(
            unit=world.an, title="Đối thoại", on=on, host_role="joint", place="Nhà văn hóa", by="t", **more
        )


def written(held, *texts):
    with scope.system("test"):
        return [dialogues.write_down(dialogue=held, text=text, hamlet="Xóm Đông", by="t") for text in texts]


def now(held):
    with scope.system("test"):
        return Dialogue.objects.get(pk=held.pk)


def test_a_dialogue_goes_from_its_plan_to_its_results(world, lan, mai):
    today = timezone.localdate()
    made = mai.post("/dialogues/new/", {**PLAN, "on": (today + dt.timedelta(3)).isoformat()})
    assert made.status_code == 302
    early = mai.post(made.url, {"do": "announce"})
    assert early.status_code == 422
    assert "trước ít nhất 7 ngày" in early.content.decode()
    with scope.system("test"):
        held = Dialogue.objects.get()
    changed = mai.post(
        f"/dialogues/{held.pk}/edit/", {**PLAN, "on": (today + dt.timedelta(9)).isoformat(), "seen": held.changes}
    )
    assert changed.status_code == 302
    assert mai.post(f"/dialogues/{held.pk}/", {"do": "announce"}).status_code == 302
    assert now(held).state == "announced"
    with scope.system("test"):
        Dialogue.objects.filter(pk=held.pk).update(on=today, notice_on=today - dt.timedelta(9))
    assert mai.post(f"/dialogues/{held.pk}/", {"do": "begin"}).status_code == 302
    line = {"do": "write", "text": "Đường hỏng quá", "hamlet": "Xóm Đông", "key": str(uuid.uuid4())}
    assert [mai.post(f"/dialogues/{held.pk}/room/", line).status_code for _ in range(3)] == [302] * 3  # Enter thrice
    assert "Đường hỏng quá" in mai.get(f"/dialogues/{held.pk}/room/").content.decode()
    assert mai.post(f"/dialogues/{held.pk}/", {"do": "hold", "attendance": "85"}).status_code == 302
    assert mai.post(f"/dialogues/{held.pk}/", {"do": "publish", "results": "x"}).status_code == 403
    refused = lan.post(f"/dialogues/{held.pk}/", {"do": "publish", "results": "Đã trả lời mọi ý kiến."})
    assert refused.status_code == 422
    assert "Còn 1 ý kiến" in refused.content.decode()
    due = (today + dt.timedelta(30)).isoformat()
    promise = {
        "do": "promise",
        "opinion": "1",
        "text": "Sửa xong đường",
        "by_post": "Chủ tịch UBND xã",
        "responsible": "UBND xã",
        "due": due,
    }
    assert mai.post(f"/dialogues/{held.pk}/room/", promise).status_code == 302
    assert lan.post(f"/dialogues/{held.pk}/", {"do": "publish", "results": "Đã trả lời mọi ý kiến."}).status_code == 302
    assert now(held).state == "published"
    assert "Sửa xong đường" in lan.get("/kept/").content.decode()


def test_what_is_wrong_is_said_and_what_was_typed_stays(world, mai):
    page = mai.post("/dialogues/new/", {**PLAN, "title": "", "on": "mai này", "place": "Nhà <b>văn hóa</b>"})
    said = page.content.decode()
    assert page.status_code == 422
    assert "Ghi tên cuộc đối thoại" in said
    assert "Viết ngày như" in said
    assert "Nhà &lt;b&gt;văn hóa&lt;/b&gt;" in said

    held = planned(world)
    written(held, "Đường hỏng")
    answer = mai.post(
        f"/dialogues/{held.pk}/room/", {"do": "answer", "opinion": "1", "text": "Sẽ sửa ngay", "answered_by": ""}
    )
    assert answer.status_code == 422
    assert "Ghi chức danh người trả lời" in answer.content.decode()
    assert "Sẽ sửa ngay</textarea>" in answer.content.decode()


def test_voters_who_ask_must_be_ten_percent(world, mai):
    said = {**PLAN, "trigger": "voters_request_10_percent", "on": "1/12/2030", "voters": "1000"}
    few = mai.post("/dialogues/new/", {**said, "asked_by": "99"})
    assert few.status_code == 422
    assert "chưa đủ 10%" in few.content.decode()
    assert mai.post("/dialogues/new/", {**said, "asked_by": "100"}).status_code == 302


def test_an_opinion_is_answered_on_the_spot(world, mai):
    held = planned(world)
    written(held, "Bao giờ có nước sạch?")
    given = {"do": "answer", "opinion": "1", "text": "Tháng tới đấu nối.", "answered_by": "Chủ tịch UBND xã"}
    assert mai.post(f"/dialogues/{held.pk}/room/", given).status_code == 302
    with scope.system("test"):
        assert Opinion.objects.get().outcome == "on_spot"


def test_the_hall_sees_the_last_opinion_large(world, mai):
    held = planned(world)
    written(held, "Ý kiến thứ nhất", "Ý kiến thứ hai")
    page = mai.get(f"/dialogues/{held.pk}/hall/").content.decode()

    assert '<p class="words" lang="vi">Ý kiến thứ hai</p>' in page
    assert "Ý kiến thứ nhất" in page


def test_a_promise_is_moved_with_a_reason_kept_and_taken_up_again(world, lan, mai):
    held = planned(world)
    (opinion,) = written(held, "Đường hỏng")
    today = timezone.localdate()
    with scope.system("test"):
        made = promises.promise(
            opinion=opinion, text="Sửa đường", by_post="Chủ tịch", responsible="UBND xã", due=today, by="t"
        )
    later = (today + dt.timedelta(20)).strftime("%d/%m/%Y")
    assert mai.post(f"/kept/{made.pk}/", {"do": "move", "due": later, "text": ""}).status_code == 422
    assert mai.post(f"/kept/{made.pk}/", {"do": "move", "due": "nay mai", "text": "Mưa"}).status_code == 422
    assert mai.post(f"/kept/{made.pk}/", {"do": "move", "due": later, "text": "Mưa lũ"}).status_code == 302
    assert mai.post(f"/kept/{made.pk}/", {"do": "keep", "text": "Xong"}).status_code == 403
    assert lan.post(f"/kept/{made.pk}/", {"do": "keep", "text": "Đã nghiệm thu"}).status_code == 302
    assert mai.post(f"/kept/{made.pk}/", {"do": "confirm_no", "text": "Đoạn cuối còn hỏng"}).status_code == 302
    assert lan.post(f"/kept/{made.pk}/", {"do": "reopen", "due": later, "text": "Làm nốt đoạn cuối"}).status_code == 302
    page = mai.get(f"/kept/{made.pk}/").content.decode()
    assert "Mưa lũ" in page
    assert "Đoạn cuối còn hỏng" in page
    with scope.system("test"):
        assert Promise.objects.get().state == "open"


def test_a_neighbour_has_no_such_page(world):
    held = planned(world)
    nga = signed_in(world.people["nga"])

    for path in ("", "room/", "hall/", "edit/", "votes/"):
        assert nga.get(f"/dialogues/{held.pk}/{path}").status_code in (403, 404)


@pytest.mark.parametrize("path", ["/dialogues/", "/kept/", "/dialogues/{pk}/", "/dialogues/{pk}/room/"])
def test_one_and_three_ask_the_same_number_of_questions(world, mai, path):
    sizes = []
    for count in (1, 3):
        held = planned(world)
        for one in written(held, *(f"Ý kiến {n}" for n in range(count))):
            with scope.system("test"):
                promises.promise(
                    opinion=one, text="Hứa", by_post="Chủ tịch", responsible="UBND", due=timezone.localdate(), by="t"
                )
        mai.get(path.format(pk=held.pk))
        with CaptureQueriesContext(connection) as seen:
            assert mai.get(path.format(pk=held.pk)).status_code == 200
        sizes.append(len(seen))
    assert sizes[0] == sizes[1]


def test_the_day_must_have_come_before_a_dialogue_ends(world, mai):
    held = planned(world, days=9)
    refused = mai.post(f"/dialogues/{held.pk}/", {"do": "hold", "attendance": "85"})

    assert refused.status_code == 422
    assert "Chưa đến ngày đối thoại" in refused.content.decode()
    assert (now(held).state, now(held).on) == ("planned", held.on)
    assert 'value="hold"' not in mai.get(f"/dialogues/{held.pk}/").content.decode()


def test_the_public_page_is_shown_once_it_is_open(world, mai):
    held = planned(world, days=9)
    before = mai.get(f"/dialogues/{held.pk}/").content.decode()
    mai.post(f"/dialogues/{held.pk}/", {"do": "announce"})
    after = mai.get(f"/dialogues/{held.pk}/").content.decode()

    assert [held.code in page for page in (before, after)] == [False, True]


def test_who_has_the_notice_reads_that_it_is_not_held(world, mai):
    kept_quiet, announced = planned(world, days=9), planned(world, days=9, collects=True)
    mai.post(f"/dialogues/{announced.pk}/", {"do": "announce"})
    for one in (kept_quiet, announced):
        mai.post(f"/dialogues/{one.pk}/", {"do": "cancel", "reason": "Dời vì mưa lũ"})
    never, called_off = (Client().get(f"/dialogues/public/{one.code}/") for one in (kept_quiet, announced))

    assert never.status_code == 404
    page = called_off.content.decode()
    assert "Cuộc đối thoại này không tổ chức." in page
    assert "Dời vì mưa lũ" in page
    assert 'name="text"' not in page
    assert announced.code not in Client().get("/dialogues/public/").content.decode()


def test_a_day_too_near_is_told_before_the_notice(world, mai):
    near, far = planned(world, days=3), planned(world, days=9)

    assert ["quá gần" in mai.get(f"/dialogues/{one.pk}/").content.decode() for one in (near, far)] == [True, False]


def test_what_stands_against_an_answer_as_a_whole_is_said(world, mai):
    held = planned(world, days=9)
    written(held, "Bao giờ có nước sạch?")
    given = {"do": "answer", "opinion": "1", "text": "Tháng tới.", "answered_by": "Chủ tịch UBND xã"}
    refused = mai.post(f"/dialogues/{held.pk}/room/", given)

    assert refused.status_code == 422
    assert "Ngày trả lời không thể trước ngày đối thoại." in refused.content.decode()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("14:00", dt.time(14)),
        ("8h", dt.time(8)),
        ("8h30", dt.time(8, 30)),
        ("8 giờ 30 phút", dt.time(8, 30)),
        ("7g15", dt.time(7, 15)),
        ("", None),
    ],
)
def test_a_time_is_read_as_people_write_it(typed, read):
    assert Hour(required=False).clean(typed) == read


@pytest.mark.parametrize("typed", ["25h", "8h75", "tám giờ", "8", "8h30h"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(ValidationError):
        Hour(required=False).clean(typed)
