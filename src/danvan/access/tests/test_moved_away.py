"""A unit that was moved to another superior is no longer in the hands of the former one."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from danvan.access import actions, queries, scope
from danvan.access.models import Post, StoredFile
from danvan.access.tests.cast import BY, TODAY, post_of, small_country
from danvan.access.tests.stage import staged
from danvan.audit import actions as audit
from danvan.audit.models import Event
from danvan.units import actions as map_verbs
from danvan.units.models import Unit

pytestmark = pytest.mark.django_db


@staged
def world() -> SimpleNamespace:
    """Xã An is with Tỉnh Nam since July; Huyện Đông is gone."""
    made = small_country()
    map_verbs.move(unit=made.an, to=made.nam, on=dt.date(2026, 7, 1), by=BY)
    return made


def stored(unit: Unit) -> StoredFile:
    return StoredFile.objects.create(
        unit=unit, name="a.txt", kind="text", mime="text/plain", size=1, sha256="0" * 64, content=b"a", stored_by="x"
    )


def test_its_former_superior_gives_no_post_there(world):
    with scope.acting(post_of(world.people["quan"])) as quan:
        assert queries.unit_named("Xã An") == []
        with pytest.raises(scope.Refused):
            actions.give_post(person=world.people["quan"], unit=world.an, role="leader", since=TODAY, by=quan)


def test_its_former_superior_does_not_touch_its_people(world):
    held = world.people["lan"].pk, world.an.pk
    with scope.acting(post_of(world.people["quan"])) as quan:
        post = Post.objects.get(person=held[0], unit=held[1])  # what began before is still read
        with pytest.raises(scope.Refused):
            actions.end_post(post=post, on=TODAY, by=quan)
        with pytest.raises(scope.Refused):
            actions.reset_sign_in(person=world.people["lan"], by=quan)


def test_its_later_files_and_deeds_are_for_the_new_superior(world):
    file = stored(world.an)
    audit.record(by=BY, verb="figures.enter", unit=world.an.pk)
    seen = {}
    for who in ("lan", "tuan", "nga", "son"):
        with scope.acting(post_of(world.people[who])):
            seen[who] = (
                StoredFile.objects.filter(pk=file.pk).exists(),
                Event.objects.filter(verb="figures.enter").exists(),
            )

    assert seen == {"lan": (True, True), "tuan": (False, False), "nga": (True, True), "son": (True, True)}


def test_what_is_kept_of_a_unit_that_is_gone_stays_with_those_above_it(world):
    file = stored(world.dong)
    audit.record(by=BY, verb="figures.file", unit=world.dong.pk)
    with scope.acting(post_of(world.people["tuan"])):
        assert StoredFile.objects.filter(pk=file.pk).exists()
        assert Event.objects.filter(verb="figures.file").exists()
