"""A province's quarter with every indicator of the catalogue, as Word, PDF, HTML and workbook."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pypdfium2

from bench.common import Row, measure, table
from danvan.figures import catalogue
from danvan.narrative import writing

RUNS = 20
PAGES = 15  # at least: what a province's report has
FILED = 86  # communes
PARTED = ("mod.total", "mod.new", "awd.total", "dlg.sessions", "prp.sessions", "org.members_end", "vis.gift_turns")


def data(more: int = 0) -> writing.ReportData:
    """Every indicator with a figure, the year before, and a link; models and awards by their parts; what each commune
    gave. more: added to every figure.
    """
    rows: list[writing.Row] = []
    for place, indicator in enumerate(catalogue.load(), 1):
        rate = indicator.kind.code == "ratio"
        before = writing.Figure("value", Decimal(50 + more + place))
        now = (
            writing.Figure("value", Decimal(100 * place) / (150 + more), Decimal(place), Decimal(150 + more))
            if rate
            else writing.Figure(
                "value", Decimal(40 + more + 7 * place % 90) * (10**6 if indicator.unit_vi == "đồng" else 1)
            )
        )
        delta = (now.value or Decimal(0)) - (before.value or Decimal(0))
        rows.append(
            writing.Row(
                indicator=indicator.code,
                label=indicator.name_vi,
                unit=indicator.unit_vi,
                now=now,
                before=before,
                delta=delta,
                percent=None if rate else 100 * delta / (50 + more + place),
                url=f"tables/1/2026-Q1/#{indicator.code}",
            )
        )
        rows += _parts(rows[-1]) if indicator.code in PARTED else []
    sections = tuple(writing.Section(f"Nhóm {n // 15 + 1}", tuple(rows[n : n + 15])) for n in range(0, len(rows), 15))
    return writing.ReportData(
        issuer=writing.Issuer("Ban Tuyên giáo và Dân vận", "Tỉnh ủy Thái Nguyên", "BTGDVTU", "Thái Nguyên"),
        unit="Tỉnh Thái Nguyên",
        period="quý I năm 2026",
        period_code="2026-Q1",
        same_period="quý I năm 2025",
        sections=sections,
        year=2026,
        expected=98,
        filed=FILED,
        missing=tuple(f"Xã số {n}" for n in range(FILED, 98)),
        contributions=tuple(_given(row, n) for row in rows if row.unit not in ("%", "đồng") for n in range(FILED)),
        base_url="http://127.0.0.1:8000/",
    )


def _parts(row: writing.Row) -> list[writing.Row]:
    indicator = catalogue.load()[row.indicator]
    if not indicator.dims:
        return []
    keys = [f"{indicator.dims[0].key}={name}" for name in list(indicator.dims[0].values)[:6]]
    each = (row.now.value or Decimal(0)) // len(keys)
    parts = ((key, writing.Figure("value", each)) for key in keys)
    plain = {"before": None, "delta": None, "percent": None}
    return [replace(row, now=now, breakdown=key, part=indicator.breakdown_label(key), **plain) for key, now in parts]


def _given(row: writing.Row, place: int) -> writing.Contribution:
    share = writing.Figure("value", (row.now.value or Decimal(0)) * (1 + place % 7) // (4 * FILED))
    unit, url = f"Xã số {place}", f"tables/{place}/2026-Q1/#{row.indicator}"
    return writing.Contribution(unit, row.indicator, row.breakdown, row.label, row.unit, share, url, place)


def main() -> None:
    # Typst remembers what it has set before, so no report may be like another.
    provinces = [data(more) for more in range(3 * RUNS + 3)]
    fresh, again = iter(provinces), iter(provinces)
    reports = iter([writing.report(province) for province in provinces[: 2 * RUNS + 2]])
    with tempfile.TemporaryDirectory() as folder:
        word, pdf, page, sheet = (Path(folder, f"report.{kind}") for kind in ("docx", "pdf", "html", "xlsx"))
        writing.to_pdf(writing.report(provinces[-1]), pdf)
        with pypdfium2.PdfDocument(pdf) as printed:
            pages = len(printed)
        size = f"{len(provinces[0].rows())} rows, {pages} pages"
        assert pages >= PAGES, f"the report has only {pages} pages"

        def together() -> None:
            written = writing.report(next(fresh))
            writing.to_docx(written, word)
            writing.to_pdf(written, pdf)
            writing.to_html(written, page)

        table(
            [
                Row("sentences and annexes", size, measure(lambda: writing.report(next(again)), RUNS)),
                Row("Word", size, measure(lambda: writing.to_docx(next(reports), word), RUNS)),
                Row("PDF", size, measure(lambda: writing.to_pdf(next(reports), pdf), RUNS)),
                Row("HTML", size, measure(lambda: writing.to_html(writing.report(provinces[0]), page), RUNS)),
                Row("all three", size, measure(together, RUNS), limit=1.0, strict=True),
                Row("workbook", size, measure(lambda: writing.to_xlsx(provinces[0], sheet), 5)),
            ]
        )
