"""Why lines are incomplete is kept once a row; cells are found by the index that keeps them single."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('figures', '0004_kept'),
    ]

    operations = [
        # Put together again when read, kept again by danvan figures mend.
        migrations.RunSQL("TRUNCATE figures_kept", ""),
        migrations.AddField(
            model_name='kept',
            name='reasons',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='Why lines are incomplete, those marked so.', size=None),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='cell',
            name='submission',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='figures.submission'),
        ),
    ]
