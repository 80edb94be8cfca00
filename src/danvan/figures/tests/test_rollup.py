from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.figures.catalogue import load
from danvan.figures.rollup import (
    NOT_APPLICABLE,
    NOT_DUE,
    NOT_REPORTED,
    Figure,
    Percent,
    Qualifier,
    Rolled,
    State,
    Tree,
    distinct,
    member_of,
    over_time,
    over_units,
    ratio,
    ratio_of,
    reported,
    roll_up,
)

CATALOGUE = load()
FLOW = CATALOGUE["rec.turns"]
RATIO = CATALOGUE["rec.resolution_rate"]
STOCK = CATALOGUE["pet.pending_end"]
OPENING = CATALOGUE["pet.carried_in"]
DISTINCT = CATALOGUE["dlg.units_covered"]
MONEY = next(indicator for indicator in CATALOGUE if indicator.kind.code == "money")
YEARLY = next(indicator for indicator in CATALOGUE if indicator.kind.code == "flow_year")
TO_DATE = next(indicator for indicator in CATALOGUE if indicator.kind.code == "flow_ytd")
GAUGE = next(indicator for indicator in CATALOGUE if indicator.kind.code == "gauge")
MEAN = next(indicator for indicator in CATALOGUE if indicator.kind.code == "mean")

PROVINCE, A, B, C = 1, 11, 12, 13

empty = st.sampled_from([NOT_REPORTED, NOT_APPLICABLE, NOT_DUE])
flows = st.one_of(empty, st.builds(reported, st.integers(0, 10**9), st.sampled_from(Qualifier)))
fractions = st.integers(1, 10**6).flatmap(lambda whole: st.builds(ratio, st.integers(0, whole), st.just(whole)))
families = st.dictionaries(st.integers(10, 60), flows, max_size=12)


# --- what adds up, and how ---------------------------------------------------------------------------------------


def test_flows_are_summed() -> None:
    rolled = over_units(FLOW, {A: reported(46), B: reported(0), C: reported(20)}, [A, B, C])
    assert rolled == Rolled(
        reported(66), complete=True, contributors=((A, reported(46)), (B, reported(0)), (C, reported(20)))
    )


def test_money_stays_whole_dong_however_large() -> None:
    rolled = over_units(MONEY, {A: reported(10**15 + 1), B: reported(10**15 + 2)}, [])
    assert rolled.figure.value == 2 * 10**15 + 3


def test_ratios_are_divided_after_both_sides_are_summed() -> None:
    rolled = over_units(RATIO, {A: ratio(1, 2), B: ratio(21, 27)}, [A, B])
    assert (rolled.figure.numerator, rolled.figure.denominator) == (22, 29)
    assert Percent(rolled.figure.numerator, rolled.figure.denominator, 0).value == 76  # type: ignore[arg-type]


def test_a_percentage_without_its_fraction_cannot_be_put_together() -> None:
    rolled = over_units(RATIO, {A: ratio(1, 2), B: reported(75)}, [A, B])
    assert (rolled.figure, rolled.complete, rolled.missing) == (ratio(1, 2), False, (B,))
    assert "tử số" in rolled.reasons[0]


def test_an_empty_denominator_is_a_dash_and_neither_zero_nor_hundred() -> None:
    rolled = over_units(RATIO, {A: ratio(0, 0)}, [A])
    assert (rolled.figure.state, rolled.figure.value) == (State.VALUE, None)
    assert str(Percent(Decimal(0), Decimal(0))) == "–"


def test_distinct_units_are_counted_again_and_never_summed() -> None:
    first, second = distinct({A, B}), distinct({B, C})
    assert over_time(DISTINCT, [first, second]).figure.value == 3
    rolled = over_units(DISTINCT, {A: first, B: reported(5)}, [A, B])
    assert (rolled.figure.value, rolled.complete, rolled.missing) == (2, False, (B,))


def test_a_unit_is_counted_where_the_counted_indicator_is_above_zero() -> None:
    leaves = {A: reported(3), B: reported(0), C: NOT_REPORTED}
    rolled = over_units(DISTINCT, {unit: member_of(unit, figure) for unit, figure in leaves.items()}, leaves)
    assert (rolled.figure.value, rolled.missing) == (1, (C,))


