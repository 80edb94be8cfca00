"""Review and seal in a real browser, wide and on a phone, light and dark, with and without script."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.browser.cast_site import served_with_cast, sessions_of
from tests.browser.looks import PHONE, WIDE, fits_and_is_open_to_all

CONSOLIDATED = "/consolidated/dan_van/2026-Q2/"

# Q2: both accepted, signed by Tỉnh Bắc, then restated by Xã An. Q3: Xã An returned once and sent again with things to
# look at, Xã Bình sent late without any.
_ROUND = """
from danvan.figures import actions
from danvan.figures.actions import CellInput, Entry, RemarkInput

def send(unit, period, figures, restate="", notes=(), text=""):
    draft = actions.open_draft(form="dan_van", unit=unit, period=period, by="Mai, Cán bộ, Xã An", restate=restate)
    entries = [
        Entry(CellInput(code, value), force=True, explanation=dict(notes).get(code), note="Theo sổ tiếp công dân."
              if code == "rec.persons" else None)
        for code, value in figures.items()
    ]
    actions.enter(submission=draft, entries=entries, by="Mai, Cán bộ, Xã An", text=text)
    return actions.submit(submission=draft, by="Lan, Phó Bí thư Thường trực, Xã An")

FIGURES = {"rec.turns": 110, "rec.persons": 120, "mod.total": 20, "pet.received": 30, "dlg.sessions": 4}
for unit in (world.an, world.binh):
    for period in ("2025-Q3", "2026-Q2"):
        actions.accept(submission=send(unit, period, FIGURES), by="Hùng, Chuyên viên, Tỉnh Bắc")
actions.sign(form="dan_van", unit=world.bac, period="2026-Q2", by="Tuấn, Trưởng ban, Tỉnh Bắc",
             text="Tình hình Nhân dân ổn định.")
again = send(world.an, "2026-Q2", {"rec.turns": 131, "dlg.sessions": 5}, restate="Sót sổ của thôn Đông")
actions.accept(submission=again, by="Hùng, Chuyên viên, Tỉnh Bắc")
first = send(world.an, "2026-Q3", FIGURES, text="Nhân dân quan tâm việc sắp xếp địa giới.")
actions.send_back(submission=first, decision="Bổ sung số đối thoại", by="Hùng, Chuyên viên, Tỉnh Bắc",
                  remarks=[RemarkInput("Thiếu cuộc ngày 12/9?", "dlg.sessions")])
CASES = {"rec.cases": 40, "rec.cases_first": 30, "rec.cases_repeat": 12}
send(world.an, "2026-Q3", {"rec.turns": 900, "dlg.sessions": 5, **CASES},
     notes={"rec.turns": "Nhiều lượt sau bão số 9.", "rec.cases": "Hai vụ chuyển từ quý trước."})
send(world.binh, "2026-Q3", FIGURES)
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_with_cast(tmp_path_factory.mktemp("review"), _ROUND) as address:
        yield address


@pytest.fixture(scope="module")
def sessions(desk: str) -> dict[str, StorageState]:
    return sessions_of(desk, ["lan", "hung", "tuan", "binh_officer"])


@pytest.fixture
def as_(desk: str, browser: Browser, sessions: dict[str, StorageState]) -> Iterator[Callable[..., Page]]:
    """as_("hung"): a page in a browser of his own; errors in its console fail the test."""
    wrong: list[str] = []
    opened: list[BrowserContext] = []

    def sign_in(name: str, viewport: dict = WIDE, **options: object) -> Page:
        context = browser.new_context(
            base_url=desk, storage_state=sessions[name], viewport=viewport, reduced_motion="reduce", **options
        )
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda one: wrong.append(one.text) if one.type == "error" else None)
        return page

    yield sign_in
    for context in opened:
        context.close()
    assert [line for line in wrong if "status of 409" not in line] == []


def go(page: Page, name: str) -> None:
    """To a page as a reader finds it."""
    page.goto("/consolidated/" if name in ("signed", "edition") else "/review/")
    if name == "review":
        page.get_by_role("link", name="Xã An").click()
    elif name == "signed":
        page.get_by_role("region", name="Đã ký").get_by_role("link", name="quý II").click()
    elif name == "edition":
        page.goto(CONSOLIDATED)
        page.get_by_role("region", name="Đã thay đổi sau khi ký").get_by_role("link").first.click()
    elif name == "changed":
        page.goto(CONSOLIDATED)
    elif name == "list":
        page.goto("/consolidated/")
    elif name == "verify":
        page.goto("/signatures/")


