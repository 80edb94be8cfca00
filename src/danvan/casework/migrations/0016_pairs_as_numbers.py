"""Pairs of words are kept as numbers that bear the unit: what two matters share is then counted by the server's own
sets of numbers, not word by word, which was most of the work where a unit has thousands of matters.

A number is a hash of 32 bits: two pairs that fall together make a likeness a little larger, nothing else.

The table is written anew: with a million matters it takes a minute or two, in which none can be entered.
"""

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations

PAIRS = r"""
CREATE FUNCTION casework_numbers(unit bigint, pairs text[]) RETURNS int[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public AS $$
    SELECT coalesce(uniq(sort(array_agg(hashtext(unit || ':' || pair)))), '{}') FROM unnest(pairs) pair
$$;

DROP INDEX casework_words_pairs;
ALTER TABLE casework_words ALTER COLUMN pairs TYPE int[] USING casework_numbers(unit, pairs);
CREATE INDEX casework_words_pairs ON casework_words USING gin (pairs gin__int_ops) WITH (fastupdate = off);

CREATE OR REPLACE FUNCTION casework_keep_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
DECLARE
    titled text := casework_plain(NEW.title);
    said text := casework_plain(NEW.text);
    subject text := CASE WHEN NEW.worded THEN titled ELSE casework_plain(left(NEW.text, 120)) END;
BEGIN
    INSERT INTO casework_words VALUES (
        NEW.id, NEW.unit_id, to_tsvector('simple', concat_ws(' ', titled, casework_plain(NEW.place), said)),
        casework_numbers(NEW.unit_id, casework_pairs(subject)), casework_whole(said))
    ON CONFLICT (matter) DO UPDATE SET unit = EXCLUDED.unit, folded = EXCLUDED.folded, pairs = EXCLUDED.pairs,
        whole = EXCLUDED.whole;
    RETURN NULL;
END $$;

-- What speaks of the same, most like first: within a unit by the pairs of the title, within reach by the whole text.
CREATE OR REPLACE FUNCTION casework_alike(title text, said text, of bigint, most int)
RETURNS TABLE (matter bigint, likeness real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
    wanted int[] := casework_numbers(of, casework_pairs(casework_plain(title)));
    entire bigint := casework_whole(casework_plain(said));
    all_seen boolean := casework_all_seen(of);
BEGIN
    RETURN QUERY
    SELECT found.id, max(found.like) FROM (
        SELECT w.matter AS id, 1::real AS like FROM casework_words w WHERE w.whole = entire AND casework_seen(w.matter)
        UNION ALL
        (SELECT c.matter, c.like FROM (
            SELECT w.matter, shared.n, (shared.n::real / (icount(w.pairs) + icount(wanted) - shared.n))::real AS like
            FROM casework_words w
            CROSS JOIN LATERAL (SELECT icount(w.pairs & wanted) AS n OFFSET 0) shared
            WHERE w.pairs && wanted AND w.unit = of
        ) c WHERE c.n >= least(2, icount(wanted)) AND c.like >= 0.25 AND (all_seen OR casework_seen(c.matter))
        ORDER BY c.like DESC, c.matter DESC LIMIT most)
    ) found GROUP BY found.id ORDER BY max(found.like) DESC, found.id DESC LIMIT most;
END $$;
-- A page asks for a handful. Taken for a thousand, they would be looked up by reading the whole register.
ALTER FUNCTION casework_alike(text, text, bigint, int) ROWS 10;
ALTER FUNCTION casework_marked(text[], int) ROWS 10;
"""
# Asked once of a unit in place of once for each of its matters: who reaches a unit sees what it has.
ALL_SEEN = r"""
CREATE FUNCTION casework_all_seen(of bigint) RETURNS boolean LANGUAGE sql STABLE SET search_path = public AS $$
    SELECT current_setting('danvan.system', true) = 'on'
        OR of = nullif(current_setting('danvan.unit', true), '')::bigint
        OR EXISTS (SELECT FROM units_reach r
            WHERE r.holder_id = nullif(current_setting('danvan.unit', true), '')::bigint AND r.unit_id = of)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0015_open_counts")]
    operations = [
        CreateExtension("intarray"),
        migrations.RunSQL([ALL_SEEN, PAIRS]),
    ]  # not taken back, as 0014
