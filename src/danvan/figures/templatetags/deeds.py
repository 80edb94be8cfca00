"""What was done with a report, in words."""

from __future__ import annotations

from django import template

from danvan.access.words import VERBS

register = template.Library()


@register.filter
def deed(verb: str) -> str:
    """'gửi báo cáo' for figures.submit; a verb without words is given as it is."""
    return str(VERBS.get(verb, verb))
