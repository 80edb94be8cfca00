"""What is kept of a matter no longer than its term: who raised it, its words, papers and answers. A tombstone stays.

The row stays with its days and states, so that every figure of the past comes out as it did; the acts of its timeline
stay as they were written: they name nobody (`vault.guard`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from danvan.access import actions_files
from danvan.access.models import StoredFile
from danvan.audit import actions as audit
from danvan.casework import retention, titles
from danvan.casework.models import Answer, Identity, Matter, PaperKey, Tombstone, Turn

BY = "danvan work"


def recount() -> int:
    """Puts the day of erasing right where the terms were changed; gives how many moved. In the system's scope."""
    moved = 0
    for rule in retention.rules():
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE casework_matter SET erase_on = (closed_on + make_interval(years => %(years)s))::date
                WHERE type = %(type)s AND erased_on IS NULL AND closed_on >= %(since)s
                    AND (%(until)s::date IS NULL OR closed_on < %(until)s)
                    AND erase_on IS DISTINCT FROM (closed_on + make_interval(years => %(years)s))::date
                """,
                {"years": rule.years, "type": rule.type, "since": rule.since, "until": rule.until},
            )
            moved += cursor.rowcount
    return moved


def erase_due(today: dt.date | None = None) -> int:
    """Erases what matters say whose term is over, one transaction each; gives how many. In the system's scope."""
    today = today or timezone.localdate()
    recount()
    done = 0
    for pk in _due(today).values_list("pk", flat=True):
        with transaction.atomic():
            matter = _due(today).select_for_update(of=("self",)).filter(pk=pk).first()
            if matter is not None:
                _erase(matter, today)
                done += 1
    return done


def _due(today: dt.date) -> QuerySet[Matter]:
    """Closed, their term over; not while what follows from them, or what they were joined to, is still kept."""
    follows = Matter.objects.filter(Q(related_to=OuterRef("pk")) | Q(merged_into=OuterRef("pk")), closed_on=None)
    kept = Matter.objects.filter(pk=OuterRef("merged_into"), erased_on=None)
    later = kept.filter(Q(erase_on=None) | Q(erase_on__gt=today))
    rows = Matter.objects.filter(erase_on__lte=today, erased_on=None, closed_on__isnull=False)
    return rows.filter(~Exists(follows), ~Exists(later)).order_by("erase_on", "pk")


def _erase(matter: Matter, today: dt.date) -> None:
    rule = retention.rule_of(matter.type, matter.closed_on or today)
    files = _files(matter)
    identity = Identity.objects.filter(matter=matter, content__isnull=False).first()
    what = ["words", *(["identity"] if identity else []), *(["papers"] if files else [])]
    what += ["answers"] if matter.answers.exists() else []
    Tombstone.objects.create(
        matter=matter,
        rule=str(rule)[:200],
        batch=today.isoformat(),
        files=len(files),
        what=what,
        sha256=fingerprint(matter, identity, files),
    )
    if identity:
        identity.content, identity.erased_at, identity.marks = None, timezone.now(), []
        identity.save(update_fields=["content", "erased_at", "marks"])
    PaperKey.objects.filter(matter=matter).update(content=None)
    for file in files:
        actions_files.discard(file=file, reason=str(rule), by=BY)
    Answer.objects.filter(matter=matter).update(text="", comment="", proof="")
    Turn.objects.filter(matter=matter).update(said="")
    matter.title, matter.worded = titles.erased(matter), False
    matter.text = matter.place = matter.public_text = ""
    matter.latitude = matter.longitude = None
    matter.public, matter.erased_on = False, today
    matter.save()
    audit.record(
        by=BY, verb="casework.erase", subject=matter, unit=matter.unit_id, rule=str(rule), what=what, files=len(files)
    )


def _files(matter: Matter) -> list[StoredFile]:
    """Papers that were handed in, written on, and made public; without their content."""
    of_matter = {*matter.attachments.values_list("file", flat=True), *matter.acts.values_list("file", flat=True)}
    rows = StoredFile.objects.defer("content").filter(pk__in=of_matter - {None}, content__isnull=False)
    return list(rows.order_by("pk"))


def fingerprint(matter: Matter, identity: Identity | None, files: list[StoredFile]) -> str:
    """Of what is erased, as it lay in the database: identity and papers there are encrypted."""
    answers = list(matter.answers.order_by("edition").values_list("text", "comment"))
    said: list[Any] = [matter.code, matter.title, matter.text, matter.place, answers]
    said += [bytes(identity.content or b"").hex() if identity else "", [file.sha256 for file in files]]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
