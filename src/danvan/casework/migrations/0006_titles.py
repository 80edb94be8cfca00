"""A title that nobody of the unit has worded is made of type, field and place: like matters are then known by the first
words of the text in its stead.
"""

from django.db import migrations, models

KEEP = r"""
CREATE OR REPLACE FUNCTION casework_keep_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
DECLARE
    titled text := casework_plain(NEW.title);
    said text := casework_plain(NEW.text);
    subject text := CASE WHEN %s THEN titled ELSE casework_plain(left(NEW.text, 120)) END;
BEGIN
    INSERT INTO casework_words VALUES (
        NEW.id, NEW.unit_id, to_tsvector('simple', concat_ws(' ', titled, casework_plain(NEW.place), said)),
        casework_pairs(subject), casework_whole(said))
    ON CONFLICT (matter) DO UPDATE SET unit = EXCLUDED.unit, folded = EXCLUDED.folded, pairs = EXCLUDED.pairs,
        whole = EXCLUDED.whole;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_asks_again")]
    operations = [
        migrations.AddField(
            "matter",
            "worded",
            models.BooleanField(
                db_default=True,
                default=True,
                help_text="The unit wrote the title; false: it is made of type, field and place.",
            ),
        ),
        migrations.AlterField(
            "matter",
            "text",
            models.TextField(
                blank=True,
                help_text="In their words, without what tells who they are; of what is sealed nothing stands here.",
            ),
        ),
        migrations.RunSQL(KEEP % "NEW.worded", KEEP % "true"),
    ]
