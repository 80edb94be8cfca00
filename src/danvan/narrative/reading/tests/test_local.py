"""How sure the reader is, what else a figure may be, and what people of a place taught it."""

import pytest

from danvan.figures import catalogue
from danvan.narrative.reading import LocalTerm, read_text


def named(text, *local):
    return [(str(r.value), r.indicator, r.taught) for r in read_text(text, local).readings]


def test_without_terms_nothing_is_taught():
    assert named("Đã tiếp 46 lượt công dân.") == [("46", "rec.turns", "")]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Trong quý, xã tổ chức 12 buổi cà phê doanh nhân, thu hút 40 người.", "cà phê doanh nhân"),
        ("Trong quý, cà phê doanh nhân 12 buổi, thu hút 40 người.", "cà phê doanh nhân"),
        ("Trong quý, xã tổ chức 12 buổi cà phê doanh nhân, thu hút 40 người.", "Buổi cà phê  doanh nhân"),
    ],
)
def test_a_term_names_the_figure_that_it_stands_beside(text, phrase):
    term = LocalTerm(phrase, "dlg.sessions")
    assert named(text, term)[0] == ("12", "dlg.sessions", phrase)
    assert named(text, term)[1][2] == ""
    assert named(text)[0][1] != "dlg.sessions"


def test_a_term_beyond_a_comma_or_another_number_names_nothing():
    term = LocalTerm("cà phê doanh nhân", "dlg.sessions")
    assert named("Xã có cà phê doanh nhân, mở 12 lớp tập huấn.", term) == [("12", "trn.courses", "")]
    assert named("Sau cà phê doanh nhân 3 buổi mở 12 lớp tập huấn.", term)[1] == ("12", "trn.courses", "")


def test_a_term_can_say_that_a_count_has_no_indicator():
    (reading,) = read_text("Đã tiếp 46 lượt công dân.", [LocalTerm("lượt công dân", None)]).readings
    assert (reading.indicator, reading.breakdown) == (None, {})
    assert "rec.turns" in dict(reading.alternatives)


def test_the_longer_of_two_terms_counts():
    terms = LocalTerm("buổi", "prp.sessions"), LocalTerm("buổi cà phê", "dlg.sessions")
    assert named("Xã tổ chức 12 buổi cà phê.", *terms) == [("12", "dlg.sessions", "buổi cà phê")]


def test_a_term_gives_its_breakdown():
    term = LocalTerm("mô hình thôn xanh", "mod.total", {"field": "culture_society"})
    (reading,) = read_text("Toàn xã có 9 mô hình thôn xanh.", [term]).readings
    assert (reading.indicator, reading.breakdown) == ("mod.total", {"field": "culture_society"})


def test_a_term_reaches_into_tables():
    text = "Nội dung | Năm 2024 | Năm 2025\nTiếp dân | 40 | 44\nSố buổi cà phê doanh nhân | 3 | 5\n"
    term = LocalTerm("cà phê doanh nhân", "dlg.sessions")
    assert ("5", "dlg.sessions", "cà phê doanh nhân") in named(text, term)


def test_an_unknown_code_is_refused():
    with pytest.raises(catalogue.CatalogueError):
        read_text("Có 5 buổi cà phê.", [LocalTerm("cà phê", "xyz.none")])


def test_what_was_taught_is_sure_and_what_speaks_for_little_is_not():
    (plain,) = read_text("Đã tiếp 46 lượt công dân tại trụ sở tiếp công dân.").readings
    (vague,) = read_text("Phát sinh 3 trường hợp khiếu nại.").readings
    (taught,) = read_text("Đã nhận 3 trường hợp.", [LocalTerm("trường hợp", "pet.cases")]).readings
    assert vague.confidence < plain.confidence < taught.confidence


def test_alternatives_are_other_codes_best_first_and_share_what_is_left():
    document = read_text("Có 45 mô hình dân vận khéo. Tiếp nhận 29 đơn khiếu nại; giải quyết 12 vụ việc, đạt 41%.")
    for reading in document.readings:
        codes = [code for code, _ in reading.alternatives]
        shares = [share for _, share in reading.alternatives]
        assert 0 < reading.confidence < 1
        assert len(set(codes)) == len(codes) <= 5
        assert reading.indicator not in codes
        assert all(code in catalogue.load() for code in codes)
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) <= 1 - reading.confidence + 0.01
    assert document.readings[0].alternatives


def test_members_taken_in_are_asked():
    (taken_in,) = read_text("Trong năm, các cấp Hội kết nạp mới 2.745 hội viên.").readings
    (members,) = read_text("Toàn huyện hiện có 2.745 hội viên.").readings
    assert taken_in.indicator == members.indicator == "org.members_end"
    assert taken_in.confidence < 0.5 < members.confidence
