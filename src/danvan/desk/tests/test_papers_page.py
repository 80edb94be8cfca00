"""Papers on the pages: begun, filled in with errors said beside the fields, read, finished, taken up anew."""

from __future__ import annotations

import io

import docx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from danvan.access.tests import cast
from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.figures import actions as figures
from danvan.figures.actions import CellInput
from danvan.narrative import actions
from danvan.narrative.models import Paper
from danvan.narrative.reopening import opened
from danvan.narrative.tests.test_papers import AWARDS, INVITATION

PERIOD = "2026-Q3"


@staged
def country():
    made = cast.small_country()
    cells = [CellInput("mod.total", 12), CellInput("rec.turns", 40)]
    figures.file_submission(form="dan_van", unit=made.an, period=PERIOD, cells=cells, by="Mai")
    return made


def browser(country, name: str = "mai") -> Client:
    client = Client()
    client.force_login(country.people[name])
    return client


def posted(fields: dict[str, object]) -> dict[str, object]:
    return {name.replace("__", "-"): value for name, value in fields.items()}


def page(answer, status: int = 200) -> html.HtmlElement:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return html.fromstring(answer.content.decode())


def words(page_: html.HtmlElement) -> str:
    return " ".join(page_.find(".//main").text_content().split())


def begun(client: Client, kind: str = "invitation", **fields: object) -> Paper:
    """The paper that the form makes."""
    given = {**(AWARDS if kind == "awards" else INVITATION), **fields}
    answer = client.post(f"/papers/new/{kind}/", posted(given))
    assert answer.status_code == 302, html.fromstring(answer.content.decode()).find(".//main").text_content()
    paper = Paper.objects.latest("pk")
    assert answer.headers["Location"] == f"/papers/{paper.pk}/"
    return paper


def test_a_new_paper_begins_with_who_writes(country):
    client = browser(country)
    form = page(client.get("/papers/new/submission/"))
    assert form.xpath("//input[@name='body']/@value") == ["Ban Xây dựng Đảng"]
    assert form.xpath("//input[@name='parent']/@value") == ["Đảng ủy xã An"]
    state = page(client.get("/papers/new/submission/?office=government"))
    assert state.xpath("//input[@name='body']/@value") == ["Ủy ban nhân dân xã An"]
    assert {option.get("value") for option in form.xpath("//select[@name='period']/option")} == {"", PERIOD}
    assert "Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022" in words(form)
    assert client.get("/papers/new/decree/").status_code == 404


def test_what_was_entered_reads_as_the_paper(country):
    client = browser(country)
    paper = begun(client)
    shown = words(page(client.get(f"/papers/{paper.pk}/")))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in shown
    assert "Thời gian: 08 giờ 00, thứ Năm, ngày 03 tháng 12 năm 2026." in shown
    assert "K/T TRƯỞNG BAN" in shown
    again = page(client.get(f"/papers/{paper.pk}/edit/"))
    assert again.xpath("//input[@name='day']/@value") == ["3/12/2026"]
    assert again.xpath("//textarea[@name='guests']")[0].text == "Các chi bộ\nTrưởng thôn"
    assert again.xpath("//input[@name='agenda-1-what']/@value") == ["Thảo luận"]
    assert again.xpath("//select[@name='signer_capacity']/option[@selected]/@value") == ["deputy"]


def test_figures_of_the_period_are_said_and_lead_to_their_cells(country):
    client = browser(country)
    paper = begun(client, "press", headline="Tin", period=PERIOD, topics=["models", "reception"])
    shown = page(client.get(f"/papers/{paper.pk}/"))
    links = {link.text: link.get("href") for link in shown.xpath("//div[contains(@class, 'paper')]//a")}
    assert set(links) == {"12", "40"}
    assert links["12"].endswith(f"/tables/{country.an.pk}/{PERIOD}/#mod.total")


def test_errors_stand_beside_their_fields_and_nothing_is_lost(country):
    client = browser(country)
    given = {**INVITATION, "day": "mai", "agenda__0__at": "8:99"}
    shown = page(client.post("/papers/new/invitation/", posted(given)), 400)
    assert shown.xpath("//input[@name='day']/@value") == ["mai"]
    assert shown.xpath("//input[@name='day']/@aria-invalid") == ["true"]
    assert "Không hiểu ngày “mai”" in shown.xpath("//*[@id='d-day']")[0].text_content()
    assert "Không hiểu giờ “8:99”" in shown.xpath("//*[@id='d-agenda-0-at']")[0].text_content()
    assert shown.xpath("//input[@name='venue']/@value") == ["Hội trường Đảng ủy"]
    assert "Có 2 chỗ cần sửa" in words(shown)
    assert not Paper.objects.exists()


def test_further_rows_are_shown_without_saving(country):
    client = browser(country)
    shown = page(client.post("/papers/new/invitation/", posted({**INVITATION, "more": "agenda"})))
    assert len(shown.xpath("//input[starts-with(@name, 'agenda-') and contains(@name, '-what')]")) == 2 + 6
    assert not Paper.objects.exists()


