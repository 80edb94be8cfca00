"""Whose a document is, found on the map of its day."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from danvan.narrative.reading.document import Document
from danvan.narrative.resolving import Resolution, resolve
from danvan.units import queries as units
from danvan.units.models import UnitVersion


def whose(document: Document) -> Resolution:
    """The unit that reports, by the names of the map of that day; or what to ask."""
    day = day_of(document)

    def find(name: str, level: str | None) -> list[_OnMap]:
        return [_OnMap(version, day) for version in units.find(name, day, level)]

    return resolve(document, find, f"{day:%d/%m/%Y}")


def day_of(document: Document) -> date:
    """The day whose map is meant: the last one of the period, else the day of the text, else today."""
    period = document.period
    return (period and period.end) or document.published or timezone.localdate()


class _OnMap:
    """A unit as it was on a day; its path is looked up only if the name alone does not decide."""

    def __init__(self, version: UnitVersion, day: date) -> None:
        self.unit_id, self.name, self.level, self._day = version.unit_id, version.name, version.level, day

    def _versions(self) -> list[UnitVersion]:
        if not hasattr(self, "_path"):
            self._path = units.path(self.unit_id, self._day)
        return self._path

    @property
    def path(self) -> list[int]:
        return [version.unit_id for version in self._versions()]

    @property
    def path_names(self) -> list[str]:
        return [version.name for version in self._versions()]
