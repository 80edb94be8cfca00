from __future__ import annotations

import re
from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from danvan.desk.charts import ChartPoint, over_time
from danvan.desk.river import Stream, river
from danvan.desk.tests.cast import FRAME, REFORM, Map, file, unit
from danvan.units.models import Unit, UnitVersion

pytestmark = pytest.mark.django_db


def test_a_unit_is_found_without_marks(client, small_map: Map):
    page = client.get("/units/", {"q": "dong xuan"}).content.decode()
    assert f"/units/{small_map.dong_xuan.pk}/" in page
    assert f"/units/{small_map.old.pk}/" not in page  # ended with the reform
    assert "Tỉnh Thái Nguyên" in page  # where it lies


def test_the_map_of_an_earlier_day_is_searched(client, small_map: Map):
    page = client.get("/units/", {"q": "bac kan", "on": "30/6/2025"}).content.decode()
    assert f"/units/{small_map.bac_kan.pk}/?on=2025-06-30" in page


def test_without_a_name_the_provinces_of_the_day_are_listed(client, small_map: Map):
    page = client.get("/units/?on=2025-06-30").content.decode()
    assert "Tỉnh Bắc Kạn" in page


def test_the_list_goes_on_by_key(client, small_map: Map, monkeypatch):
    monkeypatch.setattr("danvan.desk.views.units.PAGE", 1)
    first = client.get("/units/", {"q": "xa"}).content.decode()
    assert "Xã Đồng Xuân" in first
    assert "Xã Tân Lập" not in first
    second = client.get("/units/", {"q": "xa", "after": f"dong xuan~{small_map.dong_xuan.pk}"}).content.decode()
    assert "Xã Tân Lập" in second
    assert "Xã Đồng Xuân" not in second


def test_who_became_whom_is_drawn_and_said(client, small_map: Map):
    page = client.get(f"/units/{small_map.thai_nguyen.pk}/").content.decode()
    assert page.count('class="whole"') == 4  # two streams, for wide and for narrow screens
    assert f'<a href="/units/{small_map.bac_kan.pk}/" lang="vi">Tỉnh Bắc Kạn</a> thành' in page
    assert "Nghị quyết 202/2025/QH15" in page


def test_a_part_of_a_unit_says_that_its_share_is_not_decided(client, small_map: Map):
    page = client.get(f"/units/{small_map.dong_xuan.pk}/").content.decode()
    assert "một phần" in page
    assert "chưa xác định tỷ lệ" in page
    assert 'class="split"' in page


def test_a_unit_that_has_ended_says_when(client, small_map: Map):
    page = client.get(f"/units/{small_map.bac_kan.pk}/").content.decode()
    assert "kết thúc ngày 1/7/2025" in page


def test_a_day_on_which_it_did_not_exist_is_said(client, small_map: Map):
    page = client.get(f"/units/{small_map.thai_nguyen.pk}/?on=2020-01-01").content.decode()
    assert "Ngày 1/1/2020 đơn vị này chưa có hoặc không còn" in page


@pytest.mark.parametrize(
    "address",
    [
        "/units/?q=" + "x" * 101,
        "/units/?after=1",
        "/units/?after=a~b",
    ],
)
def test_nonsense_is_a_clear_400(client, small_map: Map, address: str):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "Yêu cầu chưa đúng" in answer.content.decode()


@pytest.mark.parametrize("day", ["zzz", "2026-13-40"])
def test_a_day_that_is_none_is_said_and_nothing_typed_is_lost(client, small_map: Map, day: str):
    answer = client.get("/units/", {"q": "bắc", "on": day})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'role="alert"' in page
    assert 'value="bắc"' in page
    assert f'value="{day}"' in page


@pytest.mark.parametrize("name", ["%", "_", "'", "\\", "<b>", "😀", "١"])
def test_signs_are_searched_as_they_are(client, small_map: Map, name: str):
    answer = client.get("/units/", {"q": name})
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode()


