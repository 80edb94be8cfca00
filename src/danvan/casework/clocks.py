"""The clocks of a matter as it is kept: its acts and traits given to the counting of terms."""

from __future__ import annotations

from collections.abc import Iterable

from danvan.casework import deadlines, workflow
from danvan.casework.deadlines import Act as Step
from danvan.casework.deadlines import Deadline
from danvan.casework.models import Act, Matter


def of(matter: Matter, acts: Iterable[Act]) -> list[Deadline]:
    """Every clock of the matter that started, in the order in which they did; acts: its timeline."""
    kind = workflow.load()[matter.type]
    codes = kind.clocks_second if matter.instance == "second" else kind.clocks
    steps = [Step(act.kind, act.on, int(act.said.get("days") or 0), str(act.to_unit_id or "")) for act in acts]
    return deadlines.deadlines(steps, codes=codes, traits=traits(matter))


def traits(matter: Matter) -> frozenset[str]:
    """What of a matter makes terms longer or applies them."""
    found = set(matter.traits)
    if matter.competent is False:
        found.add("not_competent")
    if not matter.petition:
        found.add("reception")
    return frozenset(found)


def nearest(clocks: Iterable[Deadline]) -> Deadline | None:
    """The limit that runs out first among those that run."""
    running = [one for one in clocks if one.due and not (one.ended or one.handed_over or one.rule.minimum)]
    return min(running, key=lambda one: (one.due, one.rule.code), default=None)
