"""Prints papers of each kind with invented figures and draws them: `python docs/layouts/draw_letters.py [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from danvan.narrative.letters import compose
from danvan.narrative.letters.tests.samples import PAPERS

sys.path.insert(0, str(Path(__file__).parent))
from draw import Sample, data, drawn


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, paper in PAPERS.items():
        figures = data(Sample("2026-Q3", paper.day, paper.issuer, late=2))
        drawn(compose(paper.letter(figures)), folder / f"{name}.png")


if __name__ == "__main__":
    main()
