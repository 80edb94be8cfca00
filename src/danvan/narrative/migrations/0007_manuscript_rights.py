"""What a unit writes is its own until it is signed."""

from django.db import migrations

from danvan.access.rls import UNIT, protect, unprotect

OF_MANUSCRIPT = f"EXISTS (SELECT FROM narrative_manuscript m WHERE m.id = manuscript_id AND m.unit_id = {UNIT})"
TABLES = {
    "narrative_manuscript": {"see": f"unit_id = {UNIT}", "write": f"unit_id = {UNIT}", "remove": "false"},
    "narrative_piece": {"see": OF_MANUSCRIPT, "write": OF_MANUSCRIPT, "remove": "false"},
}


class Migration(migrations.Migration):
    dependencies = [("narrative", "0006_manuscript"), ("access", "0005_moved_away")]
    operations = [migrations.RunSQL(protect(table, **rules), unprotect(table)) for table, rules in TABLES.items()]
