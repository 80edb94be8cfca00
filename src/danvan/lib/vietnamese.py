"""Vietnamese text: folding for search and comparison, one spelling for the same word."""

from __future__ import annotations

import re
import unicodedata

_STROKED = str.maketrans("đĐ", "dD")

# One sign for what looks the same; always one character for one, so that offsets stay.
_SIGNS = {
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t", " "
    ),
    **dict.fromkeys("‐‑‒–—−", "-"),
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("‘’`´", "'"),
    "∕": "/",
    "⁄": "/",
    "％": "%",
    "\u0110": "đ",
    "\u00d0": "đ",  # Eth, typed for Đ in old fonts
    "\u00f0": "đ",
}
# Tone marks on the second vowel ("uỷ", "hoà") and on the first ("ủy", "hòa") are the same word.
_MARKS = {"o": "òóỏõọ", "u": "ùúủũụ"}
_SECOND = {"a": "àáảãạ", "e": "èéẻẽẹ", "y": "ỳýỷỹỵ"}
_TONES = {
    first + marked: _MARKS[first][tone] + plain
    for first, seconds in (("o", "ae"), ("u", "y"))
    for plain in seconds
    for tone, marked in enumerate(_SECOND[plain])
}
# Final i and y after h, k, l, m, s, t and qu are the same sound and spelt both ways.
_FINALS = dict(zip("iìíỉĩị", "yỳýỷỹỵ", strict=True))
_SPELT = _SIGNS | _TONES | _FINALS
# The pattern opens with the few characters sought and looks around only from there, which makes the search fast.
_SPELT_OTHERWISE = re.compile(
    rf"[{''.join((*_SIGNS, *_MARKS, *_FINALS))}]"
    rf"(?:(?<=[{''.join(_SIGNS)}])"
    rf"|(?<=[{''.join(_FINALS)}])(?![^\W\d_])(?:(?<=[hklmst].)(?<![^\W\d_]..)|(?<=qu.)(?<![^\W\d_]...))"
    rf"|[{''.join(_SECOND.values())}](?<!q..)(?<=o[{_SECOND['a']}{_SECOND['e']}]|u[{_SECOND['y']}])(?![^\W\d_]))"
)


def fold(text: str) -> str:
    """Lower case without marks, spaces single: 'Phường Cầu  Giấy' -> 'phuong cau giay'. For keys and search."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.translate(_STROKED)) if not unicodedata.combining(c))
    return " ".join(plain.lower().split())


def one_spelling(text: str) -> str:
    """NFC text in lower case with one spelling for each word and one sign for each meaning; as long as the text given.

    'Cấp uỷ – Quí I' -> 'cấp ủy - quý i'. Marks stay, since 'đơn' and 'dọn' are different words.
    """
    lower = text.lower()
    if len(lower) != len(text):  # a few foreign capitals grow in lower case: leave those as they are
        lower = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return _SPELT_OTHERWISE.sub(lambda match: _SPELT[match[0]], lower)
