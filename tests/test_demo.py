"""The main job, as somebody who clones the project sees it: exit status 0, every sample told and filed, files written.

On the data that the browser tests also use; preparing it fails where `danvan demo` does.
"""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from danvan.config import demo
from danvan.lib.vietnamese import fold
from tests.browser.site import prepared, served

pytestmark = pytest.mark.xdist_group("demo")  # one server for all of them
SAMPLES = sorted(path.name for path in (Path(demo.__file__).parent / "reports").iterdir())
NAMELESS = "06-xa-tan-thanh.txt"  # seven communes bear the name
FEWEST = 5


class Told(NamedTuple):
    """A line of the listing."""

    unit: str
    period: str
    contradictions: int
    filed: int
    asked: int


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with prepared() as folder:
        yield folder


@pytest.fixture(scope="module")
def printed(folder: Path) -> str:
    return (folder / "demo.txt").read_text("utf-8")


@pytest.fixture(scope="module")
def listing(printed: str) -> dict[str, Told]:
    lines = ([cell.strip() for cell in line.strip("│").split("│")] for line in printed.splitlines() if line[:1] == "│")
    return {
        name: Told(unit, period, int(against), int(filed), int(asked))
        for _number, name, unit, period, _read, _holds, against, filed, asked in lines
    }


def test_every_sample_is_listed_and_no_other(listing: dict[str, Told]):
    assert sorted(listing) == SAMPLES
    assert NAMELESS in SAMPLES


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != NAMELESS])
def test_a_sample_is_filed_under_the_unit_that_it_is_named_after(listing: dict[str, Told], name: str):
    told = listing[name]
    assert fold(told.unit) == re.sub(r"^\d+-|\.\w+$", "", name).replace("-", " ")
    assert told.period == "2026-H1"
    assert told.filed >= FEWEST
    assert told.asked == 0


def test_the_sample_whose_unit_is_not_certain_asks_and_files_nothing(listing: dict[str, Told], printed: str):
    told = listing[NAMELESS]
    assert (told.unit, told.filed, told.asked) == ("?", 0, 1)
    assert re.search(rf"^\? {NAMELESS}: Có 7 đơn vị", printed, re.M)


def test_the_two_slips_in_the_samples_are_told_and_no_other(listing: dict[str, Told], printed: str):
    assert [name for name, told in listing.items() if told.contradictions] == [SAMPLES[1], SAMPLES[4]]
    slips = re.findall(r"^✗ (.*)$", printed, re.M)
    assert [slip.partition(":")[0] for slip in slips] == [SAMPLES[1], SAMPLES[4]]
    assert "71/88 = 80,7%, văn bản ghi 85%" in slips[0]
    assert "10 + 16 = 26, văn bản ghi 24" in slips[1]


def test_the_report_is_there_as_word_pdf_and_workbook(folder: Path):
    beginnings = {path.suffix: path.read_bytes()[:4] for path in (folder / "out").glob("*thai-nguyen-2026-h1.*")}
    assert beginnings == {".docx": b"PK\x03\x04", ".pdf": b"%PDF", ".xlsx": b"PK\x03\x04"}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served() as address:
        yield address


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 -- our own http address; raises unless 200
        return answer.read().decode()


def listed(site: str, on: str) -> set[str]:
    """The addresses of the provinces of a day, page by page."""
    found, following = set(), f"?on={on}"
    while following:
        page = fetch(f"{site}/units/{following}")
        found |= set(re.findall(r'href="(/units/\d+/)', page))
        more = re.search(r'rel="next" href="([^"]+)"', page)
        following = more[1].replace("&amp;", "&") if more else ""
    return found


def test_every_former_and_present_province_has_its_page_and_every_period_on_it_a_table(site: str):
    former, present = listed(site, "2025-06-30"), listed(site, "2025-07-01")
    assert (len(former), len(present)) == (63, 34)
    tables = set()
    for unit in former | present:
        tables |= set(re.findall(rf'href="(/tables/{unit.split("/")[2]}/[^"/]+/)"', fetch(site + unit)))
    assert len(tables) >= 8
    for table in tables:
        assert "<h1>" in fetch(site + table)
