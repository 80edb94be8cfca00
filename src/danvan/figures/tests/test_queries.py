"""Consolidated figures on a small map with a reform: what is there, what is missing, what may be compared."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from danvan.figures import actions, queries
from danvan.figures.actions import CellInput, EvidenceInput, FilingInput
from danvan.figures.errors import FigureError
from danvan.figures.tests.conftest import BY, REFORM
from danvan.units import actions as units

FORM = "dan_van"


def names(refs):
    return sorted(ref.name for ref in refs)


def row(unit, period, indicator, breakdown="", compare=None):
    return queries.consolidated(FORM, unit, period, compare=compare).row(indicator, breakdown)


# Completeness


def test_a_province_is_the_sum_of_its_communes(world, file):
    for unit, turns in ((world.moi, 5), (world.dong, 7), (world.tay, 0), (world.bon, 8)):
        file(unit, "2026-Q1", rec__turns=turns)

    table = queries.consolidated(FORM, world.bac, "2026-Q1")
    turns = table.row("rec.turns")
    assert (turns.figure.value, turns.complete, turns.own) == (20, True, False)
    assert names(turns.contributors) == ["Xã Ba Tây", "Xã Ba Đông", "Xã Bốn", "Xã Mới"]
    assert (table.unit.name, len(table.expected), len(table.filed), table.missing) == ("Tỉnh Bắc", 4, 4, ())


def test_who_is_missing_is_named(world, file):
    file(world.moi, "2026-Q1", rec__turns=5)
    file(world.bon, "2026-Q1", rec__cases=1)

    table = queries.consolidated(FORM, world.bac, "2026-Q1")
    assert names(table.missing) == ["Xã Ba Tây", "Xã Ba Đông"]
    turns = table.row("rec.turns")
    assert (turns.figure.value, turns.complete) == (5, False)
    assert names(turns.missing) == ["Xã Ba Tây", "Xã Ba Đông", "Xã Bốn"], (
        "who filed without this figure is missing here"
    )


def test_the_duty_is_that_of_the_day(world, file):
    file(world.an, "2025-Q2", rec__turns=5)

    table = queries.consolidated(FORM, world.bac, "2025-Q2")
    assert names(table.expected) == ["Huyện An", "Huyện Bình"]
    assert names(table.missing) == ["Huyện Bình"]


def test_the_four_empties_stay_four(world, file):
    every = (world.moi, world.dong, world.tay, world.bon)
    for unit in every:
        state = [CellInput("mod.pilot", state="not_applicable"), CellInput("doc.issued", state="not_due")]
        file(unit, "2026-Q1", rec__turns=0, cells=state)

    table = queries.consolidated(FORM, world.bac, "2026-Q1")
    found = {code: table.row(code).figure for code in ("rec.turns", "rec.cases", "mod.pilot", "doc.issued")}
    assert (found["rec.turns"].state, found["rec.turns"].value) == ("value", 0)
    assert found["rec.cases"].state == "not_reported"
    assert found["mod.pilot"].state == "not_applicable"
    assert found["doc.issued"].state == "not_due"
    assert not table.row("rec.cases").complete
    assert table.row("mod.pilot").complete
    assert table.row("doc.issued").complete


def test_not_applicable_in_one_unit_does_not_make_the_sum_incomplete(world, file):
    file(world.moi, "2026-Q1", cells=[CellInput("rec.turns", state="not_applicable")])
    for unit in (world.dong, world.tay, world.bon):
        file(unit, "2026-Q1", rec__turns=2)

    turns = row(world.bac, "2026-Q1", "rec.turns")
    assert (turns.figure.value, turns.complete) == (6, True)


def test_a_units_own_figure_stands_and_the_difference_is_said(world, file):
    file(world.bac, "2026-Q1", rec__turns=25)
    for unit, turns in ((world.moi, 5), (world.dong, 7), (world.tay, 0), (world.bon, 8)):
        file(unit, "2026-Q1", rec__turns=turns, rec__cases=1)

    table = queries.consolidated(FORM, world.bac, "2026-Q1")
    turns = table.row("rec.turns")
    assert (turns.figure.value, turns.own, turns.below.value, turns.difference) == (25, True, 20, 5)
    assert "25" in turns.notes[0]
    assert "20" in turns.notes[0]
    assert table.row("rec.cases").figure.value == 4, "where it reported nothing itself, its communes count"
    assert names(table.others) == ["Tỉnh Bắc"]


def test_a_consolidated_submission_is_no_source(world, file):
    file(world.moi, "2026-Q1", rec__turns=5)
    actions.sign(form=FORM, unit=world.bac, period="2026-Q1", by=BY)
    file(world.moi, "2026-Q1", rec__turns=6, replace=True)
    assert row(world.bac, "2026-Q1", "rec.turns").figure.value == 6


def test_rows_come_in_form_order_and_others_after_them(world, file):
    file(world.moi, "2026-Q1", cells=[CellInput("rec.turns", 3, breakdown="channel=web")], rec__turns=5)

    table = queries.consolidated(FORM, world.bac, "2026-Q1")
    assert [r.indicator for r in table.rows[:3]] == ["iss.raised", "iss.directed", "iss.resolved"]
    assert table.rows[-1].key == ("rec.turns", "channel=web")
    assert table.rows[-1].label_vi == "Số lượt tiếp công dân: cổng thông tin"
    assert table.rows[-1].section.title("en") == "Figures outside the form"
    assert [section.number for section, _rows in table.sections()] == sorted({r.section.number for r in table.rows})


def test_a_unit_that_is_not_on_the_map_of_the_day_is_refused(world, form):
    with pytest.raises(FigureError, match=r"Xã Mới không có trên bản đồ ngày 31/3/2025 \(có từ 1/7/2025\)"):
        queries.consolidated(FORM, world.moi, "2025-Q1")
    with pytest.raises(FigureError, match=r"Tỉnh Nam không có trên bản đồ .*đến 30/6/2025"):
        queries.consolidated(FORM, world.nam, "2026-Q1")
    with pytest.raises(FigureError, match="Không có biểu “none”"):
        queries.consolidated("none", world.bac, "2026-Q1")


# Kinds of figures


def test_a_rate_adds_numerators_and_denominators_first(world, file):
    file(world.moi, "2026-Q1", rec__cases_resolved=22, rec__cases=29)
    file(world.bon, "2026-Q1", cells=[CellInput("rec.resolution_rate", 79, numerator=23, denominator=29)])
    for unit in (world.dong, world.tay):
        file(unit, "2026-Q1", rec__cases_resolved=0, rec__cases=0)

    rate = row(world.bac, "2026-Q1", "rec.resolution_rate")
    assert (rate.figure.numerator, rate.figure.denominator, rate.complete) == (45, 58, True)
    assert round(rate.figure.value, 1) == Decimal("77.6")


def test_a_rate_without_its_terms_is_shown_for_the_unit_and_counted_nowhere(world, file):
    file(world.bon, "2026-Q1", cells=[CellInput("rec.resolution_rate", 79)])

    assert row(world.bon, "2026-Q1", "rec.resolution_rate").figure.value == 79
    rate = row(world.bac, "2026-Q1", "rec.resolution_rate")
    assert rate.figure.state == "not_reported"
    assert any("tử số và mẫu số" in note for note in rate.notes)


def test_a_stated_rate_takes_its_terms_from_the_counts_beside_it(world, file):
    file(world.bon, "2026-Q1", cells=[CellInput("rec.resolution_rate", 75)], rec__cases_resolved=22, rec__cases=29)

    figure = row(world.bon, "2026-Q1", "rec.resolution_rate").figure
    assert (figure.value, figure.numerator, figure.denominator) == (75, 22, 29)


def test_communes_that_held_a_dialogue_are_counted_not_added(world, file):
    for unit, sessions in ((world.moi, 5), (world.dong, 1), (world.tay, 0), (world.bon, 3)):
        file(unit, "2026-Q1", dlg__sessions=sessions)
        file(unit, "2026-Q2", dlg__sessions=sessions)

    assert row(world.bac, "2026-Q1", "dlg.units_covered").figure.value == 3
    assert row(world.bac, "2026-H1", "dlg.units_covered").figure.value == 3, "the same three over both quarters"


def test_a_district_that_gives_only_a_number_of_communes_is_counted_with_it(world, file):
    file(world.an, "2025-Q1", dlg__units_covered=2)
    file(world.binh, "2025-Q1", dlg__units_covered=1)

    assert row(world.bac, "2025-Q1", "dlg.units_covered").figure.value == 3


def test_a_half_year_is_put_together_from_its_quarters(world, file):
    file(world.moi, "2026-Q1", rec__turns=5, mod__total=50)
    file(world.moi, "2026-Q2", rec__turns=6, mod__total=52)

    table = queries.consolidated(FORM, world.moi, "2026-H1")
    assert table.row("rec.turns").figure.value == 11
    assert table.row("mod.total").figure.value == 52, "a stock is that of the last day"
    assert table.row("rec.turns").complete
    assert names(table.filed) == ["Xã Mới"]


def test_a_missing_quarter_makes_the_half_year_incomplete(world, file):
    file(world.moi, "2026-Q1", rec__turns=5, mod__total=50)

    table = queries.consolidated(FORM, world.moi, "2026-H1")
    turns = table.row("rec.turns")
    assert (turns.figure.value, turns.complete) == (5, False)
    assert "Thiếu số liệu quý II năm 2026." in turns.notes
    assert table.row("mod.total").figure.state == "not_reported", "no other day's stock stands in for the last"
    assert names(table.missing) == ["Xã Mới"]


def test_a_year_is_found_from_half_a_year_and_two_quarters(world, file):
    file(world.moi, "2026-H1", rec__turns=10)
    file(world.moi, "2026-Q3", rec__turns=3)
    file(world.moi, "2026-Q4", rec__turns=4)

    turns = row(world.moi, "2026-Y", "rec.turns")
    assert (turns.figure.value, turns.complete) == (17, True)


def test_what_was_filed_for_the_whole_period_stands_before_its_parts(world, file):
    file(world.moi, "2026-Q1", rec__turns=5)
    file(world.moi, "2026-Q2", rec__turns=6)
    file(world.moi, "2026-H1", rec__turns=12)

    assert row(world.moi, "2026-H1", "rec.turns").figure.value == 12


def quarters(file, unit, *, half, **figures):
    for quarter in ("2026-Q1", "2026-Q2"):
        file(unit, quarter, **figures)
    file(unit, "2026-H1", **half)


def test_a_period_that_contradicts_its_own_parts_says_so(world, file):
    quarters(file, world.moi, rec__turns=10, rec__cases=8, half={"rec__turns": 999, "rec__cases": 16})

    table = queries.consolidated(FORM, world.moi, "2026-H1")
    turns = table.row("rec.turns")
    assert (turns.figure.value, turns.own, turns.below.value, turns.difference) == (999, True, 20, 979)
    assert turns.notes == (
        "Số báo cáo cho cả kỳ (999) khác số gộp từ các phần của kỳ đã báo cáo: quý I năm 2026, quý II năm 2026 (20).",
    )
    assert (table.row("rec.cases").difference, table.row("rec.cases").notes) == (None, ())
    told = queries.story(FORM, world.moi, "2026-H1", "rec.turns")
    assert (told.row.difference, [c.figure.value for c in told.by_periods]) == (979, [10, 10])
    assert told.formula_vi == "Đơn vị tự báo cáo: 999 lượt"


def test_a_unit_above_others_may_contradict_both_its_parts_and_its_children(world, file):
    quarters(file, world.bac, rec__turns=10, half={"rec__turns": 30})
    assert row(world.bac, "2026-H1", "rec.turns").difference == 10

    for unit in (world.moi, world.dong, world.tay, world.bon):
        file(unit, "2026-H1", rec__turns=10)
    turns = row(world.bac, "2026-H1", "rec.turns")
    assert (turns.below.value, turns.difference, len(turns.notes)) == (40, -10, 2)


def test_a_rest_of_the_period_not_yet_reported_contradicts_nothing(world, file):
    file(world.moi, "2026-Q1", rec__turns=10)
    file(world.moi, "2026-H1", rec__turns=999)
    assert row(world.moi, "2026-H1", "rec.turns").difference is None

    file(world.moi, "2026-Q1", rec__turns=1000, replace=True)
    assert row(world.moi, "2026-H1", "rec.turns").difference == -1, "a part exceeds the whole"


def test_not_applicable_for_the_whole_hides_no_part(world, file):
    whole = [CellInput("rec.turns", state="not_applicable")]
    quarters(file, world.moi, rec__turns=10, half={"cells": whole})

    turns = row(world.moi, "2026-H1", "rec.turns")
    assert (turns.figure.value, turns.notes) == (
        20,
        ("Đơn vị báo không áp dụng cho cả kỳ nhưng đã báo số từng phần của kỳ: lấy số gộp từ các phần.",),
    )
    assert row(world.bac, "2026-H1", "rec.turns").figure.value == 20


# The same period a year before


@pytest.fixture
def districts(world, file):
    file(world.an, "2025-Q1", rec__turns=10)
    file(world.binh, "2025-Q1", rec__turns=4)
    file(world.cam, "2025-Q1", rec__turns=6)


@pytest.fixture
def communes(world, file):
    for unit, turns in ((world.moi, 12), (world.dong, 3), (world.tay, 2), (world.bon, 8)):
        file(unit, "2026-Q1", rec__turns=turns)


def test_a_merged_province_is_compared_with_both_that_it_was(world, districts, communes):
    compared = row(world.bac, "2026-Q1", "rec.turns", compare="restated").comparison

    assert (compared.before.value, compared.delta, compared.percent) == (20, 5, 25)
    assert (compared.comparability, compared.direction, compared.reasons) == ("exact", "up", ())


def test_as_reported_then_the_territory_was_another(world, districts, communes):
    compared = row(world.bac, "2026-Q1", "rec.turns", compare="reported").comparison

    assert (compared.before.value, compared.delta) == (14, None)
    assert compared.comparability == "not_comparable"
    assert "Địa giới đã thay đổi" in compared.reasons[0]


def test_a_predecessor_that_did_not_report_is_named(world, file, communes):
    file(world.an, "2025-Q1", rec__turns=10)
    file(world.binh, "2025-Q1", rec__turns=4)

    compared = row(world.bac, "2026-Q1", "rec.turns", compare="restated").comparison
    assert compared.comparability == "not_comparable"
    assert compared.reasons == ("Kỳ trước thiếu số liệu của 1 đơn vị: Huyện Cẩm.",)


def test_merged_communes_are_compared_exactly(world, file, communes):
    file(world.mot, "2025-Q1", rec__turns=4)
    file(world.hai, "2025-Q1", rec__turns=5)

    compared = row(world.moi, "2026-Q1", "rec.turns", compare="restated").comparison
    assert (compared.before.value, compared.delta, compared.comparability) == (9, 3, "exact")


def test_a_divided_commune_without_a_share_is_not_compared(world, file, communes):
    file(world.ba, "2025-Q1", rec__turns=4)

    compared = row(world.dong, "2026-Q1", "rec.turns", compare="restated").comparison
    assert (compared.delta, compared.comparability) == (None, "not_comparable")
    assert compared.reasons[0].startswith("Xã Ba được chia cho nhiều đơn vị nhưng chưa có quyết định tỷ lệ")


def test_a_divided_commune_is_compared_with_a_note_once_shares_are_decided(world, file, communes):
    file(world.ba, "2025-Q1", rec__turns=4)
    for part, share in ((world.dong, "0.75"), (world.tay, "0.25")):
        units.decide_share(predecessor=world.ba, successor=part, on=REFORM, share=Decimal(share), basis="dân số", by=BY)

    compared = row(world.dong, "2026-Q1", "rec.turns", compare="restated").comparison
    assert (compared.before.value, compared.delta, compared.comparability) == (3, 0, "exact_with_note")


def test_the_parts_of_a_divided_commune_are_whole_again_in_their_province(world, file, communes):
    for unit, turns in ((world.mot, 1), (world.hai, 2), (world.ba, 4), (world.bon, 8)):
        file(unit, "2025-Q1", rec__turns=turns)

    compared = row(world.bac, "2026-Q1", "rec.turns", compare="restated").comparison
    assert compared.before.value == 15


def test_a_commune_that_came_from_another_province_brings_its_own_figures(before, file):
    """Not the province's figure of then: it was of another territory."""
    units.move(unit=before.cam, to=before.bac, on=REFORM, by=BY)
    file(before.bac, "2024-Q3", rec__turns=100)
    for unit, turns in ((before.mot, 1), (before.hai, 2), (before.ba, 4), (before.bon, 8)):
        file(unit, "2024-Q3", rec__turns=turns)
        file(unit, "2025-Q3", rec__turns=turns + 1)

    compared = row(before.bac, "2025-Q3", "rec.turns", compare="restated").comparison
    assert (compared.before.value, compared.delta, compared.comparability) == (15, 4, "exact_with_note")
    assert "cộng lại từ số liệu của các xã" in compared.reasons[0]


