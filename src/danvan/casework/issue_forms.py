"""What is entered about a pressing issue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Self

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from danvan.access.forms import Day
from danvan.casework import saying
from danvan.casework.forms import CaseForm, one_of, words
from danvan.casework.models import Issue
from danvan.casework.queries import handlers_of


class IssueForm(CaseForm):
    """A new one."""

    title = words(_("Vấn đề, trong một dòng"), 400)
    text = words(_("Nội dung, diễn biến"), 20_000)
    field = one_of(_("Lĩnh vực"), partial(saying.options, "field_case"), required=False)
    severity = one_of(_("Mức độ"), partial(saying.options, "severity"), initial="pressing")
    channel = one_of(_("Nắm qua"), partial(saying.options, "channel"), initial="in_person")
    place = words(_("Ở đâu"), 200)
    responsible = words(_("Nơi phải giải quyết"), 200)
    on = Day(label=_("Ngày nắm được"))


class DeedForm(CaseForm):
    """One deed; several stand on one page. of: as it begins for an issue."""

    def __init__(self, data: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.lower()}_%s", **more)

    @classmethod
    def of(cls, _issue: Issue) -> Self:
        return cls(initial={"on": timezone.localdate()})


class DirectForm(DeedForm):
    text = words(_("Nội dung chỉ đạo"), 5_000)
    responsible = words(_("Nơi thực hiện"), 200)
    due = Day(label=_("Xong trước ngày"), required=False)
    on = Day(label=_("Ngày chỉ đạo"))

    @classmethod
    def of(cls, issue: Issue) -> Self:
        return cls(initial={"on": timezone.localdate(), "responsible": issue.responsible, "due": issue.due})


class MeasureForm(DeedForm):
    kind = forms.ChoiceField(
        label=_("Việc"),
        initial="act",
        choices=[("act", _("việc đã làm")), ("escalate", _("thành điểm nóng")), ("calm", _("đã dịu"))],
    )
    text = words(_("Đã làm gì, tình hình thế nào"), 5_000)
    on = Day(label=_("Ngày"))


class ResolveForm(DeedForm):
    text = words(_("Kết quả giải quyết"), 5_000)
    on = Day(label=_("Ngày giải quyết xong"))


class AssignForm(DeedForm):
    person = forms.TypedChoiceField(label=_("Người theo dõi"), coerce=int, empty_value=None, required=False)

    def of_unit(self, unit: int) -> Self:
        """With the people of the unit to choose from."""
        self.fields["person"].choices = [("", "—"), *handlers_of(unit)]  # type: ignore[attr-defined]
        return self

    @classmethod
    def of(cls, issue: Issue) -> Self:
        return cls(initial={"person": issue.owner_id}).of_unit(issue.unit_id)


class PublicForm(DeedForm):
    line = words(_("Dòng công khai (để trống là thôi công khai)"), 500)

    @classmethod
    def of(cls, issue: Issue) -> Self:
        return cls(initial={"line": issue.public_line if issue.public else ""})


class GatherForm(DeedForm):
    numbers = words(_("Số vụ việc, cách nhau bằng dấu cách: 12/2026 15/2026"), 500)


FORMS: dict[str, type[DeedForm]] = {
    "assign": AssignForm,
    "direct": DirectForm,
    "measure": MeasureForm,
    "resolve": ResolveForm,
    "public": PublicForm,
    "gather": GatherForm,
}
