"""Report files are sent from the page of reports; their progress survives a reload and ends with a summary."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from danvan.access.tests.cast import small_country
from danvan.access.tests.stage import staged
from danvan.narrative.models import Intake, Report
from danvan.narrative.tests.test_deciding import TEXT

pytestmark = pytest.mark.django_db


world = staged(small_country)


@pytest.fixture
def mai(world, as_person):
    return as_person(world.people["mai"])


def text_file(name: str = "an.txt", text: str = TEXT) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def picture(name: str = "anh.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"\x89PNG\r\n\x1a\n" + b"0" * 99)


def read_all(client, intake: Intake, callbacks) -> None:
    with callbacks(execute=True):
        client.post(f"/reports/intake/{intake.pk}/read/")


def test_files_are_sent_read_in_steps_and_listed_with_what_became_of_them(mai, django_capture_on_commit_callbacks):
    answer = mai.post("/reports/intake/", {"files": [text_file(), picture()], "text": ""})
    intake = Intake.objects.get()
    assert answer.url == f"/reports/intake/{intake.pk}/"
    waiting = mai.get(answer.url).content.decode()
    assert "Đã đọc 1 trên 2 tệp" in waiting
    assert "Còn 1 trên 2 tệp đang chờ đọc" in mai.get("/reports/").content.decode()
    assert not Report.objects.exists()

    read_all(mai, intake, django_capture_on_commit_callbacks)

    done = mai.get(answer.url).content.decode()
    assert "Đã đọc xong 2 tệp" in done
    assert "1 đọc được" in done
    assert "không thuộc loại được nhận" in done
    assert f'href="/reports/{Report.objects.get().pk}/"' in done
    assert "đang chờ đọc" not in mai.get("/reports/").content.decode()


def test_a_script_gets_only_what_changes(mai):
    mai.post("/reports/intake/", {"files": [text_file()]})
    part = mai.get(f"/reports/intake/{Intake.objects.get().pk}/", headers={"X-Part": "1"}).content.decode()

    assert "<html" not in part
    assert 'data-left="1"' in part


def test_a_pasted_text_is_read(mai, django_capture_on_commit_callbacks):
    mai.post("/reports/intake/", {"text": TEXT})
    read_all(mai, Intake.objects.get(), django_capture_on_commit_callbacks)

    assert Report.objects.get().text == TEXT


def test_nothing_sent_says_what_to_do(mai):
    answer = mai.post("/reports/intake/", {"text": "  "}, follow=True)

    assert "Chưa có gì để đọc" in answer.content.decode()
    assert not Intake.objects.exists()


def test_a_file_that_failed_is_read_again_on_demand(mai, django_capture_on_commit_callbacks, monkeypatch):
    from danvan.narrative.actions import taking_in

    monkeypatch.setattr(taking_in, "read_bytes", lambda data, name: (_ for _ in ()).throw(MemoryError()))
    mai.post("/reports/intake/", {"files": [text_file()]})
    intake = Intake.objects.get()
    read_all(mai, intake, django_capture_on_commit_callbacks)
    failed = intake.files.get()
    assert "Đọc lại" in mai.get(f"/reports/intake/{intake.pk}/").content.decode()
    monkeypatch.undo()

    mai.post(f"/reports/intake/{intake.pk}/files/{failed.pk}/again/")
    read_all(mai, intake, django_capture_on_commit_callbacks)

    assert intake.files.get().state == "read"


def test_others_neither_see_nor_move_it(mai, world, as_person):
    mai.post("/reports/intake/", {"files": [text_file()]})
    intake = Intake.objects.get()
    for name in ("hung", "nga"):
        other = as_person(world.people[name])
        assert other.get(f"/reports/intake/{intake.pk}/").status_code == 404
        assert other.post(f"/reports/intake/{intake.pk}/read/").status_code == 404
    assert as_person(world.people["xem"]).post("/reports/intake/", {"files": [text_file()]}).status_code == 403


def test_who_may_not_send_finds_no_form(world, as_person):
    assert 'name="files"' not in as_person(world.people["xem"]).get("/reports/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_files_costs_no_queries(
    mai, count, django_assert_num_queries, django_capture_on_commit_callbacks
):
    texts = [text_file(f"{n}.txt", TEXT.replace("46 lượt", f"{50 + n} lượt")) for n in range(count)]
    mai.post("/reports/intake/", {"files": [*texts, picture()]})
    intake = Intake.objects.get()
    read_all(mai, intake, django_capture_on_commit_callbacks)
    with django_assert_num_queries(13):
        page = mai.get(f"/reports/intake/{intake.pk}/").content.decode()
    assert f"{count} đọc được" in page


def test_a_large_text_is_no_harm(mai):
    answer = mai.post("/reports/intake/", {"files": [text_file(text="a " * 1_500_000)]})

    assert "quá lớn" in mai.get(answer.url).content.decode()
