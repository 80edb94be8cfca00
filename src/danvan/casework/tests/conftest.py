from __future__ import annotations

from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged


@staged
def world():
    """The small country (access/tests/cast.py), its people by post."""
    made = small_country()
    made.post = {name: post_of(person) for name, person in made.people.items() if name not in ("nobody",)}
    return made
