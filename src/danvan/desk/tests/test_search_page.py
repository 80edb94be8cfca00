"""Search over everything one may see: marks or none, as typed first, within the scope, page by page."""

from __future__ import annotations

import pytest
from django.db import connection

from danvan.access import scope
from danvan.access.tests.cast import post_of, small_country
from danvan.access.tests.stage import staged
from danvan.casework import actions as matters
from danvan.desk.searching import asked, excerpt, group, marked
from danvan.desk.tests.cast import Map, file
from danvan.figures import actions
from danvan.figures.actions import CellInput
from danvan.narrative.models import Report

pytestmark = pytest.mark.django_db


def text_report(unit, number: int, text: str) -> Report:
    return Report.objects.create(
        name=f"{number}.txt", sha256=f"{number:064}", text=text, title=f"Báo cáo {number}", unit=unit, period="2026-Q1"
    )


def titles(name: str, query: str, **more) -> list[str]:
    return ["".join(piece.text for piece in hit.title) for hit in group(name, asked(query), **more).hits]


def test_words_are_found_without_marks_and_as_typed_first(small_map: Map):
    text_report(small_map.tan_lap, 1, "Nhân dân đã hiến đất mở đường.")
    text_report(small_map.tan_lap, 2, "Đoàn xe đi hiền đắt qua cầu.")
    text_report(small_map.tan_lap, 3, "Đất đai và việc hiến máu nhân đạo.")
    text_report(small_map.tan_lap, 4, "Không có gì.")
    assert titles("reports", "hien dat") == ["Báo cáo 2", "Báo cáo 1", "Báo cáo 3"], "in a row first, newest first"
    assert titles("reports", "hiến đất") == ["Báo cáo 1", "Báo cáo 2", "Báo cáo 3"]
    assert titles("reports", "HIẾN ĐẤT") == ["Báo cáo 1", "Báo cáo 2", "Báo cáo 3"]
    assert titles("reports", "hien da") == ["Báo cáo 2", "Báo cáo 1", "Báo cáo 3"], "the last word as far as typed"


def test_the_words_follow_the_text(small_map: Map):
    made = text_report(small_map.tan_lap, 1, "Cầu treo bị hỏng.")
    assert titles("reports", "cau treo") == ["Báo cáo 1"]
    Report.objects.filter(pk=made.pk).update(text="Đường liên thôn.")
    assert titles("reports", "cau treo") == []
    assert titles("reports", "liên thôn") == ["Báo cáo 1"]


def test_page_by_page_nothing_is_lost_or_twice(small_map: Map):
    for number in range(7):
        text_report(small_map.tan_lap, number, "hiến đất" if number % 2 else "hiền đắt" if number % 3 else "đất hiến")
    seen, after = [], ""
    while True:
        found = group("reports", asked("hiến đất"), after, 2)
        seen += ["".join(piece.text for piece in hit.title) for hit in found.hits]
        after = found.more
        if not after:
            break
    assert sorted(seen) == sorted(f"Báo cáo {number}" for number in range(7))
    assert seen[:3] == ["Báo cáo 5", "Báo cáo 3", "Báo cáo 1"]


def test_a_submission_is_found_by_unit_and_period_and_by_what_was_said(small_map: Map):
    file(small_map.tan_lap, "2026-Q1")
    file(small_map.tan_lap, "2026-Q2")
    file(small_map.dong_xuan, "2026-Q2")
    assert titles("submissions", "tan lap quy ii 2026") == ["Xã Tân Lập, quý II năm 2026"]
    assert len(titles("submissions", "tân lập")) == 2
    assert len(titles("submissions", "quý 2 năm 2026")) == 2
    draft = actions.open_draft(form="dan_van", unit=small_map.tan_lap, period="2026-Q3", by="test")
    actions.enter(submission=draft, entries=[], text="Mưa lũ làm chậm việc họp dân.", by="test")
    assert titles("submissions", "mưa lũ") == ["Xã Tân Lập, quý III năm 2026"]


def test_units_indicators_forms_and_help(small_map: Map):
    actions.ship_forms(by="test")
    assert titles("units", "tan lap") == ["Xã Tân Lập"]
    assert titles("units", "thai nguyen")[0] == "Tỉnh Thái Nguyên"
    assert any("lượt tiếp công dân" in one for one in titles("indicators", "luot tiep cong dan"))
    assert titles("forms", "dan van")
    assert titles("help", "so sanh")


