"""What the page of a matter shows: its story, its clocks, what may be done next, its papers, people under lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.access.rows import Written
from danvan.casework import clocks, finding, lists, saying, telling, workflow
from danvan.casework.actions.answers import ANSWERING
from danvan.casework.actions.matters import MAY
from danvan.casework.deadlines import Deadline, State
from danvan.casework.models import Act, Answer, Attachment, Identity, Look, Matter, Opening, Turn
from danvan.casework.queries import around, names_of
from danvan.casework.strip import picture
from danvan.casework.workflow import Step

READS = (Permission.RECEIVE, Permission.HANDLE, Permission.DECIDE)  # see what was written, within the unit that has it
LIKE = 4  # matters that are offered as the same
TURNS = 200
LOOKS = 50


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock with its mark, its picture, and each day that is not counted, for reading."""

    deadline: Deadline
    mark: saying.Mark
    picture: SafeString | str
    running: bool
    days: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Next:
    """An act that may come next. main: the way on; the others stand behind."""

    act: str
    name: str
    main: bool


@dataclass(frozen=True, slots=True)
class Locked:
    """Who raised it, as far as one is told without looking. openings: what was asked of two, newest first."""

    sealed: bool = False
    kept: bool = False
    erased: bool = False
    openings: tuple[Opening, ...] = ()
    looks: tuple[Look, ...] = ()

    def mine(self, person: int) -> Opening | None:
        """The opening under which this person may look now."""
        now = timezone.now()
        return next((one for one in self.openings if one.asked_by_id == person and one.until and one.until > now), None)


@dataclass(frozen=True, slots=True)
class MatterPage:
    """reads: the sender's words are read here.

    uncounted: a sentence for each clock that cannot be counted by the rules of now.
    """

    matter: Matter
    unit: str
    origin: str
    own: bool
    reads: bool
    acts: Sequence[Act]
    timeline: list[telling.Line]
    clocks: list[Clock]
    uncounted: list[str]
    next: list[Next]
    answers: list[Answer]
    papers: list[Attachment]
    locked: Locked
    related: list[tuple[str, Matter]]
    like: list[tuple[Matter, str]] = field(default_factory=list)
    mark: saying.Mark | None = None

    @property
    def ended(self) -> list[Clock]:
        return [one for one in self.clocks if not one.running]


# What brings a matter forward; the other acts are there when they are needed.
_WAY_ON = (
    *("take_over", "classify", "accept", "notify", "resume", *ANSWERING, "deliver", "reopen", "decline", "appeal"),
    *("publish", "reply_received"),
)


_MATTER = Written(Matter, "casework_matter AS row WHERE row.id = %s")
_ACTS = Written(Act, "casework_act AS row WHERE row.matter_id = %s ORDER BY row.number")
_TURNS = Written(Turn, f"casework_turn AS row WHERE row.matter_id = %s ORDER BY row.id LIMIT {TURNS}")
_IDENTITY = Written(Identity, "casework_identity AS row WHERE row.matter_id = %s", without=("content",))
_LOOKS = Written(Look, f"casework_look AS row WHERE row.identity_id = %s ORDER BY row.id DESC LIMIT {LOOKS}")


def found(pk: int) -> Matter | None:
    """The matter of this number, where it may be seen."""
    return _MATTER.first(pk) if pk < 2**63 else None  # a larger one would be looked for row by row


def read(matter: Matter, post: scope.Acting) -> MatterPage:
    """Everything in a number of queries that does not depend on how much there is."""
    acts = _ACTS.rows(matter.pk)
    there = around(matter.pk)
    turns = _TURNS.rows(matter.pk) if there.turns else ()
    own = matter.unit_id == post.unit_id
    identity = _IDENTITY.first(matter.pk) if own else None
    reads = own and any(post.may(one) for one in READS)
    names = names_of(
        [matter.unit_id, matter.origin_id, *(one for act in acts for one in (act.unit_id, act.to_unit_id))]
    )
    found, uncounted = clocks.read(matter, acts)
    return MatterPage(
        matter=matter,
        unit=names.get(matter.unit_id, ""),
        origin=names.get(matter.origin_id, ""),
        own=own,
        reads=reads,
        acts=acts,
        timeline=telling.timeline(matter, acts, names, turns, matter.moves.all() if there.moves else (), reads=reads),
        clocks=_clocks(matter, found, post.day),
        uncounted=uncounted,
        next=_next(matter, acts, post) if own else [],
        answers=list(matter.answers.order_by("-edition")) if there.answers else [],
        papers=list(matter.attachments.select_related("file").defer("file__content")) if there.papers else [],
        locked=_locked(identity, post) if identity else Locked(),
        related=_related(matter) if there.matters or matter.related_to_id or matter.merged_into_id else [],
        like=_like(matter, identity, post) if own and matter.state != workflow.CLOSED else [],
        mark=lists.mark(matter, post.day),
    )


