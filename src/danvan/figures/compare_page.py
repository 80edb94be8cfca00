"""Any lines of a form over any units and periods: the question as it stands in an address, and its answer as a cube.

Every unit is found on the map of the last period's last day. One sheet for each period serves all units, so that the
number of queries grows with the periods only. Raises FigureError or CatalogueError (Vietnamese sentences).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.figures import catalogue, compare, queries, rollup
from danvan.figures.compare import Comparability, Comparison, Mode, Restated
from danvan.figures.consolidation import UnitRef
from danvan.figures.earlier import COMMUNE, Earlier, Standing
from danvan.figures.errors import FigureError
from danvan.figures.rollup import Rolled
from danvan.figures.sheet import LEVELS, Key, Sheet
from danvan.lib import periods as lib_periods
from danvan.lib.periods import Period, vietnamese
from danvan.units import queries as units
from danvan.units.models import Reach, UnitVersion

Axis = Literal["unit", "line", "period"]
AXES: tuple[Axis, ...] = ("unit", "line", "period")
MODES: tuple[Mode, ...] = ("restated", "reported")
MOST = {"unit": 200, "line": 40, "period": 24}
MOST_CELLS = 6000
TOTAL = 0  # stands for a unit: all the chosen ones together


# The question


@dataclass(frozen=True, slots=True)
class Question:
    """lines: as asked ("mod.total--field=*": every value). below: the unit whose parts are taken too, 0: none.

    columns: what stands across; rows: what stands first downwards.
    """

    form: str
    lines: tuple[str, ...]
    units: tuple[int, ...]
    below: int
    periods: tuple[Period, ...]
    mode: Mode = "restated"
    columns: Axis = "period"
    rows: Axis = "line"

    def pairs(self) -> list[tuple[str, str]]:
        """For an address; what is as usual is left out."""
        found = [("form", self.form)] if self.form != queries.FORM else []
        found += [("i", one) for one in self.lines]
        found += [("u", str(one)) for one in self.units]
        found += [("below", str(self.below))] if self.below else []
        found += [("p", one.code) for one in self.periods]
        found += [("mode", self.mode)] if self.mode != "restated" else []
        found += [("columns", self.columns)] if self.columns != "period" else []
        return [*found, ("rows", self.rows)] if self.rows != self.usual_rows else found

    @property
    def usual_rows(self) -> Axis:
        return "line" if self.columns != "line" else "unit"

    @property
    def keys(self) -> tuple[Key, ...]:
        return tuple(dict.fromkeys(key for one in self.lines for key in expanded(one)))


def question(given: Mapping[str, Sequence[str]]) -> Question:
    """From an address: lists of values by name. Empty lists stay empty: `usual` fills them."""

    def one(name: str, among: Sequence[str], usual: str) -> Any:
        said = (given.get(name) or [usual])[-1] or usual
        if said not in among:
            raise FigureError(
                _("Không hiểu “%(said)s” trong địa chỉ: %(name)s phải là một trong %(among)s.")
                % {"said": said[:40], "name": name, "among": ", ".join(among)}
            )
        return said

    lines = _distinct(given.get("i", ()))
    for line in lines:
        expanded(line)
    columns: Axis = one("columns", AXES, "period")
    rest = [axis for axis in AXES if axis != columns]
    rows: Axis = one("rows", AXES, "line" if columns != "line" else "unit")
    return Question(
        form=(given.get("form") or [queries.FORM])[-1][:40],
        lines=lines,
        units=tuple(_number(value) for value in _distinct(given.get("u", ()))),
        below=_number((given.get("below") or ["0"])[-1] or "0"),
        periods=tuple(sorted({queries.period_of(code) for code in given.get("p", ())})),
        mode=one("mode", MODES, "restated"),
        columns=columns,
        rows=rows if rows in rest else rest[0],
    )


def _too_many(axis: str) -> str:
    said = {
        "unit": _("Chọn nhiều nhất %(most)s đơn vị để so sánh; hãy bỏ bớt."),
        "line": _("Chọn nhiều nhất %(most)s chỉ tiêu để so sánh; hãy bỏ bớt."),
        "period": _("Chọn nhiều nhất %(most)s kỳ để so sánh; hãy bỏ bớt."),
    }
    return said[axis] % {"most": MOST[axis]}


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise FigureError(_("Không có đơn vị số “%(unit)s”; hãy chọn đơn vị theo tên.") % {"unit": text[:20]})
    return int(text)


def expanded(line: str) -> list[Key]:
    """The lines that one asked for means: itself, or with "field=*" every value of that breakdown."""
    code, _separator, breakdown = line.partition("--")
    indicator = catalogue.load()[code]
    key, _separator, value = breakdown.partition("=")
    if value == "*":
        for vocabulary in indicator.dims:
            if vocabulary.key == key:
                return [(code, f"{key}={name}") for name in vocabulary.values]
    indicator.check_breakdown(breakdown)
    return [(code, breakdown)]


def line_of(key: Key) -> str:
    return "--".join(filter(None, key))


# The answer


class Spot(NamedTuple):
    """One figure of the cube. restated: from earlier units on today's map; other_map: of another territory."""

    found: Rolled | Restated
    restated: bool = False
    other_map: bool = False

    @property
    def comparable(self) -> bool:
        lost = isinstance(self.found, Restated) and self.found.comparability == Comparability.NOT_COMPARABLE
        return not (lost or self.other_map)


