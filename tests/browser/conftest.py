from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from danvan.config.tests.made import ROOT
from tests.browser.site import ARGUMENTS, CHROMIUM, Site, served, signed_in

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if "desk" in item.fixturenames or "world" in item.fixturenames:  # served for this file alone, by one worker
                item.add_marker(pytest.mark.xdist_group(item.path.stem))
            elif "site" in item.fixturenames:
                item.add_marker(pytest.mark.xdist_group("demo"))
            # CI may leave none out: there a missing browser is a failure, not a skip.
            if not CHROMIUM and not os.environ.get("DANVAN_REQUIRE_BROWSER"):
                item.add_marker(pytest.mark.skip(reason="no Chromium (apt-get install chromium-headless-shell)"))


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with served() as site:
        yield site


# For a module only: while it is open, Playwright runs an event loop, and Django refuses the database inside one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def reader(site: Site) -> StorageState:
    """Somebody who sees the whole country, signed in."""
    return signed_in(site)


@pytest.fixture(scope="module")
def places(site: Site, browser: Browser, reader: StorageState) -> dict[str, str]:
    """The address of each kind of page, found as a reader would find it."""
    page = browser.new_page(base_url=site, locale="vi-VN", storage_state=reader)
    page.goto("/reports/")
    contradictory = page.locator(".lines > li", has=page.locator(".state.bad")).first.locator("a").first
    found = {"home": "/", "reports": "/reports/", "report": contradictory.get_attribute("href") or ""}
    page.goto("/tables/")
    found["tables"] = "/tables/"
    found["table"] = page.get_by_role("link", name="Tỉnh Thái Nguyên, 6 tháng đầu năm 2026").get_attribute("href") or ""
    found["unit"] = f"/units/{found['table'].split('/')[2]}/"
    found["units"] = "/units/?q=ba+be"
    page.goto(found["table"])
    found["story"] = page.locator("[id='mod.total'] a.opens").get_attribute("href") or ""
    found["calendar"] = "/calendar/2026/?from=10/2/2026&days=10&kind=working"
    found["missing"] = "/units/999999999/"
    page.close()
    return found


@pytest.fixture
def open_page(site: Site, browser: Browser, reader: StorageState) -> Iterator[Callable[..., Page]]:
    """Opens pages that fail the test when they write to the console or ask another host."""
    wrong: list[str] = []
    opened: list[Page] = []

    def open_page(address: str, language: str = "vi", **options: object) -> Page:
        chosen = {"reduced_motion": "reduce", "storage_state": reader, **options}
        page = browser.new_page(base_url=site, **chosen)  # type: ignore[arg-type]
        page.on("console", lambda message: wrong.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("request", lambda one: None if one.url.startswith(site) else wrong.append(f"asked: {one.url}"))
        opened.append(page)
        page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        page.goto(address)
        page.evaluate("document.fonts.ready")
        return page

    yield open_page
    for page in opened:
        page.close()
    assert [line for line in wrong if "status of 404" not in line] == []


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where the pictures of a run are kept, to be looked at."""
    folder = ROOT / "var" / "browser-pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
