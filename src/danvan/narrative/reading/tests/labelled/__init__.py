"""Labelled reports: short ones written by hand, and how far what is read agrees with their labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from danvan.narrative.reading import read_text
from danvan.narrative.reading.document import Document, Reading

HERE = Path(__file__).parent
NONE = "-"  # a count that the catalogue does not have
_MARK = re.compile(r"\{(?P<words>[^{}|]+)\|(?P<code>\S+?)(?P<breakdown>(?: \w+=\w+)*?)(?: =(?P<value>[\d.]+))?\}")
_PLAIN = re.compile(r"\D*(\d+(?:\.\d{3})*)")


class Fact(NamedTuple):
    """A figure of a report: where it stands in the text, its value and its name."""

    start: int
    end: int
    value: Decimal
    code: str
    breakdown: str = ""

    @property
    def name(self) -> str:
        return f"{self.code}[{self.breakdown}]" if self.breakdown else self.code


class Labelled(NamedTuple):
    title: str
    text: str
    facts: tuple[Fact, ...]


def load(name: str) -> list[Labelled]:
    """The reports of a file of this folder; how it is written stands at the head of first.txt."""
    _, *reports = re.split(r"^== *", (HERE / name).read_text("utf-8"), flags=re.MULTILINE)
    return [parse(*report.split("\n", 1)) for report in reports]


def parse(title: str, marked: str) -> Labelled:
    """A report out of its text with the figures marked."""
    text, facts, at = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        at = mark.end()
        plain = _PLAIN.match(mark["words"])
        value = mark["value"] or (plain[1].replace(".", "") if plain else "")
        facts.append(
            Fact(len(text), len(text) + len(mark["words"]), Decimal(value), mark["code"], mark["breakdown"].strip())
        )
        text += mark["words"]
    return Labelled(title, text + marked[at:], tuple(facts))


@dataclass(slots=True)
class Score:
    """found: right, extra, missed of all figures. named: the same of those that the catalogue has a name for.

    confused: (label, what was read instead) -> how often; NONE where nothing was.
    """

    reports: int = 0
    found: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    slips: list[str] = field(default_factory=list)

    def add(self, report: Labelled, document: Document) -> None:
        """Counts one report."""
        self.reports += 1
        free = list(document.readings)
        for fact in report.facts:
            same = [r for r in free if r.start < fact.end and r.end > fact.start and r.value == fact.value]
            hit = max(same, key=lambda r: name_of(r) == fact.name, default=None)
            said = name_of(hit) if hit else "not found"
            self.found["right" if hit else "missed"] += 1
            if hit:
                free.remove(hit)
            if said == fact.name:
                self.named["right"] += fact.code != NONE
                continue
            self.named["missed"] += fact.code != NONE
            self.named["extra"] += said not in (NONE, "not found")
            self._slip(report, fact.name, said, report.text[fact.start : fact.end])
        for extra in free:
            # b of "a/b" stands inside the words that are labelled a.
            if not any(extra.start < fact.end and extra.end > fact.start for fact in report.facts):
                self.found["extra"] += 1
                self.named["extra"] += extra.indicator is not None
                self._slip(report, "no figure", name_of(extra), extra.quote)

    def _slip(self, report: Labelled, label: str, said: str, quote: str) -> None:
        self.confused[label, said] += 1
        self.slips.append(f"{report.title}: {label} <- {said}: {quote!r}")


def name_of(reading: Reading) -> str:
    parts = ";".join(f"{key}={value}" for key, value in sorted(reading.breakdown.items()) if key == "field")
    subject = reading.breakdown.get("subject")
    if reading.indicator == "mod.total" and subject:
        return f"mod.{subject}"  # the catalogue has it both ways
    code = NONE if reading.per else reading.indicator or NONE  # a price of one is filed nowhere
    return f"{code}[{parts}]" if parts and code == "mod.total" else code


def f1(counts: Counter[str]) -> float:
    """The harmonic mean of precision and recall; 1 where there was nothing to find and nothing was."""
    right = 2 * counts["right"]
    total = right + counts["extra"] + counts["missed"]
    return right / total if total else 1.0


def total(scores: Iterable[Score]) -> Score:
    """Several scores as one."""
    whole = Score()
    for score in scores:
        whole.reports += score.reports
        whole.found += score.found
        whole.named += score.named
        whole.confused += score.confused
        whole.slips += score.slips
    return whole


def measured(reports: Iterable[Labelled]) -> Score:
    """These reports read and counted."""
    score = Score()
    for report in reports:
        score.add(report, read_text(report.text))
    return score
