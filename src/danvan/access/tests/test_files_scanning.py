"""A scanner that speaks clamd's protocol over a real socket, and one that is not there."""

from __future__ import annotations

import io
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from danvan.access.files import ClamAV, FileRefused, inspect
from danvan.access.files.kinds import MB
from danvan.access.tests.files_sample import a_pdf, a_photo

# The standard test file of virus scanners, in two pieces so that no scanner takes this file for one.
VIRUS = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FILE = "báo cáo.pdf"


class Clamd(socketserver.StreamRequestHandler):
    """INSTREAM as clamd(8) describes it: pieces with their length before them, a length of zero at the end."""

    most = 30 * MB
    heard: list[bytes]
    answer: bytes | None = None

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        assert command == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
            if len(content) > self.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.heard.append(content)
        verdict = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if VIRUS in content else b"stream: OK\0"
        self.wfile.write(verdict if self.answer is None else self.answer)


@contextmanager
def a_clamd(address: str | tuple[str, int], **traits: object) -> Iterator[tuple[ClamAV, list[bytes]]]:
    heard: list[bytes] = []
    handler = type("Handler", (Clamd,), {"heard": heard, **traits})
    family = socketserver.ThreadingTCPServer if isinstance(address, tuple) else socketserver.ThreadingUnixStreamServer
    with family(address, handler) as server:  # type: ignore[arg-type]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        where = address if isinstance(address, str) else "{}:{}".format(*server.server_address[:2])
        yield ClamAV(where, timeout=5), heard
        server.shutdown()


def refusal(content: bytes, scanner: ClamAV | None) -> str:
    with pytest.raises(FileRefused) as refused:
        inspect(io.BytesIO(content), name=FILE, scanner=scanner)
    return str(refused.value)


def test_a_clean_file_is_heard_whole_and_kept(tmp_path: Path) -> None:
    content = a_pdf()[:-6] + b"\n" * 300_000 + b"%%EOF\n"
    with a_clamd(str(tmp_path / "clamd.ctl")) as (scanner, heard):
        inspect(io.BytesIO(content), name=FILE, scanner=scanner).content.close()
    assert heard == [content]


def test_a_virus_is_named_and_the_file_refused(tmp_path: Path) -> None:
    with a_clamd(str(tmp_path / "clamd.ctl")) as (scanner, _):
        said = refusal(a_pdf() + VIRUS + b"\n%%EOF", scanner)
    assert said == ("Tệp “báo cáo.pdf” có mã độc (Win.Test.EICAR_HDB-1) nên không nhận; hãy quét máy đã gửi tệp này.")


def test_a_picture_is_scanned_as_it_was_sent_and_before_anything_else_reads_it(tmp_path: Path) -> None:
    with a_clamd(str(tmp_path / "clamd.ctl")) as (scanner, heard):
        assert "có mã độc" in refusal(a_photo()[:300] + VIRUS, scanner)
    assert heard == [a_photo()[:300] + VIRUS]


def test_the_scanner_is_found_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_clamd(str(tmp_path / "clamd.ctl")) as (scanner, heard):
        monkeypatch.setenv("DANVAN_CLAMAV", scanner.address)
        inspect(io.BytesIO(a_pdf()), name=FILE).content.close()
    assert heard == [a_pdf()]


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_scanner_may_be_on_a_port() -> None:
    with a_clamd(("127.0.0.1", 0)) as (scanner, heard):
        inspect(io.BytesIO(a_pdf()), name=FILE, scanner=scanner).content.close()
    assert heard == [a_pdf()]


def test_without_an_answer_nothing_is_kept(tmp_path: Path) -> None:
    said = "Chưa quét vi-rút được nên chưa nhận tệp “báo cáo.pdf”; hãy gửi lại sau ít phút hoặc báo quản trị."
    assert refusal(a_pdf(), ClamAV(str(tmp_path / "nobody"))) == said
    assert refusal(a_pdf(), ClamAV("no-port-here:clamd")) == said
    with a_clamd(str(tmp_path / "clamd.ctl"), handle=lambda self: threading.Event().wait(1)) as (scanner, _):
        assert refusal(a_pdf(), ClamAV(scanner.address, timeout=0.2)) == said


@pytest.mark.parametrize("answer", [b"", b"stream: \0", b"something OK\0", b"UNKNOWN COMMAND\0"])
def test_an_answer_that_is_no_clear_yes_is_a_no(tmp_path: Path, answer: bytes) -> None:
    with a_clamd(str(tmp_path / "clamd.ctl"), answer=answer) as (scanner, _):
        assert "không quét hết được tệp" in refusal(a_pdf(), scanner)


def test_a_file_larger_than_the_scanner_takes_is_refused_with_its_reason(tmp_path: Path) -> None:
    content = a_pdf()[:-6] + b"\n" * 2 * MB + b"%%EOF\n"
    with a_clamd(str(tmp_path / "clamd.ctl"), most=MB) as (scanner, _):
        assert "INSTREAM size limit exceeded" in refusal(content, scanner)
