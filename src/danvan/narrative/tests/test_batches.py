"""Reports of all units below, asked for on a page: written one by one, by the page or a worker, then fetched."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from danvan.access import scope
from danvan.access.actions import end_post
from danvan.access.models import Post
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.figures.errors import FigureError
from danvan.lib.periods import Period
from danvan.narrative import actions, many
from danvan.narrative.actions import ReportError, Words, batches
from danvan.narrative.models import Batch, BatchReport
from danvan.narrative.tests.test_manuscripts import PERIOD, reported

WRITING = {"fonts": (), "base_url": "http://127.0.0.1:8000/"}


@staged
def country():
    country = small_country()
    reported(country.an, {"mod.total": 30, "dlg.sessions": 5})
    return country


def asked(country, name: str = "hung") -> Batch:
    with scope.acting(post_of(country.people[name])) as by:
        return actions.begin_batch(period=PERIOD, by=by)


def states(batch: Batch) -> dict[str, str]:
    return dict(BatchReport.objects.filter(batch=batch).values_list("name", "state"))


def names_in(batch: Batch) -> list[str]:
    into = io.BytesIO()
    batches.package(batch, into)
    with zipfile.ZipFile(into) as found:
        assert found.testzip() is None
        return found.namelist()


def test_a_page_writes_what_was_asked_for(country):
    batch = asked(country)
    with scope.acting(post_of(country.people["hung"])) as hung:
        assert actions.write_waiting(post=hung, batch=batch.pk, **WRITING) == 2
        assert states(batch) == {"Xã An": "written", "Xã Bình": "nothing"}
        period = Period.parse(PERIOD)
        an = many.name_of(many.units_below(country.bac.pk, period)[0], period)
        assert names_in(batch) == [f"{an}.docx", f"{an}.pdf"]
        assert actions.write_waiting(post=hung, batch=batch.pk, **WRITING) == 0


def test_a_worker_writes_with_the_eyes_of_whoever_asked(country):
    """What a commune writes is its own until it is signed: its words are not in what the province has written."""
    begun = actions.begin(unit=country.an.pk, period=PERIOD, outline="party-quarter", by="Mai")
    actions.write(manuscript=begun, words=[Words("models.mod.total", "Lời riêng của xã.")], by="Mai")
    batch = asked(country)
    assert actions.write_waiting(**WRITING) == 2
    row = BatchReport.objects.get(batch=batch, of=country.an)
    with zipfile.ZipFile(io.BytesIO(row.content)) as package:
        (word,) = (name for name in package.namelist() if name.endswith(".docx"))
        with zipfile.ZipFile(io.BytesIO(package.read(word))) as file:
            said = file.read("word/document.xml").decode()
    assert "30" in said
    assert "Lời riêng của xã." not in said


def test_who_holds_the_post_no_longer_gets_nothing(country):
    batch = asked(country)
    for post in Post.objects.filter(person=country.people["hung"]):
        end_post(post=post, on=timezone.localdate(), by="t")
    actions.write_waiting(**WRITING)
    rows = BatchReport.objects.filter(batch=batch)
    assert {row.state for row in rows} == {"failed"}
    assert {row.why for row in rows} == {"Người yêu cầu không còn chức danh ở đơn vị."}
    assert not rows.filter(content__isnull=False).exists()


def test_one_that_fails_leaves_the_others_alone(country, monkeypatch):
    reported(country.binh, {"mod.total": 12})
    usual = many.files.lay

    def slips(report, data, *given, **more):
        if data.unit == "Xã An":
            raise ZeroDivisionError("lỡ tay")
        return usual(report, data, *given, **more)

    monkeypatch.setattr(batches.files, "lay", slips)
    batch = asked(country)
    actions.write_waiting(**WRITING)
    assert states(batch) == {"Xã An": "failed", "Xã Bình": "written"}
    assert "lỡ tay" in BatchReport.objects.get(batch=batch, name="Xã An").why


def test_what_a_dead_process_took_up_is_taken_up_again_but_not_for_ever(country):
    batch = asked(country)
    old = timezone.now() - batches.LEASE - timedelta(minutes=1)
    BatchReport.objects.filter(batch=batch, name="Xã An").update(state="writing", taken_at=old, attempts=1)
    BatchReport.objects.filter(batch=batch, name="Xã Bình").update(state="writing", taken_at=old, attempts=3)
    assert actions.write_waiting(**WRITING) == 1
    assert states(batch) == {"Xã An": "written", "Xã Bình": "failed"}
    assert "3 lần" in BatchReport.objects.get(batch=batch, name="Xã Bình").why


def test_a_batch_goes_after_some_days_with_its_files(country):
    batch = asked(country)
    assert actions.let_go_batches() == 0
    assert actions.let_go_batches(timezone.now() + batches.KEPT + timedelta(minutes=5)) == 1
    assert not Batch.objects.filter(pk=batch.pk).exists()


def test_what_cannot_be_asked_for_is_refused_with_a_sentence(country):
    with scope.acting(post_of(country.people["mai"])) as mai, pytest.raises(ReportError, match="không có đơn vị nào"):
        actions.begin_batch(period=PERIOD, by=mai)
    with scope.acting(post_of(country.people["hung"])) as hung, pytest.raises(FigureError):
        actions.begin_batch(period="2026-Q7", by=hung)
    with scope.acting(post_of(country.people["xem"])) as viewer, pytest.raises(scope.Refused):
        actions.begin_batch(period=PERIOD, by=viewer)
