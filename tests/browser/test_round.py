"""A whole reporting round as people live it: due, filled, returned, mended, signed, restated, signed again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.cast_site import People, served_with_cast, sessions_of
from tests.browser.looks import picture
from tests.browser.test_filing import begin, cell, paste, ready, saved, stored

WIDE = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
FORM, PERIOD, PERIOD_NAME = "dan_van", "2026-Q3", "quý III năm 2026"
# Bình is done already, so that the province has something to add up.
_BEFORE = f"""
from danvan.figures import actions
actions.file_submission(form="{FORM}", unit=world.binh, period="{PERIOD}", by="kiểm thử", cells=[
    actions.CellInput("rec.turns", 100), actions.CellInput("dlg.sessions", 2),
])
"""


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def people(request: pytest.FixtureRequest, tmp_path: Path, browser: Browser) -> Iterator[People]:
    """The cast, in a world of its own for each width: a round is lived once."""
    with served_with_cast(tmp_path, _BEFORE) as address:
        sessions = sessions_of(address, ["mai", "lan", "hung", "tuan"])
        at_work = People(address, browser, sessions, **request.param)
        yield at_work
        at_work.close("ERR_INTERNET_DISCONNECTED", "Failed to fetch")


def test_a_round_from_what_is_due_to_signed_again(people: People, pictures: Path):
    mai, lan, hung, tuan = (people(name) for name in ("mai", "lan", "hung", "tuan"))
    board_says(tuan, "Xã An", "trễ hạn")

    grid = begin(mai, PERIOD_NAME)
    fill_by_keyboard_and_paste(mai, grid)
    board_says(tuan, "Xã An", "trễ hạn")  # what is only begun is still late
    lose_the_line_and_find_it_again(mai, grid)
    decide_between_two(mai, lan, grid)
    submit(lan, grid)
    board_says(tuan, "Xã An", "chờ xem xét")
    home_says(tuan, "2 trên 2 đơn vị đã gửi", "1 chờ xem xét")

    return_with_a_remark(hung)
    board_says(tuan, "Xã An", "bị trả lại")
    home_says(tuan, "1 bị trả lại")

    mended = mend_what_was_remarked(mai)
    assert mended != grid
    submit(lan, mended)
    accept(hung)
    board_says(tuan, "Xã An", "đã chấp nhận")
    home_says(tuan, "2 trên 2 đơn vị đã gửi")

    consolidate_and_sign(tuan, {"Số lượt tiếp công dân": "211", "Số cuộc đối thoại": "7"})
    restated = restate(mai, "Sót sổ của thôn Đông")
    submit(lan, restated)
    board_says(tuan, "Xã An", "đã chấp nhận")  # what stands, stands until the restatement is accepted
    accept(hung)
    sign_again_what_changed(tuan, "211", "231", pictures)


# What each of them does


def fill_by_keyboard_and_paste(page: Page, address: str) -> None:
    cell(page, "rec.turns").focus()
    page.keyboard.type("110")
    page.keyboard.press("Enter")
    expect(cell(page, "rec.persons")).to_be_focused()
    page.keyboard.type("150")
    page.keyboard.press("Tab")
    cell(page, "rec.cases").focus()
    paste(page, "40\tsố gộp\n30\t\n10\t")  # 40 cases, of which first and repeated
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Enter")
    saved(page)
    found = stored(page, address)
    assert {key: found[f"rec.{key}|"] for key in ("turns", "persons", "cases", "cases_first", "cases_repeat")} == {
        "turns": "110",
        "persons": "150",
        "cases": "40",
        "cases_first": "30",
        "cases_repeat": "10",
    }


def lose_the_line_and_find_it_again(page: Page, address: str) -> None:
    """Nothing is lost, and nothing is written twice."""
    before = revision(page, address)
    page.context.set_offline(True)
    for text in ("3", "4"):
        cell(page, "dlg.sessions").fill(text)
        cell(page, "dlg.sessions").press("Enter")
    expect(page.locator("#saving")).to_contain_text("Đang chờ mạng: 1 ô")
    page.context.set_offline(False)
    saved(page)
    assert stored(page, address)["dlg.sessions|"] == "4"
    assert revision(page, address) == before + 1


def decide_between_two(mai: Page, lan: Page, address: str) -> None:
    """Lan changes a cell while Mai, without a line, does too; Mai sees both and keeps Lan's."""
    lan.goto(address)
    ready(lan)
    mai.context.set_offline(True)
    cell(mai, "rec.turns").fill("115")
    cell(mai, "rec.turns").press("Enter")
    cell(lan, "rec.turns").fill("111")
    cell(lan, "rec.turns").press("Enter")
    saved(lan)
    mai.context.set_offline(False)
    decide = mai.locator("[id='say:rec.turns|'] .decide")
    expect(decide).to_contain_text("111", timeout=20000)
    assert stored(lan, address)["rec.turns|"] == "111"
    decide.get_by_role("button").filter(has_text="111").click()
    saved(mai)
    expect(cell(mai, "rec.turns")).to_have_value("111")
    assert stored(lan, address)["rec.turns|"] == "111"


