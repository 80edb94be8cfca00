"""The edited file saved again by LibreOffice, where it is installed: what it rewrites is no difference."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from danvan.narrative.reopening import NotOurs, differences, opened
from danvan.narrative.reopening.tests.hands import Edited, paragraph
from danvan.narrative.reopening.tests.test_reopening import ORIGIN
from danvan.narrative.writing import ReportData, report, to_docx

Office = Callable[[list[Path], str, Path], list[Path]]
Saved = Callable[[Path, str], Path]


@pytest.fixture
def saved(office: Office) -> Saved:
    """The file as LibreOffice writes it, beside the first."""

    def save(path: Path, kind: str) -> Path:
        (made,) = office([path], kind, path.parent / kind)
        return made

    return save


@pytest.fixture
def path(data: ReportData, tmp_path: Path) -> Path:
    to_docx(report(replace(data, origin=ORIGIN, url="tables/19/2026-Q1/")), tmp_path / "report.docx")
    return tmp_path / "report.docx"


def test_saving_alone_changes_nothing(path: Path, saved: Saved) -> None:
    trace, passages = opened(saved(path, "docx").read_bytes())
    assert trace == opened(path.read_bytes())[0]
    told = differences(trace, passages)
    assert (told.changed, told.deleted, told.texts) == ((), (), ())


@pytest.mark.parametrize("seed", [1, 2])
def test_edits_before_and_after_it_saved_are_found_exactly(path: Path, saved: Saved, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- no secret
    edited, expected = Edited(path), Counter()
    ways = ["inside", "typed over", "beside the mark", "tracked", "deleted", "deleted, tracked"]
    names = chance.sample(edited.marks(), len(ways) + 2)
    for name, way in zip(names, ways, strict=False):
        was, now = edited.text(name), None if way.startswith("deleted") else str(chance.randrange(70_000, 99_999))
        edited.edit(name, way, now or "")
        expected[was, now] += 1
    words = "Điển hình là mô hình “Camera an ninh”."
    first = next(one for one in edited.document.paragraphs if "mô hình" in one.text)
    first._p.addnext(paragraph(words))
    edited.noise(chance)
    path.write_bytes(edited.content())
    again = saved(path, "docx")
    told = differences(*opened(again.read_bytes()))
    assert Counter((one.was, one.now) for one in (*told.changed, *told.deleted)) == expected
    assert [(one.kind, one.now) for one in told.texts] == [("added", words)]

    more = Edited(again)
    was = more.retype(names[-1], "98765")
    expected[was, "98765"] += 1
    again.write_bytes(more.content())
    told = differences(*opened(again.read_bytes()))
    assert Counter((one.was, one.now) for one in (*told.changed, *told.deleted)) == expected


def test_a_file_that_went_through_another_kind_says_so(path: Path, saved: Saved) -> None:
    odt = saved(path, "odt")
    with pytest.raises(NotOurs, match=r"\.odt"):
        opened(saved(odt, "docx").read_bytes())
