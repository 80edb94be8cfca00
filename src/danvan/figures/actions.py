"""What is done with forms and figures: ship the forms, file a unit's figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.audit import actions as audit
from danvan.figures import catalogue, queries
from danvan.figures.errors import FigureError
from danvan.figures.models import Cell, Duty, Evidence, Form, Submission
from danvan.lib import periods
from danvan.lib.periods import Period, vietnamese
from danvan.units.models import Unit, UnitVersion

SIGNED = frozenset({"stock_money"})  # kinds that may be below zero
FRACTIONAL = frozenset({"ratio", "mean"})  # kinds that need not be whole
MOST = Decimal(10) ** 15
LOCK = 20250702  # any number that no other advisory lock of this database uses


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
    """One unit's figures for one period, for `file_many`."""

    unit: Unit | int
    period: Period | str
    cells: Sequence[CellInput]
    source: str = ""


# --- forms


def ship_forms(*, by: str, folder: Path = catalogue.DATA / "forms") -> int:
    """Brings forms and duties to what the data files say; gives how many of them changed. May be repeated.

    Raises FigureError where a file asks for a figure that the catalogue does not know.
    """
    changed = 0
    for path in sorted(folder.glob("*.yaml")):
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        with transaction.atomic():
            form, differs = _ship_form(entry)
            for duty in entry["duty"]:
                differs |= _ship(
                    Duty,
                    {"form_code": entry["code"], "level": duty["level"], "during__startswith": duty["from"]},
                    {"during": DateRange(duty["from"], duty.get("to"))},
                )
            if differs:
                changed += 1
                audit.record(by=by, verb="figures.ship_form", subject=form, file=path.name)
    return changed


def _ship_form(entry: dict[str, Any]) -> tuple[Form, bool]:
    sections = [
        {
            "title_vi": section["title_vi"],
            "title_en": section["title_en"],
            "rows": [_row(entry["code"], text) for text in section["rows"]],
        }
        for section in entry["sections"]
    ]
    keys = [(row["indicator"], row["breakdown"]) for section in sections for row in section["rows"]]
    twice = [key for key, times in Counter(keys).items() if times > 1]
    if twice:
        raise FigureError(
            _("Biểu %(form)s: chỉ tiêu %(code)s có hai dòng.") % {"form": entry["code"], "code": twice[0][0]}
        )
    identity = {"code": entry["code"], "during__startswith": entry["from"]}
    content = {name: entry[name] for name in ("name_vi", "name_en", "calendar", "periodicities")}
    content |= {"sections": sections, "during": DateRange(entry["from"], entry.get("to"))}
    differs = _ship(Form, identity, content)
    return Form.objects.get(**identity), differs


def _row(form: str, text: str) -> dict[str, str]:
    code, *rest = text.split(" ", 1)
    breakdown = rest[0] if rest else ""
    try:
        catalogue.load()[code].check_breakdown(breakdown)
    except catalogue.CatalogueError as error:
        raise FigureError(_("Biểu %(form)s: %(error)s") % {"form": form, "error": error}) from None
    return {"indicator": code, "breakdown": breakdown}


def _ship(model: type[Form | Duty], identity: dict[str, Any], content: dict[str, Any]) -> bool:
    """Creates or updates one row; False where it stood so already."""
    row = model.objects.filter(**identity).first()
    if row is None:
        model.objects.create(**{k: v for k, v in identity.items() if "__" not in k}, **content)
        return True
    if all(getattr(row, name) == value for name, value in content.items()):
        return False
    model.objects.filter(pk=row.pk).update(**content)
    return True


# --- filing


def file_submission(
    *,
    form: Form | str,
    unit: Unit | int,
    period: Period | str,
    cells: Sequence[CellInput],
    by: str,
    source: str = "",
    illustration: bool = False,
    kind: str = Submission.Kind.OWN,
    replace: bool = False,
) -> Submission:
    """Files one unit's figures for one period, all or nothing.

    replace: puts it in the place of what the unit filed before; the audit event keeps what was replaced. Raises
    FigureError: the unit was not there in that period, the form is not filed for such a period, an unknown indicator
    or breakdown, a figure that cannot be, a second filing.
    """
    filing = FilingInput(unit, period, cells, source)
    with transaction.atomic():
        (submission,), replaced = _file([filing], form, by, illustration=illustration, kind=kind, replace=replace)
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
        )
    return submission


