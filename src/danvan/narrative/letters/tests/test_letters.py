"""Papers of each kind: what is written of what was entered, in every layout and format, with its figures linked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import docx
import pypdfium2
import pytest
import yaml
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from danvan.narrative.letters import KindError, Letter, bases, compose, every, kind, topics
from danvan.narrative.letters.kinds import OFFICES, load
from danvan.narrative.letters.tests.samples import FRONT, PAPERS, PARTY, STATE
from danvan.narrative.reading import read_text
from danvan.narrative.writing import Report, ReportData, to_docx, to_html, to_pdf
from danvan.narrative.writing.model import Table
from danvan.narrative.writing.tests.generated import Case, cases, losses, said
from danvan.narrative.writing.tests.generated import data as as_data

ISSUERS = {"party": PARTY, "government": STATE, "front": FRONT}
DAY = date(2026, 10, 6)


def text_of(report: Report) -> str:
    """All that is printed, a line each."""
    return "\n".join(lines_of(report))


def lines_of(report: Report) -> Iterator[str]:
    for side in (*report.left, *report.right, report.heading, report.addressees):
        yield from (line.text.replace("\n", " ") for line in side)
    for part in report.body:
        if isinstance(part, Table):
            yield from ("\t".join(run.text for run in row.cells) for row in part.rows)
        else:
            yield part.text
    yield from (line.text.replace("\n", " ") for line in (*report.recipients, *report.signature))


@pytest.fixture(params=PAPERS)
def paper(request: pytest.FixtureRequest, data: ReportData) -> tuple[str, Report]:
    return request.param, compose(PAPERS[request.param].letter(data))


# --- what is written


def test_an_invitation_says_who_what_when_and_where(data: ReportData) -> None:
    written = text_of(compose(PAPERS["invitation-state"].letter(data)))
    for line in (
        "Số: 45/GM-UBND",
        "GIẤY MỜI",
        "dự Hội nghị trao đổi, đối thoại giữa Ủy ban nhân dân xã với Nhân dân năm 2026",
        "Ủy ban nhân dân xã Ba Bể trân trọng kính mời:",
        "- Thường trực Đảng ủy, Hội đồng nhân dân xã;",
        "- Trưởng thôn và đại diện hộ gia đình các thôn.",
        "Thời gian: 08 giờ 00, thứ Sáu, ngày 04 tháng 12 năm 2026.",
        "- 08 giờ 00: Đón tiếp đại biểu (Văn phòng);",
        "Đề nghị các đại biểu dự đầy đủ, đúng thành phần và thời gian./.",
        "- Như thành phần mời;",
    ):
        assert line in written.split("\n")


def test_conclusions_name_the_responsible_unit_and_the_day(data: ReportData) -> None:
    written = text_of(compose(PAPERS["conclusion-party"].letter(data))).split("\n")
    assert "Số 12-TB/BTGDVTU" in written
    assert "I. ĐÁNH GIÁ CHUNG" in written
    assert (
        "1. Giao Ban Xây dựng Đảng các xã, phường chủ trì, phối hợp với Ủy ban Mặt trận Tổ quốc Việt Nam cùng cấp "
        "rà soát các mô hình “Dân vận khéo” đăng ký năm 2026, báo cáo kết quả thẩm định, hoàn thành trước "
        "ngày 20 tháng 11 năm 2026."
    ) in written
    # Without others and without a day the sentence does not speak of them.
    bare = replace_values(
        PAPERS["conclusion-party"].letter(data), conclusions=[{"unit": "Phòng Dân vận", "what": "theo dõi"}]
    )
    assert "Giao Phòng Dân vận theo dõi." in text_of(compose(bare))


def replace_values(letter: Letter, **values: object) -> Letter:
    return replace(letter, values={**letter.values, **values})


def test_a_submission_goes_to_somebody_and_rests_on_the_texts_of_its_day(data: ReportData) -> None:
    letter = PAPERS["submission-party"].letter(data)
    written = text_of(compose(letter)).split("\n")
    assert "Kính trình: Thường trực Tỉnh ủy" in written
    assert "- Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022." in written
    earlier = text_of(compose(replace(letter, data=replace(letter.data, date=date(2021, 3, 1)))))
    assert "Kính gửi: Thường trực Tỉnh ủy" in earlier
    assert "ngày 26 tháng 11 năm 2003 và các luật sửa đổi, bổ sung." in earlier
    assert "Quyết định số 290-QĐ/TW" in earlier
    assert "Quyết định số 23-QĐ/TW" not in earlier


def test_an_award_list_has_no_number_and_tables_in_its_text(data: ReportData) -> None:
    written = compose(PAPERS["awards-front"].letter(data))
    lines = text_of(written).split("\n")
    assert "(Kèm theo Tờ trình số 05/TTr-MTTQ-BTT ngày 12 tháng 10 năm 2026)" in lines
    assert not [line for line in lines if line.startswith("Số:")]
    assert "1\tNguyễn Văn Ví Dụ\tTrưởng thôn B\tVận động hiến đất\tBằng khen" in lines
    assert "Danh sách này có: 2 tập thể; 1 cá nhân./." in lines
    nobody = text_of(compose(replace_values(PAPERS["awards-front"].letter(data), individuals=[])))
    assert "CÁ NHÂN" not in nobody
    assert "Danh sách này có: 2 tập thể./." in nobody


def test_a_letter_has_no_kind_and_says_what_it_is_about_under_its_number(data: ReportData) -> None:
    state, party = (compose(PAPERS[name].letter(data)) for name in ("letter-state", "letter-party"))
    assert [line.text.replace("\n", " ") for line in state.left[-1]] == [
        "Số: 1204/UBND",
        "V/v gửi báo cáo công tác dân vận chính quyền quý III năm 2026",
    ]
    assert [line.text.replace("\n", " ") for line in party.left[-1]] == [
        "Số 87-CV/BTGDVTU",
        "về việc phối hợp tổ chức đối thoại với Nhân dân",
    ]
    assert state.heading == party.heading == ()
    assert [line.text for line in state.addressees] == [
        "Kính gửi:",
        "- Ủy ban nhân dân các xã, phường;",
        "- Các sở, ban, ngành của tỉnh.",
    ]
    assert "còn 2/92 đơn vị chưa gửi báo cáo quý I năm 2026: xã Ba Bể, phường Phổ Yên." in text_of(
        compose(replace_values(PAPERS["letter-party"].letter(replace(data, expected=92)), late=True))
    )


def test_news_has_no_heading_block(data: ReportData) -> None:
    written = compose(PAPERS["press"].letter(data))
    assert (written.left, written.right, written.recipients, written.signature) == ((), (), (), ())
    assert written.heading[0].text.replace("\n", " ").startswith("Thái Nguyên: hơn 2.000")
    assert written.body[-1].text == "Ban Tuyên giáo và Dân vận Tỉnh ủy"  # and nothing closes it


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("code", every())
def test_what_was_not_entered_is_a_dotted_place_or_is_left_out(data: ReportData, code: str, office: str) -> None:
    empty = replace(data, issuer=ISSUERS[office], sections=(), date=None, origin=None)
    written = compose(Letter(kind(code), empty, {}))
    assert all(line.strip() for line in text_of(written).split("\n"))
    assert "None" not in text_of(written)
    if kind(code).blocks:
        assert "…" in text_of(written)


@pytest.mark.parametrize("code", [code for code, one in every().items() if one.topics])
def test_nothing_is_said_of_topics_that_nobody_reported(data: ReportData, code: str) -> None:
    letter = Letter(kind(code), replace(data, issuer=PARTY, date=DAY), {}, tuple(topics()))
    whole, none = compose(letter), compose(replace(letter, topics=()))
    more = {part.text for part in whole.body} - {part.text for part in none.body}
    assert {run.cell for part in whole.body if part.text in more for run in part.runs if run.cell} >= {
        "rec.turns",
        "dlg.sessions",
        "mod.total",
        "vis.gift_turns",
    }
    assert not [run.text for part in whole.body for run in part.runs if run.place and run not in places(none)]


def places(report: Report) -> list[object]:
    return [run for part in report.body if not isinstance(part, Table) for run in part.runs if run.place]


# --- figures


def test_every_figure_keeps_the_link_to_its_cell(data: ReportData, tmp_path: Path) -> None:
    for name in ("conclusion-party", "submission-party", "awards-front", "press"):
        written = compose(PAPERS[name].letter(data))
        figures = [run for part in written.body if not isinstance(part, Table) for run in part.runs if run.cell]
        assert figures
        to_docx(written, tmp_path / "a.docx")
        body = docx.Document(str(tmp_path / "a.docx")).element.body
        links = ["".join(t.text for t in link.iter(qn("w:t"))) for link in body.iter(qn("w:hyperlink"))]
        assert links == [run.text for run in figures]
        to_html(written, tmp_path / "a.html")
        page = html.parse(str(tmp_path / "a.html"), html.HTMLParser(encoding="utf-8"))
        assert page.xpath("//a[@data-cell]/@href") == [run.url for run in figures]


@given(cases())
@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_news_says_reads_back_as_the_same_figures(case: Case) -> None:
    figures = as_data(case)
    letter = Letter(
        kind("press"), replace(figures, date=DAY), {"headline": f"Kết quả {figures.period}"}, tuple(topics())
    )
    written = compose(letter)
    text = "\n".join([f"Báo cáo công tác dân vận {figures.period}", *(part.text for part in written.body)])
    assert losses(said(figures, written), read_text(text), whole=False) == {}


# --- in every format


def test_each_paper_opens_in_word_as_a_page_and_on_paper(paper: tuple[str, Report], tmp_path: Path) -> None:
    name, written = paper
    expected = [" ".join(line.split()) for line in lines_of(written)]
    to_pdf(written, tmp_path / "a.pdf")
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as document:
        said_ = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert b"<pdfuaid:part>1<" in (tmp_path / "a.pdf").read_bytes()
    squeezed = re.sub(r"\s|\ufffe", "", said_)
    for line in expected:
        for cell in line.split("\t"):
            assert re.sub(r"\s", "", cell) in squeezed, (name, cell)
    to_html(written, tmp_path / "a.html")
    page = html.parse(str(tmp_path / "a.html"), html.HTMLParser(encoding="utf-8"))
    assert len(page.findall(".//h1")) == 1
    squeezed = re.sub(r"\s", "", page.find(".//main").text_content())
    for line in expected:
        for cell in line.split("\t"):
            assert re.sub(r"\s", "", cell) in squeezed, (name, cell)
    to_docx(written, tmp_path / "a.docx")
    word = docx.Document(str(tmp_path / "a.docx"))
    squeezed = re.sub(r"\s", "", "".join(text.text or "" for text in word.element.body.iter(qn("w:t"))))
    for part in written.body:
        if not isinstance(part, Table):
            assert re.sub(r"\s", "", "".join(run.text for run in part.runs)) in squeezed
        else:
            assert all(re.sub(r"\s", "", run.text) in squeezed for row in part.rows for run in row.cells)


HOSTILE = '=cmd|"/C calc"!A1 #emph[x] $1^2$ \\u{41} <b>&amp;</b> {sender} <{x}> @ref // /* \x00\ud800'
values = st.one_of(st.just(HOSTILE), st.text(max_size=60), st.just(""))


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_entered_is_printed_and_never_markup(data: ReportData, tmp_path: Path, draw) -> None:
    code = draw.draw(st.sampled_from(list(every())))
    found = kind(code)
    entered = {}
    for field in found.fields:
        text = draw.draw(values)
        rows = [{column.name: text for column in field.columns if column.type == "line"}]
        entered[field.name] = {
            "day": date(2026, 1, 2),
            "time": time(7, 30),
            "rows": rows,
            "lines": [text] if text.strip() else [],
            "flag": True,
            "choice": field.options[0].value if field.options else "",
        }.get(field.type, text)
    office = draw.draw(st.sampled_from(OFFICES))
    issuer = replace(ISSUERS[office], body=HOSTILE if draw.draw(st.booleans()) else ISSUERS[office].body)
    written = compose(Letter(found, replace(data, issuer=issuer, date=DAY), entered, ("models",)))
    for suffix, write in (("docx", to_docx), ("pdf", to_pdf), ("html", to_html)):
        write(written, tmp_path / f"a.{suffix}")
    assert "Căn cứ" not in text_of(written)


# --- the data


def test_every_kind_names_itself_in_both_languages() -> None:
    for one in every().values():
        assert set(one.name) == set(one.about) == {"vi", "en"}
        for field in one.fields:
            assert all(field.label.values())
            assert len({column.name for column in field.columns}) == len(field.columns)


@pytest.mark.parametrize("day", [date(2015, 1, 1), date(2022, 1, 1), date(2026, 10, 6)])
@pytest.mark.parametrize("office", OFFICES)
def test_of_each_text_one_holds_on_a_day(office: str, day: date) -> None:
    codes = [one.code for one in bases(office, day)]
    assert codes
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("change", "said_"),
    [
        ({"body": [{"write": "x"}]}, "không nói viết gì"),
        ({"body": [{"text": "{nothing}"}]}, "chỗ điền “nothing” không biết"),
        ({"body": [{"each": "guests", "text": "{item}"}]}, "nêu ô “guests”"),
        ({"abstract": {"party": "x"}}, "một câu cho mỗi bên"),
        ({"symbol": "sắc lệnh"}, "không có ký hiệu"),
        ({"names": "subject"}, "ngày hết hạn lưu"),
        ({"color": "red"}, "thiếu hoặc thừa khóa"),
        ({"fields": [{"name": "subject", "type": "line", "label": {"vi": "x"}}]}, "nhãn vi, en"),
    ],
)
def test_a_kind_that_cannot_be_followed_is_told(tmp_path: Path, change: dict, said_: str) -> None:
    good = {
        "name": {"vi": "Thử", "en": "Trial"},
        "about": {"vi": "Thử", "en": "Trial"},
        "title": "THÔNG BÁO",
        "symbol": "thông báo",
        "abstract": "{subject}",
        "fields": [{"name": "subject", "type": "line", "label": {"vi": "Về", "en": "About"}}],
        "body": [{"text": "{subject}"}],
    }
    (tmp_path / "trial.yaml").write_text(yaml.safe_dump(good, allow_unicode=True), "utf-8")
    assert list(load(tmp_path)) == ["trial"]
    (tmp_path / "trial.yaml").write_text(yaml.safe_dump({**good, **change}, allow_unicode=True), "utf-8")
    with pytest.raises(KindError, match=said_):
        load(tmp_path)


def test_an_unknown_kind_is_told() -> None:
    with pytest.raises(KeyError, match="Các loại: invitation"):
        kind("decree")
