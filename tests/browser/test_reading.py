"""What a reader does: from a number to its sentence, by keyboard, without script, in English, on paper."""

from __future__ import annotations

import pytest

FIRST_VIEW = 250_000  # bytes


def test_a_number_opens_down_to_its_sentence_and_closes_again(open_page, places):
    page = open_page(places["table"])
    number = page.locator("[id='mod.total'] a.opens")
    number.click()
    story = page.locator("tr.deep > td > .story")
    story.wait_for()
    assert number.get_attribute("aria-expanded") == "true"
    assert "Cộng số liệu của" in story.inner_text()
    told = story.locator(".contributors > li", has_text="Xã Định Hóa").locator("a.opens")  # a sample report tells it
    told.click()
    words = story.locator("li.deep mark")
    words.wait_for()
    assert "mô hình" in words.inner_text()
    story.locator("li.deep blockquote a").click()
    page.wait_for_url("**/reports/**")
    assert page.locator("mark.asked").first.inner_text() == words_of(page)
    page.go_back()
    page.locator("[id='mod.total'] a.opens").click()
    page.locator("tr.deep").wait_for()
    page.locator("[id='mod.total'] a.opens").click()
    assert page.locator("tr.deep").count() == 0


def words_of(page) -> str:
    """The words that the address asks for."""
    start, end = page.evaluate("[...new URLSearchParams(location.search).values()].map(Number)")
    assert start < end
    return page.locator("mark.asked").first.inner_text()


def test_the_same_is_reached_without_script(open_page, places):
    page = open_page(places["table"], java_script_enabled=False)
    page.locator("[id='mod.total'] a.opens").click()
    assert page.locator("h1").inner_text() == "Tổng số mô hình Dân vận khéo đang thực hiện"
    page.locator(".contributors > li", has_text="Xã Định Hóa").locator("a.opens").click()
    assert "mô hình" in page.locator("blockquote mark").inner_text()
    page.locator("blockquote a").click()
    assert page.locator("mark.asked").count() >= 1


def test_forms_work_without_script(open_page):
    page = open_page("/", java_script_enabled=False)
    page.locator("#search").fill("ba be")
    page.locator("#search").press("Enter")
    assert page.get_by_role("link", name="Xã Ba Bể", exact=True).first.is_visible()
    page.locator(".person summary").click()  # opens without script too
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert "ba be" in page.url.replace("+", " ")


def test_a_cell_named_in_the_word_file_is_shown(open_page, places):
    page = open_page(places["table"] + "#mod.total--field=economy")
    assert page.locator("tr:target").get_attribute("id") == "mod.total--field=economy"
    assert page.locator("tr:target").is_visible()


def test_contradictions_come_first_and_lead_into_the_text(open_page, places):
    page = open_page(places["report"])
    top = page.locator(".arithmetic").bounding_box()["y"]
    assert top < page.locator(".report .text").bounding_box()["y"]
    page.locator(".arithmetic a").first.click()
    marked = page.locator(".against").first
    marked.wait_for()
    box = marked.bounding_box()
    assert 0 <= box["y"] <= page.viewport_size["height"]


@pytest.mark.parametrize("name", ["home", "report", "table", "unit"])
def test_tab_order_follows_reading_order(open_page, places, name: str):
    page = open_page(places[name], viewport={"width": 1366, "height": 768})
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        seen.append(page.evaluate(_FOCUS))
    assert len(seen) >= 10
    assert all(outline for _place, outline in seen)  # the focus can be seen
    places_in_document = [place for place, _outline in seen]
    assert places_in_document == sorted(places_in_document)


_FOCUS = """(() => {
  const focus = document.activeElement;
  const reached = 'a[href], button, input:not([type=hidden]), select, summary, [tabindex="0"]';
  const all = [...document.querySelectorAll(reached)];
  return [all.indexOf(focus), getComputedStyle(focus).outlineStyle !== 'none' || focus.matches('input, select')];
})()"""


def test_skipping_to_the_content_skips_the_frame(open_page):
    page = open_page("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_slash_goes_to_the_search_but_not_while_typing(open_page):
    page = open_page("/calendar/2026/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.locator("#from").focus()
    page.keyboard.type("10/2/2026")
    assert page.locator("#from").input_value() == "10/2/2026"


@pytest.mark.parametrize("name", ["home", "report", "table", "unit", "calendar"])
def test_the_first_view_is_light(site, browser, reader, places, name: str):
    context = browser.new_context(base_url=site, storage_state=reader)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(places[name])
    page.wait_for_load_state("networkidle")
    context.close()
    assert 20_000 < sum(sizes) < FIRST_VIEW


@pytest.mark.parametrize("name", ["home", "reports", "report", "tables", "table", "story", "unit", "units", "calendar"])
def test_in_english_only_names_and_quotes_stay_vietnamese(open_page, places, name: str):
    page = open_page(places[name], language="en")
    assert page.locator("html").get_attribute("lang") == "en"
    left = page.evaluate(_VIETNAMESE)
    assert left == []


# Texts with Vietnamese letters that are not marked as Vietnamese.
_VIETNAMESE = """(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    const text = node.textContent.replaceAll(/dân vận( khéo)?/gi, '').replaceAll('Việt Nam', '');
    if (/[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/i.test(text)
        && parent.closest('[lang]').lang === 'en' && !parent.closest('script, style')) found.push(text.trim());
  }
  return found;
})()"""


def test_on_paper_the_frame_is_left_out(open_page, places):
    page = open_page(places["table"])
    page.emulate_media(media="print")
    assert not page.locator(".rail").is_visible()
    assert not page.locator(".head").is_visible()
    assert page.locator("[id='mod.total']").is_visible()


def test_at_double_zoom_nothing_is_cut(open_page, places):
    page = open_page(places["table"], viewport={"width": 683, "height": 384})
    assert page.evaluate("document.documentElement.scrollWidth") <= 683
    assert page.locator("[id='mod.total'] a.opens").is_visible()
