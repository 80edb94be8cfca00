"""What the pages of review and seal show. Named reads of a fixed number of queries; nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import DateField, Exists, ExpressionWrapper, F, Func, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from danvan.access.scope import Acting
from danvan.audit.models import Event
from danvan.figures import catalogue, deadlines, jumps, queries
from danvan.figures.actions import signing
from danvan.figures.catalogue import Broken, Identity
from danvan.figures.consolidation import Consolidated, UnitRef
from danvan.figures.models import Attachment, Cell, Form, Remark, Submission
from danvan.lib import periods
from danvan.lib.periods import Period
from danvan.lib.workdays import Calendar
from danvan.units.models import UnitVersion

Key = tuple[str, str]
State = Submission.State
PAGE = 40
EVENTS = 40
SIGNED = 24  # how many signed reports, latest first, are watched for changes


# Lateness


class Deadlines:
    """By how many working days what came in was late; each due day is worked out once."""

    def __init__(self) -> None:
        self.calendar = Calendar.load()
        self.known: dict[tuple[int, str], deadlines.Due | None] = {}
        self.lates: dict[tuple[int, str, dt.datetime], int] = {}

    def due(self, form: Form, period: str) -> deadlines.Due | None:
        """None where the form names no due day."""
        if (form.pk, period) not in self.known:
            rule = deadlines.DueRule.parse(form.due)
            found = deadlines.due(queries.period_of(period), rule, self.calendar) if rule else None
            self.known[form.pk, period] = found
        return self.known[form.pk, period]

    def late(self, form: Form, period: str, at: dt.datetime) -> int:
        due = self.due(form, period)
        if due is None:
            return 0
        hour = at.astimezone(deadlines.HERE).replace(minute=0, second=0, microsecond=0)  # a due day may end at an hour
        key = form.pk, period, hour
        if key not in self.lates:
            self.lates[key] = deadlines.lateness(due, hour, self.calendar)
        return self.lates[key]


def _first_sent() -> Subquery:
    """When the period was first sent: a restatement does not make it late."""
    sent = Submission.objects.exclude(state=State.WITHDRAWN).filter(
        form__code=OuterRef("form__code"), unit=OuterRef("unit"), period=OuterRef("period"), kind=OuterRef("kind")
    )
    return Subquery(sent.order_by().values("unit").annotate(first=Min("filed_at")).values("first"))


# What waits for a decision


class Waiting(NamedTuple):
    """One submission that waits. late: working days; broken, jumps: how many of its figures ask for a look."""

    submission: Submission
    unit: str
    late: int
    broken: int
    jumps: int

    @property
    def rank(self) -> tuple[int, int, int, int, int]:
        """Most trouble first, then who has waited longest."""
        sent = self.submission.filed_at
        moment = int(sent.timestamp() * 1_000_000) if sent else 0
        return -self.late, -self.broken, -self.jumps, moment, self.submission.pk

    @property
    def key(self) -> str:
        """Where the next page goes on, also when this one has been decided meanwhile."""
        return "_".join(str(abs(part)) for part in self.rank)


def waiting_for(post: Acting) -> QuerySet[Submission]:
    """What units directly below the acting one sent and nobody decided on: below today, or on the period's last day."""
    last_day = ExpressionWrapper(
        Func(F("window"), function="upper", output_field=DateField()) - 1, output_field=DateField()
    )
    direct = UnitVersion.objects.filter(unit=OuterRef("unit"), parent=post.unit_id).filter(
        Q(during__contains=post.day) | Q(during__contains=OuterRef("last_day"))
    )
    waits = Submission.objects.filter(state=State.SUBMITTED, kind=Submission.Kind.OWN).annotate(last_day=last_day)
    return waits.filter(Exists(direct))


