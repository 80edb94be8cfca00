"""From a report file to figures under a unit and a period, each with the words it came from."""

from __future__ import annotations

import argparse
from datetime import date
from decimal import Decimal

import pytest

from danvan.access.tests.stage import staged
from danvan.audit.models import Event
from danvan.figures import actions as figures
from danvan.figures.models import Cell, Submission
from danvan.lib.periods import Period
from danvan.narrative import actions, resolve_command
from danvan.narrative.models import Report
from danvan.narrative.reading import UnreadableFile
from danvan.units import actions as units

pytestmark = pytest.mark.django_db

OFFICER = "cán bộ tỉnh"
START = date(2010, 1, 1)

TOWN = """Thị xã Thử Nghiệm: công tác dân vận năm 2018

Năm 2018, thị xã đã tiếp 46 lượt công dân (29 vụ việc), giảm 20 lượt (15 vụ việc) so với cùng kỳ. Tiếp nhận 31 đơn; \
đã giải quyết 22/29 vụ việc, đạt 75%. Toàn thị xã có 55 mô hình “Dân vận khéo”.
"""


@staged
def town():
    figures.ship_forms(by=OFFICER)
    nation = units.establish(name="Việt Nam", level="country", on=START, by=OFFICER)
    province = units.establish(name="Tỉnh Minh Họa", level="province", parent=nation, code="90", on=START, by=OFFICER)
    return units.establish(
        name="Thị xã Thử Nghiệm", level="district", parent=province, code="901", on=START, by=OFFICER
    )


@pytest.fixture
def received(town, tmp_path):
    path = tmp_path / "thi-xa.txt"
    path.write_text(TOWN, encoding="utf-8")
    return actions.receive(path=path, by=OFFICER)[0]


def test_a_report_is_kept_with_its_readings_and_whom_it_speaks_of(received, town):
    assert (received.unit, received.period) == (town, "2018-Y")
    turns = received.readings.get(indicator="rec.turns")
    assert TOWN[turns.start : turns.end] == turns.quote
    assert turns.value == 46
    assert turns.change["delta"] == "20"


def test_contradictions_of_the_text_are_kept(received):
    (broken,) = received.checks.filter(holds=False)

    assert "22/29 = 75,86%" in broken.message


def test_the_same_text_is_kept_once(received, tmp_path):
    again = tmp_path / "another-name.txt"
    again.write_text(TOWN, encoding="utf-8")

    assert actions.receive(path=again, by=OFFICER) == (received, False)


def test_filing_puts_each_figure_under_the_unit_and_period_with_its_words(received, town):
    actions.file(report=received, by=OFFICER)

    submission = Submission.objects.get(unit=town, period="2018-Y")
    cell = submission.cells.get(indicator="rec.turns")
    assert (cell.value, cell.origin, cell.previous_stated) == (46, Cell.Origin.READ, 66)
    evidence = cell.evidence.get()
    assert TOWN[evidence.start : evidence.end] == evidence.quote
    assert evidence.source == f"narrative.Report:{received.pk}"


def test_a_percentage_is_counted_from_the_fraction_beside_it_whatever_the_text_printed(received):
    actions.file(report=received, by=OFFICER)

    cell = Cell.objects.get(indicator__endswith="resolution_rate")
    assert (cell.value, cell.numerator, cell.denominator) == (Decimal("75.8621"), 22, 29)
    assert cell.evidence.get().quote.startswith("75%")


def test_filing_writes_who_did_it(received):
    actions.file(report=received, by=OFFICER)

    assert Event.objects.filter(verb="narrative.file", by=OFFICER, subject=f"narrative.Report:{received.pk}").exists()


def test_a_report_of_nobody_is_not_filed_until_somebody_says_whose_it_is(town, tmp_path):
    path = tmp_path / "ai-do.txt"
    path.write_text("Năm 2018, đã tiếp 46 lượt công dân tại thị xã.", encoding="utf-8")
    report, _new = actions.receive(path=path, by=OFFICER)
    with pytest.raises(actions.ReportError, match=r"không ghi tên|không nêu đơn vị"):
        actions.file(report=report, by=OFFICER)

    actions.settle(report=report, unit=town, by=OFFICER)

    assert actions.file(report=report, by=OFFICER).submission.unit == town


def test_a_filed_report_no_longer_changes_its_unit(received, town):
    actions.file(report=received, by=OFFICER)

    with pytest.raises(actions.ReportError, match="đã được ghi"):
        actions.settle(report=received, period=Period("year", 2019), by=OFFICER)


