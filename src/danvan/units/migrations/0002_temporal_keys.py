"""What the database itself holds over time: one version a day, no child without its parent, shares at most 1."""

from django.db import migrations, models

# The referenced key of a temporal foreign key may not be deferrable, so a verb closes the old before it opens the new;
# the foreign key itself waits for the end of the deed.
KEYS = """
ALTER TABLE units_unitversion
    ADD CONSTRAINT one_version_a_day UNIQUE (unit_id, during WITHOUT OVERLAPS);
ALTER TABLE units_unitversion
    ADD CONSTRAINT no_child_without_its_parent FOREIGN KEY (parent_id, PERIOD during)
    REFERENCES units_unitversion (unit_id, PERIOD during) DEFERRABLE INITIALLY DEFERRED;
"""
NO_KEYS = """
ALTER TABLE units_unitversion DROP CONSTRAINT no_child_without_its_parent;
ALTER TABLE units_unitversion DROP CONSTRAINT one_version_a_day;
"""
SHARES = """
CREATE FUNCTION units_shares_are_at_most_one() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    total numeric;
    undecided boolean;
BEGIN
    SELECT sum(share), bool_or(share IS NULL) INTO total, undecided FROM units_succession
        WHERE predecessor_id = NEW.predecessor_id AND "on" = NEW."on";
    IF total > 1 OR (total = 1 AND undecided) THEN
        RAISE EXCEPTION 'the shares of unit % on % are together %', NEW.predecessor_id, NEW."on", total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'shares_are_at_most_one',
                  TABLE = 'units_succession', SCHEMA = 'public';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER shares_are_at_most_one AFTER INSERT OR UPDATE ON units_succession
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION units_shares_are_at_most_one();
"""
NO_SHARES = """
DROP TRIGGER shares_are_at_most_one ON units_succession;
DROP FUNCTION units_shares_are_at_most_one();
"""


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]
    operations = [
        migrations.RemoveConstraint(model_name="unitversion", name="one_version_a_day"),
        # A foreign key has its own index already.
        migrations.RemoveIndex(model_name="unitversion", name="version_by_parent"),
        migrations.AddField(
            model_name="unitversion",
            name="bare_key",
            field=models.CharField(default="", editable=False, help_text="The same without the type word.", max_length=200),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="unitversion", index=models.Index(fields=["bare_key"], name="version_by_bare_name")
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        migrations.RunSQL(SHARES, NO_SHARES),
    ]
