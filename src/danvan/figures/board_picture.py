"""Pictures of the board: the units as dots where they lie, and how the rates went from period to period.

SVG with classes only, coloured by the page, so that the strict content policy lets it be part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from danvan.figures.board import LABELS, Board, Stand
from danvan.figures.filing_page import language
from danvan.lib import dots as dots_of_the_map

WIDTH, HEIGHT, EDGE = 340, 400, 14
SHAPES = {  # beside colour, so that a state is told without it
    Stand.ACCEPTED: dots_of_the_map.CIRCLE,
    Stand.SUBMITTED: dots_of_the_map.CIRCLE,
    Stand.LATE: dots_of_the_map.TRIANGLE,
    Stand.RETURNED: dots_of_the_map.SQUARE,
    Stand.DRAFT: dots_of_the_map.DIAMOND,
    Stand.DUE: dots_of_the_map.DIAMOND,
    Stand.NOT_DUE: dots_of_the_map.SMALL,
    Stand.NO_DUTY: dots_of_the_map.SMALLER,
}


class Dot(NamedTuple):
    """A unit on the picture, in its pixels."""

    unit: int
    name: str
    stand: Stand
    x: float
    y: float


def dots(board: Board) -> list[Dot]:
    """Where the units of the board lie; worst last, so that it is drawn on top. Nothing where no point is known."""
    there = [(line, line.point) for line in board.lines if line.point]
    places = dots_of_the_map.fitted([point for _line, point in there], WIDTH, HEIGHT, EDGE)
    found = [
        Dot(line.unit.id, line.unit.name, line.marks[-1].stand, x, y)
        for (line, _point), (x, y) in zip(there, places, strict=True)
    ]
    return found[::-1]


def dot_map(board: Board, chosen: str = "", page: str = "") -> SafeString | str:
    """The units as dots; each leads to its row. '' where none has a point."""
    found = dots(board)
    if not found:
        return ""
    drawn = format_html_join(
        "",
        '<a href="{}#unit-{}" class="{}"><title>{}: {}</title><path d="{}" transform="translate({} {})"/></a>',
        (
            (
                page,
                dot.unit,
                f"dot {dot.stand.value}{' chosen' if str(dot.unit) == chosen else ''}",
                dot.name,
                LABELS[dot.stand],
                SHAPES[dot.stand],
                dot.x,
                dot.y,
            )
            for dot in found
        ),
    )
    stands = {line.marks[-1].stand for line in board.lines if line.point}
    legend = format_html_join(
        "",
        '<li class="dot {}"><svg viewBox="-8 -8 16 16" aria-hidden="true"><path d="{}"/></svg>{}</li>',
        ((stand.value, SHAPES[stand], LABELS[stand]) for stand in Stand if stand in stands),
    )
    return format_html(
        '<svg class="dots" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg><ul class="legend">{}</ul>',
        WIDTH,
        HEIGHT,
        _("Các đơn vị theo vị trí và tình hình gửi"),
        drawn,
        legend,
    )


BAR, GAP, TALL = 38, 14, 74


def course(board: Board) -> SafeString | str:
    """Small multiples: for each period the share sent in time and the share accepted, as bars with their figures."""
    if len(board.periods) < 2 or not any(one.expected for one in board.rates):
        return ""
    return format_html(
        '<div class="course">{}{}</div>',
        _bars(board, _("Gửi đúng hạn"), [one.on_time_rate for one in board.rates], "ontime"),
        _bars(board, _("Đã chấp nhận"), [one.complete_rate for one in board.rates], "complete"),
    )


def _bars(board: Board, title: str, shares: Sequence[object], kind: str) -> SafeString:
    across = len(shares) * (BAR + GAP)
    bars = format_html_join(
        "",
        '<g transform="translate({} 0)"><title>{}: {}</title>'
        '<rect class="full" y="20" width="{}" height="{}"/><rect class="{}" y="{}" width="{}" height="{}"/>'
        '<text class="value" x="{}" y="13">{}</text><text class="minor" x="{}" y="{}">{}</text></g>',
        (_bar(n, board, title, share, kind) for n, share in enumerate(shares)),
    )
    return format_html(
        '<figure><figcaption>{}</figcaption><svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg></figure>',
        title,
        across,
        TALL + 42,
        _("%(title)s qua các kỳ") % {"title": title},
        bars,
    )


def _bar(n: int, board: Board, title: str, share: object, kind: str) -> tuple[object, ...]:
    height = 0 if share is None else round(TALL * float(str(share)) / 100, 1)
    written = "–" if share is None else f"{round(float(str(share)))}%"
    period = board.periods[n]
    return (
        n * (BAR + GAP),
        period.label(language()),
        written,
        BAR,
        TALL,
        kind,
        20 + TALL - height,
        BAR,
        height,
        BAR / 2,
        written,
        BAR / 2,
        TALL + 36,
        period.code.split("@")[0].split("-", 1)[1] + f"/{period.year % 100:02d}",
    )
