"""A paper of a kind, from what was entered and the figures of a period."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from danvan.lib.workdays import weekday
from danvan.narrative.letters.kinds import Item, Kind, bases, topics
from danvan.narrative.writing import composing
from danvan.narrative.writing.body import body as body_of
from danvan.narrative.writing.layout import DOTS, FONTS, Layout, fill, layout
from danvan.narrative.writing.model import (
    Column,
    Line,
    Paragraph,
    Report,
    ReportData,
    Run,
    Table,
    TableRow,
    clean,
    printable,
)
from danvan.narrative.writing.names import in_a_sentence, listed
from danvan.narrative.writing.outlines import Outline

_OPTIONAL = re.compile(r"<([^<>]*)>")
_PLACES = re.compile(r"\{(\w+)\}")
_MANY = ("Các ", "Những ", "Toàn thể ", "Đại diện ", "Lãnh đạo ")
_ROMAN = ("I", "II", "III", "IV", "V")
Value = Any  # str, date, time, bool, list of str, list of {column: value}


@dataclass(frozen=True)
class Letter:
    """What a paper is made of.

    data: who writes, the day and number, and the figures (no sections where it says none). values: of the kind's
    fields; what is missing becomes a dotted place. chosen: topics and bases by code.
    """

    kind: Kind
    data: ReportData
    values: Mapping[str, Value]
    topics: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()


def compose(letter: Letter) -> Report:
    """Laid out by the rule set of the issuer's layout on the paper's day. KeyError for a day before the first one."""
    letter = replace(letter, data=clean(letter.data), values=printable(letter.values))
    data = letter.data
    found, office = letter.kind, data.issuer.author
    rules = layout(data.issuer.layout, data.date)
    words = _words(letter, data)
    abstract = _filled(found.abstract[office], words)
    words["abstract"] = abstract
    first = (found.recipient,) if found.recipient else ()
    issuer = replace(data.issuer, recipients=(*first, *data.issuer.recipients)) if first else data.issuer
    left, right, columns = _names(found, rules, words)
    return Report(
        title=f"{found.title.capitalize()} {abstract}".strip() if found.title else abstract,
        layout=rules.id,
        page=rules.rules["page"],
        style=rules.rules["text"],
        columns=columns,
        left=left,
        right=right,
        heading=_heading(found, rules, abstract, words),
        addressees=rules.addressees(found.title, letter.values.get(found.addressees) or ()) if found.addressees else (),
        body=_ended(tuple(_Body(letter, data, rules, words).parts()), rules if found.blocks else None),
        recipients=rules.recipients(issuer) if found.blocks else (),
        signature=rules.signature(issuer) if found.blocks else (),
        mark=composing.MARK if data.illustration else "",
        address=urljoin(data.base_url, data.url) if data.url else "",
        origin=data.origin and replace(data.origin, figures=tuple((r.key, r.now, r.before) for r in data.rows())),
        fonts=FONTS,
    )


def _names(found: Kind, rules: Layout, words: dict[str, str]) -> tuple[Any, Any, tuple[float, float]]:
    if not found.blocks:
        return (), (), (0, 0)
    kind = rules.symbol(found.symbol) if found.symbol else ""
    return rules.names({**words, "type": kind}, letter=found.letter, numbered=found.numbered)


def _heading(found: Kind, rules: Layout, abstract: str, words: Mapping[str, str]) -> tuple[Line, ...]:
    if found.letter:
        return ()
    if not found.blocks:
        return (rules.line(abstract, rules.rules["heading"]["kind"]),)
    lines = rules.heading(found.title, [abstract])
    if not found.under:
        return lines
    under = Line(_filled(found.under, words), size=float(rules.rules["text"]["size"]), italic=True, before=2)
    return (*lines, rules.broken(under))


# --- words


def _words(letter: Letter, data: ReportData) -> dict[str, str]:
    """Everything that can be put in, in words; what was not entered is a dotted place."""
    words = composing.fields(data)
    words["sender"] = _sender(data)
    for field in letter.kind.fields:
        value = letter.values.get(field.name)
        words |= _said(field.name, field.type, value)
        if field.type == "choice":
            options = {one.value: one.text or one.label["vi"] for one in field.options}
            words[field.name] = options.get(str(value), DOTS)
    return {**{_capital(name): _capital(text) for name, text in words.items()}, **words}


def _said(name: str, type_: str, value: Value) -> dict[str, str]:
    """One value as the words that it becomes; its emptiness is told by `_empty`."""
    if type_ == "rows":
        return {f"{name}_count": str(len(value)) if value else DOTS}
    if type_ == "lines":
        return {f"{name}_named": "; ".join(_within(" ".join(one.split())) for one in value) if value else DOTS}
    if not value:
        return {name: DOTS, f"{name}_weekday": DOTS} if type_ == "day" else {name: DOTS}
    if isinstance(value, datetime.date):
        return {name: _day(value), f"{name}_weekday": weekday(value)}
    if isinstance(value, datetime.time):
        return {name: f"{value:%H} giờ {value:%M}"}
    return {name: " ".join(str(value).split()) or DOTS}


def _within(name: str) -> str:
    """Inside a sentence: "các sở, ban, ngành", "xã Ba Bể"."""
    return name[0].lower() + name[1:] if name.startswith(_MANY) else in_a_sentence(name)


def _day(day: datetime.date) -> str:
    """As a text writes it: ngày 03 tháng 12 năm 2026; months 1 and 2 with a nought."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day:%d} tháng {month} năm {day.year}"


