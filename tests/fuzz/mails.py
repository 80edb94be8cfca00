"""E-mails whose parts lead into one another, and names of what is attached that lead elsewhere."""

from __future__ import annotations

import base64

from hypothesis import strategies as st

from tests.fuzz.drawing import Member, damaged, zipped
from tests.fuzz.office import DOCX
from tests.fuzz.words import PAGES, REPORT, said

HEAD = b"From: a@example.vn\nTo: b@example.vn\nSubject: Bao cao\nMIME-Version: 1.0\n"
NAMES = ("a.docx", "../../../etc/passwd", "/etc/passwd", "C:\\a\\b.docx", "a\x00b.docx", "a" * 4000, "..", ".", "", "a/../../b",
         "\u202ecod.a", "con", "~/.ssh/x", "=?utf-8?b?Li4vLi4vYQ==?=", "=?utf-8?q?=00?=", "a\r\nX: y", "\ud800", "%2e%2e%2fa", "a" * 100_000)  # fmt: skip
CHARSETS = (
    "utf-8",
    "iso-8859-1",
    "us-ascii",
    "utf-7",
    "utf-16",
    "no-such",
    "",
    "unicode_escape",
    "rot13",
    "idna",
    "punycode",
    "zip",
    "hex",
    "utf-8\x00",
)
ENCODINGS = ("7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "binary", "no-such", "", "base64\x00")
TYPES = ("text/plain", "text/html", "application/octet-stream", "image/png", "message/rfc822", "multipart/mixed",
         "multipart/alternative", "message/partial", "message/delivery-status", "message/external-body; access-type=URL", "/", "text", "")  # fmt: skip
HEADERS = ("Subject: =?utf-8?b?4?=", "Subject: " + "=?utf-8?q?a?= " * 500, "To: " + "a@b, " * 500, "From: <<<>>>", "Date: x",
           "Content-Type: text/plain; charset*0*=utf-8''%ff; charset*1=x", "X: " + "(" * 500, "Received: " + ";" * 500, "To: " + '"' * 99,
           "Content-Disposition: attachment; filename*0=a; filename*2=b; filename*1*=''%zz")  # fmt: skip


def header(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


@st.composite
def part(draw: st.DrawFn, depth: int = 3) -> bytes:
    """A part with its header; a message or several parts inside of it as deep as asked."""
    kind = draw(st.sampled_from(TYPES))
    name = draw(st.sampled_from(NAMES))
    charset, encoding = draw(st.sampled_from(CHARSETS)), draw(st.sampled_from(ENCODINGS))
    boundary = draw(st.sampled_from(("a", "a", "b", "", "a b", "a" * 2000)))
    lines = [
        f'Content-Type: {kind}; charset={charset}; name="{name}"; boundary="{boundary}"',
        f"Content-Transfer-Encoding: {encoding}",
    ]
    if draw(st.booleans()):
        lines.append(f'Content-Disposition: {draw(st.sampled_from(("attachment", "inline", "x")))}; filename="{name}"')
    lines += draw(st.lists(st.sampled_from(HEADERS), max_size=2))
    if kind.startswith(("multipart", "message")) and depth:
        inside = [draw(part(depth - 1)) for _ in range(draw(st.integers(0, 3)))]
        mark = boundary.encode()
        body = b"".join(b"--" + mark + b"\n" + each + b"\n" for each in inside) + (
            b"--" + mark + b"--\n" if draw(st.booleans()) else b""
        )
        if kind.startswith("message"):
            body = HEAD + b"\n" + (inside[0] if inside else b"")
    else:
        data = draw(
            st.sampled_from(
                (REPORT.encode(), PAGES[0].encode(), DOCX, b"", b"\x00" * 50, zipped([Member("../a.txt", b"46")]))
            )
        )
        data = draw(said()).encode("utf-8", "replace") if draw(st.integers(0, 5)) == 0 else data
        body = base64.encodebytes(data) if encoding == "base64" and draw(st.booleans()) else data
    return header(*lines) + b"\n" + body


def within(depth: int, *, boundaries: bool) -> bytes:
    """A mail in a mail in a mail."""
    mail = HEAD + b"\n" + REPORT.encode()
    for number in range(depth):
        if boundaries:
            mark = b"b%d" % number
            mail = HEAD + b'Content-Type: multipart/mixed; boundary="%s"\n\n--%s\n%s\n--%s--\n' % (
                mark,
                mark,
                mail,
                mark,
            )
        else:
            mail = HEAD + b"Content-Type: message/rfc822\n\n" + mail
    return mail


def many(parts: int) -> bytes:
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=a\n\n"
        + b"--a\nContent-Type: application/x; name=a.txt\n\n46\n" * parts
        + b"--a--\n"
    )


@st.composite
def mail(draw: st.DrawFn) -> bytes:
    how = draw(st.sampled_from(("part", "part", "part", "damaged", "within", "many")))
    if how == "within":
        return within(draw(st.sampled_from((5, 19, 20, 21, 100, 400))), boundaries=draw(st.booleans()))
    if how == "many":
        return many(draw(st.sampled_from((10, 1000, 5000))))
    whole = HEAD + draw(part())
    if draw(st.booleans()):
        whole = whole.replace(b"\n", b"\r\n")
    return draw(damaged([whole])) if how == "damaged" else whole