def _clocks(matter: Matter, counted: Sequence[Deadline], today: dt.date) -> list[Clock]:
    """Those that run first; of those that ended no picture is drawn."""
    found = []
    for number, one in enumerate(counted):
        running = matter.state != workflow.CLOSED and one.state(today) in (State.RUNNING, State.PAUSED, State.OVERDUE)
        drawn = picture(one, today, f"clock{number}") if running else ""
        days = tuple(step for step in one.trace if step.kind in ("skipped", "paused")) if running else ()
        found.append(Clock(one, saying.clock_mark(one, today), drawn, running, days))
    return sorted(found, key=lambda one: (not one.running, one.deadline.due or dt.date.max))


def _next(matter: Matter, acts: Sequence[Act], post: scope.Acting) -> list[Next]:
    """Acts of the table that may come now and that the post may do."""
    kind = workflow.load()[matter.type]
    done = [act.kind for act in acts]
    steps = [step for step in kind.possible(matter.state, matter.resolution, done) if post.may(MAY[step.who])]
    steps = [step for step in steps if _fits(step, matter, acts)]
    order = {act: place for place, act in enumerate(_WAY_ON)}
    found = [Next(step.act, saying.act_name(step.act, matter.type), step.act in order) for step in steps]
    return sorted(found, key=lambda one: order.get(one.act, len(order)))


def _fits(step: Step, matter: Matter, acts: Sequence[Act]) -> bool:
    """What the table leaves to good sense: only what was handed over is taken over, and once."""
    if step.act == "take_over":
        return bool(acts) and acts[-1].kind == "hand_over"
    if step.act == "appeal":
        return matter.instance == "first" and matter.resolution in workflow.load().settled
    if step.act == "word":
        return not workflow.load()[matter.type].sealed
    return step.act != "draft"  # the answer has its own place on the page


def _locked(identity: Identity, post: scope.Acting) -> Locked:
    looks: list[Look] = []
    if post.may(Permission.INSPECT) or post.may(Permission.DECIDE):
        looks = _LOOKS.rows(identity.pk)
    openings: list[Opening] = []
    if identity.sealed and post.may(Permission.UNSEAL):
        openings = list(
            Opening.objects.filter(identity=identity).select_related("asked_by", "allowed_by").order_by("-pk")[:10]
        )
    return Locked(identity.sealed, True, identity.erased_at is not None, tuple(openings), tuple(looks))


# How a matter hangs together with the one that it follows, and that one with it.
_AFTER = {
    Matter.Relation.SECOND: (gettext_lazy("khiếu nại lần hai của"), gettext_lazy("khiếu nại lần hai")),
    Matter.Relation.SPLIT: (gettext_lazy("tách từ"), gettext_lazy("tách thành")),
    Matter.Relation.DATA: (gettext_lazy("về dữ liệu của"), gettext_lazy("yêu cầu về dữ liệu")),
}


def _related(matter: Matter) -> list[tuple[str, Matter]]:
    """Matters that hang together with this one, each with how."""
    which = Q(related_to=matter.pk) | Q(merged_into=matter.pk)
    for one in (matter.related_to_id, matter.merged_into_id):
        if one:
            which |= Q(pk=one)
    found = []
    for other in Matter.objects.filter(which).order_by("pk")[:20]:
        if other.pk == matter.merged_into_id:
            found.append((_("đã nhập vào"), other))
        elif other.merged_into_id == matter.pk:
            found.append((_("được nhập vào đây"), other))
        elif other.pk == matter.related_to_id:
            found.append((_AFTER[matter.relation][0], other))
        else:
            found.append((_AFTER[other.relation][1], other))
    return found


def _like(matter: Matter, identity: Identity | None, post: scope.Acting) -> list[tuple[Matter, str]]:
    """What may be the same, likeliest first: in like words, raised by the same person. Nothing of what is sealed."""
    table = workflow.load().types
    if table[matter.type].sealed:
        return []
    same = {one.pk: one for one in finding.of_same_person(matter, identity.marks if identity else (), 2 * LIKE)}
    words = {
        one.pk: (one, likeness)
        for one, likeness in finding.alike(finding.subject(matter), matter.text, post.unit_id, 2 * LIKE)
    }
    found = []
    for pk in {*same, *words}:
        one, likeness = words.get(pk) or (same[pk], 0.0)
        gone = pk in (matter.pk, matter.related_to_id, matter.merged_into_id) or one.merged_into_id == matter.pk
        if gone or one.type != matter.type:
            continue
        why = [_("cùng người")] if pk in same else []
        why += [_("giống đến %(n)s%%") % {"n": round(likeness * 100)}] if likeness else []
        found.append((likeness + 0.5 * (pk in same), one, ", ".join(why)))
    found.sort(key=lambda one: (-one[0], -one[1].pk))
    return [(one, why) for _weight, one, why in found[:LIKE]]
