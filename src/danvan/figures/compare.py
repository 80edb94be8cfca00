"""Comparison with an earlier period, and figures of earlier units restated on a later map.

Plain Python. Every answer carries how far it may be trusted (exact, exact with a note, not comparable) and why, in
sentences that pages print. A merge is an exact sum; a split is comparable only by shares that somebody decided; and
where all parts of a split unit lie in one target, such as its province, the sum there is exact all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Literal, NamedTuple

from danvan.figures.rollup import (
    NOT_DUE,
    NOT_REPORTED,
    Figure,
    Indicator,
    Percent,
    Qualifier,
    Rolled,
    State,
    UnitId,
    as_rolled,
    over_units,
)
from danvan.lib import numbers, periods

Mode = Literal["reported", "restated"]
Direction = Literal["up", "down", "same"]
Name = Callable[[UnitId], str]
Edge = tuple[UnitId, UnitId, Decimal | None]

ONE = Decimal(1)
_NAMED = 3  # missing units named in a reason; more are counted
_HEDGE = {
    Qualifier.EXACT: "số chính xác",
    Qualifier.OVER: "“trên”",
    Qualifier.NEARLY: "“gần”",
    Qualifier.ABOUT: "“khoảng”",
}
_EMPTY = {
    State.NOT_REPORTED: "chưa có báo cáo",
    State.NOT_APPLICABLE: "không áp dụng",
    State.NOT_DUE: "chưa đến hạn báo cáo",
}


class Comparability(StrEnum):
    EXACT = "exact"
    EXACT_WITH_NOTE = "exact_with_note"
    NOT_COMPARABLE = "not_comparable"


# --- restating ---------------------------------------------------------------------------------------------------


class Source(NamedTuple):
    """What an earlier unit brought into a restated figure. share: 1 for all of it, None where nobody decided one."""

    unit: UnitId
    figure: Figure
    share: Decimal | None


class Restated(NamedTuple):
    """Figures of earlier units under the unit that they went into.

    Where it is not comparable the figure is NOT_REPORTED, so that whatever is summed from it is incomplete and says so.
    missing: the earlier units that owed a figure and gave none.
    """

    figure: Figure
    comparability: Comparability
    reasons: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    complete: bool = True
    missing: tuple[UnitId, ...] = ()

    def rolled(self, unit: UnitId) -> Rolled:
        """As a figure of the later unit, for rolling up on the later map."""
        made_of = ((unit, self.figure),) if self.figure.has_value else ()
        return Rolled(self.figure, self.complete, () if self.complete else (unit,), made_of, reasons=self.reasons)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an earlier unit's way. whole: all of it goes into this target; share: its part, None if undecided."""

    unit: UnitId
    whole: bool
    share: Decimal | None


class Lineage:
    """Who went where, prepared once for many figures.

    edges: (earlier unit, target, share or None). Give every edge of each unit and name the target at the level looked
    at: for a province the edges from old communes to the provinces of their successors. Then a commune divided within
    one province is whole there. A unit that did not change is an edge to itself; one without an edge (dissolved, nobody
    took it over) has no place on the later map.
    """

    __slots__ = ("parts", "shares", "targets")

    def __init__(self, edges: Iterable[Edge]) -> None:
        ways: dict[UnitId, dict[UnitId, list[Decimal | None]]] = {}
        for unit, target, share in edges:
            ways.setdefault(unit, {}).setdefault(target, []).append(share)
        self.parts: dict[UnitId, list[Part]] = {}
        self.shares: dict[UnitId, dict[UnitId, Decimal]] = {}  # of decided splits, adding up to one
        self.targets = {unit: tuple(by_target) for unit, by_target in ways.items()}
        for unit, by_target in ways.items():
            shares = {target: _total(given) for target, given in by_target.items()}
            decided = {target: share for target, share in shares.items() if share is not None}
            whole = len(by_target) == 1 and (not decided or sum(decided.values()) == 1)
            if not whole and len(decided) == len(shares) and sum(decided.values()) == 1:
                self.shares[unit] = decided
            for target, share in shares.items():
                self.parts.setdefault(target, []).append(Part(unit, whole, ONE if whole else share))


def _total(shares: Sequence[Decimal | None]) -> Decimal | None:
    known = [share for share in shares if share is not None]
    return sum(known, Decimal(0)) if len(known) == len(shares) else None


def restate(
    indicator: Indicator,
    figures: Mapping[UnitId, Figure | Rolled],
    edges: Lineage | Iterable[Edge],
    *,
    expected: Collection[UnitId] | None = None,
    name: Name = str,
) -> dict[UnitId, Restated]:
    """Figures of earlier units on the later map: target -> Restated.

    expected: the earlier units that had to report (default: all that have an edge). name: what a unit is called in the
    reasons. Sums are carried over whole, or by decided shares (whole numbers by the largest remainder, so that nothing
    is lost or made); ratios by numerator and denominator. Distinct counts are never carried over: restate what they
    count and count again.
    """
    lineage = edges if isinstance(edges, Lineage) else Lineage(edges)
    owing = lineage.targets.keys() if expected is None else frozenset(expected)
    divided: dict[UnitId, dict[UnitId, Figure]] = {}
    restated = {}
    for target, parts in lineage.parts.items():
        given = {part.unit: figures.get(part.unit, NOT_REPORTED if part.unit in owing else NOT_DUE) for part in parts}
        restated[target] = _restate_one(indicator, target, parts, given, lineage, divided, name)
    return restated


