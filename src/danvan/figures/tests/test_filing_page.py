"""The filing page: what is to be filed, the grid with and without script, saving, conflicts, sending."""

from __future__ import annotations

import datetime as dt
import json
from uuid import uuid4

import pytest
from django.test import Client

from danvan.audit.models import Event
from danvan.figures import actions, deadlines, filing_page
from danvan.figures.actions import CellInput, RemarkInput
from danvan.figures.models import Attachment, Cell, Evidence, Submission
from danvan.narrative.models import Reading, Report

PERIOD = "2026-Q3"
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)


@pytest.fixture
def draft(country) -> Submission:
    return actions.open_draft(form="dan_van", unit=country.an, period=PERIOD, by="kiểm thử")


def save(client: Client, draft: Submission, *entries: dict, text: str | None = None):
    body = {"entries": list(entries), **({"text": text} if text is not None else {})}
    return client.post(f"/filing/{draft.pk}/cells/", json.dumps(body), content_type="application/json")


def entry(key: str, text: str | None = None, seen: int = 0, **more) -> dict:
    indicator, _, breakdown = key.partition("|")
    return {
        "indicator": indicator,
        "breakdown": breakdown,
        "seen": seen,
        **({} if text is None else {"text": text}),
        **more,
    }


def value(draft: Submission, key: str):
    indicator, _, breakdown = key.partition("|")
    return Cell.objects.get(submission=draft, indicator=indicator, breakdown=breakdown)


# What is to be filed


def test_the_list_says_what_is_due_and_a_click_begins_it(as_):
    mai = as_("mai")
    answer = mai.get("/filing/")
    page = answer.content.decode()
    assert "Báo cáo công tác dân vận" in page
    assert "quý III năm 2026" in page
    began = mai.post("/filing/", {"form": "dan_van", "period": PERIOD})
    draft = Submission.objects.get()
    assert began.url == f"/filing/{draft.pk}/"
    again = mai.post("/filing/", {"form": "dan_van", "period": PERIOD})
    assert again.url == began.url
    assert "Nhập tiếp" in mai.get("/filing/").content.decode()


def test_a_period_that_cannot_be_filed_is_refused_with_a_sentence(as_):
    answer = as_("mai").post("/filing/", {"form": "dan_van", "period": "2026-M07"})
    assert answer.status_code == 422
    assert "không nộp cho tháng 7" in answer.content.decode()


def test_what_fell_due_long_ago_is_set_apart_unless_it_was_begun(country):
    def periods(tasks):
        return {task.period.code for task in tasks if task.form.code == "dan_van"}

    found = filing_page.tasks(country.an.pk, NOW)
    assert {"2026-Q3"} <= periods(found.to_do)
    assert {"2026-Q1", "2025-H2"} <= periods(found.owed)
    assert not periods(found.to_do) & periods(found.owed)
    assert all(deadlines.lateness(task.due, NOW) > filing_page.LONG_AGO for task in found.owed)
    actions.open_draft(form="dan_van", unit=country.an, period="2026-Q1", by="kiểm thử")
    assert "2026-Q1" in periods(filing_page.tasks(country.an.pk, NOW).to_do)


def test_old_debts_stand_folded_below(as_):
    page = as_("mai").get("/filing/").content.decode()
    today, _, folded = page.partition('<details class="block owed">')
    assert "Còn nợ từ trước" in folded
    assert "quý III năm 2026" in today


def test_in_the_trail_a_report_goes_by_its_name(as_, draft):
    save(as_("mai"), draft, entry("rec.turns", "5"))
    event = Event.objects.get(verb="figures.enter")
    assert event.label == "Báo cáo công tác dân vận, quý III năm 2026"


def test_who_only_looks_begins_nothing(as_):
    assert as_("xem").post("/filing/", {"form": "dan_van", "period": PERIOD}).status_code == 403


# The grid


