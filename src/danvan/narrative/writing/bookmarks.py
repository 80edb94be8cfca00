"""Names of figures in a written file, the same in Word and HTML: from the cell, so that a program finds it again."""

from __future__ import annotations

import re
import zlib
from collections import Counter

_LONGEST = 40  # Word's limit


def bookmark_name(cell: str) -> str:
    """The bookmark of a cell: 'mod.total[field=economy]' -> 'mod_total_field_economy'; long ones end in a checksum."""
    name = re.sub(r"\W+", "_", cell, flags=re.ASCII).strip("_")
    if len(name) <= _LONGEST - 5:  # room for "_t" or a repeat
        return name
    return f"{name[: _LONGEST - 14]}_{zlib.crc32(cell.encode()):08x}"


class Bookmarks:
    """The names given in one file, none twice: "_t" in the annex, "_2" on a repeat."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def name(self, cell: str, *, annex: bool = False) -> str:
        name = bookmark_name(cell) + ("_t" if annex else "")
        self._given[name] += 1
        return name if self._given[name] == 1 else f"{name}_{self._given[name]}"
