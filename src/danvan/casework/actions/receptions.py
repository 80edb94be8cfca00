"""The reception desk: turns, and the days on which heads receive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.casework.actions import vault
from danvan.casework.actions.matters import enter
from danvan.casework.errors import CaseError
from danvan.casework.models import Matter, ReceptionDay, Turn
from danvan.casework.vocabulary import choices
from danvan.lib.periods import vietnamese
from danvan.units.models import Unit

MOST_PERSONS = 10_000
SITTING = {"regular": "regular", "scheduled": "head", "ad_hoc": "head", "delegated": "delegated"}
SEEN = ("in_person", "online")  # channels on which somebody is received; the others only bring a matter
# What this key made, whether there was a turn about the matter.
_EARLIER = """
SELECT (SELECT id FROM casework_turn WHERE key = %s::uuid),
  EXISTS (SELECT FROM casework_turn WHERE matter_id = %s::bigint)
"""


@transaction.atomic
def take_in(
    *,
    unit: Unit | int,
    by: audit.By,
    key: UUID,
    new: Mapping[str, Any] | None = None,
    matter: Matter | None = None,
    turn: Mapping[str, Any] | None = None,
) -> tuple[Matter | None, Turn | None]:
    """What is done at the desk in one go: the matter that somebody raises and the turn in which they were received.

    new: as `receive` takes it; matter: one that was taken in before, in its place; neither: guidance was all. turn: as
    `receive_visit` takes it; None for what came by telephone or post. The same key twice, also at the same moment,
    gives what the first one made. Raises CaseError with a sentence for each field of both.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])
    if new is None and turn is None:
        raise ValueError("neither a matter nor a turn")
    if new is not None:
        try:
            matter = enter(unit=unit, by=by, key=key, **new)
        except CaseError as error:
            wrong = {} if turn is None else _wrong(**turn)
            raise CaseError("", **{**wrong, **error.fields}) from error
    visit = None if turn is None else enter_visit(unit=unit, by=by, key=key, matter=matter, **turn)
    return matter, visit


def enter_visit(
    *,
    unit: Unit | int,
    by: audit.By,
    on: dt.date | None = None,
    mode: str = "regular",
    receiver: str = "reception_office",
    channel: str = "in_person",
    persons: int = 1,
    matter: Matter | None = None,
    said: str = "",
    key: UUID | None = None,
    illustration: bool = False,
    named: bool = False,
) -> Turn:
    """`receive_visit` inside another verb, whose transaction it shares.

    One turn at the desk; the same key twice gives the first one. matter: what it was about, taken in before.

    A turn for a matter that was received before is a repeated one; the days on which a head receives are held by it.
    named: what was said names who raised the matter, and has to.
    Raises CaseError with a sentence for each field.
    """
    scope.require(Permission.RECEIVE)
    unit = unit.pk if isinstance(unit, Unit) else unit
    scope.require_unit(unit, own=True)
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [key, matter and matter.pk])
        before, repeat = cursor.fetchone()
    if before:
        return Turn.objects.get(pk=before)
    on = on or timezone.localdate()
    if wrong := _wrong(mode=mode, receiver=receiver, channel=channel, persons=persons, on=on):
        raise CaseError("", **wrong)
    if matter is not None and said:
        vault.guard(matter, {"said": said}, named=named)
    turn = Turn.objects.create(
        unit_id=unit,
        on=on,
        mode=mode,
        sitting=SITTING[mode],
        receiver=receiver,
        channel=channel,
        persons=persons,
        matter=matter,
        repeat=repeat,
        said=said.strip()[:500],
        key=key,
        by=str(by)[:300],
        illustration=illustration,
    )
    if mode == "scheduled":
        ReceptionDay.objects.update_or_create(
            unit_id=unit,
            on=on,
            receiver=receiver,
            defaults={"held": True},
            create_defaults={"held": True, "planned": False, "illustration": illustration},
        )
    label = ", ".join(filter(None, (str(matter or ""), vietnamese(on))))
    audit.record(by=by, verb="casework.receive_visit", subject=turn, label=label, unit=unit, mode=mode, persons=persons)
    return turn


receive_visit = transaction.atomic(enter_visit)


@transaction.atomic
def plan_day(
    *, unit: Unit | int, on: dt.date, receiver: str, by: audit.By, note: str = "", illustration: bool = False
) -> ReceptionDay:
    """Puts a day on which a head receives into the schedule. Raises CaseError where it is there already."""
    scope.require(Permission.RECEIVE)
    unit = unit.pk if isinstance(unit, Unit) else unit
    scope.require_unit(unit, own=True)
    if receiver not in dict(choices("receiver")):
        raise CaseError(receiver=_("Chọn người tiếp."))
    day, made = ReceptionDay.objects.get_or_create(
        unit_id=unit, on=on, receiver=receiver, defaults={"note": note[:300], "illustration": illustration}
    )
    if not made and day.planned:
        raise CaseError(on=_("Ngày %(day)s đã có trong lịch.") % {"day": vietnamese(on)})
    day.planned, day.note = True, note[:300]
    day.save()
    told = {"on": on.isoformat(), "receiver": receiver}
    audit.record(by=by, verb="casework.plan_day", subject=day, label=vietnamese(on), unit=unit, **told)
    return day


@transaction.atomic
def tell_day(*, day: ReceptionDay, held: bool, by: audit.By, note: str = "") -> ReceptionDay:
    """Says whether a day of the schedule was held; one that was not has its reason."""
    scope.require(Permission.RECEIVE)
    scope.require_unit(day.unit_id, own=True)
    if day.on > timezone.localdate():
        raise CaseError(on=_("Ngày %(day)s còn ở phía trước.") % {"day": vietnamese(day.on)})
    if not held and not note.strip():
        raise CaseError(note=_("Ghi lý do không tiếp."))
    day.held, day.note = held, note.strip()[:300]
    day.save()
    audit.record(by=by, verb="casework.tell_day", subject=day, label=vietnamese(day.on), unit=day.unit_id, held=held)
    return day


def _wrong(
    *,
    mode: str = "regular",
    receiver: str = "reception_office",
    channel: str = "in_person",
    persons: int = 1,
    on: dt.date | None = None,
    **_more: Any,
) -> dict[str, str]:
    """A sentence for each field of a turn that cannot be."""
    wrong: dict[str, str] = {}
    if mode not in SITTING:
        wrong["mode"] = _("Chọn hình thức tiếp.")
    if receiver not in dict(choices("receiver")):
        wrong["receiver"] = _("Chọn người tiếp.")
    if channel not in SEEN:
        wrong["channel"] = _("Tiếp trực tiếp hoặc trực tuyến.")
    if not 1 <= persons <= MOST_PERSONS:
        wrong["persons"] = _("Số người từ 1 đến %(most)s.") % {"most": MOST_PERSONS}
    if on and on > timezone.localdate():
        wrong["on"] = _("Ngày %(day)s còn ở phía trước.") % {"day": vietnamese(on)}
    return wrong
