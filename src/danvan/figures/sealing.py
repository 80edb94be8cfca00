"""The seal of a submission: one hash over all that was signed, and over the unit's seal before it.

Plain functions over plain values, so that anybody can do the sum again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

VERSION = 1
_PLACES = Decimal("0.0001")


def seal(content: dict[str, Any], before: str) -> str:
    """sha256 in hex. content: from `content_of`; before: the unit's seal before, '' for its first."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{VERSION}\n{before}\n{canonical}".encode()).hexdigest()


def content_of(
    submission: Any,
    form_code: str,
    cells: Iterable[Any],
    evidence: Iterable[tuple[Any, Any]],
    files: Iterable[tuple[Any, Any]] = (),
) -> dict[str, Any]:
    """What is signed. cells: rows of the submission; evidence: (cell, piece) with kind, source, start, end, quote;
    files: (cell, file) with name and sha256, of the files on a cell."""
    pieces: dict[tuple[str, str], list[list[Any]]] = {}
    for cell, piece in evidence:
        row = [piece.kind, piece.source, piece.start, piece.end, piece.quote]
        pieces.setdefault((cell.indicator, cell.breakdown), []).append(row)
    for cell, file in files:
        pieces.setdefault((cell.indicator, cell.breakdown), []).append(["attached", file.name, file.sha256])
    return {
        "form": form_code,
        "unit": submission.unit_id,
        "period": submission.period,
        "kind": str(submission.kind),
        "window": [submission.window.lower.isoformat(), submission.window.upper.isoformat()],
        "edition": submission.edition,
        "illustration": submission.illustration,
        "source": submission.source,
        "reason": submission.reason,
        "text": submission.text,
        "rests_on": submission.rests_on,
        "filed_at": _instant(submission.filed_at),
        "filed_by": submission.filed_by,
        "cells": sorted(
            [
                cell.indicator,
                cell.breakdown,
                str(cell.state),
                _number(cell.value),
                _number(cell.numerator),
                _number(cell.denominator),
                str(cell.qualifier),
                str(cell.origin),
                _number(cell.previous_stated),
                cell.note,
                cell.explanation,
                sorted(pieces.get((cell.indicator, cell.breakdown), []), key=str),
            ]
            for cell in cells
        ),
    }


def _number(value: Decimal | int | None) -> str | None:
    """One way to write a figure: 7, not 7.0000, and to four places, as the database stores and rounds it."""
    if value is None:
        return None
    number = stored(Decimal(value))
    if number == number.to_integral_value():
        return str(int(number))
    return format(number, "f").rstrip("0")


def stored(value: Decimal) -> Decimal:
    """A figure as the database keeps it."""
    return value.quantize(_PLACES, ROUND_HALF_UP)


def _instant(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds") if at else None