def _restate_one(
    indicator: Indicator,
    target: UnitId,
    parts: Sequence[Part],
    given: Mapping[UnitId, Figure | Rolled],
    lineage: Lineage,
    divided: dict[UnitId, dict[UnitId, Figure]],
    name: Name,
) -> Restated:
    carried: dict[UnitId, Figure | Rolled] = {}
    sources: list[Source] = []
    notes: list[str] = []
    obstacles: list[str] = []
    for part in parts:
        brought = carried[part.unit] = given[part.unit]
        figure = brought.figure if isinstance(brought, Rolled) else brought
        sources.append(Source(part.unit, figure, part.share))
        if part.whole or not figure.has_value or _nothing(indicator, figure):
            continue
        shares = lineage.shares.get(part.unit)
        if indicator.units not in ("sum", "ratio"):
            obstacles.append(f"{name(part.unit)} được chia cho nhiều đơn vị mà chỉ tiêu này không chia được.")
        elif shares is None:
            obstacles.append(_undecided(name(part.unit), part.share))
        else:
            if part.unit not in divided:
                divided[part.unit] = _divide(indicator, figure, shares)
            piece = divided[part.unit][target]
            carried[part.unit] = as_rolled(part.unit, brought)._replace(
                figure=piece, contributors=((part.unit, piece),)
            )
            share = numbers.digits(100 * shares[target])
            notes.append(f"Số liệu của {name(part.unit)} được chia theo tỷ lệ đã quyết định ({share}%).")
    obstacles += _cannot(indicator, parts, sources)
    if obstacles:
        return Restated(NOT_REPORTED, Comparability.NOT_COMPARABLE, tuple(obstacles), tuple(sources), complete=False)
    alone = parts[0].unit if len(parts) == 1 and parts[0].whole else None
    # All of one unit and nothing else: the figure as it was, of whatever kind.
    total = over_units(indicator, carried, ()) if alone is None else as_rolled(alone, carried[alone])
    notes += total.reasons
    how = Comparability.EXACT_WITH_NOTE if notes else Comparability.EXACT
    return Restated(total.figure, how, tuple(notes), tuple(sources), total.complete, total.missing)


def _nothing(indicator: Indicator, figure: Figure) -> bool:
    """Any part of nothing is nothing, whatever the share."""
    return indicator.units == "sum" and not figure.value


def _undecided(unit: str, share: Decimal | None) -> str:
    if share is None:
        return f"{unit} được chia cho nhiều đơn vị nhưng chưa có quyết định tỷ lệ chia số liệu."
    return f"Các tỷ lệ chia số liệu của {unit} chưa đủ hoặc không cộng thành 100%."


def _cannot(indicator: Indicator, parts: Sequence[Part], sources: Sequence[Source]) -> list[str]:
    """Kinds of figures that cannot be put together from several units."""
    if indicator.units == "distinct" and any(source.figure.has_value for source in sources):
        return ["Số đơn vị khác nhau không chuyển sang địa giới mới bằng phép cộng: phải đếm lại theo đơn vị mới."]
    if indicator.units == "none" and len(parts) > 1:
        return ["Chỉ tiêu này không cộng được giữa các đơn vị nên không chuyển sang địa giới mới."]
    return []


def _divide(indicator: Indicator, figure: Figure, shares: Mapping[UnitId, Decimal]) -> dict[UnitId, Figure]:
    """One figure by decided shares. Both sides of a ratio are divided alike and unrounded: the percentage stays."""
    if indicator.units == "ratio":
        return {
            target: figure._replace(
                numerator=_times(figure.numerator, share), denominator=_times(figure.denominator, share)
            )
            for target, share in shares.items()
        }
    value = figure.value or Decimal(0)
    return {
        target: Figure(State.VALUE, part, qualifier=figure.qualifier)
        for target, part in apportion(value, shares).items()
    }


def _times(value: Decimal | None, share: Decimal) -> Decimal | None:
    return None if value is None else value * share


def apportion(value: Decimal, shares: Mapping[UnitId, Decimal]) -> dict[UnitId, Decimal]:
    """A value in parts that add up to it: whole numbers stay whole, by the largest remainder (ties: the lower unit).

    shares add up to one. A value with a fraction is divided in its own last decimal.
    """
    step = ONE if value == value.to_integral_value() else Decimal(1).scaleb(int(value.normalize().as_tuple().exponent))
    exact = {target: value / step * share for target, share in shares.items()}
    parts = {target: quota.to_integral_value(ROUND_FLOOR) for target, quota in exact.items()}
    short = int(value / step - sum(parts.values()))
    by_remainder = sorted(exact, key=lambda target: (parts[target] - exact[target], target))
    for target in by_remainder[:short]:
        parts[target] += 1
    return {target: part * step for target, part in parts.items()}


