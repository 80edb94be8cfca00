"""Who raised a matter: kept encrypted, looked at on record, opened by two where the law wants it sealed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import notices, scope
from danvan.access.permissions import Permission
from danvan.access.scope import Acting
from danvan.audit import actions as audit
from danvan.casework import protecting, workflow
from danvan.casework.errors import CaseError, Named
from danvan.casework.models import Identity, Look, Matter, Opening
from danvan.casework.sealing import Keys
from danvan.lib.vietnamese import fold

PERSON = ("name", "phone", "email", "address", "paper", "members")
FIELDS = (*PERSON, "title", "text", "place")  # the words too, where they tell who it is or are sealed
SEALING = 20260704  # lock held while something is sealed
LONGEST_REASON = 300
OPEN_FOR = dt.timedelta(minutes=30)


_loaded: tuple[object, Keys] | None = None


def keys() -> Keys:
    """As they are now: `danvan vault rotate` may have put a new one first while this process runs."""
    global _loaded
    edition = Keys.edition(settings.VAR)
    if _loaded is None or _loaded[0] != edition or edition is None:
        _loaded = Keys.edition(settings.VAR), Keys.load(settings.VAR)
    return _loaded[1]


def sealing() -> Keys:
    """The keys, to seal something by: until the transaction ends none of them is given up (see `give_up_old_keys`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [SEALING])
    return keys()


def keep(*, matter: Matter, content: Mapping[str, Any], sealed: bool) -> Identity:
    """Writes who raised a matter, inside the transaction that makes the matter."""
    said = {field: content[field] for field in FIELDS if content.get(field)}
    key_id, closed = sealing().seal(said, about(matter))
    return Identity.objects.create(
        matter=matter,
        sealed=sealed,
        key_id=key_id,
        content=closed,
        marks=[] if sealed else marks(said, matter.origin_id),
    )


def rewrite(*, matter: Matter, content: Mapping[str, Any]) -> None:
    """Writes an identity anew, inside the transaction that says why and on whose word."""
    identity = Identity.objects.select_for_update().get(matter=matter)
    identity.key_id, identity.content = sealing().seal(dict(content), about(matter))
    if not identity.sealed:
        identity.marks = marks(content, matter.origin_id)
    identity.save(update_fields=["key_id", "content", "marks"])


def marks(content: Mapping[str, Any], unit: int) -> list[str]:
    """Keyed marks of what tells a person: telephone, paper number, name with address."""
    return [keys().mark(one, unit) for one in _telling(content)]


def all_marks(content: Mapping[str, Any], unit: int) -> list[str]:
    """The same by every key in use, for looking up."""
    return [mark for one in _telling(content) for mark in keys().marks(one, unit)]


def _telling(content: Mapping[str, Any]) -> list[str]:
    digits = re.sub(r"\D", "", str(content.get("phone", "")))
    paper = re.sub(r"\W", "", str(content.get("paper", ""))).lower()
    name, address = fold(str(content.get("name", ""))), fold(str(content.get("address", "")))
    told = [f"phone:{digits[-9:]}" if len(digits) >= 9 else "", f"paper:{paper}" if len(paper) >= 6 else ""]
    told.append(f"name:{name}|{address}" if name and address else "")
    return [one for one in told if one]


# What is written beside it


def protected(matter: Matter) -> tuple[protecting.Token, ...]:
    """What tells who raised the matter, to be kept out of words. Nobody looks: only a program compares."""
    identity = Identity.objects.filter(matter=matter, content__isnull=False).first()
    if identity is None:
        return ()
    return protecting.tokens([keys().open(identity.key_id, bytes(identity.content or b""), about(matter))])


def hide(matter: Matter, said: str) -> str:
    """What a citizen says later, as it may stand in the timeline: without what tells who they are."""
    return protecting.mask(said, protected(matter), forms=True)


def guard(matter: Matter, said: Mapping[str, Any], *, named: bool = False) -> None:
    """Words that staff write about a matter name nobody who raised it. named: they saw that and it has to stand.

    Raises Named with a sentence for each field; of what is sealed always, and for anybody's telephone or number too.
    """
    sealed = workflow.load()[matter.type].sealed
    if not named or sealed:
        check(said, protected(matter), sealed=sealed)


def check(said: Mapping[str, Any], sought: tuple[protecting.Token, ...], *, sealed: bool) -> None:
    """As `guard`, for a matter that is only being made."""
    told = {
        name: protecting.told(hits)
        for name, words in said.items()
        if isinstance(words, str) and (hits := protecting.find(words, sought, forms=sealed))
    }
    if told:
        sentence = (
            _("Chỗ này có thể làm lộ người tố cáo (%(what)s): hãy bỏ đi.")
            if sealed
            else _("Chỗ này nêu %(what)s của người gửi, danh sách và bản in sẽ mang theo: bỏ đi, hoặc chọn “Vẫn ghi”.")
        )
        raise Named(sealed=sealed, **{name: sentence % {"what": what} for name, what in told.items()})


@transaction.atomic
def note_named(*, matter: Matter, by: Acting) -> None:
    """That somebody tried to write who raised what is sealed: whoever guesses at a name is seen by the inspector."""
    identity = Identity.objects.filter(matter=matter).first()
    if identity is not None:
        why = _("Ghi chữ có thể làm lộ người tố cáo, đã bị chặn")
        Look.objects.create(identity=identity, person_id=by.person_id, by=str(by)[:300], why=why)
        audit.record(by=by, verb="casework.named", subject=identity, label=str(matter), unit=matter.unit_id)


