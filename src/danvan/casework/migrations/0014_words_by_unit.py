"""Words are found within a unit by keys that bear the unit: "4711:den". An index on unit and word apart goes through
what the whole country says of that word for each question.

For a unit and those below it each of them is asked, where they are not too many. Who reaches a unit sees what it has:
that is asked once, not row by row.
"""

from django.db import migrations

WORDS = r"""
CREATE FUNCTION casework_within(unit bigint, words text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(unit::text || ':' || word), '{}') FROM unnest(words) word
$$;
CREATE FUNCTION casework_folded_within(unit bigint, folded tsvector) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public AS $$
    SELECT array_to_tsvector(casework_within(unit, tsvector_to_array(folded)))
$$;
-- Every word as a whole, the last one as far as it is typed. key: what stands before each, "" for none.
CREATE FUNCTION casework_every(words text[], key text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(quote_literal(key || word) || CASE WHEN n = cardinality(words) THEN ':*' ELSE '' END, ' & ')::tsquery
    FROM unnest(words) WITH ORDINALITY AS w (word, n)
$$;

DROP INDEX casework_words_folded, casework_words_pairs, casework_words_everywhere;
CREATE INDEX casework_words_folded ON casework_words
    USING gin (casework_folded_within(unit, folded)) WITH (fastupdate = off);
CREATE INDEX casework_words_pairs ON casework_words USING gin (casework_within(unit, pairs)) WITH (fastupdate = off);
CREATE INDEX casework_words_everywhere ON casework_words USING gin (folded) WITH (fastupdate = off);

DROP FUNCTION casework_found(tsquery, bigint, boolean, bigint, int);
-- All of the words, newest first. of: the matters of this unit, below: or of one that it reaches; NULL: all that may be
-- seen. before: their number; most: so many.
CREATE FUNCTION casework_found(words text[], of bigint, below boolean, before bigint, most int) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public SET plan_cache_mode = force_custom_plan
SET work_mem = '32MB' AS $$
DECLARE
    acting bigint := nullif(current_setting('danvan.unit', true), '')::bigint;
    all_seen boolean := current_setting('danvan.system', true) = 'on' OR of = acting OR (
        NOT below AND EXISTS (SELECT FROM units_reach r WHERE r.holder_id = acting AND r.unit_id = of));
BEGIN
    IF of IS NOT NULL AND NOT below THEN
        RETURN QUERY SELECT c.matter FROM (
            SELECT w.matter FROM casework_words w
            WHERE casework_folded_within(w.unit, w.folded) @@ casework_every(words, of || ':') AND w.matter < before
            ORDER BY w.matter DESC OFFSET 0
        ) c WHERE all_seen OR casework_seen(c.matter) LIMIT most;
    ELSIF of IS NOT NULL AND (SELECT count(*) FROM (SELECT FROM units_reach r WHERE r.holder_id = of LIMIT 1001) few) <= 1000 THEN
        RETURN QUERY SELECT c.matter FROM (
            SELECT w.matter FROM units_reach r
            CROSS JOIN LATERAL (
                SELECT w.matter FROM casework_words w
                WHERE casework_folded_within(w.unit, w.folded) @@ casework_every(words, r.unit_id || ':') OFFSET 0
            ) w
            WHERE r.holder_id = of AND w.matter < before ORDER BY w.matter DESC OFFSET 0
        ) c WHERE all_seen OR casework_seen(c.matter) LIMIT most;
    ELSE
        RETURN QUERY SELECT c.matter FROM (
            SELECT w.matter FROM casework_words w
            WHERE w.folded @@ casework_every(words, '') AND w.matter < before
                AND (of IS NULL OR w.unit IN (SELECT r.unit_id FROM units_reach r WHERE r.holder_id = of))
            ORDER BY w.matter DESC OFFSET 0
        ) c WHERE all_seen OR casework_seen(c.matter) LIMIT most;
    END IF;
END $$;

-- As before, by keys that bear the unit.
CREATE OR REPLACE FUNCTION casework_alike(title text, said text, of bigint, most int)
RETURNS TABLE (matter bigint, likeness real)
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
            WHERE casework_within(w.unit, w.pairs) && casework_within(of, wanted)
        ) c WHERE c.n >= least(2, cardinality(wanted)) AND c.like >= 0.25 ORDER BY c.like DESC, c.matter DESC LIMIT 4 * most)
    ) found WHERE casework_seen(found.id) GROUP BY found.id ORDER BY max(found.like) DESC, found.id DESC LIMIT most;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0013_limits_of_units")]
    operations = [migrations.RunSQL(WORDS)]  # not taken back: it would leave functions that no longer fit
