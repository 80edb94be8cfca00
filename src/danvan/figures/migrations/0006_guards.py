"""What the verbs hold to, held by the database too: nobody accepts what is their own, kept files stay as they are."""

from django.db import migrations

from danvan.access.rls import UNIT, alter, reaches

OWN = f"figures_submission.unit_id = {UNIT}"
BELOW = f"figures_submission.unit_id <> {UNIT} AND {reaches('figures_submission.unit_id')}"
CHANGED = f"{OWN} OR seal IS NOT NULL AND {reaches('unit_id')}"
# A unit fills in, sends and takes back, and signs what it put together itself; whoever is above it decides.
BECOMES = (
    f"{OWN} AND (kind = 'consolidated' OR state IN ('draft', 'submitted', 'withdrawn'))"
    f" OR {BELOW} AND kind = 'own' AND state IN ('accepted', 'returned')"
)
POLICIES = (
    alter("figures_submission", "written", check=f"{OWN} AND state = 'draft'")
    + alter("figures_submission", "changed", CHANGED, BECOMES),
    alter("figures_submission", "written", check=OWN) + alter("figures_submission", "changed", CHANGED, CHANGED),
)

STATES = """
CREATE OR REPLACE FUNCTION figures_submission_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'standing', 'decided_at', 'decided_by', 'decision'];
BEGIN
    IF OLD.seal IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - free <> to_jsonb(NEW) - free THEN
        RAISE EXCEPTION 'submission % is sealed', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = NEW.state AND (OLD.decided_at, OLD.decided_by, OLD.decision)
            IS DISTINCT FROM (NEW.decided_at, NEW.decided_by, NEW.decision)
        OR OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
            ('submitted', 'returned'), ('submitted', 'accepted'), ('submitted', 'withdrawn'), ('accepted', 'withdrawn'))
        -- What counts is taken out of the totals by the system only; what ceased to stand never stands again.
        OR (OLD.state, NEW.state) = ('accepted', 'withdrawn')
            AND current_setting('danvan.system', true) IS DISTINCT FROM 'on'
        OR OLD.state = NEW.state AND NEW.standing AND NOT OLD.standing
    THEN
        RAISE EXCEPTION 'submission % is % and cannot become %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

# A table of the same name among one's own temporary ones is not asked first.
LOOKS_UP = (
    "figures_cell_is_sealed",
    "figures_evidence_is_sealed",
    "figures_attachment_is_sealed",
    "figures_kept_is_stale",
)
PATHS = tuple(
    "".join(f"ALTER FUNCTION {name}() {do};\n" for name in LOOKS_UP)
    for do in ("SET search_path = public, pg_temp", "RESET search_path")
)

FILES = """
CREATE FUNCTION figures_file_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    before text := coalesce(current_setting('danvan.system', true), '');
    found bigint;
BEGIN
    IF TG_OP = 'DELETE' OR NEW.content IS NOT NULL AND NEW.content IS DISTINCT FROM OLD.content
        OR (OLD.id, OLD.unit_id, OLD.name, OLD.kind, OLD.mime, OLD.size, OLD.sha256, OLD.purpose, OLD.stored_at,
            OLD.stored_by) IS DISTINCT FROM (NEW.id, NEW.unit_id, NEW.name, NEW.kind, NEW.mime, NEW.size, NEW.sha256,
            NEW.purpose, NEW.stored_at, NEW.stored_by)
    THEN
        RAISE EXCEPTION 'file % stays as it was stored', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.content IS NULL AND OLD.content IS NOT NULL THEN
        PERFORM set_config('danvan.system', 'on', true);
        SELECT s.id INTO found FROM figures_attachment a
        JOIN figures_cell c ON c.id = a.cell_id JOIN figures_submission s ON s.id = c.submission_id
        WHERE a.file_id = OLD.id AND s.seal IS NOT NULL LIMIT 1;
        PERFORM set_config('danvan.system', before, true);
        IF found IS NOT NULL THEN
            RAISE EXCEPTION 'file % is sealed with submission %', OLD.id, found
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON access_storedfile
    FOR EACH ROW EXECUTE FUNCTION figures_file_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("figures", "0005_lean"), ("access", "0005_moved_away")]
    operations = [
        migrations.RunSQL(*POLICIES),
        migrations.RunSQL(STATES, ""),
        migrations.RunSQL(*PATHS),
        migrations.RunSQL(FILES, "DROP FUNCTION figures_file_is_kept() CASCADE;"),
    ]
