"""Participants of a dialogue say of its statements whether they agree: put to them, opened, voted on, closed.

No ballot: whoever takes part chose to. Of a participant only a drawn number is kept, of this dialogue alone.
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from danvan.audit import actions as audit
from danvan.casework.actions.dialogues import locked, saved
from danvan.casework.errors import CaseError, broken
from danvan.casework.models import Dialogue, Opinion, Vote

LONGEST = 300  # characters of a statement: read on a phone at one glance
CHOICES = (1, 0, -1)
_BEFORE_THE_END = (Dialogue.State.PLANNED, Dialogue.State.ANNOUNCED, Dialogue.State.OPEN)


@transaction.atomic
def put(*, opinion: Opinion, statement: str, by: audit.By) -> Opinion:
    """Puts an opinion to the participants in words that name nobody. Raises CaseError, also for other words than those
    that somebody voted on already.
    """
    dialogue = locked(opinion.dialogue)
    opinion = Opinion.objects.select_for_update().get(pk=opinion.pk)
    statement = " ".join(statement.split())
    if dialogue.state not in _BEFORE_THE_END:
        raise CaseError(_("Cuộc đối thoại đã kết thúc: không đưa thêm nội dung lấy ý kiến được nữa."))
    if not statement or len(statement) > LONGEST:
        raise CaseError(statement=_("Ghi nội dung lấy ý kiến, tối đa %(most)s ký tự.") % {"most": LONGEST})
    if sentence := broken(statement):
        raise CaseError(statement=sentence)
    if statement != opinion.statement and opinion.votes.exists():
        raise CaseError(
            statement=_("Đã có người bày tỏ ý kiến về câu này: không đổi lời được. Rút câu này và đưa câu khác.")
        )
    opinion.statement, opinion.voted_on = statement, True
    opinion.save(update_fields=["statement", "voted_on"])
    audit.record(by=by, verb="casework.put_to_vote", subject=opinion, unit=dialogue.unit_id)
    return opinion


@transaction.atomic
def take_back(*, opinion: Opinion, by: audit.By) -> Opinion:
    """No longer put to anybody; what was said of it stays and is shown nowhere. Raises CaseError."""
    dialogue = locked(opinion.dialogue)
    opinion = Opinion.objects.select_for_update().get(pk=opinion.pk)
    opinion.voted_on = False
    opinion.save(update_fields=["voted_on"])
    audit.record(by=by, verb="casework.take_back_from_vote", subject=opinion, unit=dialogue.unit_id)
    return opinion


@transaction.atomic
def open_votes(*, dialogue: Dialogue, opened: bool, by: audit.By) -> Dialogue:
    """Lets participants say what they think of what was put to them, or no longer. Raises CaseError."""
    dialogue = locked(dialogue)
    if dialogue.state not in _BEFORE_THE_END:
        raise CaseError(_("Cuộc đối thoại đã kết thúc: không mở lấy ý kiến được nữa."))
    if opened and not dialogue.opinions.filter(voted_on=True).exists():
        raise CaseError(_("Chưa đưa câu nào ra lấy ý kiến: chọn ít nhất một câu rồi mở."))
    dialogue.votes_open = opened
    return saved(dialogue, by, "open_votes", opened=opened)


def ballot() -> str:
    """A number drawn for one device; nobody is behind it."""
    return secrets.token_hex(8)


@transaction.atomic
def vote(*, opinion: Opinion, voter: str, choice: int) -> Vote:
    """A participant's view; a later one takes the earlier one's place. In the system's scope. Raises CaseError."""
    # Whoever closes waits for votes under way, and none comes after.
    dialogue = Dialogue.objects.select_for_update(no_key=True).get(pk=opinion.dialogue_id)
    if not dialogue.votes_open or not Opinion.objects.filter(pk=opinion.pk, voted_on=True).exists():
        raise CaseError(_("Nội dung này không còn lấy ý kiến nữa."))
    if choice not in CHOICES or len(voter) != 16:
        raise CaseError(_("Lựa chọn không hợp lệ: đồng tình, không đồng tình hoặc bỏ qua."))
    kept, _made = Vote.objects.update_or_create(opinion=opinion, voter=voter, defaults={"choice": choice})
    return kept
