from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0008_limits")]
    operations = [
        migrations.AddIndex(
            model_name="issue",
            index=models.Index(condition=models.Q(("public", True)), fields=["-id"], name="issue_public"),
        ),
    ]
