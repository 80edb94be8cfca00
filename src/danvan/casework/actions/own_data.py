"""A citizen's own data: asked for by the code of a matter, seen, copied and put right by the unit that has it.

Luật 91/2025/QH15 and Nghị định 356/2025/NĐ-CP: what people ask about their data is answered within 2 working days. The
request is a matter of its own kind with its own clock. Whoever holds a code may ask; what is kept is given only after
the unit has seen who is asking, and how it did is on record with the look.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import notices, scope
from danvan.access.permissions import Permission
from danvan.access.scope import Acting
from danvan.audit import actions as audit
from danvan.casework import workflow
from danvan.casework.actions import checking, matters, vault
from danvan.casework.errors import CaseError
from danvan.casework.models import Identity, Look, Matter, Opening
from danvan.lib.periods import vietnamese

TYPE = "data_request"
WISHES = {"see": "Xin xem", "copy": "Xin bản sao", "correct": "Xin sửa"}
LEAST = 5  # characters that say what is wrong
LONGEST_PROOF = 200
BY = "người dân"


@transaction.atomic
def ask(*, matter: Matter, wish: str, text: str = "") -> Matter:
    """Whoever holds the code of a matter asks about their data in it; gives the request. In the system's scope.

    text: what is to be put right; it goes into the vault. Asked twice while it waits, the first one stands.
    """
    matter = Matter.objects.select_for_update().get(pk=(matter.merged_into_id or matter.pk))
    wrong: dict[str, str] = {}
    if wish not in WISHES:
        wrong["wish"] = _("Chọn một yêu cầu.")
    if wish == "correct" and len(text.strip()) < LEAST:
        wrong["text"] = _("Ghi điều cần sửa: thông tin nào, sửa thành gì.")
    if len(text) > checking.LONGEST_TEXT:
        wrong["text"] = _("Quá dài: tối đa %(most)s ký tự.") % {"most": checking.LONGEST_TEXT}
    if not Identity.objects.filter(matter=matter, content__isnull=False).exists():
        wrong[""] = _("Việc này không còn lưu thông tin cá nhân nào.")
    if wrong:
        raise CaseError(wrong.pop("", ""), **wrong)
    said = f"{WISHES[wish]} thông tin cá nhân của mình trong vụ việc số {matter}."
    waiting = Matter.objects.filter(type=TYPE, related_to=matter, closed_on=None, text=said)
    if wish != "correct" and (known := waiting.first()):
        return known
    asked = matters.receive(
        unit=matter.unit_id,
        matter_type=TYPE,
        worded=False,
        text=said,
        by=BY,
        channel="web",
        petition=False,
        person={"text": text.strip()} if text.strip() else None,
    )
    asked.related_to, asked.relation = matter, Matter.Relation.DATA
    asked.save(update_fields=["related_to", "relation"])
    notices.notify(
        kind="matter",
        sentence=_("Người dân yêu cầu về dữ liệu cá nhân: số %(number)s, trả lời trong 2 ngày làm việc.")
        % {"number": asked},
        link=f"/matters/{asked.pk}/",
        unit=matter.unit_id,
        permission=Permission.HANDLE,
    )
    return asked


@transaction.atomic
def copy(*, request: Matter, checked: str, by: Acting) -> dict[str, Any]:
    """All that is kept of the person in the matter that the request is about. checked: how it was seen who asks.

    Raises CaseError where it was not, or where what is sealed is not open to the acting person.
    """
    matter = _about(request, checked)
    opened = _opened(matter, _("Bản sao dữ liệu theo yêu cầu số %(number)s: %(checked)s"), request, checked, by)
    identity = Identity.objects.get(matter=matter)
    names = {
        "name": "Họ và tên",
        "phone": "Số điện thoại",
        "email": "Thư điện tử",
        "address": "Địa chỉ",
        "paper": "Giấy tờ",
        "members": "Thành viên",
        "title": "Tóm tắt",
        "text": "Nội dung",
        "place": "Nơi xảy ra",
    }
    told = {label: str(opened[field]) for field, label in names.items() if opened.get(field)}
    audit.record(by=by, verb="casework.copy_data", subject=request, label=str(matter), unit=matter.unit_id)
    return {
        "vụ việc": str(matter),
        "ngày tiếp nhận": vietnamese(matter.received_on),
        "thông tin": {"Nội dung": matter.text, **told} if matter.text else told,
        "tài liệu": list(matter.attachments.order_by("pk").values_list("file__name", flat=True)),
        "đã xem": [
            {"lúc": timezone.localtime(look.at).strftime("%H:%M, %d/%m/%Y"), "ai": look.by, "lý do": look.why}
            for look in Look.objects.filter(identity=identity).order_by("pk")
        ],
        "lập ngày": vietnamese(timezone.localdate()),
    }


@transaction.atomic
def correct(*, request: Matter, checked: str, given: Mapping[str, str], by: Acting) -> list[str]:
    """Puts right what is kept of the person; gives the fields that changed. given: field -> new value, "" stays.

    The trail says which fields, never what stood or stands there. Raises CaseError as `copy`, or where nothing changes.
    """
    matter = _about(request, checked)
    new = {field: " ".join(given[field].split()) for field in vault.PERSON if given.get(field, "").strip()}
    if not new:
        raise CaseError(_("Ghi thông tin mới vào ít nhất một ô."))
    opened = _opened(matter, _("Sửa dữ liệu theo yêu cầu số %(number)s: %(checked)s"), request, checked, by)
    changed = [field for field, said in new.items() if opened.get(field) != said]
    vault.rewrite(matter=matter, content={**opened, **new})
    audit.record(
        by=by, verb="casework.correct_data", subject=request, label=str(matter), unit=matter.unit_id, fields=changed
    )
    return changed


def _about(request: Matter, checked: str) -> Matter:
    """The matter that a request is about; the acting unit has both, and who asks was looked at."""
    scope.require(Permission.HANDLE)
    if request.type != TYPE or request.related_to is None:
        raise CaseError(_("Đây không phải yêu cầu về dữ liệu cá nhân của một vụ việc."))
    matters.locked(request)
    if request.closed_on:
        raise CaseError(_("Yêu cầu này đã được trả lời."))
    matter = matters.locked(request.related_to)
    if len(checked.strip()) < LEAST:
        raise CaseError(checked=_("Ghi đã kiểm tra người yêu cầu bằng cách nào (không ghi số giấy tờ)."))
    if len(checked.strip()) > LONGEST_PROOF:
        raise CaseError(checked=_("Tối đa %(most)s ký tự.") % {"most": LONGEST_PROOF})
    vault.guard(matter, {"checked": checked})
    return matter


def _opened(matter: Matter, why: str, request: Matter, checked: str, by: Acting) -> dict[str, Any]:
    why = why % {"number": request, "checked": checked.strip()}
    if not workflow.load()[matter.type].sealed:
        return vault.look(matter=matter, why=why, by=by)
    opening = (
        Opening.objects.filter(identity__matter=matter, asked_by=by.person_id, until__gte=timezone.now())
        .order_by("pk")
        .last()
    )
    if opening is None:
        raise CaseError(_("Danh tính người tố cáo được niêm phong: hãy mở bằng hai người ở trang vụ việc trước."))
    return vault.open_sealed(opening=opening, by=by)
