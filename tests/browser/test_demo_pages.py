"""Pages on the demo's data, three widths, light and dark: fit, write no error, ask no other host; axe finds nothing."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = ["home", "reports", "report", "tables", "table", "story", "unit", "units", "calendar", "missing"]
HEIGHT = {390: 844, 768: 1024, 1366: 768}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", HEIGHT)
@pytest.mark.parametrize("name", PAGES)
def test_the_page_fits_and_is_open_to_all(open_page, places, pictures, name: str, width: int, scheme: str):
    page = open_page(places[name], viewport={"width": width, "height": HEIGHT[width]}, color_scheme=scheme)
    page.screenshot(path=pictures / f"{name}-{width}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if (width, scheme) in {(390, "light"), (1366, "light"), (1366, "dark")}:  # the others show nothing else
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()
