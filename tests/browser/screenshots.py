"""`python -m tests.browser.screenshots`: pictures of the main pages, as the demo's people see them, into docs/."""

from __future__ import annotations

import sys

from playwright.sync_api import Page, sync_playwright

from danvan.config.tests.made import ROOT
from tests.browser.site import ARGUMENTS, CHROMIUM, served, signed_in

FOLDER = ROOT / "docs" / "screenshots"
WIDTHS = {1280: 1180, 390: 1100}  # and the height shown


def main() -> int:
    if not CHROMIUM:
        sys.exit("Chromium is not installed: apt-get install chromium-headless-shell")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for width, height in WIDTHS.items():
            for name, username, show in PAGES:
                page = browser.new_page(
                    base_url=site,
                    storage_state=signed_in(site, username),
                    viewport={"width": width, "height": height},
                    reduced_motion="reduce",
                    color_scheme="light",
                )
                show(page)
                page.evaluate("document.fonts.ready")
                path = FOLDER / f"{name}-{width}.png"
                page.screenshot(path=path)
                sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} kB\n")
                page.close()
        browser.close()
    return 0


def home(page: Page) -> None:
    page.goto("/")


def report(page: Page) -> None:
    page.goto("/reports/")
    page.locator(".lines > li", has=page.locator(".state.bad")).last.locator("a").first.click()


def table(page: Page) -> None:
    """With a number opened down to its sentence."""
    page.goto("/tables/")
    page.get_by_role("link", name="Tỉnh Thái Nguyên, 6 tháng đầu năm 2026").click()
    page.locator("[id='rec.turns'] a.opens").click()
    page.locator("tr.deep").wait_for()
    page.locator("tr.deep .contributors > li", has_text="Phường Bắc Kạn").locator("a.opens").click()
    page.locator("li.deep").wait_for()
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    if page.viewport_size and page.viewport_size["width"] < 1000:
        page.locator("[id='rec.turns']").evaluate("row => scrollTo(0, row.getBoundingClientRect().top + scrollY - 80)")
    else:
        page.evaluate("scrollTo(0, 0)")


def unit(page: Page) -> None:
    page.goto("/tables/")
    href = page.get_by_role("link", name="Tỉnh Thái Nguyên, 6 tháng đầu năm 2026").get_attribute("href") or ""
    page.goto(f"/units/{href.split('/')[2]}/")


def filing(page: Page) -> None:
    page.goto("/filing/")
    page.get_by_role("link", name="Nhập tiếp").first.click()
    page.wait_for_selector("#filing[data-ready]")


def review(page: Page) -> None:
    page.goto("/review/")
    page.locator("a[href^='/review/']").first.click()


def board(page: Page) -> None:
    page.goto("/board/")


def signed(page: Page) -> None:
    page.goto("/consolidated/dan_van/2026-H1/")


def compare(page: Page) -> None:
    page.goto("/compare/?i=rec.turns&i=mod.total&p=2025-Q3&p=2025-Q4&p=2026-Q1&p=2026-Q2")


# what is shown, to whom of the demo's people, how they get there
PAGES = (
    ("home", "lanhdao-tinh", home),
    ("filing", "xa1", filing),
    ("review", "tinh", review),
    ("board", "tinh", board),
    ("signed", "lanhdao-tinh", signed),
    ("compare", "lanhdao-tinh", compare),
    ("report", "trunguong", report),
    ("table", "trunguong", table),
    ("unit", "trunguong", unit),
)


if __name__ == "__main__":
    sys.exit(main())
