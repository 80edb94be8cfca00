"""Files of a report: each is there whole, or as it was before."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from danvan.narrative.writing.html import to_html
from danvan.narrative.writing.model import Report, ReportData
from danvan.narrative.writing.pdf import to_pdf
from danvan.narrative.writing.word import to_docx
from danvan.narrative.writing.workbook import to_xlsx

KINDS = ("docx", "pdf", "html", "xlsx")


def lay(
    report: Report,
    data: ReportData,
    folder: Path,
    name: str,
    *,
    kinds: Collection[str] = KINDS,
    fonts: Sequence[Path] = (),
) -> list[Path]:
    """Writes NAME.docx, .pdf, .html and .xlsx, or those of kinds, into the folder; gives their paths.

    data: what the report was made from, for the workbook. fonts: folders with Times New Roman or Tinos for the PDF,
    beside those of the system. OSError where the folder takes no file.
    """
    writers: dict[str, Callable[[Path], None]] = {
        "docx": lambda path: to_docx(report, path),
        "pdf": lambda path: to_pdf(report, path, fonts),
        "html": lambda path: to_html(report, path),
        "xlsx": lambda path: to_xlsx(data, path),
    }
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind in (kind for kind in KINDS if kind in kinds):
        path, begun = folder / f"{name}.{kind}", folder / f".{name}.{os.getpid()}.{kind}"
        try:
            writers[kind](begun)
            begun.replace(path)
        finally:
            begun.unlink(missing_ok=True)
        paths.append(path)
    return paths
