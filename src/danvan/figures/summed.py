"""The same totals as a Sheet's, added up in the database from what is kept ready (`kept`).

Two things are read of each unit below: its marks (a letter a line) and, summed over the units of one parent, its
numbers. From them come the figure, who is missing and who is in it, as `rollup` would find them; `rollup` itself does
the lines that are not a matter of adding (distinct counts, rates without their terms) and all that is read one by one.
A test holds both ways against each other.
"""

# ruff: noqa: S608 -- columns of arrays by number, nothing that anybody entered

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import compress
from typing import NamedTuple

from django.db import connection
from psycopg.types.range import DateRange

from danvan.figures import rollup
from danvan.figures.kept import (
    ABSENT,
    ELSEWHERE,
    EMPTY,
    QUALIFIERS,
    Detail,
    Layout,
    Packed,
    current_layout,
    detailed,
    details_of,
    number,
    rows,
    unpacked,
)
from danvan.figures.rollup import NOT_APPLICABLE, NOT_DUE, NOT_REPORTED, Figure, Rolled, State, Tree
from danvan.figures.sheet import Given, Ground, Key, Lines, add_counts
from danvan.lib.periods import Period

IN_TOTAL = Figure(State.VALUE)  # of a contributor: it reported a figure, which nobody read by itself
Place = Mapping[int, int] | Sequence[int]
Numbers = tuple[Place, Place, Place]  # numbers, above, below, as kept; of some lines by their places


@dataclass(slots=True)
class Said:
    """What one unit said. numbers: only of units that are looked at by themselves, or that are not kept."""

    marks: str
    reasons: tuple[str, ...]
    details: dict[Key, Detail]
    numbers: Numbers | None = None


class Outline(NamedTuple):
    """A line over the units of a run, without its sum."""

    states: frozenset[str]
    hedges: frozenset[str]
    missing: tuple[int, ...]
    contributors: tuple[tuple[int, Figure], ...]


@dataclass(slots=True)
class Run:
    """Units without children, next to each other under one parent."""

    units: list[int] = field(default_factory=list)
    pairs: tuple[tuple[int, Figure], ...] = ()  # each as a contributor
    columns: list[tuple[str, ...]] = field(default_factory=list)  # one a line of the layout
    sums: tuple[list[int], list[int], list[int]] | None = None
    outlines: dict[tuple[str, ...], Outline] = field(default_factory=dict)


class Totals(Mapping[int, Rolled]):
    """One line: the units that have children at once, any other when it is asked for."""

    __slots__ = ("_found", "_side", "key")

    def __init__(self, side: Side, key: Key, found: dict[int, Rolled]) -> None:
        self._side, self.key, self._found = side, key, found

    def __getitem__(self, unit: int) -> Rolled:
        return self._found[unit] if unit in self._found else self._side.one_by_one(self.key)[unit]

    def __iter__(self) -> Iterator[int]:
        return iter(self._side.ground.tree.parents)

    def __len__(self) -> int:
        return len(self._side.ground.tree.parents)


