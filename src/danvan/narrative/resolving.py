"""Which unit of the map a report speaks of: by name, by the places it names, or a question. Never a guess.

Plain Python over two look-ups of the map of one day, so that it can be tested without a database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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

Find = Callable[[str, str | None], Sequence[Place]]
"""find(name, level): every unit of that name on the day, all levels when level is None."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """unit_id, and why; or None, and what to ask. candidates: what the choice is between, if it is a short one."""

    unit_id: int | None
    why: str
    quote: str = ""
    candidates: tuple[Place, ...] = ()


def resolve(document: Document, find: Find, day: str) -> Resolution:
    """day: the day of the map as people write it, for the sentences."""
    mention = document.unit
    if mention is None:
        return Resolution(None, "Văn bản không nêu đơn vị báo cáo. Cho biết đơn vị: danvan resolve SỐ --unit MÃ.")
    others = [m for m in document.unit_mentions if m.name and m.quote != mention.quote]
    if mention.name:
        return _by_name(mention, others, find, day)
    return _by_places_within(mention, others, find, day)


def _by_name(mention: UnitMention, others: Sequence[UnitMention], find: Find, day: str) -> Resolution:
    name = _full(mention)
    matches = list(find(name, mention.level))
    if not matches:
        return Resolution(
            None, f"Không có “{name}” trên bản đồ ngày {day}: kiểm tra tên, hoặc kỳ báo cáo của văn bản.", mention.quote
        )
    if len(matches) == 1:
        return Resolution(matches[0].unit_id, f"“{name}” là tên duy nhất trên bản đồ ngày {day}.", mention.quote)
    for other in others:
        around = {place.unit_id for place in find(_full(other), other.level)}
        inside = [m for m in matches if around & set(m.path[:-1])]
        if len(inside) == 1:
            why = f"“{name}” thuộc “{other.quote}”, cùng nêu trong văn bản."
            return Resolution(inside[0].unit_id, why, mention.quote)
        containing = [m for m in matches if any(m.unit_id in place.path for place in find(_full(other), other.level))]
        if len(containing) == 1:
            why = f"“{other.quote}”, nêu trong văn bản, thuộc “{name}” này."
            return Resolution(containing[0].unit_id, why, mention.quote)
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
        return Resolution(fitting[0], why, mention.quote)
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
