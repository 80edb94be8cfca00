"""Who sees what, and what never changes.

A matter is seen by the unit that has it, the one that took it in, and those above them; who raised it only by the unit
that has it. What was done stays as it was written, also against the owner.
"""

from django.db import migrations

from danvan.access.rls import UNIT, protect, reaches, unprotect

HAS = f"unit_id = {UNIT}"


def of(table: str, column: str, and_unit: str = "") -> str:
    """The row that a column points to is seen; and_unit: and the acting unit is this one of its columns."""
    mine = f" AND t.{and_unit} = {UNIT}" if and_unit else ""
    return f"EXISTS (SELECT FROM casework_{table} t WHERE t.id = {column}{mine})"


MATTER = {"see": of("matter", "matter_id"), "write": of("matter", "matter_id", "unit_id")}
VAULT = of("matter", "matter_id", "unit_id")
OF_IDENTITY = "EXISTS (SELECT FROM casework_identity t WHERE t.id = identity_id)"
OWN = {"see": reaches("unit_id"), "write": HAS}
DIALOGUE = {"see": of("dialogue", "dialogue_id"), "write": of("dialogue", "dialogue_id", "unit_id")}
PROMISE = {"see": of("promise", "promise_id"), "write": of("promise", "promise_id", "unit_id")}
OF_OPINION = "EXISTS (SELECT FROM casework_opinion t WHERE t.id = opinion_id)"
OWN_OPINION = (
    "EXISTS (SELECT FROM casework_opinion o JOIN casework_dialogue t ON t.id = o.dialogue_id "
    f"WHERE o.id = opinion_id AND t.unit_id = {UNIT})"
)
TABLES = {
    "casework_matter": {
        "see": f"{reaches('unit_id')} OR {reaches('origin_id')}",
        "write": f"origin_id = {UNIT} AND {HAS}",
        "change": HAS,
        "remove": "false",
    },
    "casework_act": {**MATTER, "remove": "false"},
    "casework_attachment": {**MATTER, "remove": "false"},
    "casework_answer": {**MATTER, "remove": "false"},
    "casework_tombstone": {**MATTER, "remove": "false"},
    "casework_identity": {"see": VAULT, "write": VAULT, "remove": "false"},
    "casework_opening": {"see": OF_IDENTITY, "write": OF_IDENTITY, "remove": "false"},
    "casework_look": {"see": OF_IDENTITY, "write": OF_IDENTITY, "remove": "false"},
    "casework_turn": {**OWN, "remove": "false"},
    "casework_receptionday": OWN,
    "casework_issue": {**OWN, "remove": "false"},
    "casework_measure": {
        "see": of("issue", "issue_id"),
        "write": of("issue", "issue_id", "unit_id"),
        "remove": "false",
    },
    "casework_dialogue": {**OWN, "remove": "false"},
    "casework_opinion": {**DIALOGUE, "remove": "false"},
    "casework_promise": {**OWN, "remove": "false"},
    "casework_promisestep": {**PROMISE, "remove": "false"},
    "casework_confirmation": {**PROMISE, "remove": "false"},
    "casework_vote": {"see": OF_OPINION, "write": OWN_OPINION, "remove": "false"},
}
NEVER = """
CREATE FUNCTION casework_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never rewritten or emptied', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
WRITTEN_ONCE = ("act", "tombstone", "look", "measure", "promisestep", "confirmation")
NEVER_EMPTIED = ("matter", "identity", "opening", "turn", "answer", "attachment", "opinion", "promise", "dialogue", "issue")


def guard(name: str, events: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER kept BEFORE {events} ON casework_{name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION casework_never();",
        f"DROP TRIGGER kept ON casework_{name};",
    )


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial"), ("access", "0002_row_security")]
    operations = [
        *[migrations.RunSQL(protect(table, **rules), unprotect(table)) for table, rules in TABLES.items()],
        migrations.RunSQL(NEVER, "DROP FUNCTION casework_never() CASCADE;"),
        *[guard(name, "UPDATE OR DELETE OR TRUNCATE") for name in WRITTEN_ONCE],
        *[guard(name, "DELETE OR TRUNCATE") for name in NEVER_EMPTIED],
    ]
