"""Report files as text: plain text, HTML, Word and PDF with a text layer, told apart by what is in them."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import charset_normalizer
from lxml import etree

from danvan.lib import numbers
from danvan.narrative.reading import converters, encodings, pages, pdf, tables
from danvan.narrative.reading.document import Document
from danvan.narrative.reading.reader import read_text
from danvan.narrative.reading.refusal import UnreadableFile

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_TEXT = 300_000  # characters: a report of a hundred pages
LARGEST_PAGE = 2 * 1024 * 1024  # bytes of markup
MOST_TAGS = 60_000
MOST_NUMBERS = 6_000  # in a text: what all communes of a province have to report in a year
_LARGEST_PART = 40 * 1024 * 1024  # word/document.xml unpacked
_HIGHEST_RATIO = 200  # unpacked to packed: text in XML stays well below
_SMALL = 2**20  # bytes unpacked that do no harm, however tight they were packed
ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # how a zip begins, and an empty one
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)
_COMPOUND = b"\xd0\xcf\x11\xe0"
_OLD_WORD = "WordDocument".encode("utf-16-le")  # the stream that makes a compound file a .doc
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_HEADER = re.compile(rb"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_MAIL_FIELDS = re.compile(rb"^(?:from|to|subject|date|mime-version|received|message-id):", re.IGNORECASE | re.MULTILINE)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MOVED_AWAY = f"{_WORD}moveFrom"  # a tracked change: the words stand elsewhere too
_WRAPPERS = frozenset(f"{_WORD}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"))
_MOST_COLUMNS = 63  # of a table in Word
_MAIN_PART = "word/document.xml"
_MARKS = {
    f"{_WORD}tab": "\t",
    f"{_WORD}br": "\n",
    f"{_WORD}cr": "\n",
    f"{_WORD}noBreakHyphen": "-",
    f"{_WORD}softHyphen": "\xad",
}
_NO_TEXTS = {  # how such files begin; "BM" and "RIFF" alone may well begin a text
    rb"\x89PNG": "ảnh PNG",
    rb"\xff\xd8\xff": "ảnh JPEG",
    rb"GIF8[79]a": "ảnh GIF",
    rb"BM.{4}\0{4}": "ảnh BMP",
    rb"II\*\0|MM\0\*": "ảnh TIFF",
    rb"RIFF.{4}WEBP": "ảnh WebP",
    rb"RIFF.{4}AVI ": "phim AVI",
    rb"RIFF.{4}WAVE": "âm thanh WAV",
}


def read_file(path: str | Path) -> Document:
    """The document in a file. Offsets count characters of `Document.text`: for plain text, the file as decoded.

    Raises UnreadableFile for a file that is missing, empty, too large, broken, a picture, or a PDF without text, and
    for a report whose period ends before it starts. For a file that holds others see packages.sources.
    """
    path = Path(path)
    return read_bytes(contents(path), path.name)


def read_bytes(data: bytes, name: str) -> Document:
    """The document in a file's bytes; what they are is told by themselves and not by the name."""
    document = read_text(text_of(data, name))
    if document.period and document.period.backwards:
        raise UnreadableFile(
            f"{name}: kỳ “{document.period.label}” kết thúc trước khi bắt đầu; "
            "sửa ngày đầu hoặc ngày cuối trong báo cáo rồi đọc lại."
        )
    return document


def text_of(data: bytes, name: str) -> str:
    """The words of a file. Raises UnreadableFile for one that is empty, too large, broken, a picture, without words."""
    if not data:
        raise UnreadableFile(f"{name}: tệp rỗng; kiểm tra lại bản gửi.")
    text = _text_in(data, name)
    _not_too_long(text, name)
    if not text.strip():
        raise UnreadableFile(f"{name}: không có chữ nào; kiểm tra lại bản gửi.")
    return encodings.unicode(text)


