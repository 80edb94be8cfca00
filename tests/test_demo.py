"""The main job, as somebody who clones the project sees it: exit status 0, every sample told and filed, files written.

On the data that the browser tests also use; preparing it fails where `danvan demo` does.
"""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from danvan.config import demo
from danvan.config.demo.password import FILE
from danvan.config.tests.conftest import DANVAN
from danvan.config.tests.made import run
from danvan.lib.vietnamese import fold
from tests.browser.site import READER, served, serving, signing_in, the_demo

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
    with the_demo() as folder:
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
    assert "71/88 = 80,68%, làm tròn 81%, văn bản ghi 85%" in slips[0]
    assert "10 + 16 = 26, văn bản ghi 24" in slips[1]


def test_the_report_is_there_as_word_pdf_page_and_workbook(folder: Path):
    beginnings = {path.suffix: path.read_bytes()[:4] for path in (folder / "out").glob("*/*thai-nguyen-2026-h1.*")}
    assert beginnings == {".docx": b"PK\x03\x04", ".pdf": b"%PDF", ".html": b"<!DO", ".xlsx": b"PK\x03\x04"}


def test_one_password_for_all_is_printed_and_only_its_owner_reads_it(folder: Path, printed: str):
    kept = folder / FILE
    assert kept.stat().st_mode & 0o777 == 0o600
    assert f"Mật khẩu chung: {kept.read_text('utf-8').strip()} " in printed


def test_each_of_the_people_is_printed_with_what_to_try(printed: str):
    people = dict(re.findall(r"^([a-z]+[a-z0-9-]*) +(\S+ \S+ minh họa \d+ \(.*?\)) +\S", printed, re.M))
    assert {"xa1", "lanhdao-xa1", "xa2", "mattran1", "tinh", "lanhdao-tinh", "tinhban", "quantri"} <= people.keys()


def test_a_second_run_does_nothing_twice(folder: Path, printed: str):
    start = printed.index("Báo cáo đã đọc")  # before it: the map, told once
    assert run([*DANVAN, "demo", "--only-samples", "--no-serve"], folder) == printed[start:]
    run([*DANVAN, "audit", "verify"], folder)


def test_served_by_its_own_command_every_process_draws_charts(folder: Path):
    """The main job draws charts too: whoever is forked from the process that did waits for ever."""
    by = ("demo", "--only-samples", "--processes", "2")
    with serving(folder, by=by) as address, ThreadPoolExecutor(4) as at_once:
        browser, _cookies = signing_in(address, READER, (folder / FILE).read_text("utf-8").strip())
        pages = list(at_once.map(lambda _: browser.open(f"{address}/compare/", timeout=60).read().decode(), range(4)))

    assert all("xmlns:xlink" in page for page in pages)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture(scope="module")
def fetch_as(site: str, folder: Path) -> Callable[[str, str], str]:
    """A page as one of the demo's people sees it; raises unless 200."""
    secret = (folder / FILE).read_text("utf-8").strip()

    @cache
    def browser_of(username: str) -> urllib.request.OpenerDirector:
        return signing_in(site, username, secret)[0]

    def fetch(username: str, address: str) -> str:
        browser = browser_of(username)
        answer = browser.open(site + address, timeout=60)
        assert "/account/login" not in answer.url
        return answer.read().decode()

    return fetch


def test_the_round_is_in_its_middle(fetch_as):
    sentence = re.search(r'<p class="sentence">(.*?)</p>', fetch_as("tinh", "/board/"), re.S)
    assert sentence
    for words in (r"85 trên 92 đơn vị đã gửi", r"7 trễ hạn", r"1 bị trả lại", r"2 chờ xem xét"):
        assert re.search(words, sentence[1]), sentence[1]


def test_a_report_waits_to_be_looked_through(fetch_as):
    """Read for the commune, nothing of it filed, one contradiction to be seen first."""
    (number,) = set(re.findall(r'href="/reports/(\d+)/"', fetch_as("xa1", "/reports/")))
    page = fetch_as("xa1", f"/reports/{number}/")
    assert "Văn bản minh họa" in page
    assert "12/14 = 85,714%" in page


def test_an_invitation_is_being_written_and_a_notice_issued(fetch_as):
    listing = fetch_as("tinh", "/papers/")
    numbers = sorted(set(re.findall(r'href="/papers/(\d+)/"', listing)), key=int)
    pages = [fetch_as("tinh", f"/papers/{number}/") for number in numbers]
    kinds = ["GIẤY MỜI" in page for page in pages]
    assert sorted(kinds) == [False, True]
    issued = pages[kinds.index(False)]
    assert "Số liệu minh họa" in issued
    assert "Hội nghị giao ban công tác dân vận quý III năm 2026" in issued


def test_each_finds_their_part(fetch_as):
    assert "Nhập tiếp" in fetch_as("xa1", "/filing/")
    returned = fetch_as("xa2", "/filing/")
    assert "Sửa và bổ sung" in returned
    assert "Nhập tiếp" in fetch_as("mattran1", "/filing/")
    waiting = fetch_as("tinh", "/review/")
    assert len(re.findall(r'href="/review/\d+/', waiting)) == 3
    assert "Ghi thiếu một buổi tiếp công dân cuối kỳ." in waiting
    signed = fetch_as("lanhdao-tinh", "/consolidated/dan_van/2026-H1/")
    assert "thay đổi" in signed
    assert "hạn" in fetch_as("xa6", "/notices/")


def test_the_neighbour_sees_nothing_of_it(fetch_as):
    assert "Xã Phong Quang" not in fetch_as("tinhban", "/board/") + fetch_as("tinhban", "/review/")
    assert "Xã Phong Quang" in fetch_as("lanhdao-tinh", "/board/") + fetch_as("lanhdao-tinh", "/board/?state=late")


def test_every_page_says_that_its_figures_are_illustration(fetch_as):
    assert "Số liệu minh họa" in fetch_as("tinh", "/review/")


def listed(fetch: Callable[[str], str], on: str) -> set[str]:
    """The addresses of the provinces of a day, page by page."""
    found, following = set(), f"?on={on}"
    while following:
        page = fetch(f"/units/{following}")
        found |= set(re.findall(r'href="(/units/\d+/)', page))
        more = re.search(r'rel="next" href="([^"]+)"', page)
        following = more[1].replace("&amp;", "&") if more else ""
    return found


def test_every_former_and_present_province_has_its_page_and_every_period_on_it_a_table(fetch_as):
    def fetch(address: str) -> str:
        return fetch_as("trunguong", address)

    former, present = listed(fetch, "2025-06-30"), listed(fetch, "2025-07-01")
    assert (len(former), len(present)) == (63, 34)
    tables = set()
    for unit in former | present:
        tables |= set(re.findall(rf'href="(/tables/{unit.split("/")[2]}/[^"/]+/)"', fetch(unit)))
    assert len(tables) >= 8
    for table in tables:
        assert "<h1>" in fetch(table)
