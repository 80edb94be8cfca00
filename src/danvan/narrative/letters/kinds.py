"""The kinds of papers, the meetings and the texts that papers rest on: data, checked when it is read.

A kind (kinds/NAME.yaml):
    name, about   {vi, en}: how it is called, what it is for
    title         printed as its kind ("GIẤY MỜI"); without one it is a công văn (`letter: true`) or news
    symbol        of the layouts' symbols; a paper without one bears no number
    abstract      what it is about; a text, or one for each who writes: {party, government, front}
    under         a line under the abstract
    blocks        false: no heading block, no signature (news)
    addressees    the field that says to whom it goes
    recipient     the first line of those who get a copy
    meeting       ahead or past: the field `day` is that of a meeting after, or before, the paper's own day
    topics, bases true: figures of topics, texts that it rests on can be chosen
    names, until  the field in which individuals are named, and that of the day after which they are erased
    fields        what is asked for, see `Field`
    body          what is written, see below

A line of the body, each with `if: FIELD` where it is written only if something stands there:
    text          a paragraph; or one for each who writes
    label, text   a paragraph whose first words are bold
    each, text    one for each line or row of a field: {item} is the line, {COLUMN} of a row; numbered: 1., 2.
    free          the paragraphs of a text field; ask: what is to be written there, where nothing stands; bold
    section       a heading, numbered I, II; left out where nothing follows
    figures       what the chosen topics say
    late          which units have not filed for the period
    bases         the chosen texts that it rests on
    table         the rows of a field: title, columns [{of: COLUMN, or "" for its number, title, width, align}]
In texts {FIELD} is put in as words, <...> is left out where a field in it is empty. More words: {sender}, {body},
{parent}, {unit}, {period}, {FIELD_weekday} of a day, {FIELD_count} of rows, {FIELD_named} of lines; {Field} begins with
a capital.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from danvan.lib.datafiles import from_yaml
from danvan.narrative.writing.layout import layout
from danvan.narrative.writing.model import Author
from danvan.narrative.writing.outlines import Part, part

FOLDER = Path(__file__).parent
OFFICES: tuple[Author, ...] = get_args(Author)
LAYOUTS: dict[Author, str] = {"party": "party", "government": "state", "front": "front"}

FieldType = Literal["line", "text", "day", "time", "choice", "lines", "rows", "flag"]
Words = Mapping[str, str]  # vi, en
ByOffice = Mapping[Author, str]
_GIVEN = {"sender", "body", "parent", "unit", "period", "Period", "whole", "Whole", "next", "same", "place", "date"}
_PLACE = re.compile(r"\{(\w+)\}")
_LINES = {"text", "label", "each", "free", "section", "figures", "late", "bases", "table"}


class KindError(ValueError):
    """A kind that cannot be followed; a Vietnamese sentence that names the file and what to put there."""


@dataclass(frozen=True, slots=True)
class Option:
    """text: the words that are printed."""

    value: str
    label: Words
    text: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """What is asked for in the form. columns: of rows; options: of a choice."""

    name: str
    type: FieldType
    label: Words
    required: bool = False
    help: Words | None = None
    options: tuple[Option, ...] = ()
    columns: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    of: str
    title: str
    width: int
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the body. what: its first key; field: the one that it is about; texts: by who writes."""

    what: str
    texts: ByOffice
    field: str = ""
    when: str = ""
    label: str = ""
    ask: str = ""
    title: str = ""
    numbered: bool = False
    bold: bool = False
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper; the keys are explained above."""

    code: str
    name: Words
    about: Words
    abstract: ByOffice
    fields: tuple[Field, ...]
    body: tuple[Item, ...]
    title: str = ""
    symbol: str = ""
    under: str = ""
    letter: bool = False
    blocks: bool = True
    addressees: str = ""
    recipient: str = ""
    meeting: Literal["", "ahead", "past"] = ""
    topics: bool = False
    bases: bool = False
    names: str = ""
    until: str = ""

    def label(self, language: str = "vi") -> str:
        return self.name["en" if language.startswith("en") else "vi"]

    def field(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)

    @property
    def numbered(self) -> bool:
        """Whether it takes a number from a series."""
        return bool(self.symbol)


@dataclass(frozen=True, slots=True)
class Meeting:
    """notice: days before it by which people must know of it; published: days after it for its results."""

    code: str
    label: Words
    notice: int = 0
    published: int = 0
    valid_from: datetime.date = datetime.date.min
    source: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Base:
    """A text that a paper may rest on, during [valid_from, valid_to)."""

    code: str
    text: str
    valid_from: datetime.date
    offices: tuple[Author, ...]
    valid_to: datetime.date = datetime.date.max
    verified: bool = False


def kind(code: str) -> Kind:
    """KeyError with a Vietnamese sentence for one that there is not."""
    if code not in every():
        raise KeyError(f"Không có loại văn bản “{code}”. Các loại: {', '.join(every())}.")
    return every()[code]


@cache
def every() -> Mapping[str, Kind]:
    """All kinds by code, in the order in which pages list them. Raises KindError."""
    return load(FOLDER / "kinds")


def load(folder: Path) -> dict[str, Kind]:
    """The kinds of a folder, checked. Raises KindError."""
    found = {path.stem: _Reader(path.stem).kind(_read(path)) for path in sorted(folder.glob("*.yaml"))}
    order = ("invitation", "conclusion", "submission", "awards", "letter", "press")
    return {code: found[code] for code in sorted(found, key=lambda one: (one not in order, (*order, one).index(one)))}


@cache
def meetings() -> Mapping[str, Meeting]:
    return {entry["code"]: Meeting(**entry) for entry in _read(FOLDER / "meetings.yaml")}


@cache
def _bases() -> tuple[Base, ...]:
    entries = _read(FOLDER / "bases.yaml")
    return tuple(Base(**{**entry, "offices": tuple(entry["offices"])}) for entry in entries)


def bases(office: Author, day: datetime.date) -> tuple[Base, ...]:
    """Those that one who writes may rest a paper of that day on, one of each code."""
    return tuple(one for one in _bases() if office in one.offices and one.valid_from <= day < one.valid_to)


@cache
def topics() -> Mapping[str, Part]:
    """The parts of the outlines of which figures can be said, by name."""
    return {name: part(name) for name in _read(FOLDER / "topics.yaml")}


def _read(path: Path) -> Any:
    try:
        return from_yaml(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise KindError(f"{path.name}: không đọc được ({error}).") from None


class _Reader:
    """Reads one file; knows its name, so that an error can say so."""

    def __init__(self, code: str) -> None:
        self.code = code

    def wrong(self, what: str) -> KindError:
        return KindError(f"{self.code}.yaml: {what}.")

    def kind(self, data: Any) -> Kind:
        if not isinstance(data, dict):
            raise self.wrong("phải là các cặp khóa: giá trị")
        try:
            fields = tuple(self.field(given) for given in data.pop("fields"))
            body = tuple(self.item(given) for given in data.pop("body"))
            abstract = self.by_office(data.pop("abstract"))
            found = Kind(code=self.code, fields=fields, body=body, abstract=abstract, **data)
        except (KeyError, TypeError) as error:
            raise self.wrong(f"thiếu hoặc thừa khóa ({error})") from None
        self._check(found)
        return found

    def field(self, given: dict[str, Any]) -> Field:
        given = dict(given)
        if given.pop("of", "") == "meetings":
            options = tuple(Option(one.code, one.label) for one in meetings().values())
        else:
            options = tuple(Option(**one) for one in given.pop("options", ()))
        columns = tuple(self.field(one) for one in given.pop("columns", ()))
        found = Field(options=options, columns=columns, **given)
        if found.type not in get_args(FieldType) or set(found.label) != {"vi", "en"}:
            raise self.wrong(f"ô “{found.name}” phải có kiểu ({', '.join(get_args(FieldType))}) và nhãn vi, en")
        return found

    def item(self, given: dict[str, Any]) -> Item:
        what = next((key for key in given if key in _LINES), "")
        if not what:
            raise self.wrong(f"dòng “{given}” không nói viết gì; dùng một trong: {', '.join(sorted(_LINES))}")
        columns = tuple(Column(**one) for one in given.get("columns", ()))
        return Item(
            what="text" if what == "label" else what,
            texts=self.by_office(given.get("text", "")),
            field=given[what] if what in ("each", "free", "table") else "",
            when=given.get("if", ""),
            label=given.get("label", ""),
            ask=given.get("ask", ""),
            title=given.get("section", given.get("title", "")),
            numbered=given.get("numbered", False),
            bold=given.get("bold", False),
            columns=columns,
        )

    def by_office(self, given: Any) -> ByOffice:
        if isinstance(given, str):
            return dict.fromkeys(OFFICES, given)
        if not isinstance(given, dict) or set(given) != set(OFFICES):
            raise self.wrong(f"lời văn “{given}” phải là một câu, hoặc một câu cho mỗi bên: {', '.join(OFFICES)}")
        return given

    # --- what must hold

    def _check(self, found: Kind) -> None:
        fields = {one.name: one for one in found.fields}
        named = [found.addressees, found.names, found.until, *(one.field for one in found.body)]
        named += [one.when for one in found.body]
        for name in filter(None, named):
            if name not in fields:
                raise self.wrong(f"nêu ô “{name}” không có trong fields")
        if found.meeting and fields.get("day", found.fields[0]).type != "day":
            raise self.wrong("có meeting thì phải có ô “day” kiểu ngày")
        if bool(found.names) != bool(found.until):
            raise self.wrong("có names (nêu tên cá nhân) thì phải có until (ngày hết hạn lưu)")
        known = set(_words(found))
        for item in found.body:
            inside = {"item", *(c.name for c in fields[item.field].columns)} if item.what == "each" else set()
            for text in item.texts.values():
                self._places(text, known | inside)
        for text in (*found.abstract.values(), found.under):
            self._places(text, known)
        for office in LAYOUTS.values() if found.symbol else ():
            try:
                layout(office).symbol(found.symbol)
            except KeyError as error:
                raise self.wrong(str(error.args[0]).rstrip(".")) from None

    def _places(self, text: str, known: set[str]) -> None:
        for name in _PLACE.findall(text):
            if name not in known and name[:1].lower() + name[1:] not in known:
                raise self.wrong(f"lời văn “{text}” có chỗ điền “{name}” không biết")


def _words(found: Kind) -> Iterator[str]:
    """The names of everything that can be put in."""
    yield from _GIVEN
    for field in found.fields:
        yield field.name
        if field.type == "day":
            yield f"{field.name}_weekday"
        if field.type == "rows":
            yield f"{field.name}_count"
        if field.type == "lines":
            yield f"{field.name}_named"
