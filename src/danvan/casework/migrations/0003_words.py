"""The words of matters, and the marks of those who raised them, kept so that the database finds by them.

As with the words of reports: row security keeps an index on words or on sets from being used, since matching comes
after the policy. So they lie in tables that only their owner reads, and functions give the numbers of the rows that
match and that whoever asks may see. Words are found within one unit (an index on unit and words together) or, without
one, within reach.

pairs: each word of the title with the one after it; what shares many of them speaks of the same thing. whole: of a
longer text as it stands, marks and case aside: the same petition sent to several places.
"""

from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations

WORDS = r"""
CREATE FUNCTION casework_plain(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(lower(translate(
        regexp_replace(normalize(said, NFD), U&'[\0300-\036F]', '', 'g'), 'đĐ', 'dd')), '[^a-z0-9]+', ' ', 'g'))
$$;
CREATE FUNCTION casework_pairs(plain text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT words[n] || ' ' || words[n + 1]), '{}')
    FROM (SELECT string_to_array(plain, ' ') AS words) w, generate_series(1, array_length(words, 1) - 1) n
$$;
CREATE FUNCTION casework_whole(plain text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN length(plain) - length(replace(plain, ' ', '')) >= 9 THEN hashtextextended(plain, 0) END
$$;
CREATE TABLE casework_words (
    matter bigint PRIMARY KEY,
    unit bigint NOT NULL,
    folded tsvector NOT NULL,
    pairs text[] NOT NULL,
    whole bigint
);
CREATE INDEX casework_words_folded ON casework_words USING gin (unit, folded);
CREATE INDEX casework_words_everywhere ON casework_words USING gin (folded);
CREATE INDEX casework_words_pairs ON casework_words USING gin (unit, pairs);
CREATE INDEX casework_words_whole ON casework_words (whole) WHERE whole IS NOT NULL;
ALTER TABLE casework_words ENABLE ROW LEVEL SECURITY;  -- no policy: nobody but the owner
CREATE TABLE casework_marks (
    mark text NOT NULL,
    matter bigint NOT NULL,
    PRIMARY KEY (mark, matter)
);
CREATE INDEX casework_marks_matter ON casework_marks (matter);
ALTER TABLE casework_marks ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION casework_keep_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    titled text := casework_plain(NEW.title);
    said text := casework_plain(NEW.text);
BEGIN
    INSERT INTO casework_words VALUES (
        NEW.id, NEW.unit_id, to_tsvector('simple', concat_ws(' ', titled, casework_plain(NEW.place), said)),
        casework_pairs(titled), casework_whole(said))
    ON CONFLICT (matter) DO UPDATE SET unit = EXCLUDED.unit, folded = EXCLUDED.folded, pairs = EXCLUDED.pairs,
        whole = EXCLUDED.whole;
    RETURN NULL;
END $$;
CREATE TRIGGER words_begun AFTER INSERT ON casework_matter FOR EACH ROW EXECUTE FUNCTION casework_keep_words();
CREATE TRIGGER words_kept AFTER UPDATE OF title, text, place, unit_id ON casework_matter FOR EACH ROW
    WHEN ((OLD.title, OLD.text, OLD.place, OLD.unit_id) IS DISTINCT FROM (NEW.title, NEW.text, NEW.place, NEW.unit_id))
    EXECUTE FUNCTION casework_keep_words();

CREATE FUNCTION casework_keep_marks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    DELETE FROM casework_marks m WHERE m.matter = NEW.matter_id;
    INSERT INTO casework_marks SELECT DISTINCT mark, NEW.matter_id FROM unnest(NEW.marks) mark;
    RETURN NULL;
END $$;
CREATE TRIGGER marks_kept AFTER INSERT OR UPDATE OF marks ON casework_identity
    FOR EACH ROW EXECUTE FUNCTION casework_keep_marks();

CREATE FUNCTION casework_seen(wanted bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path = public AS $$
    SELECT EXISTS (SELECT FROM casework_matter m WHERE m.id = wanted)
$$;
-- All of the words, newest first. of: the matters of this unit; NULL: all within reach. before: their number; most: so many.
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
-- What speaks of the same, most like first: within a unit by the pairs of the title, within reach by the whole text.
CREATE FUNCTION casework_alike(title text, said text, of bigint, most int) RETURNS TABLE (matter bigint, likeness real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
    wanted text[] := casework_pairs(casework_plain(title));
    entire bigint := casework_whole(casework_plain(said));
BEGIN
    RETURN QUERY
    SELECT found.id, max(found.like) FROM (
        SELECT w.matter AS id, 1::real AS like FROM casework_words w WHERE w.whole = entire
        UNION ALL
        (SELECT c.matter, c.like FROM (
            SELECT w.matter, (shared.n::real / (cardinality(w.pairs) + cardinality(wanted) - shared.n))::real AS like, shared.n
            FROM casework_words w
            CROSS JOIN LATERAL (SELECT count(*) AS n FROM unnest(w.pairs) p WHERE p = ANY (wanted)) shared
            WHERE w.unit = of AND w.pairs && wanted
        ) c WHERE c.n >= least(2, cardinality(wanted)) AND c.like >= 0.25 ORDER BY c.like DESC, c.matter DESC LIMIT 4 * most)
    ) found WHERE casework_seen(found.id) GROUP BY found.id ORDER BY max(found.like) DESC, found.id DESC LIMIT most;
END $$;
-- What somebody raised before with any of these marks, newest first.
CREATE FUNCTION casework_marked(wanted text[], most int) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT matter FROM (SELECT DISTINCT matter FROM casework_marks WHERE mark = ANY (wanted) ORDER BY matter DESC OFFSET 0) c
    WHERE EXISTS (SELECT FROM casework_identity i WHERE i.matter_id = c.matter) LIMIT most
$$;

-- What is there already.
SELECT set_config('danvan.system', 'on', true);
INSERT INTO casework_words
    SELECT id, unit_id, to_tsvector('simple', concat_ws(' ', titled, casework_plain(place), said)),
        casework_pairs(titled), casework_whole(said)
    FROM casework_matter m
    CROSS JOIN LATERAL (SELECT casework_plain(m.title) AS titled, casework_plain(m.text) AS said) p;
INSERT INTO casework_marks SELECT DISTINCT mark, matter_id FROM casework_identity, unnest(marks) mark;
SELECT set_config('danvan.system', '', true);
"""
NO_WORDS = """
DROP FUNCTION casework_keep_words() CASCADE;
DROP FUNCTION casework_keep_marks() CASCADE;
DROP FUNCTION casework_found, casework_alike, casework_marked, casework_seen;
DROP TABLE casework_words, casework_marks;
DROP FUNCTION casework_pairs, casework_whole, casework_plain;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_guards")]
    operations = [BtreeGinExtension(), migrations.RunSQL(WORDS, NO_WORDS)]
