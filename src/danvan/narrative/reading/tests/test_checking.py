"""`danvan check`: contradictions first, then slips; told for people and for programs."""

import io
import json
from datetime import date
from types import SimpleNamespace

import pytest

from danvan.config import cli
from danvan.narrative.reading import read_text
from danvan.narrative.reading.checking import check

WRONG = "Trong quý I năm 2024, tỷ lệ so với so với cùng kỳ tăng; đã giải quyết 22/29 vụ việc, đạt 75%.\n"
RIGHT = "Trong quý I năm 2024, đã giải quyết 22/29 vụ việc, đạt 75,9%.\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "sai.txt").write_text(WRONG, "utf-8")
    (tmp_path / "dung.txt").write_text(RIGHT, "utf-8")
    return tmp_path


def test_contradictions_come_before_slips(files, capsys):
    assert cli.main(["check", str(files / "sai.txt")]) == 1
    said = capsys.readouterr().out
    assert said.index("22/29 = 75,86%") < said.index("viết lặp")


def test_a_text_without_faults_says_so(files, capsys):
    assert cli.main(["check", str(files / "dung.txt")]) == 0
    assert "Không thấy" in capsys.readouterr().out


def test_programs_get_the_spans(files, capsys):
    assert cli.main(["check", "--json", str(files / "sai.txt"), str(files / "dung.txt")]) == 1
    wrong, right = map(json.loads, capsys.readouterr().out.splitlines())
    assert [one["quote"] for one in wrong["slips"]] == ["so với so với"]
    for one in (*wrong["contradictions"], *wrong["slips"]):
        assert WRONG[one["start"] : one["end"]] == one["quote"]
    assert right["contradictions"] == right["slips"] == []


def test_standard_input_is_a_file_too(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(WRONG.encode())))
    assert cli.main(["check", "--json", "-"]) == 1
    assert len(json.loads(capsys.readouterr().out)["contradictions"]) == 1


def test_a_file_that_cannot_be_read_leaves_the_others(files, capsys):
    (files / "rong.txt").write_text("")
    assert cli.main(["check", str(files / "rong.txt"), str(files / "thieu.txt"), str(files / "dung.txt")]) == 1
    said = capsys.readouterr()
    assert "rong.txt" in said.err
    assert "thieu.txt" in said.err
    assert "Không thấy" in said.out


def test_the_day_is_the_texts_own_unless_somebody_says_it():
    today = date(2026, 11, 1)
    document = read_text("Báo cáo công tác quý I năm 2024\n\nBan Dân vận Huyện ủy đã tiếp 20 lượt công dân.")
    assert check(document, today).on == date(2024, 3, 31)
    assert check(document, today).slips == ()
    assert [slip.kind for slip in check(document, today, on=today).slips] == ["body"]
    assert check(read_text("Huyện ủy họp."), today).on == today
