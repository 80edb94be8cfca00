"""Rates of these registers of which not both terms are indicators: replies and results in time, cases resolved in time,
issues resolved, days on which heads received. Each is its two counts, for any number of units at once; a longer period
adds the counts.

A term is counted in the period in which it runs out, whether it was kept long before or not yet: so quarters add up to
their year. One that has not run out by now is not counted.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.casework import deadlines, reception_duty, workflow
from danvan.casework.counting import PETITIONS, dimensions
from danvan.casework.deadlines import Act, NoRuleError, Rules
from danvan.figures.catalogue import breakdown_key
from danvan.figures.counters import Key, Suggestion
from danvan.lib.periods import Period
from danvan.units.models import UnitVersion

REPLY, RESULTS = "reception.reply", "dialogue.results"
LONGEST = 90  # days from the start of one of these two terms to its end

_REPLIES = """
SELECT m.origin_id AS unit_id, count(*) AS below, count(*) FILTER (WHERE a.done <= d.due) AS above
FROM casework_matter m
JOIN unnest(%(starts)s::date[], %(dues)s::date[]) AS d (started, due) ON d.started = m.received_on
LEFT JOIN LATERAL (
    SELECT min(a."on") AS done FROM casework_act a WHERE a.matter_id = m.id AND a.kind = ANY(%(ends)s)) a ON true
WHERE m.origin_id = ANY(%(units)s::bigint[]) AND NOT m.petition AND m.type = ANY(%(types)s) AND m.instance = 'first'
    AND m.merged_into_id IS NULL
GROUP BY 1
"""
_RESULTS = """
SELECT v.unit_id, count(*) AS below, count(*) FILTER (WHERE v.published_on <= d.due) AS above
FROM casework_dialogue v JOIN unnest(%(starts)s::date[], %(dues)s::date[]) AS d (started, due) ON d.started = v."on"
WHERE v.unit_id = ANY(%(units)s::bigint[]) AND v.state IN ('held', 'published') GROUP BY 1
"""
_RESOLVED = """
SELECT unit_id, type AS matter_type, count(*) AS below,
    count(*) FILTER (WHERE resolved_due IS NULL OR resolved_on <= resolved_due) AS above
FROM casework_matter
WHERE unit_id = ANY(%(units)s::bigint[]) AND petition AND type = ANY(%(petitions)s) AND merged_into_id IS NULL
    AND resolved_on BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2
"""
_ISSUES = """
SELECT unit_id, field, count(*) AS below,
    count(*) FILTER (WHERE resolved_on BETWEEN %(first)s AND %(last)s) AS above
