"""The words of reports and of what units say beside their figures, kept for the search by the database itself.

Row security keeps an index on words from being used, since matching comes after the policy. So the words lie in a table
that only its owner reads, and `desk_found` gives the rows that match and that whoever asks may see: the tables that it
looks up are still under their policies.
"""

from django.db import migrations

WORDS = r"""
CREATE FUNCTION desk_folded(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('simple', regexp_replace(lower(translate(
        regexp_replace(normalize(said, NFD), U&'[\0300-\036F]', '', 'g'), 'đĐ', 'dd')), '[^a-z0-9]+', ' ', 'g'))
$$;
CREATE FUNCTION desk_spelt(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('simple', regexp_replace(
        lower(normalize(said, NFC) COLLATE pg_c_utf8) COLLATE pg_c_utf8, '[^[:alnum:]]+', ' ', 'g'))
$$;
CREATE TABLE desk_words (
    kind text NOT NULL CHECK (kind IN ('report', 'submission')),
    row bigint NOT NULL,
    folded tsvector NOT NULL,
    spelt tsvector NOT NULL,
    PRIMARY KEY (kind, row)
);
CREATE INDEX desk_words_folded ON desk_words USING gin (folded);
CREATE INDEX desk_words_spelt ON desk_words USING gin (spelt);
ALTER TABLE desk_words ENABLE ROW LEVEL SECURITY;  -- no policy: nobody but the owner

CREATE FUNCTION desk_keep_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    what text := TG_ARGV[0];
    said text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM desk_words w WHERE w.kind = what AND w.row = OLD.id;
        RETURN NULL;
    END IF;
    IF what = 'report' THEN
        said := concat_ws(E'\n', NEW.title, NEW.name, NEW.text);
    ELSE
        said := concat_ws(E'\n', NEW.text, NEW.reason, NEW.decision);
    END IF;
    INSERT INTO desk_words VALUES (what, NEW.id, desk_folded(said), desk_spelt(said))
    ON CONFLICT (kind, row) DO UPDATE SET folded = EXCLUDED.folded, spelt = EXCLUDED.spelt;
    RETURN NULL;
END $$;
CREATE TRIGGER words_kept AFTER INSERT OR UPDATE OF title, name, text ON narrative_report
    FOR EACH ROW EXECUTE FUNCTION desk_keep_words('report');
CREATE TRIGGER words_gone AFTER DELETE ON narrative_report
    FOR EACH ROW EXECUTE FUNCTION desk_keep_words('report');
CREATE TRIGGER words_begun AFTER INSERT ON figures_submission
    FOR EACH ROW WHEN (NEW.text <> '' OR NEW.reason <> '' OR NEW.decision <> '')
    EXECUTE FUNCTION desk_keep_words('submission');
CREATE TRIGGER words_kept AFTER UPDATE OF text, reason, decision ON figures_submission
    FOR EACH ROW WHEN ((OLD.text, OLD.reason, OLD.decision) IS DISTINCT FROM (NEW.text, NEW.reason, NEW.decision))
    EXECUTE FUNCTION desk_keep_words('submission');
CREATE TRIGGER words_gone AFTER DELETE ON figures_submission
    FOR EACH ROW WHEN (OLD.text <> '' OR OLD.reason <> '' OR OLD.decision <> '')
    EXECUTE FUNCTION desk_keep_words('submission');

-- What may be seen is asked last, only until the page is full. Stage 1: written as typed; 2: the same words in a row, marks aside; 3: all of the words. Newest first in each.
CREATE FUNCTION desk_found(what text, typed tsquery, phrase tsquery, every tsquery, at int, before bigint, most int)
RETURNS TABLE (stage int, id bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
    found int := 0;
BEGIN
    IF at <= 1 AND typed IS NOT NULL THEN
        RETURN QUERY SELECT 1, c.row FROM (
            SELECT w.row FROM desk_words w WHERE w.kind = what AND w.spelt @@ typed
              AND (at < 1 OR w.row < before) ORDER BY w.row DESC OFFSET 0
        ) c WHERE desk_seen(what, c.row) LIMIT most;
        GET DIAGNOSTICS found = ROW_COUNT;
        most := most - found;
    END IF;
    IF most > 0 AND at <= 2 THEN
        RETURN QUERY SELECT 2, c.row FROM (
            SELECT w.row FROM desk_words w WHERE w.kind = what AND w.folded @@ phrase AND (typed IS NULL OR NOT w.spelt @@ typed)
              AND (at < 2 OR w.row < before) ORDER BY w.row DESC OFFSET 0
        ) c WHERE desk_seen(what, c.row) LIMIT most;
        GET DIAGNOSTICS found = ROW_COUNT;
        most := most - found;
    END IF;
    IF most > 0 THEN
        RETURN QUERY SELECT 3, c.row FROM (
            SELECT w.row FROM desk_words w WHERE w.kind = what AND w.folded @@ every AND NOT w.folded @@ phrase
              AND (at < 3 OR w.row < before) ORDER BY w.row DESC OFFSET 0
        ) c WHERE desk_seen(what, c.row) LIMIT most;
    END IF;
END $$;
CREATE FUNCTION desk_seen(what text, wanted bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path = public AS $$
    SELECT CASE what WHEN 'report' THEN EXISTS (SELECT FROM narrative_report r WHERE r.id = wanted)
        ELSE EXISTS (SELECT FROM figures_submission s WHERE s.id = wanted) END
$$;

-- What is there already.
SELECT set_config('danvan.system', 'on', true);
INSERT INTO desk_words
    SELECT 'report', id, desk_folded(said), desk_spelt(said)
    FROM narrative_report r CROSS JOIN LATERAL (SELECT concat_ws(E'\n', r.title, r.name, r.text) AS said) s
    UNION ALL
    SELECT 'submission', id, desk_folded(said), desk_spelt(said)
    FROM figures_submission r CROSS JOIN LATERAL (SELECT concat_ws(E'\n', r.text, r.reason, r.decision) AS said) s
    WHERE r.text <> '' OR r.reason <> '' OR r.decision <> '';
SELECT set_config('danvan.system', '', true);
"""
NO_WORDS = """
DROP FUNCTION desk_keep_words() CASCADE;
DROP TABLE desk_words;
DROP FUNCTION desk_found, desk_seen, desk_folded, desk_spelt;
"""


class Migration(migrations.Migration):
    dependencies = [("figures", "0003_row_security"), ("narrative", "0002_row_security")]
    operations = [migrations.RunSQL(WORDS, NO_WORDS)]
