"""The indicators: what each figure means, how it adds up, and what must hold between figures.

Plain Python over the reviewed files in `data/`. Everything is checked when it is loaded, so that a slip in a data file
is an error with the file's words in it and not a wrong sum.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple

from danvan.lib import numbers
from danvan.lib.datafiles import from_yaml

DATA = Path(__file__).parent / "data"
TIME = frozenset({"sum", "last", "first", "ratio", "distinct", "avg", "none"})
UNITS = frozenset({"sum", "ratio", "distinct", "none"})
OPERATORS = {"==": "bằng", "<=": "không quá", ">=": "không ít hơn"}
_CODE = re.compile(r"[a-z]+\.[a-z0-9_]+")
_PART = re.compile(r"([+-]?)\s*([a-z]+\.[a-z0-9_]+)(@previous)?(?:\s+by\s+([a-z_]+))?\s*")


class CatalogueError(ValueError):
    """A data file, a code or a breakdown that the catalogue does not know; the message is a Vietnamese sentence."""


class Wording(NamedTuple):
    """The same words in both languages."""

    vi: str
    en: str

    def label(self, lang: str) -> str:
        return self.en if lang.startswith("en") else self.vi


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of figure it is, and by that how it adds up over time and over units (data/kinds.yaml)."""

    code: str
    name: Wording
    time: str
    units: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The values of one dimension. key: the dimension's name in a breakdown."""

    code: str
    key: str
    name: Wording
    values: Mapping[str, Wording]
    verified: bool


@dataclass(frozen=True, slots=True)
class Term:
    """Numerator or denominator of a ratio: an indicator, or (code is empty) something only described."""

    code: str
    name: Wording


