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


def dice_of(seed: str) -> random.Random:
    """The same throws for the same seed on every machine."""
    return random.Random(seed)  # noqa: S311 -- illustration, not a secret


def figures(code: str, year: int, quarter: int, weight: int = 1) -> Iterator[Invented]:
    """One unit's quarter. weight: how many communes' worth of activity (a former district: about a dozen)."""
    dice = dice_of(f"{code}/{year}/{quarter}")

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


def reception(code: str, year: int, quarter: int) -> Iterator[Invented]:
    """One unit's table of citizen reception: each total is the sum of its three sittings."""
    dice = dice_of(f"{code}/{year}/{quarter}/reception")
    counts = {sitting: _sitting(dice, high) for sitting, high in (("regular", 30), ("head", 8), ("delegated", 0))}
    yield from _counts(
        ("rec.turns", sum(one["rec.turns"] for one in counts.values())),
        ("rec.persons", sum(one["rec.persons"] for one in counts.values())),
        ("rec.cases", sum(one["rec.cases_first"] + one["rec.cases_repeat"] for one in counts.values())),
    )
    for sitting, one in counts.items():
        for indicator, count in one.items():
            yield Invented(indicator, Decimal(count), {"sitting": sitting})
        if sitting != "regular":
            yield Invented("rec.days", Decimal(dice.randint(4, 6) if sitting == "head" else 0), {"sitting": sitting})


def _sitting(dice: random.Random, high: int) -> dict[str, int]:
    turns = dice.randint(high // 3, high)
    first, repeat = _cut(dice, turns, 0.8, 0.1)
    groups = dice.randint(0, 1) if turns else 0
    return {
        "rec.turns": turns,
        "rec.persons": turns + groups * 6,
        "rec.cases_first": first,
        "rec.cases_repeat": repeat,
        "rec.groups": groups,
        "rec.group_persons": groups * 6,
        "rec.group_cases_first": min(groups, first),
        "rec.group_cases_repeat": 0,
    }


MATTERS = ("complaint", "denunciation", "recommendation", "reflection")


def petitions(code: str, year: int, quarter: int) -> Iterator[Invented]:
    """One unit's table of petitions: what was left of the quarter before is carried into this one."""
    dice = dice_of(f"{code}/{year}/{quarter}/petitions")
    carried = _left(code, year, quarter - 1) if quarter > 1 else _left(code, year - 1, 4)
    pending = _left(code, year, quarter)
    received = dice.randint(10, 28)
    processed = carried + received - pending
    eligible = dice.randint(processed // 2, processed)
    competent = _some(dice, eligible, 0.7)
    outside = eligible - competent
    guided = outside // 2
    urged = (outside - guided) // 4
    settled = _some(dice, eligible, 0.6)
    again = _some(dice, settled, 0.15)
    running = _some(dice, eligible - settled, 0.7)
    yield from _counts(
        ("pet.workload", carried + received),
        ("pet.carried_in", carried),
        ("pet.received", received),
        ("pet.processed", processed),
        ("pet.pending_end", pending),
        ("pet.eligible", eligible),
        ("pet.eligible_cases", _some(dice, eligible, 0.9)),
        ("pet.competent", competent),
        ("pet.not_competent", outside),
        ("pet.guided", guided),
        ("pet.transferred", outside - guided - urged),
        ("pet.urged", urged),
        ("pet.replies", _some(dice, outside, 0.5)),
    )
    yield from _parts("pet.carried_in", "signers", {"many": 0, "one": carried, "other": 0})
    many = _some(dice, received, 0.1)
    yield from _parts("pet.received", "signers", {"many": many, "one": received - many, "other": 0})
    kinds = _kinds(dice, eligible)
    yield from _parts("pet.eligible", "matter_type", kinds)
    stages = (settled - again, again, running, eligible - settled - running)
    names = ("settled_first", "settled_repeat", "in_progress", "not_settled")
    yield from _parts("pet.eligible", "settlement", dict(zip(names, stages, strict=True)))
    yield from _parts("pet.competent", "matter_type", _kinds(dice, competent))


def _left(code: str, year: int, quarter: int) -> int:
    """Petitions not processed at the end of a quarter: what the next one begins with."""
    return dice_of(f"{code}/{year}/{quarter}/left").randint(0, 5)


def _kinds(dice: random.Random, whole: int) -> dict[str, int]:
    rest = whole
    found = {}
    for kind in MATTERS[:-1]:
        found[kind] = _some(dice, rest, 0.3)
        rest -= found[kind]
    return {**found, MATTERS[-1]: rest}


def _parts(indicator: str, dimension: str, parts: dict[str, int]) -> Iterator[Invented]:
    for value, count in parts.items():
        yield Invented(indicator, Decimal(count), {dimension: value})


def week(code: str, year: int, number: int) -> Iterator[Invented]:
    """One week of a commune's Front."""
    dice = dice_of(f"{code}/{year}/W{number}")
    talks, gifts = dice.randint(0, 3), dice.randint(0, 12)
    received = dice.randint(0, 20)
    yield from _counts(
        ("iss.raised", dice.randint(0, 6)),
        ("iss.opinion_reports", 1),
        ("dlg.sessions", dice.randint(0, 1)),
        ("ctb.opinions", dice.randint(0, 9)),
        ("prp.sessions", talks),
        ("prp.attendance", sum(dice.randint(25, 80) for _ in range(talks))),
        ("vis.delegations", dice.randint(0, 2)),
        ("vis.gift_turns", gifts),
        ("vis.gift_value", gifts * 500_000),
        ("fund.received", received * 1_000_000),
        ("fund.spent", dice.randint(0, received) * 1_000_000),
        ("sup.sessions", dice.randint(0, 1)),
        ("crt.sessions", 0),
        ("ppl.sessions", dice.randint(0, 1)),
        ("ppl.invest_sessions", dice.randint(0, 1)),
    )


def _models(code: str, year: int, quarter: int, weight: int) -> Iterator[Invented]:
    """Registered in the course of a year: what a later quarter says includes the earlier ones."""
    dice = dice_of(f"{code}/{year}/models")
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
