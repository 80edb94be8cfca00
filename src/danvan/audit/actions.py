"""What was done, by whom, to what: written in the transaction of the deed, never changed afterwards."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb


class Actor(Protocol):
    """Somebody who acts for a unit (access.scope.Acting); str() says who in which post."""

    @property
    def person_id(self) -> int: ...
    @property
    def unit_id(self) -> int | None: ...


By: TypeAlias = "str | Actor"
_INSERT = """
INSERT INTO audit_event (at, by, person, stream, unit, verb, subject, label, data, number, hash)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 0, '')
"""


def record(
    *, by: By, verb: str, subject: models.Model | None = None, label: str = "", unit: int | None = None, **data: Any
) -> None:
    """Writes one event. Must be called inside the transaction of the deed, so that neither stands without the other.

    by: who acted, in words, or an Actor; the event joins the chain of the unit that they act for. unit: what the deed
    is about, the acting unit unless said; those who may see that unit may read of it.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise RuntimeError(f"{verb}: the event must be written in the transaction of the deed")
    name = f"{subject._meta.label}:{subject.pk}" if subject is not None else ""
    stream = getattr(by, "unit_id", None)
    said = (label or str(subject or ""))[:300]
    values = [str(by)[:300], getattr(by, "person_id", None), stream or 0, unit or stream, verb, name, said]
    with connection.cursor() as cursor:
        # No RETURNING: who acts need not be among those who may read of it.
        cursor.execute(_INSERT, [timezone.now(), *values, Jsonb(data, dumps=_dumps)])


def _dumps(data: dict[str, Any]) -> str:
    return DjangoJSONEncoder(ensure_ascii=False).encode(data)
