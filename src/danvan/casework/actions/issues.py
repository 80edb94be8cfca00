"""What is done about a pressing issue: recorded, directed, worked on, resolved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.casework.errors import CaseError
from danvan.casework.models import Issue, Matter, Measure
from danvan.casework.queries import handlers_of
from danvan.casework.vocabulary import choices
from danvan.lib.periods import vietnamese
from danvan.units.models import Unit


@transaction.atomic
def raise_issue(
    *,
    unit: Unit | int,
    title: str,
    field: str,
    by: audit.By,
    severity: str = "pressing",
    channel: str = "in_person",
    text: str = "",
    on: dt.date | None = None,
    place: str = "",
    area: int | None = None,
    responsible: str = "",
    matters: Iterable[Matter] = (),
    illustration: bool = False,
) -> Issue:
    """Records a pressing issue, which the one who does follows until it is given to another.

    matters: those that it gathers. Raises CaseError with a sentence for each field.
    """
    scope.require(Permission.HANDLE)
    unit = unit.pk if isinstance(unit, Unit) else unit
    scope.require_unit(unit, own=True)
    on = on or timezone.localdate()
    title = " ".join(title.split())
    wrong: dict[str, str] = {}
    if not title or len(title) > 200:
        wrong["title"] = _("Ghi ngắn gọn vấn đề, tối đa 200 ký tự.")
    for name, value, vocabulary in (
        ("field", field, "field_case"),
        ("severity", severity, "severity"),
        ("channel", channel, "channel"),
    ):
        if value not in dict(choices(vocabulary)):
            wrong[name] = _("Chọn một giá trị trong danh sách.")
    if on > timezone.localdate():
        wrong["on"] = _("Ngày %(day)s còn ở phía trước.") % {"day": vietnamese(on)}
    if wrong:
        raise CaseError("", **wrong)
    issue = Issue.objects.create(
        unit_id=unit,
        title=title,
        text=text.strip(),
        field=field,
        severity=severity,
        channel=channel,
        raised_on=on,
        place=place.strip()[:200],
        area_id=area,
        responsible=responsible.strip()[:200],
        owner_id=getattr(by, "person_id", None),
        illustration=illustration,
    )
    _measure(issue, "raise", on, text.strip() or title, by)
    gather(issue=issue, matters=matters, by=by)
    audit.record(by=by, verb="casework.raise_issue", subject=issue, unit=unit, severity=severity)
    return issue


@transaction.atomic
def gather(*, issue: Issue, matters: Iterable[Matter], by: audit.By) -> int:
    """Puts matters under an issue; gives how many."""
    numbers = [matter.pk for matter in matters]
    if not numbers:
        return 0
    scope.require(Permission.HANDLE)
    found = Matter.objects.filter(pk__in=numbers, unit=issue.unit_id)
    count = found.update(issue=issue)
    if count < len(set(numbers)):
        raise CaseError(matters=_("Chỉ gom được vụ việc do đơn vị mình giữ."))
    audit.record(by=by, verb="casework.gather", subject=issue, unit=issue.unit_id, matters=numbers)
    return count


@transaction.atomic
def assign(*, issue: Issue, person: int | None, by: audit.By) -> Issue:
    """Gives it to somebody of the unit to follow. Raises CaseError where they hold no post there today."""
    scope.require(Permission.HANDLE)
    issue = _open(issue)
    name = dict(handlers_of(issue.unit_id)).get(person or 0)
    if name is None:
        raise CaseError(person=_("Chọn một người giữ chức danh trong đơn vị."))
    issue.owner_id = person
    return _saved(issue, "assign", timezone.localdate(), name, by)


@transaction.atomic
def direct(
    *, issue: Issue, text: str, responsible: str, by: audit.By, due: dt.date | None = None, on: dt.date | None = None
) -> Issue:
    """A leader says what is to be done, by whom, until when. Raises CaseError."""
    scope.require(Permission.DECIDE)
    issue = _open(issue)
    if not text.strip():
        raise CaseError(text=_("Ghi nội dung chỉ đạo."))
    if not responsible.strip():
        raise CaseError(responsible=_("Ghi đơn vị thực hiện."))
    on = _day(issue, on)
    issue.directed_on = issue.directed_on or on
    issue.direction, issue.responsible, issue.due = text.strip(), responsible.strip()[:200], due
    return _saved(issue, "direct", on, text, by)


@transaction.atomic
def measure(*, issue: Issue, kind: str, text: str, by: audit.By, on: dt.date | None = None) -> Issue:
    """What was done; kind: act, or escalate and calm, which make it a hotspot or no longer one. Raises CaseError."""
    scope.require(Permission.HANDLE)
    issue = _open(issue)
    if kind not in ("act", "escalate", "calm"):
        raise ValueError(kind)
    if not text.strip():
        raise CaseError(text=_("Ghi việc đã làm."))
    if kind != "act":
        issue.severity = "hotspot" if kind == "escalate" else "pressing"
    return _saved(issue, kind, _day(issue, on), text, by)


@transaction.atomic
def resolve(*, issue: Issue, text: str, by: audit.By, on: dt.date | None = None) -> Issue:
    scope.require(Permission.DECIDE)
    issue = _open(issue)
    if not text.strip():
        raise CaseError(text=_("Ghi kết quả giải quyết."))
    on = _day(issue, on)
    issue.resolved_on, issue.result = on, text.strip()
    return _saved(issue, "resolve", on, text, by)


@transaction.atomic
def make_public(*, issue: Issue, line: str, by: audit.By) -> Issue:
    """The line that everybody may read; an empty one takes it back."""
    scope.require(Permission.DECIDE)
    issue = _locked(issue)
    issue.public, issue.public_line = bool(line.strip()), line.strip()[:500]
    issue.changes += 1
    issue.save()
    audit.record(by=by, verb="casework.publish_issue", subject=issue, unit=issue.unit_id, public=issue.public)
    return issue


def _locked(issue: Issue) -> Issue:
    found = Issue.objects.select_for_update().filter(pk=issue.pk).first()
    if found is None:
        raise CaseError(_("Vấn đề này không do đơn vị bạn theo dõi."))
    scope.require_unit(found.unit_id, own=True)
    return found


def _open(issue: Issue) -> Issue:
    found = _locked(issue)
    if found.resolved_on:
        raise CaseError(_("Vấn đề này đã được giải quyết."))
    return found


def _day(issue: Issue, on: dt.date | None) -> dt.date:
    on = on or timezone.localdate()
    if not issue.raised_on <= on <= timezone.localdate():
        raise CaseError(on=_("Ngày từ %(day)s đến hôm nay.") % {"day": vietnamese(issue.raised_on)})
    return on


def _measure(issue: Issue, kind: str, on: dt.date, text: str, by: audit.By) -> None:
    Measure.objects.create(issue=issue, kind=kind, on=on, text=text.strip(), by=str(by)[:300])


def _saved(issue: Issue, kind: str, on: dt.date, text: str, by: audit.By, **data: Any) -> Issue:
    issue.changes += 1
    issue.save()
    _measure(issue, kind, on, text, by)
    audit.record(by=by, verb=f"casework.issue_{kind}", subject=issue, unit=issue.unit_id, **data)
    return issue
