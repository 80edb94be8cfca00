"""Outlines: one for every author and kind of period, and a slip in a file is told where it is."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan.lib.datafiles import from_yaml
from danvan.lib.periods import Kind, Period
from danvan.narrative.writing import Figure, ReportData, Section, outlines, report
from danvan.narrative.writing.composing import divided, outline_of
from danvan.narrative.writing.layout import layout, names
from danvan.narrative.writing.model import Author
from danvan.narrative.writing.tests.conftest import a_row
from danvan.narrative.writing.tests.generated import UNITS, Case, cases
from danvan.narrative.writing.tests.generated import data as data_of

AUTHORS, KINDS = get_args(Author), get_args(Kind)


@pytest.mark.parametrize("author", AUTHORS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_author_has_one_outline_for_every_kind_of_period(author: Author, kind: Kind) -> None:
    found = outlines.choose(author, kind)
    assert found.author == author
    assert found.suits(kind)


def test_each_kind_of_report_is_there() -> None:
    assert set(outlines.every()) == {
        *("party-month", "party-quarter", "party-half", "party-nine-months", "party-year"),
        *("state-period", "state-year", "front-period", "front-year"),
        *("topic-models", "topic-petitions", "topic-democracy"),
    }
    topics = [one for one in outlines.every().values() if not one.periods]
    assert all(one.suits(kind) for one in topics for kind in KINDS)
    assert {one.label("en") for one in topics} & {one.label("vi") for one in topics} == set()


def test_the_report_of_a_year_ends_with_the_plan_of_the_next(data: ReportData) -> None:
    period = Period.parse("2025-Y")
    yearly = replace(
        data, period=period.label(), period_code=period.code, next_period=period.next.label(), same_period="năm 2024"
    )
    written = report(yearly)
    assert [line.text for line in written.heading][1:3] == [
        "Tổng kết công tác dân vận năm 2025,",
        "phương hướng, nhiệm vụ năm 2026",
    ]
    headings = [p.text for p in written.body if p.role != "text"]
    plan = headings.index("IV. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2026")
    assert headings[plan + 1 : plan + 5] == [
        "1. Phương hướng",
        "2. Chỉ tiêu chủ yếu",
        "3. Nhiệm vụ, giải pháp trọng tâm",
        "4. Tổ chức thực hiện",
    ]


def test_government_and_front_write_by_their_own_sections(data: ReportData) -> None:
    def headings(author: str) -> list[str]:
        written = report(replace(data, issuer=replace(data.issuer, author=author)))
        return [p.text for p in written.body if p.role != "text"]

    assert "2. Cải cách hành chính, kỷ luật, kỷ cương hành chính" in headings("government")
    assert "II. KẾT QUẢ CÔNG TÁC MẶT TRẬN QUÝ I NĂM 2026" in headings("front")
    assert not any("Dân vận khéo" in one and "Mặt trận" in one for one in headings("party"))


def test_an_outline_can_be_asked_for_by_name(data: ReportData) -> None:
    assert outline_of(data, "topic-models").kind == "BÁO CÁO"
    assert "Kết quả phong trào thi đua" in report(data, outline="topic-models").title
    with pytest.raises(KeyError, match=r"Không có đề cương “x”\. Hãy chọn một trong: front-period"):
        report(data, outline="x")
    with pytest.raises(KeyError, match="Các bên lập báo cáo: party, government, front"):
        outlines.choose("nobody", "quarter")  # type: ignore[arg-type]


def test_each_outline_can_be_laid_out_by_every_layout() -> None:
    for outline in outlines.every().values():
        for name in names():
            assert layout(name).symbol(outline.kind)


def test_blocks_have_names_of_their_own_that_stay() -> None:
    for outline in outlines.every().values():
        keys = [item.key for part in outline.parts() for item in part.items]
        assert len(keys) == len(set(keys)), outline.name
    keys = [item.key for part in outlines.named("party-quarter").parts() for item in part.items]
    assert {"state.rec.turns", "state.pet.received", "state.dlg.sessions", "models.mod.total"} <= set(keys)
    assert {"situation.ask", "situation.basis", "weaknesses.late", "other.rest"} <= set(keys)


@given(cases(), st.sampled_from(sorted(outlines.every())))
@settings(deadline=None)
def test_whatever_is_reported_every_outline_writes_it_twice_the_same(case: Case, name: str) -> None:
    given_data = data_of(case)
    if not any(now.state == "value" for now, _ in case.figures.values()):
        return
    plan = outlines.named(name)
    first, second = divided(given_data, plan), divided(given_data, plan)
    assert first == second
    keys = [block.key for division in first for block in division.blocks]
    assert len(keys) == len(set(keys))
    reported = {row.key for row in given_data.rows() if row.now.value is not None}
    for block in (block for division in first for block in division.blocks):
        assert set(block.cells) <= reported  # nothing is said of the unreported
        if block.what == "said" and not block.key.endswith((".basis", ".late", ".gaps", ".rest")):
            runs = [run for paragraph in block.paragraphs for run in paragraph.runs if not run.cell]
            text = "".join(run.text for run in runs).replace("Quy định 124", "")
            named = (given_data.period[0].upper() + given_data.period[1:], "10 ngày làm việc", *UNITS)
            for words in named:  # what has a number in its own name
                text = re.sub(re.escape(words), "", text, flags=re.IGNORECASE)
            assert not any(char.isdigit() for char in text), text


# --- what moved, and what is missing


def test_what_went_well_and_what_did_not_is_told_by_meaning(data: ReportData) -> None:
    rows = (
        a_row("rec.turns", 90, 50),  # that more people came is neither
        a_row("dlg.sessions", 19, 12),
        a_row("mod.total", 100, 99),  # too little to speak of
        a_row("mod.new", 20, 30),
        a_row("pet.overdue_end", 9, 4),
        a_row("rec.resolution_rate", "3/4", "9/10"),
    )
    written = report(
        replace(data, sections=(Section("x", tuple(replace(r, label=f"Số {r.indicator}") for r in rows)),))
    )
    text = [p.text for p in written.body]
    assert "So với cùng kỳ, số dlg.sessions tăng." in text
    assert "So với cùng kỳ, số pet.overdue_end tăng; số mod.new và số rec.resolution_rate đều giảm." in text


def test_who_left_a_figure_out_is_named_where_it_is_said_and_only_there(data: ReportData) -> None:
    partly = a_row("dlg.sessions", 19, missing=("Xã Ba Bể", "Phường Phổ Yên", "Xã An"), label="Số cuộc đối thoại")
    many = a_row("mod.total", 55, missing=tuple(f"Xã số {n}" for n in range(5)), label="Số mô hình")
    silent = a_row("prp.sessions", "not_reported", label="Số buổi tuyên truyền")
    written = report(replace(data, sections=(Section("x", (partly, many, silent)),)))
    text = "\n".join(p.text for p in written.body)
    # The two that have not filed at all are told once, as such.
    assert "đã tổ chức 19 cuộc đối thoại. Chưa có số cuộc đối thoại của xã An." in text
    assert "xã số 0" not in text.lower()
    assert (
        "Chưa đơn vị nào báo cáo số buổi tuyên truyền. "
        "2 chỉ tiêu chưa đủ số liệu của các đơn vị đã gửi báo cáo (nêu tại phụ lục)." in text
    )


def test_many_figures_that_nobody_reported_are_counted(data: ReportData) -> None:
    silent = [replace(a_row("rec.turns", "not_reported"), indicator=f"x.{n}") for n in range(7)]
    written = report(replace(data, sections=(Section("x", (a_row("rec.cases", 3), *silent)),)))
    assert "Còn 7/8 chỉ tiêu của biểu chưa đơn vị nào báo cáo." in [p.text for p in written.body]


# --- slips in a file


def broken(tmp_path: Path, change: Any, file: str = "party-quarter.yaml") -> str:
    """The error of a copy of the outlines in which one file is changed."""
    folder = tmp_path / "outlines"
    shutil.copytree(outlines.FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    data = from_yaml((folder / file).read_text("utf-8"))
    change(data)
    (folder / file).write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    with pytest.raises(outlines.OutlineError) as caught:
        outlines.load(folder)
    return str(caught.value)


def in_models(**spec: Any) -> Any:
    return lambda data: data["models"]["content"][1]["sentences"].append(spec)


def in_sections(*more: Any) -> Any:
    return lambda data: data["sections"].extend(more)


def in_content(**item: Any) -> Any:
    return lambda data: data["models"]["content"].append(item)


SLIPS = [
    (lambda d: d.update(sectoins=[]), "không có khóa của đề cương “sectoins” (có phải “sections”?)"),
    (lambda d: d.update(periods=["quater"]), "không có loại kỳ “quater” (có phải “quarter”?)"),
    (lambda d: d.update(author="patry"), "không có bên lập báo cáo “patry” (có phải “party”?)"),
    (lambda d: d.update(topic=True), "không cả hai"),
    (lambda d: d.pop("abstract"), "phải có kind (loại văn bản) và abstract (trích yếu)"),
    (lambda d: d.update(abstract=["{perod}"]), "không có chỗ điền “perod” (có phải “period”?)"),
    (lambda d: d.update(name={"vi": "x"}), "name phải có tên tiếng Việt (vi) và tiếng Anh (en)"),
    (lambda d: d.update(sections=[]), "chưa có mục nào"),
    (in_sections("modles"), "không có phần chung “modles” (có phải “models”?)"),
    (in_sections("tasks"), "phần “tasks” có mặt hai lần"),
    (in_sections({"id": "x", "title": "X"}), "phần “X”: mỗi phần phải có content"),
    (
        in_sections({"id": "x", "title": "X", "content": [{"use": "religion"}]}),
        "chỉ tiêu “rel.meetings” có mặt hai lần",
    ),
]
SHARED_SLIPS = [
    (in_models(**{"with": ["mod.totl"]}), "không có chỉ tiêu có cách nói “mod.totl” (có phải “mod.total”?)"),
    (in_models(**{"with": ["prt.articles"], "by": {"feild": "x"}}), "không có phân tổ của prt.articles “feild”"),
    (in_models(rank="pet.complaints"), "không có chỉ tiêu được xếp thứ tự (meanings.yaml) “pet.complaints”"),
    (in_models(lead="Có"), "có câu không nói về chỉ tiêu nào"),
    (in_models(wiht=["mod.total"]), "không có khóa của câu “wiht” (có phải “with”?)"),
    (in_content(use="models"), "“models” dùng lại chính nó"),
    (in_content(late="yes"), "“late” chỉ nhận true"),
    (in_content(ask=""), "“ask” phải là lời nhắc người viết"),
    (in_content(asks="x"), "không có nội dung “asks” (có phải “ask”?)"),
]


@pytest.mark.parametrize(
    ("file", "change", "told"),
    [
        *(("party-quarter.yaml", *slip) for slip in SLIPS),
        *(("parts.yaml", *slip) for slip in SHARED_SLIPS),
    ],
)
def test_a_slip_is_told_where_it_is(tmp_path: Path, file: str, change: Any, told: str) -> None:
    message = broken(tmp_path, change, file)
    assert told in message
    assert ".yaml" in message.partition(":")[0]


def test_what_is_no_yaml_and_a_period_without_outline_are_told(tmp_path: Path) -> None:
    assert "Báo cáo của “party”, kỳ “quarter”: không có đề cương nào" in broken(
        tmp_path, lambda data: data.update(periods=["year"]), "party-quarter.yaml"
    )
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "x.yaml").write_text("a: [", "utf-8")
    with pytest.raises(outlines.OutlineError, match=r"x\.yaml: không phải YAML hợp lệ"):
        outlines.load(folder)


def test_without_figures_there_is_nothing_to_divide(data: ReportData) -> None:
    empty = replace(data, sections=(Section("x", (replace(a_row("rec.turns", 1), now=Figure()),)),))
    with pytest.raises(ValueError, match="Chưa có số liệu nào"):
        divided(empty, outline_of(empty))
