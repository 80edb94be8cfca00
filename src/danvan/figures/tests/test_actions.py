"""The shipped form, and what may be filed in it."""

from __future__ import annotations

from decimal import Decimal

import pytest
import yaml
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from danvan.access.tests.cast import statements
from danvan.audit.models import Event
from danvan.figures import actions, catalogue
from danvan.figures.actions import CellInput, EvidenceInput, FilingInput
from danvan.figures.errors import FigureError
from danvan.figures.models import Cell, Duty, Evidence, Form, Submission
from danvan.lib.datafiles import from_yaml
from danvan.lib.periods import Period

BY = "cán bộ tỉnh"


# Forms


def test_the_shipped_form_asks_for_known_figures_and_no_more_than_120(form):
    shipped = Form.objects.get(code="dan_van")
    rows = [row for section in shipped.sections for row in section["rows"]]

    assert 100 <= len(rows) <= 120
    assert all(row["indicator"] in catalogue.load() for row in rows)
    assert {"indicator": "mod.total", "breakdown": "field=economy"} in rows
    assert all(section["title_vi"] and section["title_en"] for section in shipped.sections)
    assert shipped.periodicities == ["quarter", "half", "nine_months", "year"]


def test_the_duty_went_from_districts_to_communes_with_the_reform(form):
    duties = {duty.level: duty.during for duty in Duty.objects.filter(form_code="dan_van")}

    assert set(duties) == {"district", "commune"}
    assert duties["district"].upper == duties["commune"].lower


def test_shipping_again_changes_nothing(form):
    events = Event.objects.count()

    assert actions.ship_forms(by=BY) == 0
    assert Event.objects.count() == events


@pytest.fixture
def folder(tmp_path):
    path = catalogue.DATA / "forms" / "dan_van.yaml"
    entry = from_yaml(path.read_text("utf-8"))

    def write(change):
        change(entry)
        (tmp_path / "dan_van.yaml").write_text(yaml.safe_dump(entry, allow_unicode=True), "utf-8")
        return tmp_path

    return write


def test_a_changed_file_changes_the_form_in_place(form, folder):
    before = Form.objects.get(code="dan_van")

    assert actions.ship_forms(by=BY, folder=folder(lambda e: e.update(name_en="Another name"))) == 1
    after = Form.objects.get(code="dan_van")
    assert (after.pk, after.name_en) == (before.pk, "Another name")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("mod.nothing", "Không có chỉ tiêu “mod.nothing”"),
        ("mod.total field=land", "không có giá trị “land”"),
        ("mod.total", "mod.total có hai dòng"),
    ],
)
def test_a_form_with_an_unknown_row_is_refused(form, folder, row, says):
    broken = folder(lambda e: e["sections"][0]["rows"].append(row))

    with pytest.raises(FigureError, match=says):
        actions.ship_forms(by=BY, folder=broken)


# Filing


def test_a_submission_keeps_its_figures_their_evidence_and_who_filed_it(world, form):
    quote = EvidenceInput("sentence", "report:7", 10, 40, "toàn tỉnh có 2.011 mô hình")
    submission = actions.file_submission(
        form=form,
        unit=world.moi,
        period="2026-Q1",
        by=BY,
        source="report:7",
        cells=[
            CellInput("mod.total", 2011, qualifier="over", origin="read", previous_stated=2000, evidence=[quote]),
            CellInput("mod.total", 16, breakdown="field=economy"),
            CellInput("pet.received", state="not_applicable"),
        ],
    )

    total = submission.cells.get(indicator="mod.total", breakdown="")
    assert (total.value, total.qualifier, total.origin, total.previous_stated) == (2011, "over", "read", 2000)
    assert total.evidence.get().quote == "toàn tỉnh có 2.011 mô hình"
    assert submission.cells.get(indicator="pet.received").state == "not_applicable"
    assert submission.window.lower == Period.parse("2026-Q1").start
    event = Event.objects.get(verb="figures.file")
    assert (event.by, event.subject) == (BY, f"figures.Submission:{submission.pk}")
    assert event.data["cells"] == 3


