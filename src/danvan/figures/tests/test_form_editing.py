"""What is typed in the editor of a form, and what its buttons do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from danvan.figures import catalogue, form_definition, form_editing
from danvan.figures.form_definition import Definition, Row, Section
from danvan.figures.form_editing import act, find, key_of, typed

KNOWN = catalogue.load()
FORM = Definition(
    "thu",
    "Biểu thử",
    "Trial",
    "calendar",
    ("quarter",),
    date(2026, 1, 1),
    due={"working_days": 5, "after": "window_end", "verified": False},
    sections=(
        Section("A", "A", (Row("rec.turns"), Row("rec.turns", "mode=regular", "ghi chú", "note"))),
        Section("B", "B", (Row("pet.received"),)),
        Section("C", "C"),
    ),
)


def page(form):
    """The fields of the page that shows this form, as a browser sends them."""
    data = QueryDict(mutable=True)
    for name in ("name_vi", "name_en", "calendar", "line", "notes_vi", "notes_en"):
        data[name] = getattr(form, name)
    data.setlist("periodicities", list(form.periodicities))
    fixed = form.due.get("fixed") or {}
    data["due"] = "fixed" if fixed else "working_days" if form.due else ""
    for name, value in {**form.due, **fixed}.items():
        if name not in ("fixed", "after", "verified"):
            data[name] = str(value)
    if form.due.get("verified"):
        data["verified"] = "on"
    for at, section in enumerate(form.sections):
        data.appendlist("title_vi", section.title_vi)
        data.appendlist("title_en", section.title_en)
        for row in section.rows:
            data.appendlist("row", f"{at} {key_of(row)}")
            data.appendlist("note_vi", row.note_vi)
            data.appendlist("note_en", row.note_en)
    return data


def shipped():
    folder = catalogue.DATA / "forms"
    return [form_definition.read(path) for path in sorted(folder.glob("*.yaml"))]


@pytest.mark.parametrize("form", [FORM, *shipped()], ids=lambda form: form.code)
def test_a_page_sent_unchanged_changes_nothing(form):
    assert form_definition.diff(form, typed(form, page(form))) == []


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"due": ""}, {}),
        ({"due": "working_days", "working_days": "7"}, {"working_days": 7, "after": "window_end", "verified": False}),
        (
            {"due": "fixed", "day": "20", "month": "last", "hour": "17", "verified": "on", "source": " Công văn 1 "},
            {"fixed": {"day": 20, "month": "last"}, "hour": 17, "source": "Công văn 1", "verified": True},
        ),
        (
            {"due": "working_days", "working_days": "năm"},
            {"working_days": "năm", "after": "window_end", "verified": False},
        ),
        ({"due": "working_days", "working_days": ""}, {"working_days": 0, "after": "window_end", "verified": False}),
    ],
)
def test_a_due_rule_is_kept_as_typed(fields, due):
    data = page(FORM)
    for name, value in fields.items():
        data[name] = value
    assert typed(FORM, data).due == due


def test_what_cannot_be_a_number_is_told_and_not_lost():
    data = page(FORM)
    data["working_days"] = "năm"
    assert "Hạn nộp: số ngày phải là số nguyên." in form_definition.validate(typed(FORM, data))


def test_notes_belong_to_their_rows_and_carry_no_stray_characters():
    data = page(FORM)
    data.setlist("note_vi", ["một\x00", "hai", " ba\r\nbốn "])
    assert [row.note_vi for row in typed(FORM, data).rows] == ["một", "hai", "ba\nbốn"]


@pytest.mark.parametrize("rows", [["9 rec.turns", "0 a.b", "0 c.d"], ["rec.turns"] * 3, ["0 rec.turns"]])
def test_a_page_that_does_not_fit_together_is_refused(rows):
    data = page(FORM)
    data.setlist("row", rows)
    with pytest.raises(ValueError, match=r"mở lại trang|argument"):
        typed(FORM, data)


def keys(form):
    return [[key_of(row) for row in section.rows] for section in form.sections]


TURNS, REGULAR, RECEIVED = "rec.turns", "rec.turns mode=regular", "pet.received"


@pytest.mark.parametrize(
    ("order", "into", "expected"),
    [
        (f"down {TURNS}", "", [[REGULAR, TURNS], [RECEIVED], []]),
        (f"up {TURNS}", "", [[TURNS, REGULAR], [RECEIVED], []]),
        (f"down {REGULAR}", "", [[TURNS], [REGULAR, RECEIVED], []]),
        (f"up {RECEIVED}", "", [[TURNS, REGULAR, RECEIVED], [], []]),
        (f"down {RECEIVED}", "", [[TURNS, REGULAR], [], [RECEIVED]]),
        (f"remove {REGULAR}", "", [[TURNS], [RECEIVED], []]),
        ("add rec.cases", "0", [[TURNS, REGULAR, "rec.cases"], [RECEIVED], []]),
        ("add rec.cases", "", [[TURNS, REGULAR], [RECEIVED], ["rec.cases"]]),
        ("add rec.cases", "99", [[TURNS, REGULAR], [RECEIVED], ["rec.cases"]]),
        (f"add {TURNS}", "1", [[TURNS, REGULAR], [RECEIVED], []]),
        ("section-up 1", "", [[RECEIVED], [TURNS, REGULAR], []]),
        ("section-down 1", "", [[TURNS, REGULAR], [], [RECEIVED]]),
        ("section-remove 2", "", [[TURNS, REGULAR], [RECEIVED]]),
        ("section-remove 1", "", [[TURNS, REGULAR], [RECEIVED], []]),
        ("section-add", "", [[TURNS, REGULAR], [RECEIVED], [], []]),
        ("up rec.nothing", "", [[TURNS, REGULAR], [RECEIVED], []]),
        ("save", "", [[TURNS, REGULAR], [RECEIVED], []]),
        ("", "", [[TURNS, REGULAR], [RECEIVED], []]),
    ],
)
def test_a_button_does_one_thing(order, into, expected):
    assert keys(act(FORM, order, into).definition) == expected


def test_a_form_without_sections_takes_no_row():
    empty = replace(FORM, sections=())
    assert act(empty, "add rec.turns").definition == empty


buttons = st.lists(
    st.tuples(
        st.sampled_from(["up", "down", "section-up", "section-down"]),
        st.sampled_from([TURNS, REGULAR, RECEIVED, "0", "1", "2"]),
    ),
    max_size=20,
)


@given(buttons)
def test_moving_never_loses_a_row_or_its_note(pressed):
    form = FORM
    for verb, what in pressed:
        form = act(form, f"{verb} {what}").definition
    assert sorted(form.rows, key=key_of) == sorted(FORM.rows, key=key_of)
    assert {section.title_vi for section in form.sections} == {"A", "B", "C"}


def test_a_search_needs_no_marks_and_shows_what_is_there_already():
    found = find(KNOWN, "luot tiep cong dan", {TURNS, REGULAR})
    assert found[0].indicator.code == "rec.turns"
    assert found[0].whole.there
    mode = dict(found[0].dimensions)["Hình thức tiếp"]
    assert [(choice.label, choice.there) for choice in mode[:2]] == [("thường xuyên", True), ("định kỳ", False)]
    assert mode[1].key == "rec.turns mode=scheduled"


def test_a_search_asks_for_every_word_and_nothing_finds_nothing():
    assert find(KNOWN, "tiếp công dân trực tuyến", ())[0].indicator.code == "rec.turns_online"
    assert find(KNOWN, "  ", ()) == find(KNOWN, "xyzzy", ()) == []
    assert len(find(KNOWN, "so", ())) == form_editing.FOUND


def test_what_is_written_with_marks_comes_first():
    codes = [one.indicator.code for one in find(KNOWN, "đơn", ())]
    assert all("đơn" in KNOWN[code].name_vi.lower() for code in codes)
