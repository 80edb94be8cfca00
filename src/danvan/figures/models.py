"""Forms, what units reported in them, and where each figure came from."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from danvan.access.models import Person, StoredFile
from danvan.access.scope import Owned
from danvan.lib import periods
from danvan.units.models import Unit, UnitVersion


class Form(models.Model):
    """Which figures are asked for, in which order, over which periods. Versions of one code follow each other."""

    code = models.CharField(max_length=40)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    calendar = models.CharField(max_length=20, help_text="A calendar of lib.periods.")
    periodicities = models.JSONField(help_text="Kinds of period it is filed for: ['quarter', 'half', ...].")
    sections = models.JSONField(
        help_text="[{title_vi, title_en, rows: [{indicator, breakdown, note_vi, note_en}]}] in order."
    )
    line = models.CharField(max_length=20, choices=Unit.Line, blank=True, help_text="Whose bodies file it; '': units.")
    due = models.JSONField(default=dict, help_text="When it is due: {working_days: 5, after: window_end, ...}.")
    notes_vi = models.TextField(blank=True, help_text="For the filer.")
    notes_en = models.TextField(blank=True)
    during = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_version_of_a_form_a_day",
                expressions=[("code", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.name_vi


class Duty(models.Model):
    """Who must file a form, dated, so that a past rate never moves."""

    form_code = models.CharField(max_length=40)
    line = models.CharField(max_length=20, choices=Unit.Line, blank=True)
    level = models.CharField(max_length=10, choices=UnitVersion.Level)
    during = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_duty_a_day",
                expressions=[
                    ("form_code", RangeOperators.EQUAL),
                    ("line", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_code} {self.level} {self.during}"


class Submission(models.Model):
    """One edition of one unit's figures for one period. Filed under the unit and the period that reported; never moved.

    A draft is filled in; submitting seals it: figures, text and evidence are frozen under a hash that chains to the
    unit's seal before, and the database refuses any change but of its state. What was returned is mended in the next
    edition, what was accepted is restated in one. `standing`: the edition that counts, the last accepted one.
    """

    class Kind(models.TextChoices):
        OWN = "own", _("tự báo cáo")
        CONSOLIDATED = "consolidated", _("tổng hợp")

    class State(models.TextChoices):
        DRAFT = "draft", _("đang nhập")
        SUBMITTED = "submitted", _("đã gửi, chờ xem xét")
        RETURNED = "returned", _("bị trả lại")
        ACCEPTED = "accepted", _("đã chấp nhận")
        WITHDRAWN = "withdrawn", _("đã rút")

    form = models.ForeignKey(Form, models.PROTECT, related_name="submissions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="submissions")
    period = models.CharField(max_length=20, help_text="Code of lib.periods: 2026-Q1, 2026-H1, 2026-Y ...")
    window = DateRangeField(help_text="[first day, day after the last) of the period.")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.OWN)
    edition = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    standing = models.BooleanField(default=False)
    reason = models.TextField(blank=True, help_text="Why there is a further edition.")
    text = models.TextField(blank=True, help_text="What the unit says beside its figures.")
    revision = models.PositiveIntegerField(
        default=0, help_text="Counts the changes of a draft; each cell keeps its own."
    )
    started_at = models.DateTimeField(auto_now_add=True)
    filed_at = models.DateTimeField(null=True, help_text="When it was submitted.")
    filed_by = models.CharField(max_length=300, blank=True, help_text="Who signed, in which post.")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=300, blank=True)
    decision = models.TextField(blank=True, help_text="What the superior said on returning or accepting.")
    source = models.CharField(max_length=200, blank=True, help_text="What it was filed from: 'report:12', a file name.")
    illustration = models.BooleanField(default=False, help_text="Invented for the demo; shown as such.")
    key = models.UUIDField(null=True, unique=True, help_text="Given by the sender: the same sending twice is one.")
    rests_on = models.JSONField(
        default=dict, help_text="Consolidated: {children: [[submission, edition, seal], ...], missing: [unit, ...]}."
    )
    seal = models.CharField(max_length=64, null=True, help_text="sha256 hex over its content and the seal before.")
    seal_before = models.CharField(max_length=64, null=True, help_text="'' for the first of the unit.")
    seal_number = models.PositiveIntegerField(null=True, help_text="Place in the unit's chain, from 1.")

    objects = Owned("unit")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "unit", "period", "kind", "edition"], name="one_edition_a_number"),
            models.UniqueConstraint(
                fields=["form", "unit", "period", "kind"], name="one_edition_stands", condition=Q(standing=True)
            ),
            models.UniqueConstraint(
                fields=["form", "unit", "period", "kind"],
                name="one_edition_is_open",
                condition=Q(state__in=["draft", "submitted"]),
            ),
            models.UniqueConstraint(fields=["unit", "seal_number"], name="one_seal_a_place"),
            models.CheckConstraint(name="period_ends_after_it_starts", condition=Q(window__isempty=False)),
            models.CheckConstraint(name="accepted_stands_alone", condition=Q(standing=False) | Q(state="accepted")),
            models.CheckConstraint(
                name="all_but_drafts_are_sealed",
                condition=Q(state="draft", seal__isnull=True, filed_at__isnull=True)
                | (~Q(state="draft") & Q(seal__isnull=False, filed_at__isnull=False, seal_number__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["period", "form"], name="submission_by_period"),
        ]

    def __str__(self) -> str:
        """As it stands in the trail, beside its unit."""
        name = f"{self.form.name_vi}, {periods.parse(self.period).label()}"
        return f"{name} (lần {self.edition})" if self.edition > 1 else name

    @property
    def sealed(self) -> bool:
        return self.seal is not None


class Cell(models.Model):
    """One figure of a submission. No row: not reported, or not due (the dated duty tells which).

    value: in the indicator's unit of measure, money in whole dong, a ratio in percent as the report says it; numerator
    and denominator: what a ratio was made of, always both or neither.
    """

    class State(models.TextChoices):
        VALUE = "value", _("có số liệu")
        NOT_REPORTED = "not_reported", _("chưa báo cáo")
        NOT_APPLICABLE = "not_applicable", _("không áp dụng")
        NOT_DUE = "not_due", _("chưa đến hạn")

    class Origin(models.TextChoices):
        COUNTED = "counted", _("đếm từ sổ")
        READ = "read", _("đọc từ văn bản")
        TYPED = "typed", _("nhập tay")
        IMPORTED = "imported", _("nhập từ tệp")
        CONSOLIDATED = "consolidated", _("tổng hợp")

    class Qualifier(models.TextChoices):
        EXACT = "exact", _("chính xác")
        OVER = "over", _("trên")
        NEARLY = "nearly", _("gần")
        ABOUT = "about", _("khoảng")

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="cells", db_index=False)  # one_cell_a_row
    indicator = models.CharField(max_length=40, help_text="Code of the catalogue.")
    breakdown = models.CharField(max_length=200, blank=True, help_text="'field=economy;level=commune', keys sorted.")
    state = models.CharField(max_length=14, choices=State, default=State.VALUE)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    numerator = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    qualifier = models.CharField(max_length=6, choices=Qualifier, default=Qualifier.EXACT)
    origin = models.CharField(max_length=12, choices=Origin)
    previous_stated = models.DecimalField(
        max_digits=20,
        decimal_places=4,
        null=True,
        help_text="The same period a year before, as this report itself implies (46, down 20: 66).",
    )
    note = models.TextField(blank=True, help_text="What the filer says of it.")
    explanation = models.TextField(blank=True, help_text="Why it jumped, asked for while it was entered.")
    revision = models.PositiveIntegerField(default=0, help_text="The submission's revision at its last change.")
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "indicator", "breakdown"], name="one_cell_a_row"),
            models.CheckConstraint(
                name="a_value_where_the_state_says_so",
                condition=(Q(state="value", value__isnull=False) | (~Q(state="value") & Q(value__isnull=True))),
            ),
            models.CheckConstraint(
                name="a_numerator_has_a_denominator",
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, denominator__isnull=False, numerator__gte=0, denominator__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.breakdown} = {self.value if self.state == self.State.VALUE else self.state}"


class Layout(models.Model):
    """The order of the figures in the rows of `Kept`: the lines of a form's version. Rows are made by `kept`."""

    form = models.CharField(max_length=40, help_text="Code of the form.")
    rules = models.CharField(max_length=16, help_text="Of the catalogue by which figures are put together.")
    digest = models.CharField(max_length=64, help_text="sha256 hex of rules and lines.")
    lines = models.JSONField(help_text="[[indicator, breakdown], ...]")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["form", "digest"], name="one_layout_a_digest")]

    def __str__(self) -> str:
        return f"{self.form} {self.digest[:8]}"


