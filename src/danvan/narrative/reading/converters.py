"""Files that another program must open first: LibreOffice for old Word and OpenDocument, Tesseract for scanned pages.

Each runs on a file of our own naming in a folder of its own that goes with it, within a time limit.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

# Settings of LibreOffice: nothing outside of the document is fetched, no macro runs, and whoever asks the network all
# the same is sent to a door behind which nobody is. Source: its registry schema (officecfg), Common.xcs and Inet.xcs.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
%s
</oor:items>"""
_SETTING = '<item oor:path="/org.openoffice.%s"><prop oor:name="%s" oor:op="fuse"><value>%s</value></prop></item>'
_CLOSED = (
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)
OFFICE_SECONDS = 90  # the first start of LibreOffice takes up to half a minute on a slow machine
PAGE_SECONDS = 120  # a noisy page takes long on a busy machine
_LANGUAGE = "vie"


class Unavailable(Exception):  # noqa: N818 -- reads as a sentence
    """The program is not installed, or not with Vietnamese."""


class Failed(Exception):  # noqa: N818 -- reads as a sentence
    """The program could not open the file, or not in time."""


class Overdue(Failed):
    """It took too long."""


def as_docx(documents: Sequence[tuple[bytes, str]]) -> list[bytes | None]:
    """Text documents, each with its extension (.doc, .odt, .rtf), as .docx by LibreOffice; None for one it cannot open.
    It starts once for all of them, which takes longer than most documents do. Raises Unavailable, Failed.
    """
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise Unavailable
    with tempfile.TemporaryDirectory(prefix="danvan-") as folder:
        place = Path(folder)
        paths = [place / f"{number}{extension}" for number, (_, extension) in enumerate(documents)]
        for path, (data, _) in zip(paths, documents, strict=True):
            path.write_bytes(data)
        (place / "profile" / "user").mkdir(parents=True)
        settings = _SETTINGS % "\n".join(_SETTING % each for each in _CLOSED)
        (place / "profile" / "user" / "registrymodifications.xcu").write_text(settings, "utf-8")
        profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
        to_docx = ["--convert-to", "docx", "--outdir", str(place / "out"), *map(str, paths)]
        run([office, profile, "--headless", "--norestore", *to_docx], place, OFFICE_SECONDS)
        made = [place / "out" / f"{number}.docx" for number in range(len(paths))]
        return [path.read_bytes() if path.is_file() else None for path in made]


def can_recognise() -> bool:
    """Whether Tesseract is there, with its data for Vietnamese."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    with tempfile.TemporaryDirectory(prefix="danvan-") as folder:
        try:
            printed = run([program, "--list-langs"], Path(folder), PAGE_SECONDS)
        except Failed:
            return False
    return _LANGUAGE in printed.decode("utf-8", "replace").split()


def recognised(picture: Path) -> str:
    """The words on a picture of a page, by Tesseract. Raises Unavailable, Failed."""
    program = shutil.which("tesseract")
    if program is None:
        raise Unavailable
    printed = run([program, str(picture), "stdout", "-l", _LANGUAGE], picture.parent, PAGE_SECONDS)
    return printed.decode("utf-8", "replace").replace("\f", "\n")


def run(command: list[str], folder: Path, seconds: float) -> bytes:
    """What a program prints. It and all that it started end with the time limit. Raises Failed, Overdue."""
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "OMP_THREAD_LIMIT": "1"}
    try:
        process = subprocess.Popen(  # noqa: S603 -- a program found on the path, our own file names
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise Failed from error
    try:
        printed, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise Overdue from error
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode == -signal.SIGXCPU:
        raise Overdue
    if process.returncode:
        raise Failed
    return printed
