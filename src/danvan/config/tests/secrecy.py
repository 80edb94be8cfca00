"""Planted people, and everything that leaves the system searched for them. It reads on its own: none of the product's
own ways of finding a name is used, so that a mistake there is no mistake here.
"""

from __future__ import annotations

import base64
import html
import io
import re
import unicodedata
import zipfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from danvan.access.models import StoredFile
from danvan.narrative.reading import pdf

_GAPS = bytes(one for one in range(128) if not chr(one).isalnum())
_DEEPEST = 3  # packages in packages
_OURS = (
    "/matters",
    "/follow",
    "/told",
    "/reception",
    "/dialogues",
    "/issues",
    "/kept",
    "/casework",
    "/notices",
    "/trail",
)
_MOST = 8  # pages of one kind of address of this room that are opened
_LEAVE = re.compile(r"^/(?:static|i18n|account/logout)|/(?:logout|delete)/")


@dataclass(frozen=True, slots=True)
class Planted:
    """Somebody invented, in everything that tells who they are."""

    name: str
    phone: str
    paper: str
    email: str
    address: str

    @property
    def person(self) -> dict[str, str]:
        return {"name": self.name, "phone": self.phone, "address": self.address}

    @property
    def said(self) -> str:
        """How people write of themselves, with and without marks."""
        return (
            f"Tôi tên là {self.name}, điện thoại {self.phone}, CCCD {self.paper}, nhà ở {self.address}. "
            f"{bare(self.name)} de nghi xem xet, thư {self.email}."
        )

    @property
    def needles(self) -> dict[str, str]:
        return {
            plain(self.name): "name",
            plain(" ".join(self.name.split()[-2:])): "last words of the name",
            plain(self.phone)[-9:]: "telephone",
            plain(self.paper): "paper",
            plain(self.email): "e-mail",
            plain(self.address.split(",")[0]): "address",
        }


PEOPLE = {
    "walk_in": Planted(
        "Quách Thị Nguyệt Ánh", "0987 654 321", "036187004512", "nguyetanh.q@example.vn", "số 47 ngõ Hoa Sữa, xóm Trại"
    ),
    "online": Planted(
        "Tưởng Duy Khoáng", "0912345671", "001188776655", "khoang.t@example.vn", "số 8 ngách Cây Me, Đông Cao"
    ),
    "post": Planted(
        "Lục Bảo Trâm", "0905.118.227", "045299001188", "lucbaotram@example.vn", "kiốt 19B bến Thóc, Cửa Ải"
    ),
    "denouncer": Planted(
        "Ngụy Hoài Thương", "0966 777 123", "068301002299", "thuong.nguy@example.vn", "lán 27 bãi Vàng, Khe Sim"
    ),
    "denouncer_online": Planted(
        "Khiếu Như Phượng", "0933221100", "079185006677", "khieuphuong@example.vn", "phòng 512 dãy Nhãn, Bến Đục"
    ),
    "other_system": Planted(
        "Trưng Kiều Diễm", "0977000333", "031299887766", "diem.trung@example.vn", "lô 66 cụm Sen, Đồi Chè"
    ),
    "resident": Planted(
        "Mạc Thái Hữu Bình", "0944556677", "022090011223", "vanson.m@example.vn", "nhà 90 dốc Đá, Vân Sơn"
    ),
}


