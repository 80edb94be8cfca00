"""A matter from the desk to its end: who may, what must be said, which clock runs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from danvan.access import scope
from danvan.access.scope import Refused
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.casework import actions, clocks, workflow
from danvan.casework.actions import vault
from danvan.casework.errors import CaseError
from danvan.casework.models import Act, Identity, Look, Matter

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]
PERSON = {"name": "Người Gửi Đơn", "phone": "0912 345 678", "address": "thôn Thượng"}


@staged
def world():
    made = small_country()
    made.post = {name: post_of(one, timezone.localdate()) for name, one in made.people.items() if name != "nobody"}
    return made


@pytest.fixture
def today():
    return timezone.localdate()


def taken_in(world, who="mai", **more):
    said = {
        "matter_type": "complaint",
        "title": "Bồi thường khi mở đường liên xã",
        "text": "Đường lấn vào vườn.",
        **more,
    }
    return actions.receive(unit=world.an, by=world.post[who], **said)


def as_(world, who):
    return scope.acting(world.post[who])


def test_a_complaint_goes_from_the_desk_to_its_decision(world, today):
    began = today - dt.timedelta(20)
    with as_(world, "mai"):
        matter = taken_in(world, on=began, person=PERSON)
        matter = actions.act(
            matter=matter, kind="classify", by=world.post["mai"], on=began, field="land", eligible=True, competent=True
        )
        matter = actions.act(
            matter=matter, kind="accept", by=world.post["mai"], on=began + dt.timedelta(1), number="12/TB-UBND"
        )
    assert matter.state == "accepted"
    due = matter.due
    assert matter.due_rule == "complaint.settle_first"
    assert matter.due
    assert matter.due >= began + dt.timedelta(31)

    with as_(world, "mai"), pytest.raises(Refused, match="Lãnh đạo"):
        actions.act(matter=matter, kind="decide", by=world.post["mai"], verdict="right", number="5/QĐ", answer="Đúng.")
    with as_(world, "lan"):
        by = world.post["lan"]
        matter = actions.act(
            matter=matter, kind="decide", by=by, verdict="partly_right", number="5/QĐ-UBND", answer="Đúng một phần."
        )
        assert (matter.state, matter.resolution, matter.resolved_on, matter.resolved_due) == (
            "decided",
            "partly_right",
            today,
            due,
        )
        matter = actions.act(matter=matter, kind="deliver", by=by, proof="ký nhận")
    assert (matter.state, matter.closed_on) == ("closed", today)
    assert matter.erase_on
    assert matter.erase_on.year == today.year + 20
    with as_(world, "lan"):
        assert [act.kind for act in matter.acts.all()] == ["receive", "classify", "accept", "decide", "deliver"]
        assert [act.number for act in matter.acts.all()] == [1, 2, 3, 4, 5]
    with scope.system("test"):
        verbs = list(Event.objects.filter(subject=f"casework.Matter:{matter.pk}").values_list("verb", flat=True))
    assert set(verbs) == {
        "casework.receive",
        "casework.classify",
        "casework.accept",
        "casework.decide",
        "casework.deliver",
    }


def test_what_is_missing_is_said_for_each_field_and_nothing_is_written(world):
    with as_(world, "mai"):
        with pytest.raises(CaseError) as refused:
            actions.receive(
                unit=world.an, by=world.post["mai"], matter_type="wish", title="  ", channel="pigeon", text="x" * 20_001
            )
        assert set(refused.value.fields) == {"type", "title", "channel", "text"}
        assert not Matter.objects.exists()

        matter = taken_in(world)
        with pytest.raises(CaseError) as refused:
            actions.act(matter=matter, kind="classify", by=world.post["mai"], field="", eligible=False)
        assert set(refused.value.fields) == {"field", "ineligible_reason"}


def test_what_the_table_does_not_allow_names_what_it_does(world):
    with as_(world, "mai"):
        matter = taken_in(world)
        with pytest.raises(CaseError, match=r"Không thể “Thụ lý” khi vụ việc mới tiếp nhận. Có thể: .*“Phân loại”"):
            actions.act(matter=matter, kind="accept", by=world.post["mai"], number="1")


def test_an_act_cannot_lie_before_the_one_before_nor_ahead(world, today):
    with as_(world, "mai"):
        matter = taken_in(world, on=today - dt.timedelta(3))
        for on in (today - dt.timedelta(4), today + dt.timedelta(1)):
            with pytest.raises(CaseError) as refused:
                actions.act(matter=matter, kind="classify", by=world.post["mai"], on=on, field="land")
            assert "on" in refused.value.fields


def test_the_same_form_sent_five_times_is_one_matter(world):
    from uuid import uuid4

    key = uuid4()
    with as_(world, "mai"):
        assert len({taken_in(world, key=key).pk for _ in range(5)}) == 1
        assert Matter.objects.count() == 1


def test_who_saw_an_older_state_is_told_so(world):
    with as_(world, "mai"):
        matter = taken_in(world)
        actions.act(matter=matter, kind="note", by=world.post["mai"], reason="Gọi lại chiều nay")
        with pytest.raises(CaseError, match="vừa được người khác cập nhật"):
            actions.act(matter=matter, kind="classify", by=world.post["mai"], seen=matter.changes, field="land")


def test_numbers_follow_each_other_within_a_unit_and_a_year(world, today):
    with as_(world, "mai"):
        first, second = taken_in(world), taken_in(world)
        earlier = taken_in(world, on=today.replace(year=today.year - 1, day=1))

    assert (first.book_number, second.book_number, earlier.book_number) == (1, 2, 1)
    assert str(second) == f"2/{today.year}"
    assert len({one.code for one in (first, second, earlier)}) == 3
    assert all(len(one.code) == 16 for one in (first, second))


def test_every_act_has_a_word_in_the_trail():
    from danvan.access.words import VERBS

    acts = {act for kind in workflow.load().types.values() for act in kind.steps}
    assert {f"casework.{act}" for act in acts} - set(VERBS) == set()


# Handing on


def test_a_matter_handed_over_leaves_with_its_clock_and_is_counted_where_it_came_in(world, today):
    with as_(world, "mai"):
        matter = taken_in(world, on=today - dt.timedelta(3))
        matter = actions.hand_over(matter=matter, to=world.bac, reason="Thuộc thẩm quyền tỉnh", by=world.post["mai"])
        assert Matter.objects.get(pk=matter.pk).origin_id == world.an.pk  # still seen where it came in
        with pytest.raises(CaseError, match="chỉ đơn vị đang giữ"):
            actions.act(matter=matter, kind="note", by=world.post["mai"], reason="x")
    with as_(world, "hung"):
        matter = actions.act(matter=matter, kind="take_over", by=world.post["hung"])
    with scope.system("test"):
        found = {one.rule.code: one for one in clocks.of(matter, matter.acts.all())}

    assert (matter.unit_id, matter.origin_id, matter.state) == (world.bac.pk, world.an.pk, "received")
    assert found["complaint.accept"].start.day == today
    assert matter.due
    assert matter.due >= today + dt.timedelta(10)


def test_a_unit_that_is_gone_is_refused_and_its_successor_named(world):
    with scope.system("test"):
        gone = world.dong
    with as_(world, "mai"):
        matter = taken_in(world)
        with pytest.raises(CaseError, match="Huyện Đông không còn"):
            actions.hand_over(matter=matter, to=gone, reason="x", by=world.post["mai"])


def test_two_that_are_one_keep_both_timelines_and_count_once(world):
    with as_(world, "mai"):
        one, two = taken_in(world), taken_in(world)
        merged = actions.merge(matter=two, into=one, by=world.post["mai"])
        assert (merged.state, merged.resolution, merged.merged_into_id) == ("closed", "merged", one.pk)
        assert [act.kind for act in one.acts.all()] == ["receive", "merged_from"]
        with pytest.raises(CaseError):
            actions.merge(matter=one, into=one, by=world.post["mai"])
        with pytest.raises(CaseError, match="đã được nhập"):
            actions.merge(matter=one, into=two, by=world.post["mai"])


def test_a_part_split_off_is_a_matter_of_its_own(world, today):
    with as_(world, "mai"):
        matter = taken_in(world, on=today - dt.timedelta(2))
        new = actions.split(
            matter=matter, title="Bụi từ mỏ đá", text="Bụi.", reason="Hai nội dung", by=world.post["mai"]
        )

    assert (new.related_to_id, new.relation, new.received_on) == (matter.pk, "split", matter.received_on)
    assert new.code != matter.code


def test_after_the_answer_who_is_not_satisfied_may_have_it_looked_at_again(world):
    with as_(world, "lan"):
        by = world.post["lan"]
        matter = taken_in(world, "lan", matter_type="reflection", title="Đèn đường hỏng")
        for kind, said in (
            ("accept", {}),
            ("answer", {"verdict": "answered", "answer": "Đã thay bóng."}),
            ("deliver", {"proof": "tin nhắn"}),
            ("ask_again", {"reason": "Đèn vẫn tối"}),
        ):
            matter = actions.act(matter=matter, kind=kind, by=by, **said)
        assert [
            step.act for step in workflow.load()[matter.type].possible(matter.state, matter.resolution, ["ask_again"])
        ][-2:] == ["decline", "reopen"]
        matter = actions.act(matter=matter, kind="reopen", by=by, reason="Kiểm tra lại tại chỗ")

    assert (matter.state, matter.resolution, matter.resolved_on, matter.closed_on) == ("accepted", "", None, None)
    assert matter.due_rule == "recommendation.answer"


def test_a_second_complaint_follows_the_first_within_its_time(world):
    with as_(world, "lan"):
        by = world.post["lan"]
        matter = taken_in(world, "lan")
        for kind, said in (
            ("classify", {"field": "land", "eligible": True, "competent": True}),
            ("accept", {"number": "1/TB"}),
            ("decide", {"verdict": "wrong", "number": "2/QĐ", "answer": "Không có căn cứ."}),
            ("deliver", {"proof": "ký nhận"}),
        ):
            matter = actions.act(matter=matter, kind=kind, by=by, **said)
        new = actions.appeal(matter=matter, reason="Không đồng ý", unit=world.bac, by=by)

    assert (new.instance, new.related_to_id, new.unit_id) == ("second", matter.pk, world.bac.pk)


# Who raised it


def test_who_raised_it_is_kept_encrypted_and_each_look_is_written_down(world):
    with as_(world, "mai"):
        matter = taken_in(world, person=PERSON)
        said = vault.look(matter=matter, why="Gọi hẹn ngày làm việc", by=world.post["mai"])
        look = Look.objects.get()
    assert said["name"] == PERSON["name"]
    assert look.why == "Gọi hẹn ngày làm việc"
    with scope.system("test"), connection.cursor() as cursor:
        cursor.execute("SELECT content, marks FROM casework_identity")
        content, marks = cursor.fetchone()
    assert PERSON["name"].encode() not in bytes(content)
    assert len(marks) == 2  # telephone, name with address
    with as_(world, "hung"):  # above, but it is not theirs to handle
        assert Matter.objects.filter(pk=matter.pk).exists()
        assert not Identity.objects.exists()
        with pytest.raises(Refused):
            vault.look(matter=matter, why="Xem", by=world.post["hung"])


def test_a_denouncer_is_opened_by_two_people_only(world):
    with as_(world, "mai"):
        matter = taken_in(
            world,
            matter_type="denunciation",
            title="Ông X thu tiền sai",
            text="Tôi tên là Người Gửi Đơn",
            person=PERSON,
        )
        assert matter.title == f"Tố cáo số {matter}"
        assert matter.text == ""
        with pytest.raises(CaseError, match="niêm phong"):
            vault.look(matter=matter, why="Tò mò", by=world.post["mai"])
        with pytest.raises(Refused):
            vault.ask_to_open(matter=matter, reason="Cần xác minh nội dung", by=world.post["mai"])
    with as_(world, "lan"):
        asked = vault.ask_to_open(matter=matter, reason="Cần xác minh nội dung", by=world.post["lan"])
        with pytest.raises(CaseError, match="cần hai người"):
            vault.allow_opening(opening=asked, allowed=True, by=world.post["lan"])
        with pytest.raises(CaseError, match="Chưa được người thứ hai"):
            vault.open_sealed(opening=asked, by=world.post["lan"])
    second = another_leader(world)
    with scope.acting(second):
        asked = vault.allow_opening(opening=asked, allowed=True, by=second)
        with pytest.raises(CaseError, match="Chỉ người đã đề nghị"):
            vault.open_sealed(opening=asked, by=second)
    with as_(world, "lan"):
        said = vault.open_sealed(opening=asked, by=world.post["lan"])
    assert said["name"] == PERSON["name"]
    assert said["title"] == "Ông X thu tiền sai"
    with scope.system("test"):
        assert Look.objects.filter(opening=asked).count() == 1


def another_leader(world):
    from danvan.access.actions import add_person, give_post
    from danvan.access.tests.cast import BY, REFORM, post_of

    with scope.system("test"):
        person = add_person(username="thanhtra", name="Hà", by=BY)
        give_post(person=person, unit=world.an, role="inspector", since=REFORM, title="Thanh tra", by=BY)
        return post_of(person, timezone.localdate())


# What the database itself keeps


def test_what_was_done_is_never_rewritten(world):
    with as_(world, "mai"):
        matter = taken_in(world)
        for deed in (
            lambda: Act.objects.filter(matter=matter).update(kind="close"),
            lambda: Act.objects.filter(matter=matter).delete(),
            lambda: Matter.objects.filter(pk=matter.pk).delete(),
        ):
            with pytest.raises(Exception, match=r"permission denied|never rewritten|protected"), transaction.atomic():
                deed()
        with pytest.raises(IntegrityError), transaction.atomic():
            Matter.objects.filter(pk=matter.pk).update(state="closed")


def test_a_neighbour_sees_nothing(world):
    with as_(world, "mai"):
        matter = taken_in(world, person=PERSON)
    with as_(world, "nga"):
        assert not Matter.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM casework_matter")
            assert cursor.fetchone() == (0,)
            cursor.execute("SELECT count(*) FROM casework_act")
            assert cursor.fetchone() == (0,)
        with pytest.raises((CaseError, Refused)):
            actions.act(matter=matter, kind="note", by=world.post["nga"], reason="x")
