"""Programs are seen and let in by those who manage people of their unit; row security."""

from django.db import migrations

from danvan.access.rls import protect, reaches, unprotect

RULES = {"see": reaches("unit_id"), "write": reaches("unit_id"), "remove": "false"}


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial"), ("access", "0002_row_security")]
    operations = [migrations.RunSQL(protect("api_client", **RULES), unprotect("api_client"))]
