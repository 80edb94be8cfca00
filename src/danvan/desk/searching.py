"""Search over everything one may see. Marks may be missing; what is written just as it was typed comes first.

Reports and what units say are found by the database (`desk_found`, see the migration), within the scope by row
security; the catalogue, the forms and the help pages are few and looked through here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from danvan.access import scope
from danvan.casework import finding, saying
from danvan.casework.models import Matter
from danvan.desk import helping, show
from danvan.desk.naming import names_on
from danvan.figures import catalogue
from danvan.figures.models import Form, Submission
from danvan.lib.vietnamese import fold
from danvan.narrative.models import Report
from danvan.units import names
from danvan.units.models import UnitVersion

SHORT, PAGE = 5, 30
LONGEST = 100
AROUND = 90  # characters of a text shown before and after the words
GROUPS = ("units", "matters", "reports", "submissions", "forms", "indicators", "help")
_LETTERS = {
    code: plain
    for code in (*range(0x41, 0x5B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    if len(plain := fold(chr(code))) == 1
}


class Asked(NamedTuple):
    """words: folded. typed: with its marks in lower case, empty where none were typed."""

    text: str
    words: tuple[str, ...]
    typed: str

    @property
    def folded(self) -> str:
        return " ".join(self.words)


def asked(text: str) -> Asked:
    """No words: nothing that could be found."""
    text = unicodedata.normalize("NFC", " ".join(text.replace("\x00", " ").split()))
    lower = " ".join(re.findall(r"\w+", text.lower()))
    words = tuple(re.findall(r"[a-z0-9]+", fold(text)))
    return Asked(text, words, lower if fold(lower) != lower else "")


class Piece(NamedTuple):
    """A run of a text; marked: one of the words."""

    text: str
    marked: bool


class Hit(NamedTuple):
    """aside: where it belongs; quote: the words around, for texts."""

    url: str
    title: list[Piece]
    aside: str = ""
    quote: list[Piece] = []


class Group(NamedTuple):
    """name: of GROUPS. more: the key after which the next page begins, '' where there is none."""

    name: str
    hits: list[Hit]
    more: str = ""


def search(wanted: Asked) -> list[Group]:
    """The first few of each group that has any."""
    found = [group(name, wanted, "", SHORT) for name in GROUPS]
    return [one for one in found if one.hits]


def group(name: str, wanted: Asked, after: str = "", most: int = PAGE) -> Group:
    """One group. after: the key that the page before gave; one that cannot be read begins anew."""
    finders = {
        "units": _units,
        "matters": _matters,
        "reports": _reports,
        "submissions": _submissions,
        "forms": _forms,
        "indicators": _indicators,
        "help": _help,
    }
    return finders[name](wanted, after, most)


# Units


def _units(wanted: Asked, _after: str, most: int) -> Group:
    """The page of units has them all."""
    with connection.cursor() as cursor:
        key = names.search_key(names.write_out(wanted.text))
        cursor.execute(
            _UNITS, {"key": f"%{_like(key)}%", "bare": key, "typed": f"%{_like(wanted.typed)}%", "most": most + 1}
        )
        rows = cursor.fetchall() if key else []
    above = names_on([(unit, parent, "") for unit, _name, parent, _since in rows if parent])
    hits = []
    for unit, name, _parent, until in rows[:most]:
        aside = above.get(unit, "")
        if until:
            aside = _("%(where)s đến %(day)s") % {"where": aside, "day": show.day(until)}
        hits.append(Hit(reverse("unit", args=[unit]), marked(name, wanted), aside))
    return Group("units", hits, "all" if len(rows) > most else "")


_UNITS = """
SELECT DISTINCT ON (rank, spelt, plain, unit_id) unit_id, name, parent_id, until FROM (
    SELECT v.unit_id, v.name, v.parent_id, upper(v.during) - 1 AS until, v.bare_key AS plain,
           (upper(v.during) IS NOT NULL)::int + 2 * (v.bare_key <> %(bare)s AND v.search_key <> %(bare)s)::int AS rank,
           (lower(v.name COLLATE pg_c_utf8) NOT LIKE %(typed)s)::int AS spelt
    FROM units_unitversion v WHERE v.search_key LIKE %(key)s
) found ORDER BY rank, spelt, plain, unit_id, until DESC NULLS FIRST LIMIT %(most)s
"""


def _like(text: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", text)


# What citizens raised


def _matters(wanted: Asked, after: str, most: int) -> Group:
    """By number, code or words; what a denunciation says is in no list."""
    post = scope.maybe_acting()
    before = int(after) if re.fullmatch(r"\d{1,18}", after, re.ASCII) else None
    found = finding.anywhere(wanted.text, post, most + 1, before) if post else []
    more = str(found[most - 1].pk) if len(found) > most else ""
    called = names_on([(one.pk, one.unit_id, "") for one in found])
    return Group("matters", [_matter(one, called.get(one.pk, ""), wanted) for one in found[:most]], more)


def _matter(one: Matter, unit: str, wanted: Asked) -> Hit:
    title = _("Số %(number)s: %(title)s") % {"number": one, "title": one.title}
    aside = f"{unit} · {saying.type_name(one.type)} · {saying.state_name(one.state)}"
    return Hit(reverse("matter", args=[one.pk]), marked(title, wanted), aside)


# Texts


def _texts(kind: str, wanted: Asked, after: str, most: int) -> tuple[list[int], str]:
    """Ids in order, and the key of the next page."""
    match = re.fullmatch(r"([123])~(\d{1,18})", after, re.ASCII)
    stage, before = (int(match[1]), int(match[2])) if match else (0, 0)
    values = {
        "kind": kind,
        "typed": _query(wanted.typed.split(), " <-> ") if wanted.typed else None,
        "phrase": _query(wanted.words, " <-> "),
        "every": _query(wanted.words, " & "),
        "at": stage,
        "before": before,
        "most": most + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, values)
        rows = cursor.fetchall()
    more = "~".join(map(str, rows[most - 1])) if len(rows) > most else ""
    return [row for _stage, row in rows[:most]], more


_FOUND = """
SELECT stage, id FROM desk_found(%(kind)s, to_tsquery('simple', %(typed)s), to_tsquery('simple', %(phrase)s),
                                 to_tsquery('simple', %(every)s), %(at)s, %(before)s, %(most)s)
