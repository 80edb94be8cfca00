"""What type, field and body the words of a matter speak for: words of the table and the unit's past matters.

Only a suggestion: a person decides, and what was suggested is kept beside what was decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from danvan.lib.datafiles import from_yaml
from danvan.lib.vietnamese import fold

DATA = Path(__file__).parent / "data" / "suggest.yaml"
_PAST = 2.0  # a past matter just like this one weighs as much as a phrase of two words


@dataclass(frozen=True, slots=True)
class Past:
    """A matter of the unit that speaks of the same; likeness from 0 to 1. named: its number."""

    named: str
    type: str
    field: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The best value with what speaks for it: phrases, numbers of past matters. value "": nothing speaks for any."""

    value: str = ""
    phrases: tuple[str, ...] = ()
    past: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True, slots=True)
class Suggested:
    type: Suggestion = field(default_factory=Suggestion)
    field: Suggestion = field(default_factory=Suggestion)
    body: str = ""


@dataclass(frozen=True, slots=True)
class _Table:
    types: Mapping[str, Mapping[str, str]]  # value -> folded phrase -> the phrase
    fields: Mapping[str, Mapping[str, str]]
    bodies: Mapping[str, str]


@cache
def _table(path: Path = DATA) -> _Table:
    data = from_yaml(path.read_text("utf-8"))

    def folded(part: str) -> dict[str, dict[str, str]]:
        return {value: {fold(phrase): phrase for phrase in phrases} for value, phrases in data[part].items()}

    return _Table(folded("types"), folded("fields"), data["bodies"])


def suggest(words: str, past: Iterable[Past] = ()) -> Suggested:
    """From title and text as typed. past: matters that speak of the same."""
    table, past = _table(), list(past)
    said = f" {_spaced(fold(words))} "
    kind = _best(said, table.types, [(one.type, one) for one in past])
    of = _best(said, table.fields, [(one.field, one) for one in past if one.field])
    return Suggested(kind, of, table.bodies.get(of.value, ""))


def _spaced(text: str) -> str:
    return "".join(c if c.isalnum() else " " for c in text)


def _best(said: str, values: Mapping[str, Mapping[str, str]], past: list[tuple[str, Past]]) -> Suggestion:
    weights: defaultdict[str, float] = defaultdict(float)
    found: dict[str, list[str]] = {}
    for value, phrases in values.items():
        for folded, phrase in phrases.items():
            if f" {folded} " in said:
                weights[value] += len(folded.split())  # a longer phrase says more
                found.setdefault(value, []).append(phrase)
    like: dict[str, list[str]] = {}
    for value, one in past:
        weights[value] += _PAST * one.likeness
        like.setdefault(value, []).append(one.named)
    if not weights:
        return Suggestion()
    value = max(weights, key=lambda one: (weights[one], one))
    return Suggestion(value, tuple(found.get(value, ()))[:3], tuple(like.get(value, ()))[:3])
