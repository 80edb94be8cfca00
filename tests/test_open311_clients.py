"""Clients of Open311 that others wrote, against the served product: what they read in both formats and hand in."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.cast_site import served_with_cast

_WORLD = """
import json
from danvan.api.actions import add_client
from danvan.casework.actions import citizens
from danvan.casework.models import Matter

_client, key = add_client(unit=world.an, name="Tổng đài", by="t")
citizens.say(unit=world.an.pk, matter_type="reflection", text="Đèn đường hỏng đã hai tuần", field="construction")
Matter.objects.update(public=True, public_text="Đã thay bóng đèn.", title="Đèn đường hỏng")
json.dump({"key": key, "an": str(world.an.pk)}, open("objects.json", "w"))
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    var = Path(tmp_path_factory.mktemp("open311"))
    with served_with_cast(var, _WORLD) as address:
        yield f"{address}/open311/v2", json.loads((var / "objects.json").read_text())


@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_georeport_reads_services_and_requests(served, fmt):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from georeport import GeoReport

    base, known = served
    client = GeoReport(base, jurisdiction=known["an"], output_format=fmt)
    services = client.get_service_list()
    assert {one["service_code"] for one in services} >= {"land", "construction"}
    assert client.get_service_definition("land")["service_code"] == "land"
    found = client.get_service_requests()
    (row,) = found if isinstance(found, list) else [found]  # of one element in XML it makes no list
    assert row["status_notes"] == "Đã thay bóng đèn."
    again = client.get_service_request(row["service_request_id"])
    assert (again[0] if isinstance(again, list) else again)["service_request_id"] == row["service_request_id"]


def test_civicbot_hands_in_a_report_and_reads_it_back(served):
    from civicbot.open311 import Open311Client
    from civicbot.registry import Endpoint

    base, known = served
    client = Open311Client(Endpoint(id="an", name="Xã An", base_url=base, write=True), jurisdiction_id=known["an"])
    sent = client.create_request(
        "environment",
        description="Rác thải đổ ven đường liên thôn",
        address_string="Xóm Đông",
        attributes={"hamlet": "Xóm Đông"},
        api_key=known["key"],
        dry_run=False,
        confirm="SEND",
        validate_remote=True,
    )
    number = sent.response[0]["service_request_id"]
    row = client.get_request(number)

    assert row is not None
    assert (row["service_request_id"], row["status"], row["service_code"]) == (number, "open", "environment")
    assert number not in {one["service_request_id"] for one in client.list_requests()}  # not public
