"""The small form of each act: what the table says that it needs, and what goes with it. Generic over the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan.access.forms import Day
from danvan.casework import finding, handing, saying, workflow
from danvan.casework.actions import answers
from danvan.casework.forms import CaseForm, whole, words
from danvan.casework.models import Act, Matter
from danvan.casework.queries import handlers_of
from danvan.casework.workflow import Step

_LONG = 40_000  # more than a verb takes: it says so itself, and what was typed stays
YES_NO = [("yes", gettext_lazy("có")), ("no", gettext_lazy("không"))]


class ActForm(CaseForm):
    """One act. Drawn field by field (`drawn`): each with the way it is shown."""

    def __init__(
        self,
        step: Step,
        matter: Matter,
        acts: list[Act],
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict | None = None,
    ) -> None:
        super().__init__(data, files, initial={"on": timezone.localdate(), "seen": matter.changes})
        self.step, self.matter, self.acts = step, matter, acts
        self.ways: dict[str, str] = {}
        self.receivers = handing.Receivers()
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
        for need in step.needs:
            _NEEDS[need](self)
        for extra in _EXTRA.get(step.act, ()):
            extra(self)
        self.put("on", Day(label=_("Ngày làm việc này")), "input")
        if step.document:
            self.put("file", forms.FileField(label=_("Tệp văn bản (không bắt buộc)"), required=False), "file")

    def put(self, name: str, field: forms.Field, way: str) -> None:
        self.fields[name], self.ways[name] = field, way

    @property
    def drawn(self) -> list[tuple[str, forms.BoundField]]:
        """(how it is shown, field), in order."""
        return [(way, self[name]) for name, way in self.ways.items()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "unit" in self.ways:
            self._find_unit(cleaned)
        if "matter" in self.ways:
            self._find_matter(cleaned)
        for name in ("eligible", "competent"):
            if name in cleaned:
                cleaned[name] = {"yes": True, "no": False}.get(cleaned[name])
        if isinstance(cleaned.get("day"), dt.date):
            cleaned["day"] = cleaned["day"].isoformat()
        if "person" in self.ways:
            cleaned["person"] = int(cleaned["person"]) if str(cleaned.get("person") or "").isdecimal() else None
        return cleaned

    def _find_unit(self, cleaned: dict[str, Any]) -> None:
        """The chosen unit, or the one that the name means; what else it may mean is offered."""
        said, chosen = cleaned.get("unit") or "", self.data.get("chosen", "")
        self.receivers = handing.receivers(said, timezone.localdate(), but=self.matter.unit_id)
        offered = dict(self.receivers.found)
        cleaned["unit"] = None
        if chosen.isdecimal() and int(chosen) in offered:
            cleaned["unit"] = int(chosen)
        elif len(offered) == 1 and not self.receivers.gone:
            cleaned["unit"] = next(iter(offered))
        elif not said:
            if self.step.act == "hand_over":
                self.add_error("unit", _("Chọn đơn vị nhận."))
        elif self.receivers.gone:
            self.add_error(
                "unit", _("%(name)s không còn nữa: chọn đơn vị nay thay nơi đó.") % {"name": self.receivers.gone}
            )
        elif offered:
            self.add_error("unit", _("Có nhiều đơn vị như vậy: chọn một trong danh sách."))
        else:
            self.add_error("unit", _("Không có đơn vị “%(name)s”: ghi lại tên hoặc mã.") % {"name": said})

    def _find_matter(self, cleaned: dict[str, Any]) -> None:
        said, chosen = cleaned.get("matter") or "", self.data.get("chosen", "")
        mine = Matter.objects.filter(unit=self.matter.unit_id).exclude(pk=self.matter.pk)
        found = None
        if chosen.isdecimal() and len(chosen) < 19:
            found = mine.filter(pk=int(chosen)).first()
        elif said:
            found = next((one for one in finding.named(said, self.matter.unit_id, 2) if one.pk != self.matter.pk), None)
        cleaned["matter"] = found
        if found is None:
            self.add_error("matter", _("Chọn một vụ việc trong danh sách, hoặc ghi đúng số như 12/2026."))

    def said(self) -> dict[str, Any]:
        """What the act says, as `actions.act` takes it."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("seen", "on", "file") and value not in (None, "", [])
        }


Adder = Callable[[ActForm], None]


