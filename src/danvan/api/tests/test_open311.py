"""Open311 as the specification has it: formats, faults, limits, and nothing told that is not public."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client as Browser
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from danvan.access import scope
from danvan.access.tests.cast import small_country
from danvan.access.tests.stage import staged
from danvan.api import actions
from danvan.casework.actions import citizens
from danvan.casework.models import Matter

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]
V2 = "/open311/v2"
TEXT = "Rác thải đổ ven đường liên thôn đã nhiều ngày"


@staged
def world():
    made = small_country()
    made.client, made.key = actions.add_client(unit=made.bac, name="Tổng đài tỉnh", by="t")
    return made


@pytest.fixture
def web():
    return Browser()


def hand_in(web, world, fmt="json", **more):
    said = {
        "api_key": world.key,
        "service_code": "environment",
        "description": TEXT,
        "address_string": "Xóm Đông",
        "jurisdiction_id": world.an.pk,
        **more,
    }
    return web.post(f"{V2}/requests.{fmt}", {name: value for name, value in said.items() if value is not None})


def test_services_come_in_both_formats(web, world):
    rows = web.get(f"{V2}/services.json").json()
    tree = etree.fromstring(web.get(f"{V2}/services.xml").content)

    assert {row["service_code"] for row in rows} >= {"land", "environment"}
    assert [one.findtext("service_code") for one in tree.findall("service")] == [row["service_code"] for row in rows]
    assert rows[0]["metadata"] is True
    assert tree.find("service").findtext("metadata") == "true"
    assert web.get(f"{V2}/services.xml").headers["Content-Type"] == "text/xml; charset=utf-8"
    assert web.get(f"{V2}/services/land.json").json()["attributes"][0]["code"] == "hamlet"
    assert web.get(f"{V2}/services/nothing.json").status_code == 404


def test_discovery_names_the_endpoint(web, world):
    told = web.get(f"{V2}/discovery.json").json()

    assert told["endpoints"][0]["url"].endswith(V2)
    assert (
        etree.fromstring(web.get(f"{V2}/discovery.xml").content).find("endpoints/endpoint/formats/format") is not None
    )


def test_a_report_is_handed_in_and_read_back_without_its_words(web, world):
    answer = hand_in(web, world, **{"attribute[hamlet]": "Xóm Đông", "phone": "0912345678", "first_name": "An"})
    assert answer.status_code == 201, answer.content
    number = answer.json()[0]["service_request_id"]
    (row,) = web.get(f"{V2}/requests/{number}.json").json()

    assert (row["status"], row["service_code"], row["description"], row["lat"]) == ("open", "environment", None, None)
    assert row["requested_datetime"].endswith("+07:00")
    assert row["expected_datetime"]
    with scope.system("test"):
        matter = Matter.objects.get()
    assert (matter.unit_id, matter.type, matter.text) == (world.an.pk, "reflection", TEXT)
    assert matter.code not in str(row)
    assert web.get(f"{V2}/requests.json").json() == []  # nothing is public yet
    with scope.system("test"):
        Matter.objects.filter(pk=matter.pk).update(public=True, public_text="Đã dọn.")
    (row,) = web.get(f"{V2}/requests.json", {"jurisdiction_id": world.an.pk}).json()
    assert (row["service_request_id"], row["status_notes"]) == (number, "Đã dọn.")
    assert web.get(f"{V2}/tokens/{number}.json").json()[0]["service_request_id"] == number


def test_the_same_request_of_a_program_sent_again_is_one(web, world):
    first, second = (hand_in(web, world, account_id="tong-dai-17").json()[0]["service_request_id"] for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": "wrong"}, 403, "api_key"),
        ({"service_code": None}, 400, "service_code was not provided"),
        ({"service_code": "nothing"}, 404, "not found"),
        ({"address_string": None}, 400, "a location is needed"),
        ({"address_string": None, "lat": "21.0"}, 400, "a location is needed"),
        ({"lat": "21.0"}, 400, "belong together"),
        ({"lat": "91", "long": "105"}, 400, "between -90 and 90"),
        ({"lat": "nan", "long": "105"}, 400, "between -90 and 90"),
        ({"description": None}, 400, "description was not provided"),
        ({"description": "x" * 4001}, 400, "4000"),
        ({"jurisdiction_id": "999999"}, 404, "jurisdiction_id"),
        ({"phone": "abc"}, 400, "điện thoại"),
    ],
    ids=lambda one: str(one)[:40],
)
@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_what_is_wrong_is_said_in_the_format_asked_for(web, world, given, status, says, fmt):
    answer = hand_in(web, world, fmt, **given)

    assert answer.status_code == status
    if fmt == "json":
        assert any(says in one["description"] for one in answer.json())
    else:
        assert says in " ".join(one.text or "" for one in etree.fromstring(answer.content).iter("description"))


def test_a_program_writes_to_its_own_unit_and_those_below(web, world):
    assert hand_in(web, world, jurisdiction_id=world.cuu.pk).status_code == 400
    with scope.system("test"):
        actions.end_client(client=world.client, by="t")
    assert hand_in(web, world).status_code == 403


def test_lists_are_of_ninety_days_and_closed_or_open(web, world):
    with scope.system("test"):
        for _ in range(2):
            citizens.say(unit=world.an.pk, matter_type="reflection", text=TEXT)
        Matter.objects.update(public=True, public_text="Xong.")
    assert len(web.get(f"{V2}/requests.json").json()) == 2
    assert web.get(f"{V2}/requests.json", {"status": "closed"}).json() == []
    assert len(web.get(f"{V2}/requests.json", {"status": "open,closed", "jurisdiction_id": ""}).json()) == 2
    now = timezone.now()
    ahead = {"start_date": (now + dt.timedelta(1)).isoformat(), "end_date": (now + dt.timedelta(2)).isoformat()}
    assert web.get(f"{V2}/requests.json", ahead).json() == []
    assert web.get(f"{V2}/requests.json", {"status": "lost"}).status_code == 400
    long = {"start_date": "2020-01-01T00:00:00Z", "end_date": "2021-01-01T00:00:00Z"}
    assert web.get(f"{V2}/requests.json", long).status_code == 400


def test_a_zero_in_a_code_finds_nothing(web, world):
    hand_in(web, world)
    assert web.get(f"{V2}/requests.json", {"service_code": "land\0,environ\0ment"}).json() == []


def test_complaints_and_denunciations_never_pass_here(web, world):
    with scope.system("test"):
        said = citizens.say(unit=world.an.pk, matter_type="complaint", text=TEXT, person={"name": "A", "address": "B"})
        Matter.objects.update(public=True, public_text="Xong.")
    number = f"{said.origin_id}-{said.book_year}-{said.book_number}"

    assert web.get(f"{V2}/requests.json").json() == []
    assert web.get(f"{V2}/requests/{number}.json").status_code == 404


@given(number=st.text(max_size=30), start=st.text(max_size=30), jurisdiction=st.text(max_size=12))
@settings(max_examples=40)
def test_no_question_breaks_it(number, start, jurisdiction):
    web = Browser(raise_request_exception=True)
    given_ = {"service_request_id": number, "start_date": start, "jurisdiction_id": jurisdiction, "status": start}

    assert web.get(f"{V2}/requests.json", given_).status_code in (200, 400, 404)
    assert web.get(f"{V2}/requests.xml", given_).status_code in (200, 400, 404)
