"""The catalogue is complete, refuses slips in its files, and checks what must hold between figures."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from danvan.figures import catalogue
from danvan.figures.catalogue import CatalogueError, breakdown_key, load, parse_breakdown

CATALOGUE = load()
every_indicator = pytest.mark.parametrize("indicator", CATALOGUE, ids=lambda indicator: indicator.code)


@every_indicator
def test_every_indicator_is_named_in_both_languages(indicator):
    for lang in ("vi", "en"):
        assert indicator.label(lang).strip()
        assert indicator.unit(lang).strip()
        assert bool(indicator.note("vi")) == bool(indicator.note("en"))
    assert indicator.source
    assert len(indicator.code) <= 40


def test_names_tell_indicators_apart():
    for lang in ("vi", "en"):
        names = [indicator.label(lang) for indicator in CATALOGUE]
        assert len(set(names)) == len(names)


def test_every_value_of_every_vocabulary_is_named_in_both_languages():
    for vocabulary in CATALOGUE.vocabularies.values():
        assert all(words.vi and words.en for words in (vocabulary.name, *vocabulary.values.values())), vocabulary.code
        assert vocabulary.values


def test_every_vocabulary_is_used():
    used = {vocabulary.code for indicator in CATALOGUE for vocabulary in indicator.dims}
    assert used == set(CATALOGUE.vocabularies)


def test_the_longest_breakdown_of_any_indicator_fits_its_column():
    for indicator in CATALOGUE:
        longest = {v.key: max(v.values, key=len) for v in indicator.dims}
        assert len(breakdown_key(longest)) <= 200, indicator.code


def test_kinds_say_how_figures_add_up():
    assert (CATALOGUE["rec.turns"].time, CATALOGUE["rec.turns"].units) == ("sum", "sum")
    assert (CATALOGUE["mod.total"].time, CATALOGUE["mod.total"].units) == ("last", "sum")
    assert CATALOGUE["rec.resolution_rate"].time == "ratio"
    assert CATALOGUE["dlg.units_covered"].counts == ("dlg.sessions", "commune")


def test_a_ratio_names_its_terms_or_describes_them():
    rate = CATALOGUE["rec.resolution_rate"]
    assert rate.derived_from == ("rec.cases_resolved", "rec.cases")
    described = CATALOGUE["rec.reply_ontime_rate"]
    assert described.derived_from is None
    assert described.numerator.name.label("vi") == "số thông báo trong hạn"


def test_labels_say_the_breakdown():
    assert CATALOGUE.label("mod.total", "field=economy") == "Tổng số mô hình Dân vận khéo đang thực hiện: kinh tế"
    assert CATALOGUE.label("mod.total", "field=economy", "en") == "“Dân vận khéo” models in progress: economy"


def test_the_same_dimension_has_its_own_values_in_another_register():
    assert CATALOGUE["rec.cases"].check_breakdown("field=land") == {"field": "land"}
    with pytest.raises(CatalogueError, match="không có giá trị “land”"):
        CATALOGUE["mod.total"].check_breakdown("field=land")


@pytest.mark.parametrize(
    ("breakdown", "says"),
    [
        ("channel=web", "không phân tổ theo “channel”"),
        ("field", "không đọc được"),
        ("field=economy;field=economy", "không đọc được"),
        ("level=commune;field=economy", "phải viết là “field=economy;level=commune”"),
    ],
)
def test_a_wrong_breakdown_is_refused_with_a_sentence(breakdown, says):
    with pytest.raises(CatalogueError, match=says):
        CATALOGUE["mod.total"].check_breakdown(breakdown)


def test_an_unknown_indicator_is_refused_with_a_sentence():
    with pytest.raises(CatalogueError, match=r"Không có chỉ tiêu “rec\.nothing” trong danh mục"):
        CATALOGUE["rec.nothing"]


words = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=8)


@given(st.dictionaries(words, words, max_size=5))
def test_a_breakdown_survives_the_round_trip(parts):
    assert parse_breakdown(breakdown_key(parts)) == parts
    assert breakdown_key(dict(reversed(parts.items()))) == breakdown_key(parts)


def check(**figures):
    values = {(code.replace("__", "."), ""): Decimal(value) for code, value in figures.items()}
    return [broken.sentence for broken in CATALOGUE.check_identities(values)]


def test_a_sum_that_holds_is_not_named():
    assert check(mod__total=2011, mod__new=1354, mod__maintained=657) == []


def test_a_sum_that_does_not_hold_is_said_with_its_figures():
    (sentence,) = check(mod__total=2012, mod__new=1354, mod__maintained=657)
    assert sentence == (
        "Tổng số mô hình Dân vận khéo đang thực hiện: 2.012 phải bằng 1.354 + 657 = 2.011 "
        "(tổng số mô hình bằng đăng ký mới cộng duy trì)."
    )


def test_a_sum_is_not_asked_for_while_a_summand_is_missing():
    assert check(mod__total=2012, mod__new=1354) == []


def test_a_part_may_not_exceed_the_whole():
    (sentence,) = check(mod__pilot=3, mod__total=2)
    assert "3 phải không quá 2" in sentence


FIELDS = {"economy": 16, "culture_society": 21, "defence_security": 11, "political_system": 7}


def by_field(total, fields):
    values = {("mod.total", ""): Decimal(total)}
    values |= {("mod.total", f"field={field}"): Decimal(value) for field, value in fields.items()}
    return CATALOGUE.check_identities(values)


def test_a_total_equals_the_sum_over_all_fields():
    assert by_field(55, FIELDS) == []
    (broken,) = by_field(56, FIELDS)
    assert "56 phải bằng 16 + 21 + 11 + 7 = 55" in broken.sentence


def test_while_a_field_is_missing_the_parts_may_only_not_exceed_the_total():
    some = {"economy": 16, "culture_society": 21}
    assert by_field(55, some) == []
    (broken,) = by_field(30, some)
    assert "30 phải không ít hơn 16 + 21 = 37" in broken.sentence


def test_an_identity_holds_in_each_breakdown_by_itself():
    values = {("mod.total", "field=economy"): Decimal(5), ("mod.new", "field=economy"): Decimal(4)}
    values[("mod.maintained", "field=economy")] = Decimal(2)
    (broken,) = CATALOGUE.check_identities(values)
    assert broken.breakdown == "field=economy"


def test_what_is_carried_in_equals_what_was_left_the_period_before():
    now, before = {("pet.carried_in", ""): Decimal(4)}, {("pet.pending_end", ""): Decimal(5)}
    assert CATALOGUE.check_identities(now) == []
    assert len(CATALOGUE.check_identities(now, previous=before)) == 1
    assert CATALOGUE.check_identities(now, previous={("pet.pending_end", ""): Decimal(4)}) == []


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(catalogue.DATA, folder)
    return folder


def edit(path: Path, change) -> None:
    entry = yaml.safe_load(path.read_text("utf-8"))
    change(entry)
    path.write_text(yaml.safe_dump(entry, allow_unicode=True), "utf-8")


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        ("indicators/model.yaml", lambda e: e[0].update(kind="flows"), "mod.total: loại “flows” không có"),
        ("indicators/model.yaml", lambda e: e[0].update(dims=["fields"]), "mod.total: phân tổ “fields” không có"),
        ("indicators/model.yaml", lambda e: e[0].update(dims=["field_model", "field_case"]), "hai phân tổ trùng tên"),
        ("indicators/model.yaml", lambda e: e.append(e[0]), "mod.total có hai lần"),
        ("indicators/model.yaml", lambda e: e[0].update(code="Mod Total"), "phải có dạng nhóm.tên"),
        ("indicators/model.yaml", lambda e: e[0].update(numerator="mod.new"), "đủ tử số và mẫu số"),
        ("indicators/reception.yaml", lambda e: e[13].update(numerator="rec.x"), "“rec.x” không có trong danh mục"),
        ("indicators/reception.yaml", lambda e: e[13].pop("denominator"), "đủ tử số và mẫu số"),
        ("indicators/dialogue.yaml", lambda e: e[6]["counts"].update(indicator="dlg.x"), "“dlg.x” không có"),
        ("indicators/model.yaml", lambda e: e[0].pop("name_en"), "mod.total: thiếu hoặc thừa mục name_en"),
        ("indicators/model.yaml", lambda e: e[0].update(unit="x"), "mod.total: thiếu hoặc thừa mục unit"),
        ("kinds.yaml", lambda e: e["flow"].update(time="add"), "cách cộng “add”"),
        ("identities.yaml", lambda e: e[0].update(right="mod.new + mod.x"), "“mod.x” không có trong danh mục"),
        ("identities.yaml", lambda e: e[0].update(right="mod.new +"), "không đọc được"),
        ("identities.yaml", lambda e: e[0].update(op="="), "không đọc được"),
        ("identities.yaml", lambda e: e[1].update(right="mod.total by channel"), "không phân tổ theo “channel”"),
        (
            "identities.yaml",
            lambda e: e.append({"left": "mod.new", "op": "==", "right": "mod.total - mod.maintained", "note": ""}),
            "dựa vòng lên nhau",
        ),
    ],
)
def test_a_slip_in_a_data_file_is_named_when_it_is_loaded(files, file, change, says):
    edit(files / file, change)
    with pytest.raises(CatalogueError, match=says):
        load(files)
