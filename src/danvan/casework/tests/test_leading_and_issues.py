"""What a leader looks at, and the pages of pressing issues."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from danvan.access import scope
from danvan.access.actions import add_person, give_post
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import BY, REFORM, post_of, small_country
from danvan.access.tests.stage import staged
from danvan.casework import actions
from danvan.casework.actions import answers, issues, promises, vault
from danvan.casework.models import Issue, Matter, Promise

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]


@staged
def world():
    with scope.system("test"):
        made = small_country()
        made.people["kieu"] = add_person(username="kieu", name="Kiều", by=BY)
        give_post(person=made.people["kieu"], unit=made.an, role="inspector", since=REFORM, by=BY)
        made.post = {name: post_of(one, timezone.localdate()) for name, one in made.people.items() if name != "nobody"}
    made.browser = {name: signed_in(one) for name, one in made.people.items()}
    return made


def ago(days):
    return timezone.localdate() - dt.timedelta(days)


def took(world, title, kind="reflection", *, days=0, unit=None, **more):
    with scope.system("test"):
        return actions.receive(unit=unit or world.an, matter_type=kind, title=title, by=BY, on=ago(days), **more)


def did(matter, *acts):
    with scope.system("test"):
        for kind, said in acts:
            matter = actions.act(matter=matter, kind=kind, by=BY, **said)
    return matter


def coming(matter):
    """Due within the week, whatever days off there are just now."""
    with scope.system("test"):
        Matter.objects.filter(pk=matter.pk).update(due=timezone.localdate() + dt.timedelta(3))


def promised(world, text, due):
    with scope.system("test"):
        promise = promises.promise(
            matter=took(world, text), text=text, by_post="Chủ tịch", responsible="UBND xã", due=due, by=BY
        )
        Promise.objects.filter(pk=promise.pk).update(made_on=ago(90), first_due=ago(30), due=ago(30))
    return promise


def body(answer):
    return answer.content.decode()


# The leader's view


def test_a_leader_sees_what_is_late_what_comes_and_what_waits_for_a_signature(world):
    took(world, "Việc quá hạn", days=60)
    coming(took(world, "Việc sắp đến hạn"))
    draft = did(took(world, "Việc chờ ký"), ("accept", {}))
    done = [("accept", {}), ("answer", {"verdict": "answered", "answer": "x"}), ("deliver", {"proof": "ký"})]
    did(took(world, "Việc xin xem lại"), *done, ("ask_again", {"reason": "Chưa được"}))
    did(took(world, "Việc đã từ chối xem lại"), *done, ("ask_again", {"reason": "x"}), ("decline", {"answer": "Rõ."}))
    sealed = took(world, "Ông X", "denunciation", person={"name": "Ai"})
    promised(world, "Sửa cầu trước mùa mưa", timezone.localdate())
    with scope.acting(world.post["mai"]):
        answers.draft(matter=draft, text="Đã xem.", by=world.post["mai"])
        issues.raise_issue(unit=world.an, title="Thiếu nước sạch", field="environment", by=world.post["mai"])
    with scope.acting(world.post["kieu"]):
        vault.ask_to_open(matter=sealed, reason="Cần xác minh nội dung", by=world.post["kieu"])
    page = body(world.browser["lan"].get("/matters/leader/"))

    for said in ("Việc quá hạn", "Việc sắp đến hạn", "Việc chờ ký", "Việc xin xem lại", "Thiếu nước sạch", "Sửa cầu"):
        assert said in page, said
    assert "Đề nghị mở niêm phong" in page
    assert "Việc đã từ chối xem lại" not in page.split('id="late"')[0]
    assert "trễ 30 ngày" in page
    above = body(world.browser["hung"].get("/matters/leader/"))
    assert "Việc quá hạn" in above
    assert "Chờ tôi quyết định" not in above  # he reviews, he does not decide
    beside = body(world.browser["nga"].get("/matters/leader/"))
    assert not [said for said in ("Việc quá hạn", "Sửa cầu", "Thiếu nước sạch") if said in beside]


def test_the_leaders_view_costs_the_same_whatever_it_shows(world):
    counts = []
    for many in (1, 3):
        for n in range(many):
            took(world, f"Quá hạn {n}", days=60)
            coming(took(world, f"Sắp hạn {n}"))
            promised(world, f"Hứa {n}", timezone.localdate())
            draft = did(took(world, f"Ký {n}"), ("accept", {}))
            with scope.system("test"):
                answers.draft(matter=draft, text="x", by=BY)
                issues.raise_issue(unit=world.an, title=f"Vấn đề {n}", field="land", by=BY)
        counts.append(_queries(world.browser["lan"], "/matters/leader/"))

    assert counts[0] == counts[1]


def test_a_leader_sees_which_unit_is_pressed_how_much_and_opens_its_list(world):
    for title in ("Việc cũ", "Việc cũ nữa"):
        took(world, title, days=60)
    coming(took(world, "Việc tuần này"))
    took(world, "Việc của Bình", days=40, unit=world.binh)
    page = body(world.browser["tuan"].get("/matters/leader/"))
    rows = [row for row in page.split("<tr>") if "?view=overdue&amp;at=" in row]

    assert [">Xã An</th>" in row for row in rows] == [True, False]  # the more overdue first
    assert f'?view=overdue&amp;at={world.an.pk}">2</a>' in rows[0]
    assert f'?view=week&amp;at={world.an.pk}">1</a>' in rows[0]
    late = body(world.browser["tuan"].get(f"/matters/?view=overdue&at={world.binh.pk}"))
    assert "Vụ việc của Xã Bình" in late
    assert "Việc của Bình" in late
    assert "Việc cũ" not in late
    assert "Theo đơn vị" not in body(world.browser["lan"].get("/matters/leader/"))  # of one unit there is no table
    assert "Việc cũ" not in body(world.browser["nga"].get(f"/matters/?view=overdue&at={world.an.pk}"))


def test_work_begins_where_ones_post_has_it(world):
    for who, place in {"lan": "/matters/leader/", "mai": "/reception/", "xem": "/matters/"}.items():
        assert world.browser[who].get("/casework/").url == place


# Pressing issues


def new(world, who="mai", **more):
    said = {"title": "Thiếu nước sạch thôn Hạ", "text": "200 hộ.", "field": "environment", "severity": "pressing"}
    said |= {"channel": "in_person", "on": f"{timezone.localdate():%d/%m/%Y}", **more}
    return world.browser[who].post("/issues/new/", said)


def deed(world, who, do, **said):
    with scope.system("test"):
        pk = Issue.objects.latest("pk").pk
    return world.browser[who].post(f"/issues/{pk}/", {"do": do, "on": f"{timezone.localdate():%d/%m/%Y}", **said})


def only():
    with scope.system("test"):
        return Issue.objects.get()


def test_an_issue_from_its_first_line_to_the_public_one(world):
    made = new(world)
    assert made.status_code == 302
    assert deed(world, "mai", "direct", text="x", responsible="y").status_code == 403
    due = f"{timezone.localdate() + dt.timedelta(20):%d/%m/%Y}"
    missing = deed(world, "lan", "direct", text=" ", responsible="", due=due)
    assert "Ghi nội dung chỉ đạo." in body(missing)
    deed(world, "lan", "direct", text="Khoan giếng trước 20/12", responsible="Trung tâm nước sạch", due=due)
    deed(world, "mai", "measure", kind="escalate", text="Dân kéo lên xã")
    assert only().severity == "hotspot"
    deed(world, "mai", "measure", kind="calm", text="Đã chở nước đến từng nhà")
    page = body(world.browser["lan"].get(made.url))
    for said in ("Khoan giếng trước 20/12", "Trung tâm nước sạch", "Dân kéo lên xã", "Đã dịu", "200 hộ."):
        assert said in page, said
    deed(world, "lan", "resolve", text="Nước đã về thôn")
    deed(world, "lan", "public", line="Nước sạch đã về thôn Hạ.")
    issue = only()

    assert (issue.resolved_on, issue.public, issue.public_line) == (
        timezone.localdate(),
        True,
        "Nước sạch đã về thôn Hạ.",
    )
    late = body(deed(world, "mai", "measure", kind="act", text="Thêm một việc"))
    assert "đã được giải quyết" in late
    assert "Thêm một việc</textarea>" in late
    everybody = body(Client().get("/told/"))
    assert "Nước sạch đã về thôn Hạ." in everybody
    assert not [said for said in (issue.title, "Khoan giếng", "200 hộ", "Dân kéo lên xã") if said in everybody]
    deed(world, "lan", "public", line="")
    assert "Nước sạch đã về thôn Hạ." not in body(Client().get("/told/"))
    assert only().public is False


def test_an_issue_has_an_owner_of_its_unit(world):
    made = new(world)
    page = body(world.browser["lan"].get(made.url))
    assert only().owner_id == world.people["mai"].pk  # who recorded it
    assert f'value="{world.people["lan"].pk}"' in page
    deed(world, "mai", "assign", person=world.people["lan"].pk)
    page = body(world.browser["mai"].get(made.url))
    assert only().owner_id == world.people["lan"].pk
    assert "<strong>Giao theo dõi</strong>" in page
    assert "Lan" in body(world.browser["mai"].get("/issues/")).split("Thiếu nước sạch thôn Hạ")[1]
    for wrong in (world.people["nga"].pk, "", "x"):
        answer = deed(world, "mai", "assign", person=wrong)
        assert answer.status_code == 422
    assert only().owner_id == world.people["lan"].pk
    assert deed(world, "tuan", "assign", person=world.people["tuan"].pk).status_code == 403


def test_what_is_wrong_with_an_issue_is_said_and_what_was_typed_stays(world):
    answer = new(world, title="  ", field="x", text="Hai trăm hộ", on="31/2/2026")

    assert answer.status_code == 422
    assert "Hai trăm hộ" in body(answer)
    assert "Viết ngày như 10/2/2026." in body(answer)
    assert "Ghi ngắn gọn vấn đề" in body(new(world, title=" ", text="Hai trăm hộ"))
    with scope.system("test"):
        assert not Issue.objects.exists()


def test_matters_are_gathered_from_what_is_alike_and_by_number(world):
    one = took(world, "Thiếu nước sạch ở thôn Hạ")
    two = took(world, "Giếng cạn")
    other = took(world, "Việc của Bình", unit=world.binh)
    new(world)
    page = body(world.browser["mai"].get(f"/issues/{only().pk}/"))
    assert f'name="matter" value="{one.pk}"' in page
    assert "Giếng cạn" not in page
    deed(world, "mai", "gather", matter=[one.pk], numbers=str(two))
    with scope.system("test"):
        assert set(Matter.objects.filter(issue=only()).values_list("pk", flat=True)) == {one.pk, two.pk}
    assert "Không có vụ việc “99/2026”" in body(deed(world, "mai", "gather", numbers="99/2026"))
    assert "ít nhất một vụ việc" in body(deed(world, "mai", "gather", numbers="", matter=[other.pk]))
    assert "2 vụ việc" in body(world.browser["mai"].get("/issues/"))


def test_an_issue_begins_from_a_matter(world):
    matter = took(world, "Thiếu nước sạch", field="environment", place="thôn Hạ")
    page = body(world.browser["mai"].get(f"/issues/new/?matter={matter.pk}"))
    assert 'value="Thiếu nước sạch"' in page
    assert 'value="thôn Hạ"' in page
    new(world, matter=str(matter.pk))

    with scope.system("test"):
        assert Matter.objects.get(pk=matter.pk).issue_id == only().pk
    assert world.browser["nga"].get(f"/issues/new/?matter={matter.pk}").status_code == 404


def test_lists_of_issues_hold_what_they_say(world):
    with scope.acting(world.post["lan"]):
        by = world.post["lan"]
        for title in ("Chờ chỉ đạo", "Đã chỉ đạo", "Nóng", "Xong"):
            one = issues.raise_issue(unit=world.an, title=f"Chuyện {title}", field="land", by=by, on=ago(30))
            if title == "Đã chỉ đạo":
                issues.direct(issue=one, text="x", responsible="y", due=ago(3), by=by)
            elif title == "Nóng":
                issues.measure(issue=one, kind="escalate", text="x", by=by)
            elif title == "Xong":
                issues.resolve(issue=one, text="x", by=by)

    def shown(query, who="mai"):
        page = body(world.browser[who].get(f"/issues/{query}"))
        return [one for one in ("Chờ chỉ đạo", "Đã chỉ đạo", "Nóng", "Xong") if f"Chuyện {one}" in page]

    assert shown("") == ["Chờ chỉ đạo", "Đã chỉ đạo", "Nóng"]
    assert shown("?view=undirected") == ["Chờ chỉ đạo", "Nóng"]
    assert shown("?view=hotspot") == ["Nóng"]
    assert shown("?view=late") == ["Đã chỉ đạo"]
    assert shown("?view=resolved") == ["Xong"]
    assert shown("", "hung") == []
    assert shown("?of=below", "hung") == ["Chờ chỉ đạo", "Đã chỉ đạo", "Nóng"]
    assert shown("?of=below", "nga") == []


def test_from_above_an_issue_is_read_only(world):
    new(world)
    page = body(world.browser["tuan"].get(f"/issues/{only().pk}/"))

    assert "ở đây chỉ xem" in page
    assert "<textarea" not in page
    assert deed(world, "tuan", "direct", text="x", responsible="y").status_code == 403
    assert world.browser["nga"].get(f"/issues/{only().pk}/").status_code == 404


@pytest.mark.parametrize("path", ["/issues/", "/issues/?of=below", "/issues/{pk}/"])
def test_pages_of_issues_cost_the_same_whatever_they_show(world, path):
    new(world)
    first, counts = only(), []
    for many in (1, 3):
        for n in range(many):
            with scope.system("test"):
                issues.raise_issue(unit=world.an, title=f"Vấn đề {n}", field="land", by=BY)
                issues.measure(issue=first, kind="act", text="x", by=BY)
                issues.gather(issue=first, matters=[took(world, f"Thiếu nước {n}")], by=BY)
        counts.append(_queries(world.browser["lan"], path.format(pk=first.pk)))

    assert counts[0] == counts[1]


def _queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
