"""What is kept of the files that people send, what is refused, and what the sender is told."""

from __future__ import annotations

import hashlib
import io
import random
import tracemalloc
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.test import RequestFactory
from PIL import Image

from danvan.access.files import (
    ALL,
    CSV,
    DOCX,
    IMAGES,
    PDF,
    TEXT,
    XLSX,
    FileRefused,
    inspect,
    kinds,
    safe_name,
    serving_headers,
    structure,
)
from danvan.access.files.uploading import UpToTheLimit
from danvan.access.tests import files_sample as sample


@pytest.fixture(autouse=True)
def _no_scanner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DANVAN_CLAMAV", raising=False)


def kept(content: bytes, name: str = "tệp gửi lên", **how: Any) -> SimpleNamespace:
    with inspect(io.BytesIO(content), name=name, **how) as file:
        return SimpleNamespace(
            kind=file.kind,
            mime=file.mime,
            size=file.size,
            sha256=file.sha256,
            extension=file.extension,
            name=file.safe_name,
            content=file.content.read(),
        )


def refusal(content: bytes, name: str = "tệp gửi lên", **how: Any) -> str:
    with pytest.raises(FileRefused) as refused:
        inspect(io.BytesIO(content), name=name, **how)
    return str(refused.value)


# --- kinds


@pytest.mark.parametrize(
    ("content", "kind", "extension"),
    [
        (sample.a_pdf(), "pdf", ".pdf"),
        (sample.a_docx(), "docx", ".docx"),
        (sample.an_xlsx(), "xlsx", ".xlsx"),
        (sample.a_photo(), "jpeg", ".jpg"),
        (sample.a_photo(kind="PNG"), "png", ".png"),
        (sample.a_photo(kind="WEBP"), "webp", ".webp"),
        ("Tháng 6, xã tổ chức 3 buổi đối thoại.\nCó 120 người dự.".encode(), "text", ".txt"),
        ("xã;số cuộc\nBa Bể;3\nNa Rì;4\n".encode("utf-8-sig"), "csv", ".csv"),
        ("xã\tsố cuộc\nBa Bể\t3\n".encode("utf-16"), "csv", ".csv"),
        ("xã,số cuộc\nBa Bể,3\n".encode(), "csv", ".csv"),
    ],
)
def test_a_file_is_what_its_content_says_whatever_it_is_called(content: bytes, kind: str, extension: str) -> None:
    file = kept(content, "danh sách.exe")
    assert (file.kind, file.extension, file.name) == (kind, extension, f"danh sách{extension}")
    assert file.mime == kinds.BY_CODE[kind].mime
    assert (file.size, file.sha256) == (len(file.content), hashlib.sha256(file.content).hexdigest())
    if kind not in ("jpeg", "png", "webp"):
        assert file.content == content


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + b"\0" * 100,
        b"\x7fELF" + b"\0" * 100,
        b"GIF89a" + b"\0" * 100,
        b"Rar!\x1a\x07\x00" + b"\0" * 100,
        b"<!DOCTYPE html><script>alert(1)</script>",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"{\\rtf1\\ansi xin chao}",
        b"chu \x07\x1b[2J dieu khien",
        b"PK\x05\x06" + b"\0" * 18,
    ],
)
def test_what_nobody_needs_is_refused_and_the_kinds_that_are_taken_are_named(content: bytes) -> None:
    assert refusal(content, "bao-cao.pdf") == (
        "Tệp “bao-cao.pdf” không thuộc loại được nhận; "
        "hãy gửi PDF, Word (.docx), Excel (.xlsx), JPEG, PNG, WebP, CSV, TXT."
    )


def test_only_the_allowed_kinds_are_taken() -> None:
    assert refusal(sample.a_docx(), "a.docx", allowed=IMAGES).endswith("hãy gửi JPEG, PNG, WebP.")
    assert refusal(sample.a_docx(), "a.docx", allowed=[XLSX]).endswith("hãy gửi Excel (.xlsx).")
    assert kept(sample.an_xlsx(), allowed=[XLSX]).kind == "xlsx"


def test_text_may_pass_for_a_table_of_one_column_and_a_table_for_text() -> None:
    assert kept(b"Ba Be\nNa Ri\n", allowed=[CSV]).kind == "csv"
    assert kept(b"a,b\n1,2\n", allowed=[TEXT]).kind == "text"


def test_text_of_old_windows_is_text() -> None:
    assert kept("Phường Tân Thịnh, đã họp với dân.\n".encode("cp1258", "ignore") * 20).kind == "text"


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"", "trống.pdf") == "Tệp “trống.pdf” trống; hãy chọn lại tệp."


