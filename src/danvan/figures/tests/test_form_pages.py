"""The pages of forms: who sees them, the editor without a script, the changes before a version is put in force."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from danvan.access.tests.cast import small_country
from danvan.access.tests.stage import staged
from danvan.figures import form_versions
from danvan.figures.models import Form
from danvan.lib.periods import vietnamese

pytestmark = [pytest.mark.as_people, pytest.mark.django_db]
TOMORROW = timezone.localdate() + timedelta(days=1)


cast = staged(small_country)


@pytest.fixture
def sign_in(cast):
    def run(name):
        client = Client()
        client.force_login(cast.people[name])
        return client

    return run


@pytest.fixture
def vy(sign_in):
    return sign_in("vy")


class Fields(HTMLParser):
    """What a browser would send of the editor's form."""

    def __init__(self, text):
        super().__init__()
        self.data, self.inside, self.area, self.select = QueryDict(mutable=True), False, "", ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.inside = "forms-editor" in (given.get("class") or "")
        name, value = given.get("name"), given.get("value") or ""
        if not self.inside:
            return
        if tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.data.appendlist(name, value or ("on" if given.get("type") == "checkbox" else ""))
        elif tag == "textarea":
            self.area = name
            self.data[name] = ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and (self.select not in self.data or "selected" in given):
            self.data[self.select] = value

    def handle_endtag(self, tag):
        self.area = "" if tag == "textarea" else self.area
        self.inside = self.inside and tag != "form"

    def handle_data(self, text):
        if self.area:
            self.data[self.area] += text


EDITOR = "/forms/dan_van/draft/"


def begin(client):
    response = client.post(EDITOR, {"begin": "1"})
    assert (response.status_code, response["Location"]) == (302, EDITOR)


def press(client, button, address=EDITOR, **typed):
    """Opens the editor, types, presses one button: what a browser does."""
    page = client.get(address)
    assert page.status_code == 200
    data = Fields(page.content.decode()).data
    for name, value in typed.items():
        data[name] = value
    data["act"] = button
    return client.post(address, data.urlencode(), content_type="application/x-www-form-urlencoded")


def draft():
    return Form.objects.get(code="dan_van", during__isempty=True)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_everyone_who_works_here_sees_the_forms_and_their_due_days(sign_in):
    client = sign_in("mai")
    page = client.get("/forms/")
    for name in (
        "Báo cáo công tác dân vận",
        "Biểu tổng hợp kết quả tiếp công dân",
        "Số liệu tuần của Mặt trận Tổ quốc",
    ):
        assert name in words(page)
    assert "Lập biểu" not in words(page)
    form = client.get("/forms/tiep_cong_dan/")
    assert "Cột 1 = 4 + 13 + 22." in words(form)
    assert "Hạn nộp: thứ" in words(form)
    assert "Soạn phiên bản mới" not in words(form)


def test_the_pages_speak_english(sign_in):
    client = sign_in("mai")
    client.cookies["django_language"] = "en"
    assert "Column 1 = 4 + 13 + 22." in words(client.get("/forms/tiep_cong_dan/"))


@pytest.mark.parametrize("name", ["mai", "tuan", "quan", "nobody"])
def test_nobody_else_prepares_or_issues(sign_in, name):
    client = sign_in(name)
    assert client.post(EDITOR, {"begin": "1"}).status_code == 403
    assert client.get(EDITOR).status_code == 403
    assert client.get(EDITOR + "changes/").status_code == 403
    assert client.post("/forms/", {"code": "x1", "name_vi": "X", "name_en": "X"}).status_code == 403
    duty = {"level": "province", "line": "", "on": vietnamese(TOMORROW)}
    assert client.post("/forms/dan_van/duty/", duty).status_code == 403
    assert Form.objects.filter(during__isempty=True).count() == 0


def test_an_unknown_form_is_no_page(vy):
    assert vy.get("/forms/khong_co/").status_code == 404
    assert vy.get("/forms/dan_van/version/999999/").status_code == 404


def test_saving_what_the_page_shows_changes_nothing(vy):
    begin(vy)
    before = form_versions.stamp(draft())
    assert press(vy, "save").status_code == 302
    assert form_versions.stamp(draft()) == before == form_versions.stamp(form_versions.newest("dan_van"))


def test_every_button_saves_what_was_typed(vy):
    begin(vy)
    response = press(vy, "down iss.raised", name_vi="Báo cáo mới", working_days="3")
    assert response["Location"] == EDITOR + "#row-iss.raised"
    found = draft()
    assert (found.name_vi, found.due["working_days"]) == ("Báo cáo mới", 3)
    assert [row["indicator"] for row in found.sections[0]["rows"][:2]] == ["iss.directed", "iss.raised"]


def test_rows_are_found_in_the_catalogue_and_added(vy):
    begin(vy)
    response = press(vy, "save", q="truc tuyen")
    assert response["Location"] == EDITOR + "?q=truc+tuyen#find-rows"
    page = words(vy.get(EDITOR + "?q=truc+tuyen"))
    assert "Số lượt tiếp công dân trực tuyến" in page
    press(vy, "add rec.turns mode=regular", address=EDITOR + "?q=luot+tiep", into="2")
    assert draft().sections[2]["rows"][-1] == {"indicator": "rec.turns", "breakdown": "mode=regular"}


