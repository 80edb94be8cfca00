"""The figures of a form for one period on the map of one day: read once, then rolled up line by line.

The craft of adding and comparing is in `rollup` and `compare`; here it meets what is stored. `Ground` is the map and
the duties of the day. `Sheet` reads every figure below its roots, to open a number; `summed.Summed` gives the same
totals without reading them one by one.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import Min

from danvan.figures import catalogue, rollup
from danvan.figures.catalogue import Catalogue, Indicator, parse_breakdown
from danvan.figures.consolidation import UnitRef
from danvan.figures.models import Duty
from danvan.figures.rollup import NOT_REPORTED, Figure, Rolled, RolledUp, State, Tree, as_rolled
from danvan.lib.periods import Period
from danvan.units import queries as units
from danvan.units.models import Succession, UnitVersion

Key = tuple[str, str]  # indicator, breakdown
Given = Figure | Rolled
Lines = dict[Key, dict[int, Given]]  # line -> unit -> figure
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


class Filings:
    """What units' own standing submissions say for a period and for its parts, unit by unit.

    codes: only these indicators; None: all. Consolidated submissions are what somebody signed, not a source: figures
    always come from own ones.
    """

    def __init__(self, form: str, of: Iterable[int], period: Period, codes: Collection[str] | None = None) -> None:
        self.catalogue = catalogue.load()
        self.filed = _submissions(form, period, of)
        periods: dict[int, set[str]] = defaultdict(set)
        for one in self.filed.values():
            periods[one.unit].add(one.period)
        self.periods = {unit: frozenset(codes) for unit, codes in periods.items()}
        self.values, self.stated = _cells([one.id for one in self.filed.values()], codes)

    def own(self, period: Period, pieces: dict[tuple[Key, int], list[Piece]] | None = None) -> Lines:
        """Each unit's figures of the period: as filed for it, else put together from its parts. pieces: is filled."""
        return self._over_time(self.values, period, pieces)

    def before(self, period: Period) -> Lines:
        """The figures of the year before, as the reports of this period imply them."""
        return self._over_time(self.stated, period, None)

    def _over_time(self, cells: _Cells, period: Period, wanted: dict[tuple[Key, int], list[Piece]] | None) -> Lines:
        pieces = {} if wanted is None else wanted
        whole = cells.get(period.code, {})
        own: Lines = {key: dict(line) for key, line in whole.items()}
        within = cells.keys() & set(periods_within(period)) - {period.code}
        for key, unit in {(key, unit) for code in within for key, line in cells[code].items() for unit in line}:
            filed = whole.get(key, {}).get(unit)
            pieced = self._of_months(cells, key, unit, period) if wanted is None and filed is None else None
            pieced = pieced or self._pieced(cells, key, unit, period, pieces)
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
        self, cells: _Cells, key: Key, unit: int, period: Period, pieces: dict[tuple[Key, int], list[Piece]] | None
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
                if pieces is not None:
                    pieces[key, unit] = [Piece(*one) for one in zip(tiling, given, strict=True)]
            if rolled.complete:
                break
        return best

    def _of_months(self, cells: _Cells, key: Key, unit: int, period: Period) -> Rolled | None:
        """The common case in one step: only months were filed, all of them, and every one says something that adds up.

        However the period is cut, the figure is the same then.
        """
        months = _months_alone(period, self.periods[unit])
        found = [cells[code][key].get(unit) for code in months if code in cells and key in cells[code]]
        if not months or len(found) < len(months) or self.catalogue[key[0]].time == "distinct":
            return None
        figures = [one for one in found if one is not None and one.state in _SAID]
        if len(figures) < len(months):
            return None
        rolled = rollup.over_time(self.catalogue[key[0]], figures)
        return _of_unit(unit, rolled, ()) if rolled.complete else None

    def _of_part(self, cells: _Cells, key: Key, unit: int, part: Period) -> Given | None:
        filed = cells.get(part.code, {}).get(key, {}).get(unit)
        return filed or self._pieced(cells, key, unit, part, None)


