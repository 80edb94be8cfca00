"""Reports of a unit that was moved to another superior are seen as its figures are."""

from django.db import migrations

from danvan.access.rls import alter, reached_at, reaches

FILED = "EXISTS (SELECT FROM figures_submission s WHERE s.id = narrative_report.submission_id)"
UNIT, READ_FOR, AT = "narrative_report.unit_id", "narrative_report.received_for_id", "narrative_report.read_at"
SEEN = f"{reaches(UNIT)} AND {FILED} OR {reached_at(UNIT, AT)} OR {reached_at(READ_FOR, AT)}"


class Migration(migrations.Migration):
    dependencies = [("narrative", "0002_row_security"), ("figures", "0003_row_security")]
    operations = [
        migrations.RunSQL(
            alter("narrative_report", "seen", SEEN),
            alter("narrative_report", "seen", f"{reaches('unit_id')} OR {reaches('received_for_id')}"),
        )
    ]
