"""What a reader of a comparison must know, in sentences: reforms, units that are missing or late, restatements, other
calendars, and jumps with what is known of their cause."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from danvan.figures import catalogue, deadlines, jumps
from danvan.figures.compare_page import Answer
from danvan.figures.models import Form
from danvan.figures.rollup import Figure
from danvan.figures.sheet import Key, periods_within
from danvan.lib import numbers, periods
from danvan.lib.periods import Language, Period, vietnamese
from danvan.lib.workdays import Calendar
from danvan.units.models import Succession, UnitVersion

NAMED = 3  # units named in a sentence; more are counted
MOST_JUMPS = 8
MOST_STEPS = 4  # of one day told one by one


class Note(NamedTuple):
    """kind: reform, missing, late, restated, calendar, reason, explained, jump."""

    kind: str
    text: str


def reforms(result: Answer) -> list[dt.date]:
    """The days between the first and the last period on which chosen units, or those below them, became others."""
    asked = result.question
    days = Succession.objects.filter(
        on__gt=asked.periods[0].start, on__lte=result.day, successor__in=result.within
    ).values_list("on", flat=True)
    return sorted(set(days))


def notes(result: Answer, language: Language) -> list[Note]:
    """A fixed number of queries, whatever the number of units."""
    causes: dict[Period, list[str]] = defaultdict(list)
    found = [
        *_reforms(result, causes),
        *_calendars(result, language, causes),
        *_missing(result, language, causes),
        *_filings(result, language, causes),
        *_reasons(result, language),
    ]
    return [*found, *_jumps(result, language, causes)]


def _reforms(result: Answer, causes: dict[Period, list[str]]) -> Iterator[Note]:
    asked, chosen = result.question, [ref.id for ref in result.units]
    steps = list(
        Succession.objects.filter(on__gt=asked.periods[0].start, on__lte=result.day, successor__in=chosen)
        .order_by("on", "successor", "predecessor")
        .values_list("on", "successor", "predecessor", "kind", "decision")
    )
    before = {unit for _on, _to, unit, *_rest in steps}
    names = dict(UnitVersion.objects.filter(unit__in=before).order_by("during").values_list("unit", "name"))
    grouped: dict[tuple[dt.date, int, str], list[tuple[int, str]]] = defaultdict(list)
    for on, successor, predecessor, kind, decision in steps:
        grouped[on, successor, decision].append((predecessor, kind))
    many: dict[tuple[dt.date, str], int] = defaultdict(int)
    for on, _successor, decision in grouped:
        many[on, decision] += 1
    for (on, decision), number in many.items():
        if number > MOST_STEPS:
            said = _("Từ %(day)s, %(n)s đơn vị của bảng được lập từ các đơn vị cũ.")
            yield Note("reform", _decided(said % {"day": vietnamese(on), "n": number}, decision))
    for (on, successor, decision), came in grouped.items():
        if many[on, decision] > MOST_STEPS:
            continue
        parts = [
            names.get(unit, str(unit)) if kind == "whole" else _("một phần %(unit)s") % {"unit": names.get(unit, "")}
            for unit, kind in came
        ]
        said = (
            _("Từ %(day)s, %(unit)s gồm %(parts)s.") if len(parts) > 1 else _("Từ %(day)s, %(unit)s kế tục %(parts)s.")
        )
        text = said % {"day": vietnamese(on), "unit": result.name(successor), "parts": _listed(parts)}
        yield Note("reform", _decided(text, decision))
    for on in reforms(result):
        for period in asked.periods:
            if period.end >= on:
                causes[period].append(_("địa giới thay đổi ngày %(day)s") % {"day": vietnamese(on)})
                break


def _decided(text: str, decision: str) -> str:
    return f"{text[:-1]} ({decision})." if decision else text


def _calendars(result: Answer, language: Language, causes: dict[Period, list[str]]) -> Iterator[Note]:
    """Periods that are not alike, and versions of the form that follow each other."""
    asked = result.question
    versions = list(Form.objects.filter(code=asked.form).order_by("during"))
    for before, after in pairwise(asked.periods):
        if not (alike := periods.comparable(after, before)):
            causes[after].append(_("hai kỳ không cùng lịch hoặc độ dài"))
            yield Note("calendar", alike.reason)
        old, new = (next((v for v in versions if one.end in v.during), None) for one in (before, after))
        if old and new and old.calendar != new.calendar:
            causes[after].append(_("lịch chốt số liệu của biểu thay đổi"))
            yield Note(
                "calendar",
                _("Từ %(day)s biểu “%(form)s” chốt số liệu theo lịch khác.")
                % {"day": vietnamese(new.during.lower), "form": new.name_vi},
            )


def _missing(result: Answer, language: Language, causes: dict[Period, list[str]]) -> Iterator[Note]:
    lacking: dict[Period, dict[int, None]] = defaultdict(dict)
    for (_key, _unit, period), spot in result.spots.items():
        if period is not None:
            lacking[period] |= dict.fromkeys(one for one in spot.found.missing if one in result.names)
    for period in result.question.periods:
        if missing := list(lacking[period]):
            causes[period].append(_("còn thiếu số liệu của %(n)s đơn vị") % {"n": len(missing)})
            named = _listed([result.name(unit) for unit in missing])
            yield Note(
                "missing",
                _("%(period)s: còn thiếu số liệu của %(units)s.") % {"period": _said(period, language), "units": named},
            )


_FILINGS = """
SELECT s.unit_id, s.period, min(s.filed_at) FILTER (WHERE s.state <> 'withdrawn'),
       max(s.edition) FILTER (WHERE s.standing), max(s.reason) FILTER (WHERE s.standing)