def test_the_grid_shows_every_row_with_the_figures_before(as_, country, draft):
    actions.file_submission(
        form="dan_van", unit=country.an, period="2026-Q2", cells=[CellInput("rec.turns", 1234)], by="kiểm thử"
    )
    actions.file_submission(
        form="dan_van", unit=country.an, period="2025-Q3", cells=[CellInput("rec.turns", 987)], by="kiểm thử"
    )
    page = as_("mai").get(f"/filing/{draft.pk}/").content.decode()
    rows = sum(len(section["rows"]) for section in draft.form.sections)
    assert page.count('inputmode="decimal"') == rows
    assert "1.234" in page
    assert "987" in page


def test_the_number_of_queries_does_not_grow_with_the_rows(as_, country, draft, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    mai = as_("mai")
    mai.get(f"/filing/{draft.pk}/")
    with CaptureQueriesContext(connection) as empty:
        mai.get(f"/filing/{draft.pk}/")
    rows = [row for section in draft.form.sections for row in section["rows"]]
    ratios = {"ratio", "mean"}
    from danvan.figures import catalogue

    known = catalogue.load()
    save(
        mai,
        draft,
        *[
            entry(f"{row['indicator']}|{row['breakdown']}", "5", note="ghi")
            for row in rows
            if known[row["indicator"]].kind.code not in ratios
        ],
    )
    with CaptureQueriesContext(connection) as full:
        mai.get(f"/filing/{draft.pk}/")
    assert Cell.objects.filter(submission=draft).count() > 80
    assert len(full) == len(empty)


def test_only_the_unit_itself_opens_its_form(as_, draft):
    assert as_("mai").get(f"/filing/{draft.pk}/").status_code == 200
    assert as_("hung").get(f"/filing/{draft.pk}/").status_code == 403  # the province sees it when it is sent
    assert as_("nga").get(f"/filing/{draft.pk}/").status_code == 404
    assert as_("nga").post(f"/filing/{draft.pk}/cells/", "{}", content_type="application/json").status_code == 404


# Without script


def test_without_script_the_whole_form_is_posted_and_comes_back_with_what_is_wrong(as_, draft):
    mai = as_("mai")
    posted = {
        "seen": "0",
        "v:rec.turns|": "1.234",
        "v:rec.persons|": "mười",
        "n:rec.turns|": "cả lưu động",
        "text": "Lời văn",
    }
    answer = mai.post(f"/filing/{draft.pk}/", posted)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="mười"' in page
    assert "không phải là số" in page
    assert value(draft, "rec.turns|").value == 1234
    assert value(draft, "rec.turns|").note == "cả lưu động"
    assert not Cell.objects.filter(submission=draft, indicator="rec.persons").exists()
    draft.refresh_from_db()
    assert draft.text == "Lời văn"


def test_without_script_a_figure_that_somebody_else_entered_is_not_overwritten_at_once(as_, draft):
    mai, lan = as_("mai"), as_("lan")
    save(lan, draft, entry("rec.turns|", "12"))
    answer = mai.post(f"/filing/{draft.pk}/", {"seen": "0", "v:rec.turns|": "15", "was:rec.turns|": ""})
    assert answer.status_code == 422
    assert "Lan" in answer.content.decode()
    assert value(draft, "rec.turns|").value == 12
    mai.post(f"/filing/{draft.pk}/", {"seen": "1", "v:rec.turns|": "15"})
    assert value(draft, "rec.turns|").value == 15


# Saving cells


@pytest.mark.parametrize(("typed", "figure"), [("1.234", 1234), ("1,234", 1234), ("1 234", 1234), ("0", 0), (" 7 ", 7)])
def test_a_number_is_read_in_either_format(as_, draft, typed, figure):
    answer = save(as_("mai"), draft, entry("rec.turns|", typed)).json()
    assert answer["refused"] == []
    assert value(draft, "rec.turns|").value == figure


def test_fractions_are_read_in_either_format_and_an_ambiguous_one_is_asked_about(as_, draft):
    mai = as_("mai")
    save(mai, draft, entry("mod.recognition_rate|", "75,9"), entry("dem.publish_rate|", "75.9"))
    assert value(draft, "mod.recognition_rate|").value == value(draft, "dem.publish_rate|").value
    (refused,) = save(mai, draft, entry("dem.good_rate|", "1.234")).json()["refused"]
    assert "hai cách" in refused["sentence"]


def test_a_rate_may_be_given_by_what_it_is_made_of(as_, draft):
    save(as_("mai"), draft, entry("mod.recognition_rate|", "22/29"))
    cell = value(draft, "mod.recognition_rate|")
    assert (cell.numerator, cell.denominator, round(cell.value, 1)) == (22, 29, round(cell.value, 1))
    assert 75.8 < cell.value < 75.9
    page = as_("mai").get(f"/filing/{draft.pk}/").content.decode()
    assert 'name="v:mod.recognition_rate|" value="75,9"' in page


def test_a_rate_that_was_typed_stays_as_it_was_typed(as_, draft):
    save(as_("mai"), draft, entry("mod.recognition_rate|", "75,86"))
    page = as_("mai").get(f"/filing/{draft.pk}/").content.decode()
    assert 'name="v:mod.recognition_rate|" value="75,86"' in page


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("-", "not_reported"),
        ("k", "not_applicable"),
        ("K", "not_applicable"),
        ("h", "not_due"),
        ("không áp dụng", "not_applicable"),
    ],
)
def test_each_kind_of_empty_has_a_key(as_, draft, typed, state):
    save(as_("mai"), draft, entry("rec.turns|", typed))
    assert value(draft, "rec.turns|").state == state


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("=A1+1", "công thức"),
        ("@SUM(A1)", "công thức"),
        ("+A1", "công thức"),
        ("#REF!", "lỗi của bảng tính"),
        ("-5", "nhỏ hơn 0"),
        ("2,5", "số nguyên"),
        ("12 lượt", "cả chữ và số"),
        ("9" * 30, "lớn quá"),
        ("ba", "không phải là số"),
    ],
)
def test_what_is_no_figure_is_refused_with_a_sentence_and_the_others_are_saved(as_, draft, typed, word):
    answer = save(as_("mai"), draft, entry("rec.turns|", typed), entry("rec.persons|", "5")).json()
    assert word in answer["refused"][0]["sentence"]
    assert [one["key"] for one in answer["saved"]] == ["rec.persons|"]
    assert not Cell.objects.filter(submission=draft, indicator="rec.turns").exists()