def test_words_are_marked_in_the_text():
    wanted = asked("cau treo")
    pieces = marked("Sửa Cầu Treo cũ", wanted)
    assert [(piece.text, piece.marked) for piece in pieces] == [("Sửa ", False), ("Cầu Treo", True), (" cũ", False)]
    start, end, quote = excerpt(f"{'x ' * 200}cầu  treo đã sửa", wanted)
    assert (end - start, quote[1].text) == (9, "cầu  treo")
    assert quote[0].text.startswith("… ")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Viết tên một xã"),
        ("%20%20", "Viết tên một xã"),
        ("!!!", "Không có chữ hay số nào"),
        ("zzzqqq", "Không thấy “zzzqqq”"),
        ("x" * 200, "dài quá 100"),
        ("%00", "Viết tên một xã"),
        ("'%20|%20!%20:*%20(", "Không có chữ hay số nào"),
        ("a'b\\c:*%26%20OR%201=1", "Không thấy"),
        ("%25_%25", "Không có chữ"),
    ],
)
def test_nothing_and_nonsense_are_answered_clearly(client, small_map: Map, query: str, said: str):
    answer = client.get(f"/search/?q={query}")
    assert answer.status_code == 200
    assert said in answer.content.decode()


@pytest.mark.parametrize("more", ["in=zzz", "in=reports&after=zzz", "in=units&after=9~9", "in=forms&after=%00"])
def test_a_bad_place_begins_anew(client, small_map: Map, more: str):
    text_report(small_map.tan_lap, 1, "dân vận khéo")
    assert client.get(f"/search/?q=dan+van&{more}").status_code == 200


def test_the_box_in_the_header_leads_here_and_units_stay_a_group(client, small_map: Map):
    page = client.get("/search/?q=tan+lap").content.decode()
    assert 'action="/search/" role="search"' in page
    assert "<mark>Tân Lập</mark>" in page
    assert 'href="/units/?q=tan%20lap"' in page


def test_help_lists_every_screen(client, small_map: Map):
    page = client.get("/help/").content.decode()
    for name in ("filing", "review", "board", "compare", "tables", "units"):
        assert f'<li id="{name}">' in page
    assert "F2" in page


# The scope


@staged
def country():
    world = small_country()
    for one, number in ((world.an, 1), (world.cuu, 2)):
        text_report(one, number, "Nhân dân hiến đất.")
        cells = [CellInput("rec.turns", 5)]
        actions.file_submission(form="dan_van", unit=one, period="2026-Q1", cells=cells, by="test")
    return world


@pytest.mark.as_people
@pytest.mark.parametrize(
    ("who", "reports"), [("hung", ["Báo cáo 1"]), ("nga", ["Báo cáo 2"]), ("son", ["Báo cáo 2", "Báo cáo 1"])]
)
def test_nobody_finds_what_they_may_not_see(country, who: str, reports: list[str]):
    with scope.system("test"):
        post = post_of(country.people[who])
    with scope.acting(post):
        assert titles("reports", "hiến đất") == reports
        assert titles("reports", "hien dat", most=1) == reports[:1]
        assert len(titles("submissions", "quy 1 2026")) == len(reports)


@pytest.mark.as_people
def test_the_app_role_reads_no_words_itself(country):
    with scope.system("test"):
        nga = post_of(country.people["nga"])
    with scope.acting(nga), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM desk_words")
        assert cursor.fetchone() == (0,)
        query = "to_tsquery('simple', 'hien')"
        cursor.execute(f"SELECT count(*) FROM desk_found('report', NULL, {query}, {query}, 0, 0, 10)")  # noqa: S608
        assert cursor.fetchone() == (1,)


@pytest.mark.as_people
def test_a_matter_is_found_by_words_number_and_code_within_reach(country):
    with scope.system("test"):
        given = {"unit": country.an, "matter_type": "reflection", "by": "t"}
        first = matters.receive(title="Rác thải đầu xóm không ai thu gom", **given)
        for number in range(2):
            matters.receive(title=f"Rác thải cuối xóm, lần {number}", **given)
        posts = {who: post_of(country.people[who]) for who in ("mai", "hung", "nga")}
    for who, seen in (("mai", True), ("hung", True), ("nga", False)):
        with scope.acting(posts[who]):
            assert (f"Số {first}: {first.title}" in titles("matters", "rac thai dau")) == seen, who
            assert (titles("matters", first.code) == [f"Số {first}: {first.title}"]) == seen, who
    with scope.acting(posts["mai"]):
        assert titles("matters", str(first)) == [f"Số {first}: {first.title}"]
        pages = group("matters", asked("rác thải"), "", 2)
        assert len(pages.hits) == 2
        assert titles("matters", "rác thải", after=pages.more) == [f"Số {first}: {first.title}"]
