"""The written report: what it says of who filed, what it leaves to people, and how its layout dresses it."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from danvan.narrative.writing import Figure, Report, ReportData, Section, Signer, report
from danvan.narrative.writing.layout import layout, names
from danvan.narrative.writing.tests.conftest import a_row


def text(written: Report) -> str:
    return "\n".join(paragraph.text for paragraph in written.body)


def block(groups: tuple) -> list[str]:
    return [line.text for group in groups for line in group]


def test_it_follows_the_usual_outline(data: ReportData) -> None:
    assert [p.text for p in report(data).body if p.role == "section"] == [
        "I. TÌNH HÌNH CHUNG",
        "II. KẾT QUẢ CÔNG TÁC DÂN VẬN QUÝ I NĂM 2026",
        "III. ĐÁNH GIÁ CHUNG",
        "IV. NHIỆM VỤ TRỌNG TÂM QUÝ II NĂM 2026",
        "V. KIẾN NGHỊ, ĐỀ XUẤT",
    ]


def test_subsections_are_numbered_without_gaps(data: ReportData) -> None:
    body = report(data).body
    start = next(i for i, p in enumerate(body) if p.text.startswith("II."))
    stop = next(i for i, p in enumerate(body) if p.text.startswith("III."))
    numbers = [int(p.text.split(".")[0]) for p in body[start:stop] if p.role == "subsection"]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == 8


def test_what_no_figure_can_say_is_left_to_people(data: ReportData) -> None:
    places = [run.text for p in report(data).body for run in p.runs if run.place]
    assert "[Nêu ưu điểm nổi bật, có dẫn chứng]" in places
    assert "[Nêu nguyên nhân khách quan, chủ quan]" in places
    # A subsection with figures needs no such place, one without has it.
    assert not any("tiếp công dân" in place for place in places)
    assert any("dân chủ ở cơ sở" in place for place in places)


def test_nothing_is_said_of_what_was_not_reported(data: ReportData) -> None:
    assert "lượt người tham gia" not in text(report(data))


def test_what_cannot_be_compared_is_not_compared_and_the_annex_says_why(data: ReportData) -> None:
    written = report(data)
    assert "trong đó có 30 mô hình đăng ký mới, 25 mô hình duy trì" in text(written)
    notes = {row.cells[1].text: row.cells[-1].text for row in written.annexes[0].rows if row.cells}
    assert notes["Số mod.new"] == "Không so sánh: địa giới đã chia tách"
    assert notes["Số mod.maintained"] == "Thiếu số liệu của Xã Ba Bể"


def test_a_note_of_many_lines_is_said_once_below_the_table(data: ReportData) -> None:
    section = data.sections[0]
    row = next(row for row in section.rows if row.now.state == "value")
    lines = (replace(row, missing=("Xã Ba Bể",), reasons=()),) * 3
    annex = report(replace(data, sections=(replace(section, rows=lines),))).annexes[0]
    assert [row.cells[-1].text for row in annex.rows if row.cells] == ["(a)"] * 3
    assert [row.title for row in annex.rows if not row.cells][-1] == "(a) Thiếu số liệu của Xã Ba Bể"


def test_it_names_the_units_that_have_not_filed(data: ReportData) -> None:
    assert "còn 2 đơn vị chưa gửi (xã Ba Bể, phường Phổ Yên)" in text(report(data))
    assert "còn 2/92 đơn vị chưa gửi báo cáo" in text(report(data))
    assert len(report(data).annexes) == 1


def test_a_long_list_of_them_goes_to_an_annex(data: ReportData) -> None:
    late = tuple(f"Xã số {n}" for n in range(9))
    written = report(replace(data, missing=late))
    assert "còn 9 đơn vị chưa gửi (danh sách tại phụ lục)" in text(written)
    assert [row.cells[1].text for row in written.annexes[1].rows] == list(late)
    assert [annex.number for annex in written.annexes] == ["Phụ lục 1", "Phụ lục 2"]


def test_nobody_is_missing(data: ReportData) -> None:
    written = text(report(replace(data, filed=92, missing=())))
    assert "tổng hợp từ 92/92 đơn vị" in written
    assert "chưa gửi" not in written


def test_a_report_of_ones_own_is_not_called_put_together(data: ReportData) -> None:
    assert "tổng hợp từ" not in text(report(replace(data, expected=1, filed=1, missing=())))
    written = text(report(replace(data, expected=2, filed=0)))
    assert "Số liệu do đơn vị tự báo cáo; 2 đơn vị trực thuộc chưa gửi báo cáo (xã Ba Bể, phường Phổ Yên)." in written
    assert "Chế độ thông tin" not in written


def test_it_says_what_it_compares_with(data: ReportData) -> None:
    assert "so với quý I năm 2025 (sau đây gọi là cùng kỳ); chỉ tiêu không so sánh được nêu tại phụ lục." in text(
        report(data)
    )
    apart = [replace(row, comparability="not_comparable", delta=None, percent=None) for row in data.rows()]
    written = text(report(replace(data, sections=(Section("x", tuple(apart)),))))
    assert "Số liệu chưa so sánh được với quý I năm 2025, lý do nêu tại phụ lục." in written
    assert "so với cùng kỳ" not in written


def test_a_cell_that_is_empty_needs_no_note(data: ReportData) -> None:
    why = ("Kỳ này: chưa có báo cáo.", "Kỳ này thiếu số liệu của 92 đơn vị.")
    empty = a_row("rec.turns", "not_reported", 5, comparability="not_comparable", reasons=why, missing=("Xã Ba Bể",))
    late = a_row(
        "rec.cases", 3, "not_reported", comparability="not_comparable", reasons=("Kỳ trước: chưa có báo cáo.",)
    )
    shown = report(replace(data, sections=(Section("x", (empty, late)),))).annexes[0].rows
    assert [[cell.text for cell in row.cells[3:]] for row in shown if row.cells] == [
        ["chưa báo cáo", "5", "", "", ""],
        ["3", "chưa báo cáo", "", "", ""],
    ]


def test_on_paper_the_annex_counts_what_nobody_reported(data: ReportData) -> None:
    silent = (a_row("rec.groups", "not_reported", "not_reported"), a_row("mod.new", "not_reported"))
    rows = (a_row("rec.turns", 46, 66), a_row("rec.cases", "not_reported", 5), *silent)
    (table,) = report(replace(data, sections=(Section("x", rows),))).annexes

    assert [row.title or row.cells[1].text for row in table.rows] == [
        "x",
        "Số rec.turns",
        "Số rec.cases",
        "2 chỉ tiêu khác của biểu chưa có đơn vị nào báo cáo ở cả hai kỳ",
    ]


def test_a_breakdown_without_its_whole_has_its_full_label(data: ReportData) -> None:
    part = a_row("mod.total", 20, breakdown="subject=collective", part="tập thể", label="Tổng số mô hình: tập thể")
    shown = report(replace(data, sections=(*data.sections, Section("Ngoài biểu", (part,))))).annexes[0].rows
    labels = [row.cells[1].text for row in shown if row.cells]
    assert "– kinh tế" in labels
    assert labels[-1] == "Tổng số mô hình: tập thể"


def test_figures_outside_the_outline_are_still_said(data: ReportData) -> None:
    odd = replace(a_row("prp.sessions", 7), indicator="prt.rating", label="Mức đánh giá bài viết", unit="điểm")
    written = text(report(replace(data, sections=(*data.sections, Section("Khác", (odd,))))))
    assert "- Mức đánh giá bài viết: 7 điểm." in written


def test_the_party_layout(data: ReportData) -> None:
    written = report(data)
    assert written.layout == "party-399-2026"
    assert block(written.left) == ["TỈNH ỦY THÁI NGUYÊN", "BAN TUYÊN GIÁO VÀ DÂN VẬN", "*", "Số …-BC/BTGDVTU"]
    assert block(written.right) == ["ĐẢNG CỘNG SẢN VIỆT NAM", "Thái Nguyên, ngày … tháng … năm 2026"]
    assert [line.text for line in written.heading][-1] == "-----"
    assert written.recipients[0].underline
    assert text(written).endswith("].")


def test_the_state_layout(data: ReportData) -> None:
    written = report(data, "state")
    assert written.layout == "state-30-2020"
    assert block(written.left) == ["TỈNH ỦY THÁI NGUYÊN", "BAN TUYÊN GIÁO VÀ DÂN VẬN", "Số: …/BC-BTGDVTU"]
    assert block(written.right) == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Thái Nguyên, ngày … tháng … năm 2026",
    ]
    assert text(written).endswith("]./.")


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (datetime.date(2026, 12, 5), "ngày 05 tháng 12 năm 2026"),
        (datetime.date(2027, 2, 15), "ngày 15 tháng 02 năm 2027"),
        (datetime.date(2026, 6, 30), "ngày 30 tháng 6 năm 2026"),
    ],
)
def test_a_date_is_written_so_that_no_digit_can_be_added(data: ReportData, day: datetime.date, written: str) -> None:
    assert block(report(replace(data, date=day)).right)[-1] == f"Thái Nguyên, {written}"


def test_a_body_without_a_parent_has_no_empty_line(data: ReportData) -> None:
    alone = replace(data, issuer=replace(data.issuer, parent="", place="", symbol=""))
    assert block(report(alone).left) == ["BAN TUYÊN GIÁO VÀ DÂN VẬN", "*", "Số …-BC/…"]
    assert block(report(alone).right)[-1].startswith("…………, ngày")


def test_every_layout_says_where_its_rules_come_from() -> None:
    assert names() == ["front", "party", "state"]
    for name in names():
        assert layout(name).source
        assert not layout(name).verified
        assert set(layout(name).seen) <= set(layout(name).rules)


@pytest.mark.parametrize(
    ("office", "day", "rules"),
    [
        ("party", datetime.date(2018, 4, 3), "party-36-2018"),
        ("party", datetime.date(2021, 6, 30), "party-36-2018"),
        ("party", datetime.date(2026, 5, 26), "party-36-2018"),
        ("party", datetime.date(2026, 5, 27), "party-399-2026"),
        ("state", datetime.date(2021, 6, 30), "state-30-2020"),
        ("front", datetime.date(2021, 6, 30), "front-91-2013"),
    ],
)
def test_issuer_and_day_choose_the_layout(data: ReportData, office: str, day: datetime.date, rules: str) -> None:
    dated = replace(data, date=day, issuer=replace(data.issuer, layout=office))
    assert report(dated).layout == rules


def test_a_report_of_2021_is_printed_by_the_rules_of_2021(data: ReportData) -> None:
    then, now = (report(replace(data, date=datetime.date(year, 7, 1))) for year in (2021, 2026))
    assert [written.right[0][0].size for written in (then, now)] == [15, 14]


def test_the_number_is_written_with_two_digits(data: ReportData) -> None:
    numbered = replace(data, number=5)
    assert "Số 05-BC/BTGDVTU" in block(report(numbered).left)
    assert "Số: 05/BC-BTGDVTU" in block(report(numbered, "state").left)


def test_the_annex_names_the_report_that_it_belongs_to(data: ReportData) -> None:
    signed = replace(data, number=5, date=datetime.date(2026, 10, 5))
    notes = [report(signed, office).annexes[0].note for office in ("party", "state")]
    assert notes == [
        "(Kèm theo Báo cáo số 05-BC/BTGDVTU, ngày 05 tháng 10 năm 2026)",
        "(Kèm theo Báo cáo số 05/BC-BTGDVTU, ngày 05 tháng 10 năm 2026)",
    ]
    assert report(data).annexes[0].note == "(Kèm theo Báo cáo số …-BC/BTGDVTU, ngày … tháng … năm 2026)"


def test_recipients_end_as_the_layout_says(data: ReportData) -> None:
    sent = replace(data, issuer=replace(data.issuer, recipients=("Thường trực Tỉnh ủy",)))
    for office, lines in (
        ("party", ["Nơi nhận:", "- Thường trực Tỉnh ủy,", "- Lưu ………."]),
        ("state", ["Nơi nhận:", "- Thường trực Tỉnh ủy;", "- Lưu: VT, ………."]),
    ):
        assert [line.text for line in report(sent, office).recipients] == lines


def test_numbers_of_the_state_begin_again_each_year_those_of_the_party_each_term() -> None:
    days = [datetime.date(2026, 12, 31), datetime.date(2027, 1, 1)]
    assert [layout("state").series("BÁO CÁO", day) for day in days] == ["BC/2026", "BC/2027"]
    assert {layout("party").series("BÁO CÁO", day, "2025-2030") for day in days} == {"BC/2025-2030"}
    assert layout("party").series("TỜ TRÌNH", days[0], "2025-2030") == "TTr/2025-2030"
    with pytest.raises(ValueError, match="hãy nêu nhiệm kỳ"):
        layout("party").series("BÁO CÁO", days[0])
    with pytest.raises(KeyError, match="ký hiệu của loại văn bản “THƯ”"):
        layout("party").symbol("THƯ")


@pytest.mark.parametrize(
    ("office", "signer", "posts"),
    [
        ("party", Signer("Trưởng ban"), ["TRƯỞNG BAN"]),
        ("party", Signer("Phó Trưởng ban", "deputy", "Trưởng ban"), ["K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"]),
        ("party", Signer("Bí thư", "collective", "Ban Thường vụ"), ["T/M BAN THƯỜNG VỤ", "BÍ THƯ"]),
        ("party", Signer("Chánh Văn phòng", "order", "Ban Thường vụ"), ["T/L BAN THƯỜNG VỤ", "CHÁNH VĂN PHÒNG"]),
        ("state", Signer("Chủ tịch", "collective", "Ủy ban nhân dân"), ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]),
        ("state", Signer("Phó Chủ tịch", "deputy", "Chủ tịch"), ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
        ("state", Signer("Giám đốc Sở", "authorised", "Chủ tịch"), ["TUQ. CHỦ TỊCH", "GIÁM ĐỐC SỞ"]),
    ],
)
def test_who_signs_by_which_right(data: ReportData, office: str, signer: Signer, posts: list[str]) -> None:
    lines = [line.text for line in report(replace(data, issuer=replace(data.issuer, signer=signer)), office).signature]
    assert lines[:-2] == posts


def test_a_right_that_the_layout_does_not_know_is_told(data: ReportData) -> None:
    signer = Signer("Phó Trưởng ban", "authorised", "Trưởng ban")
    with pytest.raises(ValueError, match="Các cách ký: T/M, K/T, T/L"):
        report(replace(data, issuer=replace(data.issuer, signer=signer)))


def test_an_unknown_layout_and_a_day_before_the_first_rules_are_told() -> None:
    with pytest.raises(KeyError, match="Các mẫu hiện có: front, party, state"):
        layout("army")
    with pytest.raises(KeyError, match="chỉ có quy định từ ngày 05/03/2020"):
        layout("state", datetime.date(2019, 1, 1))


def test_without_any_figure_there_is_no_report(data: ReportData) -> None:
    empty = Section("Tiếp công dân", (replace(a_row("rec.turns", 1), now=Figure()),))
    with pytest.raises(ValueError, match="Chưa có số liệu nào của Tỉnh Thái Nguyên cho quý I năm 2026"):
        report(replace(data, sections=(empty,)))


def test_braces_in_a_name_stay_braces(data: ReportData) -> None:
    written = report(replace(data, issuer=replace(data.issuer, body="Ban {place} {x}")))
    assert "BAN {PLACE} {X}" in block(written.left)
