"""A dialogue from its plan to a promise that those who raised it say was kept, each at their own screen."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from danvan.config.tests.made import run
from tests.browser.cast_site import AS_SYSTEM, People, served_with_cast, sessions_of, telephone
from tests.browser.looks import PHONE, WIDE, fits_and_is_open_to_all

_NOTHING = "import json\njson.dump({'an': world.an.pk}, open('objects.json', 'w'))\n"
# Nobody waits: the notice went out nine days ago, and the day has come.
_NINE_DAYS_LATER = """
    import datetime as dt
    from django.utils import timezone
    from danvan.casework.models import Dialogue
    today = timezone.localdate()
    Dialogue.objects.update(on=today, notice_on=today - dt.timedelta(9))
"""
# Two villages that want different things of seven statements and the same of one.
_MANY_VOTE = """
    from danvan.casework.actions import dialogues, voting
    from danvan.casework.models import Dialogue
    held = Dialogue.objects.get()
    for n in range(6):
        one = dialogues.write_down(dialogue=held, text=f"Ý kiến {n}", by="t")
        voting.put(opinion=one, statement=f"Câu {n}", by="t")
    for voter in range(23):
        for place, one in enumerate(held.opinions.filter(voted_on=True)):
            likes = place == 0 or place % 2 == voter % 2
            voting.vote(opinion=one, voter=f"{voter:016x}", choice=1 if likes else -1)
"""
_ALL_ANSWERED = """
    from danvan.casework.actions import dialogues
    from danvan.casework.models import Opinion
    for one in Opinion.objects.filter(outcome="open"):
        dialogues.answer(opinion=one, text="Đã giải thích", answered_by="Chủ tịch UBND xã", by="t")
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict]:
    var = tmp_path_factory.mktemp("dialogue")
    with served_with_cast(var, _NOTHING) as address:
        sessions = sessions_of(address, ["mai", "lan"])
        yield {"address": address, "var": var, "sessions": sessions, **json.loads((var / "objects.json").read_text())}


@pytest.fixture
def people(desk: dict, browser: Browser) -> Iterator[People]:
    people = People(desk["address"], browser, desk["sessions"], viewport=WIDE, locale="vi-VN")
    yield people
    people.close("status of 422")


@pytest.fixture
def phone(desk: dict, browser: Browser) -> Iterator[Page]:
    with telephone(browser, desk["address"]) as context:
        yield context.new_page()


def looked_at(page: Page, pictures: Path, name: str, viewport: dict) -> None:
    fits_and_is_open_to_all(page, pictures, f"dialogue-{name}")
    page.set_viewport_size(viewport)


def qr_on(page: Page, pictures: Path) -> str:
    """What a telephone reads off the code on the page."""
    at = pictures / "dialogue-qr.png"
    page.locator(".qr").first.screenshot(path=at)
    (read,) = zxingcpp.read_barcodes(Image.open(at))
    return read.text


