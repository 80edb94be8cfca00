"""A province has the reports of its communes written from the board, sees how far it is, and takes them along."""

from __future__ import annotations

import io
import zipfile

from danvan.access.tests.cast import small_country
from danvan.access.tests.stage import staged
from danvan.narrative.tests.test_manuscripts import PERIOD, reported


@staged
def country():
    country = small_country()
    reported(country.an, {"mod.total": 30, "dlg.sessions": 5})
    return country


def test_from_the_board_to_the_package(country, as_person, django_capture_on_commit_callbacks):
    hung = as_person(country.people["hung"])
    board = hung.get(f"/board/dan_van/{country.bac.pk}/{PERIOD}/").content.decode()
    assert 'action="/writing/below/"' in board
    begun = hung.post("/writing/below/", {"period": PERIOD})
    assert begun.status_code == 302
    assert "Đã xong 0 trên 2 báo cáo" in hung.get(begun.url).content.decode()
    assert hung.get(f"{begun.url}reports.zip").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert hung.post(f"{begun.url}write/", headers={"X-Part": "1"}).status_code == 204
    with django_capture_on_commit_callbacks(execute=True):
        hung.post(f"{begun.url}write/")
    part = hung.get(begun.url, headers={"X-Part": "1"}).content.decode()
    assert "Đã xong cả 2 báo cáo" in part
    assert "Xã Bình." in part
    assert "<html" not in part
    answer = hung.get(f"{begun.url}reports.zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as package:
        assert [name.rpartition(".")[2] for name in package.namelist()] == ["docx", "pdf"]


def test_a_commune_has_nothing_below_and_is_told(country, as_person):
    mai = as_person(country.people["mai"])
    answer = mai.post("/writing/below/", {"period": PERIOD}, follow=True)
    assert "không có đơn vị nào để viết báo cáo" in answer.content.decode()
    wrong = as_person(country.people["hung"]).post("/writing/below/", {"period": "2026-Q9"}, follow=True)
    assert "Không có quý 9" in wrong.content.decode()
