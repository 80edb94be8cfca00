"""Report files of every kind, and those that cannot be read."""

import json
import sys
import unicodedata
import zipfile
from subprocess import run

import docx
import pytest
import typst

from danvan.narrative.reading import UnreadableFile, read_file

SENTENCE = "Năm 2023, huyện Sông Trà tiếp 46 lượt công dân."


def values(path):
    return [int(reading.value) for reading in read_file(path).readings]


def refusal(path):
    with pytest.raises(UnreadableFile) as refused:
        read_file(path)
    return str(refused.value)


def test_text_keeps_its_offsets(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(f"\ufeffBáo cáo\r\n{SENTENCE}".encode())
    document = read_file(path)
    assert document.text == path.read_bytes().decode("utf-8")
    assert document.text[document.readings[0].start : document.readings[0].end] == "46 lượt công dân"


def test_html_without_its_boilerplate(tmp_path):
    path = tmp_path / "a.txt"  # told by content, not by name
    path.write_text(
        "<!DOCTYPE html><html><head><title>x</title><script>var a = '9 đơn';</script></head><body>"
        f"<nav>Có 12 đơn</nav><p>{SENTENCE}</p><p>Nhận <b>29</b> đơn&nbsp;thư.</p><footer>5 đơn</footer></body></html>",
        "utf-8",
    )
    assert values(path) == [46, 29]


def test_word_with_a_table(tmp_path):
    path = tmp_path / "a.bin"
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text = "Đã nhận"
    table.rows[0].cells[1].text = "29 đơn"
    document.save(str(path))
    assert values(path) == [46, 29]


def test_pdf_with_a_text_layer(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(typst.compile(SENTENCE.encode()))
    assert values(path) == [46]


def test_pdf_without_a_text_layer(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(typst.compile(b"#rect(width: 3cm)"))
    assert "cần bản có lớp chữ" in refusal(path)


def test_windows_1258_is_recognised(tmp_path):
    path = tmp_path / "a.txt"
    text = "Năm 2023, huyện tiếp 46 lượt công dân, nhận 29 đơn thư của nhân dân gửi đến các cơ quan nhà nước.\n" * 5
    path.write_bytes("".join(_tone_apart(letter) for letter in text).encode("cp1258"))
    assert values(path)[:2] == [46, 29]


def _tone_apart(letter):
    """As that code page writes it: "ế" is "ê" and a mark."""
    parts = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", parts.replace(tone, "") if tone else parts) + tone


@pytest.mark.parametrize("written", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_with_and_without_its_mark(tmp_path, written):
    path = tmp_path / "a.txt"
    path.write_bytes(f"Báo cáo công tác dân vận của huyện.\n{SENTENCE}".encode(written))
    assert values(path) == [46]


def test_a_text_of_200_mb_is_refused_unread(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    assert "chia nhỏ" in refusal(path)


def test_a_zip_bomb_is_not_opened(tmp_path):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * (60 * 1024 * 1024))
    assert "nén bất thường" in refusal(path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "tệp rỗng"),
        ("blank.txt", b" \n\n ", "không có chữ nào"),
        ("picture.docx", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "đây là ảnh PNG"),
        ("photo.txt", b"\xff\xd8\xff\xe0" + b"\0" * 100, "đây là ảnh JPEG"),
        ("scan.txt", b"BM\x36\x10\x0e\0\0\0\0\0\x36\0\0\0" + b"\0" * 100, "đây là ảnh BMP"),
        ("web.txt", b"RIFF\x24\x10\0\0WEBPVP8 " + b"\0" * 100, "đây là ảnh WebP"),
        ("film.txt", b"RIFF\x24\x10\0\0AVI LIST" + b"\0" * 100, "đây là phim AVI"),
        ("sound.txt", b"RIFF\x24\x10\0\0WAVEfmt " + b"\0" * 100, "đây là âm thanh WAV"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "lưu lại thành .docx"),
        ("broken.docx", b"PK\x03\x04" + b"\0" * 60, "tệp Word hỏng"),
        ("broken.pdf", b"%PDF-1.7\nnothing", "tệp PDF hỏng"),
        ("mixed.txt", "Tiếp công dân".encode() + "Đơn thư".encode("utf-16-le") + b"\xff\xfe\xfa", "lẫn nhiều bảng mã"),
        ("french.txt", "Où l'été fut très gêné, forêt brûlée, maçon naïf.".encode("latin-1"), "lưu lại theo mã UTF-8"),
        (
            "reversed.txt",
            "Từ 15/6/2026 đến 15/12/2025, huyện tiếp 20 lượt công dân.".encode(),
            "kỳ “Từ 15/6/2026 đến 15/12/2025” kết thúc trước khi bắt đầu; sửa ngày đầu hoặc ngày cuối",
        ),
        ("zeros.txt", b"Ti\x00p 46 l\x00t" * 50, "không phải văn bản"),
        ("empty.zip", b"PK\x05\x06" + b"\0" * 18, "không phải tệp Word"),
        ("binary.txt", b"\xfe\x00\x01\x02\x00" * 50, "không phải văn bản"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    assert said in refusal(path)


@pytest.mark.parametrize("opening", ["BM 12: ", "RIFF ", "II. ", "GIF8: "])
def test_a_text_may_open_with_the_letters_of_a_picture(tmp_path, opening):
    path = tmp_path / "a.txt"
    path.write_text(opening + SENTENCE, "utf-8")
    assert values(path)[-1] == 46


def test_a_zip_that_is_no_word_file(tmp_path):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.txt", "x")
    assert "không phải tệp Word" in refusal(path)


def test_entities_are_refused(tmp_path):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", '<!DOCTYPE w [<!ENTITY a "aaaa">]><w>&a;</w>')
    assert "khai báo lạ" in refusal(path)


def test_a_missing_file_and_a_folder(tmp_path):
    assert "không mở được" in refusal(tmp_path / "none.txt")
    assert "thư mục" in refusal(tmp_path)


def test_the_command_reads_the_others_and_keeps_their_order(tmp_path):
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(SENTENCE, "utf-8")
    bad.write_bytes(b"")
    command = [sys.executable, "-m", "danvan.config.cli", "read", "--json", str(bad), str(good)]
    done = run(command, capture_output=True, text=True, check=False)
    first, second = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert first == {"file": str(bad), "error": "bad.txt: tệp rỗng; kiểm tra lại bản gửi."}
    assert "tệp rỗng" in done.stderr
    assert second["period"] == {"start": "2023-01-01", "end": "2023-12-31", "label": "Năm 2023", "code": "2023-Y"}
    assert [(r["value"], r["unit"], r["indicator"]) for r in second["readings"]] == [(46, "lượt công dân", "rec.turns")]


def test_the_command_ends_with_an_error_for_a_period_that_ends_before_it_starts(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Từ 15/6/2026 đến 15/12/2025, huyện tiếp 20 lượt công dân.", "utf-8")
    done = run(
        [sys.executable, "-m", "danvan.config.cli", "read", str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "kết thúc trước khi bắt đầu" in done.stderr


def test_the_listing_for_people_shows_contradictions_first(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "Có 10 mô hình Dân vận khéo. Giải quyết 23/29 vụ việc, đạt 79%. Giải quyết 22/29 vụ việc, đạt 75%.", "utf-8"
    )
    command = [sys.executable, "-m", "danvan.config.cli", "read", str(path)]
    said = run(command, capture_output=True, text=True, check=True).stdout
    assert said.index("22/29 = 75,86%") < said.index("23/29 = 79,31%") < said.index("10 mô hình  mod.total")
