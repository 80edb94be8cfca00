"""The figures of a form for one period on the map of one day: read once, then rolled up line by line.

The craft of adding and comparing is in `rollup` and `compare`; here it meets what is stored. Few queries, no model
instances: a province is some 12,000 cells.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import Min

from danvan.figures import catalogue, rollup
from danvan.figures.catalogue import Indicator, parse_breakdown
from danvan.figures.consolidation import UnitRef
from danvan.figures.models import Duty
from danvan.figures.rollup import NOT_REPORTED, Figure, Rolled, RolledUp, State, Tree, as_rolled
from danvan.lib.periods import Period
from danvan.units import queries as units
from danvan.units.models import Succession, UnitVersion

Key = tuple[str, str]  # indicator, breakdown
Given = Figure | Rolled
LEVELS = ("country", "province", "district", "commune")  # forms are not filed below the commune


@contextmanager
def burst() -> Iterator[None]:
    """Thousands of plain values at once, none in a cycle: to look for cycles meanwhile costs a third of the time."""
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:
            gc.enable()


class Filed(NamedTuple):
    """A submission, without its figures."""

    id: int
    unit: int
    period: str
    filed_at: dt.datetime
    illustration: bool


class Piece(NamedTuple):
    """A part of the period, and what the unit reported for it: what its figure is made of, or is contradicted by."""

    period: Period
    given: Given


class Sheet:
    """Own submissions below `roots` for a period (and for its parts), with the map and the duties of `day`.

    codes: only these indicators and what they are derived from; None: all. Consolidated submissions are what somebody
    signed, not a source: figures always come from own ones.
    """

    def __init__(
        self, form: str, roots: Sequence[int], period: Period, day: dt.date, codes: Collection[str] | None = None
    ) -> None:
        self.form, self.roots, self.period, self.day = form, tuple(roots), period, day
        self.catalogue = catalogue.load()
        self.codes = None if codes is None else with_sources(codes)
        nodes = [node for root in self.roots for node in units.tree(root, day, LEVELS)]
        self.refs = {node.unit_id: UnitRef(node.unit_id, node.name, node.level, node.code) for node in nodes}
        duties = Duty.objects.filter(form_code=form, during__contains=day).values_list("level", "during")
        self._due_since = {level: during.lower for level, during in duties}
        self.duty = {node.unit_id: True for node in nodes if node.level in self._due_since}
        self.filed = self._submissions()
        periods: dict[int, set[str]] = defaultdict(set)
        for one in self.filed.values():
            periods[one.unit].add(one.period)
        self.periods = {unit: frozenset(codes) for unit, codes in periods.items()}
        self.tree = self._tree(nodes)
        self.pieces: dict[tuple[Key, int], list[Piece]] = {}
        values, stated = self._cells()
        self.whole = values.get(period.code, {})  # filed for the period itself
        self.own = self._with_derived(self._over_time(values, self.pieces))
        self.stated = self._with_derived(self._over_time(stated, {})) if stated else {}
        self._rolled: dict[Key, RolledUp] = {}

    def roll(self, key: Key) -> RolledUp:
        """Every unit's figure in this line: its own as reported, else from its children."""
        # Most lines of a form nobody filled in: they all look alike, but for the rule.
        look = key if key in self.own else (self.catalogue[key[0]].units, "")
        if look not in self._rolled:
            self._rolled[look] = self._roll(key, self.own)
        return self._rolled[look]

    def roll_stated(self, key: Key, root: int) -> Rolled | None:
        """The line a year before as this period's reports themselves imply it; None where none does."""
        if key not in self.stated:
            return None
        return self._roll(key, self.stated)[root]

    def _roll(self, key: Key, own: dict[Key, dict[int, Given]]) -> RolledUp:
        return rollup.roll_up(self.catalogue[key[0]], self.tree, own.get(key, {}), self.duty)

    def name(self, unit: int) -> str:
        return self.refs[unit].name if unit in self.refs else str(unit)

    @cached_property
    def reforms(self) -> list[dt.date]:
        """The days within the period on which units became others; a change on its first day is before it."""
        days = Succession.objects.filter(on__gt=self.period.start, on__lte=self.period.end)
        return sorted(set(days.values_list("on", flat=True)))

    @cached_property
    def filers(self) -> set[int]:
        """Who filed for the whole period: itself, or all of its parts since it had to and since it was there."""
        born: dict[int, dt.date] = {}
        if self.reforms:
            lives = UnitVersion.objects.filter(unit__in=list(self.periods)).values_list("unit")
            born = dict(lives.annotate(Min("during__startswith")))
        return {
            unit
            for unit, codes in self.periods.items()
            if _covered(
                self.period,
                codes,
                max(self._due_since.get(self.refs[unit].level, dt.date.min), born.get(unit, dt.date.min)),
            )
        }

    def _tree(self, nodes: Sequence[units.Node]) -> Tree:
        """Who owes or gave a figure, and all above them; the many others would only be carried along."""
        heard = self.periods.keys() | self.duty.keys() | set(self.roots)
        kept: list[tuple[int, int | None]] = []
        for node in reversed(nodes):  # children before their parent
            if node.unit_id in heard:
                kept.append((node.unit_id, node.parent_id))
                if node.parent_id:
                    heard.add(node.parent_id)
        return Tree(reversed(kept))

    # reading

    def _submissions(self) -> dict[tuple[int, str], Filed]:
        with connection.cursor() as cursor:
            cursor.execute(_SUBMISSIONS, [self.form, list(_within(self.period)), list(self.refs)])
            return {(row[1], row[2]): Filed(*row) for row in cursor.fetchall()}

    def _cells(self) -> tuple[_Cells, _Cells]:
        """period -> key -> unit -> figure, as reported and (the second) as stated for the year before."""
        values: _Cells = defaultdict(dict)
        stated: _Cells = defaultdict(dict)
        wanted = {"submissions": [one.id for one in self.filed.values()], "all": self.codes is None}
        with connection.cursor() as cursor:
            cursor.execute(_CELLS, {**wanted, "codes": list(self.codes or ())})
            for period, *key, unit, state, value, above, below, hedge, teller, told, unsure in cursor:
                line = (key[0], key[1])
                values[period][line] = dict(zip(unit, map(Figure, state, value, above, below, hedge), strict=True))
                if teller:
                    stated[period][line] = dict(zip(teller, map(rollup.reported, told, unsure), strict=True))
        return values, stated

    # over time

    def _over_time(self, cells: _Cells, pieces: dict[tuple[Key, int], list[Piece]]) -> dict[Key, dict[int, Given]]:
        """key -> unit -> figure of the whole period: as filed for it, else put together from its parts."""
        own: dict[Key, dict[int, Given]] = {key: dict(line) for key, line in cells.get(self.period.code, {}).items()}
        parts = {
            (key, unit)
            for code, lines in cells.items()
            if code != self.period.code
            for key in lines
            for unit in lines[key]
        }
        for key, unit in parts:
            filed = cells.get(self.period.code, {}).get(key, {}).get(unit)
            pieced = self._pieced(cells, key, unit, self.period, pieces)
            if pieced is None:
                continue
            if filed is None or filed.state == State.NOT_REPORTED:
                own.setdefault(key, {})[unit] = pieced
            else:
                told = [piece for piece in pieces[key, unit] if as_rolled(unit, piece.given).figure.has_value]
                named = ", ".join(piece.period.label() for piece in told)
                own[key][unit] = rollup.against_parts(self.catalogue[key[0]], unit, filed, pieced, named)
                if own[key][unit] is filed:
                    del pieces[key, unit]
        return own

    def _pieced(
        self, cells: _Cells, key: Key, unit: int, period: Period, pieces: dict[tuple[Key, int], list[Piece]]
    ) -> Rolled | None:
        best = None
        for tiling in _ways(period, self.periods[unit]):
            found = [self._of_part(cells, key, unit, part) for part in tiling]
            if not any(found):
                continue
            given = [one or NOT_REPORTED for one in found]
            rolled = rollup.over_time(self.catalogue[key[0]], given)
            if rolled.complete or best is None:
                best = _of_unit(unit, rolled, tiling)
                if period == self.period:
                    pieces[key, unit] = [Piece(*one) for one in zip(tiling, given, strict=True)]
            if rolled.complete:
                break
        return best

    def _of_part(self, cells: _Cells, key: Key, unit: int, part: Period) -> Given | None:
        filed = cells.get(part.code, {}).get(key, {}).get(unit)
        return filed or self._pieced(cells, key, unit, part, {})

    # derived from others

    def _with_derived(self, own: dict[Key, dict[int, Given]]) -> dict[Key, dict[int, Given]]:
        """Rates from their terms and distinct counts from what they count, unit by unit."""
        for indicator in self.catalogue:
            if indicator.derived_from:
                above, below = indicator.derived_from
                for breakdown in [b for code, b in list(own) if code == above and _fits(indicator, b)]:
                    self._rates(own, (indicator.code, breakdown), (above, breakdown), (below, breakdown))
            elif indicator.units == "distinct":
                self._counts(own, indicator)
        return own

    def _rates(self, own: dict[Key, dict[int, Given]], rate: Key, above: Key, below: Key) -> None:
        line = own.setdefault(rate, {})
        tops, bottoms = own[above], own.get(below, {})
        for unit in tops.keys() & bottoms.keys():
            stated = line.get(unit)
            if stated is not None and as_rolled(unit, stated).figure.denominator is not None:
                continue
            top, bottom = as_rolled(unit, tops[unit]), as_rolled(unit, bottoms[unit])
            made = rollup.ratio_of(top.figure, bottom.figure)
            if stated is not None and made.has_value and (said := as_rolled(unit, stated).figure).value is not None:
                made = said._replace(numerator=made.numerator, denominator=made.denominator)
            whole = top.complete and bottom.complete
            line[unit] = made if whole or not made.has_value else Rolled(made, False, (unit,), ((unit, made),))

    def _counts(self, own: dict[Key, dict[int, Given]], indicator: Indicator) -> None:
        """A unit that gives only a number counted units of its own territory: others cannot have counted the same."""
        key = (indicator.code, "")
        line = own.setdefault(key, {}) if indicator.counts else own.get(key, {})
        if indicator.counts:
            for unit, given in own.get((indicator.counts.indicator, ""), {}).items():
                if unit not in line and self.refs[unit].level == indicator.counts.level:
                    line[unit] = rollup.member_of(unit, as_rolled(unit, given).figure)
        for unit, given in line.items():
            if isinstance(given, Figure) and given.value is not None and given.members is None:
                line[unit] = given._replace(members=frozenset((unit, place) for place in range(int(given.value))))


