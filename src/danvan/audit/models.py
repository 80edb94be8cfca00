from __future__ import annotations

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """One deed. Labels and ids as text, no foreign keys, so that it outlives what it speaks of.

    The database refuses to change or remove a row (trigger in the second migration).
    """

    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=200, help_text="Who acted, as known at the time.")
    verb = models.CharField(max_length=60, help_text="room.verb, as in units.merge")
    subject = models.CharField(max_length=100, blank=True, help_text="room.Model:id")
    label = models.CharField(max_length=300, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject"], name="event_by_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.label}"
