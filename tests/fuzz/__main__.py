"""`python -m tests.fuzz [FORMAT ...]`: SECONDS (600) of each format; with LibreOffice itself where it is installed.

Ends with 1 where something was found; each finding is printed and its file kept in var/fuzz.
"""

from __future__ import annotations

import os
import shutil
import sys

from danvan.config.database import var_dir
from tests.fuzz.formats import FORMATS
from tests.fuzz.running import read_for

KEPT = var_dir() / "fuzz"


def main(names: list[str]) -> int:
    if unknown := set(names) - set(FORMATS):
        sys.exit(f"fuzz: no {', '.join(sorted(unknown))}; there are {', '.join(FORMATS)}")
    seconds = float(os.environ.get("SECONDS", "600"))
    wrong = 0
    for name in names or FORMATS:
        real = FORMATS[name].programs and shutil.which("soffice") is not None
        for with_office in (False, True) if real else (False,):
            came, found = read_for(name, seconds / (2 if real else 1), real=with_office, keep=KEPT)
            label = f"{name} through LibreOffice" if with_office else name
            print(f"{label}: {came.total():,} files, {came['read']:,} read, {came['refused']:,} refused, "
                  f"{len(found)} findings", flush=True)  # fmt: skip
            for one in found:
                print(one, flush=True)
            wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
