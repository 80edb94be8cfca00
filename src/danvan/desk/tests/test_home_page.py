from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from danvan.access import scope
from danvan.access.tests.browsers import signed_in
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.casework import actions as matters
from danvan.casework.actions import answers
from danvan.desk.tests.cast import FRAME, Map, file, report
from danvan.figures import actions
from danvan.figures.models import Submission

pytestmark = pytest.mark.django_db


def test_an_empty_house_says_how_to_begin(client):
    page = client.get("/").content.decode()
    assert "Chưa có báo cáo nào" in page
    assert 'href="/reports/"' in page.split("<main")[1]
    assert "make demo" not in page  # not for those who only work here


def test_contradictions_come_first_then_questions_then_tables(client, small_map: Map):
    report(small_map.dong_xuan)
    report(None, 2, period="")
    file(small_map.dong_xuan)
    page = client.get("/").content.decode()
    order = [
        page.index("22/29 = 75,9%, văn bản ghi 75%."),
        page.index("Văn bản không nêu đơn vị."),
        page.index("Số này của kỳ nào?"),
        page.index("Tỉnh Thái Nguyên</span>, quý I năm 2026"),
    ]
    assert order == sorted(order)
    assert "danvan resolve" not in page  # who works here has no command line: the page of the report asks
    assert "2 chỗ không khớp" in page


def test_a_report_that_waits_says_only_what_it_waits_for(client, small_map: Map):
    waiting = report(small_map.dong_xuan, period="")
    page = client.get("/").content.decode()
    assert "Văn bản không nêu rõ kỳ báo cáo. Cho biết kỳ." in page
    assert ("Cho biết kỳ" in page, f'href="/reports/{waiting.pk}/"' in page) == (True, True)
    assert "Cho biết đơn vị" not in page


def test_written_files_can_be_fetched_and_nothing_else(client, small_map: Map, settings, tmp_path):
    settings.VAR = tmp_path
    home = tmp_path / "out" / str(small_map.country.pk)
    home.mkdir(parents=True)
    (home / "bao-cao.docx").write_bytes(b"word")
    (tmp_path / "secret.docx").write_bytes(b"secret")
    assert "bao-cao.docx" in client.get("/").content.decode()
    answer = client.get(f"/files/{small_map.country.pk}/bao-cao.docx")
    assert b"".join(answer.streaming_content) == b"word"
    assert "attachment" in answer["Content-Disposition"]
    assert client.get(f"/files/{small_map.country.pk}/secret.docx").status_code == 404


def test_more_of_anything_costs_no_more_queries(client, small_map: Map):
    client.get("/account/")  # signs in
    cost = []
    for number in range(3):
        file(report(small_map.dong_xuan, number).unit, period=f"2026-Q{number + 1}")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        cost.append(len(queries))
    assert cost[0] == cost[1] == cost[2]
    assert (
        cost[0] <= FRAME + 54
    )  # the form of each of five periods, who owes it, what was sent, where it lies; what citizens raised


def test_tables_go_on_by_the_day_their_periods_end(client, small_map: Map, monkeypatch):
    monkeypatch.setattr("danvan.desk.views.tables.PERIODS", 1)
    for quarter in (1, 2):
        file(small_map.dong_xuan, period=f"2026-Q{quarter}")
    first = client.get("/tables/").content.decode()
    assert "quý II năm 2026" in first
    assert "?before=2026-06-30" in first
    second = client.get("/tables/?before=2026-06-30").content.decode()
    assert "quý I năm 2026" in second
    assert "quý II năm 2026" not in second


def test_the_language_is_switched_and_stays(client):
    client.post("/i18n/setlang/", {"language": "en", "next": "/reports/"})
    page = client.get("/reports/").content.decode()
    assert '<html lang="en">' in page
    assert "Reports read" in page


def test_a_form_without_its_token_is_refused_in_vietnamese(db):
    answer = Client(enforce_csrf_checks=True).post("/i18n/setlang/", {"language": "en"})
    assert answer.status_code == 403
    assert "Biểu mẫu đã hết hiệu lực" in answer.content.decode()


