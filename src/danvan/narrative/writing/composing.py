"""From a consolidated submission to a report: the body by its outline, heading block and annexes by its layout."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin

from danvan.lib.periods import Period
from danvan.narrative.writing import outlines
from danvan.narrative.writing.body import NAMED_IN_TEXT, body, paragraphs
from danvan.narrative.writing.layout import DOTS, FONTS, Layout, fill, layout
from danvan.narrative.writing.model import Division, Paragraph, Report, ReportData, Run, clean
from danvan.narrative.writing.names import TERRITORY
from danvan.narrative.writing.outlines import Outline
from danvan.narrative.writing.pictures import drawn
from danvan.narrative.writing.tables import annexes

MARK = "Số liệu minh họa"

Divisions = tuple[Division, ...]


class NoFigures(ValueError):  # noqa: N818 -- reads as a sentence
    """Nothing was reported yet; a Vietnamese sentence that says what to do."""


def report(data: ReportData, layout_name: str = "", *, outline: str = "") -> Report:
    """Writes the report of a consolidated submission.

    layout_name: a file of layouts/, the issuer's own if ""; its rule set in force on the report's date is used and
    named in the report. outline: a file of outlines/, that of the issuer and the period if "". KeyError with a
    Vietnamese sentence for an unknown layout or outline; NoFigures where there is nothing to report on.
    """
    data = clean(data)
    plan = outline_of(data, outline)
    return _laid(data, plan, divided(data, plan), layout_name)


def outline_of(data: ReportData, name: str = "") -> Outline:
    """The outline of that name, that of the issuer and the kind of period if ""."""
    return outlines.named(name) if name else outlines.choose(data.issuer.author, Period.parse(data.period_code).kind)


def divided(data: ReportData, plan: Outline) -> Divisions:
    """The body that the outline makes of the figures. Raises NoFigures where there are none."""
    if not any(row.now.state == "value" for row in data.rows()):
        message = f"Chưa có số liệu nào của {data.unit} cho {data.period}: hãy nhận báo cáo trước khi viết."
        raise NoFigures(message)
    return body(data, plan, fields(data))


def laid(data: ReportData, plan: Outline, divisions: Divisions, layout_name: str = "") -> Report:
    """A body as a whole report: with heading block, signature and annexes."""
    return _laid(clean(data), plan, divisions, layout_name)


def _laid(data: ReportData, plan: Outline, divisions: Divisions, layout_name: str) -> Report:
    rules = layout(layout_name or data.issuer.layout, data.date)
    words = {**fields(data), "type": rules.symbol(plan.kind)}
    left, right, columns = rules.names(words)
    abstract = [fill(line, words) for line in plan.abstract]
    return Report(
        title=f"{plan.kind.capitalize()}: {' '.join(abstract)}",
        layout=rules.id,
        page=rules.rules["page"],
        style=rules.rules["text"],
        columns=columns,
        left=left,
        right=right,
        heading=rules.heading(plan.kind, abstract),
        body=_ended(paragraphs(divisions), rules),
        recipients=rules.recipients(data.issuer),
        signature=rules.signature(data.issuer),
        annexes=annexes(
            data,
            drawn(data, plan.pictures),
            long_list=len(data.missing) > NAMED_IN_TEXT,
            report=rules.reference(words),
        ),
        mark=MARK if data.illustration else "",
        address=urljoin(data.base_url, data.url) if data.url else "",
        origin=data.origin
        and replace(data.origin, figures=tuple((r.key, r.now, r.before) for r in data.rows()), outline=plan.name),
        fonts=FONTS,
    )


def fields(data: ReportData) -> dict[str, str]:
    """Words that outlines and layouts have places for."""
    year = data.date.year if data.date else data.year
    day = f"{data.date:%d}" if data.date else "…"
    # A month has two digits only where one could be taken for another: 01, 02, but 3 ... 12.
    month = "…" if data.date is None else f"{data.date.month:02d}" if data.date.month < 3 else str(data.date.month)
    kind = TERRITORY.match(data.unit)
    whole = f"toàn {kind[1].lower()}" if kind else "trên toàn địa bàn"
    return {
        "parent": data.issuer.parent,
        "body": data.issuer.body,
        "number": "…" if data.number is None else f"{data.number:02d}",
        "symbol": data.issuer.symbol or "…",
        "place": data.issuer.place or DOTS,
        "date": f"ngày {day} tháng {month} năm {year or '…'}",
        "period": data.period,
        "Period": data.period[:1].upper() + data.period[1:],
        "next": data.next_period or "thời gian tới",
        "same": data.same_period,
        "unit": data.unit,
        "whole": whole,
        "Whole": whole[0].upper() + whole[1:],
    }


def _ended(written: tuple[Paragraph, ...], rules: Layout) -> tuple[Paragraph, ...]:
    """The last paragraph closes the text as the rule set says."""
    if not written:
        return ()
    *runs, end = written[-1].runs
    closed = replace(end, text=end.text.rstrip().removesuffix("."))  # its own full stop gives way
    return (*written[:-1], replace(written[-1], runs=(*runs, closed, Run(rules.rules["end"]))))
