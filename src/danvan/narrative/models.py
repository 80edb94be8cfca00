"""Reports as texts, and what was read in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from danvan.access.scope import Owned
from danvan.figures.models import Submission
from danvan.units.models import Unit


class Report(models.Model):
    """One report file: its text as decoded, whom and which period it speaks of, as far as the text says."""

    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    title = models.CharField(max_length=300, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="reports")
    unit_quote = models.CharField(max_length=200, blank=True, help_text="The words that name the unit.")
    unit_why = models.CharField(max_length=300, blank=True, help_text="How the unit was resolved, or what to ask.")
    period = models.CharField(max_length=20, blank=True)
    period_label = models.CharField(max_length=100, blank=True)
    received_for = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", help_text="For which unit it was read; null: the system."
    )
    submission = models.OneToOneField(Submission, models.SET_NULL, null=True, related_name="report")
    illustration = models.BooleanField(default=False)
    read_at = models.DateTimeField(auto_now_add=True)

    objects = Owned("unit", or_unit="received_for")

    def __str__(self) -> str:
        return self.title or self.name


class Reading(models.Model):
    """One figure found in a report."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="readings")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    value = models.DecimalField(max_digits=24, decimal_places=6)
    unit = models.CharField(max_length=60, blank=True)
    qualifier = models.CharField(max_length=6, default="exact")
    indicator = models.CharField(max_length=40, blank=True)
    breakdown = models.CharField(max_length=200, blank=True)
    change = models.JSONField(null=True)
    period = models.JSONField(null=True)
    filed = models.BooleanField(default=False, help_text="Stands in the submission made from this report.")
    question = models.CharField(max_length=300, blank=True, help_text="Why it was not filed, and what to decide.")

    class Meta:
        ordering: ClassVar = ["report", "start"]
        constraints: ClassVar = [
            models.CheckConstraint(name="reading_has_words", condition=Q(end__gt=F("start"))),
        ]

    def __str__(self) -> str:
        return self.quote


class Check(models.Model):
    """Arithmetic that the text itself states, done again."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=20)
    holds = models.BooleanField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    message = models.TextField()

    class Meta:
        ordering: ClassVar = ["report", "holds", "start"]

    def __str__(self) -> str:
        return self.message
