"""The identities inside the workbook: the formula says what the catalogue says, in every spreadsheet."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from danvan.figures import catalogue
from danvan.figures.workbook import checks, write_form
from danvan.figures.workbook.model import VALUE, Check, Term
from danvan.figures.workbook.writing import AT, SHEET

CATALOGUE = catalogue.load()


def filled_by_chance(sheet, seed):
    """Small figures, so that identities hold and break; some rows empty."""
    chance = random.Random(seed)  # noqa: S311 -- the same figures each time
    rows = [
        replace(row, state=VALUE, value=Decimal(chance.randint(0, 3)), version=1)
        if chance.random() < 0.8
        else replace(row, state="", value=None)
        for row in sheet.rows
    ]
    before = [replace(row, previous=Decimal(chance.randint(0, 3)) if chance.random() < 0.8 else None) for row in rows]
    return replace(sheet, rows=tuple(before))


def broken(sheet):
    """Row id -> what its check says."""
    values = {row.id: row.value for row in sheet.rows if row.state == VALUE}
    previous = {row.id: row.previous for row in sheet.rows if isinstance(row.previous, Decimal)}
    said: dict[str, str] = {}
    for check in sheet.checks:
        said[check.left] = said.get(check.left, "") + checks.broken(check, values, previous)
    return {one: words for one, words in said.items() if words}


@pytest.mark.parametrize("seed", range(20))
def test_the_checks_of_a_form_are_those_of_the_catalogue(sheet, seed):
    given = filled_by_chance(sheet, seed)
    values = {(row.indicator, row.breakdown): row.value for row in given.rows if row.state == VALUE}
    previous = {(row.indicator, row.breakdown): row.previous for row in given.rows if row.previous is not None}
    expected = {f"{one.identity.left}|{one.breakdown}" for one in CATALOGUE.check_identities(values, previous)}
    assert set(broken(given)) == expected


def test_a_long_rule_with_quotation_marks_stays_a_formula():
    check = Check("a|", "==", (Term(1, "b|"),), 'một "quy tắc" dài ' * 40)
    formula = checks.formula(check, lambda one: one[0], lambda one: one[0])
    assert max(len(piece) for piece in formula.split('"&"')) < 255 + 60
    assert '""quy tắc""' in formula


def test_a_spreadsheet_says_the_same_as_we_do(sheet, tmp_path, office):
    """LibreOffice works the formulas out itself: the results that we wrote are taken away first."""
    wanted = {}
    for seed in range(4):
        given = filled_by_chance(sheet, seed)
        book = openpyxl.load_workbook(io.BytesIO(write_form(given)))  # openpyxl keeps formulas, not their results
        book.save(tmp_path / f"{seed}.xlsx")
        wanted[seed] = broken(given)
    office([tmp_path / f"{seed}.xlsx" for seed in wanted], "xlsx:Calc MS Excel 2007 XML", tmp_path / "out")
    for seed, expected in wanted.items():
        page = openpyxl.load_workbook(tmp_path / "out" / f"{seed}.xlsx", data_only=True)[SHEET]
        said = {
            line[AT["id"]]: line[AT["check"]]
            for line in page.iter_rows(min_row=9, values_only=True)
            if line[AT["id"]] and line[AT["check"]]
        }
        assert said == expected
        assert expected