def test_a_rate_given_by_its_parts_gets_its_percent(world, form):
    cells = [
        CellInput("rec.resolution_rate", numerator=22, denominator=29),
        CellInput("pet.resolution_rate", numerator=0, denominator=0),
        CellInput("dlg.resolution_rate", 75, numerator=22, denominator=29),
    ]
    submission = actions.file_submission(form=form, unit=world.moi, period="2026-Q1", cells=cells, by=BY)

    stored = {cell.indicator: cell for cell in submission.cells.all()}
    assert stored["rec.resolution_rate"].value == Decimal("75.8621")
    assert (stored["pet.resolution_rate"].state, stored["pet.resolution_rate"].value) == ("not_applicable", None)
    assert stored["dlg.resolution_rate"].value == 75, "what a report states stays as stated"


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (CellInput("rec.nothing", 1), "Không có chỉ tiêu “rec.nothing”"),
        (CellInput("rec.turns", 1, breakdown="mode=often"), "“mode” không có giá trị “often”"),
        (CellInput("rec.turns", 1, breakdown="field=land"), "không phân tổ theo “field”"),
        (CellInput("rec.turns", -1), "-1 nhỏ hơn 0"),
        (CellInput("rec.turns", Decimal("1.5")), "1.5 phải là số nguyên"),
        (CellInput("rec.turns", Decimal("NaN")), "NaN không phải là số có thể có"),
        (CellInput("rec.turns", 10**15), "không phải là số có thể có"),
        (CellInput("rec.turns", 1, previous_stated=-3), "-3 nhỏ hơn 0"),
        (CellInput("rec.turns"), "thiếu số"),
        (CellInput("rec.turns", numerator=1, denominator=2), "thiếu số"),
        (CellInput("rec.turns", 1, state="not_reported"), "không ghi số 1"),
        (CellInput("rec.turns", 1, state="unknown"), "trạng thái “unknown” không có"),
        (CellInput("rec.turns", 1, qualifier="maybe"), "mức chính xác “maybe” không có"),
        (CellInput("rec.turns", 1, origin="heard"), "nguồn gốc “heard” không có"),
        (CellInput("rec.resolution_rate", 75, numerator=22), "đủ cả hai"),
        (CellInput("prt.online_now", 642), "là số tức thời"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_with_a_sentence(world, form, cell, says):
    with pytest.raises(FigureError, match=says):
        actions.file_submission(form=form, unit=world.moi, period="2026-Q1", cells=[cell], by=BY)
    assert not Submission.objects.exists()


def test_a_fund_may_be_overdrawn(world, form):
    cells = [CellInput("fund.balance_end", -5_000_000)]
    submission = actions.file_submission(form=form, unit=world.moi, period="2026-Q1", cells=cells, by=BY)

    assert submission.cells.get().value == -5_000_000


def test_every_problem_is_named_at_once(world, form):
    cells = [CellInput("rec.turns", -1), CellInput("rec.turns", 2), CellInput("rec.nothing", 3)]

    with pytest.raises(FigureError) as refused:
        actions.file_submission(form=form, unit=world.moi, period="2026-Q1", cells=cells, by=BY)
    assert len(refused.value.problems) == 3
    assert "có hai số trong cùng một báo cáo" in str(refused.value)


def test_a_unit_that_was_not_there_in_the_period_is_refused(world, form):
    with pytest.raises(FigureError, match=r"Xã Mới không tồn tại trong quý I năm 2025 \(có từ 1/7/2025\)"):
        actions.file_submission(form=form, unit=world.moi, period="2025-Q1", cells=[], by=BY)
    with pytest.raises(FigureError, match=r"Huyện An không tồn tại .* \(có từ 1/1/2010 đến 30/6/2025\)"):
        actions.file_submission(form=form, unit=world.an, period="2025-Q3", cells=[], by=BY)
    with pytest.raises(FigureError, match="Không có đơn vị số 999999"):
        actions.file_submission(form=form, unit=999999, period="2025-Q3", cells=[], by=BY)


def test_a_unit_may_file_for_a_period_in_which_it_began(world, form):
    assert actions.file_submission(form=form, unit=world.moi, period="2025-Y", cells=[], by=BY).pk


def test_a_unit_that_ended_within_the_period_files_the_part_that_it_saw(world, file):
    """On the map of the period's last day, from which all totals are made, nobody stands above it."""
    with pytest.raises(FigureError, match=r"Huyện An chỉ có đến 30/6/2025, trước khi hết năm 2025: hãy nộp cho phần"):
        file(world.an, "2025-Y", rec__turns=5)
    assert file(world.an, "2025-H1", rec__turns=5).pk


@pytest.mark.parametrize(
    ("period", "says"),
    [
        ("2026-M07", "không nộp cho tháng 7 năm 2026"),
        ("2026-Q1@15", "không tính theo lịch"),
        ("2026-Q5", "Không có quý 5"),
        ("quý một", "Không hiểu mã kỳ"),
        ("20260210-20260315", "Biểu lập theo kỳ"),
        ("2009-Y", "Không có biểu “dan_van” dùng cho năm 2009"),
    ],
)
def test_a_period_that_the_form_is_not_filed_for_is_refused(world, form, period, says):
    with pytest.raises(FigureError, match=says):
        actions.file_submission(form=form, unit=world.bac, period=period, cells=[], by=BY)


def test_an_unknown_form_is_refused(world, form):
    with pytest.raises(FigureError, match="Không có biểu “other”"):
        actions.file_submission(form="other", unit=world.bac, period="2026-Q1", cells=[], by=BY)


def test_a_second_filing_is_refused_and_the_first_stays(world, file):
    first = file(world.moi, "2026-Q1", rec__turns=5)

    with pytest.raises(FigureError, match="Xã Mới đã nộp Báo cáo công tác dân vận quý I năm 2026"):
        file(world.moi, "2026-Q1", rec__turns=6)
    assert first.cells.get().value == 5


def test_who_files_waits_for_whoever_is_filing(world, file):
    """Else two at once would both find nothing filed, and the second would meet the database's own refusal."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
    somebody = connection.copy()
    try:
        with somebody.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [actions.LOCK])
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            file(world.moi, "2026-Q1", rec__turns=5)
    finally:
        somebody.close()
    assert file(world.moi, "2026-Q1", rec__turns=5).pk


def test_a_replacing_filing_leaves_word_of_what_it_replaced(world, file):
    first = file(world.moi, "2026-Q1", rec__turns=5, rec__cases=2, source="cũ")
    second = file(world.moi, "2026-Q1", rec__turns=6, replace=True)

    assert Submission.objects.get(standing=True) == second
    assert second.cells.get().value == 6
    (replaced,) = Event.objects.latest("pk").data["replaced"]
    assert (replaced["submission"], replaced["cells"], replaced["source"]) == (first.pk, 2, "cũ")


def test_a_consolidated_submission_stands_beside_an_own_one(world, form, file):
    file(world.bac, "2026-Q1", rec__turns=5)
    actions.sign(form=form, unit=world.bac, period="2026-Q1", by=BY)
    assert set(Submission.objects.values_list("kind", flat=True)) == {"own", "consolidated"}


def test_many_are_filed_at_once_or_none(world, form):
    good = FilingInput(world.moi, "2026-Q1", [CellInput("rec.turns", 5, evidence=[EvidenceInput("file", "a.xlsx")])])
    bad = FilingInput(world.bon, "2026-Q1", [CellInput("rec.turns", -5)])

    with pytest.raises(FigureError):
        actions.file_many(form=form, filings=[good, bad], by=BY)
    assert not Submission.objects.exists()

    actions.file_many(form=form, filings=[good, FilingInput(world.bon, "2026-Q1", [])], by=BY)
    assert Submission.objects.count() == 2
    assert Evidence.objects.get().cell.indicator == "rec.turns"
    assert Event.objects.get(verb="figures.file_many").data["cells"] == 1


def test_one_unit_may_not_file_twice_in_one_go(world, form):
    with pytest.raises(FigureError, match="hai báo cáo cho cùng một kỳ"):
        actions.file_many(form=form, filings=[FilingInput(world.moi, "2026-Q1", [])] * 2, by=BY)


def test_filing_many_costs_the_same_queries_for_one_and_for_three(world, form):
    def cost(units):
        filings = [FilingInput(unit, "2026-Q1", [CellInput("rec.turns", 5)]) for unit in units]
        with CaptureQueriesContext(connection) as queries:
            actions.file_many(form=form, filings=filings, by=BY)
        return statements(queries)

    assert cost([world.moi]) == cost([world.bon, world.dong, world.tay])


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "value", "value": None},
        {"state": "not_reported", "value": 3},
        {"numerator": 3},
        {"numerator": -3, "denominator": 5},
    ],
)
def test_the_database_itself_refuses_a_cell_that_contradicts_itself(world, file, wrong):
    submission = file(world.moi, "2026-Q1")

    with pytest.raises(IntegrityError), transaction.atomic():
        Cell.objects.create(submission=submission, indicator="rec.turns", **{"value": 1, "origin": "typed", **wrong})
