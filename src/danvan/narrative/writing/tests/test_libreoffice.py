"""The Word file opened, printed and saved again by LibreOffice, where it is installed: nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings

from danvan.narrative.reading import pdf_pages, read_file
from danvan.narrative.writing import Report, ReportData, report, to_docx, to_pdf
from danvan.narrative.writing.tests.generated import Case, cases, losses, said
from danvan.narrative.writing.tests.generated import data as data_of
from danvan.narrative.writing.tests.test_layouts import GUIDES, ISSUERS, needs_fonts
from danvan.narrative.writing.tests.test_round_trip import ALWAYS_THE_SAME

BY_CHANCE = 12  # reports: as many as one start of LibreOffice takes along without being slow
Office = Callable[[list[Path], str, Path], list[Path]]


@dataclass(frozen=True)
class Sent:
    """A report, the file that we wrote, and what LibreOffice made of it by kind of file."""

    data: ReportData
    report: Report
    word: Path
    back: dict[str, Path]


@pytest.fixture(scope="module")
def sent(data: ReportData, office: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sent]:
    """One report by each layout, and some made by chance."""
    folder = tmp_path_factory.mktemp("libreoffice")
    written = {rules: (data, by_layout(data, rules)) for rules in GUIDES}
    for number, case in enumerate(some_cases()):
        written[f"case-{number}"] = data_of(case), report(data_of(case))
    paths = [folder / f"{name}.docx" for name in written]
    for path, (_, made) in zip(paths, written.values(), strict=True):
        to_docx(made, path)
    back = {kind: office(paths, kind, folder / kind) for kind in ("docx", "odt", "doc", "pdf")}
    for kind in ("odt", "doc"):  # as our reader has them opened, but for the many starts
        back[kind] = office(back[kind], "docx", folder / f"docx of {kind}")
    return {
        name: Sent(given_data, made, path, {kind: files[number] for kind, files in back.items()})
        for number, (path, (name, (given_data, made))) in enumerate(zip(paths, written.items(), strict=True))
    }


def by_layout(data: ReportData, rules: str) -> Report:
    guide = GUIDES[rules]
    issuer = replace(ISSUERS[0], layout=guide["office"])
    return report(replace(data, issuer=issuer, date=guide["day"], number=7))


def some_cases() -> list[Case]:
    found: list[Case] = []

    @given(cases())
    @settings(ALWAYS_THE_SAME, max_examples=BY_CHANCE)
    def collect(case: Case) -> None:
        if any(now.state == "value" for now, _ in case.figures.values()):
            found.append(case)

    collect()
    return found


def pages_of(path: Path) -> list[str]:
    """Pages as printed, without the breaks of their lines."""
    with pypdfium2.PdfDocument(path) as document:
        lines = [pdf_pages.page_of(page)["lines"] for page in document]
    return [" ".join(word[0] for line in page for word in line) for page in lines]


@pytest.mark.parametrize("kind", ["docx", "odt", "doc", "pdf"])
def test_what_was_saved_by_libreoffice_reads_back_as_the_same_figures(sent: dict[str, Sent], kind: str) -> None:
    assert len(sent) > BY_CHANCE / 2
    lost = {
        name: found
        for name, one in sent.items()
        if (found := losses(said(one.data, one.report), read_file(one.back[kind]), whole=False))
    }
    assert lost == {}


def test_it_prints_what_was_written_and_counts_the_headings(sent: dict[str, Sent]) -> None:
    for one in sent.values():
        pages = pages_of(one.back["pdf"])
        printed = " ".join(pages)
        for paragraph in one.report.body:
            if paragraph.role != "text":
                assert paragraph.text in printed
        for row in one.data.rows():
            assert row.now.value is None or row.label in printed
        assert [page.split()[0] for page in pages[1:]] == [str(number) for number in range(2, len(pages) + 1)]


@needs_fonts
def test_it_prints_about_as_many_pages_as_we_do(sent: dict[str, Sent], tmp_path: Path) -> None:
    """Lines break elsewhere in another program, but no page is nearly empty and none is lost."""
    more = []
    for one in sent.values():
        to_pdf(one.report, tmp_path / "ours.pdf")
        ours, theirs = pages_of(tmp_path / "ours.pdf"), pages_of(one.back["pdf"])
        more.append(len(theirs) - len(ours))
        assert abs(more[-1]) <= 1 + len(ours) // 4
        assert min(len(page.split()) for page in theirs) > 5
    assert median(more) == 0


def test_it_keeps_every_bookmark_and_link(sent: dict[str, Sent]) -> None:
    for one in sent.values():
        before, after = (docx.Document(str(path)) for path in (one.word, one.back["docx"]))
        marks = [
            {mark.get(qn("w:name")) for mark in file.element.body.iter(qn("w:bookmarkStart"))}
            for file in (before, after)
        ]
        assert marks[0] <= marks[1]
        links = [
            {rel.target_ref for rel in file.part.rels.values() if rel.reltype.endswith("/hyperlink")}
            for file in (before, after)
        ]
        assert links[0] == links[1]
        assert after.tables[-1].rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