def test_an_instant_value_is_not_put_together() -> None:
    rolled = over_units(GAUGE, {A: reported(5), B: reported(6)}, [A, B])
    assert (rolled.figure, rolled.contributors) == (NOT_APPLICABLE, ())
    assert rolled.reasons


def test_a_mean_over_time_is_weighted() -> None:
    parts = [Figure(State.VALUE, Decimal(4), None, Decimal(3)), Figure(State.VALUE, Decimal(5), Decimal(5), Decimal(1))]
    assert over_time(MEAN, parts).figure.value == Decimal("4.25")
    assert over_time(MEAN, [reported(4)]).complete is False


# --- four kinds of empty -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("children", "figure", "complete", "missing"),
    [
        ([], NOT_DUE, True, ()),
        ([reported(0)], reported(0), True, ()),
        ([NOT_REPORTED], NOT_REPORTED, False, (0,)),
        ([NOT_APPLICABLE, NOT_APPLICABLE], NOT_APPLICABLE, True, ()),
        ([NOT_DUE], NOT_DUE, True, ()),
        ([NOT_APPLICABLE, NOT_DUE], NOT_DUE, True, ()),
        ([NOT_APPLICABLE, NOT_REPORTED], NOT_REPORTED, False, (1,)),
        ([reported(4), NOT_APPLICABLE], reported(4), True, ()),
        ([reported(4), NOT_DUE], reported(4), True, ()),
        ([reported(0), NOT_REPORTED], reported(0), False, (1,)),
        ([NOT_DUE, NOT_REPORTED, reported(4), NOT_APPLICABLE], reported(4), False, (1,)),
    ],
)
def test_empty_children(children: list[Figure], figure: Figure, complete: bool, missing: tuple[int, ...]) -> None:
    rolled = over_units(FLOW, dict(enumerate(children)), [])
    assert (rolled.figure, rolled.complete, rolled.missing) == (figure, complete, missing)


def test_an_expected_child_that_is_not_there_is_missing() -> None:
    rolled = over_units(FLOW, {A: reported(4)}, [A, B])
    assert (rolled.figure, rolled.complete, rolled.missing) == (reported(4), False, (B,))


def test_a_child_that_knows_itself_incomplete_makes_the_parent_so() -> None:
    rolled = over_units(FLOW, {A: Rolled(reported(4), complete=False), B: reported(5)}, [])
    assert (rolled.figure, rolled.complete) == (reported(9), False)


@given(families)
def test_only_what_was_due_and_not_given_makes_it_incomplete(children: dict[int, Figure]) -> None:
    rolled = over_units(FLOW, children, [])
    owing = {unit for unit, figure in children.items() if figure == NOT_REPORTED}
    assert set(rolled.missing) == owing
    assert rolled.complete == (not owing)


@given(families, st.integers(10, 60))
def test_zero_never_equals_missing(children: dict[int, Figure], unit: int) -> None:
    zero = over_units(FLOW, {**children, unit: reported(0)}, [])
    silent = over_units(FLOW, {**children, unit: NOT_REPORTED}, [])
    assert zero.figure.has_value
    assert unit not in zero.missing
    assert unit in silent.missing
    assert zero != silent


@given(families, st.randoms(use_true_random=False))
def test_the_order_of_children_does_not_matter(children: dict[int, Figure], chance: random.Random) -> None:
    items = list(children.items())
    chance.shuffle(items)
    one, other = over_units(FLOW, children, []), over_units(FLOW, dict(items), [])
    assert (one.figure, one.complete, set(one.missing), set(one.contributors)) == (
        other.figure,
        other.complete,
        set(other.missing),
        set(other.contributors),
    )