def test_from_the_notice_to_a_promise_that_the_people_confirm(desk, people, phone, pictures: Path):
    mai, lan = people("mai"), people("lan")
    day = f"{dt.date.today() + dt.timedelta(9):%d/%m/%Y}"  # noqa: DTZ011 -- as the clerk reads the calendar

    # The plan, and the notice that the law asks for.
    mai.goto("/dialogues/new/")
    mai.get_by_label("Tên cuộc đối thoại").fill("Đối thoại với Nhân dân xóm Đông")
    mai.get_by_label("Ngày", exact=True).fill(f"{dt.date.today() + dt.timedelta(3):%d/%m/%Y}")  # noqa: DTZ011
    mai.get_by_label("Giờ").fill("14:00")
    mai.get_by_label("Địa điểm").fill("Nhà văn hóa xóm Đông")
    mai.get_by_label("Người chủ trì").select_option("joint")
    mai.get_by_role("button", name="Lưu kế hoạch").click()
    mai.get_by_role("button", name="Ghi đã thông báo hôm nay").click()
    expect(mai.get_by_role("alert")).to_contain_text("Phải thông báo trước ít nhất 7 ngày")
    mai.get_by_role("link", name="Sửa kế hoạch").click()
    mai.get_by_label("Ngày", exact=True).fill(day)
    looked_at(mai, pictures, "plan", WIDE)
    mai.get_by_role("button", name="Lưu kế hoạch").click()
    mai.get_by_role("button", name="Ghi đã thông báo hôm nay").click()
    expect(mai.locator(".lead")).to_contain_text("đã thông báo")
    looked_at(mai, pictures, "announced", WIDE)
    where = mai.url

    # A resident reads the notice by its QR code and sends an opinion before the day.
    phone.goto(qr_on(mai, pictures))
    expect(phone.locator("h1")).to_have_text("Đối thoại với Nhân dân xóm Đông")
    phone.get_by_label("Ý kiến của bạn").fill("Mương xóm Đông tắc, mưa là ngập đường.")
    phone.get_by_label("Thôn, tổ dân phố").fill("Xóm Đông")
    expect(phone.locator("#question")).to_be_hidden()
    phone.get_by_role("button", name="Gửi ý kiến").tap()
    expect(phone.get_by_role("status")).to_contain_text("Cảm ơn. Ý kiến của bạn đã đến ban tổ chức.")
    expect(phone.get_by_label("Ý kiến của bạn")).to_have_value("")
    looked_at(phone, pictures, "notice", PHONE)

    run([sys.executable, "-c", AS_SYSTEM + _NINE_DAYS_LATER], desk["var"])

    # The room: one line, one Enter.
    mai.goto(where)
    mai.get_by_role("button", name="Bắt đầu đối thoại").click()
    mai.get_by_role("link", name="Phòng thư ký").click()
    expect(mai.locator("#text")).to_be_focused()
    mai.keyboard.type("Nhà văn hóa xóm Tây dột, đề nghị sửa")
    mai.keyboard.press("Tab")
    mai.keyboard.type("Xóm Tây")
    mai.keyboard.press("Enter")
    expect(mai.locator("#written")).to_have_text("Đã ghi 2 ý kiến")
    expect(mai.locator("#text")).to_be_focused()  # for the next one
    roof, ditch = mai.locator("#o2"), mai.locator("#o1")
    roof.get_by_text("Trả lời ngay").click()
    roof.get_by_label("Trả lời", exact=True).fill("Đã có trong kế hoạch sửa quý này.")
    roof.get_by_label("Chức danh người trả lời").fill("Chủ tịch UBND xã")
    roof.get_by_role("button", name="Ghi trả lời").click()
    expect(roof).to_contain_text("đã trả lời tại chỗ")
    ditch.get_by_text("Ghi lời hứa").first.click()
    ditch.get_by_label("Hứa điều gì").fill("Nạo vét mương xóm Đông")
    ditch.get_by_label("Chức danh người hứa").fill("Chủ tịch UBND xã")
    ditch.get_by_label("Xong trước ngày").fill(day)
    ditch.get_by_role("button", name="Ghi lời hứa").click()
    expect(ditch).to_contain_text("Ghi đơn vị thực hiện.")
    expect(ditch.get_by_label("Hứa điều gì")).to_have_value("Nạo vét mương xóm Đông")
    ditch.get_by_label("Đơn vị thực hiện").fill("Ban Quản lý thủy nông xã")
    looked_at(mai, pictures, "room", WIDE)
    ditch.get_by_role("button", name="Ghi lời hứa").click()
    expect(ditch).to_contain_text("đã hứa giải quyết")
    mai.goto(f"{where}hall/")
    expect(mai.locator(".side")).to_contain_text("Nạo vét mương xóm Đông")
    looked_at(mai, pictures, "hall", WIDE)

    # Participants say what they think of statements; their groups are seen once that is closed.
    mai.goto(f"{where}votes/")
    line = mai.locator("#o1")
    line.get_by_label("Đưa ra thành câu").fill("Mương xóm Đông phải nạo vét trước mùa mưa")
    line.get_by_role("button", name="Đưa ra lấy ý kiến").click()
    mai.get_by_role("button", name="Mở lấy ý kiến").click()
    expect(mai.locator("h1 ~ .state")).to_contain_text("Đang mở")
    phone.goto(qr_on(mai, pictures))
    looked_at(phone, pictures, "ballot-begin", PHONE)
    expect(phone.locator("#question")).to_be_hidden()
    phone.get_by_role("button", name="Bắt đầu").tap()
    expect(phone.locator("#statement")).to_have_text("Mương xóm Đông phải nạo vét trước mùa mưa")
    looked_at(phone, pictures, "ballot", PHONE)
    phone.get_by_role("button", name="Đồng tình", exact=True).tap()
    expect(phone.get_by_role("status")).to_contain_text("Bạn đã trả lời hết các câu hiện có.")
    run([sys.executable, "-c", AS_SYSTEM + _MANY_VOTE], desk["var"])
    phone.reload()
    phone.get_by_role("button", name="Bỏ qua").tap()
    expect(phone.get_by_role("status")).to_contain_text("Đã trả lời 2 trên 7 câu")
    looked_at(phone, pictures, "ballot-done", PHONE)
    mai.reload()
    looked_at(mai, pictures, "votes", WIDE)
    mai.get_by_role("button", name="Đóng và công bố kết quả").click()
    expect(mai.locator("h1 ~ .state")).to_contain_text("Đang đóng")
    phone.goto(phone.url.split("?")[0])
    expect(phone.locator(".agreed li").first).to_contain_text("Mương xóm Đông phải nạo vét trước mùa mưa")
    expect(phone.locator("main")).to_contain_text("Không phải biểu quyết")
    expect(phone.locator("main")).to_contain_text("Nhóm 2 (")
    looked_at(phone, pictures, "groups", PHONE)

    # Held, and its results made public by who decides.
    mai.goto(where)
    mai.get_by_label("Số người tham gia").fill("64")
    mai.get_by_role("button", name="Kết thúc đối thoại").click()
    lan.goto(where)
    expect(lan.locator("main")).to_contain_text("Còn 6 ý kiến chưa trả lời")
    run([sys.executable, "-c", AS_SYSTEM + _ALL_ANSWERED], desk["var"])
    lan.get_by_label("Kết quả công bố cho Nhân dân").fill("64 người dự, 2 ý kiến: trả lời 1, hứa giải quyết 1.")
    lan.get_by_role("button", name="Công bố kết quả").click()
    expect(lan.locator(".lead")).to_contain_text("đã công bố kết quả")
    phone.get_by_role("link", name="Về cuộc đối thoại").tap()
    expect(phone.locator("main")).to_contain_text("64 người dự")
    expect(phone.locator("main")).to_contain_text("Mương xóm Đông tắc")
    looked_at(phone, pictures, "results", PHONE)

    # The promise is kept, its evidence shown; those who raised it say so by the code on their paper.
    mai.get_by_role("link", name="Nạo vét mương xóm Đông").click()
    promise = mai.url
    mai.get_by_label("Việc đã làm").fill("Đã nạo vét 800 m mương")
    mai.get_by_role("button", name="Ghi việc đã làm").click()
    lan.goto(promise)
    lan.get_by_label("Việc đã làm").fill("Đã nạo vét xong 1.200 m, nước thoát tốt")
    looked_at(lan, pictures, "promise", WIDE)
    paper = qr_on(lan, pictures)
    phone.goto(paper)
    phone.get_by_role("button", name="Đã thực hiện", exact=True).tap()
    expect(phone.locator(".error")).to_contain_text("chưa được báo là đã xong")
    lan.get_by_role("button", name="Đã thực hiện", exact=True).click()
    phone.goto(paper)
    phone.get_by_label("Nói thêm").fill("Mưa hôm qua không ngập nữa")
    looked_at(phone, pictures, "confirm", PHONE)
    phone.get_by_role("button", name="Đã thực hiện", exact=True).tap()
    expect(phone.get_by_role("status")).to_contain_text("Xác nhận của bạn đã hiện trên bảng lời hứa")
    phone.get_by_role("link", name="Xem bảng lời hứa").tap()
    card = phone.locator(".promise", has_text="Nạo vét mương xóm Đông")
    expect(card).to_contain_text("Đã thực hiện")
    expect(card).to_contain_text("Đã nạo vét xong 1.200 m")
    expect(card).to_contain_text("Người dân xác nhận: 1 đã xong, 0 chưa.")
    looked_at(phone, pictures, "board", PHONE)
