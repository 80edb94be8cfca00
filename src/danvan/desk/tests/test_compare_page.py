"""The page that compares: picture, table and notes for a question in the address; files; views that are kept."""

from __future__ import annotations

import pytest

from danvan.access import scope
from danvan.access.tests.cast import small_country
from danvan.audit.models import Event
from danvan.desk.tests.cast import FRAME, REFORM, Map, file, unit
from danvan.figures import actions
from danvan.figures.actions import CellInput
from danvan.figures.models import SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(small_map: Map) -> Map:
    file(small_map.bac_kan, period="2025-Q1", value=40)
    file(small_map.old_thai_nguyen, period="2025-Q1", value=60)
    file(small_map.dong_xuan, value=55)
    file(small_map.tan_lap, value=56)
    return small_map


def over(units, periods=("2025-Q1", "2026-Q1"), lines=("mod.total",), **more) -> str:
    parts = [f"i={one}" for one in lines] + [f"u={one.pk}" for one in units] + [f"p={one}" for one in periods]
    return "/compare/?" + "&".join([*parts, *(f"{name}={value}" for name, value in more.items())])


def test_a_line_over_a_reform_with_its_day_and_a_hollow_point(client, told: Map):
    page = client.get(over([told.thai_nguyen])).content.decode()
    assert page.count("<svg") > 2
    assert "1/7/2025" in page
    assert "rỗng: tính lại theo địa giới mới" in page
    assert "tăng 11" in page
    assert "Từ 1/7/2025, Tỉnh Thái Nguyên gồm Tỉnh Bắc Kạn, Tỉnh Thái Nguyên (Nghị quyết 202/2025/QH15)." in page
    assert "○" in page


def test_as_reported_it_says_that_the_territory_was_another(client, told: Map):
    page = client.get(over([told.thai_nguyen, told.country], mode="reported")).content.decode()
    assert "như đã báo cáo" in page
    assert "không so sánh được" in page


def test_units_stand_as_dots_with_a_total(client, told: Map):
    page = client.get(over([], ("2026-Q1",), below=told.thai_nguyen.pk)).content.decode()
    assert "Xã Tân Lập" in page
    assert "Chấm" not in page.split("<svg")[0]
    row = page[page.index('<tr class="total">') :]
    assert "Cộng" in row
    assert "111" in row[: row.index("</tr>")]
    assert "story/?indicator=mod.total" in page


@pytest.mark.parametrize(
    ("columns", "rows", "first"),
    [("period", "line", "Quý I/2025"), ("unit", "period", "Xã Đồng Xuân"), ("line", "unit", "Tổng số mô hình")],
)
def test_rows_and_columns_may_be_swapped(client, told: Map, columns: str, rows: str, first: str):
    asked = over([told.dong_xuan, told.tan_lap], lines=("mod.total", "mod.total--field=economy"))
    page = client.get(asked + f"&columns={columns}&rows={rows}").content.decode()
    head = page[page.index("<thead>") : page.index("</thead>")]
    assert first in head


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_very_table_is_a_file_with_its_count(client, told: Map, kind: str):
    answer = client.get(over([told.thai_nguyen, told.dong_xuan]).replace("/?", f"/table.{kind}?"))
    content = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    if kind == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("Nhóm;Đơn vị;Quý I/2025;Quý I/2026")
        assert lines[-1] == "Số dòng;2"
        assert ";100;111;" in lines[1]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("i=zzz", "zzz"),
        ("p=2026-Q9", "Không có quý 9"),
        ("u=abc", "Không có đơn vị số"),
        ("columns=zzz", "columns phải là một trong"),
        ("form=zzz", "Không có biểu"),
        ("i=mod.total&u=999999999&p=2026-Q1", "ngoài phạm vi"),
        ("i=mod.total&p=2026-Q1&add=Xã+Không+Có", "Không có đơn vị nào tên “Xã Không Có”"),
    ],
)
def test_nonsense_is_answered_clearly_with_the_form_still_there(client, told: Map, question: str, said: str):
    answer = client.get(f"/compare/?{question}")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert 'name="columns"' in page
    assert client.get(f"/compare/table.csv?{question}").status_code in (200, 400)


def test_what_was_chosen_comes_back_filled(client, told: Map):
    page = client.get(over([told.dong_xuan], ("2026-Q1",), add="Xã+Không+Có")).content.decode()
    assert f'name="u" value="{told.dong_xuan.pk}" checked' in page
    assert 'value="Xã Không Có"' in page
    assert 'value="2026-Q1" checked' in page


