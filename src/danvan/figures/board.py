"""Who has filed: unit by unit and period by period, always from what is there now.

Whether a unit had to file is asked of the dated duty on the period's last day and the map of that day, and whether it
was in time of its first sending: so what is said of a past period does not move when people, duties or the map change.
A fixed number of queries for each period.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from danvan.access import scope
from danvan.figures import deadlines, queries
from danvan.figures.consolidation import UnitRef
from danvan.figures.errors import FigureError
from danvan.figures.models import Duty, Form
from danvan.figures.sheet import LEVELS, covered, periods_within
from danvan.lib.periods import Period
from danvan.lib.workdays import Calendar
from danvan.units import queries as units
from danvan.units.models import Unit


class Stand(StrEnum):
    """Where a unit is with a period's form: what it sent decides, else the day."""

    NO_DUTY = "no_duty"
    NOT_DUE = "not_due"
    DUE = "due"
    DRAFT = "draft"
    LATE = "late"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


LABELS = {
    Stand.NO_DUTY: _("không phải nộp"),
    Stand.NOT_DUE: _("chưa đến hạn"),
    Stand.DUE: _("đến kỳ nộp"),
    Stand.DRAFT: _("đang nhập"),
    Stand.LATE: _("trễ hạn"),
    Stand.SUBMITTED: _("đã gửi, chờ xem xét"),
    Stand.RETURNED: _("bị trả lại"),
    Stand.ACCEPTED: _("đã chấp nhận"),
}
TROUBLE = {stand: place for place, stand in enumerate(("late", "returned", "due", "draft", "submitted", "not_due"))}


@dataclass(frozen=True, slots=True)
class Mark:
    """One unit and period. filed_at: its first sending; late: working days, by which it came or still is late.

    in_parts: nothing was sent for the period itself; it is put together from what stands of the periods within it.
    """

    stand: Stand
    submission: int | None = None
    edition: int = 0
    filed_at: dt.datetime | None = None
    late: int = 0
    in_parts: bool = False

    @property
    def label(self) -> str:
        return str(_("đủ các kỳ bên trong") if self.in_parts else LABELS[self.stand])


@dataclass(frozen=True, slots=True)
class Rates:
    """Of the units that had to file for a period. on_time: by their first sending; complete: accepted."""

    expected: int
    filed: int
    on_time: int
    accepted: int
    late: int
    returned: int
    waiting: int

    @property
    def on_time_rate(self) -> Decimal | None:
        return percent(self.on_time, self.expected)

    @property
    def complete_rate(self) -> Decimal | None:
        return percent(self.accepted, self.expected)


def percent(part: int, whole: int) -> Decimal | None:
    """With one decimal; None of nothing."""
    return (Decimal(100) * part / whole).quantize(Decimal("0.1")) if whole else None


@dataclass(frozen=True, slots=True)
class Line:
    """A unit and its marks, one for each period of the board."""

    unit: UnitRef
    marks: tuple[Mark, ...]
    point: tuple[float, float] | None = None  # latitude, longitude

    @property
    def trouble(self) -> tuple[int, int]:
        """Sorts the latest period's worst first, the longest late before."""
        last = self.marks[-1]
        return TROUBLE.get(last.stand, len(TROUBLE)), -last.late


@dataclass(frozen=True, slots=True)
class Board:
    """lines: in order of trouble. due: the due day of each period, None where the form has no rule."""

    form: Form
    root: UnitRef
    periods: tuple[Period, ...]
    due: tuple[deadlines.Due | None, ...]
    lines: tuple[Line, ...]
    rates: tuple[Rates, ...] = field(default=())


