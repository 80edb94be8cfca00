"""What became of a matter's due day beside its acts: that it was told of, that it moved as rules or days off did."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from danvan.casework.models.matters import Matter


class Alarm(models.Model):
    """That somebody was told of a due day. Each kind once for a matter and a day (data/alarms.yaml)."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=8, help_text="before, overdue, above")
    days = models.PositiveSmallIntegerField(help_text="Working days to or since the due day.")
    due = models.DateField()
    day = models.DateField(help_text="When it was told.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "kind", "days", "due"], name="told_once_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.kind} {self.days}"


class Move(models.Model):
    """A due day that moved without an act: rules or days off were changed. Never changed itself."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="moves")
    rule = models.CharField(max_length=40, blank=True, help_text="The term that ends on the new day.")
    before = models.DateField(null=True)
    after = models.DateField(null=True)
    why = models.TextField()
    on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["matter", "id"]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.before} {self.after}"


class Recount(models.Model):
    """That the due days of all open matters were counted again. data: a hash of the rules and days off then."""

    data = models.CharField(max_length=64)
    looked = models.PositiveIntegerField()
    moved = models.PositiveIntegerField()
    stuck = models.PositiveIntegerField(help_text="Matters whose acts do not stand by these rules.")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.at} {self.moved}"
