"""A Typst template of this folder, filled with data, as PDF."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.contrib.staticfiles import finders

HERE = Path(__file__).parent
BUILT_IN = "Libertinus Serif"  # Typst's own: it knows Vietnamese
# To be kept (ISO 19005-2) and to be heard (ISO 14289-1): tagged, every font inside.
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]


def pdf(
    template: str,
    data: Mapping[str, Any],
    pictures: Mapping[str, str] | None = None,
    *,
    families: Sequence[str] = ("Be Vietnam Pro",),
) -> bytes:
    """pictures: name -> SVG. Where a letter is in no font, the standards that forbid that are given up."""
    fonts, known = _fonts()
    chosen = [name for name in (*families, BUILT_IN) if name in known]
    words = {"data": json.dumps(data, ensure_ascii=False), "fonts": json.dumps(chosen), **(pictures or {})}
    compiler = typst.Compiler(HERE / template, root=HERE, font_paths=fonts)
    moment = dt.datetime.now(dt.UTC).replace(microsecond=0)
    try:
        return compiler.compile(format="pdf", sys_inputs=words, timestamp=moment, pdf_standards=STANDARDS)
    except typst.TypstError:
        return compiler.compile(format="pdf", sys_inputs=words, timestamp=moment)


@cache
def _fonts() -> tuple[typst.Fonts, frozenset[str]]:
    """The product's own fonts for paper; Typst's where the assets were not made. Found once."""
    found = finders.find("vendor/fonts/BeVietnamPro-Regular.ttf")
    fonts = typst.Fonts(font_paths=[str(Path(found).parent)] if found else [])
    return fonts, frozenset(fonts.families())
