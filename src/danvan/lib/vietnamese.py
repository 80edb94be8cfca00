"""Vietnamese text: folding for search and comparison. Offsets are never touched here; see narrative.reading."""

from __future__ import annotations

import unicodedata

_STROKED = str.maketrans("đĐ", "dD")


def fold(text: str) -> str:
    """Lower case without marks, spaces single: 'Phường Cầu  Giấy' -> 'phuong cau giay'. For keys and search."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.translate(_STROKED)) if not unicodedata.combining(c))
    return " ".join(plain.lower().split())
