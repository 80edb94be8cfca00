"""A report as PDF, typeset by Typst. The words go in as data and are never read as Typst markup."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path

import typst

from danvan.lib import qr
from danvan.narrative.writing.model import Report

TEMPLATE = Path(__file__).parent / "report.typ"
BUILT_IN = "Libertinus Serif"
# To be kept (ISO 19005-2) and to be heard (ISO 14289-1): tagged, every font inside.
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]


def to_pdf(report: Report, path: Path, font_paths: Sequence[Path] = ()) -> None:
    """Writes the report to `path`. font_paths: folders with fonts beside those of the system.

    Where none of the report's fonts is found, Typst's own serif font is used: it knows Vietnamese, but runs wider.
    The file is PDF/A-2a and PDF/UA-1, but where a name holds a letter that no font has, which both refuse.
    """
    fonts = _fonts(tuple(str(folder) for folder in font_paths))
    known = set(fonts.families())
    families = [name for name in (*report.fonts, BUILT_IN) if name in known]
    words = {
        "report": json.dumps(asdict(replace(report, origin=None)), ensure_ascii=False),
        "qr": qr.svg(report.address) if report.address else "",
        "fonts": json.dumps(families, ensure_ascii=False),
    }
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts)
    moment = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    try:
        compiler.compile(output=path, format="pdf", sys_inputs=words, timestamp=moment, pdf_standards=STANDARDS)
    except typst.TypstError:
        compiler.compile(output=path, format="pdf", sys_inputs=words, timestamp=moment)


@lru_cache(maxsize=8)
def _fonts(folders: tuple[str, ...]) -> typst.Fonts:
    """Finding the system's fonts takes longer than typesetting a report; they are found once."""
    return typst.Fonts(font_paths=list(folders))
