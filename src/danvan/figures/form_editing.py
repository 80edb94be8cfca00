"""A form administrator's page as a value: what was typed in it, and what a button does to it.

Plain Python. The page carries the whole version in its fields, in the order in which they stand, so that nothing typed
rests on what is stored meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from danvan.figures.catalogue import Catalogue, Indicator, breakdown_key
from danvan.figures.form_definition import PERIODICITIES, Definition, Row, Section
from danvan.lib.vietnamese import fold

FOUND = 15  # indicators shown of a search


class Typed(Protocol):
    """What a page sent (django.http.QueryDict)."""

    def get(self, key: str, default: str, /) -> str | None: ...
    def getlist(self, key: str, /) -> list[str]: ...


def typed(base: Definition, data: Typed) -> Definition:
    """What the fields of the page say; code, days and duties are those of `base`.

    Sections are the lists title_vi, title_en; rows the lists row ("0 rec.turns mode=regular": the number of its
    section, then the figure), note_vi, note_en, each in the page's order. ValueError where they do not fit together.
    """
    titles = list(zip(_all(data, "title_vi"), _all(data, "title_en"), strict=True))
    rows: list[list[Row]] = [[] for _ in titles]
    for text, note_vi, note_en in zip(data.getlist("row"), _all(data, "note_vi"), _all(data, "note_en"), strict=True):
        number, _, key = _clean(text).partition(" ")
        if not number.isdecimal() or int(number) >= len(rows):
            raise ValueError(f"Dòng “{text}” không thuộc phần nào của biểu; hãy mở lại trang.")
        rows[int(number)].append(_row(key, note_vi, note_en))
    return replace(
        base,
        name_vi=_one(data, "name_vi"),
        name_en=_one(data, "name_en"),
        calendar=_one(data, "calendar"),
        periodicities=tuple(kind for kind in PERIODICITIES if kind in data.getlist("periodicities")),
        line=_one(data, "line"),
        due=_due(data),
        notes_vi=_one(data, "notes_vi"),
        notes_en=_one(data, "notes_en"),
        sections=tuple(Section(vi, en, tuple(some)) for (vi, en), some in zip(titles, rows, strict=True)),
    )


def _due(data: Typed) -> dict[str, Any]:
    kind = _one(data, "due")
    if kind not in ("working_days", "fixed"):
        return {}
    if kind == "fixed":
        due: dict[str, Any] = {"fixed": {"day": _number(data, "day"), "month": _one(data, "month")}}
    else:
        due = {"working_days": _number(data, "working_days"), "after": "window_end"}
    if _one(data, "hour"):
        due["hour"] = _number(data, "hour")
    if source := _one(data, "source"):
        due["source"] = source
    return {**due, "verified": _one(data, "verified") == "on"}


def _number(data: Typed, name: str) -> int | str:
    """The number, 0 for nothing; as typed where it is none, for `validate` to say so."""
    text = _one(data, name)
    if not text:
        return 0
    return int(text) if len(text) < 5 and text.isascii() and text.isdigit() else text


def _one(data: Typed, name: str) -> str:
    return _clean(data.get(name, "") or "")


def _all(data: Typed, name: str) -> list[str]:
    return [_clean(text) for text in data.getlist(name)]


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _row(key: str, note_vi: str = "", note_en: str = "") -> Row:
    indicator, _, breakdown = key.partition(" ")
    return Row(indicator, breakdown, note_vi, note_en)


def key_of(row: Row) -> str:
    """As the page names a row: "rec.turns mode=regular"."""
    return " ".join(filter(None, row.key))


class Done(NamedTuple):
    """What a button made of the form, and where on the page it did so ("" for its top)."""

    definition: Definition
    anchor: str


def act(definition: Definition, order: str, into: str = "") -> Done:
    """One button: "up KEY", "down KEY", "remove KEY", "add KEY" (at the end of the section `into`), "section-add",
    "section-up N", "section-down N", "section-remove N" (an empty one); anything else changes nothing.

    A row at the edge of its section goes on into the next one. What is no longer there stays as it is.
    """
    verb, _, what = order.partition(" ")
    sections = [list(section.rows) for section in definition.sections]
    if verb == "section-add":
        number = len(sections) + 1
        new = Section(f"Phần {number}", f"Section {number}")
        return Done(replace(definition, sections=(*definition.sections, new)), f"section-{number - 1}")
    if verb.startswith("section-"):
        return _act_on_section(definition, verb.removeprefix("section-"), what)
    if verb == "add":
        at = int(into) if into.isdecimal() and int(into) < len(sections) else len(sections) - 1
        if sections and what not in {key_of(row) for row in definition.rows}:
            sections[at].append(_row(what))
        return Done(_with(definition, sections), "find-rows")
    for at, rows in enumerate(sections):
        for place, row in enumerate(rows):
            if key_of(row) == what:
                return Done(_with(definition, _moved(sections, verb, at, place)), _anchor(verb, what, at))
    return Done(definition, "")


def _moved(sections: list[list[Row]], verb: str, at: int, place: int) -> list[list[Row]]:
    rows = sections[at]
    if verb == "remove":
        rows.pop(place)
    elif verb in ("up", "down"):
        step = -1 if verb == "up" else 1
        if 0 <= place + step < len(rows):
            rows.insert(place + step, rows.pop(place))
        elif 0 <= at + step < len(sections):
            sections[at + step].insert(len(sections[at + step]) if step < 0 else 0, rows.pop(place))
    return sections


def _anchor(verb: str, key: str, at: int) -> str:
    return f"section-{at}" if verb == "remove" else row_id(key)


def row_id(key: str) -> str:
    """The row's place on the page."""
    return f"row-{key.replace(' ', '/')}"


