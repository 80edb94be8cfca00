"""Sentences from figures: cases as data, each a sentence of the outline and what it must read as."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.figures import catalogue
from danvan.narrative.writing import numerals
from danvan.narrative.writing.meanings import meanings, sayings
from danvan.narrative.writing.model import Contribution, Figure, Row
from danvan.narrative.writing.sentences import Sentence, Speaker
from danvan.narrative.writing.tests.conftest import a_row

RECEPTION = {
    "lead": "{Whole}",
    "with": ["rec.turns", "rec.persons"],
    "aside": ["rec.cases"],
    "then": [["rec.resolution_rate", "rec.cases_resolved"]],
}
MODELS = {
    "lead": "{Whole}",
    "with": ["mod.total"],
    "by": {"field": "theo lĩnh vực"},
    "made_of": ["mod.new", "mod.maintained"],
}
AWARDS = {
    "head": "Đã có",
    "names": ["awd.collective", "awd.individual"],
    "tail": "được khen thưởng",
    "lacking": ["awd.total"],
}
GIFTS = {"with": ["vis.delegations", "vis.gift_turns", "vis.gift_value"]}

CASES = {
    "up": (
        RECEPTION,
        [a_row("rec.turns", 66, 46)],
        "Toàn tỉnh đã tiếp 66 lượt công dân, tăng 20 lượt công dân (43,5%) so với cùng kỳ.",
    ),
    "down": (
        RECEPTION,
        [a_row("rec.turns", 46, 66)],
        "Toàn tỉnh đã tiếp 46 lượt công dân, giảm 20 lượt công dân (30,3%) so với cùng kỳ.",
    ),
    "equal": (RECEPTION, [a_row("rec.turns", 46, 46)], "Toàn tỉnh đã tiếp 46 lượt công dân, bằng so với cùng kỳ."),
    "no base": (
        RECEPTION,
        [a_row("rec.turns", 46, 0)],
        "Toàn tỉnh đã tiếp 46 lượt công dân (cùng kỳ không phát sinh).",
    ),
    "nothing to compare with": (RECEPTION, [a_row("rec.turns", 46)], "Toàn tỉnh đã tiếp 46 lượt công dân."),
    "the earlier figure was not reported": (
        RECEPTION,
        [a_row("rec.turns", 46, "not_reported")],
        "Toàn tỉnh đã tiếp 46 lượt công dân.",
    ),
    "not comparable": (
        RECEPTION,
        [a_row("rec.turns", 46, 66, comparability="not_comparable", reasons=("chia tách",))],
        "Toàn tỉnh đã tiếp 46 lượt công dân.",
    ),
    "zero": (RECEPTION, [a_row("rec.turns", 0)], "Toàn tỉnh không phát sinh lượt tiếp công dân."),
    "zero after some": (
        RECEPTION,
        [a_row("rec.turns", 0, 5)],
        "Toàn tỉnh không phát sinh lượt tiếp công dân (cùng kỳ có 5 lượt).",
    ),
    "nothing reported": (RECEPTION, [a_row("rec.turns", "not_reported")], ""),
    "not due, not applicable": (RECEPTION, [a_row("rec.turns", "not_due"), a_row("rec.cases", "not_applicable")], ""),
    "several of one matter": (
        RECEPTION,
        [a_row("rec.turns", 46, 66), a_row("rec.persons", 60, 60), a_row("rec.cases", 29, 20)],
        "Toàn tỉnh đã tiếp 46 lượt công dân (29 vụ việc) với 60 lượt người; so với cùng kỳ giảm 20 lượt công dân, "
        "tăng 9 vụ việc, bằng về số lượt người.",
    ),
    "several that moved one way": (
        RECEPTION,
        [a_row("rec.turns", 46, 66), a_row("rec.persons", 60, 70), a_row("rec.cases", 29, 44)],
        "Toàn tỉnh đã tiếp 46 lượt công dân (29 vụ việc) với 60 lượt người; so với cùng kỳ giảm 20 lượt công dân, "
        "10 lượt người và 15 vụ việc.",
    ),
    "one of several not reported": (
        RECEPTION,
        [a_row("rec.turns", 46), a_row("rec.persons", "not_reported"), a_row("rec.cases", 29)],
        "Toàn tỉnh đã tiếp 46 lượt công dân (29 vụ việc).",
    ),
    "only a later one reported": (RECEPTION, [a_row("rec.cases", 29)], "Toàn tỉnh đã tiếp công dân về 29 vụ việc."),
    "one of several without base": (
        RECEPTION,
        [a_row("rec.turns", 46, 40), a_row("rec.cases", 29, 0)],
        "Toàn tỉnh đã tiếp 46 lượt công dân (29 vụ việc, cùng kỳ không phát sinh); "
        "so với cùng kỳ tăng 6 lượt công dân.",
    ),
    "ratio": (
        RECEPTION,
        [a_row("rec.turns", 46), a_row("rec.resolution_rate", "22/29", "30/44")],
        "Toàn tỉnh đã tiếp 46 lượt công dân; đã giải quyết 22/29 vụ việc qua tiếp công dân, đạt 75,9%, "
        "tăng 7,7 điểm phần trăm so với cùng kỳ.",
    ),
    "ratio of which only the percentage is known": (
        RECEPTION,
        [a_row("rec.resolution_rate", Decimal("75.862"))],
        "Toàn tỉnh có tỷ lệ giải quyết vụ việc qua tiếp công dân đạt 75,9%.",
    ),
    "ratio of nothing": (RECEPTION, [a_row("rec.resolution_rate", "0/0")], ""),
    "none resolved": (
        RECEPTION,
        [a_row("rec.resolution_rate", "0/29")],
        "Toàn tỉnh đã giải quyết 0/29 vụ việc qua tiếp công dân, đạt 0%.",
    ),
    "whole and parts": (
        MODELS,
        [a_row("mod.total", 2011), a_row("mod.new", 1354), a_row("mod.maintained", 657)],
        "Toàn tỉnh có 2.011 mô hình “Dân vận khéo”, trong đó có 1.354 mô hình đăng ký mới, 657 mô hình duy trì.",
    ),
    "a whole of which some was not told apart": (
        MODELS,
        [a_row("mod.total", 1325), a_row("mod.new", 361), a_row("mod.maintained", 931)],
        "Toàn tỉnh có 1.325 mô hình “Dân vận khéo”; "
        "trong số đã phân loại có 361 mô hình đăng ký mới, 931 mô hình duy trì.",
    ),
    "a change does not seem to be the last part's": (
        MODELS,
        [a_row("mod.total", 55, 50), a_row("mod.new", 55)],
        "Toàn tỉnh có 55 mô hình “Dân vận khéo”, tăng 5 mô hình (10%) so với cùng kỳ, "
        "trong đó có 55 mô hình đăng ký mới.",
    ),
    "by field": (
        MODELS,
        [
            a_row("mod.total", 55),
            a_row("mod.total", 34, breakdown="field=economy", part="kinh tế"),
            a_row("mod.total", 21, breakdown="field=culture_society", part="văn hóa - xã hội"),
            a_row("mod.total", 9, breakdown="field=economy;level=commune", part="kinh tế, cấp xã"),
        ],
        "Toàn tỉnh có 55 mô hình “Dân vận khéo”; theo lĩnh vực: kinh tế 34 mô hình, văn hóa - xã hội 21 mô hình.",
    ),
    "parts of which some were not reported": (
        MODELS,
        [a_row("mod.total", 55), a_row("mod.total", 34, breakdown="field=economy", part="kinh tế")],
        "Toàn tỉnh có 55 mô hình “Dân vận khéo”.",
    ),
    "parts whose whole was not reported": (
        MODELS,
        [a_row("mod.total", 34, breakdown="field=economy", part="kinh tế")],
        "Theo lĩnh vực: kinh tế 34 mô hình.",
    ),
    "an enumeration": (
        AWARDS,
        [a_row("awd.collective", 7), a_row("awd.individual", 6), a_row("awd.total", 13)],
        "Đã có 7 tập thể và 6 cá nhân được khen thưởng.",
    ),
    "its total alone": (AWARDS, [a_row("awd.total", 13)], "Đã có 13 lượt khen thưởng."),
    "over, and money": (
        GIFTS,
        [
            a_row("vis.delegations", 12),
            a_row("vis.gift_turns", 62000, qualifier="over"),
            a_row("vis.gift_value", 26_400_000_000, 25_000_000_000, qualifier="over"),
        ],
        "Đã tổ chức 12 đoàn thăm hỏi, chúc Tết với trên 62 nghìn lượt quà tặng và kinh phí trên 26,4 tỷ đồng; "
        "so với cùng kỳ tăng khoảng 1,4 tỷ đồng.",
    ),
    "nearly": (
        {"with": ["dlg.attendance"]},
        [a_row("dlg.attendance", 200, qualifier="nearly")],
        "Có gần 200 lượt người tham gia đối thoại.",
    ),
    "no hotspot": ({"then": [["iss.hotspots_end"]]}, [a_row("iss.hotspots_end", 0, 0)], "Không để xảy ra điểm nóng."),
    "a zero that nobody asks for": ({"then": [["mod.stopped"]]}, [a_row("mod.stopped", 0, 0)], ""),
    "a zero that was something": (
        {"then": [["mod.stopped"]]},
        [a_row("mod.stopped", 0, 4)],
        "Không có mô hình phải dừng (cùng kỳ có 4 mô hình).",
    ),
    "less of what should be less": (
        {"then": [["pet.overdue_end"]]},
        [a_row("pet.overdue_end", 5, 8)],
        "Cuối kỳ còn 5 vụ việc quá hạn, giảm được 3 vụ việc (37,5%) so với cùng kỳ.",
    ),
    "a rise from almost nothing": (
        {"with": ["prp.sessions"]},
        [a_row("prp.sessions", 180, 3)],
        "Đã tổ chức 180 buổi tuyên truyền, vận động, tăng 177 buổi so với cùng kỳ.",
    ),
}


@pytest.mark.parametrize(("sentence", "rows", "read"), CASES.values(), ids=list(CASES))
def test_a_sentence_reads_as_an_officer_would_write_it(sentence: dict, rows: list[Row], read: str) -> None:
    speaker = Speaker({row.key: row for row in rows}, sayings(), {"whole": "toàn tỉnh", "Whole": "Toàn tỉnh"})
    assert "".join(run.text for run in speaker.say(Sentence.from_data(sentence))) == read


def test_every_number_of_a_sentence_names_its_cell() -> None:
    rows = [a_row("rec.turns", 46, 66), a_row("rec.resolution_rate", "22/29")]
    runs = Speaker({row.key: row for row in rows}, sayings(), {"Whole": "Toàn tỉnh"}).say(Sentence.from_data(RECEPTION))
    assert not [run for run in runs if not run.cell and any(char.isdigit() for char in run.text)]
    assert [(run.text, run.cell) for run in runs if run.cell] == [
        ("46", "rec.turns"),
        ("20", "rec.turns"),
        ("30,3%", "rec.turns"),
        ("22", "rec.resolution_rate"),
        ("29", "rec.resolution_rate"),
        ("75,9%", "rec.resolution_rate"),
    ]


def test_every_indicator_can_be_said() -> None:
    """Of the whole catalogue; a number of the moment and a reader's rating are shown on the portal, not reported."""
    codes = {indicator.code for indicator in catalogue.load() if indicator.kind.code not in {"gauge", "mean"}}
    assert codes - set(sayings()) == set()


