"""Bytes as text, and text typed for the old fonts (TCVN3 or ABC, VNI) as Unicode.

Which encoding it is shows in the words: under the right one the words with marks are Vietnamese syllables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from danvan.lib import vietnamese

# Letters from A1 on; "." is no letter. Source: TCVN 5712:1993, character set VN3, whose capitals with tones are the
# small letters in a font of capitals.
_TCVN3_FROM = 0xA1
_TCVN3 = "ĂÂÊÔƠƯĐăâêôơưđ......àảãáạ.ằẳẵắ.......ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ"
# VNI writes most letters as a vowel and a second character with its marks. Source: the code chart of VNI Software.
_VNI_MARKS = {
    **dict(zip("ùøûõï", ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True)),
    **dict(zip("âáàåãä", ("\u0302" + tone for tone in ("", *"\u0301\u0300\u0309\u0303\u0323")), strict=True)),
    **dict(zip("êéèúüë", ("\u0306" + tone for tone in ("", *"\u0301\u0300\u0309\u0303\u0323")), strict=True)),
}
_VNI_ALONE = dict(zip("ñôöíìæóòî", "đơưíìỉĩịỵ", strict=True))
_VNI_VOWELS = {"ùøûõï": "aeouyôö", "âáàåãä": "aeo", "êéèúüë": "a"}


def _vni_pairs() -> dict[str, str]:
    pairs = dict(_VNI_ALONE)
    for marks, vowels in _VNI_VOWELS.items():
        for vowel in vowels:
            base = _VNI_ALONE.get(vowel, vowel)
            for mark in marks:
                pairs[vowel + mark] = unicodedata.normalize("NFC", base + _VNI_MARKS[mark])
    for old, letter in list(pairs.items()):
        pairs[old.upper()] = letter.upper()
        pairs[old[0].upper() + old[1:]] = letter.upper()  # a capital whose marks were typed small
    return pairs


_VNI = _vni_pairs()
_VNI_LETTER = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_TCVN3_LETTERS = {_TCVN3_FROM + place: letter for place, letter in enumerate(_TCVN3) if letter != "."}

_SYLLABLE = re.compile(
    r"(?:ngh?|nh|n|ch|c|gh|gi|g|kh|k|ph|qu|th|tr|t|s|x|v|r|l|m|h|d|đ|b|p)?"
    r"(?:[aăâ](?:ch|c|m|nh|ng|n|p|t)|a[iouy]?|â[uy]|e(?:ng|[cmnopt])?|ê(?:ch|nh|[mnptu])?"
    r"|i(?:ch|nh|[acmnptu])?|iê(?:c|m|ng|n|p|t|u)|o(?:ng|[cimnpt])?|oo(?:c|ng)"
    r"|oa(?:ch|c|i|m|nh|ng|n|o|p|t|y)?|oă(?:c|m|ng|n|t)|oe[not]?"
    r"|ô(?:ng|[cimnpt])?|ơ[imnpt]?|u(?:ng|[acimnptơ])?|uâ(?:ng|[nty])|uê(?:ch|nh)?|uô(?:ng|[cimnt])"
    r"|uy(?:ch|nh|[aptu]|ê[nt])?|ư(?:ng|[acimtu])?|ươ(?:ng|[cimnptu])|y(?:ch|nh|[pt]|ê(?:ng|[mntu]))?)"
)
_STOPPED = re.compile(r"(?:ch|[cpt])$")  # after these only two tones are spoken
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_WORD = re.compile(r"[^\s\d!-/:-@\[-`{-~“”‘’…–—•]+")
_ONLY_UNICODE = re.compile(r"[ăđĩũơưẠ-ỹ\u0300-\u0323]", re.IGNORECASE)  # no sign of an old font, and frequent
_ENOUGH = 3  # words with marks that must be seen before a text is taken for one in an old encoding
_PLAUSIBLE = 0.8  # share of syllables among the words with marks from which a text is Vietnamese
_BETTER = 0.2  # by which that share must rise when the text is taken for one in an old encoding
_SAMPLE = 20_000  # characters that are looked at


def _share(text: str) -> tuple[float, int]:
    """Share of Vietnamese syllables among the words that have letters beyond ASCII, and how many such words."""
    words = {word for word in _WORD.findall(text[:_SAMPLE]) if not word.isascii()}
    if not words:
        return 0.0, 0
    return sum(map(_is_syllable, words)) / len(words), len(words)


def _is_syllable(word: str) -> bool:
    parts = unicodedata.normalize("NFD", vietnamese.one_spelling(unicodedata.normalize("NFC", word)))
    tones = [mark for mark in parts if mark in _TONES]
    plain = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(plain):
        return False
    return not _STOPPED.search(plain) or tones in (["\u0301"], ["\u0323"])


def from_tcvn3(text: str) -> str:
    """Letters of a font such as .VnTime as Unicode. Capitals with tones are told from the capitals around them."""
    if not text:
        return text
    lines = []
    for line in text.split("\n"):
        plain = [letter for letter in line if letter.isalpha() and letter.isascii()]
        converted = line.translate(_TCVN3_LETTERS)
        if len(plain) > 2 and all(letter.isupper() for letter in plain):
            converted = converted.upper()
        elif converted != line:
            converted = _WORD.sub(_capitals, converted)
        lines.append(converted)
    return "\n".join(lines)


def _capitals(word: re.Match[str]) -> str:
    capitals = sum(1 for letter in word[0] if letter.isupper())
    small = any("a" <= letter <= "z" for letter in word[0])
    return word[0].upper() if capitals > 1 and not small else word[0]


def from_vni(text: str) -> str:
    """Letters of a font such as VNI-Times as Unicode."""
    return _VNI_LETTER.sub(lambda letter: _VNI[letter[0]], text)


_OLD: tuple[Callable[[str], str], ...] = (from_tcvn3, from_vni)


def decoded(data: bytes) -> str | None:
    """Bytes that are not UTF-8 as Vietnamese text, of Windows (code page 1258), TCVN3 or VNI; None: none of these."""
    western = data.decode("cp1252", "replace")
    windows = unicodedata.normalize("NFC", data.decode("cp1258", "replace"))
    best = max((windows, *(old(western) for old in _OLD)), key=_share)
    share, words = _share(best)
    return best if share >= _PLAUSIBLE and words >= _ENOUGH and "\ufffd" not in best else None


def utf_16(data: bytes) -> str | None:
    """Bytes of UTF-16 that say it nowhere as text: every second byte of what is ASCII in it is zero; None: not that."""
    head = data[:_SAMPLE]
    for written, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(0) * 2 > len(zeros):
            try:
                text = data.decode(written)
            except UnicodeDecodeError:
                return None
            return None if "\x00" in text else text
    return None


def unicode(text: str) -> str:
    """The text with what was typed for an old font converted, a line at a time; any other text as it is."""
    lines = text.split("\n")
    doubtful = "\n".join(line for line in lines if not line.isascii() and not _ONLY_UNICODE.search(line))
    as_is, words = _share(doubtful)
    if words < _ENOUGH:
        return text
    old = max(_OLD, key=lambda old: _share(old(doubtful)))
    share, words = _share(old(doubtful))
    if words < _ENOUGH or share < max(_PLAUSIBLE, as_is + _BETTER):
        return text
    return "\n".join(_line(line, old) for line in lines)


def _line(line: str, old: Callable[[str], str]) -> str:
    if line.isascii() or _ONLY_UNICODE.search(line):
        return line
    converted = old(line)
    return converted if _share(converted)[0] >= _share(line)[0] else line
