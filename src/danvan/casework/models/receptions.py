"""The reception desk: turns, and the days on which the head receives."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from danvan.access.scope import Owned
from danvan.casework.models.matters import Matter
from danvan.units.models import Unit


class Turn(models.Model):
    """One reception of one citizen or group on one occasion (lượt tiếp).

    matter: what it was about; none where guidance was all. repeat: the same matter was received before.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    on = models.DateField()
    mode = models.CharField(max_length=12)
    sitting = models.CharField(max_length=12)
    receiver = models.CharField(max_length=30)
    channel = models.CharField(max_length=20, default="in_person")
    persons = models.PositiveIntegerField(default=1)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")
    repeat = models.BooleanField(default=False)
    said = models.CharField(max_length=500, blank=True, help_text="What was told on the spot, without names.")
    key = models.UUIDField(null=True, unique=True)
    by = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True)
    illustration = models.BooleanField(default=False, help_text="Invented for the demo; shown as such.")

    objects = Owned("unit")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="somebody_was_received", condition=Q(persons__gte=1)),
            models.CheckConstraint(name="repeat_of_a_matter", condition=Q(repeat=False) | Q(matter__isnull=False)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "on"], name="turn_of_unit"),
            models.Index(fields=["matter"], name="turn_of_matter", condition=Q(matter__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on}"


class ReceptionDay(models.Model):
    """A day on which a head receives citizens: planned, held, or not held and why."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    on = models.DateField()
    receiver = models.CharField(max_length=30)
    planned = models.BooleanField(default=True)
    held = models.BooleanField(null=True)
    note = models.CharField(max_length=300, blank=True)
    illustration = models.BooleanField(default=False, help_text="Invented for the demo; shown as such.")

    objects = Owned("unit")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "on", "receiver"], name="one_reception_day"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on} {self.receiver}"
