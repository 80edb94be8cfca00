"""Who a unit is, what it was called and to whom it answered, and who became whom."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from danvan.units import names


class Unit(models.Model):
    """An identity: never renamed, never deleted, without a code. Everything else points here.

    A territory (country, province, district until 2025, commune, hamlet) or a body in a territory (its line).
    """

    class Kind(models.TextChoices):
        TERRITORY = "territory", _("địa bàn")
        BODY = "body", _("cơ quan, tổ chức")

    class Line(models.TextChoices):
        """Bodies of one line roll up along the territories."""

        NONE = "", _("địa bàn")
        PARTY_MOBILISATION = "party_mobilisation", _("dân vận của Đảng")
        GOVERNMENT = "government", _("chính quyền")
        PEOPLES_COUNCIL = "peoples_council", _("Hội đồng nhân dân")
        FRONT = "front", _("Mặt trận Tổ quốc")
        WOMEN = "women", _("Hội Liên hiệp Phụ nữ")
        FARMERS = "farmers", _("Hội Nông dân")
        YOUTH = "youth", _("Đoàn Thanh niên")
        VETERANS = "veterans", _("Hội Cựu chiến binh")
        TRADE_UNION = "trade_union", _("Công đoàn")
        ARMED_FORCES = "armed_forces", _("lực lượng vũ trang")

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TERRITORY)
    line = models.CharField(max_length=20, choices=Line, default=Line.NONE, blank=True)
    illustration = models.BooleanField(default=False, help_text="Invented for the demo; shown as such.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="only_bodies_have_a_line",
                condition=Q(kind="territory", line="") | (Q(kind="body") & ~Q(line="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class UnitVersion(models.Model):
    """What a unit was called and to whom it answered, during [from, to): the day it ends is the next one's first.

    The database holds: one version a day, and no child on a day on which its parent does not exist (a temporal
    foreign key).
    """

    class Level(models.TextChoices):
        COUNTRY = "country", _("cả nước")
        PROVINCE = "province", _("cấp tỉnh")
        DISTRICT = "district", _("cấp huyện (đến 30/6/2025)")
        COMMUNE = "commune", _("cấp xã")
        HAMLET = "hamlet", _("thôn, tổ dân phố")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="versions")
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="child_versions")
    code = models.CharField(max_length=20, blank=True, help_text="As in the official list then; reused over time.")
    name = models.CharField(max_length=200, help_text="In full, with its type: 'Phường Ba Đình'.")
    designation = models.CharField(max_length=30, blank=True, help_text="xã, phường, tỉnh, thành phố ...")
    level = models.CharField(max_length=10, choices=Level)
    during = DateRangeField()
    decision = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    search_key = models.CharField(max_length=200, editable=False, help_text="The name folded: no marks, lower case.")
    bare_key = models.CharField(max_length=200, editable=False, help_text="The same without the type word.")

    class Meta:
        # one_version_a_day and no_child_without_its_parent are temporal keys, which Django does not know: see the
        # second migration.
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_bearer_of_a_code_a_day",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=~Q(code=""),
            ),
            models.CheckConstraint(name="version_begins", condition=Q(during__startswith__isnull=False)),
            models.CheckConstraint(name="version_lasts", condition=Q(during__isempty=False)),
            models.CheckConstraint(name="not_its_own_parent", condition=Q(parent=None) | ~Q(parent=F("unit"))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["search_key"], name="version_by_name"),
            models.Index(fields=["bare_key"], name="version_by_bare_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_keys()
        super().save(*args, **kwargs)

    def set_keys(self) -> UnitVersion:
        """Fills what is derived from the name; bulk writers call it themselves."""
        self.search_key = names.search_key(self.name)
        self.bare_key = names.search_key(names.bare(self.name))
        return self


class Succession(models.Model):
    """Who became whom, on which day, by which decision, with what share.

    whole: all of the predecessor went into the successor (share 1). split: a part of it did; the share is unknown
    until somebody decides one, and until then nothing that crosses the split is comparable. A unit that gives away
    parts and lives on keeps the rest. The database holds: the shares of one predecessor on one day are at most 1.
    """

    class Kind(models.TextChoices):
        WHOLE = "whole", _("toàn bộ")
        SPLIT = "split", _("một phần")

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="origins")
    on = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    share = models.DecimalField(max_digits=9, decimal_places=8, null=True, blank=True)
    basis = models.CharField(max_length=200, blank=True, help_text="What the share rests on: population ...")
    decision = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["predecessor", "successor", "on"], name="one_edge_a_day"),
            models.CheckConstraint(name="not_its_own_successor", condition=~Q(predecessor=F("successor"))),
            models.CheckConstraint(
                name="whole_is_one_and_a_share_is_a_part",
                condition=Q(kind="whole", share=1)
                | Q(kind="split", share__isnull=True)
                | Q(kind="split", share__gt=0, share__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id} ({self.on})"


class Reach(models.Model):
    """Whose figures a unit may see: its own, those of all below it, and those of the units that these were made of.

    until: what the unit reported for periods that end before this day. The day is that on which it left the holder or
    was taken up, the last of all days where it is with the holder for good. Derived from versions and successions by
    `reach.rebuild`, in the transaction that changes them.
    """

    pk = models.CompositePrimaryKey("holder", "unit")
    holder = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    until = models.DateField()

    class Meta:
        verbose_name_plural = "reaches"

    def __str__(self) -> str:
        return f"{self.holder_id} → {self.unit_id}"