@dataclass(slots=True)
class Answer:
    """units: of the map of `day`, in its order. spots: (line, unit or TOTAL, period or None for all periods).

    changes: (line, unit or TOTAL) -> last period against the first. names, within: of every unit in them, then and now.
    untold: why something asked for is not there.
    no_total: why there is no total over units or periods.
    """

    question: Question
    day: dt.date
    units: tuple[UnitRef, ...]
    spots: dict[tuple[Key, int, Period | None], Spot]
    changes: dict[tuple[Key, int], Comparison]
    names: dict[int, str]
    within: set[int]
    illustration: bool
    untold: list[str] = field(default_factory=list)
    no_total: list[str] = field(default_factory=list)
    total_units: bool = False
    total_periods: bool = False

    def name(self, unit: int) -> str:
        return self.names.get(unit, str(unit))

    @property
    def value_count(self) -> int:
        return sum(spot.found.figure.value is not None for spot in self.spots.values())


def answer(asked: Question) -> Answer:
    """What the acting post may see of it; what is left out is said in `untold`."""
    if not (asked.lines and asked.periods and (asked.units or asked.below)):
        raise FigureError(_("Hãy chọn ít nhất một chỉ tiêu, một đơn vị và một kỳ."))
    for axis, number in (("line", len(asked.keys)), ("period", len(asked.periods)), ("unit", len(asked.units))):
        if number > MOST[axis]:
            raise FigureError(_too_many(axis))
    last = asked.periods[-1]
    day = last.end
    untold: list[str] = []
    wanted = _within_reach(asked, untold)
    chosen = _on_the_map(asked, wanted, day, untold)
    if not chosen:
        raise FigureError(" ".join(untold) or _("Không có đơn vị nào để so sánh; hãy chọn đơn vị khác."))
    if len(chosen) > MOST["unit"]:
        raise FigureError(_too_many("unit"))
    if len(chosen) * len(asked.keys) * len(asked.periods) > MOST_CELLS:
        raise FigureError(_("Bảng quá lớn: hãy bỏ bớt đơn vị, chỉ tiêu hoặc kỳ."))
    form = queries.form_on(asked.form, last)
    codes = {code for code, _breakdown in asked.keys}
    later = Sheet(form.code, [_common(chosen, day)], last, day, codes)
    refs = tuple(later.refs[unit] for unit in later.refs if unit in set(chosen))
    result = Answer(asked, day, refs, {}, {}, {}, set(), _invented(later), untold)
    _read(result, later)
    _add_totals(result, later)
    return result


def _within_reach(asked: Question, untold: list[str]) -> list[int]:
    wanted = [*asked.units, *([asked.below] if asked.below else [])]
    post = scope.maybe_acting()
    if post is None:
        return wanted
    reached = set(Reach.objects.filter(holder=post.unit_id, unit__in=wanted).values_list("unit", flat=True))
    reached.add(post.unit_id)
    outside = [unit for unit in dict.fromkeys(wanted) if unit not in reached]
    if outside:
        untold.append(
            _("%(n)s đơn vị của câu hỏi này nằm ngoài phạm vi của %(unit)s nên không được nêu ở đây.")
            % {"n": len(outside), "unit": post.unit_name}
        )
    return [unit for unit in wanted if unit in reached]


