"""What is entered at the reception desk and about its days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from danvan.access.forms import Day
from danvan.casework import saying
from danvan.casework.actions.receptions import SEEN
from danvan.casework.errors import CaseError, Named

PERSON = ("name", "phone", "email", "address")
STILL = _("Vẫn ghi: ở đây cần nêu người này")
NEW, GUIDANCE = "new", "none"


def words(label: Any, most: int, *, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        error_messages={"max_length": _("Tối đa %(limit_value)s ký tự.")},
        **more,
    )


def whole(label: Any, least: int, most: int, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        error_messages={
            "invalid": _("Ghi một số nguyên."),
            "min_value": _("Ghi từ %(limit_value)s trở lên."),
            "max_value": _("Nhiều nhất là %(limit_value)s."),
        },
        **more,
    )


def one_of(label: Any, choices: Callable[[], saying.Choices], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, error_messages={"invalid_choice": _("Chọn một giá trị trong danh sách.")}, **more
    )


class CaseForm(forms.Form):
    """A form whose sentences also come from the verbs. named: asked only once words name who raised the matter."""

    @property
    def still(self) -> bool:
        """Whoever writes saw that the sender is named, and that has to stand."""
        return "named" in self.data

    def say(self, error: CaseError) -> None:
        """Puts what a verb said at its fields, what it says of no field at the top."""
        if isinstance(error, Named) and not error.sealed:
            self.fields["named"] = forms.BooleanField(label=STILL, required=False)
        for name, sentence in error.fields.items():
            self.add_error(name if name in self.fields else None, sentence)


class VisitForm(CaseForm):
    """A visit in the order in which one speaks with a visitor."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = words(_("Họ và tên"), 120)
    phone = words(_("Số điện thoại"), 30)
    address = words(_("Địa chỉ"), 200)
    email = forms.EmailField(
        label=_("Thư điện tử"), required=False, error_messages={"invalid": _("Viết địa chỉ như ten@example.vn.")}
    )
    persons = whole(_("Số người đến"), 1, 10_000, initial=1)
    ask = words(_("Tìm việc đã tiếp: số, mã, lời văn"), 200)
    matter = forms.CharField(initial=NEW, max_length=20, required=False)
    title = words(_("Tóm tắt trong một dòng (không ghi tên người gửi)"), 400)
    text = words(_("Nội dung"), 40_000)
    place = words(_("Xảy ra ở đâu"), 200)
    type = one_of(_("Loại việc"), saying.types, required=False)
    field = one_of(_("Lĩnh vực"), lambda: [("", "—"), *saying.options("field_case")], required=False)
    why = words(_("Lý do chọn loại, lĩnh vực (nếu khác gợi ý)"), 300)
    petition = forms.BooleanField(label=_("Có đơn kèm theo"), required=False)
    signers = one_of(_("Đứng tên trên đơn"), partial(saying.options, "signers"), required=False, initial="one")
    signer_count = whole(_("Số người đứng tên"), 1, 10_000, initial=1, required=False)
    channel = one_of(_("Cách đến"), partial(saying.options, "channel"), initial="in_person")
    receiver = one_of(_("Ai tiếp"), partial(saying.options, "receiver"), initial="reception_office")
    mode = one_of(_("Hình thức tiếp"), partial(saying.options, "mode"), initial="regular")
    on = Day(label=_("Ngày"))
    said = words(_("Đã trả lời tại chỗ (không ghi tên)"), 500)

    def __init__(self, data: Mapping[str, Any] | None = None, **more: Any) -> None:
        initial = {"key": uuid4(), "on": timezone.localdate(), **more.pop("initial", {})}
        super().__init__(data, initial=initial, **more)

    def clean_matter(self) -> str | int:
        """NEW, GUIDANCE or the number of a matter received before."""
        chosen = self.cleaned_data["matter"] or NEW
        if chosen in (NEW, GUIDANCE):
            return str(chosen)
        if not chosen.isdecimal() or len(chosen) > 18:
            raise forms.ValidationError(_("Chọn lại vụ việc trong danh sách."))
        return int(chosen)

    def person(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in PERSON}

    def turn(self) -> dict[str, Any] | None:
        """As `receive_visit` takes it; None for what nobody came with."""
        given = self.cleaned_data
        if given["channel"] not in SEEN:
            return None
        names = ("on", "mode", "receiver", "channel", "persons", "said")
        return {"named": self.still, **{name: given[name] for name in names}}

    def new(self) -> dict[str, Any]:
        """As `receive` takes it, without what was suggested."""
        given = self.cleaned_data
        names = ("title", "text", "on", "channel", "field", "place")
        return {
            "matter_type": given["type"],
            "petition": given["petition"] or given["channel"] not in SEEN,
            "person": self.person(),
            "signers": given["signers"] or "one",
            "signer_count": given["signer_count"] or 1,
            "named": self.still,
            **{name: given[name] for name in names},
        }


class DayForm(CaseForm):
    """A day on which a head is to receive."""

    on = Day(label=_("Ngày"))
    receiver = one_of(_("Ai tiếp"), partial(saying.options, "receiver"))
    note = words(_("Ghi chú"), 300)


def key_of(form: forms.Form) -> UUID:
    """The key that a form carries, also where it is wrong otherwise."""
    try:
        return UUID(str(form["key"].value()))
    except ValueError:
        return uuid4()