class Summed(Ground):
    """The totals below `roots`. Has what a Sheet has but the single figures and submissions."""

    codes = None

    def __init__(self, form: str, roots: Sequence[int], period: Period, day: dt.date) -> None:
        super().__init__(form, roots, period, day)
        self.layout = current_layout(form, period)
        parents = {node.parent_id for node in self.nodes if node.parent_id}
        self._sides = {before: Side(self, before) for before in (False, True)}
        self._invented: set[int] = set()
        self.periods = dict(self._read(parents))
        self.tree = Tree(self.heard())
        for side in self._sides.values():
            if side.said or not side.before:
                side.arrange()
        self._add_up()

    def beside(self, roots: Sequence[int], period: Period, _codes: Collection[str] | None = None) -> Summed:
        """The same of another period, on the map of its own last day."""
        return Summed(self.form, roots, period, period.end)

    @property
    def lines(self) -> set[Key]:
        """The lines in which somebody reported something."""
        return self._sides[False].lines

    def illustrated(self, units: Collection[int]) -> bool:
        """Whether something that one of these units filed is invented."""
        return not self._invented.isdisjoint(units)

    def roll(self, key: Key) -> Mapping[int, Rolled]:
        """Every unit's figure in this line: its own as reported, else from its children."""
        return self._sides[False].roll(key)

    def roll_stated(self, key: Key, root: int) -> Rolled | None:
        """The line a year before as this period's reports themselves imply it; None where none does."""
        side = self._sides[True]
        return side.roll(key)[root] if side.said and key in side.lines else None

    # reading

    def _read(self, parents: Collection[int]) -> Iterator[tuple[int, frozenset[str]]]:
        """What is kept, and what is not, put together; gives each unit's periods."""
        wanted = {"form": self.form, "period": self.period.code, "units": list(self.refs)}
        codes: dict[str, frozenset[str]] = {}
        with connection.cursor() as cursor:
            cursor.execute(_UNKEPT, {**wanted, "window": DateRange(*self.period.window)})
            loose = {unit for (unit,) in cursor.fetchall()}
            cursor.execute(_KEPT, {**wanted, "single": list(parents)})
            for unit, before, layout, parts, illustration, marks, reasons, details, *numbers in cursor:
                if layout != self.layout.id:  # kept by other rules, or for other lines
                    loose.add(unit)
                if unit in loose:
                    continue
                found = {(one.indicator, one.breakdown): one for one in details_of(details)}
                single = None if numbers[0] is None else (numbers[0], numbers[1], numbers[2])
                self._sides[before].said[unit] = Said(marks, tuple(reasons), found, single)
                if illustration:
                    self._invented.add(unit)
                if not before:
                    if parts not in codes:
                        codes[parts] = frozenset(parts.split())
                    yield unit, codes[parts]
        if loose:
            for _period, row in rows(self.form, loose, self.period, [self.period]):
                one = row.packed
                found = {(detail.indicator, detail.breakdown): detail for detail in one.details}
                self._sides[row.before].said[row.unit] = Said(one.marks, tuple(one.reasons), found, _numbers(one))
                self._sides[row.before].loose.add(row.unit)
                if row.illustration:
                    self._invented.add(row.unit)
                if not row.before:
                    yield row.unit, frozenset(row.parts.split())

    def _add_up(self) -> None:
        """The sums of every run, in one query; what is not kept is added to them."""
        runs = [(side, run) for side in self._sides.values() for run in side.runs]
        kept = [
            (unit, side.before, place)
            for place, (side, run) in enumerate(runs)
            for unit in run.units
            if unit in side.said and unit not in side.loose
        ]
        if kept:
            units, befores, places = map(list, zip(*kept, strict=True))
            with connection.cursor() as cursor:
                cursor.execute(
                    _sums(self.layout),
                    {
                        "form": self.form,
                        "period": self.period.code,
                        "units": units,
                        "befores": befores,
                        "runs": places,
                    },
                )
                for place, *sums in cursor:
                    runs[place][1].sums = self._cut(sums)
        for side, run in runs:
            for unit in side.loose.intersection(run.units):
                loose = side.said[unit].numbers
                if loose is not None:
                    run.sums = loose if run.sums is None else _plus(run.sums, loose)

    def _cut(self, sums: list[Decimal]) -> tuple[list[int], list[int], list[int]]:
        found = list(map(int, sums))
        lines, ratios = len(self.layout.lines), len(self.layout.ratios)
        return found[:lines], found[lines : lines + ratios], found[lines + ratios :]


