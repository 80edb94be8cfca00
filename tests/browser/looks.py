"""What every page must be: it fits, wide and on a phone, and axe finds nothing, light and dark."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

PICTURES = bool(os.environ.get("DANVAN_PICTURES"))  # of what is looked at, into var/browser-pictures
WIDE, TABLET, PHONE = {"width": 1280, "height": 800}, {"width": 768, "height": 1024}, {"width": 390, "height": 844}


def fits_and_is_open_to_all(page: Page, pictures: Path, name: str) -> None:
    """Of the page as it is opened; keeps pictures of it where they are asked for."""
    page.emulate_media(reduced_motion="reduce")  # colours are looked at, not on their way to others
    page.evaluate("document.fonts.ready")
    for viewport in (TABLET, WIDE, PHONE):
        width = viewport["width"]
        page.set_viewport_size(viewport)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        if viewport is not TABLET:
            picture(page, pictures / f"{name}-{width}.png", full_page=True)
            open_to_all(page)
            page.emulate_media(color_scheme="dark")
            open_to_all(page, runOnly=["color-contrast"])  # the dark differs by its colours alone
            page.emulate_media(color_scheme="light")


def picture(page: Page, path: Path, **options: Any) -> None:
    """To be looked at by people: only where they are asked for."""
    if PICTURES:
        page.screenshot(path=path, **options)


def open_to_all(page: Page, **only: Any) -> None:
    """Axe finds nothing on the page as it is now. only: of its options, which rules."""
    if not page.evaluate("'axe' in window"):  # once for all that is asked of a page
        page.evaluate(AXE_SCRIPT)
    found = AxeResults(page.evaluate(_VIOLATIONS, {"resultTypes": ["violations"], **only}))
    assert found.violations_count == 0, found.generate_report()


_VIOLATIONS = "options => axe.run(document, options).then(({violations}) => ({violations}))"
