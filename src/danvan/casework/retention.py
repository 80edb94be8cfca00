"""How long the content of a matter is kept after its end, by the dated table (data/retention.yaml). Plain Python."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from danvan.lib.datafiles import from_yaml

DATA = Path(__file__).parent / "data" / "retention.yaml"
VARIABLE = "DANVAN_RETENTION"


@dataclass(frozen=True, slots=True)
class Rule:
    """For matters of a type that end from a day on, until another (excluded)."""

    type: str
    since: date
    until: date | None
    years: int
    source: str
    verified: bool

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def __str__(self) -> str:
        checked = "" if self.verified else ", chưa đối chiếu"
        return f"{self.years} năm sau khi kết thúc ({self.source}{checked})"


def rules() -> tuple[Rule, ...]:
    """Those of this installation. Raises ValueError where they do not hold together."""
    return load(Path(os.environ.get(VARIABLE) or DATA))


@cache
def load(path: Path) -> tuple[Rule, ...]:
    """The table of a file. Raises ValueError with a sentence for years below one and for days ruled twice."""
    found: list[Rule] = []
    for row in from_yaml(path.read_text("utf-8"))["rules"]:
        given = dict(row)
        rule = Rule(since=given.pop("from"), until=given.pop("to", None), **given)
        if rule.years < 1:
            raise ValueError(f"{path.name}, {rule.type}: thời hạn lưu giữ phải từ một năm.")
        if any(_overlap(rule, other) for other in found):
            raise ValueError(f"{path.name}, {rule.type}: hai thời hạn lưu giữ cho cùng một ngày.")
        found.append(rule)
    return tuple(found)


def _overlap(one: Rule, other: Rule) -> bool:
    if one.type != other.type:
        return False
    return (one.until is None or other.since < one.until) and (other.until is None or one.since < other.until)


def rule_of(matter_type: str, ended: date, known: Iterable[Rule] | None = None) -> Rule:
    """Raises ValueError where the table says nothing of it."""
    for rule in rules() if known is None else known:
        if rule.type == matter_type and rule.holds_on(ended):
            return rule
    raise ValueError(f"Chưa có thời hạn lưu giữ cho “{matter_type}” kết thúc ngày {ended.isoformat()}.")


def erase_on(matter_type: str, ended: date) -> date:
    """The day on which the content of a matter goes that ended on this day."""
    years = rule_of(matter_type, ended).years
    try:
        return ended.replace(year=ended.year + years)
    except ValueError:  # 29 February
        return ended.replace(year=ended.year + years, day=28)
