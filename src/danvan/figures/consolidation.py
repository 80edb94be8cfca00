"""What the live computation answers with: plain values that pages and reports are built from.

Computed by `queries`; nothing here touches the database. Names of units are as they were on the last day of the period.
Figures are `rollup.Figure` (state, value, numerator, denominator, qualifier); value is a Decimal in the indicator's
unit of measure (money in whole dong, a ratio in percent, unrounded).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from danvan.figures.compare import Comparability
    from danvan.figures.rollup import Figure, Percent
    from danvan.lib.periods import Period


class UnitRef(NamedTuple):
    """A unit as it was on a day."""

    id: int
    name: str
    level: str
    code: str = ""


class Section(NamedTuple):
    """A heading of the form. number: its place, from 0; rows outside the form stand in a last section of their own."""

    number: int
    title_vi: str
    title_en: str

    def title(self, lang: str = "vi") -> str:
        return self.title_en if lang.startswith("en") else self.title_vi


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure against the same period a year before.

    mode: "restated" or "reported". before: the earlier figure; before_complete: nothing that was due then is missing.
    delta: now minus before, in the unit of measure (percentage points for a ratio). percent: delta in percent of
    before, rounded half up to one digit; change: the same with its numerator and denominator. Both None where before
    is zero or the figure is a ratio itself, all three where not comparable. direction: "up", "down", "same" or None.
    reasons: why it is not comparable, or what a reader must know.
    """

    mode: str
    before: Figure
    before_complete: bool
    delta: Decimal | None
    change: Percent | None
    direction: str | None
    comparability: Comparability
    reasons: tuple[str, ...] = ()

    @property
    def percent(self) -> Decimal | None:
        return self.change and self.change.value


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a consolidated form.

    figure: what stands for the unit: its own figure, else its children's, rolled up. own: the unit reported it itself.
    complete: nothing that was due is missing. missing: the units whose figure is not there. contributors: the units
    whose reported figures are in it. below: what the children add up to where the unit also reported a figure itself
    (else what its reports for the parts of the period do, where that is another number); difference: figure minus
    below, None where they agree or cannot be compared. comparison: with the same period a year
    before, None where none was asked for.
    """

    section: Section
    indicator: str
    breakdown: str
    label_vi: str
    label_en: str
    unit_vi: str
    unit_en: str
    figure: Figure
    own: bool
    complete: bool
    missing: tuple[UnitRef, ...] = ()
    contributors: tuple[UnitRef, ...] = ()
    below: Figure | None = None
    difference: Decimal | None = None
    comparison: Comparison | None = None
    notes: tuple[str, ...] = ()

    def label(self, lang: str = "vi") -> str:
        return self.label_en if lang.startswith("en") else self.label_vi

    def unit(self, lang: str = "vi") -> str:
        return self.unit_en if lang.startswith("en") else self.unit_vi

    @property
    def key(self) -> tuple[str, str]:
        return self.indicator, self.breakdown


@dataclass(frozen=True, slots=True)
class Consolidated:
    """One form of one unit and one period, on the map of the period's last day (`day`).

    compare: "restated" (the year before on this map), "reported" (as it was reported then) or None; previous: the
    period compared with. expected: the units that had to file on that day; filed and missing: which of them did.
    others: units that filed without having to (a province's own report).
    """

    form: str
    title_vi: str
    title_en: str
    unit: UnitRef
    period: Period
    day: date
    rows: tuple[Row, ...]
    expected: tuple[UnitRef, ...]
    filed: tuple[UnitRef, ...]
    missing: tuple[UnitRef, ...]
    others: tuple[UnitRef, ...] = ()
    compare: str | None = None
    previous: Period | None = None
    illustration: bool = False
    _index: dict[tuple[str, str], Row] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._index.update({row.key: row for row in self.rows})

    def title(self, lang: str = "vi") -> str:
        return self.title_en if lang.startswith("en") else self.title_vi

    def shared_reasons(self) -> tuple[str, ...]:
        """Why most lines with figures are compared only so, or not at all: said once instead of on each."""
        said = Counter(row.comparison.reasons for row in self.rows if row.comparison and row.figure.value is not None)
        reasons, times = said.most_common(1)[0] if said else ((), 0)
        return reasons if times > 2 else ()

    def row(self, indicator: str, breakdown: str = "") -> Row | None:
        """The line of an indicator in a breakdown, if the form or a submission has it."""
        return self._index.get((indicator, breakdown))

    def sections(self) -> Iterator[tuple[Section, list[Row]]]:
        """The rows under their headings, in form order."""
        grouped: dict[Section, list[Row]] = {}
        for row in self.rows:
            grouped.setdefault(row.section, []).append(row)
        yield from grouped.items()

    @property
    def reported(self) -> tuple[Row, ...]:
        """The rows that hold a value, zero included."""
        return tuple(row for row in self.rows if row.figure.value is not None)


@dataclass(frozen=True, slots=True)
class Contributor:
    """What one unit or one part of the period brought into a figure. share: the part of it that counts (a split)."""

    unit: UnitRef
    period: Period
    figure: Figure
    complete: bool
    own: bool
    share: Decimal | None = Decimal(1)


class Source(NamedTuple):
    """Where a reported figure stands. source: 'room.Model:id' or a file name; start, end: characters in its text."""

    kind: str
    source: str
    start: int | None
    end: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class Story:
    """How a number came about, one level deep: open a contributor's story to go deeper, down to the sentence.

    formula_vi, formula_en: the computation in words and figures. contributors: the children (by_units) or the parts of
    the period (by_periods) it was computed from or contradicts; both empty where the unit reported the figure itself,
    then `evidence` says where it stands. terms: (indicator, breakdown) of numerator and denominator of a ratio that was
    derived. submission, edition, entered_at, entered_by: the own report that it stands in, and who entered it when.
    """

    row: Row
    unit: UnitRef
    period: Period
    formula_vi: str
    formula_en: str
    by_units: tuple[Contributor, ...] = ()
    by_periods: tuple[Contributor, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    evidence: tuple[Source, ...] = ()
    submission: int | None = None
    edition: int | None = None
    entered_at: datetime | None = None
    entered_by: str = ""
    origin: str = ""
    previous_stated: Decimal | None = None

    def formula(self, lang: str = "vi") -> str:
        return self.formula_en if lang.startswith("en") else self.formula_vi


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series. restated: drawn from predecessors on today's map. reasons: what a reader must know."""

    period: Period
    figure: Figure
    complete: bool
    restated: bool = False
    comparable: bool = True
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """One indicator over periods: as the unit reported it then, and on the map of `day`."""

    unit: UnitRef
    indicator: str
    breakdown: str
    day: date
    reported: tuple[Point, ...]
    restated: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class RestatedRow:
    """A figure of earlier units found under their successor. sources: who reported what, and the share that counts."""

    indicator: str
    breakdown: str
    label_vi: str
    label_en: str
    unit_vi: str
    unit_en: str
    figure: Figure
    complete: bool
    comparable: bool
    reasons: tuple[str, ...]
    sources: tuple[Contributor, ...]

    def label(self, lang: str = "vi") -> str:
        return self.label_en if lang.startswith("en") else self.label_vi


class Filing(NamedTuple):
    """Whether a unit filed. state: "filed", "missing" or "not_due"; submission: its id."""

    unit: UnitRef
    state: str
    submission: int | None = None
    filed_at: datetime | None = None
