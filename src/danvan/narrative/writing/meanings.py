"""What figures mean to who writes of them: how each is said, which way is good, whether zero is worth a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from danvan.figures import catalogue
from danvan.lib.datafiles import from_yaml
from danvan.narrative import lexicon

FILE = Path(__file__).parent / "meanings.yaml"


@dataclass(frozen=True, slots=True)
class Saying:
    """How an indicator is said: the `say` of its lexicon entry. {n} is the figure, {a}/{b} what a ratio is made of.

    open: a clause of its own ("đã tiếp {n} lượt công dân"). then: after another figure of the same matter ("{n} lượt
    người"). none: the clause for zero. bare: a ratio of which only the percentage is known. change: what a rise is
    counted in, where that is not the unit of measure.
    """

    open: str
    then: str = ""
    none: str = ""
    bare: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The words before the units with most of a figure, and before those that reported zero ("": not named)."""

    most: str
    none: str = ""


@dataclass(frozen=True, slots=True)
class Meanings:
    """Of indicators, by code: see the head of meanings.yaml."""

    better: Mapping[str, Literal["more", "fewer"]]
    quiet: frozenset[str]
    rank: Mapping[str, Ranking]


@cache
def sayings() -> dict[str, Saying]:
    """How each indicator is said: the `say` of the shared lexicon."""
    entries = lexicon.load().entries.values()
    return {entry.code: Saying(**entry.say) for entry in entries if entry.code and entry.say}


@cache
def meanings() -> Meanings:
    """The table of meanings. Raises ValueError naming the indicator that is not known, or may not be ranked."""
    data = from_yaml(FILE.read_text("utf-8"))
    ways: tuple[Literal["more", "fewer"], ...] = ("more", "fewer")
    better = {code: way for way in ways for code in data["better"][way]}
    found = Meanings(better, frozenset(data["quiet"]), {code: Ranking(**words) for code, words in data["rank"].items()})
    known = catalogue.load()
    for code in (*better, *found.quiet, *found.rank):
        if code not in known:
            raise ValueError(f"meanings.yaml: không có chỉ tiêu “{code}” trong danh mục.")
    for code in better:
        # They are named in a sentence without figures: a number inside the name would be taken for one.
        if any(letter.isdigit() for letter in known[code].name_vi):
            raise ValueError(f"meanings.yaml: tên chỉ tiêu “{code}” có chữ số, không nêu trong câu đánh giá được.")
    for code in found.rank:
        # An amount of money in brackets after a unit's name would be taken for that of all.
        if better.get(code) != "more" or known[code].unit_vi in ("đồng", "%"):
            raise ValueError(f"meanings.yaml: “{code}” không phải số việc càng nhiều càng tốt, không được xếp thứ tự.")
    return found
