"""Comparing and searching in a real browser, wide and on a phone, light and dark, with and without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.cast_site import served_with_cast, sessions_of
from tests.browser.looks import fits_and_is_open_to_all

_FILED = """
from danvan.figures import actions
from danvan.figures.actions import CellInput
for unit, factor in ((world.an, 1), (world.binh, 3), (world.cuu, 9)):
    for place, period in enumerate(("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2")):
        cells = [CellInput("mod.total", 10 * factor + place), CellInput("rec.turns", 100 * factor)]
        actions.file_submission(form="dan_van", unit=unit, period=period, cells=cells, by="Mai", illustration=True)
"""
QUARTERS = "&p=2025-Q3&p=2025-Q4&p=2026-Q1&p=2026-Q2"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_with_cast(tmp_path_factory.mktemp("compare"), _FILED) as address:
        yield address


@pytest.fixture(scope="module")
def hung(desk: str) -> StorageState:
    return sessions_of(desk, ["hung"])["hung"]


def opened(browser: Browser, desk: str, state: dict, address: str, width: int = 1280, **options: object) -> Page:
    page = browser.new_page(
        base_url=desk, storage_state=state, locale="vi-VN", viewport={"width": width, "height": 850}, **options
    )
    page.goto(address)
    return page


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("crossed", f"/compare/?i=mod.total&i=rec.turns{QUARTERS}"),
        ("nonsense", "/compare/?i=zzz"),
        ("search", "/search/?q=xa+an"),
        ("help", "/help/"),
    ],
)
def test_the_page_fits_and_is_open_to_all(desk, browser, hung, pictures, name: str, address: str):
    page = opened(browser, desk, hung, address)
    fits_and_is_open_to_all(page, pictures, f"compare-{name}")
    page.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_comparison_is_put_together_kept_and_opened_again(desk, browser, hung, script: bool):
    page = opened(browser, desk, hung, f"/compare/?i=mod.total{QUARTERS}", java_script_enabled=script)
    expect(page.locator("figure svg").first).to_be_visible()
    page.locator("#add").fill("xa binh")
    page.get_by_role("button", name="Xem so sánh").click()
    expect(page.get_by_role("checkbox", name="Xã Bình")).to_be_checked()
    page.get_by_role("checkbox", name="Tỉnh Bắc").uncheck()
    page.locator("#add").fill("an")
    page.get_by_role("button", name="Xem so sánh").click()
    total = page.locator("table.crossed tr.total")
    expect(total).to_contain_text("Cộng")
    expect(total).to_contain_text("46")  # 13 of Xã An and 33 of Xã Bình

    name = f"Hai xã {script}"
    page.locator("#view-name").fill(name)
    page.get_by_role("button", name="Lưu bảng này").click()
    page.goto("/compare/")
    page.get_by_role("link", name=name).click()
    expect(page.locator("table.crossed tr.total")).to_contain_text("46")
    page.get_by_text(f"Đổi tên, xóa: {name}").click()
    page.get_by_role("button", name="Xóa bảng đã lưu").first.click()
    expect(page.get_by_text(f"Đã xóa “{name}”.")).to_be_visible()
    page.close()


def test_the_slash_goes_to_the_search_and_finds_without_marks(desk, browser, hung):
    page = opened(browser, desk, hung, "/compare/")
    page.keyboard.press("/")
    page.keyboard.type("xa binh quy ii 2026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Xã Bình, quý II năm 2026")).to_be_visible()
    expect(page.locator("mark").first).to_be_visible()
    page.close()


def test_it_prints_without_the_form_and_the_frame(desk, browser, hung):
    page = opened(browser, desk, hung, f"/compare/?i=mod.total{QUARTERS}")
    page.emulate_media(media="print")
    expect(page.locator("figure svg").first).to_be_visible()
    expect(page.locator("table.crossed")).to_be_visible()
    expect(page.locator(".ask")).to_be_hidden()
    expect(page.locator(".rail")).to_be_hidden()
    page.close()