@transaction.atomic
def look(*, matter: Matter, why: str, by: audit.By) -> dict[str, Any]:
    """Who raised the matter, for those who handle it; each look is written down.

    Raises CaseError for what is sealed (see `open_sealed`), erased or without a reason, Refused outside of the unit.
    """
    identity = _identity(matter)
    if identity.sealed:
        raise CaseError(_("Danh tính người tố cáo được niêm phong: cần hai người mở, có lý do."))
    if not why.strip():
        raise CaseError(why=_("Ghi lý do xem."))
    _short(why=why)
    return _read(identity, why.strip(), by, None)


@transaction.atomic
def ask_to_open(*, matter: Matter, reason: str, by: Acting) -> Opening:
    """The first of two people asks to open what is sealed. Raises CaseError without a reason."""
    scope.require(Permission.UNSEAL)
    identity = _identity(matter)
    if not identity.sealed:
        raise CaseError(_("Vụ việc này không niêm phong danh tính."))
    if len(reason.strip()) < 10:
        raise CaseError(reason=_("Ghi rõ lý do cần mở (ít nhất 10 ký tự)."))
    _short(reason=reason)
    asked = Opening.objects.create(identity=identity, asked_by_id=by.person_id, reason=reason.strip())
    audit.record(by=by, verb="casework.ask_to_open", subject=asked, label=str(matter), unit=matter.unit_id)
    notices.notify(
        kind="matter",
        sentence=_("Có người đề nghị mở niêm phong vụ việc số %(number)s.") % {"number": matter},
        link=f"/matters/{matter.pk}/",
        unit=matter.unit_id,
        permission=Permission.UNSEAL,
    )
    return asked


@transaction.atomic
def allow_opening(*, opening: Opening, allowed: bool, by: Acting) -> Opening:
    """The second one allows it, for a short time, or refuses. Raises CaseError where it is the same person."""
    scope.require(Permission.UNSEAL)
    opening = Opening.objects.select_for_update().get(pk=opening.pk)
    if opening.asked_by_id == by.person_id:
        raise CaseError(_("Người mở phải khác người đề nghị mở: cần hai người."))
    if opening.allowed_at or opening.refused_at:
        raise CaseError(_("Đề nghị này đã được trả lời."))
    now = timezone.now()
    if allowed:
        opening.allowed_by_id, opening.allowed_at, opening.until = by.person_id, now, now + OPEN_FOR
    else:
        opening.refused_at = now
    opening.save()
    audit.record(
        by=by, verb="casework.allow_opening", subject=opening, unit=opening.identity.matter.unit_id, allowed=allowed
    )
    matter = opening.identity.matter
    said = (
        _("Đã đồng ý cho mở niêm phong vụ việc số %(number)s.")
        if allowed
        else _("Đã từ chối mở niêm phong vụ việc số %(number)s.")
    )
    notices.notify(
        kind="matter",
        sentence=said % {"number": matter},
        link=f"/matters/{matter.pk}/",
        unit=matter.unit_id,
        persons=[opening.asked_by_id],
    )
    return opening


@transaction.atomic
def open_sealed(*, opening: Opening, by: Acting) -> dict[str, Any]:
    """What is sealed, for the one who asked, while it is open. Raises CaseError."""
    scope.require(Permission.UNSEAL)
    if opening.asked_by_id != by.person_id:
        raise CaseError(_("Chỉ người đã đề nghị được xem."))
    if opening.until is None or opening.until < timezone.now():
        raise CaseError(_("Chưa được người thứ hai đồng ý, hoặc đã hết thời gian mở: hãy đề nghị lại."))
    return _read(opening.identity, opening.reason, by, opening)


def _short(**said: str) -> None:
    for name, reason in said.items():
        if len(reason.strip()) > LONGEST_REASON:
            raise CaseError(**{name: _("Tối đa %(most)s ký tự.") % {"most": LONGEST_REASON}})


def _identity(matter: Matter) -> Identity:
    scope.require(Permission.HANDLE)
    scope.require_unit(matter.unit_id, own=True)
    identity = Identity.objects.filter(matter=matter).first()
    if identity is None:
        raise CaseError(_("Vụ việc này không có thông tin người gửi."))
    if identity.content is None:
        raise CaseError(_("Thông tin người gửi đã được xóa theo thời hạn lưu giữ."))
    return identity


def _read(identity: Identity, why: str, by: audit.By, opening: Opening | None) -> dict[str, Any]:
    person: int | None = getattr(by, "person_id", None)
    Look.objects.create(identity=identity, person_id=person, by=str(by)[:300], why=why[:300], opening=opening)
    audit.record(
        by=by, verb="casework.look", subject=identity, label=str(identity.matter), unit=identity.matter.unit_id
    )
    return keys().open(identity.key_id, bytes(identity.content or b""), about(identity.matter))


def about(matter: Matter) -> str:
    """What an identity is bound to: beside another matter it does not open."""
    return f"casework.Matter:{matter.code}"


def about_paper(matter: Matter, file: int) -> str:
    return f"casework.Matter:{matter.code}:{file}"
