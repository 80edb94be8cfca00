"""What people make of a report's body: own words beside, before or instead of what is made of figures.

Plain values. What is made of figures may change at any time; what a person wrote stands where it was put, and is never
lost: not when its sentence is no longer made, not when its part is no longer in the outline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import urljoin

from danvan.narrative.reading import Reading, read_text
from danvan.narrative.writing.model import Aspect, Block, Division, Paragraph, ReportData, Row, Run
from danvan.narrative.writing.numerals import percent, said

Use = Literal["made", "own", "out"]
_NUMBER = re.compile(r"\d[\d.,]*(?:\s*(?:nghìn|triệu|tỷ))*(?:\s*đồng\b|\s*%)?")


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a report by cell, with the pages that they lead to. period: in words, "quý I năm 2026"."""

    rows: Mapping[str, Row]
    period: str

    @classmethod
    def of(cls, data: ReportData) -> Figures:
        linked = (replace(row, url=urljoin(data.base_url, row.url) if row.url else "") for row in data.rows())
        return cls({row.key: row for row in linked}, data.period)


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person decided of one block. use: what is made of figures, own words, or neither (left out).

    key: of a block of the outline, or of a paragraph that somebody added. text: own words; they are kept while the
    sentence that is made stands in their place. place: in its part.
    """

    part: str
    key: str
    place: float
    use: Use = "made"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of the body: what is made for it, what was decided of it."""

    part: str
    key: str
    place: float
    made: Block | None = None
    edit: Edit | None = None

    @property
    def use(self) -> Use:
        return self.edit.use if self.edit else "made"


def slots(divisions: Sequence[Division], edits: Iterable[Edit]) -> dict[str, list[Slot]]:
    """The places of each part in order, those left out too. Own words of a part that is gone stand in the last one."""
    known = {division.id for division in divisions}
    found: dict[str, dict[str, Slot]] = {division.id: {} for division in divisions}
    for division in divisions:
        for block in division.blocks:
            found[division.id][block.key] = Slot(division.id, block.key, block.place, made=block)
    for edit in edits:
        part = edit.part if edit.part in known else divisions[-1].id
        made = found[part].get(edit.key)
        if made or edit.text.strip() or edit.use == "own":
            found[part][edit.key] = Slot(part, edit.key, edit.place, made.made if made else None, edit)
    return {part: sorted(places.values(), key=lambda slot: (slot.place, slot.key)) for part, places in found.items()}


def edited(
    divisions: Sequence[Division], edits: Iterable[Edit], figures: Figures, *, prompts: bool = True
) -> tuple[Division, ...]:
    """The body with what people made of it. prompts: with the places that nobody has filled yet."""
    placed = slots(divisions, edits)
    return tuple(
        replace(division, blocks=tuple(_blocks(placed[division.id], figures, division.title, prompts=prompts)))
        for division in divisions
    )


def _blocks(placed: Sequence[Slot], figures: Figures, title: str, *, prompts: bool) -> Iterable[Block]:
    for slot in placed:
        if slot.use == "own" and slot.edit and slot.edit.text.strip():
            yield own_words(slot.key, slot.edit.text, figures, title)
        elif slot.use == "made" and slot.made and (prompts or slot.made.what != "ask"):
            yield slot.made


def own_words(key: str, text: str, figures: Figures, title: str = "") -> Block:
    """A person's words as paragraphs; the figures in them that are those of the report lead to their cells.

    title: of the part that they stand under; it says what they speak of where they do not.
    """
    lines = (" ".join(raw.split()) for raw in text.splitlines())
    return Block(key, "own", tuple(Paragraph("text", _linked(line, figures, title)) for line in lines if line))


def _linked(line: str, figures: Figures, title: str) -> tuple[Run, ...]:
    runs, end = [], 0
    for one, start in _readings(line, figures, title):
        row = _row(one, figures)
        number = _NUMBER.search(line, start, start + len(one.quote))
        if row and number and number.start() >= end and _agrees(one, row):
            runs += [Run(line[end : number.start()]), Run(number[0], row.key, row.url)]
            end = number.end()
    return tuple(run for run in (*runs, Run(line[end:])) if run.text)


