"""A citizen on a phone, from the form to "not satisfied" to a matter taken up again; staff act in between."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.cast_site import People, served_with_cast, sessions_of, telephone
from tests.browser.looks import PHONE, WIDE, fits_and_is_open_to_all

_UNIT = """
import json
json.dump({"an": world.an.pk}, open("objects.json", "w"))
"""
TEXT = "Đèn đường đầu xóm Đông hỏng đã hai tuần, đi tối rất nguy hiểm.\nMong xã cho thay bóng."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict]:
    var = tmp_path_factory.mktemp("phone")
    with served_with_cast(var, _UNIT) as address:
        sessions = sessions_of(address, ["mai", "lan"])
        yield {"address": address, "sessions": sessions, **json.loads((var / "objects.json").read_text())}


@pytest.fixture
def people(desk: dict, browser: Browser) -> Iterator[People]:
    people = People(desk["address"], browser, desk["sessions"], viewport=WIDE, locale="vi-VN")
    yield people
    people.close("status of 422")


@pytest.fixture
def phone(desk: dict, browser: Browser) -> Iterator[BrowserContext]:
    with telephone(browser, desk["address"]) as context:
        yield context


def send(page: Page, an: int, text: str = TEXT, **about: str) -> str:
    """Through the three steps; the code to follow by."""
    page.goto(f"/say/?unit={an}")
    page.get_by_label("Việc gì").fill(text)
    page.get_by_label("Ở đâu").fill("Xóm Đông")
    page.get_by_role("button", name="Tiếp tục").tap()
    for label, said in about.items():
        page.locator(f"[name={label}]").fill(said)
    page.get_by_role("button", name="Tiếp tục").tap()
    expect(page.locator("#question")).to_be_hidden()  # the phone has done the work in its place
    page.get_by_role("button", name="Gửi").tap()
    page.wait_for_url("**/say/sent/")
    return page.locator(".ticket .code").inner_text()


def settle(people: People, phone_page: Page, code: str, answer: str) -> str:
    """Staff find the matter on their list, answer and sign; gives the address of its page."""
    mai, lan = people("mai"), people("lan")
    mai.goto("/notices/")
    mai.get_by_text("Người dân gửi:").first.click()
    mai.wait_for_url("**/matters/*/")
    where = mai.url
    mai.locator(".next").get_by_role("link", name="Nhận xử lý").click()
    mai.locator("#act").get_by_role("button", name="Nhận xử lý").click()
    mai.locator("#draft").fill(answer)
    mai.get_by_role("button", name="Lưu dự thảo").click()
    lan.goto(where)
    lan.locator(".next").get_by_role("link", name="Duyệt và ký trả lời").click()
    lan.locator("#act [name=verdict][value=answered]").check()
    lan.locator("#act").get_by_role("button", name="Duyệt và ký trả lời").click()
    phone_page.goto(f"/follow/?code={code}")
    expect(phone_page.locator("main")).not_to_contain_text(answer)  # signed, and not yet given out
    mai.reload()
    mai.locator("[name=way][value=portal]").check()
    mai.get_by_role("button", name="Ghi đã gửi").click()
    mai.locator("#proof").fill("xem trên trang theo dõi")
    mai.get_by_role("button", name="Ghi đã giao").click()
    return where


def test_from_the_form_to_not_satisfied_to_taken_up_again(phone, people, desk, pictures: Path):
    page = phone.new_page()
    page.goto(f"/say/?unit={desk['an']}")
    page.get_by_label("Việc gì").fill("Đèn")
    page.get_by_role("button", name="Tiếp tục").tap()
    expect(page.get_by_role("alert")).to_contain_text("Hãy nói rõ hơn")
    expect(page.get_by_label("Việc gì")).to_have_value("Đèn")
    fits_and_is_open_to_all(page, pictures, "phone-wrong")
    page.set_viewport_size(PHONE)
    code = send(page, desk["an"], name="Người Gửi Tin", phone="0912 345 678")
    assert re.fullmatch(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}", code)
    fits_and_is_open_to_all(page, pictures, "phone-sent")
    page.set_viewport_size(PHONE)
    page.goto("/say/")
    expect(page.get_by_label("Việc gì")).to_have_value("")  # what was sent is no draft any more

    page.goto("/follow/")
    page.get_by_label("Mã theo dõi").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Xem").tap()
    expect(page.locator("main")).to_contain_text("Đã tiếp nhận")
    fits_and_is_open_to_all(page, pictures, "phone-followed")
    page.set_viewport_size(PHONE)

    where = settle(people, page, code, "Xã đã thay bóng đèn đầu xóm Đông tối nay.")

    page.reload()
    expect(page.locator(".answer")).to_contain_text("Xã đã thay bóng đèn")
    page.get_by_role("button", name="Chưa, đề nghị xem xét lại").tap()
    expect(page.get_by_role("alert")).to_contain_text("Hãy ghi rõ điều chưa được")
    page.get_by_label("Điều bạn muốn nói thêm").fill("Bóng mới lắp lại tắt ngay hôm sau.")
    fits_and_is_open_to_all(page, pictures, "phone-answered")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Chưa, đề nghị xem xét lại").tap()
    expect(page.locator(".timeline")).to_contain_text("yêu cầu xem xét lại")
    assert page.get_by_role("button", name="Chưa, đề nghị xem xét lại").count() == 0
    fits_and_is_open_to_all(page, pictures, "phone-asked-again")

    lan = people("lan")
    lan.goto("/notices/")
    expect(lan.locator("main")).to_contain_text("Người dân yêu cầu xem xét lại")
    lan.goto(where)
    expect(lan.locator("main")).to_contain_text("Bóng mới lắp lại tắt ngay hôm sau.")
    lan.locator(".next").get_by_role("link", name="Xem xét lại", exact=True).click()
    lan.locator("#act [name=reason]").fill("Kiểm tra lại đường dây cấp điện")
    lan.locator("#act").get_by_role("button", name="Xem xét lại").click()

    page.reload()
    expect(page.locator("main p.state").first).to_contain_text("Đang giải quyết")
    expect(page.locator(".timeline")).to_contain_text("Kiểm tra lại đường dây cấp điện")
    assert "Người Gửi Tin" not in page.content()
    fits_and_is_open_to_all(page, pictures, "phone-taken-up-again")


def test_a_line_lost_in_the_middle_loses_no_word(phone, people, desk):
    page = phone.new_page()
    page.goto(f"/say/?unit={desk['an']}")
    page.get_by_label("Việc gì").fill(TEXT)
    page.get_by_label("Ở đâu").fill("Xóm Tây")
    page.locator("[name=type][value=recommendation]").check()
    phone.set_offline(True)
    page.get_by_role("button", name="Tiếp tục").tap()
    expect(page.locator("#draft")).to_contain_text("Mất mạng: nội dung được giữ trên máy này")
    phone.set_offline(False)
    page.close()  # the telephone went out; somebody opens the page anew
    page = phone.new_page()
    page.goto(f"/say/?unit={desk['an']}")
    expect(page.get_by_label("Việc gì")).to_have_value(TEXT)
    expect(page.get_by_label("Ở đâu")).to_have_value("Xóm Tây")
    expect(page.locator("[name=type][value=recommendation]")).to_be_checked()
    page.get_by_role("button", name="Tiếp tục").tap()
    page.locator("[name=name]").fill("Người Gửi Tin")
    phone.set_offline(True)
    page.get_by_role("button", name="Tiếp tục").tap()
    expect(page.locator("#draft")).to_contain_text("Mất mạng")
    phone.set_offline(False)
    page.get_by_role("button", name="Tiếp tục").tap()
    expect(page.locator("dl.told")).to_contain_text("Người Gửi Tin")
    expect(page.locator("#question")).to_be_hidden()
    # Five at the same moment, as a thin line has it: all are told the one code, whichever came first.
    five = """async () => {
      const form = document.querySelector("#say");
      const send = () => fetch(form.action, { method: "POST", body: new FormData(form) });
      return (await Promise.all([1, 2, 3, 4, 5].map(send))).map((one) => one.url);
    }"""
    assert {url.removeprefix(desk["address"]) for url in page.evaluate(five)} == {"/say/sent/"}
    page.get_by_role("button", name="Gửi").tap()
    page.wait_for_url("**/say/sent/")
    mai = people("mai")
    mai.goto("/matters/")
    expect(mai.get_by_role("link", name="Xóm Tây")).to_have_count(1)