def test_without_a_figure_of_every_commune_a_changed_territory_is_not_compared(before, file):
    units.move(unit=before.cam, to=before.bac, on=REFORM, by=BY)
    file(before.bac, "2024-Q3", rec__turns=100)
    file(before.bac, "2025-Q3", rec__turns=100)
    for unit, turns in ((before.mot, 1), (before.hai, 2), (before.ba, 4)):
        file(unit, "2024-Q3", rec__turns=turns)

    compared = row(before.bac, "2025-Q3", "rec.turns", compare="restated").comparison
    assert (compared.delta, compared.comparability) == (None, "not_comparable")
    assert compared.reasons[-1] == "Kỳ trước thiếu số liệu của 1 đơn vị: Xã Bốn."


def test_a_map_that_did_not_change_is_compared_exactly_both_ways(before, file):
    file(before.an, "2023-Q1", rec__turns=3)
    file(before.an, "2024-Q1", rec__turns=4)

    for mode in ("restated", "reported"):
        compared = row(before.an, "2024-Q1", "rec.turns", compare=mode).comparison
        assert (compared.delta, compared.comparability) == (1, "exact")


def test_a_change_of_a_rate_is_in_percentage_points(before, file):
    file(before.an, "2023-Q1", rec__cases_resolved=1, rec__cases=2)
    file(before.an, "2024-Q1", rec__cases_resolved=3, rec__cases=4)

    compared = row(before.an, "2024-Q1", "rec.resolution_rate", compare="restated").comparison
    assert (compared.delta, compared.percent) == (25, None)


