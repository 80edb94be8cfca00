"""Rows of people's posts, files and notices, and the audit trail, are seen by those whom they concern."""

from django.db import migrations

from danvan.access.rls import PERSON, UNIT, protect, reaches, unprotect

TABLES = {
    "access_post": {
        "see": f"person_id = {PERSON} OR {reaches('unit_id')}",
        "write": reaches("unit_id"),
        "remove": "false",
    },
    "access_storedfile": {"see": reaches("unit_id"), "write": f"unit_id = {UNIT}", "remove": "false"},
    # Told by the system only; whoever is told marks it as seen.
    "access_notice": {"see": f"person_id = {PERSON}", "write": "false", "change": f"person_id = {PERSON}"},
    # Anybody's deed is written; it is read by those who reach the unit that acted or that it is about.
    "audit_event": {
        "see": f"{reaches('stream')} OR {reaches('unit')}",
        "write": "true",
        "change": "false",
        "remove": "false",
    },
}


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("audit", "0002_append_only"), ("units", "0004_reach")]
    operations = [migrations.RunSQL(protect(table, **rules), unprotect(table)) for table, rules in TABLES.items()]
