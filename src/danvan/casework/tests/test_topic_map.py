"""The map of topics: what it counts where, and that nobody is found on it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from danvan.access import scope
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import BY, REFORM, small_country
from danvan.access.tests.stage import staged
from danvan.casework import actions, topic_map
from danvan.casework.models import Matter
from danvan.lib.periods import Period
from danvan.units import actions as map_verbs
from danvan.units.models import UnitVersion

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]
HOME = (10.7731942, 106.6981357)


@staged
def world():
    with scope.system("test"):
        made = small_country()
        for unit, point in ((made.an, (10.77, 106.70)), (made.binh, (10.90, 106.50)), (made.cuu, (12.0, 108.0))):
            UnitVersion.objects.filter(unit=unit).update(latitude=point[0], longitude=point[1])
    made.browser = {name: signed_in(one) for name, one in made.people.items()}
    return made


def raised(world, many, field, *, unit=None, kind="reflection", days=0, **more):
    with scope.system("test"):
        return [
            actions.receive(
                unit=unit or world.an,
                matter_type=kind,
                title="Việc ở khu dân cư",
                field=field,
                by=BY,
                on=timezone.localdate() - dt.timedelta(days),
                **more,
            )
            for _ in range(many)
        ]


def body(world, who="tuan", query=""):
    answer = world.browser[who].get(f"/matters/map/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def rows(page):
    """The table: what stands in each row."""
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in table.split("</tr>") if "<td" in row]


def test_a_province_sees_its_communes_by_what_is_raised_most(world):
    raised(world, 8, "land")
    raised(world, 5, "environment")
    raised(world, 6, "construction", unit=world.binh)
    raised(world, 9, "land", unit=world.cuu)  # another province
    page = body(world)

    assert rows(page) == ["Xã An 13 đất đai 8; môi trường 5", "Xã Bình 6 xây dựng 6"]
    assert "<title>Xã An: 13 vụ việc, nhiều nhất là đất đai</title>" in page
    assert page.count('<g class="topic') == 2
    assert "Xã Cửu" not in page


def test_a_topic_and_a_period_choose(world):
    raised(world, 8, "land")
    raised(world, 6, "environment")
    quarter = Period.covering(timezone.localdate(), "quarter").previous
    raised(world, 5, "land", unit=world.binh, days=(timezone.localdate() - quarter.start).days)

    assert rows(body(world, query="?field=environment")) == ["Xã An 6 môi trường 6"]
    assert rows(body(world, query=f"?period={quarter.code}")) == ["Xã Bình 5 đất đai 5"]
    assert rows(body(world, query="?field=x&period=y"))  # not known: all of the running year
    assert "Kỳ này chưa có vụ việc nào" in body(world, query="?field=judiciary")


def test_a_place_of_few_has_no_number_of_its_own(world):
    raised(world, 8, "land")
    raised(world, 4, "land", unit=world.binh)
    page = body(world)

    assert rows(page) == ["Xã An 8 đất đai 8", "1 nơi dưới 5 vụ việc dưới 5 gộp chung"]
    assert "Xã Bình" not in page[page.index("<main") :]
    assert page.count('<path class="few"') == 2  # on the map and in its legend


def test_a_field_of_few_has_no_number_of_its_own(world):
    raised(world, 8, "land")
    raised(world, 2, "judiciary")

    assert rows(body(world)) == ["Xã An 10 đất đai 8"]


def test_a_denunciation_is_nowhere_on_the_map(world):
    raised(world, 6, "land", kind="denunciation")

    assert "Kỳ này chưa có vụ việc nào" in body(world)


def test_within_a_commune_squares_stand_and_never_the_place_that_was_given(world):
    raised(world, 5, "land", latitude=HOME[0], longitude=HOME[1])
    raised(world, 3, "land", latitude=10.80, longitude=106.72)
    raised(world, 4, "environment")
    page = body(world, "mai")

    # the square of three went into the commune's own dot
    assert rows(page) == ["Xã An 7 không lĩnh vực nào đủ 5", "Xã An, khu vực 2 5 đất đai 5"]
    assert not [said for said in ("10.773", "106.698", "10,773") if said in page]
    with scope.system("test"):
        one = Matter.objects.filter(latitude=HOME[0]).first()
    assert (one.latitude, one.longitude) == HOME
    assert rows(body(world, "tuan")) == ["Xã An 12 đất đai 8"]  # from above the commune is one dot


def test_squares_stand_too_where_the_commune_has_hamlets_and_bodies_of_its_own(world):
    with scope.system("test"):
        map_verbs.establish(name="Thôn Một", level="hamlet", parent=world.an, on=REFORM, by=BY)
        body_of = {"kind": "body", "line": "front"}
        map_verbs.establish(name="Mặt trận xã An", level="commune", parent=world.an, on=REFORM, by=BY, **body_of)
    raised(world, 5, "land", latitude=HOME[0], longitude=HOME[1])
    raised(world, 5, "environment")

    assert len(rows(body(world, "mai"))) == 2
    assert rows(body(world, "tuan")) == ["Xã An 10 đất đai 5; môi trường 5"]


def test_a_place_alone_stands_in_the_middle_of_the_picture(world):
    raised(world, 5, "land")

    middle = f"translate({topic_map.WIDTH / 2} {topic_map.HEIGHT / 2})"
    assert middle in body(world, "mai")


def test_a_joined_matter_counts_once(world):
    made = raised(world, 6, "land")
    with scope.system("test"):
        actions.merge(matter=made[0], into=made[1], by=BY)

    assert rows(body(world)) == ["Xã An 5 đất đai 5"]


def test_where_no_point_is_known_the_table_stands_alone(world):
    with scope.system("test"):
        UnitVersion.objects.update(latitude=None, longitude=None)
    raised(world, 5, "land")
    page = body(world)

    assert rows(page) == ["Xã An 5 đất đai 5"]
    assert "Chưa biết vị trí" in page


def test_the_area_of_a_dot_says_its_number():
    assert topic_map._size(25, 100) * 2 == topic_map._size(100, 100)


def test_the_map_costs_the_same_whatever_it_shows(world):
    counts = []
    for unit in (world.an, world.binh):
        raised(world, 5, "land", unit=unit)
        client = world.browser["tuan"]
        client.get("/matters/map/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/matters/map/")
        counts.append(len(queries))

    assert counts[0] == counts[1]