def test_from_zero_there_is_a_difference_but_no_percent(before, file):
    file(before.an, "2023-Q1", rec__turns=0)
    file(before.an, "2024-Q1", rec__turns=4)

    compared = row(before.an, "2024-Q1", "rec.turns", compare="restated").comparison
    assert (compared.delta, compared.percent) == (4, None)


def test_a_percent_keeps_what_it_was_made_of(before, file):
    file(before.an, "2023-Q1", rec__turns=66)
    file(before.an, "2024-Q1", rec__turns=46)

    compared = row(before.an, "2024-Q1", "rec.turns", compare="restated").comparison
    assert (compared.percent, compared.change.numerator, compared.change.denominator) == (Decimal("-30.3"), -20, 66)


# What a report states of the year before


def stated(turns, previous):
    return [CellInput("rec.turns", turns, previous_stated=previous)]


def test_what_a_report_implies_stands_in_for_a_report_that_is_not_there(before, file):
    file(before.an, "2018-Y", cells=stated(46, 66))

    compared = row(before.an, "2018-Y", "rec.turns", compare="restated").comparison
    assert (compared.before.value, compared.delta, compared.comparability) == (66, -20, "exact_with_note")
    assert compared.reasons == ("Kỳ trước chưa có báo cáo: lấy theo số liệu nêu trong báo cáo năm sau.",)


