"""PDF: the words of its pages; those that are pictures are recognised, where Tesseract is."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from danvan.lib import numbers
from danvan.narrative.reading import converters, pdf_layout, pdf_pages
from danvan.narrative.reading.refusal import UnreadableFile

MOST_SCANNED = 60  # pages, a few seconds each
SCAN_SECONDS = 300  # for all pages of a file
_SECOND_OF = 300_000  # bytes of a file that may take one second of the processor, beside the first
_NEEDED = "cần bản có lớp chữ (.docx, hoặc PDF xuất từ Word)"
_REFUSALS = {
    "broken": "tệp PDF hỏng hoặc có mật khẩu; xin lại bản không khóa.",
    "many": f"tệp PDF có trên {numbers.digits(pdf_pages.MOST_PAGES)} trang; chia nhỏ rồi đọc lại.",
    "long": f"tệp PDF có trên {numbers.digits(pdf_pages.MOST_LETTERS)} chữ; chia nhỏ theo từng báo cáo.",
    "slow": "tệp PDF mở quá lâu; mở ra và in lại thành PDF khác, hoặc gửi bản .docx.",
}


def text_of(data: bytes, name: str) -> str:
    """The words of a PDF. Raises UnreadableFile for one that is broken, locked, too long, or without words."""
    with tempfile.TemporaryDirectory(prefix="danvan-") as folder:
        path = Path(folder) / "in.pdf"
        path.write_bytes(data)
        pages = _asked("words", path, 1 + len(data) // _SECOND_OF, name)["pages"]
        wordless = [number for number, page in enumerate(pages) if not page["lines"]]
        if len(wordless) == len(pages):
            _can_be_recognised(len(pages), name)
            said = _recognised(path, wordless, name)
            if not any(words.strip() for words in said.values()):
                raise UnreadableFile(f"{name}: PDF này là ảnh quét, không nhận ra chữ nào; {_NEEDED}.")
            return pdf_layout.text_of(pages, said)
        scanned = [number for number in wordless if pages[number]["picture"]][:MOST_SCANNED]
        said = _recognised(path, scanned, name) if scanned and converters.can_recognise() else {}
        return pdf_layout.text_of(pages, said)


def _asked(what: str, path: Path, seconds: int, name: str, pages: list[int] | None = None) -> dict[str, Any]:
    """What pdf_pages.py answers. seconds: of the processor; the clock may show more on a busy machine."""
    command = [sys.executable, "-I", pdf_pages.__file__, what, str(path), str(seconds), *map(str, pages or ())]
    try:
        answer = json.loads(converters.run(command, path.parent, 10 + 10 * seconds))
    except converters.Overdue as error:
        raise UnreadableFile(f"{name}: {_REFUSALS['slow']}") from error
    except converters.Failed as error:
        raise UnreadableFile(f"{name}: {_REFUSALS['broken']}") from error
    if "refused" in answer:
        raise UnreadableFile(f"{name}: {_REFUSALS[answer['refused']]}")
    return dict(answer)


def _can_be_recognised(pages: int, name: str) -> None:
    if not converters.can_recognise():
        raise UnreadableFile(
            f"{name}: PDF này là ảnh quét, không có chữ; {_NEEDED}, hoặc cài Tesseract có tiếng Việt "
            "(gói tesseract-ocr, tesseract-ocr-vie) vào máy này rồi đọc lại."
        )
    if pages > MOST_SCANNED:
        raise UnreadableFile(f"{name}: ảnh quét {pages} trang, quá {MOST_SCANNED}; {_NEEDED}.")


def _recognised(path: Path, pages: list[int], name: str) -> dict[int, str]:
    """The words on pages that are pictures, as far as they can be recognised."""
    _asked("pictures", path, 5 + 3 * len(pages), name, pages)
    end = time.monotonic() + SCAN_SECONDS
    said = {}
    for number in pages:
        if time.monotonic() > end:
            raise UnreadableFile(f"{name}: ảnh quét đọc quá {SCAN_SECONDS // 60} phút; chia nhỏ, hoặc {_NEEDED}.")
        try:
            said[number] = converters.recognised(path.with_name(f"{number}.png"))
        except (converters.Unavailable, converters.Failed) as error:
            raise UnreadableFile(f"{name}: Tesseract không đọc được ảnh quét này; {_NEEDED}.") from error
    return said
