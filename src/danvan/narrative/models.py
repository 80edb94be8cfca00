"""Reports as texts, what was read in them, what people decided of it, the words that a unit taught the reader; and
reports as people write them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from danvan.access.models import StoredFile
from danvan.access.scope import Owned
from danvan.figures.models import Cell, Submission
from danvan.units.models import Unit


class Intake(models.Model):
    """Report files that somebody sent in one go, for their unit."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by = models.CharField(max_length=300)
    person = models.BigIntegerField(help_text="Whose post it was; the trail names them while a worker reads.")
    at = models.DateTimeField(auto_now_add=True)

    objects = Owned("unit")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.at}"


class Report(models.Model):
    """One report file: its text as decoded, whom and which period it speaks of, as far as the text says.

    unit_choices: [{unit, confidence, why}], period_choices: [{period, confidence, why}], most likely first; what is not
    decided is chosen among them. submission: what a person filed it into, a draft first.
    """

    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, help_text="Of the text.")
    text = models.TextField()
    title = models.CharField(max_length=300, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="reports")
    unit_quote = models.CharField(max_length=200, blank=True, help_text="The words that name the unit.")
    unit_why = models.CharField(max_length=300, blank=True, help_text="How the unit was resolved, or what to ask.")
    unit_confidence = models.FloatField(null=True, help_text="0 to 1; null: a person said so, or it is open.")
    unit_choices = models.JSONField(default=list)
    period = models.CharField(max_length=20, blank=True)
    period_label = models.CharField(max_length=100, blank=True)
    period_why = models.CharField(max_length=300, blank=True)
    period_confidence = models.FloatField(null=True)
    period_choices = models.JSONField(default=list)
    received_for = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", help_text="For which unit it was read; null: the system."
    )
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", help_text="As it was sent, where such files are kept."
    )
    submission = models.ForeignKey(Submission, models.SET_NULL, null=True, related_name="reports")
    illustration = models.BooleanField(default=False)
    read_at = models.DateTimeField(auto_now_add=True)
    lexicon = models.CharField(max_length=64, blank=True, help_text="sha256 of the local terms it was read with.")

    objects = Owned("unit", or_unit="received_for")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_report_a_text_and_reader", fields=["sha256", "received_for"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.name


class IntakeFile(models.Model):
    """One file of an intake and what became of it. A package becomes the files in it; `member` names one of those.

    attempts, taken_at: a file that was taken up and never finished (the process died) is taken up again, not for ever.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("chờ đọc")
        READING = "reading", _("đang đọc")
        OPENED = "opened", _("gói, đã mở")
        READ = "read", _("đã đọc")
        KNOWN = "known", _("đã có từ trước")
        REFUSED = "refused", _("không đọc được")

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="files")
    name = models.CharField(max_length=400)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    member = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    why = models.TextField(blank=True, help_text="Why it was refused, and what to do.")
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="intake_to_do", condition=Q(state__in=["waiting", "reading"])),
        ]

    def __str__(self) -> str:
        return self.name


class Term(models.Model):
    """Words that a unit's officers taught the reader, in force [since, until): they name this indicator, or none.

    Reports of the unit and of those below it are read with it. Never changed: put out of force, and taken up anew.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    phrase = models.CharField(max_length=120)
    indicator = models.CharField(max_length=40, blank=True, help_text="Code of the catalogue; '': no indicator.")
    breakdown = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    by = models.CharField(max_length=300)
    ended_by = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    reading = models.ForeignKey(
        "Reading", models.SET_NULL, null=True, related_name="+", help_text="Where it was learned."
    )

    objects = Owned("unit")

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_meaning_a_phrase_a_day",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("phrase", RangeOperators.EQUAL),
                    (Func("since", "until", function="daterange", output_field=DateRangeField()), "&&"),
                ],
            ),
            models.CheckConstraint(
                name="a_term_ends_after_it_begins", condition=Q(until__isnull=True) | Q(until__gte=F("since"))
            ),
        ]

    def __str__(self) -> str:
        return self.phrase