def test_what_a_hedged_figure_implies_is_hedged_too(before, file):
    file(before.an, "2018-Y", cells=[CellInput("rec.turns", 46, qualifier="over", previous_stated=66)])

    before_figure = row(before.an, "2018-Y", "rec.turns", compare="restated").comparison.before
    assert (before_figure.value, before_figure.qualifier) == (66, "over")


def test_what_reports_imply_is_rolled_up_only_when_all_say_it(before, file):
    file(before.an, "2018-Y", cells=stated(46, 66))
    file(before.binh, "2018-Y", cells=stated(4, None))
    assert row(before.bac, "2018-Y", "rec.turns", compare="restated").comparison.before.value is None

    file(before.binh, "2018-Y", cells=stated(4, 3), replace=True)
    assert row(before.bac, "2018-Y", "rec.turns", compare="restated").comparison.before.value == 69


def test_what_was_reported_stands_and_another_statement_of_it_is_named(before, file):
    file(before.an, "2017-Y", rec__turns=60)
    file(before.an, "2018-Y", cells=stated(46, 66))

    compared = row(before.an, "2018-Y", "rec.turns", compare="restated").comparison
    assert (compared.before.value, compared.delta, compared.comparability) == (60, -14, "exact_with_note")
    assert compared.reasons == ("Báo cáo năm sau nêu số cùng kỳ là 66, khác số đã báo cáo kỳ trước (60).",)


