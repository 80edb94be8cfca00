"""What the superior decides on a submission, and what the unit takes back. Appended to the sealed row, never undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.figures import catalogue, kept
from danvan.figures.actions import telling
from danvan.figures.actions.sealing import lock
from danvan.figures.errors import FigureError
from danvan.figures.models import Remark, Submission
from danvan.lib import periods
from danvan.lib.periods import vietnamese

State = Submission.State


@dataclass(frozen=True, slots=True)
class RemarkInput:
    """Why it goes back. indicator '': about the whole."""

    text: str
    indicator: str = ""
    breakdown: str = ""


@transaction.atomic
def accept(*, submission: Submission, by: audit.By, decision: str = "") -> Submission:
    """The submission stands: it counts in every total from here on; the edition that stood before gives way.

    Raises FigureError where it is not waiting (accepting what is accepted changes nothing), Refused where the post may
    not decide on this unit.
    """
    found = _waiting(submission, State.ACCEPTED)
    if found.state == State.ACCEPTED:
        return found
    Submission.objects.filter(
        form__code=found.form.code, unit=found.unit_id, period=found.period, kind=found.kind, standing=True
    ).update(standing=False)
    _decide(found, State.ACCEPTED, by, decision, "figures.accept", standing=True)
    telling.accepted(found)
    telling.changed(found)
    return found


@transaction.atomic
def send_back(
    *, submission: Submission, remarks: Sequence[RemarkInput], by: audit.By, decision: str = ""
) -> Submission:
    """Returns it to be mended, with at least one reason; each may be pinned to a cell. Raises like `accept`."""
    remarks = [one for one in remarks if one.text.strip()]
    if not remarks and not decision.strip():
        raise FigureError(_("Chưa nêu lý do trả lại: hãy ghi vào ô cần sửa, hoặc ghi chung cho cả báo cáo."))
    for one in remarks:
        if one.indicator:
            catalogue.load()[one.indicator].check_breakdown(one.breakdown)
    found = _waiting(submission, State.RETURNED)
    if found.state == State.RETURNED:
        if found.decided_by != str(by)[:300]:  # their reasons went to the filer, not these
            raise FigureError(_not_waiting(found))
        return found
    for one in remarks:
        Remark.objects.create(
            submission=found,
            indicator=one.indicator,
            breakdown=one.breakdown,
            text=one.text.strip(),
            by=str(by)[:300],
        )
    _decide(found, State.RETURNED, by, decision, "figures.return", remarks=len(remarks))
    telling.returned(found, len(remarks))
    return found


@transaction.atomic
def withdraw(*, submission: Submission, reason: str, by: audit.By) -> Submission:
    """Takes a sending back: by the unit while it waits, by the system also what stands. The seal stays."""
    post = scope.require(Permission.SUBMIT)
    scope.require_unit(submission.unit_id, own=True)
    lock([submission.unit_id])
    found = _current(submission)
    if found.state != State.SUBMITTED and not (post is None and found.state == State.ACCEPTED):
        raise FigureError(_("Báo cáo này không còn chờ xem xét: muốn sửa số đã chấp nhận, hãy đính chính."))
    stood = found.standing
    _decide(found, State.WITHDRAWN, by, reason, "figures.withdraw")
    if stood:
        telling.changed(found)
    return found


def refuse_deciding(unit: int) -> None:
    """Raises Refused where the acting post may not decide on what this unit sends."""
    post = scope.require(Permission.REVIEW)
    scope.require_unit(unit)
    if post is not None and post.unit_id == unit:
        raise scope.Refused(_("Báo cáo của đơn vị mình phải do đơn vị cấp trên xem xét."))


def _waiting(submission: Submission, wanted: str) -> Submission:
    """The submission, locked, if it waits for a decision of the acting post or has the wanted one already.

    A signed consolidated report waits for nobody.
    """
    refuse_deciding(submission.unit_id)
    lock([submission.unit_id])
    found = _current(submission)
    if found.state not in (State.SUBMITTED, wanted) or found.kind != Submission.Kind.OWN:
        raise FigureError(_not_waiting(found))
    return found


def _not_waiting(found: Submission) -> str:
    said = {"state": found.get_state_display()}
    if found.decided_at is None:
        return _("Báo cáo này hiện “%(state)s”: không còn chờ xem xét. Hãy tải lại trang.") % said
    at = timezone.localtime(found.decided_at)
    said |= {"by": found.decided_by, "at": f"{at:%H:%M} {vietnamese(at.date())}"}
    return (
        _("Báo cáo này không còn chờ xem xét: %(by)s đã kết luận “%(state)s” lúc %(at)s. Không có gì thay đổi.") % said
    )


def _current(submission: Submission) -> Submission:
    return Submission.objects.select_for_update(of=("self",)).select_related("form").get(pk=submission.pk)


def _decide(
    found: Submission, state: str, by: audit.By, decision: str, verb: str, *, standing: bool = False, **data: int
) -> None:
    stood = found.standing
    found.state, found.standing = state, standing
    found.decided_at, found.decided_by, found.decision = timezone.now(), str(by)[:300], decision.strip()
    found.save(update_fields=["state", "standing", "decided_at", "decided_by", "decision"])
    if stood != standing:
        kept.keep(found.form.code, [(found.unit_id, periods.parse(found.period))])
    audit.record(
        by=by,
        verb=verb,
        subject=found,
        label=f"{found.form.name_vi}, {periods.parse(found.period).label()}",
        unit=found.unit_id,
        period=found.period,
        edition=found.edition,
        decision=decision.strip(),
        **data,
    )
