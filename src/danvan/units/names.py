"""Names of places: the type word, and keys under which texts and lists find each other. Plain Python."""

from __future__ import annotations

import re
import unicodedata

from danvan.lib.vietnamese import fold

# Type words by which an official name begins, longest first so that "thị trấn" is not read as something shorter.
DESIGNATIONS = (
    *("tổ dân phố", "thành phố", "thị trấn", "đặc khu", "khu phố", "thị xã", "phường", "huyện"),
    *("quận", "tỉnh", "thôn", "buôn", "khóm", "làng", "bản", "xóm", "xã", "ấp"),
)

# As written in reports and addresses, at the start of a name. One letter needs its full stop: "P. 5", but not "P 5".
_ABBREVIATIONS = [
    (re.compile(rf"{short}(?=\S)", re.IGNORECASE), long)
    for short, long in (
        (r"(?:tp|thành phố)[. ]*(?=hcm\b)", "thành phố "),
        (r"tp(?:\.\s*|\s+)", "thành phố "),
        (r"tx(?:\.\s*|\s+)", "thị xã "),
        (r"tt(?:\.\s*|\s+)", "thị trấn "),
        (r"tdp(?:\.\s*|\s+)", "tổ dân phố "),
        (r"p\.\s*", "phường "),
        (r"q\.\s*", "quận "),
        (r"h\.\s*", "huyện "),
        (r"x\.\s*", "xã "),
        (r"t\.\s*", "tỉnh "),
    )
]
_HCM = re.compile(r"\bhcm$", re.IGNORECASE)
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_SEPARATORS = re.compile(r"[\s\-–—.,/_]+")
_LEADING_ZERO = re.compile(r"\b0+(?=\d)")


def designation(name: str) -> str:
    """The type word of a full name in lower case ("Thị xã Hoàng Mai" -> "thị xã"), "" if it begins with none."""
    lower = f"{unicodedata.normalize('NFC', ' '.join(name.split())).lower()} "
    return next((word for word in DESIGNATIONS if lower.startswith(f"{word} ")), "")


def bare(name: str) -> str:
    """The name without its type word: "Thị xã Hoàng Mai" -> "Hoàng Mai"."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    return name[len(designation(name)) :].strip() or name


def search_key(name: str) -> str:
    """No marks, no punctuation, lower case, "Phường 05" as "Phường 5": "Xã M'Drắk" -> "xa mdrak"."""
    plain = _SEPARATORS.sub(" ", _APOSTROPHES.sub("", fold(name))).strip()
    return _LEADING_ZERO.sub("", plain)


def write_out(text: str) -> str:
    """A name as written in a text, with TP., TX., TT., P., Q., H., X., T. and HCM written out."""
    text = unicodedata.normalize("NFC", " ".join(text.split())).strip(" .,;:()\"'“”")
    for short, long in _ABBREVIATIONS:
        if match := short.match(text):
            text = long + text[match.end() :]
            break
    return _HCM.sub("Hồ Chí Minh", text)


def query_key(text: str) -> str:
    """The key of a name as written in a text."""
    return search_key(write_out(text))


def spelling(name: str) -> str:
    """Equal for two spellings of one name: tone on either vowel (Hoà, Hòa), apostrophe, dash, case, spaces.

    Other marks count: "Tân Hòa" and "Tấn Hòa" are two names.
    """
    words = _SEPARATORS.sub(" ", _APOSTROPHES.sub("", name)).strip().lower().split()
    return " ".join(_tone_last(_LEADING_ZERO.sub("", word)) for word in words)


def _tone_last(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    return "".join(c for c in letters if c not in _TONES) + "".join(c for c in letters if c in _TONES)
