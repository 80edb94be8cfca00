"""The words that matters are kept in, from the catalogue's own vocabularies: what is counted is named once."""

from __future__ import annotations

from functools import cache

from danvan.figures import catalogue

Choices = list[tuple[str, str]]


@cache
def choices(name: str) -> Choices:
    """(value, Vietnamese name) of a vocabulary of the catalogue: channel, field_case, receiver, mode, ..."""
    found = catalogue.load().vocabularies[name]
    return [(value, wording.vi) for value, wording in found.values.items()]
