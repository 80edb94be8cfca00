"""From readings to cells, or to a question. Never a guess: where a text gives two figures for one cell, people decide.

Plain Python: takes a Document, gives what may be filed and what must be asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from danvan.figures import catalogue
from danvan.narrative.reading.document import Document, Reading

SURE = 0.85  # confidence of the reader from which a name, or that there is none, need not be looked at by itself
Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Ratio:
    """22/29: what a percentage was made of, with the readings that say so."""

    numerator: Decimal
    denominator: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """One cell. readings: indices of every mention, the one that gives the value first, or of all that add up to it."""

    indicator: str
    breakdown: dict[str, str]
    value: Decimal
    qualifier: str
    readings: tuple[int, ...]
    previous: Decimal | None = None
    ratio: Ratio | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.indicator, catalogue.breakdown_key(self.breakdown)


@dataclass(frozen=True, slots=True)
class Filing:
    """cells: at most one per indicator and breakdown. questions: reading index -> what people have to decide.

    unsure: readings that would make a cell if the reader were sure of their names.
    """

    cells: tuple[Proposal, ...]
    questions: dict[int, str]
    unsure: tuple[int, ...] = ()


def propose(document: Document, adding: Collection[int] = ()) -> Filing:
    """What of a document can be filed for its unit and period. adding: readings that people had added up."""
    readings = document.readings
    groups: dict[Key, list[int]] = defaultdict(list)
    questions: dict[int, str] = {}
    for index, reading in enumerate(readings):
        if reading.indicator is None or reading.period is not None or reading.per:
            continue  # not in the catalogue, of another period, or a price per piece: shown, not filed
        groups[reading.indicator, tuple(sorted(reading.breakdown.items()))].append(index)
    cells: list[Proposal] = []
    unsure: list[int] = []
    for (indicator, breakdown), group in groups.items():
        if refused := _refused(indicator, dict(breakdown)):
            questions.update(dict.fromkeys(group, refused))
            continue
        if added := [i for i in group if i in adding]:
            cells.append(_added(readings, added))
            continue
        chosen = _one_fact(readings, group)
        if chosen is None:
            said = "; ".join(f"“{readings[i].quote.strip()}”" for i in group)
            for i in group:
                questions[i] = f"Văn bản nêu nhiều số cho cùng một chỉ tiêu ({said}): chọn một số, hoặc cộng lại."
            continue
        first = readings[chosen]
        if first.confidence < SURE:
            unsure += [i for i in group if _same_fact(readings[i], first)]
            continue
        mentions = (chosen, *(i for i in group if i != chosen and _same_fact(readings[i], first)))
        cells.append(
            Proposal(
                indicator,
                dict(breakdown),
                first.value,
                first.qualifier,
                mentions,
                previous=next((readings[i].previous for i in mentions if readings[i].previous is not None), None),
                ratio=_ratio(document, mentions) if first.unit == "%" else None,
            )
        )
    return Filing(tuple(cells), questions, tuple(unsure))


def _added(readings: Sequence[Reading], group: Sequence[int]) -> Proposal:
    first = readings[group[0]]
    said = {readings[i].qualifier for i in group}
    return Proposal(
        first.indicator or "",
        dict(first.breakdown),
        sum((readings[i].value for i in group), Decimal(0)),
        said.pop() if len(said) == 1 else "about",
        tuple(group),
    )


def _refused(indicator: str, breakdown: dict[str, str]) -> str:
    """Why the catalogue has no such figure; empty where it has."""
    try:
        catalogue.load()[indicator].check_breakdown(catalogue.breakdown_key(breakdown))
    except catalogue.CatalogueError as error:
        return f"{error} Chọn chỉ tiêu khác, hoặc bỏ phân tổ."
    return ""


def _one_fact(readings: Sequence[Reading], group: Sequence[int]) -> int | None:
    """The reading that stands for all of them, or None where they speak of different things.

    Parts give way to their whole, a rounded mention to the exact one. Equal figures are one fact only where the reader
    found them to be: two dialogues here and two there are four.
    """
    wholes = [i for i in group if not _is_part_within(readings, i, group)]
    standing = [i for i in wholes if readings[i].qualifier == "exact"] or wholes
    if len({_first_mention(readings, i, wholes) for i in standing}) != 1:
        return None
    leader = standing[0]
    return leader if all(_same_fact(readings[i], readings[leader]) for i in wholes) else None


def _first_mention(readings: Sequence[Reading], index: int, among: Sequence[int]) -> int:
    first = readings[index].mention_of
    return first if first is not None and first in among else index


def _is_part_within(readings: Sequence[Reading], index: int, group: Sequence[int]) -> bool:
    whole, seen = readings[index].part_of, {index}
    while whole is not None and whole not in seen:
        if whole in group:
            return True
        seen.add(whole)
        whole = readings[whole].part_of
    return False


def _same_fact(reading: Reading, leader: Reading) -> bool:
    """Whether both can be true of one count: equal, or the rounded one on its side of the exact one."""
    said, true = reading.value, leader.value
    if said == true:
        return True
    close = abs(said - true) <= max(abs(true), Decimal(1)) / 10
    return close and {"over": said < true, "nearly": said > true, "about": True}.get(reading.qualifier, False)


def _ratio(document: Document, mentions: Sequence[int]) -> Ratio | None:
    """The fraction that the text prints beside a percentage, found by the check that tied them."""
    for check in document.checks:
        if check.kind == "share" and check.parts and check.parts[-1] in mentions:
            part, whole = (document.readings[i].value for i in check.parts[:2])
            if whole > 0:
                return Ratio(part, whole)
    return None
