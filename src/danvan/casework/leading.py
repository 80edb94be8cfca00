"""What a leader looks at: what is late, what becomes so this week, what waits for a decision, promises past their day.

Of the own unit and those below it; each list is one query and shows its first ones.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.casework import lists
from danvan.casework.deadlines import Rule, Rules
from danvan.casework.models import Act, Answer, Issue, Matter, Opening, Promise
from danvan.casework.queries import names_of

SHOWN = 15
AHEAD = dt.timedelta(days=30)  # terms that end so soon without another
UNITS = 40  # a province has a hundred communes: those that are most pressed


@dataclass(frozen=True, slots=True)
class Late:
    """A promise past its day, with whose it is."""

    promise: Promise
    unit: str
    days: int


@dataclass(frozen=True, slots=True)
class Desk:
    """more_*: there are more than those shown. units: who is pressed how much, where others than the own one are.

    ending: terms of law that end soon with none to take their place.
    """

    overdue: list[lists.Line]
    more_overdue: bool
    week: list[lists.Line]
    more_week: bool
    units: list[lists.Pressed]
    more_units: int
    to_sign: list[Answer]
    again: list[Matter]
    openings: list[Opening]
    undirected: list[Issue]
    promises: list[Late]
    ending: list[Rule]

    @property
    def waiting(self) -> int:
        return len(self.to_sign) + len(self.again) + len(self.openings) + len(self.undirected)


@dataclass(frozen=True, slots=True)
class Due:
    """What citizens raised with the unit, as the first page tells it. decide: waits for a decision of the post (up to
    SHOWN of each kind); mine: handled by the person; fresh: nobody has it yet; below: units below have some overdue."""

    decide: int
    overdue: int
    week: int
    mine: int
    fresh: int
    promises: int
    below: bool

    @property
    def any(self) -> bool:
        return bool(self.decide or self.overdue or self.week or self.mine or self.fresh or self.promises or self.below)


def due(post: scope.Acting) -> Due | None:
    """None where the post has nothing to do with it. A fixed number of queries."""
    decides = post.may(Permission.DECIDE)
    if not (decides or post.may(Permission.HANDLE) or post.may(Permission.RECEIVE)):
        return None
    many = lists.counts(post)
    own = Matter.objects.filter(unit=post.unit_id)
    below = (
        decides and not many[lists.OVERDUE] and bool(lists.page(lists.Asked(lists.OVERDUE, below=True), post, 1).lines)
    )
    return Due(
        decide=sum(map(len, _to_decide(post))),
        overdue=many[lists.OVERDUE],
        week=many[lists.THIS_WEEK],
        mine=many[lists.MINE],
        fresh=own.exclude(state="closed").filter(handler=None).count(),
        promises=Promise.objects.filter(unit=post.unit_id, state=Promise.State.OPEN, due__lt=post.day).count(),
        below=below,
    )


def _to_decide(post: scope.Acting) -> tuple[list[Answer], list[Matter], list[Opening], list[Issue]]:
    decides = post.may(Permission.DECIDE)
    return (
        _to_sign(post) if decides else [],
        _again(post) if decides else [],
        _openings(post) if post.may(Permission.UNSEAL) else [],
        _undirected(post) if decides else [],
    )


def desk(post: scope.Acting) -> Desk:
    overdue = lists.page(lists.Asked(lists.OVERDUE, below=True), post, SHOWN)
    week = lists.page(lists.Asked(lists.THIS_WEEK, below=True), post, SHOWN)
    units, more_units = lists.by_unit(post, UNITS)
    to_sign, again, openings, undirected = _to_decide(post)
    return Desk(
        overdue=overdue.lines,
        more_overdue=bool(overdue.more),
        week=week.lines,
        more_week=bool(week.more),
        units=units if any(one.unit != post.unit_id for one in units) else [],
        more_units=more_units,
        to_sign=to_sign,
        again=again,
        openings=openings,
        undirected=undirected,
        promises=_promises(post.day),
        ending=Rules.load().ending(post.day, post.day + AHEAD),
    )


def _to_sign(post: scope.Acting) -> list[Answer]:
    """Drafts of the unit, by the day by which the matter must be settled."""
    drafts = Answer.objects.filter(state=Answer.State.DRAFT, matter__unit=post.unit_id)
    open_ones = drafts.exclude(matter__state__in=("closed", "decided"))
    return list(open_ones.select_related("matter").order_by("matter__due", "pk")[:SHOWN])


def _again(post: scope.Acting) -> list[Matter]:
    """Citizens who ask for another look and were not answered."""
    later = Act.objects.filter(matter=OuterRef("matter"), number__gt=OuterRef("number"), kind__in=("reopen", "decline"))
    asked = Act.objects.filter(~Exists(later), unit=post.unit_id, kind="ask_again").order_by("-pk").values("matter")
    return list(Matter.objects.filter(pk__in=asked, unit=post.unit_id, state="closed").order_by("pk")[:SHOWN])


def _openings(post: scope.Acting) -> list[Opening]:
    """Requests to open what is sealed that wait for a second person."""
    waiting = Opening.objects.filter(identity__matter__unit=post.unit_id, allowed_at=None, refused_at=None)
    others = waiting.exclude(asked_by=post.person_id)
    return list(others.select_related("identity__matter", "asked_by").order_by("pk")[:SHOWN])


def _undirected(post: scope.Acting) -> list[Issue]:
    """Pressing issues of the unit that nobody has given a direction on."""
    return list(
        Issue.objects.filter(unit=post.unit_id, directed_on=None, resolved_on=None).order_by("raised_on", "pk")[:SHOWN]
    )


def _promises(today: dt.date) -> list[Late]:
    late = list(Promise.objects.filter(state=Promise.State.OPEN, due__lt=today).order_by("due", "pk")[:SHOWN])
    names = names_of(one.unit_id for one in late)
    return [Late(one, names.get(one.unit_id, ""), (today - one.due).days) for one in late]
