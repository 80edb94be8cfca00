"""Asking ClamAV, where a socket of clamd is given: INSTREAM of clamd(8), one command a connection."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from danvan.access.files.refusing import FileRefused

VARIABLE = "DANVAN_CLAMAV"
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class ClamAV:
    """address: the path of a Unix socket, or "host:port" ("[::1]:3310" for IPv6). timeout: seconds for each step."""

    address: str
    timeout: float = 60

    def check(self, content: IO[bytes], *, name: str) -> None:
        """Sends the whole content from its beginning. Raises FileRefused where a virus is found, or nobody answers.

        clamd takes StreamMaxLength bytes (100 MB by default); a file above that is refused as well.
        """
        content.seek(0)
        try:
            with self._connect() as line:
                with suppress(ConnectionError):  # clamd may answer and hang up before all is sent
                    line.sendall(b"zINSTREAM\0")
                    while chunk := content.read(_CHUNK):
                        line.sendall(struct.pack("!L", len(chunk)) + chunk)
                    line.sendall(struct.pack("!L", 0))
                answer = _answer(line)
        except (OSError, ValueError) as error:
            raise FileRefused(
                _("Chưa quét vi-rút được nên chưa nhận tệp “%(name)s”; hãy gửi lại sau ít phút hoặc báo quản trị.")
                % {"name": name}
            ) from error
        finally:
            content.seek(0)
        if answer.endswith(" FOUND"):
            raise FileRefused(
                _("Tệp “%(name)s” có mã độc (%(virus)s) nên không nhận; hãy quét máy đã gửi tệp này.")
                % {"name": name, "virus": answer.removeprefix("stream: ").removesuffix(" FOUND")}
            )
        if answer != "stream: OK":
            raise FileRefused(
                _("Trình quét vi-rút không quét hết được tệp “%(name)s” (%(answer)s) nên không nhận; hãy báo quản trị.")
                % {"name": name, "answer": answer or "—"}
            )

    def _connect(self) -> socket.socket:
        host, colon, port = self.address.rpartition(":")
        if not self.address.startswith("/") and colon:
            return socket.create_connection((host.strip("[]"), int(port)), self.timeout)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(self.timeout)
            line.connect(self.address)
        except OSError:
            line.close()
            raise
        return line


def from_environment(environment: Mapping[str, str] = os.environ) -> ClamAV | None:
    """The scanner that DANVAN_CLAMAV names; None where none is set."""
    address = environment.get(VARIABLE, "").strip()
    return ClamAV(address) if address else None


def _answer(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < 1024 and (part := line.recv(1024)):
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
