"""A province's quarter with every indicator of the catalogue, as Word, PDF, HTML and workbook."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

from bench.common import Row, measure, table
from danvan.figures import catalogue
from danvan.narrative import writing

RUNS = 20


def data(more: int = 0) -> writing.ReportData:
    """120 rows, each with a figure, the year before, and a link. more: added to every figure."""
    rows = []
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
        filed=86,
        missing=tuple(f"Xã số {n}" for n in range(12)),
        base_url="http://127.0.0.1:8000/",
    )


def main() -> None:
    # Typst remembers what it has set before, so no report may be like another.
    provinces = [data(more) for more in range(2 * RUNS + 2)]
    fresh = iter(provinces)
    reports = iter([writing.report(province) for province in provinces])
    size = f"{len(provinces[0].rows())} rows"
    with tempfile.TemporaryDirectory() as folder:
        word, pdf, page, sheet = (Path(folder, f"report.{kind}") for kind in ("docx", "pdf", "html", "xlsx"))

        def together() -> None:
            written = writing.report(next(fresh))
            writing.to_docx(written, word)
            writing.to_pdf(written, pdf)
            writing.to_html(written, page)

        table(
            [
                Row("sentences and annexes", size, measure(lambda: writing.report(provinces[0]), RUNS)),
                Row("Word", size, measure(lambda: writing.to_docx(next(reports), word), RUNS)),
                Row("PDF", size, measure(lambda: writing.to_pdf(next(reports), pdf), RUNS)),
                Row("HTML", size, measure(lambda: writing.to_html(writing.report(provinces[0]), page), RUNS)),
                Row("all three", size, measure(together, RUNS), limit=1.0),
                Row("workbook", size, measure(lambda: writing.to_xlsx(provinces[0], sheet), RUNS)),
            ]
        )
