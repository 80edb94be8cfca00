"""Review: what waits, the decision, the record of an edition, the signed report and what changes after it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from danvan.access.models import Notice
from danvan.access.tests import cast
from danvan.audit.models import Event
from danvan.figures import actions, review_page
from danvan.figures.actions import CellInput, Entry
from danvan.figures.models import Carried, Cell, Remark, Submission

FORM, PERIOD = "dan_van", "2026-Q3"


def sent(unit, period=PERIOD, by="Lan", explanations=(), **figures) -> Submission:
    """A submission that waits: opened, filled in, sent."""
    draft = actions.open_draft(form=FORM, unit=unit, period=period, by=by, restate=figures.pop("restate", ""))
    entries = [
        Entry(CellInput(code.replace("__", "."), Decimal(value)), force=True, explanation=dict(explanations).get(code))
        for code, value in figures.items()
    ]
    actions.enter(submission=draft, entries=entries, by=by)
    return actions.submit(submission=draft, by=by)


def stood(unit, period=PERIOD, **figures) -> Submission:
    return actions.accept(submission=sent(unit, period, **figures), by="kiểm thử")


def state(submission: Submission) -> str:
    return Submission.objects.get(pk=submission.pk).state


# What waits


def test_what_units_directly_below_sent_waits_most_trouble_first(country, as_):
    calm = sent(country.an, rec__turns=5)
    stood(country.binh, "2026-Q2", rec__turns=10)
    troubled = sent(country.binh, rec__turns=500)

    page = as_("hung").get("/review/").content.decode()

    assert page.index(f"/review/{troubled.pk}/") < page.index(f"/review/{calm.pk}/")
    assert "1 số bất thường" in page
    assert f"/review/{calm.pk}/" not in as_("son").get("/review/").content.decode(), "not directly below the country"


def test_a_sending_after_the_due_day_comes_before_all_others(country, as_):
    in_time = sent(country.an, "2026-H2", rec__turns=5)  # still running
    late = sent(country.binh, "2026-Q1", rec__turns=5)

    page = as_("hung").get("/review/").content.decode()

    assert page.index(f"/review/{late.pk}/") < page.index(f"/review/{in_time.pk}/")
    assert "ngày làm việc" in page


def test_an_empty_list_says_what_would_be_there(as_):
    assert "Không có báo cáo nào chờ xem xét" in as_("hung").get("/review/").content.decode()


def test_the_list_costs_the_same_queries_for_one_and_for_three(country, as_):
    hung = as_("hung")

    def cost() -> int:
        hung.get("/review/")
        with CaptureQueriesContext(connection) as queries:
            hung.get("/review/")
        return len(queries)

    sent(country.an, rec__turns=5)
    one = cost()
    sent(country.binh, rec__turns=5)
    sent(country.binh, "2026-Q2", rec__turns=5)
    assert cost() == one


def test_pages_go_on_after_the_last_one_seen_even_if_it_was_decided_meanwhile(country):
    post = cast.post_of(country.people["hung"])
    for unit, period in ((country.an, PERIOD), (country.binh, PERIOD), (country.an, "2026-Q2")):
        sent(unit, period, rec__turns=5)

    first, total, more = review_page.waiting(post, size=2)
    actions.accept(submission=first[-1].submission, by="kiểm thử")
    rest, _total, end = review_page.waiting(post, after=more, size=2)

    assert (len(first), total, len(rest), end) == (2, 3, 1, "")
    assert rest[0].submission not in [row.submission for row in first]
    assert review_page.waiting(post, after="nonsense")[1] == 2


# The decision


def test_the_reviewer_sees_figures_beside_earlier_ones_with_what_asks_for_a_look(country, as_):
    stood(country.an, "2026-Q2", rec__turns=10)
    stood(country.an, "2025-Q3", rec__turns=12)
    waiting = sent(country.an, rec__turns=500, explanations=[("rec__turns", "Tiếp dân sau bão.")])

    page = as_("hung").get(f"/review/{waiting.pk}/").content.decode()

    for said in ("500", "Khác hẳn các kỳ trước", "Tiếp dân sau bão.", "Trả lại để bổ sung", 'name="remark.rec.turns"'):
        assert said in page
    row = page[page.index('id="rec.turns"') :].split("</tr>")[0]
    assert "10" in row
    assert "12" in row


def test_accepting_makes_it_count_tells_the_filer_and_a_second_click_changes_nothing(country, as_):
    waiting = sent(country.an, rec__turns=5)
    hung = as_("hung")

    for _click in range(2):
        assert hung.post(f"/review/{waiting.pk}/", {"act": "accept"}).status_code == 302

    found = Submission.objects.get(pk=waiting.pk)
    assert (found.state, found.standing) == ("accepted", True)
    assert Event.objects.filter(verb="figures.accept").count() == 1
    told = Notice.objects.filter(kind="accepted").values_list("person__username", flat=True)
    assert set(told) == {"mai", "lan"}


def test_a_return_needs_a_reason_and_keeps_what_was_typed(country, as_):
    waiting = sent(country.an, rec__turns=5)

    refused = as_("hung").post(f"/review/{waiting.pk}/", {"act": "return", "decision": "  "})

    assert refused.status_code == 409
    assert "Chưa nêu lý do trả lại" in refused.content.decode()
    assert state(waiting) == "submitted"


def test_reasons_are_pinned_to_their_cells_and_reach_the_filer(country, as_):
    waiting = sent(country.an, rec__turns=5)

    as_("hung").post(
        f"/review/{waiting.pk}/",
        {"act": "return", "decision": "Xem lại", "remark.rec.turns": "Thiếu kỳ tháng 9?", "remark.rec.cases": " "},
    )

    assert state(waiting) == "returned"
    remark = Remark.objects.get()
    assert (remark.indicator, remark.text) == ("rec.turns", "Thiếu kỳ tháng 9?")
    page = as_("lan").get(f"/submissions/{waiting.pk}/").content.decode()
    assert "Thiếu kỳ tháng 9?" in page
    assert "Xem lại" in page
    assert "Sửa báo cáo" in page
    notice = Notice.objects.get(kind="returned", person=country.people["lan"])
    assert notice.link == f"/submissions/{waiting.pk}/"


def test_remarks_with_an_acceptance_are_asked_about_and_kept(country, as_):
    waiting = sent(country.an, rec__turns=5)

    answer = as_("hung").post(f"/review/{waiting.pk}/", {"act": "accept", "remark.rec.turns": "Thiếu?"})

    assert answer.status_code == 409
    assert ">Thiếu?</textarea>" in answer.content.decode()
    assert state(waiting) == "submitted"


def test_of_two_reviewers_the_second_is_told_who_decided_and_keeps_the_words(country, as_):
    waiting = sent(country.an, rec__turns=5)
    as_("hung").post(f"/review/{waiting.pk}/", {"act": "accept"})

    second = as_("tuan").post(f"/review/{waiting.pk}/", {"act": "return", "decision": "Số này sai"})

    page = second.content.decode()
    assert second.status_code == 409
    assert "Hùng, Chuyên viên, Tỉnh Bắc đã kết luận “đã chấp nhận”" in page
    assert state(waiting) == "accepted"


def test_a_second_return_with_other_reasons_is_not_swallowed(country, as_):
    waiting = sent(country.an, rec__turns=5)
    as_("hung").post(f"/review/{waiting.pk}/", {"act": "return", "decision": "Thiếu"})

    again = as_("hung").post(f"/review/{waiting.pk}/", {"act": "return", "decision": "Thiếu"})
    other = as_("tuan").post(f"/review/{waiting.pk}/", {"act": "return", "decision": "Sai kỳ"})

    assert again.status_code == 302
    assert other.status_code == 409
    assert Submission.objects.get(pk=waiting.pk).decision == "Thiếu"


def test_an_unknown_cell_in_a_remark_is_refused_with_a_sentence(country, as_):
    waiting = sent(country.an, rec__turns=5)

    answer = as_("hung").post(f"/review/{waiting.pk}/", {"act": "return", "remark.no.such": "?"})

    assert answer.status_code == 409
    assert "no.such" in answer.content.decode()
    assert state(waiting) == "submitted"


# Who may


@pytest.mark.parametrize(
    ("who", "sees", "decides"),
    [
        ("hung", 200, 302),  # reviews for the province
        ("tuan", 200, 302),  # leads it
        ("son", 200, 302),  # above the province
        ("xem", 200, 403),  # a viewer
        ("lan", 302, 403),  # of the unit itself: led to the record, decides nothing
        ("nga", 404, 404),  # the neighbour
        ("nobody", 403, 403),  # without a post
    ],
)
def test_who_sees_what_waits_and_who_decides(country, as_, who, sees, decides):
    waiting = sent(country.an, rec__turns=5)
    client = as_(who)

    assert client.get(f"/review/{waiting.pk}/").status_code == sees
    assert client.post(f"/review/{waiting.pk}/", {"act": "accept"}).status_code == decides
    assert state(waiting) == ("accepted" if who in {"hung", "tuan", "son"} else "submitted")


@pytest.mark.parametrize("path", ["", "seal/", "restate/", "withdraw/", "report.docx"])
def test_the_neighbour_finds_nothing_of_it(country, as_, path):
    waiting = sent(country.an, rec__turns=5)
    nga = as_("nga")
    ask = nga.post if path.endswith("/") else nga.get

    assert ask(f"/submissions/{waiting.pk}/{path}", {"reason": "x"}).status_code == 404


def test_nobody_restates_or_withdraws_for_another_unit(country, as_):
    waiting = sent(country.an, rec__turns=5)

    assert as_("tuan").post(f"/submissions/{waiting.pk}/withdraw/", {"reason": "x"}).status_code == 403
    assert as_("mai").post(f"/submissions/{waiting.pk}/withdraw/", {"reason": "x"}).status_code == 403
    actions.accept(submission=waiting, by="kiểm thử")
    assert as_("tuan").post(f"/submissions/{waiting.pk}/restate/", {"reason": "x"}).status_code == 403
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("who", ["hung", "xem"])
def test_only_who_may_seal_signs(country, as_, who):
    stood(country.an, rec__turns=5)
    client = as_(who)

    assert client.get(f"/consolidated/{FORM}/{PERIOD}/").status_code == 200
    assert client.post(f"/consolidated/{FORM}/{PERIOD}/", {"key": uuid4()}).status_code == 403
    assert not Submission.objects.filter(kind="consolidated").exists()


# One edition


def test_a_draft_is_shown_to_those_above_without_its_figures(country, as_):
    draft = actions.open_draft(form=FORM, unit=country.an, period=PERIOD, by="Mai")
    actions.enter(submission=draft, entries=[Entry(CellInput("rec.turns", 4321))], by="Mai")

    page = as_("hung").get(f"/submissions/{draft.pk}/").content.decode()

    assert "Đơn vị đang nhập, chưa gửi" in page
    assert "4.321" not in page
    assert as_("mai").get(f"/submissions/{draft.pk}/").url == f"/filing/{draft.pk}/"


def test_the_record_says_who_signed_the_seal_and_what_was_done(country, as_):
    found = stood(country.an, rec__turns=5)

    page = as_("hung").get(f"/submissions/{found.pk}/").content.decode()

    for said in (found.seal[:12], "Người ký:", "đã chấp nhận", "Nhật ký", "gửi báo cáo"):
        assert said in page


def test_the_seal_can_be_checked_by_anybody_who_sees_it(country, as_):
    found = stood(country.an, rec__turns=5)
    actions.withdraw(submission=sent(country.an, "2026-Q2", rec__turns=5), reason="thử", by="Lan")

    page = as_("xem").post(f"/submissions/{found.pk}/seal/").content.decode()

    assert "Đã tính lại: số liệu, lời văn và tệp đúng như lúc chốt." in page


def test_two_editions_are_compared_cell_by_cell(country, as_):
    first = stood(country.an, rec__turns=5, rec__cases=2)
    second = stood(country.an, rec__turns=7, restate="Nhầm số")

    page = as_("hung").get(f"/submissions/{second.pk}/").content.decode()
    other_way = as_("hung").get(f"/submissions/{first.pk}/?against=2").content.decode()

    for seen in (page, other_way):
        table = seen[seen.index("Các ô khác nhau") :].split("</table>")[0]
        assert "Số lượt tiếp" in table or "rec.turns" in table
        assert "rec.cases" not in table
        assert table.index(">5<") < table.index(">7<")
    assert "Nhầm số" in page


def test_a_restatement_asks_for_a_reason_and_leads_to_the_grid(country, as_):
    found = stood(country.an, rec__turns=5)

    refused = as_("lan").post(f"/submissions/{found.pk}/restate/", {"reason": " "})
    begun = as_("lan").post(f"/submissions/{found.pk}/restate/", {"reason": "Sót một lượt"})

    assert refused.status_code == 409
    assert "hãy nêu lý do đính chính" in refused.content.decode()
    draft = Submission.objects.get(edition=2)
    assert begun.url == f"/filing/{draft.pk}/"
    assert (draft.reason, draft.cells.get().value) == ("Sót một lượt", 5)


def test_a_unit_takes_back_what_waits_and_mends_it(country, as_):
    waiting = sent(country.an, rec__turns=5)
    lan = as_("lan")

    assert lan.post(f"/submissions/{waiting.pk}/withdraw/", {"reason": "Nhầm"}).status_code == 302
    late = lan.post(f"/submissions/{waiting.pk}/withdraw/", {"reason": "Nhầm"})
    assert late.status_code == 409
    assert "không còn chờ xem xét" in late.content.decode()
    assert "Sửa báo cáo" in lan.get(f"/submissions/{waiting.pk}/").content.decode()
    assert lan.post(f"/submissions/{waiting.pk}/restate/").status_code == 302
    assert Submission.objects.get(edition=2).state == "draft"


def test_the_record_costs_the_same_queries_whatever_it_holds(country, as_):
    small = stood(country.an, rec__turns=5)
    large = stood(country.binh, rec__turns=5, rec__cases=2, rec__persons=7)
    hung = as_("hung")

    def cost(found: Submission) -> int:
        hung.get(f"/submissions/{found.pk}/")
        with CaptureQueriesContext(connection) as queries:
            hung.get(f"/submissions/{found.pk}/")
        return len(queries)

    assert cost(small) == cost(large)


# The consolidated report


def test_the_page_says_who_is_missing_waits_was_returned_or_restated(country, as_):
    stood(country.an, rec__turns=5)
    stood(country.an, rec__turns=6, restate="Sót")
    waiting = sent(country.binh, rec__turns=5)
    tuan = as_("tuan")

    page = tuan.get(f"/consolidated/{FORM}/{PERIOD}/").content.decode()
    assert "1 trên 2 đơn vị đã được chấp nhận" in page
    assert "1 chờ xem xét" in page
    assert "1 đã đính chính" in page
    assert "2 trễ hạn" in page
    actions.send_back(submission=waiting, remarks=[], decision="Thiếu", by="kiểm thử")
    assert "1 bị trả lại" in tuan.get(f"/consolidated/{FORM}/{PERIOD}/").content.decode()
    assert "2 chưa gửi" in tuan.get(f"/consolidated/{FORM}/2026-Q2/").content.decode()


def test_why_nothing_is_compared_is_said_once(country, as_):
    figures = {"rec__turns": 5, "rec__persons": 6, "rec__cases": 4, "pet__received": 3}
    stood(country.an, **figures)  # Bình is missing
    page = as_("hung").get(f"/consolidated/{FORM}/{PERIOD}/").content.decode()

    assert page.count("So với cùng kỳ:") == 1


def test_signing_seals_once_whatever_is_clicked(country, as_):
    stood(country.an, rec__turns=5)
    stood(country.binh, rec__turns=7)
    tuan, key = as_("tuan"), uuid4()

    for _click in range(2):
        assert (
            tuan.post(f"/consolidated/{FORM}/{PERIOD}/", {"key": key, "text": "Tình hình ổn định."}).status_code == 302
        )

    report = Submission.objects.get(kind="consolidated")
    assert report.cells.get(indicator="rec.turns").value == 12
    assert (report.text, report.filed_by) == ("Tình hình ổn định.", "Tuấn, Trưởng ban, Tỉnh Bắc")
    again = tuan.post(f"/consolidated/{FORM}/{PERIOD}/", {"key": uuid4(), "text": "Khác"})
    assert again.status_code == 409
    assert "đã chốt và ký (lần 1)" in again.content.decode()
    assert ">Khác</textarea>" in again.content.decode()


@pytest.mark.parametrize("day", ["2026-01-05", "2026-09-30", "2026-10-01", "2026-11-22"])
def test_the_list_offers_the_periods_that_ended_and_marks_what_changed(country, as_, monkeypatch, day):
    stood(country.an, "2025-Q3", rec__turns=5)
    report = actions.sign(form=FORM, unit=country.bac, period="2025-Q3", by="Tuấn")
    stood(country.an, "2025-Q3", rec__turns=6, restate="Sót")
    monkeypatch.setattr("danvan.figures.views.review.timezone.localdate", lambda: date.fromisoformat(day))

    page = as_("tuan").get("/consolidated/").content.decode()

    last = {"2026-01-05": "2025-Y", "2026-09-30": "2026-Q2", "2026-10-01": "2026-9M", "2026-11-22": "2026-9M"}[day]
    assert f"/consolidated/{FORM}/{last}/" in page
    assert f"/consolidated/{FORM}/{'2026-Q4' if day < '2026-10-01' else '2026-Y'}/" not in page
    assert f"/submissions/{report.pk}/" in page
    assert "đã thay đổi sau khi ký" in page


def test_a_period_that_is_none_or_has_nothing_is_said_so(country, as_):
    tuan = as_("tuan")

    assert tuan.get(f"/consolidated/{FORM}/nonsense/").status_code == 404
    assert tuan.get(f"/consolidated/no-form/{PERIOD}/").status_code == 404
    empty = tuan.post(f"/consolidated/{FORM}/{PERIOD}/", {"key": uuid4()})
    assert empty.status_code == 409
    assert "Chưa có số liệu nào để chốt" in empty.content.decode()
    assert "Chưa có số liệu nào được chấp nhận" in tuan.get(f"/consolidated/{FORM}/{PERIOD}/").content.decode()


def test_a_restatement_below_is_seen_above_cell_by_cell_and_signed_again(country, as_):
    """The whole round: file, accept, sign, restate below, accept, changed since, restate above."""
    stood(country.an, rec__turns=5, rec__cases=2)
    stood(country.binh, rec__turns=7)
    tuan, son = as_("tuan"), as_("son")
    tuan.post(f"/consolidated/{FORM}/{PERIOD}/", {"key": uuid4()})
    son.post(f"/consolidated/{FORM}/{PERIOD}/", {"key": uuid4()})
    assert review_page.changed_since_signed(country.bac.pk) == []

    as_("lan").post(f"/submissions/{Submission.objects.get(unit=country.an).pk}/restate/", {"reason": "Sót ba lượt"})
    draft = Submission.objects.get(unit=country.an, state="draft")
    actions.enter(submission=draft, entries=[Entry(CellInput("rec.turns", 8))], by="Mai")
    actions.submit(submission=draft, by="Lan")
    assert review_page.changed_since_signed(country.bac.pk) == [], "not before it is accepted"
    as_("hung").post(f"/review/{draft.pk}/", {"act": "accept"})

    for unit, who in ((country.bac, tuan), (country.country, son)):
        (report,) = review_page.changed_since_signed(unit.pk)
        (cell,) = actions.changes_since(report).cells
        assert (cell.indicator, cell.signed, cell.now) == ("rec.turns", 12, 15)
        page = who.get(f"/consolidated/{FORM}/{PERIOD}/").content.decode()
        assert "đã thay đổi sau khi ký" in page
        assert "Sót ba lượt" in page
    told = Notice.objects.filter(kind="restated").values_list("person__username", flat=True)
    assert set(told) == {"tuan", "son"}

    without = tuan.post(f"/consolidated/{FORM}/{PERIOD}/", {"key": uuid4()})
    assert without.status_code == 409
    tuan.post(f"/consolidated/{FORM}/{PERIOD}/", {"key": uuid4(), "reason": "Xã An đính chính"})
    assert review_page.changed_since_signed(country.bac.pk) == []
    editions = Submission.objects.filter(unit=country.bac).order_by("edition")
    assert [(one.edition, one.standing) for one in editions] == [(1, False), (2, True)]
    assert [one.cells.get(indicator="rec.turns").value for one in editions] == [12, 15]
    assert actions.verify() == (6, [])


def test_a_change_is_carried_forward_once_and_a_further_one_asks_again(country, as_):
    stood(country.an, rec__turns=5)
    tuan = as_("tuan")
    tuan.post(f"/consolidated/{FORM}/{PERIOD}/", {"key": uuid4()})
    stood(country.an, rec__turns=6, restate="Sót")
    carry = f"/consolidated/{FORM}/{PERIOD}/carry/"

    refused = tuan.post(carry, {"reason": " "})
    assert refused.status_code == 409
    assert "Hãy nêu lý do" in refused.content.decode()
    for _click in range(2):
        assert tuan.post(carry, {"reason": "Thay đổi nhỏ"}).status_code == 302
    assert Carried.objects.count() == 2, "the edition that came and the one that went"
    assert Event.objects.filter(verb="figures.carry_forward").count() == 1
    assert review_page.changed_since_signed(country.bac.pk) == []
    page = tuan.get(f"/consolidated/{FORM}/{PERIOD}/").content.decode()
    assert "chuyển sang kỳ sau" in page
    assert "đã chốt và ký" in page

    stood(country.an, rec__turns=9, restate="Sót nữa")
    (report,) = review_page.changed_since_signed(country.bac.pk)
    assert report.edition == 1
    assert as_("hung").post(carry, {"reason": "x"}).status_code == 403


def test_a_late_acceptance_also_counts_as_a_change(country):
    stood(country.an, rec__turns=5)
    report = actions.sign(form=FORM, unit=country.bac, period=PERIOD, by="Tuấn")

    stood(country.binh, rec__turns=7)

    changes = actions.changes_since(report)
    assert [one.unit_id for one in changes.editions] == [country.binh.pk]
    assert [(cell.signed, cell.now) for cell in changes.cells] == [(5, 12)]


def test_a_figure_opens_down_to_who_entered_it_and_when(country, as_):
    draft = actions.open_draft(form=FORM, unit=country.an, period=PERIOD, by="Mai")
    actions.enter(submission=draft, entries=[Entry(CellInput("rec.turns", 5))], by="Mai, Cán bộ, Xã An")
    found = actions.accept(submission=actions.submit(submission=draft, by="Lan"), by="Hùng")

    page = as_("tuan").get(f"/consolidated/{FORM}/{PERIOD}/").content.decode()
    assert f"/tables/{country.bac.pk}/{PERIOD}/story/?indicator=rec.turns" in page
    story = as_("tuan").get(f"/tables/{country.an.pk}/{PERIOD}/story/?indicator=rec.turns").content.decode()
    assert "Mai, Cán bộ, Xã An" in story
    assert f"/submissions/{found.pk}/" in story


def test_cells_of_a_signed_report_keep_what_a_rate_was_made_of(country):
    draft = actions.open_draft(form=FORM, unit=country.an, period=PERIOD, by="Mai")
    rate = CellInput("rec.resolution_rate", numerator=22, denominator=29)
    nothing = CellInput("pet.resolution_rate", numerator=0, denominator=0)
    actions.enter(submission=draft, entries=[Entry(rate), Entry(nothing)], by="Mai")
    actions.accept(submission=actions.submit(submission=draft, by="Lan"), by="Hùng")

    report = actions.sign(form=FORM, unit=country.bac, period=PERIOD, by="Tuấn")

    cell = Cell.objects.get(submission=report, indicator="rec.resolution_rate")
    assert (cell.numerator, cell.denominator) == (22, 29)
    assert not actions.changes_since(report), "rounding is no change"
    assert actions.changes_since(report).cells == ()
    assert actions.verify() == (2, [])
