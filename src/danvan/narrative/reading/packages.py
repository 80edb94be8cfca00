"""Many files from one: a folder, a .zip, an e-mail with what is attached, and a package in one of these. Nothing is
unpacked to disk.
"""

from __future__ import annotations

import email
import email.policy
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, cast

from danvan.narrative.reading import encodings, pages
from danvan.narrative.reading.files import BROKEN_ZIP, ZIP, contents, converted_ahead, is_mail, is_office, unpacked
from danvan.narrative.reading.refusal import UnreadableFile, shown


class _ShortFields(email.policy.EmailPolicy):
    """Header fields are read as far as any honest one goes."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return _field(name, value[:_LONGEST_FIELD])


@lru_cache(maxsize=1000)
def _field(name: str, value: str) -> Any:
    """A field parsed: it is asked for again and again."""
    return email.policy.default.header_fetch_parse(name, value)


T = TypeVar("T")
MOST_MEMBERS = 1000
LARGEST_TOTAL = 400 * 1024 * 1024  # bytes of all members unpacked
LARGEST_WITHIN = 100 * 1024 * 1024  # bytes of packages within a package
_DEPTH = 2  # packages within one another that are opened
_OLD = (".doc", ".odt", ".rtf")
_AT_ONCE = 20  # old documents, some twenty seconds on a slow machine
_LONGEST_NAME = 150
_LEFT_BY_PROGRAMS = re.compile(r"(?:^|/)(?:\.|~\$|__MACOSX/|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_MAIL_DEPTH = 20  # parts within parts
_MOST_PARTS = 200  # of a mail
_LONGEST_FIELD = 1500  # characters of a header field: the library takes the square of its length
_NO_CHARSETS = frozenset(["idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"])  # Python's own
_BROKEN_MAIL = (LookupError, ValueError, TypeError, AttributeError, RecursionError)  # what the library lets through


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read. name: as listed, with the package it lies in; label: the same in a sentence, without folders;
    both fit to be printed.

    load: gives its bytes or raises UnreadableFile.
    """

    name: str
    label: str
    load: Callable[[], bytes]


