"""Reading figures: the consolidated form, how a number came about, series over a reform. Always from what is filed now.

A unit's own figure stands; where it has none, its children's are rolled up on the map of the period's last day. A unit
may be given as a Unit or an id, a form by its code, a period as a Period or its code. Each read costs the same number
of queries whatever the number of units and figures. Raises FigureError (a Vietnamese sentence) for a form or a unit
that is not there on that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.figures import catalogue
from danvan.figures.compare import Comparability, Mode, Restated
from danvan.figures.consolidation import (
    Consolidated,
    Contributor,
    Filing,
    Point,
    RestatedRow,
    Row,
    Section,
    Series,
    Source,
    Story,
)
from danvan.figures.earlier import AnySheet, Earlier, Past, Standing, standings
from danvan.figures.errors import FigureError
from danvan.figures.models import Cell, Duty, Evidence, Form, Submission
from danvan.figures.rollup import NOT_REPORTED, Rolled, State, as_rolled
from danvan.figures.sheet import LEVELS, Ground, Key, Sheet, burst
from danvan.figures.summed import Summed
from danvan.figures.telling import Told, tell
from danvan.lib import periods
from danvan.lib.periods import Period, vietnamese
from danvan.units import queries as units
from danvan.units.models import Unit, UnitVersion

OUTSIDE = ("Số liệu ngoài biểu", "Figures outside the form")
FORM = "dan_van"
G = TypeVar("G", bound=Ground)


def form_on(form: Form | str, period: Period) -> Form:
    """The version of the form that holds on the period's last day."""
    code = form.code if isinstance(form, Form) else form
    found = Form.objects.filter(code=code, during__contains=period.end).first()
    if found is None:
        raise FigureError(_("Không có biểu “%(form)s” dùng cho %(period)s.") % {"form": code, "period": period.label()})
    return found


def forms_for(unit: Unit | int, period: Period) -> list[Form]:
    """The forms in which a unit may report such a period, those first that it has the duty to file. Two queries."""
    unit = _id(unit)
    there = UnitVersion.objects.filter(unit=unit, during__contains=period.end).select_related("unit").first()
    if there is None:
        return []
    forms = Form.objects.filter(during__contains=period.end, calendar=period.calendar, line__in=["", there.unit.line])
    forms = forms.annotate(
        owed=Exists(
            Duty.objects.filter(
                form_code=OuterRef("code"), line=there.unit.line, level=there.level, during__contains=period.end
            )
        )
    )
    fitting = [form for form in forms.order_by("-owed", "code") if period.kind in form.periodicities]
    return sorted(fitting, key=lambda form: (not form.owed, form.code != FORM))


# The consolidated form


@burst()
def consolidated(
    form: Form | str, unit: Unit | int, period: Period | str, *, compare: Mode | None = None
) -> Consolidated:
    """The form of a unit and a period, from its own figures and those of all below it.

    compare: against the same period a year before, "restated" on this map or as "reported" then.
    """
    period, root = period_of(period), _id(unit)
    version = form_on(form, period)
    sheet = _there(_kind(period)(version.code, [_within_reach(root)], period, period.end), root)
    return consolidated_from(sheet, version, root, compare)


@burst()
def side_by_side(
    form: Form | str, unit: Unit | int, period: Period | str, *, compare: Mode | None = None
) -> tuple[Consolidated, ...]:
    """The consolidated forms of all units directly below one, in the order of the map: the country by province.

    As `consolidated` gives each of them, in as many queries as for one.
    """
    period, root = period_of(period), _id(unit)
    version = form_on(form, period)
    below = units.children(_within_reach(root), period.end)
    if not below and not units.path(root, period.end):
        raise FigureError(_not_there(root, period.end))
    sheet = _kind(period)(version.code, [one.unit_id for one in below if one.level in LEVELS], period, period.end)
    roots = [one for one in sheet.roots if one in sheet.refs]
    standing = standings(sheet, roots)
    past = Past(sheet, roots, period.same_last_year) if compare and roots else None
    return tuple(
        _table(version, standing[one], Earlier(sheet, one, past.period, past=past) if past else None, compare)
        for one in roots
    )


