"""Who may write to us by program."""

from __future__ import annotations

from django.db import models

from danvan.access.scope import Owned
from danvan.units.models import Unit


class Client(models.Model):
    """A program of another system that may hand in reports of fact for one unit and those below it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    key_hash = models.CharField(max_length=64, unique=True, help_text="Of its key, which is shown once and never kept.")
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.CharField(max_length=300)
    ended_at = models.DateTimeField(null=True)

    objects = Owned("unit")

    def __str__(self) -> str:
        return self.name
