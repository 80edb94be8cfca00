"""What the registers of this room count: receptions, petitions, dialogues, issues, for any number of units at once.

Each register is read by one statement for all units, cut as finely as any indicator is broken down; the sums over that
are made here: an indicator's whole, and each of its dimensions by itself. Who counts what: a petition is received,
processed, passed on by the unit whose register it came into, settled by the unit that has it then; one that was joined
to another is a petition (a duplicate) but no case.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from danvan.casework import reception_duty
from danvan.figures import catalogue
from danvan.figures.catalogue import breakdown_key
from danvan.figures.counters import Key, Suggestion
from danvan.lib.periods import Period
from danvan.units import queries as units

Counts = dict[int, dict[Key, Decimal]]
PETITIONS = ("complaint", "denunciation", "recommendation", "reflection")

_RECEPTIONS = """
WITH turns AS (
    SELECT t.*, coalesce(m.merged_into_id, m.id) AS case_id, coalesce(r.type, m.type, '') AS matter_type,
        coalesce(r.field, m.field, '') AS field
    FROM casework_turn t
    LEFT JOIN casework_matter m ON m.id = t.matter_id LEFT JOIN casework_matter r ON r.id = m.merged_into_id
    WHERE t.unit_id = ANY(%(units)s::bigint[]) AND t."on" BETWEEN %(first)s AND %(last)s
), cases AS (  -- a case stands where it was first received in the window
    SELECT DISTINCT ON (unit_id, case_id) * FROM turns WHERE case_id IS NOT NULL ORDER BY unit_id, case_id, "on", id
)
SELECT unit_id, mode, receiver, channel, sitting, '' AS matter_type, '' AS field,
    count(*) AS turns, sum(persons) AS persons, count(*) FILTER (WHERE persons >= 5) AS groups,
    coalesce(sum(persons) FILTER (WHERE persons >= 5), 0) AS group_persons,
    0 AS first, 0 AS repeat, 0 AS group_first, 0 AS group_repeat
FROM turns GROUP BY 1, 2, 3, 4, 5
UNION ALL
SELECT unit_id, mode, receiver, channel, sitting, matter_type, field, 0, 0, 0, 0,
    count(*) FILTER (WHERE NOT repeat), count(*) FILTER (WHERE repeat),
    count(*) FILTER (WHERE NOT repeat AND persons >= 5), count(*) FILTER (WHERE repeat AND persons >= 5)