def test_sent_again_nothing_changes(as_, draft):
    mai = as_("mai")
    first = save(mai, draft, entry("rec.turns|", "12")).json()
    events = Event.objects.count()
    again = save(mai, draft, entry("rec.turns|", "12")).json()
    assert again["revision"] == first["revision"]
    assert again["conflicts"] == []
    assert Event.objects.count() == events
    assert Cell.objects.filter(submission=draft).count() == 1


def test_two_people_in_one_cell_both_hear_of_it_and_one_decides(as_, draft):
    mai, lan = as_("mai"), as_("lan")
    save(lan, draft, entry("rec.turns|", "12"))
    (conflict,) = save(mai, draft, entry("rec.turns|", "15")).json()["conflicts"]
    assert conflict["theirs"]["text"] == "12"
    assert "Lan" in conflict["theirs"]["by"]
    assert value(draft, "rec.turns|").value == 12
    decided = save(mai, draft, entry("rec.turns|", "15", seen=conflict["theirs"]["revision"])).json()
    assert decided["conflicts"] == []
    assert value(draft, "rec.turns|").value == 15


def test_others_changes_and_others_presence_are_heard_of(as_, draft):
    mai, lan = as_("mai"), as_("lan")
    lan.get(f"/filing/{draft.pk}/changes/?since=0")
    save(lan, draft, entry("rec.turns|", "12"))
    heard = mai.get(f"/filing/{draft.pk}/changes/?since=0").json()
    assert [one["text"] for one in heard["changed"]] == ["12"]
    assert heard["present"] == ["Lan"]
    assert mai.get(f"/filing/{draft.pk}/changes/?since={heard['revision']}").json()["changed"] == []


