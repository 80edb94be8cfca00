"""A file name fit to be shown and sent: Vietnamese letters stay, what could mislead or leave its folder goes."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 150  # characters; file systems allow 255 bytes, a Vietnamese letter takes up to 3
NAMELESS = "tep"
_FORBIDDEN = re.compile(r'[<>:"|?*%]')  # not allowed on Windows, or read as an escape
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_KNOWN = mimetypes.MimeTypes()  # the built-in table, whatever the machine has


def safe_name(name: str, extensions: tuple[str, ...] = ()) -> str:
    """`name` without path, control and direction characters, ending in one of `extensions` (the first, if none fits).

    An extension that belongs to another kind of file is replaced: "ảnh.exe" that is a PNG becomes "ảnh.png".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Category C holds control characters and the marks that turn the reading direction ("gpj.exe" shown as "exe.jpg").
    visible = "".join(" " if letter.isspace() else letter for letter in last if _shown(letter))
    stem = " ".join(_FORBIDDEN.sub("_", visible).split()).strip(". ")
    ending = ""
    if extensions:
        suffix = PurePosixPath(stem).suffix
        ending = suffix.lower() if suffix.lower() in extensions else extensions[0]
        while (suffix := PurePosixPath(stem).suffix) and _is_extension(suffix.lower(), extensions):
            stem = stem[: -len(suffix)].rstrip(". ")
    stem = stem[: LONGEST - len(ending)].rstrip(". ") or NAMELESS
    return f"_{stem}{ending}" if _RESERVED.match(stem) else f"{stem}{ending}"


def _shown(letter: str) -> bool:
    return letter.isspace() or not unicodedata.category(letter).startswith("C")


def _is_extension(suffix: str, extensions: tuple[str, ...]) -> bool:
    """A dot in "Báo cáo 6.2025" or "QĐ số 12.BDV" begins no extension."""
    return suffix in extensions or suffix in _KNOWN.types_map[True] or suffix in _KNOWN.types_map[False]