FROM cases GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_RECEPTION_DAYS = """
SELECT unit_id, 'sitting' AS by, sitting AS value, count(DISTINCT "on") AS days FROM casework_turn
WHERE unit_id = ANY(%(units)s::bigint[]) AND "on" BETWEEN %(first)s AND %(last)s AND sitting <> 'regular' GROUP BY 1, 3
UNION ALL
SELECT unit_id, 'receiver', receiver, count(DISTINCT "on") FROM casework_receptionday
WHERE unit_id = ANY(%(units)s::bigint[]) AND "on" BETWEEN %(first)s AND %(last)s AND held GROUP BY 1, 3
"""
_RESOLVED_AFTER_RECEPTION = """
SELECT m.unit_id, m.type AS matter_type, m.field, count(*) AS resolved FROM casework_matter m
WHERE m.unit_id = ANY(%(units)s::bigint[]) AND m.resolved_on BETWEEN %(first)s AND %(last)s AND m.merged_into_id IS NULL
    AND EXISTS (SELECT FROM casework_turn t WHERE t.matter_id = m.id AND t."on" <= %(last)s)
GROUP BY 1, 2, 3
"""
# Days of a matter against the window: what lies behind its last day has not happened yet.
_RECEIVED = """
SELECT origin_id AS unit_id, type AS matter_type, channel, field, signers, instance, ineligible_reason AS reason,
    received_on >= %(first)s AS new,
    coalesce(classified_on < %(first)s, false) AS before,
    coalesce(classified_on BETWEEN %(first)s AND %(last)s, false) AS processed,
    coalesce(eligible, true) AS eligible,
    coalesce(merged_into_id IS NOT NULL AND closed_on <= %(last)s, false) AS merged,
    CASE WHEN left_on <= %(last)s THEN 'transferred'
        WHEN closed_on <= %(last)s AND resolution IN ('guided', 'transferred', 'urged') THEN resolution
        ELSE '' END AS passed,
    CASE WHEN resolved_on <= %(last)s AND instance = 'second' THEN 'settled_repeat'
        WHEN resolved_on <= %(last)s THEN 'settled_first'
        WHEN accepted_on <= %(last)s THEN 'in_progress' ELSE 'not_settled' END AS settlement,
    count(*) AS n
FROM casework_matter
WHERE origin_id = ANY(%(units)s::bigint[]) AND petition AND type = ANY(%(types)s) AND received_on <= %(last)s
    AND (received_on >= %(first)s OR classified_on IS NULL OR classified_on >= %(first)s)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
"""
_HELD = """
SELECT unit_id, type AS matter_type, field,
    CASE WHEN resolved_on BETWEEN %(first)s AND %(last)s THEN resolution ELSE '' END AS verdict,
    coalesce(resolved_on BETWEEN %(first)s AND %(last)s, false) AS resolved,
    (resolved_on IS NULL OR resolved_on > %(last)s) AND (closed_on IS NULL OR closed_on > %(last)s) AS open,
    coalesce(due, resolved_due) < %(last)s AS overdue,
    traits && ARRAY['complex', 'specially_complex']::varchar[] AS prolonged,
    count(*) AS n
FROM casework_matter
WHERE unit_id = ANY(%(units)s::bigint[]) AND petition AND type = ANY(%(types)s) AND received_on <= %(last)s
    AND merged_into_id IS NULL AND (resolved_on IS NULL OR resolved_on >= %(first)s)
    AND (closed_on IS NULL OR closed_on >= %(first)s)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""
_REPLIES = """
SELECT a.unit_id, count(*) AS n FROM casework_act a
WHERE a.unit_id = ANY(%(units)s::bigint[]) AND a.kind = 'reply_received' AND a."on" BETWEEN %(first)s AND %(last)s
GROUP BY 1
"""
_DIALOGUES = """
SELECT unit_id, host_role, audience, channel, trigger, count(*) AS sessions, coalesce(sum(attendance), 0) AS attendance
FROM casework_dialogue
WHERE unit_id = ANY(%(units)s::bigint[]) AND state IN ('held', 'published') AND "on" BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2, 3, 4, 5
"""
_OPINIONS = """
SELECT d.unit_id, d.host_role, o.field, d."on" >= %(first)s AS raised,
    CASE WHEN o.outcome = 'promised' THEN p.ended_on ELSE o.answered_on END BETWEEN %(first)s AND %(last)s AS resolved,
    coalesce(CASE WHEN o.outcome = 'promised' THEN p.ended_on ELSE o.answered_on END > %(last)s, true) AS pending,
    count(*) AS n
FROM casework_opinion o JOIN casework_dialogue d ON d.id = o.dialogue_id
LEFT JOIN LATERAL (
    SELECT max(p.ended_on) AS ended_on FROM casework_promise p
    WHERE p.opinion_id = o.id HAVING bool_and(p.state = 'kept')
) p ON true
WHERE d.unit_id = ANY(%(units)s::bigint[]) AND d.state IN ('held', 'published') AND d."on" <= %(last)s
    AND (d."on" >= %(first)s OR o.outcome IN ('open', 'promised') OR o.answered_on >= %(first)s)
GROUP BY 1, 2, 3, 4, 5, 6
"""
_ISSUES = """
SELECT unit_id, field, severity, channel, raised_on >= %(first)s AS raised,
    coalesce(directed_on BETWEEN %(first)s AND %(last)s, false) AS directed,
    coalesce(resolved_on BETWEEN %(first)s AND %(last)s, false) AS resolved,
    coalesce(resolved_on > %(last)s, true) AS open, count(*) AS n
FROM casework_issue
WHERE unit_id = ANY(%(units)s::bigint[]) AND raised_on <= %(last)s AND (resolved_on IS NULL OR resolved_on >= %(first)s)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""


