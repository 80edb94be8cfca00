"""Writing a report: own words kept, placed, moved, left out; what figures made looked at. Nothing written is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.figures.queries import FORM
from danvan.narrative import manuscripts
from danvan.narrative.actions.errors import ReportError
from danvan.narrative.editing import Slot
from danvan.narrative.models import Manuscript, Piece

if TYPE_CHECKING:
    from danvan.narrative.manuscripts import Open

LONGEST = 20_000  # characters of one block
Use = Piece.Use


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote for one block. seen: the revision of it that they wrote upon, 0 for none."""

    key: str
    text: str
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Conflict:
    """Words that were not kept: somebody else's stand there meanwhile."""

    mine: Words
    theirs: Piece


@dataclass(frozen=True, slots=True)
class Kept:
    saved: Sequence[Piece]
    conflicts: Sequence[Conflict]


@transaction.atomic
def begin(*, unit: int, period: str, outline: str, by: audit.By) -> Manuscript:
    """Begins the unit's report by that outline; what figures make of it counts as seen. Begun once, it is that one.

    Raises ReportError where there is no such outline or nothing to write of.
    """
    _may_write(unit)
    there = Manuscript.objects.filter(unit=unit, form=FORM, period=period, outline=outline).first()
    if there:
        return there
    opened = manuscripts.open_one(unit, period, outline)
    made, new = Manuscript.objects.get_or_create(
        unit_id=unit, form=FORM, period=period, outline=outline, defaults={"begun_by": str(by)[:300]}
    )
    if new:
        _look(opened, made, [slot for placed in opened.slots.values() for slot in placed])
        audit.record(by=by, verb="narrative.begin_writing", subject=made, label=_label(opened), unit=unit)
    return made


@transaction.atomic
def write(*, manuscript: Manuscript, words: Iterable[Words], by: audit.By) -> Kept:
    """Keeps what somebody wrote, each block by itself; emptied, what figures make stands there again.

    Where somebody else changed a block meanwhile nothing is overwritten and both are given back. The same words twice
    are one change. Raises ReportError for a block that is not there or words that are too long.
    """
    opened = _locked(manuscript)
    saved, conflicts = [], []
    for one in words:
        text = one.text.replace("\r\n", "\n").strip()
        if len(text) > LONGEST:
            raise ReportError(_("Đoạn quá dài: nhiều nhất %(n)s chữ. Hãy tách thành nhiều đoạn.") % {"n": LONGEST})
        slot = opened.slot(one.key)
        piece = _piece(opened, slot)
        if slot.made and text == slot.made.text:
            text = ""
        if text == piece.text and (text == "" or piece.use == Use.OWN):
            continue
        if piece.revision > one.seen:
            conflicts.append(Conflict(one, piece))
            continue
        piece.text, piece.use = text, Use.OWN if text or slot.made is None else Use.MADE
        _keep(opened, slot, piece, by)
        saved.append(piece)
    if saved:
        audit.record(
            by=by,
            verb="narrative.write",
            subject=opened.manuscript,
            label=_label(opened),
            unit=manuscript.unit_id,
            pieces=[piece.key for piece in saved],
        )
    return Kept(saved, conflicts)


@transaction.atomic
def choose(*, manuscript: Manuscript, key: str, use: str, by: audit.By) -> Piece:
    """What stands in a block: what is made of figures, own words, or nothing. Own words are kept in any case."""
    opened = _locked(manuscript)
    slot = opened.slot(key)
    piece = _piece(opened, slot)
    if use == Use.OWN and not piece.text.strip():
        raise ReportError(_("Chưa viết lời nào cho đoạn này: hãy viết rồi lưu."))
    if use == Use.MADE and slot.made is None:
        raise ReportError(_("Đoạn này không có câu theo số liệu: hãy giữ lời đã viết, hoặc không đưa vào báo cáo."))
    if piece.use != use:
        piece.use = Use(use)
        _keep(opened, slot, piece, by)
        _record(opened, by, "narrative.choose_words", piece=key, use=use)
    return piece


@transaction.atomic
def add(*, manuscript: Manuscript, part: str, by: audit.By, after: str = "", text: str = "") -> Piece:
    """A paragraph of one's own: after a block of the part, else before all of it."""
    opened = _locked(manuscript)
    if part not in opened.slots:
        raise ReportError(_("Báo cáo này không có phần đó: hãy tải lại trang."))
    placed = opened.slots[part]
    at = next((n for n, slot in enumerate(placed, 1) if slot.key == after), 0)
    piece = Piece.objects.create(
        manuscript=opened.manuscript,
        part=part,
        key=f"{part}.own-{uuid4().hex[:12]}",
        place=_between(placed[at - 1 : at], placed[at : at + 1]),
        use=Use.OWN,
        text=text.replace("\r\n", "\n").strip()[:LONGEST],
        rests_on=opened.resting(part, None, text),
        revision=1,
        changed_by=str(by)[:300],
    )
    _record(opened, by, "narrative.add_words", piece=piece.key)
    return piece


