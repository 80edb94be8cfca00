"""What tells who somebody is, found in words and put out of sight. Plain Python.

Known people: the names, telephone, paper number, e-mail and address that were given with a matter, with or without
marks, in any case, broken over lines. Unknown ones: what has the form of a telephone, an identity number or an e-mail
address, and the name with which somebody introduces themselves ("tôi tên là ...").

A single word of a name is an ordinary word of the language and so is a hamlet: a name's last word counts after a word
of address ("bà Lụa"), an address only where it holds a number or names two places.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from danvan.lib.vietnamese import fold

HIDDEN = "[đã che]"
NAME, PHONE, PAPER, EMAIL, ADDRESS, CHOSEN = "name", "phone", "paper", "email", "address", "chosen"
KINDS = {
    NAME: "họ tên",
    PHONE: "số điện thoại",
    PAPER: "số giấy tờ",
    EMAIL: "thư điện tử",
    ADDRESS: "địa chỉ",
    CHOSEN: "từ đã chọn để che",
}
_LONG_NAME = 8  # letters from which on a name is known also where its letters stand apart or all in one
_ORDINARY_MIDDLE = {"van", "thi", "huu", "duc", "dinh", "ngoc", "minh", "thanh", "xuan", "cong", "quang"}
_ADDRESSED = r"""ong|ba|anh|chi|co|chu|bac|em|chau|thay|cu|dong\ chi|d/c|cong\ dan|nguoi\ to\ cao|nguoi\ khieu\ nai
    |nguoi\ gui|ten\ la|toi\ la"""
# Letters between the letters of what is sought that change nothing: spaces, signs, line ends.
_GAP = r"[\W_]*"
_BETWEEN = r"[\W_]{1,4}"
_IN_NUMBER = r"[\s._\-()]{0,3}"
_FORMS = (
    (PHONE, re.compile(r"(?<![\d/])(?:\+?84|0)(?:[\s.\-()]{0,2}\d){8,10}(?!\d)")),
    (PAPER, re.compile(r"(?<![\d/.,])(?:\d{12}|\d{3}[ .]\d{3}[ .]\d{3}[ .]\d{3})(?!\d)")),
    (PAPER, re.compile(r"(?:cmnd|cccd|can cuoc|chung minh|ho chieu)[^\d\n]{0,30}?(?P<it>[a-z]?\d{8,12})(?!\d)")),
    (EMAIL, re.compile(r"[a-z0-9._%+\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+")),
)
_SELF = re.compile(
    r"(?:\b(?:toi|em|chau|con|minh)\s+(?:ten\s+)?(?:la|ten)|\bten\s+(?:toi|em|chau)\s+la|\bho\s+(?:va\s+)?ten\s*:?"
    r"|\bnguoi\s+(?:viet|lam|gui)\s+don\s*:?|\bky\s+ten\s*:?)\s*:?\s*"
)
_LIVES = re.compile(
    r"\b(?:nha\s+(?:(?:toi|em|chau)\s+)?o|(?:toi|em|chau)\s+(?:hien\s+)?(?:song\s+)?o|dia\s+chi|thuong\s+tru(?:\s+tai)?"
    r"|tru\s+tai|cu\s+tru(?:\s+tai)?|ngu\s+tai|ho\s+khau)\s*:?\s*"
)
_TITLED = re.compile(r"(?:[^\W\d_]+)(?:[ \t]+[^\W\d_]+){1,5}")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where something stands that tells who somebody is: character offsets in the text, and what it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Token:
    """kind, and how it is found in folded words. capital: only where each word begins with a capital letter."""

    kind: str
    pattern: re.Pattern[str]
    capital: bool = False


def tokens(people: Iterable[Mapping[str, Any]], chosen: Iterable[str] = ()) -> tuple[Token, ...]:
    """What must not be seen of these people (name, phone, paper, email, address, members), and of words chosen."""
    found: list[Token] = []
    for person in people:
        names = [str(person.get("name", "")), *_members(person.get("members"))]
        for name in names:
            found += _of_name(name)
        found += _of_number(PHONE, str(person.get("phone", "")), last=9)
        found += _of_number(PAPER, str(person.get("paper", "")))
        found += _of_email(str(person.get("email", "")))
        found += _of_address(str(person.get("address", "")))
    for words in chosen:
        if plain := fold(words):
            found.append(Token(CHOSEN, _words(plain.split())))
    return tuple(found)


def find(text: str, sought: Iterable[Token], *, forms: bool = False) -> list[Hit]:
    """Where something sought stands, in order, without overlaps. forms: also what has the form of a telephone or number
    of anybody, and the name with which somebody introduces themselves."""
    folded, places = _folded(text)
    hits = []
    for token in sought:
        for match in token.pattern.finditer(folded):
            start, end = _span(match, "it" if "it" in token.pattern.groupindex else 0, places)
            if not token.capital or _capital(text[start:end]):
                hits.append(Hit(start, end, token.kind))
    if forms:
        for kind, pattern in _FORMS:
            group = "it" if "it" in pattern.groupindex else 0
            hits += [Hit(*_span(match, group, places), kind) for match in pattern.finditer(folded)]
        named = _introduced(text, folded, places)
        again = [{"name": text[hit.start : hit.end]} for hit in named]  # whoever says it once may say it again
        hits += [*named, *(find(text, tokens(again)) if again else [])]
        hits += _lives(folded, places)
    return _apart(hits)


def mask(text: str, sought: Iterable[Token], *, forms: bool = False) -> str:
    """The text with HIDDEN in the place of each hit."""
    parts, at = [], 0
    for hit in find(text, sought, forms=forms):
        parts += [text[at : hit.start], HIDDEN]
        at = hit.end
    return "".join([*parts, text[at:]])


def told(hits: Iterable[Hit]) -> str:
    """What was found, in words: "họ tên, số điện thoại"."""
    return ", ".join(dict.fromkeys(KINDS[hit.kind] for hit in hits))


# What is sought


def _members(said: Any) -> list[str]:
    if isinstance(said, str):
        return [one for one in re.split(r"[,;\n]", said) if one.strip()]
    return [str(one.get("name", "") if isinstance(one, Mapping) else one) for one in said or ()]


def _of_name(name: str) -> list[Token]:
    words = re.findall(r"[^\W\d_]+", fold(name))
    if not words:
        return []
    found = []
    whole = "".join(words)
    if len(words) > 1:
        found.append(Token(NAME, _words(words)))
        if len(whole) >= _LONG_NAME:
            found.append(Token(NAME, re.compile(_bounded(_GAP.join(map(re.escape, whole))))))
    if len(words) > 2:
        # "Thị Lụa" is a name only where it is written as one; "Nguyệt Ánh" speaks for itself.
        found.append(Token(NAME, _words(words[-2:]), capital=words[-2] in _ORDINARY_MIDDLE))
    if len(words[-1]) > 1:
        found.append(
            Token(NAME, re.compile(rf"(?<![a-z0-9])(?:{_ADDRESSED})[\W_]{{1,3}}(?P<it>{words[-1]})(?![a-z0-9])", re.X))
        )
    return found


def _of_number(kind: str, said: str, last: int = 0) -> list[Token]:
    plain = re.sub(r"[\W_]", "", said).lower()
    if len(plain) < 6:
        return []
    if last and len(plain) >= last and plain.isdecimal():
        plain = plain[-last:]
        before = rf"(?:\+?84|\(?0)?{_IN_NUMBER}"
    else:
        before = ""
    return [Token(kind, re.compile(_bounded(before + _IN_NUMBER.join(plain))))]


def _of_email(said: str) -> list[Token]:
    plain = said.strip().lower()
    return [Token(EMAIL, re.compile(rf"(?<![a-z0-9._]){re.escape(plain)}"))] if "@" in plain else []


def _of_address(said: str) -> list[Token]:
    """The whole where it names two places, each part that holds a number."""
    parts = [part for part in (fold(one).strip() for one in said.split(",")) if part]
    found = [" ".join(parts)] if len(parts) > 1 else []
    found += [part for part in parts if re.search(r"\d", part) and len(part) > 3]
    return [Token(ADDRESS, _words(re.findall(r"\w+", part))) for part in dict.fromkeys(found)]


def _words(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(_bounded(_BETWEEN.join(re.escape(word) for word in words)))


def _bounded(said: str) -> str:
    return rf"(?<![a-z0-9]){said}(?![a-z0-9])"


# Where it stands


def _folded(text: str) -> tuple[str, list[int]]:
    """Lower case without marks, and for each letter of it where it stands in the text. Invisible letters go."""
    letters: list[str] = []
    places: list[int] = []
    for at, letter in enumerate(text):
        if unicodedata.category(letter) in ("Cf", "Mn"):
            continue
        plain = {"đ": "d", "Đ": "d", "\u00d0": "d", "\u00f0": "d"}.get(letter)
        if plain is None:
            # Full-width digits and letters of other alphabets' look are read as what they stand for.
            plain = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c)).lower()
        for one in plain or " ":
            letters.append(one)
            places.append(at)
    return "".join(letters), places


def _span(match: re.Match[str], group: str | int, places: list[int]) -> tuple[int, int]:
    start, end = match.span(group)
    return places[start], places[end - 1] + 1


def _capital(said: str) -> bool:
    words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", said))
    return bool(words) and all(word[0].isupper() for word in words)


def _introduced(text: str, folded: str, places: list[int]) -> list[Hit]:
    """The capitalised words after "tôi tên là"."""
    hits = []
    for match in _SELF.finditer(folded):
        if match.end() >= len(places):
            continue
        start = places[match.end()]
        name = _TITLED.match(unicodedata.normalize("NFC", text[start : start + 80]))
        if name is None:
            continue
        words = []
        for word in name[0].split():
            if not word[0].isupper():
                break
            words.append(word)
        if len(words) > 1:
            end = start
            for _word in words:
                following = re.compile(r"\W*\S*?(?=[\s,.;:!?)]|$)").match(text, end)
                end = following.end() if following else end
            hits.append(Hit(start, end, NAME))
    return hits


def _lives(folded: str, places: list[int]) -> list[Hit]:
    """The house after "nhà ở", "tôi ở", "địa chỉ": as far as a number goes; a hamlet alone is nobody."""
    hits = []
    for match in _LIVES.finditer(folded):
        house = re.compile(r"[^,.;\n\d]{0,40}\d[^,.;\n]{0,60}").match(folded, match.end())
        if house:
            hits.append(Hit(places[house.start()], places[house.end() - 1] + 1, ADDRESS))
    return hits


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    """In order, those that touch each other as one."""
    found: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        if found and hit.start < found[-1].end:
            found[-1] = Hit(found[-1].start, max(found[-1].end, hit.end), found[-1].kind)
        else:
            found.append(hit)
    return found
