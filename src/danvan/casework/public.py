"""What everybody may read: one's own matter by its code, what was promised, what others were told.

Reads in the system's scope; what they give holds no person and nothing that a unit did not make public.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access.models import Post, StoredFile
from danvan.access.permissions import Permission, roles_that_may
from danvan.casework import clocks, saying, workflow
from danvan.casework.actions.promises import revealed
from danvan.casework.deadlines import Deadline
from danvan.casework.models import Act, Answer, Attachment, Dialogue, Issue, Matter, Promise
from danvan.units import queries as units
from danvan.units.models import UnitVersion

PAGE = 20
CLOSE = 5  # fewer than this in a cell of public numbers are not told


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what a citizen is told. text: the words that go with it."""

    on: dt.date
    said: str
    unit: str
    text: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """A matter as its sender sees it."""

    matter: Matter
    unit: str
    state: str
    resolution: str
    steps: tuple[Step, ...]
    clock: Deadline | None
    answer: Answer | None
    told: str  # the answer in words, once it was given out
    may_rate: bool
    may_ask_again: bool
    asked_again: bool  # and not decided yet


def followed(matter: Matter) -> Followed:
    """What the holder of a matter's code is told; of a joined one, of the one that remains too."""
    matter = matter.merged_into or matter
    table = workflow.load()
    kind = table[matter.type]
    acts = list(matter.acts.all())
    names = names_of({act.unit_id for act in acts} | {matter.unit_id})
    steps = [
        _step(act, kind, names)
        for act in acts
        if act.public or act.kind in ("receive", "take_over", "accept", "ask_again")
    ]
    found, _uncounted = clocks.read(matter, acts)
    answers = list(matter.answers.filter(state__in=(Answer.State.SENT, Answer.State.DELIVERED)).order_by("edition"))
    answer = answers[-1] if answers else None
    asked_again = bool(acts) and acts[-1].kind == "ask_again"
    possible = {step.act for step in kind.possible(matter.state, matter.resolution, [act.kind for act in acts])}
    return Followed(
        matter=matter,
        unit=names.get(matter.unit_id, ""),
        state=saying.state_name(matter.state),
        resolution=saying.resolution_name(matter.resolution),
        steps=tuple(steps),
        clock=clocks.nearest(found) if matter.state != "closed" or asked_again else None,
        answer=answer,
        told=answer.text if answer else _told(matter, acts),
        may_rate=answer is not None and answer.state == Answer.State.DELIVERED and answer.satisfied is None,
        may_ask_again="ask_again" in possible and not asked_again,
        asked_again=asked_again,
    )


def _told(matter: Matter, acts: Sequence[Act]) -> str:
    """What an act answered, of a matter that was settled and given out without a letter of its own."""
    given = [
        str(act.said["answer"]) for act in acts if act.said.get("answer") and act.kind in ("answer", "decide", "guide")
    ]
    return given[-1] if given and matter.state == "closed" else ""


def _step(act: Act, kind: workflow.Type, names: dict[int, str]) -> Step:
    known = kind.steps.get(act.kind)
    said = saying.done(known) if known else _("Đã tiếp nhận")
    text = str(act.said.get("answer") or act.said.get("reason") or "") if act.public and known else ""
    if act.kind == "transfer":
        text = str(act.said.get("body") or "")
    return Step(act.on, said, names.get(act.unit_id, ""), text, known.document if known and act.public else "")


def grouped(code: str) -> str:
    """A code as people copy it: in fours."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def names_of(wanted: Iterable[int]) -> dict[int, str]:
    """What units are called today."""
    found = units.on(timezone.localdate()).filter(unit__in=set(wanted))
    return dict(found.values_list("unit", "name"))


def receiving(name: str, most: int = 20) -> list[UnitVersion]:
    """Units of that name in which somebody takes in what is sent."""
    today = timezone.localdate()
    found = units.find(name, today)[: most * 5]
    if not found:
        return []
    roles = roles_that_may(Permission.RECEIVE)
    ready = set(
        Post.objects.filter(
            unit__in=[one.unit_id for one in found], role__in=roles, during__contains=today, person__is_active=True
        ).values_list("unit", flat=True)
    )
    return [one for one in found if one.unit_id in ready][:most]


def place_of(unit: int) -> str:
    """ "Xã An, Tỉnh Bắc": a unit with what it lies in."""
    path = units.path(unit, timezone.localdate())
    return ", ".join(version.name for version in reversed(path[1:])) or (path[0].name if path else "")


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise on the board. late: open after its day, or kept after it; moved: its day was put off."""

    promise: Promise
    unit: str
    state: str
    late: bool
    moved: bool
    yes: int
    no: int
    photos: set[int]  # of its steps that everybody may see