def test_broken_identities_come_back_with_their_sentence(as_, draft):
    mai = as_("mai")
    answer = save(mai, draft, entry("rec.cases|", "5"), entry("rec.cases_first|", "2"), entry("rec.cases_repeat|", "2"))
    (wrong,) = answer.json()["broken"]
    assert wrong["key"] == "rec.cases|"
    assert "5 phải bằng 2 + 2 = 4" in wrong["sentence"]
    page = mai.get(f"/filing/{draft.pk}/").content.decode()
    assert "5 phải bằng 2 + 2 = 4" in page


def test_a_note_changes_neither_the_figure_nor_where_it_stands(as_, country, draft):
    mai, report = as_("mai"), _report(country)
    offered = mai.get(f"/filing/{draft.pk}/").content.decode()
    assert "tiếp 15 lượt" in offered
    save(mai, draft, entry("rec.turns|", take="read", value="15"))
    cell = value(draft, "rec.turns|")
    assert (cell.origin, cell.value) == ("read", 15)
    assert Evidence.objects.get(cell=cell).source == f"narrative.Report:{report.pk}"
    save(mai, draft, entry("rec.turns|", seen=cell.revision, note="đã đối chiếu"))
    cell.refresh_from_db()
    assert (cell.origin, cell.value, cell.note) == ("read", 15, "đã đối chiếu")
    assert Evidence.objects.filter(cell=cell).exists()


def test_a_typed_figure_beside_a_read_one_shows_the_difference(as_, country, draft):
    mai = as_("mai")
    _report(country)
    save(mai, draft, entry("rec.turns|", "20"))
    page = mai.get(f"/filing/{draft.pk}/").content.decode()
    assert "tiếp 15 lượt" in page
    (refused,) = save(mai, draft, entry("rec.turns|", take="read", value="16", seen=1)).json()["refused"]
    assert "không còn nêu số này" in refused["sentence"]
    assert not Evidence.objects.exists()


def _report(country) -> Report:
    report = Report.objects.create(
        name="a.txt", sha256="0" * 64, text="Đã tiếp 15 lượt.", unit=country.an, period=PERIOD, period_label="quý III"
    )
    Reading.objects.create(report=report, start=3, end=15, quote="tiếp 15 lượt", value=15, indicator="rec.turns")
    return report


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"entries": 5}', '{"entries": [5]}', pytest.param("[" * 5000, id="deep")]
)
def test_what_is_not_ours_is_refused_with_a_sentence(as_, draft, body):
    answer = as_("mai").post(f"/filing/{draft.pk}/cells/", body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "bad",
    [
        {"indicator": "rec.turns", "breakdown": "x=y", "text": "5"},
        {"indicator": "no.such", "text": "5"},
        {"text": "5"},
        {"indicator": "rec.turns", "text": 5},
        {"indicator": "rec.turns", "text": "5", "note": ["a"]},
        {"indicator": "rec.turns", "text": "5", "note": "a" * 3000},
        {"indicator": "rec.turns", "state": "value"},
        {"indicator": "rec.turns", "text": "5\0"},
        {"indicator": "rec.turns", "take": "counted", "value": "5"},
    ],
)
def test_an_entry_that_cannot_be_is_refused_alone(as_, draft, bad):
    answer = save(as_("mai"), draft, bad, entry("rec.persons|", "5"))
    assert answer.status_code == 200
    assert len(answer.json()["refused"]) == 1
    assert value(draft, "rec.persons|").value == 5


# Sending


def test_an_officer_fills_and_the_leader_sends_once(as_, draft):
    mai, lan = as_("mai"), as_("lan")
    save(mai, draft, entry("rec.turns|", "12"))
    assert mai.post(f"/filing/{draft.pk}/submit/", {"key": str(uuid4())}).status_code == 403
    posted = {"key": str(uuid4()), "v:rec.turns|": "12"}
    assert lan.post(f"/filing/{draft.pk}/submit/", posted).status_code == 302
    assert lan.post(f"/filing/{draft.pk}/submit/", posted).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert Event.objects.filter(verb="figures.submit").count() == 1
    assert "12" in lan.get(f"/filing/{draft.pk}/").content.decode()
    assert "đã được gửi" in save(mai, draft, entry("rec.turns|", "13")).json()["error"]


