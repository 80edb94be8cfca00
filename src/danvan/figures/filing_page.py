"""What the filing page needs, read in a number of queries that does not grow with the form's rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from danvan.figures import before, catalogue, counters, deadlines, jumps, typed
from danvan.figures.actions.drafts import broken, cells_before
from danvan.figures.counters import Suggestion
from danvan.figures.deadlines import Due, DueRule
from danvan.figures.errors import FigureError
from danvan.figures.models import Attachment, Cell, Duty, Evidence, Form, Remark, Submission
from danvan.figures.sheet import Key, burst, covered
from danvan.figures.workbook.layout import rows_of
from danvan.figures.workbook.model import FormRow
from danvan.lib import periods
from danvan.lib.periods import Period
from danvan.lib.workdays import Calendar
from danvan.units import queries as units
from danvan.units.models import Unit, UnitVersion

State = Submission.State


def language() -> periods.Language:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


# What is to be filed


@dataclass(frozen=True, slots=True)
class Task:
    """A form and a period that a unit has to file, or filed. submission: its latest edition."""

    form: Form
    period: Period
    due: Due | None
    status: deadlines.Status
    submission: Submission | None
    restates: bool = False  # what was accepted is being put right: it is late for nothing

    @property
    def name(self) -> str:
        return self.form.name_en if language() == "en" else self.form.name_vi

    @property
    def period_label(self) -> str:
        return self.period.label(language())

    @property
    def state(self) -> str:
        return self.submission.state if self.submission else ""

    @property
    def label(self) -> str:
        """ "quá hạn chưa nộp"."""
        return self.status.label(language())


@dataclass(slots=True)
class Tasks:
    """In the order in which they are to be done: came back, overdue and due, running; what was sent; old debts."""

    returned: list[Task] = field(default_factory=list)
    to_do: list[Task] = field(default_factory=list)
    running: list[Task] = field(default_factory=list)
    sent: list[Task] = field(default_factory=list)
    owed: list[Task] = field(default_factory=list)  # fell due long ago and was never begun


def tasks(unit: int, now: dt.datetime) -> Tasks:
    """What the unit has to file: of each form and kind of period the last year's, and the one that runs."""
    today = timezone.localdate(now)
    there = units.version_on(unit, today)
    if there is None:
        return Tasks()
    line = Unit.objects.values_list("line", flat=True).get(pk=unit)
    born = UnitVersion.objects.filter(unit=unit).order_by("during").values_list("during", flat=True)[0].lower
    duties = defaultdict(list)
    for duty in Duty.objects.filter(line=line, level=there.level):
        duties[duty.form_code].append(duty.during)
    forms = list(Form.objects.filter(code__in=duties, during__overlap=(today - _YEAR, today + _YEAR)))
    latest: dict[tuple[str, str], Submission] = {}
    standing: dict[str, set[str]] = defaultdict(set)
    for one in Submission.objects.filter(unit=unit, kind=Submission.Kind.OWN, form__code__in=duties).order_by(
        "edition"
    ):
        code = _code_of(one, forms)
        latest[code, one.period] = one
        standing[code] |= {one.period} if one.standing else set()
    found = Tasks()
    for form in forms:
        for period in _periods(form, today):
            if period.end < born or period.end not in form.during:
                continue
            submission = latest.get((form.code, period.code))
            if not any(period.end in one for one in duties[form.code]) and submission is None:
                continue
            if submission is None and covered(period, frozenset(standing[form.code]), born):
                continue  # all parts of it stand: it is put together from them
            restates = submission is not None and period.code in standing[form.code] and submission.state == State.DRAFT
            _sort(found, _task(form, period, submission, now, restates=restates))
    _set_apart(found, now)
    for tasks_ in (found.returned, found.to_do, found.running, found.owed):
        tasks_.sort(key=lambda one: (one.period.end, one.form.code))
    found.sent.sort(key=lambda one: (one.period.end, one.form.code), reverse=True)
    return found


_YEAR = dt.timedelta(366)
LONG_AGO = 60  # working days after the due day: about a quarter


def _set_apart(found: Tasks, now: dt.datetime) -> None:
    """Old debts out of the way of today's work; what was begun stays in it."""
    calendar = Calendar.load()
    found.owed = [
        task
        for task in found.to_do
        if task.due
        and not task.submission
        and (now.date() - task.due.day).days > LONG_AGO  # only then is it worth counting
        and deadlines.lateness(task.due, now, calendar) > LONG_AGO
    ]
    found.to_do = [task for task in found.to_do if task not in found.owed]