def test_a_saying_has_a_place_for_its_figure() -> None:
    rates = {indicator.code for indicator in catalogue.load() if indicator.kind.code == "ratio"}
    for code, saying in sayings().items():
        assert "{n}" in saying.open, code
        assert "{n}" in (saying.then or "{n}"), code
        assert not any(char.isdigit() for char in saying.open.replace("Quy định 124", "")), code
        if code in rates:
            assert saying.bare, code
            assert "{n}" in saying.bare, code


def gave(*values: int, indicator: str = "dlg.sessions", names: str = "ABCDEFGHIJ") -> list[Contribution]:
    return [
        Contribution(f"Xã {name}", indicator, "", "", "", Figure("value", Decimal(value)), f"o/{name}", place)
        for place, (name, value) in enumerate(zip(names, values, strict=False), 1)
    ]


def ranked(values: list[int], row: Row | None = None, code: str = "dlg.sessions") -> str:
    given = {code: gave(*values, indicator=code)}
    speaker = Speaker({code: row or a_row(code, sum(values))}, sayings(), given=given)
    return "".join(run.text for run in speaker.say(Sentence.from_data({"rank": code})))


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ([3, 9, 5, 1], "Các đơn vị tổ chức nhiều cuộc đối thoại nhất là xã B (9), xã C (5) và xã A (3)."),
        (
            [3, 9, 0, 5, 0],
            "Các đơn vị tổ chức nhiều cuộc đối thoại nhất là xã B (9), xã D (5) và xã A (3); "
            "các đơn vị chưa tổ chức đối thoại là xã C và xã E.",
        ),
        ([9, 2, 2, 2, 2], "Đơn vị tổ chức nhiều cuộc đối thoại nhất là xã A (9)."),
        ([4, 4, 4, 4], ""),
        ([9, 5, 3], ""),
        (
            [1, 0, 0, 0, 0],
            "Đơn vị tổ chức nhiều cuộc đối thoại nhất là xã A (1); "
            "các đơn vị chưa tổ chức đối thoại là xã B, xã C, xã D và xã E.",
        ),
        ([1, 0, 0, 0, 0, 0, 0], "Đơn vị tổ chức nhiều cuộc đối thoại nhất là xã A (1)."),
    ],
    ids=["most", "and none", "of those that share a place none", "all alike", "too few", "one alone", "many have none"],
)
def test_units_are_named_by_what_they_did(values: list[int], read: str) -> None:
    assert ranked(values) == read


