"""What citizens of the demo raise: on any day a line in every list, all of it marked, nobody named where many read."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone

from danvan.access import scope
from danvan.access.actions import add_person, give_post
from danvan.audit.models import Event
from danvan.casework import actions, leading, lists
from danvan.casework.models import Act, Dialogue, Issue, Matter, Promise, ReceptionDay, Turn
from danvan.config.demo import casework
from danvan.config.demo.acting import BY, acting_as
from danvan.units import actions as map_verbs

pytestmark = pytest.mark.django_db
START = dt.date(2025, 7, 1)
ROLES = {"xa1": "officer", "lanhdao-xa1": "leader", "xa2": "reviewer", "xa3": "reviewer", "xa5": "reviewer",
         "tinh": "reviewer", "lanhdao-tinh": "leader"}  # fmt: skip
DAYS = [dt.date(2026, 11, 29), dt.date(2026, 11, 30), dt.date(2027, 1, 4), dt.date(2027, 2, 22), dt.date(2027, 9, 3)]


@pytest.fixture
def homes() -> dict[str, int]:
    """A province and four communes, with the people of the demo who have to do with casework."""
    with scope.system("test"):
        country = map_verbs.establish(name="Việt Nam", level="country", on=START, by=BY)
        province = map_verbs.establish(name="Tỉnh Bắc", level="province", parent=country, on=START, by=BY)
        found = {"province": province.pk}
        for name, part in enumerate(("filling", "returned", "restating", "waiting"), 1):
            found[part] = map_verbs.establish(name=f"Xã {name}", level="commune", parent=province, on=START, by=BY).pk
        for part, usernames in casework.POSTS.items():
            for username in filter(None, usernames):
                person = add_person(username=username, name=f"Minh họa {username}", by=BY, illustration=True)
                give_post(person=person, unit=found[part], role=ROLES[username], title="Minh họa", since=START, by=BY)
    return found


def desk_of(username: str) -> SimpleNamespace:
    with acting_as(username) as post:
        return SimpleNamespace(post=post, desk=leading.desk(post), due=leading.due(post), counts=lists.counts(post))


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_on_any_day_every_list_has_a_line(monkeypatch, homes, today: dt.date):
    noon = timezone.make_aware(dt.datetime.combine(today, dt.time(12)))
    monkeypatch.setattr(timezone, "now", lambda: noon)

    casework.play(homes, today)

    own, whole = desk_of("lanhdao-xa1").desk, desk_of("lanhdao-tinh").desk
    for name in ("overdue", "week", "to_sign", "again", "undirected", "promises"):
        assert getattr(own, name), name
    for name in ("overdue", "week", "units", "to_sign", "promises"):
        assert getattr(whole, name), name
    assert len({one.unit for one in whole.units}) == len(homes)
    assert all(desk_of("xa1").counts.values())
    with scope.system("test"):
        assert actions.verify().moved == actions.verify().stuck == []


def test_all_of_it_is_marked_as_illustration_and_in_all_states(homes):
    casework.play(homes, timezone.localdate())

    with scope.system("test"):
        for model in (Matter, Turn, ReceptionDay, Issue, Dialogue, Promise):
            assert model.objects.exists()
            assert not model.objects.filter(illustration=False).exists(), model
        states = set(Matter.objects.values_list("state", flat=True))
        kinds = set(Act.objects.values_list("kind", flat=True))
        assert states == {"received", "classified", "accepted", "suspended", "decided", "closed"}
        assert {"hand_over", "take_over", "merge", "transfer", "ask_again", "notify"} <= kinds
        assert set(Promise.objects.values_list("state", flat=True)) == {"open", "kept", "broken"}
        assert set(Dialogue.objects.values_list("state", flat=True)) == {"published", "announced"}
        assert Matter.objects.filter(issue__public=True).count() == 3


def test_no_word_of_a_person_stands_where_many_read(homes):
    casework.play(homes, timezone.localdate())

    with scope.system("test"):
        read = [
            *Matter.objects.values_list("title", flat=True),
            *Matter.objects.values_list("text", flat=True),
            *map(str, Act.objects.values_list("said", flat=True)),
        ]
        assert not [words for words in read if "Người dân minh họa" in words or "[đã che]" in words]
        sealed = Matter.objects.get(type="denunciation")
        assert (sealed.text, sealed.place) == ("", "")


def test_a_second_run_adds_nothing(homes):
    casework.play(homes, timezone.localdate())
    events = Event.objects.count()

    casework.play(homes, timezone.localdate() + dt.timedelta(1))

    assert Event.objects.count() == events
