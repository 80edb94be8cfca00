"""What each unit's standing submissions say of a period, kept ready to be added up in the database.

One row a unit and period: every period that it filed for, and every longer one that can be put together from them. Rows
are written in the transaction in which an edition comes to stand or ceases to (`keep`). A trigger takes away the rows
that such a change concerns, whoever makes it, and writes the change down (`Unkept`) until they are there again: a row
that is there is right, and what is not kept yet readers put together from the cells. `actions.verify_kept` does all
the sums again.

Figures lie in arrays in the order of the form's lines (the layout), in ten thousandths, so that the database adds up a
line over thousands of units without taking the arrays apart.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from psycopg.types.json import Jsonb
from psycopg.types.range import DateRange

from danvan.access import scope
from danvan.figures import catalogue
from danvan.figures.models import Form
from danvan.figures.rollup import NOT_REPORTED, Figure, Rolled, State, as_rolled, can_add
from danvan.figures.sheet import Filings, Given, Key, Lines, add_rates, periods_within, with_rates
from danvan.lib import periods
from danvan.lib.periods import Kind, Period

SCALE = 10_000  # the database keeps four decimals
MOST = 2**63
BATCH = 300  # units read at once
KINDS: tuple[Kind, ...] = ("quarter", "half", "nine_months", "year")

# A mark says what stands in a line. Small letters: complete; capitals: parts of the period are missing, for the reasons
# that the row gives once for all its lines.
ABSENT, ELSEWHERE = " ", "*"  # nothing said; said in `details`, since an array cannot hold it or it cannot be added
LACKING = "R"  # not reported, for those reasons
EMPTY = {State.NOT_REPORTED: "r", State.NOT_APPLICABLE: "x", State.NOT_DUE: "d"}
HEDGES = {"exact": "e", "over": "o", "nearly": "n", "about": "a"}
STATES = {LACKING: State.NOT_REPORTED, **{mark: state for state, mark in EMPTY.items()}}
QUALIFIERS = {mark: hedge for hedge, mark in HEDGES.items()}


class Layout(NamedTuple):
    """The order of the figures in a row. ratios: the places of the lines that have a numerator and a denominator."""

    id: int
    lines: tuple[Key, ...]
    places: Mapping[Key, int]
    ratios: Mapping[int, int]  # place among the lines -> place in `above` and `below`


class Detail(NamedTuple):
    """What the arrays do not say of a line, as it is stored."""

    indicator: str
    breakdown: str
    mark: str
    figure: list[str | None]
    complete: bool
    reasons: list[str]
    below: list[str | None] | None
    difference: str | None


class Packed(NamedTuple):
    """A unit's figures of one period, as they are stored."""

    marks: str
    numbers: list[int]
    above: list[int]
    below: list[int]
    reasons: list[str]
    details: list[Detail]


# Packing


