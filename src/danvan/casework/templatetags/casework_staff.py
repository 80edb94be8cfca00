"""Small words of the staff's pages of this room."""

from __future__ import annotations

from typing import Any

from django import template

from danvan.casework import saying

register = template.Library()

register.filter("type_name", saying.type_name)
register.filter("state_name", saying.state_name)
register.filter("resolution_name", saying.resolution_name)
register.filter("rule_name", saying.rule_name)


@register.filter
def chosen(value: Any, option: Any) -> bool:
    """Whether a field's value is this option, whatever types they come in."""
    return str("" if value is None else value) == str(option)


@register.filter
def first_up(words: Any) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]


@register.filter
def named(value: str, vocabulary: str) -> str:
    return saying.named(vocabulary, value) if value else ""


@register.filter
def marked(due: Any, today: Any) -> Any:
    """How near a limit is: icon, colour and word."""
    return saying.due_mark(due, today)
