"""What a report is written from (ReportData) and what is written (Report). Values only, no files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import datetime

State = Literal["value", "not_reported", "not_applicable", "not_due"]
Qualifier = Literal["exact", "over", "nearly", "about"]
Comparability = Literal["exact", "exact_with_note", "not_comparable"]
Language = Literal["vi", "en"]
Author = Literal["party", "government", "front"]

# What XML 1.0 cannot hold: one such character in a unit's name would make Word refuse the file.
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(value: Any) -> Any:
    """The same data, its texts without characters that no document can hold and with single spaces. What is clean is
    given back as it is: a province's figures are ten thousands of values.
    """
    if isinstance(value, str):
        found = _clean(value)
        return value if found == value else found
    if isinstance(value, tuple):
        parts = tuple(map(clean, value))
        return parts if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    changed = {}
    for name in _names(type(value)):  # type: ignore[arg-type]
        old = getattr(value, name)
        if old is not None and (new := clean(old)) is not old:
            changed[name] = new
    return replace(value, **changed) if changed else value


@lru_cache(maxsize=2**14)
def _clean(text: str) -> str:
    return " ".join(_UNPRINTABLE.sub("", text).split())


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass, none of any other type."""
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()


def printable(value: Any) -> Any:
    """Texts entered by people, in lists and by names too, without what no document can hold; lines stay lines."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value.replace("\r\n", "\n"))
    if isinstance(value, list):
        return [printable(one) for one in value]
    return {key: printable(one) for key, one in value.items()} if isinstance(value, Mapping) else value


# --- what a report is written from -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, or why there is none. A ratio keeps numerator and denominator; its value is in percent."""

    state: State = "not_reported"
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    qualifier: Qualifier = "exact"


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator (or one breakdown of it) now and in the same period before."""

    indicator: str
    label: str
    unit: str
    now: Figure
    breakdown: str = ""  # 'field=economy', keys sorted
    before: Figure | None = None
    delta: Decimal | None = None  # in the unit of measure; percentage points for a ratio
    percent: Decimal | None = None  # change in percent of before; none where before is zero
    comparability: Comparability = "exact"
    part: str = ""  # the breakdown in words: "kinh tế"
    reasons: tuple[str, ...] = ()  # why not comparable, or the note of the comparison
    missing: tuple[str, ...] = ()  # units that owe this figure and have not given it
    url: str = ""  # page of the cell, absolute or relative to ReportData.base_url

    @property
    def key(self) -> str:
        """Name of the cell: 'mod.total' or 'mod.total[field=economy]'."""
        return f"{self.indicator}[{self.breakdown}]" if self.breakdown else self.indicator


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one unit gave to one figure."""

    unit: str
    indicator: str
    breakdown: str
    label: str
    measure: str  # unit of measure
    figure: Figure
    url: str = ""
    unit_id: int = 0


@dataclass(frozen=True, slots=True)
class Below:
    """A unit below that owes a report: whether it has filed, and where it lies (latitude, longitude)."""

    unit_id: int
    name: str
    filed: bool
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the figures of a report were taken from: what a written file carries so that it can be opened again.

    figures: cell -> the figure now and in the same period before, filled in by the writer.
    """

    unit: int
    unit_name: str
    form: str  # code
    period: str  # code
    at: datetime.datetime  # when the figures were read
    compare: str = "restated"
    submission: int | None = None  # the sealed report that it was written from; none: what stood at that moment
    edition: int = 0
    seal: str = ""
    outline: str = ""  # by which it was written; none: another paper
    figures: tuple[tuple[str, Figure, Figure | None], ...] = ()


Capacity = Literal["own", "collective", "deputy", "order", "authorised"]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, and by which right; the layout writes it: "KT. TRƯỞNG BAN", "T/M BAN THƯỜNG VỤ"."""

    post: str  # "Phó Trưởng ban"
    capacity: Capacity = "own"
    of: str = ""  # the head or the body that is signed for: "Trưởng ban"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues the report. Empty fields become dotted places to fill."""

    body: str  # "Ban Tuyên giáo và Dân vận"
    parent: str = ""  # "Tỉnh ủy Thái Nguyên"
    symbol: str = ""  # what follows "BC/" or "-BC/": "BTGDVTU"
    place: str = ""  # "Thái Nguyên"
    signer: Signer | None = None
    recipients: tuple[str, ...] = ()
    layout: str = "party"  # a file of layouts/
    author: Author = "party"  # whose outlines it writes by


