"""Drafts of answers out of the table (data/answers.yaml), filled with a matter's facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from danvan.casework.models import Act, Matter
from danvan.casework.queries import names_of
from danvan.lib.datafiles import from_yaml
from danvan.lib.periods import vietnamese

DATA = Path(__file__).parent / "data" / "answers.yaml"
GAP = "[…]"  # what is still to be written; nothing with it can be signed


@cache
def templates(path: Path = DATA) -> Mapping[str, str]:
    found: Mapping[str, str] = from_yaml(path.read_text("utf-8"))
    return found


def prefilled(matter: Matter, acts: Iterable[Act]) -> str:
    """The draft that a matter's answer begins with."""
    accepted = next((act for act in reversed(list(acts)) if act.kind == "accept"), None)
    facts = {
        "number": str(matter),
        "received": vietnamese(matter.received_on),
        "title": matter.title[:1].lower() + matter.title[1:],
        "unit": names_of([matter.unit_id]).get(matter.unit_id, ""),
        "accepted": str(accepted.said.get("number", "")) if accepted else GAP,
        "accepted_on": vietnamese(accepted.on) if accepted else GAP,
    }
    return templates()[matter.type].format(**facts).strip()
