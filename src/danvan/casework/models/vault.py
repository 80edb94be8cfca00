"""Who raised a matter: encrypted, apart from the matter, each look on record."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from danvan.access.models import Person, StoredFile
from danvan.casework.models.conditions import together
from danvan.casework.models.matters import Matter


class Identity(models.Model):
    """The person or the group behind a matter, for the time of the matter. The keys lie outside the database.

    marks: keyed hashes of telephone, paper number and name, only to find that the same person raised the same thing
    before within a unit; none for what is sealed.
    """

    matter = models.OneToOneField(Matter, models.PROTECT, related_name="identity")
    sealed = models.BooleanField(default=False, help_text="A denouncer: two people open it.")
    key_id = models.CharField(max_length=16)
    content = models.BinaryField(null=True, help_text="AES-GCM: nonce, text, tag. Null once erased.")
    marks = ArrayField(models.CharField(max_length=32), default=list)
    kept_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="what_is_sealed_has_no_marks", condition=Q(sealed=False) | Q(marks=[])),
            models.CheckConstraint(
                name="erased_is_empty", condition=together(Q(content=None), Q(erased_at__isnull=False))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class PaperKey(models.Model):
    """The key that a paper of a matter is closed by, sealed like an identity. Without it the paper says nothing."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    key_id = models.CharField(max_length=16)
    content = models.BinaryField(null=True, help_text="As of an identity. Null once erased.")

    def __str__(self) -> str:
        return f"{self.file_id}"


class Opening(models.Model):
    """That two people let one of them look at what is sealed, for a stated reason and a short time."""

    identity = models.ForeignKey(Identity, models.PROTECT, related_name="openings")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField(auto_now_add=True)
    allowed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    allowed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="two_people", condition=Q(allowed_by=None) | ~Q(allowed_by=models.F("asked_by"))
            ),
            models.CheckConstraint(name="allowed_for_a_time", condition=together(Q(allowed_at=None), Q(until=None))),
        ]

    def __str__(self) -> str:
        return self.reason


class Look(models.Model):
    """That somebody read an identity: who, when, what for. Read by those who inspect and, in words, by the citizen."""

    identity = models.ForeignKey(Identity, models.PROTECT, related_name="looks")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=300)
    why = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True)
    opening = models.ForeignKey(Opening, models.PROTECT, null=True, related_name="looks")

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.by} {self.at}"
