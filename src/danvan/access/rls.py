"""Row security in the database, for migrations: `protect` gives the statements for one table.

A row is seen where the acting unit reaches its unit (units.Reach), or by the system. Who writes it each table says.
"""

# ruff: noqa: S608 -- every part is a constant of a migration

from __future__ import annotations

SYSTEM = "(SELECT current_setting('danvan.system', true)) = 'on'"
UNIT = "(SELECT nullif(current_setting('danvan.unit', true), '')::bigint)"
PERSON = "(SELECT nullif(current_setting('danvan.person', true), '')::bigint)"


def reaches(unit: str, before: str = "") -> str:
    """SQL: the acting unit reaches the unit in this column. before: a day by which it must have been within reach.

    With `before` the column is named with its table: units_reach has a unit_id of its own.
    """
    # With it for good: one look-up of a set made once a statement. Else the day decides, row by row.
    lasting = f"{unit} IN (SELECT r.unit_id FROM units_reach r WHERE r.holder_id = {UNIT} AND r.until = '9999-12-31')"
    if not before:
        return f"{unit} IN (SELECT r.unit_id FROM units_reach r WHERE r.holder_id = {UNIT})"
    once = (
        f"EXISTS (SELECT FROM units_reach r WHERE r.holder_id = {UNIT} AND r.unit_id = {unit} AND {before} <= r.until)"
    )
    return f"{lasting} OR {once}"


def reached_at(unit: str, at: str) -> str:
    """SQL: the acting unit reaches the unit, which at that moment (a timestamptz) was not with another holder.

    What a unit did after it was moved away is for those above it then; what is kept of units that are gone stays seen.
    Both columns are named with their table.
    """
    day = f"(({at}) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
    gone = f"NOT EXISTS (SELECT FROM units_unitversion v WHERE v.unit_id = {unit} AND v.during @> {day})"
    return f"{reaches(unit)} AND ({reaches(unit, f'{day} + 1')} OR {gone})"


def alter(table: str, policy: str, using: str = "", check: str = "") -> str:
    """Statement that changes one policy of a protected table. using, check: conditions, kept where not given."""
    parts = (f" {word} ({SYSTEM} OR ({said}))" for word, said in (("USING", using), ("WITH CHECK", check)) if said)
    return f"ALTER POLICY {policy} ON {table}{''.join(parts)};\n"


def protect(table: str, *, see: str, write: str, change: str = "", remove: str = "") -> str:
    """Statements that protect a table. see, write, change, remove: conditions for SELECT, INSERT, UPDATE, DELETE."""
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON {table} FOR SELECT USING ({SYSTEM} OR ({see}));
CREATE POLICY written ON {table} FOR INSERT WITH CHECK ({SYSTEM} OR ({write}));
CREATE POLICY changed ON {table} FOR UPDATE USING ({SYSTEM} OR ({change or write}));
CREATE POLICY removed ON {table} FOR DELETE USING ({SYSTEM} OR ({remove or write}));
"""


def unprotect(table: str) -> str:
    """The way back."""
    drops = "".join(f"DROP POLICY {name} ON {table};\n" for name in ("seen", "written", "changed", "removed"))
    return f"{drops}ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;\nALTER TABLE {table} DISABLE ROW LEVEL SECURITY;\n"
