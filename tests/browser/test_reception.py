"""A visit at the reception desk in a real browser: by keyboard alone, and with script off."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, expect

from tests.browser.cast_site import served_with_cast, sessions_of
from tests.browser.looks import PHONE, WIDE, fits_and_is_open_to_all

_VISITS = """
import datetime as dt, json
from django.utils import timezone
from danvan.casework import actions

today = timezone.localdate()
before = actions.receive(
    unit=world.an, matter_type="complaint", title="Bồi thường khi mở đường liên xã", by="Mai", field="land",
    on=today - dt.timedelta(40), person={"name": "Người Đến Trước", "phone": "0912345678"},
)
actions.plan_day(unit=world.an, on=today, receiver="party_secretary", by="Mai")
json.dump({"before": before.pk, "number": str(before)}, open("objects.json", "w"))
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict]:
    var = tmp_path_factory.mktemp("reception")
    with served_with_cast(var, _VISITS) as address:
        yield {
            "address": address,
            "sessions": sessions_of(address, ["mai"]),
            **json.loads((var / "objects.json").read_text()),
        }


@pytest.fixture
def open_desk(desk: dict, browser: Browser) -> Iterator[Callable[..., Page]]:
    wrong: list[str] = []
    opened = []

    def open_desk(**options: object) -> Page:
        chosen = {"viewport": WIDE, "reduced_motion": "reduce", **options}
        context = browser.new_context(base_url=desk["address"], storage_state=desk["sessions"]["mai"], **chosen)
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda one: wrong.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto("/reception/")
        return page

    yield open_desk
    for context in opened:
        context.close()
    assert [line for line in wrong if "status of 422" not in line and "INTERNET_DISCONNECTED" not in line] == []


def test_a_visit_from_the_first_key_to_the_printed_receipt(open_desk, pictures):
    page = open_desk()
    keys = page.keyboard
    expect(page.locator("#id_name")).to_be_focused()
    for typed in ("Người Đến Tiếp", "0987 654 321", "", "thôn Thượng"):  # name, telephone, persons, address
        keys.type(typed)
        keys.press("Enter")
    expect(page.locator("[name=matter]").first).to_be_focused()
    keys.press("Enter")  # it is a new matter
    keys.press("Enter")  # nothing to look for
    expect(page.locator("#id_title")).to_be_focused()
    keys.type("Phản ánh rác thải, mùi hôi ở chợ")
    keys.press("Enter")
    expect(page.locator("#suggested")).to_contain_text("Phản ánh")
    keys.press("Tab")  # past the text to the suggestion
    expect(page.locator("#take-suggestion")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("[name=type][value=reflection]")).to_be_checked()
    expect(page.locator("#id_field")).to_have_value("environment")
    expect(page.locator("#expected .strip")).to_be_visible()
    fits_and_is_open_to_all(page, pictures, "reception-filled")
    keys.press("Control+Enter")
    page.wait_for_url("**/receipt/")
    receipt = page.locator("article.a5")
    expect(receipt).to_contain_text("GIẤY BIÊN NHẬN")
    expect(receipt).not_to_contain_text("rác thải")
    expect(receipt).not_to_contain_text("Người Đến Tiếp")
    expect(page.locator("#print")).to_be_focused()
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    keys.press("Enter")
    assert page.title() == "printed"
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    file = page.request.get(page.get_by_role("link", name="PDF").get_attribute("href"))
    assert file.headers["content-type"] == "application/pdf"
    for paper in (printed, pypdfium2.PdfDocument(file.body())):
        followed_by_its_paper(paper, page, pictures)


def followed_by_its_paper(paper: pypdfium2.PdfDocument, page: Page, pictures: Path) -> None:
    """All that a citizen has: the code on it and its QR code lead to the matter, without an account."""
    assert [len(paper), *(round(side) for side in paper[0].get_size())] == [1, 420, 595]  # one sheet of A5, in points
    words = " ".join(paper[0].get_textpage().get_text_bounded().split())
    assert "GIẤY BIÊN NHẬN" in words
    assert "rác thải" not in words
    assert "Người Đến Tiếp" not in words
    code = "".join(re.search(r"((?:[A-Z2-7]{4} ){3}[A-Z2-7]{4})", words)[1].split())
    (read,) = zxingcpp.read_barcodes(paper[0].render(scale=3).to_pil())
    assert read.text.endswith(f"/follow/?code={code}")
    citizen = page.context.browser.new_page(viewport=PHONE, locale="vi-VN")
    citizen.goto(read.text)
    expect(citizen.locator("main")).to_contain_text("Phản ánh rác thải, mùi hôi ở chợ")
    fits_and_is_open_to_all(citizen, pictures, "reception-followed")
    citizen.close()