def test_a_fault_of_ours_is_told_in_vietnamese(client, monkeypatch):
    def broken(*args: object, **options: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("danvan.desk.queries.tables", broken)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Hệ thống gặp lỗi" in answer.content.decode()
    assert "broken on purpose" not in answer.content.decode()


def test_an_address_that_leads_nowhere_is_told_in_vietnamese(client):
    answer = client.get("/khong-co/")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.content.decode()


def test_scripts_and_styles_come_from_our_own_files_only(client):
    answer = client.get("/")
    page = answer.content.decode()
    assert "style=" not in page
    assert "<script>" not in page
    assert "style-src 'self'" in answer["Content-Security-Policy"]
    assert "http://" not in page.replace("http://testserver", "").replace("http://www.w3.org", "")
    assert "https://" not in page


# By post


world = staged(small_country)


def page_of(world, who: str) -> str:
    return signed_in(world.people[who]).get("/").content.decode()


def fill(world, who: str, value: int = 4) -> Submission:
    with scope.acting(post_of(world.people[who])) as by:
        draft = actions.open_draft(form="dan_van", unit=world.an, period="2026-Q3", by=by)
        actions.enter(submission=draft, entries=[actions.Entry(actions.CellInput("rec.turns", value))], by=by)
        return draft


@pytest.mark.usefixtures("_on_the_day")
def test_an_officer_sees_what_is_due_and_by_how_much_it_is_late(world):
    page = page_of(world, "mai")
    assert "quý III năm 2026" in page
    assert "hạn 7/10/2026" in page
    assert re.search(r"trễ \d+ ngày làm việc", page)
    assert "Bắt đầu nhập" in page
    assert "Không có báo cáo nào bị trả lại" in page
    assert "Mới bên dưới" not in page


@pytest.mark.usefixtures("_on_the_day")
def test_what_was_sent_waits_above_and_comes_back_below(world):
    draft = fill(world, "lan")
    with scope.acting(post_of(world.people["lan"])) as by:
        sent = actions.submit(submission=draft, by=by)
    above = page_of(world, "hung")
    assert "1 báo cáo chờ xem xét" in above
    assert f"/review/{sent.pk}/" in above
    assert "1 trên 2 đơn vị đã gửi" in above
    with scope.acting(post_of(world.people["hung"])) as by:
        actions.send_back(submission=sent, remarks=[], decision="Thiếu lượt tiếp tháng 9.", by=by)
    below = page_of(world, "mai")
    assert "Thiếu lượt tiếp tháng 9." in below
    assert "Sửa và bổ sung" in below


@pytest.mark.usefixtures("_on_the_day")
def test_a_viewer_is_asked_for_nothing_and_a_neighbour_sees_nothing(world):
    fill(world, "mai")
    viewer = page_of(world, "xem")
    assert "0 trên 2 đơn vị đã gửi" in viewer
    assert "Không có việc nào đến hạn" in viewer
    assert "Trả lại cho tôi" not in viewer
    assert "Xã An" not in page_of(world, "nga")


@pytest.fixture
def _on_the_day(monkeypatch):
    """Long after quarter III of 2026, whenever the tests run."""
    moment = dt.datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def test_what_citizens_raised_stands_among_what_is_to_do(world):
    before = {who: page_of(world, who) for who in ("lan", "mai", "xem")}
    with scope.system("test"):
        matter = matters.receive(unit=world.an, matter_type="recommendation", title="Đường hỏng", by="t")
        matters.act(matter=matter, kind="accept", by="t")
        answers.draft(matter=matter, text="Xã sẽ sửa trong tháng.", by="t")
    after = {who: page_of(world, who) for who in ("lan", "mai", "xem")}

    assert not any("của dân chờ quyết định" in page or "chưa có người xử lý" in page for page in before.values())
    assert "1 việc của dân chờ quyết định" in after["lan"]  # who signs
    assert ("chờ quyết định" in after["mai"], "1 vụ việc chưa có người xử lý" in after["mai"]) == (False, True)
    assert after["xem"].count("vụ việc") == before["xem"].count("vụ việc")


def test_a_zero_byte_in_an_address_breaks_no_page(client):
    assert client.get("/compare/", {"form": "dan_van\x00", "q": "a\x00b"}).status_code == 200
