"""The consolidated report of a unit: signed as it is computed then, restated when what it rests on has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.figures import catalogue, queries, sealing
from danvan.figures.actions.filing import form_of
from danvan.figures.actions.sealing import lock, seal_all
from danvan.figures.consolidation import Consolidated, Row
from danvan.figures.errors import FigureError
from danvan.figures.models import Carried, Cell, Form, Submission
from danvan.figures.sheet import periods_within
from danvan.lib.periods import Period
from danvan.units.models import Unit

State = Submission.State
WORDS = "danvan.config.counters.WORDS"  # by name: imports point down


@transaction.atomic
def sign(
    *,
    form: Form | str,
    unit: Unit | int,
    period: Period | str,
    by: audit.By,
    text: str = "",
    reason: str = "",
    key: UUID | None = None,
) -> Submission:
    """Seals the unit's consolidated report as it stands now: figures, text, and which editions of whom it rests on.

    With the figures the same period a year before is sealed, as it stands restated on this map. reason: why it is
    signed again, where it was signed before. key: the same click twice is one. It counts as accepted: nobody but the
    signer answers for it. Raises FigureError where nothing is reported, or where it is signed already and no reason is
    given.
    """
    unit = unit.pk if isinstance(unit, Unit) else unit
    scope.require(Permission.SEAL)
    scope.require_unit(unit, own=True)
    period = queries.period_of(period)
    version = form_of(form, period)
    # Nothing below is accepted or taken back between the sum and the list of what it rests on.
    lock([unit, *(node.unit_id for node in queries.tree_of(version.code, unit, period))])
    if key is not None and (signed := Submission.objects.filter(key=key, unit=unit).select_related("form").first()):
        if (signed.form.code, signed.period, signed.kind) != (version.code, period.code, Submission.Kind.CONSOLIDATED):
            raise FigureError(_("Trang đã cũ: hãy tải lại trang rồi ký."))
        return signed
    editions = Submission.objects.filter(
        form__code=version.code, unit=unit, period=period.code, kind=Submission.Kind.CONSOLIDATED
    ).order_by("edition")
    last = editions.last()
    if last is not None and not reason.strip():
        raise FigureError(
            _("Báo cáo tổng hợp %(period)s đã chốt và ký (lần %(edition)s): muốn ký lại, hãy nêu lý do đính chính.")
            % {"period": period.label(), "edition": last.edition}
        )
    computed = queries.consolidated(version, unit, period, compare="restated")
    if not computed.reported:
        raise FigureError(_("Chưa có số liệu nào để chốt: chưa đơn vị nào được chấp nhận cho kỳ này."))
    report = Submission.objects.create(
        form=version,
        unit_id=unit,
        period=period.code,
        window=DateRange(*period.window),
        kind=Submission.Kind.CONSOLIDATED,
        edition=last.edition + 1 if last else 1,
        reason=reason.strip(),
        text=text,
        key=key,
        illustration=computed.illustration,
        rests_on={**rests_on(version.code, unit, period, computed), **_words(computed)},
    )
    cells = [cell for row in computed.rows if (cell := _cell(row, report, str(by)[:300])) is not None]
    Cell.objects.bulk_create(cells)
    if last is not None:
        editions.filter(standing=True).update(standing=False)
    report.state, report.standing = State.ACCEPTED, True
    report.filed_at, report.filed_by = timezone.now(), str(by)[:300]
    seal_all([report], cells, [], {version.pk: version.code})
    audit.record(
        by=by,
        verb="figures.sign",
        subject=report,
        label=f"{version.name_vi}, {period.label()}",
        unit=unit,
        edition=report.edition,
        reason=reason.strip(),
        seal=report.seal,
        missing=len(computed.missing),
    )
    return report


def _words(computed: Consolidated) -> dict[str, Any]:
    """What people wrote of these figures, sealed with them."""
    found = import_string(WORDS)(computed)
    return {"papers": found} if found else {}


def _cell(row: Row, report: Submission, by: str) -> Cell | None:
    figure = row.figure
    if figure.value is None:  # also of nothing there is no rate
        return None
    before = row.comparison.before.value if row.comparison and row.comparison.delta is not None else None
    return Cell(
        submission=report,
        indicator=row.indicator,
        breakdown=row.breakdown,
        state=Cell.State.VALUE,
        value=_stored(figure.value),
        numerator=_stored(figure.numerator) if figure.denominator is not None else None,
        denominator=_stored(figure.denominator) if figure.numerator is not None else None,
        qualifier=figure.qualifier,
        origin=Cell.Origin.CONSOLIDATED,
        previous_stated=_stored(before),
        entered_by=by,
    )


def _stored(value: Decimal | None) -> Decimal | None:
    return None if value is None else sealing.stored(value)


def rests_on(
    form: str, unit: int, period: Period, computed: Consolidated
) -> dict[str, list[list[int | str]] | list[int]]:
    """Which editions the figures are made of (a period may be put together from its parts), and who is missing."""
    return {
        "children": [[one.pk, one.edition, one.seal] for one in _children(form, unit, period)],
        "missing": [ref.id for ref in computed.missing],
    }


def _children(form: str, unit: int, period: Period) -> Sequence[Submission]:
    """What stands below the unit (and its own) for the period and its parts, without the cells."""
    below = [node.unit_id for node in queries.tree_of(form, unit, period)]
    return list(
        Submission.objects.filter(
            form__code=form,
            unit__in=below,
            period__in=list(periods_within(period)),
            kind=Submission.Kind.OWN,
            standing=True,
        )
        .only("id", "unit", "period", "edition", "seal", "filed_at", "filed_by", "reason")
        .order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class CellChange:
    """One figure of the signed report that is another by now. None: there was, or is, none."""

    indicator: str
    breakdown: str
    label_vi: str
    label_en: str
    signed: Decimal | None
    now: Decimal | None

    def label(self, lang: str = "vi") -> str:
        return self.label_en if lang.startswith("en") else self.label_vi

    @property
    def unit(self) -> str:
        return catalogue.load()[self.indicator].unit_vi


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a report was signed. editions: what stands below that it does not rest on; gone: what it
    rests on that no longer stands; carried: those of both already decided to be carried forward. True while something
    is not decided."""

    editions: Sequence[Submission]
    gone: Sequence[int]
    carried: frozenset[int]
    cells: Sequence[CellChange]

    def __bool__(self) -> bool:
        return bool(self.open)

    @property
    def open(self) -> list[int]:
        """The editions that ask for a decision."""
        return [one for one in (*(edition.pk for edition in self.editions), *self.gone) if one not in self.carried]


