"""A unit that was moved to another superior takes with it what it does from then on: files, deeds, posts."""

from django.db import migrations

from danvan.access.rls import PERSON, alter, reached_at, reaches

NOW = "now()"
POST = "access_post.unit_id"
BEGAN = "lower(access_post.during)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'"
FORWARD = [
    alter("access_post", "seen", f"person_id = {PERSON} OR {reached_at(POST, BEGAN)}"),
    alter("access_post", "written", check=reached_at(POST, NOW)),
    alter("access_post", "changed", reached_at(POST, NOW)),
    alter(
        "access_storedfile",
        "seen",
        reached_at("access_storedfile.unit_id", "access_storedfile.stored_at"),
    ),
    alter(
        "audit_event",
        "seen",
        f"{reached_at('audit_event.stream', 'audit_event.at')} OR {reached_at('audit_event.unit', 'audit_event.at')}",
    ),
]
BACKWARD = [
    alter("access_post", "seen", f"person_id = {PERSON} OR {reaches('unit_id')}"),
    alter("access_post", "written", check=reaches("unit_id")),
    alter("access_post", "changed", reaches("unit_id")),
    alter("access_storedfile", "seen", reaches("unit_id")),
    alter("audit_event", "seen", f"{reaches('stream')} OR {reaches('unit')}"),
]


class Migration(migrations.Migration):
    dependencies = [("access", "0004_taken_back_posts")]
    operations = [migrations.RunSQL(do, undo) for do, undo in zip(FORWARD, BACKWARD, strict=True)]