def test_sending_saves_what_the_form_still_holds(as_, draft):
    lan = as_("lan")
    lan.post(f"/filing/{draft.pk}/submit/", {"seen": "0", "v:rec.turns|": "12", "key": str(uuid4())})
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert value(draft, "rec.turns|").value == 12


def test_a_broken_identity_is_mended_or_explained_before_sending(as_, draft):
    lan = as_("lan")
    save(lan, draft, entry("rec.cases|", "5"), entry("rec.cases_first|", "2"), entry("rec.cases_repeat|", "2"))
    answer = lan.post(f"/filing/{draft.pk}/submit/", {"seen": "9"})
    assert answer.status_code == 422
    assert "5 phải bằng 2 + 2 = 4" in answer.content.decode()
    save(lan, draft, entry("rec.cases|", seen=9, note="Một vụ chuyển từ kỳ trước"))
    assert lan.post(f"/filing/{draft.pk}/submit/", {"seen": "9"}).status_code == 302


def test_an_unusual_jump_is_asked_about_and_the_explanation_kept(as_, country, draft):
    actions.file_submission(
        form="dan_van", unit=country.an, period="2026-Q2", cells=[CellInput("rec.turns", 10)], by="kiểm thử"
    )
    lan = as_("lan")
    save(lan, draft, entry("rec.turns|", "500"))
    answer = lan.post(f"/filing/{draft.pk}/submit/", {"seen": "9"})
    assert answer.status_code == 422
    assert "khác xa các kỳ trước" in answer.content.decode()
    save(lan, draft, entry("rec.turns|", seen=9, explanation="Đợt giải phóng mặt bằng"))
    assert lan.post(f"/filing/{draft.pk}/submit/", {"seen": "9"}).status_code == 302
    assert value(draft, "rec.turns|").explanation == "Đợt giải phóng mặt bằng"


def test_what_came_back_shows_the_remark_at_its_cell(as_, country, draft):
    save(as_("mai"), draft, entry("rec.turns|", "12"))
    sent = actions.submit(submission=draft, by="kiểm thử")
    actions.send_back(
        submission=sent, remarks=[RemarkInput("Xem lại số lượt", "rec.turns")], by="Hùng", decision="Bổ sung"
    )
    mai = as_("mai")
    assert "Sửa và bổ sung" in mai.get("/filing/").content.decode()
    opened = mai.post("/filing/", {"form": "dan_van", "period": PERIOD})
    page = mai.get(opened.url).content.decode()
    assert "Xem lại số lượt" in page
    assert 'value="12"' in page


def test_a_draft_is_thrown_away(as_, draft):
    assert as_("mai").post(f"/filing/{draft.pk}/discard/").status_code == 302
    assert not Submission.objects.exists()


# Files


def test_a_file_is_put_on_a_cell_and_a_program_is_not(as_, draft):
    from django.core.files.uploadedfile import SimpleUploadedFile

    mai = as_("mai")
    text = SimpleUploadedFile("biên bản.txt", "Biên bản họp thôn ngày 3/9.\n".encode())
    answer = mai.post(f"/filing/{draft.pk}/files/", {"indicator": "rec.turns", "file": text})
    assert answer.status_code == 201
    assert Attachment.objects.get().cell == value(draft, "rec.turns|")
    program = SimpleUploadedFile("a.pdf", b"MZ\x90\x00\x03" + b"\0" * 600)
    refused = mai.post(f"/filing/{draft.pk}/files/", {"indicator": "rec.turns", "file": program})
    assert refused.status_code == 422
    assert refused.json()["error"]
    program.seek(0)
    without_script = mai.post(
        f"/filing/{draft.pk}/files/",
        {"indicator": "rec.turns", "breakdown": "", "file": program},
        HTTP_ACCEPT="text/html",
    )
    assert without_script.status_code == 422
    assert "a.pdf" in without_script.content.decode()
    assert "<h1>Số lượt tiếp công dân</h1>" in without_script.content.decode()


