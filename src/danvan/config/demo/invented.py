"""Invented figures for the demo: the same for the same unit and period on every machine, and marked as illustration.

They keep the identities of the catalogue (received = complaints + ..., total = new + maintained), so that what the
pages find wrong is only what the sample texts say wrong.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

FIELDS = ("economy", "culture_society", "defence_security", "political_system")


class Invented(NamedTuple):
    indicator: str
    value: Decimal
    breakdown: dict[str, str] = {}
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def figures(code: str, year: int, quarter: int, weight: int = 1) -> Iterator[Invented]:
    """One unit's quarter. weight: how many communes' worth of activity (a former district: about a dozen)."""
    dice = random.Random(f"{code}/{year}/{quarter}")  # noqa: S311 -- illustration, not a secret

    def roll(low: int, high: int) -> int:
        return sum(dice.randint(low, high) for _ in range(weight))

    turns = roll(10, 45)
    first, repeat = _cut(dice, turns, 0.75, 0.1)
    solved, cases = _some(dice, first + repeat, 0.78), first + repeat
    yield from _counts(
        ("rec.turns", turns), ("rec.persons", turns + roll(0, 12)), ("rec.cases", cases), ("rec.cases_first", first)
    )
    yield from _counts(("rec.cases_repeat", repeat), ("rec.cases_resolved", solved))
    yield from _rate("rec.resolution_rate", solved, cases)

    kinds = [roll(0, 5), roll(0, 2), roll(3, 14), roll(2, 11)]
    received = sum(kinds)
    matters = received - _some(dice, received, 0.05)
    settled = _some(dice, matters, 0.82)
    yield from _counts(("pet.received", received))
    yield from _counts(
        *zip(("pet.complaints", "pet.denunciations", "pet.recommendations", "pet.reflections"), kinds, strict=True)
    )
    yield from _counts(("pet.cases", matters), ("pet.cases_resolved", settled))
    yield from _rate("pet.resolution_rate", settled, matters)

    sessions = roll(0, 3)
    opinions = sum(dice.randint(6, 22) for _ in range(sessions))
    yield from _counts(
        ("dlg.sessions", sessions),
        ("dlg.attendance", sum(dice.randint(45, 130) for _ in range(sessions))),
        ("dlg.opinions", opinions),
        ("dlg.opinions_resolved", _some(dice, opinions, 0.85)),
    )

    yield from _models(code, year, quarter, weight)
    yield from _counts(("awd.collective", roll(0, 3)), ("awd.individual", roll(0, 5)))

    gifts = roll(120, 420) if quarter == 1 else roll(5, 60)
    yield from _counts(("vis.delegations", roll(1, 4)), ("vis.gift_turns", gifts))
    yield Invented("vis.gift_value", Decimal(gifts * dice.randint(300, 700) * 1000))

    talks, courses = roll(3, 12), roll(0, 2)
    yield from _counts(
        ("prp.sessions", talks),
        ("prp.attendance", sum(dice.randint(40, 120) for _ in range(talks))),
        ("trn.courses", courses),
        ("trn.trainees", sum(dice.randint(30, 60) for _ in range(courses))),
        ("sup.sessions", roll(0, 3)),
        ("crt.sessions", roll(0, 1)),
        ("ins.sessions", roll(0, 2)),
        ("dem.meetings", roll(2, 14)),
        ("doc.issued", roll(4, 20)),
    )


def _models(code: str, year: int, quarter: int, weight: int) -> Iterator[Invented]:
    """Registered in the course of a year: what a later quarter says includes the earlier ones."""
    dice = random.Random(f"{code}/{year}/models")  # noqa: S311 -- illustration, not a secret
    kept = sum(dice.randint(5, 16) for _ in range(weight))
    new = sum(sum(dice.randint(0, 4) for _ in range(weight)) for _ in range(quarter))
    total = kept + new
    shares = [dice.randint(2, 5) for _ in FIELDS]
    by_field = [total * share // sum(shares) for share in shares]
    by_field[0] += total - sum(by_field)
    yield from _counts(("mod.total", total), ("mod.new", new), ("mod.maintained", kept))
    for field, count in zip(FIELDS, by_field, strict=True):
        yield Invented("mod.total", Decimal(count), {"field": field})


def _counts(*pairs: tuple[str, int]) -> Iterator[Invented]:
    for indicator, count in pairs:
        yield Invented(indicator, Decimal(count))


def _rate(indicator: str, part: int, whole: int) -> Iterator[Invented]:
    if whole:  # of nothing there is no rate
        percent = (Decimal(100 * part) / whole).quantize(Decimal("0.0001"))
        yield Invented(indicator, percent, {}, Decimal(part), Decimal(whole))


def _some(dice: random.Random, whole: int, share: float) -> int:
    return sum(dice.random() < share for _ in range(whole))


def _cut(dice: random.Random, whole: int, share: float, lost: float) -> tuple[int, int]:
    """Two parts of a whole of which a little belongs to neither (turns without a case)."""
    kept = whole - _some(dice, whole, lost)
    part = _some(dice, kept, share)
    return part, kept - part
