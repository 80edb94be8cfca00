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


def desk(post: scope.Acting) -> Desk:
    overdue = lists.page(lists.Asked(lists.OVERDUE, below=True), post, SHOWN)
    week = lists.page(lists.Asked(lists.THIS_WEEK, below=True), post, SHOWN)
    units, more_units = lists.by_unit(post, UNITS)
    decides = post.may(Permission.DECIDE)
    return Desk(
        overdue=overdue.lines,
        more_overdue=bool(overdue.more),
        week=week.lines,
        more_week=bool(week.more),
        units=units if any(one.unit != post.unit_id for one in units) else [],
        more_units=more_units,
        to_sign=_to_sign(post) if decides else [],
        again=_again(post) if decides else [],
        openings=_openings(post) if post.may(Permission.UNSEAL) else [],
        undirected=_undirected(post) if decides else [],
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
