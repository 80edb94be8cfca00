"""One matter in a real browser: from its page to its answer, and a denouncer whom nobody but two can open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.cast_site import People, served_with_cast, sessions_of
from tests.browser.looks import WIDE, fits_and_is_open_to_all

_MATTERS = """
import io, json
from danvan.access.actions import add_person, give_post
from danvan.access.tests.cast import PASSWORD, REFORM
from danvan.casework import actions
from danvan.casework.actions import documents

kieu = add_person(username="kieu", name="Kiều", by="x")
give_post(person=kieu, unit=world.an, role="inspector", since=REFORM, by="x")
kieu.set_password(PASSWORD)
kieu.save()
person = {"name": "Người Tố Cáo", "phone": "0912345678"}
sealed = actions.receive(
    unit=world.an, matter_type="denunciation", title="Ông X thu tiền sai", text="Tôi thấy tận mắt", by="x",
    person=person,
)
paper = documents.keep(
    matter=sealed, upload=io.BytesIO("Tôi là Người Tố Cáo".encode()), name="don.txt", kind="original", by="x"
)
lights = actions.receive(unit=world.an, matter_type="reflection", title="Đèn đường xóm Đông tắt", by="x", person=person)
json.dump({"sealed": sealed.pk, "paper": paper.file_id, "lights": lights.pk}, open("objects.json", "w"))
"""
WHO = ("mai", "lan", "kieu")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict]:
    var = tmp_path_factory.mktemp("matter")
    with served_with_cast(var, _MATTERS) as address:
        sessions = sessions_of(address, WHO)
        yield {"address": address, "sessions": sessions, **json.loads((var / "objects.json").read_text())}


@pytest.fixture
def people(desk: dict, browser: Browser) -> Iterator[People]:
    people = People(desk["address"], browser, desk["sessions"], viewport=WIDE, locale="vi-VN")
    yield people
    people.close("status of 422")


def at(people: People, who: str, pk: int) -> Page:
    page = people(who)
    page.goto(f"/matters/{pk}/")
    return page


def act(page: Page, name: str, **fields: str) -> None:
    """By its button, its small form, and the button again."""
    link = page.locator(".next").get_by_role("link", name=name, exact=True)
    if not link.is_visible():
        page.get_by_text("Việc khác").click()
    link.click()
    for field, value in fields.items():
        box = page.locator(f"#act [name={field}]")
        box.check() if value == "on" else box.fill(value)
    page.locator("#act").get_by_role("button", name=name).click()
    expect(page.locator(".messages")).to_contain_text(f"Đã ghi: {name}.")


def test_from_the_page_to_the_answer_in_the_citizens_hands(people, desk, pictures: Path):
    mai = at(people, "mai", desk["lights"])
    act(mai, "Nhận xử lý")
    draft = mai.locator("#draft")
    draft.fill("Đã thay bóng đèn tối nay.")
    mai.get_by_role("button", name="Lưu dự thảo").click()
    expect(mai.locator(".messages")).to_contain_text("Đã lưu dự thảo trả lời.")
    lan = at(people, "lan", desk["lights"])
    lan.locator(".next").get_by_role("link", name="Duyệt và ký trả lời").click()
    expect(lan.locator("#act [name=answer]")).to_have_value("Đã thay bóng đèn tối nay.")
    fits_and_is_open_to_all(lan, pictures, "matter-sign")
    lan.set_viewport_size(WIDE)
    lan.locator("#act [name=verdict][value=answered]").check()
    lan.locator("#act").get_by_role("button", name="Duyệt và ký trả lời").click()
    mai.reload()
    mai.locator("[name=way][value=portal]").check()
    mai.get_by_role("button", name="Ghi đã gửi").click()
    mai.locator("#proof").fill("xem trên điện thoại")
    mai.get_by_role("button", name="Ghi đã giao").click()
    expect(mai.locator(".lead")).to_contain_text("Đã kết thúc: đã trả lời")
    mai.locator("[name=satisfied][value=no]").check()
    mai.locator("#comment").fill("Vẫn tối")
    mai.locator("#again").check()
    mai.get_by_role("button", name="Ghi ý kiến").click()
    expect(mai.locator(".timeline")).to_contain_text("Người dân yêu cầu xem xét lại")
    fits_and_is_open_to_all(mai, pictures, "matter-answered")
    lan.goto(f"/matters/{desk['lights']}/")
    act(lan, "Xem xét lại", reason="Kiểm tra lại đường dây")
    expect(lan.locator(".lead")).to_contain_text("Đang giải quyết")


def test_who_saw_an_older_state_is_told_and_keeps_the_words(people, desk):
    mai, lan = at(people, "mai", desk["sealed"]), at(people, "lan", desk["sealed"])
    mai.goto(f"/matters/{desk['sealed']}/?do=note")
    mai.locator("#act [name=reason]").fill("Hẹn xác minh")
    lan.goto(f"/matters/{desk['sealed']}/?do=note")
    lan.locator("#act [name=reason]").fill("Đã báo thanh tra")
    lan.locator("#act").get_by_role("button", name="Ghi thêm").click()
    mai.locator("#act").get_by_role("button", name="Ghi thêm").click()
    expect(mai.locator("#act [role=alert]")).to_contain_text("vừa được người khác cập nhật")
    expect(mai.locator("#act [name=reason]")).to_have_value("Hẹn xác minh")
    expect(mai.locator(".timeline")).to_contain_text("Đã báo thanh tra")


def test_a_denouncer_whom_nobody_but_two_can_open(people, desk, pictures: Path):
    words = ("Người Tố Cáo", "0912345678", "Ông X", "tận mắt")

    def unseen(page: Page) -> None:
        page.goto(f"/matters/{desk['sealed']}/")
        said = page.content()
        assert not [word for word in words if word in said]

    paper = f"/matters/{desk['sealed']}/papers/{desk['paper']}/"
    for who in WHO:
        unseen(people(who))
        assert people(who).request.get(paper).status == 403
    mai, lan, kieu = people("mai"), people("lan"), people("kieu")
    assert mai.get_by_role("button", name="Đề nghị mở").count() == 0
    lan.locator("#why").fill("Xác minh nội dung tố cáo")
    lan.get_by_role("button", name="Đề nghị mở").click()
    expect(lan.locator("section", has=lan.locator("#person"))).to_contain_text("chờ người thứ hai đồng ý")
    assert lan.get_by_role("button", name="Mở niêm phong").count() == 0
    kieu.goto("/notices/")
    expect(kieu.locator("main")).to_contain_text("đề nghị mở niêm phong")
    unseen(kieu)
    kieu.get_by_role("button", name="Đồng ý cho mở").click()
    unseen(kieu)
    unseen(lan)
    lan.get_by_role("button", name="Mở niêm phong").click()
    told = lan.locator(".person-told")
    for word in words:
        expect(told).to_contain_text(word)
    fits_and_is_open_to_all(lan, pictures, "matter-opened")
    unseen(lan)
    assert lan.request.get(paper).text() == "Tôi là Người Tố Cáo"
    assert kieu.request.get(paper).status == 403  # who let another look has not asked to look
    unseen(kieu)
    expect(kieu.locator("main")).to_contain_text("Đã xem 2 lần")
