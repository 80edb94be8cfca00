"""Maps of the units below: who has filed, how much each did; nothing said of who has not reported."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from danvan.lib.dots import fitted
from danvan.narrative.writing import Contribution, Figure, ReportData, Section, report
from danvan.narrative.writing.maps import figure, filing
from danvan.narrative.writing.model import Below
from danvan.narrative.writing.tests.conftest import a_row
from danvan.narrative.writing.tests.conftest import data as _data

data = _data
NAMES = ("Xã An", "Xã Bình <b>", "Xã Cửu", "Xã Đông", "Xã Em", "Xã Gia", "Xã Hòa")


def placed(
    data: ReportData, values: dict[int, int], *, late: tuple[int, ...] = (), total: int | None = None
) -> ReportData:
    """A province of seven communes in a row. values: what each gave, by its place."""
    below = tuple(Below(n, name, n not in late, (21.0 + n / 10, 105.0 + (n % 3) / 10)) for n, name in enumerate(NAMES))
    given = tuple(
        Contribution(NAMES[n], "mod.total", "", "", "mô hình", Figure("value", Decimal(value)), unit_id=n)
        for n, value in values.items()
    )
    row = a_row("mod.total", sum(values.values()) if total is None else total, label="Số mô hình")
    return replace(
        data,
        below=below,
        contributions=given,
        sections=(Section("x", (row,)),),
        missing=tuple(NAMES[n] for n in late),
        expected=len(NAMES),
        filed=len(NAMES) - len(late),
    )


def shapes(svg: str, tag: str) -> list[etree._Element]:
    return [one for one in etree.fromstring(svg.encode()).iter() if etree.QName(one).localname == tag]


def texts(svg: str) -> list[str]:
    return [one.text for one in shapes(svg, "text")]


def test_who_has_not_filed_is_seen_by_shape_and_name(data: ReportData) -> None:
    chart = filing(placed(data, {}, late=(1, 4)))
    assert chart is not None
    assert chart.words == (
        "Bản đồ, tình hình gửi báo cáo quý I năm 2026: 5 đơn vị đã gửi, 2 đơn vị chưa gửi: xã Bình <b>, xã Em."
    )
    assert {"Xã Bình <b>", "Xã Em", "đã gửi (5)", "chưa gửi (2)"} == set(texts(chart.svg))
    hollow = [one for one in shapes(chart.svg, "path") if one.get("fill") == "white"]
    assert len(hollow) == 2 + 1  # and one in the legend


def test_the_area_of_a_dot_is_the_figure_and_those_with_most_are_named(data: ReportData) -> None:
    chart = figure(placed(data, {0: 400, 1: 100, 2: 90, 3: 40, 4: 10, 5: 5, 6: 0}), "mod.total")
    assert chart is not None
    radius = [float(one.get("r")) for one in shapes(chart.svg, "circle")]
    assert radius[0] == pytest.approx(2 * radius[1], rel=0.03)  # four times the area
    assert "nhiều nhất xã An 400, xã Bình <b> 100, xã Cửu 90; 1 đơn vị không có." in chart.words
    assert {"Xã An", "Xã Bình <b>", "Xã Cửu"} <= set(texts(chart.svg))


def test_no_unit_is_named_while_one_has_not_reported_and_its_dot_is_a_cross(data: ReportData) -> None:
    for given_data in (
        placed(data, {0: 9, 1: 8, 2: 7, 3: 2, 4: 1}, late=(5, 6)),
        placed(data, {0: 9, 1: 8, 2: 7, 3: 2, 4: 1}, total=99),
    ):
        chart = figure(given_data, "mod.total")
        assert chart is not None
        assert not set(NAMES) & set(texts(chart.svg))
        assert "2 đơn vị chưa có số liệu" in chart.words
        assert "nhiều nhất" not in chart.words


def test_nothing_is_drawn_of_a_few_units_or_of_places_unknown(data: ReportData) -> None:
    assert filing(data) is None
    few = placed(data, {0: 4, 1: 2})
    assert figure(few, "mod.total") is None
    nowhere = replace(few, below=tuple(replace(one, point=None) for one in few.below))
    assert filing(nowhere) is None
    assert figure(placed(data, dict.fromkeys(range(7), 0)), "mod.total") is None


def test_they_stand_in_the_annex_that_the_outline_asks_for(data: ReportData) -> None:
    written = report(placed(data, {n: n + 1 for n in range(7)}))
    assert [chart.title for chart in written.annexes[1].charts] == ["Số mô hình theo đơn vị (mô hình)"]
    late = report(placed(data, dict.fromkeys(range(6), 1), late=(6,)))
    assert late.annexes[1].charts[0].title == "Tình hình gửi báo cáo quý I năm 2026"


@given(st.lists(st.tuples(st.floats(8, 23), st.floats(102, 110)), min_size=1, max_size=30))
def test_every_dot_lies_within_the_picture_and_north_is_up(points: list[tuple[float, float]]) -> None:
    places = fitted(points, 620, 520, 46)
    assert all(45.9 <= x <= 574.1 and 45.9 <= y <= 474.1 for x, y in places)
    north, south = (
        max(range(len(points)), key=lambda n: points[n][0]),
        min(range(len(points)), key=lambda n: points[n][0]),
    )
    assert places[north][1] <= places[south][1]
