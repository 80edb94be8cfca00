"""Events are chained by the database as they are written, and never changed or removed."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are never changed or removed';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();

CREATE FUNCTION audit_hash(previous text, e audit_event) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\\x1f', previous, e.stream, e.number, extract(epoch FROM e.at), e.by,
        coalesce(e.person::text, '-'), coalesce(e.unit::text, '-'), e.verb, e.subject, e.label, e.data::text), 'UTF8')), 'hex')
$$;
-- As its owner: the app role writes events, never the heads of the chains.
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head audit_head;
BEGIN
    INSERT INTO audit_head (stream, number, hash) VALUES (NEW.stream, 0, '') ON CONFLICT (stream) DO NOTHING;
    SELECT * INTO head FROM audit_head WHERE stream = NEW.stream FOR UPDATE;
    NEW.number := head.number + 1;
    NEW.hash := audit_hash(head.hash, NEW);
    UPDATE audit_head SET number = NEW.number, hash = NEW.hash WHERE stream = NEW.stream;
    RETURN NEW;
END $$;
CREATE TRIGGER chained BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_chain();
"""
BACKWARD = """
DROP TRIGGER chained ON audit_event;
DROP FUNCTION audit_chain();
DROP FUNCTION audit_hash(text, audit_event);
DROP TRIGGER append_only ON audit_event;
DROP FUNCTION audit_event_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
