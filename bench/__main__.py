"""`python -m bench [NAME ...]`: runs every bench_NAME.py here, or those named."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main(names: list[str]) -> None:
    present = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    if unknown := set(names) - set(present):
        sys.exit(f"bench: no {', '.join(sorted(unknown))}; there are {', '.join(present)}")
    for name in names or present:
        print(f"\n{name}")
        importlib.import_module(f"bench.bench_{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
