"""What was found, and what the formats are known for: each file once more, by name."""

import struct
import zipfile

import pytest

from tests.fuzz import forms, mails, office, pdfs, words
from tests.fuzz.drawing import Member, zipped
from tests.fuzz.watched import OUTSIDE, Given, Watched

LARGE = 1_000_000


def one(data, **more):
    return Given({b"a": data}, **more)


def claiming(data, *, local=0, entry=0, size=4, value=0):
    """A zip whose first member says of itself what is not so."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", local), (b"PK\x01\x02", entry)):
        at = changed.index(signature) + offset
        changed[at : at + size] = value.to_bytes(size, "little")
    return bytes(changed)


def lying_about_its_directory(data):
    """The end record says that the directory begins elsewhere: members then lie before the file's beginning."""
    end = data.rindex(b"PK\x05\x06") + 16
    return data[:end] + struct.pack("<I", struct.unpack("<I", data[end : end + 4])[0] + 200) + data[end + 4 :]


def word(part):
    return zipped(Member(name, part if name == office.MAIN else data) for name, data in office.PARTS_OF_DOCX.items())


def body(inside, doctype=""):
    return word(f'{doctype}<w:document xmlns:w="{office.WORD}"><w:body>{inside}</w:body></w:document>'.encode())


def page(body):
    return one(f"<!DOCTYPE html><html><body>{body}</body></html>".encode())


def attached(name, data=b"46", more=b""):
    head = mails.HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n--a\n"
    return one(head + b'Content-Type: application/x; name="' + name + b'"\n' + more + b"\n" + data + b"\n--a--\n")


WIDE = '<w:tc><w:tcPr><w:gridSpan w:val="9999"/></w:tcPr></w:tc>'
TABLE, SAID = "<w:tbl><w:tr><w:tc>", "<w:p><w:r><w:t>46 lượt</w:t></w:r></w:p>"
PDF = {number: parts[0] for number, parts in pdfs.PARTS.items()}

FOUND = {
    # Texts: what is said over and over, and a file of nothing but figures.
    "figures only": one("lượt®20\n".encode() * 5_900),
    "thousands of figures in sentences": one(("46 lượt công dân tiếp. " * 5_900).encode()),
    "number words": one(("mười hai " * (LARGE // 9)).encode()),
    "one word": one("ị".encode() * LARGE),
    "no spaces": one("trongđógồm".encode() * (LARGE // 10)),
    "brackets": one(b"(" * LARGE),
    "marks only": one("\u0301".encode() * LARGE),
    "lines of a table": one(("a | b | c | d\n" * (LARGE // 14)).encode()),
    "brackets that stay open": one(("2.011 mô hình (" * 5_900).encode()),
    "old letters": one(words._tcvn3(words.REPORT * 200)),
    "twenty megabytes": one(b"\xae\xa1 " * (20 * 2**20 // 3)),
    # Pages.
    "a million tags deep": page("<div>" * LARGE),
    "a million links": page("<a href=x>y</a>" * 200_000),
    "a million attributes": page("<p" + " a=b" * 200_000 + ">x"),
    "cells without end": page("<table>" + "<tr><td colspan=9999>46<td>x" * 60_000),
    "tables within tables": page("<table><tr><td>46<td>x<td>y" * 50_000),
    "unclosed comments": page("<!--" * 200_000),
    "paragraphs of figures": page("<li>46 lượt công dân</li>" * 30_000),
    # Word.
    **{f"word, {name}": one(zipped(members)) for name, members in office.BOMBS.items()},
    "a cell over many columns": one(body("<w:tbl><w:tr>" + WIDE * 50_000 + "</w:tr></w:tbl>")),
    "tables within tables of word": one(body(TABLE * 80 + SAID + "</w:tc></w:tr></w:tbl>" * 80)),
    "rows of tables within tables": one(
        body(TABLE * 80 + (TABLE + SAID + "</w:tc></w:tr></w:tbl>") * 3000 + "</w:tc></w:tr></w:tbl>" * 80)
    ),
    **{
        f"word with entities, {name}": one(body("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>", doctype), refused=True)
        for name, doctype in office.DOCTYPES.items()
        if doctype
    },
    # PDF.
    "forms within forms": one(pdfs.forms_within(30, 3), refused=True),
    "pages within pages": one(pdfs.nested(40, 2), refused=True),
    "pages that are their own": one(pdfs.written({1: pdfs.CATALOGUES[0], 2: pdfs.PAGES[1]}), refused=True),
    **{
        f"pdf, content {n}": one(pdfs.written({**{k: p[0] for k, p in pdfs.PARTS.items()}, 5: content}))
        for n, content in enumerate(pdfs.CONTENTS)
    },
    # E-mail.
    **{
        f"mails within mails, {depth} {kind}": one(mails.within(depth, boundaries=kind == "parts"))
        for depth in (20, 100, 400)
        for kind in ("parts", "whole")
    },
    "five thousand parts": one(mails.many(5000)),
    "a name of 100,000 letters": attached(b"a" * 100_000),
    "a name in 30,000 pieces": attached(
        b'x"; ' + b"; ".join(b"name*%d*=utf-8''%%ff" % n for n in range(30_000)) + b'; y="'
    ),
    "a name that leads out": attached(b"../../../etc/passwd"),
    "a name with a zero": attached(b"a\x00b.txt"),
    "an encoding of python's own": one(
        mails.HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 100_000
    ),
    "headers only": one(mails.HEAD + b"X: " + b"(" * 500_000),
    # Packages.
    "a locked member": one(claiming(zipped([Member("a.txt", b"46")]), local=6, entry=8, size=2, value=1)),
    "an unknown way of packing": one(claiming(zipped([Member("a.txt", b"46")]), local=8, entry=10, size=2, value=99)),
    "a member that claims four gigabytes": one(
        claiming(zipped([Member("a.txt", b"46")]), local=22, entry=24, value=0xFFFFFFFF)
    ),
    "a directory elsewhere": one(lying_about_its_directory(zipped([Member("a.txt", b"46")]))),
    "names that cannot be shown": one(
        zipped([Member(name, b"") for name in ("a\u2028b", "a\xa0b", "a\x00b", "\u202etxt.a", "a" * 4000)])
    ),
    "nine hundred members of one name": one(zipped([Member("a.txt", b"46")] * 900)),
    "a bomb in a zip": one(zipped([Member("a.txt", b"0" * 15_000_000)])),
    "a zip within a zip": one(zipped([Member("a.zip", zipped([Member("b.zip", zipped([Member("c.txt", b"46")]))]))])),
    "names of no letters": Given({b"f/\xc3\xff.txt": b"", b"f/a\nb": b""}, b"f"),
    "links out of the folder": Given(
        {b"f/a.txt": words.REPORT.encode()},
        b"f",
        {b"f/secret": str(OUTSIDE.secret).encode(), b"f/loop": b".", b"f/endless": b"/dev/zero", b"f/up": b".."},
    ),
    # Workbooks.
    "a workbook whose directory is elsewhere": one(lying_about_its_directory(forms.filled()), kind="workbook"),
    "a workbook packed in a way it is not": one(
        claiming(forms.not_ours(), local=8, entry=10, size=2, value=zipfile.ZIP_LZMA), kind="workbook"
    ),
}


@pytest.fixture(scope="module")
def watched():
    with Watched() as watched:
        yield watched


@pytest.mark.parametrize("name", FOUND)
def test_a_file_that_once_did_harm_or_is_known_to(watched, name):
    watched.check(FOUND[name])
