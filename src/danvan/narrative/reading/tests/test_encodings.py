"""Text typed for the old fonts is recognised by its words and converted; any other text stays as it is."""

import re
import unicodedata

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.narrative.reading import encodings, read_file

# Every rhyme with some tone, and the words of a report.
WORDS = """
năm huyện tiếp lượt công dân nhận đơn thư của nhân dân gửi đến các cơ quan nhà nước đã giải quyết xử lý kịp thời
khiếu nại tố cáo phản ánh kiến nghị ủy ban mặt trận tổ quốc hội nông dân phụ nữ thanh niên cựu chiến binh đoàn
thể xã phường thị trấn mô hình khéo quỹ vì người nghèo triệu đồng tặng quà hộ gia đình chính sách thương binh
liệt sĩ dịp tết nguyên đán giám sát phản biện dân chủ cơ sở tuyên truyền vận động quyên góp khuyến khích hướng
về biên giới hải đảo ngoằn ngoèo khuếch đại huýt sáo ngượng nghịu hươu rượu bưởi muỗi luật giếng gì quốc quyết
thuở quạnh xoong ỷ lại ý kiến yểu điệu ẩm ướt ổn định ớt ỡm ờ ửng ấp ặc ẵm
"""
TEXTS = st.lists(st.sampled_from(sorted(set(WORDS.split()))), min_size=20, max_size=60, unique=True).map(" ".join)


def tcvn3(text):
    back = {letter: chr(code) for code, letter in encodings._TCVN3_LETTERS.items()}
    small = (letter if letter in back or letter.isascii() else letter.lower() for letter in text)
    return "".join(back.get(letter, letter) for letter in small)


def vni(text):
    back = {letter: old for old, letter in encodings._VNI.items() if old.islower() or old.isupper()}
    return "".join(back.get(letter, letter) for letter in text)


def windows(text):
    tones = "\u0300\u0301\u0303\u0309\u0323"
    letters = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        plain = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones))
        letters.append(plain + "".join(mark for mark in parts if mark in tones))
    return "".join(letters).encode("cp1258")


SAID = "Năm 2023, Ủy ban nhân dân huyện đã tiếp 46 lượt công dân, nhận 29 đơn thư."


@pytest.mark.parametrize(
    ("old", "written"),
    [
        (tcvn3, "N¨m 2023, ñy ban nh©n d©n huyÖn ®· tiÕp 46 l\xadît c«ng d©n, nhËn 29 ®¬n th\xad."),
        (vni, "Naêm 2023, UÛy ban nhaân daân huyeän ñaõ tieáp 46 löôït coâng daân, nhaän 29 ñôn thö."),
    ],
)
def test_the_tables_are_those_of_the_fonts(old, written):
    assert old(SAID) == written
    assert encodings.unicode(written).casefold() == SAID.casefold()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("§¶NG Bé HUYÖN, Uû BAN NH¢N D¢N", "ĐẢNG BỘ HUYỆN, UỶ BAN NHÂN DÂN"),
        ("B¸o c¸o cña MTTQ tØnh, Uû ban", "Báo cáo của MTTQ tỉnh, Uỷ ban"),
        ("BAÙO CAÙO COÂNG TAÙC DAÂN VAÄN", "BÁO CÁO CÔNG TÁC DÂN VẬN"),
    ],
)
def test_capitals(written, meant):
    assert encodings.unicode(written) == meant


@given(TEXTS)
def test_tcvn3_round_trip(text):
    assert encodings.unicode(tcvn3(text)) == text
    assert encodings.decoded(tcvn3(text).encode("latin-1")) == text


@given(TEXTS, st.sampled_from([str, str.upper, str.title]))
def test_vni_round_trip(text, case):
    assert encodings.unicode(vni(case(text))) == case(text)
    assert encodings.decoded(vni(case(text)).encode("cp1252")) == case(text)


@given(TEXTS)
def test_windows_1258_round_trip(text):
    assert encodings.decoded(windows(text)) == text


@given(TEXTS, st.sampled_from(["NFC", "NFD"]), st.sampled_from([str, str.upper, str.title]))
def test_unicode_stays(text, form, case):
    text = unicodedata.normalize(form, case(text))
    assert encodings.unicode(text) == text


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_stays(text):
    assert encodings.unicode(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Diện tích 30m², 5km³, nhiệt độ 37°C, điều 3§2, giảm 5±1",
        "Où l'été fut très gêné, la forêt brûlée, le maçon naïf et l'Île Saint-Noël",
        "Straße, Mädchen, für größere Völker, Öl, Übung, schön",
    ],
)
def test_other_letters_stay(text):
    assert encodings.unicode(text) == text


@given(st.text())
def test_any_text_gives_text(text):
    assert isinstance(encodings.unicode(text), str)


@given(st.binary())
def test_any_bytes_give_text_or_nothing(data):
    assert isinstance(encodings.decoded(data), str | None)


def test_a_text_of_both_is_converted_where_it_is_old():
    both = f"Kết quả công tác dân vận\n{tcvn3(SAID)}\nNơi nhận: các xã"
    assert encodings.unicode(both).casefold() == f"Kết quả công tác dân vận\n{SAID}\nNơi nhận: các xã".casefold()


@pytest.mark.parametrize("old", [tcvn3, vni])
def test_files_in_old_encodings_are_read(tmp_path, old):
    text = old(SAID)
    (tmp_path / "a.txt").write_bytes(text.encode("latin-1"))
    (tmp_path / "b.txt").write_text(text, "utf-8")
    (tmp_path / "c.html").write_text(f"<html><body><p><font face='.VnTime'>{text}</font></p></body></html>", "utf-8")
    document = docx.Document()
    document.add_paragraph(text)
    document.save(str(tmp_path / "d.docx"))
    for path in sorted(tmp_path.iterdir()):
        read = read_file(path)
        assert [int(reading.value) for reading in read.readings] == [46, 29]
        assert [read.text[reading.start : reading.end] for reading in read.readings] == [
            "46 lượt công dân",
            "29 đơn thư",
        ]


def test_a_font_of_capitals(tmp_path):
    document = docx.Document()
    document.add_paragraph("").add_run(tcvn3("báo cáo kết quả tiếp dân")).font.name = ".VnTimeH"
    document.save(str(tmp_path / "a.docx"))
    assert re.match("BÁO CÁO KẾT QUẢ TIẾP DÂN", read_file(tmp_path / "a.docx").text)