_Cells = dict[str, dict[Key, dict[int, Figure]]]


def with_sources(codes: Iterable[str]) -> set[str]:
    """The indicators and those that they are derived from."""
    wanted, found = list(codes), set()
    while wanted:
        indicator = catalogue.load()[wanted.pop()]
        if indicator.code not in found:
            found.add(indicator.code)
            wanted += indicator.derived_from or ()
            wanted += [indicator.counts.indicator] if indicator.counts else []
    return found


def _fits(indicator: Indicator, breakdown: str) -> bool:
    return parse_breakdown(breakdown).keys() <= {vocabulary.key for vocabulary in indicator.dims}


def _of_unit(unit: int, rolled: Rolled, tiling: Sequence[Period]) -> Rolled:
    """A figure put together over time speaks of its unit; what is missing are the parts, said in words."""
    made_of = ((unit, rolled.figure),) if rolled.figure.has_value else ()
    if rolled.complete:
        return rolled._replace(contributors=made_of)
    lacking = ", ".join(tiling[place].label() for place in rolled.missing)
    return rolled._replace(
        missing=(unit,), contributors=made_of, reasons=(*rolled.reasons, f"Thiếu số liệu {lacking}.")
    )


@lru_cache
def _within(period: Period) -> tuple[str, ...]:
    """The codes of the period and of every period that it can be put together from."""
    parts = {part for tiling in period.tilings for part in tiling}
    return tuple({period.code, *(code for part in parts for code in _within(part))})


