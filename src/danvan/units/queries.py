"""Named reads of the map: as of a day, up and down the tree, and along the lineage.

A unit may be given as a Unit, a UnitVersion or an id. Each read costs the same number of queries whatever it finds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from django.db import connection
from django.db.models import Q, QuerySet

from danvan.units import names, sql
from danvan.units.models import Unit, UnitVersion

AnyUnit: TypeAlias = Unit | UnitVersion | int
Level = UnitVersion.Level


# As of a day


def on(day: dt.date) -> QuerySet[UnitVersion]:
    """Every version that holds on the day."""
    return UnitVersion.objects.filter(during__contains=day)


def version_on(unit: AnyUnit, day: dt.date) -> UnitVersion | None:
    """What the unit is called on the day; None on a day on which it does not exist."""
    return on(day).filter(unit=_id(unit)).first()


def country(day: dt.date) -> UnitVersion | None:
    """The root of the map on the day; None where no map is loaded or the day lies before it."""
    return on(day).filter(parent=None).first()


def with_code(code: str, day: dt.date, level: str | None = None) -> list[UnitVersion]:
    """Who bears the code on the day: at most one a level, highest level first. Codes are reused over time."""
    found = on(day).filter(code=code, **({"level": level} if level else {}))
    return sorted(found, key=lambda version: Level.values.index(version.level))


def first_day() -> dt.date | None:
    """The day from which the map is known; None where no map is loaded."""
    first = UnitVersion.objects.filter(parent=None).order_by("during").first()
    return first.during.lower if first else None


# Up and down the tree


def children(unit: AnyUnit, day: dt.date, level: str | None = None) -> list[UnitVersion]:
    """Who answers to the unit directly on the day, by code and name."""
    below = on(day).filter(parent=_id(unit), **({"level": level} if level else {}))
    return list(below.order_by("code", "name"))


def subtree(unit: AnyUnit, day: dt.date) -> list[UnitVersion]:
    """The unit and all below it on the day, parents before children; empty if it does not exist then."""
    return list(UnitVersion.objects.raw(sql.SUBTREE, _params(unit, day)))


def path(unit: AnyUnit, day: dt.date) -> list[UnitVersion]:
    """From the root down to the unit itself on the day."""
    return list(UnitVersion.objects.raw(sql.PATH, _params(unit, day)))


def ancestors(unit: AnyUnit, day: dt.date) -> list[UnitVersion]:
    """From the root down to the unit's parent on the day."""
    return path(unit, day)[:-1]


def parents(found: Iterable[AnyUnit], day: dt.date) -> dict[int, int]:
    """To whom each of the units answers on the day; without those that answer to nobody."""
    rows = on(day).filter(unit__in=[_id(one) for one in found], parent__isnull=False)
    return dict(rows.values_list("unit", "parent"))


class Node(NamedTuple):
    """One unit of a tree, for roll-up. parent_id: the nearest unit above it that is in the tree, None for the root."""

    unit_id: int
    parent_id: int | None
    level: str
    code: str
    name: str


def tree(root: AnyUnit, day: dt.date, levels: Sequence[str] | None = None, line: str = "") -> list[Node]:
    """The root and the territories below it on the day, parents before children, in one query.

    levels: only these (and the root); what is left out is bridged, so communes then answer to their province also
    where there were districts. line: with the bodies of that line.
    """
    return trees([root], day, levels, line)


def trees(roots: Iterable[AnyUnit], day: dt.date, levels: Sequence[str] | None = None, line: str = "") -> list[Node]:
    """Several of them at once, none of which lies in another; all roots first."""
    wanted = {"units": [_id(root) for root in roots], "day": day}
    with connection.cursor() as cursor:
        cursor.execute(sql.TREE, {**wanted, "levels": list(levels or Level.values), "line": line})
        return [Node(*row) for row in cursor.fetchall()]


# Along the lineage


class Flow(NamedTuple):
    """How much of a unit of an earlier day is found in a unit of a later day.

    share: the product of the shares on the way; None where a split without a decided share is crossed, and then no
    figure of the later unit can be made from the earlier ones. exact: only whole units were joined, nothing divided;
    share = 1 then. A decided share gives a figure that needs a note.
    """

    old_unit_id: int
    new_unit_id: int
    share: Decimal | None
    exact: bool