# A number's story


def test_the_story_leads_from_the_sum_to_the_sentence(world, form, communes):
    quote = EvidenceInput("sentence", "narrative.Report:7", 10, 30, "đã tiếp 12 lượt công dân")
    actions.file_submission(
        form=form,
        unit=world.moi,
        period="2026-Q1",
        cells=[CellInput("rec.turns", 12, origin="read", evidence=[quote])],
        by=BY,
        replace=True,
    )

    province = queries.story(FORM, world.bac, "2026-Q1", "rec.turns")
    assert {c.unit.name: c.figure.value for c in province.by_units} == {
        "Xã Mới": 12,
        "Xã Ba Đông": 3,
        "Xã Ba Tây": 2,
        "Xã Bốn": 8,
    }
    assert province.formula_vi.startswith("Cộng số liệu của 4 đơn vị: ")
    assert province.formula_vi.endswith(" = 25 lượt")
    assert province.evidence == ()
    below = next(c for c in province.by_units if c.unit.name == "Xã Mới")
    commune = queries.story(FORM, below.unit.id, "2026-Q1", "rec.turns")
    assert (commune.evidence[0].quote, commune.evidence[0].start) == ("đã tiếp 12 lượt công dân", 10)
    assert (commune.origin, commune.row.own, commune.by_units) == ("read", True, ())
    assert commune.formula_vi == "Đơn vị tự báo cáo: 12 lượt"