class Side:
    """The figures of the period, or (before) those of the year before as the period's reports imply them."""

    def __init__(self, ground: Summed, before: bool) -> None:
        self.ground, self.before = ground, before
        self.said: dict[int, Said] = {}
        self.loose: set[int] = set()  # not kept: put together here
        self.runs: list[Run] = []
        self.lines: set[Key] = set()
        self._nodes: list[tuple[int, list[Run | int]]] = []  # units with children, children first
        self._by_rule: set[Key] = set()  # lines that rollup does
        self._loaded: set[int] = set()  # places whose numbers were read of every unit
        self._totals: dict[Key, Totals] = {}
        self._singly: dict[Key, rollup.RolledUp] = {}

    # arranging

    def arrange(self) -> None:
        """Units into runs, and the marks of each run line by line."""
        self._arrange_runs()
        layout = self.ground.layout
        blank = ABSENT * len(layout.lines)
        present: set[int] = set()
        for run in self.runs:
            marks = [self.said[unit].marks if unit in self.said else blank for unit in run.units]
            run.columns = list(zip(*marks, strict=True))
            run.pairs = tuple((unit, IN_TOTAL) for unit in run.units)
            present.update(place for place, column in enumerate(run.columns) if set(column) != {ABSENT})
        alone = self.said.keys() - {unit for run in self.runs for unit in run.units}
        present.update(place for unit in alone for place, mark in enumerate(self.said[unit].marks) if mark != ABSENT)
        self.lines = {layout.lines[place] for place in present}
        for one in self.said.values():
            for key, detail in one.details.items():
                if detail.mark == ELSEWHERE:
                    self._by_rule.add(key)
        self.lines |= self._by_rule
        for indicator in self.ground.catalogue:
            if indicator.units == "distinct":
                self._by_rule.add((indicator.code, ""))
                self._by_rule.update(key for key in self.lines if key[0] == indicator.code)
                if indicator.counts:
                    self.lines.add((indicator.code, ""))

    def _arrange_runs(self) -> None:
        tree = self.ground.tree
        through = self._through()
        for unit in tree.order:
            children = tree.children.get(unit)
            if not children or unit in through:
                continue
            parts: list[Run | int] = []
            for child in children:
                leaves = tree.children.get(child, [child]) if child in through or child not in tree.children else None
                if leaves is None:
                    parts.append(child)
                    continue
                last = parts[-1] if parts else None
                if not isinstance(last, Run):
                    last = Run()
                    parts.append(last)
                    self.runs.append(last)
                last.units += leaves
            self._nodes.append((unit, parts))

    def _through(self) -> set[int]:
        """Units that only hand on what those below them reported, such as districts: their parent counts for them."""
        tree, duty, roots = self.ground.tree, self.ground.duty, set(self.ground.roots)
        return {
            unit
            for unit, children in tree.children.items()
            if not (unit in self.said or unit in duty or unit in roots or tree.children.keys() & children)
            and tree.parents[unit] in tree.parents
        }

    @property
    def _by_rule_with_counted(self) -> set[Key]:
        known = self.ground.catalogue
        return self._by_rule | {(known[code].counts.indicator, "") for code, _b in self._by_rule if known[code].counts}

    # adding up

    def roll(self, key: Key) -> Mapping[int, Rolled]:
        if key in self._by_rule:
            return self.one_by_one(key)
        if key not in self._totals:
            self._totals[key] = Totals(self, key, dict(self._add_up(key)))
        return self._totals[key]

    def _add_up(self, key: Key) -> Iterator[tuple[int, Rolled]]:
        ground, indicator = self.ground, self.ground.catalogue[key[0]]
        counted: dict[int, Rolled] = {}
        passed_over: set[int] = set()
        for unit, parts in self._nodes:
            found = [(0, self._run(key, one)) if isinstance(one, Run) else (one, counted[one]) for one in parts]
            # One run alone is its parent's figure already.
            only_run = len(parts) == 1 and isinstance(parts[0], Run)
            below = found[0][1] if only_run else rollup.gather(indicator, found)
            if indicator.units == "none":
                below = rollup.gather(indicator, ())
            if not passed_over.isdisjoint(part for part in parts if isinstance(part, int)):
                below = rollup.with_passed_over(below)
            given = self._given(key, unit)
            stands, counted[unit] = rollup.settle(indicator, unit, given, below, owes=unit in ground.duty)
            if rollup.is_passed_over(given, counted[unit]):
                passed_over.add(unit)
            yield unit, stands

    def _run(self, key: Key, run: Run) -> Rolled:
        layout = self.ground.layout
        place = layout.places.get(key)
        column = run.columns[place] if place is not None else (ABSENT,) * len(run.units)
        outline = run.outlines.get(column)
        if outline is None:
            outline = run.outlines[column] = self._outline(run, column)
        missing, contributors = outline.missing, outline.contributors
        if contributors and run.sums is not None and place is not None:
            ratio = place in layout.ratios
            hedge = rollup.blend((QUALIFIERS[mark] for mark in outline.hedges), ratio=ratio)  # type: ignore[misc]
            if ratio:
                at = layout.ratios[place]
                figure = rollup.ratio(number(run.sums[1][at]), number(run.sums[2][at]), hedge)
            else:
                figure = Figure(State.VALUE, number(run.sums[0][place]), qualifier=hedge)
            return Rolled(figure, not missing, missing, contributors)
        if missing:
            return Rolled(NOT_REPORTED, False, missing)
        return Rolled(NOT_APPLICABLE if outline.states == {"x"} else NOT_DUE)

    def _outline(self, run: Run, column: tuple[str, ...]) -> Outline:
        duty, units = self.ground.duty, run.units
        marks: Sequence[str] = column
        if ABSENT in column:
            owed, free = EMPTY[State.NOT_REPORTED], EMPTY[State.NOT_DUE]
            marks = [
                mark if mark != ABSENT else owed if unit in duty else free
                for unit, mark in zip(units, column, strict=True)
            ]
        there = frozenset(marks)
        lacking = {mark for mark in there if mark.isupper() or mark == EMPTY[State.NOT_REPORTED]}
        valued = {mark for mark in there if mark.lower() in QUALIFIERS}
        return Outline(
            states=there - valued,
            hedges=frozenset(mark.lower() for mark in valued),
            missing=tuple(compress(units, map(lacking.__contains__, marks))) if lacking else (),
            contributors=tuple(compress(run.pairs, map(valued.__contains__, marks))) if valued != there else run.pairs,
        )

    # one by one

    def one_by_one(self, key: Key) -> rollup.RolledUp:
        """The line as a Sheet rolls it up, every unit's figure by itself."""
        if key not in self._singly:
            indicator, ground = self.ground.catalogue[key[0]], self.ground
            self._load(self._by_rule_with_counted if key in self._by_rule else self.ground.layout.lines)
            own: Lines = {key: self._line(key)}
            if indicator.units == "distinct":
                if indicator.counts:
                    own[indicator.counts.indicator, ""] = self._line((indicator.counts.indicator, ""))
                add_counts(indicator, own, ground.refs)
            self._singly[key] = rollup.roll_up(indicator, ground.tree, own[key], ground.duty)
        return self._singly[key]

    def _line(self, key: Key) -> dict[int, Given]:
        found = ((unit, self._given(key, unit)) for unit in self.said)
        return {unit: given for unit, given in found if given is not None}

    def _given(self, key: Key, unit: int) -> Given | None:
        """What a unit itself reported."""
        said = self.said.get(unit)
        if said is None:
            return None
        if key in said.details:
            return detailed(unit, said.details[key])
        layout = self.ground.layout
        place = layout.places.get(key)
        if place is None or said.numbers is None:
            return None
        numbers, above, below = said.numbers
        at = layout.ratios.get(place)
        parts = None if at is None else (above[at], below[at])
        return unpacked(unit, said.marks[place], numbers[place], parts, said.reasons)

    def _load(self, keys: Collection[Key]) -> None:
        """The numbers of every unit in these lines."""
        layout = self.ground.layout
        places = {layout.places[key] for key in keys if key in layout.places} - self._loaded
        if not places:
            return
        self._loaded |= places
        lines = sorted(places)
        ratios = [layout.ratios[place] for place in lines if place in layout.ratios]
        wanted = [unit for unit in self.said if unit not in self.loose]
        with connection.cursor() as cursor:
            cursor.execute(
                _numbers_of(lines, ratios),
                {
                    "form": self.ground.form,
                    "period": self.ground.period.code,
                    "before": self.before,
                    "units": wanted,
                },
            )
            for unit, numbers, above, below in cursor:
                said = self.said[unit]
                if said.numbers is None or isinstance(said.numbers[0], dict):
                    there = said.numbers or ({}, {}, {})
                    said.numbers = (
                        {**there[0], **dict(zip(lines, numbers, strict=True))},
                        {**there[1], **dict(zip(ratios, above, strict=True))},
                        {**there[2], **dict(zip(ratios, below, strict=True))},
                    )