def _text(name: str, label: str, *, rows: str = "area", most: int = _LONG) -> Adder:
    return lambda form: form.put(name, words(label, most), rows)


def _field(form: ActForm) -> None:
    choices = [("", "—"), *saying.options("field_case")]
    form.put("field", forms.ChoiceField(label=_("Lĩnh vực"), choices=choices, required=False), "select")
    form.initial["field"] = form.matter.field


def _verdict(form: ActForm) -> None:
    kind = workflow.load()[form.matter.type]
    choices = [(one, saying.resolution_name(one)) for one in kind.verdicts]
    form.put("verdict", forms.ChoiceField(label=_("Kết quả giải quyết"), choices=choices, required=False), "radio")


def _answer(form: ActForm) -> None:
    form.put("answer", words(_("Nội dung trả lời"), _LONG), "answer")
    if form.step.act in answers.ANSWERING:
        form.initial["answer"] = answers.begun(form.matter, form.acts, answers.current(form.matter))


def _person(form: ActForm) -> None:
    choices = [("", "—"), *handlers_of(form.matter.unit_id)]
    form.put("person", forms.ChoiceField(label=_("Người xử lý"), choices=choices, required=False), "select")
    form.initial["person"] = form.matter.handler_id


def _title(form: ActForm) -> None:
    form.put("title", words(_("Tóm tắt trong một dòng (không ghi tên người gửi)"), 400), "input")
    form.initial["title"] = form.matter.title


# What is asked for where an act needs words that are not why it is done.
_INSTEAD_OF_WHY = {
    "note": gettext_lazy("Nội dung ghi thêm"),
    "complete": gettext_lazy("Cần bổ sung những gì"),
    "ask_again": gettext_lazy("Điều người dân chưa đồng ý"),
    "appeal": gettext_lazy("Điều người dân khiếu nại tiếp"),
}


def _reason(form: ActForm) -> None:
    form.put("reason", words(_INSTEAD_OF_WHY.get(form.step.act, _("Lý do")), _LONG), "area")


_NEEDS: dict[str, Adder] = {
    "field": _field,
    "body": _text("body", _("Cơ quan có thẩm quyền"), rows="input", most=400),
    "unit": lambda form: form.put("unit", words(_("Đơn vị nhận: tên hoặc mã"), 200), "unit"),
    "reason": _reason,
    "number": _text("number", _("Số, ký hiệu văn bản"), rows="input", most=100),
    "days": lambda form: form.put("days", whole(_("Gia hạn thêm (ngày)"), 1, 365, required=False), "input"),
    "verdict": _verdict,
    "answer": _answer,
    "matter": lambda form: form.put("matter", words(_("Vụ việc giữ lại: số hoặc mã"), 200), "matter"),
    "day": lambda form: form.put("day", Day(label=_("Ngày đối thoại"), required=False), "input"),
    "proof": _text("proof", _("Căn cứ đã giao (ký nhận, phiếu gửi, thư điện tử)"), rows="input", most=400),
    "person": _person,
    "title": _title,
}


def _eligible(form: ActForm) -> None:
    form.put("eligible", forms.ChoiceField(label=_("Đủ điều kiện xử lý"), choices=YES_NO, required=False), "radio")
    reasons = [("", "—"), *saying.options("reason_ineligible")]
    form.put(
        "ineligible_reason",
        forms.ChoiceField(label=_("Nếu không: lý do"), choices=reasons, required=False),
        "select",
    )
    form.put("competent", forms.ChoiceField(label=_("Thuộc thẩm quyền"), choices=YES_NO, required=False), "radio")
    form.put(
        "traits", forms.MultipleChoiceField(label=_("Tính chất"), choices=saying.traits(), required=False), "checks"
    )
    form.initial |= {"eligible": "yes", "competent": "yes", "traits": form.matter.traits}


def _part(form: ActForm) -> None:
    form.put("title", words(_("Tóm tắt việc tách ra"), 400), "input")
    form.put("text", words(_("Nội dung việc tách ra"), _LONG), "area")


_EXTRA: dict[str, tuple[Adder, ...]] = {
    "classify": (_eligible, _text("why", _("Lý do chọn (nếu khác gợi ý)"), rows="input", most=300)),
    "split": (_part,),
    "appeal": (lambda form: form.put("unit", words(_("Đơn vị giải quyết lần hai (để trống nếu ở đây)"), 200), "unit"),),
}