class Reading(models.Model):
    """One figure found in a report. number: its place in the document as read; part_of, mention_of: numbers."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="readings")
    number = models.PositiveIntegerField(default=0)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    value = models.DecimalField(max_digits=24, decimal_places=6)
    unit = models.CharField(max_length=60, blank=True)
    per = models.CharField(max_length=60, blank=True, help_text="'hộ' in '1,2 triệu đồng/hộ'.")
    qualifier = models.CharField(max_length=6, default="exact")
    indicator = models.CharField(max_length=40, blank=True)
    breakdown = models.CharField(max_length=200, blank=True)
    confidence = models.FloatField(default=1, help_text="0 to 1: how sure the reader is of the indicator.")
    alternatives = models.JSONField(default=list, help_text="[[indicator, confidence], ...], most likely first.")
    term = models.ForeignKey(Term, models.SET_NULL, null=True, related_name="uses", help_text="The local term.")
    change = models.JSONField(null=True)
    period = models.JSONField(null=True)
    previous = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    part_of = models.PositiveIntegerField(null=True)
    mention_of = models.PositiveIntegerField(null=True)
    decision = models.ForeignKey(
        "Decision", models.PROTECT, null=True, related_name="+", help_text="The one that stands; null: open."
    )
    filed = models.BooleanField(default=False, help_text="Stands in the submission made from this report.")
    question = models.CharField(max_length=300, blank=True, help_text="Why it was not filed, and what to decide.")

    class Meta:
        ordering: ClassVar = ["report", "start", "number"]
        constraints: ClassVar = [
            models.CheckConstraint(name="reading_has_words", condition=Q(end__gt=F("start"))),
        ]

    def __str__(self) -> str:
        return self.quote


class Decision(models.Model):
    """What somebody decided of a reading; never changed. before: the one that stood until then.

    deed: the same for all that was decided in one go, so that it is undone in one go. adds: its value is added to
    those of other readings of the same cell.
    """

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("đã nhận")
        CORRECTED = "corrected", _("đã sửa số")
        ASSIGNED = "assigned", _("đã gán chỉ tiêu khác")
        REJECTED = "rejected", _("đã bỏ")

    reading = models.ForeignKey(Reading, models.PROTECT, related_name="decisions")
    before = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=9, choices=Verdict)
    indicator = models.CharField(max_length=40, blank=True)
    breakdown = models.CharField(max_length=200, blank=True)
    value = models.DecimalField(max_digits=24, decimal_places=6)
    qualifier = models.CharField(max_length=6, choices=Cell.Qualifier)
    adds = models.BooleanField(default=False)
    deed = models.UUIDField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=300)
    person = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="what_is_accepted_is_named", condition=Q(verdict="rejected") | ~Q(indicator="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reading_id} {self.verdict}"


class Check(models.Model):
    """Arithmetic that the text itself states, done again. parts: numbers of the readings in it."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=20)
    holds = models.BooleanField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    message = models.TextField()
    parts = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["report", "holds", "start"]

    def __str__(self) -> str:
        return self.message


class Manuscript(models.Model):
    """A unit's report of a period as its people write it, by one outline: own words beside what is made of figures."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    form = models.CharField(max_length=40, help_text="Code of the form whose figures it rests on.")
    period = models.CharField(max_length=20)
    outline = models.CharField(max_length=40, help_text="A file of writing/outlines.")
    begun_at = models.DateTimeField(auto_now_add=True)
    begun_by = models.CharField(max_length=300)

    objects = Owned("unit")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "form", "period", "outline"], name="one_manuscript_a_report_and_outline"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outline} {self.period}"


class Piece(models.Model):
    """One block of a manuscript, or a paragraph that somebody added: what stands there, and what was last looked at.

    seen: {text, cells: {cell: [figure, same period before]}} of the sentence made of figures, as a person last saw it;
    rests_on: the figures, likewise, that the own words rest on. Never deleted: what is taken out is left out.
    """

    class Use(models.TextChoices):
        MADE = "made", _("theo số liệu")
        OWN = "own", _("lời của đơn vị")
        OUT = "out", _("không đưa vào báo cáo")

    manuscript = models.ForeignKey(Manuscript, models.PROTECT, related_name="pieces")
    part = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    place = models.FloatField()
    use = models.CharField(max_length=4, choices=Use, default=Use.MADE)
    text = models.TextField(blank=True)
    seen = models.JSONField(default=dict)
    rests_on = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(
        default=0, help_text="Counts its changes, so that two people do not write over one another."
    )
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["manuscript", "part", "place", "key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["manuscript", "key"], name="one_piece_a_key"),
        ]

    def __str__(self) -> str:
        return self.key


class Batch(models.Model):
    """Reports of all units below one, asked for in one go; gone with its files a few days later."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period = models.CharField(max_length=20)
    by = models.CharField(max_length=300)
    person = models.BigIntegerField(help_text="Whose post it was; a worker writes with their eyes.")
    at = models.DateTimeField(auto_now_add=True)

    objects = Owned("unit")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period}"


