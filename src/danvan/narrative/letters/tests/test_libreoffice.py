"""Papers opened, printed and saved again by LibreOffice, where it is installed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from danvan.narrative.letters import compose
from danvan.narrative.letters.tests.samples import PAPERS
from danvan.narrative.letters.tests.test_letters import lines_of
from danvan.narrative.reopening import differences, opened
from danvan.narrative.writing import Origin, ReportData, to_docx

AT = datetime.datetime(2026, 4, 5, 8, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize("name", ["conclusion-party", "awards-front", "letter-state", "press"])
def test_a_paper_is_printed_and_saved_without_a_difference(
    data: ReportData, office: Callable[[list[Path], str, Path], list[Path]], tmp_path: Path, name: str
) -> None:
    origin = Origin(19, "Tỉnh Thái Nguyên", "dan_van", "2026-Q1", AT)
    written = compose(PAPERS[name].letter(replace(data, origin=origin)))
    to_docx(written, tmp_path / "paper.docx")
    (pdf,) = office([tmp_path / "paper.docx"], "pdf", tmp_path / "pdf")
    with pypdfium2.PdfDocument(pdf) as document:
        said = re.sub(r"\s|\ufffe", "", "".join(page.get_textpage().get_text_range() for page in document))
    for line in lines_of(written):
        for cell in line.split("\t"):
            words = re.sub(r"^[IV]+\. ", "", cell)  # Word counts the headings itself
            assert re.sub(r"\s", "", words) in said, cell
    (again,) = office([tmp_path / "paper.docx"], "docx", tmp_path / "again")
    assert differences(*opened(again.read_bytes())).none
