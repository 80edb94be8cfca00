"""Figures that the house already holds for a cell: counted in a register, or read in a report.

Which function counts which indicator is wiring (the table is config/counters.py), because registers and reports lie in
rooms above this one. A counter is called once for all of its indicators: counter(unit, period) -> what it found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.module_loading import import_string

from danvan.figures.actions.filing import EvidenceInput
from danvan.figures.models import Cell
from danvan.lib.periods import Period

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One figure offered for a cell. words: where it comes from, one sentence; link: to it, "" for none.

    origin: Cell.Origin.COUNTED or READ. evidence: what stands behind the cell once it is taken. numerator, denominator:
    what a rate was made of.
    """

    indicator: str
    value: Decimal
    words: str
    link: str = ""
    breakdown: str = ""
    origin: str = Cell.Origin.COUNTED
    qualifier: str = Cell.Qualifier.EXACT
    evidence: Sequence[EvidenceInput] = ()
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def raw(self) -> str:
        """The value as a page sends it back."""
        return str(self.value)

    @property
    def key(self) -> Key:
        return self.indicator, self.breakdown


Counter = Callable[[int, Period], Iterable[Suggestion]]
TABLE = "danvan.config.counters.TABLE"  # by name: imports point down
ANY = "*"  # a counter that may know any indicator


def suggestions(unit: int, period: Period, wanted: Collection[Key]) -> dict[Key, list[Suggestion]]:
    """What is offered for these cells of a unit and a period; counted before read, each figure once."""
    table: Mapping[str, Sequence[Counter]] = import_string(TABLE)
    codes = {indicator for indicator, _breakdown in wanted}
    called = dict.fromkeys(one for code, counters in table.items() if code in codes or code == ANY for one in counters)
    found: dict[Key, list[Suggestion]] = defaultdict(list)
    for counter in called:
        for one in counter(unit, period):
            if one.key in wanted and all(
                (one.value, one.origin) != (other.value, other.origin) for other in found[one.key]
            ):
                found[one.key].append(one)
    return {key: sorted(ones, key=lambda one: one.origin != Cell.Origin.COUNTED) for key, ones in found.items() if ones}
