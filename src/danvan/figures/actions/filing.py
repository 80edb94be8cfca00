"""Filing a unit's figures whole: read from a report, imported, sent by another system. Sealed as they are filed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.figures import catalogue, kept, queries
from danvan.figures.actions import telling
from danvan.figures.actions.cells import insert_cells
from danvan.figures.actions.sealing import lock, seal_all
from danvan.figures.errors import FigureError
from danvan.figures.models import Cell, Evidence, Form, Submission
from danvan.lib import periods
from danvan.lib.periods import Period, vietnamese
from danvan.units.models import Unit, UnitVersion

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

SIGNED = frozenset({"stock_money"})  # kinds that may be below zero
FRACTIONAL = frozenset({"ratio", "mean"})  # kinds that need not be whole
MOST = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class EvidenceInput:
    """Where a figure stands. start, end: characters in the source's text."""

    kind: str
    source: str
    start: int | None = None
    end: int | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class CellInput:
    """One figure to file. breakdown: a canonical key ("field=economy"), see catalogue.breakdown_key.

    A ratio may give numerator and denominator instead of a value, or beside the value that a report states.
    previous_stated: the same period a year before, as the report itself implies.
    """

    indicator: str
    value: Decimal | int | None = None
    breakdown: str = ""
    state: str = Cell.State.VALUE
    numerator: Decimal | int | None = None
    denominator: Decimal | int | None = None
    qualifier: str = Cell.Qualifier.EXACT
    origin: str = Cell.Origin.TYPED
    previous_stated: Decimal | int | None = None
    evidence: Sequence[EvidenceInput] = ()


@dataclass(frozen=True, slots=True)
class FilingInput:
    """One unit's figures for one period, for `file_many`. filed_at: when it came in, where that was before the system
    was told of it; only the system may say so."""

    unit: Unit | int
    period: Period | str
    cells: Sequence[CellInput]
    source: str = ""
    text: str = ""
    key: UUID | None = None
    filed_at: datetime | None = None


def file_submission(
    *,
    form: Form | str,
    unit: Unit | int,
    period: Period | str,
    cells: Sequence[CellInput],
    by: audit.By,
    source: str = "",
    illustration: bool = False,
    replace: bool = False,
    accepted: bool = True,
    text: str = "",
    key: UUID | None = None,
) -> Submission:
    """Files and seals one unit's figures for one period, all or nothing.

    accepted: it stands at once; else the superior decides. replace: a further edition takes the place of what stands,
    which counts no more. Only the system may say either; a post restates by `drafts.open_draft`. key: the same sending
    twice gives the same submission. Raises FigureError: the unit was not there in that period, the form is not filed
    for such a period, an unknown indicator or breakdown, a figure that cannot be, a second filing, a key of another
    one; Refused where the acting post may not file for the unit.
    """
    filing = FilingInput(unit, period, cells, source, text, key)
    with transaction.atomic():
        if key is not None and (sent := _sent_before(key, form, filing)):
            return sent
        (submission,), replaced = _file(
            [filing], form, by, illustration=illustration, replace=replace, accepted=accepted
        )
        audit.record(
            by=by,
            verb="figures.file",
            subject=submission,
            label=f"{submission.form.name_vi}, {periods.parse(submission.period).label()}",
            unit=submission.unit_id,
            period=submission.period,
            kind=submission.kind,
            cells=len(cells),
            source=source,
            replaced=replaced,
            seal=submission.seal,
        )
        if not accepted:
            telling.submitted(submission)
    return submission


def _sent_before(key: UUID, form: Form | str, filing: FilingInput) -> Submission | None:
    """What was sent under the key. Raises FigureError where that was something else."""
    sent = Submission.objects.filter(key=key).select_related("form").first()
    if sent is None:
        return None
    unit = filing.unit.pk if isinstance(filing.unit, Unit) else filing.unit
    code = form.code if isinstance(form, Form) else form
    if (sent.unit_id, sent.form.code, sent.period) != (unit, code, queries.period_of(filing.period).code):
        raise FigureError(_("Mã lần gửi này đã được dùng cho báo cáo khác: hãy đặt mã khác."))
    return sent


