from __future__ import annotations

import argparse
import json

import pytest

from danvan.lib.commands import due, due_arguments


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    due_arguments(parser)
    return due(parser.parse_args(arguments))


def test_due_tells_every_day_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("2026-01-01", "--days", "2", "--kind", "working", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "due": "2026-01-06",
        "counted": ["2026-01-05", "2026-01-06"],
        "skipped": [
            {"day": "2026-01-02", "why": "nghỉ Tết Dương lịch, làm bù thứ Bảy 10/1/2026"},
            {"day": "2026-01-03", "why": "nghỉ hằng tuần (thứ Bảy)"},
            {"day": "2026-01-04", "why": "nghỉ hằng tuần (Chủ nhật)"},
        ],
    }


def test_due_reads_the_day_as_people_write_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("10/2/2026", "--days", "10", "--kind", "working", "--json") == 0
    one = capsys.readouterr().out
    assert run("2026-02-10", "--days", "10", "--kind", "working", "--json") == 0
    assert capsys.readouterr().out == one


def test_due_lists_the_days_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("16/4/2026", "--days", "10") == 0
    out = capsys.readouterr().out
    assert out.startswith("Hạn cuối: thứ Ba 28/4/2026\n10 ngày sau thứ Năm 16/4/2026")
    assert "không tính: nghỉ bù Giỗ Tổ Hùng Vương" in out


def test_due_warns_of_a_year_without_a_decision(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("2026-12-31", "--days", "3", "--kind", "working", "--json") == 0
    assert "Năm 2027" in json.loads(capsys.readouterr().out)["warnings"][0]
    assert run("2026-12-31", "--days", "3", "--kind", "working") == 0
    assert "Lưu ý: Năm 2027" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("2026-02-30 --days 3", "Không có ngày “2026-02-30” trong lịch"),
        ("30/2/2026 --days 3", "Không có ngày “30/2/2026” trong lịch"),
        ("hôm-nay --days 3", "Không hiểu ngày “hôm-nay”"),
        ("1/2/26 --days 3", "Không hiểu ngày “1/2/26”"),
        ("2026-02-03 --days 0", "từ 1 trở lên"),
        ("2026-02-03 --days -1", "từ 1 trở lên"),
        ("2026-02-03 --days ba", "không phải một số nguyên"),
        ("2026-02-03 --days 1.5", "không phải một số nguyên"),
        ("2026-02-03 --days 3 --kind lunar", "Không có cách tính “lunar”"),
        ("1800-02-03 --days 3", "ngoài khoảng năm"),
        ("2026-02-03 --days 999999", "kéo quá năm 2100"),
    ],
)
def test_due_refuses_bad_input_with_a_sentence(arguments: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.count("\n") == 1
