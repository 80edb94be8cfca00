"""What is not kept yet is written down where it happens, so that no reader has to look for it."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from danvan.access.rls import protect, reaches, unprotect

BODY = """
CREATE OR REPLACE FUNCTION figures_kept_is_stale() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    before text := coalesce(current_setting('danvan.system', true), '');
    code text;
BEGIN
    PERFORM set_config('danvan.system', 'on', true);
    SELECT f.code INTO code FROM figures_form f WHERE f.id = NEW.form_id;
    DELETE FROM figures_kept k WHERE k.unit_id = NEW.unit_id AND k.form = code AND k."window" @> NEW."window";
    {note}
    PERFORM set_config('danvan.system', before, true);
    RETURN NULL;
END $$;
"""
NOTE = """
    -- Years to date are never kept.
    IF NEW.period NOT LIKE '%YTD%' THEN
        INSERT INTO figures_unkept (form, unit_id, "window") VALUES (code, NEW.unit_id, NEW."window")
        ON CONFLICT DO NOTHING;
    END IF;
"""
EARLIER = """
INSERT INTO figures_unkept (form, unit_id, "window")
SELECT DISTINCT f.code, s.unit_id, s."window"
FROM figures_submission s JOIN figures_form f ON f.id = s.form_id
WHERE s.standing AND s.kind = 'own' AND s.period NOT LIKE '%YTD%' AND NOT EXISTS (
    SELECT FROM figures_kept k WHERE k.form = f.code AND k.period = s.period AND k.unit_id = s.unit_id)
"""


def as_system(statement: str) -> str:
    return f"SET LOCAL danvan.system = 'on'; {statement}; RESET danvan.system;"


class Migration(migrations.Migration):

    dependencies = [
        ('figures', '0006_guards'),
        ('units', '0004_reach'),
    ]

    operations = [
        migrations.CreateModel(
            name='Unkept',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(help_text='Code of the form.', max_length=40)),
                ('window', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name_plural': 'unkept',
                'constraints': [models.UniqueConstraint(fields=('unit', 'form', 'window'), name='unkept_once')],
            },
        ),
        migrations.RunSQL(
            protect("figures_unkept", see=reaches("figures_unkept.unit_id"), write="false"), unprotect("figures_unkept")
        ),
        migrations.RunSQL(as_system(EARLIER), ""),
        migrations.RunSQL(BODY.format(note=NOTE), BODY.format(note="")),
    ]
