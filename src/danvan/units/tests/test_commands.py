"""Without a map the commands say how to get one; a map with holes is not loaded."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

import pytest

from danvan.units import commands
from danvan.units.loading import sources
from danvan.units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(commands.units, {"on": "2025-07-01", "under": None}), (commands.lineage, {"level": None})],
)
def test_without_a_map_a_command_says_how_to_load_one(capsys, command, arguments):
    assert command(Namespace(json=True, **arguments)) == 1
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

    assert commands.load_map(Namespace()) == 1
    said = capsys.readouterr().err
    assert "bản đồ chưa được nạp" in said
    assert title in said
    assert Unit.objects.count() == 0
