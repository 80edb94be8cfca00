"""The cast: a small country, and the people who work in it.

Tỉnh Bắc has the communes An and Bình (made on 1 July 2025 out of the district Đông), Tỉnh Nam has the commune Cửu.
Mai fills the form of An, Lan signs it; Hùng reviews for Tỉnh Bắc, Tuấn leads it; Nga is the neighbour in Tỉnh Nam;
Sơn sees the whole country; Quân keeps people and posts of Tỉnh Bắc; Vy sees to the forms.
"""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from danvan.access import queries
from danvan.access.actions import add_person, give_post
from danvan.access.models import Person
from danvan.access.scope import Acting
from danvan.figures.actions import ship_forms
from danvan.units import actions as map_verbs
from danvan.units.models import Unit, UnitVersion

BY = "kiểm thử"
START = dt.date(2009, 1, 1)
REFORM = dt.date(2025, 7, 1)
TODAY = dt.date(2026, 11, 22)
PASSWORD = "cay-da-ben-nuoc-2026"  # noqa: S105 -- of invented people
PEOPLE = {  # who: (name, unit, role, title)
    "mai": ("Mai", "an", "officer", "Cán bộ Ban Xây dựng Đảng"),
    "lan": ("Lan", "an", "leader", "Phó Bí thư Thường trực"),
    "binh_officer": ("Dũng", "binh", "reviewer", "Trưởng ban Xây dựng Đảng"),
    "hung": ("Hùng", "bac", "reviewer", "Chuyên viên"),
    "tuan": ("Tuấn", "bac", "leader", "Trưởng ban"),
    "quan": ("Quân", "bac", "administrator", "Quản trị"),
    "nga": ("Nga", "nam", "leader", "Trưởng ban"),
    "son": ("Sơn", "country", "leader", "Vụ trưởng"),
    "vy": ("Vy", "country", "forms", "Quản trị biểu mẫu"),
    "xem": ("Yến", "bac", "viewer", "Chuyên viên"),
}


def small_country() -> SimpleNamespace:
    """The units, and `people` by name; to be called in the system's scope. `nobody` holds no post."""
    country = map_verbs.establish(name="Việt Nam", level="country", on=START, by=BY)

    def found(name: str, level: str, parent: Unit, on: dt.date = START) -> Unit:
        return map_verbs.establish(name=name, level=level, parent=parent, on=on, by=BY)

    bac, nam = found("Tỉnh Bắc", "province", country), found("Tỉnh Nam", "province", country)
    dong = found("Huyện Đông", "district", bac)
    map_verbs.dissolve(unit=dong, on=REFORM, by=BY)
    an, binh = found("Xã An", "commune", bac, REFORM), found("Xã Bình", "commune", bac, REFORM)
    cuu = found("Xã Cửu", "commune", nam, REFORM)
    world = SimpleNamespace(country=country, bac=bac, nam=nam, dong=dong, an=an, binh=binh, cuu=cuu, people={})
    for username, (name, unit, role, title) in PEOPLE.items():
        person = add_person(username=username, name=name, by=BY, email=f"{username}@example.vn")
        give_post(person=person, unit=getattr(world, unit), role=role, since=REFORM, title=title, by=BY)
        world.people[username] = person
    world.people["nobody"] = add_person(username="nobody", name="Khôi", by=BY)
    ship_forms(by=BY)
    return world


def small_country_again() -> SimpleNamespace:
    """The small country of a database in which it was made before."""
    units = {version.name: version.unit for version in UnitVersion.objects.select_related("unit")}
    names = {"country": "Việt Nam", "bac": "Tỉnh Bắc", "nam": "Tỉnh Nam", "dong": "Huyện Đông"}
    names |= {"an": "Xã An", "binh": "Xã Bình", "cuu": "Xã Cửu"}
    people = {person.username: person for person in Person.objects.all()}
    return SimpleNamespace(people=people, **{key: units[name] for key, name in names.items()})


def post_of(person: Person, day: dt.date = TODAY) -> Acting:
    """The first post that a person holds on the day; in the system's scope."""
    return queries.posts_on(person, day)[0]


def statements(queries):
    """How many statements, without those that tell the scope: what it was before is not theirs."""
    return len([one for one in queries if "set_config" not in one["sql"]])