class Kept(models.Model):
    """A unit's standing figures of one period in one row, ready to be added up. Written and explained by `kept`."""

    pk = models.CompositePrimaryKey("form", "period", "before", "unit")
    form = models.CharField(max_length=40, help_text="Code of the form.")
    period = models.CharField(max_length=20)
    before = models.BooleanField(help_text="The year before, as the reports of this period imply it.")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    window = DateRangeField()
    layout = models.ForeignKey(Layout, models.PROTECT, related_name="+", db_index=False)
    parts = models.TextField(help_text="The periods within that stand, by code.")
    illustration = models.BooleanField()
    marks = models.TextField(help_text="One letter a line: what stands there.")
    numbers = ArrayField(models.BigIntegerField(), help_text="One a line, in ten thousandths.")
    above = ArrayField(models.BigIntegerField(), help_text="Numerators, one a ratio.")
    below = ArrayField(models.BigIntegerField(), help_text="Denominators, one a ratio.")
    reasons = ArrayField(models.TextField(), help_text="Why lines are incomplete, those marked so.")
    details = models.JSONField(null=True, help_text="What the arrays do not say.")

    objects = Owned("unit")

    class Meta:
        verbose_name_plural = "kept"

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period}"


class Unkept(models.Model):
    """A change of what stands that `Kept` does not show yet. A trigger writes it, `kept` takes it away.

    What is here when somebody reads, they put together from the cells.
    """

    form = models.CharField(max_length=40, help_text="Code of the form.")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    window = DateRangeField()

    objects = Owned("unit")

    class Meta:
        verbose_name_plural = "unkept"
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "form", "window"], name="unkept_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.window}"


