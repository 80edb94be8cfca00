import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0009_public_issues"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            "issue",
            "owner",
            models.ForeignKey(
                help_text="Who of the unit follows it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            "measure",
            "kind",
            models.CharField(help_text="raise, assign, direct, act, escalate, calm, resolve", max_length=12),
        ),
    ]
