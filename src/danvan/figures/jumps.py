"""Figures that are asked about because they are far from those before them. The rule is data/jumps.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from danvan.figures.catalogue import DATA
from danvan.lib.datafiles import from_yaml


@dataclass(frozen=True, slots=True)
class Rule:
    """factor and least together, or points (percentage points)."""

    factor: Decimal | None = None
    least: Decimal | None = None
    points: Decimal | None = None

    def jumps(self, value: Decimal, before: Decimal) -> bool:
        """Whether value is unusually far from one earlier figure."""
        apart = abs(value - before)
        if self.points is not None:
            return apart >= self.points
        if self.factor is None or self.least is None or apart < self.least:
            return False
        low, high = sorted((abs(value), abs(before)))
        return high >= self.factor * low

    def to_json(self) -> dict[str, float]:
        """For the page, which asks while one types."""
        return {name: float(value) for name, value in asdict(self).items() if value is not None}


def asks(kind: str, value: Decimal, before: Iterable[Decimal]) -> bool:
    """Whether to ask why: the figure jumps against every earlier one, and there is one. kind: of the catalogue."""
    rule, known = rules().get(kind), list(before)
    return rule is not None and bool(known) and all(rule.jumps(value, one) for one in known)


@lru_cache
def rules(path: Path = DATA / "jumps.yaml") -> Mapping[str, Rule]:
    """kind -> rule, from the data file."""
    data: dict[str, Any] = from_yaml(path.read_text("utf-8"))
    return {
        kind: Rule(**{name: Decimal(str(value)) for name, value in entry.items()})
        for kind, entry in data["kinds"].items()
    }
