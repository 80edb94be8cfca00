"""Numbers as Vietnamese writes them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.lib import numbers


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2.011", "2011"),
        ("1.250.000", "1250000"),
        ("88,9", "88.9"),
        ("05", "5"),
        ("1.2", "1.2"),
        ("3,600", "3600"),
        ("7", "7"),
    ],
)
def test_digits_are_read_as_they_are_meant(written, value):
    assert numbers.parse(written) == Decimal(value)


def test_before_a_multiplier_a_comma_is_the_decimal_sign():
    assert numbers.parse("1,250", scaled=True) == Decimal("1.250")


@pytest.mark.parametrize("written", ["", "1.2014.5", "a", "12/5", "1..2"])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(numbers.NotANumber):
        numbers.parse(written)


@given(st.integers(0, 10**15))
def test_words_are_read_back(value):
    assert numbers.from_words(numbers.words(value).split()) == value


@pytest.mark.parametrize("words", ["", "tỷ", "một hai", "mươi", "xã", "linh"])
def test_words_that_are_no_number_are_refused(words):
    with pytest.raises(numbers.NotANumber):
        numbers.from_words(words.split())


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "không"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (105, "một trăm linh năm"),
        (2011, "hai nghìn không trăm mười một"),
        (-3, "âm ba"),
        (1_000_000_000_000, "một nghìn tỷ"),
    ],
)
def test_a_number_in_words(value, said):
    assert numbers.words(value) == said


@given(st.decimals(-(10**9), 10**9, places=2))
def test_printed_digits_are_read_back(value):
    written = numbers.digits(abs(value))
    assert numbers.parse(written, scaled="," in written) == abs(value)


def test_digits_are_printed_with_dots_and_commas():
    assert numbers.digits(1234567) == "1.234.567"
    assert numbers.digits(Decimal("88.90")) == "88,9"
    assert numbers.digits(Decimal("75.855"), 1) == "75,9"
    assert numbers.digits(Decimal(10) ** 40) == "10" + ".000" * 13
    assert numbers.digits(Decimal(10) ** 40, 1) == "10" + ".000" * 13 + ",0"


def test_money_keeps_every_dong():
    assert numbers.money(26_000_000_000) == "26 tỷ đồng"
    assert numbers.money(1_250_000) == "1,25 triệu đồng"
    assert numbers.money(1_250_001) == "1.250.001 đồng"


def test_percentages_are_rounded_half_up():
    assert numbers.percent(22, 29) == 76
    assert numbers.percent(1, 8, 1) == Decimal("12.5")
    assert numbers.percent(5, 1000, 0) == 1
    with pytest.raises(ZeroDivisionError):
        numbers.percent(1, 0)
