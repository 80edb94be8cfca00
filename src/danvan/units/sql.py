"""The statements behind queries.py: fragments joined here once, values always as parameters."""

# ruff: noqa: S608 -- every part is a constant of this module

from __future__ import annotations

_DOWN = """
WITH RECURSIVE down AS (
    SELECT v.*, 0 AS depth FROM units_unitversion v WHERE v.unit_id = %(unit)s AND v.during @> %(day)s::date
    UNION ALL
    SELECT v.*, down.depth + 1
    FROM down JOIN units_unitversion v ON v.parent_id = down.unit_id AND v.during @> %(day)s::date
)
"""
_UP = """
WITH RECURSIVE up AS (
    SELECT v.*, 0 AS depth FROM units_unitversion v WHERE v.unit_id = %(unit)s AND v.during @> %(day)s::date
    UNION ALL
    SELECT v.*, up.depth + 1 FROM up JOIN units_unitversion v ON v.unit_id = up.parent_id AND v.during @> %(day)s::date
)
"""
SUBTREE = f"{_DOWN} SELECT * FROM down ORDER BY depth, code, name"
PATH = f"{_UP} SELECT * FROM up ORDER BY depth DESC"
TREE = """
WITH RECURSIVE down AS (
    SELECT v.unit_id, NULL::bigint AS above, v.unit_id AS nearest, v.level, v.code, v.name, 0 AS depth
    FROM units_unitversion v WHERE v.unit_id = ANY(%(units)s) AND v.during @> %(day)s::date
    UNION ALL
    SELECT v.unit_id, down.nearest, CASE WHEN v.level = ANY(%(levels)s) THEN v.unit_id ELSE down.nearest END,
           v.level, v.code, v.name, down.depth + 1
    FROM down JOIN units_unitversion v ON v.parent_id = down.unit_id AND v.during @> %(day)s::date
)
SELECT down.unit_id, above, level, code, name
FROM down JOIN units_unit u ON u.id = down.unit_id AND u.line IN ('', %(line)s)
WHERE depth = 0 OR level = ANY(%(levels)s)
ORDER BY depth, code, name
"""
# From the units in `origin`, hop by hop to the target day: at each of a unit's days of succession its successors
# receive their shares, and a unit that lives on keeps what it has not given away.
_FLOW = """
later AS NOT MATERIALIZED (
    SELECT * FROM units_succession WHERE "on" > %(source)s AND "on" <= %(target)s
), flow AS (
    SELECT id AS origin, id AS unit, %(source)s::date AS day, 1::numeric AS share, true AS exact FROM origin
    UNION ALL
    SELECT flow.origin, hop.unit, hop."on", flow.share * hop.share, flow.exact AND hop.exact
    FROM flow CROSS JOIN LATERAL (
        SELECT s.successor_id AS unit, s."on", s.share, s.kind = 'whole' AS exact
        FROM later s
        WHERE s.predecessor_id = flow.unit
          AND s."on" = (SELECT min(l."on") FROM later l WHERE l.predecessor_id = flow.unit AND l."on" > flow.day)
        UNION ALL
        SELECT s.predecessor_id, s."on", CASE WHEN count(*) = count(s.share) THEN 1 - sum(s.share) END, false
        FROM later s
        WHERE s.predecessor_id = flow.unit
          AND s."on" = (SELECT min(l."on") FROM later l WHERE l.predecessor_id = flow.unit AND l."on" > flow.day)
          AND EXISTS (SELECT FROM units_unitversion v WHERE v.unit_id = flow.unit AND v.during @> s."on")
        GROUP BY s.predecessor_id, s."on"
    ) hop
), arrived AS (
    SELECT origin, unit, CASE WHEN count(*) = count(share) THEN sum(share) END AS share, bool_and(exact) AS exact
    FROM flow
    WHERE NOT EXISTS (SELECT FROM later l WHERE l.predecessor_id = flow.unit AND l."on" > flow.day)
      AND EXISTS (SELECT FROM units_unitversion v WHERE v.unit_id = flow.unit AND v.during @> %(target)s::date)
    GROUP BY origin, unit
)
"""
_ALIVE = "EXISTS (SELECT FROM units_unitversion v WHERE v.unit_id = {} AND v.during @> %(source)s::date)"
# Who may have flowed into the members; the shares are then counted forwards from there.
_ORIGIN_OF_MEMBERS = f"""
reach(id) AS (
    SELECT id FROM member
    UNION
    SELECT s.predecessor_id FROM reach JOIN units_succession s ON s.successor_id = reach.id
    WHERE s."on" > %(source)s AND s."on" <= %(target)s
), origin AS (SELECT id FROM reach WHERE {_ALIVE.format("reach.id")})
"""
FORWARD = f"""
WITH RECURSIVE origin AS (SELECT id FROM unnest(%(units)s::bigint[]) AS given(id) WHERE {_ALIVE.format("given.id")}),
{_FLOW}
SELECT origin, unit, share, exact FROM arrived ORDER BY origin, unit
"""
BACK = f"""
WITH RECURSIVE member AS (SELECT unnest(%(units)s::bigint[]) AS id),
{_ORIGIN_OF_MEMBERS}, {_FLOW}
SELECT origin, unit, share, exact FROM arrived WHERE unit IN (SELECT id FROM member) ORDER BY unit, origin
"""
RESTATEMENT = f"""
{_DOWN}, member AS (SELECT unit_id AS id FROM down),
{_ORIGIN_OF_MEMBERS}, {_FLOW}
SELECT origin, unit, share, exact FROM arrived WHERE unit IN (SELECT id FROM member) ORDER BY unit, origin
"""
EDGES = """
WITH step AS (
    SELECT "on", predecessor_id, successor_id, kind, share, basis, decision, false AS same_unit
    FROM units_succession
    UNION ALL
    SELECT upper(v.during), v.unit_id, v.unit_id, 'whole', 1, '', next.decision, true
    FROM units_unitversion v JOIN units_unitversion next
      ON next.unit_id = v.unit_id AND lower(next.during) = upper(v.during)
)
SELECT step."on", p.unit_id, p.code, p.name, p.level, s.unit_id, s.code, s.name, s.level,
       step.kind, step.share, step.basis, step.decision, step.same_unit
FROM step
JOIN units_unitversion p ON p.unit_id = step.predecessor_id AND p.during @> (step."on" - 1)
JOIN units_unitversion s ON s.unit_id = step.successor_id AND s.during @> step."on"
WHERE step."on" BETWEEN %(from)s AND %(to)s
  AND (%(level)s::text IS NULL OR p.level = %(level)s)
  AND (%(unit)s::bigint IS NULL OR %(unit)s IN (step.predecessor_id, step.successor_id))
ORDER BY step."on", array_position(ARRAY['country', 'province', 'district', 'commune', 'hamlet'], p.level::text),
         p.code, p.name, p.unit_id, s.code, s.name, s.unit_id
"""
# Which of the units lie below the head.
ABOVE = """
WITH RECURSIVE up(unit, above) AS (
    SELECT v.unit_id, v.parent_id FROM units_unitversion v
    WHERE v.unit_id = ANY(%(units)s) AND v.during @> %(day)s::date
    UNION ALL
    SELECT up.unit, v.parent_id
    FROM up JOIN units_unitversion v ON v.unit_id = up.above AND v.during @> %(day)s::date
)
SELECT unit FROM up WHERE above = %(head)s
"""
