"""The registers give the figures of a town's year back, to the cell of the official tables."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from danvan.casework import actions
from danvan.casework.actions import dialogues, issues, promises
from danvan.casework.counting import COUNTED, counts, registers
from danvan.casework.models import Matter
from danvan.figures import catalogue, counters
from danvan.figures.catalogue import breakdown_key
from danvan.lib.periods import Period

pytestmark = pytest.mark.django_db
BY = "kiểm thử"
YEAR, BEFORE = 2025, 2024
FIRST, LAST = dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)


def day(number, year=YEAR):
    return dt.date(year, 1, 1) + dt.timedelta(number)


def visit(unit, on, matter=None, mode="regular", **more):
    return actions.receive_visit(unit=unit, by=BY, on=on, matter=matter, mode=mode, **more)


def raised(unit, on, petition=False, **more):
    said = {
        "matter_type": "recommendation",
        "title": "Việc ở khu dân cư",
        "field": "land",
        "petition": petition,
        **more,
    }
    return actions.receive(unit=unit, by=BY, on=on, channel="post" if petition else "in_person", **said)


def settle(matter, on):
    for kind, said in (
        ("classify", {"field": "land", "eligible": True, "competent": True}),
        ("accept", {}),
        ("answer", {"verdict": "answered", "answer": "Đã giải quyết."}),
        ("deliver", {"proof": "ký nhận"}),
    ):
        matter = actions.act(matter=matter, kind=kind, by=BY, on=on, **said)
    return matter


def receptions(unit, year, turns, cases, resolved):
    """So many turns about so many cases: each case once, some of them again."""
    matters = [raised(unit, day(n, year)) for n in range(cases)]
    for n, matter in enumerate(matters):
        visit(unit, day(n, year), matter)
    for n in range(turns - cases):
        visit(unit, day(100 + n, year), matters[n % cases])
    for matter in matters[:resolved]:
        settle(matter, day(300, year))
    return matters


def petitions(unit, year, count, resolved):
    for n in range(count):
        matter = raised(unit, day(n, year), petition=True, matter_type="complaint")
        if n < resolved:
            for kind, said in (
                ("classify", {"field": "land", "eligible": True, "competent": True}),
                ("accept", {"number": f"{n}/TB"}),
                ("decide", {"number": f"{n}/QĐ", "verdict": "right", "answer": "Đúng."}),
            ):
                matter = actions.act(matter=matter, kind=kind, by=BY, on=day(n + 20, year), **said)


def test_a_towns_register_gives_back_the_sentence_of_its_report(world):
    """Third seed: 46 turns with 29 cases, 20 turns and 15 cases fewer than before, 22 of 29 resolved; 29 petitions, 15
    more, 23 of 29; 19 dialogues, 1,538 attendances, 204 opinions in 10 communes; 36 pressing issues directed."""
    an = world.an.pk
    receptions(an, BEFORE, 66, 44, 0)
    receptions(an, YEAR, 46, 29, 22)
    petitions(an, BEFORE, 14, 0)
    petitions(an, YEAR, 29, 23)
    for n in range(19):
        held = dialogues.plan(unit=an, title=f"Đối thoại {n + 1}", on=day(n * 9), host_role="joint", by=BY)
        for m in range(11 if n < 14 else 10):
            dialogues.write_down(dialogue=held, text=f"Ý kiến {m + 1}", by=BY)
        dialogues.hold(dialogue=held, attendance=1538 - 18 * 80 if n == 0 else 80, by=BY, on=day(n * 9))
    for n in range(36):
        issue = issues.raise_issue(unit=an, title=f"Vấn đề {n + 1}", field="land", on=day(n), by=BY)
        issues.direct(issue=issue, text="Giải quyết dứt điểm", responsible="UBND xã", on=day(n + 3), by=BY)

    found, before = (
        {code: value for (code, breakdown), value in counts([an], first, last)[an].items() if not breakdown}
        for first, last in ((FIRST, LAST), (dt.date(BEFORE, 1, 1), dt.date(BEFORE, 12, 31)))
    )

    assert (found["rec.turns"], found["rec.cases"], found["rec.cases_resolved"]) == (46, 29, 22)
    assert (found["rec.turns"] - before["rec.turns"], found["rec.cases"] - before["rec.cases"]) == (-20, -15)
    assert (found["pet.received"], found["pet.cases"], found["pet.cases_resolved"]) == (29, 29, 23)
    assert found["pet.received"] - before["pet.received"] == 15
    assert (found["dlg.sessions"], found["dlg.attendance"], found["dlg.opinions"]) == (19, 1538, 204)
    assert found["iss.directed"] == 36


# Identities of the official tables, over a register with all that happens


@pytest.fixture
def busy(world):
    """A commune where petitions are eligible or not, passed on, joined, withdrawn; before and after the window too."""
    an = world.an.pk
    kinds = ("complaint", "denunciation", "recommendation", "reflection")
    made = [
        raised(an, day(n * 3), petition=True, matter_type=kinds[n % 4], signers=("one", "other")[n % 2])
        for n in range(40)
    ]

    def do(matter, kind, on, **said):
        return actions.act(matter=matter, kind=kind, by=BY, on=on, **said)

    for n, matter in enumerate(made):
        on = day(n * 3 + 30)
        match n % 8:
            case 0:
                do(matter, "classify", on, field="land", eligible=True, competent=True)
            case 1:
                do(matter, "classify", on, field="environment", eligible=False, ineligible_reason="unclear")
                do(matter, "file", on, reason="Không rõ nội dung")
            case 2:
                do(matter, "guide", on, answer="Gửi Tòa án nhân dân.")
            case 3:
                do(matter, "transfer", on, body="Sở Nông nghiệp và Môi trường", number="3/PC")
            case 4:
                settle(matter, on) if matter.type == "recommendation" else do(matter, "withdraw", on, reason="Rút đơn")
            case 5:
                actions.hand_over(matter=matter, to=world.bac, reason="Thẩm quyền tỉnh", by=BY, on=on)
            case 6:
                do(matter, "urge", on, body="UBND tỉnh", number="4/CV")
    same = [one for one in made if one.type == "complaint"]
    actions.merge(matter=Matter.objects.get(pk=made[7].pk), into=Matter.objects.get(pk=made[15].pk), by=BY, on=day(80))
    for n in range(12):
        persons = (1, 2, 7)[n % 3]
        visit(
            an,
            day(n * 5),
            same[n % 4],
            mode=("regular", "scheduled", "ad_hoc", "delegated")[n % 4],
            persons=persons,
            receiver="peoples_committee_chair",
        )
    return an


@pytest.mark.parametrize(("first", "last"), [(day(0), day(90)), (day(91), day(180)), (day(45), day(75)), (FIRST, LAST)])
def test_the_tables_come_out_right_to_the_cell(busy, first, last):
    found = counts([busy], first, last)[busy]

    def get(code, **breakdown):
        return found.get((code, breakdown_key(breakdown)), 0)

    def by(code, dimension):
        values = catalogue.load()[code].vocabulary(dimension).values
        return sum(get(code, **{dimension: value}) for value in values)

    assert get("pet.workload") == get("pet.carried_in") + get("pet.received")
    assert get("pet.pending_end") == get("pet.carried_in") + get("pet.received") - get("pet.processed")
    assert get("pet.processed") == get("pet.eligible") + get("pet.ineligible")
    assert get("pet.duplicates") <= get("pet.ineligible")
    assert get("pet.eligible") == get("pet.competent") + get("pet.not_competent")
    assert get("pet.not_competent") == get("pet.guided") + get("pet.transferred") + get("pet.urged")
    for code, dimension in (
        ("pet.received", "signers"),
        ("pet.carried_in", "signers"),
        ("pet.eligible", "matter_type"),
        ("pet.eligible", "settlement"),
        ("pet.competent", "matter_type"),
        ("rec.turns", "mode"),
        ("rec.turns", "sitting"),
        ("rec.persons", "sitting"),
    ):
        assert by(code, dimension) == get(code), (code, dimension)
    assert get("rec.cases") == get("rec.cases_first") + get("rec.cases_repeat")
    assert get("rec.cases") == by("rec.cases_first", "sitting") + by("rec.cases_repeat", "sitting")
    assert get("rec.group_persons") <= get("rec.persons")


def test_what_is_left_at_the_end_of_a_period_opens_the_next(busy):
    middle = day(60)
    before = counts([busy], FIRST, middle)[busy]
    after = counts([busy], middle + dt.timedelta(1), LAST)[busy]

    assert before["pet.pending_end", ""] == after["pet.carried_in", ""]
    assert before["pet.pending_end", ""] > 0


def test_what_was_handed_over_is_received_here_and_settled_there(world, busy):
    found = counts([busy, world.bac.pk], FIRST, LAST)

    assert found[busy]["pet.transferred", ""] >= 5
    assert world.bac.pk not in found or found[world.bac.pk].get(("pet.received", ""), 0) == 0


def test_two_joined_are_two_petitions_and_one_case(world):
    one, two = (raised(world.an, day(n), petition=True) for n in (1, 2))
    actions.merge(matter=two, into=one, by=BY, on=day(3))
    found = counts([world.an.pk], FIRST, LAST)[world.an.pk]

    assert (found["pet.received", ""], found["pet.cases", ""], found["pet.duplicates", ""]) == (2, 1, 1)


def test_a_case_joined_to_another_is_received_once(world):
    one, two = (raised(world.an, day(n)) for n in (1, 2))
    visit(world.an, day(1), one)
    visit(world.an, day(2), two)
    actions.merge(matter=two, into=one, by=BY, on=day(3))
    found = counts([world.an.pk], FIRST, LAST)[world.an.pk]

    assert (found["rec.turns", ""], found["rec.cases", ""]) == (2, 1)


def test_an_opinion_promised_is_resolved_when_the_promise_is_kept(world):
    held = dialogues.plan(unit=world.an, title="Đối thoại", on=day(10), host_role="joint", by=BY)
    opinions = [dialogues.write_down(dialogue=held, text=f"Ý kiến {n}", by=BY) for n in range(3)]
    dialogues.hold(dialogue=held, attendance=50, by=BY, on=day(10))
    dialogues.answer(opinion=opinions[0], text="Đã rõ.", answered_by="Chủ tịch UBND xã", by=BY, on=day(10))
    made = promises.promise(
        opinion=opinions[1],
        text="Sửa đường",
        by_post="Chủ tịch UBND xã",
        responsible="UBND xã",
        due=day(100),
        on=day(10),
        by=BY,
    )
    before = counts([world.an.pk], FIRST, LAST)[world.an.pk]
    promises.end(promise=made, kept=True, text="Đã sửa xong", on=day(90), by=BY)
    after = counts([world.an.pk], FIRST, LAST)[world.an.pk]

    assert (
        before["dlg.opinions", ""],
        before["dlg.opinions_resolved", ""],
        before["dlg.opinions_pending_end", ""],
    ) == (3, 1, 2)
    assert (after["dlg.opinions_resolved", ""], after["dlg.opinions_pending_end", ""]) == (2, 1)


# The filing page


def test_a_register_that_is_used_offers_its_counts_and_one_that_is_not_says_nothing(world):
    period = Period.parse(f"{YEAR}-Y")
    assert list(registers(world.an.pk, period)) == []
    receptions(world.an.pk, YEAR, 5, 3, 1)
    offered = counters.suggestions(world.an.pk, period, {("rec.turns", ""), ("rec.cases", ""), ("pet.received", "")})

    assert {key: ones[0].value for key, ones in offered.items()} == {("rec.turns", ""): 5, ("rec.cases", ""): 3}
    assert "sổ tiếp công dân" in offered["rec.turns", ""][0].words


def test_the_number_of_statements_does_not_grow_with_the_units(world):
    for unit in (world.an, world.binh):
        receptions(unit.pk, YEAR, 4, 2, 1)
    sizes = []
    for wanted in ([world.an.pk], [world.an.pk, world.binh.pk]):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            counts(wanted, FIRST, LAST)
        sizes.append(len(seen))

    assert sizes == [11, 11]  # nine, and two around them that say how to plan


def test_every_figure_that_is_counted_is_in_the_catalogue():
    assert {"rec.turns", "pet.received", "dlg.sessions", "iss.raised"} <= set(COUNTED)
    assert all(code in catalogue.load() for code in COUNTED)
