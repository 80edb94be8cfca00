"""What is done with matters: taken in, classified, handed on, settled, answered, merged, split.

`receive` makes one, `act` does any act of the table (data/workflow.yaml); the others are acts that touch more than the
matter itself. Each locks the matter, writes one line of its timeline, keeps its state and its nearest deadline, and
records the event, in one transaction.
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission
from danvan.access.rows import Written
from danvan.audit import actions as audit
from danvan.casework import clocks, protecting, retention, titles, workflow
from danvan.casework.actions import checking, vault
from danvan.casework.deadlines import DeadlineError
from danvan.casework.errors import CaseError
from danvan.casework.models import Act, Matter
from danvan.casework.workflow import CLOSED, RECEIVED, Step, WorkflowError
from danvan.lib.periods import vietnamese
from danvan.units.models import Unit

MAY = {"receive": Permission.RECEIVE, "handle": Permission.HANDLE, "decide": Permission.DECIDE}
# What an act that passes over the classification says of a petition: eligible, and why not.
_ELIGIBLE = {"filed": (False, "other"), "returned": (False, "other"), "merged": (False, "duplicate")}
_VERBS = ("hand_over", "merge", "split")  # acts that have a verb of their own


_OF_KEY = Written(Matter, "casework_matter AS row WHERE row.key = %s")


def of_key(key: UUID) -> Matter | None:
    """What the form or visit with this key made."""
    return _OF_KEY.first(key)


def new_code() -> str:
    """80 random bits as 16 letters and digits."""
    return base64.b32encode(secrets.token_bytes(10)).decode()


def enter(
    *,
    unit: Unit | int,
    matter_type: str,
    by: audit.By,
    title: str = "",
    worded: bool = True,
    text: str = "",
    on: dt.date | None = None,
    channel: str = "in_person",
    petition: bool = True,
    person: Mapping[str, Any] | None = None,
    signers: str = "one",
    signer_count: int = 1,
    field: str = "",
    area: int | None = None,
    place: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    key: UUID | None = None,
    illustration: bool = False,
    named: bool = False,
    **said: Any,
) -> Matter:
    """`receive` inside another verb, whose transaction it shares: what fails here takes back all of that.

    Enters what somebody raised into the unit's register; the same key twice gives the first one.

    worded: somebody of the unit wrote the title; else it is made of type, field and place (titles.neutral). person: who
    raised it (name, phone, email, address, paper, members), kept in the vault. Where the words tell who that is, they
    go there as they were written, and stand here without that; of a denunciation they go there altogether. named: the
    title may name the sender. said: further words of the first act.
    Raises CaseError with a sentence for each field.
    """
    scope.require(Permission.RECEIVE)
    unit = unit.pk if isinstance(unit, Unit) else unit
    scope.require_unit(unit, own=True)
    if key and (before := of_key(key)):
        return before
    on = on or timezone.localdate()
    title, text = " ".join(title.split()), text.strip()
    checking.check_new(
        matter_type=matter_type,
        title=title if worded else titles.ANY,
        text=text,
        on=on,
        channel=channel,
        field=field,
        signers=signers,
        count=signer_count,
    )
    kind = workflow.load()[matter_type]
    told = protecting.tokens([person or {}])
    if kind.sealed or not named:
        vault.check({**said, **({} if kind.sealed else {"title": title})}, told, sealed=kind.sealed)
    plain = {name: protecting.mask(words, told, forms=True) for name, words in (("text", text), ("place", place))}
    if not worded:
        title = titles.neutral(matter_type, field, plain["text"], plain["place"], area)
    year, number = on.year, _next_number(unit, on.year)
    matter = Matter(
        code=new_code(),
        origin_id=unit,
        unit_id=unit,
        book_year=year,
        book_number=number,
        type=matter_type,
        received_on=on,
        channel=channel,
        petition=petition,
        signers=signers,
        signer_count=signer_count,
        field=field,
        title=f"Tố cáo số {number}/{year}" if kind.sealed else title,
        worded=worded and not kind.sealed,
        text="" if kind.sealed else plain["text"],
        area_id=area,
        place="" if kind.sealed else plain["place"],
        latitude=None if kind.sealed else latitude,
        longitude=None if kind.sealed else longitude,
        key=key,
        illustration=illustration,
    )
    first = Act(kind="receive", on=on, said={"channel": channel, **said})
    _keep_clocks(matter, [first], save=False)
    matter.save()
    words = {"text": text, "place": place, **({"title": title} if kind.sealed and worded else {})}
    content = {
        **(person or {}),
        **{name: one for name, one in words.items() if kind.sealed or one != plain.get(name, one)},
    }
    if any(content.values()):
        vault.keep(matter=matter, content=content, sealed=kind.sealed)
    _write(matter, first.kind, on, by, said=first.said, public=True, number=1)
    audit.record(by=by, verb="casework.receive", subject=matter, unit=unit, type=matter_type, channel=channel)
    return matter


receive = transaction.atomic(enter)


@transaction.atomic
def act(
    *,
    matter: Matter,
    kind: str,
    by: audit.By,
    on: dt.date | None = None,
    seen: int | None = None,
    file: StoredFile | None = None,
    **said: Any,
) -> Matter:
    """Does one act of the table. seen: the matter's count of changes when the page was opened.

    said: what the act needs (workflow.NEEDS); of `classify` also eligible, ineligible_reason, competent, traits; named:
    whoever writes saw that it names the sender.
    Raises CaseError where the table does not allow it now, something is missing, a day cannot be, or somebody else has
    changed the matter meanwhile.
    """
    if kind in _VERBS:
        raise ValueError(f"{kind} has a verb of its own")
    matter = locked(matter, seen)
    step = _step(matter, kind)
    on = _day(matter, on)
    said = checking.said_of(matter, step, said)
    return _do(matter, step, on, by, said, file=file)


@transaction.atomic
def hand_over(
    *,
    matter: Matter,
    to: Unit | int,
    reason: str,
    by: audit.By,
    on: dt.date | None = None,
    seen: int | None = None,
    named: bool = False,
) -> Matter:
    """Gives the matter to another unit of the system with its clock; that unit takes it over by an act of its own.

    Raises CaseError where that unit is gone (its successor is named) or is the own one.
    """
    matter = locked(matter, seen)
    step = _step(matter, "hand_over")
    on = _day(matter, on)
    to = to.pk if isinstance(to, Unit) else to
    if to == matter.unit_id:
        raise CaseError(unit=_("Vụ việc đang ở chính đơn vị này: chọn đơn vị khác."))
    checking.check_there(to, on)
    said = checking.said_of(matter, step, {"unit": to, "reason": reason, "named": named})
    before = matter.unit_id
    _do(matter, step, on, by, said, to_unit=to, save=False)
    matter.unit_id, matter.handler, matter.competent = to, None, None
    if before == matter.origin_id and matter.left_on is None:
        matter.left_on = on
        matter.classified_on = matter.classified_on or on
        matter.eligible = True if matter.eligible is None else matter.eligible
    # The row leaves the hands of whoever acts: the database lets only the system do that.
    with scope.system("casework.hand_over"):
        _save(matter)
    audit.record(by=by, verb="casework.handed_over", subject=matter, unit=to, before=before)
    return matter


@transaction.atomic
def merge(*, matter: Matter, into: Matter, by: audit.By, on: dt.date | None = None, seen: int | None = None) -> Matter:
    """Joins a matter to another of the same unit that it repeats; both keep their timelines, one is counted.

    Raises CaseError where they cannot be one.
    """
    first, second = sorted((matter.pk, into.pk))
    list(Matter.objects.select_for_update().filter(pk__in=(first, second)).order_by("pk"))  # always in one order
    matter, into = locked(matter, seen), locked(into)
    if matter.pk == into.pk:
        raise CaseError(matter=_("Không thể nhập vụ việc vào chính nó."))
    if into.merged_into_id:
        raise CaseError(matter=_("Vụ việc đó đã được nhập vào vụ việc khác: hãy chọn vụ việc còn lại."))
    if matter.unit_id != into.unit_id or matter.type != into.type:
        raise CaseError(matter=_("Chỉ nhập được hai vụ việc cùng loại của cùng một đơn vị."))
    step = _step(matter, "merge")
    on = _day(matter, on)
    matter.merged_into = into
    Matter.objects.filter(merged_into=matter).update(merged_into=into)  # never more than one step
    _do(matter, step, on, by, {"matter": into.pk, "named": str(into)})
    _write(into, "merged_from", on, by, said={"matter": matter.pk, "named": str(matter)})
    _save(into)
    return matter


@transaction.atomic
def split(
    *,
    matter: Matter,
    title: str,
    text: str,
    reason: str,
    by: audit.By,
    on: dt.date | None = None,
    seen: int | None = None,
    named: bool = False,
) -> Matter:
    """Makes a second matter out of a part of one; gives the new one. It keeps the day of receipt and its own clock."""
    matter = locked(matter, seen)
    step = _step(matter, "split")
    on = _day(matter, on)
    said = checking.said_of(matter, step, {"reason": reason, "named": named})
    sealed = workflow.load()[matter.type].sealed
    if not sealed:
        vault.guard(matter, {"title": title}, named=named)
    new = receive(
        unit=matter.unit_id,
        matter_type=matter.type,
        title=title,
        text=text if sealed else protecting.mask(text, vault.protected(matter)),
        by=by,
        on=matter.received_on,
        channel=matter.channel,
        petition=matter.petition,
        field=matter.field,
        area=matter.area_id,
        illustration=matter.illustration,
    )
    new.related_to, new.relation = matter, Matter.Relation.SPLIT
    new.save(update_fields=["related_to", "relation"])
    _do(matter, step, on, by, {**said, "matter": new.pk, "named": str(new)})
    return new


@transaction.atomic
def appeal(
    *,
    matter: Matter,
    reason: str,
    by: audit.By,
    on: dt.date | None = None,
    unit: Unit | int | None = None,
    named: bool = False,
) -> Matter:
    """A complaint of the second instance: a matter of its own that follows the first. Gives the new one.

    unit: who settles it, the unit itself unless said (then it is handed over from here). Raises CaseError out of time.
    """
    matter = locked(matter)
    step = _step(matter, "appeal")
    on = _day(matter, on)
    said = checking.said_of(matter, step, {"reason": reason, "named": named})
    _do(matter, step, on, by, said)
    ended = {one.rule.code: one for one in clocks.of(matter, matter.acts.all())}.get("complaint.lodge_second")
    if ended and ended.due and ended.is_late(on):
        raise CaseError(on=_("Đã hết thời hạn khiếu nại lần hai (%(day)s).") % {"day": vietnamese(ended.due)})
    new = receive(
        unit=matter.unit_id,
        matter_type=matter.type,
        title=matter.title,
        text=matter.text,
        by=by,
        on=on,
        channel=matter.channel,
        petition=True,
        field=matter.field,
        area=matter.area_id,
        illustration=matter.illustration,
    )
    new.instance, new.related_to, new.relation = "second", matter, Matter.Relation.SECOND
    new.traits, new.worded = matter.traits, matter.worded
    new.save(update_fields=["instance", "related_to", "relation", "traits", "worded"])
    _keep_clocks(new)
    if unit is not None:
        new = hand_over(matter=new, to=unit, reason="Khiếu nại lần hai", by=by, on=on)
    return new


# The parts of an act


def locked(matter: Matter, seen: int | None = None) -> Matter:
    found = Matter.objects.select_for_update().filter(pk=matter.pk).first()
    if found is None:
        raise CaseError(_("Vụ việc này không do đơn vị bạn giữ: chỉ đơn vị đang giữ mới làm tiếp được."))
    scope.require_unit(found.unit_id, own=True)
    if found.erased_on:
        raise CaseError(_("Nội dung vụ việc đã được xóa theo thời hạn lưu giữ."))
    if seen is not None and seen != found.changes:
        raise CaseError(_("Vụ việc vừa được người khác cập nhật. Hãy xem lại rồi làm tiếp; nội dung đã nhập vẫn còn."))
    return found


def _step(matter: Matter, kind: str) -> Step:
    try:
        step = workflow.load()[matter.type].step(kind)
    except WorkflowError as error:
        raise CaseError(str(error)) from error
    scope.require(MAY[step.who])
    return step


def _day(matter: Matter, on: dt.date | None) -> dt.date:
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise CaseError(on=_("Ngày %(day)s còn ở phía trước.") % {"day": vietnamese(on)})
    last = matter.acts.aggregate(last=Max("on"))["last"]
    if last and on < last:
        raise CaseError(on=_("Việc trước đó ghi ngày %(day)s: ngày này không thể sớm hơn.") % {"day": vietnamese(last)})
    return on


def _do(
    matter: Matter,
    step: Step,
    on: dt.date,
    by: audit.By,
    said: dict[str, Any],
    *,
    to_unit: int | None = None,
    file: StoredFile | None = None,
    save: bool = True,
) -> Matter:
    done = list(matter.acts.values_list("kind", flat=True))
    kind = workflow.load()[matter.type]
    try:
        state, resolution = kind.take(step.act, matter.state, matter.resolution, done, str(said.get("verdict", "")))
    except WorkflowError as error:
        raise CaseError(str(error)) from error
    due = matter.due
    matter.state, matter.resolution = state, resolution
    _note(matter, step, on, said, due)
    if step.act == "accept" and step.who == "handle" and matter.handler_id is None:
        matter.handler_id = getattr(by, "person_id", None)  # who takes it on has it, until it is given to another
    matter.closed_on = on if state == CLOSED else None
    matter.erase_on = retention.erase_on(matter.type, on) if state == CLOSED else None
    _write(matter, step.act, on, by, said=said, public=step.notice, to_unit=to_unit, file=file)
    _keep_clocks(matter, save=False)
    if save:
        _save(matter)
    audit.record(by=by, verb=f"casework.{step.act}", subject=matter, unit=matter.unit_id, state=state)
    return matter


def _note(matter: Matter, step: Step, on: dt.date, said: Mapping[str, Any], due: dt.date | None) -> None:
    """What counters and lists ask of a matter, beside its state. due: the day by which this had to be done."""
    if step.act == "classify":
        for name in ("field", "eligible", "ineligible_reason", "competent", "traits"):
            if name in said:
                setattr(matter, name, said[name])
    _keep_title(matter, step, said)
    if step.act == "assign":
        matter.handler_id = said["person"]
    if matter.classified_on is None and matter.state != RECEIVED:
        matter.classified_on = on  # whatever was decided of it, it was looked through
        if matter.eligible is None:
            matter.eligible, matter.ineligible_reason = _ELIGIBLE.get(matter.resolution, (True, ""))
    if matter.resolution in ("guided", "transferred", "urged"):
        matter.competent = False
    if step.act == "accept" and matter.accepted_on is None:
        matter.accepted_on = on
    if matter.resolution in workflow.load().settled and matter.resolved_on is None:
        matter.resolved_on, matter.resolved_due = on, due
    if step.act == "reopen":
        matter.resolved_on = matter.resolved_due = None


def _keep_title(matter: Matter, step: Step, said: Mapping[str, Any]) -> None:
    """What somebody words it, or made anew of what it is classified as; of what is sealed its number."""
    if workflow.load()[matter.type].sealed:
        return
    if step.act == "word":
        matter.title, matter.worded = " ".join(said["title"].split()), True
    elif step.act == "classify" and not matter.worded:
        matter.title = titles.neutral(matter.type, matter.field, matter.text, matter.place, matter.area_id)


def _write(
    matter: Matter,
    kind: str,
    on: dt.date,
    by: audit.By,
    *,
    said: Mapping[str, Any],
    public: bool = False,
    to_unit: int | None = None,
    file: StoredFile | None = None,
    number: int | None = None,
) -> Act:
    return Act.objects.create(
        matter=matter,
        number=number or (matter.acts.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=kind,
        on=on,
        by=str(by)[:300],
        person_id=getattr(by, "person_id", None),
        unit_id=matter.unit_id,
        to_unit_id=to_unit,
        said=dict(said),
        public=public,
        file=file,
    )


def _keep_clocks(matter: Matter, acts: Iterable[Act] | None = None, *, save: bool = True) -> None:
    """The nearest deadline beside the matter, from its acts. Raises CaseError where they cannot stand."""
    acts = matter.acts.all() if acts is None else acts
    try:
        found = clocks.nearest(clocks.of(matter, acts)) if matter.state != CLOSED else None
    except DeadlineError as error:
        raise CaseError(on=str(error)) from error
    matter.due, matter.due_rule = (found.due, found.rule.code) if found else (None, "")
    if save:
        matter.save(update_fields=["due", "due_rule"])


def _save(matter: Matter) -> None:
    matter.changes += 1
    matter.save()


def _next_number(unit: int, year: int) -> int:
    # Whose register it is sees all of it, also what was handed on.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [unit % 2**31, year])
        cursor.execute(
            "SELECT coalesce(max(book_number), 0) + 1 FROM casework_matter WHERE origin_id = %s AND book_year = %s",
            [unit, year],
        )
        (number,) = cursor.fetchone()
    return int(number)
