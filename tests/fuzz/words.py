"""Texts and pages: what is said over and over, in every encoding, and markup without end."""

from __future__ import annotations

from hypothesis import strategies as st

from danvan.narrative.reading import encodings
from tests.fuzz.drawing import MOST, damaged
from tests.fuzz.watched import OUTSIDE

REPORT = (
    "BÁO CÁO\nKết quả công tác dân vận 6 tháng đầu năm 2024 của huyện Sông Trà\n\n"
    "1. Tiếp công dân\nĐã tiếp 46 lượt công dân (29 vụ việc), giảm 20 lượt (30,3%) so với cùng kỳ; giải quyết 22/29 vụ "
    "việc, đạt 75,9%.\n2. Dân vận khéo\nToàn huyện có 2.011 mô hình, trong đó kinh tế 1.354 mô hình, văn hóa - xã hội "
    "657 mô hình; trao 1.200 suất quà, mỗi suất 500.000 đồng, tổng trị giá 600 triệu đồng.\n"
    "TT | Chỉ tiêu | Đơn vị tính | 6 tháng đầu năm 2024 | 6 tháng đầu năm 2023\n1 | Tiếp công dân | lượt | 46 | 66\n"
)
# What grammar and slips look at, so that what is drawn of them means something to both.
PIECES = (
    *REPORT.split(), "1", "12", "1.2014", "2.011", "0,5", "%", "(", ")", ";", ",", ".", "/", "|", " | ", "\n", "\n\n", "- ",
    "trong đó", "gồm", "chia ra", "so với", "cùng kỳ", "tăng", "giảm", "trên", "gần", "tổng số", "còn lại", "mỗi", "từng",
    "tỷ đồng", "triệu", "nghìn", "năm 2024", "quý I", "từ 15/6/2023 đến 15/12/2023", "ngày 31/02/2024", "tháng 13",
    "huyện", "xã", "thị xã", "UBND", "khu phố 4", "5 không 3 sạch", "88 tập thể và cá nhân", "mười hai", "hai mươi mốt",
    "cánhân", "xuất quà", "Hòa", "Hoà", "\u0301", "\u0323", "đ", "®", "¸", "\u00a0", "\u200b", "\ufeff", "\x00", "\u202e",
    "9" * 40, "1." * 20, "a" * 60, "ị" * 60,
)  # fmt: skip


