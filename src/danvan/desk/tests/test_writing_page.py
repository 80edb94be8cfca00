"""The page on which a report is written: without script, by two people at once, with figures that change meanwhile."""

from __future__ import annotations

import base64
import hashlib
import io
import re

import docx
import pytest
from django.test import Client
from lxml import html

from danvan.access.tests import cast
from danvan.access.tests.stage import staged
from danvan.figures import actions as filing
from danvan.narrative import actions
from danvan.narrative.models import Manuscript, Piece
from danvan.narrative.tests.test_manuscripts import FORM, MODELS, OUTLINE, PERIOD, reported

PAGE = f"/writing/{PERIOD}/{OUTLINE}/"


@staged
def country():
    country = cast.small_country()
    reported(country.an, {"mod.total": 30, "dlg.sessions": 5})
    reported(country.binh, {"mod.total": 12, "dlg.sessions": 2})
    return country


def browser(country, name: str) -> Client:
    client = Client()
    client.force_login(country.people[name])
    return client


def form_of(client: Client) -> dict[str, str]:
    """The fields as the page shows them, as a browser would send them back."""
    page = html.fromstring(client.get(PAGE).content.decode())
    fields = {one.get("name"): one.value or "" for one in page.xpath("//form[contains(@class, 'writing')]//textarea")}
    hidden = page.xpath("//form[contains(@class, 'writing')]//input[@type='hidden']")
    return {**fields, **{one.get("name"): one.get("value", "") for one in hidden}}


@pytest.fixture
def hung(country) -> Client:
    client = browser(country, "hung")
    client.post(PAGE, {"act": "begin"})
    return client


def words(client: Client) -> str:
    return html.fromstring(client.get(PAGE).content.decode()).text_content()


def test_before_anybody_begins_it_shows_what_figures_make(country) -> None:
    client = browser(country, "xem")
    said = words(client)
    assert "toàn tỉnh có 42 mô hình “Dân vận khéo”" in said
    assert "Chưa ai bắt đầu viết báo cáo này." in said
    assert Manuscript.objects.count() == 0
    assert client.post(PAGE, {"act": "begin"}).status_code == 403


def test_every_field_is_kept_whatever_button_was_pressed(hung) -> None:
    fields = form_of(hung)
    fields["text:strengths.ask"] = "Ưu điểm rõ.\r\n\r\nĐoạn hai."
    fields["text:causes.ask"] = "Nguyên nhân."
    answer = hung.post(PAGE, {**fields, "act": f"out:{MODELS}"})
    assert answer.url == f"{PAGE}#b-{MODELS}"
    assert Piece.objects.get(key="strengths.ask").text == "Ưu điểm rõ.\n\nĐoạn hai."
    assert Piece.objects.get(key="causes.ask").use == "own"
    assert Piece.objects.get(key=MODELS).use == "out"
    # What nobody touched was not made somebody's own.
    assert Piece.objects.filter(use="own").count() == 2


def test_a_paragraph_is_added_filled_and_moved(hung) -> None:
    answer = hung.post(PAGE, {**form_of(hung), "act": "add:strengths.ask"})
    key = answer.url.partition("#b-")[2]
    assert key.startswith("strengths.own-")
    fields = form_of(hung)
    hung.post(PAGE, {**fields, f"text:{key}": "Đoạn thêm.", "act": f"up:{key}"})
    placed = list(Piece.objects.filter(part="strengths").order_by("place").values_list("key", flat=True))
    assert placed.index(key) < placed.index("strengths.ask")
    assert "Đoạn thêm." in words(hung)
    hung.post(PAGE, {**form_of(hung), "act": "top:strengths"})
    assert Piece.objects.filter(part="strengths", key__contains=".own-").count() == 2


def test_what_two_people_write_at_once_both_see(country, hung) -> None:
    tuan = browser(country, "tuan")
    mine, theirs = form_of(hung), form_of(tuan)
    tuan.post(PAGE, {**theirs, f"text:{MODELS}": "Lời của Tuấn.", "act": "save"})
    answer = hung.post(PAGE, {**mine, f"text:{MODELS}": "Lời của Hùng.", "text:causes.ask": "Khác.", "act": "save"})
    assert answer.status_code == 409
    page = html.fromstring(answer.content.decode())
    assert "Lời của Tuấn." in page.text_content()
    (field,) = page.xpath(f"//textarea[@name='text:{MODELS}']")
    assert field.value == "Lời của Hùng."
    assert Piece.objects.get(key=MODELS).text == "Lời của Tuấn."
    assert Piece.objects.get(key="causes.ask").text == "Khác."  # the rest is kept
    hidden = {one.get("name"): one.get("value") for one in page.xpath("//form//input[@type='hidden']")}
    again = {**{one.get("name"): one.value for one in page.xpath("//textarea")}, **hidden}
    hung.post(PAGE, {**again, "act": f"theirs:{MODELS}"})
    assert Piece.objects.get(key=MODELS).text == "Lời của Tuấn."
    hung.post(PAGE, {**again, "act": "save"})
    assert Piece.objects.get(key=MODELS).text == "Lời của Hùng."


