"""A text pasted or uploaded is checked and nothing of it is kept."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from danvan.access.models import StoredFile
from danvan.desk.views import checking
from danvan.narrative.models import Report

pytestmark = pytest.mark.django_db

WRONG = "Quý I năm 2024, đã giải quyết 22/29 vụ việc, đạt 75%, tăng so với so với cùng kỳ."


def test_contradictions_come_first_and_both_lead_into_the_text(client):
    page = client.post("/check/", {"text": WRONG}).content.decode()
    assert page.index("làm tròn 76%") < page.index("viết lặp") < page.index('<mark id="r2"')
    assert 'href="#c1"' in page
    assert '<span id="c1"></span>' in page
    assert (
        '<mark id="r2" class="unsure" data-reading="2"><a href="#f2" aria-describedby="s2">so với so với</a></mark>'
        in page
    )


def test_a_file_is_checked_as_a_pasted_text_is(client):
    upload = SimpleUploadedFile("du-thao.txt", WRONG.encode())
    assert "làm tròn 76%" in client.post("/check/", {"file": upload}).content.decode()


def test_nothing_is_kept(client):
    client.post("/check/", {"text": WRONG, "file": SimpleUploadedFile("du-thao.txt", WRONG.encode())})
    assert not Report.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_text_without_faults_says_so(client):
    assert "Không thấy chỗ nào" in client.post("/check/", {"text": "Đã tiếp 20 lượt công dân."}).content.decode()


def test_the_day_decides_which_bodies_there_are(client):
    said = {"text": "Ban Dân vận Huyện ủy đã tham mưu kịp thời."}
    assert "không còn cấp huyện" in client.post("/check/", {**said, "on": "1/3/2026"}).content.decode()
    assert "không còn cấp huyện" not in client.post("/check/", {**said, "on": "1/3/2024"}).content.decode()


def test_text_is_escaped(client):
    page = client.post("/check/", {"text": "so với so với <script>alert(1)</script></textarea>"}).content.decode()
    assert "<script>alert" not in page
    assert page.count("</textarea>") == 1


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"text": "  "}, "Chưa có gì để kiểm tra"),
        ({"text": "a " * checking.MOST}, "chia nhỏ"),
        ({"text": "Họp.", "on": "hôm qua"}, "Không hiểu ngày"),
        ({"text": "Từ 01/7/2020 đến 01/01/2020, toàn xã đã tiếp 20 lượt công dân."}, "kết thúc trước khi bắt đầu"),
        ({"file": SimpleUploadedFile("anh.docx", b"\x89PNG\r\n\x1a\n")}, "ảnh PNG"),
    ],
)
def test_what_cannot_be_checked_is_said_with_what_to_do(client, sent, says):
    answer = client.post("/check/", sent)
    assert answer.status_code == 400
    assert says in answer.content.decode()
