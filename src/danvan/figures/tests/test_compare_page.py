"""Any lines over any units and periods: the same figures as one by one, totals, what is said of them, and the scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from danvan.access import scope
from danvan.access.tests.cast import post_of, small_country
from danvan.figures import actions, compare_page, queries
from danvan.figures.actions import CellInput, Entry
from danvan.figures.catalogue import CatalogueError
from danvan.figures.compare_notes import notes, reforms
from danvan.figures.compare_page import TOTAL, Question, question
from danvan.figures.errors import FigureError
from danvan.lib.periods import Period

pytestmark = pytest.mark.django_db

FORM = "dan_van"
TURNS = ("rec.turns", "")


def ask(units, periods, lines=("rec.turns",), **more) -> Question:
    ids = tuple(unit.pk for unit in units)
    wanted = tuple(Period.parse(code) for code in periods)
    return Question(FORM, tuple(lines), ids, more.pop("below", 0), wanted, **more)


@pytest.fixture
def told(world, file):
    """Figures on both sides of the reform."""
    for unit, turns in ((world.mot, 3), (world.hai, 4), (world.ba, 5), (world.bon, 6)):
        file(unit, "2025-Q1", rec__turns=turns, rec__cases=turns)
    file(world.an, "2025-Q2", rec__turns=9)
    for unit, turns in ((world.moi, 8), (world.dong, 2), (world.tay, 1), (world.bon, 7)):
        file(unit, "2026-Q1", rec__turns=turns, rec__cases=turns)
    file(world.moi, "2025-Q3", rec__turns=2)
    return world


PERIODS = ("2025-Q1", "2025-Q2", "2025-Q3", "2026-Q1")


@pytest.mark.parametrize("mode", ["restated", "reported"])
@pytest.mark.parametrize("periods", [PERIODS, ("2025-Y", "2026-Q1"), ("2025-H1", "2025-H2")])
def test_many_units_at_once_are_the_same_as_one_by_one(told, mode, periods):
    chosen = [told.country, told.bac, told.moi, told.dong, told.tay, told.bon]
    found = compare_page.answer(ask(chosen, periods, ("rec.turns", "rec.resolution_rate"), mode=mode))

    assert [ref.id for ref in found.units] == [unit.pk for unit in (told.country, told.bac)] + [
        ref.id for ref in found.units[2:]
    ]
    for key in found.question.keys:
        for unit in chosen:
            one = queries.series(FORM, unit, *key, periods=periods)
            for point in one.restated if mode == "restated" else one.reported:
                spot = found.spots[key, unit.pk, point.period]
                assert spot.found.figure == point.figure, (unit, point.period)
                assert spot.found.complete == point.complete
                assert spot.found.reasons == point.reasons
                if mode == "restated":
                    assert (spot.restated, spot.comparable) == (point.restated, point.comparable)


def test_another_map_is_said_to_be_not_comparable_as_reported(told):
    found = compare_page.answer(ask([told.bac, told.bon], ("2025-Q1", "2026-Q1"), mode="reported"))

    assert not found.spots[TURNS, told.bac.pk, Period.parse("2025-Q1")].comparable
    assert found.spots[TURNS, told.bon.pk, Period.parse("2025-Q1")].comparable
    assert found.changes[TURNS, told.bac.pk].comparability == "not_comparable"
    assert found.changes[TURNS, told.bon.pk].delta == 1


def test_units_and_periods_are_added_up(told):
    found = compare_page.answer(ask([told.moi, told.bon], ("2025-Q1", "2026-Q1")))

    first, last = map(Period.parse, ("2025-Q1", "2026-Q1"))
    assert found.spots[TURNS, TOTAL, first].found.figure.value == 13, "Xã Một, Xã Hai, Xã Bốn"
    assert found.spots[TURNS, TOTAL, last].found.figure.value == 15
    assert found.spots[TURNS, told.moi.pk, None].found.figure.value == 15
    assert found.spots[TURNS, TOTAL, None].found.figure.value == 28
    assert found.changes[TURNS, TOTAL].delta == 2


def test_a_unit_within_another_is_not_added_to_it_nor_a_period_within_another(told):
    found = compare_page.answer(ask([told.bac, told.bon], ("2025-H1", "2025-Q1", "2026-Q1")))

    assert (found.total_units, found.total_periods) == (False, False)
    assert len(found.no_total) == 2
    assert not any(unit == TOTAL or period is None for _key, unit, period in found.spots)


def test_every_value_of_a_breakdown_is_asked_for_by_a_star():
    keys = ask([], (), ("mod.total--field=*", "mod.total")).keys
    assert keys[0] == ("mod.total", "field=economy")
    assert keys[-1] == ("mod.total", "")


def test_the_parts_of_a_unit_are_those_of_the_day(told):
    found = compare_page.answer(ask([], ("2026-Q1",), below=told.bac.pk))
    assert sorted(ref.name for ref in found.units) == ["Xã Ba Tây", "Xã Ba Đông", "Xã Bốn", "Xã Mới"]
    assert found.spots[TURNS, TOTAL, Period.parse("2026-Q1")].found.figure.value == 18


def test_a_unit_that_is_gone_is_named_and_left_out(told):
    found = compare_page.answer(ask([told.nam, told.bon], ("2026-Q1",)))
    assert [ref.name for ref in found.units] == ["Xã Bốn"]
    assert "Tỉnh Nam" in found.untold[0]
    with pytest.raises(FigureError, match="Tỉnh Nam"):
        compare_page.answer(ask([told.nam], ("2026-Q1",)))


def test_the_number_of_queries_does_not_grow_with_the_units(told):
    def count(chosen) -> int:
        with CaptureQueriesContext(connection) as asked:
            notes(compare_page.answer(ask(chosen, PERIODS, ("rec.turns", "rec.cases"))), "vi")
        return len(asked)

    assert count([told.moi, told.dong]) == count([told.moi, told.dong, told.tay, told.bon])


# What is said


def test_reforms_missing_units_and_jumps_are_said(told):
    found = compare_page.answer(ask([told.bac, told.moi], ("2025-Q1", "2025-Q3", "2026-Q1")))
    said = notes(found, "vi")
    texts = "\n".join(note.text for note in said)

    assert reforms(found) == [dt.date(2025, 7, 1)]
    assert "Từ 1/7/2025, Xã Mới gồm Xã Hai, Xã Một." in texts or "Từ 1/7/2025, Xã Mới gồm Xã Một, Xã Hai." in texts
    assert "Quý III năm 2025: còn thiếu số liệu của" in texts
    assert {"reform", "missing"} <= {note.kind for note in said}


def test_a_jump_is_explained_by_a_restatement_or_owned_to_be_unknown(world, file):
    file(world.moi, "2026-Q1", rec__turns=5)
    file(world.moi, "2026-Q2", rec__turns=6)
    file(world.moi, "2026-Q3", rec__turns=600)
    asked = ask([world.moi], ("2026-Q1", "2026-Q2", "2026-Q3"))
    unknown = [note.text for note in notes(compare_page.answer(asked), "vi") if note.kind == "jump"]
    assert unknown[0].startswith("Xã Mới: quý III năm 2026 là 600, quý II năm 2026 là 6.")
    assert "Chưa có giải thích" in unknown[0]

    file(world.moi, "2026-Q3", replace=True, rec__turns=601)
    known = notes(compare_page.answer(asked), "vi")
    assert "Xã Mới báo cáo lại" in next(note.text for note in known if note.kind == "jump")
    assert any(note.kind == "restated" and "(lần 2)" in note.text for note in known)


@pytest.mark.as_people
def test_what_the_filer_said_of_a_jump_is_quoted():
    with scope.system("test"):
        world = small_country()
        lan, hung = post_of(world.people["lan"]), post_of(world.people["hung"])
    with scope.acting(lan):
        draft = actions.open_draft(form=FORM, unit=world.an, period="2026-Q3", by=lan)
        entry = Entry(CellInput("rec.turns", 600), explanation="Đợt cao điểm đối thoại")
        actions.enter(submission=draft, entries=[entry], by=lan)
        sent = actions.submit(submission=draft, by=lan)
    with scope.acting(hung):
        actions.accept(submission=sent, by=hung)
        said = notes(compare_page.answer(ask([world.an], ("2026-Q2", "2026-Q3"))), "vi")
    assert [note.text for note in said if note.kind == "explained"] == [
        "Xã An giải trình Số lượt tiếp công dân quý III năm 2026: “Đợt cao điểm đối thoại”."
    ]


# The address


def test_the_question_goes_through_an_address_and_back():
    asked = question(
        {"i": ["mod.total--field=*"], "u": ["3", "4"], "below": ["7"], "p": ["2026-Q1", "2025-Q1"], "columns": ["unit"]}
    )
    assert asked.periods == (Period.parse("2025-Q1"), Period.parse("2026-Q1"))
    again: dict[str, list[str]] = {}
    for name, value in asked.pairs():
        again.setdefault(name, []).append(value)
    assert question(again) == asked


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"p": ["zzz"]}, "Không hiểu mã kỳ"),
        ({"p": ["20260101-20260202"]}, "theo kỳ"),
        ({"u": ["x"]}, "Không có đơn vị số"),
        ({"u": ["9" * 30]}, "Không có đơn vị số"),
        ({"mode": ["x"]}, "mode phải là một trong"),
        ({"columns": ["x"]}, "columns phải là một trong"),
        ({"i": ["mod.total", "zzz"]}, "zzz"),
        ({"i": ["mod.total--field=zzz"]}, "không có giá trị"),
    ],
)
def test_a_bad_address_gets_a_sentence(given, said):
    with pytest.raises((FigureError, CatalogueError), match=said):
        question(given)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"units": tuple(range(1, 300))}, "nhiều nhất 200 đơn vị"),
        ({"periods": tuple(Period("month", 2020 + n // 12, n % 12 + 1) for n in range(30))}, "nhiều nhất 24 kỳ"),
        ({"lines": ()}, "ít nhất một chỉ tiêu"),
    ],
)
def test_too_much_and_nothing_get_a_sentence(told, more, said):
    asked = replace(ask([told.bon], ("2026-Q1",)), **more)
    with pytest.raises(FigureError, match=said):
        compare_page.answer(asked)


# The scope


@pytest.mark.as_people
def test_another_reader_sees_what_their_scope_allows_and_is_told():
    with scope.system("test"):
        world = small_country()
        for unit, turns in ((world.an, 5), (world.cuu, 7)):
            actions.file_submission(
                form=FORM, unit=unit, period="2026-Q1", cells=[CellInput("rec.turns", turns)], by="test"
            )
        hung, nga = post_of(world.people["hung"]), post_of(world.people["nga"])
    asked = ask([world.an, world.cuu], ("2026-Q1",))
    with scope.acting(hung):
        found = compare_page.answer(asked)
    assert [ref.name for ref in found.units] == ["Xã An"]
    assert found.untold == ["1 đơn vị của câu hỏi này nằm ngoài phạm vi của Tỉnh Bắc nên không được nêu ở đây."]
    with scope.acting(nga), pytest.raises(FigureError, match="ngoài phạm vi của Tỉnh Nam"):
        compare_page.answer(ask([world.an], ("2026-Q1",)))
