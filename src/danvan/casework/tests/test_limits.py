"""Due days beside their acts: who is told before and after, and what happens when rules or days off change."""

from __future__ import annotations

import dataclasses
import datetime as dt
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from danvan.access import scope
from danvan.access.actions import add_person, give_post
from danvan.access.models import Notice
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import BY, REFORM, post_of, small_country
from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.casework import actions, alarms, clocks, recount_command
from danvan.casework.actions import recounting
from danvan.casework.alarms import AlarmRule
from danvan.casework.deadlines import Act, Rules, deadlines, unruled
from danvan.casework.errors import CaseError
from danvan.casework.models import Alarm, Matter, Move, Recount
from danvan.lib.workdays import Calendar, Day
from danvan.units import actions as map_verbs

CALENDAR = Calendar.load()
RULE = AlarmRule(date(2020, 1, 1), None, (3, 1), (1,), (5,), "x", False)
MONDAY = date(2026, 10, 5)  # no day off for weeks but weekends


# On which days


@pytest.mark.parametrize(
    ("today", "told"),
    [
        # Monday: Tuesday is one working day away, Thursday three; Friday's came to the turn of Friday last
        (date(2026, 10, 5), [("before", 1, 5, 6), ("before", 3, 7, 8), ("overdue", 1, 4), ("above", 5, -2)]),
        # Friday: one working day reaches over the weekend to Monday
        (date(2026, 10, 9), [("before", 1, 9, 12), ("before", 3, 13, 14), ("overdue", 1, 8), ("above", 5, 4)]),
    ],
)
def test_the_days_of_alarms_follow_working_days(today, told):
    found = list(alarms.of(today, RULE, CALENDAR))
    october = date(2026, 9, 30).toordinal()

    assert [
        (
            one.kind,
            one.days,
            *((one.first.toordinal() - october,) if one.kind == "before" else ()),
            one.last.toordinal() - october,
        )
        for one in found
    ] == told


def test_nothing_is_told_on_a_day_off():
    assert list(alarms.of(date(2026, 10, 4), RULE, CALENDAR)) == []
    assert list(alarms.of(date(2026, 11, 24), RULE, CALENDAR)) == []  # Ngày Văn hóa Việt Nam


def test_rules_of_alarms_that_cannot_be_are_refused(tmp_path):
    file = tmp_path / "alarms.yaml"
    file.write_text("- {from: 2020-01-01, before: [0], overdue: [1], above: [5], source: x, verified: false}\n")
    with pytest.raises(ValueError, match="số ngày làm việc phải từ 1"):
        alarms.load(file)
    with pytest.raises(ValueError, match="ngày 31/12/2009"):
        alarms.on(date(2009, 12, 31))


def test_an_installation_has_its_own_days(tmp_path, monkeypatch):
    file = tmp_path / "alarms.yaml"
    file.write_text("- {from: 2026-01-01, before: [7], overdue: [2], above: [9], source: Quy chế, verified: true}\n")
    monkeypatch.setenv(alarms.VARIABLE, str(file))

    assert alarms.on(MONDAY) == AlarmRule(date(2026, 1, 1), None, (7,), (2,), (9,), "Quy chế", True)


# Telling


@staged
def world():
    made = small_country()
    made.people["kieu"] = add_person(username="kieu", name="Kiều", by=BY)
    give_post(person=made.people["kieu"], unit=made.an, role="reception", since=REFORM, by=BY)
    made.post = {name: post_of(one) for name, one in made.people.items() if name != "nobody"}
    return made


pytestmark = [pytest.mark.django_db, pytest.mark.as_people]


def due_on(world, day, *, handler=None, kind="complaint"):
    """A matter with a day; its title names people, as somebody wrote it against the rule."""
    with scope.system("test"):
        matter = actions.receive(
            unit=world.an, matter_type=kind, title="Đất đai", by=BY, person={"name": "Nguyễn Thị Hoa"}
        )
        person = world.people[handler] if handler else None
        named = {"title": "Bà Nguyễn Thị Hoa kiện ông Lê Văn Tám", "text": "Bà Hoa kiện ông Tám"}
        Matter.objects.filter(pk=matter.pk).update(due=day, handler=person, due_rule="complaint.accept", **named)
        matter.refresh_from_db()
    return matter


