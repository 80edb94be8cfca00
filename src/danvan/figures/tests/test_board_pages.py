"""The board on screen: who may look, what it says, reminding from it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from danvan.access import scope
from danvan.access.models import Notice
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.figures import actions
from danvan.figures.actions import CellInput
from danvan.figures.views.board import grouped
from danvan.units import actions as units
from danvan.units.models import Unit

pytestmark = pytest.mark.django_db


@staged
def world():
    made = small_country()
    with scope.acting(post_of(made.people["lan"])) as lan:
        made.sent = actions.file_submission(
            form="dan_van", unit=made.an, period="2026-Q3", cells=[CellInput("rec.turns", 3)], by=lan, accepted=False
        )
    return made


def page(browser, world, unit="bac", period="2026-Q3", more=""):
    return browser.get(f"/board/dan_van/{getattr(world, unit).pk}/{period}/{more}")


def test_the_board_begins_with_the_period_that_ended_last(world, as_person):
    answer = as_person(world.people["hung"]).get("/board/")

    assert answer.status_code == 302
    assert f"/board/dan_van/{world.bac.pk}/" in answer["Location"]


def test_it_says_in_one_sentence_how_it_stands(world, as_person):
    text = page(as_person(world.people["hung"]), world).content.decode()

    assert "1 trên 2 đơn vị đã gửi" in text
    assert "chờ xem xét" in text
    assert "Xã Bình" in text


@pytest.mark.parametrize(
    ("who", "unit", "status"),
    [
        ("hung", "bac", 200),
        ("xem", "bac", 200),
        ("son", "country", 200),
        ("son", "bac", 200),
        ("mai", "an", 200),
        ("mai", "bac", 403),
        ("nga", "bac", 403),
    ],
)
def test_who_may_look(world, as_person, who, unit, status):
    assert page(as_person(world.people[who]), world, unit).status_code == status


@pytest.mark.parametrize("period", ["zzz", "2026-Q9", "20260101-20260203", "1901-Q1"])
def test_a_period_that_cannot_be_is_said(world, as_person, period):
    assert page(as_person(world.people["hung"]), world, period=period).status_code == 404


def test_a_unit_younger_than_the_period_has_a_board_of_nobody(world, as_person):
    units.establish(name="Xã Mới", level="commune", parent=world.bac, on=dt.date(2026, 7, 1), by="kiểm thử")
    new = Unit.objects.latest("pk")
    answer = as_person(world.people["hung"]).get(f"/board/dan_van/{new.pk}/2026-Q1/")
    assert answer.status_code == 200
    assert "Xã Mới" in answer.content.decode()


def test_a_form_that_is_not_there_is_said(world, as_person):
    assert as_person(world.people["hung"]).get(f"/board/khong_co/{world.bac.pk}/2026-Q3/").status_code == 404


def test_the_state_filters(world, as_person):
    browser = as_person(world.people["hung"])

    assert "Xã Bình" not in page(browser, world, more="?state=submitted").content.decode()
    assert page(browser, world, more="?state=zzz&from=abc").status_code == 200


def test_the_board_is_taken_away_as_a_file(world, as_person):
    answer = page(as_person(world.people["hung"]), world, more="table.csv")
    written = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert written[0].startswith("Đơn vị;Mã;quý III năm 2026: tình hình;")
    assert any(line.startswith("Xã An;") and "đã gửi, chờ xem xét" in line for line in written)
    assert written[-1] == "Số dòng;2"


def test_a_reviewer_reminds_from_the_board(world, as_person):
    browser = as_person(world.people["hung"])
    answer = browser.post(f"/board/dan_van/{world.bac.pk}/2026-Q3/remind/", {"unit": [world.binh.pk, "x", "9" * 30]})

    assert answer.status_code == 302
    assert Notice.objects.filter(kind="reminder", unit=world.binh).count() == 1


@pytest.mark.parametrize(("who", "status"), [("xem", 403), ("nga", 403), ("mai", 403)])
def test_who_may_not_remind(world, as_person, who, status):
    answer = as_person(world.people[who]).post(
        f"/board/dan_van/{world.bac.pk}/2026-Q3/remind/", {"unit": [world.binh.pk]}
    )

    assert answer.status_code == status
    assert not Notice.objects.filter(kind="reminder").exists()


@pytest.mark.parametrize(("language", "said"), [("vi", "3.321"), ("en", "3,321"), ("vi", "12")])
def test_many_units_are_grouped_in_threes(language, said):
    with translation.override(language):
        assert grouped(int(said.replace(".", "").replace(",", ""))) == said