def board(
    form: Form | str, root: Unit | int, periods: Sequence[Period], *, now: dt.datetime | None = None, own: bool = False
) -> Board:
    """The board of the units below the root that had to file in one of the periods (own: with the root itself).

    Raises FigureError where there is no such form then, Refused outside of the scope.
    """
    root = root.pk if isinstance(root, Unit) else root
    scope.require_unit(root)
    now, calendar = now or timezone.now(), Calendar.load()
    versions = [queries.form_on(form, period) for period in periods]
    dues = tuple(_due(version, period, calendar) for version, period in zip(versions, periods, strict=True))
    clocks = [_Clock(due, calendar) for due in dues]
    refs: dict[int, UnitRef] = {}
    owing: list[set[int]] = []
    for version, period in zip(versions, periods, strict=True):
        found = _who_must(version, root, period)
        refs |= found
        owing.append(set(found))
    sent = _sent(versions[-1].code, list(refs), sorted({code for one in periods for code in periods_within(one)}))
    parts = _in_parts(sent, periods)
    marks = {
        unit: tuple(
            _mark(
                unit in owing[place],
                sent.get((unit, period.code)),
                parts.get((unit, period.code)),
                clocks[place],
                period,
                now,
            )
            for place, period in enumerate(periods)
        )
        for unit in refs
        if own or unit != root
    }
    points = _points(list(refs), periods[-1].end)
    lines = [Line(refs[unit], line, points.get(unit)) for unit, line in marks.items()]
    lines.sort(key=lambda line: line.trouble)
    rates = tuple(_rates([line.marks[place] for line in lines]) for place in range(len(periods)))
    # A unit younger than the period: nobody below it owed anything then, and it is called as it is today.
    head = units.version_on(root, periods[-1].end) or units.version_on(root, timezone.localdate(now))
    if head is None and root not in refs:
        raise FigureError(_("Đơn vị này không còn ở %(period)s: hãy chọn kỳ khác.") % {"period": periods[-1].label()})
    name = UnitRef(root, head.name, head.level, head.code) if head else refs[root]
    return Board(versions[-1], name, tuple(periods), dues, tuple(lines), rates)


def _points(found: list[int], day: dt.date) -> dict[int, tuple[float, float]]:
    """Where units lie; a body lies where its territory does."""
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, {"units": found, "day": day})
        return {unit: (latitude, longitude) for unit, latitude, longitude in cursor.fetchall()}


_POINTS = """
SELECT v.unit_id, coalesce(v.latitude, above.latitude), coalesce(v.longitude, above.longitude)
FROM units_unitversion v
LEFT JOIN units_unitversion above ON above.unit_id = v.parent_id AND above.during @> %(day)s::date
WHERE v.unit_id = ANY(%(units)s) AND v.during @> %(day)s::date
  AND coalesce(v.latitude, above.latitude) IS NOT NULL
"""


def _due(version: Form, period: Period, calendar: Calendar) -> deadlines.Due | None:
    rule = deadlines.DueRule.parse(version.due)
    return deadlines.due(period, rule, calendar) if rule else None


def _who_must(version: Form, root: int, period: Period) -> dict[int, UnitRef]:
    """The units in the root's tree of the period's last day that have the duty then, in the order of the map."""
    duties = set(Duty.objects.filter(form_code=version.code, during__contains=period.end).values_list("line", "level"))
    nodes = units.tree(root, period.end, LEVELS, version.line)
    lines = dict(Unit.objects.filter(pk__in=[node.unit_id for node in nodes]).values_list("pk", "line"))
    return {
        node.unit_id: UnitRef(node.unit_id, node.name, node.level, node.code)
        for node in nodes
        if (lines[node.unit_id], node.level) in duties
    }


@dataclass(frozen=True, slots=True)
class _Sent:
    submission: int
    edition: int
    state: str
    first: dt.datetime | None
    standing: bool
    born: dt.date  # the unit