def waiting(post: Acting, after: str = "", size: int = PAGE) -> tuple[list[Waiting], int, str]:
    """A page of what waits, most trouble first; how many wait in all; the key of the next page or ''.

    after: `Waiting.key` of the last one seen; anything else is taken as the beginning.
    """
    found = list(waiting_for(post).annotate(first_sent=_first_sent()).select_related("form"))
    figures = Earlier(found)
    names = names_of(found)
    clock = Deadlines()
    rows = []
    for one in found:
        looked = figures.look(one)
        late = clock.late(one.form, one.period, one.first_sent or one.filed_at)
        rows.append(Waiting(one, names[one.pk], late, len(looked.broken), len(looked.jumps)))
    rows.sort(key=lambda row: row.rank)
    start = _rank_of(after)
    page = [row for row in rows if start is None or row.rank > start]
    more = page[size - 1].key if len(page) > size else ""
    return page[:size], len(rows), more


def _rank_of(key: str) -> tuple[int, int, int, int, int] | None:
    parts = key.split("_")
    if len(parts) != 5 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None
    late, broken, jumped, moment, pk = map(int, parts)
    return -late, -broken, -jumped, moment, pk


def names_of(submissions: Iterable[Submission]) -> dict[int, str]:
    """Submission -> the unit's name on the last day of its period, else the first one known."""
    found = list(submissions)
    lives: dict[int, list[UnitVersion]] = defaultdict(list)
    for version in UnitVersion.objects.filter(unit__in={one.unit_id for one in found}).order_by("during"):
        lives[version.unit_id].append(version)
    named = {}
    for one in found:
        day = periods.parse(one.period).end
        there = [version.name for version in lives[one.unit_id] if day in version.during]
        named[one.pk] = (there or [version.name for version in lives[one.unit_id]] or [str(one.unit_id)])[0]
    return named


# What a reviewer looks at


class Looked(NamedTuple):
    """What asks for a look in one submission."""

    broken: list[Broken]
    jumps: set[Key]


class Earlier:
    """The figures of submissions of one kind with those of the period before and of the same period a year before."""

    def __init__(self, submissions: Sequence[Submission]) -> None:
        self.catalogue = catalogue.load()
        before = {one.pk: _before(one) for one in submissions}
        self.codes = before
        self.now: dict[int, dict[Key, Decimal]] = defaultdict(dict)
        figures = Cell.objects.filter(submission__in=[one.pk for one in submissions], value__isnull=False)
        for pk, code, breakdown, value in figures.values_list("submission", "indicator", "breakdown", "value"):
            self.now[pk][code, breakdown] = value
        self.then: dict[tuple[str, int, str], dict[Key, Decimal]] = defaultdict(dict)
        earlier = Cell.objects.filter(
            submission__standing=True,
            submission__kind__in={one.kind for one in submissions},
            submission__unit__in={one.unit_id for one in submissions},
            submission__period__in={code for pair in before.values() for code in pair},
            submission__form__code__in={one.form.code for one in submissions},
            value__isnull=False,
        )
        rows = earlier.values_list(
            "submission__form__code", "submission__unit", "submission__period", "indicator", "breakdown", "value"
        )
        for form, unit, period, code, breakdown, value in rows:
            self.then[form, unit, period][code, breakdown] = value

    def last(self, one: Submission) -> Mapping[Key, Decimal]:
        return self.then.get((one.form.code, one.unit_id, self.codes[one.pk][0]), {})

    def same(self, one: Submission) -> Mapping[Key, Decimal]:
        return self.then.get((one.form.code, one.unit_id, self.codes[one.pk][1]), {})

    def look(self, one: Submission) -> Looked:
        now, last, same = self.now.get(one.pk, {}), self.last(one), self.same(one)
        jumped = set()
        for key, value in now.items():
            known = [then[key] for then in (last, same) if key in then]
            if known and jumps.asks(self.catalogue[key[0]].kind.code, value, known):
                jumped.add(key)
        return Looked(self.catalogue.check_identities(now, last), jumped)


def _before(one: Submission) -> tuple[str, str]:
    period = queries.period_of(one.period)
    return period.previous.code, period.same_last_year.code