def moved_since(report: Submission) -> Changes:
    """Like `changes_since` without the cells: a few queries, nothing is added up."""
    rested = {one for one, _edition, _seal in report.rests_on.get("children", ())}
    standing = _children(report.form.code, report.unit_id, queries.period_of(report.period))
    fresh = [one for one in standing if one.pk not in rested]
    gone = sorted(rested - {one.pk for one in standing})
    carried = Carried.objects.filter(consolidated=report).values_list("child", flat=True)
    return Changes(fresh, gone, frozenset(carried if fresh or gone else ()), ())


def changes_since(report: Submission) -> Changes:
    """What the unit would sign today against what it signed. A fixed number of queries."""
    moved = moved_since(report)
    if not moved.editions and not moved.gone:
        return moved
    now = queries.consolidated(report.form.code, report.unit_id, report.period)
    signed = {(cell.indicator, cell.breakdown): cell.value for cell in Cell.objects.filter(submission=report)}
    cells = [
        CellChange(row.indicator, row.breakdown, row.label_vi, row.label_en, before, after)
        for row in now.rows
        for before, after in [(signed.get((row.indicator, row.breakdown)), _stored(row.figure.value))]
        if before != after
    ]
    return replace(moved, cells=(*cells, *_left_out(signed, now)))


def _left_out(signed: Mapping[tuple[str, str], Decimal | None], now: Consolidated) -> Iterator[CellChange]:
    """What was signed beside the form and nobody reports any more."""
    known = catalogue.load()
    for key in sorted(signed.keys() - {row.key for row in now.rows}):
        yield CellChange(*key, known.label(*key, "vi"), known.label(*key, "en"), signed[key], None)


@transaction.atomic
def carry_forward(*, report: Submission, reason: str, by: audit.By) -> int:
    """The unit leaves its signed report as it is and says why; gives how many changed editions that concerns.

    Where nothing waits for a decision it changes nothing.
    """
    scope.require(Permission.SEAL)
    scope.require_unit(report.unit_id, own=True)
    if not reason.strip():
        raise FigureError(_("Hãy nêu lý do không ký lại, ví dụ: chuyển sang kỳ sau."))
    lock([report.unit_id])
    left = moved_since(report).open
    if not left:
        return 0
    for one in left:
        Carried.objects.create(consolidated=report, child_id=one, reason=reason.strip(), by=str(by)[:300])
    audit.record(
        by=by,
        verb="figures.carry_forward",
        subject=report,
        label=f"{report.form.name_vi}, {queries.period_of(report.period).label()}",
        unit=report.unit_id,
        reason=reason.strip(),
        editions=len(left),
    )
    return len(left)