def sources(path: str | Path) -> list[Source]:
    """The files that a path stands for: itself, or those in the folder, .zip or e-mail.

    Raises UnreadableFile for a package that cannot be opened, is empty or goes beyond the limits; a member that cannot
    be had says so when it is loaded. A package within a package is opened, one within that is not.
    """
    name, path = shown(str(path)), Path(path)
    label = shown(path.name)
    if path.is_dir():
        return _folder(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(8192)
    except OSError:
        head = b""  # loading says why
    inside = None
    if head.startswith(ZIP):
        inside = _zip(path, label, _DEPTH)
    elif is_mail(head):
        inside = _opened(contents(path), label, _DEPTH)
    return [Source(name, label, partial(contents, path))] if inside is None else _listed(inside, name, label)


def sources_in(data: bytes, name: str) -> list[Source]:
    """The same of a file that is at hand, under the name that it came with."""
    name = shown(name)
    inside = _opened(data, name, _DEPTH)
    return [Source(name, name, partial(bytes, data))] if inside is None else _listed(inside, name, name)


def read_each(sources: Sequence[Source]) -> Iterator[tuple[Source, bytes | UnreadableFile]]:
    """Each file's bytes, or why they cannot be had. Old documents come as Word files: LibreOffice opens many at a time,
    for it takes longer to start than to open one.
    """
    ahead: dict[Source, bytes | UnreadableFile] = {}
    for place, source in enumerate(sources):
        if source not in ahead and source.name.lower().endswith(_OLD):
            old = [one for one in sources[place:] if one.name.lower().endswith(_OLD)][:_AT_ONCE]
            ahead = _ahead(old)
        yield source, ahead.pop(source) if source in ahead else _loaded(source)


def _ahead(sources: list[Source]) -> dict[Source, bytes | UnreadableFile]:
    loaded = {source: _loaded(source) for source in sources}
    there = {source: data for source, data in loaded.items() if isinstance(data, bytes)}
    return {**loaded, **dict(zip(there, converted_ahead(list(there.values())), strict=True))}


def _loaded(source: Source) -> bytes | UnreadableFile:
    try:
        return source.load()
    except UnreadableFile as error:
        return error


Inside = dict[str, Callable[[], bytes]]  # by name, "" for a mail's own words


def _opened(data: bytes, label: str, depth: int) -> Inside | None:
    """What is in a package at hand; None where it is no package, or lies too deep."""
    if depth and data.startswith(ZIP):
        return _zip(io.BytesIO(data), label, depth)
    if depth and is_mail(data[:8192]):
        attached = _mail(data, label)
        return _flat({name: partial(bytes, content) for name, content in attached.items()}, attached, label, depth - 1)
    return None


def _flat(inside: Inside, packages: dict[str, bytes], label: str, depth: int) -> Inside:
    """What is inside, with the members of the packages among it in their places."""
    flat: Inside = {}
    for name, load in inside.items():
        try:
            within = _opened(packages[name], _inside(label, name), depth) if packages.get(name) else None
        except UnreadableFile as error:
            within = {"": partial(_refuse, error)}
        for member, load_member in (within or {"": load}).items():
            flat[_inside(name, member) if member else name] = load_member
    if len(flat) > MOST_MEMBERS:
        raise UnreadableFile(f"{label}: có {len(flat)} tệp bên trong, quá {MOST_MEMBERS}; chia thành nhiều gói.")
    return flat


def _listed(inside: Inside, name: str, label: str) -> list[Source]:
    return [
        Source(_inside(name, member), _inside(label, member), load) if member else Source(name, label, load)
        for member, load in inside.items()
    ]


def _inside(package: str, member: str) -> str:
    return f"{package} › {member}"


def _folder(path: Path) -> list[Source]:
    found: list[Source] = []
    for inside in sorted(path.rglob("*")):
        hidden = _LEFT_BY_PROGRAMS.search(inside.relative_to(path).as_posix())
        if hidden or inside.is_symlink() or not inside.is_file():
            continue
        try:
            found += sources(inside)
        except UnreadableFile as error:
            found.append(Source(shown(str(inside)), shown(inside.name), partial(_refuse, error)))
    if not found:
        raise UnreadableFile(f"{path}: thư mục không có tệp nào; kiểm tra lại đường dẫn.")
    return found


def _refuse(error: UnreadableFile) -> bytes:
    raise error


def _zip(file: Path | io.BytesIO, label: str, depth: int) -> Inside | None:
    """The members of a package; None where it is an office document, or too broken to tell."""
    try:
        package = zipfile.ZipFile(file)  # closes when its last member is let go
    except BROKEN_ZIP:
        return None
    if is_office(package):
        return None
    members = [(_member_name(info), info) for info in package.infolist() if not info.filename.endswith("/")]
    members = [(name, info) for name, info in members if not _LEFT_BY_PROGRAMS.search(name)]
    if not members:
        raise UnreadableFile(f"{label}: tệp nén không có tệp nào; kiểm tra lại bản gửi.")
    if len(members) > MOST_MEMBERS:
        raise UnreadableFile(f"{label}: tệp nén có {len(members)} tệp, quá {MOST_MEMBERS}; chia thành nhiều gói.")
    total = sum(info.file_size for _, info in members)
    if total > LARGEST_TOTAL:
        raise UnreadableFile(
            f"{label}: mở ra nặng {total // 2**20} MB, quá {LARGEST_TOTAL // 2**20} MB; chia thành nhiều gói."
        )
    named = _named(members)
    inside: Inside = {name: partial(_member, package, info, _inside(label, name)) for name, info in named.items()}
    return _flat(inside, _packages_among(named, inside) if depth > 1 else {}, label, depth - 1)


def _packages_among(named: dict[str, zipfile.ZipInfo], inside: Inside) -> dict[str, bytes]:
    """The members that are packages by their names and can be had, as far as they may be held at once."""
    found: dict[str, bytes] = {}
    for name, info in named.items():
        if name.lower().endswith((".zip", ".eml")) and info.file_size + sum(map(len, found.values())) <= LARGEST_WITHIN:
            with suppress(UnreadableFile):  # said when it is loaded
                found[name] = inside[name]()
    return found


def _member(package: zipfile.ZipFile, info: zipfile.ZipInfo, label: str) -> bytes:
    try:
        return unpacked(package, info, label)
    except BROKEN_ZIP as error:
        raise UnreadableFile(f"{label}: nén hỏng hoặc có mật khẩu; giải nén rồi đọc lại.") from error


def _named(members: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Members by name; of several with one name the later ones are numbered."""
    named: dict[str, T] = {}
    for name, member in members:
        number = 1
        while (unique := name if number == 1 else f"{name} ({number})") in named:
            number += 1
        named[unique] = member
    return named


def _member_name(info: zipfile.ZipInfo) -> str:
    """The name as its maker meant it: old packers write UTF-8 without saying so."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return _leading_nowhere(name)


def _leading_nowhere(name: str) -> str:
    """A name fit to be shown, that leads out of no folder."""
    parts = (part.strip() for part in re.split(r"[/\\]", shown(name)))
    return "/".join(part for part in parts if part not in ("", ".", ".."))[-_LONGEST_NAME:] or "?"


def _mail(data: bytes, label: str) -> dict[str, bytes]:
    """The mail's own words, under no name, then what is attached."""
    try:
        mail = email.message_from_bytes(data, policy=_ShortFields())
        parts = list(islice(_parts(cast(EmailMessage, mail), _MAIL_DEPTH), _MOST_PARTS + 1))
        if len(parts) > _MOST_PARTS:
            raise UnreadableFile(f"{label}: thư có trên {_MOST_PARTS} phần; chia thành nhiều thư.")
        texts = [part for part in parts if part.get_content_maintype() == "text" and not part.get_filename()]
        body = min(texts, key=lambda part: part.get_content_subtype() != "plain", default=None)
        words = "" if body is None else _words(body)
        files = [part for part in parts if part not in texts and _is_attached(part)]
        attached = _named(
            (_leading_nowhere(part.get_filename() or f"tệp kèm {n}"), _bytes(part)) for n, part in enumerate(files, 1)
        )
        subject = " ".join(str(mail.get("subject", "")).split())
    except _BROKEN_MAIL as error:
        raise UnreadableFile(f"{label}: thư hỏng; lưu riêng các tệp kèm rồi đọc.") from error
    if words.strip() or not attached:
        return {"": f"{subject}\n\n{words}".encode("utf-8", "replace"), **attached}
    return attached


def _parts(part: EmailMessage, depth: int) -> Iterator[EmailMessage]:
    """The parts that hold something, those of a forwarded mail left inside of it."""
    inside = part.get_payload()
    if part.get_content_maintype() != "multipart" or not isinstance(inside, list):
        yield part
    elif depth:
        for each in inside:
            yield from _parts(cast(EmailMessage, each), depth - 1)


def _is_attached(part: EmailMessage) -> bool:
    """Pictures within the words are signatures and letterheads."""
    return part.get_content_maintype() != "image" or part.get_content_disposition() == "attachment"


def _bytes(part: EmailMessage) -> bytes:
    if part.get_content_maintype() == "message":
        return b"".join(cast(EmailMessage, inside).as_bytes() for inside in part.get_payload())
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _words(part: EmailMessage) -> str:
    data, charset = _bytes(part), part.get_content_charset("utf-8")
    try:
        text = data.decode("utf-8" if charset in _NO_CHARSETS else charset)
    except (LookupError, UnicodeDecodeError):
        text = encodings.decoded(data) or data.decode("utf-8", "replace")
    return pages.article(text) if part.get_content_subtype() == "html" and text.strip() else text
