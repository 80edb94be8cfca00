"""Reports as people write them: what figures make of a report now, what was written, and what changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.figures import queries as figures
from danvan.figures.catalogue import load as catalogue
from danvan.figures.consolidation import Consolidated
from danvan.lib.periods import Period
from danvan.narrative import editing, writing
from danvan.narrative.actions.errors import NothingReported, ReportError
from danvan.narrative.editing import Contradiction, Edit, Figures, Moved, Slot, Stand, Use
from danvan.narrative.models import Manuscript, Piece
from danvan.narrative.publishing import report_data
from danvan.narrative.writing import composing, outlines
from danvan.narrative.writing.model import Block, Division, ReportData
from danvan.narrative.writing.outlines import Outline


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a sentence made of figures since somebody last looked. was, now: its words, "" for none.

    moved: the figures in it that are others. rests: it is own words that stand on figures which moved.
    """

    was: str
    now: str
    moved: tuple[Moved, ...]
    rests: bool = False


class Open:
    """A manuscript, or what it would begin with, beside the figures of now. Costs a fixed number of queries."""

    def __init__(self, unit: int, period: Period, outline: Outline, *, base_url: str = "") -> None:
        computed = figures.consolidated(figures.FORM, unit, period, compare="restated")
        self.outline, self.period = outline, period
        self.data: ReportData = report_data(
            computed, base_url=base_url, today=timezone.localdate(), author=outline.author
        )
        self.divisions: tuple[Division, ...] = composing.divided(self.data, outline)
        self.manuscript = Manuscript.objects.filter(
            unit=unit, form=figures.FORM, period=period.code, outline=outline.name
        ).first()
        found = Piece.objects.filter(manuscript=self.manuscript) if self.manuscript else ()
        self.pieces: dict[str, Piece] = {piece.key: piece for piece in found}

    @cached_property
    def figures(self) -> Figures:
        return Figures.of(self.data)

    @cached_property
    def stand(self) -> dict[str, Stand]:
        return editing.stand(self.data)

    @cached_property
    def titles(self) -> dict[str, str]:
        return {division.id: division.title for division in self.divisions}

    @cached_property
    def slots(self) -> dict[str, list[Slot]]:
        return editing.slots(self.divisions, edits(self.pieces.values()))

    def slot(self, key: str) -> Slot:
        """The place of that name. Raises ReportError where there is none."""
        for one in (slot for placed in self.slots.values() for slot in placed):
            if one.key == key:
                return one
        raise ReportError(_("Báo cáo này không còn đoạn đó: hãy tải lại trang."))

    def written(self, *, prompts: bool = True) -> writing.Report:
        """The report with what people made of it."""
        return composing.laid(self.data, self.outline, self.edited(prompts=prompts))

    def edited(self, *, prompts: bool = True) -> tuple[Division, ...]:
        return editing.edited(self.divisions, edits(self.pieces.values()), self.figures, prompts=prompts)

    # --- what changed

    def seen_of(self, made: Block | None) -> dict[str, Any]:
        """What is looked at now, to be kept beside a piece."""
        if made is None or made.what == "ask":
            return {}
        return {"text": made.text, "cells": {cell: self.stand[cell] for cell in made.cells if cell in self.stand}}

    def resting(self, part: str, made: Block | None, text: str) -> dict[str, Stand]:
        """The figures that own words rest on: those that they name, and those of the sentence that they replace."""
        named = editing.own_words("", text, self.figures, self.titles.get(part, "")).cells
        return {cell: self.stand[cell] for cell in (*(made.cells if made else ()), *named) if cell in self.stand}

    def change(self, slot: Slot) -> Change | None:
        """What changed of one place since somebody looked at it; None where nothing did, or nobody began yet."""
        piece = self.pieces.get(slot.key)
        if piece is None or piece.use == Piece.Use.OUT:
            return None
        was, now = str(piece.seen.get("text", "")), str(self.seen_of(slot.made).get("text", ""))
        rests = piece.use == Piece.Use.OWN
        moved = tuple(editing.moved(piece.rests_on if rests else piece.seen.get("cells", {}), self.stand, self.labels))
        return Change(was, now, moved, rests) if moved or (was != now and not rests) else None

    @cached_property
    def gone(self) -> list[Piece]:
        """Sentences that were seen and are no longer made, of which nobody wrote anything."""
        there = {slot.key for placed in self.slots.values() for slot in placed}
        return [piece for piece in self.pieces.values() if piece.seen.get("text") and piece.key not in there]

    def own_words(self, slot: Slot) -> Block:
        """What somebody wrote of a place, its figures linked."""
        text = slot.edit.text if slot.edit else ""
        return editing.own_words(slot.key, text, self.figures, self.titles[slot.part])

    def contradictions(self, slot: Slot) -> list[Contradiction]:
        """Figures in own words that are others in the report."""
        if slot.edit is None or slot.use != "own":
            return []
        return editing.contradictions(slot.edit.text, self.figures, self.titles[slot.part])

    @cached_property
    def labels(self) -> Mapping[str, str]:
        return _Labels()

    @property
    def unfilled(self) -> int:
        """Places that nobody has filled."""
        made = (slot.made for placed in self.slots.values() for slot in placed if slot.use == "made")
        return sum(block is not None and block.what == "ask" for block in made)


