"""Files kept for a unit: who may store, see and discard them, through the pages and through SQL."""

from __future__ import annotations

import hashlib
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from danvan.access import scope
from danvan.access.actions_files import discard, store
from danvan.access.files import IMAGES, FileRefused
from danvan.access.models import StoredFile
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.files_sample import a_macro_workbook, a_pdf, a_photo
from danvan.access.tests.stage import staged
from danvan.audit.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.as_people]


@staged
def country() -> SimpleNamespace:
    made = small_country()
    made.posts = {name: post_of(person) for name, person in made.people.items() if name != "nobody"}
    return made


@pytest.fixture
def world(country: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, settings: Any) -> SimpleNamespace:
    monkeypatch.delenv("DANVAN_CLAMAV", raising=False)
    # The manifest of hashed names exists only after collectstatic.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.LOGIN_URL = "/sign-in-here/"
    return country


@pytest.fixture
def plan(world: SimpleNamespace) -> StoredFile:
    """A plan that Mai stored for Xã An."""
    return stored(world, "mai", a_pdf(), "Kế hoạch 6.pdf")


def stored(world: SimpleNamespace, who: str, content: bytes, name: str, **more: Any) -> StoredFile:
    with scope.acting(world.posts[who]) as post:
        return store(io.BytesIO(content), name=name, unit=post.unit_id, purpose="figures.Cell", by=post, **more)


def page(world: SimpleNamespace, who: str, file: StoredFile, **headers: str) -> Any:
    client = Client()
    client.force_login(world.people[who])
    return client.get(reverse("stored_file", args=[file.pk]), headers=headers)


def test_what_is_stored_is_what_was_found_in_it(world: SimpleNamespace, plan: StoredFile) -> None:
    with scope.acting(world.posts["mai"]):
        file = StoredFile.objects.get()
    assert (file.unit_id, file.name, file.kind, file.mime) == (world.an.pk, "Kế hoạch 6.pdf", "pdf", "application/pdf")
    assert bytes(file.content) == a_pdf()
    assert (file.size, file.sha256) == (len(a_pdf()), hashlib.sha256(a_pdf()).hexdigest())
    assert file.stored_by == "Mai, Cán bộ Ban Xây dựng Đảng, Xã An"


def test_storing_leaves_its_event(world: SimpleNamespace, plan: StoredFile) -> None:
    with scope.system("test"):
        event = Event.objects.get(verb="access.store_file")
    assert (event.label, event.data["sha256"], event.data["purpose"]) == ("Kế hoạch 6.pdf", plan.sha256, "figures.Cell")


def test_an_upload_of_a_page_is_stored_as_it_comes(world: SimpleNamespace) -> None:
    sent = SimpleUploadedFile("họp.JPG", a_photo(), content_type="text/html")
    with scope.acting(world.posts["mai"]) as post:
        file = store(sent, name=sent.name, unit=world.an, purpose="figures.Cell", by=post, allowed=IMAGES)
    assert (file.kind, file.mime, file.name) == ("jpeg", "image/jpeg", "họp.jpg")


def test_what_is_refused_leaves_nothing(world: SimpleNamespace) -> None:
    with pytest.raises(FileRefused, match="chứa macro"):
        stored(world, "mai", a_macro_workbook(), "số liệu.xlsx")
    with scope.system("test"):
        assert not StoredFile.objects.exists()
        assert not Event.objects.filter(verb="access.store_file").exists()


@pytest.mark.parametrize("who", ["xem", "vy", "quan"])
def test_who_may_not_fill_stores_nothing(world: SimpleNamespace, who: str) -> None:
    with pytest.raises(scope.Refused):
        stored(world, who, a_pdf(), "a.pdf")


