"""What is done about a dialogue: planned, announced, held, opinions written down and answered, results shown."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.casework import deadlines, protecting
from danvan.casework.actions.matters import new_code
from danvan.casework.deadlines import Act, Deadline
from danvan.casework.errors import CaseError, broken
from danvan.casework.models import Dialogue, Opinion
from danvan.casework.vocabulary import choices
from danvan.lib.periods import vietnamese
from danvan.units.models import Unit

LONGEST = 4_000  # characters of one opinion
SHARE_OF_VOTERS = 10  # percent of the voters who may ask for a dialogue
_PLANNED, _ANNOUNCED, _OPEN, _HELD, _PUBLISHED = (
    Dialogue.State.PLANNED,
    Dialogue.State.ANNOUNCED,
    Dialogue.State.OPEN,
    Dialogue.State.HELD,
    Dialogue.State.PUBLISHED,
)
FREE = ("title", "topic", "place", "agenda", "time", "points", "voters", "asked_by", "collects")


@transaction.atomic
def plan(
    *,
    unit: Unit | int,
    title: str,
    on: dt.date,
    host_role: str,
    by: audit.By,
    audience: str = "people",
    channel: str = "in_person",
    trigger: str = "annual_duty",
    illustration: bool = False,
    **more: Any,
) -> Dialogue:
    """A dialogue for a day. more: topic, place, agenda, time, points, voters, asked_by, collects. Raises CaseError."""
    scope.require(Permission.HANDLE)
    unit = unit.pk if isinstance(unit, Unit) else unit
    scope.require_unit(unit, own=True)
    _check(title=title, host_role=host_role, audience=audience, channel=channel, trigger=trigger, **more)
    dialogue = Dialogue.objects.create(
        unit_id=unit,
        code=new_code(),
        title=" ".join(title.split()),
        on=on,
        host_role=host_role,
        audience=audience,
        channel=channel,
        trigger=trigger,
        illustration=illustration,
        **more,
    )
    audit.record(by=by, verb="casework.plan_dialogue", subject=dialogue, unit=unit, on=on.isoformat(), trigger=trigger)
    return dialogue


@transaction.atomic
def change(*, dialogue: Dialogue, by: audit.By, seen: int | None = None, reason: str = "", **given: Any) -> Dialogue:
    """Puts a dialogue right before it is held; another day after the notice needs its reason. Raises CaseError."""
    dialogue = locked(dialogue, seen)
    if dialogue.state not in (_PLANNED, _ANNOUNCED):
        raise CaseError(_("Cuộc đối thoại đã bắt đầu: không đổi kế hoạch được nữa."))
    moved = given.get("on", dialogue.on) != dialogue.on
    if moved and dialogue.state == _ANNOUNCED and not reason.strip():
        raise CaseError(reason=_("Đã thông báo ngày %(day)s: ghi lý do đổi ngày.") % {"day": vietnamese(dialogue.on)})
    for name in ("on", "host_role", "audience", "channel", "trigger", *FREE):
        if name in given:
            setattr(dialogue, name, given[name])
    _check(
        **{name: getattr(dialogue, name) for name in ("title", "host_role", "audience", "channel", "trigger", *FREE)}
    )
    if moved and dialogue.notice_on:
        _notice_in_time(dialogue)
        dialogue.reason = reason.strip()[:300]
    return saved(dialogue, by, "change_dialogue", reason=reason.strip())


@transaction.atomic
def announce(*, dialogue: Dialogue, by: audit.By, on: dt.date | None = None) -> Dialogue:
    """The notice went out. Raises CaseError where the dialogue would come earlier than the law lets it."""
    dialogue = locked(dialogue)
    if dialogue.state != _PLANNED:
        raise CaseError(_("Cuộc đối thoại này đã thông báo rồi."))
    if not dialogue.place.strip() and not dialogue.points:
        raise CaseError(place=_("Ghi địa điểm hoặc các điểm cầu trước khi thông báo."))
    dialogue.notice_on = on or timezone.localdate()
    _notice_in_time(dialogue)
    dialogue.state = _ANNOUNCED
    return saved(dialogue, by, "announce_dialogue", on=dialogue.notice_on.isoformat())


@transaction.atomic
def cancel(*, dialogue: Dialogue, reason: str, by: audit.By) -> Dialogue:
    dialogue = locked(dialogue)
    if dialogue.state in (_HELD, _PUBLISHED, Dialogue.State.CANCELLED):
        raise CaseError(_("Cuộc đối thoại đã kết thúc: không hủy được."))
    if not reason.strip():
        raise CaseError(reason=_("Ghi lý do không tổ chức."))
    dialogue.state, dialogue.reason, dialogue.votes_open = Dialogue.State.CANCELLED, reason.strip()[:300], False
    return saved(dialogue, by, "cancel_dialogue", reason=dialogue.reason)


@transaction.atomic
def begin(*, dialogue: Dialogue, by: audit.By) -> Dialogue:
    """The secretary opens the room. What was held without a notice of its own can be entered afterwards too."""
    dialogue = locked(dialogue)
    if dialogue.state not in (_PLANNED, _ANNOUNCED):
        raise CaseError(_("Cuộc đối thoại này đã bắt đầu hoặc đã kết thúc."))
    if dialogue.on > timezone.localdate():
        raise CaseError(_("Chưa đến ngày đối thoại (%(day)s).") % {"day": vietnamese(dialogue.on)})
    dialogue.state = _OPEN
    return saved(dialogue, by, "begin_dialogue")


@transaction.atomic
def hold(*, dialogue: Dialogue, attendance: int, by: audit.By, on: dt.date | None = None) -> Dialogue:
    """The dialogue was held; so many took part, online points included. Raises CaseError."""
    dialogue = locked(dialogue)
    if dialogue.state not in (_PLANNED, _ANNOUNCED, _OPEN):
        raise CaseError(_("Cuộc đối thoại này đã ghi kết thúc."))
    if not 1 <= attendance <= 1_000_000:
        raise CaseError(attendance=_("Ghi số người tham gia, từ 1."))
    dialogue.on = on or dialogue.on
    if dialogue.on > timezone.localdate():
        raise CaseError(on=_("Chưa đến ngày đối thoại (%(day)s).") % {"day": vietnamese(dialogue.on)})
    dialogue.state, dialogue.attendance, dialogue.votes_open = _HELD, attendance, False
    return saved(dialogue, by, "hold_dialogue", attendance=attendance)


@transaction.atomic
def publish(*, dialogue: Dialogue, results: str, by: audit.By, on: dt.date | None = None) -> Dialogue:
    """Makes the results public; every opinion must have been answered or promised to be seen to. Raises CaseError."""
    scope.require(Permission.DECIDE)
    dialogue = locked(dialogue)
    if dialogue.state != _HELD:
        raise CaseError(_("Chỉ công bố sau khi đối thoại đã tổ chức."))
    if not results.strip():
        raise CaseError(results=_("Ghi nội dung kết quả công bố."))
    open_ones = dialogue.opinions.filter(outcome=Opinion.Outcome.OPEN).count()
    if open_ones:
        raise CaseError(
            _("Còn %(n)s ý kiến chưa trả lời và chưa có lời hứa: ghi trả lời hoặc lời hứa trước khi công bố.")
            % {"n": open_ones}
        )
    dialogue.state, dialogue.results = _PUBLISHED, results.strip()
    dialogue.published_on = on or timezone.localdate()
    if dialogue.published_on < dialogue.on:
        raise CaseError(on=_("Ngày công bố không thể trước ngày đối thoại."))
    return saved(dialogue, by, "publish_dialogue", on=dialogue.published_on.isoformat())


# Opinions


@transaction.atomic
def write_down(
    *,
    dialogue: Dialogue,
    text: str,
    by: audit.By,
    hamlet: str = "",
    field: str = "",
    key: UUID | None = None,
    before: bool = False,
) -> Opinion:
    """One opinion as it was raised, one line of the secretary; the same key twice is one. Raises CaseError."""
    dialogue = locked(dialogue)
    if key and (known := Opinion.objects.filter(key=key).first()):
        return known
    return _opinion(dialogue, text=text, hamlet=hamlet, field=field, key=key, before=before, by=by)


def sent(key: UUID) -> bool:
    """Whether an opinion came from this very form."""
    return Opinion.objects.filter(key=key).exists()


@transaction.atomic
def send_before(*, dialogue: Dialogue, text: str, hamlet: str = "", key: UUID | None = None) -> Opinion:
    """An opinion that a resident sends before the dialogue, by form or QR code; in the system's scope."""
    dialogue = Dialogue.objects.select_for_update().get(pk=dialogue.pk)
    if key and (known := Opinion.objects.filter(key=key).first()):
        return known
    if not dialogue.collects or dialogue.state not in (_PLANNED, _ANNOUNCED, _OPEN):
        raise CaseError(_("Cuộc đối thoại này không nhận ý kiến gửi trước."))
    # What is said here is read out and published: nobody is told how to reach who said it.
    said = {name: protecting.mask(words, (), forms=True) for name, words in (("text", text), ("hamlet", hamlet))}
    return _opinion(dialogue, **said, field="", key=key, before=True, by="người dân")


