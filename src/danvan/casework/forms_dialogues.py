"""What is entered about dialogues and promises."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from danvan.access.forms import Day
from danvan.casework import saying
from danvan.casework.actions.receptions import SEEN
from danvan.casework.forms import CaseForm, one_of, whole, words
from danvan.casework.models import Dialogue


class Hour(forms.TimeField):
    """A time of day as people write it: 14:00, 8h30, 8 giờ, 8g15; nobody writes seconds."""

    widget = forms.TimeInput(format="%H:%M")
    _WRITTEN = re.compile(r"(\d{1,2})\s*(?:h|g|giờ|:)\s*(?:(\d{1,2})\s*(?:p|phút)?)?", re.IGNORECASE)

    def to_python(self, value: Any) -> dt.time | None:
        match = self._WRITTEN.fullmatch(value.strip()) if isinstance(value, str) else None
        return super().to_python(f"{match[1]}:{match[2] or '00'}" if match else value)


def _channels() -> saying.Choices:
    return [one for one in saying.options("channel") if one[0] in SEEN]


class DialogueForm(CaseForm):
    """A dialogue as it is planned."""

    title = words(_("Tên cuộc đối thoại"), 200)
    topic = words(_("Chủ đề"), 300)
    on = Day(label=_("Ngày"))
    time = Hour(label=_("Giờ"), required=False, error_messages={"invalid": _("Ghi giờ như 14:00 hoặc 8h30.")})
    place = words(_("Địa điểm"), 200)
    host_role = one_of(_("Người chủ trì"), partial(saying.options, "host_role"))
    audience = one_of(_("Đối tượng"), partial(saying.options, "audience"), initial="people")
    channel = one_of(_("Hình thức"), _channels, initial="in_person")
    trigger = one_of(_("Lý do tổ chức"), partial(saying.options, "trigger"), initial="annual_duty")
    voters = whole(_("Số cử tri của địa bàn"), 1, 10_000_000, required=False)
    asked_by = whole(_("Số cử tri yêu cầu"), 1, 10_000_000, required=False)
    agenda = words(_("Chương trình"), 10_000)
    points = words(_("Điểm cầu trực tuyến, mỗi dòng một điểm"), 5_000)
    collects = forms.BooleanField(label=_("Nhận ý kiến gửi trước qua mạng và mã QR"), required=False, initial=True)
    reason = words(_("Lý do đổi ngày (nếu đã thông báo)"), 300)

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"])
        if not title:
            raise forms.ValidationError(_("Ghi tên cuộc đối thoại, tối đa 200 ký tự."))
        return title

    @classmethod
    def of(cls, dialogue: Dialogue) -> DialogueForm:
        """Filled with what was planned."""
        initial = {name: getattr(dialogue, name) for name in cls.base_fields if name not in ("points", "reason")}
        initial["points"] = "\n".join(point["name"] for point in dialogue.points)
        return cls(initial=initial)

    def given(self) -> dict[str, Any]:
        """For the verbs."""
        said = dict(self.cleaned_data)
        said.pop("reason")
        lines = (line.strip() for line in said.pop("points").splitlines())
        return {**said, "points": [{"name": line[:120]} for line in lines if line]}


class PromiseForm(CaseForm):
    """What is promised for an opinion."""

    text = words(_("Hứa điều gì"), 2_000)
    by_post = words(_("Chức danh người hứa"), 200)
    responsible = words(_("Đơn vị thực hiện"), 200)
    due = Day(label=_("Xong trước ngày"))


class AnswerForm(CaseForm):
    """An answer to an opinion."""

    text = words(_("Trả lời"), 4_000)
    answered_by = words(_("Chức danh người trả lời"), 200)
