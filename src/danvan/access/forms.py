"""What is entered on the pages of people, posts and one's own account."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account_forms
from django import forms
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan.access import queries
from danvan.access.models import Person
from danvan.access.permissions import ROLES
from danvan.units.models import UnitVersion


class NoticesForm(forms.ModelForm):
    """How notices come."""

    webhook = forms.URLField(
        label=_("Địa chỉ nhận tin của công cụ trò chuyện"),
        help_text=_("Để trống nếu không dùng. Tin được gửi tới địa chỉ này (webhook)."),
        required=False,
        assume_scheme="https",
        max_length=200,
        error_messages={"invalid": _("Địa chỉ phải bắt đầu bằng https:// và có tên máy chủ.")},
    )

    class Meta:
        model = Person
        fields: ClassVar = ["mail", "webhook"]
        widgets: ClassVar = {"mail": forms.RadioSelect}


class Day(forms.DateField):
    """A day as people write it, 10/2/2026, or 2026-02-10."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            error_messages={"invalid": _("Viết ngày như 10/2/2026.")},
            **kwargs,
        )


class LongEnough(MinimumLengthValidator):
    """Django's, in our words: its own sentence has no Vietnamese since it was changed in 5.2."""

    def get_error_message(self) -> str:
        return gettext("Mật khẩu quá ngắn: hãy đặt ít nhất %(least)s ký tự.") % {"least": self.min_length}


class DelegationForm(forms.Form):
    """To whom, from which day to which last one."""

    to = forms.CharField(label=_("Tên đăng nhập của người được ủy quyền"), max_length=60)
    since = Day(label=_("Từ ngày"))
    last = Day(label=_("Đến hết ngày"))

    def clean_to(self) -> Person:
        username = self.cleaned_data["to"].strip().lower()
        person = Person.objects.filter(username=username, is_active=True).first()
        if person is None:
            raise forms.ValidationError(
                _("Không có người dùng “%(name)s”. Hãy hỏi đúng tên đăng nhập của người đó."), params={"name": username}
            )
        return person


class PersonForm(forms.Form):
    """Who a person is."""

    name = forms.CharField(label=_("Họ tên"), max_length=120)
    email = forms.EmailField(
        label=_("Thư điện tử"), required=False, error_messages={"invalid": _("Viết địa chỉ như ten@coquan.vn.")}
    )


class PostForm(forms.Form):
    """Which post a person is given."""

    unit = forms.CharField(label=_("Đơn vị"), max_length=200)
    role = forms.ChoiceField(label=_("Vai trò"), choices=[(role.code, role.name) for role in ROLES.values()])
    title = forms.CharField(label=_("Chức danh khi ký"), max_length=120, required=False)
    since = Day(label=_("Từ ngày"))
    last = Day(label=_("Đến hết ngày"), required=False)

    def clean_unit(self) -> UnitVersion:
        """One unit by name or code."""
        text = self.cleaned_data["unit"]
        found = queries.unit_named(text)
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(
                _("Không có đơn vị “%(text)s” trong phạm vi hôm nay. Ghi đúng tên hoặc mã."), params={"text": text}
            )
        said = "; ".join(f"{version.name} ({version.code})" for version in found)
        raise forms.ValidationError(_("Có nhiều đơn vị tên này, hãy ghi mã: %(said)s."), params={"said": said})


class NewPersonForm(PersonForm, PostForm):
    """A person and their first post."""

    username = forms.SlugField(
        label=_("Tên đăng nhập"),
        max_length=60,
        error_messages={"invalid": _("Chỉ dùng chữ không dấu, số, dấu gạch: như lan.xa-an viết thành lan-xa-an.")},
    )
    field_order: ClassVar = ["username", "name", "email", "unit", "role", "title", "since", "last"]


class GivePostForm(PostForm):
    """A post for somebody who signs in already."""

    username = forms.CharField(label=_("Tên đăng nhập"), max_length=60)
    field_order: ClassVar = ["username", "unit", "role", "title", "since", "last"]

    def clean_username(self) -> Person:
        username = self.cleaned_data["username"].strip().lower()
        person = Person.objects.filter(username=username).first()
        if person is None:
            raise forms.ValidationError(
                _("Không có người dùng “%(name)s”. Hãy thêm người trước."), params={"name": username}
            )
        return person


class _SamePassword:
    """allauth's forms for a new password, with our sentence where the two differ."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()  # type: ignore[misc]
        if "password2" in self.errors and self.data.get("password2"):  # type: ignore[attr-defined]
            self.errors["password2"] = self.error_class([_("Hai lần ghi mật khẩu khác nhau.")])  # type: ignore[attr-defined]
        return cleaned


class ResetPasswordKeyForm(_SamePassword, account_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(_SamePassword, account_forms.ChangePasswordForm):
    pass


class SetPasswordForm(_SamePassword, account_forms.SetPasswordForm):
    pass
