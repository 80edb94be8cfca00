"""`python -m bench [NAME ...]`: runs every bench_NAME.py here, or those named, each in a process of its own.

TIER=nation: the nation as well, some 30 million cells (made once, then kept).
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    present = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    if unknown := set(names) - set(present):
        sys.exit(f"bench: no {', '.join(sorted(unknown))}; there are {', '.join(present)}")
    if len(names) == 1:
        print(f"\n{names[0]}", flush=True)
        importlib.import_module(f"bench.bench_{names[0]}").main()
        return 0
    wanted = names or [name for name in present if name != "nation" or os.environ.get("TIER") == "nation"]
    return max(subprocess.call([sys.executable, "-m", "bench", name]) for name in wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
