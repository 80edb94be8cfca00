"""Named reads: who acts in which post on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from danvan.access import scope
from danvan.access.models import Person, Post
from danvan.access.permissions import ROLES
from danvan.access.scope import Acting
from danvan.units import names
from danvan.units import queries as units
from danvan.units.models import UnitVersion

# Asked in every request, so written out: to have it put together each time takes longer than to answer it.
_POSTS = """
SELECT post.id, post.unit_id, unit.name, post.role, post.title, post.for_post_id
FROM access_post post JOIN units_unitversion unit ON unit.unit_id = post.unit_id AND unit.during @> %(day)s::date
WHERE post.person_id = %(person)s AND post.during @> %(day)s::date
ORDER BY post.id
"""


def posts_on(person: Person, day: dt.date) -> list[Acting]:
    """The posts that a person holds on the day, in units that exist then; own posts before delegated ones."""
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, {"person": person.pk, "day": day})
        held = cursor.fetchall()
    absent = _holders([handed for *_post, handed in held if handed])
    found = [
        Acting(
            person_id=person.pk,
            person_name=person.name,
            post_id=post,
            unit_id=unit,
            unit_name=name,
            role=role,
            title=title,
            day=day,
            on_behalf=absent.get(handed, ""),
            permissions=ROLES[role].permissions,
        )
        for post, unit, name, role, title, handed in held
    ]
    return sorted(found, key=lambda one: bool(one.on_behalf))


def _holders(posts: list[int]) -> dict[int, str]:
    """Post id -> who holds it: who was handed a post may know whose it is, though not look at the post itself."""
    if not posts:
        return {}
    with scope.system("whose post was handed out"):
        return dict(Post.objects.filter(pk__in=posts).values_list("pk", "person__name"))


def unseen(person: int) -> int:
    """How many notices a person has not looked at."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_notice WHERE person_id = %s AND seen_at IS NULL", [person])
        (many,) = cursor.fetchone()
    return int(many)


def administrators() -> list[str]:
    """Up to five people who give posts today, nearest to the country last, each with their unit: whom to ask."""
    today = timezone.localdate()
    with scope.system("whom to ask for a post"):
        held = Post.objects.filter(role="administrator", during__contains=today, person__is_active=True)
        held = list(held.select_related("person").order_by("-unit", "person__name")[:5])
        called = {v.unit_id: v.name for v in units.on(today).filter(unit__in=[post.unit_id for post in held])}
    return [f"{post.person.name}, {called[post.unit_id]}" for post in held if post.unit_id in called]


def delegated(post: int) -> list[Post]:
    """What was handed out from a post, newest first; `over`: no longer held from today on."""
    today = timezone.localdate()
    given = Post.objects.filter(for_post=post, during__isempty=False).select_related("person").order_by("-pk")
    return named(given[:50], today)


def people(asked: str = "", after: str = "", limit: int = 50) -> list[Person]:
    """Who holds or held a post within the scope, by the name to sign in with; each with `today`: their posts of today.

    asked: part of the name, or of the name to sign in with. after: the last one of the page before.
    """
    today = timezone.localdate()
    rows = Person.objects.filter(pk__in=Post.objects.values("person"), username__gt=after).order_by("username")
    if asked:
        rows = rows.filter(Q(username__icontains=asked) | Q(name__icontains=asked))
    found = list(rows[:limit])
    held = Post.objects.filter(person__in=found, during__contains=today)
    posts = named(held.select_related("for_post__person").order_by("pk"), today)
    for person in found:
        person.today = [post for post in posts if post.person_id == person.pk]
    return found


def posts_of(person: Person) -> list[Post]:
    """All that the scope shows of a person's posts, newest first, with `unit_name` and `over`."""
    today = timezone.localdate()
    rows = Post.objects.filter(person=person, during__isempty=False).select_related("for_post__person").order_by("-pk")
    return named(rows, today)


def named(rows: Iterable[Post], day: dt.date) -> list[Post]:
    """Posts with `unit_name` (the unit's latest), `office`, and `over`: no longer held from the day on."""
    posts = list(rows)
    last = UnitVersion.objects.filter(unit__in=[post.unit_id for post in posts]).order_by("unit", "-during")
    called = {version.unit_id: version.name for version in last.distinct("unit")}
    for post in posts:
        post.unit_name = called.get(post.unit_id, "")
        post.over = post.during.upper is not None and post.during.upper <= day
        post.office = post.title or str(ROLES[post.role].name)
    return posts


def unit_named(text: str) -> list[UnitVersion]:
    """The units of today within the acting unit that bear this name or code."""
    text = text.strip()
    key = names.query_key(text)
    rows = units.on(timezone.localdate()).filter(Q(code=text) | Q(search_key=key) | Q(bare_key=key))
    holder = scope.current().acting
    if holder:
        rows = rows.filter(unit__in=scope.below(holder).values("unit"))
    return list(rows.order_by("unit")[:10])
