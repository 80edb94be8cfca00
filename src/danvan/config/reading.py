"""What rooms below `narrative` ask of its reader: the words of a file."""

from __future__ import annotations

import io

from PIL import Image

from danvan.narrative.reading import files
from danvan.narrative.reading.refusal import UnreadableFile

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")


def words_of(content: bytes, name: str) -> str:
    """The words of a document as reports are read, of a picture as they are recognised (Tesseract).

    Raises ValueError with a Vietnamese sentence where there are none to be had.
    """
    if content.startswith(_PICTURES):
        content = _page(content)
    try:
        return files.text_of(content, name)
    except UnreadableFile as error:
        raise ValueError(str(error)) from error


def _page(picture: bytes) -> bytes:
    """A picture as a page, which is read as a scanned one."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as opened:
        opened.convert("RGB").save(out, "PDF", resolution=200)
    return out.getvalue()
