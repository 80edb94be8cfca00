"""Names of places inside a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

TERRITORY = re.compile(
    r"(tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu|thôn|bản|khu phố)\b", re.IGNORECASE
)


def in_a_sentence(name: str) -> str:
    """The kind of place is written small: "xã Ba Bể"."""
    return name[0].lower() + name[1:] if TERRITORY.match(name) else name


def listed(names: Sequence[str]) -> str:
    return ", ".join(map(in_a_sentence, names))