def lineage_forward(units: Iterable[AnyUnit], from_day: dt.date, to_day: dt.date) -> list[Flow]:
    """Where the units of from_day are on to_day. A unit that goes on flows into itself.

    Nothing is said of a unit that does not exist on from_day, or that ended without a successor.
    """
    return _flows(sql.FORWARD, from_day, to_day, units=[_id(unit) for unit in units])


def lineage_back(units: Iterable[AnyUnit], day: dt.date, earlier_day: dt.date) -> list[Flow]:
    """What the units of `day` were made of on an earlier day: every Flow from then into one of them."""
    return _flows(sql.BACK, earlier_day, day, units=[_id(unit) for unit in units])


def restatement(root: AnyUnit, source_day: dt.date, target_day: dt.date) -> list[Flow]:
    """The Flows from the map of source_day into the root and all below it on target_day, in one query.

    For figures reported on the old map to be shown on the new one. A unit of the target day that is the new_unit_id of
    no Flow has no past on source_day.
    """
    return _flows(sql.RESTATEMENT, source_day, target_day, unit=_id(root), day=target_day)


def _flows(query: str, source: dt.date, target: dt.date, **params: Any) -> list[Flow]:
    if target < source:
        raise ValueError(f"lineage runs forwards in time: {source} to {target}")
    with connection.cursor() as cursor:
        cursor.execute(query, {"source": source, "target": target, **params})
        return [Flow(*row) for row in cursor.fetchall()]


class Edge(NamedTuple):
    """One step of the lineage with the names of its day. same_unit: nobody followed, a unit went on as another version.

    level: the predecessor's.
    """

    day: dt.date
    predecessor_id: int
    predecessor_code: str
    predecessor_name: str
    level: str
    successor_id: int
    successor_code: str
    successor_name: str
    successor_level: str
    kind: str
    share: Decimal | None
    basis: str
    decision: str
    same_unit: bool


def edges(
    *,
    unit: AnyUnit | None = None,
    level: str | None = None,
    from_day: dt.date = dt.date.min,
    to_day: dt.date = dt.date.max,
) -> list[Edge]:
    """Every step with a day in [from_day, to_day], by day and code; of one unit (either side), of one level."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.EDGES, {"unit": None if unit is None else _id(unit), "level": level, "from": from_day, "to": to_day}
        )
        return [Edge(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class History:
    """What a unit's page shows: its versions, oldest first, and the steps by which it came and went."""

    versions: list[UnitVersion]
    predecessors: list[Edge]
    successors: list[Edge]


def history(unit: AnyUnit) -> History:
    """The whole known life of a unit, in two queries."""
    unit = _id(unit)
    versions = list(UnitVersion.objects.filter(unit=unit).order_by("during"))
    steps = [edge for edge in edges(unit=unit) if not edge.same_unit]
    return History(
        versions=versions,
        predecessors=[edge for edge in steps if edge.successor_id == unit],
        successors=[edge for edge in steps if edge.predecessor_id == unit],
    )


# By name


def find(name: str, day: dt.date, level: str | None = None, within: AnyUnit | None = None) -> list[UnitVersion]:
    """Every unit of the day that a text may mean by this name; the caller asks where there is more than one.

    With or without the type word ("thị xã Hoàng Mai", "TX. Hoàng Mai", "Hoàng Mai"); a type word that is given must be
    right for the day. Marks may be missing in the text; where they are there, a unit written just so comes alone.
    within: only below this unit. Highest level first, then by code.
    """
    key = names.query_key(name)
    if not key:
        return []
    matches = on(day).filter(Q(search_key=key) | Q(bare_key=key), **({"level": level} if level else {}))
    found = sorted(matches, key=lambda version: (Level.values.index(version.level), version.code, version.name))
    if within is not None and found:
        inside = _below(_id(within), [version.unit_id for version in found], day)
        found = [version for version in found if version.unit_id in inside]
    said = names.spelling(names.bare(names.write_out(name)))
    as_written = [version for version in found if names.spelling(names.bare(version.name)) == said]
    return as_written or found


def _below(head: int, units: list[int], day: dt.date) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.ABOVE,
            {"units": units, "head": head, "day": day},
        )
        return {row[0] for row in cursor.fetchall()}


def _id(unit: AnyUnit) -> int:
    if isinstance(unit, UnitVersion):
        return unit.unit_id
    return unit.pk if isinstance(unit, Unit) else unit


def _params(unit: AnyUnit, day: dt.date) -> dict[str, Any]:
    return {"unit": _id(unit), "day": day}
