"""A written report kept as data is the same report."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from danvan.narrative.letters import compose
from danvan.narrative.letters.tests.samples import PAPERS
from danvan.narrative.writing import Origin, ReportData, report
from danvan.narrative.writing.stored import from_data, to_data
from danvan.narrative.writing.tests.generated import Case, cases
from danvan.narrative.writing.tests.generated import data as as_data

AT = datetime.datetime(2026, 4, 5, 8, 30, tzinfo=datetime.UTC)


@given(cases())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_report_comes_back_as_it_was(case: Case) -> None:
    if any(now.state == "value" for now, _before in case.figures.values()):
        written = report(replace(as_data(case), origin=Origin(1, "Xã A", "dan_van", "2026-Q1", AT)))
        assert from_data(json.loads(json.dumps(to_data(written)))) == written


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_comes_back_as_it_was(data: ReportData, name: str) -> None:
    written = compose(PAPERS[name].letter(data))
    assert from_data(json.loads(json.dumps(to_data(written)))) == written


@pytest.mark.parametrize(
    "change",
    [{"title": 5}, {"body": [{"role": "text"}]}, {"columns": None}, {"colour": "red"}, {"signature": [{"text": 1}]}],
)
def test_other_data_is_told(data: ReportData, change: dict) -> None:
    with pytest.raises(ValueError, match="Không đọc lại được"):
        from_data({**to_data(report(data)), **change})