class Ground:
    """The units below `roots` on the map of `day`, who of them had to file, and who did."""

    periods: Mapping[int, frozenset[str]]  # of each unit that filed: for which periods

    def __init__(self, form: str, roots: Sequence[int], period: Period, day: dt.date) -> None:
        self.form, self.roots, self.period, self.day = form, tuple(roots), period, day
        self.catalogue = catalogue.load()
        self.nodes = units.trees(self.roots, day, LEVELS)
        self.refs = {node.unit_id: UnitRef(node.unit_id, node.name, node.level, node.code) for node in self.nodes}
        duties = Duty.objects.filter(form_code=form, during__contains=day).values_list("level", "during")
        self._due_since = {level: during.lower for level, during in duties}
        self.duty = {node.unit_id: True for node in self.nodes if node.level in self._due_since}

    def name(self, unit: int) -> str:
        return self.refs[unit].name if unit in self.refs else str(unit)

    def above(self, roots: Collection[int]) -> dict[int, int]:
        """unit -> which of these units it is or lies below."""
        found: dict[int, int] = {}
        wanted = set(roots)
        to_do = [(root, root) for root in roots if root in self.refs][::-1]
        while to_do:
            unit, top = to_do.pop()
            if unit not in found:
                found[unit] = top = unit if unit in wanted else top
                to_do.extend((child, top) for child in self._children.get(unit, ()))
        return found

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        """Of each unit those directly below it, the last first."""
        found: dict[int, list[int]] = {}
        for node in reversed(self.nodes):
            if node.parent_id is not None:
                found.setdefault(node.parent_id, []).append(node.unit_id)
        return found

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
            if covered(
                self.period,
                codes,
                max(self._due_since.get(self.refs[unit].level, dt.date.min), born.get(unit, dt.date.min)),
            )
        }

    def heard(self) -> list[tuple[int, int | None]]:
        """Who owes or gave a figure, and all above them; the many others would only be carried along."""
        heard = self.periods.keys() | self.duty.keys() | set(self.roots)
        kept: list[tuple[int, int | None]] = []
        for node in reversed(self.nodes):  # children before their parent
            if node.unit_id in heard:
                kept.append((node.unit_id, node.parent_id))
                if node.parent_id:
                    heard.add(node.parent_id)
        return kept[::-1]


class Sheet(Ground):
    """Every figure below `roots`, read one by one. codes: only these indicators and what they are derived from."""

    def __init__(
        self, form: str, roots: Sequence[int], period: Period, day: dt.date, codes: Collection[str] | None = None
    ) -> None:
        super().__init__(form, roots, period, day)
        self.codes = None if codes is None else with_sources(codes)
        filings = Filings(form, self.refs, period, self.codes)
        self.filed, self.periods = filings.filed, filings.periods
        self.tree = Tree(self.heard())
        self.pieces: dict[tuple[Key, int], list[Piece]] = {}
        self.whole = filings.values.get(period.code, {})  # filed for the period itself
        self.own = self._with_derived(filings.own(period, self.pieces))
        self.stated = self._with_derived(filings.before(period)) if filings.stated else {}
        self._rolled: dict[Key, RolledUp] = {}

    def beside(self, roots: Sequence[int], period: Period, codes: Collection[str] | None = None) -> Sheet:
        """The same of another period, on the map of its own last day."""
        return Sheet(self.form, roots, period, period.end, codes)

    @property
    def lines(self) -> set[Key]:
        """The lines in which somebody reported something."""
        return set(self.own)

    def illustrated(self, units: Collection[int]) -> bool:
        """Whether something that one of these units filed is invented."""
        return any(one.illustration and one.unit in units for one in self.filed.values())

    def reported(self, key: Key, unit: int) -> bool:
        """Whether the unit itself said something in this line."""
        return unit in self.own.get(key, {})

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

    def _roll(self, key: Key, own: Lines) -> RolledUp:
        return rollup.roll_up(self.catalogue[key[0]], self.tree, own.get(key, {}), self.duty)

    def _with_derived(self, own: Lines) -> Lines:
        add_rates(self.catalogue, own)
        for indicator in self.catalogue:
            if indicator.units == "distinct":
                add_counts(indicator, own, self.refs)
        return own


_SAID = (State.VALUE, State.NOT_APPLICABLE)
_Cells = dict[str, dict[Key, dict[int, Figure]]]


# Derived from other figures of the same unit


def add_rates(known: Catalogue, own: Lines) -> None:
    """Rates from their terms, unit by unit."""
    for indicator in known:
        if indicator.derived_from:
            above, below = indicator.derived_from
            for breakdown in [b for code, b in list(own) if code == above and _fits(indicator, b)]:
                _rates(own, (indicator.code, breakdown), (above, breakdown), (below, breakdown))


def _rates(own: Lines, rate: Key, above: Key, below: Key) -> None:
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


COUNTED = 100_000  # no unit has more places than that below it; a larger number is a mistake, and is not counted out


