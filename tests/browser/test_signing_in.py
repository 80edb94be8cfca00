"""Signing in and keeping one's account in a real browser: by password, by passkey, on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.looks import WIDE, fits_and_is_open_to_all
from tests.browser.site import Site, signed_in


@pytest.fixture
def visitor(site: Site, browser: Browser) -> Iterator[Page]:
    """Nobody yet. By name: a passkey belongs to a name, not to a number."""
    context = browser.new_context(base_url=site.replace("127.0.0.1", "localhost"), locale="vi-VN", viewport=WIDE)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda one: wrong.append(one.text) if one.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


def sign_in(page: Page, site: Site, username: str) -> None:
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill((site.var / "demo-password").read_text("utf-8").strip())
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def test_a_wrong_password_is_told_beside_the_name_that_stays(visitor: Page):
    visitor.goto("/account/login/")
    visitor.get_by_label("Tên đăng nhập").fill("khong-co-ai")
    visitor.get_by_label("Mật khẩu").fill("sai-mat-khau")
    visitor.get_by_role("button", name="Đăng nhập", exact=True).click()

    assert visitor.get_by_role("alert").filter(visible=True).inner_text() == "Tên đăng nhập hoặc mật khẩu không đúng."
    assert visitor.get_by_label("Tên đăng nhập").input_value() == "khong-co-ai"


def test_a_passkey_is_added_and_then_opens_by_itself(visitor: Page, site: Site):
    device = visitor.context.new_cdp_session(visitor)
    device.send("WebAuthn.enable")
    keys = device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )["authenticatorId"]
    visitor.goto("/account/")
    sign_in(visitor, site, "xem-tinh")
    visitor.get_by_role("link", name="Thêm khóa").click()
    visitor.get_by_label("Mật khẩu").fill((site.var / "demo-password").read_text("utf-8").strip())
    visitor.get_by_role("button", name="Xác nhận").click()
    visitor.get_by_label("Tên khóa").fill("Máy ở cơ quan")
    visitor.get_by_role("button", name="Thêm khóa").click()
    visitor.get_by_text("Đã thêm khóa truy cập.").wait_for()
    visitor.goto("/account/")
    assert visitor.get_by_text("Khóa truy cập: Máy ở cơ quan").is_visible()
    assert len(device.send("WebAuthn.getCredentials", {"authenticatorId": keys})["credentials"]) == 1

    visitor.locator(".person summary").click()
    visitor.get_by_role("button", name="Đăng xuất").click()
    visitor.get_by_role("button", name="Dùng khóa truy cập của máy").click()

    visitor.locator(".person .post").wait_for()
    assert "Chuyên viên (minh họa)" in visitor.locator(".person .post").inner_text()
    visitor.goto("/account/")  # left as it was found
    visitor.get_by_role("link", name="Bỏ", exact=True).click()
    if visitor.get_by_label("Mật khẩu").count():
        visitor.get_by_label("Mật khẩu").fill((site.var / "demo-password").read_text("utf-8").strip())
        visitor.get_by_role("button", name="Xác nhận").click()
    visitor.get_by_role("button", name="Bỏ khóa").click()
    visitor.get_by_text("Đã bỏ khóa truy cập.").wait_for()


def test_without_a_passkey_the_page_says_what_to_do(visitor: Page):
    visitor.goto("/account/login/")
    visitor.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('none')) }")
    visitor.get_by_role("button", name="Dùng khóa truy cập của máy").click()
    visitor.get_by_text("Máy chưa đưa ra được khóa truy cập.").wait_for()


@pytest.fixture(scope="module")
def states(site: Site) -> dict[str, StorageState | None]:
    return {"": None, **{name: signed_in(site, name) for name in ("trunguong", "quantri")}}


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("", "/account/login/"),
        ("", "/account/password/reset/"),
        ("trunguong", "/account/"),
        ("trunguong", "/account/password/change/"),
        ("trunguong", "/delegation/"),
        ("trunguong", "/people/"),  # refused
        ("quantri", "/people/"),
        ("quantri", "/people/add/"),
        ("quantri", "/people/give/"),
    ],
)
def test_the_page_fits_and_is_open_to_all(
    site: Site, browser: Browser, states: dict[str, StorageState | None], pictures: Path, username: str, address: str
):
    context = browser.new_context(base_url=site, storage_state=states[username], reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    for summary in page.locator("summary:visible").all():
        summary.click()
    fits_and_is_open_to_all(page, pictures, f"signing-{username}-{address.strip('/').replace('/', '-')}")
    context.close()