@pytest.mark.parametrize("address", ["/filing/{pk}/cells/", "/api/submissions/"])
def test_what_cannot_be_read_is_refused_in_json_whatever_the_sender_reads(as_, draft, address):
    refused = as_("mai").post(
        address.format(pk=draft.pk), "[", content_type="application/json", HTTP_ACCEPT="text/html"
    )
    assert refused.status_code == 422
    assert refused.json()["error"]


# One cell by itself


def test_without_script_a_cell_has_a_page_of_its_own(as_, draft):
    mai = as_("mai")
    page = mai.get(f"/filing/{draft.pk}/cell/", {"c": "rec.turns|"})
    assert page.status_code == 200
    mai.post(
        f"/filing/{draft.pk}/cell/?c=rec.turns|",
        {"text": "", "state": "not_applicable", "note": "không có", "seen": "0"},
    )
    assert (value(draft, "rec.turns|").state, value(draft, "rec.turns|").note) == ("not_applicable", "không có")
    assert mai.get(f"/filing/{draft.pk}/cell/", {"c": "no.such|"}).status_code == 404


def test_a_cell_that_cannot_be_saved_comes_back_as_it_was_filled_in(as_, draft):
    typed = {"text": "mười hai", "state": "", "note": "theo sổ", "explanation": "mở thêm điểm", "seen": "0"}
    refused = as_("mai").post(f"/filing/{draft.pk}/cell/?c=rec.turns|", typed)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert all(words in page for words in ('value="mười hai"', ">theo sổ</textarea>", ">mở thêm điểm</textarea>"))


def test_a_note_beside_a_wrong_figure_comes_back_too(as_, draft):
    refused = as_("mai").post(
        f"/filing/{draft.pk}/", {"v:rec.turns|": "mười hai", "n:rec.turns|": "theo sổ", "seen": "0"}
    )
    assert refused.status_code == 422
    assert 'name="n:rec.turns|" value="theo sổ"' in refused.content.decode()


# Another system


def send(client: Client, **more):
    body = {
        "form": "dan_van",
        "period": PERIOD,
        "key": str(uuid4()),
        "cells": [{"indicator": "rec.turns", "value": 5}],
        **more,
    }
    return client.post("/api/submissions/", json.dumps(body), content_type="application/json")


def test_another_system_sends_a_whole_submission_once(as_, country):
    lan, key = as_("lan"), str(uuid4())
    first, again = send(lan, key=key), send(lan, key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    sent = Submission.objects.get()
    assert (sent.unit, sent.state, sent.standing) == (country.an, "submitted", False)
    assert sent.seal


@pytest.mark.parametrize(
    "more",
    [
        {"key": "x"},
        {"form": "no"},
        {"period": "2026-Q9"},
        {"form": "dan_van\x00"},
        {"form": "dan_van", "text": "một nửa \ud83d"},
        {"cells": [{"indicator": "rec.turns", "value": 1, "qua\x00lifier": "x"}]},
        {"cells": [{"indicator": "rec.turns", "value": "=A1"}]},
        {"cells": [{"indicator": "rec.turns", "value": -1}]},
        {"cells": [{"indicator": "no.such", "value": 1}]},
        {"cells": 5},
    ],
)
def test_a_sending_that_cannot_be_leaves_nothing_behind(as_, more):
    answer = send(as_("lan"), **more)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not Submission.objects.exists()


def test_who_may_not_sign_sends_nothing(as_):
    assert send(as_("mai")).status_code == 403


def test_the_worker_and_the_manifest_are_served(as_):
    mai = as_("mai")
    assert mai.get("/filing/worker.js").headers["Content-Type"].startswith("text/javascript")
    assert mai.get("/filing/app.webmanifest").json()["scope"] == "/filing/"
