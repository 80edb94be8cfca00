"""The clocks of a matter as it is kept: its acts and traits given to the counting of terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from danvan.casework import deadlines, workflow
from danvan.casework.deadlines import Act as Step
from danvan.casework.deadlines import Deadline, DeadlineError, Rules
from danvan.casework.models import Act, Matter
from danvan.lib.workdays import Calendar


def of(
    matter: Matter, acts: Iterable[Act], *, rules: Rules | None = None, calendar: Calendar | None = None
) -> list[Deadline]:
    """Every clock of the matter that started, in the order in which they did; acts: its timeline.

    Raises DeadlineError for acts that do not stand by the rules.
    """
    return deadlines.deadlines(_steps(acts), codes=codes(matter), traits=traits(matter), rules=rules, calendar=calendar)


def read(matter: Matter, acts: Sequence[Act]) -> tuple[list[Deadline], list[str]]:
    """The clocks for showing, and a sentence for each that cannot be counted: acts of before that do not stand by the
    rules of now, a rule that ended."""
    missing = deadlines.unruled(_steps(acts), codes=codes(matter))
    try:
        return of(matter, acts), missing
    except DeadlineError as error:
        return [], [*missing, str(error)]


def codes(matter: Matter) -> tuple[str, ...]:
    kind = workflow.load()[matter.type]
    return kind.clocks_second if matter.instance == "second" else kind.clocks


def _steps(acts: Iterable[Act]) -> list[Step]:
    return [Step(act.kind, act.on, int(act.said.get("days") or 0), str(act.to_unit_id or "")) for act in acts]


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
