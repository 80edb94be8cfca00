"""What the page of a report shows: its readings as they stand, the form's cells that they would fill, what is asked.

The number of queries does not grow with the readings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.desk import show
from danvan.desk.naming import names_on
from danvan.figures import before, catalogue, typed
from danvan.figures import queries as figures
from danvan.figures.before import Before
from danvan.figures.catalogue import CatalogueError, breakdown_key
from danvan.figures.models import Cell, Form, Submission
from danvan.figures.queries import OUTSIDE
from danvan.figures.workbook.layout import KINDS, SIGNED
from danvan.figures.workbook.model import FormRow, Kind
from danvan.lib import periods
from danvan.lib.periods import Period
from danvan.narrative import phrases, queries
from danvan.narrative.choices import KINDS as PERIOD_KINDS
from danvan.narrative.filing import SURE, Proposal
from danvan.narrative.finding import whose
from danvan.narrative.judging import ASIDE, Doubt, Judged
from danvan.narrative.models import Check, Decision, Reading, Report
from danvan.narrative.queries import Reviewed
from danvan.narrative.reading.document import Document

Key = tuple[str, str]
YEARS_BACK = 2  # of the periods that can be chosen


@dataclass
class Item:
    """One reading on the page. state: accepted, rejected, sure, asked, aside; against: contradictions it stands in."""

    row: Reading
    doubts: tuple[Doubt, ...] = ()
    against: list[Check] = field(default_factory=list)
    taught: str = ""
    text: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)  # what a person typed and what could not be taken

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def start(self) -> int:
        return self.row.start

    @property
    def end(self) -> int:
        return self.row.end

    @property
    def stands(self) -> Reading | Decision:
        """What counts: what was accepted, else what was read."""
        decision = self.row.decision
        return decision if decision and decision.verdict != Decision.Verdict.REJECTED else self.row

    @property
    def state(self) -> str:
        if self.row.decision:
            return "rejected" if self.row.decision.verdict == Decision.Verdict.REJECTED else "accepted"
        if not self.doubts:
            return "sure"
        return "aside" if self.doubts[0].why in ASIDE else "asked"

    @property
    def css(self) -> str:
        """Of its words in the text."""
        return {"sure": "sure", "asked": "unsure", "aside": "open"}.get(self.state, self.state)

    @property
    def key(self) -> str:
        return f"{self.stands.indicator}|{self.stands.breakdown}" if self.stands.indicator else ""

    @property
    def name(self) -> str:
        """Of the indicator as it can be typed and chosen."""
        if "indicator" in self.typed:
            return self.typed["indicator"]
        return names().get(self.key, "")

    @property
    def unit(self) -> str:
        """The unit of measure by which its number is written."""
        known = catalogue.load()
        return known[self.stands.indicator].unit_vi if self.stands.indicator in known else self.row.unit

    @property
    def number(self) -> str:
        """As it stands in the input."""
        if "value" in self.typed:
            return self.typed["value"]
        row = row_of(self.stands.indicator, self.stands.breakdown)
        value = self.stands.value.normalize() + 0
        return typed.written(typed.Typed(Cell.State.VALUE, value), row, show.language())

    @property
    def qualifier(self) -> str:
        return self.typed.get("qualifier") or self.stands.qualifier

    @property
    def alternatives(self) -> list[tuple[str, str, float]]:
        """(key, name, confidence) of what the reader held possible too; with the breakdown where that can be."""
        listed = []
        for code, share in self.row.alternatives:
            keys = [f"{code}|{self.row.breakdown}", f"{code}|"]
            key = next((one for one in keys if one in names()), "")
            if key and key != self.key and all(key != other for other, _name, _share in listed):
                listed.append((key, names()[key], share))
        return listed

    @property
    def phrase(self) -> str:
        """The words that might be kept."""
        return (
            self.typed["phrase"] if "phrase" in self.typed else phrases.around(self.text, self.row.start, self.row.end)
        )

    @property
    def unsure(self) -> bool:
        return self.row.confidence < SURE

    @property
    def filed(self) -> bool:
        return bool(self.row.filed and self.row.report.submission_id)


@dataclass
class Line:
    """A cell that the report fills. state: accepted, open, conflict (people must choose), outside (no line of it)."""

    key: Key
    label: str
    unit: str
    state: str
    items: list[Item]
    value: Decimal | None = None
    qualifier: str = "exact"
    question: str = ""
    unlike: list[Before] = field(default_factory=list)
    adds: bool = False

    @property
    def anchor(self) -> str:
        return "cell-" + "--".join(filter(None, self.key))

    @property
    def can_add(self) -> bool:
        return self.state == "conflict" and sum(item.state == "accepted" for item in self.items) > 1

    @property
    def name(self) -> str:
        return "|".join(self.key)


@dataclass
class Section:
    title: str
    lines: list[Line]


class Page:
    """A report for one reader. form: the code that was asked for."""

    def __init__(self, report: Report, form: str = "") -> None:
        self.report = report
        self.found: Reviewed = queries.reviewed(report)
        for row in self.found.readings:
            row.report = report
        self.may = queries.may_work_on(report)
        self.period = _period(report)
        self.forms = figures.forms_for(report.unit_id, self.period) if report.unit_id and self.period else []
        self.asked_form = form
        post = scope.current().acting
        self.own = post is not None and post.unit_id == report.unit_id
        self.files = self.may and (self.own or post is None)

    @cached_property
    def items(self) -> list[Item]:
        """In the order of the document, as judging counts them."""
        judged, taught = self.found.judged, queries.taught_by(self.found.readings)
        items = [
            Item(row, judged.doubts.get(index, ()), taught=taught.get(row.term_id, ""), text=self.report.text)
            for index, row in enumerate(self.found.readings)
        ]
        for place, check in enumerate(self.found.checks):
            if not check.holds:
                for item in items:
                    if any(place in doubt.checks for doubt in item.doubts):
                        item.against.append(check)
        return items

    @cached_property
    def in_text(self) -> list[Item]:
        """In the order of the text."""
        return sorted(self.items, key=lambda item: (item.start, item.end))

    @property
    def against(self) -> list[Check]:
        return [check for check in self.found.checks if not check.holds]

    @property
    def holding(self) -> list[Check]:
        return [check for check in self.found.checks if check.holds]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many readings in each state."""
        counted = dict.fromkeys(("accepted", "rejected", "sure", "asked", "aside"), 0)
        for item in self.items:
            counted[item.state] += 1
        return counted

    @property
    def open(self) -> int:
        return self.counts["sure"] + self.counts["asked"]

    # The form

    @cached_property
    def lines(self) -> list[Line]:
        """Cells, accepted or expected, in the order of the catalogue."""
        expected, accepted = self.found.judged.expected, self.found.judged.accepted
        stand = {cell.key: cell for cell in accepted.cells}
        lines = {cell.key: self._line(stand.get(cell.key, cell), cell.key in stand) for cell in expected.cells}
        lines |= {key: self._line(cell, True) for key, cell in stand.items() if key not in lines}
        asked: dict[Key, list[int]] = {}
        for index in expected.questions:
            stands = self.items[index].stands
            asked.setdefault((stands.indicator, stands.breakdown), []).append(index)
        for key, indices in asked.items():
            items = [self.items[index] for index in indices]
            lines[key] = Line(key, _label(key), _unit(key), "conflict", items, question=expected.questions[indices[0]])
        self._compare(lines)
        order = {code: place for place, code in enumerate(catalogue.load().indicators)}
        return sorted(lines.values(), key=lambda line: (order.get(line.key[0], len(order)), line.key[1]))

    def _line(self, cell: Proposal, accepted: bool) -> Line:
        value = cell.value
        if cell.ratio is not None:
            value = (100 * cell.ratio.numerator / cell.ratio.denominator).quantize(Decimal("0.0001"))
        items = [self.items[index] for index in cell.readings]
        adds = any(item.row.decision and item.row.decision.adds for item in items)
        state = "accepted" if accepted else "open"
        return Line(cell.key, _label(cell.key), _unit(cell.key), state, items, value, cell.qualifier, adds=adds)

    def _compare(self, lines: Mapping[Key, Line]) -> None:
        """Notes the figures that are unlike the unit's own history."""
        if self.report.unit_id and self.period and self.form:
            said = {key: line.value for key, line in lines.items() if line.value is not None}
            for key, earlier in before.unlike(self.form.code, self.report.unit_id, self.period, said).items():
                lines[key].unlike = earlier

    @cached_property
    def form(self) -> Form | None:
        """The one that was asked for, else the unit's own that has most of the figures."""
        wanted = {cell.key for cell in self.found.judged.expected.cells}
        asked = next((form for form in self.forms if form.code == self.asked_form), None)
        return asked or max(self.forms, key=lambda form: len(wanted & set(_keys(form))), default=None)

    @cached_property
    def sections(self) -> list[Section]:
        """The cells by the form's sections; those without a line in it last, as they are not filed."""
        if self.form is None:
            return [Section("", self.lines)] if self.lines else []
        places = _keys(self.form)
        english = show.language() == "en"
        titles = [one["title_en" if english else "title_vi"] for one in self.form.sections]
        found = [Section(title, []) for title in [*titles, OUTSIDE[english]]]
        for line in sorted(self.lines, key=lambda line: places.get(line.key, (len(titles), 0))):
            section, _place = places.get(line.key, (len(titles), 0))
            if section == len(titles):
                line.state = "outside"
            found[section].lines.append(line)
        return [section for section in found if section.lines]

    @property
    def ready(self) -> list[Line]:
        """What would be filed now."""
        return [line for section in self.sections for line in section.lines if line.state == "accepted"]

    # Whom and when

    @cached_property
    def unit_name(self) -> str:
        report = self.report
        wanted = [(one["unit"], one["unit"], report.period) for one in report.unit_choices]
        if report.unit_id:
            wanted.append((report.unit_id, report.unit_id, report.period))
        self._names = names_on(wanted)
        return self._names.get(report.unit_id or 0, "")

    @property
    def unit_choices(self) -> list[dict[str, Any]]:
        """Candidates within reach, with their names."""
        self.unit_name  # noqa: B018 -- one query for all names
        return [
            {**one, "name": self._names[one["unit"]]}
            for one in self.report.unit_choices
            if one["unit"] in self._names and one["unit"] != self.report.unit_id
        ]

    @property
    def period_choices(self) -> list[dict[str, Any]]:
        return [one for one in self.report.period_choices if one["period"] != self.report.period]

    @property
    def other_periods(self) -> list[Period]:
        """Periods that can be chosen, the latest first."""
        return recent_periods(timezone.localdate())

    @property
    def stale(self) -> bool:
        """Words were taught or let go since it was read."""
        unit = self.report.unit_id or self.report.received_for_id
        return self.may and queries.words_for(unit).digest != self.report.lexicon

    @property
    def may_settle_unit(self) -> bool:
        post = scope.current().acting
        return (
            self.may and not self.report.submission_id and (post is None or post.unit_id == self.report.received_for_id)
        )

    @property
    def may_settle_period(self) -> bool:
        return self.may and not self.report.submission_id


