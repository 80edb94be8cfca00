"""A day as people and programs write it."""

from __future__ import annotations

import re
from datetime import date


def parse(text: str) -> date:
    """2026-02-10 or 10/2/2026. Raises ValueError with a sentence that says how to write it."""
    text = text.strip()
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, re.ASCII):
        year, month, day = map(int, match.groups())
    elif match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text, re.ASCII):
        day, month, year = map(int, match.groups())
    else:
        raise ValueError(f"Không hiểu ngày “{text[:40]}”. Viết như 2026-02-10 hoặc 10/2/2026.")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"Không có ngày “{text}” trong lịch. Xem lại ngày, tháng.") from None
