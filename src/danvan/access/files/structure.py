"""Whether a file really is what its first bytes say, all through, and holds nothing that runs by itself."""

from __future__ import annotations

import csv
import re
import struct
import tempfile
import threading
import zipfile
import zlib
from typing import IO

import charset_normalizer
import pypdfium2
from django.utils.translation import gettext as _
from lxml import etree
from PIL import Image, ImageOps

from danvan.access.files import kinds
from danvan.access.files.kinds import Kind
from danvan.access.files.refusing import FileRefused

# PDFium is not made for two threads at once.
PDFIUM = threading.Lock()
# One picture at a time in a process, whatever number of people send theirs: so much memory, no more.
_DRAWING = threading.Lock()

MOST_MEMBERS = 5_000
MOST_UNPACKED = 300 * kinds.MB
HIGHEST_RATIO = 200  # unpacked to packed: the XML of large worksheets reaches about 30
_LARGEST_PART_READ = 4 * kinds.MB  # content types and relationships
_MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": kinds.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": kinds.XLSX,
}
# Excel 4 macro sheets and binary workbooks are macros under other names.
_MACROS = re.compile(r"macro|vbaproject|activex|sheet\.binary", re.IGNORECASE)
_MACRO_PARTS = re.compile(r"vbaproject\.bin|(^|/)(macrosheets|activex)/", re.IGNORECASE)
# What is fetched and run on opening, so that the file itself looks clean.
_FETCHED = re.compile(r"/(attachedTemplate|oleObject|frame|subDocument|externalLinkPath/oleLink)$")
_REMOTE = re.compile(r"(https?|ftp):|\\\\|//", re.IGNORECASE)

