"""Roll-up: many figures into one, over units and over time, saying what is missing and what it was made of.

Plain Python. How figures add up comes with the indicator: `units` (sum, ratio, distinct, none) over units and `time`
(sum, last, first, ratio, distinct, avg) over the parts of a longer period. Zero, not reported, not applicable and not
due stay four different things: only a reported value is added, what was due and is not there makes the result
incomplete, what does not apply or is not yet due does neither.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from danvan.lib import numbers

UnitId = int
ZERO, HUNDRED = Decimal(0), Decimal(100)


class State(StrEnum):
    """Whether there is a figure, and why not. Compared by value: the plain strings of the database will do."""

    VALUE = "value"
    NOT_REPORTED = "not_reported"
    NOT_APPLICABLE = "not_applicable"
    NOT_DUE = "not_due"


class Qualifier(StrEnum):
    """How sure the words were: "trên 26 tỷ" is over."""

    EXACT = "exact"
    OVER = "over"
    NEARLY = "nearly"
    ABOUT = "about"


class Figure(NamedTuple):
    """One figure or the reason why there is none.

    value: in the indicator's unit of measure; of a ratio in percent, unrounded, None where the denominator is zero.
    members: what a distinct figure counted, so that it can be counted again for a larger whole; None where unknown.
    """

    state: State
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    qualifier: Qualifier = Qualifier.EXACT
    members: frozenset[Hashable] | None = None

    @property
    def has_value(self) -> bool:
        return self.state == State.VALUE


NOT_REPORTED = Figure(State.NOT_REPORTED)
NOT_APPLICABLE = Figure(State.NOT_APPLICABLE)
NOT_DUE = Figure(State.NOT_DUE)


def reported(value: Decimal | int, qualifier: Qualifier = Qualifier.EXACT) -> Figure:
    return Figure(State.VALUE, Decimal(value), qualifier=qualifier)


def ratio(numerator: Decimal | int, denominator: Decimal | int, qualifier: Qualifier = Qualifier.EXACT) -> Figure:
    """In percent; a zero denominator gives a figure without a value (a dash), neither 0 % nor 100 %."""
    above, below = Decimal(numerator), Decimal(denominator)
    return Figure(State.VALUE, HUNDRED * above / below if below else None, above, below, qualifier)


def distinct(members: Collection[Hashable]) -> Figure:
    return Figure(State.VALUE, Decimal(len(set(members))), members=frozenset(members))


def ratio_of(numerator: Figure, denominator: Figure) -> Figure:
    """The ratio of two indicators of one unit and one period; no value where either has none."""
    if numerator.value is not None and denominator.value is not None:
        return ratio(
            numerator.value, denominator.value, blend([numerator.qualifier, denominator.qualifier], ratio=True)
        )
    states = {numerator.state, denominator.state}
    for empty in (NOT_REPORTED, NOT_APPLICABLE, NOT_DUE):
        if empty.state in states:
            return empty
    return NOT_REPORTED


def member_of(unit: Hashable, counted: Figure) -> Figure:
    """The distinct figure of one unit: itself, if the counted indicator is above zero there."""
    if counted.value is None:
        return counted if not counted.has_value else NOT_REPORTED
    return distinct([unit] if counted.value > 0 else [])


class Kind(Protocol):
    @property
    def code(self) -> str: ...


class Indicator(Protocol):
    """What roll-up asks of the catalogue's Indicator."""

    @property
    def kind(self) -> Kind: ...
    @property
    def time(self) -> str: ...
    @property
    def units(self) -> str: ...


class Rolled(NamedTuple):
    """A figure and how it came about.

    complete: nothing that was due is missing. missing: the units (over_time: the places of the parts) whose figure is
    not there. contributors: the reported figures that are in it. own: the unit reported it itself; then below is what
    its children add up to (else what it reported for the parts of the period, where that is another number), and
    difference own minus below, None where they agree or cannot be compared. reasons: what a reader must know, in
    Vietnamese.
    """

    figure: Figure
    complete: bool = True
    missing: tuple[UnitId, ...] = ()
    contributors: tuple[tuple[UnitId, Figure], ...] = ()
    own: bool = False
    below: Figure | None = None
    difference: Decimal | None = None
    reasons: tuple[str, ...] = ()


