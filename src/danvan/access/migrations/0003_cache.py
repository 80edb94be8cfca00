"""The table of Django's database cache: counts of attempts, shared by all processes."""

from django.db import migrations

FORWARD = """
CREATE TABLE danvan_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX danvan_cache_expires ON danvan_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_row_security")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE danvan_cache")]