@lru_cache(4096)
def _covered(period: Period, codes: frozenset[str], since: dt.date = dt.date.min) -> bool:
    """Filed for the period or for the parts of it that do not lie before `since`."""
    if period.code in codes or period.end < since:
        return True
    return any(all(_covered(part, codes, since) for part in tiling) for tiling in period.tilings)


@lru_cache(4096)
def _ways(period: Period, codes: frozenset[str]) -> tuple[tuple[Period, ...], ...]:
    """How the period can be put together from what was filed: every whole way, else the one with most parts filed."""
    whole = [tiling for tiling in period.tilings if all(_covered(part, codes) for part in tiling)]
    if whole:
        return tuple(whole)
    some = [tiling for tiling in period.tilings if any(codes.intersection(_within(part)) for part in tiling)]
    return tuple(sorted(some, key=lambda tiling: -sum(part.code in codes for part in tiling))[:1])


_SUBMISSIONS = """
SELECT s.id, s.unit_id, s.period, s.filed_at, s.illustration
FROM figures_submission s JOIN figures_form f ON f.id = s.form_id
WHERE f.code = %s AND s.kind = 'own' AND s.period = ANY(%s) AND s.unit_id = ANY(%s)
"""
# One row a line: its figures in arrays, units in the same order; the last three only where a year before is stated.
_CELLS = """
SELECT s.period, c.indicator, c.breakdown, array_agg(s.unit_id), array_agg(c.state), array_agg(trim_scale(c.value)),
       array_agg(trim_scale(c.numerator)), array_agg(trim_scale(c.denominator)), array_agg(c.qualifier),
       array_agg(s.unit_id) FILTER (WHERE c.previous_stated IS NOT NULL),
       array_agg(trim_scale(c.previous_stated)) FILTER (WHERE c.previous_stated IS NOT NULL),
       array_agg(c.qualifier) FILTER (WHERE c.previous_stated IS NOT NULL)
FROM figures_cell c JOIN figures_submission s ON s.id = c.submission_id
WHERE s.id = ANY(%(submissions)s) AND (%(all)s OR c.indicator = ANY(%(codes)s))
GROUP BY s.period, c.indicator, c.breakdown
"""
