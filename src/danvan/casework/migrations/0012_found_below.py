"""Words sought in a unit and all below it: rows of others are left out by their unit before anybody asks who may see
them, since that is asked row by row. Counters of a quarter find their rows by the days that they ask about.
"""

from django.db import migrations, models

FOUND = """
DROP FUNCTION casework_found(tsquery, bigint, bigint, int);
-- All of the words, newest first. of: the matters of this unit, below: or of one that it reaches; NULL: all that may be
-- seen. before: their number; most: so many.
CREATE FUNCTION casework_found(every tsquery, of bigint, below boolean, before bigint, most int) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF of IS NULL THEN
        RETURN QUERY SELECT c.matter FROM (
            SELECT w.matter FROM casework_words w WHERE w.folded @@ every AND w.matter < before
            ORDER BY w.matter DESC OFFSET 0
        ) c WHERE casework_seen(c.matter) LIMIT most;
    ELSIF below THEN
        RETURN QUERY SELECT c.matter FROM (
            SELECT w.matter FROM casework_words w WHERE w.folded @@ every AND w.matter < before
                AND w.unit IN (SELECT r.unit_id FROM units_reach r WHERE r.holder_id = of)
            ORDER BY w.matter DESC OFFSET 0
        ) c WHERE casework_seen(c.matter) LIMIT most;
    ELSE
        RETURN QUERY SELECT c.matter FROM (
            SELECT w.matter FROM casework_words w WHERE w.unit = of AND w.folded @@ every AND w.matter < before
            ORDER BY w.matter DESC OFFSET 0
        ) c WHERE casework_seen(c.matter) LIMIT most;
    END IF;
END $$;
"""
BEFORE = """
DROP FUNCTION casework_found(tsquery, bigint, boolean, bigint, int);
CREATE FUNCTION casework_found(every tsquery, of bigint, before bigint, most int) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF of IS NULL THEN
        RETURN QUERY SELECT c.matter FROM (
            SELECT w.matter FROM casework_words w WHERE w.folded @@ every AND w.matter < before
            ORDER BY w.matter DESC OFFSET 0
        ) c WHERE casework_seen(c.matter) LIMIT most;
    ELSE
        RETURN QUERY SELECT c.matter FROM (
            SELECT w.matter FROM casework_words w WHERE w.unit = of AND w.folded @@ every AND w.matter < before
            ORDER BY w.matter DESC OFFSET 0
        ) c WHERE casework_seen(c.matter) LIMIT most;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_voting")]
    operations = [
        migrations.RunSQL(FOUND, BEFORE),
        migrations.RemoveIndex("matter", "matter_resolved"),
        migrations.AddIndex("matter", models.Index(fields=["unit", "resolved_on"], name="matter_resolved")),
        migrations.AddIndex("matter", models.Index(fields=["origin", "classified_on"], name="matter_classified")),
        migrations.AddIndex(
            "act",
            models.Index(fields=["unit", "on"], name="act_reply", condition=models.Q(kind="reply_received")),
        ),
    ]
