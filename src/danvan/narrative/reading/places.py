"""The places and bodies that a text names, and which of them reports. Which unit that is on the map, others decide."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from danvan.lib.vietnamese import one_spelling
from danvan.narrative import lexicon
from danvan.narrative.reading.document import Level, UnitMention
from danvan.narrative.reading.folding import Folded
from danvan.narrative.reading.scan import Scan

_CAPITALS = "".join(c for c in map(chr, range(0x41, 0x1EFA)) if c.isupper() and c.isalpha() and len(c.lower()) == 1)
_NAME = rf"[{re.escape(_CAPITALS)}][^\W\d_]*"  # a word that opens with a capital
_SPACE = r"[^\S\r\n\t]"  # a name ends with its line or its cell: "XÃ BA BỂ" above "BÁO CÁO"
_LETTERS = r"(?<![^\W_])"
_TAIL_NAME = re.compile(rf"{_SPACE}({_NAME}(?:{_SPACE}{_NAME}){{0,3}})")
_TAIL_TOWN = re.compile(r"\s(thị xã|huyện|tỉnh|thành phố|quận|xã|phường)(?![^\W_])")
# Capitals that follow a name but are not of it: offices and bodies.
_NOT_NAMES = frozenset(
    ["ban", "phó", "chủ", "bí", "trưởng", "ủy", "hđnd", "ubnd", "mttq", "mttqvn", "tại", "ông", "bà"]
)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = lexicon.load()
    names = rf"{_NAME}(?:{_SPACE}(?:-{_SPACE})?{_NAME}|-{_SPACE}?{_NAME}){{0,4}}"
    gap = rf"(?:{_SPACE}*|(?<![{_CAPITALS}])\s*)"  # but "tại xã" may be wrapped before its name
    kinds = "|".join(re.escape(kind) for kind in sorted(data.places["kinds"], key=len, reverse=True))
    numbered = r"(?:(?<=uận )|(?<=hường )|(?<=hu phố )|(?<=xóm ))\d{1,2}(?![\d%]|[.,/]\d)"
    place = re.compile(rf"{_LETTERS}(?P<kind>(?i:{kinds}))(?:(?<=[PpXx])\.)?{gap}(?P<name>{names}|{numbered})")
    bodies = "|".join(re.escape(body) for body in sorted(data.grammar["bodies"], key=len, reverse=True))
    committees = "|".join(data.grammar["party_committees"])
    body = re.compile(
        rf"{_LETTERS}(?:(?P<body>{bodies})(?:\s+(?P<of>{committees}))?|(?P<alone>{committees}))(?![^\W_])"
    )
    provinces = "|".join(re.escape(name) for name in sorted(data.places["provinces"], key=len, reverse=True))
    bare = re.compile(rf"{_LETTERS}(?=[{_CAPITALS}])(?:(?P<name>{provinces})(?![^\W_])|TP\.?\s?HCM)")
    towns = re.compile(rf"{_LETTERS}(?P<kind>(?i:thị xã|huyện|tỉnh|thành phố|quận|xã|phường))(?![^\W_])")
    return place, body, bare, towns


class _Firsts(NamedTuple):
    """The first words of bodies, provinces and kinds of places; a kind may run into its name: "TPHCM", "P.12"."""

    kinds: tuple[str, ...]
    bodies: frozenset[str]
    bodies_go_on: frozenset[tuple[str, ...]]  # their first two words, or one that is a body alone
    provinces: frozenset[str]


@lru_cache(maxsize=1)
def _firsts() -> _Firsts:
    data = lexicon.load()
    bodies = (*data.grammar["bodies"], *data.grammar["party_committees"])
    named = (data.places["kinds"], bodies, data.places["provinces"])
    kinds, of_bodies, provinces = (frozenset(one_spelling(name).split()[0] for name in names) for names in named)
    go_on = frozenset(tuple(one_spelling(body).split()[:2]) for body in bodies)
    return _Firsts(tuple(kinds), of_bodies, go_on, provinces)


_spelt = lru_cache(maxsize=4096)(one_spelling)  # the same few kinds of places and words of names come again and again


def _opens_place(word: str) -> bool:
    return word.startswith(_firsts().kinds)


def _opens_bare(word: str) -> bool:
    return word in _firsts().provinces or word.startswith("tp")


def _bodies(cut: Scan) -> list[int]:
    """The tokens where the name of a body may begin: many words open one ("công", "hội"), and few go on with it."""
    words, firsts = cut.words, _firsts()
    named = firsts.bodies_go_on
    return [at for at in cut.where(firsts.bodies) if tuple(words[at : at + 2]) in named or (words[at],) in named]


def _matches(pattern: re.Pattern[str], text: str, cut: Scan, opens: list[int]) -> list[re.Match[str]]:
    """As pattern.finditer(text), but tried only at the tokens that can open a match, which is much faster."""
    free = 0
    found = []
    for at in opens:
        start = cut.starts[at]
        if start >= free and (match := pattern.match(text, start)):
            free = match.end()
            found.append(match)
    return found


def mentions(cut: Scan) -> list[UnitMention]:
    """Every place named, in the order of the text; bodies with the place that follows them."""
    folded = cut.folded
    place_pattern, body_pattern, bare_pattern, _ = _patterns()
    cased = folded.cased
    found: list[tuple[int, int, UnitMention]] = []
    places: list[tuple[int, int, str, str]] = []
    for match in _matches(place_pattern, cased, cut, cut.where(_opens_place)):
        name, end = _trim_name(match["name"], match.end())
        if name:
            places.append((match.start(), end, _spelt(match["kind"]), name))
    kinds = list(places)
    for match in _matches(bare_pattern, cased, cut, cut.where(_opens_bare)):
        before = bisect_right(kinds, match.start(), key=lambda place: place[0]) - 1
        if before < 0 or kinds[before][1] <= match.start():
            places.append((match.start(), match.end(), "", match["name"] or "Hồ Chí Minh"))
    places.sort()
    taken: set[int] = set()
    bodies = _matches(body_pattern, folded.text, cut, _bodies(cut))
    found += [_body(folded, match, places, taken) for match in bodies]
    for index, (start, end, kind, name) in enumerate(places):
        if index not in taken:
            found.append((start, end, _mention(folded, start, end, name, _level(kind, name), kind, "")))
    return [mention for _, _, mention in sorted(found, key=lambda item: item[:2])]


def _body(
    folded: Folded, match: re.Match[str], places: list[tuple[int, int, str, str]], taken: set[int]
) -> tuple[int, int, UnitMention]:
    """A body with the place right behind it: "Hội Nông dân xã Hà Linh", "Ban Dân vận Huyện ủy Lục Ngạn"."""
    start, end = match.span()
    committee = match["of"] or match["alone"] or ""
    level: Level | None = lexicon.load().grammar["party_committees"].get(committee)
    name = kind = ""
    behind = end
    index = bisect_left(places, end, key=lambda place: place[0])
    if index < len(places) and places[index][0] - end <= 2 and not folded.text[end : places[index][0]].strip():
        _, behind, kind, name = places[index]
        level = _level(kind, name) if kind or not committee else level or _level("", name)
        taken.add(index)
    else:
        tail = _TAIL_NAME.match(folded.cased, end) if committee else None
        if tail:
            name, behind = _trim_name(tail[1], tail.end())
        town = _TAIL_TOWN.match(folded.text, end)
        if town and not name:
            kind, behind = town[1], town.end()
            level = lexicon.load().places["kinds"][kind]
    body = " ".join(folded.cased[start:end].split())
    return start, behind, _mention(folded, start, behind, name, level, kind, body)


def _trim_name(name: str, end: int) -> tuple[str, int]:
    """The name without offices that run into it: "Bắc Kạn Phó Bí thư"."""
    parts = re.split(r"(\s(?:-\s)?|-\s?)", name)
    kept: list[str] = []
    for at in range(0, len(parts), 2):
        said = _spelt(parts[at])
        if said in _NOT_NAMES and (at or said == "ủy"):  # "xã Ban Công" is a place, "TỈNH ỦY" none
            break
        kept = parts[: at + 1]
    left = "".join(kept)
    return " ".join(left.split()), end - (len(name) - len(left))


def _level(kind: str, name: str) -> Level | None:
    data = lexicon.load().places
    if kind in ("thành phố", "tp"):
        return "province" if name in data["central_cities"] else "district"
    level: Level | None = data["kinds"].get(kind) if kind else "province"
    return level


def _mention(folded: Folded, start: int, end: int, name: str, level: Level | None, kind: str, body: str) -> UnitMention:
    quote = folded.cased[start:end]
    return UnitMention(folded.start(start), folded.end(end), " ".join(quote.split()), name, level, kind, body)


def reporting(found: list[UnitMention], title: tuple[int, int], lead_end: int, folded: Folded) -> UnitMention | None:
    """Who reports: named in the headline or the opening, and most often; a place with its body before a place alone."""
    if not found:
        return _town(folded)
    locating = _locating(found, folded)
    often = Counter((m.name, m.level) for i, m in enumerate(found) if i not in locating)
    rank = {"province": 0.6, "district": 0.5, "commune": 0.4, "hamlet": -2.0, "country": -2.0, None: 0.0}

    def weight(item: tuple[int, UnitMention]) -> float:
        index, mention = item
        score = rank[mention.level] + 0.4 * min(often[mention.name, mention.level], 4) - 0.06 * min(index, 20)
        score += 2.0 if title[0] <= mention.start < title[1] else 0.0
        score += 1.5 if mention.start < lead_end else 0.0
        score += 0.8 if mention.name else 0.0
        score -= 4.0 if index in locating else 0.0
        score -= 5.0 if mention.level is None and not mention.name else 0.0  # "Mặt trận": whose, is not said
        return score + (0.7 if mention.body else 0.2 if mention.kind else 0.0)

    best = max(enumerate(found), key=weight)[1]
    if best.name and not best.body and not best.kind:  # the same place elsewhere with its kind
        return next((m for m in found if m.name == best.name and m.kind and not m.body), best)
    if not best.name:
        named = [m for m in found if m.level == best.level and m.name and m.start < lead_end]
        if named:
            return named[0]
    return best


_LOCATES = re.compile(r"\s*[,(\-–]?\s*(?:thuộc\s+)?")
_SIZE = {"commune": 1, "district": 2, "province": 3}


def _locating(found: list[UnitMention], folded: Folded) -> set[int]:
    """Places that only say where the smaller one before them lies: "xã Na Rì, tỉnh Thái Nguyên"."""
    locating: set[int] = set()
    for index in range(1, len(found)):
        smaller, larger = found[index - 1], found[index]
        lies = smaller.name and not larger.body and _SIZE.get(smaller.level or "", 9) < _SIZE.get(larger.level or "", 0)
        if lies and larger.start - smaller.end < 12:
            between = folded.between(smaller.end, larger.start)
            if _LOCATES.fullmatch(between):
                locating.add(index)
    return locating


def _town(folded: Folded) -> UnitMention | None:
    """ "thị xã" alone: said, but not which one."""
    match = _patterns()[3].search(folded.cased)
    if not match:
        return None
    kind = one_spelling(match["kind"])
    return _mention(folded, match.start(), match.end(), "", lexicon.load().places["kinds"][kind], kind, "")
