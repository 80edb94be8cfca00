"""The days of a term as a small calendar: counted, not counted, stood still, extended, the last one.

SVG with classes only, coloured by the page, so that the strict content policy lets it be part of it; for paper it
brings its own colours. What it shows is also told in words (`told`).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.dates import WEEKDAYS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from danvan.casework.deadlines import Deadline, Step
from danvan.figures.filing_page import language
from danvan.lib.periods import vietnamese

LEFT, TOP, WIDE, HIGH = 40, 24, 36, 28  # pixels: months at left, weekdays above, a day
WIDTH = LEFT + 7 * WIDE
_LATE_WEEKS = 3  # shown after the last day, up to today
_STILL_WEEKS = 3  # so many weeks on end without a count are drawn as one line
_DAY = dt.timedelta(1)
_WEEK = dt.timedelta(7)
_SHORT = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
PRINTED = """
text{font-family:"Be Vietnam Pro";font-size:12px;fill:#1f2933}
.month,.weekday,.still{fill:#505b66;font-size:11px}.cell{fill:none}.counted .cell{fill:#eef2f8}
.extended .cell{fill:#eef2f8;stroke:#3b5b8c;stroke-dasharray:3 2}.skipped text,.outside text{fill:#5f6872}
.slash{stroke:#8b867d;fill:none}.paused .bars{stroke:#3b5b8c;stroke-width:2;fill:none}.start .cell{stroke:#1f2933}
.due .cell{fill:#a4262c}.due text{fill:#fff;font-weight:600}.late text{fill:#a4262c}.now{fill:none;stroke:#1f2933}
"""


class Cell(NamedTuple):
    day: dt.date
    kind: str  # start, counted, extended, skipped, paused, due, late, outside


def picture(clock: Deadline, today: dt.date, name: str, *, printed: bool = False) -> SafeString:
    """The calendar of a clock. name: makes the ids of its words, once on a page. printed: with colours, for paper."""
    rows = list(_rows(clock, today))
    parts, y, month = [], TOP, 0
    for row in rows:
        if isinstance(row, int):
            said = ngettext("… %(n)s tuần tạm dừng …", "… %(n)s tuần tạm dừng …", row) % {"n": row}
            parts.append(format_html('<text class="still" x="{}" y="{}">{}</text>', LEFT + 4, y + 18, said))
        else:
            shown = next((cell.day for cell in row if cell.kind != "outside"), row[0].day)
            if shown.month != month:
                month = shown.month
                parts.append(format_html('<text class="month" x="0" y="{}">{}</text>', y + 19, _month(shown)))
            parts.append(format_html_join("", "{}", ((_cell(cell, y, today),) for cell in row)))
        y += HIGH
    heads = format_html_join(
        "",
        '<text class="weekday" x="{}" y="16" text-anchor="middle">{}</text>',
        ((LEFT + n * WIDE + WIDE // 2, _weekday(n)) for n in range(7)),
    )
    style = format_html("<style>{}</style>", mark_safe(PRINTED)) if printed else ""  # noqa: S308 -- our own constant
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="strip" viewBox="0 0 {} {}" width="{}" height="{}" role="img"'
        ' aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}{}{}</svg>',
        *(WIDTH, y + 2, WIDTH, y + 2, name, name, name, clock.rule.name, name, told(clock)),
        *(style, heads, mark_safe("".join(parts))),  # noqa: S308 -- each part was escaped
    )


def told(clock: Deadline) -> str:
    """What the picture shows, in words."""
    said = [_("Bắt đầu %(day)s, không tính ngày này.") % {"day": vietnamese(clock.start.day)}]
    if clock.due is None:
        said.append(_("Đã tính %(n)s trên %(all)s ngày.") % {"n": clock.counted, "all": clock.total})
    skipped = [step for step in clock.trace if step.kind == "skipped"]
    weekends = sum(map(_weekly, skipped))
    if weekends:
        said.append(
            ngettext("Không tính %(n)s ngày cuối tuần.", "Không tính %(n)s ngày cuối tuần.", weekends) % {"n": weekends}
        )
    if others := [step for step in skipped if not _weekly(step)]:
        said.append(_("Không tính: %(days)s.") % {"days": "; ".join(_runs(others))})
    paused = [step for step in clock.trace if step.kind == "paused"]
    if paused:
        said.append(_("Tạm dừng: %(days)s.") % {"days": "; ".join(_runs(paused))})
    if clock.total > clock.allowed:
        said.append(_("Gia hạn thêm %(n)s ngày.") % {"n": clock.total - clock.allowed})
    if clock.due:
        said.append(_("Hạn cuối %(day)s.") % {"day": vietnamese(clock.due)})
    return " ".join(said)


def _weekly(step: Step) -> bool:
    """A plain weekend; one that moves the last day is told by itself."""
    return step.why.startswith("nghỉ hằng tuần") and not step.why.endswith("lùi hạn")


def _runs(steps: list[Step]) -> Iterable[str]:
    """Days on end with one reason as one: "7/3 đến 8/3/2026 (cuối tuần)"."""
    numbered = enumerate(steps)
    for _key, run in itertools.groupby(numbered, lambda one: (one[1].day.toordinal() - one[0], one[1].why)):
        days = [step for _n, step in run]
        first, last = days[0].day, days[-1].day
        between = vietnamese(first) if first == last else f"{vietnamese(first)}–{vietnamese(last)}"
        yield f"{between} ({days[0].why})" if days[0].why else between


def _rows(clock: Deadline, today: dt.date) -> Iterable[list[Cell] | int]:
    """Weeks from Monday; a number stands for so many weeks on which the clock stood still."""
    kinds = {step.day: _kind(step, clock) for step in clock.trace}
    first, last = clock.start.day, clock.trace[-1].day
    if clock.due and not clock.ended and today > clock.due and today - clock.due <= _LATE_WEEKS * _WEEK:
        kinds |= {clock.due + n * _DAY: "late" for n in range(1, (today - clock.due).days + 1)}
        last = today
    still, monday = 0, first - first.weekday() * _DAY
    weeks: list[list[Cell] | int] = []
    while monday <= last:
        week = [Cell(day, kinds.get(day, "outside")) for day in (monday + n * _DAY for n in range(7))]
        still = still + 1 if all(cell.kind == "paused" for cell in week) else 0
        weeks.append(week)
        if still >= _STILL_WEEKS:
            weeks[-(_STILL_WEEKS if still == _STILL_WEEKS else 2) :] = [still]
        monday += _WEEK
    return weeks


def _kind(step: Step, clock: Deadline) -> str:
    if step.kind == "counted" and step.number and step.number > clock.allowed:
        return "extended"
    return step.kind


def _cell(cell: Cell, y: int, today: dt.date) -> SafeString:
    if cell.kind == "outside":
        return mark_safe("")
    x = LEFT + cell.day.weekday() * WIDE
    signs: Mapping[str, str] = {
        "skipped": f'<path class="slash" d="M{x + 9} {y + 23}L{x + 27} {y + 5}"/>',
        "paused": f'<path class="bars" d="M{x + 29} {y + 6}v8M{x + 32} {y + 6}v8"/>',
    }
    now = f'<circle class="now" cx="{x + 18}" cy="{y + 14}" r="13"/>' if cell.day == today else ""
    return format_html(
        '<g class="{}"><rect class="cell" x="{}" y="{}" width="{}" height="{}" rx="4"/>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text>{}{}</g>',
        *(cell.kind, x + 2, y + 2, WIDE - 4, HIGH - 4, x + WIDE // 2, y + 19, cell.day.day),
        mark_safe(signs.get(cell.kind, "")),  # noqa: S308 -- numbers only
        mark_safe(now),  # noqa: S308 -- numbers only
    )


def _weekday(number: int) -> str:
    return str(WEEKDAYS[number])[:2] if language() == "en" else _SHORT[number]


def _month(day: dt.date) -> str:
    return day.strftime("%b") if language() == "en" else f"T.{day.month}"
