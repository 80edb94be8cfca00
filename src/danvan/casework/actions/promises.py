"""What becomes of a promise: made, moved with a reason, shown, kept, broken, confirmed by those it was made to."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from PIL import Image

from danvan.access import actions_files, files, scope
from danvan.access.models import StoredFile
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.casework.actions import vault
from danvan.casework.actions.matters import new_code
from danvan.casework.errors import CaseError
from danvan.casework.models import Confirmation, Matter, Opinion, Promise, PromiseStep
from danvan.lib.periods import vietnamese


@transaction.atomic
def promise(
    *,
    text: str,
    by_post: str,
    responsible: str,
    due: dt.date,
    by: audit.By,
    opinion: Opinion | None = None,
    matter: Matter | None = None,
    to: str = "",
    on: dt.date | None = None,
    public: bool = True,
    illustration: bool = False,
) -> Promise:
    """A promise made for an opinion of a dialogue or for a matter. Raises CaseError with a sentence for each field."""
    scope.require(Permission.HANDLE)
    if (opinion is None) == (matter is None):
        raise CaseError(_("Lời hứa gắn với một ý kiến hoặc một vụ việc."))
    unit = opinion.dialogue.unit_id if opinion else matter.unit_id  # type: ignore[union-attr]
    scope.require_unit(unit, own=True)
    if matter is not None:
        vault.guard(matter, {"text": text, "to": to})  # it is public
    on = on or timezone.localdate()
    wrong = {
        name: sentence
        for name, value, sentence in (
            ("text", text, _("Ghi điều đã hứa.")),
            ("by_post", by_post, _("Ghi chức danh người hứa.")),
            ("responsible", responsible, _("Ghi đơn vị thực hiện.")),
        )
        if not value.strip()
    }
    if due < on:
        wrong["due"] = _("Ngày hứa xong phải từ %(day)s trở đi.") % {"day": vietnamese(on)}
    if wrong:
        raise CaseError("", **wrong)
    made = Promise.objects.create(
        unit_id=unit,
        opinion=opinion,
        matter=matter,
        code=new_code(),
        text=text.strip(),
        to=(to or (opinion.hamlet if opinion else "")).strip()[:120],
        by_post=by_post.strip()[:200],
        responsible=responsible.strip()[:200],
        made_on=on,
        first_due=due,
        due=due,
        public=public,
        illustration=illustration,
    )
    if opinion is not None:
        Opinion.objects.filter(pk=opinion.pk).update(outcome=Opinion.Outcome.PROMISED)
    PromiseStep.objects.create(promise=made, kind="make", on=on, text=made.text, due=due, by=str(by)[:300])
    audit.record(by=by, verb="casework.promise", subject=made, unit=unit, due=due.isoformat())
    return made


@transaction.atomic
def move(*, promise: Promise, due: dt.date, reason: str, by: audit.By) -> Promise:
    """Another day, with the reason; the first day stays on show. Raises CaseError."""
    promise = _open(promise)
    if not reason.strip():
        raise CaseError(reason=_("Ghi lý do đổi ngày."))
    if due < timezone.localdate():
        raise CaseError(due=_("Ngày mới phải từ hôm nay trở đi."))
    promise.due = due
    return _step(promise, "move", by, text=reason.strip(), due=due)


@transaction.atomic
def show(*, promise: Promise, text: str, by: audit.By, photo: StoredFile | None = None) -> Promise:
    """What has been done so far. Raises CaseError where nothing is said."""
    promise = _open(promise)
    if not text.strip():
        raise CaseError(text=_("Ghi việc đã làm."))
    return _step(promise, "show", by, text=text.strip(), photo=photo)


@transaction.atomic
def end(
    *, promise: Promise, kept: bool, text: str, by: audit.By, on: dt.date | None = None, photo: StoredFile | None = None
) -> Promise:
    """Kept, with what shows it; or it cannot be kept, and why. Raises CaseError."""
    scope.require(Permission.DECIDE)
    promise = _open(promise)
    on = on or timezone.localdate()
    if not text.strip():
        raise CaseError(text=_("Ghi kết quả thực hiện.") if kept else _("Ghi lý do không thực hiện được."))
    if not promise.made_on <= on <= timezone.localdate():
        raise CaseError(on=_("Ngày kết thúc từ %(day)s đến hôm nay.") % {"day": vietnamese(promise.made_on)})
    promise.state, promise.ended_on = (Promise.State.KEPT if kept else Promise.State.BROKEN), on
    return _step(promise, "keep" if kept else "break", by, on=on, text=text.strip(), photo=photo)


@transaction.atomic
def reopen(*, promise: Promise, reason: str, due: dt.date, by: audit.By) -> Promise:
    """Those it was made to say that it was not kept, and they are right. Raises CaseError."""
    scope.require(Permission.DECIDE)
    promise = _locked(promise)
    if promise.state == Promise.State.OPEN:
        raise CaseError(_("Lời hứa này đang thực hiện."))
    if not reason.strip():
        raise CaseError(reason=_("Ghi lý do làm lại."))
    if due < timezone.localdate():
        raise CaseError(due=_("Ngày mới phải từ hôm nay trở đi."))
    promise.state, promise.ended_on, promise.due = Promise.State.OPEN, None, due
    return _step(promise, "reopen", by, text=reason.strip(), due=due)


@transaction.atomic
def confirm(
    *, promise: Promise, kept: bool, text: str = "", by: audit.By = "", key: UUID | None = None
) -> Confirmation:
    """What those it was made to say of it: by their code (in the system's scope), or written down by staff for them."""
    Promise.objects.select_for_update().get(pk=promise.pk)  # the same form sent twice at one moment waits here
    if key and (known := Confirmation.objects.filter(key=key).first()):
        return known
    if promise.state == Promise.State.OPEN:
        raise CaseError(_("Lời hứa này chưa được báo là đã xong: chưa thể xác nhận."))
    if by:
        scope.require(Permission.RECEIVE)
        scope.require_unit(promise.unit_id, own=True)
    said = Confirmation.objects.create(promise=promise, kept=kept, text=text.strip()[:500], by=str(by)[:300], key=key)
    audit.record(by=by or "người dân", verb="casework.confirm", subject=promise, unit=promise.unit_id, kept=kept)
    return said


# What shows that it was kept

PHOTO = "casework.PromiseStep"
WIDEST = 1600  # pixels: sharp on any screen, light on a phone
BASES = {  # why a photo may be shown to everybody
    "nobody": gettext_lazy("không nhận ra ai, không có biển số, giấy tờ"),
    "agreed": gettext_lazy("người trong ảnh đã đồng ý"),
}


def photo_of(*, promise: Promise, upload: BinaryIO, name: str, by: audit.By) -> StoredFile:
    """Keeps a photo for a step, called before it in its transaction: drawn anew, so that it says nothing of where, when
    and by whose camera it was taken. Raises files.FileRefused with a sentence for what is no photo.
    """
    scope.require(Permission.HANDLE)
    scope.require_unit(promise.unit_id, own=True)
    count = promise.steps.filter(photo__isnull=False).values("photo").distinct().count()
    with files.inspect(upload, name=name, allowed=files.IMAGES) as found:
        small = io.BytesIO()
        with Image.open(found.content) as picture:
            picture.thumbnail((WIDEST, WIDEST))
            picture.convert("RGB").save(small, "JPEG", quality=82, optimize=True)
    small.seek(0)
    called = f"bang-chung-{promise.pk}-{count + 1}.jpg"
    kept = {"unit": promise.unit_id, "purpose": PHOTO, "allowed": [files.JPEG], "permission": Permission.HANDLE}
    return actions_files.store(small, name=called, by=by, **kept)


@transaction.atomic
def reveal(*, promise: Promise, photo: int, basis: str, by: audit.By) -> Promise:
    """Puts a photo of the promise on the public board. Raises CaseError without saying why it may be seen."""
    promise = _locked(promise)
    if basis not in BASES:
        raise CaseError(basis=_("Chọn vì sao ảnh được hiện cho mọi người: không nhận ra ai, hoặc đã được đồng ý."))
    with override("vi"):  # the record has one language, whoever's page it is
        why = str(BASES[basis])
    return _step(promise, "reveal", by, text=why, photo=_own_photo(promise, photo))


@transaction.atomic
def hide(*, promise: Promise, photo: int, by: audit.By) -> Promise:
    """Takes a photo off the public board; it stays with the promise."""
    promise = _locked(promise)
    return _step(promise, "hide", by, photo=_own_photo(promise, photo))


def revealed(steps: Iterable[PromiseStep]) -> set[int]:
    """Keys of the photos that everybody may see. steps: all of a promise, in their order."""
    seen: set[int] = set()
    for step in steps:
        if step.kind == "reveal" and step.photo_id:
            seen.add(step.photo_id)
        elif step.kind == "hide" and step.photo_id:
            seen.discard(step.photo_id)
    return seen


def _own_photo(promise: Promise, photo: int) -> StoredFile:
    step = promise.steps.filter(photo=photo).select_related("photo").first()
    if step is None or step.photo is None:
        raise CaseError(_("Lời hứa này không có ảnh đó."))
    return step.photo


def _locked(promise: Promise) -> Promise:
    scope.require(Permission.HANDLE)
    found = Promise.objects.select_for_update().filter(pk=promise.pk).first()
    if found is None:
        raise CaseError(_("Lời hứa này không thuộc đơn vị bạn."))
    scope.require_unit(found.unit_id, own=True)
    return found


def _open(promise: Promise) -> Promise:
    found = _locked(promise)
    if found.state != Promise.State.OPEN:
        raise CaseError(_("Lời hứa này đã kết thúc."))
    return found


def _step(promise: Promise, kind: str, by: audit.By, *, on: dt.date | None = None, **said: Any) -> Promise:
    promise.changes += 1
    promise.save()
    PromiseStep.objects.create(promise=promise, kind=kind, on=on or timezone.localdate(), by=str(by)[:300], **said)
    audit.record(by=by, verb=f"casework.promise_{kind}", subject=promise, unit=promise.unit_id, state=promise.state)
    return promise
