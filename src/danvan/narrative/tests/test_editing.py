"""What people make of a body: nothing written is lost, whatever figures make of it then."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan.narrative import editing
from danvan.narrative.editing import Edit, Figures, edited, frozen, own_words, slots, thawed
from danvan.narrative.writing import ReportData, Section
from danvan.narrative.writing.body import paragraphs
from danvan.narrative.writing.composing import divided, laid, outline_of
from danvan.narrative.writing.model import Division
from danvan.narrative.writing.tests.conftest import a_row
from danvan.narrative.writing.tests.conftest import data as _data
from danvan.narrative.writing.tests.generated import Case, cases
from danvan.narrative.writing.tests.generated import data as data_of

data = _data  # the fixture
WORDS = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxy ", min_size=1, max_size=30).filter(str.strip)


def body_of(data: ReportData) -> tuple[Division, ...]:
    return divided(data, outline_of(data))


def text(divisions: tuple[Division, ...]) -> list[str]:
    return [block.text for division in divisions for block in division.blocks]


def figures(data: ReportData) -> Figures:
    return Figures.of(data)


@pytest.fixture
def made(data: ReportData) -> tuple[Division, ...]:
    return body_of(data)


def test_without_edits_the_body_is_what_figures_make_of_it(data, made) -> None:
    assert edited(made, [], figures(data)) == made


def test_own_words_stand_before_after_and_instead_of_a_sentence(data, made) -> None:
    edits = [
        Edit("models", "models.own-1", 1.5, "own", "Đoạn trước."),
        Edit("models", "models.mod.total", 2, "own", "Lời thay câu.\n\nĐoạn thứ hai."),
        Edit("models", "models.own-2", 3, "own", "Đoạn sau."),
    ]
    part = next(one for one in edited(made, edits, figures(data)) if one.id == "models")
    assert text((part,)) == ["Đoạn trước.", "Lời thay câu.\nĐoạn thứ hai.", "Đoạn sau."]


def test_a_sentence_left_out_is_gone_and_so_is_the_heading_of_a_part_without_any(data, made) -> None:
    edits = [Edit("front", key, 1, "out") for key in ("front.vis.delegations",)]
    out = edited(made, edits, figures(data))
    headings = [one.text for one in paragraphs(out) if one.role == "subsection"]
    assert not any("Mặt trận" in one for one in headings)
    assert [one.split(".")[0] for one in headings[:4]] == ["1", "2", "3", "4"]


def test_blocks_are_placed_where_they_were_put(data, made) -> None:
    edits = [Edit("situation", "situation.basis", 0.5)]
    part = edited(made, edits, figures(data))[0]
    assert [block.key for block in part.blocks] == ["situation.basis", "situation.ask"]


def test_a_filled_place_stands_also_when_figures_came_since(data, made) -> None:
    words = Edit("democracy", "democracy.otherwise", 1, "own", "Đã công khai đầy đủ.")
    assert "Đã công khai đầy đủ." in text(edited(made, [words], figures(data)))
    more = replace(
        data,
        sections=(
            *data.sections,
            Section("x", (replace(a_row("prp.sessions", 9), indicator="dem.meetings", unit="cuộc"),)),
        ),
    )
    now = edited(body_of(more), [words], figures(more))
    part = next(one for one in now if one.id == "democracy")
    assert text((part,)) == ["Đã công khai đầy đủ.", "Đã tổ chức 9 cuộc họp cộng đồng dân cư."]


def test_places_that_nobody_filled_may_be_left_away(data, made) -> None:
    assert any(run.place for p in paragraphs(made) for run in p.runs)
    assert not any(run.place for p in paragraphs(edited(made, [], figures(data), prompts=False)) for run in p.runs)


def test_figures_in_own_words_lead_to_their_cells(data) -> None:
    block = own_words(
        "k", "Toàn tỉnh đã tiếp 46 lượt công dân, đạt 75,9%; quý I năm 2024 tiếp 46 lượt công dân.", figures(data)
    )
    linked = [(run.text, run.cell) for p in block.paragraphs for run in p.runs if run.cell]
    assert ("46", "rec.turns") in linked
    assert len([one for one in linked if one[1] == "rec.turns"]) == 1  # that of another year is another figure
    assert block.text == "Toàn tỉnh đã tiếp 46 lượt công dân, đạt 75,9%; quý I năm 2024 tiếp 46 lượt công dân."


def test_a_figure_in_own_words_that_is_another_in_the_report_is_told(data) -> None:
    (found,) = editing.contradictions("Đã tiếp 48 lượt công dân.", figures(data))
    assert (found.quote, found.row.key, found.now) == ("48 lượt công dân", "rec.turns", "46")
    assert not editing.contradictions("Đã tiếp 46 lượt công dân.", figures(data))
    assert not editing.contradictions("Xã Ba Bể đã tiếp 8 lượt công dân.", figures(data))


def test_what_moved_is_told_with_what_it_was(data) -> None:
    then, labels = editing.stand(data), {"rec.turns": "Số lượt tiếp"}
    later = replace(data, sections=(Section("x", (a_row("rec.turns", 48, 60),)),))
    found = editing.moved({"rec.turns": then["rec.turns"]}, editing.stand(later), labels)
    assert [(m.label, m.was, m.now, m.was_before, m.now_before) for m in found] == [
        ("Số lượt tiếp", "46", "48", "66", "60")
    ]
    assert editing.moved({"rec.turns": then["rec.turns"]}, then, labels) == []


def test_what_is_frozen_is_printed_again_word_for_word(data, made) -> None:
    words = edited(made, [Edit("models", "models.own-1", 9, "own", "Có 55 mô hình.")], figures(data), prompts=False)
    kept = json.loads(json.dumps(frozen(words)))
    again = thawed(kept, "http://127.0.0.1:8000/")
    plan = outline_of(data)
    assert laid(data, plan, again).body == laid(data, plan, words).body


# --- whatever is reported, whatever is written


@st.composite
def edits_of(draw: st.DrawFn, divisions: tuple[Division, ...]) -> list[Edit]:
    keys = [(division.id, block.key) for division in divisions for block in division.blocks]
    strays = [("gone", f"gone.own-{n}") for n in range(2)] + [("models", f"models.own-{n}") for n in range(3)]
    chosen = draw(st.lists(st.sampled_from([*keys, *strays]), max_size=8, unique=True))
    return [
        Edit(part, key, draw(st.floats(-5, 20)), use, draw(WORDS) if use == "own" or draw(st.booleans()) else "")
        for part, key in chosen
        for use in [
            draw(st.sampled_from(("made", "own", "out")))
            if ".own-" not in key
            else draw(st.sampled_from(("own", "out")))
        ]
    ]


@given(cases(), cases(), st.data())
@settings(deadline=None, max_examples=60)
def test_nothing_written_is_lost_whatever_figures_come(first: Case, second: Case, draw: st.DataObject) -> None:
    before, after = data_of(first), data_of(replace(second, period=first.period))
    if not all(any(row.now.value is not None for row in one.rows()) for one in (before, after)):
        return
    edits = draw.draw(edits_of(body_of(before)))
    for given_data in (before, after):
        divisions = body_of(given_data)
        placed = [slot for part in slots(divisions, edits).values() for slot in part]
        # Everything that somebody wrote has a place, once, and stands in the report if it was to stand there.
        assert len({slot.key for slot in placed}) == len(placed)
        assert {edit.key for edit in edits if edit.text} <= {slot.key for slot in placed}
        out = edited(divisions, edits, figures(given_data))
        blocks = {block.key: block for division in out for block in division.blocks}
        for edit in edits:
            if edit.use == "own":
                assert blocks[edit.key].text == " ".join(edit.text.split())
            elif edit.use == "out":
                assert edit.key not in blocks
        # What nobody touched is what figures make of it; doing it again changes nothing.
        touched = {edit.key for edit in edits}
        made = {block.key: block for division in divisions for block in division.blocks}
        assert all(blocks[key] == block for key, block in made.items() if key not in touched)
        assert edited(divisions, edits, figures(given_data)) == out