def as_rolled(unit: UnitId, given: Figure | Rolled) -> Rolled:
    """A reported figure as the roll-up of itself."""
    if isinstance(given, Rolled):
        return given
    if given.state == State.VALUE:
        return Rolled(given, True, (), ((unit, given),))
    if given.state == State.NOT_REPORTED:
        return Rolled(given, False, (unit,))
    return Rolled(given)


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage that keeps what it was made of. Rounded half up to so many digits, as the catalogue rules."""

    numerator: Decimal
    denominator: Decimal
    digits: int = 0

    @property
    def value(self) -> Decimal | None:
        """None for a zero denominator: neither 0 nor 100."""
        return numbers.percent(self.numerator, self.denominator, self.digits) if self.denominator else None

    def __str__(self) -> str:
        return "–" if self.value is None else f"{numbers.digits(self.value, self.digits)}%"


# --- over units --------------------------------------------------------------------------------------------------


def over_units(
    indicator: Indicator, children: Mapping[UnitId, Figure | Rolled], expected: Collection[UnitId]
) -> Rolled:
    """The parent's figure from its children's. expected: the children that had to report.

    A child that is neither given nor expected is left out. Gauges and means are not aggregated: not applicable.
    """
    silent = [(unit, NOT_REPORTED) for unit in expected if unit not in children]
    return _gather(indicator.units, [*children.items(), *silent])


def gather(indicator: Indicator, given: Iterable[tuple[UnitId, Figure | Rolled]]) -> Rolled:
    """One figure from many, by the rule of the indicator over units."""
    return _gather(indicator.units, given)


class Tree:
    """Units under their parents, prepared once for many roll-ups. A parent outside the list makes a root.

    Raises ValueError for a unit that stands under two parents or above itself.
    """

    __slots__ = ("children", "order", "parents")

    def __init__(self, pairs: Iterable[tuple[UnitId, UnitId | None]]) -> None:
        self.parents: dict[UnitId, UnitId | None] = {}
        for unit, parent in pairs:
            if self.parents.setdefault(unit, parent) != parent:
                raise ValueError(f"Đơn vị {unit} có hai cấp trên cùng lúc: {self.parents[unit]} và {parent}.")
        self.children: dict[UnitId, list[UnitId]] = {}
        roots = []
        for unit, parent in self.parents.items():
            if parent in self.parents:
                self.children.setdefault(parent, []).append(unit)
            else:
                roots.append(unit)
        self.order: list[UnitId] = []  # children before their parent
        while roots:
            unit = roots.pop()
            self.order.append(unit)
            roots += self.children.get(unit, ())
        self.order.reverse()
        if len(self.order) < len(self.parents):
            lost = sorted(self.parents.keys() - set(self.order))
            raise ValueError(f"Các đơn vị {', '.join(map(str, lost))} là cấp trên của chính mình.")


class RolledUp(Mapping[UnitId, Rolled]):
    """What a roll-up found for each unit. Most are leaves that nobody opens: those become Rolled when asked for."""

    __slots__ = ("_found",)

    def __init__(self, found: dict[UnitId, Figure | Rolled]) -> None:
        self._found = found

    def __getitem__(self, unit: UnitId) -> Rolled:
        return as_rolled(unit, self._found[unit])

    def __iter__(self) -> Iterator[UnitId]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def roll_up(
    indicator: Indicator,
    tree: Tree | Iterable[tuple[UnitId, UnitId | None]],
    own: Mapping[UnitId, Figure | Rolled],
    duty: Mapping[UnitId, bool],
) -> RolledUp:
    """Every unit's figure: its own as reported, else from its children.

    tree: (unit, parent) pairs. own: what units reported. duty: who had to report (absent: had not). A unit that
    reported although its children did too keeps its own; `below` and `difference` say what the children add up to. Who
    says not applicable above children with figures hides none of them: the children's count further up.
    """
    tree = tree if isinstance(tree, Tree) else Tree(tree)
    rule = indicator.units
    found: dict[UnitId, Figure | Rolled] = {}
    counted: dict[UnitId, Figure | Rolled] = {}  # what the parent counts of a unit
    passed_over: set[UnitId] = set()
    for unit in tree.order:
        given = own.get(unit)
        children = tree.children.get(unit)
        if not children:
            counted[unit] = found[unit] = given or (NOT_REPORTED if duty.get(unit) else NOT_DUE)
            continue
        below = _gather(rule, [(child, counted[child]) for child in children])
        if not passed_over.isdisjoint(children):
            below = with_passed_over(below)
        found[unit], counted[unit] = settle(indicator, unit, given, below, owes=bool(duty.get(unit)))
        if is_passed_over(given, counted[unit]):
            passed_over.add(unit)
    return RolledUp(found)


def settle(
    indicator: Indicator, unit: UnitId, given: Figure | Rolled | None, below: Rolled, *, owes: bool
) -> tuple[Rolled, Rolled]:
    """What stands for a unit with children, and what its parent counts of it. given: what it reported itself."""
    mine = None if given is None else as_rolled(unit, given)
    if mine and mine.figure.state in (State.VALUE, State.NOT_APPLICABLE):
        countable = can_add(indicator.units, mine.figure) or not below.figure.has_value
        return _stands(indicator.units, mine, below), mine if countable else below
    silent = below.figure.state == State.NOT_DUE and (owes or (mine and mine.missing))
    stands = as_rolled(unit, NOT_REPORTED) if silent else below
    return stands, stands


_PASSED_OVER = "Có đơn vị tự báo không áp dụng nhưng cấp dưới có số liệu: đã tính số cấp dưới."


def is_passed_over(given: Figure | Rolled | None, counted: Figure | Rolled) -> bool:
    """Said not applicable, and has children with figures."""
    if given is None or isinstance(counted, Figure):
        return False
    said = given.figure if isinstance(given, Rolled) else given
    return said.state == State.NOT_APPLICABLE and counted.figure.has_value


def with_passed_over(below: Rolled) -> Rolled:
    return below._replace(reasons=(*below.reasons, _PASSED_OVER))


def _stands(rule: str, mine: Rolled, below: Rolled) -> Rolled:
    """A unit's own figure, with what its children say."""
    if not below.figure.has_value:
        return mine._replace(own=True)
    if mine.figure.state == State.NOT_APPLICABLE:
        reason = "Đơn vị tự báo không áp dụng nhưng cấp dưới có số liệu: cấp trên tính số liệu của cấp dưới."
        return mine._replace(own=True, below=below.figure, reasons=(*mine.reasons, reason))
    difference = _difference(rule, mine.figure, below)
    if difference is None:
        return mine._replace(own=True, below=mine.below or below.figure)
    said, found = _said(rule, mine.figure), _said(rule, below.figure)
    reason = f"Số đơn vị tự báo ({said}) khác số tổng hợp từ cấp dưới ({found})."
    return mine._replace(own=True, below=below.figure, difference=difference, reasons=(*mine.reasons, reason))


