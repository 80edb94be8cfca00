"""A version of a form: read, checked, compared with another in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.figures import catalogue
from danvan.figures import form_definition as forms
from danvan.figures.form_definition import Definition, Duty, Row, Section, diff, read, validate
from danvan.lib import periods
from danvan.units.models import Unit, UnitVersion

SHIPPED = [read(path) for path in sorted((catalogue.DATA / "forms").glob("*.yaml"))]
every_form = pytest.mark.parametrize("form", SHIPPED, ids=lambda form: form.code)

FORM = Definition(
    code="thu",
    name_vi="Biểu thử",
    name_en="Trial form",
    calendar="calendar",
    periodicities=("quarter",),
    start=date(2026, 1, 1),
    due={"working_days": 5},
    sections=(
        Section("Tiếp dân", "Reception", (Row("rec.turns"), Row("rec.persons"), Row("rec.cases"), Row("rec.groups"))),
        Section("Đơn thư", "Petitions", (Row("pet.received"), Row("pet.processed"))),
    ),
    duty=(Duty("commune", date(2026, 1, 1)),),
)


@every_form
def test_every_shipped_form_is_sound_and_survives_the_round_trip(form):
    assert validate(form) == []
    assert Definition.from_json(form.to_json()) == form
    assert diff(form, form) == []


@every_form
def test_every_shipped_form_tells_the_filer_and_says_when_it_is_due(form):
    assert form.notes("vi")
    assert form.notes("en")
    assert form.due["source"]
    assert all(bool(row.note("vi")) == bool(row.note("en")) for row in form.rows)


def test_the_state_tables_run_from_the_15th_and_the_front_counts_weeks():
    by_code = {form.code: form for form in SHIPPED}
    for code in ("tiep_cong_dan", "xu_ly_don"):
        assert by_code[code].calendar == "15"
        assert by_code[code].periodicities == ("quarter", "half", "nine_months", "year")
    assert (by_code["mat_tran_tuan"].line, by_code["mat_tran_tuan"].periodicities) == ("front", ("week",))
    assert [duty.who for duty in by_code["mat_tran_tuan"].duty] == ["Mặt trận Tổ quốc cấp xã"]


def test_levels_lines_and_periods_are_those_of_the_units_and_of_the_calendar():
    assert set(forms.LEVELS) == set(UnitVersion.Level.values) - {"hamlet"}
    assert set(forms.LINES) == set(Unit.Line.values)
    assert set(forms.PERIODICITIES) == set(get_args(periods.Kind))
    for names in (forms.LEVELS, forms.LINES, forms.PERIODICITIES):
        assert all(name.vi and name.en for name in names.values())


def changed(**content):
    return replace(FORM, **content)


def rows(*given):
    return changed(sections=(Section("Tiếp dân", "Reception", given),))


@pytest.mark.parametrize(
    ("definition", "says"),
    [
        (changed(code="Biểu 1"), "Mã biểu “Biểu 1”"),
        (changed(name_vi=""), "chưa có tên tiếng Việt"),
        (changed(name_en="x" * 201), "dài quá 200"),
        (changed(end=date(2026, 1, 1)), "hết hiệu lực"),
        (changed(calendar="solar"), "Không có lịch báo cáo “solar”"),
        (changed(periodicities=()), "chưa chọn kỳ báo cáo nào"),
        (changed(periodicities=("decade",)), "Không có loại kỳ “decade”"),
        (changed(periodicities=("year", "year")), "Kỳ “năm” được chọn hai lần"),
        (changed(periodicities=("week",), calendar="15"), "phải dùng lịch dương lịch"),
        (changed(sections=()), "chưa có phần nào"),
        (rows(), "Phần “Tiếp dân” chưa có dòng nào"),
        (changed(sections=(Section("", "X", (Row("rec.turns"),)),)), "Phần thứ 1 chưa có tên tiếng Việt"),
        (rows(Row("rec.nothing")), "Không có chỉ tiêu “rec.nothing”"),
        (rows(Row("rec.turns", "field=land")), "không phân tổ theo “field”"),
        (rows(Row("rec.turns"), Row("rec.turns")), "“Số lượt tiếp công dân”: chỉ tiêu rec.turns có hai dòng"),
        (
            changed(sections=(FORM.sections[0], replace(FORM.sections[1], title_vi="Tiếp dân"))),
            "Có 2 phần cùng tên “Tiếp dân”",
        ),
        (changed(due={"working_days": 0}), "chọn một trong hai"),
        (changed(due={"days": 5}), "không có mục days"),
        (changed(due={"fixed": 20}), "Không đọc được hạn nộp"),
        (changed(due={"fixed": {"day": 20, "month": "last"}}), "đến trước khi kỳ kết thúc"),
        (changed(due={"fixed": {"day": 20}}, periodicities=("week",)), "chỉ dùng được số ngày làm việc"),
        (changed(duty=()), "chưa giao cho đơn vị nào"),
        (changed(duty=(Duty("hamlet", date(2026, 1, 1)),)), "Không có cấp “hamlet”"),
        (changed(duty=(Duty("commune", date(2026, 1, 1), line="choir"),)), "Không có khối “choir”"),
        (changed(duty=(Duty("commune", date(2026, 1, 1), date(2026, 1, 1)),)), "ngày kết thúc phải sau"),
        (changed(duty=(*FORM.duty, Duty("commune", date(2026, 5, 1)))), "giao hai lần trong cùng một thời gian"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(definition, says):
    (sentence,) = validate(definition)
    assert says in sentence


def test_a_sound_form_may_hand_a_duty_on_and_have_no_due_day():
    reform = date(2026, 7, 1)
    duty = (Duty("district", date(2026, 1, 1), reform), Duty("commune", reform), Duty("commune", reform, line="front"))
    assert validate(changed(duty=duty, due={})) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: data.pop("sections"), "thiếu mục 'sections'"),
        (lambda data: data.update(sections="x"), "không phải danh sách"),
        (lambda data: data.update(name_vi=3), "“3” không phải chữ"),
        (lambda data: data["sections"][0]["rows"].append(3), "Không đọc được"),
        (lambda data: data.update({"from": "2026-02-30"}), "Ngày “2026-02-30” không có trong lịch"),
        (lambda data: data.update(due=[1]), "Không đọc được"),
    ],
)
def test_what_is_no_form_is_refused_with_a_sentence(change, says):
    data = FORM.to_json()
    change(data)
    with pytest.raises(ValueError, match=says):
        Definition.from_json(data)


def said(new, old=FORM):
    return [(change.kind, change.sentence) for change in diff(old, new)]


def sections(*contents):
    return changed(sections=tuple(replace(FORM.sections[at], **content) for at, content in enumerate(contents)))


RECEPTION, PETITIONS = (section.rows for section in FORM.sections)


@pytest.mark.parametrize(
    ("new", "kind", "sentence"),
    [
        (changed(name_vi="Biểu mới"), "changed", "Đổi tên biểu: “Biểu thử” thành “Biểu mới”."),
        (changed(notes_vi="Ghi 0."), "changed", "Đổi hướng dẫn chung: (trống) thành “Ghi 0.”."),
        (changed(line="front"), "changed", "Đổi khối nộp báo cáo: địa bàn thành Mặt trận Tổ quốc."),
        (changed(periodicities=("quarter", "year")), "added", "Thêm kỳ báo cáo: năm."),
        (
            changed(due={"working_days": 3, "hour": 17, "source": "Công văn 1", "verified": True}),
            "changed",
            "Đổi hạn nộp: 5 ngày làm việc sau khi kết thúc kỳ (chưa đối chiếu) thành "
            "3 ngày làm việc sau khi kết thúc kỳ, trước 17 giờ (đã đối chiếu; nguồn: Công văn 1).",
        ),
        (
            changed(due={}),
            "changed",
            "Đổi hạn nộp: 5 ngày làm việc sau khi kết thúc kỳ (chưa đối chiếu) thành không có hạn nộp.",
        ),
        (
            changed(duty=(*FORM.duty, Duty("province", date(2026, 1, 1)))),
            "added",
            "Giao trách nhiệm nộp cho cấp tỉnh từ 1/1/2026 đến nay.",
        ),
        (
            changed(duty=(Duty("commune", date(2026, 1, 1), date(2027, 1, 1)),)),
            "changed",
            "Trách nhiệm nộp của cấp xã: từ 1/1/2026 đến nay thành từ 1/1/2026 đến trước 1/1/2027.",
        ),
        (
            sections({"rows": (*RECEPTION, Row("rec.turns", "mode=regular"))}, {}),
            "added",
            "Thêm dòng “Số lượt tiếp công dân: thường xuyên” vào phần “Tiếp dân”.",
        ),
        (sections({}, {"rows": PETITIONS[:1]}), "removed", "Bỏ dòng “Số đơn đã phân loại, xử lý” khỏi phần “Đơn thư”."),
        (
            sections({"rows": (RECEPTION[3], *RECEPTION[:3])}, {}),
            "moved",
            "Đổi thứ tự dòng “Số đoàn đông người được tiếp” trong phần “Tiếp dân”.",
        ),
        (
            sections({"rows": RECEPTION[:3]}, {"rows": (*PETITIONS, RECEPTION[3])}),
            "moved",
            "Chuyển dòng “Số đoàn đông người được tiếp” từ phần “Tiếp dân” sang phần “Đơn thư”.",
        ),
        (
            sections({"rows": (Row("rec.turns", note_vi="Đếm lượt."), *RECEPTION[1:])}, {}),
            "changed",
            "Đổi ghi chú của dòng “Số lượt tiếp công dân”: (trống) thành “Đếm lượt.”.",
        ),
        (sections({"title_vi": "Tiếp công dân"}, {}), "changed", "Đổi tên phần “Tiếp dân” thành “Tiếp công dân”."),
        (changed(sections=FORM.sections[::-1]), "moved", "Đổi thứ tự phần “Đơn thư”."),
    ],
)
def test_one_change_is_told_in_one_sentence(new, kind, sentence):
    assert said(new) == [(kind, sentence)]


def test_a_new_section_and_its_rows_are_told():
    new = changed(sections=(*FORM.sections, Section("Đối thoại", "Dialogue", (Row("dlg.sessions"),))))
    assert [sentence for _, sentence in said(new)] == [
        "Thêm phần “Đối thoại”.",
        "Thêm dòng “Số cuộc đối thoại với Nhân dân” vào phần “Đối thoại”.",
    ]
    assert [kind for kind, _ in said(FORM, new)] == ["removed", "removed"]


def test_a_version_from_another_day_alone_changes_nothing():
    assert diff(FORM, changed(start=date(2027, 1, 1))) == []


orders = st.permutations(RECEPTION)


@given(orders, orders)
def test_a_new_order_is_told_and_nothing_else(one, other):
    found = diff(rows(*one), rows(*other))
    assert {change.kind for change in found} == ({"moved"} if one != other else set())
    assert len(found) < len(one)


@given(st.sets(st.sampled_from(RECEPTION), min_size=1), st.sets(st.sampled_from(RECEPTION), min_size=1))
def test_what_came_and_what_went_is_counted_exactly(one, other):
    old, new = (rows(*(row for row in RECEPTION if row in some)) for some in (one, other))
    kinds = [change.kind for change in diff(old, new)]
    assert (kinds.count("added"), kinds.count("removed")) == (len(other - one), len(one - other))
    assert len(kinds) == len(one ^ other)
