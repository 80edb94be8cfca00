"""Prints three reports with invented figures and draws their pages: `python docs/layouts/draw.py [FOLDER]`."""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2
from PIL import Image

from danvan.desk.assets import FONTS
from danvan.figures import catalogue
from danvan.lib.periods import Period
from danvan.narrative import writing
from danvan.narrative.writing import Figure, Issuer, ReportData, Row, Section, Signer

# Indicator: now, the same period before; "a/b" for a rate.
FIGURES = {
    "Lãnh đạo, chỉ đạo": {"doc.directives_received": (6, 5), "doc.issued": (18, 14), "mtg.conferences": (4, 4)},
    "Tiếp công dân, đối thoại": {
        "rec.turns": (46, 66),
        "rec.cases": (29, 44),
        "rec.groups": (0, 5),
        "rec.resolution_rate": ("22/29", "30/44"),
        "pet.received": (120, 131),
        "pet.complaints": (25, 31),
        "pet.denunciations": (5, 7),
        "pet.recommendations": (90, 93),
        "dlg.sessions": (19, 17),
        "dlg.attendance": (1538, 1411),
        "dlg.opinions": (204, 188),
    },
    "Mặt trận, đoàn thể": {
        "vis.gift_turns": (62000, 60500),
        "vis.gift_value": (26_400_000_000, 25_000_000_000),
        "sup.sessions": (37, 35),
        "crt.sessions": (6, 4),
        "prp.sessions": (412, 398),
        "prp.attendance": (28450, 27120),
    },
    "Phong trào “Dân vận khéo”": {
        "mod.total": (2011, 1966),
        "mod.total[field=economy]": (816, 790),
        "mod.total[field=culture_society]": (702, 690),
        "mod.total[field=defence_security]": (241, 240),
        "mod.total[field=political_system]": (252, 246),
        "mod.new": (142, 120),
        "mod.maintained": (1869, 1846),
        "awd.collective": (7, 5),
        "awd.individual": (6, 9),
    },
}
REPORTS = {
    "quarter-party-2026": (
        "2026-Q3",
        date(2026, 10, 5),
        Issuer(
            "Ban Tuyên giáo và Dân vận",
            "Tỉnh ủy Thái Nguyên",
            "BTGDVTU",
            "Thái Nguyên",
            Signer("Phó Trưởng ban", "deputy", "Trưởng ban"),
            ("Ban Tuyên giáo và Dân vận Trung ương", "Thường trực Tỉnh ủy", "Lãnh đạo Ban"),
        ),
    ),
    "half-year-party-2018": (
        "2021-H1",
        date(2021, 6, 15),
        Issuer(
            "Ban Dân vận",
            "Tỉnh ủy Thái Nguyên",
            "BDVTU",
            "Thái Nguyên",
            Signer("Trưởng ban"),
            ("Ban Dân vận Trung ương", "Thường trực Tỉnh ủy"),
        ),
    ),
    "year-state": (
        "2025-Y",
        date(2026, 1, 5),
        Issuer(
            "Ủy ban nhân dân tỉnh Thái Nguyên",
            "",
            "UBND",
            "Thái Nguyên",
            Signer("Chủ tịch", "collective", "Ủy ban nhân dân"),
            ("Thường trực Tỉnh ủy", "Thường trực Hội đồng nhân dân tỉnh"),
            layout="state",
        ),
    ),
}
SCALE = 0.85  # of 72 dots an inch


def data(period: Period, day: date, issuer: Issuer) -> ReportData:
    known = catalogue.load()
    sections = tuple(
        Section(title, tuple(_row(known, key, *pair) for key, pair in rows.items())) for title, rows in FIGURES.items()
    )
    return ReportData(
        issuer=issuer,
        unit="Tỉnh Thái Nguyên",
        period=period.label(),
        period_code=period.code,
        same_period=period.same_last_year.label(),
        next_period=period.next.label(),
        sections=sections,
        date=day,
        number=7,
        expected=92,
        filed=90,
        missing=("Xã Ba Bể", "Phường Phổ Yên"),
        base_url="https://danvan.example/",
        url=f"tables/19/{period.code}/",
        illustration=True,
    )


def _row(known: catalogue.Catalogue, key: str, now: object, before: object) -> Row:
    code, _, breakdown = key.rstrip("]").partition("[")
    indicator = known[code]
    figure, earlier = _figure(now), _figure(before)
    delta = (figure.value or Decimal(0)) - (earlier.value or Decimal(0))
    rate = indicator.unit_vi == "%"
    return Row(
        indicator=indicator.code,
        label=indicator.name_vi,
        unit=indicator.unit_vi,
        breakdown=breakdown,
        part=indicator.breakdown_label(breakdown) if breakdown else "",
        now=figure,
        before=earlier,
        delta=delta,
        percent=None if rate or not earlier.value else 100 * delta / earlier.value,
        url=f"tables/19/2026-Q1/#{indicator.code}",
    )


def _figure(given: object) -> Figure:
    if isinstance(given, str):
        part, whole = map(Decimal, given.split("/"))
        return Figure("value", 100 * part / whole, part, whole)
    return Figure("value", Decimal(str(given)))


def drawn(written: writing.Report, path: Path) -> None:
    """All pages of a paper side by side."""
    with tempfile.TemporaryDirectory() as place:
        pdf = Path(place, "report.pdf")
        writing.to_pdf(written, pdf, [FONTS])
        with pypdfium2.PdfDocument(pdf) as document:
            pages = [page.render(scale=SCALE).to_pil().convert("L") for page in document]
    gap = 12
    sheet = Image.new("L", (sum(page.width + gap for page in pages) + gap, max(p.height for p in pages) + 2 * gap), 200)
    left = gap
    for page in pages:
        sheet.paste(page, (left, gap))
        left += page.width + gap
    sheet.quantize(16).save(path, optimize=True)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, (code, day, issuer) in REPORTS.items():
        drawn(writing.report(data(Period.parse(code), day, issuer)), folder / f"{name}.png")


if __name__ == "__main__":
    main()
