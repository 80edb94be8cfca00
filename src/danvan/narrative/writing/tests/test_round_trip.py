"""What was written, read again, gives the same figures: one lexicon for both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from danvan.figures import catalogue
from danvan.lib.periods import Period
from danvan.narrative import writing
from danvan.narrative.reading import read_file, read_text
from danvan.narrative.writing import Figure, ReportData, Row, Section
from danvan.narrative.writing.model import Qualifier
from danvan.narrative.writing.numerals import percent

# The figures that a dân vận report turns on.
COUNTS = [
    "rec.turns",
    "rec.persons",
    "rec.groups",
    "pet.received",
    "dlg.sessions",
    "dlg.attendance",
    "dlg.opinions",
    "iss.raised",
    "awd.collective",
    "awd.individual",
    "vis.delegations",
    "vis.gift_turns",
    "sup.sessions",
    "crt.sessions",
    "prp.sessions",
    "prp.attendance",
    "trn.courses",
    "trn.trainees",
]
Reported = dict[tuple[str, str], Figure]

counts = st.integers(1, 99_999)
earlier = st.one_of(st.none(), st.integers(0, 99_999))
hedges: st.SearchStrategy[Qualifier] = st.sampled_from(("exact", "over", "nearly", "about"))


@st.composite
def reports(draw: st.DrawFn) -> dict[tuple[str, str], tuple[Figure, Decimal | None]]:
    """Some of the figures, each with or without the year before; wholes are the sums of their parts."""
    figures: dict[tuple[str, str], tuple[Figure, Decimal | None]] = {}

    def add(indicator: str, value: int, breakdown: str = "", qualifier: Qualifier = "exact") -> None:
        before = draw(earlier)
        figure = Figure("value", Decimal(value), qualifier=qualifier)
        figures[indicator, breakdown] = figure, None if before is None else Decimal(before)

    for indicator in draw(st.lists(st.sampled_from(COUNTS), min_size=3, unique=True)):
        add(indicator, draw(counts), qualifier=draw(hedges) if indicator == "vis.gift_turns" else "exact")
    if draw(st.booleans()):
        add("vis.gift_value", draw(st.integers(1, 99_999)) * 10**6, qualifier=draw(hedges))
    if draw(st.booleans()):
        new, kept = draw(counts), draw(counts)
        add("mod.total", new + kept)
        add("mod.new", new)
        add("mod.maintained", kept)
        economy = draw(st.integers(1, new + kept - 1))
        add("mod.total", economy, "field=economy")
        add("mod.total", new + kept - economy, "field=culture_society")
    for register, whole in (("rec", "rec.turns"), ("pet", "pet.received")):
        if (whole, "") in figures and draw(st.booleans()):
            cases = draw(st.integers(1, 9_999))
            solved = draw(st.integers(0, cases))
            add(f"{register}.cases", cases)
            ratio = Figure("value", Decimal(100 * solved) / cases, Decimal(solved), Decimal(cases))
            figures[f"{register}.resolution_rate", ""] = ratio, None
    return figures


def data(figures: dict[tuple[str, str], tuple[Figure, Decimal | None]]) -> ReportData:
    known = catalogue.load()
    rows = []
    for (code, breakdown), (now, earlier) in figures.items():
        indicator = known[code]
        delta = None if earlier is None or now.value is None else now.value - earlier
        rows.append(
            Row(
                indicator=code,
                label=indicator.name_vi,
                unit=indicator.unit_vi,
                now=now,
                breakdown=breakdown,
                part=indicator.breakdown_label(breakdown),
                before=None if earlier is None else Figure("value", earlier),
                delta=delta,
                percent=100 * delta / earlier if delta is not None and earlier else None,
            )
        )
    return ReportData(
        issuer=writing.Issuer("Ban Tuyên giáo và Dân vận", "Tỉnh ủy Thái Nguyên"),
        unit="Tỉnh Thái Nguyên",
        period="quý I năm 2026",
        period_code="2026-Q1",
        same_period="quý I năm 2025",
        next_period="quý II năm 2026",
        sections=(Section("Số liệu", tuple(rows)),),
        year=2026,
        expected=92,
        filed=92,
    )


def text_of(report: writing.Report) -> str:
    lines = [line.text for line in report.heading]
    return "\n".join([*lines, *(paragraph.text for paragraph in report.body)])


def wanted(figures: dict[tuple[str, str], tuple[Figure, Decimal | None]]) -> dict[tuple[str, str], Decimal]:
    """Rates as they are printed; what a rate is made of is read as figures of their own."""
    values = {key: now.value for key, (now, _) in figures.items() if now.value is not None}
    for register in ("rec", "pet"):
        rate = figures.get((f"{register}.resolution_rate", ""))
        if rate and rate[0].numerator is not None and rate[0].value is not None:
            values[f"{register}.cases_resolved", ""] = rate[0].numerator
            values[f"{register}.resolution_rate", ""] = Decimal(percent(rate[0].value).rstrip("%").replace(",", "."))
    return values


@given(reports())
@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_written_reads_back_as_the_same_figures(figures) -> None:
    document = read_text(text_of(writing.report(data(figures))))
    found = {(r.indicator, ";".join(f"{k}={v}" for k, v in sorted(r.breakdown.items()))): r for r in document.readings}
    missed = {
        key: (value, found[key].value if key in found else None)
        for key, value in wanted(figures).items()
        if key not in found or found[key].value != value
    }
    assert missed == {}
    for key, (now, before) in figures.items():
        assert found[key].qualifier == now.qualifier
        change = found[key].change
        if change and change.delta is not None and before is not None and now.value is not None and change.unit != "%":
            assert (change.delta, change.direction) == (abs(now.value - before), "up" if now.value > before else "down")
    assert document.period is not None
    assert document.period.code == "2026-Q1"
    assert [check.message for check in document.checks if not check.holds] == []


@pytest.mark.parametrize("code", ["2018-Y", "2026-H1", "2026-H2", "2026-9M", "2026-Q3", "2026-M07"])
def test_the_period_reads_back(code: str) -> None:
    period = Period.parse(code)
    figures = {("rec.turns", ""): (Figure("value", Decimal(46)), Decimal(66))}
    following = Period.covering(period.end + timedelta(days=1), "quarter" if code.endswith("9M") else period.kind)
    written = replace(
        data(figures),
        period=period.label(),
        period_code=code,
        same_period=period.same_last_year.label(),
        next_period=following.label(),
    )
    read = read_text(text_of(writing.report(written))).period
    assert read is not None
    assert (read.start, read.end) == (period.start, period.end)


def test_the_word_file_reads_back_too(tmp_path: Path) -> None:
    figures = {
        ("rec.turns", ""): (Figure("value", Decimal(46)), Decimal(66)),
        ("mod.total", ""): (Figure("value", Decimal(2011)), None),
        ("vis.gift_turns", ""): (Figure("value", Decimal(62000), qualifier="over"), None),
    }
    writing.to_docx(writing.report(data(figures)), tmp_path / "report.docx")
    document = read_file(tmp_path / "report.docx")
    found = {r.indicator: r for r in reversed(document.readings)}
    assert (found["rec.turns"].value, found["rec.turns"].previous) == (46, 66)
    assert found["mod.total"].value == 2011
    assert (found["vis.gift_turns"].value, found["vis.gift_turns"].qualifier) == (62000, "over")
