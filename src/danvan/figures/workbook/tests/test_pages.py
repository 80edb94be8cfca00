"""The round through the pages: download, fill offline, send back, look, take over."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from danvan.access.models import StoredFile
from danvan.access.tests.cast import small_country
from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.figures import actions
from danvan.figures.actions import CellInput, Entry
from danvan.figures.models import Cell, Evidence, Submission, WorkbookMapping
from danvan.figures.workbook.tests.filling import Person
from danvan.figures.workbook.tests.test_foreign import LINES, TITLE, workbook

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


country = staged(small_country)


@pytest.fixture
def world(country, settings):
    # The manifest of hashed names exists only after collectstatic.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    return country


@pytest.fixture
def draft(world):
    """Mai has begun the quarter of Xã An: three figures."""
    found = actions.open_draft(form="dan_van", unit=world.an, period="2026-Q3", by="Mai")
    enter(found, ("rec.turns", 120), ("mod.total", 9), ("mod.new", 4))
    return found


def enter(draft, *figures, seen=0):
    done = actions.enter(
        submission=draft, entries=[Entry(CellInput(code, Decimal(value)), seen) for code, value in figures], by="Lan"
    )
    assert not done.conflicts
    assert not done.refused
    return done


@pytest.fixture
def mai(world, as_person):
    return as_person(world.people["mai"])


def download(client, draft):
    response = client.get(reverse("workbook_form", args=[draft.pk]))
    assert response["Content-Type"] == MIME
    assert "attachment" in response["Content-Disposition"]
    return response.content


def send(client, draft, data, name="Biểu quý III.xlsx"):
    return client.post(reverse("workbook", args=[draft.pk]), {"file": SimpleUploadedFile(name, data, MIME)})


def kept(draft):
    return StoredFile.objects.get(purpose=f"figures.Submission:{draft.pk}")


def figures(draft):
    return {
        (cell.indicator, cell.breakdown): (cell.state, cell.value and int(cell.value))
        for cell in Cell.objects.filter(submission=draft)
    }


def test_the_round_offline_and_back(mai, draft):
    person = Person(download(mai, draft))
    assert person.cell("rec.turns|").value == 120
    person.put("rec.turns|", 125)
    person.put("rec.turns|", "đếm lại sổ", "note")
    person.put("rec.persons|", 300)
    person.put("mod.new|", None)
    person.put("dlg.sessions|", "không áp dụng", "empty")
    before = figures(draft)
    response = send(mai, draft, person.save())
    assert response.status_code == 302
    page = mai.get(response.url)
    assert page.status_code == 200
    assert figures(draft) == before  # nothing is written by looking
    chosen = [line.diff.id for group in page.context["groups"] for line in group["lines"] if line.checked]
    assert sorted(chosen) == ["dlg.sessions|", "mod.new|", "rec.persons|", "rec.turns|"]
    applied = mai.post(response.url, {"take": chosen, "seen": [f"{one}=9" for one in chosen]}, follow=True)
    assert "Đã ghi 4 ô." in applied.content.decode()
    assert figures(draft) == {
        ("rec.turns", ""): ("value", 125),
        ("rec.persons", ""): ("value", 300),
        ("mod.total", ""): ("value", 9),
        ("mod.new", ""): ("not_reported", None),
        ("dlg.sessions", ""): ("not_applicable", None),
    }
    cell = Cell.objects.get(submission=draft, indicator="rec.turns")
    assert (cell.origin, cell.note, cell.entered_by.partition(",")[0]) == ("imported", "đếm lại sổ", "Mai")
    evidence = Evidence.objects.get(cell=cell)
    assert evidence.source == f"access.StoredFile:{kept(draft).pk}"
    assert evidence.quote.endswith(": 125")
    assert Event.objects.filter(verb="figures.take_over_workbook").count() == 1
    # the same click again writes nothing
    mai.post(response.url, {"take": chosen})
    assert Event.objects.filter(verb="figures.take_over_workbook").count() == 1


def test_only_what_was_chosen_is_written(mai, draft):
    person = Person(download(mai, draft))
    person.put("rec.turns|", 125)
    person.put("rec.persons|", 300)
    url = send(mai, draft, person.save()).url
    mai.post(url, {"take": ["rec.persons|", "khong.co|"], "seen": ["rec.persons|=0", "x", "y=z"]})
    assert figures(draft)["rec.turns", ""] == ("value", 120)
    assert figures(draft)["rec.persons", ""] == ("value", 300)


def test_a_cell_changed_since_the_download_waits_for_a_choice(mai, draft):
    person = Person(download(mai, draft))
    person.put("rec.turns|", 125)
    enter(draft, ("rec.turns", 130), seen=1)
    url = send(mai, draft, person.save()).url
    (group,) = mai.get(url).context["groups"]
    (line,) = group["lines"]
    assert (group["status"], line.checked) == ("conflicting", False)
    assert (line.then["value"], line.now["value"], line.file["value"]) == (120, 130, 125)
    assert "Đã ghi 1 ô" in mai.post(url, {"take": line.diff.id, "seen": "rec.turns|=2"}, follow=True).content.decode()
    assert figures(draft)["rec.turns", ""] == ("value", 125)


def test_a_cell_changed_while_the_page_was_open_is_not_overwritten(mai, draft):
    person = Person(download(mai, draft))
    person.put("rec.turns|", 125)
    url = send(mai, draft, person.save()).url
    mai.get(url)
    enter(draft, ("rec.turns", 130), seen=1)
    response = mai.post(url, {"take": "rec.turns|", "seen": "rec.turns|=1"})
    assert response.status_code == 422
    assert "vừa được người khác sửa" in response.content.decode()
    assert figures(draft)["rec.turns", ""] == ("value", 130)


def test_a_wrong_file_is_refused_and_not_kept(mai, world, draft):
    other = actions.open_draft(form="dan_van", unit=world.an, period="2026-Q2", by="Mai")
    for data, said in (
        (download(mai, other), "quý II năm 2026, ở đây là quý III năm 2026"),
        (b"%PDF-1.7 x", ""),
        (b"xin chao", ""),
    ):
        response = send(mai, draft, data)
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
        assert said in response.content.decode()
    assert "Chưa chọn tệp" in mai.post(reverse("workbook", args=[draft.pk])).content.decode()
    assert not StoredFile.objects.exists()


def test_a_foreign_workbook_is_mapped_once_and_remembered(mai, draft):
    response = send(mai, draft, workbook(LINES, before=TITLE))
    url = mai.get(response.url).url
    assert url == reverse("workbook_mapping", args=[draft.pk, kept(draft).pk])
    page = mai.get(url)
    lines = page.context["lines"]
    assert {line["label"]: line["row"] for line in lines}["2. Số người được tiếp"] == "Số người được tiếp"
    columns = {"sheet": "Sheet1", "header": 4, "label": 1, "value": 4, "note": 5}
    fields = {"key": [line["key"] for line in lines], "row": [line["row"] for line in lines]}
    wrong = mai.post(url, {**columns, **fields, "row": ["không có chỉ tiêu này"]})
    assert wrong.status_code == 422
    assert "không phải chỉ tiêu" in wrong.content.decode()
    assert mai.post(url, {**columns, "key": [], "row": []}).status_code == 422
    mapped = mai.post(url, {**columns, **fields})
    assert mapped.status_code == 302
    page = mai.get(mapped.url)
    statuses = {line.diff.id: group["status"] for group in page.context["groups"] for line in group["lines"]}
    assert statuses["rec.turns|"] == "changed"
    assert statuses["mod.total|field=defence_security"] == "invalid"
    later = [[str(cell).replace("I/2026", "II/2026") if cell else cell for cell in LINES[0]], *LINES[1:]]
    again = send(mai, draft, workbook(later, title="Trang khác"))
    assert mai.get(again.url).status_code == 200  # not asked a second time
    assert WorkbookMapping.objects.count() == 1


def test_the_columns_can_be_looked_at_another_way_before_anything_is_kept(mai, draft):
    url = mai.get(send(mai, draft, workbook(LINES, before=TITLE)).url).url
    page = mai.post(url, {"sheet": "Sheet1", "header": "4", "label": "1", "value": "3", "note": "", "again": "1"})
    assert (page.status_code, page.context["mapping"].value) == (200, 3)
    assert not WorkbookMapping.objects.exists()
    for field, value in (("sheet", "Khác"), ("label", "999"), ("header", "-4"), ("value", "x")):
        assert mai.post(url, {"sheet": "Sheet1", "header": "4", field: value, "again": "1"}).status_code == 400, field


def test_a_file_can_be_thrown_away_until_a_figure_rests_on_it(mai, draft):
    person = Person(download(mai, draft))
    person.put("rec.persons|", 300)
    url = send(mai, draft, person.save()).url
    discard = reverse("workbook_discard", args=[draft.pk, kept(draft).pk])
    mai.post(url, {"take": "rec.persons|"})
    assert mai.post(discard).status_code == 400
    other = send(mai, draft, person.save()).url
    newest = StoredFile.objects.order_by("pk").last()
    assert mai.post(reverse("workbook_discard", args=[draft.pk, newest.pk])).status_code == 302
    assert mai.get(other).status_code == 404


def test_a_submitted_draft_takes_nothing_over(mai, draft, world):
    person = Person(download(mai, draft))
    person.put("rec.persons|", 300)
    url = send(mai, draft, person.save()).url
    enter(draft, ("mod.maintained", 5))
    actions.submit(submission=draft, by="Lan")
    response = mai.post(url, {"take": "rec.persons|"})
    assert response.status_code == 422
    assert "đã được gửi" in response.content.decode()
    assert ("rec.persons", "") not in figures(draft)
    assert download(mai, draft)


def test_only_the_unit_itself_reaches_its_workbooks(mai, as_person, world, draft):
    person = Person(download(mai, draft))
    person.put("rec.persons|", 300)
    send(mai, draft, person.save())
    names = ("workbook", "workbook_file", "workbook_mapping")
    form, *pages = [
        reverse("workbook_form", args=[draft.pk]),
        *(reverse(name, args=[draft.pk, kept(draft).pk][: 1 + (name != "workbook")]) for name in names),
    ]
    # The neighbours do not learn that there is a draft; what is not sent yet a superior does not take away either.
    for who, looks, works in (
        ("nga", 404, 404),
        ("binh_officer", 404, 404),
        ("hung", 403, 403),
        ("xem", 403, 403),
        ("nobody", 403, 403),
    ):
        browser = as_person(world.people[who])
        assert browser.get(form).status_code == looks, who
        assert {browser.get(page).status_code for page in pages} == {works}, who
        assert send(browser, draft, person.save()).status_code == works, who
        assert browser.post(pages[1], {"take": "rec.persons|"}).status_code == works, who
    assert Client().get(form).status_code == 302
    assert ("rec.persons", "") not in figures(draft)
    assert StoredFile.objects.count() == 1


def test_the_form_shows_the_period_before_and_the_year_before(mai, world, draft):
    actions.file_submission(
        form="dan_van", unit=world.an, period="2026-Q2", cells=[CellInput("rec.turns", Decimal(77))], by="x"
    )
    page = openpyxl.load_workbook(io.BytesIO(download(mai, draft))).active
    row = next(line for line in page.iter_rows(values_only=True) if line[0] == "rec.turns|")
    assert row[5:7] == (77, 120)
    assert not row[4]  # nothing was filed a year before


def test_pages_ask_the_database_a_constant_number_of_times(mai, draft, django_assert_max_num_queries):
    person = Person(download(mai, draft))
    for row in list(Submission.objects.get(pk=draft.pk).form.sections[2]["rows"]):
        person.put(f"{row['indicator']}|{row['breakdown']}", 7)
    url = send(mai, draft, person.save()).url
    with django_assert_max_num_queries(25):
        mai.get(url)