def submit(page: Page, address: str) -> None:
    page.goto(address)
    ready(page)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.locator("[role=alert], .messages").first).to_contain_text("Đã gửi báo cáo")
    expect(page.locator("input.cell")).to_have_count(0)


def return_with_a_remark(page: Page) -> None:
    open_review(page)
    row = page.locator("[id='dlg.sessions']")
    row.get_by_text("Ghi ý kiến").click()
    row.get_by_role("textbox").fill("Thiếu cuộc ngày 12/9?")
    page.get_by_role("button", name="Trả lại để bổ sung").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã trả lại Xã An")


def mend_what_was_remarked(page: Page) -> str:
    """From the notice to the mended cell; gives the address of the new draft."""
    page.goto("/notices/")
    page.get_by_role("button", name="trả lại để bổ sung").first.click()
    expect(page.locator("[id='dlg.sessions']")).to_contain_text("Thiếu cuộc ngày 12/9?")
    page.get_by_role("button", name="Sửa báo cáo").click()
    ready(page)
    expect(page.locator("[id='say:dlg.sessions|']")).to_contain_text("Thiếu cuộc ngày 12/9?")
    change(page, "dlg.sessions", was="4", now="5")
    return page.url


def restate(page: Page, reason: str) -> str:
    page.goto("/filing/")
    page.get_by_text("Đính chính", exact=True).first.click()
    page.get_by_label("Lý do đính chính").first.fill(reason)
    page.get_by_role("button", name="Mở bản đính chính").first.click()
    ready(page)
    change(page, "rec.turns", was="111", now="131")
    return page.url


def change(page: Page, key: str, was: str, now: str) -> None:
    expect(cell(page, key)).to_have_value(was)
    cell(page, key).fill(now)
    cell(page, key).press("Enter")
    saved(page)


def accept(page: Page) -> None:
    open_review(page)
    page.get_by_role("button", name="Chấp nhận").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã chấp nhận Xã An")


def consolidate_and_sign(page: Page, sums: dict[str, str]) -> None:
    page.goto("/consolidated/")
    page.get_by_role("region", name="Kỳ vừa qua").get_by_role("link", name=re.compile("^quý III")).first.click()
    for name, value in sums.items():
        row = page.get_by_role("region", name="Số liệu").get_by_role("row").filter(has_text=name)
        expect(row.get_by_role("link", name=value, exact=True)).to_be_visible()
    page.get_by_label("Nội dung bằng lời").fill("Tình hình Nhân dân ổn định.")
    page.get_by_role("button", name="Chốt số liệu và ký").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã chốt và ký")


def sign_again_what_changed(page: Page, signed: str, now: str, pictures: Path) -> None:
    page.goto("/consolidated/")
    page.get_by_role("link", name="đã thay đổi sau khi ký").click()
    changed = page.get_by_role("region", name="Đã thay đổi sau khi ký")
    expect(changed).to_contain_text("Sót sổ của thôn Đông")
    expect(changed.get_by_role("row").filter(has_text=signed)).to_contain_text(now)
    picture(page, pictures / f"round-changed-{page.viewport_size['width']}.png", full_page=True)
    page.get_by_label("Lý do ký lại").fill("Xã An đính chính số lượt tiếp")
    page.get_by_role("button", name="Chốt số liệu và ký").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã chốt và ký lần 2")
    page.goto("/consolidated/")
    expect(page.get_by_role("region", name="Đã ký")).to_contain_text("Lần 2")
    expect(page.get_by_role("link", name="đã thay đổi sau khi ký")).to_have_count(0)


# What is seen


def board_says(page: Page, unit: str, word: str) -> None:
    """In the row of the unit, the mark of the period in work."""
    page.goto("/board/")
    row = page.locator("table.marks tr", has=page.locator("th", has_text=unit))
    expect(row.locator("td").first).to_contain_text(word)


def home_says(page: Page, *words: str) -> None:
    page.goto("/")
    for word in words:
        expect(page.locator("main .sentence").first).to_contain_text(word)


def open_review(page: Page) -> None:
    page.goto("/review/")
    page.get_by_role("link", name="Xã An").click()


def revision(page: Page, address: str) -> int:
    return page.request.get(f"{address}changes/?since=0").json()["revision"]