def bare(words: str) -> str:
    """Without marks, as typed on an old telephone."""
    if words.isascii():
        return words
    return unicodedata.normalize("NFD", words.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()


def plain(words: str) -> str:
    """Letters and digits only, without marks, in lower case: no spelling and no gap hides a name."""
    return bare(words).encode().lower().translate(None, _GAPS).decode()


def leaks(said: str | bytes, people: Iterable[str] = PEOPLE) -> list[str]:
    """Who is told of, and by what: ["walk_in: telephone"]."""
    found = []
    for text in dict.fromkeys(texts(said)):
        squeezed = plain(text)
        found += [f"{who}: {what}" for who in people for needle, what in _needles(who).items() if needle in squeezed]
    return list(dict.fromkeys(found))


@cache
def _needles(who: str) -> dict[str, str]:
    return PEOPLE[who].needles


def texts(said: str | bytes, depth: int = 0) -> Iterator[str]:
    """What somebody can read out of it: pages, tables, Word and Excel files, PDFs, dumps with bytes in hexadecimal."""
    if isinstance(said, bytes):
        if said[:4] == b"PK\x03\x04" and depth < _DEEPEST:
            with zipfile.ZipFile(io.BytesIO(said)) as package:
                for member in package.infolist():
                    yield member.filename
                    yield from texts(package.read(member), depth + 1)
            return
        if said[:5] == b"%PDF-":
            yield pdf.text_of(said, "found.pdf")
            return
        said = said.decode(errors="replace")
    yield said
    others = [html.unescape(re.sub(r"<[^>]*>", "", said))] if "<" in said else []
    others += [turn(said) for sign, turn in (("&", html.unescape), ("%", unquote), ("\\u", _from_json)) if sign in said]
    yield from others
    for run in re.findall(r"\\+x([0-9a-f]{16,})", said):
        if depth < _DEEPEST:
            yield from texts(bytes.fromhex(run[: len(run) // 2 * 2]), depth + 1)


def _from_json(said: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), said)


# What leaves


def crawl(client: Client, starts: Iterable[str], *, others: int) -> Iterator[tuple[str, bytes]]:
    """Every page and file that somebody comes to by following links: (address, content).

    others: pages of one kind of address of other rooms that are opened.
    """
    queue, seen, kinds = deque(dict.fromkeys(starts)), set(starts), Counter[str]()
    while queue:
        address = queue.popleft()
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        yield f"{address} ({answer.status_code})", content
        yield f"{address}, headers", "\n".join(f"{name}: {said}" for name, said in answer.headers.items()).encode()
        if answer.status_code in (301, 302) and answer.headers["Location"].startswith("/"):
            found = [answer.headers["Location"]]
        elif answer.headers.get("Content-Type", "").startswith("text/html"):
            base = address.partition("?")[0]
            links = re.findall(r'(?:href|src|action|data-[a-z]+)="([^"#]*)', content.decode(errors="replace"))
            found = [f"{base}{one}" if one.startswith("?") else one for one in map(html.unescape, links)]
        else:
            found = []
        for link in found:
            kind = re.sub(r"[A-Z2-7]{16}|\d[\w@-]*|=[^&]*", "N", link)  # numbers, periods, codes
            most = _MOST if link.startswith(_OURS) else others
            if not link.startswith("/") or link in seen or _LEAVE.search(link) or kinds[kind] >= most:
                continue
            kinds[kind] += 1
            seen.add(link)
            queue.append(link)


def dump() -> Iterator[tuple[str, str]]:
    """Every table as text, by the app role in the system's scope; the content of stored files as what it is.

    Two tables nobody but their owner reads; what lies in them is tried by the functions that find by them.
    """
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            with cursor.connection.cursor().copy(f'COPY "{table}" TO STDOUT') as rows:
                yield table, b"".join(bytes(row) for row in rows).decode(errors="replace")
    for one in Session.objects.all():
        yield "session", str(one.get_decoded())
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM danvan_cache")
        for (value,) in cursor.fetchall():
            yield "cache", base64.b64decode(value).decode(errors="replace")
    for name, content in StoredFile.objects.filter(content__isnull=False).values_list("name", "content"):
        yield f"file {name}", "\n".join(texts(bytes(content)))


def found_by_words(people: Iterable[str] = PEOPLE) -> list[str]:
    """Whose name, telephone or number finds a matter. In the system's scope."""
    found = []
    with connection.cursor() as cursor:
        for who in people:
            one = PEOPLE[who]
            for said in (one.name, one.phone, one.paper, one.email.partition("@")[0]):
                words = re.findall(r"[a-z0-9]+", bare(said).lower())
                cursor.execute("SELECT casework_found(%s, NULL, false, 9223372036854775807, 10)", [words])
                found += [f"{who}: {said} finds {number}" for (number,) in cursor.fetchall()]
    return found


def mails(outbox: Iterable[Any]) -> Iterator[tuple[str, str | bytes]]:
    """Subject, words and files of each letter; to whom it goes is the sender's own address."""
    for number, letter in enumerate(outbox):
        yield f"mail {number}", f"{letter.subject}\n{letter.body}"
        for name, content, _kind in letter.attachments:
            yield f"mail {number}, file", name
            yield f"mail {number}, file {name}", content