def test_a_file_on_disk_is_read_as_well(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(sample.a_pdf())
    with inspect(tmp_path / "a", name="Kế hoạch.pdf") as file:
        assert (file.kind, file.safe_name) == ("pdf", "Kế hoạch.pdf")


def test_whatever_is_sent_is_kept_as_one_kind_or_refused_with_a_sentence() -> None:
    chance = random.Random(7)  # noqa: S311 -- the same each time
    samples = [sample.a_pdf(), sample.a_docx(), sample.an_xlsx(), sample.a_macro_workbook(), sample.a_locked_pdf()]
    samples += [sample.a_photo((300, 200), kind) for kind in ("JPEG", "PNG", "WEBP")]
    told = Counter()
    for _ in range(1_500):
        content = bytearray(chance.choice(samples))
        for _change in range(chance.choice([1, 2, 20])):
            place = chance.randrange(len(content))
            content[place : place + chance.choice([0, 1, 30])] = chance.randbytes(chance.choice([0, 1, 9]))
        try:
            told[kept(bytes(content)).kind] += 1
        except FileRefused:
            told["refused"] += 1
    assert told["refused"] > 500
    assert len(told) > 3


# --- sizes


class Endless(io.RawIOBase):
    """A PDF that never ends, as a sender of 1 GB would send it; counts what was read of it."""

    def __init__(self) -> None:
        self.given = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self.given = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "read whole into memory"
        self.given += size
        return (b"%PDF-1.7\n" if self.given == size else b"").ljust(size, b"a")


def test_an_endless_upload_is_read_up_to_its_limit_and_never_held_in_memory() -> None:
    endless = Endless()
    tracemalloc.start()
    with pytest.raises(FileRefused) as refused:
        inspect(endless, name="quét.pdf")  # type: ignore[arg-type]
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert str(refused.value) == (
        "Tệp “quét.pdf” quá lớn: loại PDF chỉ nhận đến 20 MB; hãy chia nhỏ hoặc nén bớt rồi gửi lại."
    )
    assert endless.given <= PDF.limit + 128 * 1024
    assert peak < 3 * kinds.MB


def test_text_has_a_smaller_limit_than_a_table() -> None:
    words = "Nhân dân góp ý kiến.\n".encode()
    assert "TXT chỉ nhận đến 2 MB" in refusal(words * (TEXT.limit // len(words) + 1))
    row = "Ba Bể;3\n".encode()
    assert kept(row * (TEXT.limit // len(row) + 1)).kind == "csv"


def test_an_upload_beyond_every_limit_does_not_fill_the_disk() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="to.pdf"\r\n\r\n%PDF-1.7\n'
        + b"a" * (kinds.LARGEST + 5 * kinds.MB)
        + b"\r\n--x--\r\n"
    )
    request = RequestFactory().generic("POST", "/", body, content_type="multipart/form-data; boundary=x")
    request.upload_handlers = [UpToTheLimit(request)]
    sent = request.FILES["f"]
    assert sent.size == kinds.LARGEST + 5 * kinds.MB + 9
    assert Path(sent.temporary_file_path()).stat().st_size == kinds.LARGEST + 1
    with pytest.raises(FileRefused, match="quá lớn"):
        inspect(sent, name=sent.name)
    sent.close()


def test_the_handler_does_not_change_what_fits() -> None:
    content = sample.a_docx()
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.docx"\r\n\r\n' + content + b"\r\n--x--\r\n"
    for handler in (UpToTheLimit, MemoryFileUploadHandler):
        request = RequestFactory().generic("POST", "/", body, content_type="multipart/form-data; boundary=x")
        request.upload_handlers = [handler(request)]
        with inspect(request.FILES["f"], name="a.docx") as file:
            assert file.content.read() == content
        request.FILES["f"].close()


# --- PDF


def test_a_pdf_with_a_password_is_refused() -> None:
    assert refusal(sample.a_locked_pdf(), "a.pdf") == "Tệp “a.pdf” có mật khẩu; hãy bỏ mật khẩu rồi gửi lại."


def test_a_pdf_cut_short_or_made_up_is_refused() -> None:
    assert "bị cắt cụt" in refusal(sample.a_pdf()[:-60])
    assert "hỏng" in refusal(b"%PDF-1.7\nkhong co gi\n%%EOF\n")
    assert "hỏng" in refusal(sample.a_pdf(pages=0))


# --- Office


def test_macros_are_refused_however_they_are_packed() -> None:
    said = "Tệp “a.xlsx” chứa macro nên không nhận; hãy lưu thành .docx hoặc .xlsx không có macro rồi gửi lại."
    assert refusal(sample.a_macro_workbook(), "a.xlsx") == said
    assert refusal(sample.repacked(sample.an_xlsx(), add={"xl/VBAPROJECT.BIN": b"x"}), "a.xlsx") == said
    assert refusal(sample.repacked(sample.an_xlsx(), add={"xl/macrosheets/sheet1.xml": b"<x/>"}), "a.xlsx") == said
    assert "chứa macro" in refusal(sample.repacked(sample.a_docx(), add={"word/vbaProject.bin": b"x"}))
    renamed = sample.repacked(  # the macros under an innocent name, told by their relationship
        sample.a_docx(),
        add={
            "word/anh.bin": b"x",
            "word/_rels/other.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            b'relationships"><Relationship Id="a" Target="anh.bin" '
            b'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/></Relationships>',
        },
    )
    assert "chứa macro" in refusal(renamed)
    binary = sample.repacked(
        sample.an_xlsx(),
        replace={
            "[Content_Types].xml": (
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.binary.macroEnabled.main",
            )
        },
    )
    assert "chứa macro" in refusal(binary)


def test_a_template_that_is_fetched_on_opening_is_refused_and_one_on_the_senders_disk_is_not() -> None:
    def document(target: str) -> bytes:
        relation = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
            f'Target="{target}" TargetMode="External"/></Relationships>'
        )
        return sample.repacked(sample.a_docx(), add={"word/_rels/settings.xml.rels": relation.encode()})

    assert "(https://xau.example/m.dotm)" in refusal(document("https://xau.example/m.dotm"))
    assert "tự tải nội dung" in refusal(document("\\\\10.0.0.9\\m\\m.dotm"))
    assert kept(document("file:///C:/Users/an/Normal.dotm")).kind == "docx"


def test_a_locked_workbook_is_refused() -> None:
    said = "Tệp “a.xlsx” có mật khẩu; hãy bỏ mật khẩu rồi gửi lại."
    assert refusal(sample.flagged_as_locked(sample.an_xlsx()), "a.xlsx") == said
    assert refusal(sample.an_old_office_file("EncryptedPackage"), "a.xlsx") == said


def test_office_files_of_before_2007_are_sent_back_to_be_saved_anew() -> None:
    assert refusal(sample.an_old_office_file(), "a.doc") == (
        "Tệp “a.doc” thuộc kiểu Office cũ (.doc, .xls); hãy mở bằng Word hoặc Excel, lưu thành .docx hoặc .xlsx."
    )


def test_a_zip_that_unpacks_beyond_measure_is_refused() -> None:
    said = "khi mở ra lớn bất thường"
    assert said in refusal(sample.repacked(sample.an_xlsx(), add={"xl/media/a.xml": b"\0" * 8 * kinds.MB}))
    assert said in refusal(
        sample.repacked(sample.an_xlsx(), add={f"xl/{n}.xml": b"" for n in range(structure.MOST_MEMBERS)})
    )


def test_a_zip_that_lies_about_its_sizes_is_refused() -> None:
    packed = sample.repacked(sample.an_xlsx(), add={"xl/media/a.xml": b"\0" * 8 * kinds.MB})
    assert "hỏng" in refusal(sample.stating_less(packed, "xl/media/a.xml", 100))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_whose_readers_would_see_different_things_is_refused() -> None:
    assert "hỏng" in refusal(sample.repacked(sample.an_xlsx(), add={"xl/Workbook.xml": b"<x/>"}))
    assert "hỏng" in refusal(sample.repacked(sample.an_xlsx(), add={"../../etc/passwd": b"x"}))


def test_a_broken_or_plain_zip_is_no_office_file() -> None:
    assert "hỏng" in refusal(sample.a_docx()[:-40])
    damaged = bytearray(sample.a_docx())
    damaged[len(damaged) // 3] ^= 0xFF
    assert "hỏng" in refusal(bytes(damaged))
    template = sample.repacked(
        sample.an_xlsx(),
        replace={"[Content_Types].xml": (b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml")},
    )
    assert "không thuộc loại được nhận" in refusal(template)


def test_a_large_workbook_of_figures_is_no_bomb() -> None:
    assert kept(sample.an_xlsx(rows=20_000), allowed=[DOCX, XLSX]).kind == "xlsx"


# --- pictures


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_its_pixels_upright_and_nothing_that_tells_of_the_taker(kind: str) -> None:
    sent = sample.a_photo(kind=kind) + b"<script>phia sau anh</script>"
    assert b"MayAnhCuaToi" in sent
    file = kept(sent)
    with Image.open(io.BytesIO(file.content)) as picture:
        picture.load()
        assert picture.size == (40, 60)  # turned
        assert dict(picture.getexif()) == {}
        assert not {"exif", "comment", "xmp", "icc_profile", "dpi"} & set(picture.info)
        top, bottom = picture.convert("RGB").getpixel((20, 3)), picture.convert("RGB").getpixel((20, 55))
    assert top[0] > 200 > 60 > top[2]  # red was at the left
    assert bottom[2] > 200 > 60 > bottom[0]
    for word in (b"MayAnhCuaToi", b"nha ong An", b"script", b"Exif"):
        assert word not in file.content


def test_a_picture_too_large_to_be_drawn_is_refused_before_it_is_unpacked() -> None:
    def empty(kind: str, size: tuple[int, int]) -> bytes:
        out = io.BytesIO()
        Image.new("1" if kind == "PNG" else "L", size).save(out, kind)
        return out.getvalue()

    said = "Ảnh “tệp gửi lên” có quá nhiều điểm ảnh (trên 20 triệu); hãy thu nhỏ rồi gửi lại."
    assert refusal(empty("PNG", (5_200, 5_200))) == said
    assert refusal(empty("PNG", (9_500, 9_500))) == said  # Pillow warns
    assert refusal(empty("PNG", (14_000, 14_000))) == said  # Pillow refuses
    assert "trên 50 triệu" in refusal(empty("JPEG", (9_000, 6_000)))
    with Image.open(io.BytesIO(kept(empty("JPEG", (6_000, 4_500))).content)) as made_smaller:
        assert made_smaller.size == (3_600, 2_700)


def test_a_broken_picture_is_refused() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        assert "hỏng hoặc thiếu" in refusal(sample.a_photo((300, 200), kind)[:400])
    assert "hỏng hoặc thiếu" in refusal(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)


def test_see_through_pictures_stay_so_and_printers_colours_become_screen_colours() -> None:
    see_through, printed = io.BytesIO(), io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(see_through, "PNG")
    Image.new("CMYK", (8, 8)).save(printed, "JPEG")
    with Image.open(io.BytesIO(kept(see_through.getvalue()).content)) as picture:
        assert picture.getpixel((0, 0))[3] == 0
    with Image.open(io.BytesIO(kept(printed.getvalue()).content)) as picture:
        assert picture.mode == "RGB"


def test_the_pictures_of_some_phones_are_sent_back_to_be_saved_as_jpeg() -> None:
    assert "hãy lưu thành JPEG" in refusal(b"\0\0\0\x18ftypheic\0\0\0\0" + b"\0" * 40, "IMG_1.HEIC")


# --- names


@pytest.mark.parametrize(
    ("sent", "kept_as"),
    [
        ("Báo cáo quý II – xã Đình Cả.pdf", "Báo cáo quý II – xã Đình Cả.pdf"),
        ("C:\\Users\\an\\../bí mật.PDF", "bí mật.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("giấy mời\u202efdp.exe", "giấy mờifdp.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie_ x=1.pdf"),
        ("hóa đơn.pdf.exe", "hóa đơn.pdf"),
        ("Báo cáo 6.2025", "Báo cáo 6.2025.pdf"),
        ("QĐ số 12.BDV", "QĐ số 12.BDV.pdf"),
        ("", "tep.pdf"),
        ("....", "tep.pdf"),
        (".pdf", "pdf.pdf"),
        ("con.pdf", "_con.pdf"),
        ("\0\x1f", "tep.pdf"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_its_tricks(sent: str, kept_as: str) -> None:
    assert safe_name(sent, (".pdf",)) == kept_as


def test_a_name_is_cut_where_a_disk_would_and_keeps_its_ending() -> None:
    name = safe_name("ế" * 400 + ".pdf", (".pdf",))
    assert len(name) == 150
    assert name.endswith(".pdf")


# --- serving


@pytest.mark.parametrize("kind", [kind.code for kind in ALL])
def test_every_kind_is_served_so_that_it_cannot_run_here(kind: str) -> None:
    headers = serving_headers(SimpleNamespace(kind=kind, name="Kế hoạch 6.bin", sha256="ab"))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Content-Type"] == kinds.BY_CODE[kind].mime
    shown = kind in ("jpeg", "png", "webp")
    assert headers["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert headers["Content-Disposition"].endswith("filename*=utf-8''K%E1%BA%BF%20ho%E1%BA%A1ch%206.bin")


def test_a_name_cannot_write_headers() -> None:
    name = safe_name('a"\r\nSet-Cookie: x.pdf', (".pdf",))
    headers = serving_headers(SimpleNamespace(kind="pdf", name=name, sha256="ab"))
    assert not {"\r", "\n"} & set(headers["Content-Disposition"])
    assert headers["Content-Disposition"] == 'attachment; filename="a_ Set-Cookie_ x.pdf"'