def recent_periods(today: date) -> list[Period]:
    """Standard periods of this year and the years before that have begun, the latest first."""
    found = []
    for year in range(today.year - YEARS_BACK, today.year + 1):
        for kind in PERIOD_KINDS:
            for index in range(1, 13):
                try:
                    period = Period(kind, year, index)
                except ValueError:
                    break
                if period.start <= today:
                    found.append(period)
    return sorted(found, key=lambda one: (one.end, one.start), reverse=True)


def _period(report: Report) -> Period | None:
    try:
        found = periods.parse(report.period) if report.period else None
    except ValueError:
        return None
    return found if isinstance(found, Period) else None


def _keys(form: Form) -> dict[Key, tuple[int, int]]:
    """Each line of a form: its section and its place there."""
    return {
        (row["indicator"], row["breakdown"]): (section, place)
        for section, entry in enumerate(form.sections)
        for place, row in enumerate(entry["rows"])
    }


def _label(key: Key) -> str:
    try:
        return catalogue.load().label(*key, show.language())
    except (CatalogueError, KeyError):
        return "|".join(key)


def _unit(key: Key) -> str:
    known = catalogue.load()
    return known[key[0]].unit_vi if key[0] in known else ""


def row_of(indicator: str, breakdown: str) -> FormRow:
    """How a figure of an indicator is typed and read; any number where there is no indicator yet."""
    known = catalogue.load()
    kind = known[indicator].kind.code if indicator in known else ""
    how: Kind = KINDS.get(kind, "whole") if kind else "fraction"
    return FormRow("", indicator, "", "", breakdown, kind=how, signed=kind in SIGNED)


