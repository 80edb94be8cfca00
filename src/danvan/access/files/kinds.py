"""The kinds of file that are taken in, and how large each may be."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Kind:
    """limit: bytes of the upload. pixels: width times height, 0 for what is no picture. label: as people call it."""

    code: str
    mime: str
    extensions: tuple[str, ...]  # the first is the one given to stored files
    limit: int
    label: str
    pixels: int = 0


# The pixel limits keep the drawing of a picture under about 200 MB; JPEG is read at a reduced scale and may be larger.
PDF = Kind("pdf", "application/pdf", (".pdf",), 20 * MB, "PDF")
DOCX = Kind("docx", _OFFICE + "wordprocessingml.document", (".docx",), 20 * MB, "Word (.docx)")
XLSX = Kind("xlsx", _OFFICE + "spreadsheetml.sheet", (".xlsx",), 20 * MB, "Excel (.xlsx)")
JPEG = Kind("jpeg", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"), 20 * MB, "JPEG", pixels=50_000_000)
PNG = Kind("png", "image/png", (".png",), 20 * MB, "PNG", pixels=20_000_000)
WEBP = Kind("webp", "image/webp", (".webp",), 20 * MB, "WebP", pixels=20_000_000)
CSV = Kind("csv", "text/csv", (".csv",), 10 * MB, "CSV")
TEXT = Kind("text", "text/plain", (".txt",), 2 * MB, "TXT")

# Taken in to be read, never handed on: what was read is kept, the file goes.
HTML = Kind("html", "text/html", (".html", ".htm"), 5 * MB, "HTML")
DOC = Kind("doc", "application/msword", (".doc",), 20 * MB, "Word (.doc)")
ODT = Kind("odt", "application/vnd.oasis.opendocument.text", (".odt",), 20 * MB, "OpenDocument (.odt)")
RTF = Kind("rtf", "application/rtf", (".rtf",), 20 * MB, "RTF")
MAIL = Kind("mail", "message/rfc822", (".eml",), 30 * MB, "EML")
ZIP = Kind("zip", "application/zip", (".zip",), 50 * MB, "ZIP")

IMAGES = frozenset({JPEG, PNG, WEBP})
OFFICE = frozenset({DOCX, XLSX})
PLAIN = frozenset({CSV, TEXT})
WRITTEN = PLAIN | {HTML, RTF, MAIL}  # as plain characters
ALL = (PDF, DOCX, XLSX, JPEG, PNG, WEBP, CSV, TEXT)
ONLY_READ = (HTML, DOC, ODT, RTF, MAIL, ZIP)
REPORTS = (PDF, DOCX, TEXT, *ONLY_READ)
BY_CODE = {kind.code: kind for kind in (*ALL, *ONLY_READ)}
LARGEST = max(kind.limit for kind in BY_CODE.values())
