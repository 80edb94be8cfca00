"""What somebody typed or pasted into a cell: a figure, a kind of empty, or the sentence that says why it is neither."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from danvan.figures.errors import FigureError
from danvan.figures.models import Cell
from danvan.figures.workbook.model import FormRow
from danvan.figures.workbook.values import NotAFigure, figure, state_in_words
from danvan.lib import numbers

State = Cell.State
# One key each, none of them the beginning of a number; the words themselves are taken too.
KEYS = {"-": State.NOT_REPORTED, "k": State.NOT_APPLICABLE, "h": State.NOT_DUE}
_FRACTION = re.compile(r"(\d[\d., ]*)/(\s*\d[\d., ]*)")
_FORMULA = re.compile(r"=|@|[+\-−]\s*[A-Za-z($]")


class Typed(NamedTuple):
    """A cell's content. A rate may come as what it is made of: "22/29"."""

    state: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def read(text: str, row: FormRow) -> Typed:
    """The content that a text means in this row; nothing is not reported. Both "1.234,5" and "1,234.5" are read.

    Raises FigureError where it means nothing, where it can be read in two ways, or where there is no such figure.
    """
    text = text.strip()
    if not text:
        return Typed(State.NOT_REPORTED)
    if state := KEYS.get(text.lower()) or state_in_words(text):
        return Typed(state)
    if _FORMULA.match(text):
        raise FigureError(
            _("“%(written)s” là công thức, không phải số; hãy dán giá trị (Paste Values) hoặc gõ số.")
            % {"written": _short(text)}
        )
    if text.startswith("#"):
        raise FigureError(_("“%(written)s” là lỗi của bảng tính; hãy gõ lại số.") % {"written": _short(text)})
    if row.kind == "percent" and (parts := _FRACTION.fullmatch(text)):
        counted = FormRow(row.section, row.indicator, row.label, row.measure)
        above, below = (_figure(part, counted) for part in parts.groups())
        return Typed(State.VALUE, None, above, below)
    return Typed(State.VALUE, _figure(text, row))


def written(typed_or_cell: Typed | Cell, row: FormRow, language: str = "vi") -> str:
    """How a cell reads in its input; read() of it gives the same content. A rate that was worked out is rounded."""
    if typed_or_cell.state != State.VALUE:
        return next((key for key, state in KEYS.items() if state == typed_or_cell.state), "")
    if typed_or_cell.value is None:
        return ""
    if typed_or_cell.denominator is not None:
        return shown(typed_or_cell.value, row, language)
    return _digits(typed_or_cell.value, row, language)


def shown(value: Decimal, row: FormRow, language: str = "vi") -> str:
    """2011 -> "2.011" ("2,011" in English); a rate with one decimal."""
    return _digits(value.quantize(Decimal("0.1")).normalize() if row.kind == "percent" else value, row, language)


def _digits(value: Decimal, row: FormRow, language: str) -> str:
    text = numbers.digits(value)
    if row.places and len(text.partition(",")[2]) == 3:
        text += "0"  # three decimals alone can be taken for thousands
    return text.translate({ord("."): ",", ord(","): "."}) if language == "en" else text


def _figure(text: str, row: FormRow) -> Decimal:
    try:
        return figure(text, row)
    except NotAFigure as error:
        raise FigureError(_(error.said.words) % error.said.of) from None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
