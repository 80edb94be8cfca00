"""Which unit of the map a report speaks of: by name, by the places it names, or a question. Never a guess.

Plain Python over two look-ups of the map of one day, so that it can be tested without a database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from danvan.lib.vietnamese import fold
from danvan.narrative.reading.document import Document, UnitMention


class Place(Protocol):
    """A unit as it was on the day. path: its ancestors' ids from the country down, itself last."""

    @property
    def unit_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def path(self) -> Sequence[int]: ...
    @property
    def path_names(self) -> Sequence[str]: ...


# A Party committee is named after the kind of territory it leads: whoever writes "Thị ủy" writes from a "thị xã".
LED_BY = {"tinh uy": "tỉnh", "thanh uy": "thành phố", "thi uy": "thị xã", "huyen uy": "huyện", "quan uy": "quận"}

HEADING = 300  # characters: what stands there is about the one who reports
_RANK = {"country": 0, "province": 1, "district": 2, "commune": 3, "hamlet": 4, None: 9}
_JOINS = re.compile(r"\s*[,(–-]?\s*(?:(?:thuộc|của|ở|tại)\s+)?")

Find = Callable[[str, str | None], Sequence[Place]]
"""find(name, level): every unit of that name on the day, all levels when level is None."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """unit_id, and why; or None, and what to ask. candidates: what the choice is between, if it is a short one.

    confidence: of unit_id, 0 to 1: a name with its place, a name borne once, a name that its neighbours single out.
    """

    unit_id: int | None
    why: str
    quote: str = ""
    candidates: tuple[Place, ...] = ()
    confidence: float = 0.0


def resolve(document: Document, find: Find, day: str) -> Resolution:
    """day: the day of the map as people write it, for the sentences."""
    mention = document.unit
    if mention is None:
        return Resolution(None, "Văn bản không nêu đơn vị báo cáo. Cho biết đơn vị.")
    others = [m for m in document.unit_mentions if m.name and m.quote != mention.quote]
    if mention.name:
        return _by_name(document, mention, others, find, day)
    return _by_places_within(mention, others, find, day)


def _by_name(
    document: Document, mention: UnitMention, others: Sequence[UnitMention], find: Find, day: str
) -> Resolution:
    name = _full(mention)
    matches = list(find(name, mention.level))
    if not matches:
        why = f"Không có “{name}” trên bản đồ ngày {day}: kiểm tra tên, hoặc kỳ báo cáo của văn bản."
        return Resolution(None, why, mention.quote)
    located = _located(document, mention)
    if located is not None:
        around = {place.unit_id for place in find(_full(located), located.level)}
        inside = [match for match in matches if around & set(match.path[:-1])]
        said = f"{name}, {_full(located)}"
        if not inside:
            why = f"Văn bản ghi “{said}”, nhưng bản đồ ngày {day} không có “{name}” ở đó. Cho biết đơn vị."
            return Resolution(None, why, mention.quote, tuple(matches))
        if len(inside) == 1:
            return Resolution(inside[0].unit_id, f"Văn bản ghi “{said}”.", mention.quote, confidence=0.99)
        matches = inside
    if len(matches) == 1:
        why = f"“{name}” là tên duy nhất trên bản đồ ngày {day}."
        return Resolution(matches[0].unit_id, why, mention.quote, confidence=0.97)
    return _among(matches, name, mention, others, find, day)


def _located(document: Document, mention: UnitMention) -> UnitMention | None:
    """The larger place written right after the unit's name, wherever the text names the unit: "xã A, tỉnh B"."""
    mentions = sorted(document.unit_mentions, key=lambda one: one.start)
    for one, following in pairwise(mentions):
        if (fold(_full(one)), one.level) != (fold(_full(mention)), mention.level) or not following.name:
            continue
        between = document.text[one.end : following.start]
        if _RANK.get(following.level, 9) < _RANK.get(mention.level, 9) and _JOINS.fullmatch(between):
            return following
    return None


def _among(
    matches: Sequence[Place], name: str, mention: UnitMention, others: Sequence[UnitMention], find: Find, day: str
) -> Resolution:
    """Several bear the name: decided by the heading's larger places and by smaller ones anywhere, if all agree.

    A larger place further down may be anybody's: a delegation of another province comes to visit.
    """
    fitting: list[tuple[set[int], UnitMention]] = []
    for other in others:
        larger = _RANK.get(other.level, 9) < _RANK.get(mention.level, 9)
        if larger and other.start > HEADING:
            continue
        places = find(_full(other), other.level)
        if larger:
            around = {place.unit_id for place in places}
            fits = {match.unit_id for match in matches if around & set(match.path[:-1])}
        else:
            fits = {match.unit_id for match in matches if any(match.unit_id in place.path[:-1] for place in places)}
        if fits:
            fitting.append((fits, other))
    agreed = set.intersection(*(fits for fits, _ in fitting)) if fitting else set()
    if len(agreed) == 1:
        hints = _and([f"“{other.quote}”" for _, other in fitting])
        why = f"“{name}” và {hints}, cùng nêu trong văn bản, chỉ gặp nhau ở một nơi."
        return Resolution(agreed.pop(), why, mention.quote, confidence=0.9)
    where = ", ".join(sorted({m.path_names[1] for m in matches if len(m.path_names) > 1})[:6])
    return Resolution(
        None,
        f"Có {len(matches)} đơn vị tên “{name}” trên bản đồ ngày {day} ({where}…), văn bản không nói rõ. Chọn một.",
        mention.quote,
        tuple(matches),
    )


def _by_places_within(mention: UnitMention, others: Sequence[UnitMention], find: Find, day: str) -> Resolution:
    """'thị xã' without a name: the one unit of that level which holds every smaller place that the text names."""
    what = mention.body or mention.quote
    holders: set[int] | None = None
    named: list[str] = []
    places: dict[int, str] = {}
    for other in others:
        if other.level != "commune":
            continue
        found = [(u, n) for p in find(_full(other), other.level) for u, n in zip(p.path, p.path_names, strict=True)]
        if not found:
            continue
        named.append(other.quote)
        places.update(found)
        above = {u for u, _ in found}
        holders = above if holders is None else holders & above
    kind = mention.kind or next((kind for led, kind in LED_BY.items() if led in fold(what)), "")
    fitting = [unit for unit in sorted(holders or ()) if kind and _is_of_kind(places[unit], kind)]
    if len(fitting) == 1 and len(set(named)) > 1:
        why = f"“{what}” là của {places[fitting[0]]}: nơi duy nhất có cả {_and(named)}."
        return Resolution(fitting[0], why, mention.quote, confidence=0.85)
    return Resolution(
        None,
        f"Văn bản chỉ ghi “{what}”, không ghi tên địa phương. Cho biết đơn vị.",
        mention.quote,
    )


def _full(mention: UnitMention) -> str:
    return f"{mention.kind} {mention.name}".strip()


def _is_of_kind(name: str, kind: str) -> bool:
    return name.lower().startswith(kind.lower() + " ")


def _and(quotes: Sequence[str]) -> str:
    unique = list(dict.fromkeys(quotes))
    return " và ".join([", ".join(unique[:-1]), unique[-1]]) if len(unique) > 1 else unique[0]
