"""The counts beside the lists are read from the index of the open ones alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0014_words_by_unit")]
    operations = [
        migrations.RemoveIndex("matter", "matter_open_due"),
        migrations.AddIndex(
            "matter",
            models.Index(
                fields=["unit", "due"],
                include=["handler", "state", "origin"],
                name="matter_open_due",
                condition=~models.Q(state="closed"),
            ),
        ),
    ]
