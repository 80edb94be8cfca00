"""Without a map the commands say how to get one; a map with holes is not loaded."""

from __future__ import annotations

import argparse
import json
from argparse import Namespace
from dataclasses import replace

import pytest

from danvan.units import commands
from danvan.units.loading import sources
from danvan.units.models import Unit
from danvan.units.tests.places import found

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(commands.units, {"on": "2025-07-01", "under": None, "level": None}), (commands.lineage, {"level": None})],
)
def test_without_a_map_a_command_says_how_to_load_one(capsys, command, arguments):
    assert command(Namespace(json=True, **arguments)) == 2
    assert "Chưa có bản đồ; hãy nạp bằng lệnh: danvan load-map" in capsys.readouterr().err


@pytest.fixture(scope="module")
def packages():
    return sources.read()


def broken(packages, **change):
    return replace(packages, **{name: edit(getattr(packages, name)) for name, edit in change.items()})


HOLES = {
    "Xã, phường cũ không có trong bảng chuyển đổi nào": {"becomes": lambda d: dict(list(d.items())[1:])},
    "Khoá trong bảng chuyển đổi không có trong bản đồ": {"divided": lambda d: {**d, "tinhx_huyeny_xaz": []}},
    "Khoá hoặc mã bị trùng trong bản đồ mới": {"new": lambda places: [*places, places[-1]]},
    "Tỉnh cũ không về đúng một tỉnh mới": {
        "provinces": lambda d: {**d, "tinhcaobang": [*d["tinhcaobang"], "tinhbackan"]}
    },
    "Xã, phường mới không có đơn vị tiền thân": {
        "new": lambda places: [*places, replace(places[-1], key="tinhcaobang_xax", code="99999", name="Xã X")]
    },
}


@pytest.mark.parametrize("title", HOLES)
def test_a_hole_in_the_packages_stops_the_load(monkeypatch, capsys, packages, title):
    data = broken(packages, **HOLES[title])
    monkeypatch.setattr(sources, "read", lambda: data)

    assert commands.load_map(Namespace()) == 2
    said = capsys.readouterr().err
    assert "bản đồ chưa được nạp" in said
    assert title in said
    assert Unit.objects.count() == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--on 1/7/2025 --under=", "không có đơn vị nào mang mã “”"),
        ("--on 1/7/2025 --under 99999", "không có đơn vị nào mang mã “99999”"),
        ("--on 1/7/2025 --level province", "hãy ghi cả hai"),
        ("--on 1/1/2019", "nằm ngoài bản đồ"),
        ("--on 20250701", "Không hiểu ngày “20250701”. Viết như 2026-02-10 hoặc 10/2/2026."),
        ("--on 30/2/2025", "Không có ngày “30/2/2025” trong lịch"),
        ("--on 1/7/2025 --under 01", "hãy chọn cấp: Tỉnh Đông Hà (--level province); Xã Một (--level commune)"),
        ("--on 1/7/2025 --under 01 --level district", "không có đơn vị nào mang mã “01”"),
    ],
)
def test_what_cannot_be_listed_gets_a_sentence(land, capsys, words, says):
    found("Xã Một", "commune", land.west, code="01")

    assert listed(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err


def test_a_code_of_two_levels_is_listed_by_its_level(land, capsys):
    found("Xã Một", "commune", land.west, code="01")

    assert listed("--on 1/7/2025 --under 01 --level province --json") == 0
    names = [json.loads(line)["name"] for line in capsys.readouterr().out.splitlines()]
    assert {"Xã An Hòa", "Xã Bình Hòa"} <= set(names)
    assert "Xã Một" not in names


def listed(words):
    parser = argparse.ArgumentParser()
    commands.units_arguments(parser)
    return commands.units(parser.parse_args(words.split()))
