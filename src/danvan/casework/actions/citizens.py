"""What citizens do themselves, without an account: say something, say whether the answer helped, ask again, confirm.

All of it is done in the scope of the system, for the unit that is spoken to.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import notices
from danvan.access.permissions import Permission, roles_that_may
from danvan.audit import actions as audit
from danvan.casework import protecting
from danvan.casework.actions import checking, matters, promises, vault
from danvan.casework.errors import CaseError, broken
from danvan.casework.models import Answer, Confirmation, Matter, Promise

BY = "người dân"
TYPES = ("reflection", "recommendation", "complaint", "denunciation")
LEAST = 10  # characters that say anything
_REACHABLE = """
SELECT EXISTS (SELECT FROM units_unitversion WHERE unit_id = %(unit)s AND during @> %(today)s::date)
  AND EXISTS (SELECT FROM access_post post JOIN access_person person ON person.id = post.person_id AND person.is_active
    WHERE post.unit_id = %(unit)s AND post.role = ANY (%(roles)s::text[]) AND post.during @> %(today)s::date)
"""
_CODE = re.compile(r"[A-Z2-7]{16}")


def code_of(typed: str) -> str:
    """A code as people type it, in groups, in small letters, 0 for O and 1 for I; "" where it is none."""
    plain = re.sub(r"[^A-Z0-9]", "", typed.upper()).translate(str.maketrans("018", "OIB"))
    return plain if _CODE.fullmatch(plain) else ""


def reachable(unit: int) -> bool:
    """Whether the unit exists and somebody in it takes in what is sent today."""
    with connection.cursor() as cursor:
        cursor.execute(
            _REACHABLE, {"unit": unit, "today": timezone.localdate(), "roles": roles_that_may(Permission.RECEIVE)}
        )
        return bool(cursor.fetchone()[0])


def _sent(key: UUID | None) -> Matter | None:
    """What came of a form that was sent before, also at this very moment: the second one waits for the first."""
    if key is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])
    return matters.of_key(key)


@transaction.atomic
def say(
    *,
    unit: int,
    matter_type: str,
    text: str,
    place: str = "",
    person: dict[str, Any] | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    key: UUID | None = None,
    channel: str = "web",
    field: str = "",
    proof: Callable[[], None] | None = None,
) -> Matter:
    """Sends something to a unit; gives the matter, whose code its sender keeps. Raises CaseError for each field.

    proof: asked of what was not sent before (sent again because the line was lost, nothing is proved anew).
    """
    if known := _sent(key):
        return known
    if proof:
        proof()
    wrong: dict[str, str] = {}
    text = text.strip()
    person = {name: value.strip() for name, value in (person or {}).items() if isinstance(value, str) and value.strip()}
    if matter_type not in TYPES:
        wrong["type"] = _("Chọn một loại việc.")
    if len(text) < LEAST:
        wrong["text"] = _("Hãy nói rõ hơn một chút: việc gì, ở đâu (ít nhất %(n)s ký tự).") % {"n": LEAST}
    elif len(text) > checking.LONGEST_TEXT:
        wrong["text"] = _("Dài quá %(most)s ký tự: hãy gửi phần chính, phần còn lại mang đến nơi tiếp công dân.") % {
            "most": checking.LONGEST_TEXT
        }
    for name, said in (("text", text), ("place", place), *person.items()):
        if sentence := broken(said):
            wrong[name] = sentence
    if not reachable(unit):
        wrong["unit"] = _("Nơi này chưa nhận qua mạng. Hãy chọn nơi khác, hoặc đến trực tiếp trụ sở tiếp công dân.")
    phone = re.sub(r"[\s.\-()]", "", person.get("phone", ""))
    if phone and not re.fullmatch(r"\+?\d{8,15}", phone):
        wrong["phone"] = _("Số điện thoại chưa đúng: chỉ gồm 8 đến 15 chữ số.")
    if matter_type in ("complaint", "denunciation") and not (person.get("name") and person.get("address")):
        wrong["name"] = _(
            "Khiếu nại, tố cáo phải có họ tên và địa chỉ theo luật. Phản ánh, kiến nghị thì không bắt buộc."
        )
    if wrong:
        raise CaseError("", **wrong)
    matter = matters.enter(
        unit=unit,
        matter_type=matter_type,
        worded=False,
        text=text,
        by=BY,
        channel=channel,
        petition=True,
        person=person,
        signers="one" if person.get("name") else "other",
        place=place.strip()[:200],
        latitude=latitude if longitude is not None else None,  # one of them alone is no place
        longitude=longitude if latitude is not None else None,
        key=key,
        field=field,
    )
    notices.notify(
        kind="matter",
        sentence=_("Người dân gửi: %(matter)s") % {"matter": matter.title},
        link=f"/matters/{matter.pk}/",
        unit=unit,
        permission=Permission.RECEIVE,
    )
    return matter


def with_code(typed: str) -> Matter | None:
    """The matter of a code; None where there is none."""
    code = code_of(typed)
    return Matter.objects.filter(code=code).select_related("merged_into").first() if code else None


@transaction.atomic
def rate(*, matter: Matter, satisfied: bool, comment: str = "") -> Answer:
    """Whether the answer helped, said once by who holds the code. Raises CaseError before it was delivered."""
    answer = matter.answers.select_for_update().filter(state=Answer.State.DELIVERED).order_by("edition").last()
    if answer is None:
        raise CaseError(_("Chưa có trả lời để đánh giá."))
    if answer.satisfied is not None:
        raise CaseError(_("Trả lời này đã được đánh giá. Cảm ơn."))
    answer.satisfied, answer.comment = satisfied, vault.hide(matter, comment.strip()[:2000])
    answer.rated_at = timezone.now()
    answer.save(update_fields=["satisfied", "comment", "rated_at"])
    audit.record(by=BY, verb="casework.rate", subject=matter, unit=matter.unit_id, satisfied=satisfied)
    return answer


@transaction.atomic
def ask_again(*, matter: Matter, reason: str) -> Matter:
    """Asks for another look at an answered matter; somebody who decides answers that. Raises CaseError."""
    if len(reason.strip()) < LEAST:
        raise CaseError(reason=_("Hãy ghi rõ điều chưa được (ít nhất %(n)s ký tự).") % {"n": LEAST})
    matter = matters.act(matter=matter, kind="ask_again", by=BY, reason=vault.hide(matter, reason.strip()[:2000]))
    notices.notify(
        kind="matter",
        sentence=_("Người dân yêu cầu xem xét lại: %(matter)s") % {"matter": matter.title},
        link=f"/matters/{matter.pk}/",
        unit=matter.unit_id,
        permission=Permission.DECIDE,
    )
    return matter


def confirm(*, code: str, kept: bool, text: str = "", key: UUID | None = None) -> Confirmation:
    """Those a promise was made to say whether it was kept. Raises CaseError for an unknown code."""
    promise = Promise.objects.filter(code=code_of(code)).first() if code_of(code) else None
    if promise is None:
        raise CaseError(_("Không có lời hứa nào mang mã này. Xem lại mã trên giấy."))
    return promises.confirm(promise=promise, kept=kept, text=protecting.mask(text, (), forms=True), key=key)
