"""A database that goes away in the middle of a request: what stands between the product and its PostgreSQL."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from select import select

PORT = ".s.PGSQL.5432"  # the name of the socket in its folder
END = b"X"  # of a conversation that the client closes itself


class Flaky:
    """Passes on what both say, and hangs up at the word that `lost` names."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.folder, self.database = folder, database
        self.words = 0  # that the product said since `lost` began
        self.at = self.how = None
        self.hung_up = False
        folder.mkdir()
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / PORT))
        self._listening.listen()
        threading.Thread(target=self._welcome, daemon=True).start()

    @contextlib.contextmanager
    def lost(self, word: int, how: Callable[[socket.socket], None], *, for_good: bool) -> Iterator[None]:
        """Inside, the database is gone at that word. for_good: until the end; else who asks anew is let in at once."""
        self.words, self.at, self.how, self.for_good, self.hung_up = 0, word, how, for_good, False
        try:
            yield
        finally:
            self.at = None

    def close(self) -> None:
        self._listening.close()

    def _welcome(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                product, _address = self._listening.accept()
                if self.at and self.hung_up and self.for_good:
                    product.close()
                    continue
                database = socket.socket(socket.AF_UNIX)
                database.connect(str(self.database))
                threading.Thread(target=self._pass_on, args=(product, database), daemon=True).start()

    def _pass_on(self, product: socket.socket, database: socket.socket) -> None:
        with product, database, contextlib.suppress(OSError):
            while True:
                for end in select([product, database], [], [])[0]:
                    said = end.recv(1 << 16)
                    if not said:
                        return
                    if end is product and not said.startswith(END):
                        self.words += 1
                        if self.words == self.at:
                            self.hung_up = True
                            self.how(product)
                            return
                    (database if end is product else product).sendall(said)


def silently(_product: socket.socket) -> None:
    """As when the machine stops."""


def with_a_word(product: socket.socket) -> None:
    """As when an administrator restarts the server."""
    fields = {"S": "FATAL", "V": "FATAL", "C": "57P01", "M": "terminating connection due to administrator command"}
    body = b"".join(f"{name}{value}\0".encode() for name, value in fields.items()) + b"\0"
    product.sendall(b"E" + struct.pack("!I", len(body) + 4) + body)