@given(st.lists(fractions, min_size=1, max_size=20))
def test_a_ratio_lies_between_those_of_the_children(children: list[Figure]) -> None:
    rolled = over_units(RATIO, dict(enumerate(children)), [])
    values = [figure.value for figure in children if figure.value is not None]
    assert rolled.figure.value is not None
    hair = Decimal("1e-20")  # the last digit of a division
    assert min(values) - hair <= rolled.figure.value <= max(values) + hair


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("exact exact", "exact"),
        ("exact over", "over"),
        ("over over", "over"),
        ("exact nearly", "nearly"),
        ("over nearly", "about"),
        ("about exact", "about"),
        ("about over", "about"),
    ],
)
def test_a_sum_is_as_sure_as_its_parts(words: str, whole: str) -> None:
    children = {unit: reported(5, Qualifier(word)) for unit, word in enumerate(words.split())}
    assert over_units(FLOW, children, []).figure.qualifier == whole


def test_a_ratio_of_anything_hedged_is_about() -> None:
    assert ratio_of(reported(22, Qualifier.OVER), reported(29)).qualifier == "about"


@pytest.mark.parametrize(
    ("above", "below", "figure"),
    [
        (reported(22), reported(29), ratio(22, 29)),
        (NOT_REPORTED, reported(29), NOT_REPORTED),
        (reported(22), NOT_APPLICABLE, NOT_APPLICABLE),
        (NOT_DUE, NOT_REPORTED, NOT_REPORTED),
        (NOT_DUE, NOT_DUE, NOT_DUE),
    ],
)
def test_a_ratio_of_two_indicators_needs_both(above: Figure, below: Figure, figure: Figure) -> None:
    assert ratio_of(above, below) == figure


# --- over time ---------------------------------------------------------------------------------------------------


def test_flows_of_the_parts_are_summed_and_stocks_are_the_last() -> None:
    parts = [reported(3), reported(4)]
    assert over_time(FLOW, parts).figure == reported(7)
    assert over_time(STOCK, parts).figure == reported(4)
    assert over_time(OPENING, parts).figure == reported(3)
    assert over_time(TO_DATE, parts).figure == reported(4)
    assert over_time(RATIO, [ratio(1, 2), ratio(1, 4)]).figure == ratio(2, 6)


def test_another_days_stock_does_not_stand_in_for_the_last() -> None:
    rolled = over_time(STOCK, [reported(3), NOT_REPORTED])
    assert (rolled.figure, rolled.complete, rolled.missing) == (NOT_REPORTED, False, (1,))
    assert over_time(OPENING, [NOT_REPORTED, reported(3)]).figure == NOT_REPORTED
    assert over_time(STOCK, [NOT_REPORTED, reported(3)]).complete


def test_what_is_rated_once_a_year_is_the_last_rating() -> None:
    assert over_time(YEARLY, [NOT_DUE, reported(5), reported(6), NOT_APPLICABLE]).figure == reported(6)
    assert over_time(YEARLY, [NOT_DUE, NOT_REPORTED]).figure == NOT_REPORTED


def test_a_missing_part_is_told_by_its_place() -> None:
    rolled = over_time(FLOW, [reported(3), NOT_REPORTED, reported(4)])
    assert (rolled.figure, rolled.complete, rolled.missing) == (reported(7), False, (1,))


def test_a_part_that_is_incomplete_makes_the_whole_so() -> None:
    quarter = over_units(FLOW, {A: reported(4)}, [A, B])
    rolled = over_time(FLOW, [quarter, reported(3)])
    assert (rolled.figure, rolled.complete, rolled.missing) == (reported(7), False, (0,))


def test_a_part_not_yet_due_is_told() -> None:
    rolled = over_time(FLOW, [reported(3), NOT_DUE])
    assert rolled.complete
    assert "phần thứ 2 trong 2" in rolled.reasons[0]


@given(st.lists(st.lists(flows, min_size=1, max_size=4), min_size=1, max_size=4))
def test_months_into_quarters_into_a_year_is_months_into_a_year(quarters: list[list[Figure]]) -> None:
    at_once = over_time(FLOW, [month for quarter in quarters for month in quarter])
    in_steps = over_time(FLOW, [over_time(FLOW, quarter) for quarter in quarters])
    assert (in_steps.figure.value, in_steps.complete) == (at_once.figure.value, at_once.complete)


# --- over a tree -------------------------------------------------------------------------------------------------


def province(**communes: Figure) -> dict[int, Figure]:
    return {{"a": A, "b": B, "c": C, "own": PROVINCE}[name]: figure for name, figure in communes.items()}


