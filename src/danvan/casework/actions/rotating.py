"""A new key for the vault: everything sealed anew in batches, each its own transaction; may be broken off and resumed.

Works in the scope of the system. What is sealed meanwhile is sealed by the new key, since every process looks at the
file of keys before it seals; what another process seals by an old one at that very moment is waited for.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction

from danvan.audit import actions as audit
from danvan.casework.actions import vault
from danvan.casework.models import Identity, PaperKey
from danvan.casework.sealing import Keys

BATCH = 500
Told = Callable[[int], None]


def waiting() -> int:
    """How much is sealed by another key than the one that seals now."""
    active = vault.keys().active
    return sum(
        model.objects.filter(content__isnull=False).exclude(key_id=active).count() for model in (Identity, PaperKey)
    )


def rotate(*, by: audit.By, told: Told = lambda _done: None) -> int:
    """Puts a new key first, seals everything by it, gives the old ones up; gives how much was sealed anew.

    Where an earlier run was broken off it is only finished. Raises SealingError where the keys are not ours to write or
    something does not open.
    """
    if len(vault.keys().by_id) == 1:
        with transaction.atomic():
            made = vault.keys().with_new(settings.VAR)
            audit.record(by=by, verb="casework.new_vault_key", label=made.active)
    done = 0
    while sealed := _batch():
        done += sealed
        told(done)
    give_up_old_keys(by=by)
    return done


@transaction.atomic
def _batch() -> int:
    """Seals the next ones anew; 0 where nothing waits."""
    keys = vault.sealing()
    done = 0
    for model in (Identity, PaperKey):
        rows = model.objects.select_for_update(of=("self",)).select_related("matter")
        rows = rows.filter(content__isnull=False).exclude(key_id=keys.active).order_by("pk")
        for row in rows[: BATCH - done]:
            _reseal(row, keys)
            done += 1
    return done


def _reseal(row: Identity | PaperKey, keys: Keys) -> None:
    about = vault.about(row.matter) if isinstance(row, Identity) else vault.about_paper(row.matter, row.file_id)
    content = keys.open(row.key_id, bytes(row.content or b""), about)
    row.key_id, row.content = keys.seal(content, about)
    if isinstance(row, Identity) and not row.sealed:
        row.marks = vault.marks(content, row.matter.origin_id)
    row.save()


@transaction.atomic
def give_up_old_keys(*, by: audit.By) -> None:
    """Drops every key but the active one, once nothing is sealed by another and nobody is sealing.

    Keys that come from the environment are dropped there, by whoever set them.
    """
    keys = vault.keys()
    if len(keys.by_id) == 1 or not keys.ours():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [vault.SEALING])
    if waiting():
        return  # sealed by an old one in the last moment: the next run finds it
    kept = keys.only_active(settings.VAR)
    audit.record(
        by=by, verb="casework.give_up_vault_keys", label=kept.active, gone=sorted(set(keys.by_id) - {kept.active})
    )