def _kind(period: Period) -> type[Sheet | Summed]:
    """Years to date are not kept."""
    return Sheet if period.kind == "ytd" else Summed


def consolidated_from(sheet: AnySheet, version: Form, root: int, compare: Mode | None) -> Consolidated:
    """The form of one of the units of a sheet; the same whichever kind of sheet it is."""
    earlier = Earlier(sheet, root, sheet.period.same_last_year) if compare else None
    return _table(version, Standing(sheet, root), earlier, compare)


def _table(version: Form, standing: Standing, earlier: Earlier | None, compare: Mode | None) -> Consolidated:
    sheet, root = standing.sheet, standing.root
    rows = []
    for section, key in _lines(version, standing):
        rolled = standing.figure(key)
        if section.title_vi == OUTSIDE[0] and not (rolled.figure.has_value or rolled.own):
            continue
        comparison = earlier.compared(key, rolled, compare) if earlier and compare else None
        rows.append(_row(standing, section, key, rolled, comparison))
    below = sheet.above([root])
    expected = [sheet.refs[one] for one in sheet.duty if one in below]
    return Consolidated(
        form=version.code,
        title_vi=version.name_vi,
        title_en=version.name_en,
        unit=sheet.refs[root],
        period=sheet.period,
        day=sheet.day,
        rows=tuple(rows),
        expected=tuple(expected),
        filed=tuple(ref for ref in expected if ref.id in sheet.filers),
        missing=tuple(ref for ref in expected if ref.id not in sheet.filers),
        others=tuple(sheet.refs[one] for one in below if one in sheet.filers and one not in sheet.duty),
        compare=compare,
        previous=earlier.period if earlier else None,
        illustration=sheet.illustrated(below),
    )


def _lines(form: Form, standing: Standing) -> Iterator[tuple[Section, Key]]:
    """The lines of the form, then those that were reported beside it."""
    asked = set()
    for number, entry in enumerate(form.sections):
        section = Section(number, entry["title_vi"], entry["title_en"])
        for row in entry["rows"]:
            asked.add((row["indicator"], row["breakdown"]))
            yield section, (row["indicator"], row["breakdown"])
    section = Section(len(form.sections), *OUTSIDE)
    found = standing.sheet.lines.union(*(part.sheet.lines for part in standing.parts))
    for key in _in_order(found - asked):
        yield section, key


def _in_order(keys: Iterable[Key]) -> list[Key]:
    order = {code: place for place, code in enumerate(catalogue.load().indicators)}
    return sorted(keys, key=lambda key: (order[key[0]], key[1]))


def _row(standing: Standing, section: Section, key: Key, rolled: Rolled, comparison: Any = None) -> Row:
    sheet = standing.sheet
    indicator = sheet.catalogue[key[0]]
    return Row(
        section=section,
        indicator=key[0],
        breakdown=key[1],
        label_vi=sheet.catalogue.label(*key, "vi"),
        label_en=sheet.catalogue.label(*key, "en"),
        unit_vi=indicator.unit_vi,
        unit_en=indicator.unit_en,
        figure=rolled.figure,
        own=_is_own(standing.root, rolled),
        complete=rolled.complete,
        missing=standing.named(rolled.missing),
        contributors=standing.contributors(rolled),
        below=rolled.below,
        difference=rolled.difference,
        comparison=comparison,
        notes=rolled.reasons,
    )


def _is_own(root: int, rolled: Rolled) -> bool:
    """Also of a unit without children, which roll-up takes as it is."""
    made_of = rolled.contributors
    return rolled.own or (rolled.figure.has_value and bool(made_of) and all(unit == root for unit, _figure in made_of))


# How a number came about


