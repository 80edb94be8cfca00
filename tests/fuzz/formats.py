"""Every format that is read, and what is drawn of it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from tests.fuzz import mails, office, pdfs, words
from tests.fuzz.drawing import Member, damaged, lying, zipped
from tests.fuzz.watched import OUTSIDE, Given

NAMES = (
    *mails.NAMES,
    "báo cáo.txt",
    "a.txt",
    "a.txt",
    "xã/b.txt",
    "b/" * 200 + "c.txt",
    "__MACOSX/a",
    ".x",
    "a\nb.txt",
    "a\u2028b",
    "A.TXT",
)


def one(data: bytes) -> Given:
    return Given({b"a": data})


@st.composite
def packed(draw: st.DrawFn) -> Given:
    """A zip of anything under any name."""
    contents = st.one_of(
        st.sampled_from((words.REPORT.encode(), office.DOCX, b"", b"PK\x03\x04", mails.HEAD)),
        words.text(),
        mails.mail(),
    )
    names = st.one_of(st.sampled_from(NAMES), st.text(max_size=30))
    members = [
        Member(draw(names).encode("utf-8", "replace").decode(), draw(contents), draw(st.sampled_from((0, 8, 12, 14))))
        for _ in range(draw(st.integers(0, 5)))
    ]
    if draw(st.integers(0, 4)) == 0:
        members *= draw(st.sampled_from((2, 300)))
    whole = zipped(members)
    if draw(st.integers(0, 4)) == 0:
        whole = zipped([Member("in.zip", whole, 0), *members[:1]])
    how = draw(st.sampled_from(("whole", "whole", "whole", "lying", "damaged")))
    return one(draw(lying(whole)) if how == "lying" else draw(damaged([whole])) if how == "damaged" else whole)


@st.composite
def folder(draw: st.DrawFn) -> Given:
    """A folder with any names, deep ones, links out of it and round in it."""
    signs = st.binary(min_size=1, max_size=60).map(lambda name: name.replace(b"/", b"_").replace(b"\x00", b"_"))
    names = st.one_of(
        signs,
        st.sampled_from(
            (b"a.txt", "báo cáo.docx".encode(), b"a" * 255, b"\xff\xfe", b"a\nb", b"-rf", b"x/" * 40 + b"a")
        ),
    )
    names = names.filter(lambda name: name.strip(b".") != b"")
    files = {}
    for _ in range(draw(st.integers(0, 5))):
        name = b"f/" + draw(names)
        if not any(other.startswith(name + b"/") or name.startswith(other + b"/") for other in files):
            files[name] = draw(
                st.sampled_from((words.REPORT.encode(), office.DOCX, b"", zipped([Member("a.txt", b"46")])))
            )
    targets = (
        str(OUTSIDE.secret).encode(),
        b"/etc/passwd",
        b"..",
        b".",
        b"/",
        b"link0",
        b"/dev/zero",
        b"/proc/self/mem",
    )
    links = {b"f/link%d" % n: draw(st.sampled_from(targets)) for n in range(draw(st.integers(0, 3)))}
    return Given(files or {b"f/.hidden": b""}, b"f", {name: to for name, to in links.items() if name not in files})


@dataclass(frozen=True, slots=True)
class Format:
    """programs: whether other programs open it: once in place of them one that gives back a Word file, once themselves."""

    drawn: Callable[[], st.SearchStrategy[Given]]
    programs: bool = False


def _of(strategy: Callable[[], st.SearchStrategy[bytes]]) -> Callable[[], st.SearchStrategy[Given]]:
    return lambda: strategy().map(one)


def _refused(data: bytes) -> Given:
    return Given({b"a": data}, refused=True)


@cache
def old_word() -> bytes:
    """A report of Word 97 where LibreOffice can make one; else what such files begin with."""
    program = shutil.which("soffice")
    if program is None:
        return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le") + b"\0" * 600
    with tempfile.TemporaryDirectory(prefix="danvan-fuzz-") as place:
        (Path(place) / "a.docx").write_bytes(office.DOCX)
        profile = f"-env:UserInstallation={(Path(place) / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", "doc", "--outdir", place, f"{place}/a.docx"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return (Path(place) / "a.doc").read_bytes()


FORMATS = {
    "txt": Format(_of(words.text)),
    "html": Format(_of(words.page)),
    "docx": Format(lambda: st.one_of(office.word().map(one), office.word_with_entities().map(_refused))),
    "pdf": Format(_of(pdfs.pdf)),
    "odt": Format(_of(office.open_document), programs=True),
    "doc": Format(_of(lambda: damaged([old_word()])), programs=True),
    "rtf": Format(_of(office.rich_text), programs=True),
    "eml": Format(_of(mails.mail)),
    "zip": Format(packed),
    "folder": Format(folder),
    "xlsx": Format(lambda: office.workbook().map(lambda data: Given({b"a": data}, kind="workbook"))),
}
