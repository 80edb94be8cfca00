"""Nonsense in every field of every page: a sentence says what to do, the form comes back as it was filled in."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from lxml import html

from danvan.access.tests.cast import PASSWORD
from tests.browser.site import signing_in
from tests.browser.test_every_page import PAGES, World, world  # noqa: F401 -- the same country

NO_WORDS = "hidden", "submit", "checkbox", "radio", "file"
FORGOTTEN = {"password", "oldpassword", "password1", "password2", "day"}  # day: of a choice that was not made
REFUSED = 400, 409, 422
LEAST_REFUSED = 20  # of some seventy forms; many take any words, or are looked for by them
READABLE = 30
MUCH_IN_AN_ADDRESS, MUCH_AT_ONCE = 2_000, 1_000_000  # letters of one form
MOST = 15_000  # characters typed into a field that does not say how many
NONSENSE = {
    "wrong": "<b>hôm kia</b> ' \" \\ 🙃 %s {{ 7*7 }}",
    "long": "dân vận khéo " * 2000,
    "number": "-99999999999999999999",
    "day": "31/02/20261",
}


@dataclass
class Form:
    """A form as it was served. texts: its fields for words, and how much is let in; kept: what else is sent."""

    page: str
    who: str
    address: str
    method: str
    texts: list[tuple[str, int]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)


def forms(page: str, who: str, at: str, text: str) -> Iterator[Form]:
    for found in html.fromstring(text).xpath("//main//form"):
        form = Form(page, who, urllib.parse.urljoin(at, found.get("action") or at), found.get("method") or "get")
        for one in found.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
            kind = one.get("type") or "text" if one.tag == "input" else one.tag
            if kind == "select":
                form.kept += [
                    (one.get("name"), value) for value in one.xpath("(.//option[@selected] | .//option)[1]/@value")
                ]
            elif kind not in NO_WORDS:
                form.texts.append((one.get("name"), int(one.get("maxlength") or MOST)))
            elif kind == "hidden" or (kind in ("checkbox", "radio") and one.get("checked") is not None):
                form.kept.append((one.get("name"), one.get("value") or ""))
        form.kept += [(one.get("name"), one.get("value") or "") for one in found.xpath("(.//button[@name])[1]")]
        if form.texts:
            yield form


@dataclass
class Answer:
    status: int
    address: str
    kind: str
    text: str

    def values(self) -> dict[str, list[str]]:
        """name -> what its fields hold."""
        held: dict[str, list[str]] = {}
        for one in html.fromstring(self.text).xpath("//main//input[@name] | //main//textarea[@name]"):
            held.setdefault(one.get("name"), []).append(one.get("value") or one.text_content())
        return held


def ask(browser: urllib.request.OpenerDirector, address: str, data: list[tuple[str, str]] | None = None) -> Answer:
    body = None if data is None else urllib.parse.urlencode(data).encode()
    asked = urllib.request.Request(address, body, {"Accept": "text/html", "Referer": address})  # noqa: S310
    try:
        with browser.open(asked, timeout=60) as answer:
            return Answer(
                answer.status,
                answer.url,
                answer.headers["Content-Type"] or "",
                answer.read().decode("utf-8", "replace"),
            )
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(
                refused.code, address, refused.headers["Content-Type"] or "", refused.read().decode("utf-8", "replace")
            )


@pytest.fixture(scope="module")
def browsers(world: World) -> dict[str, urllib.request.OpenerDirector]:  # noqa: F811
    people = {who for who, _path in PAGES.values()}
    return {
        who: signing_in(world.address, who, PASSWORD)[0]
        if who
        else urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        for who in people
    }


def all_forms(world: World, browsers) -> list[Form]:  # noqa: F811
    """Each kind of form once, as it stands now: what was typed before may have ended what another was for."""
    found: dict[tuple[str, ...], Form] = {}
    for page, (who, _path) in PAGES.items():
        at = world.address + world.addresses[page]
        answer = ask(browsers[who], at)
        for form in forms(page, who, answer.address, answer.text):
            found.setdefault(
                (who, re.sub(r"\d+", "#", form.address.partition("?")[0]), *(name for name, _longest in form.texts)),
                form,
            )
    return list(found.values())


@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_is_told_and_comes_back(world: World, browsers, kind: str):  # noqa: F811
    wrong, refused = [], 0
    for form in all_forms(world, browsers):
        most = min(MOST, MUCH_IN_AN_ADDRESS if form.method.lower() == "get" else MUCH_AT_ONCE) // len(form.texts)
        typed = [(name, NONSENSE[kind][: min(longest, most)].strip()) for name, longest in form.texts]
        browser = browsers[form.who]
        if form.method.lower() == "get":
            answer = ask(browser, f"{form.address.partition('?')[0]}?{urllib.parse.urlencode([*form.kept, *typed])}")
        else:
            answer = ask(browser, form.address, [*form.kept, *typed])
        refused += answer.status in REFUSED
        wrong += [f"{form.page} {form.address} {answer.status}: {one}" for one in what_is_wrong(answer, dict(typed))]
    assert not wrong, "\n".join(wrong)
    assert refused > LEAST_REFUSED


def what_is_wrong(answer: Answer, typed: dict[str, str]) -> Iterator[str]:
    if answer.status not in (200, *REFUSED):
        yield "not reached, or an error of ours"
    elif "json" in answer.kind:
        yield "answered in JSON"
    elif answer.status in REFUSED:
        page = html.fromstring(answer.text)
        if not page.xpath("//h1"):
            yield "no page of ours"
        elif not page.xpath("//main//*[@role='alert' or contains(concat(' ', @class, ' '), ' error ')]"):
            yield "no sentence"
        held = answer.values()
        for name in typed.keys() & held.keys() - FORGOTTEN:  # none where what was to be done can be done no more
            if not any(came_back(one.replace("\r", "").strip(), typed[name]) for one in held[name]):
                yield f"{name} lost: {[one[:30] for one in held[name]][:2]}"


def came_back(value: str, typed: str) -> bool:
    """A day of thousands of letters need not come back whole."""
    return value == typed or (len(value) >= READABLE and typed.startswith(value))