def test_the_story_shows_who_is_missing(world, file):
    file(world.moi, "2026-Q1", rec__turns=5)

    told = queries.story(FORM, world.bac, "2026-Q1", "rec.turns")
    assert {c.unit.name: str(c.figure.state) for c in told.by_units}["Xã Bốn"] == "not_reported"
    assert told.formula_vi == "Cộng số liệu của 1/4 đơn vị: 5 lượt"
    assert told.formula_en == "Sum over 1 of 4 units: 5 turns"


def test_the_story_of_a_half_year_shows_its_quarters(world, file):
    file(world.moi, "2026-Q1", rec__turns=5, mod__total=50)
    file(world.moi, "2026-Q2", rec__turns=6, mod__total=52)

    told = queries.story(FORM, world.moi, "2026-H1", "rec.turns")
    assert [(c.period.code, c.figure.value) for c in told.by_periods] == [("2026-Q1", 5), ("2026-Q2", 6)]
    assert told.formula_vi == "Gộp quý I năm 2026, quý II năm 2026: 5 + 6 = 11 lượt"
    stock = queries.story(FORM, world.moi, "2026-H1", "mod.total")
    assert stock.formula_vi == "Lấy số cuối kỳ, tại quý II năm 2026: 52 mô hình"


def test_the_story_of_a_rate_says_its_division_and_what_the_report_said(world, form):
    evidence = [EvidenceInput("sentence", "narrative.Report:7", 1, 9, "đã giải quyết 22/29 vụ việc")]
    cells = [
        CellInput("rec.cases_resolved", 22, evidence=evidence),
        CellInput("rec.cases", 29),
        CellInput("rec.resolution_rate", 75),
    ]
    actions.file_submission(form=form, unit=world.bon, period="2026-Q1", cells=cells, by=BY)

    told = queries.story(FORM, world.bon, "2026-Q1", "rec.resolution_rate")
    assert told.terms == (("rec.cases_resolved", ""), ("rec.cases", ""))
    assert told.formula_vi.endswith(": 22 / 29 = 75,9%; báo cáo ghi 75,0%")
    assert [piece.quote for piece in told.evidence] == ["đã giải quyết 22/29 vụ việc"]
    above = queries.story(FORM, world.bac, "2026-Q1", "rec.resolution_rate")
    assert above.formula_vi == "Gộp tử số và mẫu số của 1/4 đơn vị: 22 / 29 = 75,9%"


def test_the_story_of_an_own_figure_shows_its_children_too(world, file, communes):
    file(world.bac, "2026-Q1", rec__turns=30)

    told = queries.story(FORM, world.bac, "2026-Q1", "rec.turns")
    assert (told.row.difference, len(told.by_units)) == (5, 4)
    assert told.formula_vi == "Đơn vị tự báo cáo: 30 lượt"