@lru_cache
def rules() -> str:
    """Changes when the catalogue's rules do: what was put together by other rules is not read."""
    said = [
        [one.code, one.kind.code, one.time, one.units, one.derived_from, [v.key for v in one.dims]]
        for one in catalogue.load()
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def layout_of(id_: int, lines: Iterable[Key]) -> Layout:
    lines = tuple(lines)
    ratios = [place for place, (code, _b) in enumerate(lines) if catalogue.load()[code].units == "ratio"]
    return Layout(
        id_,
        lines,
        {key: place for place, key in enumerate(lines)},
        {place: index for index, place in enumerate(ratios)},
    )


def pack(unit: int, layout: Layout, said: Mapping[Key, Given]) -> Packed:
    """A unit's figures in the order of the layout."""
    marks, numbers = [ABSENT] * len(layout.lines), [0] * len(layout.lines)
    above, below = [0] * len(layout.ratios), [0] * len(layout.ratios)
    details: list[Detail] = []
    common = _common_reasons(said.values())
    for key, given in said.items():
        rolled = as_rolled(unit, given)
        figure = rolled.figure
        place = layout.places.get(key)
        mark = _mark(key, rolled, common)
        three = (_scaled(figure.value), _scaled(figure.numerator), _scaled(figure.denominator))
        if place is None or not _fits(figure, three, place in layout.ratios):
            mark = ELSEWHERE
        if place is not None:
            marks[place] = mark
            if mark not in STATES and mark != ELSEWHERE:
                numbers[place] = three[0] or 0
                if place in layout.ratios:
                    above[layout.ratios[place]], below[layout.ratios[place]] = three[1] or 0, three[2] or 0
        told = common if mark.isupper() else ()
        if mark == ELSEWHERE or rolled.reasons != told or rolled.below or rolled.difference is not None:
            details.append(_detail(key, mark, rolled))
    return Packed("".join(marks), numbers, above, below, list(common), sorted(details))


def _common_reasons(said: Iterable[Given]) -> tuple[str, ...]:
    """Why lines are incomplete, as most of them say it."""
    told = Counter(given.reasons for given in said if isinstance(given, Rolled) and not given.complete)
    return max(told, key=lambda reasons: (told[reasons], reasons)) if told else ()


def _mark(key: Key, rolled: Rolled, common: tuple[str, ...]) -> str:
    figure = rolled.figure
    if figure.state == State.NOT_REPORTED and common and rolled.reasons == common:
        return LACKING
    if figure.state != State.VALUE:
        return EMPTY[State(figure.state)]
    rule = catalogue.load()[key[0]].units
    if rule in ("sum", "ratio") and not can_add(rule, figure):
        return ELSEWHERE
    mark = HEDGES[figure.qualifier]
    return mark if rolled.complete else mark.upper()


def _scaled(value: Decimal | None) -> int | None:
    """None also where it does not fit: more than four decimals, or too large."""
    if value is None:
        return None
    scaled = value.scaleb(4)
    return int(scaled) if scaled == scaled.to_integral_value() and abs(scaled) < MOST else None


def _fits(figure: Figure, scaled: tuple[int | None, int | None, int | None], ratio: bool) -> bool:
    """Whether the arrays give the figure back."""
    if figure.state != State.VALUE:
        return True
    parts = (figure.numerator, figure.denominator)
    if not ratio:
        return scaled[0] is not None and parts == (None, None)
    if scaled[1] is None or scaled[2] is None:
        return False
    return (figure.value, *parts) == _ratio(scaled[0] or 0, scaled[1], scaled[2])


def _ratio(value: int, above: int, below: int) -> tuple[Decimal | None, Decimal, Decimal]:
    """value 0: as numerator and denominator give it; else as it was said."""
    parts = (number(above), number(below))
    if value or not below:
        return (number(value) if value else None, *parts)
    return (100 * parts[0] / parts[1], *parts)


def number(scaled: int | Decimal) -> Decimal:
    """From ten thousandths: 7, not 7.0000."""
    scaled = int(scaled)
    whole, rest = divmod(scaled, SCALE)
    return Decimal(whole) if not rest else Decimal(scaled).scaleb(-4).normalize()


def _detail(key: Key, mark: str, rolled: Rolled) -> Detail:
    below = None if rolled.below is None else _written(rolled.below)
    difference = None if rolled.difference is None else str(rolled.difference)
    return Detail(*key, mark, _written(rolled.figure), rolled.complete, list(rolled.reasons), below, difference)


def _written(figure: Figure) -> list[str | None]:
    said = (figure.value, figure.numerator, figure.denominator)
    return [str(figure.state), *(None if one is None else str(one) for one in said), str(figure.qualifier)]


def _read(said: Sequence[str | None]) -> Figure:
    state, value, above, below, hedge = said
    three = [None if one is None else Decimal(one) for one in (value, above, below)]
    return Figure(state, *three, qualifier=hedge)  # type: ignore[arg-type]  # plain strings will do


def details_of(stored: str | None) -> list[Detail]:
    """From the database, where JSON comes as it is written."""
    return [Detail(*one) for one in json.loads(stored)] if stored else []


def detailed(unit: int, said: Detail) -> Rolled:
    """A figure that stands in the details."""
    figure = _read(said.figure)
    made_of = ((unit, figure),) if figure.has_value else ()
    return Rolled(
        figure,
        said.complete,
        () if said.complete else (unit,),
        made_of,
        below=None if said.below is None else _read(said.below),
        difference=None if said.difference is None else Decimal(said.difference),
        reasons=tuple(said.reasons),
    )


def unpacked(
    unit: int, mark: str, value: int, parts: tuple[int, int] | None = None, reasons: tuple[str, ...] = ()
) -> Given | None:
    """A figure from the arrays; None where the unit said nothing, or says it in the details."""
    if mark in (ABSENT, ELSEWHERE):
        return None
    if mark == LACKING:
        return Rolled(NOT_REPORTED, False, (unit,), reasons=reasons)
    if mark in STATES:
        return Figure(STATES[mark])
    three = (number(value), None, None) if parts is None else _ratio(value, *parts)
    figure = Figure(State.VALUE, *three, qualifier=QUALIFIERS[mark.lower()])  # type: ignore[arg-type]
    return figure if mark.islower() else Rolled(figure, False, (unit,), ((unit, figure),), reasons=reasons)


# Keeping


class Row(NamedTuple):
    """One row of figures_kept. before: the year before, as the reports of the period imply it."""

    unit: int
    before: bool
    parts: str
    illustration: bool
    layout: int
    packed: Packed


def keep(form: str, changed: Iterable[tuple[int, Period]]) -> None:
    """Writes the rows that a change concerns: (unit, period) for which an edition came to stand or ceased to.

    Must be called inside the transaction of the change, with the units locked.
    """
    changed = list(changed)
    concerned: dict[Period, set[int]] = defaultdict(set)
    for unit, period in changed:
        for one in containing(period):
            concerned[one].add(unit)
    by_year: dict[Period, list[Period]] = defaultdict(list)
    for period in concerned:
        by_year[containing(period)[-1]].append(period)
    if not concerned:
        return
    with scope.system("figures.kept"):  # all that the unit filed, also what the acting post may not see
        for year, within in by_year.items():
            units = sorted(set().union(*(concerned[period] for period in within)))
            for first in range(0, len(units), BATCH):
                some = units[first : first + BATCH]
                _write(form, some, within, rows(form, some, year, within))
        _kept_now(form, changed)


def _kept_now(form: str, changed: Iterable[tuple[int, Period]]) -> None:
    with connection.cursor() as cursor:
        units, starts, ends = zip(*((unit, *period.window) for unit, period in changed), strict=True)
        cursor.execute(_KEPT_NOW, [list(units), list(starts), list(ends), form])


_KEPT_NOW = """
DELETE FROM figures_unkept u USING unnest(%s::bigint[], %s::date[], %s::date[]) AS kept(unit, start, until)
WHERE u.unit_id = kept.unit AND u."window" = daterange(kept.start, kept.until) AND u.form = %s
"""


def containing(period: Period) -> tuple[Period, ...]:
    """The period and the longer ones that it is a part of, the longest last. Years to date are not kept."""
    if period.kind == "ytd":
        return ()
    if period.kind == "week":
        return (period,)
    longer = [
        Period(kind, period.year, index, period.calendar)
        for kind in KINDS
        for index in range(1, {"quarter": 4, "half": 2}.get(kind, 1) + 1)
    ]
    found = [one for one in longer if one != period and set(period.months) <= set(one.months)]
    return (period, *found)


def rows(form: str, units: Collection[int], year: Period, within: Iterable[Period]) -> Iterator[tuple[Period, Row]]:
    """The rows of units as they must be, from what they filed within the year. A fixed number of queries."""
    filings = Filings(form, units, year)
    within = list(within)
    layout = layouts(form, within)
    shown = {(one.unit, one.period): one.illustration for one in filings.filed.values()}
    for period in within:
        codes = frozenset(periods_within(period))
        filed = {unit: found for unit, all_ in filings.periods.items() if (found := all_ & codes)}
        if not filed:
            continue
        for before, lines in ((False, filings.own(period)), (True, filings.before(period))):
            add_rates(filings.catalogue, lines)
            for unit, said in by_unit(lines, filed, before=before).items():
                parts = " ".join(sorted(filed[unit]))
                illustration = any(shown[unit, code] for code in filed[unit])
                yield (
                    period,
                    Row(unit, before, parts, illustration, layout[period].id, pack(unit, layout[period], said)),
                )


def by_unit(lines: Lines, filed: Iterable[int], *, before: bool) -> dict[int, dict[Key, Given]]:
    """unit -> line -> figure, of every unit that filed (before: that implied anything)."""
    found: dict[int, dict[Key, Given]] = {} if before else {unit: {} for unit in filed}
    for key, line in lines.items():
        for unit, given in line.items():
            found.setdefault(unit, {})[key] = given
    return found


def current_layout(form: str, period: Period) -> Layout:
    """The layout of the form's version on the period's last day (else its last version), made where there is none."""
    return layouts(form, [period])[period]


def layouts(form: str, wanted: Iterable[Period]) -> dict[Period, Layout]:
    """The same for several periods."""
    versions = list(Form.objects.filter(code=form).order_by("during"))
    found: dict[int, Layout] = {}
    by_period = {}
    for period in wanted:
        version = next((one for one in versions if period.end in one.during), versions[-1])
        if version.pk not in found:
            found[version.pk] = _layout(version)
        by_period[period] = found[version.pk]
    return by_period


def _layout(version: Form) -> Layout:
    asked = ((row["indicator"], row["breakdown"]) for part in version.sections for row in part["rows"])
    lines = [key for key in with_rates(asked) if key[0] in catalogue.load().indicators]
    digest = hashlib.sha256(json.dumps([rules(), lines]).encode()).hexdigest()
    values = {"form": version.code, "rules": rules(), "digest": digest, "lines": Jsonb(lines)}
    with connection.cursor() as cursor:
        cursor.execute(_LAYOUT, values)
        if (found := cursor.fetchone()) is None:  # somebody else made it just now
            cursor.execute(_LAYOUT, values)
            found = cursor.fetchone()
    return layout_of(found[0], lines)


def _write(form: str, units: list[int], within: Sequence[Period], found: Iterable[tuple[Period, Row]]) -> None:
    windows = {period: DateRange(*period.window) for period in within}
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM figures_kept WHERE form = %s AND unit_id = ANY(%s) AND period = ANY(%s)",
            [form, units, [period.code for period in within]],
        )
        cursor.executemany(
            _INSERT,
            [
                (
                    *(form, period.code, row.before, row.unit, windows[period], row.layout, row.parts),
                    *(row.illustration, row.packed.marks, row.packed.numbers, row.packed.above, row.packed.below),
                    row.packed.reasons,
                    Jsonb(row.packed.details) if row.packed.details else None,
                )
                for period, row in found
            ],
        )