# Into the form


@dataclass
class Beside:
    """A cell of the report beside what stands in the form. kind: new, same, differs. seen: the revision of what
    stands."""

    line: Line
    there: Cell | None = None
    seen: int = 0

    @property
    def kind(self) -> str:
        if self.there is None or self.there.value is None:
            return "new"
        return "same" if self.there.value == self.line.value else "differs"


@dataclass
class Into:
    """What filing would do. edition: the last one that there is. restates: it was accepted, so a reason is asked."""

    edition: Submission | None
    beside: list[Beside]
    outside: list[Line]
    restates: bool = False

    @property
    def waits(self) -> bool:
        """What was sent waits for a decision: nothing can be written."""
        return self.edition is not None and self.edition.state == Submission.State.SUBMITTED

    def of(self, kind: str) -> list[Beside]:
        return [one for one in self.beside if one.kind == kind]

    @property
    def new(self) -> list[Beside]:
        return self.of("new")

    @property
    def same(self) -> list[Beside]:
        return self.of("same")

    @property
    def differing(self) -> list[Beside]:
        return self.of("differs")


def into_form(page: Page) -> Into:
    """What is accepted, each beside the cell of the edition that a draft is or would begin with."""
    outside = [line for section in page.sections for line in section.lines if line.state == "outside"]
    if page.form is None:
        return Into(None, [], outside)
    editions = Submission.objects.filter(
        form__code=page.form.code, unit=page.report.unit_id, period=page.report.period, kind=Submission.Kind.OWN
    ).order_by("edition")
    last = editions.last()
    cells = {(cell.indicator, cell.breakdown): cell for cell in Cell.objects.filter(submission=last)} if last else {}
    drafted = last is not None and last.state == Submission.State.DRAFT
    beside = [
        Beside(line, there, there.revision if there and drafted else 0)
        for line in page.ready
        for there in [cells.get(line.key)]
    ]
    restates = not drafted and any(one.standing for one in editions)
    return Into(last, beside, outside, restates)


