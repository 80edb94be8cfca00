"""Browsers of people who are signed in, for the tests of the pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from danvan.access import scope
from danvan.access.actions import add_person, give_post
from danvan.access.models import Person
from danvan.units import actions as map_verbs
from danvan.units.models import UnitVersion

BY = "kiểm thử"


class LeaderOfTheCountry(Client):
    """Signed in at the first request, when the test has made its map: the post is at the map's root."""

    somebody = False

    def request(self, **request: Any) -> Any:
        if not self.somebody:
            self.somebody = True
            self.force_login(_leader())
        return super().request(**request)


def _leader() -> Person:
    today = timezone.localdate()
    with scope.system("test"):
        roots = UnitVersion.objects.filter(parent=None, during__contains=today).values_list("unit", flat=True)
        # A test without a map is about something else: somebody must still be signed in.
        root = roots.order_by("unit").first() or map_verbs.establish(
            name="Việt Nam", level="country", on=dt.date(1976, 7, 2), by=BY
        )
        person = add_person(username="lanh-dao", name="Lãnh đạo kiểm thử", by=BY)
        give_post(person=person, unit=root, role="leader", since=today - dt.timedelta(days=1), by=BY)
        return person


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client