def file_many(
    *,
    form: Form | str,
    filings: Iterable[FilingInput],
    by: audit.By,
    illustration: bool = False,
    replace: bool = False,
    accepted: bool = True,
) -> list[Submission]:
    """Files many units' own figures in one transaction, with one audit event. Raises like `file_submission`."""
    filings = list(filings)
    with transaction.atomic():
        submissions, replaced = _file(filings, form, by, illustration=illustration, replace=replace, accepted=accepted)
        audit.record(
            by=by,
            verb="figures.file_many",
            label=f"{len(submissions)} báo cáo",
            submissions=len(submissions),
            cells=sum(len(filing.cells) for filing in filings),
            replaced=replaced,
        )
    return submissions


def _file(
    filings: Sequence[FilingInput], form: Form | str, by: audit.By, *, illustration: bool, replace: bool, accepted: bool
) -> tuple[list[Submission], list[dict[str, Any]]]:
    units = [filing.unit.pk if isinstance(filing.unit, Unit) else filing.unit for filing in filings]
    _refuse_others(units, accepted=accepted or replace, dated=any(filing.filed_at for filing in filings))
    spans = [queries.period_of(filing.period) for filing in filings]
    forms = {period: form_of(form, period) for period in dict.fromkeys(spans)}
    refuse_units_not_there(list(zip(units, spans, strict=True)))
    rows = [list(checked(filing.cells)) for filing in filings]
    submissions = [
        Submission(
            form=forms[period],
            unit_id=unit,
            period=period.code,
            window=DateRange(*period.window),
            text=filing.text,
            key=filing.key,
            source=filing.source,
            illustration=illustration,
        )
        for filing, unit, period in zip(filings, units, spans, strict=True)
    ]
    lock(units)
    replaced = _make_room(submissions, replace=replace)
    Submission.objects.bulk_create(submissions, batch_size=2000)
    cells: list[Cell] = []
    evidence: list[Evidence] = []
    for submission, inputs in zip(submissions, rows, strict=True):
        for one in inputs:
            cell = Cell(submission=submission, entered_by=str(by)[:300], **_fields(one))
            cells.append(cell)
            evidence += [Evidence(cell=cell, **_fields(piece)) for piece in one.evidence]
    insert_cells(cells)
    Evidence.objects.bulk_create(evidence, batch_size=5000)
    now = timezone.now()
    for one, filing in zip(submissions, filings, strict=True):
        one.state = Submission.State.ACCEPTED if accepted else Submission.State.SUBMITTED
        one.standing, one.filed_at, one.filed_by = accepted, filing.filed_at or now, str(by)[:300]
    seal_all(submissions, cells, evidence, {one.pk: one.code for one in forms.values()})
    if accepted or replaced:
        kept.keep(form.code if isinstance(form, Form) else form, list(zip(units, spans, strict=True)))
    return submissions, replaced


def _refuse_others(units: Iterable[int], *, accepted: bool, dated: bool) -> None:
    """The system files for all; a post that may submit files for its own unit, now, and does not accept it itself."""
    if scope.require(Permission.SUBMIT) is None:
        return
    if dated:
        raise scope.Refused(_("Ngày gửi do hệ thống ghi, không nhập được."))
    if accepted:
        raise scope.Refused(_("Báo cáo phải do đơn vị cấp trên chấp nhận."))
    for unit in set(units):
        scope.require_unit(unit, own=True)


def _fields(one: CellInput | EvidenceInput) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__ if name != "evidence"}


def form_of(form: Form | str, period: Period) -> Form:
    """The version of the form on the period's last day, if it is filed for such periods."""
    found = queries.form_on(form, period)
    if period.calendar != found.calendar:
        raise FigureError(
            _("%(form)s không tính theo lịch của %(period)s; hãy chọn kỳ theo lịch của biểu.")
            % {"form": found.name_vi, "period": period.label()}
        )
    if period.kind not in found.periodicities:
        choices = ", ".join(Period(kind, period.year).label() for kind in found.periodicities)
        raise FigureError(
            _("%(form)s không nộp cho %(period)s; hãy chọn kỳ như: %(choices)s.")
            % {"form": found.name_vi, "period": period.label(), "choices": choices}
        )
    return found


