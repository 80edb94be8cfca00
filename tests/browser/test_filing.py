"""The filing grid in a real browser: keyboard, paste, undo, a cut line, two people, sending; wide and on a phone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.browser.cast_site import served_with_cast, sessions_of
from tests.browser.looks import PHONE, WIDE, open_to_all, picture

FIGURES = {"rec.turns": 1100, "rec.persons": 1200, "mod.total": 20, "pet.received": 30, "dlg.sessions": 4}

_FILED = f"""
from danvan.figures import actions
from danvan.figures.actions import CellInput
from danvan.narrative.models import Reading, Report
for period, times in (("2026-Q2", 1), ("2025-Q3", 2)):
    actions.file_submission(form="dan_van", unit=world.an, period=period, by="kiểm thử", cells=[
        CellInput(code, figure * times) for code, figure in {FIGURES!r}.items()
    ])
report = Report.objects.create(name="bc.txt", sha256="0" * 64, text="Đã tổ chức 7 cuộc đối thoại.", unit=world.an,
    title="Báo cáo quý III", period="2026-Q3", period_label="quý III")
Reading.objects.create(report=report, start=3, end=20, quote="tổ chức 7 cuộc", value=7, indicator="dlg.sessions")
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_with_cast(tmp_path_factory.mktemp("filing"), _FILED) as address:
        yield address


@pytest.fixture(scope="module")
def sessions(desk: str) -> dict[str, StorageState]:
    """Who is signed in, by the sign-in page."""
    return sessions_of(desk, ["mai", "lan"])


@pytest.fixture
def as_(desk: str, browser: Browser, sessions: dict[str, StorageState]) -> Iterator[Callable[..., Page]]:
    """as_("mai"): a page of a browser of her own; errors in its console fail the test."""
    wrong: list[str] = []
    opened: list[BrowserContext] = []

    def sign_in(name: str, viewport: dict | None = None, **options: object) -> Page:
        context = browser.new_context(
            base_url=desk, storage_state=sessions[name], viewport=viewport or WIDE, reduced_motion="reduce", **options
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=desk)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda one: wrong.append(one.text) if one.type == "error" else None)
        return page

    yield sign_in
    for context in opened:
        context.close()
    expected = ("ERR_INTERNET_DISCONNECTED", "status of 422", "Failed to fetch")
    assert [line for line in wrong if not any(one in line for one in expected)] == []


def begin(page: Page, period: str) -> str:
    """Opens the draft of a period from the list; gives its address."""
    page.goto("/filing/")
    for old_debts in page.locator("details.owed summary").all():
        old_debts.click()
    named = re.compile(f"(Bắt đầu nhập|Nhập tiếp).*dân vận, {period}$")
    page.get_by_role("button", name=named).or_(page.get_by_role("link", name=named)).click()
    ready(page)
    return page.url


def ready(page: Page) -> None:
    page.wait_for_selector("#filing[data-ready]")


def cell(page: Page, key: str):
    return page.locator(f"input[name='v:{key if '|' in key else key + '|'}']")


def saved(page: Page) -> None:
    expect(page.locator("#bar[data-line=saved]")).to_be_visible(timeout=25000)
    expect(page.locator("tr.unsent")).to_have_count(0, timeout=25000)


def stored(page: Page, address: str) -> dict[str, str]:
    """What the server has, asked without the page's script."""
    answer = page.request.get(f"{address}changes/?since=0")
    return {one["key"]: one["text"] for one in answer.json()["changed"]}


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def kept(page: Page) -> None:
    """Waits until the worker has the page and its files."""
    script = """async () => { await navigator.serviceWorker.ready;
        const name = (await caches.keys()).find((one) => one.startsWith('danvan-filing-'));
        if (!name) return false;
        const cache = await caches.open(name);
        const files = (await cache.keys()).map((one) => one.url);
        return Boolean(await cache.match(location.pathname)) && ['grid.', 'desk.', 'sync.js'].every(
            (name) => files.some((url) => url.includes(name))) }"""
    for _ in range(100):
        if page.evaluate(script):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the worker keeps nothing")