def file_many(
    *,
    form: Form | str,
    filings: Iterable[FilingInput],
    by: str,
    illustration: bool = False,
    replace: bool = False,
) -> list[Submission]:
    """Files many units' own figures in one transaction, with one audit event. Raises like `file_submission`."""
    filings = list(filings)
    with transaction.atomic():
        submissions, replaced = _file(filings, form, by, illustration=illustration, replace=replace)
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
    filings: Sequence[FilingInput],
    form: Form | str,
    by: str,
    *,
    illustration: bool,
    replace: bool,
    kind: str = Submission.Kind.OWN,
) -> tuple[list[Submission], list[dict[str, Any]]]:
    units = [filing.unit.pk if isinstance(filing.unit, Unit) else filing.unit for filing in filings]
    spans = [queries.period_of(filing.period) for filing in filings]
    forms = {period: _form_of(form, period) for period in dict.fromkeys(spans)}
    _refuse_units_not_there(list(zip(units, spans, strict=True)))
    rows = [list(_cells(filing.cells)) for filing in filings]
    submissions = [
        Submission(
            form=forms[period],
            unit_id=unit,
            period=period.code,
            window=DateRange(*period.window),
            kind=kind,
            filed_by=by,
            source=filing.source,
            illustration=illustration,
        )
        for filing, unit, period in zip(filings, units, spans, strict=True)
    ]
    with connection.cursor() as cursor:  # until the transaction ends: what is found below stays true
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    replaced = _make_room(submissions, replace=replace)
    Submission.objects.bulk_create(submissions, batch_size=2000)
    cells: list[Cell] = []
    evidence: list[Evidence] = []
    for submission, inputs in zip(submissions, rows, strict=True):
        for one in inputs:
            cell = Cell(submission=submission, **_fields(one))
            cells.append(cell)
            evidence += [Evidence(cell=cell, **_fields(piece)) for piece in one.evidence]
    Cell.objects.bulk_create(cells, batch_size=5000)
    Evidence.objects.bulk_create(evidence, batch_size=5000)
    return submissions, replaced


def _fields(one: CellInput | EvidenceInput) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__ if name != "evidence"}


def _form_of(form: Form | str, period: Period) -> Form:
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


def _refuse_units_not_there(wanted: Sequence[tuple[int, Period]]) -> None:
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
    """Refuses what was filed before or twice at once; with replace, removes the earlier filing and says what it was."""
    wanted = {(s.form.code, s.unit_id, s.period, s.kind): s for s in submissions}
    if len(wanted) < len(submissions):
        raise FigureError(_("Một đơn vị có hai báo cáo cho cùng một kỳ trong lần nộp này: chỉ giữ một."))
    earlier = [
        found
        for found in Submission.objects.filter(
            form__code__in={key[0] for key in wanted},
            unit__in={key[1] for key in wanted},
            period__in={key[2] for key in wanted},
        ).select_related("form")
        if (found.form.code, found.unit_id, found.period, found.kind) in wanted
    ]
    if not earlier:
        return []
    if not replace:
        one = earlier[0]
        last = one.unit.versions.order_by("during").last()
        raise FigureError(
            _("%(unit)s đã nộp %(form)s %(period)s (ngày %(day)s, %(by)s): muốn thay, hãy nộp lại và chọn thay thế.")
            % {
                "unit": last.name,
                "form": one.form.name_vi,
                "period": periods.parse(one.period).label(),
                "day": vietnamese(timezone.localdate(one.filed_at)),
                "by": one.filed_by,
            }
        )
    counts = Counter(Cell.objects.filter(submission__in=earlier).values_list("submission", flat=True))
    replaced = [
        {
            "submission": one.pk,
            "unit": one.unit_id,
            "period": one.period,
            "filed_by": one.filed_by,
            "filed_at": one.filed_at.isoformat(),
            "source": one.source,
            "cells": counts[one.pk],
        }
        for one in earlier
    ]
    Submission.objects.filter(pk__in=[one.pk for one in earlier]).delete()
    return replaced


def _cells(cells: Sequence[CellInput]) -> Iterator[CellInput]:
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
    name = _name(cell)
    if indicator.kind.code == "gauge":
        yield _("%(cell)s là số tức thời, không báo cáo.") % {"cell": name}
    for what, value, choices in (
        (_("trạng thái"), cell.state, Cell.State),
        (_("nguồn gốc"), cell.origin, Cell.Origin),
        (_("mức chính xác"), cell.qualifier, Cell.Qualifier),
    ):
        if value not in choices.values:
            choose = ", ".join(choices.values)
            yield _("%(cell)s: %(what)s “%(value)s” không có (hãy chọn: %(choose)s).") % {
                "cell": name,
                "what": what,
                "value": value,
                "choose": choose,
            }
    for value in (cell.value, cell.numerator, cell.denominator, cell.previous_stated):
        yield from _number_problems(name, indicator, value)
    if (cell.numerator is None) != (cell.denominator is None):
        yield _("%(cell)s: tử số và mẫu số phải có đủ cả hai.") % {"cell": name}
    derivable = indicator.time == "ratio" and cell.denominator is not None
    if cell.state == Cell.State.VALUE and cell.value is None and not derivable:
        yield _("%(cell)s: thiếu số; nếu không có, hãy ghi là chưa báo cáo hoặc không áp dụng.") % {"cell": name}
    if cell.state != Cell.State.VALUE and cell.value is not None:
        yield _("%(cell)s: đã ghi là không có số thì không ghi số %(value)s.") % {"cell": name, "value": cell.value}


def _number_problems(name: str, indicator: catalogue.Indicator, value: Decimal | int | None) -> Iterator[str]:
    if value is None:
        return
    number, said = Decimal(value), {"cell": name, "value": value}
    if not number.is_finite() or abs(number) >= MOST:
        yield _("%(cell)s: %(value)s không phải là số có thể có; hãy xem lại.") % said
    elif number < 0 and indicator.kind.code not in SIGNED:
        yield _("%(cell)s: %(value)s nhỏ hơn 0; hãy ghi số từ 0 trở lên.") % said
    elif number != number.to_integral_value() and indicator.kind.code not in FRACTIONAL:
        yield _("%(cell)s: %(value)s phải là số nguyên (%(measure)s).") % {**said, "measure": indicator.unit()}


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
