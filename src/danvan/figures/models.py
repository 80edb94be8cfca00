"""Forms, what units reported in them, and where each figure came from."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from danvan.units.models import Unit, UnitVersion


class Form(models.Model):
    """Which figures are asked for, in which order, over which periods. Versions of one code follow each other."""

    code = models.CharField(max_length=40)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    calendar = models.CharField(max_length=20, help_text="A calendar of lib.periods.")
    periodicities = models.JSONField(help_text="Kinds of period it is filed for: ['quarter', 'half', ...].")
    sections = models.JSONField(help_text="[{title_vi, title_en, rows: [{indicator, breakdown}]}] in order.")
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
    level = models.CharField(max_length=10, choices=UnitVersion.Level)
    during = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_duty_a_day",
                expressions=[
                    ("form_code", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_code} {self.level} {self.during}"


class Submission(models.Model):
    """One unit's figures for one period. Filed under the unit and the period that reported; never moved."""

    class Kind(models.TextChoices):
        OWN = "own", _("tự báo cáo")
        CONSOLIDATED = "consolidated", _("tổng hợp")

    form = models.ForeignKey(Form, models.PROTECT, related_name="submissions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="submissions")
    period = models.CharField(max_length=20, help_text="Code of lib.periods: 2026-Q1, 2026-H1, 2026-Y ...")
    window = DateRangeField(help_text="[first day, day after the last) of the period.")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.OWN)
    filed_at = models.DateTimeField(auto_now_add=True)
    filed_by = models.CharField(max_length=200)
    source = models.CharField(max_length=200, blank=True, help_text="What it was filed from: 'report:12', a file name.")
    illustration = models.BooleanField(default=False, help_text="Invented for the demo; shown as such.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "unit", "period", "kind"], name="one_submission_a_period"),
            models.CheckConstraint(name="period_ends_after_it_starts", condition=Q(window__isempty=False)),
        ]
        indexes: ClassVar = [models.Index(fields=["period", "form"], name="submission_by_period")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period}"


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

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="cells")
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
