"""Comparing: any lines over any units and periods, as a picture and a table; the question stands in the address."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.desk import comparing, show
from danvan.figures import catalogue, compare_notes, compare_page
from danvan.figures.actions import viewing
from danvan.figures.catalogue import CatalogueError
from danvan.figures.compare_page import MODES, Answer, Question
from danvan.figures.errors import FigureError
from danvan.figures.export import as_file
from danvan.figures.models import Form, SavedView
from danvan.figures.queries import FORM
from danvan.units import queries as units
from danvan.units.models import Reach, UnitVersion

PREFERRED = "mod.total"
KINDS = {
    "week": gettext_lazy("Tuần"),
    "month": gettext_lazy("Tháng"),
    "quarter": gettext_lazy("Quý"),
    "half": gettext_lazy("6 tháng"),
    "nine_months": gettext_lazy("9 tháng"),
    "year": gettext_lazy("Năm"),
    "ytd": gettext_lazy("Lũy kế"),
}


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Without a question: the acting unit's latest periods. `?add=` adds a unit by its name."""
    post = scope.require(Permission.SEE)
    problem, found, candidates = "", None, []
    try:
        asked = _filled(compare_page.question(dict(request.GET.lists())), post.unit_id)
    except (FigureError, CatalogueError) as error:
        problem = str(error)
        asked = _filled(compare_page.question({}), post.unit_id)
    added = request.GET.get("add", "").strip()[:100]
    if added and not problem:
        candidates = _named(added, asked)
        if len(candidates) == 1:
            return redirect(_address(replace(asked, units=(*asked.units, candidates[0].unit_id))))
        if not candidates:
            problem = _("Không có đơn vị nào tên “%(name)s” trong phạm vi của %(unit)s ở kỳ cuối. Thử viết đủ tên.") % {
                "name": added,
                "unit": post.unit_name,
            }
    if not problem and asked.lines and asked.periods:
        try:
            found = compare_page.answer(asked)
        except (FigureError, CatalogueError) as error:
            problem = str(error)
    context = {
        "place": "compare",
        "asked": asked,
        "problem": problem,
        "added": added,
        "candidates": [(one.name, _address(replace(asked, units=(*asked.units, one.unit_id)))) for one in candidates],
        "query": urlencode(asked.pairs()),
        "views": _views(request),
        **_choices(asked, post.unit_id),
        **(_shown(found) if found else {}),
    }
    return render(request, "desk/compare.html", context, status=400 if problem else 200)


def _filled(asked: Question, unit: int) -> Question:
    """With what is usually looked at where nothing is asked for."""
    if not asked.lines and asked.form == FORM:
        asked = replace(asked, lines=(PREFERRED,))
    return compare_page.usual(asked, unit)


def _address(asked: Question) -> str:
    return f"{reverse('compare')}?{urlencode(asked.pairs())}"


def _named(name: str, asked: Question) -> list[UnitVersion]:
    """Units of that name on the last day of the question, within reach."""
    day = asked.periods[-1].end if asked.periods else timezone.localdate()
    found = units.find(name, day)
    post = scope.maybe_acting()
    if post is None:
        return found
    reached = Reach.objects.filter(holder=post.unit_id, unit__in=[one.unit_id for one in found])
    seen = {*reached.values_list("unit", flat=True), post.unit_id}
    return [one for one in found if one.unit_id in seen]


def _shown(found: Answer) -> dict[str, Any]:
    reforms = compare_notes.reforms(found)
    flat = comparing.table(found)
    notes: dict[str, list[str]] = defaultdict(list)
    for note in compare_notes.notes(found, show.language()):
        notes[note.kind].append(note.text)
    return {
        "found": found,
        "flat": flat,
        "charts": comparing.charts(found, reforms),
        "unpictured": max(0, len(found.question.keys) - comparing.CHARTS) if len(found.units) > 1 else 0,
        "notes": [text for texts in notes.values() for text in texts],
        "hollow": any(spot.restated for spot in found.spots.values()),
        "rows": sum(len(block.lines) for block in flat.blocks),
    }