@transaction.atomic
def move(*, manuscript: Manuscript, key: str, by: audit.By, up: bool) -> None:
    """A block one place up or down in its part; at the end of it nothing moves."""
    opened = _locked(manuscript)
    slot = opened.slot(key)
    placed = [one for one in opened.slots[slot.part] if one.key != key]
    at = [one.key for one in opened.slots[slot.part]].index(key) + (-1 if up else 1)
    if not 0 <= at <= len(placed):
        return
    piece = _piece(opened, slot)
    piece.place = _between(placed[at - 1 : at] if at else [], placed[at : at + 1])
    _keep(opened, slot, piece, by, looked=False)
    _record(opened, by, "narrative.move_words", piece=key, up=up)


@transaction.atomic
def look(*, manuscript: Manuscript, by: audit.By, keys: Iterable[str] = ()) -> int:
    """Somebody has looked at what changed: at these blocks, at all if none is named. Gives how many that were."""
    opened = _locked(manuscript)
    asked = set(keys)
    placed = [slot for slots in opened.slots.values() for slot in slots]
    changed = [slot for slot in placed if (not asked or slot.key in asked) and _unseen(opened, slot)]
    gone = [piece for piece in opened.gone if not asked or piece.key in asked]
    for piece in gone:
        piece.seen = {}
        piece.save(update_fields=["seen", "changed_at"])
    _look(opened, manuscript, changed)
    if changed or gone:
        _record(opened, by, "narrative.look", pieces=[one.key for one in (*changed, *gone)])
    return len(changed) + len(gone)


def _unseen(opened: Open, slot: Slot) -> bool:
    return opened.change(slot) is not None or (slot.key not in opened.pieces and slot.made is not None)


# --- what they share


def _may_write(unit: int) -> None:
    scope.require(Permission.FILL)
    scope.require_unit(unit, own=True)


def _locked(manuscript: Manuscript) -> Open:
    """One writer at a time, and what stands there now."""
    _may_write(manuscript.unit_id)
    Manuscript.objects.select_for_update().get(pk=manuscript.pk)
    return manuscripts.open_one(manuscript.unit_id, manuscript.period, manuscript.outline)


def _piece(opened: Open, slot: Slot) -> Piece:
    """The piece of a place; of one that nobody touched yet a new one, not saved."""
    return opened.pieces.get(slot.key) or Piece(
        manuscript=opened.manuscript, part=slot.part, key=slot.key, place=slot.place
    )


def _keep(opened: Open, slot: Slot, piece: Piece, by: audit.By, *, looked: bool = True) -> None:
    if looked:  # who writes has the sentence before them
        piece.seen = opened.seen_of(slot.made)
        piece.rests_on = opened.resting(slot.part, slot.made, piece.text) if piece.text else {}
    piece.revision += 1
    piece.changed_by = str(by)[:300]
    piece.save()


def _look(opened: Open, manuscript: Manuscript, placed: Iterable[Slot]) -> None:
    pieces = []
    for slot in placed:
        piece = opened.pieces.get(slot.key) or Piece(
            manuscript=manuscript, part=slot.part, key=slot.key, place=slot.place
        )
        piece.seen = opened.seen_of(slot.made)
        piece.rests_on = opened.resting(slot.part, slot.made, piece.text) if piece.text else {}
        pieces.append(piece)
    Piece.objects.bulk_create([piece for piece in pieces if piece.pk is None])
    Piece.objects.bulk_update([piece for piece in pieces if piece.pk], ["seen", "rests_on"])


def _between(before: Sequence[Slot], after: Sequence[Slot]) -> float:
    """A place between two."""
    if before and after:
        return (before[0].place + after[0].place) / 2
    return before[0].place + 1 if before else after[0].place - 1 if after else 0


def _record(opened: Open, by: audit.By, verb: str, **data: object) -> None:
    unit = opened.manuscript.unit_id if opened.manuscript else None
    audit.record(by=by, verb=verb, subject=opened.manuscript, label=_label(opened), unit=unit, **data)


def _label(opened: Open) -> str:
    return f"{opened.outline.label()}, {opened.period.label()}"
