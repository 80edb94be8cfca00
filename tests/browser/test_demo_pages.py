"""Pages on the demo's data: they fit, write no error, ask no other host; axe finds nothing."""

from __future__ import annotations

import pytest

from tests.browser.looks import fits_and_is_open_to_all

PAGES = ["home", "reports", "report", "tables", "table", "story", "unit", "units", "calendar", "missing"]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_fits_and_is_open_to_all(open_page, places, pictures, name: str):
    fits_and_is_open_to_all(open_page(places[name]), pictures, name)