def told():
    """{who: their sentences} of this room's notices."""
    with scope.system("test"):
        found = {}
        for one in Notice.objects.select_related("person").order_by("pk"):
            found.setdefault(one.person.username, []).append(one.sentence)
    return found


def alarm(day):
    with scope.system("test"):
        return actions.alarm_all(today=day)


def test_the_handler_is_told_before_the_day_and_once(world):
    matter = due_on(world, MONDAY + dt.timedelta(3), handler="mai")

    assert (alarm(MONDAY), alarm(MONDAY)) == (1, 0)
    said = f"Vụ việc số {matter} (khiếu nại) còn 3 ngày làm việc: Thụ lý hoặc thông báo không thụ lý khiếu nại"
    assert told() == {"mai": [f"{said}, hạn 8/10/2026."]}
    assert alarm(MONDAY + dt.timedelta(1)) == 0  # two days before: nothing
    assert alarm(MONDAY + dt.timedelta(2)) == 1
    assert "còn 1 ngày làm việc" in told()["mai"][1]
    with scope.system("test"):
        assert Alarm.objects.count() == 2
        assert Event.objects.filter(verb="casework.alarm").count() == 2


def test_without_a_handler_all_who_handle_are_told_and_nobody_of_another_unit(world):
    due_on(world, MONDAY + dt.timedelta(3))
    alarm(MONDAY)

    assert set(told()) == {"mai", "kieu", "lan"}


def test_a_handler_who_left_the_unit_is_not_told(world):
    due_on(world, MONDAY + dt.timedelta(3), handler="nga")
    alarm(MONDAY)

    assert set(told()) == {"mai", "kieu", "lan"}


def test_what_was_missed_on_its_day_is_told_on_the_next(world):
    due_on(world, MONDAY + dt.timedelta(2), handler="mai")  # came in too late for three days before

    assert alarm(MONDAY) == 1
    assert "còn 2 ngày làm việc" in told()["mai"][0]


def test_the_leader_is_told_when_a_day_is_past_and_the_leader_above_days_later(world):
    matter = due_on(world, date(2026, 10, 2), handler="mai")
    alarm(MONDAY)
    assert told()["lan"] == told()["mai"]
    assert f"Vụ việc số {matter} (khiếu nại) đã quá hạn" in told()["lan"][0]
    assert "tuan" not in told()

    for n in range(1, 5):
        alarm(MONDAY + dt.timedelta(n))
    assert len(told()["lan"]) == 1
    assert told()["tuan"][0].startswith(f"Xã An: Vụ việc số {matter} (khiếu nại) quá hạn từ 5 ngày làm việc")
    with scope.system("test"):
        above = Notice.objects.get(person=world.people["tuan"])
    assert above.link == f"/matters/?view=overdue&at={world.an.pk}"
    assert not {"hung", "nga", "son"} & set(told())


def test_many_at_once_are_one_notice_each(world):
    matters = [due_on(world, MONDAY + dt.timedelta(3), handler="mai") for _ in range(7)]
    alarm(MONDAY)

    numbers = ", ".join(str(one) for one in matters[:5])
    assert told() == {"mai": [f"7 vụ việc còn 3 ngày làm việc (hạn 8/10/2026): số {numbers} và 2 việc nữa."]}


def test_no_notice_names_anybody_who_raised_or_is_spoken_of(world):
    due_on(world, MONDAY + dt.timedelta(1), kind="denunciation")
    due_on(world, MONDAY + dt.timedelta(3))
    due_on(world, date(2026, 9, 1))
    alarm(MONDAY)

    said = " ".join(one for sentences in told().values() for one in sentences)
    assert "tố cáo" in said
    assert not [name for name in ("Hoa", "Tám", "kiện") if name in said]


def test_a_day_that_is_put_off_is_told_of_anew(world):
    matter = due_on(world, MONDAY + dt.timedelta(1), handler="mai")
    alarm(MONDAY)
    with scope.system("test"):
        Matter.objects.filter(pk=matter.pk).update(due=MONDAY + dt.timedelta(2))

    assert alarm(MONDAY + dt.timedelta(1)) == 1


def test_a_closed_matter_is_nobodys_alarm(world):
    matter = due_on(world, date(2026, 9, 1))
    with scope.system("test"):
        Matter.objects.filter(pk=matter.pk).update(state="closed", resolution="filed", closed_on=MONDAY, due=None)

    assert alarm(MONDAY) == 0


