"""The two packages' data files, read as they are. The packages are not imported: that would cost seconds."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from danvan.lib.datafiles import from_yaml

CHANGES = Path(__file__).with_name("changes.yaml")
MAP_PACKAGE, LIST_PACKAGE = "vietnamadminunits", "vietnam-provinces"


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a list. key and parent: as the map package joins them, 'province_district_commune'."""

    key: str
    parent: str
    level: str
    code: str
    name: str
    type: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Renaming:
    """A line of changes.yaml."""

    day: dt.date
    level: str
    code: str
    before: str
    name: str
    decision: str
    verified: bool
    missing: str = ""


@dataclass(frozen=True)
class Sources:
    """old, new: the maps on either side of the reform. Keys of `becomes` and `divided` are old keys, values new ones.

    listed: the other package's new communes, as (province code, code, name, type).
    """

    old: list[Place]
    new: list[Place]
    provinces: dict[str, list[str]]
    becomes: dict[str, list[str]]
    divided: dict[str, list[str]]
    listed: list[tuple[str, str, str, str]]
    listed_provinces: dict[str, str]
    renamings: list[Renaming]

    @cached_property
    def old_by_key(self) -> dict[str, Place]:
        return {place.key: place for place in self.old}

    @cached_property
    def new_by_key(self) -> dict[str, Place]:
        return {place.key: place for place in self.new}

    def old_of(self, level: str) -> list[Place]:
        return [place for place in self.old if place.level == level]

    def new_of(self, level: str) -> list[Place]:
        return [place for place in self.new if place.level == level]


def read() -> Sources:
    """Reads both packages as installed, and the project's own changes.yaml. Raises OSError where a file is missing."""
    rows = sqlite3.connect(f"file:{_file(MAP_PACKAGE, 'data/dataset.db')}?mode=ro&immutable=1", uri=True)
    converter = json.loads(_file(MAP_PACKAGE, "data/converter_2025.json").read_text("utf-8"))
    listed = json.loads(_file(LIST_PACKAGE, "data/nested-divisions.json").read_text("utf-8"))
    try:
        old, new = list(_old_map(rows)), list(_new_map(rows))
    finally:
        rows.close()
    becomes: dict[str, list[str]] = {}
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, olds in communes.items():
            for key in olds:
                becomes.setdefault(key, []).append(f"{province}_{commune}")
    divided: dict[str, list[str]] = {}
    for province, olds in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in olds.items():
            divided.setdefault(key, []).extend(f"{province}_{part['newWardKey']}" for part in parts)
    return Sources(
        old=old,
        new=new,
        provinces=converter["DICT_PROVINCE"],
        becomes=becomes,
        divided=divided,
        listed=[
            (f"{province['code']:02}", f"{ward['code']:05}", ward["name"], ward["division_type"])
            for province in listed
            for ward in province["wards"]
        ],
        listed_provinces={f"{province['code']:02}": province["name"] for province in listed},
        renamings=[Renaming(**line) for line in from_yaml(Path(__file__).with_name("changes.yaml").read_text("utf-8"))],
    )


def versions() -> dict[str, str]:
    """Which release of each package is read."""
    return {package: metadata.version(package) for package in (MAP_PACKAGE, LIST_PACKAGE)}


def _file(package: str, path: str) -> Path:
    return Path(str(metadata.distribution(package).locate_file(f"{package.replace('-', '_')}/{path}")))


def _old_map(rows: sqlite3.Connection) -> Iterable[Place]:
    yield from _distinct(
        rows,
        "SELECT DISTINCT provinceKey, '', 'province', provinceCode, province, '', provinceLat, provinceLon"
        " FROM admin_units_legacy",
        "SELECT DISTINCT provinceKey || '_' || districtKey, provinceKey, 'district', districtCode, district,"
        " districtType, districtLat, districtLon FROM admin_units_legacy",
        "SELECT provinceKey || '_' || districtKey || '_' || wardKey, provinceKey || '_' || districtKey, 'commune',"
        " wardCode, ward, wardType, wardLat, wardLon FROM admin_units_legacy WHERE ward IS NOT NULL",
    )


def _new_map(rows: sqlite3.Connection) -> Iterable[Place]:
    yield from _distinct(
        rows,
        "SELECT DISTINCT provinceKey, '', 'province', provinceCode, province, '', provinceLat, provinceLon"
        " FROM admin_units",
        "SELECT provinceKey || '_' || wardKey, provinceKey, 'commune', wardCode, ward, wardType, wardLat, wardLon"
        " FROM admin_units",
    )


def _distinct(rows: sqlite3.Connection, *queries: str) -> Iterable[Place]:
    for query in queries:
        values: tuple[Any, ...]
        for values in rows.execute(query):
            yield Place(*values)