@dataclass
class Line:
    """One row of a submitted form. changed: it differs from the edition before, whose cell is `was`; broken: the
    identities with it on their left that do not hold; bound: the lines on the left of those that it is a part of."""

    indicator: str
    breakdown: str
    part: bool = False
    cell: Cell | None = None
    last: Decimal | None = None
    same: Decimal | None = None
    jump: bool = False
    broken: list[str] = field(default_factory=list)
    bound: list[Key] = field(default_factory=list)
    was: Cell | None = None
    changed: bool = False
    remarks: list[Remark] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    said: str = ""

    @property
    def anchor(self) -> str:
        return f"{self.indicator}--{self.breakdown}" if self.breakdown else self.indicator

    @property
    def unit(self) -> str:
        return catalogue.load()[self.indicator].unit_vi

    @property
    def asks(self) -> bool:
        """Something about it wants to be looked at."""
        return bool(self.broken or self.bound or self.jump or self.changed or self.remarks)


class Group(NamedTuple):
    """A heading of the form with the lines that were filled in, and those that were not."""

    title_vi: str
    title_en: str
    lines: list[Line]
    silent: list[Line]

    def title(self, lang: str = "vi") -> str:
        return self.title_en if lang.startswith("en") else self.title_vi


class Difference(NamedTuple):
    """One cell that is another in a later edition. None: there is none."""

    indicator: str
    breakdown: str
    before: Cell | None
    after: Cell | None

    @property
    def unit(self) -> str:
        return catalogue.load()[self.indicator].unit_vi


class Record:
    """One edition of a report, as its unit and those above it read it. Each part is read once, when it is asked for."""

    def __init__(self, submission: Submission, remarks_typed: Mapping[str, str] | None = None) -> None:
        self.submission, self.typed = submission, remarks_typed or {}
        self.period = queries.period_of(submission.period)

    @cached_property
    def unit(self) -> str:
        return names_of([self.submission])[self.submission.pk]

    @cached_property
    def editions(self) -> list[Submission]:
        """Of this unit, form and period; the latest first."""
        one = self.submission
        found = Submission.objects.filter(form__code=one.form.code, unit=one.unit_id, period=one.period, kind=one.kind)
        return list(found.select_related("form").order_by("-edition"))

    @cached_property
    def before(self) -> Submission | None:
        """The edition before this one that was sealed."""
        return next((one for one in self.editions if one.edition < self.submission.edition and one.sealed), None)

    @cached_property
    def latest(self) -> bool:
        return self.editions[0].pk == self.submission.pk

    @cached_property
    def cells(self) -> dict[Key, Cell]:
        return cells_of(self.submission)

    @cached_property
    def differences(self) -> list[Difference]:
        """What changed since the edition before."""
        return differences(cells_of(self.before), self.cells) if self.before else []

    @cached_property
    def looked(self) -> Looked:
        return self.earlier.look(self.submission)

    @cached_property
    def earlier(self) -> Earlier:
        return Earlier([self.submission])

    @cached_property
    def remarks(self) -> list[Remark]:
        return list(Remark.objects.filter(submission=self.submission).order_by("pk"))

    @cached_property
    def general_remarks(self) -> list[Remark]:
        return [one for one in self.remarks if not one.indicator]

    @cached_property
    def late(self) -> int:
        sent = [one.filed_at for one in self.editions if one.filed_at and one.state != State.WITHDRAWN]
        own = self.submission.kind == Submission.Kind.OWN
        return Deadlines().late(self.submission.form, self.submission.period, min(sent)) if sent and own else 0

    @cached_property
    def due(self) -> deadlines.Due | None:
        return Deadlines().due(self.submission.form, self.submission.period)

    @cached_property
    def groups(self) -> list[Group]:
        """The form's sections in order, then figures outside of it."""
        lines = self._lines()
        groups = []
        asked: set[Key] = set()
        for section in self.submission.form.sections:
            keys = [(row["indicator"], row["breakdown"]) for row in section["rows"]]
            asked.update(keys)
            groups.append(_group(section["title_vi"], section["title_en"], [lines[key] for key in keys]))
        if beside := [line for key, line in sorted(lines.items()) if key not in asked]:
            groups.append(_group(*queries.OUTSIDE, beside))
        return groups

    def _lines(self) -> dict[Key, Line]:
        rows = [(row["indicator"], row["breakdown"]) for part in self.submission.form.sections for row in part["rows"]]
        last, same = self.earlier.last(self.submission), self.earlier.same(self.submission)
        lines: dict[Key, Line] = {}
        for key in dict.fromkeys([*rows, *self.cells]):
            line = Line(*key, cell=self.cells.get(key), last=last.get(key), same=same.get(key))
            line.jump = key in self.looked.jumps
            if line.cell and line.cell.origin == Cell.Origin.CONSOLIDATED and line.cell.previous_stated is not None:
                line.same = line.cell.previous_stated  # sealed with it
            line.said = self.typed.get(line.anchor, "")
            lines[key] = line
        for one in self.looked.broken:
            left, *parts = _bound(one.identity, one.breakdown, lines)
            lines[left].broken.append(one.sentence)
            for key in parts:
                lines[key].bound.append(left)
        for changed in self.differences:
            line = lines.setdefault((changed.indicator, changed.breakdown), Line(changed.indicator, changed.breakdown))
            line.changed, line.was = True, changed.before
        for remark in self.remarks:
            if remark.indicator:
                key = (remark.indicator, remark.breakdown)
                lines.setdefault(key, Line(*key)).remarks.append(remark)
        attached = Attachment.objects.filter(cell__submission=self.submission).select_related("cell", "file")
        for one in attached.defer("file__content"):
            lines[one.cell.indicator, one.cell.breakdown].files.append(one)
        return lines

    @cached_property
    def events(self) -> list[Event]:
        """What was done with it, latest first, as far as the reader may see it."""
        found = Event.objects.filter(subject=f"figures.Submission:{self.submission.pk}")
        return list(found.order_by("-pk")[:EVENTS])


