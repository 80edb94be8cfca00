"""Pressing issues: what many raise, who sees to it, what was directed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from danvan.access.models import Person
from danvan.access.scope import Owned
from danvan.units.models import Unit


class Issue(models.Model):
    """A pressing issue (vấn đề bức xúc, nổi cộm) at a place: raised, directed, resolved. It gathers matters."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="Who sees to it.")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    field = models.CharField(max_length=40)
    severity = models.CharField(max_length=10, default="pressing")
    channel = models.CharField(max_length=20, default="in_person")
    area = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", help_text="Who of the unit follows it."
    )
    responsible = models.CharField(max_length=200, blank=True, help_text="Body that is to settle it.")
    raised_on = models.DateField()
    directed_on = models.DateField(null=True)
    direction = models.TextField(blank=True)
    due = models.DateField(null=True)
    resolved_on = models.DateField(null=True)
    result = models.TextField(blank=True)
    public = models.BooleanField(default=False)
    public_line = models.CharField(max_length=500, blank=True)
    changes = models.PositiveIntegerField(default=0)
    illustration = models.BooleanField(default=False, help_text="Invented for the demo; shown as such.")

    objects = Owned("unit")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="issue_in_its_order",
                condition=(Q(directed_on=None) | Q(directed_on__gte=models.F("raised_on")))
                & (Q(resolved_on=None) | Q(resolved_on__gte=models.F("raised_on"))),
            ),
            models.CheckConstraint(name="public_has_a_line", condition=Q(public=False) | ~Q(public_line="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "raised_on"], name="issue_of_unit"),
            models.Index(fields=["-id"], name="issue_public", condition=Q(public=True)),
        ]

    def __str__(self) -> str:
        return self.title


class Measure(models.Model):
    """What was done about an issue, in order. Never changed."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="measures")
    kind = models.CharField(max_length=12, help_text="raise, assign, direct, act, escalate, calm, resolve")
    on = models.DateField()
    text = models.TextField()
    by = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["issue", "id"]

    def __str__(self) -> str:
        return self.text
