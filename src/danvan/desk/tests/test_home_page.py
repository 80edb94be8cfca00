from __future__ import annotations

import pytest
from django.test import Client

from danvan.desk.tests.cast import Map, file, report

pytestmark = pytest.mark.django_db


def test_an_empty_house_says_how_to_begin(client):
    page = client.get("/").content.decode()
    assert "make demo" in page
    assert "Chưa có báo cáo nào" in page


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
    assert "danvan resolve" in page
    assert "2 chỗ không khớp" in page


def test_a_report_that_waits_says_only_what_it_waits_for(client, small_map: Map):
    waiting = report(small_map.dong_xuan, period="")
    page = client.get("/").content.decode()
    assert "Văn bản không nêu rõ kỳ báo cáo. Cho biết kỳ." in page
    assert f"danvan resolve {waiting.pk}  --period MÃ_KỲ" in page
    assert "--unit" not in page


def test_written_files_can_be_fetched_and_nothing_else(client, small_map: Map, settings, tmp_path):
    settings.VAR = tmp_path
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "bao-cao.docx").write_bytes(b"word")
    (tmp_path / "secret.docx").write_bytes(b"secret")
    assert "bao-cao.docx" in client.get("/").content.decode()
    answer = client.get("/files/bao-cao.docx")
    assert b"".join(answer.streaming_content) == b"word"
    assert "attachment" in answer["Content-Disposition"]
    assert client.get("/files/secret.docx").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_reports_cost_no_queries(client, small_map: Map, count: int, django_assert_num_queries):
    for number in range(count):
        file(report(small_map.dong_xuan, number).unit, period=f"2026-Q{number + 1}")
    with django_assert_num_queries(10):
        client.get("/")


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