def _bound(identity: Identity, breakdown: str, lines: Mapping[Key, Line]) -> list[Key]:
    """The lines that an identity binds: its left first."""
    codes = [identity.left, *(part.code for part in identity.right if not part.previous)]
    return [(code, breakdown) for code in dict.fromkeys(codes) if (code, breakdown) in lines]


def _group(title_vi: str, title_en: str, lines: Sequence[Line]) -> Group:
    shown = [line for line in lines if line.cell is not None or line.asks or line.said]
    seen: set[str] = set()
    for line in shown:
        line.part = bool(line.breakdown) and line.indicator in seen
        if not line.breakdown:
            seen.add(line.indicator)
    return Group(title_vi, title_en, shown, [line for line in lines if line not in shown])


def cells_of(submission: Submission) -> dict[Key, Cell]:
    return {(cell.indicator, cell.breakdown): cell for cell in Cell.objects.filter(submission=submission)}


def differences(before: Mapping[Key, Cell], after: Mapping[Key, Cell]) -> list[Difference]:
    """The cells that are not alike, in the order of the catalogue."""
    order = {code: place for place, code in enumerate(catalogue.load().indicators)}
    keys = sorted(before.keys() | after.keys(), key=lambda key: (order.get(key[0], len(order)), key[1]))
    return [
        Difference(*key, before.get(key), after.get(key))
        for key in keys
        if _figure(before.get(key)) != _figure(after.get(key))
    ]


def _figure(cell: Cell | None) -> tuple[object, ...]:
    if cell is None:
        return (Cell.State.NOT_REPORTED, None, None, None, Cell.Qualifier.EXACT)
    return cell.state, cell.value, cell.numerator, cell.denominator, cell.qualifier


# The consolidated report