def _said(rule: str, figure: Figure) -> str:
    return "–" if figure.value is None else numbers.digits(figure.value, 1 if rule == "ratio" else None)


def _difference(rule: str, mine: Figure, below: Rolled) -> Decimal | None:
    """Own minus below, where that is a contradiction.

    Printed percentages are rounded or cut off: less than a point is none. A hedge ("trên 26 tỷ") allows its side. While
    children are missing, only their exceeding the whole is one.
    """
    if mine.value is None or below.figure.value is None:
        return None
    difference = mine.value - below.figure.value
    hedges = {mine.qualifier, below.figure.qualifier} - {Qualifier.EXACT}
    if not difference or (rule == "ratio" and abs(difference) < 1) or Qualifier.ABOUT in hedges:
        return None
    if not below.complete and (rule != "sum" or difference > 0):
        return None
    over = mine.qualifier == Qualifier.OVER or below.figure.qualifier == Qualifier.NEARLY  # own may be too low
    nearly = mine.qualifier == Qualifier.NEARLY or below.figure.qualifier == Qualifier.OVER  # own may be too high
    if (over and difference < 0) or (nearly and difference > 0):
        return None
    return difference


# --- over time ---------------------------------------------------------------------------------------------------


def over_time(indicator: Indicator, parts: Sequence[Figure | Rolled]) -> Rolled:
    """A longer period's figure from its parts, in order of time and without gaps (Period.parts or one of its tilings).

    In the result `missing` and `contributors` give the places of the parts, from 0; a part that is itself incomplete is
    missing. Stocks are those of the last part and openings those of the first, reported or not: no other day's stock
    stands in for them. A figure rated once a year is the last one given.
    """
    if not parts:
        return Rolled(NOT_DUE)
    if indicator.kind.code == "flow_year":
        given = [_part(place, figure) for place, figure in enumerate(parts)]
        rated = [part for part in given if part.figure.has_value]
        return rated[-1] if rated else _gather("sum", enumerate(given))
    if indicator.time == "last":
        return _part(len(parts) - 1, parts[-1])
    if indicator.time == "first":
        return _part(0, parts[0])
    found = [(place, one if isinstance(one, Figure) else _part(place, one)) for place, one in enumerate(parts)]
    rolled = _gather(indicator.time, found)
    if rolled.figure.has_value and any(_state(one) == State.NOT_DUE for one in parts):
        later = ", ".join(str(place + 1) for place, one in enumerate(parts) if _state(one) == State.NOT_DUE)
        reason = f"Chưa gồm phần chưa đến hạn: phần thứ {later} trong {len(parts)} phần của kỳ."
        return rolled._replace(reasons=(*rolled.reasons, reason))
    return rolled


