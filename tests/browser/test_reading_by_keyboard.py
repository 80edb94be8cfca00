"""One of the project's own reports from the pasted text to a number in the signed PDF, and from there back to the
sentence; by keyboard alone.

What the hand does is counted: no pointer is ever used, so many keys, so many seconds.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from danvan.access.tests.cast import PASSWORD
from tests.browser.cast_site import People, served_with_cast, sessions_of
from tests.browser.looks import fits_and_is_open_to_all, picture

SAMPLE = resources.files("danvan.config.demo") / "reports" / "01-xa-ba-be.txt"
PERIOD = "2026-H1"
MOST_SECONDS = 120  # for the review of a whole report
READS_A_SECOND = 4  # readings that a practised eye takes in: what the hand does between two keys is not the machine's

# The places of the sample on the cast's map. Hoa keeps the form of Xã Ba Bể, Thu leads the province.
_WORLD = f"""
from danvan.access.actions import add_person, give_post
from danvan.units import actions as map_verbs

def place(name, level, parent):
    return map_verbs.establish(name=name, level=level, parent=parent, on=cast.REFORM, by="kiểm thử")

province = place("Tỉnh Thái Nguyên", "province", world.country)
for username, name, unit in (("hoa", "Hoa", place("Xã Ba Bể", "commune", province)), ("thu", "Thu", province)):
    person = add_person(username=username, name=name, by="kiểm thử", password={PASSWORD!r})
    give_post(person=person, unit=unit, role="leader", since=cast.REFORM, title="Trưởng ban", by="kiểm thử")
