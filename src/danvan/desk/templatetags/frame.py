"""The places of the rail: which, in which order, for whom."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from danvan.access.permissions import Permission

register = template.Library()


class Place(NamedTuple):
    """name: of the address, and what a page's context calls `place`. needs: any of these permissions; none: anybody."""

    name: str
    icon: str
    label: str | Promise
    needs: tuple[Permission, ...] = ()

    @property
    def url(self) -> str:
        """ "" where the page is not built yet."""
        return _url(self.name)


@cache
def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


# Eight at most; on phones the first three that the post may see, the others under "Thêm".
RAIL = (
    Place("home", "tasks", _("Việc cần làm")),
    Place("people", "unit", _("Người dùng"), (Permission.MANAGE_PEOPLE,)),
    Place("forms", "table", _("Biểu mẫu"), (Permission.EDIT_FORMS,)),
    Place("casework", "people", _("Việc của dân")),
    Place("filing", "edit", _("Nhập báo cáo"), (Permission.FILL,)),
    Place("review", "review", _("Xem xét"), (Permission.REVIEW,)),
    Place("board", "board", _("Tình hình gửi")),
    Place("compare", "compare", _("So sánh")),
    Place("tables", "table", _("Tổng hợp")),
    Place("reports", "report", _("Báo cáo")),
)
# In the person's menu.
MENU = (
    Place("units", "unit", _("Đơn vị")),
    Place("audit", "note", _("Nhật ký"), (Permission.SEE_AUDIT,)),
)


@register.simple_tag(takes_context=True)
def rail(context: Context) -> list[Place]:
    return _shown(RAIL, context)


@register.simple_tag(takes_context=True)
def menu(context: Context) -> list[Place]:
    return _shown(MENU, context)


def _shown(places: tuple[Place, ...], context: Context) -> list[Place]:
    may = context.get("may", ())
    return [place for place in places if place.url and (not place.needs or any(one in may for one in place.needs))]
