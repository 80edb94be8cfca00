"""A unit's figures of earlier periods, on this period's map: of the period before, and of the same a year ago."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from danvan.figures import catalogue, jumps
from danvan.figures.earlier import Earlier
from danvan.figures.sheet import Key, Sheet
from danvan.lib.periods import Period


@dataclass(frozen=True, slots=True)
class Before:
    """One earlier figure. state: as of a cell; value: None where there is none. why: what to know of it, sentences."""

    period: Period
    state: str
    value: Decimal | None
    why: str = ""


Found = Mapping[Key, Before]


def figures_before(form: str, unit: int, period: Period, keys: Iterable[Key]) -> tuple[Found, Found]:
    """The period before and the same a year ago; one and the same for a year. Only what was reported, or said not to
    apply."""
    now = Sheet(form, [unit], period, period.end, ())
    if unit not in now.refs:
        return {}, {}
    keys, seen = list(keys), {}
    for one in (period.previous, period.same_last_year):
        if one not in seen:
            seen[one] = _found(Earlier(now, unit, one), keys)
    return seen[period.previous], seen[period.same_last_year]


def _found(earlier: Earlier, keys: Iterable[Key]) -> dict[Key, Before]:
    found = {}
    for key in keys:
        restated = earlier.restated(key)
        figure = restated.figure
        if figure.value is not None or figure.state == "not_applicable":
            found[key] = Before(earlier.period, figure.state, figure.value, " ".join(restated.reasons))
    return found


def unlike(form: str, unit: int, period: Period, figures: Mapping[Key, Decimal]) -> dict[Key, list[Before]]:
    """The figures that are far from every earlier one of the unit (figures.jumps), with those earlier ones."""
    if not figures:
        return {}
    before, year_before = figures_before(form, unit, period, figures)
    found = {}
    for key, value in figures.items():
        earlier = [one[key] for one in (before, year_before) if key in one and one[key].value is not None]
        earlier = list(dict.fromkeys(earlier))  # a year's period before is the one a year ago
        kind = catalogue.load()[key[0]].kind.code
        if jumps.asks(kind, value, [one.value for one in earlier if one.value is not None]):
            found[key] = earlier
    return found
