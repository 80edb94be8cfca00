"""A written Word file that people edited, opened again: what they changed, what the system changed, how to correct."""

from __future__ import annotations

import argparse
import json
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import get_args

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from lxml import html

from danvan.access import scope
from danvan.access.models import StoredFile
from danvan.access.tests import cast
from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.desk.views.reopening import ASPECTS
from danvan.figures import actions, queries
from danvan.figures.actions import CellInput, Entry
from danvan.figures.models import Submission
from danvan.narrative import reopen_command, sealed
from danvan.narrative.publishing import publish
from danvan.narrative.reopened import Way, reopened
from danvan.narrative.reopening import NotOurs
from danvan.narrative.reopening.tests.hands import Edited, changed_trace, paragraph
from danvan.narrative.writing.model import Aspect

FORM, PERIOD = "dan_van", "2026-Q3"
BASE = "http://127.0.0.1:8000/"


country = staged(cast.small_country)


def browser(country, name: str) -> Client:
    client = Client()
    client.force_login(country.people[name])
    return client


def draft(unit, period: str = PERIOD, restate: str = "", **figures: int) -> Submission:
    opened = actions.open_draft(form=FORM, unit=unit, period=period, by="Mai", restate=restate)
    entries = [Entry(CellInput(code.replace("__", "."), Decimal(n)), force=True) for code, n in figures.items()]
    actions.enter(submission=opened, entries=entries, by="Mai")
    return opened


def stood(unit, period: str = PERIOD, restate: str = "", **figures: int) -> Submission:
    return actions.accept(
        submission=actions.submit(submission=draft(unit, period, restate, **figures), by="Lan"), by="H"
    )


def word_of(unit, folder: Path) -> Path:
    found = queries.consolidated(FORM, unit, PERIOD, compare="restated")
    return publish(found, folder, base_url=BASE, today=timezone.localdate())[0]


@pytest.fixture
def file(country, tmp_path: Path) -> Path:
    """An's own report: 40 turns, 12 models; a year before 30 turns."""
    stood(country.an, "2025-Q3", rec__turns=30)
    stood(country.an, rec__turns=40, mod__total=12)
    return word_of(country.an, tmp_path)


def edited(path: Path, *edits: tuple[str, str, str]) -> bytes:
    hands = Edited(path)
    for edit in edits:
        hands.edit(*edit)
    return hands.content()


