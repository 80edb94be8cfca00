"""A paper is its unit's own, and a finished one stays as it was issued: it can only be erased, as a whole."""

from django.db import migrations

from danvan.access.rls import UNIT, protect, unprotect

OWN = f"unit_id = {UNIT}"
STAYS = """
CREATE FUNCTION narrative_paper_is_finished() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erased text[] := ARRAY['content', 'written', 'erased_at', 'changed_at', 'changed_by'];
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL
        OR to_jsonb(OLD) - erased <> to_jsonb(NEW) - erased
    THEN
        RAISE EXCEPTION 'paper % is finished', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER narrative_paper_is_finished BEFORE UPDATE OR DELETE ON narrative_paper
    FOR EACH ROW EXECUTE FUNCTION narrative_paper_is_finished();
"""
GOES = "DROP TRIGGER narrative_paper_is_finished ON narrative_paper; DROP FUNCTION narrative_paper_is_finished();"


class Migration(migrations.Migration):
    dependencies = [("narrative", "0008_paper"), ("access", "0005_moved_away")]
    operations = [
        migrations.RunSQL(
            protect("narrative_paper", see=OWN, write=f"{OWN} AND state = 'draft'", change=OWN, remove=OWN),
            unprotect("narrative_paper"),
        ),
        migrations.RunSQL(STAYS, GOES),
    ]
