"""A report is seen by those who see the unit that it speaks of, or that it was read for."""

from django.db import migrations

from danvan.access.rls import UNIT, protect, reaches, unprotect

OF_REPORT = "EXISTS (SELECT FROM narrative_report r WHERE r.id = report_id{})"
OWN = OF_REPORT.format(f" AND r.received_for_id = {UNIT}")
TABLES = {
    "narrative_report": {
        "see": f"{reaches('unit_id')} OR {reaches('received_for_id')}",
        "write": f"received_for_id = {UNIT}",
        "remove": "false",
    },
    "narrative_reading": {"see": OF_REPORT.format(""), "write": OWN},
    "narrative_check": {"see": OF_REPORT.format(""), "write": OWN},
}


class Migration(migrations.Migration):
    dependencies = [("narrative", "0001_initial"), ("access", "0002_row_security")]
    operations = [migrations.RunSQL(protect(table, **rules), unprotect(table)) for table, rules in TABLES.items()]
