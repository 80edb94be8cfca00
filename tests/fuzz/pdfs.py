"""PDF: files whose objects lead back to themselves, claim to be many, or unfold without end."""

from __future__ import annotations

import zlib

import typst
from hypothesis import strategies as st

from tests.fuzz.drawing import damaged
from tests.fuzz.watched import OUTSIDE

TEXT = typst.compile(
    b"#set page(width: 12cm, height: 8cm)\n= B\xc3\xa1o c\xc3\xa1o\nTi\xe1\xba\xbfp 46 l\xc6\xb0\xe1\xbb\xa3t c\xc3\xb4ng d\xc3\xa2n.\n#pagebreak()\nX"
)
CONTENT = b"BT /F1 14 Tf 72 700 Td (Tiep 46 luot cong dan) Tj ET"


def written(objects: dict[int, bytes], root: int = 1) -> bytes:
    """Objects as a file, with its table of where they are."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    for number, place in places.items():
        out += (b"xref\n" if place == places[min(places)] else b"") + b"%d 1\n%010d 00000 n \n" % (number, place)
    return bytes(
        out + b"trailer\n<< /Root %d 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF" % (root, max(objects) + 1, start)
    )


def stream(data: bytes, more: bytes = b"", *, packed: bool = False) -> bytes:
    if packed:
        data, more = zlib.compress(data), more + b" /Filter /FlateDecode"
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


# What stands for each part of a small file; the first of each is as it should be.
CATALOGUES = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Catalog /Pages 1 0 R >>", b"<< /Pages 3 0 R >>",
              b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI (%s) >> >>" % OUTSIDE.address.encode(),
              b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (while(1);) >> >>",
              b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /XFA 5 0 R >> >>", b"null", b"[[[[[[")  # fmt: skip
PAGES = (b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>",
         b"<< /Type /Pages /Kids [3 0 R 2 0 R 3 0 R] /Count 999999 >>", b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>",
         b"<< /Type /Pages /Kids [3 0 R] /Count -1 >>", b"<< /Type /Pages /Kids [] /Count 500 >>",
         b"<< /Type /Pages /Kids [%s] /Count 3000 >>" % (b"3 0 R " * 3000), b"<< /Type /Pages /Kids 2 0 R /Count 1 >>")  # fmt: skip
LEAVES = tuple(
    b"<< /Type /Page /Parent %s /MediaBox %s /Contents %s /Resources << /Font << /F1 6 0 R >> /XObject << /X 7 0 R >> >> %s>>" % each
    for each in ((b"2 0 R", b"[0 0 600 800]", b"5 0 R", b""), (b"3 0 R", b"[0 0 600 800]", b"5 0 R", b""),
                 (b"2 0 R", b"[0 0 1e30 1e30]", b"5 0 R", b""), (b"2 0 R", b"[0 0 0 0]", b"5 0 R", b"/Rotate 45 "),
                 (b"2 0 R", b"[-9e9 9e9 9e9 -9e9]", b"5 0 R", b""), (b"2 0 R", b"[0 0 600 800]", b"[%s]" % (b"5 0 R " * 5000), b""),
                 (b"2 0 R", b"3 0 R", b"3 0 R", b"/UserUnit 1e9 "), (b"2 0 R", b"[0 0 600 800]", b"99 0 R", b"/Annots [3 0 R] "))
)  # fmt: skip
CONTENTS = (stream(CONTENT), stream(b"/X Do"), stream(b"q " * 100_000), stream(b"BT /F1 1e9 Tf (46) Tj ET"),
            stream(b"[" * 100_000), stream(b"(" * 100_000), stream(CONTENT * 20_000, packed=True),
            stream(b"0" * 30_000_000, packed=True), stream(CONTENT, b"/Filter [/FlateDecode /FlateDecode /LZWDecode]"),
            stream(zlib.compress(zlib.compress(b"0" * 30_000_000)), b"/Filter [/FlateDecode /FlateDecode]"),
            stream(b"BT /F1 14 Tf 72 700 Td " + b"(ab) Tj -5 0 Td " * 20_000 + b"ET"),
            stream(b"BT /F1 14 Tf 72 700 Td " + b"(a) Tj 0.01 0 Td " * 50_000 + b"ET"),
            stream(b"BI /W 99999 /H 99999 /BPC 8 /CS /RGB ID x EI"), b"<< /Length 5 0 R >>\nstream\nx\nendstream", b"5 0 R")  # fmt: skip
FONTS = (b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", b"6 0 R",
         b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a 5 0 R >> /FirstChar 0 /LastChar 99999 /Widths [1] /Encoding << /Differences [0 /a] >> >>",
         b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 5 0 R >>")  # fmt: skip
FORMS = (b"null", stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 7 0 R >> >>"),
         stream(b"x", b"/Type /XObject /Subtype /Image /Width 99999 /Height 99999 /BitsPerComponent 8 /ColorSpace /DeviceRGB"),
         stream(b"/X Do /X Do /X Do /X Do /X Do /X Do /X Do /X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 7 0 R >> >>"))  # fmt: skip
PARTS = {1: CATALOGUES, 2: PAGES, 3: LEAVES, 5: CONTENTS, 6: FONTS, 7: FORMS}


def nested(depth: int, each: int) -> bytes:
    """Page trees within page trees: each node twice, so that their number doubles on every level."""
    objects = {1: b"<< /Type /Catalog /Pages 10 0 R >>", 3: LEAVES[0], 5: stream(CONTENT), 6: FONTS[0], 7: FORMS[0]}
    for level in range(depth):
        kids = (b"%d 0 R " % (11 + level) if level + 1 < depth else b"3 0 R ") * each
        objects[10 + level] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, each ** (depth - level))
    return written(objects)


def forms_within(depth: int, each: int) -> bytes:
    """A page that draws a form that draws the next one several times over."""
    objects = {1: CATALOGUES[0], 2: PAGES[0], 3: LEAVES[0], 5: stream(b"/X Do"), 6: FONTS[0]}
    for level in range(depth):
        last = level + 1 == depth
        inside = stream(
            CONTENT if last else b"/X Do " * each,
            b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F1 6 0 R >> /XObject << /X %d 0 R >> >>"
            % (8 + level),
        )
        objects[7 + level] = inside
    return written(objects)


@st.composite
def built(draw: st.DrawFn) -> bytes:
    chosen = {}
    for number, parts in PARTS.items():
        chosen[number] = parts[0] if draw(st.integers(0, 2)) else draw(st.sampled_from(parts))
    whole = written(chosen)
    return draw(damaged([whole])) if draw(st.integers(0, 4)) == 0 else whole


def pdf() -> st.SearchStrategy[bytes]:
    deep = st.builds(nested, st.integers(1, 40), st.integers(1, 3))
    within = st.builds(forms_within, st.integers(1, 30), st.integers(1, 4))
    return st.one_of(
        built(), built(), damaged([TEXT]), damaged([written({n: parts[0] for n, parts in PARTS.items()})]), deep, within
    )