FROM figures_submission s JOIN figures_form f ON f.id = s.form_id
WHERE f.code = %(form)s AND s.kind = 'own' AND s.period = ANY(%(periods)s) AND s.unit_id = ANY(%(units)s)
GROUP BY s.unit_id, s.period ORDER BY s.period, s.unit_id
"""
_EXPLAINED = """
SELECT s.unit_id, s.period, c.indicator, c.breakdown, c.explanation
FROM figures_cell c JOIN figures_submission s ON s.id = c.submission_id JOIN figures_form f ON f.id = s.form_id
WHERE f.code = %(form)s AND s.kind = 'own' AND s.standing AND s.period = ANY(%(periods)s)
  AND s.unit_id = ANY(%(units)s) AND c.indicator = ANY(%(codes)s) AND c.explanation <> ''
ORDER BY s.period, s.unit_id, c.id LIMIT 20
"""


def _filings(result: Answer, language: Language, causes: dict[Period, list[str]]) -> Iterator[Note]:
    """Who came late, who restated, and what filers said of their jumps."""
    asked = result.question
    within = {code: period for period in asked.periods for code in periods_within(period)}
    wanted = {"form": asked.form, "periods": list(within), "units": list(result.within)}
    with connection.cursor() as cursor:
        cursor.execute(_FILINGS, wanted)
        filed = cursor.fetchall()
        cursor.execute(_EXPLAINED, {**wanted, "codes": sorted({code for code, _breakdown in asked.keys})})
        explained = cursor.fetchall()
    late: dict[str, list[int]] = defaultdict(list)
    dues = dict(_dues(asked.form, {code for _unit, code, *_rest in filed}))
    calendar = Calendar.load()
    for unit, code, first, edition, reason in filed:
        due = dues.get(code)
        if due and first and deadlines.lateness(due, first, calendar):
            late[code].append(unit)
        if edition and edition > 1:
            causes[within[code]].append(_("%(unit)s báo cáo lại") % {"unit": result.name(unit)})
            text = _("%(unit)s báo cáo lại %(period)s (lần %(n)s)") % {
                "unit": result.name(unit),
                "period": _code(code, language),
                "n": edition,
            }
            yield Note("restated", f"{text}: {reason.rstrip(' .')}." if reason else f"{text}.")
    for code, units in late.items():
        named = _listed([result.name(unit) for unit in units])
        yield Note(
            "late",
            _("%(period)s: gửi trễ hạn: %(units)s.") % {"period": _code(code, language, capital=True), "units": named},
        )
    for unit, code, indicator, breakdown, said in explained:
        if (indicator, breakdown) in asked.keys:
            causes[within[code]].append(_("%(unit)s đã giải trình") % {"unit": result.name(unit)})
            label = catalogue.load().label(indicator, breakdown, language)
            yield Note(
                "explained",
                _("%(unit)s giải trình %(line)s %(period)s: “%(said)s”.")
                % {"unit": result.name(unit), "line": label, "period": _code(code, language), "said": said},
            )


def _dues(form: str, codes: Iterable[str]) -> Iterator[tuple[str, deadlines.Due]]:
    versions = list(Form.objects.filter(code=form).order_by("during"))
    calendar = Calendar.load()
    for code in codes:
        period = Period.parse(code)
        version = next((one for one in versions if period.end in one.during), None)
        if version and (rule := deadlines.DueRule.parse(version.due)):
            yield code, deadlines.due(period, rule, calendar)


def _reasons(result: Answer, language: Language) -> Iterator[Note]:
    """What restating and adding say of the figures, each once with its periods."""
    said: dict[str, dict[str, None]] = defaultdict(dict)
    for (_key, _unit, period), spot in result.spots.items():
        if period is not None:
            for reason in spot.found.reasons:
                said[reason][_said(period, language)] = None
    for reason, labels in said.items():
        yield Note("reason", f"{', '.join(labels)}: {reason}")


def _jumps(result: Answer, language: Language, causes: dict[Period, list[str]]) -> Iterator[Note]:
    """Figures far from the period before, with what is known of why; the rule is that of the filing page."""
    asked, told = result.question, 0
    for key in asked.keys:
        for ref in result.units:
            line = [(period, result.spots[key, ref.id, period].found.figure) for period in asked.periods]
            for (before, old), (after, new) in pairwise(line):
                if not _jumped(key, old, new):
                    continue
                told += 1
                if told <= MOST_JUMPS:
                    yield Note(
                        "jump", _jump(result, key, ref.name, (before, old), (after, new), causes[after], language)
                    )
    if told > MOST_JUMPS:
        more = told - MOST_JUMPS
        yield Note(
            "jump", ngettext("Và %(n)s chỗ thay đổi lớn nữa.", "Và %(n)s chỗ thay đổi lớn nữa.", more) % {"n": more}
        )


def _jumped(key: Key, old: Figure, new: Figure) -> bool:
    if old.value is None or new.value is None:
        return False
    return jumps.asks(catalogue.load()[key[0]].kind.code, new.value, [old.value])


def _jump(
    result: Answer,
    key: Key,
    unit: str,
    old: tuple[Period, Figure],
    new: tuple[Period, Figure],
    causes: list[str],
    language: Language,
) -> str:
    several = len(result.question.keys) > 1
    where = f"{unit}, {catalogue.load().label(*key, language)}" if several else unit
    text = _("%(where)s: %(after)s là %(new)s, %(before)s là %(old)s.") % {
        "where": where,
        "after": _said(new[0], language, capital=False),
        "new": _number(new[1].value),
        "before": _said(old[0], language, capital=False),
        "old": _number(old[1].value),
    }
    if causes:
        return f"{text} " + _("Hệ thống biết: %(causes)s.") % {"causes": "; ".join(dict.fromkeys(causes))}
    return f"{text} " + _("Chưa có giải thích; bấm vào số trong bảng để xem số ấy từ đâu.")


def _number(value: Decimal | None) -> str:
    return numbers.digits(value.quantize(Decimal("0.1")).normalize() if value is not None else Decimal(0))


def _said(period: Period, language: Language, *, capital: bool = True) -> str:
    label = period.label(language)
    return label[:1].upper() + label[1:] if capital else label


def _code(code: str, language: Language, *, capital: bool = False) -> str:
    return _said(Period.parse(code), language, capital=capital)


def _listed(names: list[str]) -> str:
    """Three by name, more by number."""
    if len(names) <= NAMED:
        return ", ".join(names)
    rest = len(names) - NAMED
    more = ngettext("%(n)s đơn vị khác", "%(n)s đơn vị khác", rest) % {"n": rest}
    return _("%(some)s và %(more)s") % {"some": ", ".join(names[:NAMED]), "more": more}