@pytest.mark.parametrize("who", ["hung", "binh_officer", "nga", "son"])
def test_nobody_stores_or_discards_for_another_unit(world: SimpleNamespace, plan: StoredFile, who: str) -> None:
    with scope.acting(world.posts[who]) as post:
        with pytest.raises(scope.Refused):
            store(io.BytesIO(a_pdf()), name="a.pdf", unit=world.an, purpose="figures.Cell", by=post)
        with pytest.raises(scope.Refused):
            discard(file=plan, reason="nhầm", by=post)


# own unit, above and far above; beside, in the next province, in no post
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("mai", 200),
        ("lan", 200),
        ("hung", 200),
        ("xem", 200),
        ("son", 200),
        ("binh_officer", 404),
        ("nga", 404),
        ("nobody", 403),
    ],
)
def test_a_file_is_served_within_reach_and_unknown_beyond(
    world: SimpleNamespace, plan: StoredFile, who: str, status: int
) -> None:
    answer = page(world, who, plan)
    assert answer.status_code == status
    assert (answer.content == a_pdf()) == (status == 200)


def test_a_stranger_is_sent_to_sign_in(plan: StoredFile) -> None:
    answer = Client().get(reverse("stored_file", args=[plan.pk]))
    assert answer.status_code == 302
    assert answer.url == f"/sign-in-here/?next=/files/{plan.pk}/"


def test_the_database_shows_and_changes_nothing_of_a_neighbours_file(world: SimpleNamespace, plan: StoredFile) -> None:
    for who, seen in (("mai", 1), ("hung", 1), ("nga", 0), ("binh_officer", 0)):
        with scope.acting(world.posts[who]), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM access_storedfile")
            assert cursor.fetchone() == (seen,), who
    for who, changed in (("nga", 0), ("hung", 0), ("mai", 1)):
        with scope.acting(world.posts[who]), connection.cursor() as cursor:
            cursor.execute("UPDATE access_storedfile SET content = NULL")
            assert cursor.rowcount == changed, who


def test_a_pdf_is_saved_and_a_picture_shown_under_headers_that_let_nothing_run(
    world: SimpleNamespace, plan: StoredFile
) -> None:
    answer = page(world, "hung", plan)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''K%E1%BA%BF")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    picture = page(world, "hung", stored(world, "mai", a_photo(), "họp.jpg"))
    assert picture.headers["Content-Disposition"].startswith("inline;")
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"MayAnhCuaToi" not in picture.content


def test_a_browser_that_has_the_file_is_told_so_only_within_reach(world: SimpleNamespace, plan: StoredFile) -> None:
    tag = page(world, "hung", plan).headers["ETag"]
    again = page(world, "hung", plan, if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert page(world, "nga", plan, if_none_match=tag).status_code == 404


def test_only_reading_is_answered(world: SimpleNamespace, plan: StoredFile) -> None:
    client = Client()
    client.force_login(world.people["mai"])
    assert client.post(reverse("stored_file", args=[plan.pk])).status_code == 405
    assert client.head(reverse("stored_file", args=[plan.pk])).content == b""


def test_a_discarded_file_is_gone_and_its_record_stays(world: SimpleNamespace, plan: StoredFile) -> None:
    for _again in range(2):
        with transaction.atomic(), scope.acting(world.posts["lan"]) as post:
            discard(file=plan, reason="gửi nhầm kế hoạch cũ", by=post)
    with scope.system("test"):
        kept = StoredFile.objects.get(pk=plan.pk)
        assert (kept.content, kept.sha256, kept.name) == (None, plan.sha256, "Kế hoạch 6.pdf")
        assert Event.objects.get(verb="access.discard_file").data["reason"] == "gửi nhầm kế hoạch cũ"
    answer = page(world, "mai", plan)
    assert answer.status_code == 404
    assert "Tệp “Kế hoạch 6.pdf” đã được bỏ" in answer.content.decode()


def test_a_file_is_not_discarded_without_a_reason(world: SimpleNamespace, plan: StoredFile) -> None:
    with scope.acting(world.posts["lan"]) as post, pytest.raises(ValueError, match="lý do"):
        discard(file=plan, reason="  ", by=post)
