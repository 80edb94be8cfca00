"""A portal's page: its article is kept, what stands around it is not."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.narrative.reading import pages

ARTICLE = [
    "Sáu tháng đầu năm 2024, Ban Dân vận huyện Sông Trà đã tham mưu cấp ủy lãnh đạo công tác dân vận đạt kết quả tốt.",
    "Toàn huyện tiếp 46 lượt công dân.",
    "Các cấp Mặt trận đã vận động nhân dân đóng góp 120 triệu đồng, hiến 300 m2 đất để làm đường giao thông nông thôn.",
    "Đã xây dựng 15 mô hình.",
]
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in ARTICLE)
MENU = "".join(f'<li><a href="/m{i}">Chuyên mục số {i}</a></li>' for i in range(9))
TEASERS = "".join(
    f'<div class="item"><a href="/t{i}">Hội nghị giao ban lần {i} của khối dân vận các xã</a>'
    "<p>Sáng nay, khối dân vận xã tổ chức hội nghị giao ban với 99 đại biểu, bàn nhiều việc của tháng.</p></div>"
    for i in range(6)
)
COUNTER = "<div>Đang truy cập: 642</div><div>Tổng lượt truy cập: 1.234.567</div>"

PORTALS = {
    "semantic": f"""<header><h1>Cổng thông tin</h1></header><nav><ul>{MENU}</ul></nav>
        <main><article><header><h1>TITLE</h1><time>12/7/2024</time></header>{PARAGRAPHS}</article>
        <section><h3>Tin liên quan</h3>{TEASERS}</section></main><aside>{COUNTER}</aside><footer>{COUNTER}</footer>""",
    "divs": f"""<div id="top"><ul>{MENU}</ul></div><div id="wrap"><div id="left"><h1>TITLE</h1><div>12/7/2024</div>
        <div class="c">{PARAGRAPHS}</div><h3>Các tin khác</h3><ul>{TEASERS}</ul></div>
        <div id="right">{COUNTER}<ul>{MENU}</ul></div></div><div id="foot">{COUNTER}</div>""",
    "one form around all": f"""<form id="aspnetForm"><table><tr><td colspan="2"><ul>{MENU}</ul></td></tr><tr>
        <td><h2>TITLE</h2><span>Đăng ngày 12/7/2024</span><div>{PARAGRAPHS}</div><b>Tin cũ hơn</b><ul>{MENU}</ul></td>
        <td>{COUNTER}</td></tr></table><input value="9 đơn"><button>Gửi 5 đơn</button></form>""",
    "breaks": f"""<div><ul>{MENU}</ul></div><div class="m"><h1>TITLE</h1><p>12/7/2024</p>
        <div>{"<br><br>".join(ARTICLE)}</div></div><div>{COUNTER}</div>""",
}


@pytest.mark.parametrize("name", PORTALS)
def test_a_portal_gives_its_article_with_title_and_date(name):
    text = pages.article(f"<!DOCTYPE html><html><body>{PORTALS[name]}</body></html>")
    assert [line for line in ARTICLE if line not in text] == []
    assert text.index("TITLE") < text.index("12/7/2024") < text.index(ARTICLE[0])
    for around in ("Chuyên mục", "truy cập", "99 đại biểu", "Tin liên quan", "Các tin khác", "5 đơn", "Cổng"):
        assert around not in text


def test_a_flat_page_is_kept_whole():
    text = pages.article(f"<h1>Báo cáo</h1>{PARAGRAPHS}<p>Nơi nhận: như trên.</p>")
    assert text.split("\n\n") == ["Báo cáo", *ARTICLE, "Nơi nhận: như trên.\n"]


def test_links_in_sentences_stay():
    linked = ARTICLE[0].replace("công tác dân vận", '<a href="/x">công tác dân vận</a>')
    assert ARTICLE[0] in pages.article(f"<div><p>{linked}</p></div><div>{PARAGRAPHS}</div>")


def test_a_table_of_the_article_stays():
    rows = "".join(f"<tr><td>Xã số {i}</td><td>{i} đơn</td></tr>" for i in range(1, 5))
    text = pages.article(f"<div><ul>{MENU}</ul></div><div>{PARAGRAPHS}<table>{rows}</table></div>")
    assert "Xã số 3 3 đơn" in text


def test_hidden_words_are_not_read():
    text = pages.article(f"<div>{PARAGRAPHS}<p style='display: none'>88 đơn</p><p hidden>77 đơn</p></div>")
    assert "88" not in text
    assert "77" not in text


def test_a_page_of_links_alone_is_kept():
    assert "46 lượt công dân" in pages.article('<body><a href="/">Tiếp 46 lượt công dân</a></body>')


@given(st.text(st.sampled_from("<>/ =\"'adivptrbhl1 \n&;46ơ"), max_size=200))
def test_any_markup_gives_text_or_a_refusal(markup):
    with suppress(ValueError):
        assert isinstance(pages.article(markup), str)