class Evidence(models.Model):
    """Where a cell's figure stands: the words of a report, a cell of a workbook, a register record."""

    class Kind(models.TextChoices):
        SENTENCE = "sentence", _("câu trong văn bản")
        RECORD = "record", _("bản ghi")
        FILE = "file", _("tệp")

    cell = models.ForeignKey(Cell, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind)
    source = models.CharField(max_length=100, help_text="room.Model:id, or a file name.")
    start = models.PositiveIntegerField(null=True, help_text="Character offset in the source's text.")
    end = models.PositiveIntegerField(null=True)
    quote = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.quote or self.source


class Remark(models.Model):
    """Why a submission was returned, pinned to the cell that it is about ('' : to the whole)."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="remarks")
    indicator = models.CharField(max_length=40, blank=True)
    breakdown = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.text


class Carried(models.Model):
    """What a unit decided on a change below after it signed: to carry it forward, not to restate."""

    consolidated = models.ForeignKey(Submission, models.PROTECT, related_name="carried")
    child = models.ForeignKey(Submission, models.PROTECT, related_name="+", help_text="The edition that came after.")
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=300)

    class Meta:
        verbose_name_plural = "carried"
        constraints: ClassVar = [models.UniqueConstraint(fields=["consolidated", "child"], name="carried_once")]

    def __str__(self) -> str:
        return f"{self.consolidated_id} ← {self.child_id}"


class Attachment(models.Model):
    """A file on a cell of a draft; sealed with it."""

    cell = models.ForeignKey(Cell, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["cell", "file"], name="attached_once")]

    def __str__(self) -> str:
        return f"{self.cell_id} {self.file_id}"


class WorkbookMapping(models.Model):
    """How a foreign workbook's columns and rows fill a form, remembered for the unit that mapped it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    form_code = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64, help_text="sha256 hex of the workbook's headings.")
    name = models.CharField(max_length=200)
    mapping = models.JSONField()
    used_at = models.DateTimeField(auto_now=True)
    by = models.CharField(max_length=300)

    objects = Owned("unit")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "form_code", "fingerprint"], name="one_mapping_a_layout"),
        ]

    def __str__(self) -> str:
        return self.name


class SavedView(models.Model):
    """A comparison that somebody keeps: the address of the page, under a name; shared within the unit or not."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    query = models.JSONField()
    shared = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    objects = Owned("unit")

    def __str__(self) -> str:
        return self.name


class Reminder(models.Model):
    """A reminder that was sent: each kind at most once a day for a unit and period."""

    form_code = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, help_text="before, on_day, after, escalated, by_hand")
    day = models.DateField()
    by = models.CharField(max_length=300)

    objects = Owned("unit")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form_code", "unit", "period", "kind", "day"], name="reminded_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period} {self.kind}"
