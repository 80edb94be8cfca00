"""Charts: drawn where there is something to compare, in every format, with the same words for those who do not see."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree, html

from danvan.narrative.writing import ReportData, Section, report, to_docx, to_html, to_pdf
from danvan.narrative.writing.charts import chart as chart_of
from danvan.narrative.writing.tests.conftest import a_row

PARTS = (("economy", "kinh tế", 16, 15), ("culture_society", "văn hóa - xã hội", 30, 31), ("other", "khác", 9, None))


@pytest.fixture
def parted(data: ReportData) -> ReportData:
    parts = (a_row("mod.total", now, was, breakdown=f"field={code}", part=part) for code, part, now, was in PARTS)
    rows = (a_row("mod.total", 55, 55, label="Số mô hình <b>"), *parts)
    return replace(data, sections=(Section("Dân vận khéo", rows),))


def test_a_whole_of_three_parts_is_drawn(parted: ReportData) -> None:
    chart = chart_of(parted, "mod.total", "field")
    assert chart is not None
    assert chart == chart_of(parted, "mod.total")
    assert chart.title == "Số mô hình <b> (mô hình)"
    assert chart.words == (
        "Biểu đồ thanh, Số mô hình <b> (mô hình): kinh tế 16 (cùng kỳ 15); văn hóa - xã hội 30 (cùng kỳ 31); khác 9."
    )
    drawn = "".join(etree.fromstring(chart.svg).itertext())
    assert all(word in drawn for word in ("kinh tế", "quý I năm 2026", "quý I năm 2025", "31"))
    assert "aria-" not in chart.svg


def test_nothing_is_drawn_of_a_few_parts_or_of_rates(data: ReportData, parted: ReportData) -> None:
    def drawn(rows: object) -> object:
        return chart_of(replace(parted, sections=(Section("x", tuple(rows)),)), "mod.total")

    assert chart_of(data, "mod.total") is None
    assert chart_of(parted, "mod.total", "level") is None
    assert drawn(replace(row, unit="%") for row in parted.rows()) is None
    assert drawn(a_row("mod.total", "not_reported", 5, breakdown=f"field={n}", part=str(n)) for n in range(4)) is None


def test_every_format_has_the_picture_and_its_words(parted: ReportData, tmp_path: Path) -> None:
    written = report(parted)
    assert [annex.title for annex in written.annexes] == ["BIỂU TỔNG HỢP SỐ LIỆU", "BIỂU ĐỒ, BẢN ĐỒ"]
    (chart,) = written.annexes[1].charts

    to_docx(written, tmp_path / "report.docx")
    word = docx.Document(str(tmp_path / "report.docx"))
    (drawing,) = word.element.body.iter(qn("wp:docPr"))
    assert drawing.get("descr") == chart.words
    with zipfile.ZipFile(tmp_path / "report.docx") as package:
        assert package.read("word/media/chart1.svg").decode() == chart.svg
        assert b"image/svg+xml" in package.read("[Content_Types].xml")
    (vector,) = (each for each in word.element.body.iter() if each.tag.endswith("}svgBlip"))
    assert word.part.rels[vector.get(qn("r:embed"))].target_part.blob.decode() == chart.svg

    to_html(written, tmp_path / "report.html")
    (picture,) = html.parse(str(tmp_path / "report.html"), html.HTMLParser(encoding="utf-8")).xpath("//figure/svg")
    assert (picture.get("role"), picture.get("aria-label")) == ("img", chart.words)

    to_pdf(written, tmp_path / "report.pdf")
    content = (tmp_path / "report.pdf").read_bytes()
    assert b"<pdfuaid:part>1<" in content  # refused without words for a picture
