"""A matter and what was done with it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from danvan.access.models import Person, StoredFile
from danvan.access.scope import Owned
from danvan.casework.models.conditions import together
from danvan.units.models import Unit


class Matter(models.Model):
    """What somebody raised: complaint, denunciation, recommendation, reflection. Who raised it lies in the vault.

    origin: the unit whose register it came into and which counts it as received; unit: the one that has it now and
    counts it as settled. state: where it is; resolution: how it ended (data/workflow.yaml). due: the nearest day that
    the law names, kept in the transaction of the act that moves it; `danvan audit verify` computes it again.
    """

    class Relation(models.TextChoices):
        SECOND = "second", _("khiếu nại lần hai của")
        SPLIT = "split", _("tách từ")
        DATA = "data", _("về dữ liệu của")

    code = models.CharField(max_length=16, unique=True, help_text="80 random bits: whoever holds it may follow.")
    origin = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    book_year = models.PositiveSmallIntegerField(help_text="Register of the origin: year and number.")
    book_number = models.PositiveIntegerField()
    type = models.CharField(max_length=20)
    instance = models.CharField(max_length=8, default="first")
    state = models.CharField(max_length=12, default="received")
    resolution = models.CharField(max_length=24, blank=True)
    received_on = models.DateField()
    channel = models.CharField(max_length=20)
    petition = models.BooleanField(
        default=True, help_text="A written petition (đơn); false: raised at a reception only."
    )
    signers = models.CharField(max_length=8, default="one")
    signer_count = models.PositiveIntegerField(default=1)
    field = models.CharField(max_length=40, blank=True)
    eligible = models.BooleanField(null=True)
    ineligible_reason = models.CharField(max_length=30, blank=True)
    competent = models.BooleanField(null=True)
    traits = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    title = models.CharField(max_length=200, help_text="What it is about, without the name of whoever raised it.")
    worded = models.BooleanField(
        default=True, db_default=True, help_text="The unit wrote the title; false: it is made of type, field and place."
    )
    text = models.TextField(
        blank=True,
        help_text="In their words, without what tells who they are; of what is sealed nothing stands here.",
    )
    area = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", help_text="The place it speaks of.")
    place = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    handler = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    due = models.DateField(null=True)
    due_rule = models.CharField(max_length=40, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    related_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    relation = models.CharField(max_length=8, choices=Relation, blank=True)
    issue = models.ForeignKey("casework.Issue", models.PROTECT, null=True, related_name="+")
    public = models.BooleanField(default=False, help_text="Shown to everybody: what was raised and what became of it.")
    public_text = models.TextField(blank=True)
    classified_on = models.DateField(null=True, help_text="First classified: processed in the petition tables.")
    accepted_on = models.DateField(null=True)
    resolved_on = models.DateField(null=True, help_text="Decided or ended on its merits.")
    resolved_due = models.DateField(null=True, help_text="The day by which that had to be done.")
    left_on = models.DateField(null=True, help_text="Handed over by the origin to another unit.")
    closed_on = models.DateField(null=True)
    erase_on = models.DateField(null=True, help_text="When its content goes; the row stays as a tombstone.")
    erased_on = models.DateField(null=True)
    changes = models.PositiveIntegerField(default=0)
    key = models.UUIDField(null=True, unique=True, help_text="Given by the sender: the same form sent twice is one.")
    illustration = models.BooleanField(default=False, help_text="Invented for the demo; shown as such.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Owned("unit", or_unit="origin")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["origin", "book_year", "book_number"], name="one_matter_a_number"),
            models.CheckConstraint(
                name="a_matter_closed_has_a_resolution",
                condition=~Q(state__in=["closed", "decided"]) | ~Q(resolution=""),
            ),
            models.CheckConstraint(
                name="an_open_matter_has_none", condition=Q(state__in=["closed", "decided"]) | Q(resolution="")
            ),
            models.CheckConstraint(
                name="closed_on_a_day", condition=together(Q(state="closed"), Q(closed_on__isnull=False))
            ),
            models.CheckConstraint(name="closed_has_no_limit", condition=~Q(state="closed") | Q(due=None)),
            models.CheckConstraint(name="merged_is_closed", condition=Q(merged_into=None) | Q(resolution="merged")),
            models.CheckConstraint(name="merged_into_another", condition=~Q(merged_into=F("pk"))),
            models.CheckConstraint(
                name="related_how", condition=Q(related_to=None, relation="") | (~Q(related_to=None) & ~Q(relation=""))
            ),
            models.CheckConstraint(name="a_place_has_both", condition=together(Q(latitude=None), Q(longitude=None))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="matter_of_unit"),
            # With what the counts beside the lists ask for, so that they are read from it alone.
            models.Index(
                fields=["unit", "due"],
                include=["handler", "state", "origin"],
                name="matter_open_due",
                condition=~Q(state="closed"),
            ),
            models.Index(fields=["unit", "due"], name="matter_of_unit_due", condition=Q(due__isnull=False)),
            models.Index(fields=["due"], name="matter_due", condition=Q(due__isnull=False)),
            models.Index(fields=["handler", "due"], name="matter_of_handler", condition=~Q(state="closed")),
            models.Index(fields=["origin", "received_on"], name="matter_received"),
            models.Index(fields=["origin", "classified_on"], name="matter_classified"),
            models.Index(fields=["unit", "resolved_on"], name="matter_resolved"),
            models.Index(
                fields=["origin", "-id"],
                name="matter_away",
                condition=Q(left_on__isnull=False) & ~Q(state="closed"),
            ),
            models.Index(fields=["merged_into"], name="matter_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["erase_on"], name="matter_erase", condition=Q(erase_on__isnull=False, erased_on=None)),
        ]

    def __str__(self) -> str:
        return f"{self.book_number}/{self.book_year}"


class Act(models.Model):
    """One thing that was done to a matter on a day: the line of its timeline. Never changed, never removed."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="acts")
    number = models.PositiveSmallIntegerField(help_text="Place in the matter's timeline, from 1.")
    kind = models.CharField(max_length=20)
    on = models.DateField(help_text="The day that counts for the clocks.")
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=300)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="Whose act it is.")
    to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    said = models.JSONField(default=dict, help_text="What the act says: reason, number, days, verdict, body ...")
    public = models.BooleanField(default=False, help_text="The citizen is told.")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["matter", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "number"], name="one_act_a_place"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "on"], name="act_reply", condition=Q(kind="reply_received")),
            models.Index(fields=["unit", "-id"], name="act_asks_again", condition=Q(kind="ask_again")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class Attachment(models.Model):
    """A document of a matter: the original on paper, scanned; what the citizen sent; a copy fit for the public."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", _("bản gốc")
        EVIDENCE = "evidence", _("tài liệu kèm theo")
        PUBLIC = "public", _("bản công khai")

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.EVIDENCE)
    of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", help_text="What a public copy was made of."
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["matter", "id"]

    def __str__(self) -> str:
        return str(self.file_id)


class Answer(models.Model):
    """What a matter is answered: drafted, approved and signed, sent, received. One edition is in work at a time."""

    class State(models.TextChoices):
        DRAFT = "draft", _("đang soạn")
        APPROVED = "approved", _("đã duyệt, chờ gửi")
        SENT = "sent", _("đã gửi")
        DELIVERED = "delivered", _("đã đến tay người dân")

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="answers")
    edition = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    text = models.TextField()
    number = models.CharField(max_length=60, blank=True)
    approved_by = models.CharField(max_length=300, blank=True)
    approved_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=10, blank=True, help_text="print, email, portal")
    sent_at = models.DateTimeField(null=True)
    delivered_on = models.DateField(null=True)
    proof = models.CharField(max_length=300, blank=True)
    satisfied = models.BooleanField(null=True)
    comment = models.TextField(blank=True)
    rated_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["matter", "edition"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "edition"], name="one_answer_an_edition"),
            models.CheckConstraint(name="rated_once_delivered", condition=Q(satisfied=None) | Q(state="delivered")),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.edition}"


class Tombstone(models.Model):
    """That a matter's content was erased: what, by which rule, and when. It is all that is left of it.

    sha256: of what was erased, as it lay in the database (erasing.fingerprint): what turns up in an old backup can be
    told to be it; nothing of it can be guessed from that, since identities and papers lay there encrypted.
    """

    matter = models.OneToOneField(Matter, models.PROTECT, related_name="tombstone")
    rule = models.CharField(max_length=200)
    batch = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)
    files = models.PositiveIntegerField(default=0)
    what = models.JSONField(default=list, help_text="identity, words, papers, answers")
    sha256 = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.matter_id} {self.rule}"