def _readings(text: str, figures: Figures, title: str) -> Iterable[tuple[Reading, int]]:
    """The figures in a text of the report, each with where it begins."""
    # What stands above it in the report: its period is that of all that names no other.
    head = f"BÁO CÁO\nKết quả công tác dân vận {figures.period}\n\n{title}\n"
    return ((one, one.start - len(head)) for one in read_text(head + text).readings if one.start >= len(head))


def _row(one: Reading, figures: Figures) -> Row | None:
    """The figure of the report that a reading names; none for those of another period."""
    breakdown = ";".join(f"{key}={value}" for key, value in sorted(one.breakdown.items()))
    found = figures.rows.get(f"{one.indicator}[{breakdown}]" if breakdown else str(one.indicator))
    return found if found and found.now.value is not None and one.period is None else None


def _agrees(one: Reading, row: Row) -> bool:
    value = row.now.value or Decimal(0)
    if row.unit == "%":
        return percent(one.value) == percent(value)
    return one.value == value


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A figure in a person's words that is another in the report. quote: as written; now: as the report has it."""

    quote: str
    row: Row
    now: str


def contradictions(text: str, figures: Figures, title: str = "") -> list[Contradiction]:
    """Of a text that names no place: with one it may well speak of that place's part of the figure."""
    if read_text(text).unit_mentions:
        return []
    found = []
    for one, _start in _readings(text, figures, title):
        row = _row(one, figures)
        if row and one.part_of is None and not _agrees(one, row):
            found.append(Contradiction(" ".join(one.quote.split()), row, said(row.now, row.unit)))
    return found


# --- what figures were, and are


Stand = list[str]  # a figure and the same period before, as a sentence prints them; "" for none


def stand(data: ReportData) -> dict[str, Stand]:
    """Every figure of a report as it is now."""
    return {row.key: [_printed(row, now=True), _printed(row, now=False)] for row in data.rows()}


def _printed(row: Row, *, now: bool) -> str:
    figure = row.now if now else row.before
    return "" if figure is None or figure.value is None else said(figure, row.unit)


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that is another than it was. "" for none."""

    label: str
    was: str
    now: str
    was_before: str = ""
    now_before: str = ""


def moved(then: Mapping[str, Stand], now: Mapping[str, Stand], labels: Mapping[str, str]) -> list[Moved]:
    """Which of the figures of then are others now."""
    found = []
    for cell, (was, was_before) in then.items():
        is_now, before_now = now.get(cell, ["", ""])
        if (was, was_before) != (is_now, before_now):
            found.append(Moved(labels.get(cell, cell), was, is_now, was_before, before_now))
    return found


# --- frozen at signing


def frozen(divisions: Iterable[Division]) -> list[Any]:
    """A body as JSON, to be sealed: what was signed is printed again word for word, whatever figures come after."""
    return [
        [
            division.id,
            division.role,
            division.title,
            [
                [block.key, block.what, [[_run(run) for run in paragraph.runs] for paragraph in block.paragraphs]]
                for block in division.blocks
            ],
        ]
        for division in divisions
    ]


def _run(run: Run) -> list[str]:
    return [run.text, run.cell, run.url, run.aspect] if run.cell else [run.text]


def thawed(content: Iterable[Any], base_url: str) -> tuple[Division, ...]:
    """The body that was frozen. base_url: of the pages that its figures lead to."""

    def paragraph(runs: Iterable[Any]) -> Paragraph:
        return Paragraph("text", tuple(Run(text, *figure(*more)) for text, *more in runs))

    def figure(cell: str = "", url: str = "", aspect: Aspect = "now") -> tuple[str, str, bool, Aspect]:
        return cell, urljoin(base_url, url) if url else "", False, aspect

    return tuple(
        Division(
            part, role, title, tuple(Block(key, what, tuple(map(paragraph, texts))) for key, what, texts in blocks)
        )
        for part, role, title, blocks in content
    )