LONGEST_SIDE = 3_600  # pixels: an A4 page at 300 dots an inch stays as it is
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"\s*(<\?xml|<svg|<script)", re.IGNORECASE)
_PAGE = re.compile(r"\s*(<\?xml[^>]*>\s*)?<(!doctype html|html|head|body)", re.IGNORECASE)
_HEADER = re.compile(r"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_MAIL_FIELDS = re.compile(r"^(?:from|to|subject|date|mime-version|received|message-id):", re.IGNORECASE | re.MULTILINE)
_ODT_MACROS = ("Basic/", "Scripts/")
_ODT = b"application/vnd.oasis.opendocument.text"


def pdf(content: IO[bytes], name: str) -> Kind:
    content.seek(0, 2)
    content.seek(-min(content.tell(), 2048), 2)
    if b"%%EOF" not in content.read():
        raise FileRefused(_("Tệp PDF “%(name)s” bị cắt cụt; hãy gửi lại bản đầy đủ.") % {"name": name})
    content.seek(0)
    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(content)
            try:
                pages = len(document)
            finally:
                document.close()
        except pypdfium2.PdfiumError as error:
            if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
                raise FileRefused(_has_password(name)) from error
            raise FileRefused(_is_broken(name)) from error
    if not pages:
        raise FileRefused(_is_broken(name))
    return kinds.PDF


def office(content: IO[bytes], name: str) -> Kind | None:
    """Word or Excel by the part that its content types call the main one, a text of OpenDocument, or a package of
    files; None for any other document."""
    try:
        with zipfile.ZipFile(content) as archive:
            _check_members(archive, name)
            kind = _office_kind(archive, name)
            _check_fetched(archive, name)
            # Each part is unpacked once: its checksum proves the size it states, so no reader can be surprised later.
            if archive.testzip() is not None:
                raise FileRefused(_is_broken(name))
            return kind
    except (
        zipfile.BadZipFile,
        zlib.error,
        etree.XMLSyntaxError,
        EOFError,
        OSError,
        KeyError,
        ValueError,
        struct.error,
        NotImplementedError,  # a way of packing that Office never uses
    ) as error:
        if isinstance(error, FileRefused):
            raise
        raise FileRefused(_is_broken(name)) from error


def _check_members(archive: zipfile.ZipFile, name: str) -> None:
    members = archive.infolist()
    if any(member.flag_bits & 0x1 for member in members):
        raise FileRefused(_has_password(name))
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if (
        len(members) > MOST_MEMBERS
        or unpacked > MOST_UNPACKED
        or (unpacked > kinds.MB and unpacked > packed * HIGHEST_RATIO)
    ):
        raise FileRefused(
            _("Tệp “%(name)s” khi mở ra lớn bất thường nên không nhận; hãy xóa trang, dòng và ảnh thừa rồi gửi lại.")
            % {"name": name}
        )
    names = [member.filename for member in members]
    if any(_leaves_its_folder(one) for one in names):
        raise FileRefused(_is_broken(name))
    if _is_document(archive) and len({one.lower() for one in names}) < len(names):
        raise FileRefused(_is_broken(name))
    if any(_MACRO_PARTS.search(one) for one in names):
        raise FileRefused(_has_macros(name))


def _is_document(archive: zipfile.ZipFile) -> bool:
    return not {"[Content_Types].xml", "mimetype"}.isdisjoint(archive.NameToInfo)


def _leaves_its_folder(member: str) -> bool:
    return member.startswith(("/", "\\")) or ":" in member or ".." in re.split(r"[/\\]", member)


def _office_kind(archive: zipfile.ZipFile, name: str) -> Kind | None:
    if not _is_document(archive):
        return kinds.ZIP
    if "mimetype" in archive.NameToInfo:
        if any(member.startswith(_ODT_MACROS) for member in archive.NameToInfo):
            raise FileRefused(_has_macros(name))
        with archive.open("mimetype") as said:
            return kinds.ODT if said.read(len(_ODT) + 1).strip() == _ODT else None
    types = _attributes(archive, "[Content_Types].xml", "ContentType")
    if any(_MACROS.search(one) for one in types):
        raise FileRefused(_has_macros(name))
    found = {_MAIN_PARTS[one] for one in types if one in _MAIN_PARTS}
    return found.pop() if len(found) == 1 else None


def _check_fetched(archive: zipfile.ZipFile, name: str) -> None:
    for member in archive.namelist():
        if not member.endswith(".rels"):
            continue
        for relation in _elements(archive, member):
            outside = relation.get("TargetMode", "") == "External" and _REMOTE.match(relation.get("Target", ""))
            if outside and _FETCHED.search(relation.get("Type", "")):
                raise FileRefused(
                    _("Tệp “%(name)s” tự tải nội dung từ nơi khác (%(place)s) nên không nhận; hãy bỏ liên kết đó.")
                    % {"name": name, "place": relation.get("Target", "")[:80]}
                )
            if _MACROS.search(relation.get("Type", "").rpartition("/")[2]):
                raise FileRefused(_has_macros(name))


def _attributes(archive: zipfile.ZipFile, member: str, attribute: str) -> list[str]:
    return [element.get(attribute, "") for element in _elements(archive, member)]


def _elements(archive: zipfile.ZipFile, member: str) -> list[etree._Element]:
    if archive.getinfo(member).file_size > _LARGEST_PART_READ:
        raise zipfile.BadZipFile(member)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return [one for one in etree.fromstring(archive.read(member), parser).iter() if isinstance(one.tag, str)]


def old_office(content: IO[bytes], name: str) -> Kind:
    """Never handed on: Office files before 2007 hide macros too well. Word's are taken in to be read."""
    content.seek(0)
    raw = content.read()
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise FileRefused(_has_password(name))
    if "_VBA_PROJECT".encode("utf-16-le") in raw:
        raise FileRefused(_has_macros(name))
    if "WordDocument".encode("utf-16-le") not in raw:
        raise FileRefused(is_old(name))
    return kinds.DOC


def is_old(name: str) -> str:
    """What to do with a file of Office before 2007."""
    return _(
        "Tệp “%(name)s” thuộc kiểu Office cũ (.doc, .xls); hãy mở bằng Word hoặc Excel, lưu thành .docx hoặc .xlsx."
    ) % {"name": name}


def new_picture(content: IO[bytes], name: str) -> Kind:
    """Never kept: few browsers show it."""
    raise FileRefused(
        _("Ảnh “%(name)s” thuộc kiểu HEIC hoặc AVIF; hãy lưu thành JPEG (điện thoại: chọn “Tương thích nhất”) rồi gửi.")
        % {"name": name}
    )


def drawn_anew(content: IO[bytes], kind: Kind, name: str) -> IO[bytes]:
    """The pixels alone, turned as the camera said: no place, device, comment, thumbnail, or bytes behind the picture.

    Of a moving picture the first frame stays. Pictures larger than LONGEST_SIDE are made smaller.
    """
    too_large = _("Ảnh “%(name)s” có quá nhiều điểm ảnh (trên %(limit)s triệu); hãy thu nhỏ rồi gửi lại.") % {
        "name": name,
        "limit": kind.pixels // 1_000_000,
    }
    drawn = tempfile.SpooledTemporaryFile(max_size=kinds.MB)  # noqa: SIM115 -- handed to the caller
    try:
        content.seek(0)
        with Image.open(content, formats=[kind.code.upper()]) as picture:
            if picture.width * picture.height > kind.pixels:
                raise FileRefused(too_large)
            with _DRAWING:
                _draw(picture, kind, drawn)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        drawn.close()
        raise FileRefused(too_large) from error
    except FileRefused:
        drawn.close()
        raise
    except Exception as error:  # Pillow raises whatever the broken bytes bring about
        drawn.close()
        raise FileRefused(
            _("Ảnh “%(name)s” hỏng hoặc thiếu; hãy chụp hoặc xuất lại ảnh rồi gửi.") % {"name": name}
        ) from error
    return drawn


def _draw(picture: Image.Image, kind: Kind, to: IO[bytes]) -> None:
    shrink = min(1, LONGEST_SIDE / max(picture.size))
    # Before all else: a large JPEG is then read at half its scale, in a quarter of the memory.
    picture.draft(None, (int(picture.width * shrink), int(picture.height * shrink)))
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=None)
    ImageOps.exif_transpose(picture, in_place=True)
    mode = _mode(picture, kind)
    plain = picture if picture.mode == mode else picture.convert(mode)
    plain.info.clear()
    plain.save(to, kind.code.upper(), **({} if kind is kinds.PNG else {"quality": 88}))