# --- comparing ---------------------------------------------------------------------------------------------------


class Comparison(NamedTuple):
    """now against before.

    delta: now minus before, in the unit of measure (percentage points for a ratio); percent: delta in percent of
    before, None where before is zero or the figure is a ratio itself. Both None where not comparable.
    """

    now: Rolled
    before: Rolled | Restated
    delta: Decimal | None
    percent: Percent | None
    direction: Direction | None
    comparability: Comparability
    reasons: tuple[str, ...]


def compare(
    indicator: Indicator,
    now: Rolled,
    before: Rolled | Restated,
    mode: Mode,
    *,
    when: tuple[periods.Period | periods.Span, periods.Period | periods.Span] | None = None,
    map_changed: bool = False,
    heirs: Mapping[UnitId, Collection[UnitId]] | None = None,
    name: Name = str,
    digits: int = 1,
) -> Comparison:
    """The figure of a period against that of an earlier one.

    mode: the earlier figure as reported then, or restated on the later map. when: the two periods (now, before).
    map_changed: the territory is not the same on both days; as reported then, that cannot be compared. heirs: who
    became of earlier units, to tell whether the same units are missing on both sides. digits: of the percentage.

    With units missing, only sides that miss the same units are compared, with a note.
    """
    notes: list[str] = []
    obstacles: list[str] = []
    if when and not (alike := periods.comparable(*when)):
        obstacles.append(alike.reason)
    if mode == "reported" and map_changed:
        obstacles.append(
            "Địa giới đã thay đổi giữa hai kỳ: số kỳ trước là của địa giới cũ; hãy xem so sánh theo địa giới mới."
        )
    lost = isinstance(before, Restated) and before.comparability == Comparability.NOT_COMPARABLE
    if isinstance(before, Restated):
        (obstacles if lost else notes).extend(before.reasons)
    if now.figure.value is None:
        obstacles.append(f"Kỳ này: {_why_empty(now.figure)}.")
    if before.figure.value is None and not lost:
        obstacles.append(f"Kỳ trước: {_why_empty(before.figure)}.")
    gaps = [_gap("Kỳ này", now, name), "" if lost else _gap("Kỳ trước", before, name)]
    excused = not obstacles and _same_gaps(now, before, heirs or {})
    (notes if excused else obstacles).extend(gap for gap in gaps if gap)
    if obstacles:
        return Comparison(now, before, None, None, None, Comparability.NOT_COMPARABLE, tuple(obstacles))
    notes += _hedges(now.figure, before.figure)
    return _measured(indicator, now, before, digits, notes)


def _measured(
    indicator: Indicator, now: Rolled, before: Rolled | Restated, digits: int, notes: Sequence[str]
) -> Comparison:
    new, old = now.figure.value or Decimal(0), before.figure.value or Decimal(0)
    delta = new - old
    percent = Percent(delta, old, digits) if old and indicator.time not in ("ratio", "avg") else None
    direction: Direction = "up" if delta > 0 else "down" if delta < 0 else "same"
    how = Comparability.EXACT_WITH_NOTE if notes else Comparability.EXACT
    return Comparison(now, before, delta, percent, direction, how, tuple(notes))


def _why_empty(figure: Figure) -> str:
    return "mẫu số bằng 0 nên không có tỷ lệ" if figure.has_value else _EMPTY[State(figure.state)]


def _gap(side: str, one: Rolled | Restated, name: Name) -> str:
    """Who is missing, in a sentence; empty where nobody is. Many are counted: `missing` holds them all."""
    if one.complete:
        return ""
    if not one.missing:
        return f"{side} số liệu chưa đủ."
    named = f": {', '.join(name(unit) for unit in one.missing)}" if len(one.missing) <= _NAMED else ""
    return f"{side} thiếu số liệu của {len(one.missing)} đơn vị{named}."


def _same_gaps(now: Rolled, before: Rolled | Restated, heirs: Mapping[UnitId, Collection[UnitId]]) -> bool:
    """Whether both sides miss the same ground: the missing units' heirs, and everybody who became of those."""
    here, there = set(now.missing), set(before.missing)
    if not here or not there:
        return False
    became = {heir for unit in there for heir in heirs.get(unit, (unit,))}
    return became == here and all(unit in there for unit, into in heirs.items() if not here.isdisjoint(into))


def _hedges(now: Figure, before: Figure) -> list[str]:
    if now.qualifier == before.qualifier == Qualifier.EXACT:
        return []
    said = f"kỳ này {_HEDGE[Qualifier(now.qualifier)]}, kỳ trước {_HEDGE[Qualifier(before.qualifier)]}"
    return [f"Chênh lệch chỉ là gần đúng: {said}."]
