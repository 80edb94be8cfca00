"""Lists of matters: which there are, what is asked of them, one page by key, all of it for a file, counts.

Every list is one query of matters and one for the names of units; a page after the first begins where the one before
ended, so that the millionth row costs what the first one does.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.casework import finding, saying, workflow
from danvan.casework.models import Matter
from danvan.casework.queries import names_of
from danvan.figures.workbook.tables import Value
from danvan.units.models import Reach

PAGE = 50
WEEK = 6  # days after today that are "this week"
CHUNK = 2000
MINE, UNIT, OVERDUE, THIS_WEEK, WAITING, CLOSED = VIEWS = ("mine", "unit", "overdue", "week", "waiting", "closed")
CHOSEN = ("type", "field", "state", "channel")
# What a line says: not what was written, which may be long.
LISTED = (
    *("book_number", "book_year", "unit", "type", "field", "channel", "title", "state", "resolution"),
    *("due", "due_rule", "received_on", "illustration", "handler", "handler__name"),
)
_OPEN = ~Q(state="closed")
_KEY = re.compile(r"(\d{4}-\d\d-\d\d)?~(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. below: of the unit and those below it, not of the unit alone; at: of one of those.

    after: a page's key.
    """

    view: str = UNIT
    below: bool = False
    chosen: Mapping[str, str] = field(default_factory=dict)
    handler: int | None = None
    words: str = ""
    after: str = ""
    at: int | None = None

    def address(self, **other: str) -> str:
        """The same question with other parts: a query string. An empty part is left out."""
        said = {
            "view": self.view if self.view != UNIT else "",
            "of": "below" if self.below else "",
            **self.chosen,
            "handler": str(self.handler or ""),
            "at": str(self.at or ""),
            "q": self.words,
            **other,
        }
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def filtered(self) -> bool:
        return bool(self.chosen or self.handler or self.words or self.at)


def asked(query: Mapping[str, str]) -> Asked:
    """The question of an address; what is not known in it is left out."""
    known = {name: {value for value, _name in options(name)} for name in CHOSEN}
    at = _number(query.get("at", ""))
    return Asked(
        view=query["view"] if query.get("view") in VIEWS else UNIT,
        below=query.get("of") == "below" or at is not None,
        chosen={name: query[name] for name in CHOSEN if query.get(name) in known[name]},
        handler=_number(query.get("handler", "")),
        at=at,
        words=" ".join(query.get("q", "").replace("\x00", " ").split())[: finding.LONGEST],
        after=query.get("after", ""),
    )


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None


def options(name: str) -> saying.Choices:
    """What a filter can be set to."""
    return {
        "type": saying.types,
        "state": saying.states,
        "field": lambda: saying.options("field_case"),
        "channel": lambda: saying.options("channel"),
    }[name]()


def rows(one: Asked, post: scope.Acting) -> QuerySet[Matter]:
    """All that is asked for, in no order."""
    found = Matter.objects.filter(_where(one, post)).filter(_view(one, post))
    found = found.filter(**one.chosen)
    if one.handler:
        found = found.filter(handler=one.handler)
    if one.words:
        unit = None if one.view == WAITING else one.at or post.unit_id
        found = finding.matching(found, one.words, unit, below=one.below and not one.at)
    return found


def _where(one: Asked, post: scope.Acting) -> Q:
    if one.at:
        return Q(unit=one.at)  # the manager lets only those within reach through
    if one.below:
        return Q(unit__reached_by=post.unit_id)
    return Q() if one.view == WAITING else Q(unit=post.unit_id)


def _view(one: Asked, post: scope.Acting) -> Q:
    return {
        MINE: _OPEN & Q(handler=post.person_id),
        UNIT: _OPEN,
        OVERDUE: Q(due__lt=post.day),  # what is closed has no limit any more
        THIS_WEEK: Q(due__range=(post.day, post.day + dt.timedelta(WEEK))),
        WAITING: Q(state="suspended") if one.below else Q(unit=post.unit_id, state="suspended") | _away(post),
        CLOSED: Q(state="closed"),
    }[one.view]


def _away(post: scope.Acting) -> Q:
    """Handed over by the unit and not yet settled there."""
    return Q(origin=post.unit_id, left_on__isnull=False) & ~Q(unit=post.unit_id) & _OPEN


@dataclass(frozen=True, slots=True)
class Line:
    """A matter in a list. unit: who has it, where that is not the acting unit; away: handed over."""

    matter: Matter
    mark: saying.Mark | None
    unit: str
    away: bool


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    more: str  # the key of the next page, "" where this is the last


def page(one: Asked, post: scope.Acting, most: int = PAGE) -> Page:
    """Open matters by their limit, those without one last; closed and waiting ones newest first."""
    found = (
        _by_due(rows(one, post), one.after, most + 1) if _dated(one) else _newest(rows(one, post), one.after, most + 1)
    )
    more, found = len(found) > most, found[:most]
    key = _key(one, found[-1]) if more else ""
    return Page(lines(found, post), key)


def lines(found: list[Matter], post: scope.Acting) -> list[Line]:
    names = names_of(matter.unit_id for matter in found if matter.unit_id != post.unit_id)
    return [
        Line(matter, mark(matter, post.day), names.get(matter.unit_id, ""), matter.unit_id != post.unit_id)
        for matter in found
    ]


def mark(matter: Matter, today: dt.date) -> saying.Mark | None:
    """Where a matter stands in time."""
    if matter.state == "closed":
        return None
    if matter.state == "suspended" and matter.due is None:
        return saying.Mark("clock", "waiting", _("đang tạm dừng"))
    return saying.due_mark(matter.due, today)


