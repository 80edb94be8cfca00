"""Real files of each kind, and broken, locked and poisoned ones, made by the libraries that make them elsewhere."""

from __future__ import annotations

import io
import struct
import zipfile
from functools import lru_cache

import docx
import openpyxl
import pypdfium2
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

LOCATION = 0x8825  # the GPS part of EXIF


@lru_cache  # the maker writes another number into each
def a_pdf(pages: int = 1) -> bytes:
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        document.new_page(595, 842).close()
    document.save(out)
    document.close()
    return out.getvalue()


def a_locked_pdf() -> bytes:
    writer, out = copy_into_new_writer(PdfFileReader(io.BytesIO(a_pdf()))), io.BytesIO()
    writer.encrypt("chu", "khach")
    writer.write(out)
    return out.getvalue()


def a_docx(text: str = "Báo cáo công tác dân vận") -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def an_xlsx(rows: int = 3) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in range(rows):
        book.active.append([f"Xã {row}", row])
    book.save(out)
    return out.getvalue()


def repacked(archive: bytes, *, add: dict[str, bytes] = {}, replace: dict[str, tuple[bytes, bytes]] = {}) -> bytes:  # noqa: B006 -- only read
    """The zip with further members, and with words of members replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = old.read(member)
            if member in replace:
                assert replace[member][0] in content
                content = content.replace(*replace[member])
            new.writestr(member, content)
        for member, content in add.items():
            new.writestr(member, content)
    return out.getvalue()


def a_macro_workbook() -> bytes:
    """What Excel writes as .xlsm: another main content type and the macros as a part."""
    return repacked(
        an_xlsx(),
        add={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 64},
        replace={
            "[Content_Types].xml": (
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            )
        },
    )


def flagged_as_locked(archive: bytes) -> bytes:
    """Sets the encryption bit of every member, in both headers."""
    changed = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(mark, place + 4)
    return bytes(changed)


def stating_less(archive: bytes, member: str, size: int) -> bytes:
    """The same zip, its directory lying about how large a member is."""
    changed = bytearray(archive)
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        true = zipped.getinfo(member).file_size
    name = member.encode()
    place = changed.rfind(name) - 46
    assert changed[place : place + 4] == b"PK\x01\x02"
    assert struct.unpack_from("<L", changed, place + 24)[0] == true
    struct.pack_into("<L", changed, place + 24, size)
    return bytes(changed)


def an_old_office_file(stream: str = "WordDocument") -> bytes:
    """An OLE2 file with one directory entry, as Word 97 or a locked .docx begins."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    return header + stream.encode("utf-16-le").ljust(512, b"\0")


def a_photo(size: tuple[int, int] = (60, 40), kind: str = "JPEG") -> bytes:
    """Taken upright in Ba Bể, says its EXIF: red at the left edge of the stored pixels, blue elsewhere."""
    picture, out = Image.new("RGB", size, "blue"), io.BytesIO()
    picture.paste("red", (0, 0, size[0] // 4, size[1]))
    exif = picture.getexif()
    exif[0x010F] = "MayAnhCuaToi"
    exif[0x0112] = 6  # turn clockwise by 90 degrees to show
    exif.get_ifd(LOCATION).update({1: "N", 2: (22.0, 24.0, 12.0), 3: "E", 4: (105.0, 37.0, 1.0)})
    more = {"comment": b"nha ong An"} if kind == "JPEG" else {}
    picture.save(out, kind, exif=exif, quality=95, **more)
    return out.getvalue()