def test_the_story_counts_the_children_of_who_says_not_applicable(world, file):
    file(world.an, "2024-Q1", cells=[CellInput("rec.turns", state="not_applicable")])
    file(world.mot, "2024-Q1", rec__turns=50)
    file(world.binh, "2024-Q1", rec__turns=5)

    told = queries.story(FORM, world.bac, "2024-Q1", "rec.turns")
    assert told.formula_vi == "Cộng số liệu của 2 đơn vị: 50 + 5 = 55 lượt"
    assert "không áp dụng" in told.row.notes[0]


# Over the reform


def test_a_series_runs_over_the_reform_both_ways(world, districts, communes):
    found = queries.series(FORM, world.bac, "rec.turns", periods=["2026-Q1", "2025-Q1", "2024-Q1"])

    assert [p.period.code for p in found.reported] == ["2024-Q1", "2025-Q1", "2026-Q1"]
    assert [p.figure.value for p in found.reported] == [None, 14, 25]
    assert [p.figure.value for p in found.restated] == [None, 20, 25]
    assert [p.restated for p in found.restated] == [True, True, False]
    assert found.unit.name == "Tỉnh Bắc"


def test_a_series_says_where_a_unit_has_no_comparable_past(world, file, communes):
    file(world.ba, "2025-Q1", rec__turns=4)

    (past, _now) = queries.series(FORM, world.dong, "rec.turns", periods=["2025-Q1", "2026-Q1"]).restated
    assert (past.comparable, past.figure.value) == (False, None)
    (past, _now) = queries.series(FORM, world.dong, "rec.turns", periods=["2025-Q1", "2026-Q1"]).reported
    assert (past.comparable, past.reasons) == (False, ("Xã Ba Đông chưa có trong quý I năm 2025.",))


def test_what_a_former_province_reported_is_found_under_its_successor(world, file):
    file(world.nam, "2021-H1", mod__total=2011, mod__new=1354, mod__maintained=657)

    rows = {r.indicator: r for r in queries.restated_history(world.bac, "2021-H1")}
    assert set(rows) >= {"mod.total", "mod.new", "mod.maintained"}
    total = rows["mod.total"]
    assert (total.figure.value, total.complete, total.comparable) == (2011, False, True)
    assert [(s.unit.name, s.figure.value, s.own) for s in total.sources if s.figure.value] == [("Tỉnh Nam", 2011, True)]


def test_the_periods_of_a_unit_are_those_of_all_that_it_was_and_has(world, file):
    file(world.nam, "2021-H1", mod__total=1)
    file(world.cam, "2024-Q1", mod__total=1)
    file(world.bon, "2026-Q1", mod__total=1)

    assert [period.code for period in queries.periods_of(world.bac)] == ["2026-Q1", "2024-Q1", "2021-H1"]
    assert [period.code for period in queries.periods_of(world.bon)] == ["2026-Q1"]
    assert [period.code for period in queries.periods_of(world.cam)] == ["2024-Q1"], "it ended before its commune filed"


@pytest.fixture
def year_of_the_reform(world, file):
    """2025: districts reported the first two quarters, communes the last two."""
    for unit, turns in ((world.an, 10), (world.binh, 4), (world.cam, 6)):
        for quarter in ("2025-Q1", "2025-Q2"):
            file(unit, quarter, rec__turns=turns, mod__total=turns)
    for unit, turns in ((world.moi, 5), (world.dong, 1), (world.tay, 2), (world.bon, 3)):
        for quarter in ("2025-Q3", "2025-Q4"):
            file(unit, quarter, rec__turns=turns, mod__total=turns)


def test_the_year_of_the_reform_is_put_together_from_both_maps(world, year_of_the_reform):
    table = queries.consolidated(FORM, world.bac, "2025-Y")

    turns = table.row("rec.turns")
    assert (turns.figure.value, turns.complete) == (40 + 22, True)
    assert turns.notes[0].startswith("Địa giới thay đổi trong kỳ: số liệu gộp từ 6 tháng đầu năm 2025, 6 tháng cuối")
    assert table.row("mod.total").figure.value == 11, "a stock is that of the last day"
    assert (table.missing, len(table.filed)) == ((), 4), "nobody owed what was due before there was a duty"
    told = queries.story(FORM, world.bac, "2025-Y", "rec.turns")
    assert [(c.unit.name, c.period.code, c.figure.value) for c in told.by_periods] == [
        ("Tỉnh Bắc", "2025-H1", 28),
        ("Tỉnh Nam", "2025-H1", 12),
        ("Tỉnh Bắc", "2025-H2", 22),
    ]