_SENT = """
SELECT s.unit_id, s.period, (array_agg(s.id ORDER BY s.edition DESC))[1], max(s.edition),
       (array_agg(s.state ORDER BY s.edition DESC))[1],
       min(s.filed_at) FILTER (WHERE s.state <> 'withdrawn'), bool_or(s.standing),
       (SELECT min(lower(v.during)) FROM units_unitversion v WHERE v.unit_id = s.unit_id)
FROM figures_submission s JOIN figures_form f ON f.id = s.form_id
WHERE f.code = %s AND s.kind = 'own' AND s.period = ANY(%s) AND s.unit_id = ANY(%s)
GROUP BY s.unit_id, s.period
"""


def _sent(form: str, found: list[int], periods: list[str]) -> dict[tuple[int, str], _Sent]:
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [form, periods, found])
        return {(row[0], row[1]): _Sent(*row[2:]) for row in cursor.fetchall()}


def _in_parts(sent: Mapping[tuple[int, str], _Sent], asked: Sequence[Period]) -> dict[tuple[int, str], dt.datetime]:
    """(unit, period) of which all parts stand -> the moment at which the last of them was first sent."""
    standing: dict[int, dict[str, _Sent]] = defaultdict(dict)
    for (unit, code), one in sent.items():
        if one.standing:
            standing[unit][code] = one
    found = {}
    for period in asked:
        within = set(periods_within(period)) - {period.code}
        for unit, codes in standing.items():
            parts = [codes[code] for code in within.intersection(codes)]
            if parts and covered(period, frozenset(within.intersection(codes)), parts[0].born):
                found[unit, period.code] = max(one.first for one in parts if one.first)
    return found


class _Clock:
    """By how many working days what comes at a moment is late; a day is counted out once, many units share it."""

    def __init__(self, due: deadlines.Due | None, calendar: Calendar) -> None:
        self.due, self.calendar = due, calendar
        self.known: dict[dt.datetime, int] = {}

    def late(self, at: dt.datetime) -> int:
        if self.due is None:
            return 0
        hour = timezone.localtime(at).replace(minute=0, second=0, microsecond=0)
        if hour not in self.known:
            self.known[hour] = deadlines.lateness(self.due, hour, self.calendar)
        return self.known[hour]


def _mark(
    owes: bool, sent: _Sent | None, parts: dt.datetime | None, clock: _Clock, period: Period, now: dt.datetime
) -> Mark:
    if sent is None or (sent.state == "withdrawn" and not sent.standing):
        if owes and parts:
            return Mark(Stand.ACCEPTED, filed_at=parts, late=clock.late(parts), in_parts=True)
        return _unsent(owes, clock, period, now)
    late = clock.late(sent.first) if sent.first else 0
    if sent.state == "draft" and not sent.standing and sent.first is None:
        waiting = _unsent(owes, clock, period, now)
        stand = waiting.stand if waiting.stand == Stand.LATE else Stand.DRAFT
        return Mark(stand, sent.submission, sent.edition, None, waiting.late)
    # A restatement being prepared or waiting does not undo what stands.
    stand = Stand.ACCEPTED if sent.standing else Stand(sent.state) if sent.state != "draft" else Stand.RETURNED
    return Mark(stand, sent.submission, sent.edition, sent.first, late)


def _unsent(owes: bool, clock: _Clock, period: Period, now: dt.datetime) -> Mark:
    if not owes:
        return Mark(Stand.NO_DUTY)
    if timezone.localdate(now) <= period.end:
        return Mark(Stand.NOT_DUE)
    late = clock.late(now)
    return Mark(Stand.LATE if late else Stand.DUE, late=late)


def _rates(marks: Iterable[Mark]) -> Rates:
    asked = [mark for mark in marks if mark.stand != Stand.NO_DUTY]
    filed = [mark for mark in asked if mark.filed_at is not None]

    def count(*stands: Stand) -> int:
        return sum(mark.stand in stands for mark in asked)

    return Rates(
        expected=len(asked),
        filed=len(filed),
        on_time=sum(not mark.late for mark in filed),
        accepted=count(Stand.ACCEPTED),
        late=count(Stand.LATE),
        returned=count(Stand.RETURNED),
        waiting=count(Stand.SUBMITTED),
    )
