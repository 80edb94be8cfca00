"""The dân vận form of a commune, partly filled: no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from danvan.figures import catalogue
from danvan.figures.workbook.checks import checks_of
from danvan.figures.workbook.layout import rows_of
from danvan.figures.workbook.model import FormRow, FormSheet
from danvan.lib.datafiles import from_yaml

NOW = {
    "mod.total|": ("value", "9"),
    "mod.total|field=economy": ("value", "4"),
    "mod.new|": ("value", "3"),
    "mod.maintained|": ("value", "5"),
    "rec.turns|": ("value", "120"),
    "rec.persons|": ("not_reported", None),
    "rec.resolution_rate|": ("value", "88.9"),
    "vis.gift_value|": ("value", "62500000"),
    "fund.balance_end|": ("value", "-1500000"),
    "dlg.sessions|": ("not_applicable", None),
}


def dan_van_rows() -> list[FormRow]:
    entry = from_yaml((catalogue.DATA / "forms" / "dan_van.yaml").read_text("utf-8"))
    sections = []
    for section in entry["sections"]:
        rows = []
        for line in section["rows"]:
            line = line if isinstance(line, dict) else {"row": line}
            code, _space, breakdown = line["row"].partition(" ")
            rows.append({**line, "indicator": code, "breakdown": breakdown})
        sections.append({**section, "rows": rows})
    return list(rows_of(sections, catalogue.load()))


@pytest.fixture(scope="session")
def sheet() -> FormSheet:
    rows = []
    for row in dan_van_rows():
        state, value = NOW.get(row.id, ("", None))
        rows.append(
            replace(
                row,
                state=state,
                value=Decimal(value) if value else None,
                version=1 if state else 0,
                note="Gồm cả đột xuất" if row.id == "rec.turns|" else "",
                previous=Decimal("75.5") if row.kind == "percent" else Decimal(7),
                last_year="chưa báo cáo" if row.indicator == "rec.turns" else Decimal(11),
            )
        )
    return FormSheet(
        form="dan_van",
        version=date(2010, 1, 1),
        title="Báo cáo công tác dân vận",
        unit=17,
        unit_name="Xã Mới, Tỉnh Bắc",
        period="2026-Q1",
        period_label="Quý I năm 2026",
        rows=tuple(rows),
        checks=checks_of(rows, catalogue.load()),
        previous_label="Quý IV/2025",
        last_year_label="Quý I/2025",
        due="Hạn nộp: 07/04/2026",
    )