def add_counts(indicator: Indicator, own: Lines, refs: Mapping[int, UnitRef]) -> None:
    """Distinct counts. A unit that gives only a number counted units of its own territory: others cannot have counted
    the same."""
    key = (indicator.code, "")
    line = own.setdefault(key, {}) if indicator.counts else own.get(key, {})
    if indicator.counts:
        for unit, given in own.get((indicator.counts.indicator, ""), {}).items():
            if unit not in line and refs[unit].level == indicator.counts.level:
                line[unit] = rollup.member_of(unit, as_rolled(unit, given).figure)
    for unit, given in line.items():
        if isinstance(given, Figure) and given.value is not None and given.members is None and given.value <= COUNTED:
            line[unit] = given._replace(members=frozenset((unit, place) for place in range(int(given.value))))


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


def with_rates(lines: Iterable[Key]) -> list[Key]:
    """The lines, then the rates that follow from them."""
    found = dict.fromkeys(lines)
    for indicator in catalogue.load():
        if indicator.derived_from:
            above = indicator.derived_from[0]
            found |= dict.fromkeys(
                (indicator.code, b) for code, b in list(found) if code == above and _fits(indicator, b)
            )
    return list(found)


def _fits(indicator: Indicator, breakdown: str) -> bool:
    return parse_breakdown(breakdown).keys() <= {vocabulary.key for vocabulary in indicator.dims}


# Over time


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
def periods_within(period: Period) -> tuple[str, ...]:
    """The codes of the period and of every period that it can be put together from."""
    parts = {part for tiling in period.tilings for part in tiling}
    return tuple({period.code, *(code for part in parts for code in periods_within(part))})


@lru_cache(4096)
def _months_alone(period: Period, codes: frozenset[str]) -> tuple[str, ...]:
    """The months of the period, where all of them and no longer parts were filed."""
    months = next((tiling for tiling in period.tilings if tiling[0].kind == "month" and len(tiling) > 1), ())
    filed = codes.intersection(periods_within(period))
    return tuple(month.code for month in months) if filed == {month.code for month in months} else ()


@lru_cache(4096)
def covered(period: Period, codes: frozenset[str], since: dt.date = dt.date.min) -> bool:
    """Filed for the period or for the parts of it that do not lie before `since`."""
    if period.code in codes or period.end < since:
        return True
    return any(all(covered(part, codes, since) for part in tiling) for tiling in period.tilings)


@lru_cache(4096)
def _ways(period: Period, codes: frozenset[str]) -> tuple[tuple[Period, ...], ...]:
    """How the period can be put together from what was filed: every whole way, else the one with most parts filed."""
    whole = [tiling for tiling in period.tilings if all(covered(part, codes) for part in tiling)]
    if whole:
        return tuple(whole)
    some = [tiling for tiling in period.tilings if any(codes.intersection(periods_within(part)) for part in tiling)]
    return tuple(sorted(some, key=lambda tiling: -sum(part.code in codes for part in tiling))[:1])


# Reading


def _submissions(form: str, period: Period, of: Iterable[int]) -> dict[tuple[int, str], Filed]:
    with connection.cursor() as cursor:
        cursor.execute(_SUBMISSIONS, [form, list(periods_within(period)), list(of)])
        return {(row[1], row[2]): Filed(*row) for row in cursor.fetchall()}


def _cells(submissions: list[int], codes: Collection[str] | None) -> tuple[_Cells, _Cells]:
    """period -> key -> unit -> figure, as reported and (the second) as stated for the year before."""
    values: _Cells = defaultdict(dict)
    stated: _Cells = defaultdict(dict)
    if not submissions or (codes is not None and not codes):
        return values, stated
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, {"submissions": submissions, "all": codes is None, "codes": list(codes or ())})
        for period, *key, unit, state, value, above, below, hedge, teller, told, unsure in cursor:
            line = (key[0], key[1])
            values[period][line] = dict(zip(unit, map(Figure, state, value, above, below, hedge), strict=True))
            if teller:
                stated[period][line] = dict(zip(teller, map(rollup.reported, told, unsure), strict=True))
    return values, stated


_SUBMISSIONS = """
SELECT s.id, s.unit_id, s.period, s.filed_at, s.illustration
FROM figures_submission s JOIN figures_form f ON f.id = s.form_id
WHERE f.code = %s AND s.kind = 'own' AND s.standing AND s.period = ANY(%s) AND s.unit_id = ANY(%s)
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