def _dated(one: Asked) -> bool:
    return one.view not in (WAITING, CLOSED)


def _key(one: Asked, last: Matter) -> str:
    return f"{last.due.isoformat() if last.due and _dated(one) else ''}~{last.pk}"


def _by_due(found: QuerySet[Matter], after: str, most: int) -> list[Matter]:
    """In two steps, so that each walks along the index: those with a limit, then those without."""
    key = _KEY.fullmatch(after)
    found = found.select_related("handler").only(*LISTED)
    dated, undated = found.filter(due__isnull=False), found.filter(due=None)
    taken: list[Matter] = []
    if key and key[1]:
        try:
            day = dt.date.fromisoformat(key[1])
        except ValueError:
            key = None
        else:
            dated = dated.filter(due__gte=day).filter(Q(due__gt=day) | Q(pk__gt=int(key[2])))
    if not key or key[1]:
        taken = list(dated.order_by("due", "pk")[:most])
    elif key:
        undated = undated.filter(pk__gt=int(key[2]))
    if len(taken) < most:
        taken += undated.order_by("pk")[: most - len(taken)]
    return taken


def _newest(found: QuerySet[Matter], after: str, most: int) -> list[Matter]:
    key = _KEY.fullmatch(after)
    if key:
        found = found.filter(pk__lt=int(key[2]))
    return list(found.select_related("handler").only(*LISTED).order_by("-pk")[:most])


@dataclass(frozen=True, slots=True)
class Pressed:
    """How pressed a unit is: open matters overdue and due within the week; late: days of the oldest one overdue."""

    unit: int
    name: str
    overdue: int
    week: int
    late: int


def by_unit(post: scope.Acting, most: int) -> tuple[list[Pressed], int]:
    """The units within reach that have matters overdue or due this week, the most overdue first; two queries.

    Gives the first ones, and how many units there are beside.
    """
    near = Asked(below=True)
    found = Matter.objects.filter(_where(near, post), due__lte=post.day + dt.timedelta(WEEK))
    rows = found.values("unit").annotate(
        overdue=Count("pk", filter=Q(due__lt=post.day)),
        week=Count("pk", filter=Q(due__gte=post.day)),
        oldest=Min("due"),
    )
    ranked = sorted(rows, key=lambda row: (-row["overdue"], row["oldest"], row["unit"]))
    names = names_of(row["unit"] for row in ranked[:most])
    shown = [
        Pressed(
            row["unit"],
            names.get(row["unit"], ""),
            row["overdue"],
            row["week"],
            (post.day - row["oldest"]).days if row["overdue"] else 0,
        )
        for row in ranked[:most]
    ]
    return shown, len(ranked) - len(shown)


# One look at the unit's open matters and one at what it handed over; written out, for every list shows it.
_COUNTS = """
SELECT count(*) FILTER (WHERE handler_id = %(person)s), count(*), count(*) FILTER (WHERE due < %(today)s),
  count(*) FILTER (WHERE due BETWEEN %(today)s AND %(week)s),
  count(*) FILTER (WHERE state = 'suspended') + (
    SELECT count(*) FROM casework_matter
    WHERE origin_id = %(unit)s AND unit_id <> %(unit)s AND left_on IS NOT NULL AND NOT state = 'closed')
FROM casework_matter WHERE unit_id = %(unit)s AND NOT state = 'closed'
"""


def reaches(post: scope.Acting) -> bool:
    """Whether there are units below."""
    return Reach.objects.filter(holder=post.unit_id).exclude(unit=post.unit_id).exists()


def counts(post: scope.Acting) -> dict[str, int]:
    """How many are in each list of open ones of the unit."""
    today = {"today": post.day, "week": post.day + dt.timedelta(WEEK)}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"unit": post.unit_id, "person": post.person_id, **today})
        return dict(zip((MINE, UNIT, OVERDUE, THIS_WEEK, WAITING), cursor.fetchone(), strict=True))


# As a file


def columns() -> list[str]:
    """Nobody's name is among them: neither who raised it nor who handles it."""
    return [
        *(_("Số"), _("Ngày tiếp nhận"), _("Loại"), _("Lĩnh vực"), _("Kênh"), _("Tóm tắt"), _("Tình trạng")),
        *(_("Kết quả"), _("Hạn"), _("Quy định"), _("Quá hạn"), _("Đơn vị đang giữ"), _("Ngày kết thúc")),
    ]


def written(one: Asked, post: scope.Acting) -> Iterator[list[Value]]:
    """Every row for a file, read in pieces and never held together."""
    names = ("book_number", "book_year", "received_on", "type", "field", "channel", "title", "state", "resolution")
    found = rows(one, post).order_by("-pk").values_list(*names, "due", "due_rule", "unit", "closed_on")
    types, fields, channels = dict(saying.types()), dict(options("field")), dict(options("channel"))
    states, called = dict(saying.states()), dict[int, str]()
    for row in found.iterator(chunk_size=CHUNK):
        number, year, received, kind, of, channel, title, state, resolution, due, rule, unit, closed = row
        if unit not in called:
            called |= {unit: "", **names_of([unit])}
        late = _("quá hạn") if due and state != workflow.CLOSED and due < post.day else ""
        yield [
            *(f"{number}/{year}", received, types.get(kind, kind), fields.get(of, of), channels.get(channel, channel)),
            *(title, states.get(state, state), saying.resolution_name(resolution), due),
            *(saying.rule_name(rule) if rule else "", late, called[unit], closed),
        ]