def upload(content: bytes, name: str = "bao-cao.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def page(client: Client, content: bytes, status: int = 200) -> html.HtmlElement:
    answer = client.post("/reopen/", {"file": upload(content)})
    assert answer.status_code == status
    return html.fromstring(answer.content.decode())


def words(page_: html.HtmlElement) -> str:
    return " ".join(page_.find(".//main").text_content().split())


def test_an_untouched_file_differs_in_nothing(country, file):
    assert "tệp đúng như khi lập, số liệu chưa đổi" in words(page(browser(country, "mai"), file.read_bytes()))


def test_a_number_changed_by_hand_is_shown_with_the_way_to_correct_it(country, file):
    before = Event.objects.count()
    shown = page(browser(country, "lan"), edited(file, ("rec_turns", "typed over", "47")))

    assert "Số sửa tay (1)" in words(shown)
    assert "40 → 47" in words(shown)
    (mark,) = shown.xpath("//main//mark")
    assert mark.text == "47"
    stands = Submission.objects.get(unit=country.an, period=PERIOD)
    assert shown.xpath(f"//a[@href='/submissions/{stands.pk}/']/text()") == ["Đính chính số đã chấp nhận"]
    assert shown.xpath("//a[contains(@href, 'indicator=rec.turns')]/text()") == ["Nguồn của số này"]
    assert (StoredFile.objects.count(), Event.objects.count()) == (0, before)


def test_in_an_open_draft_the_number_stands_ready_to_be_saved_by_hand(country, file):
    restated = draft(country.an, restate="Sót sổ")
    client = browser(country, "mai")
    shown = page(client, edited(file, ("rec_turns", "inside", "47")))
    (link,) = shown.xpath("//a[text()='Sửa ô này trong bản nhập']/@href")
    assert link == f"/filing/{restated.pk}/cell/?c=rec.turns%7C&text=47"

    cell = html.fromstring(client.get(link).content.decode())
    assert cell.xpath("//input[@name='text']/@value") == ["47"]
    assert "chưa lưu" in words(cell)
    assert restated.cells.get(indicator="rec.turns").value == 40


def way_of(country, name: str, content: bytes) -> list[Way]:
    with scope.acting(cast.post_of(country.people[name])):
        return [one.way for one in reopened(content).changed]


@pytest.mark.parametrize(("sent_back", "way"), [(False, Way.WITHDRAW), (True, Way.MEND)])
def test_the_way_depends_on_what_became_of_the_next_edition(country, file, sent_back, way):
    sent = actions.submit(submission=draft(country.an, restate="Sót", rec__turns=41), by="Lan")
    if sent_back:
        actions.send_back(submission=sent, decision="Thiếu", remarks=[], by="Hùng")
    assert way_of(country, "lan", edited(file, ("rec_turns", "inside", "47"))) == [way]


def test_a_consolidated_number_is_put_right_by_those_below(country, file, tmp_path):
    path = word_of(country.bac, tmp_path / "bac")
    content = edited(path, ("rec_turns", "inside", "41"))
    assert way_of(country, "tuan", content) == [Way.BELOW]
    shown = page(browser(country, "tuan"), content)
    (link,) = shown.xpath("//a[contains(text(), 'do đơn vị nào báo cáo')]/@href")
    assert link.startswith(f"/tables/{country.bac.pk}/{PERIOD}/story/?indicator=rec.turns")
    assert browser(country, "tuan").get(link).status_code == 200


def test_a_number_of_the_year_before_follows_from_others(country, file):
    marks = Edited(file)
    (delta,) = [name for name in marks.marks() if marks.text(name) == "10"]
    content = edited(file, (delta, "inside", "11"))
    assert way_of(country, "lan", content) == [Way.DERIVED]


def test_every_aspect_of_a_number_has_a_name():
    assert set(ASPECTS) == set(get_args(Aspect))


def test_what_the_system_changed_since_is_shown_and_agreement_is_said(country, file):
    stood(country.an, restate="Sót sổ", rec__turns=47)
    stood(country.an, "2025-Q3", restate="Sót sổ", rec__turns=31)
    shown = page(browser(country, "lan"), edited(file, ("rec_turns", "typed over", "47")))
    said = words(shown)
    assert "đúng với số liệu hiện nay" in said
    assert "Số liệu đã đổi trong hệ thống từ khi lập tệp (1)" in said
    assert "40 → 47" in said
    assert "Cùng kỳ: 30 → 31" in said


def test_new_and_deleted_words_and_numbers_are_listed(country, file):
    hands = Edited(file)
    hands.edit("mod_total", "deleted", "")
    first = next(p for p in hands.document.paragraphs if "lượt" in p.text)
    first._p.addnext(paragraph("Nhân dân đồng tình cao."))
    said = words(page(browser(country, "mai"), hands.content()))
    assert "Số bị xóa (1)" in said
    assert "Đoạn mới, trong lời văn Nhân dân đồng tình cao." in said
    assert page(browser(country, "mai"), hands.content()).xpath("//a[text()='Mở bản đang viết']/@href") == [
        f"/writing/{PERIOD}/party-quarter/"
    ]
    stranger = page(browser(country, "tuan"), hands.content())
    assert stranger.xpath("//a[text()='Mở bản đang viết']") == []


def test_a_signed_report_says_what_changed_since_it_was_signed(country, file, tmp_path):
    stood(country.binh, rec__turns=2)
    signed = actions.sign(form=FORM, unit=country.bac, period=PERIOD, by="Tuấn", text="Ổn định.")
    path = sealed.file_of(signed, "docx", tmp_path, base_url=BASE)
    client = browser(country, "tuan")
    assert "số liệu chưa đổi" in words(page(client, path.read_bytes()))
    stood(country.an, restate="Sót", rec__turns=44)
    said = words(page(client, path.read_bytes()))
    assert "từ số đã chốt lần 1" in said
    assert "42 → 46" in said


# --- refused


def test_a_neighbours_file_is_refused(country, file):
    said = words(page(browser(country, "nga"), file.read_bytes(), 403))
    assert "không thuộc phạm vi" in said
    assert "40" not in said


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "trống"),
        (b"Kinh gui", "không thuộc loại"),
        (b"PK\x03\x04 broken", "hỏng"),
        (b"%PDF-1.7\n%%EOF", "không thuộc loại"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_sentence(country, content, sentence):
    assert sentence in words(page(browser(country, "mai"), content, 400))


def test_a_word_file_from_elsewhere_is_refused(country, tmp_path):
    docx.Document().save(str(tmp_path / "a.docx"))
    said = words(page(browser(country, "mai"), (tmp_path / "a.docx").read_bytes(), 400))
    assert "không do hệ thống lập" in said


def test_no_file_is_asked_for(country):
    answer = browser(country, "mai").post("/reopen/", {})
    assert answer.status_code == 400
    assert "Chưa chọn tệp" in answer.content.decode()


def test_a_file_of_another_installation_is_told(country, file):
    """There the number of the unit is another unit's."""

    def renamed(part: bytes) -> bytes:
        root = html.etree.fromstring(part)
        root.text = root.text.replace('"unit_name":"Xã An"', '"unit_name":"Xã Khác"')
        root.set("sha256", sha256(root.text.encode()).hexdigest())
        return html.etree.tostring(root)

    with pytest.raises(NotOurs, match="không có trong hệ thống này"):
        reopened(changed_trace(file.read_bytes(), renamed))


# --- the command


def test_the_command_tells_the_same(country, file, tmp_path, capsys):
    path = tmp_path / "sua.docx"
    path.write_bytes(edited(file, ("rec_turns", "typed over", "47")))
    parser = argparse.ArgumentParser()
    reopen_command.reopen_arguments(parser)
    assert reopen_command.reopen(parser.parse_args([str(path), str(tmp_path / "none.docx"), "--json"])) == 1
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert [(one["cell"], one["was"], one["now"], one["way"]) for one in first["changed"]] == [
        ("rec.turns", "40", "47", "restate")
    ]
    assert "Không đọc được" in second["error"]
    assert reopen_command.reopen(parser.parse_args([str(path)])) == 1
    assert "40 → 47" in capsys.readouterr().out
    assert reopen_command.reopen(parser.parse_args([str(file)])) == 0
    assert "đúng như khi lập" in capsys.readouterr().out
