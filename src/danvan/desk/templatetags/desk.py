"""Filters and small parts of the pages; what they say is in `desk.show`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from danvan.desk import show
from danvan.figures import catalogue as figures_catalogue
from danvan.figures.queries import FORM
from danvan.narrative.writing import outlines

register = template.Library()

for name in ("number", "amount", "money", "percent", "signed", "hedged", "day", "month", "period", "count"):
    register.filter(name, getattr(show, name))

# Drawn for this product on a grid of 24, one stroke.
_ICONS = {
    "home": "M4 11 12 4l8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
    "report": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    "table": "M4 5h16v14H4zM4 10h16M10 5v14",
    "unit": "M12 4v5M5 20v-4h14v4M12 9v7M9 4h6v5H9zM2.5 20h5M16.5 20h5",
    "calendar": "M5 6h14v14H5zM5 10h14M9 3v4M15 3v4M9 14h2M13 14h2M9 17h2",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20",
    "up": "M12 19V6M6.5 11 12 5.5 17.5 11",
    "down": "M12 5v13M6.5 13l5.5 5.5 5.5-5.5",
    "same": "M6 9.5h12M6 14.5h12",
    "bad": "M12 4 21 19.5H3zM12 10v4M12 17v.01",
    "done": "M5 12.5 10 17.5 19.5 7",
    "question": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.1.9-1.1 1.7M12 16.8v.01",
    "none": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM6 18 18 6",
    "note": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8v.01",
    "file": "M12 4v11M7.5 11 12 15.5 16.5 11M5 20h14",
    "tasks": "M5 6h14v14H5zM9 4h6v4H9zM8.5 14l2.5 2.5 4.5-5",
    "edit": "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
    "review": "M4 5h16v11h-9l-4 4v-4H4zM8.5 10.5l2.5 2.5 4.5-5",
    "board": "M4 5h5v6H4zM15 5h5v6h-5zM4 14h5v5H4zM15 14h5v5h-5z",
    "compare": "M4 20V4M4 20h16M8 16l4-5 3 3 5-7",
    "people": "M12 4a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM4.5 20a7.5 7.5 0 0 1 15 0",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2.5",
    "more": "M5 12h.01M12 12h.01M19 12h.01",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21h4",
    "key": "M8 15a4 4 0 1 1 3.5-2L20 13v3h-3v2h-3v-2.5l-2.5-2.5M7 11v.01",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
    "back": "M9 5 4 10l5 5M4 10h10a5 5 0 0 1 0 10h-3",
    "seal": "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 12l2 2 4-4.5",
    "print": "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Decoration beside a word: hidden from screen readers."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>', _ICONS[name]
    )


@register.simple_tag
@lru_cache(maxsize=4096)  # a page says few of them often
def state(mark: Any) -> SafeString:
    """Where a thing stands, by icon, colour (mark.tone) and word; nothing without a mark."""
    if not mark:
        return mark_safe("")
    return format_html('<span class="{}">{}{}</span>', f"state {mark.tone}".strip(), icon(mark.icon), mark.word)


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = None) -> SafeString:
    """What a select offers: (value, word) of each."""
    wanted = "" if chosen is None else str(chosen)
    said = ((value, SafeString(" selected") if str(value) == wanted else "", word) for value, word in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', said)


@register.filter
def empty(state: str) -> SafeString:
    """Which kind of empty a cell is, in light type."""
    return format_html('<em class="empty">{}</em>', show.EMPTY[state])


@register.filter
def indicator(code: str, breakdown: str = "") -> str:
    """Its name in the page's language; a breakdown that the catalogue does not foresee for it is named all the same."""
    known, language = figures_catalogue.load(), show.language()
    try:
        return known.label(code, breakdown, language)
    except figures_catalogue.CatalogueError:
        parts = figures_catalogue.parse_breakdown(breakdown)
        words = {(v.key, name): word for v in known.vocabularies.values() for name, word in v.values.items()}
        said = [words[part].label(language) if part in words else part[1] for part in parts.items()]
        return f"{known[code].label(language)}: {', '.join(said)}"


@register.simple_tag
def illustration(invented: Any) -> SafeString:
    """The mark on every figure that was made up for the demo."""
    if not invented:
        return mark_safe("")
    return format_html('<span class="illustration">{} {}</span>', icon("note"), _("Số liệu minh họa"))


@register.filter
def of(mapping: dict, key: Any) -> Any:
    """mapping[key], or nothing."""
    return mapping.get(key)


