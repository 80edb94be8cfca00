"""Small words of the pages of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from danvan.casework import public, voting

register = template.Library()


@register.filter
def item(mapping: Mapping[str, Any], name: str) -> Any:
    return mapping.get(name, "")


@register.filter
def names(words: str) -> list[str]:
    return words.split()


@register.filter
def kinds(_page: str) -> list[tuple[str, str, str]]:
    """What somebody may send: value, name, what it is for."""
    return [
        ("reflection", _("Phản ánh"), _("Báo một việc xảy ra: đèn hỏng, rác thải, thái độ phục vụ…")),
        ("recommendation", _("Kiến nghị"), _("Đề nghị chính quyền làm hoặc sửa một việc.")),
        (
            "complaint",
            _("Khiếu nại"),
            _("Đề nghị xem lại một quyết định, việc làm của cơ quan; phải nêu họ tên, địa chỉ."),
        ),
        (
            "denunciation",
            _("Tố cáo"),
            _("Báo hành vi vi phạm pháp luật; phải nêu họ tên, địa chỉ, danh tính được giữ kín."),
        ),
    ]


@register.filter
def kind_name(value: str) -> str:
    return next((name for code, name, _help in kinds("") if code == value), "")


@register.filter
def about_you(_page: str) -> list[tuple[str, str, str, str]]:
    """Fields about the sender: name, label, autocomplete, input mode."""
    return [
        ("name", _("Họ và tên"), "name", ""),
        ("phone", _("Số điện thoại"), "tel", "tel"),
        ("address", _("Địa chỉ"), "street-address", ""),
    ]


@register.filter
def place_of(unit: int) -> str:
    return public.place_of(unit)


@register.filter
def safe_svg(picture: str) -> SafeString:
    """A picture that our own code drew."""
    return mark_safe(picture)  # noqa: S308


_STATES = {
    "late": ("bad", "bad"),
    "open": ("waiting", "note"),
    "kept": ("done", "done"),
    "broken": ("bad", "none"),
}


@register.filter
def states(_of: str) -> list[tuple[str, str]]:
    return [(state, promise_state(state)) for state in public.STATES]


@register.filter
def promise_state(state: str) -> str:
    return {
        "late": _("Quá hạn"),
        "open": _("Đang thực hiện"),
        "kept": _("Đã thực hiện"),
        "broken": _("Không thực hiện được"),
    }[state]


@register.filter
def promise_tone(state: str) -> str:
    return _STATES[state][0]


@register.filter
def promise_icon(state: str) -> str:
    return _STATES[state][1]


@register.filter
def group_dot(group: int) -> SafeString:
    """The dot of a group in the picture of opinions."""
    return voting.shape(group)
