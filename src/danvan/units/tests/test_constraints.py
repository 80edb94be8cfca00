"""What the database holds by itself, whoever writes: here without the verbs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.types.range import DateRange

from danvan.units.models import Succession, Unit, UnitVersion
from danvan.units.tests.places import START, day

pytestmark = pytest.mark.django_db


def version(unit, parent, begins, ends=None, **more):
    return UnitVersion.objects.create(
        unit=unit, parent=parent, level="commune", name="Xã X", during=DateRange(begins, ends), **more
    )


def checked(write):
    with transaction.atomic():
        write()
        connection.check_constraints()


@pytest.mark.parametrize(
    ("write", "constraint"),
    [
        (lambda land: version(land.an, land.east, day(7)), "one_version_a_day"),
        (lambda land: version(Unit.objects.create(), land.east, day(7), code="00001"), "one_bearer_of_a_code_a_day"),
        (lambda land: version(Unit.objects.create(), Unit.objects.create(), day(7)), "no_child_without_its_parent"),
        (lambda land: version(Unit.objects.create(), land.east, day(7, year=2019)), "no_child_without_its_parent"),
        (
            lambda land: UnitVersion.objects.filter(unit=land.east).update(during=DateRange(START, day(7))),
            "no_child_without_its_parent",
        ),
        (lambda land: UnitVersion.objects.filter(unit=land.east).delete(), "no_child_without_its_parent"),
        (lambda land: version(Unit.objects.create(), land.east, day(7), day(7)), "version_"),
    ],
)
def test_a_version_that_cannot_be_is_refused(land, write, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        checked(lambda: write(land))


@pytest.mark.parametrize("shares", [["0.6", "0.5"], ["1", None], ["1", "0.1"]])
def test_shares_of_one_day_over_one_are_refused(land, shares):
    def write():
        for share, to in zip(shares, (land.binh, land.cuong), strict=True):
            Succession.objects.create(
                predecessor=land.an, successor=to, on=day(7), kind="split", share=share and Decimal(share)
            )

    with pytest.raises(IntegrityError, match="the shares of unit"):
        checked(write)


def test_a_parent_may_change_its_name_under_its_child(land):
    """The parent's versions together cover the child's."""
    UnitVersion.objects.filter(unit=land.east).update(during=DateRange(START, day(7)))
    UnitVersion.objects.create(
        unit=land.east, parent=land.country, level="province", name="Tỉnh Y", during=DateRange(day(7), None)
    )

    connection.check_constraints()
