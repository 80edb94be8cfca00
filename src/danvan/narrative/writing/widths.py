"""How wide words are in Times New Roman: for strokes as long as their line, and names broken where they look even."""

from __future__ import annotations

import unicodedata

_MM_A_POINT = 25.4 / 72
# Advance widths in thousandths of the type size; Vietnamese letters are as wide as their base. Others: as a digit.
_REGULAR = {
    50: "\u031b", 250: " .,", 278: "/:;ijlt", 333: "()-If[]r", 389: "Js", 408: '"', 444: "acez“”", 556: "FPS",
    611: "ELTZ", 667: "BCR", 722: "ADGHKNOQUVXYĐw", 778: "&m", 889: "M", 944: "W", 1000: "…",
}  # fmt: skip
_BOLD = {
    50: "\u031b", 250: " .,", 278: "/il", 333: "()-:;fjt[]", 389: "Is", 444: "cer", 556: "Sbdhknpuđ", 611: "FP",
    667: "BELTZ", 722: "ACDNRUVXYĐw", 778: "GHKOQ", 833: "&m", 944: "M", 1000: "W…",
}  # fmt: skip
_HORN = "\u031b"  # of ơ and ư: the one accent that makes its letter wider
_REGULAR_WIDTHS, _BOLD_WIDTHS = (
    {letter: width for width, letters in table.items() for letter in letters} for table in (_REGULAR, _BOLD)
)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Of one line, in mm. size in pt."""
    widths = _BOLD_WIDTHS if bold else _REGULAR_WIDTHS
    decomposed = unicodedata.normalize("NFD", text)
    letters = (letter for letter in decomposed if letter == _HORN or not unicodedata.combining(letter))
    return (sum(widths.get(letter, 500) for letter in letters)) / 1000 * size * _MM_A_POINT


def broken(text: str, size: float, within: float, *, bold: bool = False) -> list[str]:
    """The fewest lines not wider than `within` mm, as even as can be; a word that is wider stays whole."""
    lines = _filled(text, size, within, bold=bold)
    narrow = within / 2
    while len(lines) > 1 and narrow < within:
        even = _filled(text, size, narrow, bold=bold)
        if len(even) == len(lines):
            return even
        narrow += 2
    return lines


def _filled(text: str, size: float, within: float, *, bold: bool) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size, bold=bold) > within:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