@transaction.atomic
def answer(
    *, opinion: Opinion, text: str, answered_by: str, by: audit.By, on: dt.date | None = None, field: str = ""
) -> Opinion:
    """Answers an opinion: on the spot while the dialogue goes on or on its day, else afterwards. Raises CaseError."""
    dialogue = locked(opinion.dialogue)
    opinion = Opinion.objects.select_for_update().get(pk=opinion.pk)
    wrong: dict[str, str] = {}
    if not text.strip():
        wrong["text"] = _("Ghi nội dung trả lời.")
    if not answered_by.strip():
        wrong["answered_by"] = _("Ghi chức danh người trả lời.")
    on = on or timezone.localdate()
    if on < dialogue.on and dialogue.state != _OPEN:
        wrong["on"] = _("Ngày trả lời không thể trước ngày đối thoại.")
    if field and field not in dict(choices("field_case")):
        wrong["field"] = _("Không có lĩnh vực này.")
    if wrong:
        raise CaseError("", **wrong)
    if opinion.outcome == Opinion.Outcome.PROMISED:
        raise CaseError(_("Ý kiến này đã có lời hứa: kết quả ghi ở lời hứa."))
    spot = dialogue.state == _OPEN or on == dialogue.on
    opinion.outcome = Opinion.Outcome.ON_SPOT if spot else Opinion.Outcome.ANSWERED
    opinion.answer, opinion.answered_by, opinion.answered_on = text.strip(), answered_by.strip()[:200], on
    opinion.field = field or opinion.field
    opinion.save()
    audit.record(by=by, verb="casework.answer_opinion", subject=opinion, unit=dialogue.unit_id, on_spot=spot)
    return opinion