def test_who_is_missing_before_the_reform_is_named_as_it_was_called(world, file, year_of_the_reform):
    file(world.cam, "2025-Q2", mod__total=6, replace=True)

    turns = row(world.bac, "2025-Y", "rec.turns")
    assert (turns.figure.value, turns.complete, names(turns.missing)) == (56, False, ["Huyện Cẩm"])


def test_a_year_is_compared_with_the_year_of_the_reform(world, file, year_of_the_reform):
    for unit in (world.moi, world.dong, world.tay, world.bon):
        file(unit, "2026-Y", rec__turns=20)

    compared = row(world.bac, "2026-Y", "rec.turns", compare="restated").comparison
    assert (compared.before.value, compared.delta, compared.comparability) == (62, 18, "exact")


def test_a_merged_commune_takes_the_first_half_from_those_that_it_was(world, file, year_of_the_reform):
    for unit, turns in ((world.mot, 7), (world.hai, 8)):
        file(unit, "2025-H1", rec__turns=turns)

    turns = row(world.moi, "2025-Y", "rec.turns")
    assert (turns.figure.value, turns.complete) == (15 + 10, True)


# Who filed


def test_who_filed_and_who_did_not(world, file):
    submission = file(world.moi, "2026-Q1", rec__turns=5)
    file(world.bac, "2026-Q1")

    filings = {f.unit.name: (f.state, f.submission) for f in queries.who_filed(FORM, world.bac, "2026-Q1")}
    assert filings["Xã Mới"] == ("filed", submission.pk)
    assert filings["Xã Bốn"] == ("missing", None)
    assert filings["Tỉnh Bắc"][0] == "filed"


def test_what_a_unit_filed_is_listed_latest_first(world, file):
    file(world.moi, "2025-Q4", rec__turns=5)
    file(world.moi, "2026-Q1", rec__turns=5, rec__cases=1)

    assert [(s.period, s.figures) for s in queries.submissions_of(world.moi)] == [("2026-Q1", 2), ("2025-Q4", 1)]


# Cost


@pytest.mark.parametrize(
    "read",
    [
        lambda w: queries.consolidated(FORM, w.bac, "2026-Q1", compare="restated"),
        lambda w: queries.consolidated(FORM, w.bac, "2026-H1"),
        lambda w: queries.story(FORM, w.bac, "2026-Q1", "rec.turns"),
        lambda w: queries.series(FORM, w.bac, "rec.turns", periods=["2025-Q1", "2026-Q1"]),
        lambda w: queries.restated_history(w.bac, "2025-Q1"),
        lambda w: queries.who_filed(FORM, w.bac, "2026-Q1"),
        lambda w: list(queries.submissions_of(w.moi)),
    ],
)
def test_a_read_costs_the_same_for_one_unit_and_for_three(world, file, read):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            read(world)
        return len(captured)

    file(world.moi, "2026-Q1", rec__turns=1)
    file(world.an, "2025-Q1", rec__turns=1)
    one = cost()
    for unit in (world.dong, world.tay):
        file(unit, "2026-Q1", rec__turns=1, rec__cases=1)
    file(world.moi, "2026-Q2", rec__turns=1)
    file(world.moi, "2025-Q4", rec__turns=1)
    file(world.binh, "2025-Q1", rec__turns=1, rec__cases=1)
    file(world.cam, "2025-Q1", rec__turns=1)
    assert cost() == one


def test_many_filings_are_found_again(world, form):
    filings = [FilingInput(unit, "2026-Q1", [CellInput("rec.turns", 5)]) for unit in (world.moi, world.bon)]
    actions.file_many(form=FORM, filings=filings, by=BY, illustration=True)

    table = queries.consolidated(FORM, world.bac, "2026-Q1")
    assert (table.row("rec.turns").figure.value, table.illustration) == (10, True)