def _choices(asked: Question, own: int) -> dict[str, Any]:
    """What the form offers; what is chosen stands first and ticked."""
    language, known = show.language(), catalogue.load()
    try:
        lines = compare_page.lines_of(asked.form, asked.periods[-1] if asked.periods else None)
    except FigureError:
        lines = []
    offered = [(compare_page.line_of(key), known.label(*key, language)) for key in lines]
    divided = [
        (
            f"{code}--{key}=*",
            _("%(line)s: từng mục theo %(name)s") % {"line": known[code].label(language), "name": name},
        )
        for code, key, name in compare_page.breakdowns_of(lines, language)
    ]
    day = asked.periods[-1].end if asked.periods else timezone.localdate()
    wanted = {*asked.units, *([asked.below] if asked.below else []), own}
    names = dict(UnitVersion.objects.filter(unit__in=wanted).order_by("during").values_list("unit", "name"))
    names |= dict(units.on(day).filter(unit__in=wanted).values_list("unit", "name"))
    periods: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for one in compare_page.periods_for(asked):
        periods[str(KINDS[one.kind])].append((one.code, comparing.short(one), one in asked.periods))
    return {
        "forms": [
            (form.code, form.name_en if language == "en" else form.name_vi)
            for form in Form.objects.filter(during__contains=timezone.localdate()).order_by("code")
        ],
        "chosen_lines": [(line, _label(line)) for line in asked.lines],
        "offered": [(value, label) for value, label in [*offered, *divided] if value not in asked.lines],
        "chosen_units": [(unit, names.get(unit, str(unit))) for unit in asked.units if unit in names],
        "parents": [(unit, names[unit]) for unit in sorted(wanted, key=lambda one: one != own) if unit in names],
        "periods": dict(periods),
        "modes": MODES,
        "axes": [("period", _("Kỳ")), ("unit", _("Đơn vị")), ("line", _("Chỉ tiêu"))],
    }


def _label(line: str) -> str:
    code, _separator, breakdown = line.partition("--")
    known, language = catalogue.load(), show.language()
    if not breakdown.endswith("=*"):
        return known.label(code, breakdown, language)
    key = breakdown.removesuffix("=*")
    names = [one.name.label(language) for one in known[code].dims if one.key == key]
    return _each(known[code].label(language), ", ".join(names))


def _each(line: str, name: str) -> str:
    return _("%(line)s: từng mục theo %(name)s") % {"line": line, "name": name}


@require_safe
def table(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The very table of the page as .xlsx or .csv, its rows counted in the last line."""
    post = scope.require(Permission.SEE)
    try:
        asked = _filled(compare_page.question(dict(request.GET.lists())), post.unit_id)
        flat = comparing.table(compare_page.answer(asked))
    except (FigureError, CatalogueError) as error:
        return render(request, "400.html", {"message": str(error)}, status=400)
    name = f"so-sanh-{asked.periods[0].code}-{asked.periods[-1].code}"
    return as_file(request, kind, name=name, columns=comparing.columns_of(flat), rows=lambda: comparing.rows_of(flat))


# Saved views


def _views(request: HttpRequest) -> list[dict[str, Any]]:
    post = request.acting
    return [
        {
            "view": view,
            "url": f"{reverse('compare')}?{urlencode([tuple(pair) for pair in view.query])}",
            "own": view.person_id == post.person_id,
        }
        for view in viewing.views_of(post)
    ]


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """`query`: the question as it stands in the address."""
    query = request.POST.get("query", "")[:20_000]
    try:
        asked = compare_page.question(dict(QueryDict(query).lists()))
        view = viewing.save_view(
            name=request.POST.get("name", ""),
            query=asked.pairs(),
            shared=request.POST.get("shared") == "on",
            by=request.acting,
        )
    except (FigureError, CatalogueError) as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('compare')}?{query}" if _safe(query) else reverse("compare"))
    messages.success(request, _("Đã lưu “%(name)s”.") % {"name": view.name})
    return redirect(_address(asked))


def _safe(query: str) -> bool:
    return query.isascii() and query.isprintable() and " " not in query


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: rename or delete."""
    view = SavedView.objects.filter(pk=pk).first()
    if view is None:
        raise Http404(_("Bảng so sánh này không còn, hoặc không thuộc đơn vị đang dùng."))
    try:
        if request.POST.get("do") == "delete":
            viewing.remove_view(view=view, by=request.acting)
            messages.success(request, _("Đã xóa “%(name)s”.") % {"name": view.name})
        else:
            shared = request.POST.get("shared") == "on"
            viewing.rename_view(view=view, name=request.POST.get("name", ""), shared=shared, by=request.acting)
            messages.success(request, _("Đã đổi tên thành “%(name)s”.") % {"name": view.name})
    except FigureError as error:
        messages.error(request, str(error))
    query = request.POST.get("query", "")
    return redirect(f"{reverse('compare')}?{query}" if query and _safe(query) else reverse("compare"))