def test_a_withdrawn_report_leaves_no_figures_and_can_be_put_right(received, town):
    actions.file(report=received, by=OFFICER)

    actions.withdraw(report=received, by=OFFICER)

    assert not Submission.objects.filter(standing=True).exists()
    assert not received.readings.filter(filed=True).exists()
    assert Event.objects.get(verb="narrative.withdraw").unit == town.pk
    with pytest.raises(actions.ReportError, match="chưa được ghi"):
        actions.withdraw(report=received, by=OFFICER)
    assert actions.file(report=received, by=OFFICER).submission.cells.exists()


def test_what_an_earlier_reader_read_is_replaced_when_the_report_is_filed(received):
    received.readings.all()[0].delete()
    received.readings.update(indicator="ins.sessions")

    actions.file(report=received, by=OFFICER)

    assert received.readings.get(indicator="rec.turns").filed
    assert not received.readings.filter(indicator="ins.sessions").exists()


def test_a_unit_that_was_not_there_in_the_period_takes_no_figures(received):
    actions.settle(report=received, period=Period("year", 2009), by=OFFICER)

    with pytest.raises(figures.FigureError):
        actions.file(report=received, by=OFFICER)
    assert not Submission.objects.filter(standing=True).exists()
    assert not received.readings.filter(filed=True).exists()


def test_a_file_that_cannot_be_read_leaves_nothing_behind(town, tmp_path):
    path = tmp_path / "anh.docx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)

    with pytest.raises(UnreadableFile):
        actions.receive(path=path, by=OFFICER)
    assert not Report.objects.exists()


def danvan_resolve(*words: str) -> int:
    parser = argparse.ArgumentParser()
    resolve_command.resolve_arguments(parser)
    return resolve_command.resolve(parser.parse_args(words))


def test_a_text_with_nul_is_refused_with_a_sentence(town, tmp_path):
    path = tmp_path / "la.txt"
    path.write_bytes("Năm 2018\0 xã tiếp 5 lượt công dân.".encode())

    with pytest.raises((actions.ReportError, UnreadableFile), match=r"la\.txt"):
        actions.receive(path=path, by=OFFICER)


def test_a_number_beyond_all_sense_does_not_break_the_store(town, tmp_path):
    path = tmp_path / "dai.txt"
    path.write_text(f"Năm 2018, xã tiếp {'9' * 30} lượt công dân và 5 đoàn.", encoding="utf-8")

    report, _new = actions.receive(path=path, by=OFFICER)

    assert not report.readings.filter(value__gte=10**15).exists()


class TestResolveCommand:
    def test_lists_what_is_open_and_settles_it(self, town, tmp_path, capsys):
        path = tmp_path / "ai-do.txt"
        path.write_text("Năm 2018, đã tiếp 46 lượt công dân tại thị xã.", encoding="utf-8")
        report, _new = actions.receive(path=path, by=OFFICER)

        assert danvan_resolve() == 0
        assert f"{report.pk}  ai-do.txt" in capsys.readouterr().out
        assert danvan_resolve(str(report.pk), "--unit", "901") == 0
        assert "đã ghi 1 ô số liệu, kỳ 2018-Y" in capsys.readouterr().out

    def test_a_unit_of_another_name_needs_a_yes(self, received, capsys):
        units.establish(
            name="Thị xã Khác",
            level="district",
            parent=received.unit.versions.get().parent,
            code="902",
            on=START,
            by=OFFICER,
        )

        assert danvan_resolve(str(received.pk), "--unit", "902") == 2
        assert "đơn vị được chọn là Thị xã Khác" in capsys.readouterr().err
        assert danvan_resolve(str(received.pk), "--unit", "902", "--yes") == 0
        assert danvan_resolve(str(received.pk), "--withdraw") == 0
        assert not Submission.objects.filter(standing=True).exists()

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["99999"], "Không có văn bản số 99999"),
            (["{pk}"], "Hãy cho biết đơn vị"),
            (["{pk}", "--unit", "XX"], "Không có đơn vị mang mã XX"),
            (["{pk}", "--period", "2018-13"], "2018-13"),
        ],
    )
    def test_nonsense_gets_a_sentence_and_changes_nothing(self, received, capsys, words, said):
        assert danvan_resolve(*(word.format(pk=received.pk) for word in words)) == 2
        assert said in capsys.readouterr().err
        assert Event.objects.filter(verb="narrative.settle").count() == 0