class Counts(NamedTuple):
    """What a distinct figure counts: the units of that level in which the indicator is above zero."""

    indicator: str
    level: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is counted. unit_vi/unit_en: its unit of measure; money is in whole dong, a ratio in percent."""

    code: str
    name_vi: str
    name_en: str
    unit_vi: str
    unit_en: str
    kind: Kind
    register: str
    source: str
    dims: tuple[Vocabulary, ...] = ()
    numerator: Term | None = None
    denominator: Term | None = None
    counts: Counts | None = None
    verified: bool = True
    note_vi: str = ""
    note_en: str = ""

    @property
    def time(self) -> str:
        return self.kind.time

    @property
    def units(self) -> str:
        return self.kind.units

    @property
    def derived_from(self) -> tuple[str, str] | None:
        """The indicators of numerator and denominator, where both are in the catalogue."""
        if self.numerator and self.denominator and self.numerator.code and self.denominator.code:
            return self.numerator.code, self.denominator.code
        return None

    def label(self, lang: str = "vi") -> str:
        return Wording(self.name_vi, self.name_en).label(lang)

    def unit(self, lang: str = "vi") -> str:
        return Wording(self.unit_vi, self.unit_en).label(lang)

    def note(self, lang: str = "vi") -> str:
        return Wording(self.note_vi, self.note_en).label(lang)

    def vocabulary(self, key: str) -> Vocabulary:
        """The vocabulary of one of its dimensions; CatalogueError where it is not broken down so."""
        for vocabulary in self.dims:
            if vocabulary.key == key:
                return vocabulary
        known = ", ".join(v.key for v in self.dims) or "không có"
        raise CatalogueError(f"Chỉ tiêu {self.code} không phân tổ theo “{key}” (các phân tổ: {known}).")

    def check_breakdown(self, breakdown: str) -> dict[str, str]:
        """The breakdown as a dict; CatalogueError where a dimension or value is unknown or the key not canonical."""
        parts = parse_breakdown(breakdown)
        for key, value in parts.items():
            vocabulary = self.vocabulary(key)
            if value not in vocabulary.values:
                known = ", ".join(vocabulary.values)
                raise CatalogueError(f"Chỉ tiêu {self.code}: “{key}” không có giá trị “{value}” (hãy chọn: {known}).")
        if breakdown_key(parts) != breakdown:
            raise CatalogueError(f"Phân tổ “{breakdown}” phải viết là “{breakdown_key(parts)}”.")
        return parts

    def breakdown_label(self, breakdown: str, lang: str = "vi") -> str:
        """'field=economy' -> 'kinh tế'; several parts are joined by a comma; '' stays ''."""
        parts = parse_breakdown(breakdown)
        return ", ".join(self.vocabulary(key).values[value].label(lang) for key, value in parts.items())


KNOWN = {one.name for one in fields(Indicator)}
REQUIRED = {one.name for one in fields(Indicator) if one.default is MISSING}


class Part(NamedTuple):
    """One summand of an identity. by: summed over that dimension; previous: of the period before."""

    sign: int
    code: str
    previous: bool
    by: str


@dataclass(frozen=True, slots=True)
class Identity:
    """left op right: what must hold between figures of one unit and one period. note: the rule in Vietnamese."""

    left: str
    op: str
    right: tuple[Part, ...]
    note: str


class Broken(NamedTuple):
    """An identity that does not hold, in one breakdown. sentence: what is wrong, with the figures, in Vietnamese."""

    identity: Identity
    breakdown: str
    left: Decimal
    right: Decimal
    sentence: str


Values = Mapping[tuple[str, str], Decimal]


@dataclass(frozen=True)
class Catalogue:
    """All indicators in their order, with kinds, vocabularies and identities. Get one by `load()`."""

    indicators: Mapping[str, Indicator]
    vocabularies: Mapping[str, Vocabulary]
    kinds: Mapping[str, Kind]
    identities: tuple[Identity, ...] = field(default=())

    def __getitem__(self, code: str) -> Indicator:
        try:
            return self.indicators[code]
        except KeyError:
            raise CatalogueError(f"Không có chỉ tiêu “{code}” trong danh mục.") from None

    def __contains__(self, code: object) -> bool:
        return code in self.indicators

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.indicators.values())

    def __len__(self) -> int:
        return len(self.indicators)

    @cached_property
    def carried_over(self) -> frozenset[str]:
        """The indicators of which an identity asks the figure of the period before."""
        return frozenset(part.code for identity in self.identities for part in identity.right if part.previous)

    def label(self, code: str, breakdown: str = "", lang: str = "vi") -> str:
        """'Tổng số mô hình …: kinh tế'."""
        indicator = self[code]
        return ": ".join(filter(None, [indicator.label(lang), indicator.breakdown_label(breakdown, lang)]))

    def check_identities(self, values: Values, previous: Values | None = None) -> list[Broken]:
        """The identities that do not hold among the figures of one unit and one period.

        values, previous: (code, breakdown) -> figure of this period and of the period before. An identity is asked
        only where all its figures are there; equality with a sum over a dimension only where every value of the
        dimension is, until then the parts may not exceed the whole.
        """
        broken = []
        breakdowns = defaultdict(list)
        for code, breakdown in values:
            breakdowns[code].append(breakdown)
        for identity in self.identities:
            for breakdown in breakdowns.get(identity.left, ()):
                found = self._check(identity, breakdown, values[identity.left, breakdown], values, previous or {})
                if found:
                    broken.append(found)
        return broken

    def identities_for(self, rows: Collection[tuple[str, str]]) -> list[dict[str, Any]]:
        """The identities among the rows of a form, ready for JSON, so that a page can ask them while one types.

        rows: (code, breakdown). One entry for each identity and row on its left: {left: {code, breakdown}, op, words
        (the operator in Vietnamese), note, right: [{sign, code, breakdown, previous, whole}]}. The rule of
        `check_identities` in one sentence: it is asked only where the left and every part with `whole` true are
        there and one part of each code at least; where a part with `whole` false is not, or `open` says that the
        form has no row for one, "==" becomes ">=".
        """
        known = set(rows)
        found = []
        for identity in self.identities:
            for code, breakdown in rows:
                if code == identity.left and (right := self._parts(identity, breakdown, known)):
                    found.append(
                        {
                            "left": {"code": code, "breakdown": breakdown},
                            "op": identity.op,
                            "words": OPERATORS[identity.op],
                            "right": right[0],
                            "open": right[1],
                            "note": identity.note,
                        }
                    )
        return found

    def _parts(
        self, identity: Identity, breakdown: str, rows: Collection[tuple[str, str]]
    ) -> tuple[list[dict[str, Any]], bool] | None:
        """The parts of an identity that are rows, and whether a value of a dimension has no row; None: not asked."""
        parts, lacking = [], False
        for part in identity.right:
            keys = self._keys(part, breakdown)
            there = [key for key in keys if (part.code, key) in rows]
            if not there:
                return None
            lacking |= len(there) < len(keys)
            parts += [
                {
                    "sign": part.sign,
                    "code": part.code,
                    "breakdown": key,
                    "previous": part.previous,
                    "whole": not part.by,
                }
                for key in there
            ]
        return None if lacking and not _relaxes(identity) else (parts, lacking)

    def _check(
        self, identity: Identity, breakdown: str, left: Decimal, values: Values, previous: Values
    ) -> Broken | None:
        total, terms, op = Decimal(0), [], identity.op
        for part in identity.right:
            figures, whole = self._figures(part, breakdown, previous if part.previous else values)
            if not figures:
                return None
            if not whole:
                if not _relaxes(identity):
                    return None
                op = ">="
            total += part.sign * sum(figures)
            terms += [("- " if part.sign < 0 else "+ ") + numbers.digits(figure) for figure in figures]
        if _holds(left, op, total):
            return None
        sums = " ".join(terms).removeprefix("+ ")
        equals = f" = {numbers.digits(total)}" if len(terms) > 1 else ""
        name = self.label(identity.left, breakdown)
        sentence = f"{name}: {numbers.digits(left)} phải {OPERATORS[op]} {sums}{equals} ({identity.note})."
        return Broken(identity, breakdown, left, total, sentence)

    def _figures(self, part: Part, breakdown: str, values: Values) -> tuple[list[Decimal], bool]:
        """The figures of a part in that breakdown (empty: not there), and whether they are all."""
        keys = self._keys(part, breakdown)
        figures = [values[part.code, key] for key in keys if (part.code, key) in values]
        return figures, len(figures) == len(keys)

    def _keys(self, part: Part, breakdown: str) -> list[str]:
        """The breakdowns that a part sums in that breakdown: itself, or with each value of a dimension."""
        if not part.by:
            return [breakdown]
        outer = parse_breakdown(breakdown)
        if part.by in outer:
            return []
        return [breakdown_key({**outer, part.by: name}) for name in self[part.code].vocabulary(part.by).values]


def _relaxes(identity: Identity) -> bool:
    """Whether some of its parts alone say something: what is there may not exceed the whole."""
    return identity.op != "<=" and all(part.sign > 0 for part in identity.right if part.by)


def _holds(left: Decimal, op: str, right: Decimal) -> bool:
    return left == right if op == "==" else left <= right if op == "<=" else left >= right


def breakdown_key(parts: Mapping[str, str]) -> str:
    """{'level': 'commune', 'field': 'economy'} -> 'field=economy;level=commune': one spelling for each breakdown."""
    return ";".join(f"{key}={parts[key]}" for key in sorted(parts))


def parse_breakdown(key: str) -> dict[str, str]:
    """The inverse of `breakdown_key`; CatalogueError where it does not read so."""
    parts: dict[str, str] = {}
    for part in key.split(";") if key else []:
        name, equals, value = part.partition("=")
        if not (name and equals and value) or name in parts:
            raise CatalogueError(f"Phân tổ “{key}” không đọc được; hãy viết như “field=economy;level=commune”.")
        parts[name] = value
    return parts


@lru_cache
def load(folder: Path = DATA) -> Catalogue:
    """The catalogue of a folder, read once. CatalogueError names the file's entry that is wrong."""
    kinds = {code: _kind(code, entry) for code, entry in _read(folder / "kinds.yaml").items()}
    vocabularies = {code: _vocabulary(code, entry) for code, entry in _read(folder / "vocabularies.yaml").items()}
    indicators: dict[str, Indicator] = {}
    names: dict[str, Wording] = {}
    entries = [entry for path in sorted((folder / "indicators").glob("*.yaml")) for entry in _read(path)]
    for entry in entries:
        if wrong := REQUIRED - set(entry) or set(entry) - KNOWN:
            raise CatalogueError(
                f"Chỉ tiêu {entry.get('code', entry)}: thiếu hoặc thừa mục {', '.join(sorted(wrong))}."
            )
        if entry["code"] in names:
            raise CatalogueError(f"Chỉ tiêu {entry['code']} có hai lần trong danh mục.")
        names[entry["code"]] = Wording(entry["name_vi"], entry["name_en"])
    for entry in entries:
        indicators[entry["code"]] = _indicator(entry, kinds, vocabularies, names)
    identities = tuple(_identity(entry, indicators) for entry in _read(folder / "identities.yaml"))
    _refuse_cycles(indicators, identities)
    return Catalogue(indicators, vocabularies, kinds, identities)


