"""Names as lists and texts write them."""

from __future__ import annotations

import pytest

from danvan.units import names


@pytest.mark.parametrize(
    ("name", "designation", "bare"),
    [
        ("Phường Ba Đình", "phường", "Ba Đình"),
        ("Thị xã Hoàng Mai", "thị xã", "Hoàng Mai"),
        ("Thị trấn Mường Lát", "thị trấn", "Mường Lát"),
        ("Thành Phố Bắc Kạn", "thành phố", "Bắc Kạn"),
        ("Tổ dân phố số 5", "tổ dân phố", "số 5"),
        ("Xã Bản Nguyên", "xã", "Bản Nguyên"),
        ("Đặc khu Lý Sơn", "đặc khu", "Lý Sơn"),
        ("Việt Nam", "", "Việt Nam"),
        ("Xãm", "", "Xãm"),
    ],
)
def test_a_name_begins_with_its_type_word(name, designation, bare):
    assert (names.designation(name), names.bare(name)) == (designation, bare)


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("TP. Lạng Sơn", "Thành phố Lạng Sơn"),
        ("TP Lạng Sơn", "Thành phố Lạng Sơn"),
        ("TX.Hoàng Mai", "Thị xã Hoàng Mai"),
        ("tt. Mường Lát", "Thị trấn Mường Lát"),
        ("P. 05", "Phường 5"),
        ("Q.1", "Quận 1"),
        ("TP.HCM", "Thành phố Hồ Chí Minh"),
        ("TPHCM", "Thành phố Hồ Chí Minh"),
        ("Bà Rịa–Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("xã M’Drắk", "Xã M'Drắk"),
        ("TINH BAC KAN,", "Tỉnh Bắc Kạn"),
    ],
)
def test_a_text_finds_the_full_name(text, full):
    assert names.query_key(text) == names.search_key(full)


def test_a_letter_without_its_full_stop_is_no_abbreviation():
    assert names.query_key("T Nưng") == "t nung"


def test_two_spellings_are_one_name_and_two_tones_are_two():
    assert names.spelling("Xã Thuận Hoà") == names.spelling("xã  Thuận Hòa")
    assert names.spelling("Xã Ea H’leo") == names.spelling("Xã Ea H'Leo")
    assert names.spelling("Xã Tân Hòa") != names.spelling("Xã Tấn Hòa")
    assert names.spelling("Xã Tân Hòa") != names.spelling("Phường Tân Hòa")
