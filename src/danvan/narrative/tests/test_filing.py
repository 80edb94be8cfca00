"""What may be filed from a report, and what has to be asked."""

from __future__ import annotations

from decimal import Decimal

from danvan.narrative.filing import Ratio, propose
from danvan.narrative.reading.document import Check, Document, PeriodMention, Reading


def read(*readings: Reading, checks: tuple[Check, ...] = ()) -> Document:
    return Document("", "", None, (), None, None, readings, checks)


def said(value: int, indicator: str | None = "mod.total", **more) -> Reading:
    return Reading(0, 1, f"{value}", Decimal(value), "mô hình", indicator=indicator, **more)


def test_a_figure_said_once_is_filed_with_its_words():
    (cell,) = propose(read(said(55))).cells

    assert (cell.indicator, cell.value, cell.readings) == ("mod.total", Decimal(55), (0,))


def test_a_headline_and_the_body_are_one_fact_with_two_mentions():
    (cell,) = propose(read(said(1900, qualifier="over"), said(1912))).cells

    assert (cell.value, cell.qualifier, cell.readings) == (Decimal(1912), "exact", (1, 0))


def test_parts_give_way_to_their_whole():
    (cell,) = propose(read(said(2877), said(87, part_of=0), said(324, part_of=0), said(2466, part_of=0))).cells

    assert (cell.value, cell.readings) == (Decimal(2877), (0,))


def test_two_different_figures_for_one_cell_are_asked_about_and_not_filed():
    filing = propose(read(said(28), said(14)))

    assert filing.cells == ()
    assert set(filing.questions) == {0, 1}
    assert "“28”; “14”" in filing.questions[0]


def test_equal_figures_are_one_fact_only_where_the_reader_found_them_to_be():
    assert propose(read(said(15, "rec.turns"), said(15, "rec.turns"))).cells == ()

    (cell,) = propose(read(said(15, "rec.turns"), said(15, "rec.turns", mention_of=0))).cells

    assert (cell.value, cell.readings) == (Decimal(15), (0, 1))


def test_the_exact_mention_of_a_rounded_headline_gives_the_value():
    (cell,) = propose(read(said(1900, qualifier="over"), said(1912, mention_of=0))).cells

    assert cell.value == Decimal(1912)


def test_what_the_catalogue_does_not_know_is_asked_and_the_rest_is_filed():
    filing = propose(read(said(17, "pet.complaints", breakdown={"matter_type": "complaint"}), said(55)))

    assert [cell.indicator for cell in filing.cells] == ["mod.total"]
    assert "matter_type" in filing.questions[0]


def test_a_fraction_above_one_stays_the_way_up_it_was_printed():
    readings = (said(30, "pet.cases_resolved"), said(25, "pet.cases"))
    rate = Reading(0, 1, "120%", Decimal(120), "%", indicator="pet.resolution_rate")

    cell = propose(read(*readings, rate, checks=(Check("share", True, 0, 1, "", parts=(0, 1, 2)),))).cells[-1]

    assert cell.ratio == Ratio(Decimal(30), Decimal(25))


def test_a_rounded_figure_on_the_wrong_side_is_another_fact():
    assert propose(read(said(1900, qualifier="nearly"), said(1912))).cells == ()


def test_breakdowns_are_cells_of_their_own():
    filing = propose(read(said(55), said(16, breakdown={"field": "economy"}, part_of=0)))

    assert [(c.breakdown, c.value) for c in filing.cells] == [({}, Decimal(55)), ({"field": "economy"}, Decimal(16))]


def test_figures_of_another_period_or_outside_the_catalogue_are_shown_but_not_filed():
    earlier = said(12, period=PeriodMention(None, None, "năm 2019", "2019-Y"))

    assert propose(read(earlier, said(3, indicator=None), said(1, per="hộ"))).cells == ()


def test_a_percentage_keeps_the_fraction_that_the_text_prints_beside_it():
    readings = (said(22, "pet.cases_resolved"), said(29, "pet.cases"))
    rate = Reading(0, 1, "75%", Decimal(75), "%", indicator="pet.resolution_rate")
    check = Check("share", False, 0, 1, "", parts=(0, 1, 2))

    cell = propose(read(*readings, rate, checks=(check,))).cells[-1]

    assert (cell.indicator, cell.ratio) == ("pet.resolution_rate", Ratio(Decimal(22), Decimal(29)))


def test_the_year_before_that_the_text_implies_goes_with_the_cell():
    (cell,) = propose(read(said(46, "rec.turns", previous=Decimal(66)))).cells

    assert cell.previous == Decimal(66)


def test_what_is_not_sure_is_asked_and_not_filed():
    filing = propose(read(said(320, "org.members_end", confidence=0.3), said(55)))
    assert [cell.indicator for cell in filing.cells] == ["mod.total"]
    assert filing.unsure == (0,)


def test_parts_of_what_is_not_sure_are_not_filed_in_its_place():
    filing = propose(read(said(100, confidence=0.6), said(40, part_of=0)))
    assert (filing.cells, filing.unsure) == ((), (0,))
