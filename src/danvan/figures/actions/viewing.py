"""Comparisons that people keep: the question under a name, for themselves or for their whole unit."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.access.scope import Acting
from danvan.audit.actions import record
from danvan.figures.errors import FigureError
from danvan.figures.models import SavedView

LONGEST = 120
MOST = 100  # that a person keeps in a unit


def views_of(by: Acting) -> QuerySet[SavedView]:
    """Those of the person in this unit, and those that others of the unit share; by name."""
    mine = Q(person=by.person_id) | Q(shared=True)
    return SavedView.objects.filter(mine, unit=by.unit_id).order_by("name", "pk")


def save_view(*, name: str, query: Sequence[tuple[str, str]], shared: bool, by: Acting) -> SavedView:
    """Keeps a question: pairs of an address. The same name again takes its place. Raises FigureError."""
    scope.require(Permission.SEE)
    name = _named(name)
    mine = SavedView.objects.filter(unit=by.unit_id, person=by.person_id)
    found = mine.filter(name=name).first()
    if found is None and mine.count() >= MOST:
        raise FigureError(_("Đã lưu %(most)s bảng so sánh; hãy xóa bớt trước khi lưu thêm.") % {"most": MOST})
    view = found or SavedView(unit_id=by.unit_id, person_id=by.person_id, name=name)
    view.query, view.shared = [list(pair) for pair in query], shared
    view.save()
    record(by=by, verb="figures.save_view", subject=view, label=name, shared=shared)
    return view


def rename_view(*, view: SavedView, name: str, shared: bool, by: Acting) -> None:
    """Raises FigureError, Refused for somebody else's."""
    _must_be_own(view, by)
    before, view.name, view.shared = view.name, _named(name), shared
    view.save(update_fields=["name", "shared"])
    record(by=by, verb="figures.rename_view", subject=view, label=view.name, before=before, shared=shared)


def remove_view(*, view: SavedView, by: Acting) -> None:
    """Raises Refused for somebody else's."""
    _must_be_own(view, by)
    record(by=by, verb="figures.remove_view", subject=view, label=view.name)
    view.delete()


def _named(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise FigureError(_("Hãy đặt tên cho bảng so sánh để lưu."))
    if len(name) > LONGEST:
        raise FigureError(_("Tên dài quá %(most)s ký tự; hãy đặt tên ngắn hơn.") % {"most": LONGEST})
    return name


def _must_be_own(view: SavedView, by: Acting) -> None:
    if (view.person_id, view.unit_id) != (by.person_id, by.unit_id):
        raise scope.Refused(_("Bảng so sánh này do người khác lưu; chỉ người ấy đổi tên hoặc xóa được."))