def test_a_form_is_filled_by_keyboard_as_in_a_spreadsheet(as_, pictures: Path):
    page = as_("mai")
    address = begin(page, "quý III năm 2026")
    cell(page, "rec.turns").focus()
    page.keyboard.type("1234")
    page.keyboard.press("Enter")
    expect(cell(page, "rec.persons")).to_be_focused()
    page.keyboard.type("1.300")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("k")
    page.keyboard.press("ArrowUp")
    expect(cell(page, "rec.persons")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("cả lưu động")
    page.keyboard.press("ArrowLeft")  # in the words, not out of the cell
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Home")
    expect(cell(page, "rec.persons")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.press("Backspace")
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    saved(page)
    found = stored(page, address)
    assert (found["rec.turns|"], found["rec.persons|"], found["rec.cases|"]) == ("1.234", "1.305", "k")
    page.keyboard.press("Control+Home")
    expect(page.locator("input.cell").first).to_be_focused()
    expect(page.locator("td[data-empty]").first).to_have_attribute("data-empty", "không áp dụng")
    # typing replaces; escape takes it back; delete empties; undo brings back
    cell(page, "rec.turns").focus()
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(cell(page, "rec.turns")).to_have_value("1.234")
    page.keyboard.press("Delete")
    expect(cell(page, "rec.turns")).to_have_value("")
    page.keyboard.press("Control+Z")
    expect(cell(page, "rec.turns")).to_have_value("1.234")
    page.keyboard.press("Control+Y")
    expect(cell(page, "rec.turns")).to_have_value("")
    page.keyboard.press("Control+Z")
    saved(page)
    assert stored(page, address)["rec.turns|"] == "1.234"
    picture(page, pictures / "filing-1280.png")
    open_to_all(page)


@pytest.mark.parametrize(
    ("period", "copied"),
    [
        ("6 tháng đầu năm 2026", "1.234\t\n2.000\tcả lưu động\n-\t\nba\t\n=A1+1\t\n12\t"),
        ("9 tháng năm 2026", "1,234\t\n2,000\tcả lưu động\n-\t\nba\t\n=A1+1\t\n12\t"),
    ],
)
def test_a_range_copied_from_excel_is_shown_first_then_pasted_and_undone(as_, pictures, period, copied):
    page = as_("mai")
    address = begin(page, period)
    cell(page, "rec.turns").focus()
    paste(page, copied)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 ô không đọc được")
    expect(dialog).to_contain_text("là công thức")
    picture(page, pictures / "filing-paste.png")
    open_to_all(page)
    page.keyboard.press("Enter")
    saved(page)
    found = stored(page, address)
    assert (found["rec.turns|"], found["rec.persons|"], found["rec.cases|"]) == ("1.234", "2.000", "-")
    assert found["rec.groups|"] == "12"
    assert "rec.cases_first|" not in found
    expect(page.locator("input[name='n:rec.persons|']")).to_have_value("cả lưu động")
    page.keyboard.press("Control+Z")
    for key in ("rec.turns", "rec.persons", "rec.groups"):
        expect(cell(page, key)).to_have_value("")


def test_a_range_with_names_goes_to_the_rows_of_those_names(as_):
    page = as_("mai")
    begin(page, "quý I năm 2026")
    page.locator("input.cell").first.focus()
    paste(page, "1. Số lượt tiếp công dân\tlượt\t77\nSố đoàn đông người được tiếp\tđoàn\t3")
    expect(page.get_by_role("dialog")).to_contain_text("đúng dòng cùng tên")
    page.keyboard.press("Enter")
    expect(cell(page, "rec.turns")).to_have_value("77")
    expect(cell(page, "rec.groups")).to_have_value("3")


def test_what_is_wrong_is_said_at_once_with_the_sentence_that_says_why(as_, pictures):
    page = as_("mai")
    begin(page, "năm 2025")
    for key, text in (("rec.cases", "5"), ("rec.cases_first", "2"), ("rec.cases_repeat", "2"), ("rec.groups", "-3")):
        cell(page, key).fill(text)
        cell(page, key).press("Enter")
    expect(page.locator("[id='say:rec.cases|']")).to_contain_text("5 phải bằng 2 + 2 = 4")
    expect(page.locator("[id='say:rec.groups|']")).to_contain_text("nhỏ hơn 0")
    expect(page.locator("#trouble")).to_have_text("2 chỗ cần xem lại")
    assert page.locator("tr.bound").count() == 3
    page.locator("#trouble").click()
    picture(page, pictures / "filing-wrong.png")
    open_to_all(page)
    # a sum that can be worked out is offered, a rate too
    for key, text in (("mod.collective", "6"), ("mod.individual", "4")):
        cell(page, key).fill(text)
        cell(page, key).press("Enter")
    page.locator("[id='say:mod.total|']").get_by_role("button").click()
    expect(cell(page, "mod.total")).to_have_value("10")


def test_the_line_is_cut_for_a_while_and_nothing_is_lost_or_doubled(as_, pictures):
    page = as_("mai")
    address = begin(page, "quý IV năm 2025")
    cell(page, "rec.turns").fill("10")
    cell(page, "rec.turns").press("Enter")
    saved(page)
    kept(page)
    page.reload()  # now under the worker
    ready(page)
    page.context.set_offline(True)
    for key, text in (("rec.persons", "11"), ("rec.groups", "1"), ("rec.turns", "12")):
        cell(page, key).fill(text)
        cell(page, key).press("Enter")
    expect(page.locator("#saving")).to_contain_text("Đang chờ mạng: 3 ô")
    picture(page, pictures / "filing-offline.png")
    page.reload()
    ready(page)
    for key, text in (("rec.persons", "11"), ("rec.groups", "1"), ("rec.turns", "12")):
        expect(cell(page, key)).to_have_value(text)
    expect(page.locator("#told")).to_contain_text("Đã khôi phục 3 ô")
    cell(page, "rec.group_persons").focus()
    page.keyboard.type("6")  # never left the cell: the page goes away in the middle of a word
    page.reload()
    ready(page)
    expect(cell(page, "rec.group_persons")).to_have_value("6")
    page.context.set_offline(False)
    saved(page)
    found = stored(page, address)
    assert found["rec.turns|"] == "12"
    assert (found["rec.persons|"], found["rec.groups|"], found["rec.group_persons|"]) == ("11", "1", "6")
    revision = page.request.get(f"{address}changes/?since=0").json()["revision"]
    page.reload()
    ready(page)
    page.wait_for_timeout(1500)
    assert page.request.get(f"{address}changes/?since=0").json()["revision"] == revision
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('danvan.unsent')).length") == 0


def test_two_people_in_one_form_see_each_other_and_decide_a_conflict(as_, pictures):
    mai, lan = as_("mai"), as_("lan")
    address = begin(mai, "6 tháng cuối năm 2025")
    lan.goto(address)
    ready(lan)
    cell(lan, "rec.turns").fill("12")
    cell(lan, "rec.turns").press("Enter")
    saved(lan)
    expect(cell(mai, "rec.turns")).to_have_value("12", timeout=10000)
    expect(mai.locator("#present")).to_contain_text("Lan", timeout=10000)
    # both in the same cell: Mai types while Lan has changed it and Mai has not heard
    mai.context.set_offline(True)
    cell(mai, "rec.turns").fill("15")
    cell(mai, "rec.turns").press("Enter")
    cell(lan, "rec.turns").fill("20")
    cell(lan, "rec.turns").press("Enter")
    saved(lan)
    mai.context.set_offline(False)
    decide = mai.locator("[id='say:rec.turns|'] .decide")
    expect(decide).to_contain_text("Lan", timeout=20000)
    expect(decide).to_contain_text("20")
    assert stored(lan, address)["rec.turns|"] == "20"
    picture(mai, pictures / "filing-conflict.png")
    open_to_all(mai)
    decide.get_by_role("button", name="Dùng số của mình: 15").click()
    saved(mai)
    assert stored(lan, address)["rec.turns|"] == "15"
    expect(cell(lan, "rec.turns")).to_have_value("15", timeout=10000)


def test_on_a_phone_one_indicator_is_one_card_and_nothing_scrolls_sideways(as_, pictures):
    begin(as_("mai"), "quý III năm 2026")
    page = as_("mai", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/filing/")
    open_to_all(page)
    picture(page, pictures / "filing-list-390.png")
    page.get_by_role("link", name=re.compile("Nhập tiếp.*quý III năm 2026")).click()
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    target = cell(page, "dlg.sessions")
    assert target.get_attribute("inputmode") == "decimal"
    assert target.bounding_box()["height"] >= 44
    # what a report says is one tap away
    under = page.locator("[id='say:dlg.sessions|']")
    expect(under).to_contain_text("Báo cáo ghi 7")
    under.get_by_role("button").tap()
    expect(target).to_have_value("7")
    saved(page)
    page.locator("tr[data-key='dlg.sessions|'] a.more").tap()
    panel = page.locator("#panel")
    expect(panel).to_contain_text("Đọc từ báo cáo")
    picture(page, pictures / "filing-panel-390.png")
    panel.locator("#panel-note").fill("đã đối chiếu")
    panel.get_by_role("button", name="Đóng").tap()
    expect(panel).to_be_hidden()
    saved(page)
    page.evaluate("window.scrollTo(0, document.querySelector(\"[id='rec.turns|']\").offsetTop + 200)")
    picture(page, pictures / "filing-390.png")
    open_to_all(page)


def test_sending_asks_to_explain_a_broken_identity_and_then_seals(as_, pictures):
    page = as_("lan")
    begin(page, "năm 2026")
    for key, text in (("rec.cases", "5"), ("rec.cases_first", "2"), ("rec.cases_repeat", "2")):
        cell(page, key).fill(text)
        cell(page, key).press("Enter")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.locator(".error")).to_contain_text("5 phải bằng 2 + 2 = 4")
    picture(page, pictures / "filing-refused.png")
    page.locator("input[name='n:rec.cases|']").fill("Một vụ chuyển từ kỳ trước")
    page.locator("input[name='n:rec.cases|']").press("Enter")
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.wait_for_selector(".filing-title .state.waiting")
    assert page.locator("input.cell").count() == 0
    picture(page, pictures / "filing-sent.png")
    open_to_all(page)


def test_who_signs_out_leaves_no_page_behind(as_, desk, browser):
    page = as_("mai")
    page.context.add_cookies(sessions_of(desk, ["mai"])["mai"]["cookies"])  # a session that may end
    begin(page, "quý III năm 2026")
    kept(page)
    page.goto("/account/logout/")
    page.locator("main form button, form[action*=logout] button").last.click()
    page.wait_for_url(lambda url: "logout" not in url)
    for _ in range(50):
        if not page.evaluate(
            "caches.keys().then((names) => names.filter((n) => n.startsWith('danvan-filing-')).length)"
        ):
            break
        page.wait_for_timeout(100)
    else:
        raise AssertionError("kept pages remain")


def test_it_reads_well_in_the_dark_and_in_english(as_, desk, pictures):
    page = as_("mai", color_scheme="dark")
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": desk}])
    page.goto("/filing/")
    page.get_by_role("link", name=re.compile("dân vận.*third quarter of 2026$")).first.click()
    ready(page)
    cell(page, "rec.persons").focus()
    page.keyboard.type("2,500")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#panel h2")).to_be_focused()
    picture(page, pictures / "filing-dark-en.png")
    open_to_all(page)


def test_the_page_reads_numbers_as_the_server_does(as_):
    from danvan.figures.errors import FigureError
    from danvan.figures.typed import KEYS, read
    from danvan.figures.workbook.model import FormRow

    samples = [
        *(
            "",
            "0",
            "05",
            "1.234",
            "1,234",
            "1 234",
            "1.234,5",
            "1,234.5",
            "12,5",
            "12.5",
            "1.2345",
            "0,123",
            "1.234.567",
        ),
        *(
            "1,234,567",
            "12.34.5",
            "-5",
            "−5",
            "-",
            "k",
            "H",
            "không áp dụng",
            "chua bao cao",
            "=A1",
            "+A1",
            "@x",
            "#REF!",
        ),
        *(
            "ba",
            "12 lượt",
            "75,9%",
            "75.9 %",
            "22/29",
            "5/0",
            "9" * 15,
            "9" * 16,
            "'12",
            "1e5",
            "1.5,2",
            "01.234",
            ".5",
        ),
    ]
    rows = [("whole", False), ("money", True), ("percent", False), ("fraction", False)]
    page = as_("mai")
    begin(page, "quý III năm 2026")
    script = """async ([samples, rows, keys]) => { const { read } = await import('/static/figures/numbers.js');
        return rows.map(([kind, signed]) => samples.map(text => read(text, { kind, signed }, keys))) }"""
    answers = page.evaluate(script, [samples, rows, {key: str(state) for key, state in KEYS.items()}])
    for (kind, signed), line in zip(rows, answers, strict=True):
        for text, answer in zip(samples, line, strict=True):
            row = FormRow("", "x", "x", "x", kind=kind, signed=signed)
            try:
                ours = read(text, row)
            except FigureError:
                assert "error" in answer, (kind, text, answer)
                continue
            assert "error" not in answer, (kind, text, answer, ours)
            if ours.denominator is not None:
                value = Decimal(100) * ours.numerator / ours.denominator if ours.denominator else None
                assert (answer["value"] is None) == (value is None), (kind, text)
                assert value is None or abs(Decimal(str(answer["value"])) - value) < Decimal("0.0001")
            else:
                assert answer["state"] == ours.state, (kind, text)
                assert ours.value is None or Decimal(str(answer["value"])) == ours.value, (
                    kind,
                    text,
                    json.dumps(answer),
                )