def _read(path: Path) -> Any:
    return from_yaml(path.read_text(encoding="utf-8"))


def _kind(code: str, entry: dict[str, Any]) -> Kind:
    if entry["time"] not in TIME or entry["units"] not in UNITS:
        raise CatalogueError(f"Loại “{code}”: cách cộng “{entry['time']}”, “{entry['units']}” không có.")
    return Kind(code, Wording(**entry["name"]), entry["time"], entry["units"])


def _vocabulary(code: str, entry: dict[str, Any]) -> Vocabulary:
    values = {value: Wording(**words) for value, words in entry["values"].items()}
    return Vocabulary(code, entry.get("key", code), Wording(**entry["name"]), values, entry.get("verified", True))


def _indicator(
    entry: dict[str, Any], kinds: Mapping[str, Kind], vocabularies: Mapping[str, Vocabulary], names: dict[str, Wording]
) -> Indicator:
    code = entry["code"]
    if not _CODE.fullmatch(code):
        raise CatalogueError(f"Mã chỉ tiêu “{code}” phải có dạng nhóm.tên, chữ thường không dấu.")
    if entry["kind"] not in kinds:
        raise CatalogueError(f"Chỉ tiêu {code}: loại “{entry['kind']}” không có trong kinds.yaml.")
    for name in entry.get("dims", []):
        if name not in vocabularies:
            raise CatalogueError(f"Chỉ tiêu {code}: phân tổ “{name}” không có trong vocabularies.yaml.")
    kind, dims = kinds[entry["kind"]], tuple(vocabularies[name] for name in entry.get("dims", []))
    if len({vocabulary.key for vocabulary in dims}) < len(dims):
        raise CatalogueError(f"Chỉ tiêu {code}: hai phân tổ trùng tên.")
    terms = {side: _term(code, entry[side], names) for side in ("numerator", "denominator") if side in entry}
    if len(terms) != (2 if kind.time == "ratio" else 0):
        raise CatalogueError(f"Chỉ tiêu {code}: tỷ lệ phải có đủ tử số và mẫu số, chỉ tiêu khác thì không.")
    counts = Counts(**entry["counts"]) if "counts" in entry else None
    if counts and counts.indicator not in names:
        raise CatalogueError(f"Chỉ tiêu {code}: đếm theo “{counts.indicator}” không có trong danh mục.")
    return Indicator(**{**entry, "kind": kind, "dims": dims, "counts": counts, **terms})


