"""A written Word file that somebody edited, held against what stands in the system now. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.figures import catalogue, queries
from danvan.figures.consolidation import Consolidated
from danvan.figures.errors import FigureError
from danvan.figures.models import Submission
from danvan.lib.periods import Period
from danvan.narrative import reopening
from danvan.narrative.publishing import report_data
from danvan.narrative.reopening import ChangedFigure, ChangedNumber, ChangedText, NotOurs
from danvan.narrative.writing import Figure, Origin, numerals
from danvan.units.models import Unit


class Way(StrEnum):
    """How a figure that a person put right in Word is put right where it stands."""

    DRAFT = "draft"  # in the unit's own open draft
    WITHDRAW = "withdraw"  # sent and not decided yet: withdraw it, then correct
    MEND = "mend"  # sent back or withdrawn: the next edition
    RESTATE = "restate"  # accepted: a restatement with a reason
    OPEN = "open"  # nothing was filed for the period: begin a draft
    BELOW = "below"  # put together from those below: they restate
    DERIVED = "derived"  # a change or the year before: follows from other figures


@dataclass(frozen=True, slots=True)
class Hand:
    """A number that a person changed or took out. current: what the file would say now; way: how to correct it."""

    number: ChangedNumber
    indicator: str
    breakdown: str
    current: str
    way: Way

    @property
    def agrees(self) -> bool:
        """What the person wrote is what the system says by now."""
        return self.number.now is not None and self.number.now == self.current

    @property
    def before(self) -> str:
        return self.number.sentence[: self.number.start]

    @property
    def marked(self) -> str:
        return self.number.sentence[self.number.start : self.number.end]

    @property
    def after(self) -> str:
        return self.number.sentence[self.number.end :]


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that is another one now."""

    figure: ChangedFigure
    indicator: str
    breakdown: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """submission: the unit's own latest edition for the period, where `way` of a number leads to it."""

    origin: Origin
    period: Period
    numbers: int
    changed: tuple[Hand, ...]
    deleted: tuple[Hand, ...]
    moved: tuple[Moved, ...]
    texts: tuple[ChangedText, ...]
    submission: int | None
    own: bool  # it is the acting unit's

    @property
    def none(self) -> bool:
        return not (self.changed or self.deleted or self.moved or self.texts)


def reopened(content: bytes) -> Reopened:
    """The differences of a .docx that was written here. Raises NotOurs, scope.Refused for a unit beyond reach."""
    post = scope.require(Permission.SEE)
    trace, passages = reopening.opened(content)
    origin = trace.origin
    now = _now(origin)
    said_of = {number.cell for passage in trace.passages for number in passage.numbers} | set(trace.figures)
    if unknown := [cell for cell in sorted(said_of) if _key(cell)[0] not in catalogue.load()]:
        raise NotOurs(
            _("Tệp nêu chỉ tiêu không có trong danh mục (%(code)s) nên không so được.") % {"code": unknown[0]}
        )
    found = reopening.differences(trace, passages)
    rows = report_data(now, base_url="", today=timezone.localdate()).rows()
    figures = {row.key: (row.now, row.before) for row in rows}
    own = post is None or post.unit_id == origin.unit
    latest = _latest(origin)
    rolled = {row.key for row in now.reported if not row.own}
    said = _Said(figures, rolled, own, latest)
    return Reopened(
        origin=origin,
        period=now.period,
        numbers=found.numbers,
        changed=tuple(map(said.hand, found.changed)),
        deleted=tuple(map(said.hand, found.deleted)),
        moved=tuple(Moved(one, *_key(one.cell)) for one in reopening.moved(trace, figures)),
        texts=found.texts,
        submission=latest and latest.pk,
        own=own,
    )


def _now(origin: Origin) -> Consolidated:
    """The same figures as they stand now."""
    elsewhere = _("Tệp nêu số liệu của %(unit)s, không có trong hệ thống này. Hãy mở ở hệ thống đã lập tệp.") % {
        "unit": origin.unit_name
    }
    if not 0 < origin.unit < 2**63 or not Unit.objects.filter(pk=origin.unit).exists():
        raise NotOurs(elsewhere)
    compare = origin.compare if origin.compare in ("restated", "reported") else "restated"
    try:
        found = queries.consolidated(origin.form, origin.unit, origin.period, compare=compare)  # type: ignore[arg-type]
    except FigureError as error:
        raise NotOurs(str(error)) from error
    if found.unit.name != origin.unit_name:
        raise NotOurs(elsewhere)
    return found


def _latest(origin: Origin) -> Submission | None:
    """The unit's own latest edition, of whichever version of the form."""
    rows = Submission.objects.filter(unit=origin.unit, period=origin.period, form__code=origin.form)
    return rows.filter(kind=Submission.Kind.OWN).order_by("-edition").first()


_WAYS = {
    Submission.State.DRAFT: Way.DRAFT,
    Submission.State.SUBMITTED: Way.WITHDRAW,
    Submission.State.RETURNED: Way.MEND,
    Submission.State.WITHDRAWN: Way.MEND,
    Submission.State.ACCEPTED: Way.RESTATE,
}


@dataclass(frozen=True, slots=True)
class _Said:
    figures: dict[str, tuple[Figure, Figure | None]]
    rolled: set[tuple[str, str]]
    own: bool
    latest: Submission | None

    def hand(self, number: ChangedNumber) -> Hand:
        key = _key(number.cell)
        return Hand(number, *key, self._current(number, key[0]), self._way(number, key))

    def _way(self, number: ChangedNumber, key: tuple[str, str]) -> Way:
        if number.aspect in ("before", "delta", "percent"):
            return Way.DERIVED
        if not self.own or key in self.rolled or number.aspect == "share":
            return Way.BELOW
        return _WAYS[Submission.State(self.latest.state)] if self.latest else Way.OPEN

    def _current(self, number: ChangedNumber, indicator: str) -> str:
        """As a sentence would print it now; "" where there is nothing to print."""
        now, before = self.figures.get(number.cell, (None, None))
        figure = before if number.aspect == "before" else now
        part = {"part": now and now.numerator, "whole": now and now.denominator}.get(number.aspect)
        if number.aspect in ("part", "whole"):
            return "" if part is None else numerals.count(part, "")
        if number.aspect in ("delta", "percent", "share") or figure is None or figure.value is None:
            return ""
        return numerals.said(figure, catalogue.load()[indicator].unit_vi)


def _key(cell: str) -> tuple[str, str]:
    """'mod.total[field=economy]' -> its indicator and breakdown."""
    indicator, _bracket, breakdown = cell.removesuffix("]").partition("[")
    return indicator, breakdown