def _state(given: Figure | Rolled) -> State:
    return given.figure.state if isinstance(given, Rolled) else given.state


def against_parts(indicator: Indicator, unit: UnitId, whole: Figure, parts: Rolled, named: str) -> Figure | Rolled:
    """What a unit reported for a whole period, beside what it reported for the parts of it (`over_time`).

    The whole stands, and what contradicts it is told; only where it says not applicable above parts with figures do the
    parts stand. named: the parts, in words.
    """
    if not parts.figure.has_value or whole.state == State.NOT_DUE:
        return whole
    if not whole.has_value:
        reason = "Đơn vị báo không áp dụng cho cả kỳ nhưng đã báo số từng phần của kỳ: lấy số gộp từ các phần."
        return parts._replace(reasons=(*parts.reasons, reason))
    difference = _difference(indicator.time, whole, parts)
    if difference is None:
        return whole
    said, found = _said(indicator.time, whole), _said(indicator.time, parts.figure)
    reason = f"Số báo cáo cho cả kỳ ({said}) khác số gộp từ các phần của kỳ đã báo cáo: {named} ({found})."
    return as_rolled(unit, whole)._replace(below=parts.figure, difference=difference, reasons=(reason,))


def _part(place: int, given: Figure | Rolled) -> Rolled:
    if isinstance(given, Rolled):
        contributors = ((place, given.figure),) if given.figure.has_value else ()
        return Rolled(given.figure, given.complete, () if given.complete else (place,), contributors)
    return as_rolled(place, given)


# --- the arithmetic ----------------------------------------------------------------------------------------------

_CANNOT_ADD = {
    "sum": "Có số liệu không có giá trị nên không cộng được.",
    "ratio": "Có đơn vị chỉ báo tỷ lệ, không có tử số và mẫu số, nên không gộp được tỷ lệ đó.",
    "avg": "Có số trung bình không kèm số lượt tính trung bình nên không gộp được.",
    "distinct": "Có đơn vị chỉ báo con số, không nêu đã đếm những gì, nên không đếm lại được.",
}