def contents(path: Path) -> bytes:
    """A file's bytes. Raises UnreadableFile for one that is missing, a folder or too large."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UnreadableFile(f"{path}: đây là thư mục; nêu tên từng tệp trong đó.")
        if size > LARGEST_FILE:
            raise _too_large(path.name, size)
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"{path}: không mở được tệp ({error.strerror}); kiểm tra đường dẫn và quyền đọc."
        ) from error


def _not_too_long(text: str, name: str) -> None:
    """What is read within seconds, whatever it says."""
    if len(text) > LARGEST_TEXT:
        most = numbers.digits(LARGEST_TEXT)
        raise UnreadableFile(f"{name}: văn bản dài trên {most} chữ; chia nhỏ theo từng báo cáo.")
    if sum(1 for _ in islice(_NUMBER.finditer(text), MOST_NUMBERS + 1)) > MOST_NUMBERS:
        raise UnreadableFile(f"{name}: có trên {numbers.digits(MOST_NUMBERS)} con số; chia nhỏ theo từng báo cáo.")


def _too_large(name: str, size: int) -> UnreadableFile:
    return UnreadableFile(
        f"{name}: tệp nặng {size // 2**20} MB, quá {LARGEST_FILE // 2**20} MB; "
        "chia nhỏ hoặc gửi bản chỉ có lời báo cáo."
    )


def is_mail(head: bytes) -> bool:
    """Whether a file that begins like this is an e-mail as sent (.eml): header fields, some of which all mails have."""
    header = _HEADER.match(head.replace(b"\r\n", b"\n"))
    return header is not None and len({field.lower() for field in _MAIL_FIELDS.findall(header[0])}) >= 3


def is_office(package: zipfile.ZipFile) -> bool:
    """Whether a zip is one document and not a package of several: Office Open XML or OpenDocument."""
    names = package.NameToInfo
    return _MAIN_PART in names or "[Content_Types].xml" in names or "mimetype" in names


def unpacked(package: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, limit: int = LARGEST_FILE) -> bytes:
    """One member of a zip. Raises UnreadableFile for what is packed too tight or too large, and BROKEN_ZIP errors."""
    _not_too_tight(part, name, limit)
    with package.open(part) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise UnreadableFile(f"{name}: nén bất thường, không mở; xin lại bản gốc.")
    return data


def _not_too_tight(part: zipfile.ZipInfo, name: str, limit: int) -> None:
    if part.file_size > limit or part.file_size > max(_SMALL, _HIGHEST_RATIO * part.compress_size):
        raise UnreadableFile(
            f"{name}: nén bất thường ({part.file_size // 2**20} MB khi mở ra), không mở; xin lại bản gốc."
        )


def _text_in(data: bytes, name: str) -> str:
    for beginning, kind in _NO_TEXTS.items():
        if re.match(beginning, data, re.DOTALL):
            raise UnreadableFile(
                f"{name}: đây là {kind}, không phải văn bản; cần bản có chữ (.docx, .txt hoặc .pdf có lớp chữ)."
            )
    if data.startswith(ZIP):
        return _docx(data, name)
    if data[:1024].lstrip().startswith(b"%PDF"):
        return pdf.text_of(data, name)
    if extension := _opened_by_office(data):
        return _converted(data, extension, name)
    if data.startswith(_COMPOUND):
        raise UnreadableFile(f"{name}: tệp Word hoặc Excel đời cũ (.doc, .xls); mở ra và lưu lại thành .docx.")
    if is_mail(data[:8192]):
        raise UnreadableFile(f"{name}: đây là thư (.eml); lưu riêng tệp báo cáo kèm theo rồi đọc tệp đó.")
    if len(data) > max(4 * LARGEST_TEXT, LARGEST_PAGE):  # no sign takes more than four bytes
        raise UnreadableFile(f"{name}: văn bản nặng {len(data) // 2**20} MB; chia nhỏ theo từng báo cáo.")
    text = _decoded(data, name)
    head = text[:2000].lstrip("\ufeff \r\n\t").lower()
    if head.startswith("<!doctype html") or re.search(r"<(?:html|body|head|p|div|table)[\s>]", head):
        return _html(text, name)
    return text


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise UnreadableFile(f"{name}: tệp UTF-16 bị cắt cụt; lưu lại theo mã UTF-8.") from None
    zeros = b"\x00" in data[:4096]
    if zeros and (text := encodings.utf_16(data)):
        return text
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _not_mixed(data, error.start, name)
    else:
        if not zeros:
            return text
    if zeros:
        raise UnreadableFile(f"{name}: không phải văn bản; cần .txt, .html, .docx hoặc .pdf có lớp chữ.")
    old = encodings.decoded(data)
    if old is None:
        guess = charset_normalizer.from_bytes(data[:65536]).best()
        said = f" (giống {guess.encoding})" if guess else ""
        raise UnreadableFile(
            f"{name}: chữ không theo mã UTF-8{said}, cũng không phải tiếng Việt theo TCVN3, VNI hay Windows-1258; "
            "mở ra và lưu lại theo mã UTF-8."
        )
    return old


def _not_mixed(data: bytes, until: int, name: str) -> None:
    """Refuses a file that begins in UTF-8 and goes on otherwise."""
    if not data[:until].isascii():
        raise UnreadableFile(
            f"{name}: lẫn nhiều bảng mã: đầu tệp là UTF-8, từ byte {until} thì không; "
            "mở ra và lưu lại cả tệp theo mã UTF-8."
        )


def _html(text: str, name: str) -> str:
    if text.count("<") > MOST_TAGS:
        raise UnreadableFile(f"{name}: trang HTML có quá nhiều thẻ; mở bằng trình duyệt, chép phần lời ra tệp .txt.")
    try:
        return pages.article(text)
    except ValueError as error:
        raise UnreadableFile(f"{name}: trang HTML hỏng; mở bằng trình duyệt, chép phần lời ra tệp .txt.") from error


def _docx(data: bytes, name: str) -> str:
    """Paragraphs a line each, table rows with their cells divided by " | ". The package is never unpacked to disk."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if _MAIN_PART not in package.NameToInfo:
                if _is_open_document(package, name):
                    return _converted(data, ".odt", name)
                said = "" if is_office(package) else "; nếu là gói nhiều tệp thì giải nén rồi đọc từng tệp"
                raise UnreadableFile(f"{name}: không phải tệp Word; cần .docx, .txt hoặc .pdf có lớp chữ{said}.")
            xml = unpacked(package, package.getinfo(_MAIN_PART), name, _LARGEST_PART)
    except BROKEN_ZIP as error:
        raise UnreadableFile(f"{name}: tệp Word hỏng hoặc có mật khẩu; mở bằng Word và lưu lại thành .docx.") from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        tree = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(f"{name}: tệp Word hỏng; mở bằng Word và lưu lại thành .docx.") from error
    if tree.getroottree().docinfo.doctype:
        raise UnreadableFile(f"{name}: tệp Word có khai báo lạ (DTD), không mở; mở bằng Word và lưu lại.")
    etree.strip_elements(tree, _FALLBACK, _MOVED_AWAY, with_tail=False)  # text boxes stand in the first a second time
    body = tree.find(f"{_WORD}body")
    return "" if body is None else "\n".join(_blocks(body)) + "\n"