def test_what_is_wrong_is_kept_and_told_and_not_issued(vy):
    begin(vy)
    press(vy, "save", name_vi="", working_days="năm")
    page = words(vy.get(EDITOR))
    assert "Biểu chưa có tên tiếng Việt." in page
    assert "Hạn nộp: số ngày phải là số nguyên." in page
    stamp = form_versions.stamp(draft())
    response = vy.post(EDITOR + "changes/", {"since": vietnamese(TOMORROW), "stamp": stamp})
    assert response.status_code == 422
    assert draft().during.isempty


def test_a_name_that_is_too_long_comes_back_as_typed(vy):
    begin(vy)
    response = press(vy, "save", name_en="x" * 250)
    assert response.status_code == 422
    assert "x" * 250 in response.content.decode()
    assert draft().name_en != "x" * 250


def test_the_second_of_two_editors_is_told_and_loses_nothing(vy, sign_in):
    begin(vy)
    seen = Fields(vy.get(EDITOR).content.decode()).data
    press(sign_in("vy"), "save", name_vi="Tên của người kia")
    seen["name_en"], seen["act"] = "Typed meanwhile", "save"
    response = vy.post(EDITOR, seen.urlencode(), content_type="application/x-www-form-urlencoded")
    assert response.status_code == 409
    assert "vừa được người khác sửa" in words(response)
    assert "“Tên của người kia” thành “Báo cáo công tác dân vận”" in words(response)
    again = Fields(response.content.decode()).data
    assert again["name_en"] == "Typed meanwhile"
    assert draft().name_vi == "Tên của người kia"
    again["act"] = "save"
    vy.post(EDITOR, again.urlencode(), content_type="application/x-www-form-urlencoded")
    assert draft().name_en == "Typed meanwhile"


def test_changes_are_shown_before_a_version_is_put_in_force(vy):
    begin(vy)
    assert press(vy, "changes", name_vi="Báo cáo mới")["Location"] == EDITOR + "changes/"
    page = vy.get(EDITOR + "changes/")
    assert "Đổi tên biểu: “Báo cáo công tác dân vận” thành “Báo cáo mới”." in words(page)
    stamp = form_versions.stamp(draft())
    wrong = vy.post(EDITOR + "changes/", {"since": "31/2/2027", "stamp": stamp})
    assert wrong.status_code == 422
    assert "Không có ngày “31/2/2027”" in words(wrong)
    assert 'value="31/2/2027"' in wrong.content.decode()
    done = vy.post(EDITOR + "changes/", {"since": vietnamese(TOMORROW), "stamp": stamp})
    assert done["Location"] == "/forms/dan_van/"
    page = words(vy.get("/forms/dan_van/"))
    assert f"Từ {vietnamese(TOMORROW)}" in page
    assert "sắp hiệu lực" in page
    version = form_versions.newest("dan_van")
    assert "thành “Báo cáo mới”" in words(vy.get(f"/forms/dan_van/version/{version.pk}/"))


def test_what_was_changed_after_it_was_looked_at_is_not_put_in_force(vy, sign_in):
    begin(vy)
    stamp = form_versions.stamp(draft())
    press(sign_in("vy"), "save", name_vi="Tên khác")
    response = vy.post(EDITOR + "changes/", {"since": vietnamese(TOMORROW), "stamp": stamp})
    assert response.status_code == 422
    assert draft().during.isempty


def test_a_new_form_is_made_given_and_issued(vy):
    typed = {"code": "thang", "name_vi": "Báo cáo tháng", "name_en": "Monthly report"}
    assert vy.post("/forms/", typed)["Location"] == "/forms/thang/draft/"
    assert vy.post("/forms/", typed).status_code == 422
    editor = "/forms/thang/draft/"
    press(vy, "section-add", address=editor, periodicities="month")
    press(vy, "add rec.turns", address=editor, into="0")
    assert "chưa giao cho đơn vị nào" in words(vy.get(editor))
    duty = {"level": "commune", "line": "", "on": vietnamese(TOMORROW)}
    assert vy.post("/forms/thang/duty/", duty)["Location"] == "/forms/thang/#duties"
    again = vy.post("/forms/thang/duty/", duty)
    assert again.status_code == 422
    assert "đã được giao trong thời gian này" in words(again)
    stamp = form_versions.stamp(Form.objects.get(code="thang"))
    vy.post(editor + "changes/", {"since": vietnamese(TOMORROW), "stamp": stamp})
    assert Form.objects.get(code="thang").during.lower == TOMORROW
    held = form_versions.duties("thang").get()
    assert vy.post("/forms/thang/duty/", {"end": held.pk, "on": vietnamese(TOMORROW)}).status_code == 302
    assert not form_versions.duties("thang")


def test_a_draft_is_given_up(vy):
    begin(vy)
    assert vy.post(EDITOR, {"discard": "1"})["Location"] == "/forms/dan_van/"
    assert vy.get(EDITOR)["Location"] == "/forms/dan_van/"


def test_what_is_typed_is_shown_as_text(vy):
    begin(vy)
    press(vy, "save", name_vi="<script>alert(1)</script>")
    assert "<script>alert" not in vy.get(EDITOR).content.decode()
