"""The real map as the packages give it: loaded once for this file, each test in a savepoint of its own."""

from __future__ import annotations

import datetime as dt
import json
from argparse import Namespace
from collections import Counter, defaultdict

import pytest

from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.units import commands, queries
from danvan.units.loading import plan, sources
from danvan.units.loading.load import load_map
from danvan.units.models import Succession, Unit, UnitVersion

pytestmark = pytest.mark.xdist_group("map")  # one load for all of them

LAST, FIRST = dt.date(2025, 6, 30), dt.date(2025, 7, 1)


@staged
def report():
    return load_map(by="kiểm thử")


@pytest.fixture(autouse=True)
def _loaded(report):
    """For all of them."""


def levels(day):
    return Counter(queries.on(day).values_list("level", flat=True))


def run(command, capsys, **arguments):
    status = command(Namespace(**{"json": True, "under": None, "level": None, **arguments}))
    out, err = capsys.readouterr()
    return status, [json.loads(line) for line in out.splitlines()], err


def test_the_old_and_the_new_map_are_whole():
    assert levels(LAST) == {"country": 1, "province": 63, "district": 696, "commune": 10_035}
    assert levels(FIRST) == {"country": 1, "province": 34, "commune": 3_321}
    assert levels(dt.date(2025, 1, 1)) == levels(LAST)


@pytest.mark.parametrize("day", [dt.date(2008, 8, 1), LAST, FIRST, dt.date(2026, 5, 1)])
def test_every_unit_is_reached_from_the_root(day):
    tree = queries.tree(queries.country(day), day)

    assert Counter(node.level for node in tree) == levels(day)


def test_every_old_commune_and_province_has_successors_and_every_new_one_predecessors():
    old = set(queries.on(LAST).filter(level__in=["commune", "province"]).values_list("unit", flat=True))
    new = set(queries.on(FIRST).filter(level__in=["commune", "province"]).values_list("unit", flat=True))

    flows = queries.restatement(queries.country(FIRST), LAST, FIRST)

    assert old <= {flow.old_unit_id for flow in flows}
    assert new <= {flow.new_unit_id for flow in flows}


def test_any_flow_over_undivided_communes_is_conserved_to_the_unit():
    """Each old commune reports its own odd number; what arrives is what left, commune by commune and in all."""
    communes = list(queries.on(LAST).filter(level="commune").values_list("unit", flat=True))
    reported = {unit: 7 * number + 1 for number, unit in enumerate(communes)}
    divided = set(Succession.objects.filter(kind="split").values_list("predecessor", flat=True))

    arrived = defaultdict(int)
    for flow in queries.lineage_forward(communes, LAST, FIRST):
        assert flow.exact == (flow.old_unit_id not in divided)
        assert flow.share == (1 if flow.exact else None)
        if flow.exact:
            arrived[flow.new_unit_id] += reported[flow.old_unit_id] * flow.share

    assert len(divided) == 471
    assert sum(arrived.values()) == sum(count for unit, count in reported.items() if unit not in divided)
    below = {version.unit_id for version in queries.on(FIRST).filter(level="commune")}
    assert set(arrived) <= below


def test_each_new_province_is_made_of_the_communes_of_its_old_provinces():
    level = dict(queries.on(LAST).values_list("unit", "level"))
    for province in queries.on(FIRST).filter(level="province"):
        old = {flow.old_unit_id for flow in queries.restatement(province, LAST, FIRST)}
        communes = {unit for unit in old if level[unit] == "commune"}
        assert communes == {
            node.unit_id
            for unit in old
            if level[unit] == "province"
            for node in queries.tree(unit, LAST, levels=["commune"])[1:]
        }


def test_bac_kan_and_thai_nguyen_became_thai_nguyen():
    (new,) = queries.find("tỉnh Thái Nguyên", FIRST)

    steps = queries.history(new).predecessors
    assert [(step.predecessor_name, step.kind, step.share) for step in steps] == [
        ("Tỉnh Bắc Kạn", "whole", 1),
        ("Tỉnh Thái Nguyên", "whole", 1),
    ]
    assert new.unit_id != queries.find("tỉnh Thái Nguyên", LAST)[0].unit_id


def test_an_unchanged_province_and_commune_stay_the_same_unit():
    (hanoi,) = queries.find("Hà Nội", FIRST, level="province")

    assert [v.during.lower for v in queries.history(hanoi).versions] == [plan.START, FIRST]
    same = set(queries.on(LAST).values_list("unit", "level")) & set(queries.on(FIRST).values_list("unit", "level"))
    assert Counter(level for _, level in same) == {"country": 1, "province": 11, "commune": 124}


def test_a_code_was_reused_for_another_unit():
    (before,), (after,) = queries.with_code("24", LAST, "province"), queries.with_code("24", FIRST, "province")

    assert (before.name, after.name) == ("Tỉnh Bắc Giang", "Tỉnh Bắc Ninh")
    assert before.unit_id != after.unit_id


def test_the_type_word_is_written_as_it_should_be():
    names = [version.name for version in queries.on(LAST)]

    assert "Thành phố Bắc Kạn" in names
    assert not [name for name in names if name != " ".join(name.split())]


