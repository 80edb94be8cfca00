"""The register of a hundred thousand matters; TIER=nation: of a million."""

from __future__ import annotations

import os

from bench import casework


def main() -> None:
    casework.main(int(os.environ.get("MATTERS", "1000000" if os.environ.get("TIER") == "nation" else "100000")))