def _on_the_map(asked: Question, wanted: list[int], day: dt.date, untold: list[str]) -> list[int]:
    """The units that are there on the day, with the parts of `below`."""
    found = [unit for unit in asked.units if unit in wanted]
    if asked.below in wanted and asked.below:
        nodes = units.tree(asked.below, day, LEVELS)
        found += [node.unit_id for node in nodes if node.parent_id == asked.below]
    found = list(dict.fromkeys(found))
    there = dict(units.on(day).filter(unit__in=found).values_list("unit", "level"))
    gone = [unit for unit in found if there.get(unit) not in LEVELS]
    if gone:
        names = dict(UnitVersion.objects.filter(unit__in=gone).order_by("during").values_list("unit", "name"))
        named = ", ".join(names.get(unit, str(unit)) for unit in gone[:5]) + (" …" if len(gone) > 5 else "")
        untold.append(
            _("Không có trên bản đồ ngày %(day)s: %(units)s. Hãy chọn kỳ khác hoặc đơn vị kế thừa.")
            % {"day": vietnamese(day), "units": named}
        )
    return [unit for unit in found if there.get(unit) in LEVELS]


def _common(chosen: Sequence[int], day: dt.date) -> int:
    """The lowest unit of the day under which all of them stand; it may be one of them."""
    with connection.cursor() as cursor:
        cursor.execute(_COMMON, {"units": list(chosen), "day": day, "count": len(set(chosen))})
        return cursor.fetchone()[0]


_COMMON = """
WITH RECURSIVE up(origin, unit, above, height) AS (
    SELECT v.unit_id, v.unit_id, v.parent_id, 0 FROM units_unitversion v
    WHERE v.unit_id = ANY(%(units)s) AND v.during @> %(day)s::date
    UNION ALL
    SELECT up.origin, v.unit_id, v.parent_id, up.height + 1
    FROM up JOIN units_unitversion v ON v.unit_id = up.above AND v.during @> %(day)s::date
)
SELECT unit FROM up GROUP BY unit HAVING count(*) = %(count)s ORDER BY max(height) LIMIT 1
"""


def _read(result: Answer, later: Sheet) -> None:
    asked, chosen = result.question, [ref.id for ref in result.units]
    now = _Many(later)
    stands = {unit: now.standing(unit) for unit in chosen}
    result.within |= _Below(later).of(chosen)
    for place, period in enumerate(asked.periods):
        past = _Past(later, period, later.codes) if period != later.period else None
        if past is not None:
            result.illustration = result.illustration or _invented(past.sheet)
            result.names |= {unit: ref.name for unit, ref in past.sheet.refs.items()}
        for unit in chosen:
            then = _At(past, unit) if past is not None else None
            if past is not None and then is not None:
                result.within |= past.below_then.of(then.heads)
            for key in asked.keys:
                spot = result.spots[key, unit, period] = _spot(key, then, stands[unit], asked.mode)
                if place == 0 and then is not None:
                    result.changes[key, unit] = compare.compare(
                        later.catalogue[key[0]],
                        stands[unit].figure(key),
                        spot.found,
                        asked.mode,
                        when=(later.period, period),
                        map_changed=spot.other_map,
                        heirs=then.heirs,
                        name=then.name,
                    )
    result.names |= {unit: ref.name for unit, ref in later.refs.items()}


def _invented(sheet: Sheet) -> bool:
    return any(one.illustration for one in sheet.filed.values())


def _spot(key: Key, then: Earlier | None, now: Standing, mode: Mode) -> Spot:
    if then is None:
        return Spot(now.figure(key))
    if mode == "reported":
        return Spot(then.reported(key), other_map=not then.unchanged)
    return Spot(then.restated(key), restated=not then.unchanged)


# Totals


def _add_totals(result: Answer, later: Sheet) -> None:
    asked, refs = result.question, result.units
    if len(refs) > 1:
        parents = {node.unit_id: node.parent_id for node in later.nodes}
        if any(_above(ref.id, parents) & {one.id for one in refs} for ref in refs):
            result.no_total.append(_("Không cộng các đơn vị: có đơn vị nằm trong một đơn vị khác của bảng."))
        else:
            result.total_units = True
            _over_units(result, later)
    if len(asked.periods) > 1:
        if _overlap(asked.periods):
            result.no_total.append(_("Không cộng các kỳ: có kỳ nằm trong một kỳ khác của bảng."))
        else:
            result.total_periods = True
            _over_periods(result, later)


def _above(unit: int, parents: Mapping[int, int | None]) -> set[int]:
    found: set[int] = set()
    above = parents.get(unit)
    while above:
        found.add(above)
        above = parents.get(above)
    return found


def _overlap(chosen: Sequence[Period]) -> bool:
    return any(one.window[1] > other.start for one, other in pairwise(chosen))


