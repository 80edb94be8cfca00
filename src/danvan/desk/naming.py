"""What units were called on the days that pages speak of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from danvan.lib import periods
from danvan.units.models import UnitVersion


def last_day(code: str) -> date:
    """The last day of a period code; today where it is empty or cannot be read."""
    try:
        return periods.parse(code).end
    except ValueError:
        return timezone.localdate()


def names_on(wanted: Iterable[tuple[int, int, str]]) -> dict[int, str]:
    """(key, unit id, period code) -> key: the unit's name on the last day of the period; one query for all.

    A unit without a version on that day keeps the name of its nearest one.
    """
    wanted = list(wanted)
    versions: dict[int, list[UnitVersion]] = {}
    for version in UnitVersion.objects.filter(unit__in={unit for _, unit, _ in wanted}).order_by("during"):
        versions.setdefault(version.unit_id, []).append(version)
    return {key: _on(versions[unit], last_day(code)).name for key, unit, code in wanted if unit in versions}


def _on(versions: list[UnitVersion], day: date) -> UnitVersion:
    """The version that holds on the day, else the last before it, else the first."""
    begun = [version for version in versions if version.during.lower <= day]
    return begun[-1] if begun else versions[0]