@transaction.atomic
def sort_out(*, opinion: Opinion, by: audit.By, **given: str) -> Opinion:
    """Puts an opinion's hamlet, field, group or words right while nothing is published. Raises CaseError."""
    dialogue = locked(opinion.dialogue)
    if dialogue.state == _PUBLISHED:
        raise CaseError(_("Kết quả đã công bố: không sửa ý kiến được nữa."))
    opinion = Opinion.objects.select_for_update().get(pk=opinion.pk)
    for name in ("hamlet", "field", "group", "text"):
        if name in given:
            setattr(opinion, name, given[name].strip())
    _check_opinion(opinion.text, opinion.hamlet, opinion.field)
    opinion.save()
    audit.record(by=by, verb="casework.sort_out_opinion", subject=opinion, unit=dialogue.unit_id)
    return opinion


# Parts


def locked(dialogue: Dialogue, seen: int | None = None) -> Dialogue:
    scope.require(Permission.HANDLE)
    found = Dialogue.objects.select_for_update().filter(pk=dialogue.pk).first()
    if found is None:
        raise CaseError(_("Cuộc đối thoại này không do đơn vị bạn tổ chức."))
    scope.require_unit(found.unit_id, own=True)
    if seen is not None and seen != found.changes:
        raise CaseError(_("Vừa có người khác cập nhật. Hãy xem lại rồi làm tiếp; nội dung đã nhập vẫn còn."))
    return found