def refuse_units_not_there(wanted: Sequence[tuple[int, Period]]) -> None:
    """Each unit must be there on the last day of its period: totals are made on the map of that day."""
    lives: dict[int, list[tuple[str, DateRange]]] = defaultdict(list)
    ids = {unit for unit, _ in wanted}
    versions = UnitVersion.objects.filter(unit__in=ids).order_by("unit", "during")
    for unit, name, during in versions.values_list("unit", "name", "during"):
        lives[unit].append((name, during))
    gone = [_gone(unit, lives[unit], period) for unit, period in wanted if not _there(lives[unit], period)]
    if gone:
        raise FigureError(*dict.fromkeys(gone))


def _there(lives: Sequence[tuple[str, DateRange]], period: Period) -> bool:
    return any(period.end in life for _, life in lives)


def _gone(unit: int, lives: Sequence[tuple[str, DateRange]], period: Period) -> str:
    """Since and until when a unit was there, and what to file instead."""
    if not lives:
        return _("Không có đơn vị số %(unit)s.") % {"unit": unit}
    names = {"unit": lives[-1][0], "period": period.label(), "born": vietnamese(lives[0][1].lower)}
    said = _("%(unit)s không tồn tại trong %(period)s (có từ %(born)s)")
    if ended := lives[-1][1].upper:
        names["last"] = vietnamese(ended - timedelta(1))
        if period.start < ended <= period.end:
            said = _("%(unit)s chỉ có đến %(last)s, trước khi hết %(period)s: hãy nộp cho phần kỳ mà đơn vị còn có.")
            return said % names
        said = _("%(unit)s không tồn tại trong %(period)s (có từ %(born)s đến %(last)s)")
    return said % names + _(": hãy nộp cho đơn vị của thời gian đó.")


def _make_room(submissions: Sequence[Submission], *, replace: bool) -> list[dict[str, Any]]:
    """Refuses what was filed before or twice at once; with replace, what stood gives way and a further edition follows.

    Gives what was replaced, for the audit event.
    """
    wanted = {(s.form.code, s.unit_id, s.period): s for s in submissions}
    if len(wanted) < len(submissions):
        raise FigureError(_("Một đơn vị có hai báo cáo cho cùng một kỳ trong lần nộp này: chỉ giữ một."))
    earlier = [
        found
        for found in Submission.objects.filter(
            form__code__in={key[0] for key in wanted},
            unit__in={key[1] for key in wanted},
            period__in={key[2] for key in wanted},
            kind=Submission.Kind.OWN,
        )
        .select_related("form")
        .order_by("edition")
        if (found.form.code, found.unit_id, found.period) in wanted
    ]
    for one in earlier:
        if one.state in (Submission.State.DRAFT, Submission.State.SUBMITTED) or (one.standing and not replace):
            raise FigureError(_already(one))
        following = wanted[one.form.code, one.unit_id, one.period]
        following.edition, following.reason = one.edition + 1, _("Nộp lại, thay bản trước.")
    standing = [one for one in earlier if one.standing]
    if not standing:
        return []
    Submission.objects.filter(pk__in=[one.pk for one in standing]).update(standing=False)
    counts = Counter(Cell.objects.filter(submission__in=standing).values_list("submission", flat=True))
    return [
        {
            "submission": one.pk,
            "unit": one.unit_id,
            "period": one.period,
            "edition": one.edition,
            "filed_by": one.filed_by,
            "filed_at": one.filed_at,
            "source": one.source,
            "cells": counts[one.pk],
        }
        for one in standing
    ]


def _already(one: Submission) -> str:
    last = one.unit.versions.order_by("during").last()
    names = {"unit": last.name, "form": one.form.name_vi, "period": periods.parse(one.period).label()}
    if one.state == Submission.State.DRAFT:
        return _("%(unit)s đang nhập dở %(form)s %(period)s: hãy gửi hoặc bỏ bản đó trước.") % names
    names |= {"day": vietnamese(timezone.localdate(one.filed_at)), "by": one.filed_by}
    if one.state == Submission.State.SUBMITTED:
        return _("%(unit)s đã gửi %(form)s %(period)s (ngày %(day)s, %(by)s), đang chờ xem xét.") % names
    return (
        _("%(unit)s đã nộp %(form)s %(period)s (ngày %(day)s, %(by)s): muốn thay, hãy nộp lại và chọn thay thế.")
        % names
    )