"""


def _query(words: Sequence[str], joined: str) -> str:
    """Whole words, the last one as far as it is typed."""
    return joined.join(f"'{word}'" for word in words) + ":*"


def _reports(wanted: Asked, after: str, most: int) -> Group:
    ids, more = _texts("report", wanted, after, most)
    rows = Report.objects.in_bulk(ids)
    found = [rows[one] for one in ids if one in rows]
    called = names_on([(one.pk, one.unit_id, one.period) for one in found if one.unit_id])
    hits = []
    for one in found:
        aside = " · ".join(filter(None, [called.get(one.pk, ""), show.period(one.period) if one.period else ""]))
        url = reverse("report", args=[one.pk])
        start, end, quote = excerpt(one.text, wanted)
        url = f"{url}?from={start}&to={end}#asked" if end else url
        hits.append(Hit(url, marked(one.title or one.name, wanted), aside, quote))
    return Group("reports", hits, more)


def _submissions(wanted: Asked, after: str, most: int) -> Group:
    """By unit and period ("xa an quy iii 2026"), then by what the unit said."""
    hits, more = [], ""
    if not after or after.startswith("u~"):
        rest, period = _period(wanted.folded)
        rows = Submission.objects.exclude(state=Submission.State.DRAFT).select_related("form")
        if period:
            rows = rows.filter(period__regex=period)
        if key := names.search_key(names.write_out(rest)) if rest else "":
            rows = rows.filter(unit__in=UnitVersion.objects.filter(search_key__contains=key).values("unit"))
        if before := re.fullmatch(r"u~(\d{1,18})", after, re.ASCII):
            rows = rows.filter(pk__lt=int(before[1]))
        found = list(rows.order_by("-pk").defer("text")[: most + 1]) if key or period else []
        more = f"u~{found[most - 1].pk}" if len(found) > most else ""
        hits = _sent(found[:most], wanted)
    if len(hits) < most and not more:
        ids, more = _texts("submission", wanted, after if not after.startswith("u~") else "", most - len(hits))
        rows_ = Submission.objects.select_related("form").in_bulk(ids)
        hits += _sent([rows_[one] for one in ids if one in rows_], wanted, quoted=True)
    return Group("submissions", hits, more)


def _sent(found: Sequence[Submission], wanted: Asked, *, quoted: bool = False) -> list[Hit]:
    called = names_on([(one.pk, one.unit_id, one.period) for one in found])
    english = show.language() == "en"
    hits = []
    for one in found:
        title = f"{called.get(one.pk, '')}, {show.period(one.period)}"
        form = one.form.name_en if english else one.form.name_vi
        aside = f"{form} · {one.get_state_display()}"
        said = "\n".join(filter(None, [one.text, one.reason, one.decision])) if quoted else ""
        url = reverse("submission", args=[one.pk])
        if one.state == Submission.State.DRAFT:
            url = reverse("filing")
        hits.append(Hit(url, marked(title, wanted), aside, excerpt(said, wanted)[2] if said else []))
    return hits


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_PERIODS = (  # folded words of a period -> the end of its code
    (r"\b(?:quy|q) ?(iv|iii|ii|i|[1-4])\b", lambda m: f"Q{_ROMAN.get(m[1], m[1])}"),
    (r"\b6 thang dau(?: nam)?\b", lambda _m: "H1"),
    (r"\b6 thang cuoi(?: nam)?\b", lambda _m: "H2"),
    (r"\b9 thang\b", lambda _m: "9M"),
    (r"\bthang (1[0-2]|[1-9])\b", lambda m: f"M{int(m[1]):02}"),
    (r"\btuan (\d\d?)\b", lambda m: f"W{int(m[1]):02}"),
)


def _period(folded: str) -> tuple[str, str]:
    """The query without the words of a period, and a pattern of period codes ('' where it names none)."""
    part = year = ""
    for pattern, code in _PERIODS:
        if match := re.search(pattern, folded):
            part, folded = code(match), folded[: match.start()] + folded[match.end() :]
            break
    if match := re.search(r"\b(?:nam )?(20\d\d)\b", folded):
        year, folded = match[1], folded[: match.start()] + folded[match.end() :]
    if not (part or year):
        return folded.strip(), ""
    return " ".join(folded.split()), f"^{year or '[0-9]{4}'}-{part or '.*'}"


# What is few


def _forms(wanted: Asked, after: str, most: int) -> Group:
    today = timezone.localdate()
    rows = Form.objects.filter(Q(during__contains=today) | Q(during__startswith__gt=today)).order_by("code", "during")
    named = {one.code: (one.name_vi, one.name_en) for one in rows}
    english = show.language() == "en"
    found = [(code, both[english], f"{code} {' '.join(both)}") for code, both in named.items()]
    return _among("forms", found, lambda code: reverse("form", args=[code]), wanted, after, most)


def _indicators(wanted: Asked, after: str, most: int) -> Group:
    language = show.language()
    found = [
        (one.code, one.label(language), f"{one.code.replace('.', ' ')} {one.name_vi} {one.name_en}")
        for one in catalogue.load()
    ]
    return _among("indicators", found, lambda code: f"{reverse('compare')}?i={code}", wanted, after, most)


def _help(wanted: Asked, after: str, most: int) -> Group:
    found = [(one.name, str(one.title), f"{one.title} {one.text}") for one in helping.topics()]
    texts = {one.name: str(one.text) for one in helping.topics()}
    made = _among("help", found, lambda name: f"{reverse('help')}#{name}", wanted, after, most)
    hits = [one._replace(quote=marked(texts[one.url.partition("#")[2]], wanted)) for one in made.hits]
    return made._replace(hits=hits)


def _among(
    name: str, found: Iterable[tuple[str, str, str]], url: object, wanted: Asked, after: str, most: int
) -> Group:
    """(key, title, all its words): those with all words, what is written as typed first."""

    def rank(one: tuple[str, str, str]) -> tuple[bool, str]:
        return (bool(wanted.typed) and wanted.typed not in one[2].lower(), one[0])

    def has(text: str) -> bool:
        words = re.findall(r"[a-z0-9]+", fold(text))
        return all(any(word.startswith(one) for word in words) for one in wanted.words)

    rows = sorted((one for one in found if has(one[2])), key=rank)
    start = next((place + 1 for place, one in enumerate(rows) if one[0] == after), 0)
    shown = rows[start : start + most]
    more = shown[-1][0] if len(rows) > start + most else ""
    return Group(name, [Hit(url(key), marked(title, wanted)) for key, title, _all in shown], more)  # type: ignore[operator]


# Marking


def marked(text: str, wanted: Asked) -> list[Piece]:
    """The text in pieces, the words marked."""
    pieces, at = [], 0
    for start, end in _places(text, wanted):
        if start > at:
            pieces.append(Piece(text[at:start], False))
        pieces.append(Piece(text[start:end], True))
        at = end
    return [*pieces, Piece(text[at:], False)] if at < len(text) else pieces


def _places(text: str, wanted: Asked) -> Iterator[tuple[int, int]]:
    """The whole phrase where it stands, else each of the words; from the beginning of a word."""
    plain = _plain(text)
    phrase = r"[^a-z0-9]+".join(map(re.escape, wanted.words))
    found = list(re.finditer(rf"(?<![a-z0-9]){phrase}", plain))
    if not found:
        found = list(re.finditer(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, wanted.words))})", plain))
    typed = tuple(wanted.typed.split())
    as_typed = [one for one in found if typed and text[one.start() : one.end()].lower() in (*typed, wanted.typed)]
    for match in as_typed or found:
        yield match.span()


def _plain(text: str) -> str:
    """Folded letter by letter: as long as the text."""
    return text.translate(_LETTERS)


def excerpt(text: str, wanted: Asked) -> tuple[int, int, list[Piece]]:
    """Where the words stand first (as typed, if they do), and the words around; 0, 0 where they do not."""
    places = list(_places(text, wanted))
    if not places:
        return 0, 0, []
    as_typed = [one for one in places if wanted.typed and text[one[0] : one[1]].lower() == wanted.typed]
    start, end = (as_typed or places)[0]
    left, right = max(0, start - AROUND), min(len(text), end + AROUND)
    left = text.find(" ", left, start) + 1 if left else 0
    right = text.rfind(" ", end, right) if right < len(text) and " " in text[end:right] else right
    before, after = " ".join(text[left:start].split()), " ".join(text[end:right].split())
    pieces = [
        Piece(("… " if left else "") + before + (" " if text[start - 1 : start].isspace() else ""), False),
        Piece(text[start:end], True),
        Piece((" " if text[end : end + 1].isspace() else "") + after + (" …" if right < len(text) else ""), False),
    ]
    return start, end, pieces
