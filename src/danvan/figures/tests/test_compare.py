from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.figures.catalogue import load
from danvan.figures.compare import Comparability, Lineage, Restated, apportion, compare, restate
from danvan.figures.rollup import (
    NOT_APPLICABLE,
    NOT_DUE,
    NOT_REPORTED,
    Figure,
    Qualifier,
    Rolled,
    State,
    distinct,
    over_units,
    ratio,
    reported,
    roll_up,
)
from danvan.lib.periods import Period

CATALOGUE = load()
FLOW = CATALOGUE["rec.turns"]
RATIO = CATALOGUE["rec.resolution_rate"]
DISTINCT = CATALOGUE["dlg.units_covered"]
GAUGE = next(indicator for indicator in CATALOGUE if indicator.kind.code == "gauge")

EXACT, NOTED, NOT = Comparability.EXACT, Comparability.EXACT_WITH_NOTE, Comparability.NOT_COMPARABLE
ONE, HALF = Decimal(1), Decimal("0.5")
NAMES = {1: "Bắc Kạn", 2: "Thái Nguyên (cũ)", 3: "Xã Ba", 9: "Thái Nguyên", 8: "Lạng Sơn"}


# --- restating ---------------------------------------------------------------------------------------------------


def test_a_merge_is_the_exact_sum() -> None:
    found = restate(FLOW, {1: reported(20), 2: reported(46)}, [(1, 9, ONE), (2, 9, ONE)])
    assert (found[9].figure, found[9].comparability, found[9].complete) == (reported(66), EXACT, True)
    assert [(source.unit, source.share) for source in found[9].sources] == [(1, 1), (2, 1)]


def test_a_merge_with_a_silent_predecessor_says_who() -> None:
    found = restate(FLOW, {1: reported(20)}, [(1, 9, ONE), (2, 9, ONE)])
    assert (found[9].figure, found[9].complete, found[9].missing) == (reported(20), False, (2,))
    found = restate(FLOW, {1: reported(20)}, [(1, 9, ONE), (2, 9, ONE)], expected=[1])
    assert found[9].complete


def test_a_split_without_a_decided_share_is_not_comparable() -> None:
    found = restate(FLOW, {3: reported(7), 1: reported(5)}, [(3, 8, None), (3, 9, None), (1, 9, ONE)], name=NAMES.get)  # type: ignore[arg-type]
    for target in (8, 9):
        assert (found[target].figure, found[target].comparability) == (NOT_REPORTED, NOT)
        assert "Xã Ba được chia" in found[target].reasons[0]
        assert not found[target].complete


@pytest.mark.parametrize("shares", [("0.4", None), ("0.4", "0.5"), ("0.7", "0.7")])
def test_a_split_whose_shares_do_not_make_a_whole_is_not_comparable(shares: tuple[str, str | None]) -> None:
    edges = [(3, target, Decimal(share) if share else None) for target, share in zip((8, 9), shares, strict=True)]
    assert {one.comparability for one in restate(FLOW, {3: reported(7)}, edges).values()} == {NOT}


def test_a_single_edge_for_a_part_is_not_the_whole() -> None:
    assert restate(FLOW, {3: reported(7)}, [(3, 9, Decimal("0.4"))])[9].comparability == NOT


@pytest.mark.parametrize(
    ("value", "shares", "parts"),
    [
        ("2", "0.2 0.8", "0 2"),
        ("1", "0.5 0.5", "1 0"),
        ("100", "0.334 0.333 0.333", "34 33 33"),
        ("7.5", "0.5 0.5", "3.8 3.7"),
        ("-3", "0.5 0.5", "-1 -2"),
        ("5", "1 0", "5 0"),
    ],
)
def test_the_largest_remainder_gets_what_is_left(value: str, shares: str, parts: str) -> None:
    found = apportion(Decimal(value), {number: Decimal(share) for number, share in enumerate(shares.split())})
    assert list(found.values()) == [Decimal(part) for part in parts.split()]


def test_a_decided_split_is_divided_to_the_unit_and_says_so() -> None:
    found = restate(FLOW, {3: reported(7)}, [(3, 8, HALF), (3, 9, HALF)])
    assert (found[8].figure, found[9].figure) == (reported(4), reported(3))
    assert {one.comparability for one in found.values()} == {NOTED}
    assert "50%" in found[8].reasons[0]


def test_a_unit_divided_within_one_province_is_exact_there() -> None:
    found = restate(FLOW, {3: reported(7), 1: reported(5)}, [(3, 9, None), (3, 9, None), (1, 9, ONE)])
    assert (found[9].figure, found[9].comparability) == (reported(12), EXACT)


