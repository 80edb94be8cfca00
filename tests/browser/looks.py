"""What every page must be: it fits, wide and on a phone, and axe finds nothing, light and dark."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDE, TABLET, PHONE = {"width": 1280, "height": 800}, {"width": 768, "height": 1024}, {"width": 390, "height": 844}


def fits_and_is_open_to_all(page: Page, pictures: Path, name: str) -> None:
    """Of the page as it is opened; keeps pictures of it."""
    page.emulate_media(reduced_motion="reduce")  # colours are looked at, not on their way to others
    page.evaluate("document.fonts.ready")
    for viewport in (TABLET, WIDE, PHONE):
        width = viewport["width"]
        page.set_viewport_size(viewport)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        if viewport is not TABLET:
            page.screenshot(path=pictures / f"{name}-{width}.png", full_page=True)
            _axe(page)
            page.emulate_media(color_scheme="dark")
            _axe(page, runOnly=["color-contrast"])  # the dark differs by its colours alone
            page.emulate_media(color_scheme="light")


def _axe(page: Page, **only: list[str]) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"], **only})
    assert found.violations_count == 0, found.generate_report()