@register.filter
def weekday(value: Any) -> str:
    return show.weekday(value)


@register.simple_tag
def change(said: dict) -> SafeString:
    """What a text says of a rise or a fall: an arrow, a word, by how much and against what."""
    direction = said.get("direction", "same")
    word = {"up": _("tăng"), "down": _("giảm"), "same": _("không đổi")}[direction]
    delta = said.get("delta")
    by = show.amount(Decimal(str(delta)), said.get("unit", "")) if delta is not None else ""
    versus = said.get("versus") or ""
    return format_html('{} {} {} <span class="soft" lang="vi">{}</span>', icon(direction), word, by, versus)


@register.filter
def dot(value: float) -> str:
    """A coordinate: a decimal point in every language."""
    return f"{value:.1f}"


@register.filter
def day_before(value: Any) -> Any:
    """The last day of a range that ends before this one."""
    return value - timedelta(days=1)


@register.filter
def share(value: Decimal) -> str:
    """0.25 -> 25%."""
    return show.percent(value * 100)


@register.filter
def sureness(value: float) -> str:
    """0.97 -> 97%."""
    return show.percent(Decimal(round(value * 100)))


@register.filter
def form_name(form: Any) -> str:
    return form.name_en if show.language() == "en" else form.name_vi


# Values of the rooms that speak both languages: their words in the page's one


@register.filter
def label(value: Any) -> str:
    """Of a period or of a row of figures."""
    return value.label(show.language())


@register.filter
def title(value: Any) -> str:
    """Of a form or of one of its sections."""
    return value.title(show.language())


@register.filter
def measure(row: Any) -> str:
    """The unit of measure of a row."""
    return row.unit(show.language())


@register.filter
def formula(story: Any) -> str:
    return story.formula(show.language())


@register.filter
def part(code: str, breakdown: str) -> str:
    """A breakdown by itself: "kinh tế"."""
    return figures_catalogue.load()[code].breakdown_label(breakdown, show.language())


@register.filter
def figure(value: Any, unit: str) -> str:
    """A figure with its hedge, a rate with what it was made of, or which kind of empty it is."""
    if value.state != "value":
        return empty(value.state)
    if value.value is None:
        return format_html('<em class="empty">{}</em>', _("mẫu số bằng 0"))
    return show.hedged(show.amount(value.value, unit), value.qualifier)


@register.simple_tag
def difference(comparison: Any, unit: str) -> SafeString:
    """An arrow, a word and by how much; in per cent too where that says something."""
    word = {"up": _("tăng"), "down": _("giảm"), "same": _("không đổi")}[comparison.direction]
    if comparison.direction == "same":
        return format_html("{} {}", icon("same"), word)
    by = show.signed(comparison.delta, unit)
    percent = comparison.percent
    more = format_html('<br><span class="small soft">{}</span>', show.signed_percent(percent)) if percent else ""
    return format_html("{} {} {}{}", icon(comparison.direction), word, by.lstrip("+−"), more)


COMPARABILITY = {  # icon, colour, word
    "exact": ("done", "done", _("so sánh được")),
    "exact_with_note": ("note", "waiting", _("có ghi chú")),
    "not_comparable": ("none", "", _("không so sánh được")),
}


@register.simple_tag
def comparability(comparison: Any) -> SafeString:
    """How far a comparison may be trusted: icon and word."""
    if comparison is None:
        return mark_safe("")
    mark, css, word = COMPARABILITY[comparison.comparability]
    return format_html('<span class="state small {}">{}{}</span>', css, icon(mark), word)


@register.simple_tag
def origin(code: str) -> str:
    """How a figure that a unit reported itself came into the system."""
    return {
        "counted": _("Đếm từ sổ của đơn vị."),
        "read": _("Đọc từ văn bản của đơn vị."),
        "typed": _("Đơn vị nhập tay."),
        "imported": _("Nhập từ tệp của đơn vị."),
        "consolidated": _("Tổng hợp từ cấp dưới."),
    }.get(code, "")


@register.filter
def outline(name: str) -> str:
    """How an outline of reports is called."""
    known = outlines.every().get(name)
    return known.label(show.language()) if known else name


@register.simple_tag
def story_url(unit: int, period: str, indicator: str, breakdown: str = "", form: str = FORM) -> str:
    """The page on which a number tells where it comes from."""
    query = {"indicator": indicator, **({"breakdown": breakdown} if breakdown else {})}
    query |= {"form": form} if form != FORM else {}
    return f"{reverse('story', args=[unit, period])}?{urlencode(query)}"