class _Labels(dict[str, str]):
    """Cell -> how it is called."""

    def __missing__(self, cell: str) -> str:
        indicator, _bracket, breakdown = cell.removesuffix("]").partition("[")
        return catalogue().label(indicator, breakdown)

    def get(self, cell: str, default: Any = None) -> Any:
        return self[cell]


def edits(pieces: Any) -> list[Edit]:
    return [Edit(one.part, one.key, one.place, _use(one), one.text) for one in pieces]


def _use(piece: Piece) -> Use:
    return piece.use  # type: ignore[no-any-return]


def open_one(unit: int, period: str, outline: str, *, base_url: str = "") -> Open:
    """The report of a unit and period by an outline. Raises ReportError where there is no such outline, NothingReported
    where there is nothing to write of, FigureError for no such period."""
    found = figures.period_of(period)
    try:
        plan = outlines.named(outline)
    except KeyError as error:
        raise ReportError(str(error.args[0])) from None
    if not plan.suits(found.kind):
        raise ReportError(
            _("Đề cương “%(outline)s” không dùng cho %(period)s: hãy chọn đề cương khác.")
            % {"outline": plan.label(), "period": found.label()}
        )
    try:
        return Open(unit, found, plan, base_url=base_url)
    except composing.NoFigures as error:
        raise NothingReported(str(error)) from None
    except ValueError as error:
        raise ReportError(str(error)) from None


def manuscripts_of(unit: int) -> Sequence[Manuscript]:
    """What a unit has begun to write, the last first."""
    scope.require_unit(unit, own=True)
    return list(Manuscript.objects.filter(unit=unit).order_by("-begun_at")[:50])


def words_to_sign(computed: Consolidated) -> list[dict[str, Any]]:
    """What is sealed with a consolidated report: its manuscripts as they read now, without places left unfilled."""
    unit, period = computed.unit.id, computed.period
    begun = Manuscript.objects.filter(unit=unit, form=computed.form, period=period.code).order_by("outline")
    found = [open_one(unit, period.code, one.outline) for one in begun]
    return [{"outline": one.outline.name, "body": editing.frozen(one.edited(prompts=False))} for one in found]


def usual_outline(period: Period) -> Outline:
    """The one by which the Party's body reports on a period of that kind."""
    return outlines.choose("party", period.kind)


def outlines_for(period: Period) -> Iterator[Outline]:
    """The outlines by which a report of that period may be written, those of the kind of period first."""
    suiting = [one for one in outlines.every().values() if one.suits(period.kind)]
    yield from sorted(suiting, key=lambda one: (not one.periods, one.author != "party", one.name))