def _term(code: str, entry: str | dict[str, str], names: Mapping[str, Wording]) -> Term:
    if isinstance(entry, dict):
        return Term("", Wording(**entry))
    if entry not in names or entry == code:
        raise CatalogueError(f"Chỉ tiêu {code}: tử số hoặc mẫu số “{entry}” không có trong danh mục.")
    return Term(entry, names[entry])


def _identity(entry: dict[str, str], indicators: Mapping[str, Indicator]) -> Identity:
    text = entry["right"].strip()
    parts, at = [], 0
    while match := _PART.match(text, at):
        sign, code, previous, by = match.groups()
        parts.append(Part(-1 if sign == "-" else 1, code, bool(previous), by or ""))
        at = match.end()
    if at < len(text) or not parts or entry["op"] not in OPERATORS:
        raise CatalogueError(f"Đẳng thức “{entry['left']} {entry['op']} {text}” không đọc được.")
    for code in (entry["left"], *(part.code for part in parts)):
        if code not in indicators:
            raise CatalogueError(f"Đẳng thức của {entry['left']}: chỉ tiêu “{code}” không có trong danh mục.")
    for part in parts:
        if part.by:
            indicators[part.code].vocabulary(part.by)
    return Identity(entry["left"], entry["op"], tuple(parts), entry["note"])


def _refuse_cycles(indicators: Mapping[str, Indicator], identities: tuple[Identity, ...]) -> None:
    """No indicator may rest on itself through ratios, counts and equalities of the same period."""
    rests_on: dict[str, set[str]] = {}
    for one in indicators.values():
        below = {term.code for term in (one.numerator, one.denominator) if term and term.code}
        rests_on[one.code] = below | ({one.counts.indicator} if one.counts else set())
    for identity in identities:
        if identity.op == "==":
            rests_on[identity.left] |= {part.code for part in identity.right if not (part.previous or part.by)}
    try:
        TopologicalSorter(rests_on).prepare()
    except CycleError as error:
        raise CatalogueError(f"Các chỉ tiêu dựa vòng lên nhau: {' → '.join(error.args[1])}.") from None
