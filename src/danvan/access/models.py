"""People, the posts they hold, what they stored, and what they are told."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from danvan.access.permissions import ROLES
from danvan.access.scope import Owned
from danvan.units.models import Unit


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in. What they may do comes from their posts only; nothing else about them is kept."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    illustration = models.BooleanField(default=False, help_text="Invented for the demo; shown as such.")
    mail = models.CharField(
        max_length=8,
        choices=[("none", _("không gửi")), ("each", _("từng tin")), ("daily", _("gộp mỗi ngày"))],
        default="daily",
        help_text="How notices come by e-mail.",
    )
    webhook = models.URLField(blank=True, help_text="Address of a chat tool that notices are posted to.")

    objects = PersonManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Post(models.Model):
    """Person x unit x role x during. A delegation is a post with an end, on account of another one."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=[(role.code, role.name) for role in ROLES.values()])
    title = models.CharField(max_length=120, blank=True, help_text="As signed: 'Phó Trưởng ban Xây dựng Đảng'.")
    during = DateRangeField()
    for_post = models.ForeignKey("self", models.PROTECT, null=True, related_name="delegations")

    objects = Owned("unit", own_person="person")

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="a_post_is_held_once_a_day",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            # An empty range: taken back before it began.
            models.CheckConstraint(
                name="a_delegation_ends",
                condition=Q(for_post=None) | Q(during__endswith__isnull=False) | Q(during__isempty=True),
            ),
            models.CheckConstraint(name="nobody_delegates_to_the_same_post", condition=~Q(for_post=F("pk"))),
            models.CheckConstraint(
                name="a_post_begins", condition=Q(during__startswith__isnull=False) | Q(during__isempty=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.unit_id} {self.during}"


class StoredFile(models.Model):
    """One file, as it was taken in: type found from its content, images re-encoded. Served to those in scope only."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="files")
    name = models.CharField(max_length=200, help_text="Safe name, shown and offered for saving.")
    kind = models.CharField(max_length=20, help_text="pdf, docx, xlsx, image, text: found from the content.")
    mime = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True, help_text="Null once discarded; what it was stays on record.")
    purpose = models.CharField(max_length=60, help_text="What it was stored for: 'figures.Cell', 'narrative.Report'.")
    stored_at = models.DateTimeField(auto_now_add=True)
    stored_by = models.CharField(max_length=300)

    objects = Owned("unit")

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """Something that a person is told: shown on screen, sent as they chose."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("nhắc nộp báo cáo")
        RETURNED = "returned", _("báo cáo bị trả lại")
        ACCEPTED = "accepted", _("báo cáo được chấp nhận")
        SUBMITTED = "submitted", _("báo cáo mới gửi lên")
        RESTATED = "restated", _("số liệu thay đổi sau khi ký")
        ESCALATED = "escalated", _("đơn vị bên dưới trễ hạn")
        REPORT = "report", _("báo cáo chờ duyệt")
        POST = "post", _("chức danh")
        MATTER = "matter", _("việc người dân nêu")

    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", null=True, help_text="What it is about.")
    kind = models.CharField(max_length=12, choices=Kind)
    sentence = models.CharField(max_length=500)
    link = models.CharField(max_length=300, blank=True, help_text="Path on this site.")
    at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True, help_text="When it was handed to the chat tool.")
    attempts = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=120, null=True, help_text="What may be told once only: 'remind:form:unit:day'.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "key"], name="told_once")]
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="notice_by_person")]

    def __str__(self) -> str:
        return self.sentence


class Attempt(models.Model):
    """How often something was tried lately (access.limits). The key is a hash: nobody can be found by it."""

    key = models.CharField(max_length=40, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["until"], name="attempt_until")]

    def __str__(self) -> str:
        return f"{self.count} until {self.until}"