def test_any_part_of_nothing_is_nothing() -> None:
    found = restate(FLOW, {3: reported(0)}, [(3, 8, None), (3, 9, None)])
    assert {(one.figure, one.comparability) for one in found.values()} == {(reported(0), EXACT)}


@pytest.mark.parametrize("figure", [NOT_APPLICABLE, NOT_DUE])
def test_an_empty_split_unit_does_not_stand_in_the_way(figure: Figure) -> None:
    found = restate(FLOW, {3: figure, 1: reported(5)}, [(3, 8, None), (3, 9, None), (1, 9, ONE)])
    assert (found[9].figure, found[9].comparability, found[9].complete) == (reported(5), EXACT, True)
    assert found[8].figure == figure


def test_ratios_are_restated_by_numerator_and_denominator() -> None:
    found = restate(RATIO, {1: ratio(1, 2), 2: ratio(21, 27)}, [(1, 9, ONE), (2, 9, ONE)])
    assert (found[9].figure, found[9].comparability) == (ratio(22, 29), EXACT)


def test_the_parts_of_a_split_ratio_have_the_same_percentage() -> None:
    found = restate(RATIO, {3: ratio(1, 4)}, [(3, 8, Decimal("0.3")), (3, 9, Decimal("0.7"))])
    assert {one.figure.value for one in found.values()} == {25}
    assert sum(one.figure.denominator or 0 for one in found.values()) == 4


def test_a_bare_percentage_is_carried_over_only_where_nothing_is_added_to_it() -> None:
    found = restate(RATIO, {1: reported(75), 2: reported(75), 3: ratio(1, 2)}, [(1, 8, ONE), (2, 9, ONE), (3, 9, ONE)])
    assert (found[8].figure, found[8].comparability) == (reported(75), EXACT)
    assert (found[9].figure, found[9].complete, found[9].missing) == (ratio(1, 2), False, (2,))


def test_distinct_counts_are_not_carried_over() -> None:
    found = restate(DISTINCT, {1: distinct({11, 12}), 2: distinct({13})}, [(1, 9, ONE), (2, 9, ONE)])
    assert (found[9].figure, found[9].comparability) == (NOT_REPORTED, NOT)
    assert "đếm lại" in found[9].reasons[0]


def test_an_instant_value_follows_a_renamed_unit_only() -> None:
    assert restate(GAUGE, {1: reported(5)}, [(1, 9, ONE)])[9].figure == reported(5)
    assert restate(GAUGE, {1: reported(5), 2: reported(6)}, [(1, 9, ONE), (2, 9, ONE)])[9].comparability == NOT
    assert restate(GAUGE, {3: reported(5)}, [(3, 8, HALF), (3, 9, HALF)])[8].comparability == NOT


def test_an_incomplete_predecessor_stays_incomplete() -> None:
    old_province = over_units(FLOW, {11: reported(4)}, [11, 12])
    found = restate(FLOW, {1: old_province, 2: reported(5)}, [(1, 9, ONE), (2, 9, ONE)])
    assert (found[9].figure, found[9].complete, found[9].missing) == (reported(9), False, (12,))


def test_what_cannot_be_restated_makes_the_sum_above_incomplete() -> None:
    found = restate(FLOW, {3: reported(7), 1: reported(5)}, [(3, 8, None), (3, 9, None), (1, 7, ONE)])
    rolled = roll_up(
        FLOW, [(0, None), (7, 0), (8, 0), (9, 0)], {unit: one.rolled(unit) for unit, one in found.items()}, {}
    )
    assert (rolled[0].figure, rolled[0].complete, set(rolled[0].missing)) == (reported(5), False, {8, 9})


@st.composite
def reforms(draw: st.DrawFn) -> list[tuple[int, int, Decimal]]:
    """Old units 0 .. n into new ones from 100 on, whole or by decided shares in percent that add up to one."""
    edges = []
    for old in range(draw(st.integers(1, 12))):
        targets = draw(st.lists(st.integers(100, 106), min_size=1, max_size=4, unique=True))
        cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=len(targets) - 1, max_size=len(targets) - 1)))
        parts = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
        edges += [(old, target, Decimal(part) / 100) for target, part in zip(targets, parts, strict=True)]
    return edges


@given(reforms(), st.data())
def test_nothing_is_lost_or_made_by_a_reform(edges: list[tuple[int, int, Decimal]], data: st.DataObject) -> None:
    old = {unit for unit, _, _ in edges}
    figures = {unit: reported(data.draw(st.integers(0, 10**12))) for unit in sorted(old)}
    found = restate(FLOW, figures, edges)
    values = [one.figure.value for one in found.values()]
    assert sum(values) == sum(figure.value for figure in figures.values() if figure.value is not None)  # type: ignore[arg-type]
    assert all(value is not None and value >= 0 and value == int(value) for value in values)
    assert NOT not in {one.comparability for one in found.values()}


