"""Papers of a matter: originals scanned, what the citizen handed in, what an act was written on.

They may hold names and the hand of whoever wrote them, so they are kept encrypted and only those who handle the matter
read them; of a denunciation only for as long as two people opened it, each time on record. What they are called says
nothing of a person.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import actions_files, scope
from danvan.access.files import FileRefused
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.casework import workflow
from danvan.casework.actions import vault
from danvan.casework.actions.matters import locked
from danvan.casework.errors import CaseError
from danvan.casework.models import Attachment, Identity, Look, Matter, Opening, PaperKey
from danvan.casework.sealing import close, disclose, new_key

PURPOSE = "casework.Attachment"
MOST = 100  # papers of one matter
_NAMES = {Attachment.Kind.ORIGINAL: "ban-goc", Attachment.Kind.EVIDENCE: "tai-lieu"}


@transaction.atomic
def keep(*, matter: Matter, upload: BinaryIO, name: str, kind: str, by: audit.By) -> Attachment:
    """Keeps a paper of the matter. name: as it was sent; only its ending is kept.

    Raises files.FileRefused with a sentence where it is no paper that can be kept, CaseError for too many.
    """
    scope.require(Permission.RECEIVE)
    matter = locked(matter)
    if kind not in _NAMES:
        raise CaseError(kind=_("Chọn bản gốc hoặc tài liệu kèm theo."))
    count = matter.attachments.count()
    if count >= MOST:
        raise CaseError(
            file=_("Vụ việc đã có %(n)s tệp, không nhận thêm: hãy gộp các trang thành một tệp.") % {"n": MOST}
        )
    called = f"{_NAMES[Attachment.Kind(kind)]}-{matter.book_number}-{matter.book_year}-{count + 1}"
    stored = _store(matter, upload, called, name, by)
    return Attachment.objects.create(matter=matter, file=stored, kind=kind)


def paper(*, matter: Matter, act: str, upload: BinaryIO, name: str, by: audit.By) -> StoredFile:
    """Keeps what an act was written on; called before the act, in its transaction."""
    called = f"{act.replace('_', '-')}-{matter.book_number}-{matter.book_year}"
    return _store(matter, upload, called, name, by)


def _store(matter: Matter, upload: BinaryIO, called: str, sent_as: str, by: audit.By) -> StoredFile:
    """The file, closed by a key of its own, which is sealed by the vault's. A refusal speaks of it as it was sent."""
    key, name = new_key(), f"{called}{Path(sent_as).suffix[:8]}"
    try:
        stored = actions_files.store(
            upload,
            name=name,
            unit=matter.unit_id,
            purpose=PURPOSE,
            by=by,
            permission=Permission.RECEIVE,
            seal=lambda content: close(content, key, vault.about(matter)),
        )
    except FileRefused as error:
        raise FileRefused(str(error).replace(name, sent_as[-100:])) from error
    key_id, content = vault.sealing().seal({"key": key}, vault.about_paper(matter, stored.pk))
    PaperKey.objects.create(matter=matter, file=stored, key_id=key_id, content=content)
    return stored


def content_of(matter: Matter, stored: StoredFile) -> bytes:
    """A paper's bytes; b"" once erased. Whoever calls has seen to who may read. Raises SealingError."""
    key = PaperKey.objects.filter(file=stored, content__isnull=False).first()
    if key is None or stored.content is None:
        return bytes(stored.content or b"") if not PaperKey.objects.filter(file=stored).exists() else b""
    opened = vault.keys().open(key.key_id, bytes(key.content or b""), vault.about_paper(matter, stored.pk))
    return disclose(bytes(stored.content), opened["key"], vault.about(matter))


@transaction.atomic
def read(*, matter: Matter, file: int, by: scope.Acting) -> tuple[StoredFile, bytes]:
    """A paper of the matter with its content, for those who handle it; of one that is sealed each reading is on record.

    Raises CaseError where it may not be read now, Refused outside of the unit, StoredFile.DoesNotExist.
    """
    scope.require(Permission.HANDLE)
    scope.require_unit(matter.unit_id, own=True)
    of_matter = {*matter.attachments.values_list("file", flat=True), *matter.acts.values_list("file", flat=True)}
    if file not in of_matter:
        raise StoredFile.DoesNotExist
    if workflow.load()[matter.type].sealed:
        _opened(matter, by)
    # Kept by the unit that took the matter in, which may be another one's now.
    with scope.system("casework.document"):
        stored = StoredFile.objects.get(pk=file)
        return stored, content_of(matter, stored)


def _opened(matter: Matter, by: scope.Acting) -> None:
    identity = Identity.objects.filter(matter=matter).first()
    opening = (
        Opening.objects.filter(identity=identity, asked_by=by.person_id, until__gte=timezone.now()).last()
        if identity
        else None
    )
    if identity and opening is None:
        raise CaseError(_("Tài liệu của vụ việc tố cáo được niêm phong: cần hai người mở, có lý do."))
    if identity:
        why = _("Xem tài liệu: %(reason)s") % {"reason": opening.reason if opening else ""}
        Look.objects.create(identity=identity, person_id=by.person_id, by=str(by)[:300], why=why[:300], opening=opening)
        audit.record(by=by, verb="casework.look", subject=identity, label=str(matter), unit=matter.unit_id)