def _sender(data: ReportData) -> str:
    """Who speaks in a sentence."""
    issuer = data.issuer
    if not issuer.body:
        return DOTS
    if issuer.author == "front":
        return f"Ban Thường trực {issuer.body}"
    if issuer.author != "party" or not issuer.parent:
        return issuer.body
    twice = issuer.body.split()[-1] == issuer.parent.split()[0]  # Ban Xây dựng Đảng của Đảng ủy
    return f"{issuer.body}{' của' if twice else ''} {issuer.parent}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    """The pattern with its words; what stands in <> only where all of them are there."""

    known = dict(words)
    pieces = _OPTIONAL.split(pattern)  # what stands in <> has the odd places
    return "".join(
        fill(piece, known)
        for place, piece in enumerate(pieces)
        if place % 2 == 0 or not any(known[name] == DOTS for name in _PLACES.findall(piece))
    )


# --- the body


@dataclass
class _Body:
    letter: Letter
    data: ReportData
    rules: Layout
    words: dict[str, str]

    def parts(self) -> Iterator[Paragraph | Table]:
        sections = 0
        heading: Paragraph | None = None
        for item in self.letter.kind.body:
            if item.when and not self.letter.values.get(item.when):
                continue
            if item.what == "section":
                heading = Paragraph("section", (Run(item.title.upper()),))
                continue
            for part in self._part(item):
                if heading:  # nothing stands under a heading that nobody reads
                    yield replace(heading, number=f"{_ROMAN[sections]}.")
                    heading, sections = None, sections + 1
                yield part

    def _part(self, item: Item) -> Iterable[Paragraph | Table]:
        writers: dict[str, Callable[[Item], Iterable[Paragraph | Table]]] = {
            "text": self._text,
            "each": self._each,
            "free": self._free,
            "figures": self._figures,
            "late": self._late,
            "bases": self._bases,
            "table": self._table,
        }
        return writers[item.what](item)

    def _text(self, item: Item) -> Iterator[Paragraph]:
        text = _filled(item.texts[self.data.issuer.author], self.words)
        label = (Run(f"{item.label}:", bold=True), Run(f" {text}")) if item.label else (Run(text, bold=item.bold),)
        yield Paragraph("text", tuple(run for run in label if run.text.strip()))

    def _each(self, item: Item) -> Iterator[Paragraph]:
        """Rows end with a semicolon and the last with a full stop; numbered ones are sentences, one alone too."""
        values = self.letter.values.get(item.field) or ()
        columns = self.letter.kind.field(item.field).columns
        texts = []
        for value in values:
            words = dict(self.words)
            for column in columns:
                words |= _said(column.name, column.type, value.get(column.name))
            words |= {_capital(column.name): _capital(words[column.name]) for column in columns}
            texts.append(
                _filled(
                    item.texts[self.data.issuer.author],
                    words if columns else {**words, "item": " ".join(value.split())},
                )
            )
        for number, text in enumerate(texts, 1):
            end = "." if item.numbered or number == len(texts) else ";"
            said = text.rstrip(" .;") + end
            place = f"{number}. " if item.numbered and len(texts) > 1 else ""
            yield Paragraph("text", (Run(f"{place}{_capital(said)}" if item.numbered else said),))

    def _free(self, item: Item) -> Iterator[Paragraph]:
        text = str(self.letter.values.get(item.field) or "")
        lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
        if not lines and item.ask:
            yield Paragraph("text", (Run(f"[{item.ask}]", place=True),))
        for line in lines:
            yield Paragraph("text", (Run(line, bold=item.bold),))

    def _figures(self, _item: Item) -> Iterator[Paragraph]:
        """What the chosen topics say, a paragraph each; nothing of what was not reported."""
        chosen = tuple(topics()[name] for name in topics() if name in self.letter.topics)
        if not chosen or not self.data.rows():
            return
        outline = Outline("letter", {}, self.data.issuer.author, (), self.letter.kind.title, (), chosen)
        for division in body_of(self.data, outline, self.words):
            for block in division.blocks:
                if block.what == "said":
                    yield from block.paragraphs

    def _late(self, _item: Item) -> Iterator[Paragraph]:
        data = self.data
        if data.missing:
            late = f"còn {len(data.missing)}/{data.expected} đơn vị chưa gửi báo cáo {data.period}"
            yield Paragraph("text", (Run(f"Đến nay {late}: {listed(data.missing)}."),))

    def _bases(self, _item: Item) -> Iterator[Paragraph]:
        day = self.data.date or datetime.date.max - datetime.timedelta(days=1)
        chosen = [one for one in bases(self.data.issuer.author, day) if one.code in self.letter.bases]
        look = self.rules.rules["basis"]
        for number, one in enumerate(chosen, 1):
            end = "." if number == len(chosen) else ";"
            yield Paragraph("text", (Run(f"{look['dash']}Căn cứ {one.text}{end}", italic=look["italic"]),))

    def _table(self, item: Item) -> Iterator[Table]:
        rows = self.letter.values.get(item.field) or ()
        if not rows:
            return
        field = self.letter.kind.field(item.field)
        types = {column.name: column.type for column in field.columns}
        lines = []
        for number, row in enumerate(rows, 1):
            texts = [
                _said(one.of, types[one.of], row.get(one.of))[one.of] if row.get(one.of) else ""
                for one in item.columns
                if one.of
            ]
            cells = iter(texts)
            lines.append(TableRow(tuple(Run(next(cells) if one.of else str(number)) for one in item.columns)))
        columns = tuple(Column(one.title, one.width, one.align) for one in item.columns)
        yield Table(item.title, columns, tuple(lines))


def _ended(written: tuple[Paragraph | Table, ...], rules: Layout | None) -> tuple[Paragraph | Table, ...]:
    """The last paragraph closes the text as the rule set says."""
    if not written or rules is None or isinstance(written[-1], Table):
        return written
    last = written[-1]
    *before, run = last.runs
    if run.place:
        return (*written[:-1], replace(last, runs=(*last.runs, Run(rules.rules["end"]))))
    closed = replace(run, text=run.text.rstrip(" .;") + rules.rules["end"])
    return (*written[:-1], replace(last, runs=(*before, closed)))