@given(reforms(), st.data())
def test_undecided_shares_never_give_a_number_but_the_whole_above_stays_exact(
    edges: list[tuple[int, int, Decimal]], data: st.DataObject
) -> None:
    open_edges = [(old, target, None) for old, target, _ in edges]
    old = sorted({unit for unit, _, _ in edges})
    figures = {unit: reported(data.draw(st.integers(1, 10**6))) for unit in old}
    split = {unit for unit in old if sum(1 for edge in edges if edge[0] == unit) > 1}
    for one in restate(FLOW, figures, open_edges).values():
        crossed = {source.unit for source in one.sources} & split
        assert (one.comparability == NOT) == bool(crossed)
        assert one.figure.has_value == (not crossed)
    country = restate(FLOW, figures, [(unit, 999, None) for unit, _, _ in open_edges])[999]
    assert country.comparability == EXACT
    assert country.figure.value == sum(figure.value for figure in figures.values() if figure.value is not None)


@given(reforms(), st.data())
def test_restated_ratios_lie_between_those_before(edges: list[tuple[int, int, Decimal]], data: st.DataObject) -> None:
    figures = {}
    for unit in sorted({unit for unit, _, _ in edges}):
        whole = data.draw(st.integers(1, 10**4))
        figures[unit] = ratio(data.draw(st.integers(0, whole)), whole)
    for one in restate(RATIO, figures, edges).values():
        if one.figure.value is None:
            assert one.figure.denominator == 0  # only shares of 0 % went there
        else:
            before = [source.figure.value for source in one.sources if source.figure.value is not None]
            hair = Decimal("1e-20")
            assert min(before) - hair <= one.figure.value <= max(before) + hair


@given(st.decimals(-(10**9), 10**9, places=2), st.integers(1, 100))
def test_a_value_with_a_fraction_is_divided_without_loss(value: Decimal, percent: int) -> None:
    share = Decimal(percent) / 100
    assert sum(apportion(value, {1: share, 2: 1 - share}).values()) == value


def test_lineage_prepared_once_gives_the_same() -> None:
    edges = [(1, 9, ONE), (3, 8, HALF), (3, 9, HALF)]
    figures = {1: reported(5), 3: reported(8)}
    assert restate(FLOW, figures, Lineage(edges)) == restate(FLOW, figures, edges)


# --- comparing ---------------------------------------------------------------------------------------------------


def whole(value: int, qualifier: Qualifier = Qualifier.EXACT) -> Rolled:
    return Rolled(reported(value, qualifier))


def test_a_decrease_has_a_difference_a_percentage_and_a_direction() -> None:
    found = compare(FLOW, whole(46), whole(66), "reported")
    assert (found.delta, found.direction, found.comparability, found.reasons) == (-20, "down", EXACT, ())
    assert str(found.percent) == "-30,3%"
    assert found.percent is not None
    assert (found.percent.numerator, found.percent.denominator) == (-20, 66)


@pytest.mark.parametrize(("now", "before", "direction"), [(5, 5, "same"), (6, 5, "up"), (0, 5, "down")])
def test_directions(now: int, before: int, direction: str) -> None:
    assert compare(FLOW, whole(now), whole(before), "restated").direction == direction


def test_from_zero_there_is_a_difference_but_no_percentage() -> None:
    found = compare(FLOW, whole(7), whole(0), "reported")
    assert (found.delta, found.percent, found.direction) == (7, None, "up")


def test_ratios_differ_by_percentage_points() -> None:
    found = compare(RATIO, Rolled(ratio(3, 4)), Rolled(ratio(1, 2)), "reported")
    assert (found.delta, found.percent) == (25, None)


def test_unlike_periods_are_not_compared() -> None:
    when = Period.parse("2026-Q1"), Period.parse("2025-Q1@15")
    found = compare(FLOW, whole(7), whole(5), "reported", when=when)
    assert (found.delta, found.percent, found.direction, found.comparability) == (None, None, None, NOT)
    assert "lịch chốt số liệu" in found.reasons[0]
    when = Period.parse("2026-Q1"), Period.parse("2025-Q1")
    assert compare(FLOW, whole(7), whole(5), "reported", when=when).comparability == EXACT


def test_as_reported_then_is_not_compared_over_a_reform() -> None:
    found = compare(FLOW, whole(7), whole(5), "reported", map_changed=True)
    assert (found.delta, found.comparability, found.before.figure) == (None, NOT, reported(5))
    assert "Địa giới đã thay đổi" in found.reasons[0]
    restated = Restated(reported(5), EXACT)
    assert compare(FLOW, whole(7), restated, "restated", map_changed=True).comparability == EXACT