def test_the_script_is_told_what_was_kept_and_what_was_not(hung) -> None:
    fields = {"text:causes.ask": "Một.", "rev:causes.ask": "0", "was:causes.ask": "x", "act": "save"}
    said = hung.post(PAGE, fields, headers={"Accept": "application/json"}).json()
    assert said["saved"]["causes.ask"]["revision"] == 1
    assert said["conflicts"] == []
    again = hung.post(PAGE, {**fields, "text:causes.ask": "Hai."}, headers={"Accept": "application/json"}).json()
    assert (again["saved"], again["conflicts"]) == ({}, ["causes.ask"])
    long = hung.post(PAGE, {**fields, "text:causes.ask": "a" * 20001}, headers={"Accept": "application/json"})
    assert "nhiều nhất 20000 chữ" in long.json()["error"]


def test_what_is_refused_keeps_what_was_typed(hung) -> None:
    fields = {**form_of(hung), "text:causes.ask": "a" * 20001, "text:strengths.ask": "Giữ.", "act": "save"}
    answer = hung.post(PAGE, fields)
    assert answer.status_code == 422
    page = html.fromstring(answer.content.decode())
    assert "Đoạn quá dài" in page.text_content()
    assert page.xpath("//textarea[@name='text:strengths.ask']")[0].value == "Giữ."


def test_a_figure_that_changed_is_shown_old_beside_new(country, hung) -> None:
    hung.post(PAGE, {**form_of(hung), f"text:{MODELS}": "Có 42 mô hình.", "act": "save"})
    reported(country.an, {"mod.total": 31, "dlg.sessions": 6}, restate="Sót")
    said = " ".join(words(hung).split())
    assert "Câu theo số liệu đã đổi từ lần xem trước" in said
    assert "Số cuộc đối thoại với Nhân dân: 7 → 8" in said
    assert "dựa trên số liệu đã đổi" in said
    assert "Viết “42 mô hình”; số liệu về Tổng số mô hình Dân vận khéo đang thực hiện là 43." in said
    hung.post(PAGE, {**form_of(hung), "act": "looked"})
    assert "đã đổi từ lần xem trước" not in words(hung)
    assert Piece.objects.get(key=MODELS).text == "Có 42 mô hình."


def test_the_preview_lets_in_its_own_style_and_nothing_else(country, hung) -> None:
    answer = hung.get(f"{PAGE}preview/")
    policy = answer["Content-Security-Policy"]
    (style,) = re.findall(rb"<style>(.*?)</style>", answer.content, re.DOTALL)
    assert f"'sha256-{base64.b64encode(hashlib.sha256(style).digest()).decode()}'" in policy
    assert "unsafe" not in policy
    assert b" style=" not in answer.content
    assert "42</a> mô hình" in answer.content.decode()


@pytest.mark.parametrize("kind", ["docx", "pdf", "html", "xlsx"])
def test_it_can_be_taken_along(hung, kind: str) -> None:
    hung.post(PAGE, {**form_of(hung), "text:causes.ask": "Nguyên nhân.", "act": "save"})
    answer = hung.get(f"{PAGE}report.{kind}")
    assert answer.status_code == 200
    assert f'filename="bao-cao-tinh-bac-2026-q3.{kind}"' in answer["Content-Disposition"]
    if kind == "docx":
        assert "Nguyên nhân." in [p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs]


def test_it_leads_to_what_may_be_written(country, hung) -> None:
    said = words_of = hung.get("/writing/").content.decode()
    assert f'href="{PAGE}"' in said
    assert "Báo cáo công tác dân vận quý" in words_of
    assert hung.get("/writing/?period=2026-Q3&outline=topic-models").url == "/writing/2026-Q3/topic-models/"
    assert "topic-models" in hung.get("/writing/?period=2026-Q3").content.decode()


@pytest.mark.parametrize(
    "address",
    ["/writing/2026-Q3/none/", "/writing/2026-Q3/party-year/", "/writing/2026-Q1/party-quarter/", f"{PAGE}report.doc"],
)
def test_what_is_not_there_is_told(country, hung, address: str) -> None:
    answer = hung.get(address)
    assert answer.status_code == 404
    assert "hãy" in answer.content.decode().lower()


def test_the_page_of_the_signed_report_offers_the_words_sealed_with_it(country, hung) -> None:
    hung.post(PAGE, {**form_of(hung), "text:causes.ask": "Nguyên nhân đã ký.", "act": "save"})
    actions.begin(unit=country.bac.pk, period=PERIOD, outline="topic-models", by="x")
    report = filing.sign(form=FORM, unit=country.bac, period=PERIOD, by="Tuấn")
    assert "Nguyên nhân đã ký." in hung.get(f"/submissions/{report.pk}/report.html").content.decode()
    other = hung.get(f"/submissions/{report.pk}/report.html?outline=topic-models").content.decode()
    assert "Nguyên nhân đã ký." not in other
    assert "KẾT QUẢ PHONG TRÀO" in other
    page = hung.get(f"/submissions/{report.pk}/").content.decode()
    assert f'/submissions/{report.pk}/report.docx?outline=topic-models"' in page
    assert hung.get(f"/submissions/{report.pk}/report.html?outline=party-year").status_code == 409
    assert hung.get(f"/submissions/{report.pk}/report.html?outline=x").status_code == 404
