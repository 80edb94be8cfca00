"""The tree of a day and the lineage between days, at a constant number of queries."""

from __future__ import annotations

from decimal import Decimal

import pytest

from danvan.units import actions, queries
from danvan.units.actions import Founding, Part
from danvan.units.queries import Flow
from danvan.units.tests.places import BY, START, Level, day, found

pytestmark = pytest.mark.django_db


def names(versions):
    return [version.name for version in versions]


def test_the_tree_of_a_day(land):
    assert names(queries.subtree(land.west, day(7))) == ["Tỉnh Tây Hà", "Huyện Mai Sơn", "Thị trấn Đông"]
    assert names(queries.children(land.east, day(7), level=Level.COMMUNE))[0] == "Xã An Hòa"
    assert names(queries.ancestors(land.dong, day(7))) == ["Việt Nam", "Tỉnh Tây Hà", "Huyện Mai Sơn"]
    assert queries.subtree(land.west, day(7, year=2019)) == []
    assert queries.country(day(7)).unit == land.country
    assert queries.first_day() == START
    assert names(queries.with_code("00001", day(7))) == ["Xã An Hòa"]
    assert queries.with_code("00001", day(7), level=Level.PROVINCE) == []
    assert queries.on(day(7)).count() == 9


def test_a_tree_without_a_level_is_bridged(land):
    tree = queries.tree(land.country, day(7), levels=[Level.PROVINCE, Level.COMMUNE])

    by_id = {node.unit_id: node for node in tree}
    assert by_id[land.dong.pk].parent_id == land.west.pk
    assert by_id[land.east.pk].parent_id == land.country.pk
    assert by_id[land.country.pk].parent_id is None
    assert land.mai.pk not in by_id
    assert land.mot.pk not in by_id


def test_a_unit_that_goes_on_flows_into_itself(land):
    assert queries.lineage_forward([land.an], day(1), day(7)) == [Flow(land.an.pk, land.an.pk, Decimal(1), True)]


def test_mergers_compose_and_stay_exact(land):
    first = actions.merge(units=[land.an, land.binh], into=Founding(name="Xã Hòa Bình"), on=day(3), by=BY)
    second = actions.merge(units=[first], into=land.cuong, on=day(5), by=BY)

    assert queries.lineage_forward([land.an, land.binh], day(1), day(7)) == [
        Flow(land.an.pk, second.pk, Decimal(1), True),
        Flow(land.binh.pk, second.pk, Decimal(1), True),
    ]
    assert queries.lineage_back([second], day(7), day(4)) == [
        Flow(second.pk, second.pk, Decimal(1), True),
        Flow(first.pk, second.pk, Decimal(1), True),
    ]
    assert queries.lineage_forward([land.an], day(5), day(7)) == []


def test_shares_are_multiplied_and_unknown_ones_stay_unknown(land):
    new, _ = actions.split(
        unit=land.cuong,
        parts=[Part(to=Founding(name="Phường Một"), share=Decimal("0.4"), basis="số hộ"), Part(to=land.binh)],
        on=day(3),
        by=BY,
    )
    actions.split(
        unit=new, parts=[Part(to=land.an, share=Decimal("0.5"), basis="số hộ")], remains=True, on=day(5), by=BY
    )

    assert set(queries.lineage_forward([land.cuong], day(1), day(7))) == {
        Flow(land.cuong.pk, land.an.pk, Decimal("0.2"), False),
        Flow(land.cuong.pk, new.pk, Decimal("0.2"), False),
        Flow(land.cuong.pk, land.binh.pk, None, False),
    }


def test_a_dissolved_unit_flows_nowhere(land):
    actions.dissolve(unit=land.mot, on=day(5), by=BY)

    assert queries.lineage_forward([land.mot], day(1), day(7)) == []


def test_a_restatement_names_every_unit_below(land):
    new = actions.merge(units=[land.east, land.west], into=Founding(name="Tỉnh Hà", code="01"), on=day(7), by=BY)
    actions.merge(units=[land.an, land.binh], into=Founding(name="Xã Hòa Bình"), on=day(7), by=BY)

    flows = queries.restatement(new, day(6), day(8))

    whole = {(flow.old_unit_id, queries.version_on(flow.new_unit_id, day(8)).name) for flow in flows}
    assert whole == {
        (land.east.pk, "Tỉnh Hà"), (land.west.pk, "Tỉnh Hà"), (land.mai.pk, "Huyện Mai Sơn"),
        (land.an.pk, "Xã Hòa Bình"), (land.binh.pk, "Xã Hòa Bình"), (land.cuong.pk, "Phường Cường Thịnh"),
        (land.dong.pk, "Thị trấn Đông"), (land.mot.pk, "Thôn Một"),
    }  # fmt: skip
    assert all(flow.exact and flow.share == 1 for flow in flows)


def test_a_restatement_backwards_is_refused(land):
    with pytest.raises(ValueError, match="forwards in time"):
        queries.restatement(land.east, day(8), day(6))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đông Hà", ["Tỉnh Đông Hà"]),
        ("tinh dong ha", ["Tỉnh Đông Hà"]),
        ("TT. Đông", ["Thị trấn Đông"]),
        ("xã Đông", []),
        ("Hoà Bình", []),
        ("An Hoà", ["Xã An Hòa"]),
        ("", []),
        ("'; DROP TABLE units_unit", []),
    ],
)
def test_a_name_in_a_text_finds_its_unit(land, text, expected):
    assert names(queries.find(text, day(7))) == expected


def test_a_name_that_two_bear_finds_both(land):
    found("Phường An Hòa", Level.COMMUNE, land.mai)
    found("Xã An Hoa", Level.COMMUNE, land.mai)

    assert names(queries.find("An Hòa", day(7))) == ["Phường An Hòa", "Xã An Hòa"]
    assert set(names(queries.find("an hoa", day(7)))) == {"Xã An Hoa"}
    assert set(names(queries.find("AN HÓA", day(7)))) == {"Phường An Hòa", "Xã An Hòa", "Xã An Hoa"}
    assert names(queries.find("An Hòa", day(7), within=land.east)) == ["Xã An Hòa"]
    assert names(queries.find("xã An Hòa", day(7))) == ["Xã An Hòa"]
    assert queries.find("An Hòa", day(7), level=Level.PROVINCE) == []


READS = {
    "subtree": (1, lambda land, unit: queries.subtree(unit, day(8))),
    "path": (1, lambda land, unit: queries.path(land.mot, day(8))),
    "children": (1, lambda land, unit: queries.children(unit, day(8))),
    "tree": (1, lambda land, unit: queries.tree(unit, day(8))),
    "restatement": (1, lambda land, unit: queries.restatement(unit, day(1), day(8))),
    "lineage_forward": (1, lambda land, unit: queries.lineage_forward([unit], day(1), day(8))),
    "lineage_back": (1, lambda land, unit: queries.lineage_back([unit], day(8), day(1))),
    "edges": (1, lambda land, unit: queries.edges()),
    "history": (2, lambda land, unit: queries.history(unit)),
    "find": (2, lambda land, unit: queries.find("Thêm", day(8), within=unit)),
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("read", READS)
def test_a_read_costs_the_same_whatever_it_finds(land, django_assert_num_queries, read, rows):
    for _ in range(rows):
        found("Xã Thêm", Level.COMMUNE, land.east, on=day(2))
    for number in range(rows - 1):
        actions.rename(unit=land.an, name=f"Xã An Hòa {number}", on=day(3 + number), by=BY)
    count, run = READS[read]

    with django_assert_num_queries(count):
        run(land, land.east)