@pytest.mark.parametrize("name", ["waiting", "review", "edition", "list", "changed", "signed", "verify"])
def test_the_page_fits_and_is_open_to_all(as_, pictures, name: str):
    page = as_("tuan")
    go(page, name)
    if name == "review":
        page.locator("details.ask summary").first.click()
    fits_and_is_open_to_all(page, pictures, f"review-{name}")


def test_most_trouble_comes_first_and_the_reviewer_sees_what_asks_for_a_look(as_):
    page = as_("hung")
    page.goto("/review/")

    expect(page.locator(".lines > li").first).to_contain_text("Xã An")
    page.get_by_role("link", name="Xã An").click()
    row = page.locator("[id='rec.turns']")
    for said in ("900", "Khác hẳn các kỳ trước", "Nhiều lượt sau bão số 9.", "trước: 110"):
        expect(row).to_contain_text(said)
    expect(page.locator("[id='rec.cases']")).to_contain_text("40 phải bằng")
    expect(page.get_by_role("region", name="Đã sửa gì so với lần 1")).to_contain_text("900")


def test_the_round_on_a_phone_return_mend_accept(as_):
    """By clicks alone: Hùng returns with a reason at a cell, Dũng mends and sends again, Hùng accepts."""
    hung, dung = as_("hung", PHONE), as_("binh_officer", PHONE)
    hung.goto("/review/")
    hung.get_by_role("link", name="Xã Bình").click()
    cell = hung.locator("[id='rec.turns']")
    cell.get_by_text("Ghi ý kiến").click()
    cell.get_by_role("textbox").fill("Bằng đúng quý trước: xem lại.")
    hung.get_by_role("button", name="Trả lại để bổ sung").click()
    expect(hung.get_by_role("status")).to_contain_text("Đã trả lại Xã Bình")

    dung.goto("/notices/")
    dung.get_by_role("button", name="trả lại để bổ sung").first.click()
    expect(dung.locator("[id='rec.turns']")).to_contain_text("Bằng đúng quý trước")
    dung.get_by_role("button", name="Sửa báo cáo").click()
    dung.wait_for_url("**/filing/*/")


def test_who_decides_second_is_told_so_and_keeps_the_words(as_):
    hung, tuan = as_("hung"), as_("tuan")
    for page in (hung, tuan):
        page.goto("/review/")
        page.get_by_role("link", name="Xã An").click()
    hung.get_by_role("button", name="Chấp nhận").click()
    expect(hung.get_by_role("status")).to_contain_text("Đã chấp nhận Xã An")

    tuan.get_by_label("Lý do, ý kiến chung").fill("Số lượt quá cao")
    tuan.get_by_role("button", name="Trả lại để bổ sung").click()

    expect(tuan.get_by_role("alert")).to_contain_text("Hùng, Chuyên viên, Tỉnh Bắc đã kết luận")
    expect(tuan.get_by_text("Đến phần kết luận")).to_have_count(0)


def test_without_script_a_changed_report_is_signed_again_and_its_seal_checked(as_):
    page = as_("tuan", java_script_enabled=False)
    page.goto(CONSOLIDATED)
    changed = page.get_by_role("region", name="Đã thay đổi sau khi ký")
    expect(changed).to_contain_text("Sót sổ của thôn Đông")
    expect(changed.get_by_role("row").filter(has_text="220")).to_contain_text("241")

    page.get_by_label("Lý do ký lại").fill("Xã An đính chính số lượt tiếp")
    page.get_by_role("button", name="Chốt số liệu và ký").click()

    expect(page.get_by_role("status").first).to_contain_text("Đã chốt và ký lần 2")
    page.get_by_role("button", name="Kiểm tra dấu chốt").click()
    expect(page.get_by_text("Đã tính lại: số liệu, lời văn và tệp đúng như lúc chốt.")).to_be_visible()
    page.get_by_role("link", name="So với lần này").click()
    expect(page.get_by_role("region", name="Lần 1 và lần 2 khác nhau ở đâu")).to_contain_text("241")
    page.goto(CONSOLIDATED)
    expect(page.get_by_text("đã chốt và ký", exact=True)).to_be_visible()


def test_a_number_opens_down_to_who_entered_it(as_):
    page = as_("tuan")
    page.goto(CONSOLIDATED)
    page.get_by_role("region", name="Số liệu hiện nay").get_by_role("link", name="241").click()
    page.locator("tr.deep .contributors > li", has_text="Xã An").locator("a.opens").click()

    expect(page.locator("li.deep")).to_contain_text("Mai, Cán bộ, Xã An")
    page.locator("li.deep").get_by_role("link", name="Xem báo cáo này").click()
    expect(page.locator("[id='rec.turns']")).to_contain_text("131")
