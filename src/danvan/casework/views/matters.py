"""The work list: what is to be done with matters, whose it is, by when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.casework import leading, lists, queries, saying, topic_map, workflow
from danvan.figures.export import as_file
from danvan.figures.filing_page import language


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """`?view=`, `?of=below`, filters, `?q=` words, number or code, `?after=` the key of a page."""
    post = scope.require(Permission.SEE)
    one = lists.asked(request.GET)
    found = lists.page(one, post)
    context = {
        "place": "casework",
        "tab": "matters",
        "asked": one,
        "rows": _rows(found.lines),
        "more": one.address(after=found.more) if found.more else "",
        "views": _views(one, post),
        "other": replace(one, below=not one.below, handler=None, at=None, after="").address(),
        "reaches": lists.reaches(post),
        "filters": [(name, label, one.chosen.get(name, ""), lists.options(name)) for name, label in _filters()],
        "handlers": queries.handlers_of(post.unit_id),
        "csv": one.address(),
        "today": post.day,
        "at": queries.names_of([one.at]).get(one.at, "") if one.at else "",
    }
    return render(request, "casework/matters/list.html", context)


@require_safe
def leader(request: HttpRequest) -> HttpResponse:
    """What is late, what becomes so this week, what waits for a signature, promises past their day."""
    post = scope.require(Permission.SEE)
    context = {"place": "casework", "tab": "leader", "desk": leading.desk(post), "today": post.day}
    return render(request, "casework/matters/leader.html", context)


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """`?period=`, `?field=`: where which topics are raised, as dots and as a table."""
    post = scope.require(Permission.SEE)
    asked = topic_map.asked(request.GET, post.day)
    found = topic_map.read(asked, post)
    context = {
        "place": "casework",
        "tab": "map",
        "asked": asked,
        "period": asked.period.label(language()),
        "periods": [(one.code, one.label(language())) for one in topic_map.periods(post.day)],
        "fields": saying.options("field_case"),
        "found": found,
        "drawn": topic_map.picture(found),
        "least": topic_map.LEAST,
    }
    return render(request, "casework/matters/map.html", context)


@require_safe
def table(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The same list whole as .csv or .xlsx, without anybody's name."""
    post = scope.require(Permission.SEE)
    one = lists.asked(request.GET)
    name = f"vu-viec-{one.view}-{timezone.localdate():%Y-%m-%d}"
    return as_file(request, kind, name=name, columns=lists.columns(), rows=lambda: lists.written(one, post))


def _rows(lines: list[lists.Line]) -> list[dict[str, Any]]:
    """Lines in words. A page has fifty of them: what is worked out here need not be looked up in the template."""
    types, fields, channels, states = (dict(lists.options(name)) for name in ("type", "field", "channel", "state"))
    below, found = reverse("matters"), []
    for line in lines:
        one = line.matter
        kind = (types.get(one.type, one.type), fields.get(one.field, one.field), channels.get(one.channel, one.channel))
        found.append(
            {
                "address": f"{below}{one.pk}/",
                "number": str(one),
                "title": one.title,
                "kind": " · ".join(filter(None, kind)),
                "away": line.away,
                "unit": line.unit,
                "illustration": one.illustration,
                "state": states[one.state],
                "open": one.state != workflow.CLOSED,
                "resolution": saying.resolution_name(one.resolution) if one.resolution else "",
                "due": one.due,
                "mark": line.mark,
                "rule": saying.rule_name(one.due_rule) if one.due_rule else "",
                "handler": one.handler.name if one.handler else "",
                "received": one.received_on,
            }
        )
    return found


def _views(one: lists.Asked, post: scope.Acting) -> list[tuple[str, str, int | None, bool]]:
    """(query string, name, how many, here) of each list."""
    names = {
        lists.MINE: _("Của tôi"),
        lists.UNIT: _("Của đơn vị"),
        lists.OVERDUE: _("Quá hạn"),
        lists.THIS_WEEK: _("Đến hạn tuần này"),
        lists.WAITING: _("Chờ nơi khác"),
        lists.CLOSED: _("Đã kết thúc"),
    }
    many = {} if one.below else lists.counts(post)
    return [
        (one.address(view=view if view != lists.UNIT else ""), name, many.get(view), view == one.view)
        for view, name in names.items()
    ]


def _filters() -> list[tuple[str, str]]:
    return [("type", _("Loại")), ("field", _("Lĩnh vực")), ("state", _("Tình trạng")), ("channel", _("Kênh"))]
