"""A report as PDF, typeset by Typst. The words go in as data and are never read as Typst markup."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import typst

from danvan.narrative.writing.model import Report

TEMPLATE = Path(__file__).parent / "report.typ"
BUILT_IN = "Libertinus Serif"


def to_pdf(report: Report, path: Path, font_paths: Sequence[Path] = ()) -> None:
    """Writes the report to `path`. font_paths: folders with fonts beside those of the system.

    Where none of the report's fonts is found, Typst's own serif font is used: it knows Vietnamese, but runs wider.
    """
    fonts = _fonts(tuple(str(folder) for folder in font_paths))
    known = set(fonts.families())
    families = [name for name in (*report.fonts, BUILT_IN) if name in known]
    words = {
        "report": json.dumps(asdict(report), ensure_ascii=False),
        "fonts": json.dumps(families, ensure_ascii=False),
    }
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts)
    compiler.compile(output=path, format="pdf", sys_inputs=words)


@lru_cache(maxsize=8)
def _fonts(folders: tuple[str, ...]) -> typst.Fonts:
    """Finding the system's fonts takes longer than typesetting a report; they are found once."""
    return typst.Fonts(font_paths=list(folders))