def _code_of(submission: Submission, forms: Iterable[Form]) -> str:
    known = {form.pk: form.code for form in forms}
    return known.get(submission.form_id) or submission.form.code


def _periods(form: Form, today: dt.date) -> list[Period]:
    """The running one of each kind, and those that ended in the last year; of weeks the last four."""
    found: set[Period] = set()
    for kind in form.periodicities:
        calendar = periods.PLAIN if kind == "week" else form.calendar
        try:
            one = Period.covering(today, kind, calendar)
        except ValueError:  # the nine months are over
            one = Period(kind, today.year, 1, calendar)
        ended = 0
        while one.end > today - _YEAR and ended <= 4:
            if one.start <= today:
                found.add(one)
                ended += one.end < today
            one = one.previous
    return sorted(found)


def _task(
    form: Form, period: Period, submission: Submission | None, now: dt.datetime, *, restates: bool = False
) -> Task:
    rule = DueRule.parse(form.due) if not restates else None
    due = deadlines.due(period, rule) if rule else None
    filed = submission.filed_at if submission and submission.state != State.WITHDRAWN else None
    if due is not None:
        status = deadlines.status(due, now, filed)
    else:
        status = deadlines.Status.IN_TIME if filed else deadlines.Status.NOT_DUE
    return Task(form, period, due, status, submission, restates)


def _sort(found: Tasks, task: Task) -> None:
    if task.restates:
        found.to_do.append(task)
    elif task.state == State.RETURNED or (
        task.state == State.DRAFT and task.submission and task.submission.edition > 1
    ):
        found.returned.append(task)
    elif task.state in (State.SUBMITTED, State.ACCEPTED):
        found.sent.append(task)
    elif task.period.end >= timezone.localdate():
        found.running.append(task)
    else:
        found.to_do.append(task)


# The grid


class Before(NamedTuple):
    """A figure of an earlier period, on this map, as it reads. why: what to know of it, sentences."""

    text: str
    value: Decimal | None = None
    why: str = ""


@dataclass(slots=True)
class Row:
    """One line of the grid. key: "indicator|breakdown"."""

    row: FormRow
    cell: Cell | None
    text: str
    note: str = ""
    previous: Before | None = None
    last_year: Before | None = None
    suggestions: list[Suggestion] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    error: str = ""  # what is wrong with what was typed; then `text` and `note` are what was typed
    theirs: Cell | None = None
    broken: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.row.id

    @property
    def part(self) -> bool:
        return not self.row.number

    @property
    def state(self) -> str:
        return self.cell.state if self.cell else ""

    @property
    def empty(self) -> str:
        """Which kind of empty it was said to be, in words."""
        said = self.cell is not None and self.text and self.cell.state != Cell.State.VALUE and not self.error
        return str(Cell.State(self.cell.state).label) if said and self.cell else ""

    @property
    def troubled(self) -> bool:
        return bool(self.error or self.theirs or self.broken)

    @property
    def says(self) -> bool:
        """There is something to read under it."""
        return bool(self.troubled or self.remarks or self.asks or self.offered or self.differs)

    @property
    def theirs_text(self) -> str:
        return typed.written(self.theirs, self.row, language()) if self.theirs else ""

    @property
    def classes(self) -> str:
        """For the style: where the figure comes from, which kind of empty it is, what is wrong."""
        named = {
            "part": self.part,
            "wrong": self.error,
            "conflict": self.theirs,
            "broken": self.broken,
            "remarked": self.remarks,
        }
        origin = [self.cell.origin, f"is-{self.cell.state}"] if self.cell else []
        return " ".join(["line", *origin, *(name for name, holds in named.items() if holds)])

    @property
    def known(self) -> list[Decimal]:
        """The earlier figures that a jump is measured against."""
        return [one.value for one in (self.previous, self.last_year) if one and one.value is not None]

    @property
    def asks(self) -> bool:
        """It jumps and nobody said why."""
        cell = self.cell
        if cell is None or cell.value is None or cell.explanation.strip():
            return False
        return jumps.asks(_kind(self.row), cell.value, self.known)

    @property
    def differs(self) -> Suggestion | None:
        """What was counted or read, where something else stands."""
        if self.cell is None or self.cell.value is None:
            return None
        return next((one for one in self.suggestions if one.value != self.cell.value), None)

    @property
    def offered(self) -> Suggestion | None:
        """What was counted or read, where nothing stands."""
        empty = self.cell is None or self.cell.state == Cell.State.NOT_REPORTED
        return self.suggestions[0] if empty and self.suggestions else None

    @property
    def choices(self) -> list[tuple[Suggestion, str]]:
        """What is offered, with how its figure reads."""
        return [(one, typed.shown(one.value, self.row, language())) for one in self.suggestions]

    @property
    def offered_text(self) -> str:
        return typed.shown(self.offered.value, self.row, language()) if self.offered else ""

    @property
    def differs_text(self) -> str:
        return typed.shown(self.differs.value, self.row, language()) if self.differs else ""