FROM casework_issue
WHERE unit_id = ANY(%(units)s::bigint[]) AND raised_on <= %(last)s AND (resolved_on IS NULL OR resolved_on >= %(first)s)
GROUP BY 1, 2
"""
_HEAD_DAYS = """
SELECT unit_id, receiver, "on", count(*) FILTER (WHERE held) AS held FROM casework_receptionday
WHERE unit_id = ANY(%(units)s::bigint[]) AND "on" BETWEEN %(first)s AND %(last)s GROUP BY 1, 2, 3
"""
HEAD_DAYS = "rec.head_days_rate"
QUERIES = {
    "rec.reply_ontime_rate": (_REPLIES, REPLY),
    "dlg.notice_ontime_rate": (_RESULTS, RESULTS),
    "pet.ontime_rate": (_RESOLVED, ""),
    "iss.resolution_rate": (_ISSUES, ""),
}


class Share(NamedTuple):
    """above of below."""

    above: int
    below: int

    @property
    def percent(self) -> Decimal:
        """As a rate given by its terms is kept. Not of nothing."""
        return (Decimal(100) * self.above / self.below).quantize(Decimal("0.0001"))


def rates(wanted: Sequence[int], first: dt.date, last: dt.date) -> dict[int, dict[Key, Share]]:
    """{unit: {(indicator, breakdown): share}} of what ran out or was resolved from first to last, both in.

    Of nothing there is no rate, so below is never 0. One statement for each rate.
    """
    found: dict[int, dict[Key, Share]] = defaultdict(dict)
    said = {
        "units": list(wanted),
        "first": first,
        "last": last,
        "types": [code for code, kind in workflow.load().types.items() if REPLY in kind.clocks],
        "petitions": list(PETITIONS),
    }
    for indicator, (query, term) in QUERIES.items():
        for row in _rows(query, said | (_terms(term, first, last) if term else {})):
            _add(found[row["unit_id"]], indicator, row, row["above"], row["below"])
    for unit, receiver, above, below in _head_days(said):
        _add(found[unit], HEAD_DAYS, {"receiver": receiver}, above, below)
    return {unit: {key: share for key, share in own.items() if share.below} for unit, own in found.items()}


def _add(own: dict[Key, Share], indicator: str, row: Mapping[str, Any], above: int, below: int) -> None:
    keys = [(indicator, "")]
    keys += [
        (indicator, breakdown_key({dimension: row[dimension]}))
        for dimension, values in dimensions(indicator)
        if row.get(dimension) in values
    ]
    for key in keys:
        before = own.get(key, Share(0, 0))
        own[key] = Share(before.above + above, before.below + below)


def _head_days(said: dict[str, Any]) -> Iterator[tuple[int, str, int, int]]:
    """(unit, receiver, days held but no more than required, days required): each month by itself, for each head of
    whom the unit keeps days. A month that has not ended is not counted."""
    held: dict[tuple[int, str], list[dt.date]] = defaultdict(list)
    for row in _rows(_HEAD_DAYS, said):
        held[row["unit_id"], row["receiver"]] += [row["on"]] * bool(row["held"])
    levels = dict(
        UnitVersion.objects.filter(
            unit__in={unit for unit, _receiver in held}, during__contains=said["last"]
        ).values_list("unit", "level")
    )
    over = [month for month in reception_duty.months(said["first"], said["last"]) if month[1] < timezone.localdate()]
    for (unit, receiver), days in held.items():
        for begin, end in over:
            required = reception_duty.required(levels.get(unit, ""), receiver, begin, end)
            kept = sum(begin <= day <= end for day in days)
            yield unit, receiver, min(kept, required), required


def _rows(query: str, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, said)
        names = [column.name for column in cursor.description or ()]
        for row in cursor.fetchall():
            yield dict(zip(names, row, strict=True))


def _terms(code: str, first: dt.date, last: dt.date) -> dict[str, Any]:
    """The days on which a term began that ran out in the window and is over, each with the day on which it did."""
    over = min(last, timezone.localdate() - dt.timedelta(1))
    span = (first - dt.timedelta(LONGEST)).toordinal(), over.toordinal() + 1
    days = [dt.date.fromordinal(number) for number in range(*span)]
    found = [(day, due) for day in days if (due := due_of(code, day)) and first <= due <= over]
    ends = {kind for rule in Rules.load() if rule.code == code for kind in rule.ends}
    return {"starts": [day for day, _until in found], "dues": [due for _begun, due in found], "ends": sorted(ends)}


@lru_cache(maxsize=8192)
def due_of(code: str, day: dt.date) -> dt.date | None:
    """When a term that begins on a day runs out; None where no version of it is in force then."""
    try:
        rule = Rules.load().on(code, day)
        found = deadlines.deadline(code, [Act(rule.starts[0], day)])
    except NoRuleError:
        return None
    return found.due if found else None


RATES = (*QUERIES, HEAD_DAYS)


def registers(unit: int, period: Period) -> Iterator[Suggestion]:
    """What the unit's own registers say of these rates for a period, each with its two counts."""
    words = {
        "rec": _("Đếm từ sổ tiếp công dân"),
        "pet": _("Đếm từ sổ đơn"),
        "dlg": _("Đếm từ sổ đối thoại"),
        "iss": _("Đếm từ sổ vấn đề bức xúc, nổi cộm"),
    }
    for (indicator, breakdown), share in rates([unit], period.start, period.end).get(unit, {}).items():
        yield Suggestion(
            indicator,
            share.percent,
            f"{words[indicator[:3]]}, {period.label()}: {share.above}/{share.below}.",
            breakdown=breakdown,
            numerator=Decimal(share.above),
            denominator=Decimal(share.below),
        )