_LAYOUT = """
WITH there AS (
    SELECT id FROM figures_layout WHERE form = %(form)s AND digest = %(digest)s
), made AS (
    INSERT INTO figures_layout (form, rules, digest, lines)
    SELECT %(form)s, %(rules)s, %(digest)s, %(lines)s WHERE NOT EXISTS (SELECT FROM there)
    ON CONFLICT (form, digest) DO NOTHING RETURNING id
)
SELECT id FROM there UNION ALL SELECT id FROM made
"""
_INSERT = """
INSERT INTO figures_kept (form, period, before, unit_id, "window", layout_id, parts, illustration, marks, numbers,
                          above, below, reasons, details)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s)
"""


# Checking


class Fault(NamedTuple):
    """A row that is not what the submissions say. what: missing, extra, different."""

    form: str
    unit: int
    period: str
    what: str


def faults_among(
    form: str, units: Collection[int], year: Period, within: Collection[Period]
) -> tuple[int, list[Fault]]:
    """Puts the rows of units together again from the cells: how many there are to be, and those that are not so."""
    wanted = {(period.code, row.before, row.unit): row for period, row in rows(form, units, year, within)}
    there = _stored(form, units, [period.code for period in within])
    faults = []
    for key in sorted(wanted.keys() | there.keys()):
        if wanted.get(key) != there.get(key):
            what = "missing" if key not in there else "different" if key in wanted else "extra"
            faults.append(Fault(form, key[2], key[0], what))
    return len(wanted), faults


