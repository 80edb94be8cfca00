"""One row of every table of this room for a unit, for tests of who sees what."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace

from django.utils import timezone

from danvan.access.models import Person, StoredFile
from danvan.casework import actions
from danvan.casework.actions import dialogues, documents, issues, own_data, promises
from danvan.casework.models import Alarm, Answer, Attachment, Identity, Look, Matter, Move, Opening, Tombstone, Vote
from danvan.units.models import Unit

BY = "kiểm thử"


def one_of_each(unit: Unit, words: str, person: Person, file: StoredFile) -> SimpleNamespace:
    """In the system's scope. words: stand in every text."""
    today = timezone.localdate()
    matter = actions.receive(
        unit=unit,
        by=BY,
        matter_type="reflection",
        title=words,
        text=words,
        person={"name": "Người Gửi Đơn", "phone": "0912345678"},
    )
    for kind, said in (
        ("accept", {}),
        ("answer", {"verdict": "answered", "answer": words}),
        ("deliver", {"proof": words}),
    ):
        matter = actions.act(matter=matter, kind=kind, by=BY, **said)
    open_one = actions.receive(unit=unit, by=BY, matter_type="complaint", title=words, text=words)
    accepted = actions.receive(unit=unit, by=BY, matter_type="reflection", title=words, text=words)
    accepted = actions.act(matter=accepted, kind="accept", by=BY)
    again = actions.receive(unit=unit, by=BY, matter_type="reflection", title=words, text=words)
    for kind, said in (
        ("accept", {}),
        ("answer", {"verdict": "answered", "answer": words}),
        ("deliver", {"proof": words}),
        ("ask_again", {"reason": words}),
    ):
        again = actions.act(matter=again, kind=kind, by=BY, **said)
    sealed = actions.receive(
        unit=unit, by=BY, matter_type="denunciation", title=words, text=words, person={"name": "Người Gửi Đơn"}
    )
    Answer.objects.create(matter=matter, edition=1, text=words)
    paper = documents.keep(matter=open_one, upload=io.BytesIO(words.encode()), name="don.txt", kind="evidence", by=BY)
    Attachment.objects.create(matter=matter, file=file)
    Tombstone.objects.create(matter=matter, rule=words, batch="1")
    Alarm.objects.create(matter=open_one, kind="before", days=3, due=today, day=today)
    Move.objects.create(matter=open_one, before=today, after=today, why=words, on=today)
    opening = Opening.objects.create(identity=Identity.objects.get(matter=matter), asked_by=person, reason=words)
    Look.objects.create(identity=opening.identity, person=person, by=BY, why=words, opening=opening)
    asked = own_data.ask(matter=matter, wish="copy")
    turn = actions.receive_visit(unit=unit, by=BY, matter=matter, said=words)
    day = actions.plan_day(unit=unit, by=BY, on=today, receiver="party_secretary", note=words)
    issue = issues.raise_issue(unit=unit, by=BY, title=words, field="land", text=words)
    dialogue = dialogues.plan(unit=unit, by=BY, title=words, on=today, host_role="joint", place=words)
    opinion = dialogues.write_down(dialogue=dialogue, text=words, by=BY)
    promise = promises.promise(
        opinion=opinion, text=words, by_post=words, responsible=words, due=today + dt.timedelta(9), by=BY
    )
    promises.end(promise=promise, kept=True, text=words, by=BY)
    promise.refresh_from_db()
    promises.confirm(promise=promise, kept=True, text=words)
    Vote.objects.create(opinion=opinion, voter="abcdefgh", choice=1)
    return SimpleNamespace(
        matter=open_one.pk,
        closed=matter.pk,
        accepted=accepted.pk,
        again=again.pk,
        sealed=sealed.pk,
        code=matter.code,
        request=asked.pk,
        paper=paper.file_id,
        turn=turn.pk,
        day=day.pk,
        issue=issue.pk,
        dialogue=dialogue.pk,
        opinion=opinion.pk,
        promise=promise.pk,
        opening=opening.pk,
        matters=Matter.objects.filter(unit=unit).count(),
    )
