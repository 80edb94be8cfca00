"""The Word file opened, printed and saved again by LibreOffice, where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from danvan.narrative.writing import ReportData, report, to_docx

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(
    SOFFICE is None, reason="no LibreOffice on this machine: apt install libreoffice-writer"
)


def converted(path: Path, kind: str) -> Path:
    """The file as LibreOffice writes it; its settings stay in the test's folder."""
    folder = path.parent / "out"
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [
        str(SOFFICE),
        profile,
        "--headless",
        "--norestore",
        "--convert-to",
        kind,
        "--outdir",
        str(folder),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / path.with_suffix(f".{kind}").name


def test_it_prints_what_was_written_and_counts_the_headings(data: ReportData, tmp_path: Path) -> None:
    written = report(data)
    to_docx(written, tmp_path / "report.docx")
    with pypdfium2.PdfDocument(converted(tmp_path / "report.docx", "pdf")) as document:
        said = re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in document))
        heads = [page.get_textpage().get_text_range().split()[0] for page in document]
    for paragraph in written.body:
        if paragraph.role != "text":
            assert paragraph.text in said
    for row in data.rows():
        assert row.now.value is None or row.label in said
    assert heads[1:] == [str(number) for number in range(2, len(heads) + 1)]


def test_it_keeps_every_bookmark_and_link(data: ReportData, tmp_path: Path) -> None:
    to_docx(report(data), tmp_path / "report.docx")
    again = converted(tmp_path / "report.docx", "docx")
    before, after = (docx.Document(str(path)) for path in (tmp_path / "report.docx", again))
    marks = [
        {mark.get(qn("w:name")) for mark in word.element.body.iter(qn("w:bookmarkStart"))} for word in (before, after)
    ]
    assert marks[0] <= marks[1]
    links = [
        {rel.target_ref for rel in word.part.rels.values() if rel.reltype.endswith("/hyperlink")}
        for word in (before, after)
    ]
    assert links[0] == links[1]
    assert after.tables[-1].rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
