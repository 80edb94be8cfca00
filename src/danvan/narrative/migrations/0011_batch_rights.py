"""The reports that a unit had written of those below it are its own business, and gone with it."""

from django.db import migrations

from danvan.access.rls import UNIT, protect, unprotect

OF_BATCH = f"EXISTS (SELECT FROM narrative_batch b WHERE b.id = batch_id AND b.unit_id = {UNIT})"
TABLES = {
    "narrative_batch": {"see": f"unit_id = {UNIT}", "write": f"unit_id = {UNIT}", "remove": "false"},
    "narrative_batchreport": {"see": OF_BATCH, "write": OF_BATCH, "remove": "false"},
}


class Migration(migrations.Migration):
    dependencies = [("narrative", "0010_batch"), ("access", "0005_moved_away")]
    operations = [migrations.RunSQL(protect(table, **rules), unprotect(table)) for table, rules in TABLES.items()]
