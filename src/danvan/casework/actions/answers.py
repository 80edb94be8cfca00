"""What a matter is answered: drafted, approved and signed, sent, in the citizen's hands, whether it helped.

One edition is in work at a time; what was signed stays as it is, a matter looked at again gets the next edition. The
acts of the timeline (`draft`, `answer` or `decide`, `deliver`, `ask_again`) are done by `matters.act`, so that clocks
and counters follow from them as always.
"""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.casework import workflow
from danvan.casework.actions import vault
from danvan.casework.actions.checking import LONGEST_TEXT
from danvan.casework.actions.matters import act, locked
from danvan.casework.answering import GAP, prefilled
from danvan.casework.errors import CaseError
from danvan.casework.models import Act, Answer, Matter
from danvan.casework.workflow import Step
from danvan.lib.periods import vietnamese

ANSWERING = ("answer", "decide")  # the acts that sign one
PRINT, EMAIL, PORTAL = WAYS = ("print", "email", "portal")
_DRAFT, _APPROVED, _SENT, _DELIVERED = Answer.State


def answering(matter: Matter) -> Step:
    """The act by which a matter of this type is answered."""
    steps = workflow.load()[matter.type].steps
    return next(steps[name] for name in ANSWERING if name in steps)


def current(matter: Matter) -> Answer | None:
    """The edition in work, or the last one."""
    return matter.answers.order_by("edition").last()


def begun(matter: Matter, acts: Iterable[Act], answer: Answer | None) -> str:
    """The words with which an answer is written on: the draft, or the table's with the matter's facts.

    answer: the edition in work, or the last one.
    """
    return answer.text if answer and answer.state == _DRAFT else prefilled(matter, acts)


@transaction.atomic
def draft(*, matter: Matter, text: str, by: audit.By, seen: int | None = None) -> Answer:
    """Writes the answer, or writes the draft anew; nothing is signed by that. Raises CaseError with its sentence."""
    scope.require(Permission.HANDLE)
    matter = locked(matter, seen)
    text = _text(text)
    done = list(matter.acts.values_list("kind", flat=True))
    kind = workflow.load()[matter.type]
    possible = {step.act for step in kind.possible(matter.state, matter.resolution, done)}
    if workflow.load()[matter.type].sealed:
        vault.guard(matter, {"answer": text})
    if answering(matter).act not in possible:
        raise CaseError(_("Chưa đến lúc soạn trả lời: vụ việc phải đang được giải quyết."))
    answer = current(matter)
    if answer is None or answer.state != _DRAFT:
        edition = answer.edition + 1 if answer else 1
        answer = Answer(matter=matter, edition=edition)
        if "draft" in possible:
            act(matter=matter, kind="draft", by=by, answer=text, named=True)
    answer.text = text
    answer.save()
    Matter.objects.filter(pk=matter.pk).update(changes=matter.changes + 1)
    audit.record(by=by, verb="casework.draft", subject=answer, label=str(matter), unit=matter.unit_id)
    return answer


@transaction.atomic
def approve(
    *,
    matter: Matter,
    text: str,
    by: audit.By,
    verdict: str = "",
    number: str = "",
    on: dt.date | None = None,
    seen: int | None = None,
    file: StoredFile | None = None,
    named: bool = False,
) -> Answer:
    """Signs the answer: the act of the type that decides or answers it. Raises CaseError for each field."""
    step = answering(matter)
    text = _text(text)
    if GAP in text:
        raise CaseError(answer=_("Còn chỗ chưa viết (dấu “[…]”): viết nốt hoặc xóa trước khi ký."))
    said = {"verdict": verdict, "number": number.strip(), "answer": text, "named": named}
    act(matter=matter, kind=step.act, by=by, on=on, seen=seen, file=file, **said)
    answer = current(matter)
    if answer is None or answer.state != _DRAFT:
        answer = Answer(matter=matter, edition=answer.edition + 1 if answer else 1)
    answer.text, answer.number, answer.state = text, number.strip()[:60], _APPROVED
    answer.approved_by, answer.approved_at = str(by)[:300], timezone.now()
    answer.save()
    return answer


@transaction.atomic
def send(*, answer: Answer, way: str, by: audit.By, site: str = "", letter: bytes = b"") -> Answer:
    """Hands the signed answer out: printed, by e-mail, or on the page that its code opens.

    site, letter: where that page is, and the answer as PDF, for the e-mail. The address is read from the vault, which
    writes that down. Raises CaseError where it was not signed, or cannot be sent that way.
    """
    scope.require(Permission.RECEIVE)
    matter = locked(answer.matter)
    answer = Answer.objects.select_for_update().get(pk=answer.pk)
    if answer.state not in (_APPROVED, _SENT):
        raise CaseError(_("Trả lời phải được duyệt và ký trước khi gửi, và chỉ gửi khi chưa đến tay người dân."))
    if way not in WAYS:
        raise CaseError(way=_("Chọn cách gửi."))
    answer.way, answer.state, answer.sent_at = way, _SENT, timezone.now()
    answer.save(update_fields=["way", "state", "sent_at"])
    audit.record(by=by, verb="casework.send_answer", subject=answer, label=str(matter), unit=matter.unit_id, way=way)
    if way == EMAIL:
        _mail(matter, by, site, letter)
    return answer


