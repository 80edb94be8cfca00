"""What tells who somebody is, in words of any spelling; and what is an ordinary word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.casework import protecting
from danvan.casework.protecting import HIDDEN, find, mask, tokens

PERSON = {
    "name": "Quách Thị Nguyệt Ánh",
    "phone": "0987 654 321",
    "paper": "036187004512",
    "email": "nguyetanh.q@example.vn",
    "address": "số 47 ngõ Hoa Sữa, thôn Đông Cao",
}
SOUGHT = tokens([PERSON])


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Theo bà Quách Thị Nguyệt Ánh trình bày", "họ tên"),
        ("THEO BÀ QUÁCH THỊ NGUYỆT ÁNH", "họ tên"),
        ("theo ba quach thi nguyet anh", "họ tên"),
        ("Quách Thị\nNguyệt  Ánh", "họ tên"),
        ("don-quach-thi-nguyet-anh.pdf", "họ tên"),
        ("quachthinguyetanh@mang.vn", "họ tên"),
        ("Q u á c h T h ị N g u y ệ t Á n h", "họ tên"),
        ("Quách Thị Nguy\u200bệt Ánh", "họ tên"),
        (unicodedata.normalize("NFD", "Quách Thị Nguyệt Ánh"), "họ tên"),
        ("chị Nguyệt Ánh ở cuối xóm", "họ tên"),
        ("bà Ánh đã đến", "họ tên"),
        ("gọi 0987654321", "số điện thoại"),
        ("gọi +84 987.654.321", "số điện thoại"),
        ("gọi (0987) 654-321 nhé", "số điện thoại"),
        ("CCCD 036187004512", "số giấy tờ"),
        ("CCCD 036 187 004 512", "số giấy tờ"),
        ("thư NguyetAnh.Q@example.vn", "thư điện tử"),
        ("ở số 47, ngõ Hoa Sữa", "địa chỉ"),
        ("o so 47 ngo hoa sua thon dong cao", "địa chỉ"),
    ],
)
def test_a_person_is_known_in_any_spelling(said, kind):
    assert kind in protecting.told(find(said, SOUGHT))
    assert find(mask(said, SOUGHT), SOUGHT) == []


@pytest.mark.parametrize(
    "said",
    [
        "ánh sáng đèn đường ở thôn Đông Cao",  # a hamlet alone is nobody
        "Ánh đèn hỏng",
        "47 hộ dân, 321 ý kiến",
        "số 36/2026, ngày 18/7/2026",
        "bà con nhân dân",
    ],
)
def test_ordinary_words_are_nobody(said):
    assert find(said, SOUGHT) == []


def test_a_name_of_ordinary_words_counts_where_it_is_written_as_a_name():
    sought = tokens([{"name": "Nguyễn Văn Hóa"}])

    assert find("Nhà văn hóa thôn", sought) == []
    assert find("gặp Văn Hóa ở nhà", sought) != []
    assert find("nguyen van hoa", sought) != []


def test_forms_of_anybody_are_put_out_of_sight_and_the_rest_stays():
    said = (
        "Tôi tên là Lường Văn Thắm, đt 0912.345.678, CMND số 161234567, thư tham@example.vn. Đường vỡ 12 m, số 3/2026."
    )

    assert mask(said, (), forms=True) == (
        f"Tôi tên là {HIDDEN}, đt {HIDDEN}, CMND số {HIDDEN}, thư {HIDDEN}. Đường vỡ 12 m, số 3/2026."
    )


def test_a_name_that_somebody_gave_is_known_wherever_it_stands_again():
    said = "Tôi tên là Mạc Thái Hữu Bình, đề nghị làm đường. Mac Thai Huu Binh ky ten"

    assert mask(said, (), forms=True) == f"Tôi tên là {HIDDEN}, đề nghị làm đường. {HIDDEN} ky ten"


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("nhà tôi ở lô 66 cụm Sen, đề nghị dọn rác", f"nhà tôi ở {HIDDEN}, đề nghị dọn rác"),
        ("Địa chỉ: phòng 512 dãy Nhãn; xin cảm ơn", f"Địa chỉ: {HIDDEN}; xin cảm ơn"),
        ("tôi ở thôn Đông Cao, có 3 bãi rác", "tôi ở thôn Đông Cao, có 3 bãi rác"),
    ],
)
def test_a_house_that_somebody_says_is_theirs_is_put_out_of_sight(said, hidden):
    assert mask(said, (), forms=True) == hidden


def test_chosen_words_count_as_they_are_read():
    assert mask("Vườn ươm Thành Đạt và vuon uom thanh dat.", tokens([], ["vườn ươm thành đạt"])) == (
        f"{HIDDEN} và {HIDDEN}."
    )


@given(st.text(max_size=40), st.sampled_from(sorted(PERSON)), st.text(max_size=40))
def test_whatever_stands_around_it_is_found_and_then_gone(before, which, after):
    text = f"{before} {PERSON[which]} {after}"

    assert find(text, SOUGHT) != []
    assert find(mask(text, SOUGHT), SOUGHT) == []


@given(st.text(max_size=200))
def test_places_lie_in_the_text(text):
    for hit in find(text, SOUGHT, forms=True):
        assert 0 <= hit.start < hit.end <= len(text)
