from __future__ import annotations

import pytest

from danvan.desk.tests.cast import FRAME, REFORM, Map, file, report, unit
from danvan.figures import actions, catalogue

pytestmark = pytest.mark.django_db


def table_of(small_map: Map, period: str = "2026-Q1") -> str:
    return f"/tables/{small_map.thai_nguyen.pk}/{period}/"


def test_figures_are_added_up_and_each_opens_its_story(client, small_map: Map):
    file(small_map.dong_xuan, value=55)
    file(small_map.tan_lap, value=1_956)
    page = client.get(table_of(small_map)).content.decode()
    row = row_of(page, "mod.total")
    assert ">2.011</a>" in row
    assert "story/?indicator=mod.total&amp;in=row" in row
    assert '<tr id="mod.total--field=economy" class="part">' in page
    assert "52,8 tỷ đồng" in page
    assert "2 trên 2 đơn vị đã gửi." in page
    assert "Số liệu minh họa" in page


def test_the_table_is_taken_away_as_a_file_with_its_rows_counted(client, small_map: Map):
    file(small_map.dong_xuan, value=55)
    address = table_of(small_map)
    assert f"{address}table.xlsx?compare=restated" in client.get(address).content.decode()
    written = b"".join(client.get(f"{address}table.csv").streaming_content).decode("utf-8-sig").splitlines()
    (total,) = [line for line in written if ";mod.total;" in line]
    assert ";55;" in total
    assert ";không so sánh được;" in total, "nothing was reported the year before"
    assert written[-1] == f"Số dòng;{len(written) - 2}"
    assert b"".join(client.get(f"{address}table.xlsx").streaming_content).startswith(b"PK")
    assert client.get(f"{address}table.zip").status_code == 404


def test_missing_units_are_named(client, small_map: Map):
    file(small_map.dong_xuan)
    page = client.get(table_of(small_map)).content.decode()
    assert "1 trên 2 đơn vị đã gửi." in page
    missing = page[page.index("Còn thiếu 1 đơn vị") :]
    assert "Xã Tân Lập" in missing[: missing.index("</details>")]
    assert "chưa đủ đơn vị" in page


def test_zero_and_the_kinds_of_empty_are_told_apart(client, small_map: Map):
    actions.ship_forms(by="test")
    cells = [
        actions.CellInput(indicator="mod.total", value=0),
        actions.CellInput(indicator="rec.turns", state="not_applicable"),
        actions.CellInput(indicator="dlg.sessions", state="not_reported"),
    ]
    actions.file_submission(form="dan_van", unit=small_map.dong_xuan, period="2026-Q1", cells=cells, by="test")
    page = client.get(f"/tables/{small_map.dong_xuan.pk}/2026-Q1/").content.decode()
    assert ">0</a>" in row_of(page, "mod.total")
    assert '<em class="empty">không áp dụng</em>' in row_of(page, "rec.turns")
    assert "dlg.sessions" in page[page.index("chỉ tiêu chưa đơn vị nào báo cáo") :]


def row_of(page: str, anchor: str) -> str:
    row = page[page.index(f'<tr id="{anchor}">') :]
    return row[: row.index("</tr>")]


def test_the_same_period_is_restated_from_the_predecessors(client, small_map: Map):
    file(small_map.bac_kan, period="2025-Q1", value=40)
    file(small_map.old_thai_nguyen, period="2025-Q1", value=60)
    file(small_map.dong_xuan, value=55)
    file(small_map.tan_lap, value=55)
    restated = client.get(table_of(small_map)).content.decode()
    row = row_of(restated, "mod.total")
    assert "100" in row
    assert "tăng 10" in row
    assert "+10%" in row
    reported = client.get(table_of(small_map) + "?compare=reported").content.decode()
    assert "Địa giới đã thay đổi giữa hai kỳ" in reported


