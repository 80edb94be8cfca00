"""Who does what the demo shows: one of its people in their post, or the demo itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from danvan.access import queries as posts
from danvan.access import scope
from danvan.access.models import Person

BY = "Trình diễn (danvan demo)"


@contextmanager
def acting_as(username: str) -> Iterator[scope.Acting]:
    """The block is done by one of the demo's people in their post, as when they are signed in."""
    person = Person.objects.get(username=username)
    with scope.acting(posts.posts_on(person, timezone.localdate())[0]) as by:
        yield by
