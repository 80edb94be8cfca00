"""The article of a web page: what portals put around it is told by structure and links, never by its words.

A page's running text (lines of many words that are no links) leads to the element that holds it; menus, counters and
lists of other headlines lie outside of it or consist of links. When in doubt, words are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml import html as lxml_html

from danvan.narrative.reading.tables import CELL_WORDS, DIVIDED

_SILENT = ("script", "style", "noscript", "iframe", "svg", "template", "select", "button", "textarea", "object", "head")
_AROUND = ("nav", "aside", "footer", "dialog", "menu")
_AROUND_ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog"]
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CONTAINERS = frozenset(
    ("article", "body", "center", "div", "fieldset", "form", "main", "section", "table", "tbody", "tr")
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("dd", "dl", "dt", "li", "ol", "ul")
_PARTS = ("address", "blockquote", "br", "figcaption", "figure", "header", "hr", "p", "pre")
_BLOCKS = _CONTAINERS.union(_HEADINGS, _LISTS, _PARTS)
_CELLS = frozenset(["td", "th"])
_RUNNING = 15  # words that are no links, from which a line is running text and no label, headline or counter
_LINKED = 0.5  # share of linked words from which a block is a menu
_TEASED = 0.25  # and from which one of several blocks alike is the headline and summary of another article
_MOST = 0.8  # share of the running text that an element must hold to be the article
_LABEL = 8  # words at most of the line over a list of links ("Tin liên quan")
_MOST_COLUMNS = 63
_DATED = re.compile(r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|ngày\s+\d{1,2}\s+tháng\s+\d{1,2}")


@dataclass(slots=True)
class _Weight:
    """Words under an element; linked: in links; links: how many; running: words of its running lines."""

    words: int = 0
    linked: int = 0
    links: int = 0
    running: int = 0


def article(markup: str) -> str:
    """The words of the page's article, a line a block. Raises ValueError for what no parser can make a page of."""
    parser = lxml_html.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        page = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError as error:
        raise ValueError(str(error)) from error
    _drop(list(page.iter(*_SILENT)))
    _drop([e for e in page.iter("*") if "hidden" in e.attrib or _HIDDEN.search(e.get("style", ""))])
    whole = _lines(page)
    body = page.find("body")
    if body is None:
        return whole
    _drop([e for e in body.iter("*") if _is_around(e)])
    weights = _weigh(body)
    _drop(_lists_of_links(body, weights))
    weights = _weigh(body)
    content = _content(body, weights)
    for table in list(content.iter("table")):
        _divide(table)
    lines = _lines(content)
    if not lines.strip():
        return whole
    return "\n".join([*_heading(body, content), lines])


def _drop(elements: list[etree._Element]) -> None:
    """Takes elements out of their tree; the text that follows each stays."""
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


def _is_around(element: etree._Element) -> bool:
    if element.tag == "header":  # that of the page; an article's own holds its title
        return not any(above.tag in ("article", "main") for above in element.iterancestors())
    return element.tag in _AROUND or element.get("role", "").lower() in _AROUND_ROLES


def _weigh(body: etree._Element) -> dict[etree._Element, _Weight]:
    """The weight of each element. A line ends where a block begins or ends."""
    weights: dict[etree._Element, _Weight] = {}
    line: list[tuple[etree._Element, int]] = []  # who holds how many unlinked words of the line
    in_link = 0

    def add(holder: etree._Element, text: str | None) -> None:
        count = len(text.split()) if text else 0
        if not count:
            return
        weight = weights[holder]
        weight.words += count
        if in_link:
            weight.linked += count
        else:
            line.append((holder, count))

    def end_line() -> None:
        if sum(count for _, count in line) >= _RUNNING:
            for holder, count in line:
                weights[holder].running += count
        line.clear()

    for event, element in etree.iterwalk(body, events=("start", "end")):
        block = element.tag in _BLOCKS or element.tag in _CELLS
        if block:
            end_line()
        if event == "start":
            weights[element] = _Weight(links=int(element.tag == "a"))
            in_link += element.tag == "a"
            add(element, element.text)
        else:
            in_link -= element.tag == "a"
            if element is not body:
                add(element.getparent(), element.tail)
    end_line()
    _sum_up(body, weights)
    return weights


def _sum_up(body: etree._Element, weights: dict[etree._Element, _Weight]) -> None:
    """Gives each element what lies in its children."""
    for element in reversed(list(body.iter())):  # children before their parents
        if element is not body:
            mine, above = weights[element], weights[element.getparent()]
            above.words += mine.words
            above.linked += mine.linked
            above.links += mine.links
            above.running += mine.running