def test_a_draft_is_finished_with_number_and_day(country):
    paper = begun(browser(country))
    client = browser(country, "lan")
    shown = page(client.get(f"/papers/{paper.pk}/"))
    assert shown.xpath("//input[@name='number']/@value") == ["1"]
    done = {"do": "finish", "date": "20/11/2026", "number": "", "term": "2025-2030"}
    assert client.post(f"/papers/{paper.pk}/", done).status_code == 302
    shown = page(client.get(f"/papers/{paper.pk}/"))
    assert "Số 01-GM/BXDĐ" in words(shown)
    assert "đã ban hành" in words(shown)
    assert client.get(f"/papers/{paper.pk}/edit/").status_code == 302
    assert "Giấy mời số 1: Hội nghị sơ kết" in words(page(client.get("/papers/")))
    new = client.post(f"/papers/{paper.pk}/", {"do": "revise"})
    assert new.headers["Location"] == f"/papers/{Paper.objects.latest('pk').pk}/edit/"
    assert "Bản thứ 2" in words(page(client.get(f"/papers/{paper.pk}/")))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [("date", "20-11", "Không hiểu ngày"), ("number", "x1", "số nguyên từ 1"), ("term", "", "nhiệm kỳ")],
)
def test_what_cannot_be_finished_says_why_and_keeps_what_was_typed(country, field, typed, said):
    paper = begun(browser(country))
    done = {"do": "finish", "date": "20/11/2026", "number": "4", "term": "2025-2030", field: typed}
    shown = page(browser(country, "lan").post(f"/papers/{paper.pk}/", done), 400)
    assert said in shown.xpath(f"//*[@id='d-{field}']")[0].text_content()
    assert shown.xpath(f"//input[@name='{field}']/@value") == [typed]
    assert Paper.objects.get(pk=paper.pk).state == "draft"


def test_what_is_missing_is_counted_and_said_on_finishing(country):
    paper = begun(browser(country), venue="", guests="")
    client = browser(country, "lan")
    assert "Còn 2 chỗ phải điền" in words(page(client.get(f"/papers/{paper.pk}/")))
    done = {"do": "finish", "date": "20/11/2026", "term": "2025-2030"}
    said = words(page(client.post(f"/papers/{paper.pk}/", done), 400))
    assert "Chưa có “Địa điểm”" in said
    assert "Chưa có “Thành phần mời”" in said


def test_a_day_off_and_a_late_notice_are_named_before_it_is_finished(country):
    paper = begun(browser(country), meeting_kind="commune_dialogue", day="6/12/2099")
    said = words(page(browser(country).get(f"/papers/{paper.pk}/")))
    assert "là Chủ nhật, nghỉ hằng tuần" in said


def test_an_officer_drafts_and_does_not_issue(country):
    paper = begun(browser(country))
    client = browser(country, "mai")
    assert "Ngày văn bản" not in words(page(client.get(f"/papers/{paper.pk}/")))
    assert client.post(f"/papers/{paper.pk}/", {"do": "finish", "date": "20/11/2026"}).status_code == 403


@pytest.mark.parametrize("kind", ["docx", "pdf", "html"])
def test_the_files_are_given_and_word_can_be_opened_again(country, kind):
    client = browser(country)
    paper = begun(client, "press", headline="Tin", period=PERIOD, topics=["models"])
    answer = client.get(f"/papers/{paper.pk}/paper.{kind}")
    assert answer.status_code == 200
    assert f"tin-bai-nhap-tin.{kind}" in answer.headers["Content-Disposition"]
    if kind == "docx":
        assert "12 mô hình" in " ".join(p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs)
        trace, _passages = opened(answer.content)
        assert (trace.origin.unit, trace.origin.period) == (country.an.pk, PERIOD)
    assert client.get(f"/papers/{paper.pk}/paper.exe").status_code == 404


def test_who_looks_at_names_leaves_a_mark(country):
    client = browser(country)
    paper = begun(client, "awards")
    before = Event.objects.filter(verb="narrative.open_paper").count()
    assert "Nguyễn Văn Ví Dụ" in words(page(client.get(f"/papers/{paper.pk}/")))
    client.get(f"/papers/{paper.pk}/paper.pdf")
    client.get(f"/papers/{paper.pk}/edit/")
    assert Event.objects.filter(verb="narrative.open_paper").count() == before + 3
    assert "nội dung tự xóa sau ngày 31/12/2027" in words(page(client.get(f"/papers/{paper.pk}/")))


def test_an_erased_paper_says_so(country):
    client = browser(country)
    paper = begun(client, "awards", keep_until="31/12/2026")
    browser(country, "lan").post(f"/papers/{paper.pk}/", {"do": "finish", "date": "20/11/2026"})
    actions.erase_expired(cast.REFORM.replace(year=2027))
    said = words(page(client.get(f"/papers/{paper.pk}/")))
    assert "đã xóa nội dung" in said
    assert "Ví Dụ" not in said
    assert client.get(f"/papers/{paper.pk}/paper.docx").status_code == 409


def test_papers_are_the_own_units_only(country):
    paper = begun(browser(country))
    for name in ("tuan", "nga", "binh_officer"):
        assert browser(country, name).get(f"/papers/{paper.pk}/").status_code == 404
        assert "Hội nghị sơ kết" not in words(page(browser(country, name).get("/papers/")))


def test_a_list_costs_the_same_for_one_and_for_three(country, django_assert_num_queries):
    client = browser(country)
    begun(client)
    client.get("/papers/")
    with CaptureQueriesContext(connection) as first:
        client.get("/papers/")
    queries = len(first)
    for _ in range(2):
        begun(client)
    client.get("/papers/")  # says what was saved
    with django_assert_num_queries(queries):
        client.get("/papers/")


def test_a_list_shows_one_kind(country):
    client = browser(country)
    begun(client)
    begun(client, "press", headline="Tin mới")
    assert "Tin mới" not in words(page(client.get("/papers/?kind=invitation")))
    assert "Tin mới" in words(page(client.get("/papers/?kind=press")))
    assert "Tin mới" in words(page(client.get("/papers/?kind=nothing")))