def test_a_story_leads_down_to_the_sentence(client, small_map: Map):
    source = report(small_map.dong_xuan)
    file(small_map.dong_xuan, source=source)
    file(small_map.tan_lap, value=5)
    top = client.get(table_of(small_map) + "story/?indicator=mod.total").content.decode()
    below = f"/tables/{small_map.dong_xuan.pk}/2026-Q1/story/?indicator=mod.total"
    assert below in top
    story = client.get(below).content.decode()
    assert "<mark>55 mô hình</mark>" in story
    start = source.text.index("55 mô hình")
    assert f"/reports/{source.pk}/?from={start}&amp;to={start + 10}#asked" in story


def test_htmx_gets_only_the_panel(client, small_map: Map):
    file(small_map.dong_xuan)
    address = table_of(small_map) + "story/?indicator=mod.total"
    row = client.get(address + "&in=row", headers={"HX-Request": "true"}).content.decode()
    assert row.startswith('<tr class="deep">')
    item = client.get(address + "&in=item", headers={"HX-Request": "true"}).content.decode()
    assert item.startswith('<li class="deep">')
    assert "<html" not in item


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/tables/{0}/zzz/", 404, "Không hiểu mã kỳ"),
        ("/tables/{0}/2026-Q9/", 404, "Không có quý 9"),
        ("/tables/{0}/20260101-20260202/", 404, "Biểu lập theo kỳ"),
        ("/tables/{0}/1900-Y/", 404, ""),
        ("/tables/{0}/2024-Q1/", 404, "không có trên bản đồ"),
        ("/tables/999999999999/2026-Q1/", 404, "Không có đơn vị số"),
        ("/tables/99999999999999999999/2026-Q1/", 404, ""),
        ("/tables/{0}/2026-Q1/?compare=x", 400, "Cách so sánh"),
        ("/tables/{0}/2026-Q1/story/", 400, "Không có chỉ tiêu"),
        ("/tables/{0}/2026-Q1/story/?indicator=zzz", 400, "Không có chỉ tiêu"),
        ("/tables/{0}/2026-Q1/story/?indicator=mod.total&breakdown=zzz", 400, "không đọc được"),
        ("/tables/{0}/2026-Q1/story/?indicator=mod.total&breakdown=field=zzz", 400, "không có giá trị"),
        ("/tables/{0}/2026-Q1/story/?indicator=%00", 400, "Không có chỉ tiêu"),
        ("/tables/?before=zzz", 400, "Không hiểu ngày"),
        ("/files/..%2F..%2Fetc%2Fpasswd", 404, ""),
        ("/files/1/none.docx", 404, "Không có tệp"),
    ],
)
def test_nonsense_is_answered_clearly(client, small_map: Map, address: str, status: int, said: str):
    file(small_map.dong_xuan)
    answer = client.get(address.format(small_map.thai_nguyen.pk))
    assert answer.status_code == status
    assert said in answer.content.decode()


def test_every_row_of_the_form_speaks_english(client, small_map: Map):
    file(small_map.dong_xuan)
    client.cookies["django_language"] = "en"
    page = client.get(table_of(small_map)).content.decode()
    assert catalogue.load()["mod.total"].name_en in page
    assert "26.4 billion dong" in page


@pytest.mark.parametrize("count", [1, 3])
def test_units_cost_no_queries(client, small_map: Map, count: int, django_assert_num_queries):
    for number in range(count):
        file(unit(f"Xã Số {number}", "commune", small_map.thai_nguyen, start=REFORM))
    client.get("/account/")  # signs in
    with django_assert_num_queries(FRAME + TABLE_QUERIES):
        client.get(table_of(small_map))


@pytest.mark.parametrize("count", [1, 3])
def test_a_story_costs_the_same_for_any_number_of_units(client, small_map: Map, count: int, django_assert_num_queries):
    for number in range(count):
        file(unit(f"Xã Số {number}", "commune", small_map.thai_nguyen, start=REFORM))
    client.get("/account/")  # signs in
    with django_assert_num_queries(FRAME + STORY_QUERIES):
        client.get(table_of(small_map) + "story/?indicator=mod.total")


TABLE_QUERIES = 21
STORY_QUERIES = 8