@dataclass(slots=True)
class Section:
    title: str
    rows: list[Row]


@dataclass(slots=True)
class Page:
    """One submission as the grid shows it."""

    submission: Submission
    form: Form
    unit_name: str
    period: Period
    due: Due | None
    sections: list[Section]
    identities: list[dict[str, Any]]
    before: dict[str, str]  # row -> figure of the period before as filed, for identities that carry over
    previous_label: str
    last_year_label: str
    remarks: list[Remark]  # on the whole
    returned: Submission | None

    @property
    def rows(self) -> Iterator[Row]:
        return (row for section in self.sections for row in section.rows)

    @property
    def by_key(self) -> dict[str, Row]:
        return {row.key: row for row in self.rows}

    @property
    def title(self) -> str:
        return self.form.name_en if language() == "en" else self.form.name_vi

    @property
    def period_label(self) -> str:
        return self.period.label(language())

    @property
    def notes(self) -> str:
        return (language() == "en" and self.form.notes_en) or self.form.notes_vi

    @property
    def columns(self) -> int:
        """Of the table: without the period before where it is last year's."""
        return 6 if self.previous_label else 5

    @property
    def filled(self) -> int:
        return sum(row.state not in ("", Cell.State.NOT_REPORTED) for row in self.rows)

    @property
    def total(self) -> int:
        return sum(len(section.rows) for section in self.sections)

    @property
    def asking(self) -> list[Row]:
        return [row for row in self.rows if row.asks]

    @property
    def editable(self) -> bool:
        return self.submission.state == State.DRAFT

    def to_json(self) -> dict[str, Any]:
        """For the script: what the table does not already say."""
        return {
            "id": self.submission.pk,
            "revision": self.submission.revision,
            "language": language(),
            "text": self.submission.text,
            "rows": [_row_json(row) for row in self.rows],
            "identities": self.identities,
            "before": self.before,
            "derived": list(_derived(self.by_key)),
        }


def form_rows(form: Form) -> list[FormRow]:
    """The lines of a form in the page's language."""
    return list(rows_of(form.sections, catalogue.load(), language()))


@burst()
def read(submission: Submission) -> Page:
    """The page of a submission; select_related form spares a query."""
    form, period = submission.form, Period.parse(submission.period)
    cells = {(one.indicator, one.breakdown): one for one in Cell.objects.filter(submission=submission)}
    evidence, files = _grouped(Evidence, submission), _grouped(Attachment, submission, "file")
    returned, remarks = _remarks(submission)
    lines = form_rows(form)
    keys = [(line.indicator, line.breakdown) for line in lines]
    offered = counters.suggestions(submission.unit_id, period, keys) if submission.state == State.DRAFT else {}
    standing = cells_before(submission)
    previous, last_year = _earlier(form.code, submission.unit_id, period, lines)
    rows = []
    for line, key in zip(lines, keys, strict=True):
        cell = cells.get(key)
        rows.append(
            Row(
                row=line,
                cell=cell,
                text=typed.written(cell, line, language()) if cell else "",
                note=cell.note if cell else "",
                previous=previous.get(key),
                last_year=last_year.get(key),
                suggestions=offered.get(key, []),
                evidence=evidence.get(cell.pk, []) if cell else [],
                files=files.get(cell.pk, []) if cell else [],
                remarks=remarks.get(key, []),
            )
        )
    mark_broken({row.key: row for row in rows}, cells.values(), standing)
    rule = DueRule.parse(form.due)
    there = units.version_on(submission.unit_id, period.end)
    return Page(
        submission=submission,
        form=form,
        unit_name=there.name if there else "",
        period=period,
        due=deadlines.due(period, rule) if rule else None,
        sections=[Section(title, list(of)) for title, of in groupby(rows, key=lambda row: row.row.section)],
        identities=catalogue.load().identities_for(keys),
        before={f"{one.indicator}|{one.breakdown}": str(one.value) for one in standing if one.value is not None},
        previous_label=period.previous.label(language()) if previous is not last_year else "",
        last_year_label=period.same_last_year.label(language()),
        remarks=remarks.get(("", ""), []),
        returned=returned,
    )


