"""What one was told, and who did what, on screen."""

from __future__ import annotations

import pytest

from danvan.access.models import Notice
from danvan.access.notices import notify
from danvan.access.tests.cast import small_country
from danvan.access.tests.stage import staged
from danvan.audit import actions as audit

pytestmark = pytest.mark.django_db


world = staged(small_country)


def test_a_notice_is_read_and_leads_to_what_it_tells_of(world, as_person):
    mai = world.people["mai"]
    notify(persons=[mai], kind="returned", sentence="Báo cáo quý III bị trả lại", link="/filing/")
    browser = as_person(mai)

    page = browser.get("/notices/")
    assert "Báo cáo quý III bị trả lại" in page.content.decode()
    one = Notice.objects.get(person=mai)
    answer = browser.post(f"/notices/{one.pk}/")

    assert (answer.status_code, answer["Location"]) == (302, "/filing/")
    one.refresh_from_db()
    assert one.seen_at is not None


def test_somebody_elses_notice_is_not_there(world, as_person):
    notify(persons=[world.people["mai"]], kind="returned", sentence="riêng của Mai")
    one = Notice.objects.get(person=world.people["mai"])
    browser = as_person(world.people["nga"])

    assert "riêng của Mai" not in browser.get("/notices/").content.decode()
    assert browser.post(f"/notices/{one.pk}/").status_code == 404


def test_all_are_marked_as_seen_at_once(world, as_person):
    for n in range(3):
        notify(persons=[world.people["mai"]], kind="reminder", sentence=f"nhắc {n}")
    as_person(world.people["mai"]).post("/notices/seen/")

    assert not Notice.objects.filter(person=world.people["mai"], seen_at=None).exists()


def test_a_leader_reads_the_trail_of_own_units_and_a_neighbour_does_not_see_it(world, as_person):
    audit.record(by="Mai, Xã An", verb="figures.submit", label="Báo cáo quý III của An", unit=world.an.pk)

    assert "Báo cáo quý III của An" in as_person(world.people["tuan"]).get("/trail/").content.decode()
    assert "Báo cáo quý III của An" not in as_person(world.people["nga"]).get("/trail/").content.decode()


def test_who_is_not_entitled_is_told_who_is(world, as_person):
    answer = as_person(world.people["mai"]).get("/trail/")

    assert answer.status_code == 403
    assert "Lãnh đạo" in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "status", "found"),
    [
        ("q=mai", 200, True),
        ("q=khong-co", 200, False),
        ("verb=figures.submit", 200, True),
        ("verb=figures.accept", 200, False),
        ("since=1/1/2020", 200, True),
        ("until=1/1/2020", 200, False),
        ("since=zzz", 422, True),
        ("before=abc", 200, True),
        ("verb='; drop", 200, True),
    ],
)
def test_the_trail_is_searched(world, as_person, asked, status, found):
    audit.record(by="Mai, Xã An", verb="figures.submit", label="Báo cáo quý III của An", unit=world.an.pk)
    answer = as_person(world.people["tuan"]).get(f"/trail/?{asked}")

    assert answer.status_code == status
    assert ("Báo cáo quý III của An" in answer.content.decode()) is found