def test_a_unit_that_does_not_exist_is_a_clear_404(client, db):
    assert "Không có đơn vị số 4711." in client.get("/units/4711/").content.decode()
    assert client.get("/units/99999999999999999999/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_children_cost_no_queries(client, small_map: Map, count: int, django_assert_num_queries):
    for number in range(count):
        unit(f"Xã Số {number}", "commune", small_map.thai_nguyen, start=REFORM)
    client.get("/account/")  # signs in
    with django_assert_num_queries(FRAME + UNIT_QUERIES):
        client.get(f"/units/{small_map.thai_nguyen.pk}/")


# versions, steps, children, which of them are bodies, the unit, the path, whether it is within the scope, its periods
UNIT_QUERIES = 8


def test_streams_beyond_the_edge_of_the_picture_are_never_drawn():
    origins = [Stream(f"Xã {n}", n, REFORM, "whole") for n in range(12)]
    picture = river("Xã Mới", origins, [], 350)
    assert len(picture.bands) == 13
    assert all(0 <= label.x <= 350 and 0 < label.y < picture.height for label in picture.labels)


def test_figures_over_time_cross_the_reform(client, small_map: Map):
    for old in (small_map.bac_kan, small_map.old_thai_nguyen):
        file(old, period="2025-Q1", value=50)
    for new in (small_map.dong_xuan, small_map.tan_lap):
        file(new, period="2026-Q1", value=60)
    page = client.get(f"/units/{small_map.thai_nguyen.pk}/").content.decode()
    assert page.count('<svg class="marks"') + page.count('class="marks"') >= 2  # wide and narrow
    assert "1/7/2025" in page
    row = page[page.index("quý I năm 2025</th>") :]
    assert "100" in row[: row.index("</tr>")]
    again = page[page.index("Số liệu của các đơn vị cũ, quý I năm 2025") :]
    assert "Tỉnh Bắc Kạn" in again
    assert "Số liệu minh họa" in page


def test_another_indicator_can_be_chosen(client, small_map: Map):
    file(small_map.dong_xuan)
    page = client.get(f"/units/{small_map.dong_xuan.pk}/?indicator=vis.gift_value").content.decode()
    assert '<option value="vis.gift_value" selected>' in page
    assert "26,4 tỷ đồng" in page


@pytest.fixture
def through_the_reform(small_map: Map) -> Map:
    """Besides, a district that ends with the reform while its commune goes on, and both file before and after."""
    m = small_map
    m.district = unit("Huyện Phú Bình", "district", m.old_thai_nguyen, end=REFORM)
    m.commune = unit("Xã Điềm Thụy", "commune", m.district, end=REFORM)
    under = UnitVersion(unit=m.commune, parent=m.thai_nguyen, name="Xã Điềm Thụy", level="commune")
    under.during = DateRange(REFORM, None)
    under.set_keys()
    under.save()
    for one, period in ((m.district, "2025-Q1"), (m.commune, "2025-Q2"), (m.commune, "2025-Y"), (m.commune, "2026-Q1")):
        file(one, period)
    for old in (m.bac_kan, m.old_thai_nguyen):
        file(old, "2024-Y")
    file(m.dong_xuan, "2026-Q1")
    return m


def test_every_unit_has_its_page_and_every_period_on_it_a_table(client, through_the_reform: Map):
    for pk in Unit.objects.values_list("pk", flat=True):
        page = client.get(f"/units/{pk}/")
        assert page.status_code == 200
        tables = set(re.findall(rf'href="(/tables/{pk}/[^"/]+/)"', page.content.decode()))
        assert {address: client.get(address).status_code for address in tables} == dict.fromkeys(tables, 200)


def test_a_unit_that_has_ended_shows_the_periods_that_it_saw(client, through_the_reform: Map):
    page = client.get(f"/units/{through_the_reform.district.pk}/").content.decode()
    found = re.findall(rf"/tables/{through_the_reform.district.pk}/([^/]+)/", page)
    assert set(found) == {"2025-Q1", "2025-Q2"}


@pytest.mark.parametrize(
    ("query", "status"),
    [("indicator=zzz", 400), ("indicator=mod.total--field=zzz", 400), ("then=zzz", 404), ("then=2019-Q1", 200)],
)
def test_nonsense_about_figures_is_answered_clearly(client, small_map: Map, query: str, status: int):
    file(small_map.dong_xuan)
    assert client.get(f"/units/{small_map.thai_nguyen.pk}/?{query}").status_code == status


def test_a_chart_says_what_is_not_comparable_and_takes_its_colours_from_the_page():
    points = (
        ChartPoint(date(2025, 3, 31), "Quý I/2025", 66.0, "66", True),
        ChartPoint(date(2026, 3, 31), "Quý I/2026", 46.0, "46", False),
    )
    svg = over_time(points, ((REFORM, "1/7/2025"),), ("Không so sánh được: Quý I/2024",), "vi", "wide")
    assert "Không so sánh được: Quý I/2024" in svg
    assert ">1/7/2025<" in svg
    assert "var(--waiting)" in svg
    assert "style=" not in svg
    assert "<script" not in svg