@dataclass(frozen=True, slots=True)
class ReportData:
    """A consolidated submission, ready to be put in words."""

    issuer: Issuer
    unit: str  # the territory reported on: "Tỉnh Thái Nguyên"
    period: str  # "quý I năm 2026"
    period_code: str  # "2026-Q1"
    same_period: str  # "quý I năm 2025"
    sections: tuple[Section, ...]
    next_period: str = ""  # "quý II năm 2026"
    date: datetime.date | None = None
    number: int | None = None  # of the document in its series
    year: int | None = None  # of signing, where there is no date
    expected: int = 0  # units that owe a report
    filed: int = 0
    missing: tuple[str, ...] = ()  # units that owe one and have not filed
    contributions: tuple[Contribution, ...] = ()
    below: tuple[Below, ...] = ()
    base_url: str = ""
    url: str = ""  # page of the report, absolute or relative to base_url
    illustration: bool = False
    origin: Origin | None = None
    language: Language = "vi"  # of labels in tables; sentences are Vietnamese
    form: str = ""  # what the form is called, for those who are asked for what is missing

    def rows(self) -> list[Row]:
        return [row for section in self.sections for row in section.rows]


# --- what is written ---------------------------------------------------------------------------------------------


Aspect = Literal["now", "part", "whole", "before", "delta", "percent", "share"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text. With a cell it is a figure, named and linked; a place is for people to fill.

    aspect: what of the cell it says: its value, numerator or denominator, the value before, the change and its
    rate; what one unit below gave to it.
    """

    text: str
    cell: str = ""
    url: str = ""
    place: bool = False
    aspect: Aspect = "now"
    bold: bool = False
    italic: bool = False


Role = Literal["section", "subsection", "text"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    role: Role
    runs: tuple[Run, ...]
    number: str = ""  # "II.", "3."

    @property
    def text(self) -> str:
        words = "".join(run.text for run in self.runs)
        return f"{self.number} {words}" if self.number else words


@dataclass(frozen=True, slots=True)
class Block:
    """What stays together in the body: what is made of figures, a place to fill, somebody's own words.

    key: its name in the outline. place: where it stands in its part, the same whatever else is said there. rests_on:
    figures that it speaks of without printing them.
    """

    key: str
    what: Literal["said", "ask", "own"]
    paragraphs: tuple[Paragraph, ...]
    place: float = 0
    rests_on: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(paragraph.text for paragraph in self.paragraphs)

    @property
    def cells(self) -> tuple[str, ...]:
        """The figures that it rests on, each once, in their order."""
        printed = [run.cell for paragraph in self.paragraphs for run in paragraph.runs if run.cell]
        return tuple(dict.fromkeys([*printed, *self.rests_on]))


@dataclass(frozen=True, slots=True)
class Division:
    """A part of the body under its heading. A section without blocks holds the subsections after it."""

    id: str
    role: Role
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of the annex; a title spans the table."""

    cells: tuple[Run, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    width: int  # shares of the table's width
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table within the text."""

    title: str  # for those who hear the page
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A vector picture."""

    title: str
    words: str  # what the picture shows, for those who do not see it
    svg: str
    width: float = 165  # mm on paper


@dataclass(frozen=True, slots=True)
class Annex:
    number: str  # "Phụ lục 1"
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    landscape: bool = False
    charts: tuple[Chart, ...] = ()  # under the table


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the heading or signature block, its style already chosen by the layout."""

    text: str  # "\n" where it is broken
    size: float
    bold: bool = False
    italic: bool = False
    underline: bool = False
    rule: float = 0  # length in mm of the stroke under the line
    before: float = 0  # space above in pt
    align: Literal["left", "center"] = "center"
    indent: float = 0  # mm from the left edge of the text, where the line stands left


@dataclass(frozen=True, slots=True)
class Report:
    """A written report: blocks of lines, paragraphs of runs, annexes. Renderers add nothing to it."""

    title: str  # one line, for file properties
    layout: str  # id of the rule set that it was made with
    page: dict[str, float]
    style: dict[str, float]
    columns: tuple[float, float]  # of the heading block, mm
    left: tuple[tuple[Line, ...], ...]  # heading block: names, then number
    right: tuple[tuple[Line, ...], ...]  # heading block: state or Party line, then place and date
    heading: tuple[Line, ...]  # kind of document and abstract
    body: tuple[Paragraph | Table, ...]
    recipients: tuple[Line, ...]
    signature: tuple[Line, ...]
    addressees: tuple[Line, ...] = ()  # "Kính gửi: ...", under the heading
    annexes: tuple[Annex, ...] = ()
    mark: str = ""  # provenance mark, in the footer
    address: str = ""  # of the report's page, in the QR code at the foot
    origin: Origin | None = None
    fonts: tuple[str, ...] = field(default=("Times New Roman",))
