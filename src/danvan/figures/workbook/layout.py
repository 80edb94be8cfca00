"""The rows of a form as they are printed: numbers, labels, units of measure, sorts of figure. No figures yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from danvan.figures.catalogue import Catalogue
from danvan.figures.workbook.model import FormRow, Kind

KINDS: Mapping[str, Kind] = {"money": "money", "stock_money": "money", "ratio": "percent", "mean": "fraction"}
SIGNED = frozenset({"stock_money"})


def rows_of(sections: Sequence[Mapping[str, Any]], catalogue: Catalogue, lang: str = "vi") -> Iterator[FormRow]:
    """The rows of a form's sections ([{title_vi, title_en, rows: [{indicator, breakdown, note_vi, ...}]}]).

    A breakdown under its own indicator is set in and says only what it is of it; elsewhere it is named in full.
    """
    for section in sections:
        number, above = 0, ""
        for entry in section["rows"]:
            indicator, breakdown = catalogue[entry["indicator"]], entry.get("breakdown", "")
            part = bool(breakdown) and above == indicator.code
            if not part:
                number += 1
            above = indicator.code
            yield FormRow(
                section=section[f"title_{lang}"],
                indicator=indicator.code,
                breakdown=breakdown,
                number="" if part else str(number),
                label=f"– {indicator.breakdown_label(breakdown, lang)}"
                if part
                else catalogue.label(indicator.code, breakdown, lang),
                measure=indicator.unit(lang),
                help=entry.get(f"note_{lang}", ""),
                kind=KINDS.get(indicator.kind.code, "whole"),
                signed=indicator.kind.code in SIGNED,
            )
