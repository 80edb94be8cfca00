"""The sheet on a hamlet's notice board: its QR code leads to the form filled in; words for who has no phone."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pypdfium2
import pytest
import zxingcpp
from django.test import Client

from danvan.access import scope
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import small_country
from danvan.access.tests.stage import staged

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]
HAMLET = "Thôn Thượng & Hạ"


@staged
def world():
    with scope.system("test"):
        made = small_country()
    made.mai, made.xem = signed_in(made.people["mai"]), signed_in(made.people["xem"])
    return made


def printed(world, **given):
    answer = world.mai.get("/reception/board/", {"pdf": "1", **given})
    assert answer["Content-Type"] == "application/pdf"
    page = pypdfium2.PdfDocument(answer.content)
    return page, " ".join(page[0].get_textpage().get_text_bounded().split())


def test_who_scans_it_comes_to_the_form_with_unit_and_hamlet_filled_in(world):
    paper, words = printed(world, hamlet=HAMLET)
    (read,) = zxingcpp.read_barcodes(paper[0].render(scale=2).to_pil())
    found = urlsplit(read.text)

    assert [len(paper), *(round(side) for side in paper[0].get_size())] == [1, 595, 842]  # one sheet of A4, in points
    assert found.path == "/say/"
    assert parse_qs(found.query) == {"unit": [str(world.an.pk)], "place": [HAMLET]}
    form = Client().get(f"{found.path}?{found.query}")
    assert (form.context["given"]["place"], form.context["unit_name"]) == (HAMLET, "Xã An, Tỉnh Bắc")
    assert HAMLET in words
    assert "Xã An, Tỉnh Bắc" in words


def test_who_has_no_phone_reads_where_to_go(world):
    _paper, plain = printed(world)
    _paper, filled = printed(world, where="trụ sở UBND xã", when="sáng thứ Hai", phone="0208 000 000")

    assert "Không có điện thoại Đến nơi tiếp công dân của xã An: cán bộ ghi giúp" in plain
    assert "Đến trụ sở UBND xã, sáng thứ Hai: cán bộ ghi giúp, in giấy biên nhận có mã theo dõi." in filled
    assert "Hoặc gọi 0208 000 000." in filled
    assert "Hoặc gọi" not in plain


def test_words_are_words_and_too_many_are_said_to_be(world):
    _paper, words = printed(world, hamlet='#panic("x") $y$ *đậm*')
    long = world.mai.get("/reception/board/", {"pdf": "1", "hamlet": "x" * 121})

    assert '#panic("x") $y$ *đậm*' in words
    assert (long.status_code, "Tối đa 120 ký tự." in long.content.decode()) == (422, True)
    assert world.xem.get("/reception/board/").status_code == 403
