"""A consolidation made ready to be written: who issues it, and what the units below gave."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from danvan.access.tests import cast
from danvan.access.tests.stage import staged
from danvan.figures import actions, queries
from danvan.figures.actions import CellInput, Entry
from danvan.narrative import writing
from danvan.narrative.publishing import contributions, issuer, report_data
from danvan.narrative.writing.model import Author

FORM, PERIOD, DAY = "dan_van", "2026-Q3", date(2026, 9, 30)


@pytest.mark.parametrize(
    ("author", "level", "name", "block"),
    [
        ("party", "province", "Tỉnh Thái Nguyên", ("Tỉnh ủy Thái Nguyên", "Ban Tuyên giáo và Dân vận", "party")),
        ("government", "province", "Tỉnh Thái Nguyên", ("", "Ủy ban nhân dân tỉnh Thái Nguyên", "state")),
        ("government", "commune", "Xã Ba Bể", ("", "Ủy ban nhân dân xã Ba Bể", "state")),
        (
            "front",
            "province",
            "Thành phố Cần Thơ",
            ("Mặt trận Tổ quốc Việt Nam", "Ủy ban MTTQ Việt Nam thành phố Cần Thơ", "front"),
        ),
        ("party", "hamlet", "Thôn 4", ("", "", "party")),
    ],
)
def test_who_issues_the_report(author: Author, level: str, name: str, block: tuple[str, str, str]) -> None:
    found = issuer(level, name, DAY, author)
    assert (found.parent, found.body, found.layout) == block
    assert found.author == author


@staged
def country():
    country = cast.small_country()
    for unit, sessions in ((country.an, 5), (country.binh, 2)):
        draft = actions.open_draft(form=FORM, unit=unit, period=PERIOD, by="Mai")
        entry = Entry(CellInput("dlg.sessions", Decimal(sessions)), force=True)
        actions.enter(submission=draft, entries=[entry], by="Mai")
        actions.accept(submission=actions.submit(submission=draft, by="Lan"), by="Hùng")
    return country


def test_each_unit_below_is_told_with_what_it_gave(country) -> None:
    found = queries.consolidated(FORM, country.bac, PERIOD)
    given = list(contributions(found))
    assert [(one.unit, one.indicator, one.figure.value) for one in given] == [
        ("Xã An", "dlg.sessions", 5),
        ("Xã Bình", "dlg.sessions", 2),
        ("Xã An", "dlg.units_covered", 1),  # counted from the sessions
        ("Xã Bình", "dlg.units_covered", 1),
    ]
    assert given[0].url == f"tables/{country.an.pk}/{PERIOD}/#dlg.sessions"
    assert given[0].unit_id == country.an.pk


def test_the_government_writes_of_the_same_figures_in_its_own_way(country) -> None:
    found = queries.consolidated(FORM, country.bac, PERIOD, compare="restated")
    written = writing.report(report_data(found, base_url="http://x/", today=DAY, author="government"))
    text = "\n".join(paragraph.text for paragraph in written.body)
    assert "KẾT QUẢ CÔNG TÁC DÂN VẬN CHÍNH QUYỀN QUÝ III NĂM 2026" in text
    assert "đã tổ chức 7 cuộc đối thoại" in text
    assert written.layout == "state-30-2020"
