"""A comparison as the page shows it: what stands in rows and columns, and the pictures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from danvan.desk import show
from danvan.desk.charts import ChartPoint
from danvan.desk.compare_charts import DOTS, LINES, ChartLine, Dot, dots, lines
from danvan.desk.figures_of import short
from danvan.desk.templatetags.desk import story_url
from danvan.figures import catalogue
from danvan.figures.compare import Comparison
from danvan.figures.compare_page import TOTAL, Answer, Axis, Spot
from danvan.figures.sheet import Key
from danvan.lib import periods
from danvan.lib.periods import Period

CHANGE = "change"  # stands among the periods: the last against the first
CHARTS = 4
WIDTHS = (("wide-only", "wide"), ("narrow-only", "narrow"))
Member = Key | int | Period | str | None  # of an axis; None among the periods: all together


class Change(NamedTuple):
    """As the parts of pages want it: the percentage as a number."""

    delta: Decimal | None
    percent: Decimal | None
    direction: str | None
    comparability: str


class Square(NamedTuple):
    """One cell. url: its story; hollow: restated; foreign: of another territory; lost: not comparable."""

    spot: Spot | None
    change: Change | None
    measure: str
    url: str
    total: bool
    column: str  # said beside the figure on phones

    @property
    def hollow(self) -> bool:
        return bool(self.spot and self.spot.restated and not self.lost)

    @property
    def lost(self) -> bool:
        return bool(self.spot and not self.spot.comparable and not self.spot.other_map)


class Line(NamedTuple):
    label: str
    squares: list[Square]
    total: bool


class Block(NamedTuple):
    """Rows under one member of the outer axis; title is empty where there is only one."""

    title: str
    lines: list[Line]


@dataclass(slots=True)
class Table:
    """caption: what there is only one of."""

    caption: str
    corner: str
    columns: list[str]
    blocks: list[Block]


class Axes:
    """The members of each axis and what they are called."""

    def __init__(self, found: Answer) -> None:
        self.found, self.asked = found, found.question
        self.language = show.language()
        units: list[Member] = [ref.id for ref in found.units]
        spans: list[Member] = list(self.asked.periods)
        if found.total_periods and any(period is None for _key, _unit, period in found.spots):
            spans.append(None)
        if found.changes:
            spans.append(CHANGE)
        self.members: dict[Axis, list[Member]] = {
            "unit": [*units, *([TOTAL] if found.total_units else [])],
            "line": list(self.asked.keys),
            "period": spans,
        }

    def name(self, axis: Axis, member: Member) -> str:
        if axis == "unit":
            return _("Cộng") if member == TOTAL else self.found.name(member)  # type: ignore[arg-type]
        if axis == "line":
            return _part(self, member)  # type: ignore[arg-type]
        if member is None:
            return _("Cả các kỳ")
        if member == CHANGE:
            first, last = self.asked.periods[0], self.asked.periods[-1]
            return _("%(last)s so với %(first)s") % {"last": short(last), "first": short(first)}
        return short(member)  # type: ignore[arg-type]

    @property
    def indicator(self) -> str:
        """Of which all lines are parts; '' where they are of several, or there is only one."""
        codes = {code for code, _breakdown in self.asked.keys}
        parts = len(self.asked.keys) > 1 and all(breakdown for _code, breakdown in self.asked.keys)
        return self.line((codes.pop(), "")) if parts and len(codes) == 1 else ""

    def line(self, key: Key) -> str:
        known = catalogue.load()
        measure = known[key[0]].unit(self.language)
        label = known.label(*key, self.language)
        return label if measure in ("%", "") else f"{label} ({measure})"

    def single(self, axis: Axis) -> bool:
        return len(self.members[axis]) == 1

    def square(self, at: dict[Axis, Member], column: str) -> Square:
        key, unit, period = at["line"], at["unit"], at["period"]
        measure = catalogue.load()[key[0]].unit_vi  # type: ignore[index]
        total = unit == TOTAL or period is None
        if period == CHANGE:
            change = self.found.changes.get((key, unit))  # type: ignore[arg-type]
            return Square(None, _change(change), measure, "", total, column)
        spot = self.found.spots.get((key, unit, period))  # type: ignore[arg-type]
        url = ""
        if spot and not total and not spot.restated and spot.found.figure.value is not None:
            url = story_url(unit, period.code, *key, self.asked.form)  # type: ignore[arg-type,union-attr,misc]
        return Square(spot, None, measure, url, total, column)


def _change(found: Comparison | None) -> Change | None:
    if found is None:
        return None
    return Change(found.delta, found.percent and found.percent.value, found.direction, found.comparability)


def table(found: Answer) -> Table:
    """The cube laid flat as the question says."""
    axes, asked = Axes(found), found.question
    across, outer = asked.columns, asked.rows
    inner = next(axis for axis in ("line", "unit", "period") if axis not in (across, outer))
    if axes.single(inner) and not axes.single(outer):
        outer, inner = inner, outer  # what there is one of goes into the caption
    columns = [axes.name(across, member) for member in axes.members[across]]
    blocks = []
    for head in axes.members[outer]:
        rows = []
        for row in axes.members[inner]:
            squares = [
                axes.square({across: column, outer: head, inner: row}, name)
                for column, name in zip(axes.members[across], columns, strict=True)
            ]
            rows.append(Line(axes.name(inner, row), squares, row in (TOTAL, None)))
        blocks.append(Block("" if axes.single(outer) else axes.name(outer, head), rows))
    alone = [axis for axis in ("line", "unit", "period") if axes.single(axis) and axis not in (across, inner)]
    caption = " · ".join([*filter(None, [axes.indicator]), *(axes.name(axis, axes.members[axis][0]) for axis in alone)])
    return Table(caption, str(_titles()[inner]), columns, blocks)


def _titles() -> dict[Axis, str]:
    return {"unit": _("Đơn vị"), "line": _("Chỉ tiêu"), "period": _("Kỳ")}


def columns_of(flat: Table) -> list[str]:
    return [_("Nhóm"), flat.corner, *flat.columns]


def rows_of(flat: Table) -> Iterator[list[str | Decimal | None]]:
    """The same table for a file: figures as numbers, what is no figure in words."""
    for block in flat.blocks:
        for line in block.lines:
            yield [block.title or flat.caption, line.label, *map(_plain, line.squares)]


def _plain(square: Square) -> str | Decimal | None:
    if square.change is not None:
        return square.change.delta if square.change.delta is not None else _("không so sánh được")
    if square.spot is None:
        return None
    if square.lost:
        return _("không so sánh được")
    return show.in_a_file(square.spot.found.figure)


# Pictures


class Chart(NamedTuple):
    """pictures: (class, svg) for wide and narrow; kind: lines or dots; legend: how to read it."""

    label: str
    pictures: list[tuple[str, str]]
    kind: str
    hollow: bool
    paired: bool


def charts(found: Answer, reforms: Sequence[dt.date]) -> list[Chart]:
    """One for each line, or one for the values of a breakdown of one unit; what cannot be drawn is said in it."""
    axes, asked = Axes(found), found.question
    drawn = [one for one in asked.periods if periods.comparable(asked.periods[-1], one)]
    unlike = [show.period(one.code) for one in asked.periods if one not in drawn]
    measures = {catalogue.load()[code].unit_vi for code, _breakdown in asked.keys}
    if len(found.units) == 1 and len(asked.keys) > 1 and len(measures) == 1:
        unit = found.units[0].id
        title = " · ".join(filter(None, [axes.indicator, found.units[0].name]))
        groups = [(title, [(_part(axes, key), key, unit) for key in asked.keys])]
    else:
        groups = [(axes.line(key), [(ref.name, key, ref.id) for ref in found.units]) for key in asked.keys[:CHARTS]]
    made = [_chart(found, label, rows, drawn, unlike, reforms) for label, rows in groups]
    return [one for one in made if one]


def _part(axes: Axes, key: Key) -> str:
    """Beside others of the same indicator the value of the breakdown says enough."""
    return catalogue.load()[key[0]].breakdown_label(key[1], axes.language) if axes.indicator else axes.line(key)


def _chart(
    found: Answer,
    label: str,
    rows: list[tuple[str, Key, int]],
    drawn: list[Period],
    unlike: list[str],
    reforms: Sequence[dt.date],
) -> Chart | None:
    if len(drawn) > 1 and len(rows) <= LINES:
        return _lines(found, label, rows, drawn, unlike, reforms)
    if len(rows) > 1:
        return _dots(found, label, rows, drawn, unlike)
    return None


def _lines(
    found: Answer,
    label: str,
    rows: list[tuple[str, Key, int]],
    drawn: list[Period],
    unlike: list[str],
    reforms: Sequence[dt.date],
) -> Chart | None:
    made, lost = [], list(unlike)
    for name, key, unit in rows:
        measure = catalogue.load()[key[0]].unit_vi
        points = []
        for period in drawn:
            spot = found.spots[key, unit, period]
            value = spot.found.figure.value
            if not spot.comparable:
                lost.append(f"{name}, {short(period)}" if len(rows) > 1 else short(period))
            elif value is not None:
                points.append(
                    ChartPoint(period.end, short(period), float(value), show.amount(value, measure), spot.restated)
                )
        if points:
            made.append(ChartLine(name if len(rows) > 1 else "", tuple(points)))
    if not any(len(line.points) > 1 for line in made):
        return None
    marks = tuple((day, show.day(day)) for day in reforms if day > drawn[0].start)
    pictures = [
        (css, lines(tuple(made), marks, tuple(_notes(lost, width)), show.language(), width)) for css, width in WIDTHS
    ]
    hollow = any(point.restated for line in made for point in line.points)
    return Chart(label, pictures, "lines", hollow, False)


def _dots(
    found: Answer, label: str, rows: list[tuple[str, Key, int]], drawn: list[Period], unlike: list[str]
) -> Chart | None:
    first, last = drawn[0], drawn[-1]
    made = []
    for name, key, unit in rows:
        measure = catalogue.load()[key[0]].unit_vi
        now, then = found.spots[key, unit, last], found.spots[key, unit, first] if first != last else None
        value = now.found.figure.value if now.comparable else None
        before = then.found.figure.value if then and then.comparable else None
        said = "" if value is not None else str(show.EMPTY.get(now.found.figure.state, ""))
        written = "" if value is None else show.amount(value, measure)
        if then and not then.comparable and value is not None:
            written += " · " + _("%(period)s: không so sánh được") % {"period": short(first)}
        made.append(
            Dot(
                name,
                None if value is None else float(value),
                written,
                now.restated,
                None if before is None else float(before),
                bool(then and then.restated),
                said,
            )
        )
    if all(dot.value is None for dot in made):
        return None
    made.sort(key=lambda dot: (dot.value is None, -(dot.value or 0)))
    more = [_("%(n)s dòng cao nhất; tất cả ở bảng dưới.") % {"n": DOTS}] if len(made) > DOTS else []
    pictures = [
        (css, dots(tuple(made[:DOTS]), (*_notes(unlike, width), *more), show.language(), width))
        for css, width in WIDTHS
    ]
    return Chart(
        label,
        pictures,
        "dots",
        any(d.restated or d.before_restated for d in made),
        any(d.before is not None for d in made),
    )


def _notes(lost: Sequence[str], width: str) -> list[str]:
    """In lines that fit over the picture."""
    if not lost:
        return []
    lines_, room = [], 95 if width == "wide" else 44
    words = show.not_comparable(list(dict.fromkeys(lost))).split(" ")
    line = ""
    for word in words:
        if len(line) + len(word) > room:
            lines_.append(line)
            line = ""
        line = f"{line} {word}".strip()
    lines_.append(line)
    return lines_ if len(lines_) <= 3 else [*lines_[:3], "…"]
