"""The catalogue is complete, refuses slips in its files, and checks what must hold between figures."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan.figures import catalogue, rollup
from danvan.figures.catalogue import CatalogueError, breakdown_key, load, parse_breakdown
from danvan.lib.datafiles import from_yaml

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


def test_what_is_carried_over_is_not_added_twice_over_time():
    """A quarter's petitions to be processed hold those that the quarter before left: a half-year is not their sum."""
    quarters = [rollup.Figure(rollup.State.VALUE, Decimal(7)), rollup.Figure(rollup.State.VALUE, Decimal(5))]
    half = rollup.over_time(CATALOGUE["pet.workload"], quarters)
    assert half.figure.state == rollup.State.NOT_APPLICABLE
    assert CATALOGUE["pet.workload"].units == "sum"


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
    entry = from_yaml(path.read_text("utf-8"))
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


# The tables of the state statistics


def rows_of(name):
    form = from_yaml((catalogue.DATA / "forms" / f"{name}.yaml").read_text("utf-8"))
    told = [row if isinstance(row, str) else row["row"] for section in form["sections"] for row in section["rows"]]
    return [tuple(row.partition(" ")[::2]) for row in told]


def broken_when(name, change, previous=None):
    """The sentences of a table of zeros in which these figures were typed. change: column number -> figure."""
    values = dict.fromkeys(rows_of(name), Decimal(0)) | {key: Decimal(value) for key, value in change.items()}
    return [one.sentence for one in CATALOGUE.check_identities(values, previous)]


def test_a_table_of_zeros_holds():
    for name in ("tiep_cong_dan", "xu_ly_don", "dan_van"):
        assert broken_when(name, {}) == []


COLUMN = dict(enumerate(rows_of("tiep_cong_dan"), 1))


def test_the_reception_table_has_29_columns_in_their_order():
    assert len(COLUMN) == 29
    assert COLUMN[12] == ("rec.days", "sitting=head")
    assert COLUMN[21] == ("rec.days", "sitting=delegated")


@pytest.mark.parametrize(
    ("total", "parts"), [(1, (4, 13, 22)), (2, (5, 14, 23)), (3, (6, 7, 15, 16, 24, 25))], ids=["1", "2", "3"]
)
def test_the_totals_of_the_reception_table_are_the_sums_of_their_columns(total, parts):
    many = {COLUMN[2]: 100, COLUMN[5]: 100} if total == 1 else {}  # no turn without a person
    for part in parts:
        some = many | ({COLUMN[5]: 50, COLUMN[14]: 25, COLUMN[23]: 25} if many else {})
        assert broken_when("tiep_cong_dan", some | {COLUMN[total]: 7, COLUMN[part]: 7}) == []
        (sentence,) = broken_when("tiep_cong_dan", some | {COLUMN[total]: 7, COLUMN[part]: 6})
        assert f"cột {total} = {' + '.join(map(str, parts))}" in sentence


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({("pet.workload", ""): 4}, "cột 1 = 2 + 3"),
        ({("pet.received", "signers=one"): 2}, "cột 5 + 6 + 7"),
        ({("pet.competent", "matter_type=complaint"): 1}, "cột 18 = 19 + 20 + 21"),
        ({("pet.guided", ""): 2, ("pet.not_competent", ""): 1}, "cột 22 = 23 + 24 + 25"),
        ({("pet.eligible", "settlement=not_settled"): 2}, "cột 9 = 14 + 15 + 16 + 17"),
    ],
)
def test_the_petition_table_is_tied_together(typed, says):
    assert any(says in sentence for sentence in broken_when("xu_ly_don", typed))


def test_the_petition_table_continues_the_one_before():
    (sentence,) = broken_when("xu_ly_don", {}, previous={("pet.pending_end", ""): Decimal(3)})
    assert "đơn tồn cuối kỳ trước" in sentence


def asked_on_a_page(rules, values, previous):
    """What the rule of `identities_for` says, as a page would work it out from the JSON alone."""
    broken = set()
    for rule in json.loads(json.dumps(rules)):
        left = values.get((rule["left"]["code"], rule["left"]["breakdown"]))
        total, open_, given = Decimal(0), rule["open"], set()
        for part in rule["right"]:
            value = (previous if part["previous"] else values).get((part["code"], part["breakdown"]))
            if value is not None:
                given.add(part["code"])
                total += part["sign"] * value
            elif part["whole"]:
                left = None
            else:
                open_ = True
        if left is None or given != {part["code"] for part in rule["right"]}:
            continue
        op = ">=" if open_ and rule["op"] == "==" else rule["op"]
        if not {"==": left == total, "<=": left <= total, ">=": left >= total}[op]:
            broken.add((rule["left"]["code"], rule["left"]["breakdown"], rule["note"]))
    return broken


@settings(max_examples=60)
@given(st.sampled_from(["dan_van", "tiep_cong_dan", "xu_ly_don"]), st.randoms(use_true_random=False))
def test_a_page_that_follows_the_rules_finds_what_the_catalogue_finds(name, random):
    rows = rows_of(name)
    values = {row: Decimal(random.randint(0, 2)) for row in rows if random.random() < 0.8}
    previous = {row: Decimal(random.randint(0, 2)) for row in rows if random.random() < 0.8}
    found = {
        (one.identity.left, one.breakdown, one.identity.note) for one in CATALOGUE.check_identities(values, previous)
    }
    assert asked_on_a_page(CATALOGUE.identities_for(rows), values, previous) == found


def test_a_page_is_told_only_of_identities_among_its_rows():
    assert CATALOGUE.identities_for([("mod.total", ""), ("mod.new", "")]) == []
    (rule,) = CATALOGUE.identities_for([("awd.total", ""), ("awd.collective", ""), ("awd.individual", "")])
    assert rule == {
        "left": {"code": "awd.total", "breakdown": ""},
        "op": "==",
        "words": "bằng",
        "right": [
            {"sign": 1, "code": "awd.collective", "breakdown": "", "previous": False, "whole": True},
            {"sign": 1, "code": "awd.individual", "breakdown": "", "previous": False, "whole": True},
        ],
        "open": False,
        "note": "tổng khen thưởng bằng tập thể cộng cá nhân",
    }
