from __future__ import annotations

from typing import Any

from django.db import models, transaction

from danvan.audit.models import Event


def record(*, by: str, verb: str, subject: models.Model | None = None, label: str = "", **data: Any) -> Event:
    """Writes one event. Must be called inside the transaction of the deed, so that neither stands without the other."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{verb}: the event must be written in the transaction of the deed")
    name = f"{subject._meta.label}:{subject.pk}" if subject is not None else ""
    return Event.objects.create(by=by, verb=verb, subject=name, label=label or str(subject or ""), data=data)