def _over_units(result: Answer, later: Sheet) -> None:
    asked = result.question
    for key in asked.keys:
        indicator = later.catalogue[key[0]]
        for period in asked.periods:
            line = {ref.id: result.spots[key, ref.id, period] for ref in result.units}
            given = {unit: _rolled(unit, spot) for unit, spot in line.items()}
            result.spots[key, TOTAL, period] = Spot(
                rollup.over_units(indicator, given, ()),
                any(spot.restated for spot in line.values()),
                any(spot.other_map for spot in line.values()),
            )
        first, last = asked.periods[0], asked.periods[-1]
        if first != last:
            then, now = result.spots[key, TOTAL, first], result.spots[key, TOTAL, last].found
            if isinstance(now, Rolled):
                result.changes[key, TOTAL] = compare.compare(
                    *(indicator, now, then.found, asked.mode),
                    when=(last, first),
                    map_changed=then.other_map,
                    name=result.name,
                )


def _over_periods(result: Answer, later: Sheet) -> None:
    asked = result.question
    for key in asked.keys:
        indicator = later.catalogue[key[0]]
        if indicator.time in ("last", "first", "distinct", "none"):
            continue  # a stock is not added up over time, and its last one stands in the table
        for unit in [*(ref.id for ref in result.units), *([TOTAL] if result.total_units else [])]:
            line = [result.spots[key, unit, period] for period in asked.periods]
            result.spots[key, unit, None] = Spot(
                rollup.over_time(indicator, [_rolled(unit, spot) for spot in line]),
                any(spot.restated for spot in line),
                any(spot.other_map for spot in line),
            )


def _rolled(unit: int, spot: Spot) -> Rolled:
    return spot.found.rolled(unit) if isinstance(spot.found, Restated) else spot.found


# One reading for many units


class _Past:
    """An earlier period below the roots of a later sheet: the flows onto its map and the figures then."""

    def __init__(self, later: Sheet, period: Period, codes: Iterable[str] | None) -> None:
        self.later, self.period = later, period
        self.flows = [
            flow
            for root in later.roots
            for flow in units.restatement(root, period.end, later.day)
            if flow.new_unit_id in later.refs
        ]
        divided = [flow.old_unit_id for flow in self.flows if not flow.exact]
        self.ways = units.lineage_forward(divided, period.end, later.day) if divided else []
        roots = set(later.roots)
        heads = dict.fromkeys(flow.old_unit_id for flow in self.flows if flow.new_unit_id in roots)
        wanted = None if codes is None else list(codes)
        self.sheet = later.beside(tuple(heads), period, wanted)
        came = dict.fromkeys(flow.old_unit_id for flow in self.flows if flow.old_unit_id not in self.sheet.refs)
        levels = dict(units.on(period.end).filter(unit__in=came).values_list("unit", "level")) if came else {}
        # Only the lowest: who stands above them would bring them a second time.
        came_from = [unit for unit in came if levels.get(unit) == COMMUNE]
        if came_from:
            self.sheet = later.beside([*heads, *came_from], period, wanted)
        self.many = _Many(self.sheet)
        self.below_now, self.below_then = _Below(later), _Below(self.sheet)
        self.flows_to: dict[int, list[units.Flow]] = defaultdict(list)
        for flow in self.flows:
            self.flows_to[flow.new_unit_id].append(flow)


class _Below:
    """Who stands below a unit of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._children: dict[int, list[int]] = defaultdict(list)
        for node in sheet.nodes:
            if node.parent_id:
                self._children[node.parent_id].append(node.unit_id)

    def of(self, units: Iterable[int]) -> set[int]:
        """They themselves and all below them."""
        found: set[int] = set()
        todo = list(units)
        while todo:
            unit = todo.pop()
            found.add(unit)
            todo += self._children.get(unit, ())
        return found


class _Many:
    """What stands for many units of one sheet; the parts of a period with a reform in it are read once."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.pasts: list[_Past] = []
        tilings = sheet.period.tilings
        if sheet.reforms and tilings:
            cut = next((tiling for tiling in tilings if not any(map(self._changes, tiling))), tilings[-1])
            self.pasts = [_Past(sheet, part, sheet.codes) for part in cut]

    def _changes(self, part: Period) -> bool:
        return any(part.start < day <= part.end for day in self.sheet.reforms)

    def standing(self, unit: int) -> Standing:
        return _Stands(self.sheet, unit, [_At(past, unit) for past in self.pasts])