class BatchReport(models.Model):
    """One report of a batch. content: its files, packed. attempts, taken_at: as of an IntakeFile."""

    class State(models.TextChoices):
        WAITING = "waiting", _("chờ viết")
        WRITING = "writing", _("đang viết")
        WRITTEN = "written", _("đã viết")
        NOTHING = "nothing", _("chưa có số liệu")
        FAILED = "failed", _("không viết được")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="reports")
    of = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, help_text="Of the unit on the period's last day.")
    code = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    why = models.TextField(blank=True)
    content = models.BinaryField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="batch_to_do", condition=Q(state__in=["waiting", "writing"])),
        ]

    def __str__(self) -> str:
        return self.name


class Paper(models.Model):
    """One version of a paper that a unit writes beside its reports: invitation, conclusions, letter, award list.

    A draft is written on; finished, it has its number and day, is printed from what was laid down then, and never
    changes: who writes on takes up the next version. Where individuals are named, all that it says is erased after
    `until`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("bản nháp")
        FINISHED = "finished", _("đã ban hành")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, help_text="Code of narrative.letters.")
    office = models.CharField(max_length=12, help_text="Who writes: party, government, front.")
    family = models.UUIDField(default=uuid.uuid4, help_text="The same for all versions.")
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    period = models.CharField(max_length=20, blank=True, help_text="Whose figures it says; '': none.")
    title = models.CharField(max_length=300, blank=True, help_text="What it is about.")
    content = models.JSONField(default=dict, help_text="{values, topics, bases, issuer} as entered.")
    number = models.PositiveIntegerField(null=True)
    series = models.CharField(max_length=40, blank=True, help_text="The run that the number belongs to: 'TB/2026'.")
    date = models.DateField(null=True)
    written = models.JSONField(null=True, help_text="As laid down when it was finished (writing.stored).")
    until = models.DateField(null=True, help_text="Individuals are named; after this day it is erased.")
    erased_at = models.DateTimeField(null=True)
    illustration = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=300)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.CharField(max_length=300)
    finished_at = models.DateTimeField(null=True)
    finished_by = models.CharField(max_length=300, blank=True)

    objects = Owned("unit")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "version"], name="one_version_a_number"),
            models.UniqueConstraint(fields=["family"], name="one_draft_a_paper", condition=Q(state="draft")),
            models.UniqueConstraint(
                fields=["unit", "series", "number", "version"],
                name="one_paper_a_number",
                condition=Q(number__isnull=False),
            ),
            models.CheckConstraint(
                name="a_finished_paper_is_laid_down",
                condition=Q(state="draft", written__isnull=True, number__isnull=True, finished_at__isnull=True)
                | Q(state="finished", date__isnull=False, finished_at__isnull=False, written__isnull=False)
                | Q(state="finished", date__isnull=False, finished_at__isnull=False, erased_at__isnull=False),
            ),
            models.CheckConstraint(
                name="of_an_erased_paper_nothing_is_left",
                condition=Q(erased_at__isnull=True) | Q(written__isnull=True, content={}),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "-id"], name="paper_by_unit")]

    def __str__(self) -> str:
        """As it stands in the trail: no name of anybody."""
        number = f" {self.number}" if self.number else ""
        return f"{self.kind}{number} ({self.version})"
