"""A signed consolidated report as files, from what was sealed alone: the same figures however often it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from danvan.figures import catalogue, compare, queries
from danvan.figures.consolidation import Comparison, Consolidated, Row, Section, UnitRef
from danvan.figures.models import Cell, Duty, Submission
from danvan.figures.rollup import NOT_REPORTED, Figure, Rolled, reported
from danvan.lib.periods import Period, vietnamese
from danvan.narrative import writing
from danvan.narrative.editing import thawed
from danvan.narrative.publishing import anchor, file_name, report_data
from danvan.narrative.writing import composing, outlines
from danvan.narrative.writing.model import Paragraph, Run
from danvan.narrative.writing.outlines import Outline
from danvan.units import queries as units
from danvan.units.models import UnitVersion

if TYPE_CHECKING:
    from danvan.narrative.signing import Signer

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_LISTED = 300  # reports below whose own figures the workbook lists


def file_of(
    report: Submission,
    kind: str,
    folder: Path,
    *,
    base_url: str,
    fonts: Sequence[Path] = (),
    signer: Signer | None = None,
    stamp: Path | None = None,
    timestamp_url: str = "",
    outline: str = "",
) -> Path:
    """One file of a sealed consolidated report, written into the folder. kind: of KINDS.

    outline: of the words sealed with it that are wanted, the usual one of its period if ""; where none were sealed the
    figures say what they say by that outline. signer: the PDF is signed (PAdES) with this key; stamp: the font of its
    visible mark. Raises ValueError where nothing was reported or the outline does not suit, KeyError for one that there
    is not, signing.SigningError where the key does not sign.
    """
    sealed = consolidated_of(report)
    day = timezone.localdate(report.filed_at)
    plan = outline_of(report, sealed.period, outline)
    data = report_data(sealed, base_url=base_url, today=day, author=plan.author, alone=True)
    origin = data.origin and replace(data.origin, submission=report.pk, edition=report.edition, seal=report.seal or "")
    data = replace(
        data,
        date=day,
        url=f"submissions/{report.pk}/",
        origin=origin,
        contributions=tuple(contributions(report)),
    )
    path = folder / f"{file_name(data.unit, report.period, f'lan {report.edition}')}.{kind}"
    if kind == "xlsx":
        writing.to_xlsx(data, path)
        return path
    paper = next((one for one in report.rests_on.get("papers", ()) if one["outline"] == plan.name), None)
    body = thawed(paper["body"], base_url) if paper else composing.divided(data, plan)
    written = _with_seal(composing.laid(data, plan, body), report)
    if kind in ("docx", "html"):
        (writing.to_docx if kind == "docx" else writing.to_html)(written, path)
        return path
    writing.to_pdf(written, path, fonts)
    if signer is not None:
        from danvan.narrative.signing import sign_pdf  # noqa: PLC0415 -- loads PyHanko: only where something is signed

        reason = f"Báo cáo tổng hợp {sealed.period.label()}, lần {report.edition}, dấu chốt {report.seal[:12]}"
        signed = sign_pdf(
            path.read_bytes(),
            signer=signer,
            reason=reason,
            location=sealed.unit.name,
            name=report.filed_by,
            font=stamp,
            timestamp_url=timestamp_url,
        )
        path.write_bytes(signed)
    return path


def outline_of(report: Submission, period: Period, name: str = "") -> Outline:
    """The outline by which a sealed report is read. Raises ValueError for one that does not suit it."""
    papers = [one["outline"] for one in report.rests_on.get("papers", ())]
    usual = outlines.choose("party", period.kind)
    plan = outlines.named(name or (usual.name if usual.name in papers else next(iter(papers), usual.name)))
    if not plan.suits(period.kind):
        raise ValueError(f"Đề cương “{plan.label()}” không dùng cho {period.label()}: hãy chọn đề cương khác.")
    return plan


def _with_seal(written: writing.Report, report: Submission) -> writing.Report:
    """What the unit says beside its figures opens the report; its last line says which seal it was written from."""
    said = [Paragraph("text", (Run(line),)) for line in report.text.splitlines() if line.strip()]
    note = (
        f"Lập từ số liệu đã chốt lần {report.edition}, ngày {vietnamese(timezone.localdate(report.filed_at))}; "
        f"người ký: {report.filed_by}; dấu chốt {report.seal}."
    )
    return replace(written, body=(*said, *written.body, Paragraph("text", (Run(note),))))


def consolidated_of(report: Submission) -> Consolidated:
    """The sealed report as the value that pages and papers are made from; comparisons are those sealed with it."""
    period = queries.period_of(report.period)
    cells = {(cell.indicator, cell.breakdown): cell for cell in Cell.objects.filter(submission=report)}
    asked = [
        (Section(number, part["title_vi"], part["title_en"]), (row["indicator"], row["breakdown"]))
        for number, part in enumerate(report.form.sections)
        for row in part["rows"]
    ]
    beside = Section(len(report.form.sections), *queries.OUTSIDE)
    keys = {key for _section, key in asked}
    lines = [*asked, *((beside, key) for key in sorted(cells.keys() - keys))]
    refs = _refs(report, period)
    missing = set(report.rests_on.get("missing", ()))
    rows = tuple(_row(section, *key, cells.get(key), complete=not missing) for section, key in lines)
    expected = tuple(ref for unit, ref in refs.items() if unit != report.unit_id)
    return Consolidated(
        form=report.form.code,
        title_vi=report.form.name_vi,
        title_en=report.form.name_en,
        unit=refs[report.unit_id],
        period=period,
        day=period.end,
        rows=rows,
        expected=expected,
        filed=tuple(ref for ref in expected if ref.id not in missing),
        missing=tuple(ref for ref in expected if ref.id in missing),
        compare="restated",
        previous=period.same_last_year,
        illustration=report.illustration,
    )


def _refs(report: Submission, period: Period) -> dict[int, UnitRef]:
    """The unit, and those that had to report: as they were on the period's last day."""
    duties = Duty.objects.filter(form_code=report.form.code, during__contains=period.end)
    resting = [pk for pk, _edition, _seal in report.rests_on.get("children", ())]
    filed = Submission.objects.filter(pk__in=resting).values_list("unit", flat=True)
    wanted = {report.unit_id, *report.rests_on.get("missing", ()), *filed}
    there: dict[int, UnitVersion] = {one.unit_id: one for one in units.on(period.end).filter(unit__in=wanted)}
    due = set(duties.values_list("level", flat=True))
    return {
        unit: UnitRef(unit, one.name, one.level, one.code)
        for unit, one in sorted(there.items(), key=lambda item: (item[1].code, item[1].name))
        if unit == report.unit_id or one.level in due
    }