# A text that is only looked over


class Unlike(NamedTuple):
    """A figure of a text that is far from the unit's own earlier ones. at: the reading that gives it."""

    label: str
    unit: str
    value: Decimal
    earlier: list[Before]
    start: int
    end: int


def unlike_history(document: Document, unit: int) -> list[Unlike]:
    """Where a text speaks of this unit and of a period that it names: its figures unlike those before."""
    said = document.period.code if document.period else None
    if not said or whose(document).unit_id != unit:
        return []
    period = periods.parse(said)
    forms = figures.forms_for(unit, period) if isinstance(period, Period) else []
    if not forms or not isinstance(period, Period):
        return []
    cells = {cell.key: cell for cell in Judged(document, {}).expected.cells}
    found = before.unlike(forms[0].code, unit, period, {key: cell.value for key, cell in cells.items()})
    return [
        Unlike(_label(key), _unit(key), cells[key].value, earlier, first.start, first.end)
        for key, earlier in found.items()
        for first in [document.readings[cells[key].readings[0]]]
    ]


# The indicators that can be chosen


def names() -> dict[str, str]:
    """ "mod.total|field=economy" -> its name in the page's language, each name once: every indicator, alone and in each
    single breakdown."""
    return _named(show.language())


@lru_cache
def _named(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    seen: set[str] = set()
    for indicator in catalogue.load():
        if indicator.kind.code == "gauge":
            continue  # of the moment, never reported
        breakdowns = ["", *(breakdown_key({v.key: value}) for v in indicator.dims for value in v.values)]
        for breakdown in breakdowns:
            name = catalogue.load().label(indicator.code, breakdown, language)
            name = name if name not in seen else f"{name} ({indicator.code})"
            seen.add(name)
            found[f"{indicator.code}|{breakdown}"] = name
    return found


def chosen(text: str) -> Key:
    """The cell that was typed or chosen: by its key or by its name. Raises CatalogueError with a sentence."""
    text = " ".join(text.split())
    key = text if text in names() else next((key for key, name in names().items() if name == text), None)
    if key is None and "|" in text:
        key = text  # several breakdowns at once: the catalogue says whether there is such a figure
    if key is None:
        raise CatalogueError(
            _("“%(name)s” không phải chỉ tiêu của danh mục; hãy chọn trong danh sách.") % {"name": text[:100]}
        )
    indicator, _bar, breakdown = key.partition("|")
    return indicator, breakdown


def options(items: Sequence[Item], form: Form | None) -> Iterator[tuple[str, str]]:
    """(key, name) of all that can be chosen: lines of the form first, then the rest of the catalogue."""
    known = names()
    ordered = ["|".join(key) for key in _keys(form)] if form else []
    ordered += [item.key for item in items if item.key]
    for key in dict.fromkeys([*ordered, *known]):
        yield key, known.get(key) or _label(tuple(key.split("|", 1)))  # type: ignore[arg-type]