def _act_on_section(definition: Definition, verb: str, what: str) -> Done:
    sections = list(definition.sections)
    at = int(what) if what.isdecimal() else len(sections)
    if at >= len(sections):
        return Done(definition, "")
    if verb == "remove" and not sections[at].rows:
        sections.pop(at)
        at = max(at - 1, 0)
    elif verb in ("up", "down"):
        to = at + (1 if verb == "down" else -1)
        if 0 <= to < len(sections):
            sections.insert(to, sections.pop(at))
            at = to
    return Done(replace(definition, sections=tuple(sections)), f"section-{at}")


def _with(definition: Definition, rows: Iterable[Iterable[Row]]) -> Definition:
    return replace(
        definition,
        sections=tuple(
            replace(section, rows=tuple(some)) for section, some in zip(definition.sections, rows, strict=True)
        ),
    )


# --- finding figures to add


class Choice(NamedTuple):
    """A figure that can be added. there: the form asks for it already."""

    key: str
    label: str
    there: bool


class Found(NamedTuple):
    """An indicator of the catalogue that fits a search: itself, and itself in each value of each dimension."""

    indicator: Indicator
    whole: Choice
    dimensions: tuple[tuple[str, tuple[Choice, ...]], ...]


def find(known: Catalogue, text: str, have: Collection[str], language: str = "vi") -> list[Found]:
    """The indicators with every word of the text in their code or names, marks or none; as written come first."""
    words = fold(text).split()
    if not words:
        return []
    fits = [one for one in known if all(word in _searched(one) for word in words)]
    fits.sort(key=lambda one: text.lower() not in f"{one.name_vi} {one.name_en} {one.code}".lower())
    return [_found(one, have, language) for one in fits[:FOUND]]


def _searched(indicator: Indicator) -> str:
    return fold(f"{indicator.code} {indicator.name_vi} {indicator.name_en}")


def _found(indicator: Indicator, have: Collection[str], language: str) -> Found:
    def choice(breakdown: Mapping[str, str]) -> Choice:
        key = " ".join(filter(None, (indicator.code, breakdown_key(breakdown))))
        label = indicator.breakdown_label(breakdown_key(breakdown), language) or indicator.label(language)
        return Choice(key, label, key in have)

    dimensions = tuple(
        (one.name.label(language), tuple(choice({one.key: value}) for value in one.values)) for one in indicator.dims
    )
    return Found(indicator, choice({}), dimensions)
