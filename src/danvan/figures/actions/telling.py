"""Who is told when a report is sent, decided on, or changes after a superior signed. Called inside the verb.

The sentences are Vietnamese as they are kept: whoever writes them need not read the page in the reader's language.
"""

from __future__ import annotations

from django.utils import timezone

from danvan.access import scope
from danvan.access.models import Notice
from danvan.access.notices import notify
from danvan.access.permissions import Permission
from danvan.figures.models import Submission
from danvan.lib import periods
from danvan.units import queries as units


def submitted(found: Submission) -> None:
    """The superior's reviewers."""
    superior = units.version_on(found.unit_id, timezone.localdate())
    if superior is None or superior.parent_id is None:
        return
    again = "" if found.edition == 1 else f" (lần {found.edition}: {found.reason})"
    notify(
        unit=superior.parent_id,
        permission=Permission.REVIEW,
        about=found.unit_id,
        kind=Notice.Kind.SUBMITTED,
        sentence=f"{superior.name} đã gửi {_called(found)}{again}",
        link=f"/review/{found.pk}/",
    )


def returned(found: Submission, remarks: int) -> None:
    why = f": {found.decision}" if found.decision else ""
    pinned = f" ({remarks} chỗ cần xem)" if remarks else ""
    _filer(found, Notice.Kind.RETURNED, f"{_called(found)} bị trả lại để bổ sung{pinned}{why}")


def accepted(found: Submission) -> None:
    _filer(found, Notice.Kind.ACCEPTED, f"{_called(found)} được chấp nhận")


def _filer(found: Submission, kind: Notice.Kind, sentence: str) -> None:
    notify(
        unit=found.unit_id,
        permission=Permission.FILL,
        kind=kind,
        sentence=sentence[:1].upper() + sentence[1:],
        link=f"/submissions/{found.pk}/",
    )


def changed(found: Submission) -> None:
    """Everybody above who signed a consolidated report that it goes into, and may decide on it."""
    with scope.system("who signed above"):
        above = [one.unit_id for one in units.ancestors(found.unit_id, periods.parse(found.period).end)]
        signed = Submission.objects.filter(
            form__code=found.form.code,
            unit__in=above,
            kind=Submission.Kind.CONSOLIDATED,
            standing=True,
            window__contains=found.window,
        ).select_related("form")
        called = units.version_on(found.unit_id, periods.parse(found.period).end)
        for report in signed:
            notify(
                unit=report.unit_id,
                permission=Permission.SEAL,
                about=found.unit_id,
                kind=Notice.Kind.RESTATED,
                sentence=(
                    f"Số liệu {called.name if called else found.unit_id} thay đổi sau khi ký {_called(report)}: "
                    "hãy ký lại hoặc chuyển sang kỳ sau"
                ),
                link=f"/consolidated/{report.form.code}/{report.period}/",
            )


def _called(found: Submission) -> str:
    name = found.form.name_vi
    return f"{name[:1].lower()}{name[1:]} {periods.parse(found.period).label()}"