def _is_open_document(package: zipfile.ZipFile, name: str) -> bool:
    """Whether it is a text of OpenDocument, and none that is packed too tight to be handed on."""
    if "mimetype" not in package.NameToInfo:
        return False
    kind = unpacked(package, package.getinfo("mimetype"), name)
    if kind.strip() != b"application/vnd.oasis.opendocument.text":
        return False
    for part in package.infolist():
        _not_too_tight(part, name, _LARGEST_PART)
    return True


def _opened_by_office(data: bytes) -> str:
    """The extension of a document that LibreOffice must open; "" for any other. Of OpenDocument see _docx."""
    if data.startswith(_COMPOUND) and _OLD_WORD in data:
        return ".doc"
    return ".rtf" if data.startswith(b"{\\rtf") else ""


def _extension(data: bytes) -> str:
    """The same, OpenDocument among them."""
    if not data.startswith(ZIP):
        return _opened_by_office(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return ".odt" if _MAIN_PART not in package.NameToInfo and _is_open_document(package, "") else ""
    except (UnreadableFile, *BROKEN_ZIP):
        return ""


def converted_ahead(documents: Sequence[bytes]) -> list[bytes]:
    """Old documents as Word files, in one go; what is none or cannot be converted stays as it is: reading says why."""
    waiting = {n: extension for n, data in enumerate(documents) if (extension := _extension(data))}
    found = list(documents)
    if len(waiting) < 2:
        return found
    try:
        made = converters.as_docx([(found[n], extension) for n, extension in waiting.items()])
    except (converters.Unavailable, converters.Failed):
        return found
    for n, docx in zip(waiting, made, strict=True):
        found[n] = docx or found[n]
    return found


def _converted(data: bytes, extension: str, name: str) -> str:
    try:
        (made,) = converters.as_docx([(data, extension)])
    except converters.Unavailable as error:
        raise UnreadableFile(
            f"{name}: tệp {extension}; mở ra và lưu lại thành .docx, hoặc cài LibreOffice (gói libreoffice-writer) "
            "vào máy này rồi đọc lại."
        ) from error
    except converters.Failed:
        made = None
    if made is None:
        raise UnreadableFile(f"{name}: LibreOffice không mở được tệp {extension} này; mở ra và lưu lại thành .docx.")
    return _docx(made, name)


def _blocks(container: etree._Element) -> list[str]:
    lines: list[str] = []
    for element in _own(container, f"{_WORD}p", f"{_WORD}tbl"):
        lines += [_paragraph(element)] if element.tag == f"{_WORD}p" else _table(element)
    return lines


def _own(container: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """What stands in it, or in a wrapper in it, and not in another of its kind."""
    for element in container:
        if element.tag in tags:
            yield element
        elif element.tag in _WRAPPERS:
            yield from _own(element, *tags)


def _table(table: etree._Element) -> list[str]:
    """A line a row; of one that only arranges the page, what stands in its cells."""
    rows = [list(_own(row, f"{_WORD}tc")) for row in _own(table, f"{_WORD}tr")]
    arranges = next(table.iterdescendants(f"{_WORD}tbl"), None) is not None
    said = [] if arranges else [[_in_one_line(cell) for cell in row] for row in rows]
    if arranges or any(len(words.split()) > tables.CELL_WORDS for row in said for words in row):
        return [line for row in rows for cell in row for line in _blocks(cell)]
    return [
        tables.DIVIDED.join(
            word for cell, words in zip(row, line, strict=True) for word in (words, *[""] * (_columns(cell) - 1))
        )
        for row, line in zip(rows, said, strict=True)
    ]


def _in_one_line(cell: etree._Element) -> str:
    return " ".join(" ".join(_paragraph(paragraph) for paragraph in cell.iter(f"{_WORD}p")).split())


def _columns(cell: etree._Element) -> int:
    """How many columns a cell goes over: the rows of a table stay alike."""
    span = cell.find(f"{_WORD}tcPr/{_WORD}gridSpan")
    wide = "" if span is None else span.get(f"{_WORD}val", "")
    return min(int(wide), _MOST_COLUMNS) if re.fullmatch("[1-9][0-9]{0,3}", wide) else 1


def _paragraph(element: etree._Element) -> str:
    pieces = []
    for node in element.iter(f"{_WORD}t", *_MARKS):
        text = _MARKS.get(node.tag, node.text or "")
        fonts = node.getparent().find(f"{_WORD}rPr/{_WORD}rFonts")
        if fonts is not None and re.fullmatch(r"\.vn.*h", fonts.get(f"{_WORD}ascii", ""), re.IGNORECASE):
            text = re.sub("[a-z]+", lambda small: small[0].upper(), text)  # a TCVN3 font that has capitals only
        pieces.append(text)
    return "".join(pieces)
