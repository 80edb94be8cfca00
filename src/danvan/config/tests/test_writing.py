"""`danvan write`: what it says and how it ends."""

from __future__ import annotations

import argparse
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from danvan.access.tests import cast
from danvan.access.tests.stage import staged
from danvan.config import writing
from danvan.figures import actions as filing
from danvan.figures.actions import CellInput, Entry
from danvan.narrative import many
from danvan.units import actions as map_verbs


@staged
def country():
    country = cast.small_country()
    country.coded = map_verbs.establish(
        name="Xã Có Mã", level="commune", parent=country.bac, on=cast.REFORM, by="t", code="00901"
    )
    for unit in (country.an, country.coded):
        draft = filing.open_draft(form="dan_van", unit=unit, period="2026-Q3", by="Mai")
        filing.enter(submission=draft, entries=[Entry(CellInput("dlg.sessions", Decimal(5)), force=True)], by="Mai")
        filing.accept(submission=filing.submit(submission=draft, by="Lan"), by="Hùng")
    return country


def run(*argv: str) -> int:
    parser = argparse.ArgumentParser()
    writing.write_arguments(parser)
    return writing.write(parser.parse_args(["--period", "2026-Q3", *argv]))


def test_all_that_has_figures_is_written_and_the_rest_named(country, tmp_path, capsys):
    assert run("--all", "--to", str(tmp_path), "--formats", "docx, .html") == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        f"quý III năm 2026: đã viết 4 trên 7 báo cáo (8 tệp) vào {tmp_path}.",
        "3 đơn vị chưa có số liệu nên chưa có gì để viết: Tỉnh Nam, Xã Bình, Xã Cửu.",
    ]
    assert said.err == ""
    assert {path.suffix for path in tmp_path.iterdir()} == {".docx", ".html"}


def test_units_are_named_by_their_codes(country, tmp_path, capsys):
    assert run("--unit", "00901", "--unit", "00901", "--to", str(tmp_path), "--formats", "pdf") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["bao-cao-00901-xa-co-ma-2026-q3.pdf"]
    assert tmp_path.joinpath("bao-cao-00901-xa-co-ma-2026-q3.pdf").read_bytes().startswith(b"%PDF")


def test_the_command_can_be_imported_first():
    """In a process of its own, as it runs: there no test has imported other rooms before."""
    alone = "import django; django.setup(); import danvan.config.writing"
    found = subprocess.run([sys.executable, "-c", alone], capture_output=True, text=True, check=False, timeout=120)
    assert (found.returncode, found.stderr) == (0, "")


def test_what_fails_is_said_and_ends_in_one(country, tmp_path, capsys, monkeypatch):
    usual = many.made

    def full(unit, period, **more):
        if unit.id == country.coded.pk:
            return many.Outcome(unit, many.Became.FAILED, "Đĩa đầy.")
        return usual(unit, period, **more)

    monkeypatch.setattr(many, "made", full)
    assert run("--unit", "00901", "--to", str(tmp_path)) == 1
    said = capsys.readouterr()
    assert said.err == "Xã Có Mã (00901): Đĩa đầy.\n"
    assert said.out.splitlines()[-1] == "1 báo cáo không viết được, lý do ở trên; sửa rồi chạy lại lệnh này."


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--all", "--formats", "docx,odt"], "Không có loại tệp “odt”: hãy chọn trong docx, pdf, html, xlsx."),
        (["--all", "--formats", ","], "Chưa chọn loại tệp nào"),
        (["--all", "--outline", "x"], "Không có đề cương “x”"),
        (["--all", "--outline", "party-year"], "không dùng cho quý III năm 2026: hãy chọn đề cương khác."),
        (["--unit", "99999"], "không có đơn vị nào mang mã “99999”; mã thay đổi theo thời gian, hãy tìm mã của ngày"),
        (["--below", "00901"], "dưới Xã Có Mã không có đơn vị nào: hãy dùng --unit."),
        (["--all", "--period", "2026-Q9"], "Không có quý 9: chỉ từ 1 đến 4."),
    ],
)
def test_what_cannot_be_asked_is_refused(country, tmp_path, capsys, argv, sentence):
    assert run("--to", str(tmp_path), *argv) == 2
    assert sentence in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_is_refused(country, tmp_path, capsys):
    Path(tmp_path, "file").touch()
    assert run("--all", "--to", str(tmp_path / "file" / "below")) == 2
    assert "hãy chọn thư mục khác bằng --to." in capsys.readouterr().err