def filed_years() -> Iterator[tuple[str, Period, list[int], list[Period]]]:
    """Form, year (or week), the units that filed or have rows in it, and the periods for which there are to be rows."""
    units: dict[tuple[str, Period], set[int]] = defaultdict(set)
    within: dict[tuple[str, Period], set[Period]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_FILED)
        for form, code, some in cursor.fetchall():
            if longer := containing(periods.parse(code)):
                units[form, longer[-1]].update(some)
                within[form, longer[-1]].update(longer)
    for (form, year), some in units.items():
        yield form, year, sorted(some), sorted(within[form, year])


def _stored(form: str, units: Collection[int], codes: list[str]) -> dict[tuple[str, bool, int], Row]:
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [form, list(units), codes])
        return {
            (code, before, unit): Row(
                *(unit, before, parts, illustration, layout), Packed(*arrays, details_of(details))
            )
            for code, before, unit, parts, illustration, layout, *arrays, details in cursor
        }


_FILED = """
SELECT f.code, s.period, array_agg(s.unit_id) FROM figures_submission s JOIN figures_form f ON f.id = s.form_id
WHERE s.standing AND s.kind = 'own' GROUP BY f.code, s.period
UNION ALL SELECT form, period, array_agg(unit_id) FROM figures_kept GROUP BY form, period
"""
_STORED = """
SELECT period, before, unit_id, parts, illustration, layout_id, marks, numbers, above, below, reasons, details
FROM figures_kept WHERE form = %s AND unit_id = ANY(%s) AND period = ANY(%s)
"""
