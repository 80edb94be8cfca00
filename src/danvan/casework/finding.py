"""Finding matters: by number, code, words with or without marks, by who raised them, by what speaks of the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from danvan.access import scope
from danvan.access.rows import Written
from danvan.casework.actions import vault
from danvan.casework.models import Matter
from danvan.lib.vietnamese import fold

NEWEST = 2**62
FIRST = 120  # characters; as in casework_keep_words
LONGEST = 200  # characters of a question that are looked at
MOST_FOUND = 20_000  # matters that a filter by words may find
_ALIKE = Written(
    Matter,
    "casework_alike(%s, %s, %s, %s) found JOIN casework_matter AS row ON row.id = found.matter"
    " ORDER BY found.likeness DESC, row.id DESC",
    likeness="found.likeness",
)
_MARKED = Written(
    Matter, "casework_marked(%s, %s) found JOIN casework_matter AS row ON row.id = found ORDER BY row.id DESC"
)
_NUMBER = re.compile(r"(?:số\s*)?(\d{1,7})\s*/\s*((?:19|20)\d\d)", re.IGNORECASE)
_CODE = re.compile(r"[a-z2-7]{4}([\s-]?[a-z2-7]{4}){3}", re.IGNORECASE)


def matching(rows: QuerySet[Matter], asked: str, unit: int | None, *, below: bool = False) -> QuerySet[Matter]:
    """Those of the rows that a question means: "12/2026", a code, or all of its words.

    unit: of this one only, with `below` of all that it reaches; None: of all that may be seen.
    """
    asked = asked.replace("\x00", " ")[:LONGEST].strip()
    if number := _NUMBER.fullmatch(asked):
        return rows.filter(book_number=int(number[1]), book_year=int(number[2]))
    if _CODE.fullmatch(asked):
        return rows.filter(code=re.sub(r"[\s-]", "", asked).upper())
    words = re.findall(r"[a-z0-9]+", fold(asked))[:12]
    if not words:
        return rows
    # Whole words, the last one as far as it is typed. As an array: it is found first, whatever else is asked.
    found = "casework_matter.id = ANY (ARRAY (SELECT casework_found(%s, %s, %s, %s, %s)))"
    given = [words, unit, below, NEWEST, MOST_FOUND]
    return rows.filter(RawSQL(found, given, BooleanField()))  # noqa: S611 -- a constant with parameters


def named(asked: str, unit: int, most: int) -> list[Matter]:
    """The newest of a unit's own register or hands that a question means; nothing for an empty one."""
    if not asked.strip():
        return []
    rows = Matter.objects.filter(unit=unit) | Matter.objects.filter(origin=unit)
    return list(matching(rows, asked, unit).order_by("-pk")[:most])


def anywhere(asked: str, post: scope.Acting, most: int, before: int | None = None) -> list[Matter]:
    """What a question means within reach, newest first; a number is one of the unit's own books. before: a key."""
    rows = Matter.objects.all() if before is None else Matter.objects.filter(pk__lt=before)
    if _NUMBER.fullmatch(asked.strip()):
        rows = rows.filter(Q(unit=post.unit_id) | Q(origin=post.unit_id))
    return list(matching(rows, asked, post.unit_id, below=True).order_by("-pk")[:most])


def alike(title: str, text: str, unit: int, most: int) -> list[tuple[Matter, float]]:
    """What speaks of the same, most like first, with how much (0 to 1)."""
    title, text = title.replace("\x00", " ")[:LONGEST], text.replace("\x00", " ")
    if not title.strip() and not text.strip():
        return []
    return [(one, one.likeness) for one in _ALIKE.rows(title, text, unit, most)]


def subject(matter: Matter) -> str:
    """The line by which a matter is compared with others: its title, the first words where nobody has worded one."""
    return matter.title if matter.worded else matter.text[:FIRST]


def of_person(person: Mapping[str, Any], unit: int, most: int) -> list[Matter]:
    """What the same person raised before within the unit, newest first; never what is sealed."""
    marks = vault.all_marks(person, unit)
    return _MARKED.rows(list(marks), most) if marks else []


def of_same_person(matter: Matter, marks: Iterable[str], most: int) -> list[Matter]:
    """What whoever raised this matter raised before within the unit. marks: of the one who raised it."""
    marks = list(marks)
    return [one for one in _MARKED.rows(marks, most + 1) if one.pk != matter.pk][:most] if marks else []
