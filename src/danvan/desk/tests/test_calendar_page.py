from __future__ import annotations

import pytest

from danvan.desk.tests.cast import Map, file

pytestmark = pytest.mark.django_db


def test_library_override_and_result_stand_side_by_side(client):
    page = client.get("/calendar/2026/").content.decode()
    row = page[page.index("thứ Sáu 2/1/2026") :]
    row = row[: row.index("</tr>")]
    assert "ngày làm việc" in row  # the library
    assert "làm bù thứ Bảy 10/1/2026" in row  # the decision
    assert "khác thư viện" in row


def test_a_due_day_names_every_counted_and_skipped_day(client):
    page = client.get("/calendar/2026/", {"from": "10/2/2026", "days": "10", "kind": "working"}).content.decode()
    assert "thứ Ba 3/3/2026" in page
    assert page.count("không tính:") == 11  # five days of Tết, three weekends
    assert '<span class="n">10</span>' in page


def test_in_english_days_are_english(client):
    client.cookies["django_language"] = "en"
    page = client.get("/calendar/2026/").content.decode()
    assert "Friday 2 January 2026" in page


@pytest.mark.parametrize(
    "query",
    [
        "from=x&days=10",
        "from=10/2/2026&days=x",
        "from=10/2/2026&days=0",
        "from=31/2/2026&days=5",
        "days=5",
        "from=10/2/2026",
        "from=10/2/2026&days=10&kind=lunar",
        "from=10/2/2026&days=99999",
        "from=10/2/2026&days=٣",
        "from=10/2/1600&days=5",
    ],
)
def test_nonsense_is_answered_in_the_form(client, query: str):
    answer = client.get(f"/calendar/2026/?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("year", [1, 1800, 2101, 99999999999])
def test_a_year_that_no_calendar_knows_is_a_404(client, year: int):
    assert client.get(f"/calendar/{year}/").status_code == 404


def test_the_due_days_of_a_year_are_marked_and_say_why(client, small_map: Map):
    file(small_map.dong_xuan)  # the forms are there
    page = client.get("/calendar/2026/").content.decode()
    assert 'href="#due-2026-04-07"' in page  # five working days after 31/3
    line = page[page.index('id="due-2026-04-07"') :]
    assert "Hạn nộp: thứ Ba 7/4/2026, 5 ngày làm việc sau ngày kết thúc kỳ 31/3/2026" in line[: line.index("</li>")]
    assert "Hạn của các đơn vị bên dưới Việt Nam" in page


def test_a_year_without_a_form_says_so(client):
    assert "Năm này đơn vị không có biểu nào phải nộp" in client.get("/calendar/2026/").content.decode()