def _row(section: Section, code: str, breakdown: str, cell: Cell | None, *, complete: bool) -> Row:
    known = catalogue.load()
    indicator = known[code]
    figure = _figure(cell) if cell else NOT_REPORTED
    return Row(
        section=section,
        indicator=code,
        breakdown=breakdown,
        label_vi=known.label(code, breakdown, "vi"),
        label_en=known.label(code, breakdown, "en"),
        unit_vi=indicator.unit_vi,
        unit_en=indicator.unit_en,
        figure=figure,
        own=False,
        complete=complete,
        comparison=_comparison(indicator, figure, cell),
    )


def _figure(cell: Cell) -> Figure:
    return Figure(cell.state, cell.value, cell.numerator, cell.denominator, cell.qualifier)  # type: ignore[arg-type]


def _comparison(indicator: catalogue.Indicator, figure: Figure, cell: Cell | None) -> Comparison | None:
    if cell is None or cell.previous_stated is None:
        return None
    before = reported(cell.previous_stated)
    found = compare.compare(indicator, Rolled(figure), Rolled(before), "restated")
    return Comparison(
        mode="restated",
        before=before,
        before_complete=True,
        delta=found.delta,
        change=found.percent,
        direction=found.direction,
        comparability=found.comparability,
        reasons=found.reasons,
    )


def contributions(report: Submission) -> Sequence[writing.Contribution]:
    """The figures of the sealed reports that it rests on; none where these are too many for a sheet to be read."""
    resting = [pk for pk, _edition, _seal in report.rests_on.get("children", ())]
    if len(resting) > MOST_LISTED:
        return ()
    period, known = queries.period_of(report.period), catalogue.load()
    cells = Cell.objects.filter(submission__in=resting, value__isnull=False).select_related("submission")
    names = {one.unit_id: one.name for one in units.on(period.end).filter(unit__submissions__in=resting)}
    order = {code: place for place, code in enumerate(known.indicators)}
    return [
        writing.Contribution(
            unit=names.get(cell.submission.unit_id, str(cell.submission.unit_id)),
            indicator=cell.indicator,
            breakdown=cell.breakdown,
            label=known.label(cell.indicator, cell.breakdown),
            measure=known[cell.indicator].unit_vi,
            figure=writing.Figure(cell.state, cell.value, cell.numerator, cell.denominator, cell.qualifier),  # type: ignore[arg-type]
            url=f"submissions/{cell.submission_id}/#{anchor(cell.indicator, cell.breakdown)}",
            unit_id=cell.submission.unit_id,
        )
        for cell in sorted(cells, key=lambda one: (order[one.indicator], one.breakdown, one.submission.unit_id))
    ]
