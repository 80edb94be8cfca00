"""What was written, read again, gives the same figures: one lexicon for both."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from danvan.lib.periods import Period
from danvan.narrative import writing
from danvan.narrative.reading import read_file, read_text
from danvan.narrative.writing import Figure, Report
from danvan.narrative.writing.tests.generated import Case, cases, data, losses, lost_period, said, text_of

# The same cases each time; `python -m bench roundtrip` looks for new ones.
ALWAYS_THE_SAME = settings(derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def lost(case: Case, read: Callable[[Report], object], *, whole: bool) -> dict[str, int]:
    given_data = data(case)
    if not any(now.state == "value" for now, _ in case.figures.values()):
        return {}  # nothing is written
    report = writing.report(given_data)
    document = read(report)
    found = losses(said(given_data, report), document, whole=whole)
    return {**found, **({"period": 1} if lost_period(case, document) else {})}


@given(cases())
@settings(ALWAYS_THE_SAME, max_examples=500)
def test_what_was_written_reads_back_as_the_same_figures(case: Case) -> None:
    assert lost(case, lambda report: read_text(text_of(report)), whole=True) == {}


@pytest.mark.parametrize(("suffix", "most"), [("docx", 8), ("html", 8), ("pdf", 3)])
def test_the_files_read_back_too(tmp_path: Path, suffix: str, most: int) -> None:
    def through_a_file(report: Report) -> object:
        path = tmp_path / f"report.{suffix}"
        getattr(writing, f"to_{suffix}")(report, path)
        return read_file(path)

    @given(cases())
    @settings(ALWAYS_THE_SAME, max_examples=most)
    def run(case: Case) -> None:
        assert lost(case, through_a_file, whole=False) == {}

    run()


@given(cases())
@settings(ALWAYS_THE_SAME, max_examples=5)
def test_a_pdf_says_as_much_as_word(tmp_path_factory: pytest.TempPathFactory, case: Case) -> None:
    """Its tables too, wherever a page ends."""
    if not any(now.state == "value" for now, _ in case.figures.values()):
        return
    report = writing.report(data(case))
    said = {}
    for suffix in ("docx", "pdf"):
        path = tmp_path_factory.mktemp("files") / f"report.{suffix}"
        getattr(writing, f"to_{suffix}")(report, path)
        read = read_file(path).readings
        said[suffix] = [(r.indicator, r.breakdown, r.value, r.unit, r.period and r.period.code) for r in read]
    assert said["pdf"] == said["docx"]


@pytest.mark.parametrize("code", ["2018-Y", "2026-H1", "2026-H2", "2026-9M", "2026-Q3", "2026-M07"])
def test_the_period_reads_back(code: str) -> None:
    case = Case({("rec.turns", ""): (Figure("value", Decimal(46)), Figure("value", Decimal(66)))}, code)
    read = read_text(text_of(writing.report(data(case)))).period
    assert read is not None
    assert (read.start, read.end) == (Period.parse(code).start, Period.parse(code).end)


def test_the_earlier_value_reads_back() -> None:
    case = Case({("rec.turns", ""): (Figure("value", Decimal(46)), Figure("value", Decimal(66)))}, "2026-Q1")
    (reading,) = read_text(text_of(writing.report(data(case)))).readings
    assert (reading.value, reading.previous) == (46, 66)
