"""Encryption of who raised a matter and of their papers. Plain Python; the keys come from outside the database.

Keys: DANVAN_VAULT_KEYS = "ID:BASE64[,ID:BASE64...]", 32 bytes each, the first one encrypts, all decrypt. Without it a
key is made once in the folder of the running system (`var/vault.keys`, readable by its owner only). A paper has a key
of its own, which is sealed like an identity: when the keys change, only that is sealed anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VARIABLE = "DANVAN_VAULT_KEYS"
FILE = "vault.keys"
_NONCE = 12
_MARK = 32  # hexadecimal digits of a mark


class SealingError(RuntimeError):
    """A key is missing or wrong, or what was kept was tampered with; a Vietnamese sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The key that encrypts now, and all that decrypt."""

    active: str
    by_id: Mapping[str, bytes]

    @classmethod
    def parse(cls, text: str) -> Keys:
        found: dict[str, bytes] = {}
        for part in filter(None, (one.strip() for one in text.split(","))):
            name, _, said = part.partition(":")
            try:
                key = base64.b64decode(said, validate=True)
            except ValueError:
                key = b""
            if not name or len(name) > 16 or len(key) != 32:
                raise SealingError(
                    f"{VARIABLE}: mỗi khóa viết như TÊN:BASE64 của 32 byte, tên không quá 16 ký tự. "
                    f"Xem lại khóa “{name}”."
                )
            found[name] = key
        if not found:
            raise SealingError(f"{VARIABLE} không có khóa nào.")
        return cls(next(iter(found)), found)

    @classmethod
    def load(cls, var: Path) -> Keys:
        """The keys of this installation; made once where none are given."""
        if said := os.environ.get(VARIABLE):
            return cls.parse(said)
        path = var / FILE
        if not path.exists():
            new = _written(path, [_line("k1")])
            try:
                os.link(new, path)  # whoever was first stays
            except FileExistsError:
                pass
            finally:
                new.unlink()
        return cls.parse(path.read_text().replace("\n", ","))

    @classmethod
    def edition(cls, var: Path) -> object:
        """Changes where the keys do: another process may have put a new one first."""
        if said := os.environ.get(VARIABLE):
            return said
        try:
            found = (var / FILE).stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    @staticmethod
    def ours() -> bool:
        """Whether the keys lie in our file and are ours to write."""
        return not os.environ.get(VARIABLE)

    def with_new(self, var: Path) -> Keys:
        """A new key before the others, in the file. Raises SealingError where the keys come from the environment."""
        numbers = [int(name[1:]) for name in self.by_id if name[:1] == "k" and name[1:].isdecimal()]
        return self._put(var, [_line(f"k{max(numbers, default=0) + 1}"), *self._lines(self.by_id)])

    def only_active(self, var: Path) -> Keys:
        """Without those that nothing is sealed by any more. Raises SealingError as `with_new`."""
        return self._put(var, self._lines([self.active]))

    def _lines(self, names: Iterable[str]) -> list[str]:
        return [f"{name}:{base64.b64encode(self.by_id[name]).decode()}" for name in names]

    def _put(self, var: Path, lines: list[str]) -> Keys:
        if not self.ours():
            raise SealingError(
                f"Khóa do {VARIABLE} cấp: hãy tự đổi biến này (khóa mới đứng đầu, khóa cũ theo sau) rồi chạy lại."
            )
        _written(var / FILE, lines).replace(var / FILE)
        return Keys.load(var)

    def seal(self, content: Mapping[str, Any], about: str) -> tuple[str, bytes]:
        """(key, sealed bytes). about: what it belongs to; moved elsewhere it does not open."""
        nonce = secrets.token_bytes(_NONCE)
        plain = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        return self.active, nonce + AESGCM(self.by_id[self.active]).encrypt(nonce, plain, about.encode())

    def open(self, key_id: str, content: bytes, about: str) -> dict[str, Any]:
        key = self.by_id.get(key_id)
        if key is None:
            raise SealingError(f"Không có khóa “{key_id}” để mở. Hãy thêm khóa này vào {VARIABLE} rồi thử lại.")
        try:
            plain = AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], about.encode())
        except InvalidTag:
            raise SealingError("Dữ liệu niêm phong không mở được: khóa sai hoặc dữ liệu đã bị sửa.") from None
        opened: dict[str, Any] = json.loads(plain)
        return opened

    def mark(self, said: str, unit: int) -> str:
        """The same for the same words in one unit only; tells nothing without the key. All keys' marks are findable."""
        return self.marks(said, unit)[0]

    def marks(self, said: str, unit: int) -> list[str]:
        """By each key, the active one first: what was kept before a rotation is found all the same."""
        order = [self.active, *(name for name in self.by_id if name != self.active)]
        return [
            hmac.new(_derived(self.by_id[name]), f"{unit}:{said}".encode(), hashlib.sha256).hexdigest()[:_MARK]
            for name in order
        ]


def close(content: bytes, key: str, about: str) -> bytes:
    """A paper by its own key (`new_key`); about: what it belongs to."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(base64.b64decode(key)).encrypt(nonce, content, about.encode())


def disclose(content: bytes, key: str, about: str) -> bytes:
    """What `close` closed. Raises SealingError where it was tampered with or the key is another's."""
    try:
        return AESGCM(base64.b64decode(key)).decrypt(content[:_NONCE], content[_NONCE:], about.encode())
    except InvalidTag:
        raise SealingError("Tài liệu niêm phong không mở được: khóa sai hoặc dữ liệu đã bị sửa.") from None


def new_key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _line(name: str) -> str:
    return f"{name}:{new_key()}"


def _written(path: Path, lines: list[str]) -> Path:
    """The lines in a new file beside it that its owner alone reads."""
    new = path.with_suffix(f".{secrets.token_hex(4)}")
    new.touch(mode=0o600)
    with new.open("w") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    return new


def _derived(key: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, b"danvan marks").derive(key)
