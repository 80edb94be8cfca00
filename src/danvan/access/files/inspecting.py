"""Looking into an upload before it is kept."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from django.utils.translation import gettext as _

from danvan.access.files import kinds, scanning, structure
from danvan.access.files.kinds import IMAGES, OFFICE, WRITTEN, Kind
from danvan.access.files.naming import safe_name
from danvan.access.files.refusing import FileRefused
from danvan.access.files.scanning import ClamAV

_CHUNK = 64 * 1024

# Each family by its first bytes: which kinds it may turn out to be, and what looks closer.
_Check = Callable[[IO[bytes], str], Kind | None]
_FAMILIES: list[tuple[re.Pattern[bytes], frozenset[Kind], _Check | None]] = [
    (re.compile(rb"%PDF-\d"), frozenset({kinds.PDF}), structure.pdf),
    (re.compile(rb"PK\x03\x04"), OFFICE | {kinds.ODT, kinds.ZIP}, structure.office),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), OFFICE | {kinds.DOC}, structure.old_office),
    (re.compile(rb"\xff\xd8\xff"), frozenset({kinds.JPEG}), None),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), frozenset({kinds.PNG}), None),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), frozenset({kinds.WEBP}), None),
    (re.compile(rb"....ftyp(heic|heix|hevc|heim|mif1|msf1|avif)", re.DOTALL), IMAGES, structure.new_picture),
    (re.compile(rb"\xff\xfe|\xfe\xff|[^\x00]{1,512}\Z"), WRITTEN, structure.plain),
]


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file fit to be kept. size, sha256: of `content`, which for a picture is not what was sent but drawn anew.

    kind: code of a Kind. content: an open temporary file at its beginning; closing it (`with inspected:`) removes it.
    """

    kind: str
    mime: str
    size: int
    sha256: str
    extension: str
    safe_name: str
    content: IO[bytes]

    def __enter__(self) -> Inspected:
        return self

    def __exit__(self, *_: object) -> None:
        self.content.close()


def inspect(
    upload: BinaryIO | Path,
    *,
    name: str,
    allowed: Collection[Kind] = kinds.ALL,
    scanner: ClamAV | None = None,
) -> Inspected:
    """What the upload is, by its content alone: `name` is only what it will be called.

    It is read in pieces and no further than the limit of its kind. scanner: the one of DANVAN_CLAMAV unless given.
    Raises FileRefused with a sentence for whoever sent it: unknown or unwanted kind, too large, broken, with a
    password, with macros, infected, or not scanned where a scanner is set.
    """
    shown = safe_name(name)
    if isinstance(upload, Path):
        with upload.open("rb") as opened:
            return inspect(opened, name=name, allowed=allowed, scanner=scanner)
    upload.seek(0)
    head = upload.read(512)
    if not head:
        raise FileRefused(_("Tệp “%(name)s” trống; hãy chọn lại tệp.") % {"name": shown})
    candidates, check = next(
        ((found & frozenset(allowed), check) for pattern, found, check in _FAMILIES if pattern.match(head)),
        (frozenset[Kind](), None),
    )
    if not candidates:
        raise FileRefused(_unwanted(shown, allowed))
    content = _received(upload, head, max(candidates, key=lambda kind: kind.limit), shown)
    try:
        if scanner := scanner or scanning.from_environment():
            scanner.check(content, name=shown)
        kind = check(content, shown) if check else next(iter(candidates))
        if kind in (kinds.CSV, kinds.TEXT) and kind not in candidates:
            kind = kinds.TEXT if kind is kinds.CSV else kinds.CSV  # a table is text, and a table may have one column
        if kind not in candidates:
            raise FileRefused(structure.is_old(shown) if kind is kinds.DOC else _unwanted(shown, allowed))
        _check_size(content.seek(0, 2), kind, shown)
        if kind in IMAGES:
            with content as sent:
                content = structure.drawn_anew(sent, kind, shown)
        return _inspected(content, kind, name)
    except BaseException:
        content.close()
        raise


def _received(upload: BinaryIO, head: bytes, largest: Kind, name: str) -> IO[bytes]:
    content = tempfile.SpooledTemporaryFile(max_size=kinds.MB)  # noqa: SIM115 -- handed on
    try:
        piece = head
        while piece:
            content.write(piece)
            _check_size(content.tell(), largest, name)
            piece = upload.read(_CHUNK)
    except BaseException:
        content.close()
        raise
    return content


def _check_size(size: int, kind: Kind, name: str) -> None:
    if size > kind.limit:
        raise FileRefused(
            _("Tệp “%(name)s” quá lớn: loại %(kind)s chỉ nhận đến %(limit)s MB; hãy chia nhỏ hoặc nén bớt rồi gửi lại.")
            % {"name": name, "kind": kind.label, "limit": kind.limit // kinds.MB}
        )


def _inspected(content: IO[bytes], kind: Kind, name: str) -> Inspected:
    content.seek(0)
    digest = hashlib.sha256()
    while piece := content.read(_CHUNK):
        digest.update(piece)
    size = content.tell()
    content.seek(0)
    called = safe_name(name, kind.extensions)
    return Inspected(kind.code, kind.mime, size, digest.hexdigest(), Path(called).suffix, called, content)


def _unwanted(name: str, allowed: Collection[Kind]) -> str:
    wanted = ", ".join(kind.label for kind in kinds.BY_CODE.values() if kind in allowed)
    return _("Tệp “%(name)s” không thuộc loại được nhận; hãy gửi %(kinds)s.") % {"name": name, "kinds": wanted}
