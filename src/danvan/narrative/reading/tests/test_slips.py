"""Slips of the language: found with their words, the reason and what to write; what is right is left alone."""

from datetime import date
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.narrative.reading.slips import find
from danvan.narrative.reading.slips.spelling import legal

TODAY = date(2026, 7, 1)


def slips(text, on=None):
    return [(slip.kind, slip.quote, slip.write) for slip in find(text, on)]


@pytest.mark.parametrize(
    ("text", "quote", "write"),
    [
        ("Tăng 5 lượt so với so với cùng kỳ.", "so với so với", "so với"),
        ("Tăng 5 lượt so với cùng kỳ so với cùng kỳ.", "so với cùng kỳ so với cùng kỳ", "so với cùng kỳ"),
        ("Tình hình của của các xã ổn định.", "của của", "của"),
    ],
)
def test_words_written_twice(text, quote, write):
    assert slips(text) == [("doubled", quote, write)]


@pytest.mark.parametrize(
    "text",
    [
        "Luôn luôn gần dân; nhà nhà, người người thi đua; từng bước từng bước làm.",
        "Đội thi công công trình của xã; chuẩn bị Đại hội Hội Nông dân.",
        "Ban ban hành văn bản; người dân dân tộc thiểu số.",
        "Các xã, xã nào cũng làm.",
    ],
)
def test_what_is_meant_twice_is_left_alone(text):
    assert slips(text) == []


@pytest.mark.parametrize(
    ("text", "quote", "write"),
    [
        ("Làm tốt công tác dân dận ở cơ sở.", "dận", "vận"),
        ("Đối thoại với khu dân cưu 9B.", "cưu", "cư"),
        ("Mời đồng chí bí thứ chi bộ.", "thứ", "thư"),
        ("Tuyên truyền, vận động nguời dân.", "nguời", "người"),
        ("Nghành dân vận tham mưu kịp thời.", "Nghành", "Ngành"),
        ("Các đoàn thể bổ xung kế hoạch.", "xung", "sung"),
        ("Nhân dân băn khoăn việc sát nhập xóm.", "sát", "sáp"),
        ("Sữa chữa nhà cho hộ nghèo.", "Sữa", "Sửa"),
        ("Biểu dương 45 tập thể và cánhân tiêu biểu.", "cánhân", "cá nhân"),
        ("Các xã hòan thành nhiệm vụ.", "hòan", "hoàn"),
        ("Đã tặng 120 xuất quà.", "xuất", "suất"),
        ("Đã tặng 120 xuất cho hộ nghèo.", "xuất", "suất"),
        ("Trao 20 xuất học bổng.", "xuất", "suất"),
        ("Chia sẽ khó khăn với nhân dân.", "sẽ", "sẻ"),
        ("Quà giành tặng hộ nghèo.", "giành", "dành"),
    ],
)
def test_a_misspelt_word(text, quote, write):
    assert slips(text) == [("spelling", quote, write)]


@pytest.mark.parametrize(
    "text",
    [
        "Thủ trướng yêu cầu.",  # thủ tướng or thủ trưởng: nobody can say
        "Ông Dận, bà Cưu ở xã Nghành Trạm.",  # names
        "Có 2.500 tấn xuất khẩu; đề xuất, xuất hiện, xuất phát từ thực tế.",
        "Họp online qua Zalo, đăng trên website và fanpage; xem video clip.",
        "Hội đồng, hội nghị, hội nghề nghiệp; công tác và cộng tác; cấp uỷ và cấp ủy; kỹ thuật, kĩ thuật.",
        "Tiếp nhận phản ảnh; đơn thứ hai; công thức; giữ nguyên trang đang nhập.",
    ],
)
def test_what_is_right_foreign_a_name_or_open_is_left_alone(text):
    assert slips(text) == []


@pytest.mark.parametrize(
    ("text", "quote", "write"),
    [
        ("Tiếp 5 lượt , giải quyết 3 vụ.", "lượt ,", "lượt,"),
        ("Các xã ( phường ở trung tâm) làm tốt.", "( phường", "(phường"),
        ("Các xã,phường đều làm.", "xã,phường", "xã, phường"),
        ("Được quan tâm.Các đoàn thể vào cuộc.", "tâm.Các", "tâm. Các"),
    ],
)
def test_spaces_around_marks(text, quote, write):
    assert slips(text) == [("spacing", quote, write)]


def test_addresses_numbers_and_columns_keep_their_marks():
    assert slips("Xem dantri.com.vn, thư a@b.vn; TP.Huế; 1,5 triệu; 12.000 đồng; | xã | phường |") == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Ban Dân vận Tỉnh ủy tham mưu tốt.", "Ban Dân vận Tỉnh ủy"),
        ("Ban Dân vận Huyện ủy tham mưu tốt.", "Ban Dân vận Huyện ủy"),
        ("UBND huyện đã trả lời.", "UBND huyện"),
        ("Nhân dân huyện Na Rì phấn khởi.", "huyện Na Rì"),
        ("Cử tri tỉnh Bắc Kạn kiến nghị.", "tỉnh Bắc Kạn"),
        ("Sở Thông tin và Truyền thông phối hợp.", "Sở Thông tin và Truyền thông"),
    ],
)
def test_a_body_that_is_no_more(text, quote):
    assert [(slip.kind, slip.quote) for slip in find(text, TODAY)] == [("body", quote)]
    assert find(text, date(2024, 7, 1)) == ()
    assert find(text, None) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Năm 2024, Ban Dân vận Tỉnh ủy tham mưu tốt.",
        "Địa bàn huyện Na Rì cũ có 3 xã.",
        "Nguyên Trưởng ban Dân vận Huyện ủy tham dự.",
        "Trước đây UBND huyện đã trả lời.",
        "Ban Tuyên giáo và Dân vận Tỉnh ủy tham mưu tốt.",
    ],
)
def test_what_is_told_of_the_past_is_left_alone(text):
    assert find(text, TODAY) == ()


def test_a_source_that_was_not_read_is_said_so():
    (slip,) = find("Sở Thông tin và Truyền thông phối hợp.", TODAY)
    assert slip.reason.endswith("(chưa đối chiếu văn bản)")


def test_the_projects_own_reports_have_no_slips():
    for path in resources.files("danvan.config.demo").joinpath("reports").iterdir():
        assert find(path.read_text("utf-8"), None) == (), path.name


@pytest.mark.parametrize("syllable", "nghiêng quyền giếng gì gìn khuỷu oắt yêu ngoằn thuở hoà hòa kỳ luật đặc".split())  # noqa: SIM905 -- as a line
def test_what_spelling_allows(syllable):
    assert legal(syllable)


@pytest.mark.parametrize("syllable", "nghành nge kông ghà quyêt nguời covid đặk luâth".split())  # noqa: SIM905
def test_what_spelling_does_not_allow(syllable):
    assert not legal(syllable)


@given(st.text(st.sampled_from("aạbdđnhxươ ,.()\n\u0323\u00a0"), max_size=60))
def test_any_text_gives_words_of_the_text_in_order(text):
    found = find(text, TODAY)
    assert all(text[slip.start : slip.end] == slip.quote and slip.write != slip.quote for slip in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