def test_alarms_cost_the_same_whatever_they_tell(world):
    counts = []
    for many in (1, 3):
        for _ in range(many):
            due_on(world, MONDAY + dt.timedelta(3), handler="mai")
        with CaptureQueriesContext(connection) as queries:
            alarm(MONDAY)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# Rules and days off that change


def off(*days):
    """The calendar with further days off."""
    more = {day: Day(day, False, "nghỉ bão", "override", "Công điện thử", True) for day in days}
    return Calendar(CALENDAR.plans, {**CALENDAR.overrides, **more})


def took(world, on=MONDAY, kind="reflection", **more):
    with scope.system("test"):
        return actions.receive(unit=world.an, matter_type=kind, title="Đèn đường hỏng", by=BY, on=on, **more)


def recount(**more):
    with scope.system("test"):
        return actions.recount(by="kiểm thử", **more)


def kept(matter):
    with scope.system("test"):
        matter.refresh_from_db()
    return matter.due


def test_a_day_off_that_is_declared_moves_the_days_of_open_matters_and_is_told(world):
    moved, still = took(world), took(world, kind="complaint")  # 10 working days; 10 days in the calendar
    with scope.system("test"):
        Matter.objects.filter(pk=moved.pk).update(handler=world.people["mai"])
    before, other = moved.due, still.due
    found = recount(calendar=off(date(2026, 10, 14)), on=date(2026, 10, 13))

    assert (found.looked, len(found.moved), found.stuck) == (2, 1, [])
    assert before == date(2026, 10, 19)
    assert kept(moved) == date(2026, 10, 20)
    assert kept(still) == other
    said = told()
    assert set(said) == {"mai", "lan"}
    assert f"Hạn của vụ việc số {moved} chuyển từ 19/10/2026 sang 20/10/2026." in said["mai"][0]
    assert "14/10/2026 nghỉ bão" in said["mai"][0]
    page = signed_in(world.people["mai"]).get(f"/matters/{moved.pk}/").content.decode()
    assert "Hạn chuyển từ 19/10/2026 sang 20/10/2026" in page
    assert "14/10/2026 nghỉ bão" in page


def test_counted_again_nothing_moves_twice(world):
    took(world)
    new = off(date(2026, 10, 14))

    assert [len(recount(calendar=new).moved) for _ in range(2)] == [1, 0]
    with scope.system("test"):
        assert Move.objects.count() == 1
        assert [(one.looked, one.moved) for one in Recount.objects.order_by("pk")] == [(1, 1), (1, 0)]
        assert Event.objects.filter(verb="casework.recount").count() == 2


def test_a_term_that_becomes_another_moves_those_that_began_under_it(world):
    old = took(world, on=date(2026, 9, 28))
    new = took(world, on=MONDAY)
    rules = Rules(
        one
        for rule in Rules.load()
        for one in (
            [
                dataclasses.replace(rule, until=date(2026, 10, 1)),
                dataclasses.replace(rule, since=date(2026, 10, 1), days=5),
            ]
            if rule.code == "recommendation.transfer"
            else [rule]
        )
    )
    recount(rules=rules)

    assert kept(old) == date(2026, 10, 12)
    assert kept(new) == date(2026, 10, 12)


def test_acts_that_do_not_stand_by_new_rules_are_named_and_left_as_they_are(world):
    with scope.system("test"):
        matter = actions.receive(unit=world.an, matter_type="denunciation", title="x", by=BY, on=date(2026, 9, 1))
        for kind, more in (
            ("classify", {"field": "land", "eligible": True, "competent": True, "traits": ["complex"]}),
            ("accept", {"number": "1"}),
            ("extend", {"days": 30, "reason": "phức tạp", "number": "2"}),
        ):
            matter = actions.act(matter=matter, kind=kind, by=BY, on=date(2026, 9, 2), **more)
        before = matter.due
    rules = Rules(
        dataclasses.replace(rule, extensions=(dataclasses.replace(rule.extensions[1], days=20),))
        if rule.code == "denunciation.settle"
        else rule
        for rule in Rules.load()
    )
    found = recount(rules=rules)

    assert [(str(one), "từ 1 đến 20 ngày" in why) for one, why in found.stuck] == [(str(matter), True)]
    assert kept(matter) == before
    assert [line for line in recount_command.differing(found) if "không tính được hạn" in line]


