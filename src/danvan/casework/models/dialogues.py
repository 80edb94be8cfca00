"""Dialogues between leaders and residents, the opinions raised there, and the promises made."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from danvan.access.models import StoredFile
from danvan.access.scope import Owned
from danvan.casework.models.conditions import together
from danvan.casework.models.matters import Matter
from danvan.units.models import Unit


class Dialogue(models.Model):
    """One dialogue: planned, announced, held, its results published. Opinions belong to hamlets, not to persons."""

    class State(models.TextChoices):
        PLANNED = "planned", _("dự kiến")
        ANNOUNCED = "announced", _("đã thông báo")
        OPEN = "open", _("đang diễn ra")
        HELD = "held", _("đã tổ chức")
        PUBLISHED = "published", _("đã công bố kết quả")
        CANCELLED = "cancelled", _("không tổ chức")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    code = models.CharField(max_length=16, unique=True, help_text="80 random bits: on the notice and its QR code.")
    title = models.CharField(max_length=200)
    topic = models.CharField(max_length=300, blank=True)
    host_role = models.CharField(max_length=30)
    audience = models.CharField(max_length=40, default="people")
    channel = models.CharField(max_length=20, default="in_person")
    trigger = models.CharField(max_length=30, default="annual_duty")
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    on = models.DateField(help_text="The day for which it is planned, then that on which it was held.")
    time = models.TimeField(null=True)
    place = models.CharField(max_length=200, blank=True)
    agenda = models.TextField(blank=True)
    points = models.JSONField(default=list, help_text="Online points: [{name, attendance}].")
    notice_on = models.DateField(null=True)
    attendance = models.PositiveIntegerField(null=True)
    voters = models.PositiveIntegerField(null=True, help_text="Of the area, where voters asked for it.")
    asked_by = models.PositiveIntegerField(null=True, help_text="How many voters asked.")
    results = models.TextField(blank=True)
    published_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was put off or not held.")
    collects = models.BooleanField(default=False, help_text="Opinions may be sent before, by form or QR code.")
    votes_open = models.BooleanField(default=False)
    changes = models.PositiveIntegerField(default=0)
    illustration = models.BooleanField(default=False, help_text="Invented for the demo; shown as such.")

    objects = Owned("unit")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="held_with_people", condition=~Q(state__in=["held", "published"]) | Q(attendance__isnull=False)
            ),
            models.CheckConstraint(
                name="published_on_a_day", condition=together(Q(state="published"), Q(published_on__isnull=False))
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "on"], name="dialogue_of_unit")]

    def __str__(self) -> str:
        return self.title


class Opinion(models.Model):
    """What was raised, verbatim, from which hamlet. Answered on the spot, promised, or still open."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("chưa trả lời")
        ON_SPOT = "on_spot", _("đã trả lời tại chỗ")
        PROMISED = "promised", _("đã hứa giải quyết")
        ANSWERED = "answered", _("đã trả lời sau đối thoại")

    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="opinions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    hamlet = models.CharField(max_length=120, blank=True, help_text="Hamlet or group, never a person.")
    field = models.CharField(max_length=40, blank=True)
    before = models.BooleanField(default=False, help_text="Sent before the dialogue.")
    group = models.CharField(max_length=120, blank=True, help_text="Opinions put together by the secretary.")
    statement = models.CharField(max_length=300, blank=True, help_text="The words that participants vote on.")
    voted_on = models.BooleanField(default=False, help_text="Put to participants: the secretary looked at its words.")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=200, blank=True, help_text="Post of who answered.")
    answered_on = models.DateField(null=True)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="opinions")
    raised_at = models.DateTimeField(auto_now_add=True)
    key = models.UUIDField(null=True, unique=True)

    class Meta:
        ordering: ClassVar = ["dialogue", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dialogue", "number"], name="one_opinion_a_number"),
            models.CheckConstraint(
                name="answered_says_so",
                condition=Q(outcome="open") | Q(outcome="promised") | (~Q(answer="") & Q(answered_on__isnull=False)),
            ),
            models.CheckConstraint(name="voted_on_in_words", condition=Q(voted_on=False) | ~Q(statement="")),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Promise(models.Model):
    """What was promised to the people: who keeps it, until when, how it ended. Public.

    unit: who answers for it (as a rule the unit that held the dialogue); responsible: the body in words.
    """

    class State(models.TextChoices):
        OPEN = "open", _("đang thực hiện")
        KEPT = "kept", _("đã thực hiện")
        BROKEN = "broken", _("không thực hiện được")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    opinion = models.ForeignKey(Opinion, models.PROTECT, null=True, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=16, unique=True, help_text="80 random bits: those who raised it confirm by it.")
    text = models.TextField()
    to = models.CharField(max_length=120, blank=True, help_text="Hamlet or group, never a person.")
    by_post = models.CharField(max_length=200, help_text="The post that promised.")
    responsible = models.CharField(max_length=200)
    made_on = models.DateField()
    first_due = models.DateField(help_text="As promised first; `due` may have been moved since.")
    due = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    ended_on = models.DateField(null=True)
    public = models.BooleanField(default=True)
    changes = models.PositiveIntegerField(default=0)
    illustration = models.BooleanField(default=False, help_text="Invented for the demo; shown as such.")

    objects = Owned("unit")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="promise_ended_on_a_day", condition=together(Q(state="open"), Q(ended_on=None))
            ),
            models.CheckConstraint(name="promise_is_for_later", condition=Q(due__gte=models.F("made_on"))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "state", "due"], name="promise_of_unit"),
            models.Index(fields=["due"], name="promise_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class PromiseStep(models.Model):
    """What became of a promise: moved with a reason, evidence of what was done, kept, broken. Never changed.

    photo: what a step shows; a later reveal puts it on the public board, a later hide takes it off.
    """

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, help_text="make, move, show, keep, break, reopen, reveal, hide")
    on = models.DateField()
    text = models.TextField(blank=True)
    due = models.DateField(null=True, help_text="The new day, where it was moved.")
    photo = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["promise", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class Confirmation(models.Model):
    """What those who raised it say of a promise: kept or not. Nobody's name."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="confirmations")
    kept = models.BooleanField()
    text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=300, blank=True, help_text="Staff who wrote it down for them; '': by code.")
    key = models.UUIDField(null=True, unique=True)

    def __str__(self) -> str:
        return str(self.kept)


class Vote(models.Model):
    """One participant's view of one opinion: 1 agrees, -1 does not, 0 passes; of voter only a drawn number is kept."""

    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="votes")
    voter = models.CharField(max_length=16, help_text="Random, of this dialogue only; no person is behind it.")
    choice = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opinion", "voter"], name="one_vote_an_opinion"),
            models.CheckConstraint(name="a_vote_is_one_of_three", condition=Q(choice__in=[-1, 0, 1])),
        ]

    def __str__(self) -> str:
        return f"{self.voter} {self.choice}"