def test_no_unit_is_named_before_another_while_one_has_not_reported() -> None:
    assert not ranked([9, 5, 3, 1], a_row("dlg.sessions", 18, missing=("Xã E",)))
    assert not ranked([9, 5, 3, 1], a_row("dlg.sessions", 20))  # something came from elsewhere
    assert not ranked([9, 5, 3, 1], a_row("dlg.sessions", "not_reported"))


@given(st.lists(st.integers(0, 30), min_size=1, max_size=10))
def test_a_ranking_names_only_units_that_reported_and_only_by_their_figures(values: list[int]) -> None:
    given = gave(*values)
    speaker = Speaker({"dlg.sessions": a_row("dlg.sessions", sum(values))}, sayings(), given={"dlg.sessions": given})
    runs = speaker.say(Sentence.from_data({"rank": "dlg.sessions"}))
    by_page = {one.url: one for one in given}
    for name, figure in pairwise(runs):
        if figure.cell:
            one = by_page[figure.url]
            assert (figure.cell, figure.aspect) == ("dlg.sessions", "share")
            assert figure.text == str(one.figure.value)
            assert name.text.endswith(f"{one.unit.lower()[:3]}{one.unit[3:]} (")
            assert sum(other.figure.value >= one.figure.value for other in given) <= 3
    assert not any(char.isdigit() for run in runs if not run.cell for char in run.text)


