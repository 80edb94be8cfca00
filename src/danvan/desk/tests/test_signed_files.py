"""The signed consolidated report as Word, PDF and workbook, and the check of a signed PDF that comes back."""

from __future__ import annotations

import io
from decimal import Decimal

import docx
import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html
from python_calamine import CalamineWorkbook

from danvan.access.tests import cast
from danvan.access.tests.stage import staged
from danvan.figures import actions
from danvan.figures.actions import CellInput, Entry
from danvan.figures.models import Submission
from danvan.narrative import sealed
from danvan.narrative.tests.test_signing import HOLDER, PASSPHRASE, Authority

FORM, PERIOD = "dan_van", "2026-Q3"


country = staged(cast.small_country)


def browser(country, name: str) -> Client:
    client = Client()
    client.force_login(country.people[name])
    return client


def stood(unit, turns: int, period: str = PERIOD, restate: str = "") -> Submission:
    draft = actions.open_draft(form=FORM, unit=unit, period=period, by="Mai", restate=restate)
    entry = Entry(CellInput("rec.turns", Decimal(turns)), force=True)
    actions.enter(submission=draft, entries=[entry], by="Mai")
    return actions.accept(submission=actions.submit(submission=draft, by="Lan"), by="Hùng")


@pytest.fixture
def report(country) -> Submission:
    """Signed over 4111 and 2; one of them is restated since."""
    stood(country.an, 4111)
    stood(country.an, 4, "2025-Q3")
    stood(country.binh, 2)
    stood(country.binh, 0, "2025-Q3")
    signed = actions.sign(form=FORM, unit=country.bac, period=PERIOD, text="Lời văn đã ký.", by="Tuấn, Trưởng ban")
    stood(country.an, 9222, restate="Sót")
    stood(country.an, 1, "2025-Q3", restate="Sót")
    return signed


def words_of(kind: str, content: bytes) -> str:
    if kind == "docx":
        document = docx.Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    if kind == "html":
        return html.fromstring(content.decode()).text_content()
    pages = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


@pytest.mark.parametrize("kind", ["docx", "pdf", "html"])
def test_the_papers_hold_what_was_sealed_its_words_and_the_seal(country, report, kind):
    answer = browser(country, "hung").get(f"/submissions/{report.pk}/report.{kind}")

    assert answer.status_code == 200
    assert f"lan-1.{kind}" in answer["Content-Disposition"]
    said = words_of(kind, answer.content)
    for words in ("Lời văn đã ký.", "4.113", "Tuấn, Trưởng ban"):
        assert words in said
    assert report.seal in said.replace("\r", "").replace("\n", "").replace("\ufffe", "")
    assert "9.222" not in said
    assert "9.224" not in said


def test_the_workbook_lists_the_sealed_reports_below(country, report):
    content = browser(country, "hung").get(f"/submissions/{report.pk}/report.xlsx").content

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    cells = {cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row}
    assert {4113.0, 4111.0, 2.0, "Xã An", "Xã Bình"} <= cells
    assert 9222.0 not in cells


def test_the_comparison_is_the_one_that_was_sealed(country, report):
    row = sealed.consolidated_of(report).row("rec.turns")

    assert row.figure.value == 4113
    assert (row.comparison.before.value, row.comparison.delta) == (4, 4109)
    assert {ref.name for ref in sealed.consolidated_of(report).expected} == {"Xã An", "Xã Bình"}


def test_an_unknown_kind_and_an_own_report_are_no_files(country, report):
    hung, own = browser(country, "hung"), Submission.objects.filter(kind="own").first()

    assert hung.get(f"/submissions/{report.pk}/report.exe").status_code == 404
    assert hung.get(f"/submissions/{own.pk}/report.pdf").status_code == 404
    assert browser(country, "nga").get(f"/submissions/{report.pk}/report.pdf").status_code == 404


def test_with_a_key_the_pdf_is_signed_and_found_so_when_it_comes_back(country, report, tmp_path, monkeypatch):
    authority = Authority()
    monkeypatch.setenv("DANVAN_SIGNING_P12", str(authority.key_file(tmp_path).path))
    monkeypatch.setenv("DANVAN_SIGNING_PASSPHRASE", PASSPHRASE)
    (tmp_path / "roots.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    monkeypatch.setenv("DANVAN_SIGNING_TRUST", str(tmp_path / "roots.pem"))
    tuan = browser(country, "tuan")
    pdf = tuan.get(f"/submissions/{report.pk}/report.pdf").content

    def checked(content: bytes) -> str:
        return tuan.post("/signatures/", {"file": SimpleUploadedFile("bao-cao.pdf", content)}).content.decode()

    page = checked(pdf)
    assert HOLDER in page
    assert "hợp lệ" in page
    changed = bytearray(pdf)
    changed[pdf.index(b"obj") + 40] ^= 1
    assert "không còn giá trị" in checked(bytes(changed))


def test_a_key_that_does_not_sign_is_said_and_no_unsigned_file_comes_instead(country, report, tmp_path, monkeypatch):
    monkeypatch.setenv("DANVAN_SIGNING_P12", str(tmp_path / "nowhere.p12"))

    answer = browser(country, "tuan").get(f"/submissions/{report.pk}/report.pdf")

    assert answer.status_code == 409
    assert not answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("content", "says"), [(b"", ""), (b"no pdf", "PDF"), (None, "Chưa chọn tệp")], ids=["empty", "other", "none"]
)
def test_what_is_no_pdf_is_said_so(country, content, says):
    sent = {"file": SimpleUploadedFile("a.pdf", content)} if content is not None else {}

    answer = browser(country, "tuan").post("/signatures/", sent)

    assert answer.status_code == 400
    assert says in answer.content.decode()
