"""What is entered about a matter, looked at before it is kept: a sentence for each field that cannot stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access.models import Person, Post
from danvan.casework import titles, workflow
from danvan.casework.actions import vault
from danvan.casework.errors import CaseError, broken
from danvan.casework.models import Matter
from danvan.casework.vocabulary import choices
from danvan.casework.workflow import Step
from danvan.lib.periods import vietnamese
from danvan.units import queries as units

LONGEST_TEXT = 20_000  # characters; a longer one comes as a file
EARLIEST = dt.date(2000, 1, 1)
TRAITS = ("remote", "complex", "specially_complex", "several_places")
_CHOSEN = ("field", "verdict", "ineligible_reason", "day", "matter", "unit")  # out of a list, not in words


def said_of(matter: Matter, step: Step, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the act says, each need of it checked."""
    said = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in given.items()
        if value not in (None, "")
    }
    missing = {
        "field": _("Chọn lĩnh vực."),
        "body": _("Ghi cơ quan có thẩm quyền."),
        "unit": _("Chọn đơn vị nhận."),
        "reason": _("Ghi nội dung.") if step.act in ("note", "complete", "ask_again", "appeal") else _("Ghi lý do."),
        "number": _("Ghi số, ký hiệu văn bản."),
        "days": _("Ghi số ngày gia hạn."),
        "verdict": _("Chọn kết quả giải quyết."),
        "answer": _("Ghi nội dung trả lời."),
        "matter": _("Chọn vụ việc."),
        "day": _("Ghi ngày."),
        "proof": _("Ghi căn cứ đã giao: ký nhận, phiếu gửi, thư điện tử."),
        "person": _("Chọn người xử lý."),
        "title": _("Ghi ngắn gọn việc cần nêu."),
    }
    wrong = {need: missing[need] for need in step.needs if said.get(need) in (None, "")}
    for name, value in said.items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            wrong[name] = _("Quá dài: tối đa %(most)s ký tự; phần còn lại hãy đính kèm tệp.") % {"most": LONGEST_TEXT}
    if said.get("field") and said["field"] not in dict(choices("field_case")):
        wrong["field"] = _("Không có lĩnh vực này.")
    if "days" in said:
        try:
            said["days"] = int(said["days"])
        except (TypeError, ValueError):
            wrong["days"] = _("Số ngày phải là một số nguyên.")
    if unknown := set(said.get("traits") or ()) - set(TRAITS):
        wrong["traits"] = _("Không rõ tính chất: %(which)s.") % {"which": ", ".join(sorted(unknown))}
    named = bool(said.pop("named", False))
    if "person" in said and "person" in step.needs:
        said["person"] = _handler(matter, said["person"], wrong)
    if step.act == "classify" and said.get("eligible") is False and not said.get("ineligible_reason"):
        wrong["ineligible_reason"] = _("Chọn lý do không đủ điều kiện xử lý.")
    if step.act == "word" and len(said.get("title", "")) > titles.LONGEST:
        wrong["title"] = _("Tối đa 200 ký tự; phần chi tiết ghi ở nội dung.")
    if wrong:
        raise CaseError("", **wrong)
    vault.guard(matter, {name: words for name, words in said.items() if name not in _CHOSEN}, named=named)
    return said


def _handler(matter: Matter, person: Any, wrong: dict[str, str]) -> int | None:
    pk = person.pk if isinstance(person, Person) else person
    today = timezone.localdate()
    if not Post.objects.filter(person=pk, unit=matter.unit_id, during__contains=today).exists():
        wrong["person"] = _("Người này không giữ chức danh nào trong đơn vị hôm nay.")
    return pk


def check_new(
    *, matter_type: str, title: str, text: str, on: dt.date, channel: str, field: str, signers: str, count: int
) -> None:
    wrong = _wrong_words(title, text)
    if matter_type not in workflow.load().types:
        wrong["type"] = _("Chọn loại vụ việc.")
    if not EARLIEST <= on <= timezone.localdate():
        wrong["on"] = _("Ngày tiếp nhận phải từ %(first)s đến hôm nay.") % {"first": vietnamese(EARLIEST)}
    if channel not in dict(choices("channel")):
        wrong["channel"] = _("Chọn kênh tiếp nhận.")
    if field and field not in dict(choices("field_case")):
        wrong["field"] = _("Không có lĩnh vực này.")
    if signers not in dict(choices("signers")):
        wrong["signers"] = _("Chọn người đứng tên.")
    if count < 1 or (signers == "many" and count < 2):
        wrong["signer_count"] = _("Số người đứng tên không hợp với lựa chọn.")
    if wrong:
        raise CaseError("", **wrong)


def _wrong_words(title: str, text: str) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not title:
        wrong["title"] = _("Ghi ngắn gọn việc cần nêu.")
    elif len(title) > 200:
        wrong["title"] = _("Tối đa 200 ký tự; phần chi tiết ghi ở nội dung.")
    if len(text) > LONGEST_TEXT:
        wrong["text"] = _("Quá dài: tối đa %(most)s ký tự; phần còn lại hãy đính kèm tệp.") % {"most": LONGEST_TEXT}
    if "\x00" in title or "\x00" in text:
        wrong["text"] = _("Có ký tự rỗng (NUL) trong nội dung: hãy gõ lại hoặc dán dưới dạng văn bản thường.")
    for name, said in (("title", title), ("text", text)):
        if sentence := broken(said):
            wrong[name] = sentence
    return wrong


def check_there(unit: int, on: dt.date) -> None:
    """Raises CaseError where the unit does not exist on the day; its successors are named."""
    if units.version_on(unit, on):
        return
    history = units.history(unit)
    name = history.versions[-1].name if history.versions else _("Đơn vị này")
    after = ", ".join(dict.fromkeys(edge.successor_name for edge in history.successors))
    if after:
        raise CaseError(
            unit=_("%(name)s không còn ngày %(day)s; nay thuộc %(after)s. Chuyển đến nơi đó.")
            % {"name": name, "day": vietnamese(on), "after": after}
        )
    raise CaseError(unit=_("%(name)s không còn ngày %(day)s.") % {"name": name, "day": vietnamese(on)})
