"""What is done with files: kept for a unit, and discarded again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from danvan.access import files, scope
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.units.models import Unit


def store(
    upload: BinaryIO | Path,
    *,
    name: str,
    unit: Unit | int,
    purpose: str,
    by: audit.By,
    allowed: Collection[files.Kind] = files.ALL,
    permission: Permission = Permission.FILL,
    seal: Callable[[bytes], bytes] | None = None,
) -> StoredFile:
    """Looks into the upload and keeps it for the acting unit. purpose: what it is stored for, "figures.Cell".

    permission: what the purpose asks for; whoever receives citizens keeps their papers, but no evidence of figures.
    seal: what the content goes through before it is kept; the hash is then of what is kept.

    Raises files.FileRefused with a sentence for the sender, scope.Refused for another's unit or without the right.
    """
    unit = unit.pk if isinstance(unit, Unit) else unit
    scope.require(permission)
    scope.require_unit(unit, own=True)
    with files.inspect(upload, name=name, allowed=allowed) as found, transaction.atomic():
        content, sha256 = found.content.read(), found.sha256
        if seal is not None:
            content = seal(content)
            sha256 = hashlib.sha256(content).hexdigest()
        stored = StoredFile.objects.create(
            unit_id=unit,
            name=found.safe_name,
            kind=found.kind,
            mime=found.mime,
            size=found.size,
            sha256=sha256,
            content=content,
            purpose=purpose,
            stored_by=str(by)[:300],
        )
        audit.record(
            by=by,
            verb="access.store_file",
            subject=stored,
            unit=unit,
            purpose=purpose,
            kind=found.kind,
            size=found.size,
            sha256=sha256,
        )
    return stored


@transaction.atomic
def discard(*, file: StoredFile, reason: str, by: audit.By) -> StoredFile:
    """Lets the content go for good; what it was, who kept it and why it went stay on record. May be repeated.

    Raises ValueError without a reason or where the file is sealed with figures (the database tells), scope.Refused for
    another's unit or without the right.
    """
    scope.require(Permission.FILL)
    scope.require_unit(file.unit_id, own=True)
    if not reason.strip():
        raise ValueError(_("Hãy ghi lý do bỏ tệp."))
    try:
        with transaction.atomic():
            gone = StoredFile.objects.filter(pk=file.pk, content__isnull=False).update(content=None)
    except IntegrityError as error:
        raise ValueError(_("Tệp đứng sau số liệu đã chốt nên được giữ lại.")) from error
    if gone:
        audit.record(
            by=by,
            verb="access.discard_file",
            subject=file,
            unit=file.unit_id,
            reason=reason.strip(),
            sha256=file.sha256,
        )
    file.content = None
    return file
