"""Finding a unit, and one unit: what it was called, who became whom, its bodies, its figures over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from danvan.access import scope
from danvan.desk import figures_of, show
from danvan.desk.naming import last_day
from danvan.desk.queries import invented
from danvan.desk.river import MOST, River, Stream, river
from danvan.desk.views.errors import day_of, period_of
from danvan.figures import queries as figures
from danvan.figures.catalogue import CatalogueError
from danvan.figures.errors import FigureError
from danvan.units import names, queries
from danvan.units.models import Unit, UnitVersion

PAGE = 50
LONGEST = 100


def search(request: HttpRequest) -> HttpResponse:
    """Units of a day by part of their name, marks or none; `?q=&on=&after=`, without q the provinces."""
    asked, on_said, problem = request.GET.get("q", "").strip(), request.GET.get("on", "").strip(), ""
    if len(asked) > LONGEST:
        raise BadRequest(_("Tên cần tìm dài quá %(most)s ký tự. Viết ngắn lại.") % {"most": LONGEST})
    on = timezone.localdate()
    try:
        on = day_of(on_said) if on_said else on
    except BadRequest as error:
        problem = str(error)
    key = names.search_key(names.write_out(asked))
    rows = _matching(key, on) if asked else queries.on(on).filter(level=UnitVersion.Level.PROVINCE)
    if after := request.GET.get("after"):
        name, separator, unit = after.rpartition("~")
        if not (separator and unit.isascii() and unit.isdecimal() and len(unit) < 19):
            raise BadRequest(_("Không hiểu chỗ tiếp theo của danh sách. Tìm lại từ đầu."))
        rows = rows.filter(Q(bare_key__gt=name) | Q(bare_key=name, unit__gt=int(unit)))
    found = list(rows.order_by("bare_key", "unit")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    context = {
        "place": "units",
        "q": asked,
        "on": on,
        "on_given": bool(on_said) and not problem,
        "on_said": on_said[:40],
        "problem": problem,
        "found": found,
        "above": _names_above(found, on),
        "more": f"{found[-1].bare_key}~{found[-1].unit_id}" if more else "",
        "map_from": None if found else queries.first_day(),
    }
    return render(request, "desk/units.html", context, status=400 if problem else 200)


def found_within(text: str, period: str, most: int = 10) -> list[tuple[UnitVersion, str]]:
    """Units of the acting unit's reach by part of their name, on the last day of a period; with who stands above."""
    day, key = last_day(period), names.search_key(names.write_out(text))
    rows, post = _matching(key, day), scope.current().acting
    if post is not None:
        rows = rows.filter(unit__reached_by=post.unit_id)
    found = list(rows.order_by("bare_key", "unit")[:most])
    above = _names_above(found, day)
    return [(version, above[version.unit_id]) for version in found]


def _matching(key: str, on: dt.date) -> QuerySet[UnitVersion]:
    return queries.on(on).filter(search_key__contains=key) if key else UnitVersion.objects.none()


def _names_above(found: Sequence[UnitVersion], on: dt.date) -> dict[int, str]:
    """Unit id -> the names of who stands above it, nearest first, without the country; two queries at most."""
    parent_of = {version.unit_id: version.parent_id for version in found}
    named: dict[int, UnitVersion] = {}
    wanted = {parent for parent in parent_of.values() if parent}
    for _level in range(2):  # district and province, or province and country
        versions = queries.on(on).filter(unit__in=wanted)
        named.update({version.unit_id: version for version in versions})
        wanted = {version.parent_id for version in versions if version.parent_id} - named.keys()
    above = {}
    for unit, parent in parent_of.items():
        line = []
        while parent in named and named[parent].level != UnitVersion.Level.COUNTRY:
            line.append(named[parent].name)
            parent = named[parent].parent_id
        above[unit] = ", ".join(line)
    return above


def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """`?on=` shows the tree of another day; without it today's, or the unit's last day if it has ended."""
    life = queries.history(pk)
    if not life.versions:
        raise Http404(_("Không có đơn vị số %(number)s.") % {"number": pk})
    on = day_of(request.GET["on"]) if request.GET.get("on") else _last_day(life.versions)
    now = next((version for version in life.versions if on in version.during), None)
    below = queries.children(pk, on)
    bodies = set(
        Unit.objects.filter(pk__in=[version.unit_id for version in below], kind="body").values_list("pk", flat=True)
    )
    context = {
        "place": "units",
        "unit": Unit.objects.get(pk=pk),
        "on": on,
        "now": now,
        "name": (now or life.versions[-1]).name,
        "level": (now or life.versions[-1]).get_level_display(),
        "ended": life.versions[-1].during.upper,
        "path": queries.ancestors(pk, on),
        "life": life,
        **_figures(request, pk, life),
        "rivers": rivers(life),
        "bodies": [version for version in below if version.unit_id in bodies],
        "children": [version for version in below if version.unit_id not in bodies],
    }
    return render(request, "desk/unit.html", context)


def _figures(request: HttpRequest, pk: int, life: queries.History) -> dict[str, Any]:
    """`?indicator=` chooses the line over time, `?then=` the period of predecessors. Beyond reach: a sentence."""
    try:
        scope.require_unit(pk)
    except scope.Refused as refusal:  # the map is open to all, the figures are not
        return {"refusal": str(refusal)}
    periods, born = figures.periods_of(pk), life.versions[0].during.lower
    asked = period_of(request.GET["then"]) if request.GET.get("then") else None
    try:
        line, choices = figures_of.line_of(pk, periods, born, request.GET.get("indicator", ""), life.predecessors)
        then, again = figures_of.found_again(pk, periods, born, asked)
    except CatalogueError as error:
        raise BadRequest(str(error)) from None
    except FigureError as error:
        raise Http404(str(error)) from None
    return {
        "periods": [period for period in periods if period.end >= born],
        "earlier": [period for period in periods if period.end < born],
        "line": line,
        "choices": choices,
        "then": then,
        "again": again,
        "again_invented": bool(again) and invented(then.code),
    }


def _last_day(versions: Sequence[UnitVersion]) -> dt.date:
    """Today, or the last day of a unit that has ended, or the first of one that is still to come."""
    today = timezone.localdate()
    if versions[0].during.lower > today:
        return versions[0].during.lower
    end = versions[-1].during.upper
    return min(today, end - dt.timedelta(days=1)) if end else today


def rivers(life: queries.History) -> list[tuple[str, River]]:
    """The picture for wide screens and for phones; none for a unit that nothing ever happened to."""
    if not (life.predecessors or life.successors):
        return []
    origins = _streams(
        [(edge.predecessor_name, edge.predecessor_id, edge.day, edge.kind) for edge in life.predecessors]
    )
    outcomes = _streams([(edge.successor_name, edge.successor_id, edge.day, edge.kind) for edge in life.successors])
    name = life.versions[-1].name
    return [("wide-only", river(name, origins, outcomes, 860)), ("narrow-only", river(name, origins, outcomes, 350))]


def _streams(edges: Sequence[tuple[str, int, dt.date, str]]) -> list[Stream]:
    streams = [Stream(*edge) for edge in edges]
    if len(streams) <= MOST:
        return streams
    rest = len(streams) - MOST + 1
    said = ngettext("và %(n)s đơn vị khác", "và %(n)s đơn vị khác", rest) % {"n": show.number(rest)}
    return [*streams[: MOST - 1], Stream(said, None, streams[-1].day, streams[-1].kind)]
