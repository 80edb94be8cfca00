"""Pages on the demo's data: they fit, write no error, ask no other host; axe finds nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.browser.looks import fits_and_is_open_to_all
from tests.browser.site import READER, serving, signing_in, the_demo

PAGES = ["home", "reports", "report", "tables", "table", "story", "unit", "units", "calendar", "missing"]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_fits_and_is_open_to_all(open_page, places, pictures, name: str):
    fits_and_is_open_to_all(open_page(places[name]), pictures, name)


def test_served_by_its_own_command_every_process_draws_charts():
    """The main job draws charts too, and whoever is forked from the process that did would wait for ever."""
    by = ("demo", "--only-samples", "--processes", "2")
    with the_demo() as var, serving(var, by=by) as address, ThreadPoolExecutor(4) as at_once:
        browser, _cookies = signing_in(address, READER, (var / "demo-password").read_text("utf-8").strip())
        pages = list(at_once.map(lambda _: browser.open(f"{address}/compare/", timeout=60).read().decode(), range(4)))

    assert all("xmlns:xlink" in page for page in pages)
