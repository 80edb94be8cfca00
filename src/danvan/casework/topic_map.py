"""Where which topics are raised: matters as dots, by place and field, and the same as a table.

A dot is a commune at its centre, or within one commune a square of about a kilometre: never the place that somebody
gave, which may be their home. A place of fewer than `LEAST` matters has no number of its own; the sealed are not here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from django.db import connection
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from danvan.access import scope
from danvan.casework import saying, workflow
from danvan.casework.queries import names_of
from danvan.figures.filing_page import language
from danvan.lib import dots
from danvan.lib.periods import Period
from danvan.units.models import Unit, UnitVersion

LEAST = 5  # matters of a place that is shown with its number (domain.md, section 8: cells under 5 are not published)
TOPICS = 4  # fields with a shape and a colour of their own
GRID = 2  # decimals of a degree: squares of about a kilometre
WIDTH, HEIGHT, EDGE = 620, 520, 34
NAMED = 12  # places with their name beside the dot
SMALL, LARGE = 0.8, 3.2  # how large a dot is drawn
SHAPES = (dots.CIRCLE, dots.TRIANGLE, dots.SQUARE, dots.DIAMOND)

Point = tuple[float, float]  # latitude, longitude
Square = tuple[int, Point | None]  # a unit, and a square of it, None for all of it that is in no square
Units = dict[int, tuple[str, Point | None]]

_COUNT = """
SELECT coalesce(m.area_id, m.origin_id) AS place, m.field,
    CASE WHEN %(near)s THEN round(m.latitude::numeric, %(grid)s) END AS north,
    CASE WHEN %(near)s THEN round(m.longitude::numeric, %(grid)s) END AS east, count(*) AS n
FROM casework_matter m
WHERE (m.unit_id = ANY(%(units)s::bigint[]) OR m.origin_id = ANY(%(units)s::bigint[]))
    AND m.received_on BETWEEN %(first)s AND %(last)s AND NOT m.type = ANY(%(sealed)s)
    AND m.merged_into_id IS NULL AND (%(field)s = '' OR m.field = %(field)s)
GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A dot of at least LEAST matters. fields: how many of each."""

    name: str
    point: tuple[float, float] | None
    fields: Mapping[str, int]

    @property
    def count(self) -> int:
        return sum(self.fields.values())

    @property
    def field(self) -> str:
        """What is raised most there."""
        return max(self.fields, key=lambda one: (self.fields[one], one))

    @property
    def named(self) -> list[tuple[str, int]]:
        """The fields of the place that reach LEAST, most first, by name."""
        found = sorted(((n, one) for one, n in self.fields.items() if n >= LEAST), reverse=True)
        return [(field_name(one), n) for n, one in found]


@dataclass(frozen=True, slots=True)
class TopicMap:
    """places: those with a number, most first; small: the points of those without. topics: the fields drawn apart.

    few: how many places have no number; of_few: their matters together, None where these too are under LEAST.
    """

    places: tuple[Place, ...]
    small: tuple[Point, ...]
    few: int
    of_few: int | None
    topics: tuple[str, ...]


class Asked(NamedTuple):
    """What the address asks for. field: '' for all."""

    period: Period
    field: str


def asked(query: Mapping[str, str], today: dt.date) -> Asked:
    """`?period=`, `?field=`; the running year and all fields where they are not said or not known."""
    period = next((one for one in periods(today) if one.code == query.get("period")), periods(today)[0])
    known = {value for value, _name in saying.options("field_case")}
    return Asked(period, query.get("field", "") if query.get("field") in known else "")


def periods(today: dt.date) -> list[Period]:
    """The running year and the one before, and the quarters of both, newest first."""
    year = Period.covering(today, "year")
    quarter, quarters = Period.covering(today, "quarter"), []
    while quarter.start >= year.previous.start:
        quarters.append(quarter)
        quarter = quarter.previous
    return [year, *quarters, year.previous]


def read(one: Asked, post: scope.Acting) -> TopicMap:
    """Of the acting unit and those below it; four queries."""
    reached = _reached(post)
    said = {
        "units": list(reached),
        "first": one.period.start,
        "last": one.period.end,
        "field": one.field,
        "sealed": [code for code, kind in workflow.load().types.items() if kind.sealed],
        "near": not _holds_others(post, reached),
        "grid": GRID,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, said)
        squares: dict[Square, Counter[str]] = {}
        for place, topic, north, east, n in cursor.fetchall():
            square = None if north is None else (float(north), float(east))
            squares.setdefault((place, square), Counter())[topic] += n
    _gather(squares)
    known = reached | {
        unit: (name, None) for unit, name in names_of({unit for unit, _s in squares} - {*reached}).items()
    }
    return _mapped(squares, known, one.field)


def _reached(post: scope.Acting) -> Units:
    """The units of today within reach: name and point."""
    there = UnitVersion.objects.filter(unit__in=scope.below(post).values("unit"), during__contains=post.day)
    return {
        unit: (name, None if north is None or east is None else (north, east))
        for unit, name, north, east in there.values_list("unit", "name", "latitude", "longitude")
    }


def _holds_others(post: scope.Acting, reached: Iterable[int]) -> bool:
    """Whether other places than the own commune lie within reach; its hamlets and bodies are in it."""
    there = UnitVersion.objects.filter(unit__in=reached, during__contains=post.day)
    own = Q(unit=post.unit_id, level=UnitVersion.Level.COMMUNE)
    return there.exclude(own | Q(level=UnitVersion.Level.HAMLET) | Q(unit__kind=Unit.Kind.BODY)).exists()


def _gather(squares: dict[Square, Counter[str]]) -> None:
    """A square of few goes into its commune, so that nobody is found by where they live."""
    for unit, square in [key for key, fields in squares.items() if key[1] and fields.total() < LEAST]:
        squares.setdefault((unit, None), Counter()).update(squares.pop((unit, square)))


def _mapped(squares: Mapping[Square, Counter[str]], known: Units, field: str) -> TopicMap:
    ranked = sorted(squares.items(), key=lambda one: (-one[1].total(), one[0][0], one[0][1] or (0, 0)))
    places: list[Place] = []
    small: list[Point] = []
    few: list[int] = []
    leading: Counter[str] = Counter()
    for (unit, square), fields in ranked:
        name, centre = known.get(unit, ("", None))
        point = square or centre
        if fields.total() < LEAST:
            few.append(fields.total())
            small += [point] if point else []
            continue
        if square:
            name = _("%(unit)s, khu vực %(n)s") % {"unit": name, "n": len(places) + 1}
        places.append(Place(name, point, fields))
        leading[places[-1].field] += fields.total()
    topics = (field,) if field else tuple(topic for topic, _n in leading.most_common(TOPICS))
    return TopicMap(tuple(places), tuple(small), len(few), sum(few) if sum(few) >= LEAST else None, topics)


# The picture


def field_name(field: str) -> str:
    return saying.named("field_case", field) if field else _("chưa phân lĩnh vực")


def picture(found: TopicMap) -> SafeString | str:
    """SVG with classes only; each dot says its place and number, and leads to the matters. '' where no point is known.

    The area of a dot says the number, shape and colour what is raised most there.
    """
    drawn = [one for one in found.places if one.point]
    points = [one.point for one in drawn if one.point] + list(found.small)
    if not points:
        return ""
    at = dots.fitted(points, WIDTH, HEIGHT, EDGE)
    most = max((one.count for one in drawn), default=1)
    marks = format_html_join(
        "",
        '<path class="few" d="{}" transform="translate({} {})"/>',
        ((dots.SMALL, x, y) for x, y in at[len(drawn) :]),
    )
    marks += format_html_join(
        "",
        '<g class="topic t{}"><title>{}</title><path d="{}" transform="translate({} {}) scale({})"/></g>',
        (
            (_topic(one.field, found), _said(one), _shape(one.field, found), x, y, _size(one.count, most))
            for one, (x, y) in zip(drawn, at, strict=False)
        ),
    )
    marks += format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        (
            (x + 20, y + 7, "start", one.name) if x < WIDTH / 2 else (x - 20, y + 7, "end", one.name)
            for one, (x, y) in zip(drawn[:NAMED], at, strict=False)
        ),
    )
    label = _("Bản đồ: nơi nêu nhiều nhất theo lĩnh vực; bảng bên cạnh ghi đủ các con số.")
    return format_html(
        '<svg class="topics" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>{}',
        WIDTH,
        HEIGHT,
        label,
        marks,
        _legend(found),
    )


def _topic(field: str, found: TopicMap) -> int:
    return found.topics.index(field) if field in found.topics else TOPICS


def _shape(field: str, found: TopicMap) -> str:
    return SHAPES[found.topics.index(field)] if field in found.topics else dots.SMALL


def _size(count: int, most: int) -> float:
    """By which a shape is drawn larger: its area says the number."""
    return round(max(SMALL, LARGE * sqrt(count / most)), 2)


def _said(one: Place) -> str:
    many = ngettext("%(n)s vụ việc", "%(n)s vụ việc", one.count) % {"n": one.count}
    return _("%(place)s: %(many)s, nhiều nhất là %(field)s") % {
        "place": one.name,
        "many": many,
        "field": field_name(one.field),
    }


def _legend(found: TopicMap) -> SafeString:
    rows = [(f"topic t{n}", SHAPES[n], field_name(field)) for n, field in enumerate(found.topics)]
    if any(one.point and one.field not in found.topics for one in found.places):
        rows.append((f"topic t{TOPICS}", dots.SMALL, _("lĩnh vực khác")))
    if found.small:
        rows.append(("few", dots.SMALL, _("dưới %(n)s vụ việc") % {"n": LEAST}))
    return format_html(
        '<ul class="legend" lang="{}">{}</ul>',
        language(),
        format_html_join(
            "",
            '<li class="{}"><svg viewBox="-8 -8 16 16" aria-hidden="true"><path class="{}" d="{}"/></svg>{}</li>',
            ((css, css, shape, name) for css, shape, name in rows),
        ),
    )