PAIRS = [(PROVINCE, None), (A, PROVINCE), (B, PROVINCE), (C, PROVINCE)]
DUTY = {A: True, B: True, C: True}


def test_a_unit_without_its_own_figure_is_rolled_up_from_below() -> None:
    found = roll_up(FLOW, PAIRS, province(a=reported(4), b=reported(5)), DUTY)
    assert found[PROVINCE].figure == reported(9)
    assert (found[PROVINCE].complete, found[PROVINCE].missing) == (False, (C,))
    assert found[C] == Rolled(NOT_REPORTED, complete=False, missing=(C,))
    assert not found[PROVINCE].own


def test_a_units_own_figure_stands_as_reported_and_the_difference_is_told() -> None:
    found = roll_up(FLOW, PAIRS, province(own=reported(1354), a=reported(1000), b=reported(300), c=reported(50)), DUTY)
    rolled = found[PROVINCE]
    assert (rolled.figure, rolled.own, rolled.complete) == (reported(1354), True, True)
    assert (rolled.below, rolled.difference) == (reported(1350), 4)
    assert rolled.reasons == ("Số đơn vị tự báo (1.354) khác số tổng hợp từ cấp dưới (1.350).",)


@pytest.mark.parametrize(
    ("own", "below", "difference"),
    [
        (reported(10), [reported(4), reported(6)], None),
        (reported(10), [reported(4), NOT_REPORTED], None),  # the missing one may be the rest
        (reported(10), [reported(14), NOT_REPORTED], -4),  # the parts exceed the whole
        (reported(10, Qualifier.OVER), [reported(5), reported(6)], None),
        (reported(10, Qualifier.OVER), [reported(4), reported(5)], 1),
        (reported(10, Qualifier.NEARLY), [reported(4), reported(5)], None),
        (reported(10, Qualifier.ABOUT), [reported(4), reported(5)], None),
        (reported(10), [reported(4, Qualifier.OVER), reported(5)], None),
    ],
)
def test_only_a_contradiction_is_a_difference(own: Figure, below: list[Figure], difference: int | None) -> None:
    pairs = [(PROVINCE, None), (A, PROVINCE), (B, PROVINCE)]
    rolled = roll_up(FLOW, pairs, {PROVINCE: own, A: below[0], B: below[1]}, DUTY)[PROVINCE]
    assert rolled.difference == difference
    assert bool(rolled.reasons) == (difference is not None)


def test_a_rounded_percentage_does_not_contradict_the_fraction_below() -> None:
    own = {PROVINCE: reported(75), A: ratio(10, 14), B: ratio(12, 15)}
    assert roll_up(RATIO, PAIRS, own, {})[PROVINCE].difference is None
    assert roll_up(RATIO, PAIRS, {**own, PROVINCE: reported(70)}, {})[PROVINCE].difference is not None


def test_a_bare_percentage_stands_but_the_fractions_below_it_go_further_up() -> None:
    pairs = [(0, None), *[(unit, parent or 0) for unit, parent in PAIRS], (2, 0)]
    own = {PROVINCE: reported(75), A: ratio(10, 14), B: ratio(12, 15), 2: ratio(1, 1)}
    found = roll_up(RATIO, pairs, own, {})
    assert found[PROVINCE].figure == reported(75)
    assert found[0].figure == ratio(23, 30)
    assert found[0].complete


def test_who_had_nothing_to_report_is_not_missing() -> None:
    found = roll_up(FLOW, PAIRS, {}, {})
    assert {rolled.figure for rolled in found.values()} == {NOT_DUE}
    found = roll_up(FLOW, PAIRS, {}, {PROVINCE: True})
    assert (found[PROVINCE].figure, found[PROVINCE].missing) == (NOT_REPORTED, (PROVINCE,))


def test_not_applicable_above_figures_below_is_told() -> None:
    rolled = roll_up(FLOW, PAIRS, province(own=NOT_APPLICABLE, a=reported(3)), {})[PROVINCE]
    assert (rolled.figure, rolled.below) == (NOT_APPLICABLE, reported(3))
    assert rolled.reasons == (
        "Đơn vị tự báo không áp dụng nhưng cấp dưới có số liệu: cấp trên tính số liệu của cấp dưới.",
    )


