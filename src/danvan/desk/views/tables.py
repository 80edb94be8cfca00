"""Consolidated tables, and the story of each number in them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.desk import queries
from danvan.desk.marking import sentence
from danvan.desk.show import in_a_file, language
from danvan.desk.templatetags.desk import COMPARABILITY
from danvan.desk.views.errors import day_of, period_of
from danvan.figures import queries as figures
from danvan.figures.catalogue import CatalogueError
from danvan.figures.consolidation import Consolidated, Row, Section, Source, Story
from danvan.figures.errors import FigureError
from danvan.figures.export import as_file
from danvan.lib.vietnamese import fold
from danvan.narrative.models import Report
from danvan.narrative.publishing import anchor
from danvan.units.models import Unit

PERIODS = 12
MODES = ("restated", "reported")


def listing(request: HttpRequest) -> HttpResponse:
    """Newest period first; `?before=` the day before which the next page's periods end."""
    before = day_of(request.GET["before"]) if request.GET.get("before") else None
    found = queries.tables(before, PERIODS)
    full = len({(table.period, table.day) for table in found}) == PERIODS
    context = {"place": "tables", "tables": found, "later": before, "more": found[-1].day if full else None}
    return render(request, "desk/tables.html", context)


class Line(NamedTuple):
    """A row as the page shows it. part: a breakdown of the line above; why: its own reason, if not that of all."""

    row: Row
    anchor: str
    part: bool
    why: tuple[str, ...]


class Group(NamedTuple):
    """A section: the lines with something to see, and those that nobody reported now or then."""

    section: Section
    lines: list[Line]
    silent: list[Line]


def table(request: HttpRequest, unit: int, period: str) -> HttpResponse:
    """`?compare=restated` (the year before on this map, the default) or `reported` (as it was then)."""
    found, mode = _consolidated(request, unit, period)
    shared = found.shared_reasons()
    context = {
        "place": "tables",
        "found": found,
        "period_code": found.period.code,
        "groups": [_group(section, rows, shared) for section, rows in found.sections()],
        "shared": shared,
        "mode": mode,
        "empty": not found.reported,
    }
    return render(request, "desk/table.html", context)


def table_file(request: HttpRequest, unit: int, period: str, kind: str) -> HttpResponseBase:
    """The table of the page as .xlsx or .csv, its rows counted in the last line; `?compare=` as there."""
    found, _mode = _consolidated(request, unit, period)
    columns = [
        *(_("Mục"), _("Mã"), _("Chỉ tiêu"), _("Đơn vị tính"), _("Kỳ này"), _("Cùng kỳ")),
        *(_("Tăng, giảm"), _("Tăng, giảm (%)"), _("So sánh"), _("Ghi chú")),
    ]
    name = f"tong-hop-{'-'.join(fold(found.unit.name).split())}-{found.period.code}"
    return as_file(request, kind, name=name, columns=columns, rows=lambda: map(_written, found.rows))


def _written(row: Row) -> list[str | Decimal | None]:
    """Figures as numbers, what is no figure in words."""
    lang, against = language(), row.comparison
    return [
        row.section.title(lang),
        f"{row.indicator} {row.breakdown}".strip(),
        row.label(lang),
        row.unit(lang),
        in_a_file(row.figure),
        in_a_file(against.before) if against else None,
        against.delta if against else None,
        against.percent if against else None,
        str(COMPARABILITY[against.comparability][2]) if against else None,
        " ".join(against.reasons) if against else None,
    ]


def _consolidated(request: HttpRequest, unit: int, period: str) -> tuple[Consolidated, str]:
    mode = request.GET.get("compare", "restated")
    if mode not in MODES:
        raise BadRequest(_("Cách so sánh phải là restated (theo địa giới mới) hoặc reported (như đã báo cáo)."))
    try:
        return figures.consolidated(figures.FORM, unit, _period(period), compare=mode), mode  # type: ignore[arg-type]
    except scope.Refused:
        _must_be(unit)
        raise
    except (FigureError, ValueError) as error:
        raise Http404(str(error)) from None


def _must_be(unit: int) -> None:
    """A unit that is not there is no question of scope."""
    if not Unit.objects.filter(pk=unit).exists():
        raise Http404(_("Không có đơn vị số %(number)s.") % {"number": unit}) from None


def _period(code: str) -> str:
    period_of(code)  # a clear 404 for what is no period
    return code


def _group(section: Section, rows: Sequence[Row], shared: tuple[str, ...]) -> Group:
    group = Group(section, [], [])
    seen = set()
    for row in rows:
        why = row.comparison.reasons if row.comparison else ()
        part = bool(row.breakdown) and row.indicator in seen
        line = Line(row, anchor(row.indicator, row.breakdown), part, () if why == shared else why)
        before = row.comparison.before.value if row.comparison else None
        silent = row.figure.state == "not_reported" and before is None
        (group.silent if silent else group.lines).append(line)
        if not silent and not row.breakdown:
            seen.add(row.indicator)
    return group


class Words(NamedTuple):
    """The sentence behind a figure. report: the page it stands on, None for other sources."""

    source: Source
    report: Report | None
    before: str
    marked: str
    after: str


def story(request: HttpRequest, unit: int, period: str) -> HttpResponse:
    """`?indicator=&breakdown=&form=`, of the dân vận form unless said.

    Asked for by htmx it is only the panel, as a table row or a list item (`?in=item`).
    """
    indicator, breakdown = request.GET.get("indicator", ""), request.GET.get("breakdown", "")
    form = request.GET.get("form", figures.FORM)
    try:
        found = figures.story(form, unit, _period(period), indicator, breakdown)
    except CatalogueError as error:
        raise BadRequest(str(error)) from None
    except scope.Refused:
        _must_be(unit)
        raise
    except (FigureError, ValueError) as error:
        raise Http404(str(error)) from None
    context = {
        "place": "tables",
        "story": found,
        "period_code": found.period.code,
        "form": form,
        "tabled": form == figures.FORM,
        "anchor": anchor(indicator, breakdown),
        "words": _words(found),
        "invented": queries.invented(found.period.code),
        "given": [one for one in found.by_units if one.figure.value is not None],
        "silent": [one for one in found.by_units if one.figure.value is None],
    }
    panel = "desk/parts/story_item.html" if request.GET.get("in") == "item" else "desk/parts/story_row.html"
    return render(request, panel if request.htmx else "desk/story.html", context)


def _words(found: Story) -> list[Words]:
    prefix = "narrative.Report:"
    numbers = [int(one.source.removeprefix(prefix)) for one in found.evidence if one.source.startswith(prefix)]
    reports = Report.objects.in_bulk(numbers)
    words = []
    for one in found.evidence:
        report = reports.get(int(one.source.removeprefix(prefix))) if one.source.startswith(prefix) else None
        if report and one.start is not None and one.end is not None:
            words.append(Words(one, report, *sentence(report.text, one.start, one.end)))
        else:
            words.append(Words(one, report, "", one.quote, ""))
    return words
