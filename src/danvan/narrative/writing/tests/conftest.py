"""A province's quarter, small enough to read: one figure of each kind that a report must tell apart."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from danvan.narrative.writing import Contribution, Figure, Issuer, ReportData, Row, Section

UNITS = {
    "rec.turns": "lượt",
    "rec.persons": "lượt người",
    "rec.cases": "vụ việc",
    "rec.groups": "đoàn",
    "rec.resolution_rate": "%",
    "dlg.sessions": "cuộc",
    "dlg.attendance": "lượt người",
    "dlg.opinions": "ý kiến",
    "mod.total": "mô hình",
    "mod.new": "mô hình",
    "mod.maintained": "mô hình",
    "mod.stopped": "mô hình",
    "pet.overdue_end": "vụ việc",
    "iss.hotspots_end": "điểm",
    "awd.collective": "tập thể",
    "awd.individual": "cá nhân",
    "awd.total": "lượt",
    "vis.delegations": "đoàn",
    "vis.gift_turns": "lượt quà",
    "vis.gift_value": "đồng",
    "prp.sessions": "buổi",
}


def a_row(indicator: str, now: object, before: object = None, *, qualifier: str = "exact", **more: object) -> Row:
    """A row as a consolidation gives it. now: a number, "a/b" for a ratio, or the state of an empty cell."""
    figure = _figure(now, qualifier)
    earlier = None if before is None else _figure(before, "exact")
    delta = percent = None
    if figure.value is not None and earlier is not None and earlier.value is not None:
        delta = figure.value - earlier.value
        percent = 100 * delta / earlier.value if earlier.value and UNITS[indicator] != "%" else None
    breakdown = str(more.get("breakdown", ""))
    given = {
        "label": f"Số {indicator}",
        "unit": UNITS[indicator],
        "url": f"o/{indicator}{breakdown and '?' + breakdown}",
    }
    row = Row(indicator=indicator, now=figure, before=earlier, delta=delta, percent=percent, **{**given, **more})
    return replace(row, delta=None, percent=None) if row.comparability == "not_comparable" else row


def _figure(given: object, qualifier: str) -> Figure:
    if isinstance(given, str) and "/" in given:
        above, below = (Decimal(part) for part in given.split("/"))
        return Figure("value", 100 * above / below if below else None, above, below, qualifier)
    if isinstance(given, str):
        return Figure(given)
    return Figure("value", Decimal(str(given)), qualifier=qualifier)


@pytest.fixture(scope="session")
def data() -> ReportData:
    """Every kind of cell: up, down, equal, no base, zero, hedged, ratio, money, breakdown, empty, not comparable."""
    return ReportData(
        issuer=Issuer("Ban Tuyên giáo và Dân vận", "Tỉnh ủy Thái Nguyên", "BTGDVTU", "Thái Nguyên"),
        unit="Tỉnh Thái Nguyên",
        period="quý I năm 2026",
        period_code="2026-Q1",
        same_period="quý I năm 2025",
        next_period="quý II năm 2026",
        sections=(
            Section(
                "Tiếp công dân",
                (
                    a_row("rec.turns", 46, 66),
                    a_row("rec.cases", 29, 44),
                    a_row("rec.groups", 0, 5),
                    a_row("rec.resolution_rate", "22/29", "30/44"),
                    a_row("dlg.sessions", 19, "not_reported"),
                    a_row("dlg.attendance", "not_reported"),
                ),
            ),
            Section(
                "Dân vận khéo",
                (
                    a_row("mod.total", 55, 55),
                    a_row("mod.total", 16, 15, breakdown="field=economy", part="kinh tế"),
                    a_row("mod.total", 39, 40, breakdown="field=culture_society", part="văn hóa - xã hội"),
                    a_row("mod.new", 30, 10, comparability="not_comparable", reasons=("địa giới đã chia tách",)),
                    a_row("mod.maintained", 25, 20, missing=("Xã Ba Bể",)),
                    a_row("vis.gift_turns", 62000, qualifier="over"),
                    a_row("vis.gift_value", 26_400_000_000, 25_000_000_000),
                ),
            ),
        ),
        year=2026,
        expected=92,
        filed=90,
        missing=("Xã Ba Bể", "Phường Phổ Yên"),
        contributions=(Contribution("Xã Ba Bể", "rec.turns", "", "Lượt tiếp", "lượt", Figure("value", Decimal(12))),),
        base_url="http://127.0.0.1:8000/",
        illustration=True,
    )