def test_an_island_district_without_communes_became_a_special_zone():
    (zone,) = queries.find("đặc khu Lý Sơn", FIRST)

    (step,) = queries.history(zone).predecessors
    assert (step.predecessor_name, step.level, step.kind) == ("Huyện Lý Sơn", "district", "whole")
    others = queries.on(LAST).filter(level="district").exclude(unit__successions__isnull=False)
    assert others.count() == 696 - 5


def test_dated_renamings_of_the_project_are_cut_in():
    names = [version.name for version in queries.history(queries.with_code("75", FIRST, "province")[0]).versions]
    hue = [version.name for version in queries.history(queries.with_code("46", FIRST, "province")[0]).versions]

    assert names == ["Tỉnh Đồng Nai", "Thành phố Đồng Nai"]
    assert hue == ["Tỉnh Thừa Thiên Huế", "Thành phố Huế", "Thành phố Huế"]


def test_the_load_leaves_one_event_and_a_second_load_changes_nothing(report):
    counts = [model.objects.count() for model in (Unit, UnitVersion, Succession, Event)]

    again = load_map(by="kiểm thử")

    assert report.loaded
    assert not again.loaded
    assert list(again.lines()) == ["Bản đồ đã được nạp trước đó; không thay đổi gì."]
    assert [model.objects.count() for model in (Unit, UnitVersion, Succession, Event)] == counts
    assert Event.objects.filter(verb="units.load_map").count() == 1


def test_the_report_names_each_disagreement_and_choice(report):
    said = "\n".join(report.lines())

    for words in (
        " 10.035  xã, phường, thị trấn",
        "Mã khác nhau giữa hai gói",
        "Phường Cửa Nam: 00082 / 00073",
        "Huyện không có xã trong bản đồ cũ",
        "Phường Việt Hòa: cột ghi “Xã”",
        "coi như có từ 01/08/2008",
        "10 xã thành phường",
        "CHƯA kiểm chứng",
    ):
        assert words in said or any(words in example for finding in report.findings for example in finding.found), words


def test_where_codes_differ_the_chosen_one_belonged_to_a_predecessor():
    data = sources.read()
    before = defaultdict(set)
    for edge in queries.edges(from_day=FIRST, to_day=FIRST):
        before[edge.successor_id].add(edge.predecessor_code)

    foreign = [v.name for v in queries.on(FIRST).filter(level="commune") if v.code not in before[v.unit_id]]
    assert len(foreign) == 5  # the special zones that were districts: their code is new
    assert len(data.listed) == 3_321


def test_units_lists_a_day_as_json(capsys):
    status, rows, _ = run(commands.units, capsys, on="2025-07-01", under="19")

    assert status == 0
    assert {row["level"] for row in rows} == {"commune"}
    assert {row["parent_code"] for row in rows} == {"19"}
    assert len(rows) == len(queries.children(queries.with_code("19", FIRST)[0], FIRST)) == 92
    assert {row["from"] for row in rows} == {"2025-07-01"}


def test_units_lists_the_whole_country(capsys):
    status, rows, _ = run(commands.units, capsys, on="2025-06-30")

    assert status == 0
    assert Counter(row["level"] for row in rows) == levels(LAST)
    first = rows[0]
    assert (first["name"], first["parent_code"]) == ("Việt Nam", None)
    assert {row["to"] for row in rows if row["level"] == "district"} == {"2025-07-01"}


def test_lineage_covers_every_old_commune(capsys):
    status, rows, _ = run(commands.lineage, capsys)

    assert status == 0
    at_reform = [row for row in rows if row["day"] == "2025-07-01"]
    communes = [row for row in at_reform if row["level"] == "commune"]
    old = set(queries.on(LAST).filter(level="commune").values_list("code", flat=True))
    assert {row["predecessor_code"] for row in communes} == old
    assert {row["predecessor_code"] for row in at_reform if row["level"] == "province"} == set(
        queries.on(LAST).filter(level="province").values_list("code", flat=True)
    )
    assert all(row["share"] == (1 if row["kind"] == "whole" else None) for row in rows)
    assert sum(row["same_unit"] for row in communes) == 124


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"on": "2007-01-01"}, "nằm ngoài bản đồ, vốn bắt đầu từ 01/08/2008"),
        ({"on": "20250630"}, "Không hiểu ngày"),
        ({"on": "2025-07-01", "under": "06"}, "Ngày 01/07/2025 không có đơn vị nào mang mã “06”"),
    ],
)
def test_units_refuses_with_a_reason(capsys, arguments, reason):
    status, rows, err = run(commands.units, capsys, **arguments)

    assert (status, rows) == (2, [])
    assert reason in err


def test_units_for_people_is_a_table(capsys):
    commands.units(Namespace(on="2026-05-01", under="VN", level=None, json=False))

    heading, first, *rest = capsys.readouterr().out.splitlines()
    assert heading.split("  ")[0] == "Mã"
    assert [" ".join(first.split())] == ["01 Thành phố Hà Nội cấp tỉnh VN 01/07/2025"]
    assert len(rest) == 34 + 3_321 - 1