def test_who_came_before_is_found_while_one_types_and_is_one_more_turn(open_desk, desk):
    page = open_desk()
    page.locator("#id_phone").press_sequentially("0912345678")
    earlier = page.locator("#earlier .pick", has_text=f"Số {desk['number']}")
    expect(earlier).to_contain_text("cùng người")
    earlier.click()
    page.locator("#id_said").fill("Đang đo đạc")
    page.get_by_role("button", name="Lưu và in giấy biên nhận").click()
    expect(page.locator(".messages")).to_contain_text(f"Đã ghi lượt tiếp về vụ việc số {desk['number']}.")
    expect(page.locator(".lines")).to_contain_text("Bồi thường khi mở đường liên xã")


def test_a_clerk_who_loses_the_line_in_the_middle_loses_no_word(open_desk, desk):
    page = open_desk()
    page.locator("#id_name").fill("Người Đến Giữa Chừng")
    page.locator("#id_title").fill("Xin xác nhận đất vườn")
    page.locator("[name=type][value=recommendation]").check()
    page.locator("#id_said").fill("Hẹn thứ Hai")
    page.context.set_offline(True)
    page.get_by_role("button", name="Lưu và in giấy biên nhận").click()
    expect(page.get_by_role("alert")).to_contain_text("Mất liên lạc với máy chủ: chưa gửi gì đi")
    expect(page.locator("#id_name")).to_have_value("Người Đến Giữa Chừng")
    expect(page.locator("#id_said")).to_have_value("Hẹn thứ Hai")
    page.context.set_offline(False)
    expect(page.get_by_role("button", name="Lưu và in giấy biên nhận")).to_be_enabled()
    # The line goes right after the form was sent: it was written down, nobody knows, and it is sent once more.
    key = page.locator("[name=key]").input_value()
    page.evaluate("() => fetch('', { method: 'POST', body: new FormData(document.querySelector('#visit')) })")
    assert page.locator("[name=key]").input_value() == key
    page.get_by_role("button", name="Lưu và in giấy biên nhận").click()
    expect(page.locator("article.a5")).to_contain_text("kiến nghị")
    page.goto("/matters/")
    expect(page.get_by_text("Xin xác nhận đất vườn")).to_have_count(1)


def test_without_script_it_looks_by_a_button_and_saves(open_desk, desk):
    page = open_desk(java_script_enabled=False, viewport=PHONE)
    page.locator("#id_ask").fill("mo duong lien xa")
    page.locator("#id_title").fill("Kiến nghị làm đường")
    page.get_by_role("button", name="Tìm và xem gợi ý").click()
    expect(page.locator("#earlier")).to_contain_text(f"Số {desk['number']}")
    expect(page.locator("#suggested")).to_contain_text("Kiến nghị")
    expect(page.locator("#id_title")).to_have_value("Kiến nghị làm đường")
    page.get_by_role("button", name="Lưu và in giấy biên nhận").click()
    expect(page.locator("main")).to_contain_text("Chọn loại vụ việc.")
    page.locator("[name=type][value=recommendation]").check()
    page.get_by_role("button", name="Lưu và in giấy biên nhận").click()
    expect(page.locator("article.a5")).to_contain_text("kiến nghị")


def test_a_register_kept_in_excel_is_seen_before_it_is_written(open_desk, pictures):
    page = open_desk()
    page.goto("/matters/")
    page.get_by_role("link", name="Nhập sổ Excel").click()
    lines = (
        "TT;Ngày nhận;Họ tên;Nội dung;Loại đơn;Kết quả",
        "1;05/01/2026;Người Thứ Nhất;Cống thôn Hạ tắc;Phản ánh;Đã trả lời",
        "2;31/02/2026;Người Thứ Hai;Xin làm đường;Kiến nghị;",
    )
    register = {"name": "so.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.locator("#file").set_input_files(register)
    page.get_by_role("button", name="Xem trước").click()
    expect(page.locator(".register td.wrong")).to_contain_text("B3: “31/02/2026” không phải là ngày")
    fits_and_is_open_to_all(page, pictures, "register-preview")
    page.set_viewport_size(WIDE)
    page.get_by_role("button", name="Ghi 1 vụ việc vào sổ").click()
    expect(page.locator(".messages")).to_contain_text("Đã ghi 1 vụ việc từ sổ.")
    page.goto("/matters/register/")
    page.locator("#file").set_input_files(register)
    page.get_by_role("button", name="Xem trước").click()
    expect(page.locator(".register")).to_contain_text("đã có, số")
    assert page.get_by_role("button", name="Ghi 1 vụ việc vào sổ").count() == 0
