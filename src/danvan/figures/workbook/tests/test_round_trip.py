"""A form written, filled as people fill it, and read back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from danvan.figures.workbook import diff, read_form, write_form
from danvan.figures.workbook.model import EMPTY, VALUE, Base, FormRow, FormSheet, counted
from danvan.figures.workbook.tests.filling import Person
from danvan.figures.workbook.writing import META, SHEET


@pytest.fixture(scope="module")
def data(sheet):
    return write_form(sheet)


def changed(sheet, data):
    return {one.id: one for one in diff(sheet, read_form(data, sheet)) if one.status != "unchanged"}


def test_what_was_downloaded_and_not_touched_changes_nothing(sheet, data):
    filled = read_form(data, sheet)
    assert {one.status for one in diff(sheet, filled)} == {"unchanged"}
    assert filled.remarks == ()
    assert filled.base["rec.turns|"] == Base(1, VALUE, Decimal(120), "Gồm cả đột xuất")


def test_saving_in_another_program_changes_nothing(sheet, data):
    assert changed(sheet, Person(data).save()) == {}


def test_each_cell_says_what_would_happen_to_it(sheet, data):
    person = Person(data)
    person.put("rec.cases|", 44)
    person.put("mod.total|", 10)
    person.put("mod.new|", None)
    person.put("rec.turns|", "chừng 120")
    person.put("rec.persons|", "không áp dụng", "empty")
    person.put("dlg.opinions|", "chưa đến hạn", "empty")
    person.put("rec.resolution_rate|", "theo sổ mới", "note")
    found = changed(sheet, person.save())
    assert {one: found[one].status for one in found} == {
        "rec.cases|": "new",
        "mod.total|": "changed",
        "mod.new|": "cleared",
        "rec.turns|": "invalid",
        "rec.persons|": "new",
        "dlg.opinions|": "new",
        "rec.resolution_rate|": "changed",
    }
    assert found["rec.cases|"].filled.value == 44
    assert "chữ và số" in str(found["rec.turns|"].reason)
    assert found["rec.persons|"].filled.state == "not_applicable"
    assert "ghi chú" in str(found["rec.resolution_rate|"].reason)
    assert counted(found.values())["changed"] == 2


def test_a_cell_changed_on_both_sides_shows_theirs_mine_and_the_one_at_download(sheet, data):
    person = Person(data)
    person.put("mod.total|", 12)
    moved = replace(
        sheet,
        rows=tuple(
            replace(row, value=row.value + 1, version=2) if row.id in ("mod.total|", "mod.new|") else row
            for row in sheet.rows
        ),
    )
    found = {one.id: one for one in diff(moved, read_form(person.save(), moved))}
    both = found["mod.total|"]
    assert (both.status, both.row.value, both.filled.value, both.base.value) == ("conflicting", 10, 12, 9)
    assert not both.writes
    # nobody touched this one in the file: the newer figure stays
    assert (found["mod.new|"].status, found["mod.new|"].row.value) == ("unchanged", 4)


def test_two_people_who_write_the_same_do_not_conflict(sheet, data):
    person = Person(data)
    person.put("mod.total|", 12)
    moved = replace(
        sheet,
        rows=tuple(replace(r, value=Decimal(12), version=2) if r.id == "mod.total|" else r for r in sheet.rows),
    )
    assert changed(moved, person.save()) == {}


def test_rows_are_found_by_their_id_when_somebody_sorts_them(sheet, data):
    person = Person(data)
    one, other = person.row("rec.turns|"), person.row("pet.received|")
    for column in range(1, person.page.max_column + 1):
        first, second = person.page.cell(one, column), person.page.cell(other, column)
        first.value, second.value = second.value, first.value
    assert changed(sheet, person.save()) == {}


def test_columns_are_found_when_one_is_put_before_them(sheet, data):
    person = Person(data)
    person.page.insert_cols(3)
    person.page.merged_cells.ranges.clear()
    assert changed(sheet, person.save()) == {}


def test_a_percentage_reads_the_same_typed_pasted_or_written(sheet, data):
    for content, number_format in ((0.905, "0.0%"), (90.5, "General"), ("90,5%", "@"), ("90.5", "@")):
        person = Person(data)
        cell = person.cell("rec.resolution_rate|")
        cell.value, cell.number_format = content, number_format
        assert changed(sheet, person.save())["rec.resolution_rate|"].filled.value == Decimal("90.5"), content


def test_a_ninety_percent_that_became_nine_thousand_is_pointed_out(sheet, data):
    person = Person(data)
    person.put("rec.resolution_rate|", 90.5)
    found = changed(sheet, person.save())["rec.resolution_rate|"]
    assert "9.050%" in str(found.remark)


def test_the_workbook_guards_what_must_not_be_changed(sheet, data):
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book[SHEET]
    person = Person(data)
    assert page.protection.sheet
    assert not page.protection.password
    assert book[META].sheet_state == "veryHidden"
    open_cells = {cell.column for line in page.iter_rows() for cell in line if not cell.protection.locked}
    assert open_cells == {person.cell("rec.turns|", name).column for name in ("value", "empty", "note")}
    rules = {str(area): rule.type for rule in page.data_validations.dataValidation for area in rule.sqref.ranges}
    assert rules[person.cell("rec.turns|").coordinate] == "whole"
    assert rules[person.cell("rec.resolution_rate|").coordinate] == "decimal"
    assert rules[person.cell("rec.turns|", "empty").coordinate] == "list"
    assert book.defined_names["so.mod.total.field.economy"].attr_text == (
        f"'{SHEET}'!$G${person.row('mod.total|field=economy')}"
    )
    assert page.freeze_panes
    assert page.page_setup.paperSize == 9


def test_the_check_beside_a_row_says_what_does_not_add_up(sheet, data):
    said = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[SHEET]
    row = Person(data).row("mod.total|")
    assert said.cell(row, 10).value.startswith("Phải bằng 8 (tổng số mô hình bằng đăng ký mới cộng duy trì).")


def rows():
    """Rows of every sort with figures that the system can hold."""
    whole = st.integers(0, 10**15 - 1).map(Decimal)
    signed = st.integers(-(10**14), 10**14).map(Decimal)
    fraction = st.decimals(0, 10**9, places=4).map(lambda value: value.normalize() + 0)
    of = {("whole", False): whole, ("money", False): whole, ("money", True): signed, ("fraction", False): fraction}
    of["percent", False] = fraction
    stated = st.sampled_from(sorted(of)).flatmap(
        lambda sort: st.tuples(st.just(sort), st.one_of(st.sampled_from(["", *EMPTY]), of[sort]))
    )
    return st.lists(stated, min_size=1, max_size=6)


def notes():
    signs = st.characters(codec="utf-8", exclude_characters="=", exclude_categories=("Cs", "Cn", "Co"))
    return st.text(signs, max_size=30)


def a_sheet(figures) -> FormSheet:
    made = []
    for at, ((kind, signed), content) in enumerate(figures):
        state, value = (VALUE, content) if isinstance(content, Decimal) else (content, None)
        made.append(
            FormRow("I. Phần", f"x.r{at}", f"Dòng {at}", "lượt", kind=kind, signed=signed, state=state, value=value)
        )
    return FormSheet("thu", date(2026, 1, 1), "Biểu thử", 1, "Xã A", "2026-Q1", "Quý I", tuple(made))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(rows(), st.data())
def test_what_a_person_types_is_what_is_read(figures, draw):
    empty = a_sheet([(sort, "") for sort, _content in figures])
    wanted = a_sheet(figures)
    written = [draw.draw(notes()) for _row in wanted.rows]
    person = Person(write_form(empty))
    for row, note in zip(wanted.rows, written, strict=True):
        if row.state == VALUE:
            person.put(row.id, row.value / 100 if row.kind == "percent" else row.value)
        elif row.state:
            person.put(row.id, EMPTY[row.state], "empty")
        try:
            person.put(row.id, note, "note")
        except openpyxl.utils.exceptions.IllegalCharacterError:
            person.put(row.id, "", "note")
    found = read_form(person.save(), empty).by_id()
    assert {one: (cell.state, cell.value, cell.wrong) for one, cell in found.items()} == {
        row.id: (row.state, row.value, None) for row in wanted.rows
    }


@settings(deadline=None, max_examples=60)
@given(rows(), st.data())
def test_what_is_stored_comes_back_unchanged(figures, draw):
    sheet = a_sheet(figures)
    sheet = replace(sheet, rows=tuple(replace(row, note=draw.draw(notes())) for row in sheet.rows))
    assert {one.status for one in diff(sheet, read_form(write_form(sheet), sheet))} == {"unchanged"}