def test_a_note_or_an_obstacle_of_restating_goes_along() -> None:
    noted = Restated(reported(5), NOTED, ("Chia theo tỷ lệ.",))
    assert compare(FLOW, whole(7), noted, "restated")[2:] == (
        2,
        compare(FLOW, whole(7), whole(5), "restated").percent,
        "up",
        NOTED,
        ("Chia theo tỷ lệ.",),
    )
    lost = Restated(NOT_REPORTED, NOT, ("Chưa có tỷ lệ.",), complete=False)
    found = compare(FLOW, whole(7), lost, "restated")
    assert (found.delta, found.comparability, found.reasons) == (None, NOT, ("Chưa có tỷ lệ.",))


def test_hedged_figures_are_compared_with_a_note() -> None:
    found = compare(FLOW, whole(26, Qualifier.OVER), whole(20), "reported")
    assert (found.delta, found.comparability) == (6, NOTED)
    assert found.reasons == ("Chênh lệch chỉ là gần đúng: kỳ này “trên”, kỳ trước số chính xác.",)


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        (NOT_REPORTED, "chưa có báo cáo"),
        (NOT_APPLICABLE, "không áp dụng"),
        (NOT_DUE, "chưa đến hạn"),
        (ratio(0, 0), "mẫu số bằng 0"),
    ],
)
def test_nothing_is_not_compared_and_says_which_nothing(figure: Figure, says: str) -> None:
    for now, before, side in ((Rolled(figure), whole(5), "Kỳ này"), (whole(5), Rolled(figure), "Kỳ trước")):
        found = compare(FLOW, now, before, "reported")
        assert (found.delta, found.comparability) == (None, NOT)
        assert side in found.reasons[0]
        assert says in found.reasons[0]


def gappy(value: int, *missing: int) -> Rolled:
    return Rolled(reported(value), complete=False, missing=missing)


def test_a_side_with_a_gap_is_not_compared_with_one_without() -> None:
    found = compare(FLOW, gappy(7, 1, 2), whole(5), "reported", name=NAMES.__getitem__)
    assert (found.delta, found.comparability) == (None, NOT)
    assert found.reasons == ("Kỳ này thiếu số liệu của 2 đơn vị: Bắc Kạn, Thái Nguyên (cũ).",)


def test_the_same_gap_on_both_sides_is_compared_with_a_note() -> None:
    found = compare(FLOW, gappy(7, 1), gappy(5, 1), "reported", name=NAMES.__getitem__)
    assert (found.delta, found.comparability) == (2, NOTED)
    assert found.reasons == (
        "Kỳ này thiếu số liệu của 1 đơn vị: Bắc Kạn.",
        "Kỳ trước thiếu số liệu của 1 đơn vị: Bắc Kạn.",
    )
    assert compare(FLOW, gappy(7, 1), gappy(5, 2), "reported").comparability == NOT


def test_over_a_reform_gaps_are_the_same_when_they_cover_the_same_ground() -> None:
    heirs = {1: [9], 2: [9], 3: [8]}
    assert compare(FLOW, gappy(7, 9), gappy(5, 1, 2), "restated", heirs=heirs).comparability == NOTED
    assert compare(FLOW, gappy(7, 9), gappy(5, 1), "restated", heirs=heirs).comparability == NOT
    assert compare(FLOW, gappy(7, 9), gappy(5, 1, 2, 3), "restated", heirs=heirs).comparability == NOT


def test_a_few_missing_units_are_named_and_many_are_counted() -> None:
    found = compare(FLOW, gappy(7, *range(1, 99)), whole(5), "reported")
    assert found.reasons == ("Kỳ này thiếu số liệu của 98 đơn vị.",)
    assert compare(FLOW, gappy(7, 1, 2), whole(5), "reported").reasons == ("Kỳ này thiếu số liệu của 2 đơn vị: 1, 2.",)


sides = st.one_of(
    st.builds(lambda value: Rolled(reported(value)), st.integers(0, 10**6)),
    st.sampled_from([Rolled(NOT_REPORTED, complete=False, missing=(1,)), Rolled(NOT_APPLICABLE), Rolled(NOT_DUE)]),
    st.builds(lambda value: gappy(value, 1), st.integers(0, 10**6)),
)


@given(sides, sides)
def test_a_difference_stands_only_where_it_may_be_trusted(now: Rolled, before: Rolled) -> None:
    found = compare(FLOW, now, before, "reported")
    assert (found.delta is None) == (found.comparability == NOT)
    assert bool(found.reasons) == (found.comparability != EXACT)
    if found.delta is not None:
        assert now.figure.state == before.figure.state == State.VALUE
        assert now.complete == before.complete
        back = compare(FLOW, before, now, "reported")
        assert back.delta == -found.delta