def test_verifying_says_where_what_is_kept_differs_and_changes_nothing(world, capsys):
    right, wrong = took(world), took(world)
    with scope.system("test"):
        Matter.objects.filter(pk=wrong.pk).update(due=date(2026, 10, 16))
        found = actions.verify()
        assert [(one.matter.pk, one.before, one.after) for one in found.moved] == [
            (wrong.pk, date(2026, 10, 16), right.due)
        ]
        assert kept(wrong) == date(2026, 10, 16)
        assert recount_command.casework(SimpleNamespace(what="verify")) == 1
        assert f"Vụ việc {wrong} của đơn vị {world.an.pk}: hạn 16/10/2026 → 19/10/2026" in capsys.readouterr().out
        assert recount_command.casework(SimpleNamespace(what="recount")) == 0
        assert recount_command.casework(SimpleNamespace(what="verify")) == 0
    assert kept(wrong) == right.due


def test_work_counts_again_once_when_the_data_changed(world, monkeypatch):
    took(world)
    with scope.system("test"):
        assert actions.recount_if_changed() is not None  # never done before
        assert actions.recount_if_changed() is None
        monkeypatch.setattr(recounting, "fingerprint", lambda: "another")
        assert actions.recount_if_changed() is not None


def test_a_move_is_never_rewritten_and_seen_by_those_who_see_the_matter(world):
    took(world)
    recount(calendar=off(date(2026, 10, 14)))
    with scope.system("test"), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Move.objects.update(why="x")
    seen = {}
    for who in ("mai", "tuan", "nga"):
        with scope.acting(world.post[who]):
            seen[who] = Move.objects.count()
    assert seen == {"mai": 1, "tuan": 1, "nga": 0}


def test_counting_again_costs_the_same_for_few_and_for_many(world):
    counts = []
    for many in (1, 3):
        for _ in range(many):
            took(world)
        with CaptureQueriesContext(connection) as queries:
            recount(calendar=off(date(2026, 10, 14 + many)))
        counts.append(len(queries))

    assert counts[0] == counts[1]


# A rule that ends


def ended(code, day):
    """The rules, one of which ends on a day with none to follow."""
    return Rules(dataclasses.replace(rule, until=day) if rule.code == code else rule for rule in Rules.load())


def test_a_rule_that_ends_tomorrow_holds_for_what_began_today_and_for_nothing_after():
    tomorrow = MONDAY + dt.timedelta(1)
    rules = ended("complaint.accept", tomorrow)

    def counted(day):
        return [one.due for one in deadlines([Act("receive", day)], codes=["complaint.accept"], rules=rules)]

    assert counted(MONDAY) == [date(2026, 10, 15)]
    assert counted(tomorrow) == []
    assert unruled([Act("receive", MONDAY)], codes=["complaint.accept"], rules=rules) == []
    (said,) = unruled([Act("receive", tomorrow)], codes=["complaint.accept"], rules=rules)
    assert "không có quy định hiệu lực ngày 6/10/2026" in said
    assert [one.code for one in rules.ending(MONDAY, MONDAY + dt.timedelta(30))] == ["complaint.accept"]
    assert rules.ending(tomorrow, tomorrow + dt.timedelta(30)) == []


def test_a_rule_with_a_successor_does_not_end():
    (one,) = [rule for rule in Rules.load() if rule.code == "complaint.accept"]
    day = date(2026, 12, 1)
    rules = Rules([dataclasses.replace(one, until=day, next=""), dataclasses.replace(one, since=day, next="")])

    assert rules.ending(MONDAY, date(2027, 1, 1)) == []


def test_where_a_rule_has_ended_people_are_received_all_the_same_and_the_page_says_so(world, monkeypatch):
    monkeypatch.setattr("danvan.casework.deadlines.Rules.load", lambda *_: RULES)
    matter = took(world, kind="complaint")

    assert matter.due is None
    page = signed_in(world.people["mai"]).get(f"/matters/{matter.pk}/").content.decode()
    assert "không có quy định hiệu lực ngày 5/10/2026" in page
    leading = signed_in(world.people["lan"]).get("/matters/leader/")
    assert leading.status_code == 200


