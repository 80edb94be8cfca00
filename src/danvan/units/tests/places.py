"""A small country for tests: two provinces, a district, communes and a hamlet, all by the verbs themselves."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from danvan.units import actions
from danvan.units.models import Unit, UnitVersion

Level = UnitVersion.Level
START = dt.date(2020, 1, 1)
BY = "Sở Nội vụ"


def day(month: int, day_of_month: int = 1, year: int = 2024) -> dt.date:
    return dt.date(year, month, day_of_month)


def found(name: str, level: str, parent: Unit | None = None, on: dt.date = START, **more: object) -> Unit:
    return actions.establish(name=name, level=level, parent=parent, on=on, by=BY, **more)


def small_country() -> SimpleNamespace:
    """east has the communes an, binh, cuong; west has the district mai with the commune dong. an has the hamlet mot."""
    country = found("Việt Nam", Level.COUNTRY)
    east = found("Tỉnh Đông Hà", Level.PROVINCE, country, code="01")
    west = found("Tỉnh Tây Hà", Level.PROVINCE, country, code="02")
    mai = found("Huyện Mai Sơn", Level.DISTRICT, west, code="001")
    an = found("Xã An Hòa", Level.COMMUNE, east, code="00001")
    return SimpleNamespace(
        country=country,
        east=east,
        west=west,
        mai=mai,
        an=an,
        binh=found("Xã Bình Hòa", Level.COMMUNE, east, code="00002"),
        cuong=found("Phường Cường Thịnh", Level.COMMUNE, east, code="00003"),
        dong=found("Thị trấn Đông", Level.COMMUNE, mai, code="00004"),
        mot=found("Thôn Một", Level.HAMLET, an),
    )
