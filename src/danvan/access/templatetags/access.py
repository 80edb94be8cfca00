"""What the pages of signing in ask."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def mail_works() -> bool:
    """Whether a mail server is set up."""
    return settings.MAIL


@register.filter
def typed(value: Any) -> str:
    """As a field shows it: days as people write them, what was entered as it was entered."""
    return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value or "")