class _Stands(Standing):
    """Of parts that are read already."""

    def __init__(self, sheet: Sheet, root: int, parts: Sequence[Earlier]) -> None:
        self.sheet, self.root = sheet, root
        self._named = {}
        changed = any(part.communes_changed or not part.unchanged for part in parts)
        self.parts = tuple(parts) if changed else ()

    def figure(self, key: Key) -> Rolled:
        if self.root in self.sheet.tree.parents:
            return super().figure(key)
        # Nobody below owed or gave a figure, so the sheet left the unit out.
        alone = rollup.Tree([(self.root, None)])
        return rollup.roll_up(self.sheet.catalogue[key[0]], alone, {}, {})[self.root]


class _At(Earlier):
    """One unit's part of a past that is read already."""

    def __init__(self, past: _Past, root: int) -> None:
        self.later, self.root, self.period, self.sheet = past.later, root, past.period, past.sheet
        mine = past.below_now.of([root])
        flows = [flow for unit in mine for flow in past.flows_to[unit]]
        heads = past.flows_to[root]
        old = {flow.old_unit_id for flow in flows}
        communes = {flow.old_unit_id for flow in flows if self.later.refs[flow.new_unit_id].level == COMMUNE}
        divided = {flow.old_unit_id for flow in flows if not flow.exact}
        ways = [way for way in past.ways if way.old_unit_id in divided & old]
        self.heads = tuple(dict.fromkeys(flow.old_unit_id for flow in heads))
        then = past.below_then.of(self.heads)
        came = communes - then
        went = {u for u in then if u in self.sheet.refs and self.sheet.refs[u].level == COMMUNE} - communes
        went |= {way.old_unit_id for way in ways if way.new_unit_id not in mine} & communes
        self.moved = bool(came or went) and self.later.refs[root].level != COMMUNE
        self.unchanged = self.heads == (root,) and heads[0].exact and not self.moved
        self.communes_changed = any(f.new_unit_id != f.old_unit_id for f in flows if f.old_unit_id in communes)
        self.heirs = {}
        for flow in flows:
            self.heirs.setdefault(flow.old_unit_id, []).append(flow.new_unit_id)
        self.sources = tuple(sorted(communes)) if self.moved else self.heads
        self.lineage = self._lineage(flows, ways)
        self._standing = {unit: past.many.standing(unit) for unit in self.heads if unit in self.sheet.refs}


# What can be asked for


def usual(asked: Question, unit: int) -> Question:
    """The question with what was left open filled in: the acting unit, its latest periods of one kind."""
    if not (asked.units or asked.below):
        asked = replace(asked, units=(unit,))
    if not asked.periods:
        asked = replace(asked, periods=_latest(periods_for(asked)))
    if not asked.lines:
        lines = lines_of(asked.form, asked.periods[-1] if asked.periods else None)
        asked = replace(asked, lines=tuple(line_of(key) for key in lines[:1]))
    return asked


def _latest(known: Sequence[Period], count: int = 8) -> tuple[Period, ...]:
    """Of the kind for which most was filed, the latest."""
    kinds: dict[tuple[str, str], list[Period]] = defaultdict(list)
    for period in known:
        kinds[period.kind, period.calendar].append(period)
    best = max(kinds.values(), key=len, default=[])
    return tuple(sorted(best, reverse=True)[:count][::-1])


def periods_for(asked: Question) -> list[Period]:
    """The periods for which the form was filed anywhere within reach, and those asked for; latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PERIODS, [asked.form])
        filed = {lib_periods.parse(code) for (code,) in cursor.fetchall()}
    return sorted({one for one in filed if isinstance(one, Period)} | set(asked.periods), reverse=True)


_PERIODS = """
SELECT DISTINCT s.period FROM figures_submission s JOIN figures_form f ON f.id = s.form_id
WHERE f.code = %s AND s.standing AND s.kind = 'own'
"""


def lines_of(form: str, period: Period | None) -> list[Key]:
    """The lines of the form's version of the period (else its last one), in its order."""
    versions = queries.Form.objects.filter(code=form).order_by("during")
    version = next((one for one in versions if period and period.end in one.during), versions.last())
    if version is None:
        raise FigureError(_("Không có biểu “%(form)s”; hãy chọn một biểu trong danh sách.") % {"form": form[:40]})
    return [(row["indicator"], row["breakdown"]) for part in version.sections for row in part["rows"]]


def breakdowns_of(lines: Iterable[Key], language: str) -> Iterator[tuple[str, str, str]]:
    """(indicator, key of the breakdown, its name) that the lines may be divided by."""
    for code in dict.fromkeys(code for code, _breakdown in lines):
        for vocabulary in catalogue.load()[code].dims:
            if vocabulary.values:
                yield code, vocabulary.key, vocabulary.name.label(language)
