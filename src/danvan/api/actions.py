"""What is done with the programs that may write to us."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.api.models import Client
from danvan.audit import actions as audit
from danvan.units.models import Unit


class ApiError(ValueError):
    """What cannot be done with a program; a Vietnamese sentence that says what to do."""


@transaction.atomic
def add_client(*, unit: Unit | int, name: str, by: audit.By) -> tuple[Client, str]:
    """Lets a program in; gives it with its key, which is not kept. Raises ApiError without a name."""
    scope.require(Permission.MANAGE_PEOPLE)
    unit = unit.pk if isinstance(unit, Unit) else unit
    scope.require_unit(unit)
    if not name.strip():
        raise ApiError(_("Ghi tên hệ thống được kết nối."))
    key = secrets.token_urlsafe(32)
    client = Client.objects.create(unit_id=unit, name=name.strip()[:120], key_hash=digest(key), added_by=str(by)[:300])
    audit.record(by=by, verb="api.add_client", subject=client, unit=unit)
    return client, key


@transaction.atomic
def end_client(*, client: Client, by: audit.By) -> Client:
    """Shuts a program out from now on."""
    scope.require(Permission.MANAGE_PEOPLE)
    scope.require_unit(client.unit_id)
    if client.ended_at is None:
        client.ended_at = timezone.now()
        client.save(update_fields=["ended_at"])
        audit.record(by=by, verb="api.end_client", subject=client, unit=client.unit_id)
    return client


def with_key(key: str) -> Client | None:
    """The program that has this key, if it is let in; in the system's scope."""
    return Client.objects.filter(key_hash=digest(key), ended_at=None).first() if key else None


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