def story(form: Form | str, unit: Unit | int, period: Period | str, indicator: str, breakdown: str = "") -> Story:
    """One number opened: the formula, who brought what one level down, and where the unit's own figure stands.

    Raises CatalogueError for an unknown indicator or breakdown.
    """
    period, root, key = period_of(period), _id(unit), (indicator, breakdown)
    catalogue.load()[indicator].check_breakdown(breakdown)
    version = form_on(form, period)
    sheet = _sheet(version.code, root, period, [indicator])
    standing = Standing(sheet, root)
    rolled = standing.figure(key)
    section = next((section for section, one in _lines(version, standing) if one == key), Section(0, *OUTSIDE))
    by_periods = tuple(_by_periods(standing, key, rolled))
    found = sheet.roll(key)
    by_units = tuple(
        _contributor(sheet, key, child, found[child], period)
        for child in sheet.tree.children.get(root, ())
        if found[child].figure.state != State.NOT_DUE and (rolled.own or not by_periods)
    )
    row = _row(standing, section, key, rolled)
    terms = _terms(sheet, key, root) if row.own else ()
    cell = _own_cell(sheet, root, [key, *terms])
    whole = sheet.whole.get(key, {}).get(root, NOT_REPORTED).has_value
    made_of = () if whole else by_periods
    formula = tell(Told(sheet.catalogue[indicator], rolled, row.own, by_units, made_of, bool(terms)))
    return Story(
        row=row,
        unit=sheet.refs[root],
        period=period,
        formula_vi=formula.vi,
        formula_en=formula.en,
        by_units=by_units,
        by_periods=by_periods,
        terms=terms,
        **cell,
    )


def _contributor(sheet: Sheet, key: Key, unit: int, rolled: Rolled, period: Period) -> Contributor:
    """What counts of a unit: what stands for it, else (it says not applicable, they do not) what its children bring."""
    own = rolled.own or unit in sheet.own.get(key, {})
    figure = rolled.below if rolled.below and not rolled.figure.has_value else rolled.figure
    return Contributor(sheet.refs[unit], period, figure, rolled.complete, own)


def _by_periods(standing: Standing, key: Key, rolled: Rolled) -> Iterator[Contributor]:
    """Parts of the period: the unit's own that the figure is made of or contradicts, or those around a reform."""
    sheet, root = standing.sheet, standing.root
    if standing.parts and rolled != sheet.roll(key)[root]:
        for part in standing.parts:
            for unit in part.sources:
                given = part.of_source(key, unit)
                own = unit in part.sheet.own.get(key, {})
                yield Contributor(part.sheet.refs[unit], part.period, given.figure, given.complete, own)
    elif rolled.own or not sheet.tree.children.get(root):
        for piece in sheet.pieces.get((key, root), ()):
            given = as_rolled(root, piece.given)
            yield Contributor(sheet.refs[root], piece.period, given.figure, given.complete, own=True)


def _terms(sheet: Sheet, key: Key, unit: int) -> tuple[Key, ...]:
    """Numerator and denominator of a rate that was derived from them."""
    derived_from = sheet.catalogue[key[0]].derived_from
    if not derived_from:
        return ()
    terms = tuple((code, key[1]) for code in derived_from)
    return terms if all(unit in sheet.own.get(term, {}) for term in terms) else ()


def _own_cell(sheet: Sheet, unit: int, keys: Sequence[Key]) -> dict[str, Any]:
    """The unit's own submission of the whole period: its cell and the evidence of the cell and of its terms."""
    filed = sheet.filed.get((unit, sheet.period.code))
    if filed is None:
        return {}
    cells = {
        (cell.indicator, cell.breakdown): cell
        for cell in Cell.objects.filter(
            submission=filed.id, indicator__in={code for code, _breakdown in keys}
        ).select_related("submission")
    }
    wanted = [cells[key].pk for key in keys if key in cells]
    pieces = Evidence.objects.filter(cell__in=wanted).order_by("cell", "start", "pk")
    own = cells.get(keys[0])
    entered = own or next(iter(cells.values()), None)
    return {
        "evidence": tuple(Source(one.kind, one.source, one.start, one.end, one.quote) for one in pieces),
        "submission": filed.id if wanted else None,
        "edition": entered.submission.edition if entered else None,
        "entered_at": entered.entered_at if entered else None,
        "entered_by": entered.entered_by if entered else "",
        "origin": own.origin if own else "",
        "previous_stated": own.previous_stated if own else None,
    }


