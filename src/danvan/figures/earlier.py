"""Figures of an earlier period found under a unit of a later day: as they were reported then, or restated."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeAlias

from danvan.figures import compare
from danvan.figures.compare import Comparability, Lineage, Restated
from danvan.figures.consolidation import Comparison, UnitRef
from danvan.figures.rollup import NOT_REPORTED, Figure, Rolled, State, as_rolled, over_time
from danvan.figures.sheet import Key, Sheet
from danvan.figures.summed import Summed
from danvan.lib import numbers
from danvan.lib.periods import Period
from danvan.units import queries as units

COMMUNE = "commune"
AnySheet: TypeAlias = Sheet | Summed


class Standing:
    """What stands for `root`, a unit of the sheet, in the sheet's period; also where the map changed within the period.

    Then the period is put together from parts with one map each, every part restated on the sheet's map: the year 2025
    from its first half, reported by districts, and its second, reported by communes.
    """

    def __init__(self, sheet: AnySheet, root: int, pasts: Sequence[Past] | None = None) -> None:
        self.sheet, self.root = sheet, root
        self.parts: tuple[Earlier, ...] = ()
        self._named: dict[tuple[int, ...], tuple[UnitRef, ...]] = {}
        self._contributors: dict[int, tuple[object, tuple[UnitRef, ...]]] = {}
        parts = [
            Earlier(sheet, root, one.period, past=one) for one in (_cut(sheet, [root]) if pasts is None else pasts)
        ]
        if any(part.communes_changed or not part.unchanged for part in parts):
            self.parts = tuple(parts)

    def figure(self, key: Key) -> Rolled:
        whole = self.sheet.roll(key)[self.root]
        if not self.parts or whole.own or whole.complete:
            return whole
        found = [part.restated(key) for part in self.parts]
        given = [one.rolled(self.root) if isinstance(one, Restated) else one for one in found]
        rolled = over_time(self.sheet.catalogue[key[0]], given)
        if not (rolled.figure.has_value or rolled.missing):
            return whole
        labels = ", ".join(part.period.label() for part in self.parts)
        reason = f"Địa giới thay đổi trong kỳ: số liệu gộp từ {labels}, mỗi phần theo bản đồ khi đó."
        missing = dict.fromkeys(unit for one in found if not one.complete for unit in one.missing)
        return rolled._replace(
            missing=tuple(missing),
            contributors=tuple(one for part in self.parts for one in part.contributors(key)),
            reasons=(reason, *dict.fromkeys(reason for one in found for reason in one.reasons)),
        )

    def named(self, found: tuple[int, ...]) -> tuple[UnitRef, ...]:
        """Units of the figure. The same thousands are missing in many lines."""
        if found not in self._named:
            self._named[found] = self._refs(found)
        return self._named[found]

    def contributors(self, rolled: Rolled) -> tuple[UnitRef, ...]:
        """Who is in the figure. Lines in which the same units reported share one tuple: it is named once."""
        same, refs = self._contributors.get(id(rolled.contributors), (None, ()))
        if same is not rolled.contributors:
            refs = self._refs([unit for unit, _figure in rolled.contributors])
            self._contributors[id(rolled.contributors)] = (rolled.contributors, refs)
        return refs

    def _refs(self, found: Sequence[int]) -> tuple[UnitRef, ...]:
        try:
            return tuple(map(self.sheet.refs.__getitem__, found))
        except KeyError:
            return tuple(map(self._ref, found))

    def _ref(self, unit: int) -> UnitRef:
        """Of this map, else as it was in the part that it reported for."""
        for sheet in (self.sheet, *(part.sheet for part in self.parts)):
            if unit in sheet.refs:
                return sheet.refs[unit]
        return UnitRef(unit, str(unit), "")


def standings(sheet: AnySheet, roots: Sequence[int]) -> dict[int, Standing]:
    """What stands for several units of one sheet, in as many queries as for one."""
    pasts = _cut(sheet, roots)
    return {root: Standing(sheet, root, pasts) for root in roots}


def _cut(sheet: AnySheet, roots: Sequence[int]) -> list[Past]:
    """The parts of the period with one map each, where the map changes within it."""
    tilings = sheet.period.tilings
    if not (sheet.reforms and tilings):
        return []
    cut = next((tiling for tiling in tilings if not any(_changes(part, sheet) for part in tiling)), tilings[-1])
    return [Past(sheet, roots, part, sheet.codes) for part in cut]


class Past:
    """An earlier period, read once for units (`roots`) of the later sheet's map."""

    def __init__(
        self, later: AnySheet, roots: Sequence[int], period: Period, codes: Collection[str] | None = None
    ) -> None:
        self.later, self.period, self.codes = later, period, codes
        self.above = later.above(roots)
        self.flows: dict[int, list[units.Flow]] = {root: [] for root in roots}
        for flow in units.lineage_back(self.above, later.day, period.end):
            self.flows[self.above[flow.new_unit_id]].append(flow)
        flows = [flow for some in self.flows.values() for flow in some]
        divided = dict.fromkeys(flow.old_unit_id for flow in flows if not flow.exact)
        self.ways = units.lineage_forward(divided, period.end, later.day) if divided else []
        self.heads = list(dict.fromkeys(flow.old_unit_id for flow in flows if flow.new_unit_id in self.flows))
        self.sheet = later.beside(self.heads, period, codes)
        self.standing = standings(self.sheet, self.heads)


