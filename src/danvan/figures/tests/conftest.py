"""A small invented map with the reform of 1 July 2025, and the shipped form.

Until 30 June 2025: province Bắc (districts An: Xã Một, Xã Hai; Bình: Xã Ba) and province Nam (district Cẩm: Xã Bốn).
From 1 July 2025: Bắc has taken in Nam; no districts; Xã Một and Xã Hai are Xã Mới; Xã Ba is divided between Xã Ba Đông
and Xã Ba Tây, no share decided; Xã Bốn as before.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from danvan.access.tests import cast
from danvan.access.tests.stage import staged
from danvan.figures import actions
from danvan.figures.actions import CellInput
from danvan.units import actions as units

BY = "cán bộ tỉnh"
START, REFORM = date(2010, 1, 1), date(2025, 7, 1)


def establish(name, level, parent=None, on=START):
    return units.establish(name=name, level=level, parent=parent, on=on, by=BY)


@staged
def before():
    """The map as it was until the reform, and the shipped form."""
    return until_the_reform()


@staged
def world():
    """The same after the reform."""
    m = until_the_reform()
    units.merge(units=[m.nam], into=m.bac, on=REFORM, by=BY)
    for commune in (m.mot, m.hai, m.ba, m.bon):
        units.move(unit=commune, to=m.bac, on=REFORM, by=BY)
    for district in (m.an, m.binh, m.cam):
        units.dissolve(unit=district, on=REFORM, by=BY)
    m.moi = units.merge(units=[m.mot, m.hai], into=units.Founding(name="Xã Mới"), on=REFORM, by=BY)
    parts = [units.Part(to=units.Founding(name=name)) for name in ("Xã Ba Đông", "Xã Ba Tây")]
    m.dong, m.tay = units.split(unit=m.ba, parts=parts, on=REFORM, by=BY)
    return m


def until_the_reform():
    m = SimpleNamespace()
    m.country = establish("Việt Nam", "country")
    m.bac = establish("Tỉnh Bắc", "province", m.country)
    m.nam = establish("Tỉnh Nam", "province", m.country)
    m.an = establish("Huyện An", "district", m.bac)
    m.binh = establish("Huyện Bình", "district", m.bac)
    m.cam = establish("Huyện Cẩm", "district", m.nam)
    m.mot = establish("Xã Một", "commune", m.an)
    m.hai = establish("Xã Hai", "commune", m.an)
    m.ba = establish("Xã Ba", "commune", m.binh)
    m.bon = establish("Xã Bốn", "commune", m.cam)
    actions.ship_forms(by="cài đặt")
    return m


country = staged(cast.small_country)


@pytest.fixture
def as_(country, as_person):
    """as_("mai"): a browser in which that person of the cast is signed in."""
    return lambda name: as_person(country.people[name])


@pytest.fixture(scope="class")
def form(request):
    if not {"before", "world", "country"} & set(request.fixturenames):  # they have it
        request.getfixturevalue("stage")(ship_forms)
    return "dan_van"


def ship_forms():
    actions.ship_forms(by="cài đặt")


@pytest.fixture
def file(form):
    """file(unit, "2026-Q1", rec__turns=5, mod__total=(...)): a submission of plain figures; None: not reported."""

    def run(unit, period, source="", replace=False, cells=(), **figures):
        given = [
            CellInput(code.replace("__", "."), value=Decimal(value))
            for code, value in figures.items()
            if value is not None
        ]
        return actions.file_submission(
            form=form, unit=unit, period=period, cells=[*given, *cells], by=BY, source=source, replace=replace
        )

    return run
