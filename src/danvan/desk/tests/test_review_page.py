"""The review of a report on its page: deeds with and without a script, whom and when it is of, into the form."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from danvan.access.models import Notice
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.figures import actions as figures
from danvan.figures.models import Cell, Submission
from danvan.narrative import actions, reading
from danvan.narrative.models import Decision, Reading, Report, Term
from danvan.narrative.tests.test_deciding import TEXT

pytestmark = pytest.mark.django_db
PERIOD = "2026-Q3"


world = staged(small_country)


@pytest.fixture
def as_(world, as_person):
    return lambda name: as_person(world.people[name])


def received(unit, text: str = TEXT) -> Report:
    return actions.keep(document=reading.read_text(text), name="an.txt", by="kiểm thử", unit=unit.pk)[0]


@pytest.fixture
def report(world) -> Report:
    return received(world.an)


@pytest.fixture
def mai(as_) -> Client:
    return as_("mai")


def one(report: Report, indicator: str) -> Reading:
    return report.readings.select_related("decision").get(indicator=indicator)


def on(client: Client, row: Reading, *, part: bool = False, **fields: str):
    headers = {"X-Part": "1"} if part else {}
    return client.post(f"/reports/{row.report_id}/readings/{row.pk}/", fields, headers=headers)


def deed(client: Client, report: Report, **fields: str):
    return client.post(f"/reports/{report.pk}/deeds/", fields)


def accept_all(report: Report) -> None:
    for row in report.readings.exclude(indicator=""):
        actions.decide(reading=row, by="kiểm thử")


# Readings


def test_each_reading_has_its_card_and_each_cell_its_line(mai, report):
    page = mai.get(f"/reports/{report.pk}/").content.decode()

    assert page.count('<li id="f') == report.readings.count()
    assert 'id="cell-rec.turns"' in page
    assert "22/29 = 75,86%" in page
    assert page.index("không khớp") < page.index('id="f')


def test_a_click_accepts_and_leads_back_to_the_card(mai, report):
    row = one(report, "rec.turns")
    answer = on(mai, row, do="accept", indicator="Số lượt tiếp công dân", value="46", qualifier="exact")

    assert (answer.status_code, answer.url) == (302, f"/reports/{report.pk}/#f{row.pk}")
    assert one(report, "rec.turns").decision.verdict == "accepted"


def test_a_script_gets_the_part_that_changed(mai, report):
    answer = on(mai, one(report, "rec.turns"), do="reject", part=True)
    body = answer.content.decode()

    assert answer.status_code == 200
    assert "<html" not in body
    assert 'data-state="rejected"' in body


@pytest.mark.parametrize(
    ("fields", "verdict", "expected"),
    [
        ({"value": "1.046"}, "corrected", ("rec.turns", "", 1046)),
        ({"qualifier": "over"}, "corrected", ("rec.turns", "", 46)),
        ({"indicator": "Số cuộc đối thoại với Nhân dân"}, "assigned", ("dlg.sessions", "", 46)),
        ({"indicator": "mod.total|field=economy"}, "assigned", ("mod.total", "field=economy", 46)),
        ({"other": "mod.new|", "indicator": "Số lượt tiếp công dân"}, "assigned", ("mod.new", "", 46)),
    ],
)
def test_what_is_typed_counts(mai, report, fields, verdict, expected):
    assert on(mai, one(report, "rec.turns"), do="accept", **fields).status_code == 302

    made = one(report, "rec.turns").decision
    assert made.verdict == verdict
    assert (made.indicator, made.breakdown, made.value) == expected


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"indicator": "Số thuyền trên sông"}, "không phải chỉ tiêu"),
        ({"value": "bốn mươi"}, "bốn mươi"),
        ({"value": "1,5"}, "số nguyên"),
        ({"value": "-"}, "không phải là số"),
    ],
)
def test_what_is_no_figure_comes_back_with_a_sentence(mai, report, fields, said):
    answer = on(mai, one(report, "rec.turns"), do="accept", **fields)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Decision.objects.exists()


def test_all_that_is_sure_in_one_deed_and_back(mai, report):
    deed(mai, report, do="sure")
    accepted = report.readings.exclude(decision=None).count()
    assert accepted >= 2

    deed(mai, report, do="undo")
    assert not report.readings.exclude(decision=None).exists()


def test_who_may_not_decide_sees_all_and_finds_no_button(as_, report):
    page = as_("xem").get(f"/reports/{report.pk}/").content.decode()

    assert "Số lượt tiếp công dân" in page
    assert 'name="do"' not in page
    assert "review.js" not in page


def test_words_are_kept_after_a_decision_and_listed_with_who_and_when(mai, report):
    row = one(report, "dlg.sessions")
    assert on(mai, row, do="teach", phrase="cuộc đối thoại").status_code == 422
    on(mai, row, do="accept")
    assert "cuộc đối thoại" in mai.get(f"/reports/{report.pk}/").content.decode()  # proposed

    on(mai, row, do="teach", phrase="cuộc đối thoại")

    page = mai.get("/reports/terms/").content.decode()
    assert "“cuộc đối thoại”" in page
    assert "Mai, Cán bộ" in page
    term = Term.objects.get()
    mai.post(f"/reports/terms/{term.pk}/", {"do": "stop"})
    assert "Chưa có cách viết nào đang dùng" in mai.get("/reports/terms/").content.decode()
    mai.post(f"/reports/terms/{term.pk}/", {"do": "resume"})
    assert Term.objects.filter(until=None).count() == 1


def test_words_are_exported_as_data(mai, report):
    import yaml

    row = one(report, "dlg.sessions")
    on(mai, row, do="accept")
    on(mai, row, do="teach", phrase="cuộc đối thoại")

    (entry,) = yaml.safe_load(mai.get("/reports/terms/terms.yaml").content)
    assert (entry["phrase"], entry["indicator"], entry["until"]) == ("cuộc đối thoại", "dlg.sessions", None)
    table = b"".join(mai.get("/reports/terms/terms.csv").streaming_content).decode()
    assert "cuộc đối thoại" in table
    assert mai.get("/reports/terms/terms.exe").status_code == 404


def test_a_report_read_before_words_changed_offers_to_be_read_again(mai, report, world):
    assert "Đọc lại" not in mai.get(f"/reports/{report.pk}/").content.decode()
    Term.objects.create(unit=world.bac, phrase="cuộc gặp gỡ", indicator="dlg.sessions", since="2026-01-01", by="Hùng")

    assert "Đọc lại" in mai.get(f"/reports/{report.pk}/").content.decode()
    deed(mai, report, do="reread")
    assert "Đọc lại" not in mai.get(f"/reports/{report.pk}/").content.decode()


# Whom and when


NAMELESS = "Tiếp 46 lượt công dân, tổ chức 3 cuộc đối thoại."


def test_an_open_unit_and_period_are_asked_with_choices_and_a_search(as_, world):
    report = received(world.bac, NAMELESS)
    hung = as_("hung")
    page = hung.get(f"/reports/{report.pk}/").content.decode()
    assert "chưa rõ đơn vị" in page
    assert f'name="unit" value="{world.bac.pk}"' in page  # who received it

    found = hung.get(f"/reports/{report.pk}/", {"unit": "binh"}).content.decode()
    assert f'name="unit" value="{world.binh.pk}"' in found
    assert str(world.cuu.pk) not in re.findall(r'name="unit" value="(\d+)"', found)  # beyond reach
    deed(hung, report, do="settle", unit=str(world.binh.pk))
    deed(hung, report, do="settle", period=PERIOD)

    report.refresh_from_db()
    assert (report.unit, report.period) == (world.binh, PERIOD)
    assert "Hùng" in report.unit_why


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"unit": "99999999"}, 403),
        ({"unit": "x"}, 400),
        ({"period": "2026-13"}, 422),
        ({"period": "20260101-20260105"}, 422),
        ({}, 422),
    ],
)
def test_nonsense_settles_nothing(as_, world, fields, status):
    report = received(world.bac, NAMELESS)

    assert deed(as_("hung"), report, do="settle", **fields).status_code == status
    report.refresh_from_db()
    assert (report.unit, report.period) == (None, "")


def test_a_superior_hands_a_report_over_and_the_commune_files_it(as_, world, mai):
    report = received(world.bac)
    page = as_("hung").get(f"/reports/{report.pk}/").content.decode()
    assert "Giao cho Xã An" in page
    assert f"/reports/{report.pk}/file/" not in page

    deed(as_("hung"), report, do="hand_over")

    notice = Notice.objects.get(person=world.people["mai"])
    assert (notice.kind, notice.link) == ("report", f"/reports/{report.pk}/")
    assert mai.get(notice.link).status_code == 200
    assert as_("hung").post(f"/reports/{report.pk}/file/", {"take": "rec.turns|"}).status_code == 403
    assert not Submission.objects.exists()


# Into the form


def test_each_cell_is_shown_before_it_is_written(mai, report, world):
    accept_all(report)
    page = mai.get(f"/reports/{report.pk}/file/").content.decode()
    assert not Submission.objects.exists()  # looking writes nothing
    taken = re.findall(r'name="take" value="([^"]+)"[^>]* checked', page)
    assert "rec.turns|" in taken

    answer = mai.post(f"/reports/{report.pk}/file/", {"form": "dan_van", "take": taken})

    draft = Submission.objects.get()
    assert answer.url == f"/filing/{draft.pk}/"
    assert (draft.unit, draft.period, draft.state, draft.cells.count()) == (world.an, PERIOD, "draft", len(taken))
    assert set(draft.cells.values_list("origin", flat=True)) == {Cell.Origin.READ}
    assert "Đã ghi vào:" in mai.get(f"/reports/{report.pk}/").content.decode()


def test_another_figure_in_the_draft_is_taken_over_only_where_it_is_chosen(mai, report, world):
    draft = figures.open_draft(form="dan_van", unit=world.an, period=PERIOD, by="Lan")
    figures.enter(
        submission=draft,
        entries=[
            figures.Entry(figures.CellInput("rec.turns", 40)),
            figures.Entry(figures.CellInput("dlg.sessions", 3)),
        ],
        by="Lan",
    )
    accept_all(report)
    page = mai.get(f"/reports/{report.pk}/file/").content.decode()
    taken = re.findall(r'name="take" value="([^"]+)"[^>]* checked', page)
    seen = re.findall(r'name="seen" value="([^"]+)"', page)
    assert "Trong biểu đang có số khác (1)" in page
    assert "rec.turns|" not in taken
    assert "1 ô đã có đúng số này" in page

    mai.post(f"/reports/{report.pk}/file/", {"form": "dan_van", "take": taken, "seen": seen})
    assert draft.cells.get(indicator="rec.turns").value == 40
    mai.post(f"/reports/{report.pk}/file/", {"form": "dan_van", "take": ["rec.turns|"], "seen": seen})
    assert draft.cells.get(indicator="rec.turns").value == 46


def test_who_was_overtaken_is_shown_the_new_figure(mai, report, world):
    draft = figures.open_draft(form="dan_van", unit=world.an, period=PERIOD, by="Lan")
    accept_all(report)
    mai.get(f"/reports/{report.pk}/file/")
    figures.enter(submission=draft, entries=[figures.Entry(figures.CellInput("rec.turns", 41))], by="Lan")

    answer = mai.post(
        f"/reports/{report.pk}/file/", {"form": "dan_van", "take": ["rec.turns|"], "seen": ["rec.turns|=0"]}
    )

    assert answer.status_code == 422
    assert "vừa được người khác sửa" in answer.content.decode()
    assert draft.cells.get(indicator="rec.turns").value == 41


def test_what_was_sent_waits_and_what_was_accepted_needs_a_reason(mai, report, world):
    sent = figures.file_submission(
        form="dan_van",
        unit=world.an,
        period=PERIOD,
        cells=[figures.CellInput("rec.turns", 40)],
        by="Lan",
        accepted=False,
    )
    accept_all(report)
    assert "đang chờ xem xét" in mai.get(f"/reports/{report.pk}/file/").content.decode()
    figures.accept(submission=sent, by="Hùng")

    page = mai.get(f"/reports/{report.pk}/file/").content.decode()
    assert "Lý do đính chính" in page
    refused = mai.post(f"/reports/{report.pk}/file/", {"form": "dan_van", "take": ["rec.turns|"]})
    assert refused.status_code == 422
    done = mai.post(f"/reports/{report.pk}/file/", {"form": "dan_van", "take": ["rec.turns|"], "restate": "Ghi thiếu"})
    draft = Submission.objects.get(state="draft")
    assert (done.url, draft.reason) == (f"/filing/{draft.pk}/", "Ghi thiếu")
    assert draft.cells.get(indicator="rec.turns").value == 46


def test_a_figure_unlike_the_unit_s_own_history_is_noted_with_the_earlier_ones(mai, report, world):
    for period, value in (("2026-Q2", 400), ("2025-Q3", 380)):
        figures.file_submission(
            form="dan_van", unit=world.an, period=period, cells=[figures.CellInput("rec.turns", value)], by="Lan"
        )

    page = mai.get(f"/reports/{report.pk}/").content.decode()
    assert page.count("Khác xa các kỳ trước:") == 1
    assert "quý II năm 2026: 400; quý III năm 2025: 380" in page
    checked = mai.post("/check/", {"text": TEXT}).content.decode()
    assert "Khác xa các kỳ trước của đơn vị" in checked
    assert "quý II năm 2026: 400" in checked
    assert "Khác xa" not in as_text_of_another(mai)


def as_text_of_another(client: Client) -> str:
    return client.post("/check/", {"text": TEXT.replace("XÃ AN", "XÃ BÌNH")}).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_cells_costs_no_queries(mai, report, count, django_assert_num_queries):
    for row in report.readings.exclude(indicator="").order_by("number")[:count]:
        actions.decide(reading=row, by="kiểm thử")
    mai.get("/account/")
    with django_assert_num_queries(30):
        mai.get(f"/reports/{report.pk}/file/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_words_costs_no_queries(mai, world, count, django_assert_num_queries):
    for number in range(count):
        Term.objects.create(
            unit=world.an, phrase=f"cách viết số {number}", indicator="rec.turns", since="2026-01-01", by="Mai"
        )
    mai.get("/account/")
    with django_assert_num_queries(10):
        mai.get("/reports/terms/")


def test_a_decision_of_the_superior_is_seen_by_the_commune(as_, world, mai):
    report = received(world.bac)
    hung = post_of(world.people["hung"])
    actions.decide(reading=one(report, "rec.turns"), by=hung)

    assert "Hùng, Chuyên viên" in mai.get(f"/reports/{report.pk}/").content.decode()
