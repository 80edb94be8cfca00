"""Old Word, OpenDocument and scanned pages go through other programs where those are installed."""

import http.server
import io
import shutil
import stat
import threading
import zipfile

import docx
import pypdfium2
import pytest
import typst

from danvan.narrative.reading import UnreadableFile, converters, files, packages, read_file

SENTENCE = "Năm 2023, huyện Sông Trà tiếp 46 lượt công dân."
A_DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le") + b"\0" * 600


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A path on which only the programs are that a test puts there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    found = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: found(name, path=str(folder)))

    def add(name, script):
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return add


def a_docx(path):
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    document.save(str(path))
    return path


def an_odt(text=SENTENCE):
    """text: what the paragraph holds, as XML."""
    stream = io.BytesIO()
    names = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" m:version="1.2">'
            '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.text"/>'
            '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>',
        )
        package.writestr(
            "content.xml",
            f'<o:document-content xmlns:o="{names}:office:1.0" xmlns:t="{names}:text:1.0" '
            f'xmlns:d="{names}:drawing:1.0" xmlns:s="{names}:svg-compatible:1.0" '
            f'xmlns:x="http://www.w3.org/1999/xlink" o:version="1.2">'
            f"<o:body><o:text><t:p>{text}</t:p></o:text></o:body></o:document-content>",
        )
    return stream.getvalue()


def a_scan(sentence=SENTENCE):
    """A page whose words are a picture."""
    page = typst.compile(f'#set page(width: 16cm, height: 4cm)\n#set text(lang: "vi")\n{sentence}'.encode())
    picture, pdf = io.BytesIO(), io.BytesIO()
    pypdfium2.PdfDocument(page)[0].render(scale=3).to_pil().save(picture, "PNG")
    from PIL import Image

    Image.open(picture).convert("RGB").save(pdf, "PDF", resolution=216)
    return pdf.getvalue()


def refusal(path):
    with pytest.raises(UnreadableFile) as refused:
        read_file(path)
    return str(refused.value)


FILES = {"old.doc": A_DOC, "open.odt": an_odt(), "rich.rtf": b"{\\rtf1 Xin}"}


@pytest.mark.parametrize("name", FILES)
def test_without_libreoffice_it_is_said_what_to_do(tmp_path, programs, name):
    path = tmp_path / name
    path.write_bytes(FILES[name])
    assert "lưu lại thành .docx, hoặc cài LibreOffice" in refusal(path)


@pytest.mark.parametrize("name", FILES)
def test_libreoffice_makes_a_docx_of_it(tmp_path, programs, name):
    path = tmp_path / name
    path.write_bytes(FILES[name])
    made = a_docx(tmp_path / "made.docx")
    # The folder for what is made comes after --outdir, then the file: both of our own naming, whatever the file's name.
    programs("soffice", f'[ "$9" = "" ] && mkdir -p "$7" && cp {made} "$7/0.docx"')
    assert [int(one.value) for one in read_file(path).readings] == [46]


def test_the_old_documents_of_a_folder_are_opened_in_one_go(tmp_path, programs):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, data in {**FILES, "odd.doc": b"", "text.doc": SENTENCE.encode(), "new.txt": SENTENCE.encode()}.items():
        (folder / name).write_bytes(data)
    made = a_docx(tmp_path / "made.docx")
    script = f'echo start >> {tmp_path}/starts; mkdir -p "$7"; for n in 0 1; do cp {made} "$7/$n.docx"; done'
    programs("soffice", script)  # it does not make the third
    came = {}
    for source, data in packages.read_each(packages.sources(folder)):
        try:
            assert isinstance(data, bytes)
            came[source.label] = [int(one.value) for one in files.read_bytes(data, source.label).readings]
        except UnreadableFile as refused:
            came[source.label] = str(refused)
    assert came.pop("odd.doc") == "odd.doc: tệp rỗng; kiểm tra lại bản gửi."
    assert came == {name: [46] for name in ("new.txt", "text.doc", "old.doc", "open.odt", "rich.rtf")}
    assert (tmp_path / "starts").read_text() == "start\n" * 2  # for all, and once more for the third alone


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "sleep 60"])
def test_what_libreoffice_cannot_open_is_refused(tmp_path, programs, monkeypatch, script):
    monkeypatch.setattr(converters, "OFFICE_SECONDS", 0.2)
    programs("soffice", script)
    (tmp_path / "a.doc").write_bytes(A_DOC)
    assert "LibreOffice không mở được" in refusal(tmp_path / "a.doc")


def test_an_odt_that_is_packed_too_tight_is_not_handed_on(tmp_path, programs):
    programs("soffice", "exit 0")
    with zipfile.ZipFile(tmp_path / "a.odt", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", b"0" * 9_000_000)
    assert "nén bất thường" in refusal(tmp_path / "a.odt")


def test_a_scan_without_tesseract_says_what_to_install(tmp_path, programs):
    (tmp_path / "a.pdf").write_bytes(a_scan())
    assert "tesseract-ocr-vie" in refusal(tmp_path / "a.pdf")
    programs("tesseract", "echo eng")
    assert "tesseract-ocr-vie" in refusal(tmp_path / "a.pdf")


def test_a_scan_is_recognised(tmp_path, programs):
    programs("tesseract", f'[ "$1" = --list-langs ] && echo vie || {{ [ -s "$1" ] && echo "{SENTENCE}"; }}')
    (tmp_path / "a.pdf").write_bytes(a_scan())
    assert [int(one.value) for one in read_file(tmp_path / "a.pdf").readings] == [46]


@pytest.mark.parametrize(("script", "said"), [("exit 1", "Tesseract không đọc được"), ("exit 0", "không nhận ra chữ")])
def test_a_scan_that_gives_no_words_is_refused(tmp_path, programs, script, said):
    programs("tesseract", f'[ "$1" = --list-langs ] && echo vie || {script}')
    (tmp_path / "a.pdf").write_bytes(a_scan())
    assert said in refusal(tmp_path / "a.pdf")


@pytest.mark.parametrize("kind", ["doc", "odt", "rtf"])
def test_the_real_libreoffice(tmp_path, office, kind):
    (old,) = office([a_docx(tmp_path / "a.docx")], kind, tmp_path)
    assert [int(one.value) for one in read_file(old).readings] == [46]


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("kind", ["image", "object"])
def test_libreoffice_asks_nobody_for_what_a_document_links_to(tmp_path, kind):
    asked = []

    class Outside(http.server.BaseHTTPRequestHandler):
        def handle_one_request(self):
            asked.append(self.client_address)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Outside) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        link = f'x:href="http://127.0.0.1:{server.server_port}/a" x:type="simple" x:show="embed" x:actuate="onLoad"'
        frame = f'<d:frame s:width="2cm" s:height="2cm"><d:{kind} {link}/></d:frame>'
        (tmp_path / "a.odt").write_bytes(an_odt(SENTENCE + frame))
        assert [int(one.value) for one in read_file(tmp_path / "a.odt").readings] == [46]
        server.shutdown()
    assert asked == []


@pytest.mark.usefixtures("tesseract")
def test_the_real_tesseract(tmp_path):
    (tmp_path / "a.pdf").write_bytes(a_scan())
    assert [int(one.value) for one in read_file(tmp_path / "a.pdf").readings] == [46]