def counts(wanted: Sequence[int], first: dt.date, last: dt.date) -> Counts:
    """Every figure of these registers for each of the units: {unit: {(indicator, breakdown): count}}.

    Only units in which the registers hold anything at all are there; for them a count of nothing is 0.
    """
    said = {"units": list(wanted), "first": first, "last": last, "types": list(PETITIONS)}
    found = _Found()
    with _plans_for_any_units(), connection.cursor() as cursor:
        for query, reader in _READ:
            cursor.execute(query, said)
            names = [column.name for column in cursor.description or ()]
            for row in cursor.fetchall():
                reader(found, dict(zip(names, row, strict=True)))
    return {unit: {key: Decimal(n) for key, n in figures.items()} for unit, figures in found.by_unit.items()}


@contextmanager
def _plans_for_any_units() -> Iterator[None]:
    """A plan made for some hundred units by number reads more of their registers than one that would do for any."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        yield
        cursor.execute("SET LOCAL plan_cache_mode TO DEFAULT")


class _Found:
    """Adds a count to an indicator's whole and to each of its dimensions."""

    def __init__(self) -> None:
        self.by_unit: defaultdict[int, defaultdict[Key, int | Decimal]] = defaultdict(lambda: defaultdict(int))

    def add(self, row: Mapping[str, Any], indicator: str, count: int | Decimal) -> None:
        figures = self.by_unit[row["unit_id"]]
        figures[indicator, ""] += count
        if count:
            for dimension, keys in _keys(indicator):
                if key := keys.get(row.get(dimension)):
                    figures[key] += count


@lru_cache
def _keys(indicator: str) -> tuple[tuple[str, dict[str | None, Key]], ...]:
    """(dimension, the key of each of its values) of an indicator."""
    return tuple(
        (dimension, {value: (indicator, breakdown_key({dimension: value})) for value in known})
        for dimension, known in dimensions(indicator)
    )