STATES = ("late", "open", "kept", "broken")


def promises(unit: int | None = None, state: str = "", before: int | None = None) -> tuple[list[Kept], int | None]:
    """Public promises, newest first, one page; the key of the next one, None where there is none."""
    today = timezone.localdate()
    rows = Promise.objects.filter(public=True)
    if unit is not None:
        rows = rows.filter(unit__in=_with_below(unit, today))
    late = Q(state=Promise.State.OPEN, due__lt=today)
    match state:
        case "late":
            rows = rows.filter(late)
        case "open":
            rows = rows.filter(state=Promise.State.OPEN).exclude(late)
        case "kept" | "broken":
            rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(
        rows.select_related("opinion__dialogue").prefetch_related("confirmations", "steps").order_by("-pk")[: PAGE + 1]
    )
    more, found = len(found) > PAGE, found[:PAGE]
    names = names_of(one.unit_id for one in found)
    return [_kept(one, names.get(one.unit_id, ""), today) for one in found], found[-1].pk if more else None


def _kept(one: Promise, unit: str, today: dt.date) -> Kept:
    late = (one.ended_on or today) > one.due and one.state != Promise.State.BROKEN
    said = [confirmation.kept for confirmation in one.confirmations.all()]
    state = "late" if late and one.state == Promise.State.OPEN else one.state
    return Kept(
        one, unit, state, late, one.due != one.first_due, sum(said), len(said) - sum(said), revealed(one.steps.all())
    )


def photo(file: int) -> StoredFile | None:
    """A photo that staff put on the board, of a promise that is public; None for any other file."""
    shown = Promise.objects.filter(public=True, steps__photo=file).prefetch_related("steps").first()
    if shown is None or file not in revealed(shown.steps.all()):
        return None
    return StoredFile.objects.filter(pk=file, content__isnull=False).first()


def answers(unit: int | None = None, before: int | None = None) -> tuple[list[tuple[Matter, str]], int | None]:
    """Matters that units made public, with what became of them, newest first; the key of the next page."""
    rows = Matter.objects.filter(public=True, erased_on=None).exclude(public_text="")
    if unit is not None:
        rows = rows.filter(unit__in=_with_below(unit, timezone.localdate()))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    papers = Attachment.objects.filter(kind=Attachment.Kind.PUBLIC).order_by("pk")
    rows = rows.prefetch_related(Prefetch("attachments", papers, to_attr="public_papers"))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    names = names_of(one.unit_id for one in found)
    return [(one, names.get(one.unit_id, "")) for one in found], found[-1].pk if more else None


def paper(pk: int) -> StoredFile | None:
    """The public copy of a paper, while its matter is public."""
    rows = Attachment.objects.filter(kind=Attachment.Kind.PUBLIC, matter__public=True, matter__erased_on=None)
    found = rows.select_related("file").filter(pk=pk).first()
    return found.file if found and found.file.content is not None else None


LINES = 20
OPEN_TO_ALL = (Dialogue.State.ANNOUNCED, Dialogue.State.OPEN, Dialogue.State.HELD, Dialogue.State.PUBLISHED)


def issue_lines(unit: int | None = None) -> list[tuple[Issue, str]]:
    """What units let everybody read of pressing issues, newest first."""
    rows = Issue.objects.filter(public=True)
    if unit is not None:
        rows = rows.filter(unit__in=_with_below(unit, timezone.localdate()))
    found = list(rows.order_by("-pk")[:LINES])
    names = names_of(one.unit_id for one in found)
    return [(one, names.get(one.unit_id, "")) for one in found]


def dialogue(code: str) -> Dialogue | None:
    """What was announced or published; who has the code of a notice is told too that it is not held."""
    called_off = Q(state=Dialogue.State.CANCELLED, notice_on__isnull=False)
    return Dialogue.objects.filter(Q(state__in=OPEN_TO_ALL) | called_off, code=code).first()


def dialogues(unit: int | None = None, before: int | None = None) -> tuple[Sequence[Dialogue], int | None]:
    """Announced and published ones, newest first."""
    rows = Dialogue.objects.filter(state__in=(Dialogue.State.ANNOUNCED, Dialogue.State.OPEN, Dialogue.State.PUBLISHED))
    if unit is not None:
        rows = rows.filter(unit__in=_with_below(unit, timezone.localdate()))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    return found, found[-1].pk if more else None


def _with_below(unit: int, day: dt.date) -> list[int]:
    return [version.unit_id for version in units.subtree(unit, day)]