def test_a_unit_is_added_by_its_name_without_marks(client, told: Map):
    answer = client.get(over([told.dong_xuan], ("2026-Q1",), add="tan+lap"))
    assert answer.status_code == 302
    assert f"u={told.tan_lap.pk}" in answer["Location"]


def test_without_a_question_it_shows_ones_own_unit(client, told: Map):
    page = client.get("/compare/").content.decode()
    assert "Việt Nam" in page
    assert 'name="i" value="mod.total" checked' in page


def test_nothing_filed_yet_is_said(client, small_map: Map):
    actions.ship_forms(by="test")
    page = client.get("/compare/").content.decode()
    assert "Chưa có kỳ nào được báo cáo trong phạm vi này" in page


@pytest.mark.parametrize("count", [1, 4])
def test_units_cost_no_queries(client, told: Map, count: int, django_assert_num_queries):
    more = [unit(f"Xã Số {number}", "commune", told.thai_nguyen, start=REFORM) for number in range(count)]
    for one in more:
        file(one)
    client.get("/account/")  # signs in
    with django_assert_num_queries(FRAME + QUERIES):
        client.get(over([told.dong_xuan, told.tan_lap, *more]))


QUERIES = 31


def test_it_speaks_english(client, told: Map):
    client.cookies["django_language"] = "en"
    page = client.get(over([told.thai_nguyen])).content.decode()
    assert "Q I/2025" in page or "QI/2025" in page


# Views that are kept


def save(client, query: str, **more):
    return client.post("/compare/views/", {"query": query, "name": "Mô hình cấp xã", **more}, follow=True)


@pytest.mark.as_people
def test_a_view_is_kept_shared_renamed_and_removed_by_its_owner_only(as_person):
    with scope.system("test"):
        world = small_country()
        cells = [CellInput("mod.total", 3)]
        actions.file_submission(form="dan_van", unit=world.an, period="2026-Q1", cells=cells, by="test")
    hung, tuan, nga = (as_person(world.people[name]) for name in ("hung", "tuan", "nga"))
    query = f"i=mod.total&u={world.an.pk}&p=2026-Q1"
    assert "Đã lưu “Mô hình cấp xã”" in save(hung, query).content.decode()
    with scope.system("test"):
        view = SavedView.objects.get()
        assert view.query == [["i", "mod.total"], ["u", str(world.an.pk)], ["p", "2026-Q1"]]
    assert "Mô hình cấp xã" not in tuan.get("/compare/").content.decode(), "it is not shared yet"

    change = f"/compare/views/{view.pk}/"
    hung.post(change, {"do": "rename", "name": "Mô hình", "shared": "on"})
    page = tuan.get("/compare/").content.decode()
    assert ">Mô hình</a>" in page
    assert "của đồng nghiệp" in page
    assert "Mô hình</a>" not in nga.get("/compare/").content.decode()
    assert tuan.post(change, {"do": "delete"}).status_code == 403
    assert nga.post(change, {"do": "delete"}).status_code == 404

    hung.post(change, {"do": "delete"})
    with scope.system("test"):
        assert not SavedView.objects.exists()
        verbs = list(Event.objects.filter(verb__endswith="_view").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["figures.save_view", "figures.rename_view", "figures.remove_view"]


@pytest.mark.parametrize(("name", "said"), [("  ", "Hãy đặt tên"), ("x" * 121, "dài quá 120 ký tự")])
def test_a_view_needs_a_name(client, told: Map, name: str, said: str):
    query = over([told.thai_nguyen]).partition("?")[2]
    page = client.post("/compare/views/", {"query": query, "name": name}, follow=True).content.decode()
    assert said in page
    assert f'name="u" value="{told.thai_nguyen.pk}" checked' in page


@pytest.mark.as_people
def test_a_link_shows_another_reader_their_part(as_person):
    with scope.system("test"):
        world = small_country()
        for one, value in ((world.an, 3119), (world.cuu, 4723)):
            cells = [CellInput("mod.total", value)]
            actions.file_submission(form="dan_van", unit=one, period="2026-Q1", cells=cells, by="test")
    page = as_person(world.people["nga"]).get(over([world.an, world.cuu], ("2026-Q1",))).content.decode()
    assert "nằm ngoài phạm vi của Tỉnh Nam" in page
    assert "4.723" in page
    assert "3.119" not in page