@lru_cache
def dimensions(indicator: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """(dimension, its values) of an indicator."""
    return tuple((one.key, frozenset(one.values)) for one in catalogue.load()[indicator].dims)


def _read_receptions(found: _Found, row: dict[str, Any]) -> None:
    for indicator, column in (
        ("rec.turns", "turns"),
        ("rec.persons", "persons"),
        ("rec.groups", "groups"),
        ("rec.group_persons", "group_persons"),
        ("rec.cases_first", "first"),
        ("rec.cases_repeat", "repeat"),
        ("rec.group_cases_first", "group_first"),
        ("rec.group_cases_repeat", "group_repeat"),
    ):
        found.add(row, indicator, row[column])
    found.add(row, "rec.cases", row["first"] + row["repeat"])
    found.add(row, "rec.turns_adhoc", row["turns"] if row["mode"] == "ad_hoc" else 0)
    found.add(row, "rec.turns_online", row["turns"] if row["channel"] == "online" else 0)
    found.add(row, "rec.cases_resolved", 0)


def _read_days(found: _Found, row: dict[str, Any]) -> None:
    indicator = "rec.days" if row["by"] == "sitting" else "rec.head_days"
    found.add({**row, row["by"]: row["value"]}, indicator, row["days"])


def _read_resolved(found: _Found, row: dict[str, Any]) -> None:
    found.add(row, "rec.cases_resolved", row["resolved"])


def _read_received(found: _Found, row: dict[str, Any]) -> None:
    n = row["n"]

    def add(indicator: str, when: bool) -> None:
        found.add(row, indicator, n if when else 0)

    kinds = {"complaint": "complaints", "denunciation": "denunciations", "recommendation": "recommendations"}
    for kind in PETITIONS:
        add(f"pet.{kinds.get(kind, 'reflections')}", row["new"] and row["matter_type"] == kind)
    add("pet.received", row["new"])
    add("pet.carried_in", not row["new"] and not row["before"])
    add("pet.workload", not row["before"])
    add("pet.processed", row["processed"])
    add("pet.pending_end", not row["processed"] and not row["before"])
    eligible = row["processed"] and row["eligible"]
    add("pet.eligible", eligible)
    add("pet.eligible_cases", eligible and not row["merged"])
    add("pet.ineligible", row["processed"] and not row["eligible"])
    add("pet.duplicates", row["processed"] and not row["eligible"] and row["reason"] == "duplicate")
    add("pet.competent", eligible and not row["passed"])
    add("pet.not_competent", eligible and bool(row["passed"]))
    for way in ("guided", "transferred", "urged"):
        add(f"pet.{way}", eligible and row["passed"] == way)
    add("pet.cases", row["new"] and not row["merged"])
    add("pet.cases_competent", row["new"] and not row["merged"] and eligible and not row["passed"])


def _read_held(found: _Found, row: dict[str, Any]) -> None:
    n = row["n"]
    found.add(row, "pet.cases_resolved", n if row["resolved"] else 0)
    found.add(row, "pet.overdue_end", n if row["open"] and row["overdue"] else 0)
    found.add(row, "pet.prolonged_end", n if row["open"] and row["prolonged"] else 0)


def _read_replies(found: _Found, row: dict[str, Any]) -> None:
    found.add(row, "pet.replies", row["n"])


def _read_dialogues(found: _Found, row: dict[str, Any]) -> None:
    found.add(row, "dlg.sessions", row["sessions"])
    found.add(row, "dlg.attendance", row["attendance"])


def _read_opinions(found: _Found, row: dict[str, Any]) -> None:
    found.add(row, "dlg.opinions", row["n"] if row["raised"] else 0)
    found.add(row, "dlg.opinions_resolved", row["n"] if row["resolved"] else 0)
    found.add(row, "dlg.opinions_pending_end", row["n"] if row["pending"] else 0)


def _read_issues(found: _Found, row: dict[str, Any]) -> None:
    for indicator, column in (
        ("iss.raised", "raised"),
        ("iss.directed", "directed"),
        ("iss.resolved", "resolved"),
        ("iss.open_end", "open"),
    ):
        found.add(row, indicator, row["n"] if row[column] else 0)
    found.add(row, "iss.hotspots_end", row["n"] if row["open"] and row["severity"] == "hotspot" else 0)


_READ = (
    (_RECEPTIONS, _read_receptions),
    (_RECEPTION_DAYS, _read_days),
    (_RESOLVED_AFTER_RECEPTION, _read_resolved),
    (_RECEIVED, _read_received),
    (_HELD, _read_held),
    (_REPLIES, _read_replies),
    (_DIALOGUES, _read_dialogues),
    (_OPINIONS, _read_opinions),
    (_ISSUES, _read_issues),
)


# For the page on which a form is filed


class Register(NamedTuple):
    """prefixes: indicators that this register counts. words: how it is named."""

    prefixes: tuple[str, ...]
    words: Callable[[], str]


REGISTERS = (
    Register(("rec.",), lambda: _("Đếm từ sổ tiếp công dân")),
    Register(("pet.",), lambda: _("Đếm từ sổ đơn")),
    Register(("dlg.",), lambda: _("Đếm từ sổ đối thoại")),
    Register(("iss.",), lambda: _("Đếm từ sổ vấn đề bức xúc, nổi cộm")),
)
# What no register of this room can say, each with why; derived rates, of which both terms are indicators, apart.
NOT_COUNTED = {
    "dlg.units_covered": "Đếm ở cấp trên, từ số cuộc đối thoại của từng xã.",
    "dlg.coverage_rate": "Tính ở cấp trên, từ số xã đã đối thoại và số xã của kỳ.",
    "iss.opinion_reports": "Báo cáo tình hình Nhân dân là văn bản, không có sổ nào của phần này ghi.",
}
ROOM = tuple(code for code in catalogue.load().indicators if any(code.startswith(one.prefixes) for one in REGISTERS))
COUNTED = tuple(
    code for code in ROOM if catalogue.load()[code].kind.code not in ("ratio", "distinct") and code not in NOT_COUNTED
)


def registers(unit: int, period: Period) -> Iterator[Suggestion]:
    """What the unit's own registers count for a period; nothing where they are not used."""
    found = counts([unit], period.start, period.end).get(unit, {})
    if not found:
        return
    version = units.version_on(unit, period.end)
    level = version.level if version else ""
    for receiver in ("peoples_committee_chair", "party_secretary"):
        if days := reception_duty.required(level, receiver, period.start, period.end):
            found["rec.head_days_required", breakdown_key({"receiver": receiver})] = Decimal(days)
    for (indicator, breakdown), value in found.items():
        words = next((one.words() for one in REGISTERS if indicator.startswith(one.prefixes)), "")
        yield Suggestion(indicator, value, f"{words}, {period.label()}.", breakdown=breakdown)
