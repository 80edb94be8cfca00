"""What a person did to a written file, and which figures are others now than when it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from danvan.narrative.reopening.numbers import Outcome, outcomes
from danvan.narrative.reopening.pairing import Group, Pairing, pair
from danvan.narrative.writing.model import Aspect, Figure
from danvan.narrative.writing.passages import Passage
from danvan.narrative.writing.trace import Trace, Written

_STORED = Decimal("0.0001")

Place = Literal["text", "heading", "annex"]
Change = Literal["added", "changed", "filled", "removed"]


@dataclass(frozen=True, slots=True)
class ChangedNumber:
    """A number that a person changed, or took out (now: None).

    sentence: the passage that it stands in now, as it was written where it is gone; start, end: where in it.
    """

    cell: str
    aspect: Aspect
    was: str
    now: str | None
    sentence: str
    start: int
    end: int
    place: Place


@dataclass(frozen=True, slots=True)
class ChangedText:
    """A passage that a person wrote, reworded, filled in or took out. was, now: "" where there is none."""

    kind: Change
    was: str
    now: str
    place: Place


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """A figure that is another in the system now. places: how often the file says it. None: no such line any more."""

    cell: str
    was: Figure
    now: Figure | None
    was_before: Figure | None
    now_before: Figure | None
    places: int

    @property
    def before_too(self) -> bool:
        """Whether the figure of the year before is another one."""
        return not _same(self.was_before, self.now_before)


@dataclass(frozen=True, slots=True)
class Differences:
    changed: tuple[ChangedNumber, ...]
    deleted: tuple[ChangedNumber, ...]
    texts: tuple[ChangedText, ...]
    numbers: int  # that were written and compared

    @property
    def none(self) -> bool:
        return not (self.changed or self.deleted or self.texts)


def differences(trace: Trace, found: tuple[Passage, ...]) -> Differences:
    """What was done to the file. Heading block, recipients and signature are for people to fill and not compared."""
    written = trace.passages
    pairing = pair(written, found)
    told, reworded = outcomes(written, found, pairing)
    # In the order of the paper.
    told.sort(key=lambda one: (one.written, one.number.start))
    numbers = [_number(one, written, found) for one in told if not one.same]
    return Differences(
        changed=tuple(one for one in numbers if one.now is not None),
        deleted=tuple(one for one in numbers if one.now is None),
        texts=tuple(_texts(written, found, pairing, reworded)),
        numbers=len(told),
    )


def moved(trace: Trace, now: Mapping[str, tuple[Figure, Figure | None]]) -> tuple[ChangedFigure, ...]:
    """The figures that the file says and that are others now; `now`: cell -> figure and that of the period before.

    A figure of the year before counts where the file says it, or a change against it.
    """
    said: dict[str, list[Aspect]] = {}
    for passage in trace.passages:
        for number in passage.numbers:
            said.setdefault(number.cell, []).append(number.aspect)
    changed = []
    for cell, (was, was_before) in trace.figures.items():
        aspects = said.get(cell, [])
        new, new_before = now.get(cell, (None, None))
        compared = any(aspect in ("before", "delta", "percent") for aspect in aspects)
        figure = ChangedFigure(cell, was, new, was_before, new_before, len(aspects))
        if aspects and (not _same(was, new) or (compared and figure.before_too)):
            changed.append(figure)
    return tuple(changed)


def _same(one: Figure | None, other: Figure | None) -> bool:
    """A rate by what it is made of where that is known; else as exactly as figures are stored."""
    one, other = one or Figure(), other or Figure()
    if one.value is None or other.value is None:
        return one == other
    terms = (one.numerator, one.denominator), (other.numerator, other.denominator)
    if None not in terms[0] + terms[1]:
        alike = terms[0] == terms[1]
    else:
        alike = one.value.quantize(_STORED, ROUND_HALF_UP) == other.value.quantize(_STORED, ROUND_HALF_UP)
    return alike and (one.state, one.qualifier) == (other.state, other.qualifier)


def _number(one: Outcome, written: tuple[Written, ...], found: tuple[Passage, ...]) -> ChangedNumber:
    source, number = written[one.written], one.number
    if one.text is None:
        sentence, start, end = source.text, number.start, number.end
    else:
        sentence, start, end = found[one.passage].text, one.start, one.end
    return ChangedNumber(number.cell, number.aspect, one.was, one.text, sentence, start, end, _place(source))


def _place(written: Written) -> Place:
    return "annex" if written.kind == "annex" else "heading" if written.kind == "heading" else "text"


def _texts(
    written: tuple[Written, ...], found: tuple[Passage, ...], pairing: Pairing, reworded: Mapping[int, bool]
) -> list[ChangedText]:
    """In the order of the edited file; what was taken out stands where it stood."""
    gone, new = pairing.alone
    partner = {j: group for group in pairing.groups for j in group.found}
    told: list[tuple[tuple[float, float], ChangedText]] = []
    for place, group in enumerate(pairing.groups):
        first = written[group.written[0]]
        if first.kind != "block" and reworded[place]:
            was = "\n".join(written[i].text for i in group.written)
            now = "\n".join(found[j].text for j in group.found)
            kind: Change = "filled" if first.kind == "place" else "changed"
            told.append(((min(group.found), 0), ChangedText(kind, was, now, _place(first))))
    filled: set[int] = set()
    for j in new:
        around = _around(j, partner, len(found))
        kinds = [written[group.written[0]].kind for group in around]
        if found[j].row and kinds[:1] in ([], ["block"]):
            continue  # of the heading block or the signature
        if kinds and all(kind == "block" for kind in kinds):
            continue
        place_ = next((i for i in gone if written[i].kind == "place" and i not in filled and _between(i, around)), None)
        if place_ is not None and not found[j].row:
            filled.add(place_)
            told.append(((j, 0), ChangedText("filled", written[place_].text, found[j].text, "text")))
        else:
            where: Place = "annex" if found[j].row and kinds[0] == "annex" else "text"
            told.append(((j, 0), ChangedText("added", "", found[j].text, where)))
    for i in gone:
        if written[i].kind != "block" and i not in filled:
            before = [max(group.found) for group in pairing.groups if max(group.written) < i]
            at = (max(before, default=-1) + 0.5, i)
            told.append((at, ChangedText("removed", written[i].text, "", _place(written[i]))))
    return [one for _at, one in sorted(told, key=lambda one: one[0])]


def _around(j: int, partner: Mapping[int, Group], count: int) -> list[Group]:
    """The groups before and after a new passage."""
    before = next((partner[at] for at in range(j - 1, -1, -1) if at in partner), None)
    after = next((partner[at] for at in range(j + 1, count) if at in partner), None)
    return [one for one in (before, after) if one]


def _between(i: int, around: list[Group]) -> bool:
    low = max(around[0].written) if around else -1
    high = min(around[-1].written) if len(around) > 1 else i + 1
    return low < i < high