def mark_broken(rows: Mapping[str, Row], cells: Iterable[Cell], before: Iterable[Cell]) -> None:
    """Writes beside each row the identities that it breaks."""
    for one in broken(cells, before):
        for code in (one.identity.left,):
            row = rows.get(f"{code}|{one.breakdown}")
            if row is not None:
                row.broken.append(one.sentence)


def _grouped(model: Any, submission: Submission, *related: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = model.objects.filter(cell__submission=submission)
    if "file" in related:
        rows = rows.select_related("file").defer("file__content")
    for one in rows:
        found[one.cell_id].append(one)
    return found


def _remarks(submission: Submission) -> tuple[Submission | None, dict[Key, list[Remark]]]:
    """Why it came back: of the edition itself, or of the one that this draft mends."""
    found: dict[Key, list[Remark]] = defaultdict(list)
    returned = (
        Submission.objects.filter(
            form__code=submission.form.code,
            unit=submission.unit_id,
            period=submission.period,
            kind=submission.kind,
            state=State.RETURNED,
        )
        .filter(Q(pk=submission.pk) | Q(edition=submission.edition - 1))
        .last()
    )
    for one in Remark.objects.filter(submission=returned).order_by("at") if returned else ():
        found[one.indicator, one.breakdown].append(one)
    return returned, found


def _earlier(
    form: str, unit: int, period: Period, lines: Sequence[FormRow]
) -> tuple[Mapping[Key, Before], Mapping[Key, Before]]:
    """The period before and the same a year ago, on this period's map; one and the same for a year."""
    found = before.figures_before(form, unit, period, [(line.indicator, line.breakdown) for line in lines])
    shown = {id(one): dict(_shown(one, lines)) for one in found}
    return shown[id(found[0])], shown[id(found[1])]


def _shown(found: before.Found, lines: Sequence[FormRow]) -> Iterator[tuple[Key, Before]]:
    for line in lines:
        one = found.get((line.indicator, line.breakdown))
        if one is not None and one.value is not None:
            yield (line.indicator, line.breakdown), Before(typed.shown(one.value, line, language()), one.value, one.why)
        elif one is not None:
            yield (line.indicator, line.breakdown), Before(str(Cell.State(one.state).label))


def _kind(row: FormRow) -> str:
    return catalogue.load()[row.indicator].kind.code


def _derived(rows: Mapping[str, Row]) -> Iterator[dict[str, str]]:
    """Rates whose terms stand in the form: worked out while one types."""
    for row in rows.values():
        terms = catalogue.load()[row.row.indicator].derived_from
        if terms:
            above, below = (f"{code}|{row.row.breakdown}" for code in terms)
            if above in rows and below in rows:
                yield {"key": row.key, "above": above, "below": below}


def _row_json(row: Row) -> dict[str, Any]:
    rule = jumps.rules().get(_kind(row.row))
    known = [float(value) for value in row.known]
    return {
        "key": row.key,
        "label": row.row.label,
        "name": catalogue.load().label(row.row.indicator, row.row.breakdown, language()),
        "measure": row.row.measure,
        "kind": row.row.kind,
        "signed": row.row.signed,
        **({"jump": rule.to_json(), "known": known} if rule and known else {}),
        **(cell_json(row.cell, row.row) if row.cell else {"text": "", "state": "", "revision": 0}),
        **({"suggestions": [suggestion_json(one, row.row) for one in row.suggestions]} if row.suggestions else {}),
        **({"evidence": [one.quote or one.source for one in row.evidence]} if row.evidence else {}),
        **({"files": [file_json(one) for one in row.files]} if row.files else {}),
        **({"remarks": [{"text": one.text, "by": one.by} for one in row.remarks]} if row.remarks else {}),
        **({"why": row.last_year.why} if row.last_year and row.last_year.why else {}),
    }


def cell_json(cell: Cell, row: FormRow) -> dict[str, Any]:
    """A cell as the script keeps it."""
    return {
        "text": typed.written(cell, row, language()),
        "state": cell.state,
        "value": None if cell.value is None else str(cell.value.normalize() + 0),
        "revision": cell.revision,
        "origin": cell.origin,
        "note": cell.note,
        "explanation": cell.explanation,
        "by": cell.entered_by,
        "at": clock(cell.entered_at),
    }


def suggestion_json(one: Suggestion, row: FormRow) -> dict[str, Any]:
    return {
        "origin": one.origin,
        "value": str(one.value),
        "text": typed.shown(one.value, row, language()),
        "words": one.words,
        "link": one.link,
    }


def file_json(one: Attachment) -> dict[str, Any]:
    return {"id": one.file_id, "name": one.file.name}


def clock(at: dt.datetime) -> str:
    """ "9:41" today, else "21/11 9:41"."""
    local = timezone.localtime(at)
    time = f"{local.hour}:{local.minute:02}"
    return time if local.date() == timezone.localdate() else f"{local.day}/{local.month} {time}"


# What is sent


def entries_of(
    sent: Sequence[Mapping[str, Any]], form: Form, unit: int, period: Period
) -> tuple[list[Any], list[dict[str, str]]]:
    """Cells as a page sends them, as entries for `actions.enter`; and those that are no figure, each with a sentence.

    sent: {indicator, breakdown, text or state, seen, note?, explanation?, force?}, or {..., take, value} for a figure
    that was offered ("counted", "read"): it is looked up again, so that nobody can say a typed figure was counted.
    Without any of them only note and explanation change. Of two entries for one cell the last counts.
    """
    from danvan.figures.actions import CellInput, Entry  # noqa: PLC0415 -- only writing needs them

    lines = {(line.indicator, line.breakdown): line for line in form_rows(form)}
    taken = [key for one in sent if one.get("take") and (key := _key(one)) in lines]
    offered = counters.suggestions(unit, period, taken) if taken else {}
    entries, refused = [], []
    for key, one in {_key(one): one for one in sent}.items():
        try:
            line = lines.get(key)
            if line is None:
                raise FigureError(_("Biểu này không có dòng “%(row)s”; hãy tải lại trang.") % {"row": "|".join(key)})
            note, explanation = _text(one, "note"), _text(one, "explanation")
            suggestion = _taken(one, offered.get(key, ())) if one.get("take") else None
            if suggestion:
                found = typed.Typed(Cell.State.VALUE, suggestion.value, suggestion.numerator, suggestion.denominator)
            elif state := one.get("state"):
                found = typed.Typed(_empty(state))
            else:
                found = typed.read(_text(one, "text") or "", line)
        except FigureError as error:
            refused.append({"key": "|".join(key), "sentence": str(error)})
            continue
        entries.append(
            Entry(
                CellInput(
                    indicator=key[0],
                    breakdown=key[1],
                    state=found.state,
                    value=found.value,
                    numerator=found.numerator,
                    denominator=found.denominator,
                    origin=suggestion.origin if suggestion else Cell.Origin.TYPED,
                    qualifier=suggestion.qualifier if suggestion else Cell.Qualifier.EXACT,
                    evidence=suggestion.evidence if suggestion else (),
                ),
                seen=_count(one.get("seen")),
                note=note,
                explanation=explanation,
                force=one.get("force") is True,
                keep=not suggestion and "text" not in one and "state" not in one,
            )
        )
    return entries, refused


LONGEST_NOTE = 2000


def _key(one: Mapping[str, Any]) -> Key:
    return str(one.get("indicator", "")), str(one.get("breakdown", ""))


def _empty(state: Any) -> str:
    if state not in typed.KEYS.values():
        raise FigureError(_("Không có loại ô trống “%(state)s”; hãy chọn trong danh sách.") % {"state": state})
    return str(state)


def _count(seen: Any) -> int:
    return seen if isinstance(seen, int) and not isinstance(seen, bool) and seen >= 0 else 0


def _text(one: Mapping[str, Any], name: str) -> str | None:
    given = one.get(name)
    if given is None:
        return None
    if not isinstance(given, str) or "\0" in given:
        raise FigureError(_("Nội dung gửi lên không phải chữ; hãy nhập lại ô này."))
    if len(given) > LONGEST_NOTE:
        raise FigureError(_("Nội dung dài quá %(most)s ký tự; hãy rút gọn.") % {"most": LONGEST_NOTE})
    return given.strip()


def _taken(one: Mapping[str, Any], offered: Iterable[Suggestion]) -> Suggestion:
    for suggestion in offered:
        if suggestion.origin == one["take"] and str(suggestion.value) == one.get("value"):
            return suggestion
    raise FigureError(_("Nguồn nay không còn nêu số này; hãy tải lại trang để xem số mới."))


def changes(submission: Submission, since: int) -> list[Cell]:
    """The cells that changed after a revision."""
    return list(Cell.objects.filter(submission=submission, revision__gt=since).order_by("pk"))


def progress(submission: Submission) -> int:
    """How many cells say something."""
    found = Cell.objects.filter(submission=submission).exclude(state=Cell.State.NOT_REPORTED)
    return found.aggregate(n=Count("pk"))["n"]
