"""What a post has to do: the lists of the home page, and the due days of the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from danvan.access.permissions import Permission
from danvan.access.scope import Acting
from danvan.desk import show
from danvan.figures import board as boards
from danvan.figures import deadlines, filing_page, queries, review_page
from danvan.figures.board import Board
from danvan.figures.deadlines import Due, DueRule
from danvan.figures.filing_page import Task, Tasks
from danvan.figures.models import Duty, Form, Submission
from danvan.figures.views.board import ended_last
from danvan.lib.periods import PLAIN, Period
from danvan.lib.workdays import Calendar
from danvan.units.models import Reach, Unit, UnitVersion

SHOWN = 8
RECENT = dt.timedelta(30)
COURSE = 5  # periods of the leader's bars
DOTS = 1500  # units within reach of whom a picture is drawn at once; the whole country has its own page


class Job(NamedTuple):
    """A form to file. left: working days to the due day, 0 on it; late: working days since."""

    task: Task
    left: int
    late: int


class Home(NamedTuple):
    """The lists of a post. jobs, returned: of the own unit; waiting: how many reports a reviewer has to decide on;
    unsigned: the period of the main form for which nothing is signed; changed: signed reports that are no longer so;
    fresh: what came in from below; board: of the units below for the main form, None where nobody below files it."""

    jobs: Sequence[Job]
    more: int
    returned: Sequence[Job]
    coming: Job | None
    waiting: int
    unsigned: Period | None
    changed: Sequence[Submission]
    fresh: Sequence[tuple[Submission, str]]
    board: Board | None


def home(post: Acting, now: dt.datetime) -> Home:
    """A fixed number of queries, whatever there is."""
    files = post.may(Permission.FILL) or post.may(Permission.SUBMIT)
    tasks = filing_page.tasks(post.unit_id, now) if files else Tasks()
    jobs = _jobs([*tasks.to_do, *tasks.owed], now)
    below = _board(post, now)
    period = below.periods[-1] if below else None
    unsigned = period if period and post.may(Permission.SEAL) and not _signed(post.unit_id, period) else None
    reviews = post.may(Permission.REVIEW)
    return Home(
        jobs=jobs[:SHOWN],
        more=max(0, len(jobs) - SHOWN),
        returned=_jobs(tasks.returned, now),
        coming=next(iter(_jobs(tasks.running, now)), None),
        waiting=review_page.waiting_for(post).count() if reviews else 0,
        unsigned=unsigned,
        changed=review_page.changed_since_signed(post.unit_id),
        fresh=_fresh(post, now) if below else (),
        board=below,
    )


def _jobs(tasks: Iterable[Task], now: dt.datetime) -> list[Job]:
    calendar, today = Calendar.load(), timezone.localdate(now)
    found = []
    for task in tasks:
        late = deadlines.lateness(task.due, now, calendar) if task.due else 0
        left = len(calendar.count(today, task.due.day).counted) if task.due and today < task.due.day else 0
        found.append(Job(task, left, late))
    return sorted(found, key=_urgency)


def _urgency(job: Job) -> tuple[int, int, str]:
    """What can still be in time first, by its day; then what is overdue, the round that runs before older ones."""
    if job.task.due is None:
        return 2, 0, job.task.form.code
    day = job.task.due.day.toordinal()
    return (1, -day, job.task.form.code) if job.late else (0, day, job.task.form.code)


def _board(post: Acting, now: dt.datetime) -> Board | None:
    """The main form's period that ended last, below the unit; for a leader of fewer than DOTS with those before it."""
    form = Form.objects.filter(code=queries.FORM, during__contains=timezone.localdate(now)).first()
    if form is None:
        return None
    shown = [ended_last(form)]
    few = post.may(Permission.SEAL) and Reach.objects.filter(holder=post.unit_id)[: DOTS + 1].count() <= DOTS
    while few and len(shown) < COURSE:
        shown.insert(0, shown[0].previous)
    shown = [one for one in shown if one.end in form.during]
    found = boards.board(form.code, post.unit_id, shown, now=now) if shown else None
    return found if found and found.rates[-1].expected else None


def _signed(unit: int, period: Period) -> bool:
    return Submission.objects.filter(
        form__code=queries.FORM,
        unit=unit,
        period=period.code,
        kind=Submission.Kind.CONSOLIDATED,
        standing=True,
    ).exists()


def _fresh(post: Acting, now: dt.datetime) -> list[tuple[Submission, str]]:
    """The latest sendings of units directly below, of the last month, each with its unit's name."""
    direct = UnitVersion.objects.filter(parent=post.unit_id, during__contains=post.day).values_list("unit", "name")
    names = dict(direct)
    sent = Submission.objects.filter(unit__in=names, kind=Submission.Kind.OWN, filed_at__gte=now - RECENT).exclude(
        state=Submission.State.WITHDRAWN
    )
    return [(one, names[one.unit_id]) for one in sent.select_related("form").order_by("-filed_at", "-pk")[:SHOWN]]


class DueDay(NamedTuple):
    """A form's due day. below: units below file it, not the acting one."""

    form: Form
    due: Due
    below: bool

    @property
    def day(self) -> dt.date:
        return self.due.day

    @property
    def name(self) -> str:
        return self.form.name_en if show.language() == "en" else self.form.name_vi


def due_days(post: Acting, year: int) -> list[DueDay]:
    """The due days in a year of what the acting unit files, else of what units below it file; in order."""
    line = Unit.objects.values_list("line", flat=True).get(pk=post.unit_id)
    level = UnitVersion.objects.filter(unit=post.unit_id, during__contains=post.day).values_list("level", flat=True)
    own = Q(line=line, level__in=list(level))
    duties = list(Duty.objects.all())
    mine = set(Duty.objects.filter(own).values_list("pk", flat=True))
    below = not mine
    asked = [duty for duty in duties if below or duty.pk in mine]
    calendar = Calendar.load()
    found = []
    for form in Form.objects.filter(code__in={duty.form_code for duty in asked}, during__isempty=False):
        rule = DueRule.parse(form.due)
        spans = [duty.during for duty in asked if duty.form_code == form.code]
        for period in _ending_around(form, year) if rule else ():
            if period.end in form.during and any(period.end in span for span in spans):
                due = deadlines.due(period, rule, calendar)
                if due.day.year == year:
                    found.append(DueDay(form, due, below))
    return sorted(found, key=lambda one: (one.day, one.form.code, one.due.period.start))


def _ending_around(form: Form, year: int) -> Iterable[Period]:
    """The periods whose due day may lie in the year: those that end in it or in the last months before."""
    for kind in form.periodicities:
        one = (
            Period.covering(dt.date(year, 12, 31), kind, PLAIN if kind == "week" else form.calendar)
            if (kind != "nine_months")
            else Period(kind, year, 1, form.calendar)
        )
        while one.end >= dt.date(year - 1, 9, 1):
            yield one
            one = one.previous