def _gather(rule: str, given: Iterable[tuple[UnitId, Figure | Rolled]]) -> Rolled:
    """One figure from many, by the rule of the indicator."""
    if rule == "none":
        return Rolled(NOT_APPLICABLE, reasons=("Chỉ tiêu này không cộng được: chỉ xem ở từng đơn vị, từng thời điểm.",))
    figures: list[Figure] = []
    missing: list[UnitId] = []
    contributors: list[tuple[UnitId, Figure]] = []
    states: set[State] = set()
    complete, lost = True, False
    for unit, part in given:
        if isinstance(part, Rolled):
            figure, made_of = part.figure, part.contributors
            missing += part.missing
            complete = complete and part.complete
        else:
            figure, made_of = part, ((unit, part),)
        if figure.state != State.VALUE:
            states.add(figure.state)
            if figure is part and figure.state == State.NOT_REPORTED:
                missing.append(unit)
        elif can_add(rule, figure):
            figures.append(figure)
            contributors += made_of
        else:
            lost = True
            missing += [source for source, _ in made_of if source not in missing]
    reasons = (_CANNOT_ADD[rule],) if lost else ()
    complete = complete and not missing and not lost
    if figures:
        return Rolled(_SUMS[rule](figures), complete, tuple(missing), tuple(contributors), reasons=reasons)
    if lost or not complete:
        return Rolled(NOT_REPORTED, complete, tuple(missing), reasons=reasons)
    all_outside = states == {State.NOT_APPLICABLE}
    return Rolled(NOT_APPLICABLE if all_outside else NOT_DUE)


def can_add(rule: str, figure: Figure) -> bool:
    """Whether a figure says enough to be in a total."""
    if rule == "sum":
        return figure.value is not None
    if rule == "distinct":
        return figure.members is not None
    return figure.denominator is not None and (
        figure.numerator is not None or (rule == "avg" and figure.value is not None)
    )


def _sum(figures: Sequence[Figure]) -> Figure:
    total = sum((figure.value for figure in figures if figure.value is not None), ZERO)
    return Figure(State.VALUE, total, qualifier=blend(figure.qualifier for figure in figures))


def _ratio(figures: Sequence[Figure]) -> Figure:
    above = sum((figure.numerator for figure in figures if figure.numerator is not None), ZERO)
    below = sum((figure.denominator for figure in figures if figure.denominator is not None), ZERO)
    return ratio(above, below, blend((figure.qualifier for figure in figures), ratio=True))


def _mean(figures: Sequence[Figure]) -> Figure:
    """Weighted by the denominators."""
    above = sum((_weighted(figure) for figure in figures), ZERO)
    below = sum((figure.denominator for figure in figures if figure.denominator is not None), ZERO)
    qualifier = blend((figure.qualifier for figure in figures), ratio=True)
    return Figure(State.VALUE, above / below if below else None, above, below, qualifier)


def _weighted(figure: Figure) -> Decimal:
    if figure.numerator is not None:
        return figure.numerator
    return (figure.value or ZERO) * (figure.denominator or ZERO)


def _distinct(figures: Sequence[Figure]) -> Figure:
    return distinct(frozenset().union(*(figure.members or () for figure in figures)))


_SUMS: dict[str, Callable[[Sequence[Figure]], Figure]] = {
    "sum": _sum,
    "ratio": _ratio,
    "avg": _mean,
    "distinct": _distinct,
}


def blend(qualifiers: Iterable[Qualifier], *, ratio: bool = False) -> Qualifier:
    """How sure a sum is: over and exact is over; over and nearly is about; a ratio of anything hedged is about."""
    hedges = set(qualifiers) - {Qualifier.EXACT}
    if not hedges:
        return Qualifier.EXACT
    return hedges.pop() if len(hedges) == 1 and not ratio else Qualifier.ABOUT
