"""The trail: who did what to what, read and searched by those entitled."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.access.words import VERBS
from danvan.audit.models import Event
from danvan.lib import days
from danvan.units import queries as units

PAGE = 50


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Deeds of and about the acting unit and those below it, newest first; looking is itself a deed of reading only."""
    scope.require(Permission.SEE_AUDIT)
    asked = {name: request.GET.get(name, "").strip()[:100] for name in ("q", "verb", "since", "until", "before")}
    found, problem = _filtered(asked)
    rows = list(found[: PAGE + 1])
    names = {
        version.unit_id: version.name
        for version in units.on(request.acting.day).filter(
            unit__in={one for event in rows for one in (event.unit, event.stream) if one}
        )
    }
    context = {
        "place": "audit",
        "events": [(event, VERBS.get(event.verb, event.verb), names.get(event.unit)) for event in rows[:PAGE]],
        "more": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "asked": asked,
        "verbs": sorted(VERBS.items(), key=lambda one: str(one[1])),
        "problem": problem,
    }
    return render(request, "access/trail.html", context, status=422 if problem else 200)


def _filtered(asked: dict[str, str]) -> tuple[QuerySet[Event], str]:
    found = Event.objects.order_by("-pk")
    problem = ""
    if asked["q"]:
        found = found.filter(Q(by__icontains=asked["q"]) | Q(label__icontains=asked["q"]) | Q(subject=asked["q"]))
    if asked["verb"] in VERBS:
        found = found.filter(verb=asked["verb"])
    for name, condition in (("since", "at__date__gte"), ("until", "at__date__lte")):
        if asked[name]:
            try:
                found = found.filter(**{condition: days.parse(asked[name])})
            except ValueError as error:
                problem = str(error)
    if asked["before"].isascii() and asked["before"].isdecimal() and len(asked["before"]) < 19:
        found = found.filter(pk__lt=int(asked["before"]))
    return found, problem
