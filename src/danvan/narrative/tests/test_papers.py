"""Papers of a unit: what was typed, finished with number and day, the next version, erased when its time is over."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.http import QueryDict

from danvan.access import scope
from danvan.access.tests import cast
from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.figures import actions as figures
from danvan.figures.actions import CellInput, Entry
from danvan.narrative import actions, filling, letters, papers
from danvan.narrative.models import Paper
from danvan.narrative.papers import PaperError
from danvan.narrative.writing.model import Table

DAY = dt.date(2026, 11, 20)
BASE = {"base_url": "https://danvan.vn/", "url": "papers/1/"}


country = staged(cast.small_country)


def typed(kind: str, **fields: str) -> dict:
    """What the form gives for these inputs; nothing may be wrong with them."""
    content, errors = filling.read(letters.kind(kind), query(**fields))
    assert errors == {}
    return content


def query(**fields: object) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in fields.items():
        made.setlist(name.replace("__", "-"), value if isinstance(value, list) else [str(value)])
    return made


INVITATION = {
    "meeting_kind": "review",
    "meeting": "Hội nghị sơ kết công tác dân vận quý III năm 2026",
    "day": "3/12/2026",
    "time": "8h",
    "venue": "Hội trường Đảng ủy",
    "guests": "Các chi bộ\n\n  Trưởng thôn  ",
    "agenda__0__at": "8:15",
    "agenda__0__what": "Báo cáo",
    "agenda__3__what": "Thảo luận",
    "agenda__5__what": "  ",
    "body": "Ban Xây dựng Đảng",
    "parent": "Đảng ủy xã An",
    "symbol": "BXDĐ",
    "place": "An",
    "signer_post": "Phó Trưởng ban",
    "signer_capacity": "deputy",
    "signer_of": "Trưởng ban",
    "recipients": "Thường trực Đảng ủy",
}
AWARDS = {
    "purpose": "proposed",
    "occasion": "trong phong trào “Dân vận khéo”",
    "goes_with": "Tờ trình số 1",
    "individuals__0__name": "Nguyễn Văn Ví Dụ",
    "keep_until": "31/12/2027",
    "body": "Ban Xây dựng Đảng",
}


def drafted(
    country, kind: str = "invitation", fields: dict | None = None, period: str = "", office: str = "party", **more: str
) -> Paper:
    content = typed(kind, **{**(fields or INVITATION), **more})
    return actions.draft_paper(unit=country.an, kind=kind, office=office, content=content, period=period, by="Mai")


def finished(paper: Paper, day: dt.date = DAY, **more) -> Paper:
    return actions.finish_paper(paper=paper, day=day, by="Lan", **{"term": "2025-2030", **BASE, **more})


def lines(paper: Paper) -> list[str]:
    report = papers.composed(paper, base_url="https://danvan.vn/")
    return [part.text for part in report.body if not isinstance(part, Table)]


# --- what was typed


def test_what_is_typed_is_read_field_by_field():
    values = typed("invitation", **INVITATION)["values"]
    assert values["day"] == "2026-12-03"
    assert values["time"] == "08:00"
    assert values["guests"] == ["Các chi bộ", "Trưởng thôn"]
    assert values["agenda"] == [
        {"at": "08:15", "what": "Báo cáo", "who": ""},
        {"at": "", "what": "Thảo luận", "who": ""},
    ]


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("day", "31/2/2026", "Không có ngày"),
        ("day", "mai", "Không hiểu ngày “mai”"),
        ("time", "25:00", "Không hiểu giờ “25:00”"),
        ("time", "sáng", "Không hiểu giờ"),
        ("meeting_kind", "party", "Hãy chọn một mục"),
        ("meeting", "x" * 401, "Dài quá 400 chữ"),
        ("guests", "x\n" * 101, "Nhiều quá 100 dòng"),
        ("agenda-0-at", "8:99", "Không hiểu giờ “8:99”"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_stays_as_typed(field, text, said):
    content, errors = filling.read(letters.kind("invitation"), query(**{**INVITATION, field.replace("-", "__"): text}))
    assert list(errors) == [field]
    assert said in errors[field]
    if field == "day":
        assert content["values"]["day"] == text


@pytest.mark.parametrize("text", ["8h", "8:00", "08.00", "8 giờ", "8 giờ 00", "8h00", "08:00"])
def test_hours_as_people_write_them(text):
    assert typed("invitation", time=text)["values"]["time"] == "08:00"


def test_whom_a_list_names_it_names_until_a_day():
    _content, errors = filling.read(letters.kind("awards"), query(**{**AWARDS, "keep_until": ""}))
    assert list(errors) == ["keep_until"]
    assert (
        filling.read(letters.kind("awards"), query(**{**AWARDS, "keep_until": "", "individuals__0__name": ""}))[1] == {}
    )


# --- drafts


def test_a_draft_says_what_is_known_and_leaves_places(country):
    paper = drafted(country, day="", venue="")
    assert "Địa điểm: …………." in lines(paper)
    assert "- 08 giờ 15: Báo cáo;" in lines(paper)
    assert paper.title == "Hội nghị sơ kết công tác dân vận quý III năm 2026"
    actions.save_paper(paper=paper, content=typed("invitation", **INVITATION), by="Mai")
    assert "Địa điểm: Hội trường Đảng ủy." in lines(Paper.objects.get(pk=paper.pk))


def test_a_draft_says_the_figures_of_now(country):
    def stood(turns: int, restate: str = "") -> None:
        draft = figures.open_draft(form="dan_van", unit=country.an, period="2026-Q3", by="Mai", restate=restate)
        figures.enter(submission=draft, entries=[Entry(CellInput("mod.total", Decimal(turns)), force=True)], by="Mai")
        figures.accept(submission=figures.submit(submission=draft, by="Lan"), by="Hùng")

    stood(12)
    paper = drafted(country, "press", {"headline": "Tin", "topics": ["models"]}, "2026-Q3")
    assert [line for line in lines(paper) if "12 mô hình" in line]
    done = finished(paper, number=None)
    stood(13, restate="Sót")
    assert [line for line in lines(Paper.objects.get(pk=done.pk)) if "12 mô hình" in line]
    new = actions.revise_paper(paper=done, by="Mai")
    assert [line for line in lines(new) if "13 mô hình" in line]


def test_a_period_without_figures_is_told(country):
    paper = drafted(country, "press", {"headline": "Tin"}, "1990-Q3")
    with pytest.raises(PaperError) as error:
        papers.composed(paper, base_url="")
    assert list(error.value.problems) == ["period"]


def test_a_party_paper_knows_no_authorisation_and_says_so(country):
    signed = {**INVITATION, "signer_capacity": "authorised"}
    assert drafted(country, fields=signed, office="government")
    with pytest.raises(PaperError, match="không có cách ký đó"):
        drafted(country, fields=signed, office="party")


def test_only_the_own_unit_writes(country):
    with scope.acting(cast.post_of(country.people["tuan"])), pytest.raises(scope.Refused):
        drafted(country)
    with scope.acting(cast.post_of(country.people["xem"])), pytest.raises(scope.Refused):
        drafted(country)


# --- finished


def test_finished_it_has_its_number_and_day_and_never_changes(country):
    paper = finished(drafted(country))
    assert (paper.state, paper.number, paper.series, paper.date) == ("finished", 1, "GM/2025-2030", DAY)
    report = papers.composed(paper, base_url="")
    assert "Số 01-GM/BXDĐ" in [line.text for line in report.left[-1]]
    assert "An, ngày 20 tháng 11 năm 2026" in [line.text for line in report.right[-1]]
    assert report.layout == "party-399-2026"
    assert report.address == "https://danvan.vn/papers/1/"
    with pytest.raises(PaperError, match="đã ban hành"):
        actions.save_paper(paper=paper, content={}, by="Mai")
    with pytest.raises(PaperError, match="đã ban hành"):
        actions.discard_paper(paper=paper, by="Mai")
    for change in ({"title": "khác"}, {"content": {"values": {}}}, {"written": {}}, {"number": 9}, {"state": "draft"}):
        with pytest.raises(DatabaseError, match="is finished"), transaction.atomic():
            Paper.objects.filter(pk=paper.pk).update(**change)
    with pytest.raises(DatabaseError, match="is finished"), transaction.atomic():
        paper.delete()


def test_what_is_missing_or_cannot_be_is_said_field_by_field(country):
    paper = drafted(country, day="19/11/2026", venue="", agenda__0__what="", symbol="", guests="")
    with pytest.raises(PaperError) as error:
        finished(paper)
    assert set(error.value.problems) == {"day", "venue", "agenda-0-what", "symbol", "guests"}
    assert "đã qua" in error.value.problems["day"]
    assert Paper.objects.get(pk=paper.pk).state == "draft"


def test_numbers_run_on_and_are_given_once(country):
    first, second = finished(drafted(country)), finished(drafted(country))
    assert (first.number, second.number) == (1, 2)
    with pytest.raises(PaperError, match="Số 2 đã dùng trong GM/2025-2030"):
        finished(drafted(country), number=2)
    assert finished(drafted(country), number=7).number == 7
    assert finished(drafted(country)).number == 8
    other = actions.draft_paper(
        unit=country.binh, kind="invitation", office="party", content=typed("invitation", **INVITATION), by="Dũng"
    )
    assert finished(other).number == 1  # of another unit


def test_numbers_of_the_state_begin_anew_each_year(country):
    def letter(day: dt.date) -> Paper:
        paper = actions.draft_paper(
            unit=country.an, kind="invitation", office="government", content=typed("invitation", **INVITATION), by="Mai"
        )
        paper.content["values"]["day"] = "2027-12-30"
        return finished(actions.save_paper(paper=paper, content=paper.content, by="Mai"), day, term="")

    assert [letter(day).number for day in (DAY, DAY, dt.date(2027, 1, 4))] == [1, 2, 1]


def test_a_party_number_needs_the_term(country):
    with pytest.raises(PaperError) as error:
        finished(drafted(country), term="")
    assert "nhiệm kỳ" in error.value.problems["term"]


def test_a_day_before_the_first_rules_is_told(country):
    paper = drafted(country, day="3/12/2016")
    with pytest.raises(PaperError) as error:
        finished(paper, dt.date(2016, 11, 20))
    assert "chỉ có quy định từ ngày" in error.value.problems["date"]


# --- versions


def test_a_finished_paper_is_taken_up_as_the_next_version(country):
    first = finished(drafted(country))
    second = actions.revise_paper(paper=first, by="Mai")
    assert (second.version, second.state, second.family) == (2, "draft", first.family)
    assert actions.revise_paper(paper=first, by="Mai").pk == second.pk  # one draft at a time
    assert [one.pk for one in papers.own(country.an.pk)] == [second.pk]
    content = {**second.content, "values": {**second.content["values"], "venue": "Nhà văn hóa"}}
    done = finished(actions.save_paper(paper=second, content=content, by="Mai"))
    assert done.number == first.number
    assert "Địa điểm: Nhà văn hóa." in lines(done)
    assert "Địa điểm: Hội trường Đảng ủy." in lines(Paper.objects.get(pk=first.pk))


def test_a_draft_is_thrown_away(country):
    paper = drafted(country)
    actions.discard_paper(paper=paper, by="Mai")
    assert not Paper.objects.exists()
    with pytest.raises(PaperError, match="đã được bỏ"):
        actions.save_paper(paper=paper, content={}, by="Mai")


# --- names


def test_names_are_erased_after_their_day_and_nothing_of_them_is_left(country):
    paper = finished(drafted(country, "awards", AWARDS))
    kept = finished(drafted(country, "awards", AWARDS, keep_until="31/12/2028"))
    pending = drafted(country, "awards", AWARDS)
    assert paper.until == dt.date(2027, 12, 31)
    assert actions.erase_expired(dt.date(2027, 12, 31)) == 0
    assert actions.erase_expired(dt.date(2028, 1, 1)) == 2
    assert not Paper.objects.filter(pk=pending.pk).exists()
    erased = Paper.objects.get(pk=paper.pk)
    assert (erased.content, erased.written, erased.date) == ({}, None, DAY)
    with pytest.raises(PaperError, match="hết hạn lưu"):
        papers.composed(erased, base_url="")
    with pytest.raises(PaperError, match="hết hạn lưu"):
        actions.revise_paper(paper=erased, by="Mai")
    assert papers.composed(Paper.objects.get(pk=kept.pk), base_url="").body
    assert not Event.objects.filter(data__icontains="Ví Dụ").exists()
    assert not Event.objects.filter(label__icontains="Ví Dụ").exists()
    with pytest.raises(DatabaseError, match="is finished"), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(content={"values": {"individuals": [{"name": "x"}]}})


def test_no_name_is_kept_without_an_end(country):
    content = typed("awards", **AWARDS)
    content["values"]["keep_until"] = ""
    with pytest.raises(PaperError) as error:
        actions.draft_paper(unit=country.an, kind="awards", office="party", content=content, by="Mai")
    assert list(error.value.problems) == ["keep_until"]


def test_who_looks_at_names_is_in_the_trail(country):
    actions.open_paper(paper=drafted(country, "awards", AWARDS), by="Mai")
    actions.open_paper(paper=drafted(country), by="Mai")
    assert Event.objects.filter(verb="narrative.open_paper").count() == 1


# --- who writes


@pytest.mark.parametrize(
    ("office", "body", "parent", "symbol"),
    [
        ("party", "Ban Xây dựng Đảng", "Đảng ủy xã An", "BXDĐ"),
        ("government", "Ủy ban nhân dân xã An", "", "UBND"),
        ("front", "Ủy ban MTTQ Việt Nam xã An", "Mặt trận Tổ quốc Việt Nam", "MTTQ-BTT"),
    ],
)
def test_the_heading_block_begins_with_who_writes_for_the_unit(country, office, body, parent, symbol):
    found = papers.default_issuer(country.an.pk, office, cast.TODAY)
    assert (found["body"], found["parent"], found["symbol"]) == (body, parent, symbol)
    assert papers.office_of(country.an.pk) == "party"


def test_invented_papers_are_marked(country):
    paper = drafted(country)
    paper.illustration = True
    paper.save()
    assert papers.composed(finished(paper), base_url="").mark == "Số liệu minh họa"


def test_terms_follow_the_congresses():
    assert papers.term_of(dt.date(2026, 1, 1)) == "2025-2030"
    assert papers.term_of(dt.date(2019, 1, 1)) == "2015-2020"
