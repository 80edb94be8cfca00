from __future__ import annotations

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """One deed. Labels and ids as text and numbers, no foreign keys, so that it outlives what it speaks of.

    Events form one chain for each acting unit (`stream`, 0 where none acts): each carries its number and a hash over
    itself and the hash before, both written by the database (second migration), so that a removed or changed row is
    found by `audit.chain.verify`. The database refuses to change or remove a row.
    """

    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=300, help_text="Who acted, in which post, as known at the time.")
    person = models.BigIntegerField(null=True, help_text="access.Person that acted.")
    stream = models.BigIntegerField(default=0, help_text="The unit for which they acted; 0: the system.")
    unit = models.BigIntegerField(null=True, help_text="The unit that the deed is about.")
    verb = models.CharField(max_length=60, help_text="room.verb, as in units.merge")
    subject = models.CharField(max_length=100, blank=True, help_text="room.Model:id")
    label = models.CharField(max_length=300, blank=True)
    data = models.JSONField(default=dict)
    number = models.BigIntegerField(default=0, help_text="Place in the stream, from 1; written by the database.")
    hash = models.CharField(max_length=64, blank=True, help_text="sha256 hex, chained; written by the database.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["stream", "number"], name="one_event_a_place")]
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="event_by_subject"),
            models.Index(fields=["unit", "id"], name="event_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.label}"


class Head(models.Model):
    """The last place of each stream: without it the end of a chain could be cut off unseen. Kept by the database."""

    stream = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.stream}: {self.number}"
