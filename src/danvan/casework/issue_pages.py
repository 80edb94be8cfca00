"""What the pages of pressing issues show: the list by key, one issue with its measures and the matters it gathers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.casework import finding, lists, saying
from danvan.casework.models import Issue, Matter, Measure
from danvan.casework.queries import names_of

PAGE = 50
LIKE = 8  # matters that are offered for gathering
SHOWN = 100  # matters of an issue
OPEN, UNDIRECTED, HOT, LATE, RESOLVED = VIEWS = ("open", "undirected", "hotspot", "late", "resolved")


@dataclass(frozen=True, slots=True)
class Line:
    issue: Issue
    unit: str
    matters: int
    severity: saying.Mark
    due: saying.Mark | None


def severity_mark(severity: str) -> saying.Mark:
    icon, tone = {"hotspot": ("bad", "bad"), "pressing": ("note", "due")}.get(severity, ("same", ""))
    return saying.Mark(icon, tone, saying.named("severity", severity))


def due_mark(issue: Issue, today: dt.date) -> saying.Mark | None:
    if issue.resolved_on:
        return saying.Mark("done", "done", _("đã giải quyết"))
    if issue.directed_on is None:
        return saying.Mark("clock", "waiting", _("chờ chỉ đạo"))
    return saying.due_mark(issue.due, today)


def view_of(query: Mapping[str, str]) -> str:
    return query["view"] if query.get("view") in VIEWS else OPEN


def page(view: str, *, below: bool, after: str, post: scope.Acting, most: int = PAGE) -> tuple[list[Line], str]:
    """Newest first, and the key of the next page; two queries."""
    rows = _rows(view, post.day)
    if not below:
        rows = rows.filter(unit=post.unit_id)
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    gathered = (
        Matter.objects.filter(issue=OuterRef("pk")).order_by().values("issue").annotate(n=Count("pk")).values("n")
    )
    found = list(
        rows.select_related("owner").annotate(gathered=Coalesce(Subquery(gathered), 0)).order_by("-pk")[: most + 1]
    )
    more, found = len(found) > most, found[:most]
    names = names_of(one.unit_id for one in found if one.unit_id != post.unit_id)
    lines = [
        Line(one, names.get(one.unit_id, ""), one.gathered, severity_mark(one.severity), due_mark(one, post.day))
        for one in found
    ]
    return lines, str(found[-1].pk) if more else ""


def _rows(view: str, today: dt.date) -> QuerySet[Issue]:
    waiting = Q(resolved_on=None)
    which = {
        OPEN: waiting,
        UNDIRECTED: waiting & Q(directed_on=None),
        HOT: waiting & Q(severity="hotspot"),
        LATE: waiting & Q(due__lt=today),
        RESOLVED: ~waiting,
    }[view]
    return Issue.objects.filter(which)


@dataclass(frozen=True, slots=True)
class IssuePage:
    issue: Issue
    unit: str
    own: bool
    measures: list[tuple[Measure, str]]
    matters: list[lists.Line]
    like: list[Matter]
    severity: saying.Mark
    due: saying.Mark | None

    @property
    def open(self) -> bool:
        return self.issue.resolved_on is None


def read(issue: Issue, post: scope.Acting) -> IssuePage:
    own = issue.unit_id == post.unit_id
    gathered = list(Matter.objects.filter(issue=issue).select_related("handler").order_by("-pk")[:SHOWN])
    like: list[Matter] = []
    if own and issue.resolved_on is None:
        known = {one.pk for one in gathered}
        found = finding.alike(issue.title, issue.text, post.unit_id, LIKE + len(known))
        like = [one for one, _likeness in found if one.pk not in known and one.unit_id == post.unit_id][:LIKE]
    return IssuePage(
        issue=issue,
        unit=names_of([issue.unit_id]).get(issue.unit_id, ""),
        own=own,
        measures=[(one, _measure_name(one.kind)) for one in issue.measures.all()],
        matters=lists.lines(gathered, post),
        like=like,
        severity=severity_mark(issue.severity),
        due=due_mark(issue, post.day),
    )


def _measure_name(kind: str) -> str:
    return {
        "raise": _("Ghi nhận"),
        "assign": _("Giao theo dõi"),
        "direct": _("Chỉ đạo"),
        "act": _("Đã làm"),
        "escalate": _("Thành điểm nóng"),
        "calm": _("Đã dịu"),
        "resolve": _("Đã giải quyết"),
    }.get(kind, kind)
