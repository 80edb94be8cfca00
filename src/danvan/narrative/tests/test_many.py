"""Reports of many units written in one go: each by itself, whatever becomes of the others."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import docx
import pytest

from danvan.access import scope
from danvan.access.tests import cast
from danvan.access.tests.stage import staged
from danvan.figures import actions as filing
from danvan.figures.actions import CellInput, Entry
from danvan.lib.periods import Period
from danvan.narrative import actions, manuscripts, many
from danvan.narrative.actions import Words
from danvan.narrative.many import Became
from danvan.units import actions as map_verbs

PERIOD = Period.parse("2026-Q3")


@staged
def country():
    country = cast.small_country()
    for unit, sessions in ((country.an, 5), (country.binh, 2)):
        draft = filing.open_draft(form="dan_van", unit=unit, period=PERIOD.code, by="Mai")
        entry = Entry(CellInput("dlg.sessions", Decimal(sessions)), force=True)
        filing.enter(submission=draft, entries=[entry], by="Mai")
        filing.accept(submission=filing.submit(submission=draft, by="Lan"), by="Hùng")
    return country


def became(outcomes) -> dict[str, str]:
    return {one.unit.name: one.became.value for one in outcomes}


def said_in(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def test_every_unit_below_is_written_that_has_figures(country, tmp_path):
    found = many.units_below(country.country.pk, PERIOD, own=True)
    outcomes = list(many.write(found, PERIOD, tmp_path, kinds=["docx", "html"]))
    assert became(outcomes) == {
        "Việt Nam": "written",
        "Tỉnh Bắc": "written",
        "Tỉnh Nam": "nothing",
        "Xã An": "written",
        "Xã Bình": "written",
        "Xã Cửu": "nothing",
    }
    (an,) = (one for one in outcomes if one.unit.id == country.an.pk)
    assert [path.suffix for path in an.paths] == [".docx", ".html"]
    assert "đã tổ chức 5 cuộc đối thoại" in said_in(an.paths[0])
    assert sorted(tmp_path.iterdir()) == sorted(path for one in outcomes for path in one.paths)


def test_who_is_below_is_told_for_the_day(country):
    assert [one.name for one in many.units_below(country.bac.pk, PERIOD)] == ["Xã An", "Xã Bình"]
    assert [one.name for one in many.units_below(country.bac.pk, Period.parse("2025-Q1"))] == ["Huyện Đông"]


def test_a_province_writes_of_its_own_only(country):
    with scope.acting(cast.post_of(country.people["hung"])):
        assert [one.name for one in many.units_below(country.bac.pk, PERIOD)] == ["Xã An", "Xã Bình"]
        with pytest.raises(scope.Refused):
            many.units_below(country.nam.pk, PERIOD)


def test_written_again_the_files_give_way(country, tmp_path):
    found = many.units_below(country.bac.pk, PERIOD)
    first = list(many.write(found, PERIOD, tmp_path, kinds=["docx"]))
    begun = actions.begin(unit=country.an.pk, period=PERIOD.code, outline="party-quarter", by="Mai")
    slots = manuscripts.open_one(country.an.pk, PERIOD.code, "party-quarter").slots
    key = next(slot.key for placed in slots.values() for slot in placed)
    actions.write(manuscript=begun, words=[Words(key, "Xã có lời của mình.")], by="Mai")
    again = list(many.write(found, PERIOD, tmp_path, kinds=["docx"]))
    assert [one.paths for one in again] == [one.paths for one in first]
    assert len(list(tmp_path.iterdir())) == 2
    assert "Xã có lời của mình." in said_in(again[0].paths[0])


def test_one_that_cannot_be_made_does_not_stop_the_others(country, tmp_path, monkeypatch):
    usual = many.manuscripts.open_one

    def slips(unit, *given, **more):
        if unit == country.an.pk:
            raise ZeroDivisionError("lỡ tay")
        return usual(unit, *given, **more)

    monkeypatch.setattr(many.manuscripts, "open_one", slips)
    first, second = many.write(many.units_below(country.bac.pk, PERIOD), PERIOD, tmp_path, kinds=["html"])
    assert (first.became, second.became) == (Became.FAILED, Became.WRITTEN)
    assert first.why == "Chương trình gặp lỗi (ZeroDivisionError: lỡ tay). Hãy báo người phát triển."


def test_one_that_cannot_be_laid_down_does_not_stop_the_others(country, tmp_path):
    found = many.units_below(country.bac.pk, PERIOD)
    (tmp_path / f"{many.name_of(found[0], PERIOD)}.html").mkdir()  # no file can take its place
    first, second = many.write(found, PERIOD, tmp_path, kinds=["html"])
    assert (first.became, second.became) == (Became.FAILED, Became.WRITTEN)
    assert first.why.startswith("Không ghi được tệp (")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


class Kills:
    """A report over which a process dies."""

    def __reduce__(self):
        return os._exit, (1,)


def test_a_process_that_dies_takes_only_its_report_with_it(country, tmp_path, monkeypatch):
    usual = many.made

    def deadly(unit, *given, **more):
        report, data = usual(unit, *given, **more)
        return (Kills() if unit.id == country.an.pk else report), data

    monkeypatch.setattr(many, "made", deadly)
    ahead = [*many.units_below(country.bac.pk, PERIOD), *many.units_below(country.country.pk, PERIOD)[:1]]
    outcomes = list(many.write(ahead, PERIOD, tmp_path, kinds=["html"], processes=1))
    assert became(outcomes) == {"Xã An": "failed", "Xã Bình": "written", "Tỉnh Bắc": "written"}


def test_names_of_files_tell_units_of_one_name_apart(country):
    more = {"level": "commune", "parent": country.nam, "on": cast.REFORM, "by": "t"}
    twins = [map_verbs.establish(name="Xã Đôi", **more) for _ in range(2)]
    refs = [one for one in many.units_below(country.nam.pk, PERIOD) if one.id in {twin.pk for twin in twins}]
    assert len({many.name_of(one, PERIOD) for one in refs}) == 2
