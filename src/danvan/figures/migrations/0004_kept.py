"""What is kept ready of every unit and period, and the trigger that takes away what no longer holds."""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from danvan.access.rls import protect, reaches, unprotect

# With the system's eyes: whoever decides need not see all that the unit filed.
STALE = """
CREATE FUNCTION figures_kept_is_stale() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := coalesce(current_setting('danvan.system', true), '');
BEGIN
    PERFORM set_config('danvan.system', 'on', true);
    DELETE FROM figures_kept k
    WHERE k.unit_id = NEW.unit_id AND k.form = (SELECT f.code FROM figures_form f WHERE f.id = NEW.form_id)
      AND k."window" @> NEW."window";
    PERFORM set_config('danvan.system', before, true);
    RETURN NULL;
END $$;
CREATE TRIGGER stands AFTER INSERT ON figures_submission
    FOR EACH ROW WHEN (NEW.standing AND NEW.kind = 'own') EXECUTE FUNCTION figures_kept_is_stale();
CREATE TRIGGER stands_or_ceases AFTER UPDATE ON figures_submission
    FOR EACH ROW WHEN (OLD.standing <> NEW.standing AND NEW.kind = 'own') EXECUTE FUNCTION figures_kept_is_stale();
"""
SECURITY = protect("figures_kept", see=reaches("figures_kept.unit_id", 'upper("window")'), write="false")


class Migration(migrations.Migration):

    dependencies = [
        ('figures', '0003_row_security'),
        ('units', '0004_reach'),
    ]

    operations = [
        migrations.CreateModel(
            name='Layout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(help_text='Code of the form.', max_length=40)),
                ('rules', models.CharField(help_text='Of the catalogue by which figures are put together.', max_length=16)),
                ('digest', models.CharField(help_text='sha256 hex of rules and lines.', max_length=64)),
                ('lines', models.JSONField(help_text='[[indicator, breakdown], ...]')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('form', 'digest'), name='one_layout_a_digest')],
            },
        ),
        migrations.CreateModel(
            name='Kept',
            fields=[
                ('pk', models.CompositePrimaryKey('form', 'period', 'before', 'unit', blank=True, editable=False, primary_key=True, serialize=False)),
                ('form', models.CharField(help_text='Code of the form.', max_length=40)),
                ('period', models.CharField(max_length=20)),
                ('before', models.BooleanField(help_text='The year before, as the reports of this period imply it.')),
                ('window', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('parts', models.TextField(help_text='The periods within that stand, by code.')),
                ('illustration', models.BooleanField()),
                ('marks', models.TextField(help_text='One letter a line: what stands there.')),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='One a line, in ten thousandths.', size=None)),
                ('above', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='Numerators, one a ratio.', size=None)),
                ('below', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='Denominators, one a ratio.', size=None)),
                ('details', models.JSONField(help_text='What the arrays do not say.', null=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
                ('layout', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='figures.layout')),
            ],
            options={
                'verbose_name_plural': 'kept',
            },
        ),
        migrations.RunSQL(STALE, "DROP FUNCTION figures_kept_is_stale() CASCADE;"),
        migrations.RunSQL(SECURITY, unprotect("figures_kept")),
    ]