RULES = ended("complaint.accept", date(2026, 10, 1))


def test_a_leader_is_warned_of_a_rule_that_ends_soon(world, monkeypatch):
    tomorrow = timezone.localdate() + dt.timedelta(1)
    rules = ended("complaint.accept", tomorrow)
    monkeypatch.setattr("danvan.casework.deadlines.Rules.load", lambda *_: rules)
    page = signed_in(world.people["lan"]).get("/matters/leader/").content.decode()

    assert "Thụ lý hoặc thông báo không thụ lý khiếu nại" in page
    assert f"từ {tomorrow.day}/{tomorrow.month}/{tomorrow.year}" in page
    with scope.system("test"):
        assert any("complaint.accept" in line for line in recount_command.ending())


# An extension after the day


def test_an_extension_after_the_due_day_is_refused_and_says_what_to_do(world):
    with scope.system("test"):
        matter = actions.receive(unit=world.an, matter_type="denunciation", title="x", by=BY, on=date(2026, 9, 1))
        for kind, more in (
            ("classify", {"field": "land", "eligible": True, "competent": True, "traits": ["complex"]}),
            ("accept", {"number": "1"}),
        ):
            matter = actions.act(matter=matter, kind=kind, by=BY, on=date(2026, 9, 2), **more)
        due = next(one.due for one in clocks.of(matter, matter.acts.all()) if one.rule.code == "denunciation.settle")
        late = {"kind": "extend", "days": 30, "reason": "phức tạp", "number": "2", "by": BY}
        with pytest.raises(CaseError, match="sau khi đã hết hạn") as refused:
            actions.act(matter=matter, on=due + dt.timedelta(1), **late)
        assert "on" in refused.value.fields
        assert "ghi lý do chậm" in str(refused.value)
        matter.refresh_from_db()
        assert [one.kind for one in matter.acts.all()] == ["receive", "classify", "accept"]
        extended = actions.act(matter=matter, on=due, **late)  # on the day itself it still can be
    assert extended.due is not None


def test_an_extension_too_late_is_told_on_the_page_and_what_was_typed_stays(world):
    with scope.system("test"):
        matter = actions.receive(unit=world.an, matter_type="denunciation", title="x", by=BY, on=date(2026, 9, 1))
        for kind, more in (
            ("classify", {"field": "land", "eligible": True, "competent": True, "traits": ["complex"]}),
            ("accept", {"number": "1"}),
        ):
            matter = actions.act(matter=matter, kind=kind, by=BY, on=date(2026, 9, 2), **more)
    sent = {"do": "extend", "days": "30", "reason": "Chờ giám định", "number": "7/QĐ", "on": "20/10/2026"}
    answer = signed_in(world.people["lan"]).post(f"/matters/{matter.pk}/", sent)

    assert answer.status_code == 422
    assert "không gia hạn được nữa" in answer.content.decode()
    assert "Chờ giám định</textarea>" in answer.content.decode()


# A unit that is gone


def test_to_a_unit_that_was_merged_its_successor_is_named_and_offered(world):
    with scope.system("test"):
        into = map_verbs.Founding(name="Xã Bình Cửu", parent=world.bac, level="commune")
        new = map_verbs.merge(units=[world.binh, world.cuu], into=into, on=MONDAY, by=BY)
        matter = actions.receive(unit=world.an, matter_type="complaint", title="x", by=BY, on=MONDAY)
    with scope.acting(world.post["mai"]), pytest.raises(CaseError, match="nay thuộc Xã Bình Cửu") as refused:
        actions.hand_over(matter=matter, to=world.binh, reason="x", by=world.post["mai"], on=MONDAY)
    assert set(refused.value.fields) == {"unit"}
    browser = signed_in(world.people["mai"])
    sent = {"do": "hand_over", "unit": "Xã Bình", "reason": "Thuộc xã Bình", "on": "30/11/2026"}
    answer = browser.post(f"/matters/{matter.pk}/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Xã Bình không còn nữa" in page
    assert f'name="chosen" value="{new.pk}"' in page
    assert "Thuộc xã Bình</textarea>" in page

    assert browser.post(f"/matters/{matter.pk}/", {**sent, "chosen": str(new.pk)}).status_code == 302
    with scope.system("test"):
        assert Matter.objects.get(pk=matter.pk).unit_id == new.pk
