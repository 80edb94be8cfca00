"""Matters of a register that was kept elsewhere, entered once each, however often the file comes."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.access.permissions import Permission
from danvan.audit import actions as audit
from danvan.casework import register, workflow
from danvan.casework.actions import matters, vault
from danvan.casework.errors import CaseError
from danvan.casework.models import Matter
from danvan.casework.register import PERSON, Row

# Of these types alone an answer of the old register ends a matter: the others need decisions with number and verdict.
_PLAINLY_ANSWERED = ("recommendation", "reflection")
_OLD = "theo sổ đã nhập"


def find_known(rows: Iterable[Row], unit: int) -> None:
    """Marks rows that became matters before, and says of those that stand twice in the file that they do."""
    rows = [row for row in rows if not row.wrong]
    keys = {id(row): _keys(row, unit) for row in rows}
    wanted = {key for found in keys.values() for key in found}
    known = {one.key: one for one in Matter.objects.filter(origin=unit, key__in=wanted)}
    first: dict[UUID, int] = {}
    for row in rows:
        mine = keys[id(row)]
        row.known = next((str(known[key]) for key in mine if key in known), "")
        if mine[0] in first:
            row.wrong["number"] = _("Trùng với dòng %(at)s của tệp: mỗi vụ việc một dòng.") % {"at": first[mine[0]]}
        first.setdefault(mine[0], row.at)


def what_becomes(row: Row, *, decides: bool) -> str:
    """The act by which a row's result ends its matter; "" where it stays open."""
    act = register.result_of(row)
    if workflow.load()[row.said["type"]].sealed:
        return ""
    if act == "answer" and not (decides and row.said["type"] in _PLAINLY_ANSWERED):
        return ""
    return act


@transaction.atomic
def enter(*, rows: Iterable[Row], unit: int, by: scope.Acting) -> int:
    """Writes the rows that are right and not known yet; how many. All of them or, where one fails, none.

    Raises CaseError that names the row.
    """
    scope.require(Permission.RECEIVE)
    scope.require(Permission.HANDLE)
    scope.require_unit(unit, own=True)
    rows = list(rows)
    find_known(rows, unit)
    count = 0
    for row in rows:
        if row.wrong or row.known:
            continue
        try:
            _enter(row, unit, by)
        except CaseError as error:
            said = {"at": row.at, "why": " ".join(error.fields.values())}
            raise CaseError(_("Dòng %(at)s: %(why)s Chưa ghi dòng nào.") % said) from error
        count += 1
    audit.record(by=by, verb="casework.enter_register", subject=None, unit=unit, label=_("Sổ đã nhập"), rows=count)
    return count


def _enter(row: Row, unit: int, by: scope.Acting) -> None:
    said = row.said
    number = row.cells.get("number", "")
    result = said.get("result", "")
    text = said["text"]
    if result and workflow.load()[said["type"]].sealed:  # what came of it is as secret as what was said
        text, result = f"{text}\n\n{_noted(result)}", ""
    matter = matters.receive(
        unit=unit,
        matter_type=said["type"],
        worded=False,
        text=text,
        on=said["day"],
        channel=said["channel"],
        petition=True,
        person={name: said[name] for name in PERSON if said.get(name)},
        signers="many" if said["persons"] > 1 else "one" if said["name"] else "other",
        signer_count=said["persons"],
        field=said["field"],
        place=said["place"],
        key=_keys(row, unit)[0],
        by=by,
        **({"number": f"{number[:40]} ({_OLD})"} if number else {}),
    )
    if result:
        _end(matter, row, by)


def _end(matter: Matter, row: Row, by: scope.Acting) -> None:
    on = row.said.get("result_day") or row.said["day"]
    words = vault.hide(matter, row.said["result"])
    given = {"matter": matter, "by": by, "on": on, "named": True}
    match what_becomes(row, decides=by.may(Permission.DECIDE)):
        case "answer":
            matters.act(kind="accept", **given)
            matters.act(kind="answer", verdict="answered", answer=words, **given)
            matters.act(kind="deliver", proof=_OLD, **given)
        case "guide":
            matters.act(kind="guide", answer=words, **given)
        case "withdraw" | "file" as kind:
            matters.act(kind=kind, reason=words, **given)
        case _:
            matters.act(kind="note", reason=_noted(words), **given)


def _noted(result: str) -> str:
    return _("Kết quả ghi trong sổ cũ: %(words)s") % {"words": result}


def _keys(row: Row, unit: int) -> list[UUID]:
    """By the key in use, then by older ones: nobody can tell from it what the row said."""
    return [UUID(mark) for mark in vault.keys().marks(f"register:{register.same(row)}", unit)]
