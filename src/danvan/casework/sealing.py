"""Encryption of who raised a matter. Plain Python; the keys come from outside the database.

Keys: DANVAN_VAULT_KEYS = "ID:BASE64[,ID:BASE64...]", 32 bytes each, the first one encrypts, all decrypt. Without it a
key is made once in the folder of the running system (`var/vault.keys`, readable by its owner only).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VARIABLE = "DANVAN_VAULT_KEYS"
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
        path = var / "vault.keys"
        if not path.exists():
            new = path.with_suffix(f".{secrets.token_hex(4)}")
            new.touch(mode=0o600)
            new.write_text(f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}\n")
            try:
                os.link(new, path)  # whoever was first stays
            except FileExistsError:
                pass
            finally:
                new.unlink()
        return cls.parse(path.read_text().replace("\n", ","))

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


def _derived(key: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, b"danvan marks").derive(key)
