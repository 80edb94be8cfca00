"""A register kept in Excel until now: columns by their headings, errors at their cells, written once, when told."""

from __future__ import annotations

import base64
import datetime as dt
import io
import re

import pytest
import xlsxwriter
from django.utils import timezone

from danvan.access import scope
from danvan.access.models import StoredFile
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.casework import register
from danvan.casework.actions import vault
from danvan.casework.models import Identity, Matter

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]
# As a commune keeps it: a title over the table, a row of numbers under the headings.
HEADS = (
    *("TT", "Ngày nhận", "Họ tên, người gửi đơn", "Địa chỉ", "Số ĐT", "Số CCCD", "Nội dung vụ việc", "Loại đơn"),
    *("Lĩnh vực", "Nguồn đơn", "Số người", "Kết quả giải quyết", "Ngày trả lời", "Ghi chú"),
)
ROWS = [
    (
        *(1, dt.date(2026, 1, 5), "Người Thứ Nhất", "thôn Thượng", "0912 000 001", "001099000001"),
        *("Đèn đường thôn Thượng hỏng", "Phản ánh", "xây dựng", "trực tiếp", 1),
        *("Đã trả lời, đã thay bóng", "20/01/2026", "x"),
    ),
    (
        *(2, "6.1.2026", "Người Thứ Hai", "thôn Hạ", "", "", "Xin hỗ trợ làm đường bê tông", "Kiến nghị", ""),
        *("Bưu điện", 12, "Hướng dẫn gửi UBND xã", "", ""),
    ),
    (
        *(3, "07/01/26", "Người Thứ Ba", "thôn Hạ", "", "", "Khiếu nại quyết định thu hồi đất", "KN", "đất đai"),
        *("", "", "Đã giải quyết", "30/01/2026", ""),
    ),
    (
        *(4, "8/1/2026", "Người Thứ Tư", "thôn Hạ", "0912000004", "", "Tố cáo ông Ví Dụ lập khống", "Tố cáo", ""),
        *("", "", "Đã giải thích cho ông Ví Dụ", "", ""),
    ),
    (5, "9/1/2026", "", "", "", "", "Rác thải đổ ven đường, mùi hôi", "", "môi trường", "", "", "", "", ""),
]
NAMES = ("Người Thứ", "0912", "001099000001")


@staged
def world():
    with scope.system("test"):
        made = small_country()
        made.post = {name: post_of(made.people[name], timezone.localdate()) for name in ("mai", "lan")}
    made.mai, made.lan, made.xem = (signed_in(made.people[name]) for name in ("mai", "lan", "xem"))
    return made


def workbook(rows=ROWS, heads=HEADS, name="so-don.xlsx"):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "dd/mm/yyyy"})
    book.add_worksheet("Bìa").write(0, 0, "Năm 2026")
    sheet = book.add_worksheet("Sổ")
    sheet.write(0, 0, "SỔ THEO DÕI ĐƠN THƯ NĂM 2026")
    for at, line in enumerate([heads, [f"({n + 1})" for n in range(len(heads))], *rows], 2):
        for column, content in enumerate(line):
            if isinstance(content, dt.date):
                sheet.write_datetime(at, column, dt.datetime.combine(content, dt.time()))
            else:
                sheet.write(at, column, content)
    book.close()
    file.seek(0)
    file.name = name
    return file


def table(rows, heads=HEADS, mark=";", encoding="utf-8-sig", name="so.csv"):
    lines = [
        mark.join(f"{one:%d/%m/%Y}" if isinstance(one, dt.date) else str(one) for one in line)
        for line in (heads, *rows)
    ]
    file = io.BytesIO("\r\n".join(lines).encode(encoding))
    file.name = name
    return file


def body(answer):
    return answer.content.decode()


def checked(browser, file, **more):
    return browser.post("/matters/register/", {"file": file, **more})


def written(browser, page, **more):
    chosen = {f"c{head['at']}": head["code"] for head in page.context["heads"]}
    given = {"kept": page.context["kept"], **chosen, "do": "write", **more}
    return browser.post("/matters/register/", given)


def matters():
    with scope.system("test"):
        return list(Matter.objects.order_by("received_on", "pk"))