def _mode(picture: Image.Image, kind: Kind) -> str:
    if kind is kinds.JPEG:
        return "L" if picture.mode == "L" else "RGB"
    if picture.has_transparency_data:
        return "RGBA"
    return "L" if picture.mode in ("1", "L") and kind is kinds.PNG else "RGB"


def plain(content: IO[bytes], name: str) -> Kind | None:
    """Text or a table in text, whatever its encoding; a web page, RTF or a mail, which are written so; None for bytes
    and for pictures written as text."""
    content.seek(0)
    raw = content.read()
    if raw.startswith(b"{\\rtf"):
        return kinds.RTF
    text = _decoded(raw)
    if not text.strip() or _CONTROL.search(text):
        return None
    if _PAGE.match(text):
        return kinds.HTML
    if _MARKUP.match(text):
        return None
    header = _HEADER.match(text.replace("\r\n", "\n"))
    if header and len({field.lower() for field in _MAIL_FIELDS.findall(header[0])}) >= 3:
        return kinds.MAIL
    return kinds.CSV if _is_table(text) else kinds.TEXT


def _decoded(raw: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if raw.startswith(mark):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
    best = charset_normalizer.from_bytes(raw[: kinds.MB]).best()  # typed under Windows before 2010
    # In a font's own encoding (TCVN3, VNI) nobody knows the letters, but there are no control characters.
    return raw.decode(best.encoding if best else "latin-1", "replace")


def _is_table(text: str) -> bool:
    """Two rows or more, all of one width of at least two columns, no cell after a space: that would be prose."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    for delimiter in "\t;,":
        try:
            rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        widths = {len(row) for row in rows}
        prose = any(cell.startswith(" ") for row in rows for cell in row)
        if len(rows) > 1 and len(widths) == 1 and widths.pop() > 1 and not prose:
            return True
    return False


def _has_password(name: str) -> str:
    return _("Tệp “%(name)s” có mật khẩu; hãy bỏ mật khẩu rồi gửi lại.") % {"name": name}


def _has_macros(name: str) -> str:
    return _("Tệp “%(name)s” chứa macro nên không nhận; hãy lưu thành .docx hoặc .xlsx không có macro rồi gửi lại.") % {
        "name": name
    }


def _is_broken(name: str) -> str:
    return _("Tệp “%(name)s” hỏng; hãy mở ra xem, lưu lại rồi gửi bản mới.") % {"name": name}