@st.composite
def said(draw: st.DrawFn) -> str:
    """A text: pieces that the grammar knows, any signs, and sometimes one stretch of them over and over."""
    pieces = st.lists(st.sampled_from(PIECES), max_size=60)
    text = draw(st.one_of(pieces.map(" ".join), pieces.map("".join), st.text(max_size=200), st.just(REPORT)))
    if draw(st.booleans()):
        few = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5)
        again = draw(st.one_of(few.map(" ".join), few.map("".join), st.text(min_size=1, max_size=20)))
        size = draw(st.sampled_from((1000, 20_000, MOST)))
        between = draw(st.sampled_from(("", " ", "\n")))
        text += (again + between) * (size // len((again + between).encode("utf-8", "replace")))
    return text


def _tcvn3(text: str) -> bytes:
    """As typed for a font of TCVN3, as far as it has the letters."""
    table = {letter: code for code, letter in encodings._TCVN3_LETTERS.items()}
    return "".join(chr(table[sign]) if sign in table else sign for sign in text).encode("cp1252", "replace")


def _vni(text: str) -> bytes:
    table = {letter: pair for pair, letter in encodings._VNI.items()}
    return "".join(table.get(sign, sign) for sign in text).encode("cp1252", "replace")


ENCODED = {
    "utf-8": lambda text: text.encode("utf-8", "replace"),
    "utf-8 with mark": lambda text: b"\xef\xbb\xbf" + text.encode("utf-8", "replace"),
    "utf-16": lambda text: b"\xff\xfe" + text.encode("utf-16-le", "replace"),
    "utf-16 the other way": lambda text: b"\xfe\xff" + text.encode("utf-16-be", "replace"),
    "windows": lambda text: text.encode("cp1258", "replace"),
    "tcvn3": _tcvn3,
    "vni": _vni,
    "surrogates": lambda text: text.encode("utf-8", "surrogatepass"),
}


@st.composite
def text(draw: st.DrawFn) -> bytes:
    written = ENCODED[draw(st.sampled_from(sorted(ENCODED)))]
    how = draw(st.sampled_from(("said", "said", "said", "damaged", "bytes")))
    if how == "said":
        return written(draw(said()))
    if how == "damaged":
        return draw(damaged([written(REPORT), written(REPORT * 20)]))
    return draw(st.binary(max_size=400)) * draw(st.sampled_from((1, 1, 400)))


TAGS = ("p", "div", "table", "tr", "td", "th", "ul", "li", "a", "span", "b", "h1", "nav", "article", "section", "br", "form",
        "script", "style", "template", "svg", "math", "select", "iframe", "noscript", "body", "html", "head", "title", "x")  # fmt: skip
ATTRIBUTES = ("", ' class="a"', ' colspan="9999"', ' colspan="-1"', " hidden", ' style="display:none"', " a" * 200,
              ' href="x"', " =", ' role="navigation"', ' itemprop="articleBody"', ' colspan="63" rowspan="9"')  # fmt: skip


@st.composite
def markup(draw: st.DrawFn) -> str:
    """Tags that are opened, left open, closed when they never were; entities; words between."""
    parts = []
    for _ in range(draw(st.integers(0, 40))):
        kind = draw(st.sampled_from(("open", "open", "close", "words", "words", "odd", "many")))
        tag = draw(st.sampled_from(TAGS))
        if kind == "open":
            parts.append(f"<{tag}{draw(st.sampled_from(ATTRIBUTES))}>")
        elif kind == "close":
            parts.append(f"</{tag}>")
        elif kind == "words":
            parts.append(draw(st.one_of(st.sampled_from(PIECES), st.just(REPORT), st.text(max_size=20))))
        elif kind == "odd":
            odd = ("&#0;", "&#xD800;", "&#99999999;", "&nosuch;", "<!--", "-->", "<![CDATA[", "<?x", "<!", "</", "<", "&amp",
                   f'<img src="{OUTSIDE.address}">', f'<link rel="stylesheet" href="{OUTSIDE.address}">',
                   f'<!ENTITY x SYSTEM "{OUTSIDE.secret.as_uri()}">&x;', f'<iframe src="{OUTSIDE.address}"></iframe>')  # fmt: skip
            parts.append(draw(st.sampled_from(odd)))
        else:
            some = f"<{tag}>" if draw(st.booleans()) else f"<{tag}>46 lượt công dân</{tag}>"
            parts.append(some * draw(st.sampled_from((10, 300, 3000, 30_000))))
    return "".join(parts)


PAGES = (
    f"<!DOCTYPE html><html><head><title>x</title></head><body><nav><a href='/'>Có 12 đơn</a></nav><article><h1>Báo cáo</h1>"
    f"<p>{REPORT}</p><table><tr><th>Chỉ tiêu<th>Đơn vị<th>Kỳ này<tr><td>Tiếp công dân<td>lượt<td>46</table></article>"
    f"<aside><ul><li><a href='#'>Tin khác</a></ul></aside><footer>5 đơn</footer></body></html>",
    f"<div class=x><p>{REPORT}</p><p>{REPORT}</p></div>",
)
OPENINGS = ("<!DOCTYPE html><html><body>", "<html>", "<p>", "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>",
            f"<!DOCTYPE html [<!ENTITY x SYSTEM '{OUTSIDE.secret.as_uri()}'>]><html><body>&x;",
            f"<!DOCTYPE html SYSTEM '{OUTSIDE.address}'><html>", "<html><frameset>", "<body")  # fmt: skip


@st.composite
def page(draw: st.DrawFn) -> bytes:
    written = ENCODED[draw(st.sampled_from(("utf-8", "utf-8", "utf-16", "tcvn3", "vni", "windows")))]
    if draw(st.integers(0, 3)) == 0:
        return draw(damaged([written(page) for page in PAGES]))
    return written(draw(st.sampled_from(OPENINGS)) + draw(markup()))