def _lists_of_links(body: etree._Element, weights: dict[etree._Element, _Weight]) -> list[etree._Element]:
    """Menus and lists of other articles, each with the label over it."""
    teasers = _teasers(body, weights)
    total = weights[body].running
    if sum(weights[teaser].running for teaser in teasers) == total:
        teasers = set()  # a page of headlines only
    found: list[etree._Element] = []
    walk = etree.iterwalk(body, events=("start",))
    for _, element in walk:
        if element is body or element.tag not in _BLOCKS | _CELLS:
            continue
        weight = weights[element]
        menu = weight.linked >= _LINKED * max(weight.words, 1) and weight.links > 0 and weight.running * 2 <= total
        if not menu and element not in teasers:
            continue
        walk.skip_subtree()
        label = element.getprevious()
        if label is not None and label not in found and _is_label(label, weights[label].words):
            found.append(label)
        found.append(element)
    return found


def _is_label(element: etree._Element, words: int) -> bool:
    return element.tag not in ("h1", *_CELLS) and 0 < words <= _LABEL and not (element.tail or "").strip()


def _teasers(body: etree._Element, weights: dict[etree._Element, _Weight]) -> set[etree._Element]:
    """Headlines of other articles with their summaries: three or more alike side by side, each with its link."""
    alike: dict[tuple[etree._Element, str, str], list[etree._Element]] = {}
    for element in body.iter("div", "li", "article", "table", "section"):
        weight = weights[element]
        if weight.links and weight.linked >= _TEASED * weight.words:
            alike.setdefault((element.getparent(), element.tag, element.get("class", "")), []).append(element)
    return {element for group in alike.values() if len(group) >= 3 for element in group}


def _content(body: etree._Element, weights: dict[etree._Element, _Weight]) -> etree._Element:
    """The innermost element that holds nearly all running text; an article as marked by the page goes no deeper."""
    content = body
    if not weights[body].running:
        return body
    while True:
        best = max(
            (child for child in content if child.tag in _CONTAINERS | _CELLS),
            key=lambda child: weights[child].running,
            default=None,
        )
        if best is None or weights[best].running < _MOST * weights[content].running or not _has_blocks(best):
            return content
        content = best
        if content.tag == "article" or content.get("itemprop") == "articleBody":
            return content


def _has_blocks(element: etree._Element) -> bool:
    """More than one line, so that a long paragraph does not leave the short ones beside it behind."""
    return sum(1 for child in element if child.tag in _BLOCKS) > 1 or any(
        child.tag in _CONTAINERS | _CELLS and _has_blocks(child) for child in element
    )


def _heading(body: etree._Element, content: etree._Element) -> Iterator[str]:
    """The title and the date line, where they stand before the article's own element."""
    title: str | None = None
    dated: str | None = None
    has_own = next(content.iter("h1"), None) is not None
    inside = set(content.iterancestors())
    for element in body.iter():
        if element is content:
            break
        if element in inside:
            continue
        if element.tag in _HEADINGS and not has_own:
            title, dated = _one_line(element), None
        elif element.tag == "time" or (element.tag in ("p", "span", "div", "td") and len(element) == 0):
            said = _one_line(element)
            if len(said.split()) <= _RUNNING and (element.tag == "time" or _DATED.search(said)):
                dated = said
    yield from (line for line in (title, dated) if line)


def _divide(table: etree._Element) -> None:
    """A table of figures, a line a row; one that only arranges the page stays as it is."""
    rows = [[cell for cell in row if cell.tag in _CELLS] for row in table.iter("tr")]
    if len(rows) < 2 or max(map(len, rows)) < 3 or any(True for _ in table.iterdescendants("table")):
        return
    said = [[word for cell in row for word in (_one_line(cell), *[""] * (_columns(cell) - 1))] for row in rows]
    if any(len(words.split()) > CELL_WORDS for row in said for words in row):
        return
    tail = table.tail
    table.clear()
    table.tail = tail
    for row in said:
        etree.SubElement(table, "tr").text = DIVIDED.join(row)


def _columns(cell: etree._Element) -> int:
    span = cell.get("colspan", "")
    return min(int(span), _MOST_COLUMNS) if re.fullmatch("[1-9][0-9]{0,3}", span) else 1


def _one_line(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _lines(element: etree._Element) -> str:
    pieces: list[str] = []
    for event, part in etree.iterwalk(element, events=("start", "end")):
        block = part.tag in _BLOCKS
        if event == "start":
            pieces.append("\n" if block else " " if part.tag in _CELLS else "")
            pieces.append(re.sub(r"\s+", " ", part.text or ""))
        else:
            pieces.append("\n" if block and part.tag != "tr" else "")  # rows follow each other
            if part is not element:
                pieces.append(re.sub(r"\s+", " ", part.tail or ""))
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
