"""What is sealed stays as it is, whoever asks: triggers, also against the owner."""

from django.db import migrations

# Rows are read with the system's eyes: what somebody may not see is sealed all the same.
SUBMISSION = """
CREATE FUNCTION figures_submission_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
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
    THEN
        RAISE EXCEPTION 'submission % is % and cannot become %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sealed BEFORE UPDATE OR DELETE ON figures_submission
    FOR EACH ROW EXECUTE FUNCTION figures_submission_is_sealed();
CREATE FUNCTION figures_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never emptied or rewritten', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
NO_SUBMISSION = """
DROP FUNCTION figures_never() CASCADE;
DROP FUNCTION figures_submission_is_sealed() CASCADE;
"""
PARTS = {
    "cell": "SELECT submission_id FROM changed",
    "evidence": "SELECT c.submission_id FROM changed JOIN figures_cell c ON c.id = changed.cell_id",
    "attachment": "SELECT c.submission_id FROM changed JOIN figures_cell c ON c.id = changed.cell_id",
}


def part(name: str, submissions: str) -> str:
    """Statement triggers: one look for a whole sending."""
    function = f"""
CREATE FUNCTION figures_{name}_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := coalesce(current_setting('danvan.system', true), '');
    found bigint;
BEGIN
    PERFORM set_config('danvan.system', 'on', true);
    SELECT s.id INTO found FROM figures_submission s
    WHERE s.seal IS NOT NULL AND s.id IN ({submissions}) LIMIT 1;
    PERFORM set_config('danvan.system', before, true);
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'submission % is sealed', found USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""
    for event, tables in (
        ("INSERT", "NEW TABLE AS changed"),
        ("UPDATE", "NEW TABLE AS changed"),
        ("DELETE", "OLD TABLE AS changed"),
    ):
        function += f"""
CREATE TRIGGER sealed_{event.lower()} AFTER {event} ON figures_{name} REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION figures_{name}_is_sealed();
"""
    return function


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_initial")]
    operations = [
        migrations.RunSQL(SUBMISSION, NO_SUBMISSION),
        *[
            migrations.RunSQL(part(name, rows), f"DROP FUNCTION figures_{name}_is_sealed() CASCADE;")
            for name, rows in PARTS.items()
        ],
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER never BEFORE TRUNCATE ON figures_{name} "
                "FOR EACH STATEMENT EXECUTE FUNCTION figures_never();",
                f"DROP TRIGGER never ON figures_{name};",
            )
            for name in ("submission", *PARTS)
        ],
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON figures_{name} "
                "FOR EACH STATEMENT EXECUTE FUNCTION figures_never();",
                f"DROP TRIGGER kept ON figures_{name};",
            )
            for name in ("remark", "carried", "reminder")
        ],
    ]