def test_columns_are_known_by_their_headings_and_nothing_is_written_before_it_is_told(world):
    page = checked(world.lan, workbook())

    codes = {head["head"]: head["code"] for head in page.context["heads"]}
    assert codes == {
        "TT": "number", "Ngày nhận": "day", "Họ tên, người gửi đơn": "name", "Địa chỉ": "address", "Số ĐT": "phone",
        "Số CCCD": "paper", "Nội dung vụ việc": "text", "Loại đơn": "type", "Lĩnh vực": "field",
        "Nguồn đơn": "channel", "Số người": "persons", "Kết quả giải quyết": "result", "Ngày trả lời": "result_day",
        "Ghi chú": "",
    }  # fmt: skip
    assert (page.context["good"], page.context["bad"], page.context["known"]) == (5, 0, 0)
    said = body(page)
    assert "vụ việc đã kết thúc: đã trả lời" in said
    assert "theo nội dung: phản ánh" in said  # the fifth row has no kind
    assert matters() == []
    with scope.system("test"):
        assert not StoredFile.objects.exists()  # the file holds names: it rests nowhere
    assert not [name for name in NAMES if name in page.context["kept"]]


def test_rows_become_matters_with_people_in_the_vault_and_what_came_of_them(world):
    done = written(world.lan, checked(world.lan, workbook()))
    assert done.status_code == 302
    light, road, land, told, waste = matters()

    assert [(one.type, one.state, one.resolution) for one in (light, road, land, told, waste)] == [
        ("reflection", "closed", "answered"),
        ("recommendation", "closed", "guided"),
        ("complaint", "received", ""),  # a decision has its number and verdict: entered by its own steps
        ("denunciation", "received", ""),
        ("reflection", "received", ""),
    ]
    assert [one.received_on.isoformat() for one in (light, road, land)] == ["2026-01-05", "2026-01-06", "2026-01-07"]
    assert (light.closed_on, light.resolved_on) == (dt.date(2026, 1, 20), dt.date(2026, 1, 20))
    assert (light.field, land.field, waste.field) == ("construction", "land", "environment")
    assert (road.channel, road.signers, road.signer_count) == ("post", "many", 12)
    assert (waste.signers, waste.text) == ("other", "Rác thải đổ ven đường, mùi hôi")
    with scope.acting(world.post["lan"]):
        person = vault.look(matter=light, why="kiểm tra", by=world.post["lan"])
        assert (person["name"], person["paper"]) == ("Người Thứ Nhất", "001099000001")
        notes = [act.said["reason"] for act in land.acts.filter(kind="note")]
        assert notes == ["Kết quả ghi trong sổ cũ: Đã giải quyết"]
    with scope.system("test"):
        assert Identity.objects.get(matter=told).sealed
        told_open = str([told.title, told.text, *told.acts.values_list("said", flat=True)])
    assert "Ví Dụ" not in told_open
    page = body(world.lan.get("/matters/"))
    assert not [name for name in NAMES if name in page]
    with scope.system("test"):
        event = Event.objects.filter(verb="casework.enter_register").get()
    assert event.data == {"rows": 5}


def test_the_same_file_again_gives_no_doubles_and_a_longer_one_only_what_is_new(world):
    written(world.lan, checked(world.lan, workbook()))
    page = checked(world.lan, workbook())
    assert (page.context["good"], page.context["bad"], page.context["known"]) == (0, 0, 5)
    assert "đã có, số 1/2026" in body(page)
    assert written(world.lan, page).status_code == 302
    assert len(matters()) == 5

    more = [
        *ROWS,
        (6, "10/1/2026", "", "", "", "", "Loa phường quá to vào buổi sáng", "Phản ánh", "", "", "", "", "", ""),
    ]
    page = checked(world.lan, table(more))  # as CSV this time
    assert (page.context["good"], page.context["known"]) == (1, 5)
    written(world.lan, page)
    written(world.lan, page)  # a double click
    assert len(matters()) == 6


def test_what_is_wrong_stands_beside_its_cell_and_the_rest_can_be_written(world):
    rows = [
        (1, "31/02/2026", "", "", "", "", "Nội dung một", "Phản ánh", "", "", "", "", "", ""),
        (2, "01/01/2099", "", "", "", "", "", "Phản ánh", "", "", "", "", "", ""),
        (3, "05/02/2026", "", "", "", "", "Nội dung ba", "chuyện khác", "thiên văn", "", "nhiều", "", "04/02/2026", ""),
        (4, "06/02/2026", "", "", "", "", "Nội dung bốn", "Phản ánh", "", "", "", "", "", ""),
        (4, "06/02/2026", "", "", "", "", "Nội dung bốn", "Phản ánh", "", "", "", "", "", ""),
    ]
    page = checked(world.lan, workbook(rows))
    said = re.sub(r"<[^>]+>", "", body(page))

    assert (page.context["good"], page.context["bad"]) == (1, 4)
    for sentence in (
        "B5: “31/02/2026” không phải là ngày: ghi như 30/11/2026.",
        "B6: Ngày phải từ năm 2000 đến hôm nay.",
        "G6: Ghi nội dung vụ việc.",
        "H7: Ghi loại việc: khiếu nại, tố cáo, kiến nghị hoặc phản ánh.",
        "I7: Không có lĩnh vực này",
        "K7: Ghi số người bằng chữ số, từ 1.",
        "M7: Ngày có kết quả trước ngày tiếp nhận.",
        "A9: Trùng với dòng 8 của tệp",
    ):
        assert sentence in said, sentence
    written(world.lan, page)
    assert [one.text for one in matters()] == ["Nội dung bốn"]


