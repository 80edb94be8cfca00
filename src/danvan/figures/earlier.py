"""Figures of an earlier period found under a unit of a later day: as they were reported then, or restated."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from danvan.figures import compare
from danvan.figures.compare import Comparability, Lineage, Restated
from danvan.figures.consolidation import Comparison
from danvan.figures.rollup import NOT_REPORTED, Rolled
from danvan.figures.sheet import Key, Sheet
from danvan.lib import numbers
from danvan.lib.periods import Period
from danvan.units import queries as units

COMMUNE = "commune"


class Earlier:
    """What stands for `root`, a unit of the sheet's map, in an earlier period.

    The predecessors of the root bring their figures, each rolled up on the map of its own day. Where communes came or
    went since without the root itself being merged or divided, the root's territory is another one: then the figures
    of the communes are taken instead.
    """

    def __init__(self, later: Sheet, root: int, period: Period, codes: Collection[str] | None = None) -> None:
        self.later, self.root, self.period = later, root, period
        known = [f for f in units.restatement(root, period.end, later.day) if f.new_unit_id in later.refs]
        heads = [f for f in known if f.new_unit_id == root]
        self.heads = tuple(dict.fromkeys(f.old_unit_id for f in heads))
        communes = {f.old_unit_id for f in known if later.refs[f.new_unit_id].level == COMMUNE}
        heirs: dict[int, list[int]] = {}
        for flow in known:
            heirs.setdefault(flow.old_unit_id, []).append(flow.new_unit_id)
        self.heirs: Mapping[int, Collection[int]] = heirs
        roots = self.heads
        self.sheet = Sheet(later.form, roots, period, period.end, codes)
        outside = communes - self.sheet.refs.keys()
        gone = {unit for unit, ref in self.sheet.refs.items() if ref.level == COMMUNE} - communes
        divided = [f.old_unit_id for f in known if not f.exact]
        ways = units.lineage_forward(divided, period.end, later.day) if divided else []
        gone |= {f.old_unit_id for f in ways if f.new_unit_id not in later.refs and f.old_unit_id in communes}
        self.moved = bool(outside or gone) and later.refs[root].level != COMMUNE
        self.communes_changed = any([f.new_unit_id] != [f.old_unit_id] for f in known if f.old_unit_id in communes)
        self.unchanged = self.heads == (root,) and heads[0].exact and not self.moved
        if self.moved:
            if outside:
                self.sheet = Sheet(later.form, [*roots, *sorted(outside)], period, period.end, codes)
            within = {f.new_unit_id: root for f in known}
            sources = communes
        else:
            within, sources = {root: root}, set(self.heads)
        exact = [f for f in known if f.exact and f.old_unit_id in sources and (self.moved or f.new_unit_id == root)]
        edges = {(f.old_unit_id, f.new_unit_id): f for f in (*exact, *(f for f in ways if f.old_unit_id in sources))}
        self.lineage = Lineage((old, within.get(new, new), flow.share) for (old, new), flow in edges.items())
        self.sources = sorted(sources)

    def name(self, unit: int) -> str:
        return self.later.name(unit) if unit in self.later.refs else self.sheet.name(unit)

    def restated(self, key: Key) -> Rolled | Restated:
        """On the later map."""
        if not self.sources:
            reason = f"{self.name(self.root)} chưa có trong {self.period.label()} và không có đơn vị tiền thân."
            return _nothing(reason)
        indicator = self.later.catalogue[key[0]]
        line = self.sheet.roll(key)
        if self.unchanged and not (indicator.units == "distinct" and self.communes_changed):
            return line[self.root]
        found = compare.restate(indicator, {u: line[u] for u in self.sources}, self.lineage, name=self.name)[self.root]
        if self.moved and found.comparability != Comparability.NOT_COMPARABLE:
            reason = "Địa bàn có xã chuyển đến hoặc chuyển đi, nên số kỳ trước được cộng lại từ số liệu của các xã."
            return found._replace(comparability=Comparability.EXACT_WITH_NOTE, reasons=(*found.reasons, reason))
        return found

    def reported(self, key: Key) -> Rolled | Restated:
        """As the unit itself was then."""
        if self.root in self.sheet.refs:
            return self.sheet.roll(key)[self.root]
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


def _nothing(reason: str) -> Restated:
    return Restated(NOT_REPORTED, Comparability.NOT_COMPARABLE, (reason,), complete=False)
