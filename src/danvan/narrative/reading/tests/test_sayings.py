"""The many ways in which reports say one indicator (sayings/): each line is read as the body of a report of its own."""

from pathlib import Path

import pytest

from danvan.narrative.reading import read_text
from danvan.narrative.reading.tests.labelled import NONE, name_of, parse

HEAD = "Kết quả công tác dân vận quý II năm 2025\n\n"
LINES = [
    line
    for path in sorted((Path(__file__).parent / "sayings").glob("*.txt"))
    for line in path.read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[:60])
def test_a_saying_is_named(line):
    report = parse("", HEAD + line)
    readings = read_text(report.text).readings
    named = [
        next(
            (name_of(r) for r in readings if r.start < fact.end and r.end > fact.start and r.value == fact.value),
            "not found",
        )
        for fact in report.facts
    ]
    assert named == [fact.name for fact in report.facts]
    marked = [(fact.start, fact.end) for fact in report.facts]
    others = [r for r in readings if not any(r.start < end and r.end > start for start, end in marked)]
    assert [name_of(r) for r in others] == [NONE] * len(others)
