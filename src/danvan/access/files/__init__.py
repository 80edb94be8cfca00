"""Files that people send: what they are is found from their content; they are kept and served so that none can harm.

with inspect(upload, name=upload.name, allowed=IMAGES) as file:
    ...  # file.kind, file.mime, file.size, file.sha256, file.safe_name, file.content
response.headers |= serving_headers(stored)
"""

from danvan.access.files.inspecting import Inspected, inspect
from danvan.access.files.kinds import (
    ALL,
    CSV,
    DOCX,
    IMAGES,
    JPEG,
    OFFICE,
    ONLY_READ,
    PDF,
    PLAIN,
    PNG,
    REPORTS,
    TEXT,
    WEBP,
    XLSX,
    Kind,
)
from danvan.access.files.naming import safe_name
from danvan.access.files.refusing import FileRefused
from danvan.access.files.scanning import ClamAV
from danvan.access.files.serving import serving_headers
from danvan.access.files.structure import PDFIUM

__all__ = [
    "ALL",
    "CSV",
    "DOCX",
    "IMAGES",
    "JPEG",
    "OFFICE",
    "ONLY_READ",
    "PDF",
    "PDFIUM",
    "PLAIN",
    "PNG",
    "REPORTS",
    "TEXT",
    "WEBP",
    "XLSX",
    "ClamAV",
    "FileRefused",
    "Inspected",
    "Kind",
    "inspect",
    "safe_name",
    "serving_headers",
]