def saved(dialogue: Dialogue, by: audit.By, verb: str, **data: Any) -> Dialogue:
    dialogue.changes += 1
    dialogue.save()
    audit.record(by=by, verb=f"casework.{verb}", subject=dialogue, unit=dialogue.unit_id, **data)
    return dialogue


def notice_term(on: dt.date) -> Deadline | None:
    """From a notice given on a day to the first day on which people may be met; None before the law knew the term."""
    try:
        return deadlines.deadline("dialogue.notice", [Act("notice", on)])
    except deadlines.DeadlineError:
        return None


def _notice_in_time(dialogue: Dialogue) -> None:
    """Raises CaseError where the notice comes too late for the day; before the law knew the term any day is right."""
    found = notice_term(dialogue.notice_on) if dialogue.notice_on else None
    if found and found.due and dialogue.on < found.due:
        raise CaseError(
            on=_("Phải thông báo trước ít nhất %(days)s ngày: sớm nhất là %(day)s (%(article)s).")
            % {"days": found.total, "day": vietnamese(found.due), "article": found.rule.article}
        )


def _check(**said: Any) -> None:
    chosen = {
        "host_role": _("Chọn người chủ trì."),
        "audience": _("Chọn đối tượng."),
        "trigger": _("Chọn lý do tổ chức."),
    }
    wrong = {name: sentence for name, sentence in chosen.items() if said.get(name) not in dict(choices(name))}
    title = " ".join(str(said.get("title") or "").split())
    if not title or len(title) > 200:
        wrong["title"] = _("Ghi tên cuộc đối thoại, tối đa 200 ký tự.")
    if said.get("channel") not in ("in_person", "online"):
        wrong["channel"] = _("Chọn trực tiếp hoặc trực tuyến.")
    voters, asked = said.get("voters"), said.get("asked_by")
    if said.get("trigger") == "voters_request_10_percent":
        if not voters or not asked:
            wrong["asked_by"] = _("Ghi số cử tri của địa bàn và số cử tri yêu cầu.")
        elif asked * 100 < voters * SHARE_OF_VOTERS:
            wrong["asked_by"] = _(
                "%(asked)s trên %(voters)s cử tri chưa đủ 10%%: ghi là đối thoại đột xuất nếu vẫn tổ chức."
            ) % {
                "asked": asked,
                "voters": voters,
            }
    if wrong:
        raise CaseError("", **wrong)


def _check_opinion(text: str, hamlet: str, field: str) -> None:
    wrong: dict[str, str] = {}
    if not text.strip():
        wrong["text"] = _("Ghi ý kiến.")
    elif len(text) > LONGEST:
        wrong["text"] = _("Ý kiến dài quá %(most)s ký tự: hãy ghi ý chính.") % {"most": LONGEST}
    elif sentence := broken(text + hamlet):
        wrong["text"] = sentence
    if len(hamlet) > 120:
        wrong["hamlet"] = _("Tên thôn, tổ dài quá 120 ký tự.")
    if field and field not in dict(choices("field_case")):
        wrong["field"] = _("Không có lĩnh vực này.")
    if wrong:
        raise CaseError("", **wrong)


def _opinion(
    dialogue: Dialogue, *, text: str, hamlet: str, field: str, key: UUID | None, before: bool, by: audit.By
) -> Opinion:
    if dialogue.state in (_PUBLISHED, Dialogue.State.CANCELLED):
        raise CaseError(_("Cuộc đối thoại đã công bố kết quả hoặc không tổ chức: không ghi thêm ý kiến được."))
    text = " ".join(text.replace("\x00", " ").split())
    _check_opinion(text, hamlet, field)
    last = dialogue.opinions.aggregate(last=Max("number"))["last"] or 0
    opinion = Opinion.objects.create(
        dialogue=dialogue, number=last + 1, text=text, hamlet=hamlet.strip(), field=field, before=before, key=key
    )
    audit.record(by=by, verb="casework.write_down", subject=opinion, unit=dialogue.unit_id, before=before)
    return opinion