def checked(cells: Sequence[CellInput]) -> Iterator[CellInput]:
    """The cells as they are stored; FigureError with every problem."""
    problems: list[str] = []
    seen: set[tuple[str, str]] = set()
    for cell in cells:
        try:
            problems += _problems(cell)
        except catalogue.CatalogueError as error:
            problems.append(str(error))
        if (cell.indicator, cell.breakdown) in seen:
            problems.append(_("%(cell)s có hai số trong cùng một báo cáo: chỉ giữ một.") % {"cell": _name(cell)})
        seen.add((cell.indicator, cell.breakdown))
    if problems:
        raise FigureError(*problems)
    yield from (_with_percent(cell) for cell in cells)


def _problems(cell: CellInput) -> Iterator[str]:
    indicator = catalogue.load()[cell.indicator]
    indicator.check_breakdown(cell.breakdown)
    if indicator.kind.code == "gauge":
        yield _("%(cell)s là số tức thời, không báo cáo.") % {"cell": _name(cell)}
    for value, choices in ((cell.state, _STATES), (cell.origin, _ORIGINS), (cell.qualifier, _QUALIFIERS)):
        if value not in choices.known:
            yield _("%(cell)s: %(what)s “%(value)s” không có (hãy chọn: %(choose)s).") % {
                "cell": _name(cell),
                "what": choices.what,
                "value": value,
                "choose": ", ".join(choices.known),
            }
    for value in (cell.value, cell.numerator, cell.denominator, cell.previous_stated):
        if value is not None:
            yield from _number_problems(cell, indicator, value)
    if (cell.numerator is None) != (cell.denominator is None):
        yield _("%(cell)s: tử số và mẫu số phải có đủ cả hai.") % {"cell": _name(cell)}
    derivable = indicator.time == "ratio" and cell.denominator is not None
    if cell.state == Cell.State.VALUE and cell.value is None and not derivable:
        said = {"cell": _name(cell)}
        yield _("%(cell)s: thiếu số; nếu không có, hãy ghi là chưa báo cáo hoặc không áp dụng.") % said
    if cell.state != Cell.State.VALUE and cell.value is not None:
        said = {"cell": _name(cell), "value": cell.value}
        yield _("%(cell)s: đã ghi là không có số thì không ghi số %(value)s.") % said


class _Choices(NamedTuple):
    """What a field may be. known: looked up for every cell, so a dict."""

    what: StrPromise
    known: dict[str, None]


_STATES = _Choices(gettext_lazy("trạng thái"), dict.fromkeys(Cell.State.values))
_ORIGINS = _Choices(gettext_lazy("nguồn gốc"), dict.fromkeys(Cell.Origin.values))
_QUALIFIERS = _Choices(gettext_lazy("mức chính xác"), dict.fromkeys(Cell.Qualifier.values))


def _number_problems(cell: CellInput, indicator: catalogue.Indicator, value: Decimal | int) -> Iterator[str]:
    number = Decimal(value)
    if not number.is_finite() or abs(number) >= MOST:
        said = {"cell": _name(cell), "value": value}
        yield _("%(cell)s: %(value)s không phải là số có thể có; hãy xem lại.") % said
    elif number < 0 and indicator.kind.code not in SIGNED:
        said = {"cell": _name(cell), "value": value}
        yield _("%(cell)s: %(value)s nhỏ hơn 0; hãy ghi số từ 0 trở lên.") % said
    elif indicator.kind.code not in FRACTIONAL and number != number.to_integral_value():
        said = {"cell": _name(cell), "value": value, "measure": indicator.unit()}
        yield _("%(cell)s: %(value)s phải là số nguyên (%(measure)s).") % said


def _name(cell: CellInput) -> str:
    try:
        return f"“{catalogue.load().label(cell.indicator, cell.breakdown)}”"
    except (catalogue.CatalogueError, KeyError):
        return f"“{cell.indicator}”"


def _with_percent(cell: CellInput) -> CellInput:
    """A ratio given by its parts gets its value in percent; of nothing (x/0) there is no rate."""
    if cell.state != Cell.State.VALUE or cell.value is not None:
        return cell
    if not cell.denominator:
        return replace(cell, state=Cell.State.NOT_APPLICABLE)
    percent = Decimal(100) * Decimal(cell.numerator or 0) / Decimal(cell.denominator)
    return replace(cell, value=percent.quantize(Decimal("0.0001")))