class Child(NamedTuple):
    """Who had to report, and where it stands. state: accepted where something stands, else of the latest edition,
    "missing" without one; late: working days by which it was sent late, or by which it is overdue by now; restated:
    what stands is a later edition; waits: a restatement of what stands was sent and waits."""

    unit: UnitRef
    state: str
    late: int
    restated: bool
    waits: bool
    submission: int | None


@dataclass(frozen=True)
class Consolidation:
    """What a unit would sign now, what it signed, and what changed since. came: the editions that came since, with
    the names of their units."""

    computed: Consolidated
    children: tuple[Child, ...]
    report: Submission | None
    changes: signing.Changes | None
    editions: tuple[Submission, ...]
    came: tuple[tuple[str, Submission], ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """accepted, submitted, returned, draft, withdrawn, missing, late, restated, waits, expected."""
        count: dict[str, int] = defaultdict(int)
        for one in self.children:
            count[one.state] += 1
            count["late"] += bool(one.late)
            count["restated"] += one.restated
            count["waits"] += one.waits
        return {**count, "expected": len(self.children)}

    @property
    def troubled(self) -> list[Child]:
        """Those that are not simply accepted in time: nothing sent first."""
        order = {"missing": 0, "draft": 1, "withdrawn": 2, "returned": 3, "submitted": 4, "accepted": 5}
        asking = [one for one in self.children if one.state != State.ACCEPTED or one.late or one.restated or one.waits]
        return sorted(asking, key=lambda one: (order[one.state], -one.late))


def consolidation(form: str, unit: int, period: Period | str) -> Consolidation:
    """Raises FigureError like `queries.consolidated`."""
    computed = queries.consolidated(form, unit, period, compare="restated")
    signed = Submission.objects.filter(
        form__code=computed.form, unit=unit, period=computed.period.code, kind=Submission.Kind.CONSOLIDATED
    )
    editions = tuple(signed.select_related("form").order_by("-edition"))
    report = next((one for one in editions if one.standing), None)
    changes = signing.changes_since(report) if report else None
    fresh = changes.editions if changes else ()
    names = names_of(fresh)
    came = tuple((names[one.pk], one) for one in fresh)
    return Consolidation(computed, tuple(_children(computed)), report, changes, editions, came)


def _children(computed: Consolidated) -> Iterable[Child]:
    version = queries.form_on(computed.form, computed.period)
    sent = Submission.objects.filter(
        form__code=computed.form,
        unit__in=[one.id for one in computed.expected],
        period=computed.period.code,
        kind=Submission.Kind.OWN,
    )
    editions: dict[int, list[Submission]] = defaultdict(list)
    for one in sent.only("unit", "state", "standing", "edition", "filed_at").order_by("edition"):
        editions[one.unit_id].append(one)
    filed = {one.id for one in computed.filed}
    clock, now = Deadlines(), timezone.now()
    for unit in computed.expected:
        found = editions.get(unit.id, [])
        stands = next((one for one in found if one.standing), None)
        moments = [one.filed_at for one in found if one.filed_at and one.state != State.WITHDRAWN]
        by_parts = stands is None and unit.id in filed
        last = found[-1] if found else None
        state = State.ACCEPTED if stands or by_parts else last.state if last else "missing"
        first = min(moments, default=None if by_parts else now)
        yield Child(
            unit,
            state,
            clock.late(version, computed.period.code, first) if first else 0,
            restated=stands is not None and stands.edition > 1,
            waits=stands is not None and last is not None and last.state == State.SUBMITTED,
            submission=last.pk if last else None,
        )


def changed_since_signed(unit: int) -> list[Submission]:
    """The signed reports of a unit that are not what it would sign now and that it has not decided on; latest first."""
    signed = Submission.objects.filter(unit=unit, kind=Submission.Kind.CONSOLIDATED, standing=True)
    latest = signed.select_related("form").order_by("-window", "form")[:SIGNED]
    return [one for one in latest if signing.moved_since(one)]
