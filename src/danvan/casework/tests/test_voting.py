"""Statements put to participants, voted on from phones, told in groups: no ballot, no person, the same each time."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from danvan.access import scope
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import small_country, statements
from danvan.access.tests.stage import staged
from danvan.casework import voting
from danvan.casework.actions import dialogues
from danvan.casework.actions import voting as verbs
from danvan.casework.errors import CaseError
from danvan.casework.models import Opinion, Vote
from danvan.casework.tests.test_citizens import worked

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]
NUMBER = 8


@staged
def world():
    with scope.system("test"):
        made = small_country()
        made.held = dialogues.plan(
            unit=made.an, title="Đối thoại", on=timezone.localdate(), host_role="joint", place="Nhà văn hóa", by="t"
        )
        made.held.state, made.held.notice_on = "announced", timezone.localdate()
        made.held.save()
        made.opinions = [
            dialogues.write_down(dialogue=made.held, text=f"Ông Ví Dụ nói điều {n}", by="t") for n in range(NUMBER)
        ]
    made.mai = signed_in(made.people["mai"])
    made.page, made.public = f"/dialogues/{made.held.pk}/votes/", f"/dialogues/public/{made.held.code}/vote/"
    return made


def opened(world, count=NUMBER):
    for one in world.opinions[:count]:
        given = {"do": "put", "opinion": one.number, "statement": f"Câu số {one.number}"}
        assert world.mai.post(world.page, given).status_code == 302
    assert world.mai.post(world.page, {"do": "votes"}).status_code == 302


def phone(world, **more):
    browser = Client(**more)
    token = browser.get(world.public).context["challenge"].token
    begun = browser.post(world.public, {"do": "begin", "token": token, "work": worked(token)})
    assert begun.status_code == 302
    return browser


def body(answer):
    return answer.content.decode()


def asked(browser, world):
    found = re.search(r'name="s" value="(\d+)"', body(browser.get(world.public)))
    return int(found[1]) if found else None


def voted(world, voters, choice):
    """choice(voter, place): 1, 0, -1, or None for who says nothing."""
    with scope.system("test"):
        for voter in range(voters):
            for place, one in enumerate(world.opinions):
                if (said := choice(voter, place)) is not None:
                    verbs.vote(opinion=one, voter=f"{voter:016x}", choice=said)


def test_only_what_the_secretary_put_in_words_of_its_own_reaches_a_phone(world):
    opened(world, 2)
    browser = phone(world)
    seen = set()
    while (number := asked(browser, world)) is not None:
        page = body(browser.get(world.public))
        assert f"Câu số {number}" in page
        assert "Ông Ví Dụ" not in page
        assert browser.post(world.public, {"s": number, "choice": "1"}).status_code == 302
        seen.add(number)

    assert seen == {1, 2}
    assert "Bạn đã trả lời hết" in body(browser.get(world.public))
    refused = browser.post(world.public, {"s": world.opinions[5].number, "choice": "1"})
    assert refused.status_code == 422
    with scope.system("test"):
        assert Vote.objects.count() == 2


def test_a_device_has_one_ballot_and_may_change_its_mind(world):
    opened(world, 3)
    browser = phone(world)
    for choice in ("1", "-1", "0", "-1"):
        browser.post(world.public, {"s": 1, "choice": choice})
    cookie = browser.cookies["ballot"]
    phone(world).post(world.public, {"s": 1, "choice": "1"})

    with scope.system("test"):
        assert sorted(Vote.objects.values_list("choice", flat=True)) == [-1, 1]
        assert all(re.fullmatch("[0-9a-f]{16}", voter) for voter in Vote.objects.values_list("voter", flat=True))
    assert (cookie["httponly"], cookie["path"], cookie["samesite"]) == (True, world.public, "Lax")
    assert "Câu số 1" in body(browser.get(world.public, {"s": 1}))


def test_without_a_ballot_or_with_a_made_up_one_nothing_is_said(world):
    opened(world, 2)
    browser = Client()
    assert browser.post(world.public, {"s": 1, "choice": "1"}).status_code == 422
    assert browser.post(world.public, {"do": "begin", "token": "x", "work": "1"}).status_code == 422
    browser.cookies["ballot"] = "0123456789abcdef:1abcde:forged"
    assert browser.post(world.public, {"s": 1, "choice": "1"}).status_code == 422
    one = phone(world)
    for given in ({"s": 1, "choice": "2"}, {"s": 1}, {"s": "x", "choice": "1"}, {"s": "9" * 30, "choice": "1"}):
        assert one.post(world.public, given).status_code in (404, 422)

    with scope.system("test"):
        assert not Vote.objects.exists()


def test_ballots_of_one_place_are_limited(world, monkeypatch):
    from danvan.casework.views import voting as views

    monkeypatch.setattr(views, "BALLOTS", (2, views.HOUR))
    opened(world, 1)
    phone(world)
    phone(world)
    third = Client()
    token = third.get(world.public).context["challenge"].token
    refused = third.post(world.public, {"do": "begin", "token": token, "work": worked(token)})

    assert refused.status_code == 422
    assert "quá nhiều phiếu" in body(refused)


def test_words_somebody_voted_on_are_not_changed(world):
    opened(world, 2)
    phone(world).post(world.public, {"s": 1, "choice": "1"})
    assert world.mai.post(world.page, {"do": "take_back", "opinion": 1}).status_code == 302
    refused = world.mai.post(world.page, {"do": "put", "opinion": 1, "statement": "Câu khác hẳn"})
    free = world.mai.post(world.page, {"do": "put", "opinion": 2, "statement": "Câu khác hẳn"})

    assert refused.status_code == 422
    assert "không đổi lời được" in body(refused)
    assert "Câu khác hẳn" in body(refused)  # nothing typed is lost
    assert free.status_code == 302
    with scope.system("test"):
        assert voting.results(world.held) is None  # of what was taken back nothing is told
    assert world.mai.post(world.page, {"do": "put", "opinion": 1, "statement": "Câu số 1"}).status_code == 302
    with scope.system("test"):
        assert voting.results(world.held).said[0][0] == "Câu số 1"


def test_nothing_is_opened_without_a_statement_nor_after_the_end(world):
    refused = world.mai.post(world.page, {"do": "votes"})
    assert "Chưa đưa câu nào ra" in body(refused)
    opened(world, 1)
    browser = phone(world)
    with scope.system("test"):
        dialogues.hold(dialogue=world.held, attendance=20, by="t")
        with pytest.raises(CaseError):
            verbs.vote(opinion=world.opinions[0], voter="0" * 16, choice=1)
    assert "Chưa lấy ý kiến" in body(browser.get(world.public))
    assert world.mai.post(world.page, {"do": "votes"}).status_code == 422
    assert world.mai.post(world.page, {"do": "put", "opinion": 2, "statement": "Câu"}).status_code == 422


def test_groups_are_told_once_it_is_closed_with_what_they_are_not(world):
    opened(world)
    voted(world, 20, lambda voter, place: 1 if place == 0 or place % 2 == voter % 2 else -1)
    assert "Nhóm 1" not in body(Client().get(world.public))  # who votes is not told what others say
    assert "Nhóm 1 (10 người)" in body(world.mai.get(world.page))
    world.mai.post(world.page, {"do": "votes"})
    page = body(Client().get(world.public))

    assert "Không phải biểu quyết" in page
    assert "Nhóm 1 (10 người)" in page
    assert "20 đồng tình, 0 không, trên 20" in page
    assert page.index("Câu số 1") < page.index("Câu số 2")  # what both groups agree on stands first
    assert page.count('<path class="g0" transform') == page.count('<path class="g1" transform') == 10
    assert len(set(re.findall(r"translate\([^)]+\)", page))) == 20  # who answered the same stands beside, not behind
    assert "0000000000000003" not in page  # no ballot's number
    told = {re.search("<main.*</main>", body(Client().get(world.public)), re.DOTALL)[0] for _ in range(3)}
    assert len(told) == 1
    assert "Người tham gia nghĩ gì" in body(Client().get(world.public.removesuffix("vote/")))


@pytest.mark.parametrize(
    ("voters", "choice", "why"),
    [
        (14, lambda voter, place: 1 if place % 2 == voter % 2 else -1, "Cần ít nhất 15 người"),
        (19, lambda voter, place: 1 if place % 2 == (voter < 4) else -1, "Không có cách chia nào"),
        (20, lambda voter, place: 1, "Không có cách chia nào"),
    ],
    ids=["too few", "a group of four", "all alike"],
)
def test_no_group_is_told_that_is_too_small(world, voters, choice, why):
    opened(world)
    voted(world, voters, choice)
    world.mai.post(world.page, {"do": "votes"})
    page = body(Client().get(world.public))

    assert why in page
    assert "Nhóm 1" not in page
    assert '<svg viewBox="0 0 280 280"' not in page
    assert f"trên {voters}" in page


def test_each_ballot_begins_elsewhere_and_keeps_its_order(world):
    opened(world)
    with scope.system("test"):
        orders = {
            voter: [one.number for one, _said in voting.statements(world.held, voter)] for voter in map(str, range(200))
        }
        again = {voter: [one.number for one, _said in voting.statements(world.held, voter)] for voter in orders}

    assert orders == again
    assert {order[0] for order in orders.values()} == set(range(1, NUMBER + 1))
    assert {tuple(sorted(order)) for order in orders.values()} == {tuple(range(1, NUMBER + 1))}


@pytest.mark.parametrize("who", ["staff", "phone"])
def test_a_page_costs_the_same_however_much_is_put(world, who):
    sizes = []
    browser = None
    for count in (1, 3):
        if count == 1:
            opened(world, 1)
        else:
            for one in world.opinions[1:3]:
                world.mai.post(world.page, {"do": "put", "opinion": one.number, "statement": f"Câu số {one.number}"})
        browser = browser or (world.mai if who == "staff" else phone(world))
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(world.page if who == "staff" else world.public).status_code == 200
        sizes.append(statements(seen))
    assert sizes[0] == sizes[1]


def test_the_neighbour_puts_nothing(world):
    hung = signed_in(world.people["hung"])

    assert hung.post(world.page, {"do": "put", "opinion": 1, "statement": "Câu"}).status_code == 403
    with scope.system("test"):
        assert not Opinion.objects.filter(voted_on=True).exists()