def _mail(matter: Matter, by: audit.By, site: str, letter: bytes) -> None:
    """A letter that names nobody and repeats nothing of what was raised."""
    if not settings.MAIL:
        raise CaseError(way=_("Hệ thống chưa nối máy chủ thư điện tử: hãy in, hoặc trả lời qua trang theo dõi."))
    person = vault.look(matter=matter, why=_("Gửi trả lời bằng thư điện tử"), by=by)
    address = person.get("email", "")
    if not address:
        raise CaseError(way=_("Người gửi không để lại thư điện tử: hãy in, hoặc trả lời qua trang theo dõi."))
    link = f"{site}{reverse('citizen_follow')}?code={matter.code}"
    body = (
        f"Việc số {matter} đã có trả lời; văn bản gửi kèm thư này.\n\n"
        f"Xem việc đã đến đâu, cho biết trả lời có giải quyết được việc không:\n{link}\n\n"
        "Thư tự động, vui lòng không trả lời thư này.\n"
    )
    mail = EmailMessage(f"Trả lời việc số {matter}", body, None, [address])
    if letter:
        mail.attach(f"tra-loi-{str(matter).replace('/', '-')}.pdf", letter, "application/pdf")
    try:
        mail.send()
    except (OSError, smtplib.SMTPException):
        raise CaseError(
            way=_("Máy chủ thư điện tử không nhận thư: hãy thử lại sau ít phút, hoặc chọn cách gửi khác.")
        ) from None


@transaction.atomic
def deliver(
    *,
    answer: Answer,
    proof: str,
    by: audit.By,
    on: dt.date | None = None,
    seen: int | None = None,
    named: bool = False,
) -> Answer:
    """The citizen has it; proof: what shows that. Ends the matter where its type waits for that. Raises CaseError."""
    scope.require(Permission.RECEIVE)
    matter = locked(answer.matter, seen)
    answer = Answer.objects.select_for_update().get(pk=answer.pk)
    if answer.state not in (_APPROVED, _SENT):
        raise CaseError(_("Chỉ ghi đã giao sau khi trả lời được duyệt và ký."))
    if not proof.strip():
        raise CaseError(proof=_("Ghi căn cứ đã giao: ký nhận, phiếu gửi, thư điện tử."))
    vault.guard(matter, {"proof": proof}, named=named)
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise CaseError(on=_("Ngày %(day)s còn ở phía trước.") % {"day": vietnamese(on)})
    if "deliver" in workflow.load()[matter.type].steps and matter.state == "decided":
        act(matter=matter, kind="deliver", by=by, on=on, proof=proof, named=True)
    else:
        audit.record(by=by, verb="casework.deliver", subject=answer, label=str(matter), unit=matter.unit_id)
    answer.state, answer.delivered_on, answer.proof = _DELIVERED, on, proof.strip()[:300]
    answer.way = answer.way or PRINT
    answer.save(update_fields=["state", "delivered_on", "proof", "way"])
    return answer


@transaction.atomic
def rate(*, answer: Answer, satisfied: bool, by: audit.By, comment: str = "", again: bool = False) -> Answer:
    """What the citizen says of the answer, written down for somebody who comes or calls. again: asks for another look.

    Raises CaseError before it was delivered, a second time, or where another look has no reason.
    """
    scope.require(Permission.RECEIVE)
    matter = locked(answer.matter)
    answer = Answer.objects.select_for_update().get(pk=answer.pk)
    if answer.state != _DELIVERED:
        raise CaseError(_("Chỉ hỏi sau khi trả lời đã đến tay người dân."))
    if answer.satisfied is not None:
        raise CaseError(_("Ý kiến về trả lời này đã được ghi."))
    if not satisfied and not comment.strip():
        raise CaseError(comment=_("Ghi điều người dân chưa hài lòng."))
    comment = vault.hide(matter, comment.strip()[:2000])
    answer.satisfied, answer.comment, answer.rated_at = satisfied, comment, timezone.now()
    answer.save(update_fields=["satisfied", "comment", "rated_at"])
    audit.record(by=by, verb="casework.rate", subject=matter, unit=matter.unit_id, satisfied=satisfied)
    if again and not satisfied:
        act(matter=matter, kind="ask_again", by=by, reason=comment)
    return answer


def _text(said: Any) -> str:
    text = str(said or "").replace("\r\n", "\n").strip()
    if not text:
        raise CaseError(answer=_("Ghi nội dung trả lời."))
    if len(text) > LONGEST_TEXT:
        raise CaseError(
            answer=_("Quá dài: tối đa %(most)s ký tự; phần còn lại hãy đính kèm tệp.") % {"most": LONGEST_TEXT}
        )
    return text
