"""Papers as they read: a draft from what is entered and the figures of now, a finished one from what was laid down."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.figures import queries
from danvan.figures.errors import FigureError
from danvan.lib.periods import vietnamese
from danvan.narrative import filling, letters, writing
from danvan.narrative.letters import DayNote, Letter
from danvan.narrative.letters.kinds import LAYOUTS
from danvan.narrative.models import Paper
from danvan.narrative.publishing import issuer as issuer_of
from danvan.narrative.publishing import report_data
from danvan.narrative.writing import ReportData, Signer
from danvan.narrative.writing.composing import MARK
from danvan.narrative.writing.layout import layout
from danvan.narrative.writing.stored import from_data
from danvan.units import queries as units
from danvan.units.models import Unit

PERIODS = 16  # that can be chosen
AUTHORS = {Unit.Line.GOVERNMENT: "government", Unit.Line.PEOPLES_COUNCIL: "government", Unit.Line.FRONT: "front"}


class PaperError(ValueError):
    """What cannot be done with a paper. problems: a Vietnamese sentence by the name of the field that it is about."""

    def __init__(self, **problems: str) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def own(unit: int) -> QuerySet[Paper]:
    """The papers of a unit, newest first, of each the latest version."""
    newest = Paper.objects.filter(unit=unit).order_by("family", "-version").distinct("family").values("pk")
    return Paper.objects.filter(pk__in=newest).order_by("-pk")


def office_of(unit: int) -> str:
    """Who writes for a unit where nobody says otherwise."""
    line = Unit.objects.values_list("line", flat=True).get(pk=unit)
    return AUTHORS.get(Unit.Line(line), "party")


def default_issuer(unit: int, office: str, day: datetime.date) -> dict[str, Any]:
    """How the heading block of a unit's paper begins; people put it right."""
    version = units.version_on(unit, day)
    found = issuer_of(version.level, version.name, day, office) if version else writing.Issuer("")  # type: ignore[arg-type]
    body = found.body or (version.name if version else "")
    return {
        "parent": found.parent,
        "body": body,
        "symbol": found.symbol,
        "place": found.place,
        "signer_post": "",
        "signer_capacity": "own",
        "signer_of": "",
        "recipients": [],
    }


def capacities(office: str) -> tuple[str, ...]:
    """By which right papers of an office are signed: a party paper knows no authorisation (TUQ.)."""
    return "own", *layout(LAYOUTS[office]).rules["signature"]["capacity"]  # type: ignore[index]


def check_capacity(office: str, issuer: Mapping[str, Any]) -> None:
    """Raises PaperError where papers of the office are not signed by that right."""
    if issuer.get("signer_capacity", "own") not in capacities(office):
        raise PaperError(signer_capacity=_("Thể thức của văn bản này không có cách ký đó: hãy chọn cách ký khác."))


def composed(paper: Paper, *, base_url: str, url: str = "") -> writing.Report:
    """As it is printed. url: of its page, for the code at the foot. Raises PaperError for one that was erased."""
    if paper.erased_at:
        day = vietnamese(timezone.localdate(paper.erased_at))
        raise PaperError(paper=_("Nội dung văn bản đã xóa ngày %(day)s vì hết hạn lưu.") % {"day": day})
    if paper.written is not None:
        return from_data(paper.written)
    return letters.compose(letter_of(paper, base_url=base_url, url=url))


def letter_of(
    paper: Paper, *, base_url: str, url: str = "", number: int | None = None, day: datetime.date | None = None
) -> Letter:
    """A draft with the figures of now. Raises PaperError where they cannot be had."""
    kind, content = letters.kind(paper.kind), paper.content
    data = _figures(paper, base_url)
    given = content.get("issuer", {})
    check_capacity(paper.office, given)
    signer = (
        Signer(given["signer_post"], given.get("signer_capacity", "own"), given.get("signer_of", ""))
        if given.get("signer_post")
        else None
    )
    issuer = writing.Issuer(
        body=given.get("body", ""),
        parent=given.get("parent", ""),
        symbol=given.get("symbol", ""),
        place=given.get("place", ""),
        signer=signer,
        recipients=tuple(given.get("recipients", ())),
        layout=LAYOUTS[paper.office],  # type: ignore[index]
        author=paper.office,  # type: ignore[arg-type]
    )
    data = replace(data, issuer=issuer, date=day, number=number, url=url, base_url=base_url)
    values = filling.typed(kind, content)
    return Letter(kind, data, values, tuple(content.get("topics", ())), tuple(content.get("bases", ())))


def _figures(paper: Paper, base_url: str) -> ReportData:
    """Of the period, as they stand now; without one only who writes."""
    today = timezone.localdate()
    if paper.period:
        try:
            found = queries.consolidated(queries.FORM, paper.unit_id, paper.period, compare="restated")
        except FigureError as error:
            raise PaperError(period=str(error)) from error
        return report_data(found, base_url=base_url, today=today, alone=True)
    version = units.version_on(paper.unit_id, today)
    return ReportData(
        issuer=writing.Issuer(""),
        unit=version.name if version else "",
        period="",
        period_code="",
        same_period="",
        sections=(),
        year=today.year,
        base_url=base_url,
        illustration=paper.illustration,
    )


def day_notes(paper: Paper, day: datetime.date) -> tuple[DayNote, ...]:
    kind = letters.kind(paper.kind)
    return letters.notes(kind, filling.typed(kind, paper.content), day)


def series_of(paper: Paper, day: datetime.date, term: str) -> str:
    """The run of numbers that the paper takes its own from; "" for one without a number. Raises PaperError."""
    kind = letters.kind(paper.kind)
    if not kind.numbered:
        return ""
    try:
        return layout(LAYOUTS[paper.office], day).series(kind.symbol, day, term)  # type: ignore[index]
    except (KeyError, ValueError) as error:
        name = "date" if isinstance(error, KeyError) else "term"
        raise PaperError(**{name: str(error.args[0])}) from error


def next_number(paper: Paper, series: str) -> int:
    """One more than the highest that was given; a new version keeps the number of the one before."""
    rows = Paper.objects.filter(unit=paper.unit_id, series=series, number__isnull=False)
    before = rows.filter(family=paper.family).order_by("-version").values_list("number", flat=True).first()
    highest = rows.order_by("-number").values_list("number", flat=True).first()
    return before or (highest or 0) + 1


def term_of(day: datetime.date) -> str:
    """The committee's term, as congresses are held every five years: 2025-2030."""
    begin = day.year - day.year % 5
    return f"{begin}-{begin + 5}"


def title_of(paper: Paper, report: writing.Report | None = None) -> str:
    """What it is about, for lists: never a name of the people in it."""
    kind, values = letters.kind(paper.kind), paper.content.get("values", {})
    words: Mapping[str, Any] = {name: text for name, text in values.items() if isinstance(text, str) and text}
    for name in ("meeting", "subject", "headline", "occasion"):
        if name in words:
            return str(words[name])[:300]
    return kind.label()


def marked(report: writing.Report, invented: bool) -> writing.Report:
    return replace(report, mark=MARK) if invented and not report.mark else report
