from __future__ import annotations

import pytest

from danvan.desk.marking import paragraphs
from danvan.desk.templatetags.desk import indicator
from danvan.desk.tests.cast import FRAME, TEXT, Map, report
from danvan.narrative.models import Check

pytestmark = pytest.mark.django_db


def test_a_figure_is_marked_in_the_text_and_linked_to_its_row(client, small_map: Map):
    made = report(small_map.dong_xuan)
    reading = made.readings.get(quote="55 mô hình")
    page = client.get(f"/reports/{made.pk}/").content.decode()
    link = f'<a href="#f{reading.pk}" aria-describedby="s{reading.pk}">55 mô hình</a>'
    assert f'<mark id="r{reading.pk}" class="sure" data-reading="{reading.pk}">{link}</mark>' in page
    assert f'<li id="f{reading.pk}" class="card-sure"' in page
    assert "tăng 12" in page


def test_contradictions_come_before_the_text_and_point_into_it(client, small_map: Map):
    made = report(small_map.dong_xuan)
    check = Check.objects.get(report=made, holds=False)
    page = client.get(f"/reports/{made.pk}/").content.decode()
    assert page.index("22/29 = 75,9%, văn bản ghi 75%.") < page.index("Công tác dân vận quý I")
    assert f'href="#c{check.pk}"' in page
    assert f'<span id="c{check.pk}"></span>' in page


def test_the_words_that_a_story_leads_to_are_marked(client, small_map: Map):
    made = report(small_map.dong_xuan)
    start = TEXT.index("Ban tiếp công dân")
    page = client.get(f"/reports/{made.pk}/", {"from": start, "to": start + len("Ban tiếp công dân")}).content.decode()
    assert '<span id="asked"></span><mark class="asked">Ban tiếp công dân</mark>' in page


def test_text_is_escaped(client, small_map: Map):
    made = report(small_map.dong_xuan)
    made.text = made.text + "<script>alert(1)</script>"
    made.save()
    assert "<script>alert" not in client.get(f"/reports/{made.pk}/").content.decode()


def test_an_unresolved_report_says_what_is_open(client, small_map: Map):
    made = report(None, period="")
    page = client.get(f"/reports/{made.pk}/").content.decode()
    assert "chưa rõ đơn vị" in page
    assert "chưa rõ kỳ" in page


@pytest.mark.parametrize("query", ["from=x&to=5", "from=5", "from=9&to=3", "from=0&to=999999", "from=-1&to=4", "to=٣"])
def test_a_span_outside_the_text_is_a_clear_400(client, small_map: Map, query: str):
    made = report(small_map.dong_xuan)
    answer = client.get(f"/reports/{made.pk}/?{query}")
    assert answer.status_code == 400
    assert "Yêu cầu chưa đúng" in answer.content.decode()


def test_a_report_that_does_not_exist_is_a_clear_404(client, db):
    answer = client.get("/reports/99999999/")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.content.decode()


@pytest.mark.parametrize("figures", [1, 3])
def test_the_number_of_figures_costs_no_queries(client, small_map: Map, figures: int, django_assert_num_queries):
    made = report(small_map.dong_xuan, figures=figures)
    client.get("/account/")  # signs in
    # Report, readings, checks, name of the unit; the form that fits (2), the map of its period and of two earlier ones.
    with django_assert_num_queries(FRAME + 9):
        client.get(f"/reports/{made.pk}/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_three_queries(client, small_map: Map, count: int, django_assert_num_queries):
    for number in range(count):
        report(small_map.dong_xuan, number)
    client.get("/account/")  # signs in
    with django_assert_num_queries(FRAME + 3):  # reports with their counts, names of units, what is being read
        page = client.get("/reports/").content.decode()
    assert page.count("1 chỗ không khớp") == count


def test_the_list_goes_on_by_key(client, small_map: Map, monkeypatch):
    monkeypatch.setattr("danvan.desk.views.reports.PAGE", 2)
    made = [report(small_map.dong_xuan, number) for number in range(3)]
    first = client.get("/reports/").content.decode()
    assert f"?before={made[1].pk}" in first
    second = client.get(f"/reports/?before={made[1].pk}").content.decode()
    assert made[0].title in second
    assert made[1].title not in second
    assert client.get("/reports/?before=zzz").status_code == 400


def test_cutting_a_text_loses_no_character_and_doubles_none(small_map: Map):
    made = report(small_map.dong_xuan)
    readings, against = list(made.readings.all()), list(made.checks.filter(holds=False))
    cut = "".join(piece.text for pieces in paragraphs(TEXT, readings, against, (0, 30)) for piece in pieces)
    assert cut == TEXT.replace("\n", "")


def test_a_breakdown_that_the_catalogue_does_not_foresee_is_named_all_the_same():
    assert indicator("pet.complaints", "matter_type=complaint") == "Số đơn khiếu nại tiếp nhận: khiếu nại"
    assert indicator("pet.complaints", "unheard=of") == "Số đơn khiếu nại tiếp nhận: of"