def test_a_person_sets_the_columns_right(world):
    heads = ("A", "Ngày", "Trình bày", "Loại")
    page = checked(world.lan, table([("x", "02/03/2026", "Đường hỏng nặng", "Phản ánh")], heads))
    assert page.context["lacking"] == ["Nội dung"]
    assert written(world.lan, page).status_code == 200  # without the column nothing is written
    assert matters() == []
    chosen = {"c0": "name'); DROP TABLE casework_matter;--", "c1": "day", "c2": "text", "c3": "type"}
    page = world.lan.post("/matters/register/", {"kept": page.context["kept"], **chosen, "do": "check"})
    assert (page.context["good"], page.context["lacking"]) == (1, [])
    assert written(world.lan, page).status_code == 302
    assert [one.text for one in matters()] == ["Đường hỏng nặng"]


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (lambda: named(b"TT;Ng\xe0y;N\xf4i dung\n1;02/03/2026;Qu\xe1n caf\xe9", "so.csv"), "CSV UTF-8"),
        (lambda: table([], heads=("a", "b", "c")), "Không thấy dòng tên cột"),
        (lambda: table([(n, "01/02/2026", "Việc") for n in range(1001)], ("TT", "Ngày", "Nội dung")), "tối đa 1000"),
        (lambda: named(b"PK\x03\x04 not a workbook", "so.xlsx"), "so.xlsx"),
        (lambda: named(b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 600, "so.xlsx"), "không thuộc loại được nhận"),
        (lambda: named(b"", "so.xlsx"), "trống"),
    ],
    ids=["latin", "no headings", "too long", "broken", "video", "empty"],
)  # fmt: skip
def test_a_file_that_is_no_register_is_refused_in_words(world, file, says):
    answer = checked(world.lan, file())

    assert answer.status_code == 422
    assert says in body(answer)
    assert matters() == []


def named(content, name):
    file = io.BytesIO(content)
    file.name = name
    return file


def test_utf16_and_tabs_are_read_too(world):
    page = checked(world.lan, table(ROWS, mark="\t", encoding="utf-16"))
    assert page.context["good"] == 5


def test_words_of_the_file_stay_words(world):
    evil = '<script>alert(1)</script>=HYPERLINK("x") ở thôn Thượng'
    page = checked(
        world.lan,
        table([(1, "02/03/2026", evil.replace(";", ","), "Phản ánh")], ("TT", "Ngày", "Nội dung", "Loại <b>đơn")),
    )
    assert b"<script>alert" not in page.content
    assert b"<b>" not in page.content
    written(world.lan, page)
    assert matters()[0].text == evil


def test_a_page_of_somebody_else_or_tampered_with_is_not_taken(world):
    page = checked(world.lan, workbook())
    assert written(world.mai, page).status_code == 400
    kept = page.context["kept"]
    assert written(world.lan, page, kept=kept[:-8] + "AAAAAAA=").status_code == 400
    assert written(world.lan, page, kept="").status_code == 422
    assert matters() == []
    assert world.xem.get("/matters/register/").status_code == 403


def test_whoever_may_not_decide_leaves_answers_to_who_does(world):
    page = checked(world.mai, workbook(ROWS[:1]))
    assert "vụ việc mới, kết quả ghi vào diễn biến" in body(page)
    written(world.mai, page)
    assert [(one.state, one.resolution) for one in matters()] == [("received", "")]


def test_after_a_new_key_what_was_entered_is_still_known(world, monkeypatch):
    from danvan.casework.sealing import Keys, new_key

    written(world.lan, checked(world.lan, workbook()))
    old = vault.keys()
    newer = Keys("k99", {"k99": base64.b64decode(new_key()), **old.by_id})
    monkeypatch.setattr(vault, "keys", lambda: newer)
    page = checked(world.lan, workbook())

    assert (page.context["good"], page.context["known"]) == (0, 5)


def test_headings_of_usual_registers_are_known():
    reception = (
        "STT",
        "Ngày tiếp",
        "Họ tên - Địa chỉ - CMND/Hộ chiếu của công dân",
        "Nội dung vụ việc",
        "Phân loại đơn/ Số công dân",
    )
    assert register.matched(reception)[3] == "text"
    assert set(register.matched(reception).values()) >= {"number", "day", "text", "type"}