def test_nobody_is_ranked_by_what_people_complain_of() -> None:
    assert meanings().rank
    for code in meanings().rank:
        assert not code.startswith(("pet.", "rec.", "iss."))
        assert meanings().better[code] == "more"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("75.862068", "75,9%"),
        ("75", "75%"),
        ("0", "0%"),
        ("100", "100%"),
        ("99.97", "99,97%"),
        ("0.04", "0,04%"),
        ("99.9999999", "100%"),
        ("12.25", "12,3%"),
    ],
)
def test_a_percentage_keeps_one_decimal_and_never_rounds_to_all_or_none(value: str, said: str) -> None:
    assert numerals.percent(Decimal(value)) == said


@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "said"),
    [
        (2011, "lượt", "exact", "2.011"),
        (62000, "lượt", "exact", "62.000"),
        (62000, "lượt", "over", "trên 62 nghìn"),
        (62500, "lượt", "over", "trên 62.500"),
        (200, "người", "nearly", "gần 200"),
        (300, "người", "about", "khoảng 300"),
        (26_400_000_000, "đồng", "exact", "26,4 tỷ đồng"),
        (26_412_345_678, "đồng", "exact", "26.412.345.678 đồng"),
        (1_250_000, "đồng", "over", "trên 1,25 triệu đồng"),
    ],
)
def test_a_figure_is_said_without_loss(value: int, unit: str, qualifier: str, said: str) -> None:
    assert numerals.count(Decimal(value), unit, qualifier) == said


@given(now=st.integers(0, 10**7), before=st.one_of(st.none(), st.integers(0, 10**7)))
def test_the_words_of_a_change_agree_with_the_figures(now: int, before: int | None) -> None:
    speaker = Speaker({"rec.turns": a_row("rec.turns", now, before)}, sayings(), {"Whole": "Toàn tỉnh"})
    text = "".join(run.text for run in speaker.say(Sentence.from_data(RECEPTION)))
    assert ("không phát sinh lượt" in text) == (now == 0)
    assert ("tăng" in text) == (before is not None and now > before > 0)
    assert ("giảm" in text) == (before is not None and before > now > 0)
    assert ("bằng" in text) == (before == now != 0)
    assert ("cùng kỳ" in text) == (before is not None and not now == before == 0)