def test_not_applicable_hides_nobodys_figures_from_above() -> None:
    country, district, commune, sister = 0, A, B, C
    pairs = [(country, None), (PROVINCE, country), (district, PROVINCE), (commune, district), (sister, PROVINCE)]
    own = {district: NOT_APPLICABLE, commune: reported(50), sister: reported(5)}
    found = roll_up(FLOW, pairs, own, {})
    assert found[district].figure == NOT_APPLICABLE
    assert (found[PROVINCE].figure, found[country].figure) == (reported(55), reported(55))
    assert found[PROVINCE].reasons == (
        "Có đơn vị tự báo không áp dụng nhưng cấp dưới có số liệu: đã tính số cấp dưới.",
    )
    assert roll_up(FLOW, pairs, {**own, commune: NOT_REPORTED}, {})[PROVINCE] == Rolled(
        reported(5), contributors=((sister, reported(5)),)
    )


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([(1, None), (2, 1), (2, 3), (3, None)], "hai cấp trên"),
        ([(1, 2), (2, 1)], "cấp trên của chính mình"),
        ([(0, None), (1, 1)], "cấp trên của chính mình"),
    ],
)
def test_what_is_not_a_tree_is_refused(pairs: list[tuple[int, int | None]], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Tree(pairs)


@st.composite
def forests(draw: st.DrawFn) -> list[tuple[int, int | None]]:
    """Units 0 .. n, each under an earlier one or a root, in any order."""
    size = draw(st.integers(1, 25))
    pairs = [(unit, draw(st.one_of(st.none(), st.integers(0, unit - 1))) if unit else None) for unit in range(size)]
    return draw(st.permutations(pairs))


@given(forests(), st.data())
def test_steps_over_a_tree_equal_one_step_over_its_leaves(
    pairs: list[tuple[int, int | None]], data: st.DataObject
) -> None:
    tree = Tree(pairs)
    own = {unit: data.draw(flows) for unit, _ in pairs if unit not in tree.children}
    found = roll_up(FLOW, tree, own, {})
    for root in (unit for unit, parent in pairs if parent is None):
        leaves = {unit: figure for unit, figure in own.items() if top(tree, unit) == root}
        at_once = over_units(FLOW, leaves, [])
        in_steps = found[root]
        assert in_steps.figure.value == at_once.figure.value
        assert (in_steps.figure.state == State.NOT_REPORTED) == (at_once.figure.state == State.NOT_REPORTED)
        assert in_steps.complete == at_once.complete
        assert set(in_steps.missing) == set(at_once.missing)
        assert set(in_steps.contributors) == set(at_once.contributors)


def top(tree: Tree, unit: int) -> int:
    while (parent := tree.parents[unit]) is not None:
        unit = parent
    return unit


@given(forests(), st.data())
def test_every_value_below_is_in_the_sum_once(pairs: list[tuple[int, int | None]], data: st.DataObject) -> None:
    """Also where some units in the middle report themselves: then theirs stands for all below."""
    tree = Tree(pairs)
    own = {unit: data.draw(flows) for unit, _ in pairs if data.draw(st.booleans())}
    for unit, rolled in roll_up(FLOW, tree, own, {}).items():
        if rolled.figure.has_value:
            assert rolled.figure.value == sum(figure.value for _, figure in rolled.contributors if figure.value)
            makers = [maker for maker, _ in rolled.contributors]
            assert len(makers) == len(set(makers))
            assert all(own[maker] == figure for maker, figure in rolled.contributors)
            assert unit in makers or not rolled.own


@pytest.mark.parametrize(
    ("part", "whole", "digits", "said"),
    [(22, 29, 0, "76%"), (23, 29, 0, "79%"), (1, 8, 1, "12,5%"), (1, 8, 0, "13%"), (0, 7, 0, "0%"), (3, 0, 0, "–")],
)
def test_a_percentage_keeps_what_it_was_made_of(part: int, whole: int, digits: int, said: str) -> None:
    percent = Percent(Decimal(part), Decimal(whole), digits)
    assert str(percent) == said
    assert (percent.numerator, percent.denominator) == (part, whole)