# Over time


def series(
    form: Form | str,
    unit: Unit | int,
    indicator: str,
    breakdown: str = "",
    *,
    periods: Iterable[Period | str],
    day: dt.date | None = None,
) -> Series:
    """One line over periods, oldest first: as the unit reported it then, and restated on the map of `day`.

    day: the last day of the last period unless said. Costs a fixed number of queries for each period.
    """
    wanted = sorted(period_of(period) for period in periods)
    if not wanted:
        raise FigureError(_("Chưa chọn kỳ nào để xem; hãy chọn ít nhất một kỳ."))
    key, root, code = (indicator, breakdown), _id(unit), form.code if isinstance(form, Form) else form
    catalogue.load()[indicator].check_breakdown(breakdown)
    last = wanted[-1]
    today = _sheet(code, root, last, [indicator], day=day or last.end)
    reported, restated = [], []
    for period in wanted:
        earlier = Earlier(today, root, period, [indicator]) if period.end <= today.day else None
        then = earlier.reported(key) if earlier else Standing(today, root).figure(key)
        now = earlier.restated(key) if earlier else then
        reported.append(_point(period, then, restated=False))
        restated.append(_point(period, now, restated=bool(earlier and not earlier.unchanged)))
    return Series(today.refs[root], indicator, breakdown, today.day, tuple(reported), tuple(restated))


def _point(period: Period, found: Rolled | Restated, *, restated: bool) -> Point:
    comparable = not (isinstance(found, Restated) and found.comparability == Comparability.NOT_COMPARABLE)
    return Point(period, found.figure, found.complete, restated, comparable, found.reasons)


@burst()
def restated_history(
    unit: Unit | int, period: Period | str, *, form: Form | str = FORM, day: dt.date | None = None
) -> tuple[RestatedRow, ...]:
    """What earlier units reported for a period, found again in the unit that they became.

    day: the map on which it is restated, the unit's last known one (today's) unless said. Only lines in which one of
    them reported something; the sources say who, under the name of that time.
    """
    period, root, code = period_of(period), _id(unit), form.code if isinstance(form, Form) else form
    day = day or _last_day(root)
    today = _sheet(code, root, period, [], day=day)
    earlier = Earlier(today, root, period)
    rows = []
    for key in _in_order(earlier.sheet.own):
        line = {one: earlier.of_source(key, one) for one in earlier.sources}
        if not any(line[one].figure.has_value for one in earlier.sources):
            continue
        found = earlier.restated(key)
        shares = {s.unit: s.share for s in found.sources} if isinstance(found, Restated) else {}
        sources = tuple(
            Contributor(
                earlier.sheet.refs[one],
                period,
                line[one].figure,
                line[one].complete,
                own=one in earlier.sheet.own.get(key, {}),
                share=shares.get(one, Decimal(1)),
            )
            for one in earlier.sources
            if line[one].figure.has_value or line[one].missing
        )
        comparable = not (isinstance(found, Restated) and found.comparability == Comparability.NOT_COMPARABLE)
        indicator = today.catalogue[key[0]]
        rows.append(
            RestatedRow(
                indicator=key[0],
                breakdown=key[1],
                label_vi=today.catalogue.label(*key, "vi"),
                label_en=today.catalogue.label(*key, "en"),
                unit_vi=indicator.unit_vi,
                unit_en=indicator.unit_en,
                figure=found.figure,
                complete=found.complete,
                comparable=comparable,
                reasons=found.reasons,
                sources=sources,
            )
        )
    return tuple(rows)


# Who filed


def submissions_of(unit: Unit | int) -> QuerySet[Submission]:
    """What a unit filed, latest period first, with the number of figures (`figures`) and the form."""
    found = Submission.objects.filter(unit=_id(unit), standing=True).select_related("form")
    return found.annotate(figures=Count("cells")).order_by("-window", "form", "kind")