class Earlier:
    """What stands for `root`, a unit of the later sheet's map, in an earlier period.

    The predecessors of the root bring their figures, each rolled up on the map of its own day. Where communes came or
    went since without the root itself being merged or divided (moved), the root's territory is another one: then the
    figures of the communes are taken instead.
    """

    def __init__(
        self,
        later: AnySheet,
        root: int,
        period: Period,
        codes: Collection[str] | None = None,
        *,
        past: Past | None = None,
    ) -> None:
        past = past or Past(later, [root], period, codes)
        self.later, self.root, self.period = later, root, period
        flows = past.flows[root]
        heads = [flow for flow in flows if flow.new_unit_id == root]
        communes = {flow.old_unit_id for flow in flows if later.refs[flow.new_unit_id].level == COMMUNE}
        divided = {flow.old_unit_id for flow in flows if not flow.exact}
        ways = [way for way in past.ways if way.old_unit_id in divided]
        self.heads = tuple(dict.fromkeys(flow.old_unit_id for flow in heads))
        self.sheet = past.sheet
        mine = self.sheet.above(self.heads).keys()
        came = communes - mine
        went = {unit for unit in mine if self.sheet.refs[unit].level == COMMUNE} - communes
        went |= {way.old_unit_id for way in ways if past.above.get(way.new_unit_id) != root} & communes
        self.moved = bool(came or went) and later.refs[root].level != COMMUNE
        self.unchanged = self.heads == (root,) and heads[0].exact and not self.moved
        self.communes_changed = any(f.new_unit_id != f.old_unit_id for f in flows if f.old_unit_id in communes)
        self._standing = {unit: past.standing[unit] for unit in self.heads}
        if self.moved and not came <= self.sheet.refs.keys():
            self.sheet = later.beside([*self.heads, *sorted(came)], period, past.codes)
            self._standing = standings(self.sheet, self.heads)
        self.heirs: dict[int, list[int]] = {}
        for flow in flows:
            self.heirs.setdefault(flow.old_unit_id, []).append(flow.new_unit_id)
        self.sources = tuple(sorted(communes)) if self.moved else self.heads
        self.lineage = self._lineage(flows, ways)

    def _lineage(self, flows: Sequence[units.Flow], ways: Sequence[units.Flow]) -> Lineage:
        """From the sources to the root, and to whoever else got a part of them."""
        within = {flow.new_unit_id for flow in flows} if self.moved else {self.root}
        whole = [flow for flow in flows if flow.exact and flow.new_unit_id in within]
        sources = set(self.sources)
        return Lineage(
            (flow.old_unit_id, self.root if flow.new_unit_id in within else flow.new_unit_id, flow.share)
            for flow in (*whole, *ways)
            if flow.old_unit_id in sources
        )

    def name(self, unit: int) -> str:
        return self.later.name(unit) if unit in self.later.refs else self.sheet.name(unit)

    def of_source(self, key: Key, unit: int) -> Rolled:
        """What one of the sources brings, on its own map."""
        if unit in self._standing:
            return self._standing[unit].figure(key)
        found = self.sheet.roll(key).get(unit)
        if found is None or found.figure.state == State.NOT_DUE:
            # Nobody owes a commune's figure where districts reported; without it there is no sum all the same.
            return as_rolled(unit, NOT_REPORTED)
        return found

    def contributors(self, key: Key) -> tuple[tuple[int, Figure], ...]:
        """The reported figures that are in the restated one."""
        return tuple(one for unit in self.sources for one in self.of_source(key, unit).contributors)

    def restated(self, key: Key) -> Rolled | Restated:
        """On the later map."""
        if not self.sources:
            reason = f"{self.name(self.root)} chưa có trong {self.period.label()} và không có đơn vị tiền thân."
            return _nothing(reason)
        indicator = self.later.catalogue[key[0]]
        if self.unchanged and not (indicator.units == "distinct" and self.communes_changed):
            return self.of_source(key, self.root)
        figures = {unit: self.of_source(key, unit) for unit in self.sources}
        found = compare.restate(indicator, figures, self.lineage, name=self.name)[self.root]
        if self.moved and found.comparability != Comparability.NOT_COMPARABLE:
            reason = "Địa bàn có xã chuyển đến hoặc chuyển đi, nên số kỳ trước được cộng lại từ số liệu của các xã."
            return found._replace(comparability=Comparability.EXACT_WITH_NOTE, reasons=(*found.reasons, reason))
        return found

    def reported(self, key: Key) -> Rolled | Restated:
        """As the unit itself was then."""
        if self.root in self._standing:
            return self._standing[self.root].figure(key)
        return _nothing(f"{self.name(self.root)} chưa có trong {self.period.label()}.")

    def compared(self, key: Key, now: Rolled, mode: compare.Mode) -> Comparison:
        """The line of the later sheet against this period."""
        found = self.restated(key) if mode == "restated" else self.reported(key)
        before = self._with_stated(key, found)
        compared = compare.compare(
            self.later.catalogue[key[0]],
            now,
            before,
            mode,
            when=(self.later.period, self.period),
            map_changed=not self.unchanged and before.figure is found.figure,
            heirs=self.heirs,
            name=self.name,
        )
        return Comparison(
            mode=mode,
            before=before.figure,
            before_complete=before.complete,
            delta=compared.delta,
            change=compared.percent,
            direction=compared.direction,
            comparability=compared.comparability,
            reasons=compared.reasons,
        )

    def _with_stated(self, key: Key, before: Rolled | Restated) -> Rolled | Restated:
        """What this period's reports imply for the year before stands in where nothing whole was reported then."""
        stated = self.later.roll_stated(key, self.root)
        if stated is None or stated.figure.value is None:
            return before
        if before.figure.value is None or not before.complete:
            if not stated.complete:
                return before
            reason = "Kỳ trước chưa có báo cáo: lấy theo số liệu nêu trong báo cáo năm sau."
            if before.figure.value is not None:
                reason = "Báo cáo kỳ trước chưa đủ: lấy theo số liệu nêu trong báo cáo năm sau."
            return Restated(stated.figure, Comparability.EXACT_WITH_NOTE, (reason,))
        if stated.complete and stated.figure.value != before.figure.value:
            said, was = numbers.digits(stated.figure.value), numbers.digits(before.figure.value)
            reason = f"Báo cáo năm sau nêu số cùng kỳ là {said}, khác số đã báo cáo kỳ trước ({was})."
            how = getattr(before, "comparability", Comparability.EXACT_WITH_NOTE)
            if how == Comparability.EXACT:
                how = Comparability.EXACT_WITH_NOTE
            return Restated(
                before.figure, how, (*before.reasons, reason), complete=before.complete, missing=before.missing
            )
        return before


def _changes(part: Period, sheet: AnySheet) -> bool:
    return any(part.start < day <= part.end for day in sheet.reforms)


def _nothing(reason: str) -> Restated:
    return Restated(NOT_REPORTED, Comparability.NOT_COMPARABLE, (reason,), complete=False)
