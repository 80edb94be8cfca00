"""Who was told of a due day, and how due days moved when rules or days off were changed."""

import django.db.models.deletion
from django.db import migrations, models

from danvan.access.rls import protect, unprotect

SEEN = "EXISTS (SELECT FROM casework_matter t WHERE t.id = matter_id)"
NOBODY = "false"  # written by the system alone


def guard(name):
    return migrations.RunSQL(
        f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON casework_{name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION casework_never();",
        f"DROP TRIGGER kept ON casework_{name};",
    )


class Migration(migrations.Migration):
    dependencies = [("casework", "0007_secrecy")]
    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="before, overdue, above", max_length=8)),
                ("days", models.PositiveSmallIntegerField(help_text="Working days to or since the due day.")),
                ("due", models.DateField()),
                ("day", models.DateField(help_text="When it was told.")),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alarms", to="casework.matter"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("matter", "kind", "days", "due"), name="told_once_of_a_day")
                ]
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.CharField(blank=True, help_text="The term that ends on the new day.", max_length=40),
                ),
                ("before", models.DateField(null=True)),
                ("after", models.DateField(null=True)),
                ("why", models.TextField()),
                ("on", models.DateField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="casework.matter"
                    ),
                ),
            ],
            options={"ordering": ["matter", "id"]},
        ),
        migrations.CreateModel(
            name="Recount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("data", models.CharField(max_length=64)),
                ("looked", models.PositiveIntegerField()),
                ("moved", models.PositiveIntegerField()),
                (
                    "stuck",
                    models.PositiveIntegerField(help_text="Matters whose acts do not stand by these rules."),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        *[
            migrations.RunSQL(protect(table, see=SEEN, write=NOBODY), unprotect(table))
            for table in ("casework_alarm", "casework_move")
        ],
        guard("move"),
    ]