def who_filed(form: Form | str, root: Unit | int, period: Period | str) -> tuple[Filing, ...]:
    """Every unit below the root (and the root) that had to file for the period or did, in the order of the map."""
    period, root = period_of(period), _id(root)
    sheet = _sheet(form_on(form, period).code, root, period, [])
    filings = []
    for unit, ref in sheet.refs.items():
        filed = sheet.filed.get((unit, period.code))
        if unit in sheet.filers:
            filings.append(Filing(ref, "filed", filed and filed.id, filed and filed.filed_at))
        elif unit in sheet.duty:
            filings.append(Filing(ref, "missing"))
    return tuple(filings)


def periods_of(unit: Unit | int) -> list[Period]:
    """The periods for which the unit, one below it at any time, or one that these came from, filed; latest first.

    Also periods before it was there (what became of it then is restated), none that ended after it was gone.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PERIODS, {"unit": _id(unit)})
        return sorted({Period.parse(code) for (code,) in cursor.fetchall()}, reverse=True)


_PERIODS = """
WITH RECURSIVE reach(unit) AS (
    SELECT %(unit)s::bigint
    UNION
    SELECT next.unit FROM reach CROSS JOIN LATERAL (
        SELECT unit_id AS unit FROM units_unitversion WHERE parent_id = reach.unit
        UNION ALL
        SELECT predecessor_id FROM units_succession WHERE successor_id = reach.unit
    ) next
)
SELECT DISTINCT period FROM figures_submission
WHERE unit_id IN (SELECT unit FROM reach) AND upper("window") - 1 < (
    SELECT max(coalesce(upper(during), 'infinity')) FROM units_unitversion WHERE unit_id = %(unit)s
)
"""


# What is asked for


def _sheet(
    form: str, root: int, period: Period, codes: Sequence[str] | None = None, day: dt.date | None = None
) -> Sheet:
    return _there(Sheet(form, [_within_reach(root)], period, day or period.end, codes), root)


def _within_reach(root: int) -> int:
    scope.require_unit(root)
    return root


def _there(sheet: G, root: int) -> G:
    if root not in sheet.refs:
        raise FigureError(_not_there(root, sheet.day))
    return sheet


def _not_there(unit: int, day: dt.date) -> str:
    lives = list(UnitVersion.objects.filter(unit=unit).order_by("during"))
    if not lives:
        return _("Không có đơn vị số %(unit)s.") % {"unit": unit}
    names = {"unit": lives[-1].name, "day": vietnamese(day), "born": vietnamese(lives[0].during.lower)}
    if lives[-1].during.upper:
        names["last"] = vietnamese(lives[-1].during.upper - dt.timedelta(1))
        return _("%(unit)s không có trên bản đồ ngày %(day)s (có từ %(born)s đến %(last)s); hãy chọn kỳ khác.") % names
    return _("%(unit)s không có trên bản đồ ngày %(day)s (có từ %(born)s); hãy chọn kỳ khác.") % names


def _last_day(unit: int) -> dt.date:
    last = UnitVersion.objects.filter(unit=unit).order_by("during").last()
    if last is None:
        raise FigureError(_not_there(unit, dt.date.max))
    return last.during.upper - dt.timedelta(1) if last.during.upper else max(timezone.localdate(), last.during.lower)


def tree_of(form: str, root: Unit | int, period: Period) -> list[units.Node]:
    """The units among which a form's figures add up for a period, the root first."""
    return units.tree(root, period.end, LEVELS, form_on(form, period).line)


def period_of(period: Period | str) -> Period:
    """A period given as itself or by its code."""
    try:
        found = periods.parse(period) if isinstance(period, str) else period
    except ValueError as error:
        raise FigureError(str(error)) from None
    if not isinstance(found, Period):
        raise FigureError(
            _("Biểu lập theo kỳ, không theo khoảng ngày %(span)s; hãy chọn quý, 6 tháng hoặc năm.")
            % {"span": found.label()}
        )
    return found


def _id(unit: Unit | int) -> int:
    return unit.pk if isinstance(unit, Unit) else unit
