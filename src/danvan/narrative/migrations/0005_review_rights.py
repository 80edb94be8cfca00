"""A report is worked on by the unit that received it and by the unit that it speaks of; what people send, and the words
that they teach the reader, are their unit's own."""

from django.db import migrations

from danvan.access.rls import UNIT, alter, protect, reaches, unprotect

OF_REPORT = "EXISTS (SELECT FROM narrative_report r WHERE r.id = report_id{})"
OF_READING = (
    "EXISTS (SELECT FROM narrative_reading o JOIN narrative_report r ON r.id = o.report_id WHERE o.id = reading_id{})"
)
RECEIVED = f"received_for_id = {UNIT}"
OWN = f"({RECEIVED} OR unit_id = {UNIT})"
OF_OWN = f" AND (r.received_for_id = {UNIT} OR r.unit_id = {UNIT})"
OF_INTAKE = f"EXISTS (SELECT FROM narrative_intake i WHERE i.id = intake_id AND i.unit_id = {UNIT})"
NEW = {
    "narrative_decision": {"see": OF_READING.format(""), "write": OF_READING.format(OF_OWN)},
    "narrative_term": {"see": reaches("unit_id"), "write": f"unit_id = {UNIT}"},
    "narrative_intake": {"see": f"unit_id = {UNIT}", "write": f"unit_id = {UNIT}"},
    "narrative_intakefile": {"see": OF_INTAKE, "write": OF_INTAKE},
}
WORKED_ON = [
    (alter("narrative_report", "changed", OWN), alter("narrative_report", "changed", RECEIVED)),
    *(
        (
            alter(table, "written", check=OF_REPORT.format(OF_OWN))
            + alter(table, "changed", OF_REPORT.format(OF_OWN))
            + alter(table, "removed", OF_REPORT.format(OF_OWN)),
            alter(table, "written", check=OF_REPORT.format(f" AND r.{RECEIVED}"))
            + alter(table, "changed", OF_REPORT.format(f" AND r.{RECEIVED}"))
            + alter(table, "removed", OF_REPORT.format(f" AND r.{RECEIVED}")),
        )
        for table in ("narrative_reading", "narrative_check")
    ),
]
# What was read before has its place by where it stands.
NUMBERED = """
SELECT set_config('danvan.system', 'on', true);
UPDATE narrative_reading SET number = n.place - 1
FROM (SELECT id, row_number() OVER (PARTITION BY report_id ORDER BY start, id) AS place FROM narrative_reading) n
WHERE n.id = narrative_reading.id;
SELECT set_config('danvan.system', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("narrative", "0004_review"), ("access", "0005_moved_away")]
    operations = [
        *(migrations.RunSQL(protect(table, **rules), unprotect(table)) for table, rules in NEW.items()),
        *(migrations.RunSQL(do, undo) for do, undo in WORKED_ON),
        migrations.RunSQL(NUMBERED, migrations.RunSQL.noop),
    ]