"""
_COUNT_POINTERS = """
const seen = () => sessionStorage.setItem('pointers', Number(sessionStorage.getItem('pointers')) + 1);
for (const kind of ['pointerdown', 'mousedown', 'touchstart', 'wheel']) addEventListener(kind, seen, true);
"""


@dataclass
class Hand:
    """Somebody at the keyboard of a page. strokes: keys pressed so far."""

    page: Page
    strokes: int = 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.strokes += 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.strokes += len(text)
        self.page.keyboard.type(text)

    def paste(self, text: str) -> None:
        """Ctrl+V of what lies on the clipboard."""
        self.strokes += 1
        self.page.keyboard.insert_text(text)

    def tab_to(self, wanted: Locator, key: str = "Tab", most: int = 60) -> None:
        handle = wanted.element_handle()
        for _ in range(most):
            if self.page.evaluate("one => document.activeElement === one", handle):
                return
            self.press(key)
        raise AssertionError(f"not reached by {most} times {key}: {wanted}")

    def choose(self, wanted: Locator, key: str = "Tab", most: int = 60) -> None:
        self.tab_to(wanted, key, most)
        self.press("Enter")

    @property
    def pointers(self) -> int:
        return int(self.page.evaluate("Number(sessionStorage.getItem('pointers'))"))


@pytest.fixture
def people(tmp_path: Path, browser: Browser) -> Iterator[People]:
    with served_with_cast(tmp_path, _WORLD) as address:
        sessions = sessions_of(address, ["hoa", "thu"])
        at_work = People(address, browser, sessions, viewport={"width": 1366, "height": 768}, accept_downloads=True)
        yield at_work
        at_work.close()


def test_from_a_pasted_report_to_the_signed_pdf_and_back_to_its_sentence(people: People, pictures: Path):
    hoa, thu = (Hand(people(name)) for name in ("hoa", "thu"))
    for hand in (hoa, thu):
        hand.page.add_init_script(_COUNT_POINTERS)

    paste_the_report(hoa)
    review(hoa, pictures)
    file_and_submit(hoa)
    accept_and_sign(thu)
    follow_a_number(thu, "rec.turns", "38", "38 lượt công dân")

    assert (hoa.pointers, thu.pointers) == (0, 0)


def paste_the_report(hand: Hand) -> None:
    page = hand.page
    page.goto("/reports/")
    hand.choose(page.locator(".sending summary"))
    hand.tab_to(page.locator("#pasted"))
    hand.paste(SAMPLE.read_text("utf-8"))
    hand.choose(page.get_by_role("button", name="Đọc báo cáo"))
    report = page.get_by_role("link", name="Kết quả công tác dân vận 6 tháng đầu năm 2026")
    expect(report).to_be_visible(timeout=20_000)
    expect(page.locator("#progress")).to_contain_text("Đã đọc xong 1 tệp")
    hand.choose(report)
    page.wait_for_url("**/reports/*/")


def review(hand: Hand, pictures: Path) -> None:
    """All that is sure in one go, then each that is asked; one is corrected and put right again, one given another
    indicator and taken back."""
    page, started, before = hand.page, time.monotonic(), hand.strokes
    cards = page.locator(".cards > li[data-reading]")
    total = cards.count()
    expect(page.locator(".whose")).to_contain_text("Xã Ba Bể")
    hand.choose(page.locator("#start"))
    hand.press("Shift+Enter")
    expect(page.locator(".cells .counts")).not_to_contain_text("chắc chắn")
    asked = page.locator(".cards > li[data-state=asked]").count()
    assert 0 < asked < total / 2

    hand.press("Tab")
    hand.type("61")
    expect(page.locator("#ask")).to_be_visible()
    hand.press("Enter")
    expect(page.locator(".cards > li[data-state=accepted]", has_text="đã sửa số")).to_have_count(1)
    hand.press("Control+z")
    expect(page.locator(".cards > li[data-state=accepted]", has_text="đã sửa số")).to_have_count(0)
    hand.type("doi thoai")
    expect(page.locator("#ask-list > li").first).to_contain_text("đối thoại")
    pictures_of_the_choice(page, pictures)
    hand.press("ArrowDown")
    hand.press("Enter")
    expect(page.locator(".cards > li", has_text="đã gán chỉ tiêu khác")).to_have_count(1)
    hand.press("Control+z")
    expect(page.locator(".cards > li", has_text="đã gán chỉ tiêu khác")).to_have_count(0)

    for _ in range(2 * total):
        if not page.locator(".cards > li[data-state=asked]").count():
            break
        if page.locator(".cards > li.active[data-state=asked]").count():
            hand.press("Enter")
        else:
            hand.press("Tab")
        page.wait_for_timeout(1000 / READS_A_SECOND)
    expect(page.locator(".cells .counts")).not_to_contain_text("cần quyết định")
    seconds = time.monotonic() - started
    print(f"{total} readings, {asked} asked: {hand.strokes - before} keys, {seconds:.0f} s")
    assert seconds < MOST_SECONDS


def pictures_of_the_choice(page: Page, pictures: Path) -> None:
    picture(page, pictures / "review-choice.png")


def file_and_submit(hand: Hand) -> None:
    page, started, before = hand.page, time.monotonic(), hand.strokes
    hand.press("Control+Enter")
    page.wait_for_url("**/file/**")
    expect(page.locator("#new")).to_contain_text("Ô chưa có số")
    hand.press("Enter")  # the button that files has the focus
    page.wait_for_url("**/filing/*/")
    expect(page.locator("[name='v:rec.turns|']")).to_have_value("38")
    hand.choose(page.locator("#submit"), key="Shift+Tab")
    expect(page.locator("[role=alert], .messages").first).to_contain_text("Đã gửi báo cáo")
    print(f"filed and submitted: {hand.strokes - before} keys, {time.monotonic() - started:.0f} s")


def accept_and_sign(hand: Hand) -> None:
    page = hand.page
    page.goto("/review/")
    hand.choose(page.locator("main").get_by_role("link", name="Xã Ba Bể").first)
    hand.choose(page.get_by_role("button", name="Chấp nhận"), key="Shift+Tab", most=400)
    expect(page.get_by_role("status").first).to_contain_text("Đã chấp nhận Xã Ba Bể")
    page.goto(f"/consolidated/dan_van/{PERIOD}/")
    hand.choose(page.get_by_role("button", name="Chốt số liệu và ký"), key="Shift+Tab", most=400)
    expect(page.get_by_role("status").first).to_contain_text("Đã chốt và ký")


def follow_a_number(hand: Hand, indicator: str, number: str, words: str) -> None:
    """The link of a number in the PDF leads to its cell, the cell opens its story, the story leads to the sentence."""
    page = hand.page
    link = page.locator("main a[href$='report.pdf']").first
    hand.tab_to(link, most=200)
    answer = page.request.get(link.get_attribute("href") or "")
    links = links_of(answer.body())
    address = next(uri for text, uri in links if uri.endswith(f"#{indicator}") and text == number)
    page.goto(address)
    row = page.locator(f"[id='{indicator}']")
    expect(row).to_contain_text(number)
    hand.choose(row.locator("a.opens"), most=400)
    told = page.locator("tr.deep .contributors > li", has_text="Xã Ba Bể").locator("a.opens")
    hand.choose(told)
    expect(page.locator("li.deep mark")).to_have_text(words)
    hand.choose(page.locator("li.deep blockquote a"))
    page.wait_for_url("**/reports/**")
    marked = page.locator("mark.asked")
    expect(marked.first).to_have_text(words)
    assert page.evaluate("document.querySelector('mark.asked').getBoundingClientRect().top < innerHeight")


def links_of(pdf: bytes) -> list[tuple[str, str]]:
    """(the words under it, its address) of each link of a PDF."""
    found = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        text = page.get_textpage()
        place, link = ctypes.c_int(0), pdfium.FPDF_LINK()
        while pdfium.FPDFLink_Enumerate(page, place, link):
            box = pdfium.FS_RECTF()
            pdfium.FPDFLink_GetAnnotRect(link, box)
            action = pdfium.FPDFLink_GetAction(link)
            length = pdfium.FPDFAction_GetURIPath(document, action, None, 0)
            address = ctypes.create_string_buffer(length)
            pdfium.FPDFAction_GetURIPath(document, action, address, length)
            under = text.get_text_bounded(box.left, box.bottom, box.right, box.top)
            found.append((under.strip(), address.value.decode()))
        text.close()
        page.close()
    document.close()
    return found


def test_a_report_under_review_fits_and_is_open_to_all(people: People, pictures: Path):
    """With a reading chosen, the box of choices open, and some decided on."""
    hand = Hand(people("hoa"))
    paste_the_report(hand)
    hand.choose(hand.page.locator("#start"))
    hand.press("Enter", 2)
    hand.press("Backspace")
    fits_and_is_open_to_all(hand.page, pictures, "review-decided")
    hand.page.set_viewport_size({"width": 1366, "height": 768})
    hand.type("mo hinh")
    fits_and_is_open_to_all(hand.page, pictures, "review-choosing")
