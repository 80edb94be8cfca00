"""The identities of the catalogue among the rows of one form: as a formula for the workbook, and worked out here.

Both say the same sentence; the workbook keeps ours as the formula's result until a spreadsheet recalculates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from danvan.figures.catalogue import OPERATORS, Catalogue
from danvan.figures.workbook.model import Check, FormRow, Term
from danvan.lib import numbers

Values = Mapping[str, Decimal]  # row id -> figure


def checks_of(rows: Sequence[FormRow], catalogue: Catalogue) -> tuple[Check, ...]:
    """The identities that can be asked within these rows, each in every breakdown that the form has."""
    return tuple(
        Check(
            _id(found["left"]),
            found["op"],
            tuple(Term(part["sign"], _id(part), part["previous"], part["whole"]) for part in found["right"]),
            found["note"],
            found["open"],
        )
        for found in catalogue.identities_for([(row.indicator, row.breakdown) for row in rows])
    )


def _id(part: Mapping[str, Any]) -> str:
    return f"{part['code']}|{part['breakdown']}"


def _groups(check: Check) -> Iterator[list[Term]]:
    """Terms of one indicator: of these at least one must be there."""
    for _code, terms in groupby(check.terms, key=lambda term: (term.id.partition("|")[0], term.previous)):
        yield list(terms)


def broken(check: Check, values: Values, previous: Values) -> str:
    """What is wrong, as a sentence, or "" where it holds or cannot be asked yet."""

    def there(term: Term) -> bool:
        return term.id in (previous if term.previous else values)

    lacking = check.lacking or not all(map(there, check.terms))
    if (
        check.left not in values
        or not all(any(map(there, terms)) for terms in _groups(check))
        or not all(there(term) for term in check.terms if term.needed)
        or (lacking and not check.relaxes)
    ):
        return ""
    total = sum(
        (term.sign * (previous if term.previous else values)[term.id] for term in check.terms if there(term)),
        Decimal(0),
    )
    left, op = values[check.left], ">=" if lacking else check.op
    holds = left == total if op == "==" else left <= total if op == "<=" else left >= total
    return "" if holds else f"Phải {OPERATORS[op]} {numbers.digits(total)} ({check.note})."


def formula(check: Check, cell: Callable[[str], str], previous: Callable[[str], str]) -> str:
    """The same for a spreadsheet, without the sign "=": gives the sentence or "".

    cell, previous: the name or address of a row's figure in this period and in the period before.
    """

    def at(term: Term) -> str:
        return (previous if term.previous else cell)(term.id)

    left = cell(check.left)
    asked = [f"COUNT({left})=1", *(f"COUNT({at(term)})=1" for term in check.terms if term.needed)]
    loose = [",".join(map(at, terms)) for terms in _groups(check) if not all(term.needed for term in terms)]
    asked += [f"COUNT({figures})>0" for figures in loose]
    # N: a word in the place of a figure ("chưa báo cáo") counts as nothing, it does not break the sum
    total = "".join(("-" if term.sign < 0 else "+") + f"N({at(term)})" for term in check.terms).removeprefix("+")
    exact, relaxed = (_wrong(left, op, total, check.note) for op in (check.op, ">="))
    if not loose or check.lacking:
        said = relaxed if check.lacking else exact
    else:
        parts = [at(term) for term in check.terms if not term.needed]
        said = f"IF(COUNT({','.join(parts)})<{len(parts)},{relaxed if check.relaxes else _quoted('')},{exact})"
    return f'IF(AND({",".join(asked)}),{said},"")'


def _wrong(left: str, op: str, total: str, note: str) -> str:
    # ROUND: sums of fractions in floating point; FIXED: separators as the reader's spreadsheet has them
    sign = {"==": "=", "<=": "<=", ">=": ">="}[op]
    opening, closing = _quoted(f"Phải {OPERATORS[op]} "), _quoted(f" ({note}).")
    return f'IF(ROUND({left}-({total}),4){sign}0,"",{opening}&FIXED({total},0)&{closing})'


def _quoted(text: str) -> str:
    """A string in a formula; it may not be longer than 255 signs."""
    doubled = text.replace('"', '""')
    pieces = re.findall(r'(?:""|[^"]){1,200}', doubled) or [""]
    return "&".join(f'"{piece}"' for piece in pieces)