def _numbers(one: Packed) -> Numbers:
    return one.numbers, one.above, one.below


def _plus(one: Numbers, other: Numbers) -> Numbers:
    a, b, c = ([x + y for x, y in zip(mine, theirs, strict=True)] for mine, theirs in zip(one, other, strict=True))
    return a, b, c


def _numbers_of(lines: Sequence[int], ratios: Sequence[int]) -> str:
    numbers, above, below = (
        f"ARRAY[{', '.join(f'{name}[{place + 1}]' for place in places)}]::bigint[]"
        for name, places in (("numbers", lines), ("above", ratios), ("below", ratios))
    )
    return f"""
SELECT unit_id, {numbers}, {above}, {below} FROM figures_kept
WHERE form = %(form)s AND period = %(period)s AND before = %(before)s AND unit_id = ANY(%(units)s)
"""


def _sums(layout: Layout) -> str:
    ratios = range(1, len(layout.ratios) + 1)
    columns = [f"sum(k.numbers[{place}])" for place in range(1, len(layout.lines) + 1)]
    columns += [f"sum(k.above[{place}])" for place in ratios] + [f"sum(k.below[{place}])" for place in ratios]
    return f"""
SELECT g.run, {", ".join(columns)}
FROM unnest(%(units)s::bigint[], %(befores)s::boolean[], %(runs)s::int[]) AS g(unit, before, run)
JOIN figures_kept k ON k.unit_id = g.unit AND k.before = g.before AND k.form = %(form)s AND k.period = %(period)s
GROUP BY g.run
"""


_KEPT = """
SELECT unit_id, before, layout_id, parts, illustration, marks, reasons, details,
       CASE WHEN unit_id = ANY(%(single)s) THEN numbers END, CASE WHEN unit_id = ANY(%(single)s) THEN above END,
       CASE WHEN unit_id = ANY(%(single)s) THEN below END
FROM figures_kept
WHERE form = %(form)s AND period = %(period)s AND unit_id = ANY(%(units)s)
"""
# What was changed and not kept since: those units' figures are put together from the cells.
_UNKEPT = """
SELECT DISTINCT unit_id FROM figures_unkept
WHERE form = %(form)s AND "window" <@ %(window)s AND unit_id = ANY(%(units)s)
"""
