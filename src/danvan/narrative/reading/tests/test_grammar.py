"""Sentences of reports and the figures in them (samples.yaml), however they are typed."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan.figures import catalogue
from danvan.lib.datafiles import from_yaml
from danvan.narrative.reading import read_text

SAMPLES = from_yaml((Path(__file__).parent / "samples.yaml").read_text("utf-8"))
OLD_TONES = {"ủy": "uỷ", "hòa": "hoà", "thủy": "thuỷ", "kỳ": "kì", "tỷ": "tỉ"}


def found(text):
    return [(float(reading.value), reading.indicator) for reading in read_text(text).readings]


def wanted(sample):
    return [(float(value), indicator) for value, indicator in sample["readings"]]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["text"][:60])
def test_a_sentence_gives_its_figures(sample):
    document = read_text(sample["text"])
    assert [(float(r.value), r.indicator) for r in document.readings] == wanted(sample)
    assert [[check.kind, check.holds] for check in document.checks] == sample.get("checks", [])
    if "fields" in sample:
        assert [r.breakdown.get("field") for r in document.readings] == sample["fields"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["text"][:60])
def test_offsets_point_at_the_text_as_it_stands(sample):
    text = "\ufeffBáo cáo\r\n\r\n" + sample["text"].replace(" ", "\u00a0 ", 3)
    text = unicodedata.normalize("NFD", text)
    readings = read_text(text).readings
    assert [(float(r.value), r.indicator) for r in readings] == wanted(sample)
    for reading in readings:
        standing = unicodedata.normalize("NFC", text[reading.start : reading.end])
        assert standing == reading.quote
        assert not unicodedata.combining(text[reading.start])
        assert reading.end == len(text) or not unicodedata.combining(text[reading.end])


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["text"][:60])
def test_spelling_and_spacing_change_nothing(sample):
    text = sample["text"]
    for new, old in OLD_TONES.items():
        text = text.replace(new, old)
    assert found(text.replace(", ", ",  ").replace(" - ", " – ")) == wanted(sample)
    assert found(text.replace("đ", "\u0111").replace("ả", "a\u0309")) == wanted(sample)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["text"][:60])
def test_breakdowns_are_ones_that_the_catalogue_knows(sample):
    for reading in read_text(sample["text"]).readings:
        if reading.indicator:
            catalogue.load()[reading.indicator].check_breakdown(catalogue.breakdown_key(reading.breakdown))
        else:
            assert reading.breakdown == {}


@pytest.mark.parametrize(
    ("text", "breakdowns"),
    [
        (
            "Có 30 mô hình “Dân vận khéo”, gồm 18 mô hình tập thể, 12 mô hình cá nhân.",
            [{}, {"subject": "collective"}, {"subject": "individual"}],
        ),
        ("Có 30 mô hình “Dân vận khéo” trong tập thể và cá nhân.", [{}]),
        ("Có 30 mô hình “Dân vận khéo” cấp xã.", [{}]),
        (
            "Dân vận khéo: 30 mô hình cấp huyện trong tập thể và cá nhân (kinh tế 18 mô hình; văn hóa 12 mô hình).",
            [{}, {"field": "economy"}, {"field": "culture_society"}],
        ),
        (
            "Mô hình “Dân vận khéo”: cấp tỉnh 4 mô hình, cấp xã 26 mô hình.",
            [{"level": "province"}, {"level": "commune"}],
        ),
        (
            "Mô hình “Dân vận khéo”:\n- Cấp tỉnh: 4 mô hình.\n- Cấp xã: 26 mô hình.",
            [{"level": "province"}, {"level": "commune"}],
        ),
    ],
)
def test_what_a_figure_is_broken_down_by(text, breakdowns):
    assert [reading.breakdown for reading in read_text(text).readings] == breakdowns


def test_a_quotation_opened_in_a_figure_is_closed_in_it():
    (reading,) = read_text("Toàn xã có 27 mô hình “Dân vận khéo” đăng ký.").readings
    assert reading.quote == "27 mô hình “Dân vận khéo”"


def test_a_range_is_no_exact_number():
    (reading,) = read_text("Mỗi tổ giúp 5-7 hộ.").readings
    assert (int(reading.value), reading.qualifier) == (7, "about")


def test_the_level_above_is_no_hedge():
    (reading,) = read_text("Đã chuyển cấp trên 3 đơn.").readings
    assert reading.qualifier == "exact"


def test_reading_is_deterministic():
    text = "\n\n".join(sample["text"] for sample in SAMPLES)
    assert read_text(text) == read_text(text)


@pytest.mark.parametrize(
    "text", ["", " \n\n ", "...", "1", "1/2", "((((", "5\n%", "\u0301", "12 12 12 12", "tăng", "22/", "/22"]
)
def test_scraps_give_nothing_and_do_not_fail(text):
    assert read_text(text).readings == ()


def test_hedges_are_kept_apart():
    document = read_text("Có trên 62 nghìn lượt người, gần 200 hộ, khoảng 15 đoàn và 7 tập thể.")
    assert [r.qualifier for r in document.readings] == ["over", "nearly", "about", "exact"]
    assert [int(r.value) for r in document.readings] == [62000, 200, 15, 7]


def test_a_price_says_per_what():
    (price,) = read_text("Hỗ trợ 1,2 triệu đồng/hộ.").readings
    assert (int(price.value), price.unit, price.per) == (1_200_000, "đồng", "hộ")


def test_a_line_broken_between_number_and_noun():
    document = read_text(
        "Trong kỳ các cơ quan hành chính trên địa bàn toàn huyện đã tiếp được tất cả 57\nlượt công dân."
    )
    assert [(int(r.value), r.indicator) for r in document.readings] == [(57, "rec.turns")]


def test_plans_under_their_heading_are_not_results():
    document = read_text(
        "I. KẾT QUẢ\nĐã tổ chức 12 cuộc đối thoại.\nII. NHIỆM VỤ TRỌNG TÂM QUÝ IV\n1. Tổ chức 10 cuộc đối thoại.\n"
        "2. Mở 3 lớp tập huấn.\nIII. KIẾN NGHỊ\nCó 2 kiến nghị gửi Tỉnh ủy."
    )
    assert [int(r.value) for r in document.readings] == [12, 2]


def test_a_headline_and_its_body_are_one_fact():
    document = read_text(
        "Hơn 200 cán bộ dự lớp tập huấn công tác dân vận\n\n"
        "Ngày 4/6/2022, Ban Dân vận Huyện ủy Sông Trà khai giảng lớp "
        "tập huấn công tác dân vận cho 204 cán bộ cơ sở trên địa bàn huyện."
    )
    assert [(int(r.value), r.indicator, r.mention_of) for r in document.readings] == [
        (200, "trn.trainees", None),
        (204, "trn.trainees", 0),
    ]


SCRAPS = (
    "có tiếp 12 2.011 22/29 % lượt người mô hình đơn tỷ đồng tăng giảm so với cùng kỳ năm 2020 ( ) , . ; : / - “ ” \n "
    "trên gần quý I tháng 6 ngày 5/6/2021 trong đó gồm còn lại đạt khen tập thể 25-NQ/TW xã Hà Linh hai mươi "
    "\u0309 \u00a0 \u200b"
)
WORDS = st.sampled_from(SCRAPS.split(" "))


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=200))
def test_any_text_is_read_and_offsets_stay_inside(text):
    document = read_text(text)
    for reading in document.readings:
        assert 0 <= reading.start < reading.end <= len(text)
        assert reading.mention_of is None or reading.mention_of < len(document.readings)
    for check in document.checks:
        assert 0 <= check.start < check.end <= len(text)
        assert all(part < len(document.readings) for part in check.parts)


@pytest.mark.parametrize("verdict", ["có đúng có sai", "có đúng, có sai"])
def test_a_phrase_means_the_same_with_and_without_its_comma(verdict):
    document = read_text(f"Đã giải quyết 71 đơn tố cáo {verdict}.")
    assert [reading.breakdown.get("verdict") for reading in document.readings] == ["partly_right"]
